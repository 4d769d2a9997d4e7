"""Parameters of hedge funds: their groups and their rules."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from models.parameters.base import ASSUMED, Frozen, Share, Share4, fitted, parameter
from models.text import line

# Leveraged funds' net futures by tenor, 10 March 2026 (CFTC).
FUTURES_BY_TENOR = (0.38, 0.295, 0.215, 0.11)


class Cohort(Frozen):
    """A group of alike hedge funds. Positions are `equity_bn × leverage × mix` before the common scale."""

    name: Annotated[str, AfterValidator(line), Field(min_length=1, max_length=40)]
    equity_bn: Annotated[float, Field(gt=0, le=500, description="Trade equity and free cash, $bn.")]
    leverage: Annotated[float, Field(gt=0, le=1000, description="Face of all positions over equity.")]
    mix: Annotated[
        tuple[Share, Share, Share], Field(description="Shares of basis, swap-spread and off-the-run trades.")
    ]
    tenors: Annotated[
        Share4, Field(description="Contracts of its basis trade: shares at 2, 5, 10 and 30 years.")
    ] = FUTURES_BY_TENOR

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Cohort:
        for name, shares in (("mix", self.mix), ("tenors", self.tenors)):
            if abs(sum(shares) - 1) > 1e-9:
                raise ValueError(f"{name} of cohort {self.name!r} sums to {sum(shares):g}; it must sum to 1")
        return self


DEFAULT_COHORTS = (
    Cohort(name="Basis 1", equity_bn=6.0, leverage=24.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 2", equity_bn=5.0, leverage=28.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 3", equity_bn=4.5, leverage=32.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 4", equity_bn=4.0, leverage=36.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 5", equity_bn=3.5, leverage=40.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Swap spread 1", equity_bn=5.5, leverage=20.0, mix=(0.0, 1.0, 0.0)),
    Cohort(name="Swap spread 2", equity_bn=5.0, leverage=24.0, mix=(0.0, 1.0, 0.0)),
    Cohort(name="Swap spread 3", equity_bn=4.0, leverage=28.0, mix=(0.0, 1.0, 0.0)),
    Cohort(name="Off the run", equity_bn=4.0, leverage=22.0, mix=(0.0, 0.0, 1.0)),
    Cohort(name="Multi 1", equity_bn=8.0, leverage=20.0, mix=(0.6, 0.3, 0.1)),
    Cohort(name="Multi 2", equity_bn=7.0, leverage=24.0, mix=(0.5, 0.35, 0.15)),
    Cohort(name="Multi 3", equity_bn=5.0, leverage=28.0, mix=(0.6, 0.25, 0.15)),
)


class Funds(Frozen):
    """Hedge funds: who holds what, how levered, and what makes them sell."""

    cohorts: Annotated[tuple[Cohort, ...], Field(min_length=1, max_length=40)] = DEFAULT_COHORTS
    scale: Annotated[
        float,
        parameter(
            "multiple",
            0,
            4,
            "All positions with equity unchanged: the leverage lever.",
            "1 is the episode's own positions",
            "derived",
            basic=True,
        ),
    ] = 1.0
    size: Annotated[
        float,
        parameter(
            "multiple",
            0.05,
            4,
            "All positions and all equity together: the size of the trades.",
            "1 is the episode's own positions",
            "derived",
        ),
    ] = 1.0
    buffer: Annotated[
        float,
        parameter(
            "share of requirement",
            0,
            2,
            "Equity that funds keep above margin and haircut.",
            "funds manage their own liquidity (Kruttli et al. 2021); size assumed",
            "assumed",
        ),
    ] = 0.1
    risk_headroom: Annotated[
        float,
        parameter(
            "share",
            0,
            3,
            "How far leverage may rise over its opening level before own limits bind.",
            ASSUMED,
            "assumed",
        ),
    ] = 0.25
    risk_limit_elasticity: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            1.5,
            "How funds' leverage limits shrink when volatility rises.",
            "own liquidity management drove the 2020 cut (Kruttli et al. 2021); size fitted to five episodes",
            "derived",
            basic=True,
        ),
    ] = fitted("funds.risk_limit_elasticity")
    risk_limit_speed: Annotated[
        float,
        parameter(
            "share of the excess a day",
            0,
            1,
            "How fast funds sell down to their own limit.",
            ASSUMED,
            "derived",
        ),
    ] = fitted("funds.risk_limit_speed")
    margin_call_speed: Annotated[
        float,
        parameter(
            "share of the shortfall a day",
            0.01,
            1,
            "How fast funds sell to meet a margin call; without equity everything is sold at once.",
            "calls are met over days (Kruttli et al. 2021 on liquidity management); size fitted to five episodes",
            "derived",
        ),
    ] = fitted("funds.margin_call_speed")
