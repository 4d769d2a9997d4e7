"""Hedge funds: what they lose, what their constraints ask for, and so what they must sell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.parameters.base import DAYS_A_YEAR
from models.stack import Array, Group
from models.wedges import Wedges


@dataclass(frozen=True)
class Constraints:
    """Forced sales of each cohort as a function of r = λ/λ₀, $bn of face; arrays (cohort, column).

    sale(r) = min(book, max(at_zero₀ + slope₀·r, at_zero₁ + slope₁·r, funding)), 0 being margin and 1 the own limit.
    """

    book: Array
    at_zero: Array  # (2, cohort, column)
    slope: Array  # (2, cohort, column)
    funding: Array

    def sales(self, charge_multiple: Array) -> Array:
        """The largest of the three reasons to sell, between nothing and everything. Rises with the charge."""
        reasons = self.slope * charge_multiple
        reasons += self.at_zero
        need = np.maximum(reasons[0], reasons[1], out=reasons[0])
        np.maximum(need, self.funding, out=need)
        return np.minimum(need, self.book, out=need)


@dataclass(frozen=True)
class Funds:
    """Today's constraints of every cohort, and its equity by the charge: at_calm − slope·(λ − λ₀), $bn (cohort, column)."""

    constraints: Constraints
    equity_at_calm: Array
    equity_slope: Array

    def equity(self, charge_above_calm: Array) -> Array:
        """Equity after today's losses."""
        return self.equity_at_calm - self.equity_slope * charge_above_calm


def funds_today(
    p: Group,
    calm_charge: Array,
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
) -> Funds:
    """Today's constraints and equity of every cohort.

    `positions` (strategy, cohort, column) and `equity` (cohort, column) at the open in $bn; `mark` yesterday's
    price loss in points (strategy, column); `carry` today's extra cost in points (strategy, column); `margin`
    and `haircut` shares of face; `sigma_ratio` σ/σ₀; `missing_share` the part of repo not rolled over.
    Margin share 1 − E/requirement (none where nothing is required), own limit speed·(1 − ℓ*·E/N) with
    ℓ* = ℓ₀·min(1, (σ₀/σ)^α), funding share.
    """
    book = positions[0] + positions[1] + positions[2]
    slope = _over_strategies(positions, wedges.slope / 100)
    required = _over_strategies(positions, (margin + haircut) * (1 + p.buffer))
    at_calm = equity - _over_strategies(positions, (wedges.own - mark + carry) / 100)
    calm_loss = slope * calm_charge
    most = at_calm + calm_loss  # equity if dealers charged nothing
    per_required = np.divide(book, required, out=np.zeros_like(book), where=required > 0)
    limit = p.risk_limit_speed * leverage_limit * np.minimum(1.0, sigma_ratio**-p.risk_limit_elasticity)
    at_zero, rise = np.empty((2, *book.shape)), np.empty((2, *book.shape))
    np.multiply(required - most, per_required, out=at_zero[0])
    np.subtract(p.risk_limit_speed * book, limit * most, out=at_zero[1])
    np.multiply(calm_loss, per_required, out=rise[0])
    np.multiply(calm_loss, limit, out=rise[1])
    constraints = Constraints(book, at_zero, rise, funding=missing_share * book)
    return Funds(constraints, at_calm, slope)


def _over_strategies(positions: Array, weight: Array) -> Array:
    """Σ_j N_j·weight_j, (cohort, column)."""
    return np.einsum("jnk,jk->nk", positions, weight)


def daily_carry(swap_and_pair_wedge: Array, spread_above_calm: Array) -> Array:
    """Cost of holding for a day beyond calm, points per 100 (strategy, column): dearer repo less the wedge earned.

    `swap_and_pair_wedge` (2, column) is yesterday's yield wedge on each trade's tenors, bp; a basis trade earns
    its wedge through convergence at delivery instead.
    """
    earned = np.concatenate([np.zeros_like(swap_and_pair_wedge[:1]), swap_and_pair_wedge])
    return (spread_above_calm - earned) / 100 / DAYS_A_YEAR
