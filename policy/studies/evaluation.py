"""Evaluating many points of a study: in batches, on any executor, keeping what is finished so that work resumes.

A point is a row of factor values. The same point gives the same numbers whatever else stands in its batch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from models.errors import unknown
from models.scenario import World
from models.stack import Array
from policy import golden
from policy.outcomes.scorecard import KEYS
from policy.spec import Policy, print_policy
from policy.studies import batch
from policy.studies.executors import Finished, Pool, SerialExecutor, finished
from policy.studies.factors import Factor, moved

Work = Callable[[Array], Array]
Kept = MutableMapping[bytes, Array]
Note = Callable[[float, str], None]


def silent(share: float, text: str) -> None:
    """Hear nothing."""


@dataclass(frozen=True)
class Study:
    """What is run at every point: policies in a world, with these factors moved, on common random numbers."""

    world: World
    policies: tuple[Policy, ...]
    factors: tuple[Factor, ...]
    paths: int
    seed: int

    @property
    def base(self) -> Array:
        """The factors' own values (factor,)."""
        return np.array([x.base for x in self.factors])

    @property
    def name(self) -> str:
        """Sixteen hexadecimal digits that name all inputs but the points, the model's figures among them."""
        inputs = [
            self.world.model_dump_json(), [print_policy(p) for p in self.policies], [x.key for x in self.factors],
            self.paths, self.seed, golden.stamp(self.world, self.policies),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:16]


def by_path(study: Study, points: Array) -> Array:
    """Every outcome at every point, (point, policy, key, path), keys in the order of `KEYS`. Raises `Refused`.

    For outcomes of all paths at once these are influence values: their mean is the outcome, their spread its error.
    """
    pairs = []
    for row in points:
        world, policies = moved(study.world, study.policies, study.factors, row)
        pairs += [(world, p) for p in policies]
    evaluated = batch.evaluate(pairs, study.paths, study.seed)
    return evaluated.values.reshape(len(points), len(study.policies), len(KEYS), study.paths)


def means(study: Study, points: Array) -> Array:
    """The same as means over paths, (point, policy, key)."""
    return np.asarray(by_path(study, points).mean(axis=-1))


def worked(study: Study, kind: str = "means") -> Work:
    """`means` or `by_path` of a study as a function of points that can be sent to another process."""
    return partial({"means": means, "by_path": by_path}[kind], study)


Batch = tuple[tuple[bytes, ...], Array]  # names of points and the points


@dataclass(frozen=True)
class Evaluator:
    """A function of points that works through them in batches.

    `kept` holds finished points by their bytes and is filled as batches finish, so what was done before a stop is not
    done again. `pool` is any executor (`policy.studies.executors`), or nothing for here and now. `note` hears the share done and
    the phase after each batch, and may raise to stop.
    """

    work: Work
    kept: Kept
    pool: Pool | None = None
    size: int = 16
    note: Note = silent
    phase: str = "running the model"

    def __call__(self, points: Array) -> Array:
        rows = np.ascontiguousarray(points, float)
        names = [row.tobytes() for row in rows]
        missing = list({name: k for k, name in enumerate(names) if name not in self.kept}.values())
        self._tell(len(names) - len(missing), len(names))
        chunks = (missing[k : k + self.size] for k in range(0, len(missing), self.size))
        batches = ((tuple(names[k] for k in chunk), rows[chunk]) for chunk in chunks)
        done = len(names) - len(missing)
        for batch_done in finished(self.pool or _here(), partial(_worked, self.work), batches):
            done += self._keep(batch_done)
            self._tell(done, len(names))
        return np.stack([self.kept[name] for name in names])

    def _keep(self, batch_done: Finished[Batch, Array]) -> int:
        if batch_done.error is not None or batch_done.result is None:
            raise batch_done.error or RuntimeError("a batch came back empty")
        for name, value in zip(batch_done.task[0], batch_done.result, strict=True):
            self.kept[name] = value
        return len(batch_done.task[0])

    def _tell(self, done: int, total: int) -> None:
        self.note(min(done / total, 1.0), f"{self.phase}: {done} of {total} points")


def _here() -> Pool:
    return Pool(SerialExecutor(), 1, 1)


def _worked(work: Work, batch: Batch) -> Array:
    return work(batch[1])


def row_of(key: str) -> int:
    """Place of an outcome in `KEYS`. Raises `Refused`."""
    if key not in KEYS:
        raise unknown("outcome", key, list(KEYS))
    return KEYS.index(key)
