"""How a crisis ends, path by path: contained, disorderly or in a spiral; one definition for every place that says it.

- **Spiral**: over five days funds are forced to sell at least 29% of the book they opened with, or a fund group fails, or
  the market stands at its price floor for three days running.
- **Contained**: no spiral, and the 10-year's dislocation never passes 15 bp.
- **Disorderly**: the rest.

The 29% were read off the world `crowded` without action before policies were compared: largest five-day sales have two
high humps there, around 22% and 34% of the book, and the density's minimum between them lies at 28.7 to 29.0% (Gaussian
kernels of bandwidth 0.10 and 0.15, 4,096 paths, seeds 1 to 4). The other bounds are judgements.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.parameters.base import TENORS
from models.series import AT_FLOOR, DEFAULTS, DISLOCATION, FORCED_SALES, POSITIONS
from models.simulation import Run
from models.stack import Array, Flags, Indices
from policy.outcomes.metric import Formula

SALES_DAYS, SPIRAL_SALES_SHARE = 5, 0.29
FLOOR_DAYS = 3
CONTAINED_BP = 15.0
HEALED_BP = 10.0

ENDINGS = ("contained", "disorderly", "spiral")
CONTAINED, DISORDERLY, SPIRAL = range(len(ENDINGS))

BENCHMARK = TENORS.index(10)


def ending(run: Run) -> Indices:
    """How each path ends, as a place in `ENDINGS` (path,)."""
    dislocated = np.max(run[DISLOCATION][:, BENCHMARK], axis=0) > CONTAINED_BP
    return np.where(spirals(run), SPIRAL, np.where(dislocated, DISORDERLY, CONTAINED))


def spirals(run: Run) -> Flags:
    """On which paths the crisis feeds on itself (path,)."""
    failed = np.max(run[DEFAULTS], axis=0) > 0
    floored = np.any(_in_a_row(run[AT_FLOOR] > 0, FLOOR_DAYS), axis=0)
    return np.asarray((largest_sales_share(run) >= SPIRAL_SALES_SHARE) | failed | floored)


def largest_sales_share(run: Run) -> Array:
    """Largest forced sales over five days as a share of funds' opening book (path,); 0 where they had none."""
    sold = np.add.reduce(run[FORCED_SALES], axis=1)
    book = np.add.reduce(run[POSITIONS][0], axis=0)
    total = np.concatenate([np.zeros((1, sold.shape[1])), np.cumsum(sold, axis=0)])
    days = min(SALES_DAYS, sold.shape[0])
    most = np.max(total[days:] - total[:-days], axis=0)
    return np.divide(most, book, out=np.zeros_like(most), where=book > 0)


def _in_a_row(flags: Flags, days: int) -> Flags:
    """Where flags (day, path) end a row of at least that many days; no row is longer than the run."""
    if flags.shape[0] < days:
        return np.zeros_like(flags)
    return np.asarray(sliding_window_view(flags, days, axis=0).all(axis=-1))


def share_ending(kind: int) -> Formula:
    """100 on paths that end so, 0 on the others."""
    return lambda run, none: np.where(ending(run) == kind, 100.0, 0.0)


def days_to_heal(run: Run, none: Run) -> Array:
    """Days until the 10-year's dislocation stays below 10 bp: 0 if it always does, the whole run if it never does (path,)."""
    after = run[DISLOCATION][1:, BENCHMARK] >= HEALED_BP
    ever = np.any(after, axis=0)
    return np.where(ever, float(after.shape[0]) - np.argmax(after[::-1], axis=0), 0.0)
