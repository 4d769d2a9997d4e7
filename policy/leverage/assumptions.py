"""What nobody has estimated: where each assumption of the game may plausibly lie, and what a range over all of them is.

Intervals are independent of each other and carry no probability: a range runs from the least to the greatest figure over
every combination of their ends, and says nothing about which is likelier.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from policy.leverage.game import Game

SURE = 1.96  # standard errors in a 95% interval
SMALLEST_LEVERAGE_PCT = (
    0.5  # one part in 200 of funds' positions; assumed to be the least that anybody would act on
)
SMALLEST_LOSS_BN = 0.005  # $5m a year; assumed likewise


@dataclass(frozen=True)
class Assumption:
    """A setting of `Game` and the interval in which it plausibly lies."""

    name: str
    low: float
    high: float
    source: str

    def ends(self, game: Game) -> tuple[float, float]:
        """The interval, stretched to the game's own value where that lies outside."""
        own = float(getattr(game, self.name))
        return min(self.low, own), max(self.high, own)


ASSUMPTIONS = (
    Assumption("demand_elasticity", 0.5, 2.0, "half to twice the default; assumed"),
    Assumption("crises_a_year", 0.04, 0.2, "one in 25 years to one in five (March 2020 to April 2025); assumed"),
    Assumption("carry", 0.1, 0.4, "half to twice the default; assumed"),
    Assumption("franchise_value", 0.0, 1.0, "nothing to a fund's whole equity again; assumed"),
    Assumption("risk_aversion", 0.02, 0.08, "half to twice the default; assumed"),
    Assumption("purchases_probability", 0.0, 1.0, "from no action to purchases as in 2020 for certain"),
)  # fmt: skip


def corners(game: Game) -> tuple[Game, ...]:
    """The game as it is, then with every combination of the assumptions' ends."""
    names = [a.name for a in ASSUMPTIONS]
    ends = product(*(a.ends(game) for a in ASSUMPTIONS))
    return (game, *(game.model_copy(update=dict(zip(names, values, strict=True))) for values in ends))


@dataclass(frozen=True)
class Extremes:
    """The least and the greatest of a figure over all assumptions, each with its standard error."""

    low: float
    low_se: float
    high: float
    high_se: float


@dataclass(frozen=True)
class Swing:
    """A figure with one assumption at the low and at the high end of its interval, and all others as they are."""

    assumption: Assumption
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How far the assumption moves the figure."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Unknown:
    """A policy's figure over what nobody has estimated: its range, and what each assumption alone does, largest first."""

    range: Extremes
    swings: tuple[Swing, ...]


def practically_none(value: float, error: float, smallest: float) -> bool:
    """Whether a figure is too small to matter or to be told from nothing: below `smallest`, or within its 95% interval."""
    return abs(value) < max(smallest, SURE * error)
