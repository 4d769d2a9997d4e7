"""What a world says, as plain tuples that carry the world's own names, and what follows from it before the first day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import (
    BASIS,
    SWAP,
    TEN,
    Array,
    Four,
    Three,
    add4,
    dot4,
    row4,
    scaled4,
    sum2,
    times4,
)

STRESSED_RISE = 0.6
USUAL_CONTRACTS = (0.38, 0.295, 0.215, 0.11)  # profile of the basis trade where nobody holds one


class YieldRules(NamedTuple):
    """How yields answer to duration and to what the Fed announces."""

    duration_slope_bp: float  # τ, bp per $100bn of 10-year equivalents
    duration_loadings: Four
    stress_steepening: float  # χ
    signal_bp: float  # ς, bp per $100bn announced
    signal_loadings: Four
    hedged_signal_share: float
    independence_doubt_bp: float  # bp per $100bn announced


class DealerRules(NamedTuple):
    """Dealers' balance sheet and its price, and the investors they sell to."""

    capacity_bn: float  # C
    calm_use: float  # U₀
    steepness: float  # k
    calm_charge_bp: float  # λ₀
    floor_charge_bp: float  # λ̄
    investor_absorption_bn: float  # κ, at market size 1
    volatility_tightening: float
    repo_footprint: float  # ω
    normal_inventory_bn: float
    market_size: float  # g
    slow_demand_bn: float  # E, $bn per bp, at market size 1
    slow_speed: float  # a, share of the gap a day
    unhurried_share: float  # s
    strategic_selling: float  # share more per bp


class WedgeRules(NamedTuple):
    """The gaps the three trades live on."""

    swap_spread_beta: Four
    swap_spread_own_bp: float
    swap_spread_mix: Four
    off_the_run_beta: Four
    off_the_run_own_bp: float
    off_the_run_mix: Four
    own_profile: Four
    basis_beta: float
    basis_own_bp: float
    futures_demand_slope_bp: float
    liquidation_half_life_days: float
    roll_cost_points: float
    memory_share: float  # m
    memory_half_life_days: float
    off_the_run_volatility: float  # bp per bp of σ above calm


class MarginRules(NamedTuple):
    """Volatility, initial margin and haircut."""

    calm_volatility_bp: float  # of the 10-year
    calm_volatility_loadings: Four
    volatility_half_life_days: float
    margin_standard_deviations: Three
    margin_elasticity: float
    margin_rise_speed: float
    margin_fall_speed: float
    stressed_margin_floor: float
    calm_haircut: float
    haircut_slope: float


class FundingRules(NamedTuple):
    """Cash in repo and what it costs."""

    slack_bn: float
    recycled_share: float
    calm_spread_bp: float
    charge_pass_through: float
    scarcity_bp: float  # c
    scarcity_width: float  # b, share of opening repo
    rationing_spread_bp: float  # p_max


class FundRules(NamedTuple):
    """What makes hedge funds sell."""

    scale: float
    size: float
    buffer: float
    risk_headroom: float
    risk_limit_elasticity: float
    risk_limit_speed: float
    margin_call_speed: float  # v


class IssuanceRules(NamedTuple):
    """Treasury auctions."""

    normal_award: float
    award_slope: float
    tail_bp: float
    weakness_memory: float


class LiquidityRules(NamedTuple):
    """Market depth."""

    calm_depth_mn: float
    depth_floor_mn: float
    fast_volatility_half_life_days: float
    depth_volatility_elasticity: float
    depth_charge_elasticity: float


class Market(NamedTuple):
    """A world: its groups, and what follows from them before the first day."""

    yields: YieldRules
    dealers: DealerRules
    wedges: WedgeRules
    margins: MarginRules
    funding: FundingRules
    funds: FundRules
    issuance: IssuanceRules
    liquidity: LiquidityRules
    opening_yields: Four  # bp
    days_to_delivery: int
    durations: Four  # D_i, years
    calm_volatility: Four  # σ₀_i, bp a day
    positions: Array  # opening (cohort, strategy), $bn
    equity: Array  # opening (cohort,), $bn
    leverage_limit: Array  # own limit in calm (cohort,)
    contracts: Array  # profile of each cohort's basis trade over contracts (cohort, tenor)
    risk: Array  # ω: where a cohort's opening risk lies (cohort, tenor), sums to 1
    basis_mix: Four  # of all basis positions together
    opening_repo: float  # R₀, $bn


def prepared(
    yields: YieldRules, dealers: DealerRules, wedges: WedgeRules, margins: MarginRules, funding: FundingRules,
    funds: FundRules, issuance: IssuanceRules, liquidity: LiquidityRules, opening_yields: Four,
    days_to_delivery: int, equity: Array, leverage: Array, mix: Array, contracts: Array,
) -> Market:  # fmt: skip
    """A market from its groups, opening yields (bp) and cohorts: equity ($bn) and leverage (cohort,), shares of the three
    trades (cohort, strategy) and of the contracts in the basis trade (cohort, tenor)."""
    durations = (
        duration(opening_yields[0], 2.0),
        duration(opening_yields[1], 5.0),
        duration(opening_yields[2], 10.0),
        duration(opening_yields[3], 30.0),
    )
    calm_volatility = scaled4(margins.calm_volatility_bp, margins.calm_volatility_loadings)
    cohorts = len(equity)
    positions, own, limit = np.zeros((cohorts, 3)), np.zeros(cohorts), np.zeros(cohorts)
    risk = np.zeros((cohorts, 4))
    yearly = times4(durations, calm_volatility)
    for n in range(cohorts):
        face = equity[n] * leverage[n] * funds.scale * funds.size
        for j in range(3):
            positions[n, j] = face * mix[n, j]
        own[n] = equity[n] * funds.size
        limit[n] = leverage[n] * funds.scale * (1 + funds.risk_headroom)
        fill_risk(risk, n, positions, contracts, wedges, yearly)
    return Market(
        yields, dealers, wedges, margins, funding, funds, issuance, liquidity, opening_yields, days_to_delivery, durations,
        calm_volatility, positions, own, limit, contracts, risk, mean_contracts(equity, leverage, mix, contracts),
        sum2(positions) * (1 - margins.calm_haircut),
    )  # fmt: skip


def duration(yield_bp: float, years: float) -> float:
    """Modified duration in years of a par bond with semi-annual coupons."""
    y = yield_bp / 1e4
    return years if abs(y) < 1e-9 else (1 - (1 + y / 2) ** (-2 * years)) / y


def fill_risk(
    risk: Array, n: int, positions: Array, contracts: Array, wedges: WedgeRules, yearly: Four
) -> None:
    """ω_{n,i} ∝ Σ_j N_{j,n}·mix_{j,n,i}·D_i·σ₀_i into row n; on the 10-year alone where a cohort holds nothing."""
    total = 0.0
    for i in range(4):
        face = positions[n, 0] * contracts[n, i]
        face += positions[n, 1] * wedges.swap_spread_mix[i] + positions[n, 2] * wedges.off_the_run_mix[i]
        risk[n, i] = face * yearly[i]
        total += risk[n, i]
    for i in range(4):
        calm = 1.0 if i == TEN else 0.0
        risk[n, i] = risk[n, i] / total if total > 0 else calm


def mean_contracts(equity: Array, leverage: Array, mix: Array, contracts: Array) -> Four:
    """Contracts of all basis positions together: the cohorts' profiles by what each holds before the common scale."""
    total, basis = 0.0, (0.0, 0.0, 0.0, 0.0)
    for n in range(len(equity)):
        held = equity[n] * leverage[n] * mix[n, BASIS]
        total += held
        basis = add4(basis, scaled4(held, row4(contracts, n)))
    return scaled4(1 / total, basis) if total > 0 else USUAL_CONTRACTS


def world_mix(market: Market, j: int) -> Four:
    """Split of a strategy's bonds over tenors, of all funds together."""
    if j == BASIS:
        return market.basis_mix
    return market.wedges.swap_spread_mix if j == SWAP else market.wedges.off_the_run_mix


def cohort_mix(market: Market, n: int, j: int) -> Four:
    """The same of one cohort, whose basis trade has its own contracts."""
    return row4(market.contracts, n) if j == BASIS else world_mix(market, j)


def equivalents(market: Market, flows: Four) -> float:
    """Face by tenor in 10-year equivalents."""
    return dot4(flows, market.durations) / market.durations[TEN]
