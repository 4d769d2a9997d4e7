"""The wedges the three trades live on, split into what moves with dealers' charge today and what is already given.

A trade's own liquidation, the memory of past charges, volatility and outside shocks are predetermined within the day, so
same-day feedback runs through dealers' charge only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.stack import Array, Stack


@dataclass(frozen=True)
class Given:
    """What the day's wedges start from, all known at the open."""

    liquidation: Array  # decaying own liquidation Z, $bn (strategy, column)
    memory: Array  # average of the charge above calm up to yesterday, bp (column,)
    volatility: Array  # σ_i, bp a day (tenor, column)
    imbalance: Array  # futures that asset managers miss, $bn (column,)
    years: float  # to futures delivery
    swap: Array  # outside shock to the swap-spread wedge, bp (tenor, column)
    off_the_run: Array  # the same to the off-the-run wedge
    basis: Array  # and to the basis, bp a year (column,)


@dataclass(frozen=True)
class Wedges:
    """Price loss of each strategy as w = own + slope·(λ − λ_r), points per 100 face; arrays (strategy, column).

    `yield_own` (2, tenor, column) holds the predetermined part of the swap-spread and off-the-run yield wedges
    and `basis_own` (column,) that of the basis, all in bp; `yield_slope` and `basis_slope` what a bp of charge adds.
    """

    own: Array
    slope: Array
    yield_own: Array
    yield_slope: Array
    basis_own: Array
    basis_slope: Array

    def price_loss(self, charge_above_calm: Array) -> Array:
        """Loss against converged value, points per 100 face (strategy, column)."""
        return self.own + self.slope * charge_above_calm

    def yields(self, charge_above_calm: Array) -> Array:
        """Swap-spread and off-the-run yield wedges, bp (2, tenor, column)."""
        return self.yield_own + self.yield_slope * charge_above_calm

    def basis(self, charge_above_calm: Array) -> Array:
        """Implied repo over repo beyond calm, bp a year (column,)."""
        return self.basis_own + self.basis_slope * charge_above_calm


def wedges(s: Stack, given: Given) -> Wedges:
    """Today's wedges.

    Yield wedges q = β·[(1 − m)(λ − λ_r) + m·M] + ψ/g·profile·Z + e, off the run also ν·(σ_i − σ_i⁰), and
    w = Σ weight·D·q/100; basis b = β·[(1 − m)(λ − λ_r) + m·M] + ψ/g·Z + ξ·imbalance + e, w = b·T/100.
    """
    p, z = s.wedges, given.liquidation / s.dealers.market_size / 100
    remembered = p.memory_share * given.memory
    own_impact = np.array([p.swap_spread_own_bp * z[1], p.off_the_run_own_bp * z[2]])[:, None] * p.own_profile
    yield_own = own_impact + s.yield_betas * remembered
    yield_own[0] += given.swap
    yield_own[1] += given.off_the_run + p.off_the_run_volatility * (given.volatility - s.calm_volatility)
    basis_own = (
        p.basis_beta * remembered
        + p.basis_own_bp * z[0]
        + p.futures_demand_slope_bp / 100 * given.imbalance
        + given.basis
    )
    own = np.empty((3, yield_own.shape[-1]))
    own[0] = basis_own * given.years / 100
    own[1:] = np.add.reduce(s.trade_weights * yield_own, axis=1)
    today = 1 - p.memory_share
    slope = np.concatenate([p.basis_beta[None] * given.years / 100, s.charge_slope]) * today
    return Wedges(own, slope, yield_own, s.yield_betas * today, basis_own, p.basis_beta * today)


def remember(s: Stack, memory: Array, charge_above_calm: Array) -> Array:
    """Tomorrow's memory of the charge above calm, bp (column,)."""
    return s.memory_kept * memory + (1 - s.memory_kept) * charge_above_calm


def decay(s: Stack, liquidation: Array, sold: Array) -> Array:
    """Tomorrow's Z: today's plus what reached the market, decaying with its half-life."""
    return s.liquidation_kept * (liquidation + sold)
