"""How a ranking depends on the weights: the exact range of each over which the winner stays, and all weightings at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.stack import Array
from policy.outcomes.statistics import NOISE
from policy.ranking.criteria import CRITERIA, KEYS, MOST, Weights
from policy.ranking.ranking import contributions, factors

DRAWS = 4096  # sets of weights drawn for the shares of the simplex
SEED = 7


@dataclass(frozen=True)
class Segment:
    """A stretch of one criterion's weight, the others fixed, over which one policy has the fewest points."""

    low: float
    high: float
    winner: int


@dataclass(frozen=True)
class Stays:
    """Over which weights of one criterion the winner stays, and who wins beyond (nothing where the range ends)."""

    key: str
    low: float
    high: float
    below: int | None
    above: int | None

    @property
    def always(self) -> bool:
        """Whether this weight alone never changes the winner."""
        return self.below is None and self.above is None


def segments(values: Array, weights: Weights, key: str) -> tuple[Segment, ...]:
    """Who wins as one weight goes from 0 to 10, exactly: the lower envelope of lines, one per policy.

    `values` are means (policy, criterion). Points are linear in the weight, so each policy wins on one stretch at most.
    """
    start, slope = _lines(values, weights, key)
    at, out = 0.0, []
    here = int(
        np.lexsort((slope, start))[0]
    )  # at a weight of 0; of equals, the one that is lower just beyond
    while True:
        cross, then = _next(start, slope, here, at)
        out.append(Segment(at, min(cross, MOST), here))
        if cross >= MOST:
            return _tidy(out)
        at, here = cross, then


def _tidy(pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    """Without stretches as short as arithmetic dust; what remains joins up from 0 to 10."""
    kept = [s for s in pieces if s.high - s.low > NOISE]
    lows = (0.0, *(s.high for s in kept))
    return tuple(Segment(low, s.high, s.winner) for low, s in zip(lows, kept, strict=False))


def _lines(values: Array, weights: Weights, key: str) -> tuple[Array, Array]:
    """Points at a weight of 0, and points for each unit of the weight, by policy."""
    k = KEYS.index(key)
    rest = factors(weights)
    rest[k] = 0.0
    start = np.add.reduce(values * rest, axis=-1)
    return np.asarray(start), np.asarray(values[:, k] * CRITERIA[k].sign / CRITERIA[k].worth)


def _next(start: Array, slope: Array, here: int, at: float) -> tuple[float, int]:
    """The next weight at which another line comes below the present one, and whose that is: the flattest of equals."""
    flatter = np.flatnonzero(slope < slope[here] - NOISE)
    if not flatter.size:
        return math.inf, here
    where = np.maximum((start[flatter] - start[here]) / (slope[here] - slope[flatter]), at)
    first = np.lexsort((slope[flatter], where))[0]
    return float(where[first]), int(flatter[first])


def stays(values: Array, weights: Weights, key: str) -> Stays:
    """The range of one weight, 0 to 10, over which the present winner stays, and who wins beyond it."""
    parts = segments(values, weights, key)
    # At a bound both have equal points; the winner is the one that `rank` names, or the first that reaches the weight.
    first = int(np.argmin(np.add.reduce(contributions(values, weights), axis=-1)))
    holds = [k for k, s in enumerate(parts) if s.low <= weights[key] <= s.high]
    k = next((k for k in holds if parts[k].winner == first), holds[0])
    below = parts[k - 1].winner if k else None
    above = parts[k + 1].winner if k + 1 < len(parts) else None
    return Stays(key, parts[k].low, parts[k].high, below, above)


def sensitivity(values: Array, weights: Weights) -> tuple[Stays, ...]:
    """`stays` for every criterion, in the order of `CRITERIA`."""
    return tuple(stays(values, weights, key) for key in KEYS)


def simplex_shares(values: Array, draws: int = DRAWS, seed: int = SEED) -> Array:
    """Share of all possible weightings under which each policy wins: (policy,), sums to one.

    Weightings are drawn evenly from those that sum to one, with a fixed seed; policies with equal points share a draw.
    """
    drawn = np.random.default_rng(seed).standard_exponential((draws, len(KEYS)))
    drawn /= np.add.reduce(drawn, axis=1)[:, None]
    unit = np.array([c.sign / c.worth for c in CRITERIA])
    scored = np.einsum("dk,pk->pd", drawn, values * unit)
    best = scored <= scored.min(axis=0) + NOISE
    return np.asarray((best / np.add.reduce(best, axis=0)).mean(axis=1))
