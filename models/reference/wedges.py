"""The gaps the trades live on, split into what is given at the open and what moves with dealers' charge today."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import (
    BASIS,
    DAYS_A_YEAR,
    PAIRS,
    SWAP,
    Four,
    Three,
    add4,
    dot4,
    kept,
    less4,
    scaled4,
    times4,
)
from models.reference.margins import volatility
from models.reference.parameters import Market, world_mix
from models.reference.state import Shocks, State


class Wedges(NamedTuple):
    """Price losses w = own + slope·(λ − λ_r) in points, by strategy; the given part of each yield wedge in bp."""

    own: Three
    slope: Three
    swap_own: Four
    pairs_own: Four
    basis_own: float
    missing_futures: float  # $bn


def given_part(market: Market, beta: Four, psi: float, liquidation: float, state: State, shock: Four) -> Four:
    """β_i·m·M + ψ/g/100·Z·profile_i + e_i, bp by tenor."""
    w = market.wedges
    push = psi / market.dealers.market_size / 100 * liquidation
    remembered = scaled4(w.memory_share * state.memory, beta)
    return add4(add4(remembered, scaled4(push, w.own_profile)), shock)


def points(market: Market, j: int, gaps: Four) -> float:
    """Σ mix·D·q/100: a yield wedge by tenor (bp) as a price loss in points."""
    return dot4(times4(world_mix(market, j), market.durations), gaps) / 100


def wedges_today(market: Market, state: State, shocks: Shocks) -> Wedges:
    """The day's wedges up to dealers' charge."""
    w, z = market.wedges, state.liquidation
    missing = shocks.desired_longs + state.absorbed + state.outside + state.delivered
    years, quick = state.days_to_delivery / DAYS_A_YEAR, 1 - w.memory_share
    swap_own = given_part(
        market, w.swap_spread_beta, w.swap_spread_own_bp, z[SWAP], state, shocks.swap_spread_shock
    )
    pairs_own = given_part(
        market, w.off_the_run_beta, w.off_the_run_own_bp, z[PAIRS], state, shocks.off_the_run_shock
    )
    over_calm = less4(volatility(market, state.variance), market.calm_volatility)
    pairs_own = add4(pairs_own, scaled4(w.off_the_run_volatility, over_calm))
    basis_own = w.basis_beta * w.memory_share * state.memory
    basis_own += w.basis_own_bp / market.dealers.market_size / 100 * z[BASIS]
    basis_own += w.futures_demand_slope_bp / 100 * missing + shocks.basis_shock
    own = (basis_own * years / 100, points(market, SWAP, swap_own), points(market, PAIRS, pairs_own))
    slope = (
        quick * w.basis_beta * years / 100,
        quick * points(market, SWAP, w.swap_spread_beta),
        quick * points(market, PAIRS, w.off_the_run_beta),
    )
    return Wedges(own, slope, swap_own, pairs_own, basis_own, missing)


def price_loss(wedges: Wedges, above: float) -> Three:
    """w_j at λ − λ_r, points by strategy."""
    return (
        wedges.own[0] + wedges.slope[0] * above,
        wedges.own[1] + wedges.slope[1] * above,
        wedges.own[2] + wedges.slope[2] * above,
    )


def yield_gaps(market: Market, beta: Four, above: float, own: Four) -> Four:
    """q_i = β_i·(1 − m)·(λ − λ_r) + own_i, bp by tenor."""
    return add4(scaled4((1 - market.wedges.memory_share) * above, beta), own)


def basis(market: Market, wedges: Wedges, above: float) -> float:
    """b, bp a year."""
    return wedges.basis_own + market.wedges.basis_beta * (1 - market.wedges.memory_share) * above


def remembered(market: Market, state: State, above: float) -> float:
    """M at the close, bp."""
    keep = kept(market.wedges.memory_half_life_days)
    return keep * state.memory + (1 - keep) * above


def weighing(market: Market, liquidation: Three, sold: Three) -> Three:
    """Z at the close: what reached the market adds to it, a day takes its share."""
    keep = kept(market.wedges.liquidation_half_life_days)
    return (
        keep * (liquidation[0] + sold[0]),
        keep * (liquidation[1] + sold[1]),
        keep * (liquidation[2] + sold[2]),
    )
