"""Means, quantiles and differences over paths, each with its error; what is within noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.stack import Array


def by_path(values: Array) -> Array:
    """Mean over draws of (draw, path) values, (path,): paths are the independent unit."""
    return np.asarray(np.add.reduce(values, axis=0) / values.shape[0])


def estimate(values: Array) -> tuple[float, float]:
    """Mean over paths and its standard error."""
    return float(np.mean(values)), standard_error(values)


def standard_error(values: Array) -> float:
    """Standard error of a mean over paths; 0 for a single path."""
    return float(np.std(values, ddof=1) / np.sqrt(values.size)) if values.size > 1 else 0.0


def share_interval(values: Array) -> tuple[float, float]:
    """95% interval, in per cent, of the share of paths that a value of 100 marks.

    Wilson (1927), true at 0 and 100 as well: (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
    """
    n, p = values.size, float(np.count_nonzero(values)) / values.size
    more = WIDTH**2 / n
    middle, half = p + more / 2, WIDTH * math.sqrt(p * (1 - p) / n + more / (4 * n))
    return 100 * max((middle - half) / (1 + more), 0.0), 100 * min((middle + half) / (1 + more), 1.0)


def worst(profits: Array) -> tuple[float, float]:
    """The smallest of all simulated results, and its error from resampled paths (exact over resamples).

    The worst of n resampled paths is the k-th worst with probability ((n − k + 1)/n)ⁿ − ((n − k)/n)ⁿ. More paths find
    worse ones: read it as the worst seen, not as the worst there is.
    """
    ordered = np.sort(np.min(profits, axis=0))
    n = ordered.size
    chance = -np.diff((np.arange(n, -1, -1) / n) ** n)
    mean = float(np.sum(chance * ordered))
    return float(ordered[0]), float(np.sqrt(np.sum(chance * (ordered - mean) ** 2)))


def spread(profits: Array) -> tuple[float, float]:
    """Standard deviation over draws and paths, and its standard error (delta method, paths independent)."""
    value = float(np.std(profits))
    if value < 1e-12:
        return 0.0, 0.0
    return value, standard_error(by_path((profits - float(np.mean(profits))) ** 2)) / (2 * value)


def summary(values: Array) -> dict[str, float]:
    """Median, mean, 5% and 95% quantiles over paths."""
    ordered = np.sort(values)
    return {
        "median": _of_sorted(ordered, 0.5),
        "mean": float(np.mean(values)),
        "p05": _of_sorted(ordered, 0.05),
        "p95": _of_sorted(ordered, 0.95),
    }


def difference(values: Array, base: Array) -> dict[str, Any]:
    """Summary of paired differences, with a 95% interval of their mean."""
    gap = values - base
    mean, error = float(np.mean(gap)), standard_error(gap)
    return {**summary(gap), "mean_ci95": [mean - 1.96 * error, mean + 1.96 * error]}


def quantile(values: Array, share: float) -> float:
    return _of_sorted(np.sort(values), share)


def _of_sorted(ordered: Array, share: float) -> float:
    """Linear-interpolation quantile of sorted values."""
    at = share * (ordered.size - 1)
    low = int(at)
    high = min(low + 1, ordered.size - 1)
    return float(ordered[low] + (at - low) * (ordered[high] - ordered[low]))


def quantiles(values: Array, shares: tuple[float, ...] = (0.05, 0.5, 0.95)) -> Array:
    """Quantiles over the last axis (paths) by one sort; the new first axis runs over shares."""
    ordered = np.sort(values, axis=-1)
    size = ordered.shape[-1]
    out = []
    for share in shares:
        at = share * (size - 1)
        low = int(at)
        high = min(low + 1, size - 1)
        out.append(ordered[..., low] + (at - low) * (ordered[..., high] - ordered[..., low]))
    return np.stack(out)


NOISE = 1e-9  # arithmetic dust: anything smaller is no difference at all
WIDTH = 1.96  # standard errors of a 95% interval


@dataclass(frozen=True)
class Gap:
    """A difference of two means with its 95% interval; `paired` where both saw the same draws, path by path."""

    value: float
    low: float
    high: float
    paired: bool = True

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero by more than arithmetic dust."""
        return abs(self.value) > NOISE and (self.low > 0) == (self.high > 0)


def gap(values: Array, base: Array, paired: bool = True) -> Gap:
    """Mean of `values` less mean of `base`, both (path,). Unpaired intervals add the two variances."""
    value = float(np.mean(values)) - float(np.mean(base))
    error = _error(values - base) if paired else math.hypot(_error(values), _error(base))
    return Gap(value, value - WIDTH * error, value + WIDTH * error, paired)


def _error(values: Array) -> float:
    return float(np.std(values, ddof=1) / math.sqrt(values.size)) if values.size > 1 else 0.0
