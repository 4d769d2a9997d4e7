"""Hedge funds: what they lose, what their constraints ask for, and so what they must sell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.parameters.base import DAYS_A_YEAR
from models.stack import Array, Flags, Group
from models.wedges import Wedges


@dataclass(frozen=True)
class Constraints:
    """Forced sales of each cohort as a function of r = λ/λ_r, $bn of face; arrays (cohort, column).

    sale(r) = min(book, max(at_zero₀ + slope₀·r, at_zero₁ + slope₁·r, funding)), 0 being margin and 1 the own limit, and
    the whole book from r = `wiped` on, where nothing is left of equity.
    """

    book: Array
    at_zero: Array  # (2, cohort, column)
    slope: Array  # (2, cohort, column)
    funding: Array
    wiped: Array

    def sales(self, charge_multiple: Array) -> Array:
        """The largest of the reasons to sell, between nothing and everything. Rises with the charge."""
        reasons = self.slope * charge_multiple
        reasons += self.at_zero
        need = np.maximum(reasons[0], reasons[1], out=reasons[0])
        np.maximum(need, self.funding, out=need)
        np.copyto(need, self.book, where=charge_multiple >= self.wiped)
        return np.minimum(need, self.book, out=need)

    def tangent(self, charge_multiple: Array) -> tuple[Array, Flags]:
        """How fast all forced sales rise with r, $bn (column,), and which cohorts have something left (cohort, column)."""
        reasons = self.slope * charge_multiple
        reasons += self.at_zero
        by_margin = reasons[0] >= reasons[1]
        need = np.maximum(reasons[0], reasons[1], out=reasons[0])
        left = (np.maximum(need, self.funding) < self.book) & (charge_multiple < self.wiped)
        slopes = np.where(by_margin, self.slope[0], self.slope[1])
        return np.add.reduce(slopes, axis=0, where=left & (need > self.funding)), left


@dataclass(frozen=True)
class Books:
    """Cohorts at the open: positions $bn (strategy, cohort, column), equity $bn (cohort, column)."""

    positions: Array
    equity: Array


@dataclass(frozen=True)
class Terms:
    """What funds face today."""

    margin: Array  # initial margin by cohort, share of face (strategy, cohort, column)
    haircut: Array  # share of face (column,)
    carry: Array  # extra cost of the day, points (strategy, column)
    sigma_ratio: Array  # σ/σ₀ of the cohort's own book (cohort, column)
    missing_share: Array  # part of their repo that is not rolled over (column,)


@dataclass(frozen=True)
class Funds:
    """Today's constraints of every cohort, and its equity by the charge: at_calm − slope·(λ − λ_r), $bn (cohort, column)."""

    constraints: Constraints
    equity_at_calm: Array
    equity_slope: Array

    def equity(self, charge_above_calm: Array) -> Array:
        """Equity after today's losses."""
        return self.equity_at_calm - self.equity_slope * charge_above_calm


def funds_today(
    p: Group,
    leverage_limit: Array,
    calm_charge: Array,
    books: Books,
    wedges: Wedges,
    mark: Array,
    terms: Terms,
) -> Funds:
    """Today's constraints and equity of every cohort.

    `mark` is yesterday's price loss in points (strategy, column), `calm_charge` λ_r. Of a margin shortfall a share
    v·(1 − E/requirement) of the book is sold today (none where nothing is required), of the excess over the own limit
    speed·(1 − ℓ*·E/N) with ℓ* = ℓ₀·min(1, (σ₀/σ)^α), of repo not rolled over its share; without equity, everything.
    """
    positions = books.positions
    book = positions[0] + positions[1] + positions[2]
    slope = over_strategies(positions, wedges.slope / 100)
    required = np.einsum("jnk,jnk->nk", positions, terms.margin)
    required += book * terms.haircut
    required *= 1 + p.buffer
    at_calm = books.equity - over_strategies(positions, (wedges.own - mark + terms.carry) / 100)
    calm_loss = slope * calm_charge
    most = at_calm + calm_loss  # equity if dealers charged nothing
    called = np.divide(book, required, out=np.zeros_like(book), where=required > 0)
    called *= p.margin_call_speed
    limit = np.exp(-p.risk_limit_elasticity * np.log(terms.sigma_ratio))  # much faster than a power
    np.minimum(limit, 1.0, out=limit)
    limit *= p.risk_limit_speed * leverage_limit
    at_zero, rise = np.empty((2, *book.shape)), np.empty((2, *book.shape))
    np.multiply(np.subtract(required, most, out=required), called, out=at_zero[0])
    np.multiply(limit, most, out=at_zero[1])
    np.subtract(p.risk_limit_speed * book, at_zero[1], out=at_zero[1])
    np.multiply(calm_loss, called, out=rise[0])
    np.multiply(calm_loss, limit, out=rise[1])
    wiped = np.where(most > 0, np.inf, 0.0)
    np.divide(most, calm_loss, out=wiped, where=(calm_loss > 0) & (most > 0))
    constraints = Constraints(book, at_zero, rise, terms.missing_share * book, wiped)
    return Funds(constraints, at_calm, slope)


def over_strategies(positions: Array, weight: Array) -> Array:
    """Σ_j N_j·weight_j, (cohort, column)."""
    return np.einsum("jnk,jk->nk", positions, weight)


def daily_carry(swap_and_pair_wedge: Array, spread_above_calm: Array) -> Array:
    """Cost of holding for a day beyond calm, points per 100 (strategy, column): dearer repo less the wedge earned.

    `swap_and_pair_wedge` (2, column) is yesterday's yield wedge on each trade's tenors, bp; a basis trade earns
    its wedge through convergence at delivery instead.
    """
    earned = np.concatenate([np.zeros_like(swap_and_pair_wedge[:1]), swap_and_pair_wedge])
    return (spread_above_calm - earned) / 100 / DAYS_A_YEAR
