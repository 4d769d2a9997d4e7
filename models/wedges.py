"""The wedges the three trades live on, split into what moves with dealers' charge today and what is already given.

A trade's own liquidation and outside shocks are predetermined within the day, so same-day feedback runs
through dealers' charge only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.stack import Array, Stack


@dataclass(frozen=True)
class Wedges:
    """Price loss of each strategy as w = own + slope·(λ − λ₀), points per 100 face; arrays (strategy, column).

    `yield_own` (2, tenor, column) holds the predetermined part of the swap-spread and off-the-run yield wedges
    and `basis_own` (column,) that of the basis, all in bp.
    """

    own: Array
    slope: Array
    yield_own: Array
    basis_own: Array

    def price_loss(self, charge_above_calm: Array) -> Array:
        """Loss against converged value, points per 100 face (strategy, column)."""
        return self.own + self.slope * charge_above_calm


def wedges(
    s: Stack,
    liquidation: Array,
    years: float,
    imbalance: Array,
    swap: Array,
    off_the_run: Array,
    basis: Array,
) -> Wedges:
    """Today's wedges from the decaying liquidation Z (strategy, column), the years to futures delivery, the
    futures that asset managers miss ($bn) and today's outside shocks (bp).

    Yield wedges q = β(λ − λ₀) + ψ·g·Z + e and w = Σ weight·D·q/100; basis b = β(λ − λ₀) + ψ·Z + ξ·imbalance + e,
    w = b·T/100.
    """
    p = s.wedges
    profile = p.own_profile
    swap_own = p.swap_spread_own_bp / 100 * liquidation[1] * profile + swap
    pair_own = p.off_the_run_own_bp / 100 * liquidation[2] * profile + off_the_run
    basis_own = p.basis_own_bp / 100 * liquidation[0] + p.futures_demand_slope_bp / 100 * imbalance + basis
    yield_own = np.array([swap_own, pair_own])
    own = np.empty((3, yield_own.shape[-1]))
    own[0] = basis_own * years / 100
    own[1:] = np.add.reduce(s.trade_weights * yield_own, axis=1)
    slope = np.concatenate([p.basis_beta[None] * years / 100, s.charge_slope])
    return Wedges(own, slope, yield_own, basis_own)


def decay(s: Stack, liquidation: Array, sold: Array) -> Array:
    """Tomorrow's Z: today's plus what reached the market, decaying with its half-life."""
    return s.liquidation_kept * (liquidation + sold)
