"""Which policy is best by somebody's own weights, how sure that is, and which policies are dominated.

An outcome is turned into points of cost by a fixed, published worth (10 bp of peak dislocation are one point), so a
policy's points never depend on which others stand beside it. All that is ranked is a mean over paths, so two policies
on the same draws differ by a paired mean with one formula for its interval. Not included: that funds which expect
help may borrow more (`policy.leverage.game` finds that equilibrium); only the losses spared to them are.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import Refused
from models.stack import Array, Flags, Indices
from policy.outcomes.scores import Scores
from policy.outcomes.statistics import NOISE, WIDTH, Gap, gap
from policy.ranking.criteria import CRITERIA, KEYS, Weights

# Points


def columns(scores: Scores) -> Array:
    """What counts, path by path, in each criterion's own unit: (criterion, path).

    The mean over paths is the scorecard's figure; for the taxpayer's tail these are influence values, whose mean is the
    expected shortfall and whose spread gives its error.
    """
    return np.stack([scores.values[key] for key in KEYS])


def factors(weights: Weights) -> Array:
    """Points per unit of each criterion: weight over worth, negative where more is better."""
    return weights.vector * np.array([c.sign / c.worth for c in CRITERIA])


def points(columns: Array, weights: Weights) -> Array:
    """Points of cost, lower is better: (…, criterion, path) → (…, path). Linear in the weights."""
    per_unit = factors(weights)
    total = per_unit[0] * columns[..., 0, :]
    for k in range(
        1, len(per_unit)
    ):  # a fixed order of sums, so that a cell's points do not depend on its batch
        total = total + per_unit[k] * columns[..., k, :]
    return np.asarray(total)


def contributions(values: Array, weights: Weights) -> Array:
    """Points by criterion: means (…, criterion) → (…, criterion), which sum to the mean points."""
    return np.asarray(values * factors(weights))


def means(outcomes: Sequence[Array]) -> Array:
    """Mean over paths of each policy's columns: (policy, criterion)."""
    return np.stack([c.mean(axis=-1) for c in outcomes])


# Differences with their intervals


Draws = Sequence[Hashable]  # what random draws each policy saw; equal ones are compared path by path


def _pairs(count: int, draws: Draws | None) -> Draws:
    return draws if draws is not None else (None,) * count


@dataclass(frozen=True)
class Winners:
    """The best policy cell by cell: its index, the next best, and by how many points it leads, with a 95% interval."""

    best: Indices
    second: Indices
    margin: Array
    low: Array
    high: Array

    @property
    def clear(self) -> Flags:
        """Where the lead is beyond noise."""
        return (self.margin > NOISE) & (self.low > 0)


def winners(scored: Array) -> Winners:
    """The best of at least two policies in every cell, from points (…, policy, path) on common draws."""
    mean = scored.mean(axis=-1)
    order = np.argsort(mean, axis=-1, kind="stable")
    best, second = order[..., 0], order[..., 1]
    lead = _taken(scored, second) - _taken(scored, best)
    margin, paths = lead.mean(axis=-1), lead.shape[-1]
    error = lead.std(axis=-1, ddof=1) / math.sqrt(paths) if paths > 1 else np.zeros_like(margin)
    return Winners(best, second, margin, margin - WIDTH * error, margin + WIDTH * error)


def _taken(scored: Array, index: Indices) -> Array:
    chosen = np.take_along_axis(scored, np.asarray(index)[..., None, None], axis=-2)
    return np.asarray(chosen[..., 0, :])


# Ranking


@dataclass(frozen=True)
class Ranking:
    """Policies from best to worst. `points` and `gaps` are in the given order of policies; `gaps` are to the winner."""

    order: tuple[int, ...]
    points: tuple[float, ...]
    gaps: tuple[Gap, ...]

    @property
    def winner(self) -> int:
        return self.order[0]

    def within_noise(self, k: int) -> bool:
        """Whether policy `k` cannot be told from the winner; the winner cannot be told from itself."""
        return not self.gaps[k].clear

    @property
    def rivals(self) -> tuple[int, ...]:
        """Policies other than the winner that are within noise of it, best first."""
        return tuple(k for k in self.order[1:] if self.within_noise(k))


def rank(outcomes: Sequence[Array], weights: Weights, draws: Draws | None = None) -> Ranking:
    """Policies ranked by mean points, from their columns (criterion, path); ties keep the given order.

    `draws` says which policies saw the same draws; without it all did.
    """
    if not outcomes:
        raise Refused("nothing to rank: give at least one policy")
    seen, scored = _pairs(len(outcomes), draws), [points(c, weights) for c in outcomes]
    mean = [float(np.mean(p)) for p in scored]
    order = sorted(range(len(mean)), key=mean.__getitem__)
    first = order[0]
    gaps = tuple(gap(p, scored[first], seen[k] == seen[first]) for k, p in enumerate(scored))
    return Ranking(tuple(order), tuple(mean), gaps)


# The Pareto set


def dominators(outcomes: Sequence[Array], draws: Draws | None = None) -> tuple[tuple[int, ...], ...]:
    """For each policy, those that dominate it: no worse on any criterion and clearly better on at least one.

    No worse is read on the means, so whoever is dominated has more points under every set of positive weights.
    """
    count = len(outcomes)
    return tuple(
        tuple(j for j in range(count) if j != k and _dominates(outcomes[j], outcomes[k], _same(draws, j, k)))
        for k in range(count)
    )


def _same(draws: Draws | None, j: int, k: int) -> bool:
    return draws is None or draws[j] == draws[k]


def _dominates(one: Array, other: Array, paired: bool) -> bool:
    """Whether `one` is no worse than `other` on all criteria and clearly better on at least one."""
    gaps = [gap(c.sign * a, c.sign * b, paired) for c, a, b in zip(CRITERIA, one, other, strict=True)]
    return all(g.value <= NOISE for g in gaps) and any(g.clear and g.value < 0 for g in gaps)
