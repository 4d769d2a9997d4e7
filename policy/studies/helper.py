"""A process of its own for one piece of work at a time, which may die, hang or be stopped without harm to this one.

It is a fresh interpreter that is kept warm between calls. Whatever ends it (an abort in a library, a kill, too long a
time, a caller that changed its mind) ends it alone; the next call starts another.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from models.errors import Refused

HEAD = struct.Struct(">Q")
LOOKS = 0.05  # seconds between looks at whether the work is still wanted
Alive = Callable[[], None]


class Died(RuntimeError):
    """The process went away before it answered."""


class Helper:
    """Calls functions in a process of its own, one at a time; `seconds` is the longest that a call may take.

    Without `keep` the process ends with each call, and gives back all its memory. `patience` is by how much others that
    want a processor go before it, as in `nice`.
    """

    def __init__(
        self, seconds: float, memory_mb: float | None = None, keep: bool = True, patience: int = 0
    ) -> None:
        self.seconds, self.memory_mb, self.keep, self.patience = seconds, memory_mb, keep, patience
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes | None] = queue.Queue()

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def call(self, function: Callable[..., Any], *given: Any, alive: Alive = lambda: None) -> Any:
        """`function(*given)` over there. `alive` is asked now and then and may raise, which stops the work.

        Raises what the function raised, `Refused` after too long a time, or `Died`.
        """
        while not self._turn.acquire(timeout=LOOKS):
            alive()
        try:
            return self._called(pickle.dumps((function, given)), alive)
        except BaseException as error:
            if not getattr(error, "over_there", False):
                self.close()
            raise
        finally:
            if not self.keep:
                self.close()
            self._turn.release()

    def _called(self, asked: bytes, alive: Alive) -> Any:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(HEAD.pack(len(asked)) + asked)
            process.stdin.flush()
        except OSError:
            raise Died("the process for this work went away") from None
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            alive()
            with suppress(queue.Empty):
                return _result(self._answers.get(timeout=LOOKS))
        raise Refused(f"this took longer than {self.seconds:g} seconds and was stopped")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._answers = queue.Queue()
            limit = "" if self.memory_mb is None else str(self.memory_mb)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "policy.studies.helper", limit, str(self.patience)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            threading.Thread(target=_listen, args=(self._process.stdout, self._answers), daemon=True).start()
        return self._process

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process = None


def _listen(pipe: IO[bytes] | None, answers: queue.Queue[bytes | None]) -> None:
    """Hand on whole answers; None once no more can come."""
    assert pipe is not None
    with suppress(OSError, ValueError, EOFError):
        while True:
            answers.put(_frame(pipe))
    answers.put(None)


def _frame(pipe: IO[bytes]) -> bytes:
    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    (size,) = HEAD.unpack(head)
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return body


def _result(answer: bytes | None) -> Any:
    if answer is None:
        raise Died("the process for this work went away")
    done, value = pickle.loads(answer)
    if done:
        return value
    value.over_there = True
    raise value


# Over there


def serve() -> None:
    """Answer calls until whoever asks goes away. What libraries print goes nowhere."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(sys.argv[1] if len(sys.argv) > 1 else "")
    _wait_for_others(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(EOFError, OSError):
        while True:
            answer = _answer(_frame(asked))
            answers.write(HEAD.pack(len(answer)) + answer)
            answers.flush()


def _answer(asked: bytes) -> bytes:
    try:
        function, given = pickle.loads(asked)
        return pickle.dumps((True, function(*given)))
    except MemoryError:
        return pickle.dumps((False, Refused("this needs more memory than there is for it")))
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> bytes:
    """The error itself where it can be sent, else what it says."""
    try:
        told = pickle.dumps((False, error))
        pickle.loads(told)
        return told
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _limit(memory_mb: str) -> None:
    """Bound the address space, where the system can."""
    if not memory_mb:
        return
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = int(float(memory_mb) * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _wait_for_others(patience: int) -> None:
    """Take a processor after others, where the system can."""
    with suppress(AttributeError, OSError):
        os.nice(patience)


if __name__ == "__main__":
    serve()
