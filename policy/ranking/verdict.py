"""The verdict: one rule over outcomes that says which policy to take, what it does, or that none is wanted.

Whether a policy *works* is no matter of taste: its effect is the points of how the crisis goes (spirals, prices, dealers,
sales, lenders' losses) by equal weights, paired with no action. Which of those that work is *best* is: all points count,
the public's money and side effects among them, by the weights given. So the best here is the first of the ranking,
whatever page asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from models.stack import Array, Flags
from policy.outcomes.scorecard import BY_KEY, DAYS_DISLOCATED, PEAK_DISLOCATION, SPIRAL_SHARE
from policy.outcomes.statistics import Gap, gap
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, Weights, weights
from policy.ranking.ranking import points

Kind = Literal[
    "alone", "not_needed", "nothing_works", "backfires", "not_worth_its_price", "tie", "cheapest", "best"
]
Values = Mapping[str, Array]  # outcomes by key, path by path

SPIRALS_TO_NEED, DAYS_TO_NEED = 1.0, 5.0  # %, and days beyond 15 bp: a trading week
LEAST = 0.1  # points of effect: 1 bp of peak dislocation, or one more spiral in a hundred crises
PRICE_GROUPS = ("Public", "Side effects")
EFFECT = weights({c.key: 1.0 for c in CRITERIA if c.metric.group not in PRICE_GROUPS})  # how the crisis goes
READ = (SPIRAL_SHARE, DAYS_DISLOCATED, PEAK_DISLOCATION)  # what an effect is told in: the first that moved
MOVED = {SPIRAL_SHARE.key: 1.0, DAYS_DISLOCATED.key: 0.5, PEAK_DISLOCATION.key: 0.5}


@dataclass(frozen=True)
class Verdict:
    """What to say of policies beside no action, which is place 0.

    `policies` are the places it is about, best first; `reason` is the key of the outcome that shows it, `value` that
    outcome's mean under the first of them and `base` under no action. `backfiring` make the crisis worse beyond noise;
    `stronger` does more than the best, at a price that outweighs it.
    """

    kind: Kind
    policies: tuple[int, ...]
    reason: str
    value: float
    base: float
    backfiring: tuple[int, ...] = ()
    stronger: int | None = None


def verdict(values: Sequence[Values], weights: Weights = DEFAULT_WEIGHTS) -> Verdict:
    """The verdict on policies from their outcomes on the same draws, no action first."""
    everyone = range(1, len(values))
    effects = [_effect(v) for v in values]
    worse = tuple(k for k in everyone if _clearly(gap(effects[k], effects[0]), +1))
    working = [k for k in everyone if _clearly(gap(effects[k], effects[0]), -1)]
    if not everyone:
        return _told("alone", (0,), values, worse)
    if not _needed(values[0]):
        return _told("not_needed", tuple(everyone), values, worse)
    if not working:
        return (
            _told("backfires", worse, values, worse)
            if worse
            else _told("nothing_works", tuple(everyone), values)
        )
    return _choice(values, weights, effects, working, worse)


def _choice(
    values: Sequence[Values],
    weights: Weights,
    effects: Sequence[Array],
    working: list[int],
    worse: tuple[int, ...],
) -> Verdict:
    """Among policies that work: the first of the ranking, those it cannot be told from, or that none is worth it."""
    scored = [points(np.stack([v[c.key] for c in CRITERIA]), weights) for v in values]
    order = sorted(working, key=lambda k: float(np.mean(scored[k])))
    best = order[0]
    if gap(scored[0], scored[best]).value <= 0:
        return _told("not_worth_its_price", (best,), values, worse)
    tied = tuple(k for k in order if not gap(scored[k], scored[best]).clear)
    if len(tied) > 1:
        return _told("tie", tied, values, worse)
    alike = tuple(k for k in order if not gap(effects[k], effects[best]).clear)
    if len(alike) > 1:
        return _told("cheapest", alike, values, worse)
    more = [k for k in working if _clearly(gap(effects[k], effects[best]), -1)]
    stronger = min(more, key=lambda k: float(np.mean(effects[k])), default=None)
    return _told("best", (best,), values, worse, stronger)


def _effect(values: Values) -> Array:
    """Points of how the crisis goes, by equal weights of one (path,)."""
    return points(np.stack([values[c.key] for c in CRITERIA]), EFFECT)


def _clearly(apart: Gap, sign: int) -> bool:
    """Whether a gap has that sign beyond noise and beyond what anybody would notice."""
    return apart.clear and sign * apart.value >= LEAST


def is_needed(spirals: Array, days: Array) -> Flags:
    """Whether a crisis without action is one: some spiral, or prices are out of order for more than a week.

    From the mean share of spirals, %, and the mean days beyond 15 bp, without action.
    """
    return (spirals > SPIRALS_TO_NEED) | (days > DAYS_TO_NEED)


def _needed(none: Values) -> bool:
    return bool(is_needed(*(np.asarray(np.mean(none[m.key])) for m in (SPIRAL_SHARE, DAYS_DISLOCATED))))


def _told(
    kind: Kind,
    policies: tuple[int, ...],
    values: Sequence[Values],
    worse: tuple[int, ...] = (),
    stronger: int | None = None,
) -> Verdict:
    """The verdict with the outcome that shows it best: the first that a policy moved, or in which there is a crisis."""
    first, none = values[policies[0]], values[0]
    idle = kind in ("alone", "not_needed", "nothing_works")
    size = {row.key: abs(float(np.mean(none[row.key] - (0.0 if idle else first[row.key])))) for row in READ}
    reason = next((key for key in size if size[key] >= MOVED[key]), READ[0].key)
    value, base = float(np.mean(first[reason])), float(np.mean(none[reason]))
    return Verdict(kind, policies, reason, value, base, worse, stronger)


def verdict_data(verdict: Verdict, labels: Sequence[str]) -> dict[str, Any]:
    """The verdict for files, with labels for places."""
    return {
        "kind": verdict.kind,
        "policies": [labels[k] for k in verdict.policies],
        "outcome": verdict.reason,
        "unit": BY_KEY[verdict.reason].unit,
        "value": verdict.value,
        "without_action": verdict.base,
        "backfiring": [labels[k] for k in verdict.backfiring],
        "stronger": None if verdict.stronger is None else labels[verdict.stronger],
    }
