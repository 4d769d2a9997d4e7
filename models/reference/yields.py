"""Treasury yields in four parts, and what moves with them: volatility and depth."""

from __future__ import annotations

import math
from typing import NamedTuple

from models.reference.arithmetic import TEN, Four, add4, less4, positive, scaled4
from models.reference.funding import FLOW_SHARES, Funding
from models.reference.margins import next_variance
from models.reference.parameters import Market, equivalents
from models.reference.state import Orders, Shocks, State
from models.reference.wedges import Wedges, yield_gaps


class Curve(NamedTuple):
    """Parts of yields in bp by tenor, and what moves with them."""

    yields: Four
    fundamentals: Four
    term_premium: Four
    signal: Four
    dysfunction: Four
    swap_gap: Four  # d
    pairs_gap: Four
    easing: Four
    supply: float  # G
    held: float  # O
    variance: Four
    fast: float
    depth_mn: float


def curve_today(
    market: Market, state: State, shocks: Shocks, orders: Orders, funding: Funding, wedges: Wedges, above: float,
    log_charge: float,
) -> Curve:  # fmt: skip
    """The curve at the close, where dealers' charge is `above` calm (bp) and ℓ in logs."""
    y, w, stress = market.yields, market.wedges, positive(log_charge)
    swap_gap = yield_gaps(market, w.swap_spread_beta, above, wedges.swap_own)
    pairs_gap = yield_gaps(market, w.off_the_run_beta, above, wedges.pairs_own)
    supply = state.supply + equivalents(market, shocks.real_money_sales)
    supply += funding.client_sales * equivalents(market, FLOW_SHARES)
    held = state.held + equivalents(market, orders.purchases)
    announced = orders.announced + y.hedged_signal_share * orders.announced_hedged
    premium = scaled4(y.duration_slope_bp / 100 * (supply - held), y.duration_loadings)
    feared = scaled4(y.independence_doubt_bp / 100 * announced, y.duration_loadings)
    easing = scaled4(-y.signal_bp / 100 * announced, y.signal_loadings)
    signal = less4(easing, orders.rate_cut)
    dysfunction = add4(swap_gap, scaled4(y.stress_steepening * stress, premium))
    premium = add4(premium, feared)
    rest = add4(add4(premium, signal), dysfunction)
    fundamentals = shocks.fundamentals
    if shocks.invert:
        fundamentals = less4(shocks.observed, add4(market.opening_yields, rest))
    level = add4(market.opening_yields, add4(fundamentals, rest))
    move = add4(less4(level, state.yields), less4(orders.rate_cut, state.cut))
    fast = next_variance(state.fast, move[TEN], market.liquidity.fast_volatility_half_life_days)
    taken_off = less4(scaled4(y.duration_slope_bp / 100 * held, y.duration_loadings), add4(easing, feared))
    return Curve(
        level, fundamentals, premium, signal, dysfunction, swap_gap, pairs_gap, taken_off, supply, held,
        variance_after(market, state, move), fast, depth_after(market, fast, stress),
    )  # fmt: skip


def variance_after(market: Market, state: State, move: Four) -> Four:
    """Measured variance by tenor with the day's move (bp), which leaves out the Fed's own cut; bp²."""
    memory = market.margins.volatility_half_life_days
    return (
        next_variance(state.variance[0], move[0], memory),
        next_variance(state.variance[1], move[1], memory),
        next_variance(state.variance[2], move[2], memory),
        next_variance(state.variance[3], move[3], memory),
    )


def depth_after(market: Market, fast: float, stress: float) -> float:
    """Best three bids and offers, $mn, from the quick variance of the 10-year (bp²) and ℓ⁺."""
    q, calm = market.liquidity, market.calm_volatility[TEN]
    by_volatility = (max(math.sqrt(fast), calm) / calm) ** -q.depth_volatility_elasticity
    by_charge = math.exp(-q.depth_charge_elasticity * stress)
    return q.depth_floor_mn + (q.calm_depth_mn - q.depth_floor_mn) * by_volatility * by_charge
