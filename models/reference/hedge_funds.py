"""Hedge funds: what they lose, and what margin calls, their own limits and missing repo make them sell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import BASIS, DAYS_A_YEAR, Array, Three, clip, dot4, positive, row4
from models.reference.funding import Funding
from models.reference.margins import Margins, cohort_margin, world_margins
from models.reference.parameters import Market
from models.reference.state import State
from models.reference.wedges import Wedges


class Funds(NamedTuple):
    """A day's constraints, arrays (cohort,) in $bn; equity is at_calm − slope·(λ − λ_r)."""

    book: Array
    at_calm: Array
    slope: Array  # $bn per bp
    requirement: Array
    limit: Array  # own leverage limit


def funds_today(market: Market, state: State, margins: Margins, funding: Funding, wedges: Wedges) -> Funds:
    """The day's constraints by cohort."""
    cohorts, f = len(state.equity), market.funds
    book, at_calm, slope = np.zeros(cohorts), np.zeros(cohorts), np.zeros(cohorts)
    requirement, limit = np.zeros(cohorts), np.zeros(cohorts)
    carry, alike = carry_today(market, state, funding), world_margins(market, margins.unit)
    for n in range(cohorts):
        loss = 0.0
        for j in range(3):
            held = state.positions[n, j]
            asked = cohort_margin(market, margins.unit, n, BASIS) if j == BASIS else alike[j]
            book[n] += held
            loss += held * (wedges.own[j] - state.mark[j] + carry[j]) / 100
            slope[n] += held * wedges.slope[j] / 100
            requirement[n] += held * (asked + margins.haircut) * (1 + f.buffer)
        at_calm[n] = state.equity[n] - loss
        stress = dot4(row4(market.risk, n), margins.stress)
        limit[n] = market.leverage_limit[n] * min(1.0, stress**-f.risk_limit_elasticity)
    return Funds(book, at_calm, slope, requirement, limit)


def carry_today(market: Market, state: State, funding: Funding) -> Three:
    """Cost of holding for a day beyond calm, points by strategy: dearer repo less the wedge earned."""
    dearer = funding.spread - market.funding.calm_spread_bp
    day = 100 * DAYS_A_YEAR
    return (dearer / day, (dearer - state.earned[0]) / day, (dearer - state.earned[1]) / day)


def share_to_sell(market: Market, funds: Funds, n: int, above: float, missing: float) -> float:
    """Share of the book: everything once equity is gone, else the largest of margin call, own limit and missing repo."""
    if funds.book[n] <= 0:
        return 0.0
    f, equity = market.funds, funds.at_calm[n] - funds.slope[n] * above
    if equity <= 0:
        return 1.0
    called = f.margin_call_speed * (1 - equity / funds.requirement[n]) if funds.requirement[n] > 0 else 0.0
    limited = f.risk_limit_speed * (1 - funds.limit[n] * equity / funds.book[n])
    return clip(max(called, limited, missing), 0.0, 1.0)


def after_roll(market: Market, state: State, above: float) -> Array:
    """Equity (cohort,) once the basis positions are rolled into the next contract, dearer than in calm by λ − λ_r."""
    equity = np.copy(state.equity)
    for n in range(len(equity)):
        cost = state.positions[n, BASIS] * market.wedges.roll_cost_points * positive(above) / 1e4
        equity[n] -= min(cost, equity[n])
    return equity
