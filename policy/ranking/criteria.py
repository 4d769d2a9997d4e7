"""What a ranking counts: the criteria, and weights that a user gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.errors import Refused, unknown
from models.stack import Array
from policy.interventions.triggers import number
from policy.outcomes.metric import Better, Metric
from policy.outcomes.scorecard import METRICS

MOST = 10.0  # the largest importance


@dataclass(frozen=True)
class Criterion:
    """One outcome that counts: `worth` of its unit is one point of cost, a judgement that `meaning` states."""

    metric: Metric
    worth: float
    meaning: str
    evidence: str

    @property
    def key(self) -> str:
        return self.metric.key

    @property
    def title(self) -> str:
        return self.metric.title

    @property
    def brief(self) -> str:
        return self.metric.brief

    @property
    def unit(self) -> str:
        return self.metric.unit

    @property
    def better(self) -> Better:
        return self.metric.direction

    @property
    def sign(self) -> float:
        """+1 where more is worse, −1 where more is better."""
        return self.metric.sign


# Three measures of a working market (its prices, its intermediaries, what it must absorb), one of failures that spread,
# two of the public's money, and two side effects.
CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(m, m.worth.amount, m.worth.meaning, m.worth.evidence) for m in METRICS if m.worth is not None
)
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


def print_weights(weights: Weights) -> str:
    """The inverse of `parse_weights`: criteria without weight are left out."""
    return ",".join(f"{key}={number(value)}" for key, value in weights.importance if value)
