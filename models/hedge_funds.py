"""Hedge funds: what they lose, what their constraints ask for, and so what they must sell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.parameters import DAYS_A_YEAR
from models.stack import Array, Group
from models.wedges import Wedges


@dataclass(frozen=True)
class Constraints:
    """Forced sales of each cohort as a function of x = λ − λ₀, $bn of face; all (cohort, column).

    sale(x) = min(gross, max(margin_at_calm + margin_slope·x, limit_at_calm + limit_slope·x, funding)).
    """

    gross: Array
    equity_at_calm: Array  # equity after today's losses if λ were at its calm level
    equity_slope: Array  # loss per bp of charge
    margin_at_calm: Array
    margin_slope: Array
    limit_at_calm: Array
    limit_slope: Array
    funding: Array

    def sales(self, charge_above_calm: Array) -> Array:
        """Forced sales (cohort, column), $bn, at a charge."""
        return required_sales(
            charge_above_calm, self.gross, self.margin_at_calm, self.margin_slope,
            self.limit_at_calm, self.limit_slope, self.funding,
        )  # fmt: skip

    def equity(self, charge_above_calm: Array) -> Array:
        """Equity after today's losses (cohort, column), $bn."""
        return self.equity_at_calm - self.equity_slope * charge_above_calm


def required_sales(
    x: Array, gross: Array, margin0: Array, margin1: Array, limit0: Array, limit1: Array, funding: Array
) -> Array:
    """The largest of the three reasons to sell, between nothing and everything. Rises with x."""
    need = margin1 * x
    need += margin0
    limit = limit1 * x
    limit += limit0
    np.maximum(need, limit, out=need)
    np.maximum(need, funding, out=need)
    return np.minimum(need, gross, out=need)


def constraints(
    p: Group,
    positions: Array,
    equity: Array,
    leverage_limit: Array,
    wedges: Wedges,
    mark: Array,
    margin: Array,
    haircut: Array,
    carry: Array,
    sigma_ratio: Array,
    missing_share: Array,
) -> Constraints:
    """Today's constraints of every cohort.

    `positions` (strategy, cohort, column) and `equity` (cohort, column) at the open in $bn; `mark` yesterday's
    price loss in points (strategy, column); `carry` today's extra cost in points (strategy, column); `margin`
    and `haircut` shares of face; `sigma_ratio` σ/σ₀; `missing_share` the part of repo not rolled over.
    Margin share 1 − E/requirement, own limit speed·(1 − ℓ*·E/N) with ℓ* = ℓ₀·min(1, (σ₀/σ)^α), funding share.
    """
    gross = _over_strategies(positions, np.ones_like(mark))
    fixed = _over_strategies(positions, (wedges.own - mark + carry) / 100)
    slope = _over_strategies(positions, wedges.slope / 100)
    need = _over_strategies(positions, (margin + haircut) * (1 + p.buffer))
    equity_at_calm = equity - fixed
    per_need = np.divide(gross, need, out=np.zeros_like(gross), where=need > 0)
    limit = leverage_limit * np.minimum(1.0, sigma_ratio**-p.risk_limit_elasticity)
    speed = p.risk_limit_speed
    return Constraints(
        gross=gross,
        equity_at_calm=equity_at_calm,
        equity_slope=slope,
        margin_at_calm=gross - equity_at_calm * per_need,
        margin_slope=slope * per_need,
        limit_at_calm=speed * (gross - limit * equity_at_calm) * (gross > 0),
        limit_slope=speed * limit * slope,
        funding=missing_share * gross,
    )


def _over_strategies(positions: Array, weight: Array) -> Array:
    total = positions[0] * weight[0]
    total += positions[1] * weight[1]
    total += positions[2] * weight[2]
    return total


def daily_carry(swap_and_pair_wedge: Array, spread_above_calm: Array) -> Array:
    """Cost of holding for a day beyond calm, points per 100 (strategy, column): dearer repo less the wedge earned.

    `swap_and_pair_wedge` (2, column) is yesterday's yield wedge on each trade's tenors, bp; a basis trade earns
    its wedge through convergence at delivery instead.
    """
    earned = np.concatenate([np.zeros_like(swap_and_pair_wedge[:1]), swap_and_pair_wedge])
    return (spread_above_calm - earned) / 100 / DAYS_A_YEAR
