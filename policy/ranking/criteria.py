"""What a ranking counts: the criteria, and weights that a user gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.errors import Refused, unknown
from models.stack import Array
from policy.interventions.triggers import number
from policy.outcomes.scorecard import METRICS, RISK, SPARED, Better

MOST = 10.0  # the largest importance
_KEYS = {m.key: m for m in (*METRICS, *RISK)}
RISKS = {m.key for m in RISK}


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
