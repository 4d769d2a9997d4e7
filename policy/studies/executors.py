"""One interface to whatever computes: anything with the interface of `concurrent.futures.Executor`.

In this process, in processes of this machine, or on a Dask cluster through its own executor. Only so many tasks are
outstanding at a time, so a sweep of a million points needs no more memory than a small one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from concurrent.futures import ProcessPoolExecutor as Processes
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from models.errors import Refused

Task = TypeVar("Task")
Result = TypeVar("Result")
ATTEMPTS = 2
MOST_WORKERS = 256
SECONDS_TO_ANSWER = 15


class SerialExecutor(Executor):
    """Runs every task at once, in this process and thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Pool:
    """An executor, how many tasks it works on at a time and how many it is given ahead of that."""

    executor: Executor
    workers: int
    outstanding: int


Open = Callable[[], AbstractContextManager[Pool]]


def serial() -> Open:
    """How to compute here, one task after the other."""
    return _serial


def processes(workers: int) -> Open:
    """How to compute in `workers` processes of this machine. Raises `Refused`."""
    if not 1 <= workers <= MOST_WORKERS:
        raise Refused(f"workers = {workers} is out of bounds: it must be between 1 and {MOST_WORKERS}")
    return partial(_processes, workers)


def dask(address: str) -> Open:
    """How to compute on the Dask cluster whose scheduler listens at `address`, as tcp://host:8786."""
    return partial(_dask, address)


def usable_processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST_WORKERS)
    return min(os.cpu_count() or 1, MOST_WORKERS)


@contextmanager
def _serial() -> Iterator[Pool]:
    yield Pool(SerialExecutor(), 1, 1)


@contextmanager
def _processes(workers: int) -> Iterator[Pool]:
    """Fresh interpreters, so that nothing is inherited.

    They leave once the other end of the pipe is closed, by this process or by its death: neither a stop nor a kill
    leaves any behind.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    executor = Processes(workers, mp_context=context, initializer=_begin, initargs=(ours,))
    try:
        yield Pool(executor, workers, 2 * workers)
        executor.shutdown()
    finally:
        theirs.close()
        executor.shutdown(cancel_futures=True)
        ours.close()


def _begin(parent: Connection) -> None:
    """In a new process: load the model, leave stopping to the parent, and leave with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    import policy.studies.batch  # noqa: F401


def _leave_with(parent: Connection) -> None:
    try:
        parent.recv()
    except (EOFError, OSError):
        os._exit(1)


@contextmanager
def _dask(address: str) -> Iterator[Pool]:
    try:
        import distributed
    except ImportError:
        raise Refused(
            "a Dask cluster needs the extra 'cluster': pip install 'fed-backstop-sandbox[cluster]'"
        ) from None
    make: Any = distributed.Client
    try:
        client = make(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Refused(
            f"no Dask scheduler answers at {address!r} ({type(error).__name__}); give an address as tcp://host:8786"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise Refused(f"the Dask scheduler at {address!r} has no workers yet; start some and try again")
        yield Pool(client.get_executor(pure=False), threads, 2 * threads)


class Stopped(RuntimeError):
    """Workers that went away: killed, out of memory, or a cluster that closed."""


@dataclass(frozen=True)
class Finished(Generic[Task, Result]):
    """A task with its result, or with the error of its last attempt."""

    task: Task
    result: Result | None
    error: BaseException | None = None


def finished(
    pool: Pool, function: Callable[[Task], Result], tasks: Iterable[Task]
) -> Iterator[Finished[Task, Result]]:
    """Every task as it finishes, in any order. One that fails is tried once more before its error is told.

    No more than `pool.outstanding` tasks are taken at a time. Raises `Stopped` when the workers go away. Whoever stops
    listening cancels what has not begun.
    """
    waiting: dict[Future[Result], tuple[Task, int]] = {}
    coming = iter(tasks)
    try:
        while True:
            for task in _next(coming, pool.outstanding - len(waiting)):
                waiting[_submit(pool, function, task)] = task, 1
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                task, attempt = waiting.pop(future)
                error = _error(future)
                if error is not None and attempt < ATTEMPTS:
                    waiting[_submit(pool, function, task)] = task, attempt + 1
                else:
                    yield Finished(task, None if error else future.result(), error)
    finally:
        for future in waiting:
            future.cancel()


def _next(coming: Iterator[Task], room: int) -> Iterator[Task]:
    for _ in range(room):
        try:
            yield next(coming)
        except StopIteration:
            return


def _submit(pool: Pool, function: Callable[[Task], Result], task: Task) -> Future[Result]:
    try:
        return pool.executor.submit(function, task)
    except (BrokenExecutor, RuntimeError) as error:
        raise Stopped(str(error)) from None


def _error(future: Future[Any]) -> BaseException | None:
    try:
        error = future.exception()
    except CancelledError:
        raise Stopped("the workers were closed") from None
    if isinstance(error, BrokenExecutor):
        raise Stopped(str(error))
    return error
