"""The clearing house and lenders: measured volatility, initial margin and haircut."""

from __future__ import annotations

import numpy as np

from models.parameters import STRESSED_MARGIN_RISE
from models.stack import Array, Group


def volatility(m: Group, variance: Array) -> Array:
    """Measured volatility σ, bp a day, never below calm. Shape (column,)."""
    return np.sqrt(np.maximum(variance, m.calm_volatility_bp**2))


def next_variance(m: Group, variance: Array, move_bp: Array) -> Array:
    """Exponentially weighted mean of squared 10-year moves, bp²."""
    keep = 0.5 ** (1 / m.volatility_half_life_days)
    return keep * variance + (1 - keep) * move_bp**2


def next_margin(m: Group, calm: Array, margin: Array, sigma: Array, multiple: Array | float) -> Array:
    """Initial margin asked for today, share of face (strategy, column), from yesterday's volatility.

    The target is m₀·max(1, σ/σ₀)^ε, not below the anti-procyclical floor already in `calm`; the way up is fast
    and the way down slow. `multiple` scales the target (steps by the exchange, relief by order).
    """
    bare = calm / (1 + STRESSED_MARGIN_RISE * m.stressed_margin_floor)
    target = np.maximum(calm, bare * (sigma / m.calm_volatility_bp) ** m.margin_elasticity) * multiple
    gap = target - margin
    return margin + m.margin_rise_speed * np.maximum(gap, 0.0) + m.margin_fall_speed * np.minimum(gap, 0.0)


def haircut(m: Group, sigma: Array) -> Array:
    """Haircut on funds' repo, share of face and never more than all of it (column,)."""
    return np.minimum(m.calm_haircut + m.haircut_slope * (sigma / m.calm_volatility_bp - 1), 1.0)
