"""What a day begins with: the last close, the day's shocks and the day's orders."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import Array, Four, Three


class Shocks(NamedTuple):
    """A day's shocks: flows in $bn, levels in the unit of their series; quadruples by tenor."""

    real_money_sales: Four
    client_financing: float
    fundamentals: Four
    swap_spread_shock: Four
    off_the_run_shock: Four
    basis_shock: float
    desired_longs: float
    money_fund_run: float
    margin_step: float
    auction_withdrawal: float
    cash_drain: float
    dealer_lending_cut: float  # share of dealers' repo to funds, 0 to 1
    auction_size: float
    observed: Four  # bp, used where `invert`
    invert: bool


class Orders(NamedTuple):
    """A day's orders, by tenor or strategy; the facility's caps by form: through dealers, cleared, direct."""

    purchases: Four
    hedged_purchases: Three
    announced: float
    announced_hedged: float
    rate_cut: Four
    repo_cap: Three
    repo_price: float
    repo_slope: float
    auction_capacity: float
    reserve_discount: float
    reserve_penalty: Three  # bp over calm
    eligible: Three
    dealers_eligible: float
    pay_as_bid: float
    vehicle_sales: Three
    capacity_multiple: float
    footprint_multiple: float
    margin_multiple: float


class State(NamedTuple):
    """The market at a close. $bn unless said otherwise."""

    positions: Array  # (cohort, strategy)
    equity: Array  # (cohort,)
    inventory: float  # V, dealers' net bonds above normal
    pairs: float
    liquidation: Three  # Z_j
    variance: Four  # bp²
    fast: float  # quick variance of the 10-year, bp²
    margin_unit: Four  # μ_i, share of face per standard deviation
    cut: Four  # yesterday's ordered rate cut, bp
    log_charge: float  # ℓ = ln(λ/λ_r)
    above: float  # λ − λ_r, bp
    marginal: (
        float  # what another dollar of balance sheet costs dealers over calm, λ(1 + kU) − λ_r(1 + kU_r), bp
    )
    memory: float  # M, bp
    mark: Three  # price loss, points
    earned: tuple[float, float]  # yield wedge on tenors of the swap-spread and off-the-run trades, bp
    cheapness: float  # dislocation of the swap-spread trade's tenors without outside shocks, bp
    absorbed: float  # bonds that end investors took
    slow: float  # J, of which slow investors
    outside: float
    delivered: float
    supply: float  # G, 10-year equivalents
    held: float  # O, 10-year equivalents
    client_sold: float
    outright: Four
    hedged: Three
    vehicle: Three
    weakness: float  # excess award of the last auction, share of the issue
    yields: Four  # bp
    days_to_delivery: int
