"""What a fit minimises: distances from all episodes' targets in units of noise, then from the priors.

Every evaluation inverts the fundamentals again, since each set of values must explain the same yields. The trial worlds
of an episode are stacked and run together, so that a Jacobian costs one pass of the day loop for each episode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from models import shocks as random_shocks
from models.calibration.free import Free, Values, trial, without_held
from models.calibration.targets import Records, Target, flat, targets
from models.library import shipped
from models.scenario import SHOCKS, World
from models.shocks import Shocks
from models.simulation import NARROWEST, followed, run_columns
from models.stack import Array, stack

STEP = 1e-3
WIDEST = 64  # points evaluated together
FAR = 1e3  # units of noise, where a trial gives no number


@dataclass(frozen=True)
class Episode:
    """A world and what it should look like."""

    world: World
    wanted: tuple[Target, ...]


def historical(name: str) -> Episode:
    """A shipped episode with its committed targets."""
    return Episode(shipped(name), targets(name))


@dataclass(frozen=True)
class Problem:
    """What is fitted to what. `fixed` values are held; `settings` are parameters of a rival structure, by dotted name."""

    episodes: tuple[Episode, ...]
    free: tuple[Free, ...]
    fixed: Values = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def low(self) -> Array:
        return np.log([f.low for f in self.free])

    @property
    def high(self) -> Array:
        return np.log([f.high for f in self.free])

    def values(self, point: Array) -> dict[str, float]:
        """All values, held ones included, at a point in logs."""
        own = zip(self.free, np.exp(point), strict=True)
        return {**self.fixed, **{f.name: float(v) for f, v in own}}

    def holding(self, name: str, value: float) -> Problem:
        """The same problem with one value held."""
        free = tuple(f for f in self.free if f.name != name)
        return replace(self, free=free, fixed={**self.fixed, name: value})


def central_records(worlds: Sequence[World]) -> Records:
    """Series of many worlds on their central paths with the policy that was followed, a column each (some to spare)."""
    padded = [*worlds, *[worlds[-1]] * max(0, NARROWEST - len(worlds))]
    each = [random_shocks.central(w.scenario) for w in padded]
    joined = Shocks(**{n: np.concatenate([getattr(e, n) for e in each], axis=-1) for n in SHOCKS})
    stacked, observed = stack(padded, np.arange(len(padded))), padded[0].scenario.observed_yields_pct
    return run_columns(stacked, joined, [followed], [len(padded)], invert=bool(observed))


def moments(worlds: Sequence[World], wanted: Sequence[Target]) -> Array:
    """Model values (target, world) of worlds that share their calendar, in one pass of the day loop."""
    records = central_records(worlds)
    return np.array([t.read(records) for t in wanted])[:, : len(worlds)]


def evaluate(world: World, wanted: Sequence[Target]) -> tuple[Array, Array]:
    """What a world gives for each target, and what a path on which nothing changes would, (target,)."""
    records = central_records([without_held(world)])
    still = flat(records, world)
    return (
        np.array([t.read(records)[0] for t in wanted]),
        np.array([t.read(still)[0] for t in wanted]),
    )


def misses(problem: Problem, points: Array) -> Array:
    """Distances from the targets in units of noise (point, target)."""
    return np.concatenate([_misses(problem, episode, points) for episode in problem.episodes], axis=1)


def _misses(problem: Problem, episode: Episode, points: Array) -> Array:
    worlds = [trial(episode.world, problem.values(p), problem.settings) for p in points]
    goal, noise = np.array([(t.value, t.noise) for t in episode.wanted]).T
    z = (moments(worlds, episode.wanted).T - goal) / noise
    return np.nan_to_num(z, nan=FAR, posinf=FAR, neginf=-FAR)


def prior_misses(problem: Problem, points: Array) -> Array:
    """Distances from the priors' centres in units of their spread (point, free)."""
    centre, spread = np.array([(np.log(f.centre), f.spread) for f in problem.free]).T
    return (points - centre) / spread


def residuals(problem: Problem, points: Array) -> Array:
    """Everything that is squared and summed (point, residual)."""
    parts = np.array_split(points, -(-len(points) // WIDEST))
    fitted = np.concatenate([misses(problem, part) for part in parts])
    return np.concatenate([fitted, prior_misses(problem, points)], axis=1)


def jacobian(problem: Problem, point: Array) -> Array:
    """Its derivative by forward differences in logs (residual, free): an episode's own numbers move no other episode."""
    blocks = [_block(problem, episode, point) for episode in problem.episodes]
    return np.vstack([*blocks, np.diag([1 / f.spread for f in problem.free])])


def _block(problem: Problem, episode: Episode, point: Array) -> Array:
    moving = [k for k, f in enumerate(problem.free) if f.episode in (None, episode.world.name)]
    steps = point + STEP * np.vstack([np.zeros((1, point.size)), np.eye(point.size)[moving]])
    z = _misses(problem, episode, steps)
    block = np.zeros((len(episode.wanted), point.size))
    block[:, moving] = (z[1:] - z[0]).T / STEP
    return block
