"""One interface to executors: bounded, with one retry, and the same file from one process, two processes and a cluster."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from policy.studies import executors as x
from policy.sweeps import sweep
from policy.sweeps.experiment import read_experiment

EXPERIMENT = """
episode = "crowded"
policies = ["outright", "hedged-auction"]
paths = 16
[[axis]]
design = "sobol"
count = 16
[axis.bounds]
"funds.scale" = { from = 0.5, to = 1.6 }
"policy.hedged-auction.reserve_discount" = { from = 0.02, to = 1, scale = "log" }
"""


def square(number: int) -> int:
    return number * number


def leave(number: int) -> int:
    os._exit(3)


def test_a_task_here_is_done_when_it_is_submitted() -> None:
    with x.SerialExecutor() as executor:
        assert executor.submit(square, 7).result() == 49
        assert isinstance(executor.submit(lambda: 1 / 0).exception(), ZeroDivisionError)
        assert list(executor.map(square, range(4))) == [0, 1, 4, 9]


@given(count=st.integers(0, 40), outstanding=st.integers(1, 9))
def test_every_task_comes_once_with_its_own_result(count: int, outstanding: int) -> None:
    with ThreadPoolExecutor(3) as executor:
        done = list(x.finished(x.Pool(executor, 3, outstanding), square, range(count)))
    assert sorted(one.task for one in done) == list(range(count))
    assert all(one.result == one.task**2 and one.error is None for one in done)


class _Slow(Executor):
    """Finishes its oldest task only when asked to wait, and remembers how many were open at most."""

    def __init__(self) -> None:
        self.open: list[Future[Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.open.append(future)
        self.most = max(self.most, sum(not f.done() for f in self.open))
        threading.Timer(0.002, lambda: future.cancelled() or future.set_result(fn(*args))).start()
        return future


def test_only_so_many_tasks_are_taken_ahead() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(60):
            taken += 1
            yield number

    executor = _Slow()
    seen = 0
    for _ in x.finished(x.Pool(executor, 2, 4), square, tasks()):
        seen += 1
        assert taken - seen <= 4
    assert seen == 60 and executor.most <= 4


def test_a_failure_is_tried_once_more_and_then_told() -> None:
    calls: list[int] = []

    def flaky(number: int) -> int:
        calls.append(number)
        if number == 2 or (number == 1 and calls.count(1) == 1):
            raise ValueError(f"no {number}")
        return number

    found = {one.task: one for one in x.finished(x.Pool(x.SerialExecutor(), 1, 1), flaky, range(4))}
    assert [found[k].result for k in range(4)] == [0, 1, None, 3] and str(found[2].error) == "no 2"
    assert [calls.count(k) for k in range(4)] == [1, 2, 2, 1]


def test_whoever_stops_listening_cancels_what_has_not_begun() -> None:
    gate = threading.Event()
    ran: list[int] = []

    def work(number: int) -> int:
        ran.append(number)
        if number:
            gate.wait(10)
        return number

    with ThreadPoolExecutor(1) as executor:
        listening = x.finished(x.Pool(executor, 1, 8), work, range(100))
        next(listening)
        listening.close()  # type: ignore[attr-defined]
        gate.set()
    assert ran == [0] or ran == [0, 1]


def test_workers_that_die_are_told_as_such() -> None:
    with pytest.raises(x.Stopped), x.processes(1)() as pool:
        list(x.finished(pool, leave, range(3)))


def test_workers_that_go_away_are_replaced_once(tmp_path: Path) -> None:
    experiment, opened = read_experiment(EXPERIMENT), 0

    class Dying(x.SerialExecutor):
        left = 3

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            if not self.left:
                raise RuntimeError("gone")
            self.left -= 1
            return super().submit(fn, *args, **kwargs)

    from contextlib import contextmanager

    @contextmanager
    def dying() -> Iterator[x.Pool]:
        nonlocal opened
        opened += 1
        yield x.Pool(Dying(), 1, 1)

    with pytest.raises(sweep.SweepFailed, match="went away twice"):
        sweep.run(experiment, tmp_path / "results.parquet", dying)
    assert opened == 2 and len(list(tmp_path.glob("*.parts/*.parquet"))) == 6
    assert sweep.run(experiment, tmp_path / "results.parquet", x.serial()).here == 10


def test_numbers_of_workers_have_bounds() -> None:
    with pytest.raises(Refused, match="between 1 and 256"):
        x.processes(0)
    assert 1 <= x.usable_processors() <= x.MOST_WORKERS


@pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed", "ignore::ResourceWarning")
def test_one_process_two_processes_and_a_cluster_write_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    experiment = read_experiment(EXPERIMENT)
    files = [tmp_path / f"{name}.parquet" for name in ("serial", "processes", "dask")]
    sweep.run(experiment, files[0], x.serial())
    sweep.run(experiment, files[1], x.processes(2))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        with x.dask(cluster.scheduler_address)() as pool:
            assert (pool.workers, pool.outstanding) == (2, 4)
            pids = {pool.executor.submit(os.getpid).result() for _ in range(20)}
            assert os.getpid() not in pids
        assert sweep.run(experiment, files[2], x.dask(cluster.scheduler_address)).here == 16
        # Stopped there, it goes on there.
        again = tmp_path / "again.parquet"
        with pytest.raises(KeyboardInterrupt):
            sweep.run(experiment, again, x.dask(cluster.scheduler_address), note=_stop_at_half)
        assert sweep.run(experiment, again, x.dask(cluster.scheduler_address)).here == 8
        nowhere = cluster.scheduler_address
    data = {path.read_bytes() for path in (*files, again)}
    assert len(data) == 1
    monkeypatch.setattr(x, "SECONDS_TO_ANSWER", 0.3)
    with pytest.raises(Refused, match="no Dask scheduler answers"), x.dask(nowhere)():
        pass


def _stop_at_half(progress: sweep.Progress) -> None:
    if 2 * progress.done >= progress.points:
        raise KeyboardInterrupt
