"""What a sweep would cost, from a short measured sample of its own shards."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]

from policy.outcomes.rates_after import DRAWS
from policy.sweeps.experiment import Experiment
from policy.sweeps.points import Rows, Shard, point_at, run_task
from policy.sweeps.shards import encoded
from policy.sweeps.sweep import of_points, shards, task
from policy.sweeps.table import schema, table

SAMPLE_SHARDS = 3
SAMPLE_SECONDS = 3.0
SAMPLE_PATHS = 2048
CHECKED = 1000
START_SECONDS = 2.0  # of a worker process: an interpreter, NumPy and the model


@dataclass(frozen=True)
class Estimate:
    """Points, shards and rows of a sweep; how many of `checked` points are refused; and what it would take.

    `point_seconds` is time of one worker for a point, `seconds` that of the sweep; `memory_mb` what a worker needs,
    nan where the system does not tell; `file_mb` the size of the results.
    """

    points: int
    shards: int
    rows: int
    checked: int
    refused: int
    point_seconds: float
    seconds: float
    memory_mb: float
    file_mb: float


def estimate(experiment: Experiment, workers: int) -> Estimate:
    """Evaluate a few shards, spread over the experiment, for some seconds, and scale up."""
    fewer = replace(experiment, paths=min(experiment.paths, SAMPLE_PATHS))
    run_task(of_points(fewer, [0]))
    done, used = _sample(fewer, experiment)
    each = used / sum(len(t.values) for t, _ in done) * experiment.paths / fewer.paths
    at_work = min(workers, shards(experiment))
    checked = spread(experiment.points, CHECKED)
    return Estimate(
        points=experiment.points,
        shards=shards(experiment),
        rows=experiment.points * len(experiment.policies),
        checked=len(checked),
        refused=_refused(of_points(experiment, checked)),
        point_seconds=each,
        seconds=each * experiment.points / at_work + (START_SECONDS if at_work > 1 else 0.0),
        memory_mb=_memory_mb() + _further_mb(experiment, fewer, done[0][0]),
        file_mb=_file_mb(experiment, done),
    )


def _sample(fewer: Experiment, experiment: Experiment) -> tuple[list[tuple[Shard, Rows]], float]:
    """Shards evaluated, two at least where there are, and the seconds that took."""
    done: list[tuple[Shard, Rows]] = []
    begun = time.perf_counter()
    for index in spread(shards(experiment), SAMPLE_SHARDS):
        if len(done) > 1 and time.perf_counter() - begun > SAMPLE_SECONDS:
            break
        sample = replace(task(experiment, index), paths=fewer.paths)
        done.append((sample, run_task(sample)))
    return done, time.perf_counter() - begun


def spread(points: int, count: int) -> list[int]:
    """At most `count` numbers, evenly from the first to the last of `points`."""
    return [int(k) for k in np.unique(np.linspace(0, points - 1, min(count, points)).round())]


def _refused(sample: Shard) -> int:
    """Points of a sample at which the world or some policy is refused."""
    points = (point_at(sample, values, {}) for values in sample.values)
    return sum(any(isinstance(policy, str) for policy in point.policies) for point in points)


def _file_mb(experiment: Experiment, done: list[tuple[Shard, Rows]]) -> float:
    """What a file weighs whatever is in it, and what a further point adds to it."""
    told = schema(experiment)
    whole = pa.concat_tables([table(experiment, t, rows) for t, rows in done]).cast(told)
    points = sum(len(t.values) for t, _ in done)
    least = len(encoded(whole.slice(0, len(experiment.policies))))
    each = (len(encoded(whole)) - least) / (points - 1) if points > 1 else 0.0
    return (least + each * (experiment.points - 1)) / 1e6


def _further_mb(experiment: Experiment, fewer: Experiment, sample: Shard) -> float:
    """Memory for paths beyond those of the sample: outcomes and profits of a shard, and one copy of them."""
    paths = experiment.paths - fewer.paths
    return (
        2
        * 8
        * paths
        * len(experiment.policies)
        * len(sample.values)
        * (len(experiment.metrics) + DRAWS)
        / 1e6
    )


def _memory_mb() -> float:
    """The most memory that this process has used, MB."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
