"""The clearing house and lenders: measured volatility by tenor, initial margin and haircut."""

from __future__ import annotations

import numpy as np

from models.stack import Array, Group, Stack


def volatility(s: Stack, variance: Array) -> Array:
    """Measured volatility σ_i, bp a day, never below calm. Shape (tenor, column)."""
    return np.sqrt(np.maximum(variance, s.calm_volatility**2))


def next_variance(kept: Array, variance: Array, move_bp: Array) -> Array:
    """Exponentially weighted mean of squared moves, bp²; `kept` is the weight of yesterday's."""
    return kept * variance + (1 - kept) * move_bp**2


def next_margin(s: Stack, margin: Array, sigma_ratio: Array, multiple: Array | float) -> Array:
    """Margin per standard deviation asked for today, share of face (tenor, column), from yesterday's σ/σ₀ by tenor.

    The target is D·σ₀·max(1, σ/σ₀)^ε, not below the anti-procyclical floor already in the calm margin; the way up is
    fast and the way down slow. `multiple` scales the target (steps by the exchange, relief by order). A trade's margin is
    its number of standard deviations times the mean over its tenors (`asked`).
    """
    m = s.margins
    target = np.maximum(s.calm_margin_unit, s.bare_margin_unit * sigma_ratio**m.margin_elasticity) * multiple
    gap = target - margin
    return margin + m.margin_rise_speed * np.maximum(gap, 0.0) + m.margin_fall_speed * np.minimum(gap, 0.0)


def asked(s: Stack, unit: Array) -> Array:
    """Initial margin of each cohort's trades, share of face (strategy, cohort, column), from that per standard deviation."""
    market = np.add.reduce(s.mixes[1:] * unit, axis=1)
    own = np.einsum("nik,ik->nk", s.contracts, unit)
    sizes = np.stack([own, *(np.broadcast_to(m, own.shape) for m in market)])
    return sizes * s.margins.margin_standard_deviations[:, None]


def of_market(s: Stack, unit: Array) -> Array:
    """The same for the market's trades as a whole, share of face (strategy, column)."""
    return np.add.reduce(s.mixes * unit, axis=1) * s.margins.margin_standard_deviations


def haircut(m: Group, sigma_ratio: Array) -> Array:
    """Haircut on funds' repo, share of face and never more than all of it (column,); `sigma_ratio` is the 10-year's."""
    return np.minimum(m.calm_haircut + m.haircut_slope * (sigma_ratio - 1), 1.0)
