"""Which policy is best by somebody's own weights, how sure that is, and which policies are dominated.

An outcome is turned into points of cost by a fixed, published worth (10 bp of peak dislocation are one point), so a
policy's points never depend on which others stand beside it. All that is ranked is a mean over paths, so two policies
on the same draws differ by a paired mean with one formula for its interval. Not included: that funds which expect
help may borrow more (`policy.game` finds that equilibrium); only the losses spared to them are.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import Refused, unknown
from models.stack import Array, Flags, Indices
from policy.intervention import number
from policy.scorecard import METRICS, RISK, Better, Scores, influence

NOISE = 1e-9  # arithmetic dust: anything smaller is no difference at all
MOST = 10.0  # the largest importance
WIDTH = 1.96  # standard errors of a 95% interval
SPARED = "losses_spared_bn"

_KEYS = {m.key: m for m in (*METRICS, *RISK)}
_RISKS = {m.key for m in RISK}


@dataclass(frozen=True)
class Criterion:
    """One outcome that counts: `worth` of its unit is one point of cost, a judgement that `meaning` states."""

    key: str
    title: str
    unit: str
    worth: float
    better: Better
    meaning: str
    evidence: str = "assumed"

    @property
    def sign(self) -> float:
        """+1 where more is worse, −1 where more is better."""
        return -1.0 if self.better == "high" else 1.0


def _criterion(key: str, worth: float, meaning: str) -> Criterion:
    metric = _KEYS[key]
    return Criterion(key, metric.title, metric.unit, worth, metric.better, meaning)


# Three measures of a working market (its prices, its intermediaries, what it must absorb), one of failures that spread,
# two of the public's money, and two side effects. The dysfunction cost is left out on purpose: it multiplies dislocation
# by urgent sales, so beside them it would count both twice.
CRITERIA: tuple[Criterion, ...] = (
    _criterion("peak_dislocation_10y_bp", 10.0, "10 bp of peak 10-year dislocation are one point: a tenth of a percentage point on the benchmark yield."),
    _criterion("peak_dealer_use_pct", 10.0, "10% of dealers' capacity at its peak are one point: about the distance from busy to full."),
    _criterion("market_sales_bn", 100.0, "$100bn of forced sales that reach the market are one point."),
    _criterion("lender_losses_bn", 1.0, "$1bn of losses passed on to funds' lenders is one point: judged costly for its size, because failures can spread."),
    _criterion("taxpayer_mean_bn", 5.0, "$5bn of the public's expected result are one point; a gain takes points off."),
    _criterion("taxpayer_es95_bn", 10.0, "$10bn of the public's mean loss in the worst 5% are one point: a tail weighs less per dollar than what is expected."),
    _criterion("unintended_easing_10y_bp", 5.0, "5 bp of unintended easing of the 10-year are one point: monetary policy is moved for another purpose."),
    Criterion(SPARED, "Losses spared to funds", "$bn", 5.0, "low", "$5bn of losses that funds would bear without action are one point: the first part of moral hazard."),
)  # fmt: skip
KEYS = tuple(c.key for c in CRITERIA)
EQUILIBRIUM_NOTE = "Moral hazard's equilibrium is not included: funds' leverage is today's, whatever help they come to expect."


# Weights


@dataclass(frozen=True)
class Weights:
    """How much one point of each criterion counts, 0 to 10, in the order of `CRITERIA`. Raises `Refused`."""

    importance: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if tuple(key for key, _ in self.importance) != KEYS:
            raise Refused(f"weights need each criterion once, in this order: {', '.join(KEYS)}")
        for key, value in self.importance:
            if not 0 <= value <= MOST:
                raise Refused(
                    f"weight {key} = {number(value) if math.isfinite(value) else value} is out of bounds: "
                    f"it must be between 0 and {MOST:g}"
                )
        if not any(value for _, value in self.importance):
            raise Refused(
                "all weights are 0, so nothing can be ranked; give at least one criterion a weight above 0"
            )

    def __getitem__(self, key: str) -> float:
        return dict(self.importance)[key]

    @property
    def vector(self) -> Array:
        """The weights in the order of `CRITERIA`."""
        return np.array([value for _, value in self.importance])


def weights(given: Mapping[str, float]) -> Weights:
    """Weights by key; a criterion that is not named has none. Raises `Refused`."""
    for key in given:
        if key not in KEYS:
            raise unknown("criterion", key, list(KEYS))
    return Weights(tuple((key, float(given.get(key, 0.0))) for key in KEYS))


# A point is a point until somebody says otherwise.
DEFAULT_WEIGHTS = weights(dict.fromkeys(KEYS, 5.0))


def parse_weights(text: str) -> Weights:
    """Weights from `key=3,key=1`; a criterion that is not named has none. Raises `Refused`."""
    given: dict[str, float] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals:
            raise Refused(f"weight {item!r} is refused; weights are written key=3,key=1")
        if key in given:
            raise Refused(f"weight {key} is given twice")
        given[key] = _number(key, value)
    return weights(given)


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused(
            f"weight {key} = {text!r} is refused: it must be a number between 0 and {MOST:g}"
        ) from None


def print_weights(made: Weights) -> str:
    """The inverse of `parse_weights`: criteria without weight are left out."""
    return ",".join(f"{key}={number(value)}" for key, value in made.importance if value)


# Points


def columns(scores: Scores, base: Scores) -> Array:
    """What counts, path by path, in each criterion's own unit: (criterion, path). `base` is no action in the same world.

    The mean over paths is the scorecard's figure; for the taxpayer's tail these are influence values, whose mean is the
    expected shortfall and whose spread gives its error.
    """
    return np.stack([_column(key, scores, base) for key in KEYS])


def _column(key: str, scores: Scores, base: Scores) -> Array:
    if key == SPARED:
        return np.asarray(base.values["fund_losses_bn"] - scores.values["fund_losses_bn"])
    if key in _RISKS:
        return influence(key, scores.profit.total)
    return np.asarray(scores.values[key])


def factors(made: Weights) -> Array:
    """Points per unit of each criterion: weight over worth, negative where more is better."""
    return made.vector * np.array([c.sign / c.worth for c in CRITERIA])


def points(columns: Array, made: Weights) -> Array:
    """Points of cost, lower is better: (…, criterion, path) → (…, path). Linear in the weights."""
    per_unit = factors(made)
    total = per_unit[0] * columns[..., 0, :]
    for k in range(
        1, len(per_unit)
    ):  # a fixed order of sums, so that a cell's points do not depend on its batch
        total = total + per_unit[k] * columns[..., k, :]
    return np.asarray(total)


def contributions(values: Array, made: Weights) -> Array:
    """Points by criterion: means (…, criterion) → (…, criterion), which sum to the mean points."""
    return np.asarray(values * factors(made))


def means(found: Sequence[Array]) -> Array:
    """Mean over paths of each policy's columns: (policy, criterion)."""
    return np.stack([c.mean(axis=-1) for c in found])


# Differences with their intervals


@dataclass(frozen=True)
class Gap:
    """A difference of two means with its 95% interval; `paired` where both saw the same draws, path by path."""

    value: float
    low: float
    high: float
    paired: bool = True

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero by more than arithmetic dust."""
        return abs(self.value) > NOISE and (self.low > 0) == (self.high > 0)


def gap(values: Array, base: Array, paired: bool = True) -> Gap:
    """Mean of `values` less mean of `base`, both (path,). Unpaired intervals add the two variances."""
    value = float(np.mean(values)) - float(np.mean(base))
    error = _error(values - base) if paired else math.hypot(_error(values), _error(base))
    return Gap(value, value - WIDTH * error, value + WIDTH * error, paired)


def _error(values: Array) -> float:
    return float(np.std(values, ddof=1) / math.sqrt(values.size)) if values.size > 1 else 0.0


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


def rank(found: Sequence[Array], made: Weights, draws: Draws | None = None) -> Ranking:
    """Policies ranked by mean points, from their columns (criterion, path); ties keep the given order.

    `draws` says which policies saw the same draws; without it all did.
    """
    if not found:
        raise Refused("nothing to rank: give at least one policy")
    seen, scored = _pairs(len(found), draws), [points(c, made) for c in found]
    mean = [float(np.mean(p)) for p in scored]
    order = sorted(range(len(mean)), key=mean.__getitem__)
    first = order[0]
    gaps = tuple(gap(p, scored[first], seen[k] == seen[first]) for k, p in enumerate(scored))
    return Ranking(tuple(order), tuple(mean), gaps)


# The Pareto set


def dominators(found: Sequence[Array], draws: Draws | None = None) -> tuple[tuple[int, ...], ...]:
    """For each policy, those that dominate it: no worse on any criterion and clearly better on at least one.

    No worse is read on the means, so whoever is dominated has more points under every set of positive weights.
    """
    count = len(found)
    return tuple(
        tuple(j for j in range(count) if j != k and _dominates(found[j], found[k], _same(draws, j, k)))
        for k in range(count)
    )


def _same(draws: Draws | None, j: int, k: int) -> bool:
    return draws is None or draws[j] == draws[k]


def _dominates(one: Array, other: Array, paired: bool) -> bool:
    """Whether `one` is no worse than `other` on all criteria and clearly better on at least one."""
    gaps = [gap(c.sign * a, c.sign * b, paired) for c, a, b in zip(CRITERIA, one, other, strict=True)]
    return all(g.value <= NOISE for g in gaps) and any(g.clear and g.value < 0 for g in gaps)


def pareto(found: Sequence[Array], draws: Draws | None = None) -> tuple[bool, ...]:
    """Which policies nobody dominates; at least one always is."""
    return tuple(not by for by in dominators(found, draws))
