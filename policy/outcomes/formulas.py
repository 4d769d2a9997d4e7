"""The formulas of outcomes: pure functions of a run and the run without action, or of the public's profit."""

from __future__ import annotations

import numpy as np

from models.series import (
    FACILITY,
    FIRST_ROUND,
    FORCED_SALES,
    HEDGED,
    HEDGED_PURCHASES,
    OUTRIGHT,
    VEHICLE,
    VEHICLE_PURCHASES,
)
from models.simulation import Run
from models.stack import Array
from policy.outcomes.metric import Formula
from policy.outcomes.statistics import by_path, quantile

TAIL = 0.05
LOSS = -1e-9  # a result below this is a loss, not arithmetic dust


def row(run: Run, series: str, at: int | None) -> Array:
    """A series, or one row of its second axis, (day, …, path)."""
    values = run[series]
    return values if at is None else values[:, at]


def total_of(run: Run, series: str, at: int | None = None) -> Array:
    """Sum over all but paths (path,)."""
    values = row(run, series, at)
    return np.asarray(np.add.reduce(values, axis=tuple(range(values.ndim - 1))))


def peak(series: str, at: int | None = None) -> Formula:
    """The largest of a series over the run."""
    return lambda run, none: np.max(row(run, series, at), axis=0)


def lowest(series: str) -> Formula:
    """The smallest of a series over the run."""
    return lambda run, none: np.min(run[series], axis=0)


def last(series: str, at: int) -> Formula:
    """A series on the last day."""
    return lambda run, none: run[series][-1, at]


def total(series: str, at: int | None = None) -> Formula:
    """The sum of a series over the run."""
    return lambda run, none: total_of(run, series, at)


def days_above(series: str, level: float, at: int | None = None) -> Formula:
    """Days after the opening on which a series exceeds a level."""
    return lambda run, none: np.sum(row(run, series, at)[1:] > level, axis=0).astype(np.float64)


def share_with(series: str) -> Formula:
    """100 on paths on which a series is ever above zero, 0 on the others."""
    return lambda run, none: np.where(total_of(run, series) > 0, 100.0, 0.0)


def multiplier(run: Run, none: Run) -> Array:
    """Forced sales over those of the first rounds; 1 where nobody had to sell."""
    first, sold = total_of(run, FIRST_ROUND), total_of(run, FORCED_SALES)
    return np.divide(sold, first, out=np.ones_like(sold), where=first > 0)


def peak_exposure(run: Run, none: Run) -> Array:
    """Largest sum of what the public holds and lends."""
    stocks = (OUTRIGHT, HEDGED, VEHICLE, FACILITY)
    held = sum((np.add.reduce(run[name], axis=1) for name in stocks), start=np.zeros(1))
    return np.max(held, axis=0)


def take_up(run: Run, none: Run) -> Array:
    """Face bought outright, hedged or by the vehicle, plus the largest repo lent."""
    flows = (np.diff(run[OUTRIGHT], axis=0), run[HEDGED_PURCHASES])
    bought = sum(np.add.reduce(np.maximum(flow, 0.0), axis=(0, 1)) for flow in flows)
    lent = np.max(np.add.reduce(run[FACILITY], axis=1), axis=0)
    return np.asarray(bought + total_of(run, VEHICLE_PURCHASES) + lent)


# Of the public's profit (draw, path)


def loss_share(profits: Array) -> Array:
    """Share of draws with a loss, in per cent (path,)."""
    return by_path(100 * (profits < LOSS).astype(float))


def tail_loss(profits: Array) -> Array:
    """Expected shortfall as values by path whose mean is the mean loss in the worst 5%: q + E(loss − q)⁺/5%.

    They are its influence function, so that their spread gives its error.
    """
    losses = -profits
    q = quantile(losses.ravel(), 1 - TAIL)
    return by_path(q + np.maximum(losses - q, 0.0) / TAIL)
