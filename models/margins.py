"""The clearing house and lenders: measured volatility, initial margin and haircut."""

from __future__ import annotations

import numpy as np

from models.stack import Array, Group, Stack


def volatility(m: Group, variance: Array) -> Array:
    """Measured volatility σ, bp a day, never below calm. Shape (column,)."""
    return np.sqrt(np.maximum(variance, m.calm_volatility_bp**2))


def next_variance(s: Stack, variance: Array, move_bp: Array) -> Array:
    """Exponentially weighted mean of squared 10-year moves, bp²."""
    return s.variance_kept * variance + (1 - s.variance_kept) * move_bp**2


def next_margin(s: Stack, margin: Array, sigma_ratio: Array, multiple: Array | float) -> Array:
    """Initial margin asked for today, share of face (strategy, column), from yesterday's σ/σ₀ (column,).

    The target is m₀·max(1, σ/σ₀)^ε, not below the anti-procyclical floor already in the calm margin; the way up is
    fast and the way down slow. `multiple` scales the target (steps by the exchange, relief by order).
    """
    m = s.margins
    target = np.maximum(s.calm_margin, s.bare_margin * sigma_ratio**m.margin_elasticity) * multiple
    gap = target - margin
    return margin + m.margin_rise_speed * np.maximum(gap, 0.0) + m.margin_fall_speed * np.minimum(gap, 0.0)


def haircut(m: Group, sigma_ratio: Array) -> Array:
    """Haircut on funds' repo, share of face and never more than all of it (column,)."""
    return np.minimum(m.calm_haircut + m.haircut_slope * (sigma_ratio - 1), 1.0)
