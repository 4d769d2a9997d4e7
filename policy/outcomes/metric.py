"""What an outcome is: one row with its words, its direction, its formula and the statistic that headlines it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.simulation import Run
from models.stack import Array

Better = Literal["high", "low", "neither"]
Statistic = Literal["mean", "share"]  # a share is a mean of 0 and 100
Group = Literal["How it ends", "Market", "Dealers", "Funds", "Public", "Side effects"]
Formula = Callable[[Run, Run], Array]  # of a run and of the run without action, (path,)
ProfitFormula = Callable[[Array], Array]  # of the public's profit (draw, path), (path,)

RUN, HORIZON = "the run", "1 year after the opening"


@dataclass(frozen=True)
class Worth:
    """What makes an outcome a criterion of the ranking: `amount` of its unit is one point, as `meaning` judges."""

    amount: float
    meaning: str
    evidence: str = "assumed"


@dataclass(frozen=True)
class Metric:
    """An outcome, path by path by one of two formulas.

    `formula` reads a run and the run without action on the same draws; `of_profit` the public's profit at its horizon
    over all paths at once. Shares are in per cent, 0 or 100 on a path. `better` is what a scorecard marks; `aim` is
    the direction in which a ranking or a search counts it, where the scorecard takes no side. `level` outcomes stay at
    their day-0 value in calm, all others at zero. `tile` outcomes stand on every policy's card, under `short` where
    room is scarce.
    """

    key: str
    title: str
    unit: str
    better: Better
    statistic: Statistic
    group: Group
    description: str
    formula: Formula | None = None
    of_profit: ProfitFormula | None = None
    level: bool = False
    tile: bool = False
    short: str = ""
    aim: Better | None = None
    worth: Worth | None = None

    @property
    def brief(self) -> str:
        """Its title where room is scarce."""
        return self.short or self.title

    @property
    def horizon(self) -> bool:
        """Whether it is counted at the taxpayer's horizon."""
        return self.of_profit is not None

    @property
    def window(self) -> str:
        """Over what it is counted."""
        return HORIZON if self.horizon else RUN

    @property
    def spread(self) -> bool:
        """Whether its quantiles over paths mean something: not for shares, nor for what all paths make together."""
        return not self.horizon and self.statistic != "share"

    @property
    def counted(self) -> bool:
        """Whether it counts paths: 0 or 100 on each, so that its mean is a share with an interval of its own."""
        return not self.horizon and self.statistic == "share"

    @property
    def direction(self) -> Better:
        """The direction in which it is counted where it must have one."""
        return self.aim or self.better

    @property
    def sign(self) -> float:
        """+1 where more is worse, −1 where more is better."""
        return -1.0 if self.direction == "high" else 1.0

    @property
    def counts(self) -> bool:
        """Whether a ranking or a verdict reads it path by path."""
        return self.worth is not None or self.group == "How it ends"

    def headline(self, values: Array) -> float:
        """Its figure, from values by path."""
        return float(np.mean(values))

    def value(self, run: Run, none: Run | None = None) -> Array:
        """By path (path,); `none` is the run without action, the run itself where it is left out."""
        if self.formula is None:
            raise TypeError(f"{self.key} is counted from the public's profit")
        return self.formula(run, run if none is None else none)
