"""Reading a winner map: who wins where under any weights, by how much, and how outcomes move over the map."""

from __future__ import annotations

import numpy as np

from models.stack import Array, Flags, Indices
from policy.outcomes import statistics
from policy.outcomes.scorecard import DAYS_DISLOCATED, KEYS, SPIRAL_SHARE
from policy.ranking import ranking
from policy.ranking.criteria import Weights
from policy.ranking.ranking import Winners
from policy.ranking.verdict import EFFECT, LEAST, is_needed
from policy.studies.factors import Factor
from policy.studies.winner_map import COUNTED, Picture, values


def winners(picture: Picture, weights: Weights) -> Winners:
    """The winner of every cell under these weights, (x, y); the same as `ranking.winners` on all its paths.

    Cells that are not known or were refused have not a number as margin.
    """
    return led(*points(picture, weights))


def points(picture: Picture, weights: Weights) -> tuple[Array, Array]:
    """Mean points of cost (x, y, policy) and the covariances of these means (x, y, policy, policy)."""
    per_unit = ranking.factors(weights)
    means = np.einsum("xypk,k->xyp", picture.means[..., COUNTED], per_unit)
    return means, np.einsum("xypkql,k,l->xypq", picture.covariance, per_unit, per_unit, optimize=True)


def led(means: Array, covariance: Array) -> Winners:
    """The winner by mean points (x, y, policy), and its lead over the second with the covariances of the means.

    Variance of a lead: Var(second) + Var(best) − 2·Cov, since both saw the same draws.
    """
    order = np.argsort(means, axis=-1, kind="stable")
    best, second = order[..., 0], order[..., 1]
    margin = _at(means, second) - _at(means, best)
    error = np.sqrt(_variance(covariance, second, best))
    return Winners(best, second, margin, margin - statistics.WIDTH * error, margin + statistics.WIDTH * error)


def needed(picture: Picture) -> Flags:
    """Where a crisis without action is one, by the rule of `policy.ranking.verdict` (x, y)."""
    return is_needed(*(outcome(picture, metric.key, 0) for metric in (SPIRAL_SHARE, DAYS_DISLOCATED)))


def working(picture: Picture) -> Flags:
    """Which policies work where, by the rule of `policy.ranking.verdict`: (x, y, policy). No action never does."""
    means, covariance = points(picture, EFFECT)
    effect = means - means[..., :1]
    own = np.diagonal(covariance, axis1=-2, axis2=-1)
    error = np.sqrt(np.maximum(own + own[..., :1] - 2 * covariance[..., 0], 0.0))
    return (effect <= -LEAST) & (effect + statistics.WIDTH * error < 0)


def leaders(picture: Picture, weights: Weights) -> Winners:
    """The winner of every cell under these weights by the rule of the verdict (x, y): see `judged`."""
    return judged(picture, *points(picture, weights))


def judged(picture: Picture, means: Array, covariance: Array) -> Winners:
    """As `led`, but nobody leads where nothing is needed or nothing works, and what does not work leads nowhere.

    So a cell says what the verdict on it would: no action, where what works is not worth its price.
    """
    works = working(picture)
    wanted = works.any(axis=-1) & needed(picture)
    stays = works | np.isnan(means)
    stays[..., 0] = True
    ranked = led(np.where(stays, means, np.inf), covariance)
    idle = np.isfinite(means[..., 0]) & ~wanted
    figures = (np.where(idle, 0.0, v) for v in (ranked.margin, ranked.low, ranked.high))
    return Winners(np.where(idle, 0, ranked.best), ranked.second, *figures)


def _at(values: Array, index: Indices) -> Array:
    return np.asarray(np.take_along_axis(values, index[..., None], axis=-1)[..., 0])


def _variance(covariance: Array, one: Indices, other: Indices) -> Array:
    """Variance of the difference of two means, never below zero, (x, y)."""
    x, y = np.indices(one.shape)
    own = covariance[x, y, one, one] + covariance[x, y, other, other] - 2 * covariance[x, y, one, other]
    return np.asarray(np.maximum(own, 0.0))


def outcome(picture: Picture, key: str, policy: int) -> Array:
    """Mean of one outcome under one policy, (x, y)."""
    return picture.means[:, :, policy, KEYS.index(key)]


def difference(picture: Picture, key: str, policy: int, base: int) -> tuple[Array, Array]:
    """Mean paired difference of an outcome between two policies, and its standard error, (x, y)."""
    both = np.full(picture.shape, policy), np.full(picture.shape, base)
    error = np.sqrt(_variance(picture.spread[:, :, KEYS.index(key)], *both))
    return outcome(picture, key, policy) - outcome(picture, key, base), error


def shares(winners: Winners, policies: int) -> tuple[Array, Array]:
    """Share of the valid cells that each policy wins beyond noise, and in which it leads at all, (policy,) each.

    A tie, where nothing tells the first two apart, counts for nobody.
    """
    valid = np.isfinite(winners.margin)
    count = max(int(valid.sum()), 1)
    leads = valid & (winners.margin > statistics.NOISE)
    own = [leads & (winners.best == k) for k in range(policies)]
    return (
        np.array([np.sum(cells & winners.clear) / count for cells in own]),
        np.array([np.sum(cells) / count for cells in own]),
    )


def place(factor: Factor, count: int, value: float) -> float | None:
    """Where a value stands along a side, in cells from the first one's middle; nothing where it is off the map."""
    there = values(factor, count)
    half = (there[1] - there[0]) / 2
    if not there[0] - half <= value <= there[-1] + half:
        return None
    return float(np.interp(value, there, np.arange(there.size)))
