"""Measured volatility by tenor, and what the clearing house and lenders ask for."""

from __future__ import annotations

import math
from typing import NamedTuple

from models.reference.arithmetic import PAIRS, SWAP, TEN, Four, Three, dot4, kept, positive
from models.reference.parameters import STRESSED_RISE, Market, cohort_mix, world_mix
from models.reference.state import Orders, Shocks, State


class Margins(NamedTuple):
    """The day's terms, all from yesterday's volatility."""

    stress: Four  # ρ_i = σ_i/σ₀_i
    unit: Four  # μ_i, share of face per standard deviation
    haircut: float  # share of face


def volatility(market: Market, variance: Four) -> Four:
    """σ_i = √max(var_i, σ₀_i²), bp a day."""
    return (
        one_volatility(market, variance, 0),
        one_volatility(market, variance, 1),
        one_volatility(market, variance, 2),
        one_volatility(market, variance, 3),
    )


def one_volatility(market: Market, variance: Four, i: int) -> float:
    """σ_i."""
    calm = market.calm_volatility[i]
    return math.sqrt(max(variance[i], calm * calm))


def bare_unit(market: Market, i: int) -> float:
    """D_i·σ₀_i/10⁴: a calm day's standard deviation, share of face."""
    return market.durations[i] * market.calm_volatility[i] / 1e4


def calm_unit(market: Market, i: int) -> float:
    """μ⁰_i: with the anti-procyclical floor."""
    return bare_unit(market, i) * (1 + STRESSED_RISE * market.margins.stressed_margin_floor)


def calm_units(market: Market) -> Four:
    """μ⁰ by tenor."""
    return (calm_unit(market, 0), calm_unit(market, 1), calm_unit(market, 2), calm_unit(market, 3))


def next_unit(market: Market, state: State, i: int, stress: Four, multiple: float) -> float:
    """μ_i moves to its target, up fast and down slowly."""
    m = market.margins
    target = max(calm_unit(market, i), bare_unit(market, i) * stress[i] ** m.margin_elasticity) * multiple
    gap = target - state.margin_unit[i]
    return state.margin_unit[i] + m.margin_rise_speed * positive(gap) - m.margin_fall_speed * positive(-gap)


def margins_today(market: Market, state: State, shocks: Shocks, orders: Orders) -> Margins:
    """Margin and haircut asked for today."""
    m, sigma, calm = market.margins, volatility(market, state.variance), market.calm_volatility
    stress = (sigma[0] / calm[0], sigma[1] / calm[1], sigma[2] / calm[2], sigma[3] / calm[3])
    multiple = (1 + shocks.margin_step) * orders.margin_multiple
    unit = (
        next_unit(market, state, 0, stress, multiple),
        next_unit(market, state, 1, stress, multiple),
        next_unit(market, state, 2, stress, multiple),
        next_unit(market, state, 3, stress, multiple),
    )
    haircut = min(1.0, m.calm_haircut + m.haircut_slope * (stress[TEN] - 1))
    return Margins(stress, unit, haircut)


def margin(market: Market, unit: Four, j: int, mix: Four) -> float:
    """n_j·Σ_i mix_i·μ_i: initial margin on a strategy with this split over tenors, share of face."""
    return market.margins.margin_standard_deviations[j] * dot4(mix, unit)


def cohort_margin(market: Market, unit: Four, n: int, j: int) -> float:
    """M_{j,n}: what cohort n posts on strategy j, share of face."""
    return margin(market, unit, j, cohort_mix(market, n, j))


def world_margins(market: Market, unit: Four) -> Three:
    """The same with all funds' splits, by strategy."""
    return (
        margin(market, unit, 0, market.basis_mix),
        margin(market, unit, SWAP, world_mix(market, SWAP)),
        margin(market, unit, PAIRS, world_mix(market, PAIRS)),
    )


def next_variance(variance: float, move_bp: float, half_life_days: float) -> float:
    """Exponentially weighted mean of squared daily moves, bp²."""
    keep = kept(half_life_days)
    return keep * variance + (1 - keep) * move_bp * move_bp
