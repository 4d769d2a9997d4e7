"""Monotone cubic interpolation (PCHIP; Fritsch and Carlson 1980, Fritsch and Butland 1984) for many curves at once.

Curves lie along the last axis and share their nodes. No overshoot: where the nodes rise, so does the curve.
"""

from __future__ import annotations

import numpy as np

from models.stack import Array


def slopes(nodes: Array, values: Array) -> Array:
    """Derivatives at the nodes, shape of `values` (…, node); weighted harmonic means of neighbouring secants."""
    width = np.diff(nodes)
    secant = np.diff(values, axis=-1) / width
    if nodes.size == 2:
        return np.repeat(secant, 2, axis=-1)
    left, right = secant[..., :-1], secant[..., 1:]
    first, second = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    alike = left * right > 0
    safe_left, safe_right = np.where(alike, left, 1.0), np.where(alike, right, 1.0)
    inner = np.where(alike, (first + second) / (first / safe_left + second / safe_right), 0.0)
    start = _end(width[0], width[1], secant[..., 0], secant[..., 1])
    end = _end(width[-1], width[-2], secant[..., -1], secant[..., -2])
    return np.concatenate([start[..., None], inner, end[..., None]], axis=-1)


def _end(near: float, far: float, secant: Array, next_secant: Array) -> Array:
    """One-sided three-point derivative, kept from changing sign or overshooting."""
    slope = ((2 * near + far) * secant - near * next_secant) / (near + far)
    slope = np.where(np.sign(slope) != np.sign(secant), 0.0, slope)
    steep = (np.sign(secant) != np.sign(next_secant)) & (np.abs(slope) > 3 * np.abs(secant))
    return np.where(steep, 3 * secant, slope)


def curve(nodes: Array, values: Array, at: Array) -> Array:
    """Every curve at the same points: (…, point)."""
    return _hermite(nodes, values, at, False)


def curve_by_row(nodes: Array, values: Array, at: Array, derivative: bool = False) -> Array:
    """Curve k of `values` (…, k, node) at its own point `at[k]`: value or derivative, (…, k)."""
    points = np.broadcast_to(at[:, None], (*values.shape[:-1], 1))
    return _hermite(nodes, values, points, derivative)[..., 0]


def _hermite(nodes: Array, values: Array, at: Array, derivative: bool) -> Array:
    slope = slopes(nodes, values)
    cell = np.clip(np.searchsorted(nodes, at, side="right") - 1, 0, nodes.size - 2)
    width = nodes[cell + 1] - nodes[cell]
    t = (at - nodes[cell]) / width
    if cell.ndim == 1:
        y0, y1, d0, d1 = values[..., cell], values[..., cell + 1], slope[..., cell], slope[..., cell + 1]
    else:
        y0, y1 = (np.take_along_axis(values, cell + k, axis=-1) for k in (0, 1))
        d0, d1 = (np.take_along_axis(slope, cell + k, axis=-1) for k in (0, 1))
    if derivative:
        rise = 6 * t * (1 - t) * (y1 - y0) / width
        return np.asarray(rise + (1 - t) * (1 - 3 * t) * d0 + t * (3 * t - 2) * d1)
    turned = (1 - t) ** 2
    return np.asarray(
        y0 * (1 + 2 * t) * turned + y1 * t**2 * (3 - 2 * t) + width * (d0 * t * turned - d1 * t**2 * (1 - t))
    )
