"""The third claim made for the hedged auction, tested: that help at a price leaves losses with those who need it.

What funds still lose at each penalty, as a share of what they lose without help, beside outright purchases, which have no
price. All arms see the same shocks; differences are paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.scenario import World
from models.simulation import Run
from policy.comparison import compare
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.outright import Outright
from policy.leverage.penalty import at_penalties, usual_penalties
from policy.leverage.who_pays import WithError
from policy.outcomes.moral_hazard import fund_losses, share_over, share_with_error
from policy.outcomes.scorecard import PEAK_DISLOCATION, TAKE_UP
from policy.outcomes.statistics import WIDTH, estimate
from policy.spec import policy


@dataclass(frozen=True)
class HelpAtPrice:
    """The auction at one price; means over paths. `penalty_bp` is None for a price that is not one number of bp."""

    penalty_bp: float | None
    take_up_bn: WithError
    peak_dislocation_10y_bp: WithError
    borne_pct: WithError  # of funds' losses without help
    over_purchases: WithError  # percentage points more than under purchases

    @property
    def dearer(self) -> bool:
        """Whether funds bear more than under purchases beyond noise."""
        return self.over_purchases.value > WIDTH * self.over_purchases.se

    @property
    def cheaper(self) -> bool:
        """Whether they bear less, beyond noise."""
        return self.over_purchases.value < -WIDTH * self.over_purchases.se


@dataclass(frozen=True)
class LossesBorne:
    """What funds bear at the auction's own price, over a grid of penalties in rising order, and under purchases."""

    without_help_bn: float
    purchases_pct: WithError
    own: HelpAtPrice
    points: tuple[HelpAtPrice, ...]


def losses_borne(
    world: World,
    paths: int,
    seed: int,
    penalties: Sequence[float] | None = None,
    auction: HedgedAuction | None = None,
    purchases: Outright | None = None,
) -> LossesBorne:
    """The auction as it is and at each penalty (`usual_penalties` if none are given), beside purchases, by default from the same start.

    Raises `Refused`.
    """
    own = auction or HedgedAuction()
    grid = usual_penalties(world) if penalties is None else tuple(sorted(penalties))
    bought = purchases or Outright(start=own.start)
    arms = [policy([bought], "purchases"), policy([own], "auction"), *at_penalties(own, grid)]
    none, under_purchases, *auctions = compare(world, arms, paths, seed).runs
    one_price = own.penalty_bp if isinstance(own.penalty_bp, float) else None
    first, *rest = (
        _point(price, run, under_purchases, none)
        for price, run in zip((one_price, *grid), auctions, strict=True)
    )
    return LossesBorne(
        without_help_bn=float(np.mean(fund_losses(none))),
        purchases_pct=WithError(*share_with_error(under_purchases, none)),
        own=first,
        points=tuple(rest),
    )


def _point(penalty: float | None, run: Run, purchases: Run, none: Run) -> HelpAtPrice:
    return HelpAtPrice(
        penalty_bp=penalty,
        take_up_bn=WithError(*estimate(TAKE_UP.value(run))),
        peak_dislocation_10y_bp=WithError(*estimate(PEAK_DISLOCATION.value(run))),
        borne_pct=WithError(*share_with_error(run, none)),
        over_purchases=WithError(*share_over(run, purchases, none)),
    )
