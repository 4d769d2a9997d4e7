"""Running an experiment: points in shards of fixed size, on any executor, with finished shards kept for a rerun.

The numbers depend only on the experiment and the model version: not on the executor, on how many workers there are,
on the order in which shards finish, nor on how often the sweep was stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from models.errors import Refused
from policy.studies.executors import ATTEMPTS, Open, Stopped, finished
from policy.sweeps.experiment import Experiment
from policy.sweeps.points import Place, Rows, Shard, maker, run_task
from policy.sweeps.shards import Store, opened, stored_hash, trouble
from policy.sweeps.table import REFUSED, schema, table

# Columns (paths of a policy on a world) of one shard: a few seconds of work, several runs of `policy.studies.batch.WIDTH`.
COLUMNS_A_SHARD = 8192
FEWEST_SHARDS = 16
POOLS = 2
SHOWN = 3


@dataclass(frozen=True)
class Progress:
    """How far a sweep is: points in all, done, done since this start, and seconds since it."""

    points: int
    done: int
    here: int
    seconds: float

    @property
    def rate(self) -> float:
        """Points a second since this start."""
        return self.here / self.seconds if self.seconds > 0 else 0.0

    @property
    def remaining(self) -> float:
        """Seconds to the end at that rate."""
        return (self.points - self.done) / self.rate if self.rate > 0 else float("inf")


@dataclass(frozen=True)
class Swept:
    """A finished sweep: points in all, those evaluated since this start, rows refused of all rows, and seconds."""

    digest: str
    points: int
    here: int
    rows: int
    refused: int
    seconds: float


class SweepFailed(RuntimeError):
    """A sweep that could not be finished. What was finished is kept, and the same command goes on from it."""


def shard_points(experiment: Experiment) -> int:
    """Points in a shard, which depend on the experiment alone: few enough that a stop loses little."""
    by_size = COLUMNS_A_SHARD // (experiment.paths * len(experiment.policies))
    by_number = -(-experiment.points // FEWEST_SHARDS)
    return max(1, min(by_size, by_number))


def shards(experiment: Experiment) -> int:
    """How many shards an experiment has."""
    return -(-experiment.points // shard_points(experiment))


def _range(experiment: Experiment, index: int) -> range:
    """Numbers of the points of a shard."""
    size = shard_points(experiment)
    return range(index * size, min((index + 1) * size, experiment.points))


def task(experiment: Experiment, index: int) -> Shard:
    """The shard of that number."""
    return of_points(experiment, _range(experiment, index), index)


def of_points(experiment: Experiment, points: Sequence[int], index: int = 0) -> Shard:
    """A task of some points; those of a shard follow each other."""
    return Shard(
        index=index,
        first=points[0],
        values=tuple(tuple(experiment.values(k).values()) for k in points),
        places=tuple(Place(v.setting or v.name, v.policy, v.part) for v in experiment.levers),
        world=experiment.world,
        policies=experiment.policies,
        paths=experiment.paths,
        seed=experiment.seed,
        metrics=experiment.metrics,
    )


def run(
    experiment: Experiment,
    out: Path,
    open_pool: Open,
    restart: bool = False,
    note: Callable[[Progress], None] = lambda progress: None,
) -> Swept:
    """Evaluate all points and write them to `out`; go on where an earlier run of the same experiment stopped.

    `restart` throws away what is there. `note` is told how far it is, at the start and after each shard; it may raise
    to stop. Raises `Refused`, or `SweepFailed` once all that can be finished is.
    """
    begun, here = time.perf_counter(), 0
    with opened(out, experiment.digest, restart) as store:
        if not restart and stored_hash(out) == experiment.digest:
            why = trouble(out, experiment.points * len(experiment.policies))
            if why:
                raise Refused(f"{str(out)!r} is damaged: {why}; --restart makes it anew")
            store.close()
        else:
            here = _complete(experiment, store, open_pool, note)
            parts = store.named()
            store.assemble(schema(experiment), [parts[k] for k in range(shards(experiment))])
    rows, refused = _counted(out)
    return Swept(experiment.digest, experiment.points, here, rows, refused, time.perf_counter() - begun)


def _complete(experiment: Experiment, store: Store, open_pool: Open, note: Callable[[Progress], None]) -> int:
    """Evaluate what is missing; workers that go away are replaced once. Returns the number of points evaluated."""
    kept, here, begun = _points(experiment, store), 0, time.perf_counter()
    note(Progress(experiment.points, kept, 0, 0.0))
    for attempt in range(1, POOLS + 1):
        try:
            for count in _shards_done(experiment, store, open_pool):
                here += count
                note(Progress(experiment.points, kept + here, here, time.perf_counter() - begun))
            break
        except Stopped as stopped:
            if attempt == POOLS:
                raise SweepFailed(f"the workers went away twice ({stopped})") from None
    return here


def _points(experiment: Experiment, store: Store) -> int:
    """Points in finished shards."""
    return sum(len(_range(experiment, k)) for k in store.finished() if k < shards(experiment))


def _shards_done(experiment: Experiment, store: Store, open_pool: Open) -> Iterator[int]:
    """Write missing shards as they come, telling the points of each. What fails is told once all others are done."""
    there = store.finished()
    missing = [k for k in range(shards(experiment)) if k not in there]
    failed: list[str] = []
    if not missing:
        return
    with open_pool() as pool:
        for one in finished(pool, run_task, (task(experiment, k) for k in missing)):
            if one.result is None:
                failed.append(str(one.error))
                continue
            store.write(one.task.index, table(experiment, one.task, _made_alike(one.task, one.result)))
            yield len(one.task.values)
    if failed:
        told = "; ".join(failed[:SHOWN]) + (
            f"; and {len(failed) - SHOWN} more" if len(failed) > SHOWN else ""
        )
        raise SweepFailed(f"{len(failed)} of {shards(experiment)} shards failed {ATTEMPTS} times: {told}")


def _made_alike(asked: Shard, rows: Rows) -> Rows:
    """The rows, if what computed them has the versions that this process has. Raises `Refused`."""
    own = maker(asked)
    if rows.maker != own:
        theirs, ours = (f"model {version} and NumPy {numpy}" for version, numpy in (rows.maker, own))
        raise Refused(f"a worker has {theirs}, this process {ours}; they must be alike for the same numbers")
    return rows


def _counted(out: Path) -> tuple[int, int]:
    """Rows of a results file, and those refused."""
    status = pq.read_table(out, columns=["status"])["status"]
    return len(status), int(pc.sum(pc.equal(status, REFUSED)).as_py() or 0)
