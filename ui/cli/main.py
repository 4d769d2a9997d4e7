"""The entry of the command line: exit codes, and an end without noise whenever it comes.

Exit codes: 0 done, 1 failed check, internal error or nowhere to print, 2 refused input (one line on stderr), 130 stopped.
Nothing is imported here before an interruption is looked for.
"""

import os
import sys
from collections.abc import Callable

_interruptions: list[int] = []


def main() -> None:
    """Run a command and leave with its exit code."""
    try:
        _on_interruption(_noted)
        code = _run()
        _flushed()
        if _interruptions:  # swallowed by a library on its way here
            code = _stopped()
    except KeyboardInterrupt:
        code = _stopped()
    except OSError as error:
        code = _nowhere(error)
    except Exception as error:  # a library may turn an interruption into an error of its own
        code = _stopped() if _interruptions else _told(error)
    _on_interruption(lambda *_: os._exit(130))  # while the interpreter leaves: at once, without a word
    if code:
        sys.exit(code)


def _run() -> int:
    """The code that the command leaves with; nothing is 0."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started this
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    import typer

    from ui.cli.commands import app

    if _interruptions:
        raise KeyboardInterrupt
    try:
        return app(standalone_mode=False) or 0
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.Exit as ended:
        return ended.exit_code


def _flushed() -> None:
    sys.stdout.flush()


def _told(error: Exception) -> int:
    """One line for what was refused; anything else is a fault of ours and shows itself."""
    from models.errors import Refused

    if isinstance(error, Refused):
        return _fail(str(error), 2)
    if hasattr(error, "format_message"):  # every usage error of the parser has one
        return _fail(error.format_message(), 2)
    raise error


def _stopped() -> int:
    try:
        return _fail("stopped", 130)
    except KeyboardInterrupt:
        return 130


def _nowhere(error: OSError) -> int:
    """Nobody reads what is printed, or there is no room for it: the rest is dropped."""
    import errno

    if error.errno not in (errno.EPIPE, errno.ENOSPC, errno.EBADF, errno.EIO):
        raise error
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue
    return 1


def _fail(message: str, code: int) -> int:
    from models.text import terminal

    try:
        sys.stderr.write(terminal(message) + "\n")
        sys.stderr.flush()
    except OSError as error:
        _nowhere(error)
    return code


def _noted(signum: int, _: object) -> None:
    _interruptions.append(signum)
    raise KeyboardInterrupt


def _on_interruption(handler: Callable[[int, object], None]) -> None:
    """Answer an interruption with `handler`, where this process is the command and not somebody's library."""
    import signal
    import threading

    program = __name__ == "__main__" or os.path.basename(sys.argv[0]).startswith("backstop")
    if program and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)


if __name__ == "__main__":
    main()
