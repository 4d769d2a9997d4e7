"""Which recorded series an outcome reads, found by running its formula on runs that take note of it.

A run of many worlds then keeps only these, and nobody has to list them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from models.scenario import World
from models.simulation import NARROWEST, Run, no_action, simulate
from models.stack import Array
from policy.outcomes.metric import Metric
from policy.outcomes.taxpayer import taxpayer


@dataclass(frozen=True)
class Reads:
    """Series read of the run itself, and of the run without action."""

    own: frozenset[str]
    none: frozenset[str]


@dataclass
class _Noted(Mapping[str, Array]):
    """Series that take note of which of them are read."""

    series: Mapping[str, Array]
    read: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Array:
        self.read.add(name)
        return self.series[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.series)

    def __len__(self) -> int:
        return len(self.series)


@cache
def reads(metric: Metric) -> Reads:
    """What an outcome's formula reads; for one of the public's profit, what counting that profit reads."""
    own, none = set[str](), set[str]()
    for run, bare in zip(_tried(), _tried(), strict=True):
        with np.errstate(all="ignore"):
            if metric.of_profit is None:
                metric.value(run, bare)
            else:
                taxpayer(run, 0)
        own |= _read(run)
        none |= _read(bare)
    return Reads(frozenset(own), frozenset(none))


def _read(run: Run) -> set[str]:
    return run.series.read if isinstance(run.series, _Noted) else set()


def _tried() -> tuple[Run, Run]:
    """A run in which nothing is used and one in which everything grows day by day, so that no branch is left out."""
    world, shapes = _shapes()
    still = {name: np.zeros(shape) for name, shape in shapes.items()}
    rising = {name: np.arange(1.0, 1 + np.prod(shape)).reshape(shape) for name, shape in shapes.items()}
    return Run(world, _Noted(still)), Run(world, _Noted(rising))


@cache
def _shapes() -> tuple[World, dict[str, tuple[int, ...]]]:
    world = World()
    (run,) = simulate(world, [no_action], NARROWEST, 0)
    return world, {name: values.shape for name, values in run.series.items()}
