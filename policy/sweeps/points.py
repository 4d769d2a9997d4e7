"""Points of an experiment evaluated: each world under each policy on the same shocks, as rows of figures.

A worker is given a task, which is all it needs to know. Rows do not depend on what else is in the task.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.errors import Refused
from models.scenario import World
from models.stack import Array
from models.worlds import replace
from policy import golden
from policy.interventions.base import Intervention
from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.statistics import quantiles
from policy.spec import Policy, build_intervention
from policy.studies.batch import evaluate

# Of outcomes whose quantiles over paths mean something, and of shares and outcomes of all paths at once.
STATISTICS = ("mean", "se", "p05", "p50", "p95", "vs_none", "vs_none_se")
VALUE_STATISTICS = ("value", "se", "vs_none", "vs_none_se")


@dataclass(frozen=True)
class Place:
    """What a value moves: a parameter of the world by dotted name, or a setting of one part of one policy."""

    name: str
    policy: int | None = None
    part: int = 0


@dataclass(frozen=True)
class Shard:
    """A shard of an experiment: points from number `first` on, one tuple of values each, in the order of `places`."""

    index: int
    first: int
    values: tuple[tuple[Any, ...], ...]
    places: tuple[Place, ...]
    world: World
    policies: tuple[Policy, ...]
    paths: int
    seed: int
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """One row for each point and policy: figures (row, figure), and why a row has none; and what computed them."""

    figures: Array
    reasons: tuple[str | None, ...]
    maker: tuple[str, str]


def maker(task: Shard) -> tuple[str, str]:
    """On what a task's numbers depend beside it: the model's figures of its world and policies, and NumPy's version."""
    return golden.stamp(task.world, task.policies), np.__version__


class PointFailed(RuntimeError):
    """A point at which the model itself failed, which is a bug and no refusal."""


@dataclass(frozen=True)
class Point:
    """A point's world and its policies, either of which may be refused, with the reason."""

    world: World | str
    policies: tuple[Policy | str, ...]
    key: Hashable  # what the world was made from: points with the same key share it


def figures_of(metrics: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Key and statistic of every figure, in the order of a row."""
    return tuple((key, statistic) for key in metrics for statistic in statistics_of(key))


def statistics_of(key: str) -> tuple[str, ...]:
    """What is told of an outcome."""
    return STATISTICS if BY_KEY[key].spread else VALUE_STATISTICS


def run_task(task: Shard) -> Rows:
    """All rows of a task. Raises `PointFailed` with the number and values of the point."""
    worlds: dict[Hashable, World | str] = {}
    points = [point_at(task, values, worlds) for values in task.values]
    try:
        return _rows(task, points)
    except Exception as error:
        for k, point in enumerate(points):
            _again(task, k, point)
        raise PointFailed(f"points from {task.first} on: {type(error).__name__}: {error}") from error


def _again(task: Shard, k: int, point: Point) -> None:
    """One point by itself, to find the one that fails."""
    try:
        _rows(task, [point])
    except Exception as error:
        told = ", ".join(f"{p.name} = {v}" for p, v in zip(task.places, task.values[k], strict=True))
        message = f"point {task.first + k} ({told}): {type(error).__name__}: {error}"
        raise PointFailed(message) from error


def point_at(task: Shard, values: Sequence[Any], worlds: dict[Hashable, World | str]) -> Point:
    """World and policies at a point; what is refused is kept as its reason. `worlds` holds those already made."""
    pairs = list(zip(task.places, values, strict=True))
    changes = {place.name: value for place, value in pairs if place.policy is None}
    key = repr(changes)
    if key not in worlds:
        worlds[key] = _world(task.world, changes)
    world = worlds[key]
    settings: dict[tuple[int, int], dict[str, Any]] = {}
    for place, value in pairs:
        if place.policy is not None:
            settings.setdefault((place.policy, place.part), {})[place.name] = value
    if isinstance(world, str):
        return Point(world, tuple(world for _ in task.policies), key)
    return Point(world, tuple(_policy(p, k, settings, world) for k, p in enumerate(task.policies)), key)


def _world(base: World, changes: dict[str, Any]) -> World | str:
    try:
        return replace(base, changes) if changes else base
    except Refused as refusal:
        return str(refusal)


def _policy(
    base: Policy, k: int, settings: dict[tuple[int, int], dict[str, Any]], world: World
) -> Policy | str:
    """A policy with its settings at a point, under its own label, if it fits the world."""
    try:
        parts = tuple(_part(i, settings.get((k, n))) for n, i in enumerate(base.interventions))
        revised_policy = Policy(base.label, parts)
        revised_policy.prepare(world)
    except Refused as refusal:
        return str(refusal)
    return revised_policy


def _part(base: Intervention, changes: dict[str, Any] | None) -> Intervention:
    return build_intervention(base.name, base.changed(changes)) if changes else base


def _rows(task: Shard, points: Sequence[Point]) -> Rows:
    """Rows of points in order; a pair of world and policy that comes more than once is computed once."""
    wanted: dict[Hashable, tuple[World, Policy]] = {}
    for point in points:
        for policy in point.policies:
            if isinstance(policy, Policy) and isinstance(point.world, World):
                wanted.setdefault((point.key, policy), (point.world, policy))
    evaluated = evaluate(list(wanted.values()), task.paths, task.seed, task.metrics) if wanted else None
    at = {pair: k for k, pair in enumerate(wanted)}
    rows = [(point, policy) for point in points for policy in point.policies]
    table = np.full((len(rows), len(figures_of(task.metrics))), np.nan)
    for row, (point, policy) in enumerate(rows):
        if evaluated is not None and isinstance(policy, Policy):
            k, base = at[point.key, policy], at[point.key, point.policies[0]]
            table[row] = _statistics(task.metrics, evaluated.values[k], evaluated.values[base])
    reasons = tuple(policy if isinstance(policy, str) else None for _, policy in rows)
    return Rows(table, reasons, maker(task))


def _statistics(keys: Sequence[str], values: Array, base: Array) -> Array:
    """The figures of outcomes (key, path), one after the other."""
    gap = values - base
    low, middle, high = quantiles(values)
    mean, lead = np.mean(values, axis=1), np.mean(gap, axis=1)
    columns = {
        "mean": mean, "value": mean, "se": _error(values), "p05": low, "p50": middle, "p95": high,
        "vs_none": lead, "vs_none_se": _error(gap),
    }  # fmt: skip
    return np.array([columns[statistic][k] for k, key in enumerate(keys) for statistic in statistics_of(key)])


def _error(values: Array) -> Array:
    """Standard error of the mean over paths; 0 for a single path (key,)."""
    paths = values.shape[1]
    return np.std(values, axis=1, ddof=1) / np.sqrt(paths) if paths > 1 else np.zeros(values.shape[0])
