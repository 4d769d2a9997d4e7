"""Rates after the crisis: a level and a slope factor without drift, known exactly at the dates where they matter.

Between two dates a factor's end and its time average are drawn from their joint normal law, so no step is too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.parameters.base import DAYS_A_YEAR, TENORS
from models.shocks import normals
from models.stack import Array
from policy.outcomes.terms import Terms

DRAWS = 64
FEW_PATHS = 1024
# First date: level end and mean, slope end and mean; then slippage, a dealer's failure, the market's move while a failed
# counterparty is replaced; level and slope from purchase to the run's last day.
FIXED = 9
SLIPPAGE, FAILURE, REPLACEMENT, LEVEL_LEAD, SLOPE_LEAD = range(4, FIXED)


def factors(seed: int, paths: int, first: int, count: int = 5) -> Array:
    """Standard normals (factor, draw, path), the second half of the draws the mirror image of the first; read-only.

    The same for every policy: the last few sets of few paths are kept.
    """
    return (_kept if paths <= FEW_PATHS else _drawn)(seed, paths, first, count)


def _drawn(seed: int, paths: int, first: int, count: int) -> Array:
    half = normals(seed, "rates", count * DRAWS // 2, first, paths).reshape(count, DRAWS // 2, paths)
    z = np.concatenate([half, -half], axis=1)
    z.flags.writeable = False
    return z


_kept = lru_cache(maxsize=4)(_drawn)


@dataclass(frozen=True)
class RateStep:
    """Rates between two dates, bp away from the run's last day; arrays (draw, path)."""

    years: float  # from the date before
    time: float  # years after the run, at the end of the step
    level: Array  # at the end
    slope: Array
    policy_rate: Array  # mean over the step

    def move(self, terms: Terms, maturity: float, tenor: int) -> Array:
        """Move of the yield of a bond: of its own tenor, or of what is left of its life if it is priced anew.

        Loadings between tenors are on straight lines, with the policy rate at maturity zero.
        """
        if terms.valuation == "duration":
            at = TENORS.index(tenor)
            return terms.level_loadings[at] * self.level + terms.slope_loadings[at] * self.slope
        nodes = (0, *TENORS)
        level = float(np.interp(maturity, nodes, (1.0, *terms.level_loadings)))
        slope = float(np.interp(maturity, nodes, (terms.policy_rate_slope, *terms.slope_loadings)))
        return level * self.level + slope * self.slope


def steps(z: Array, times: tuple[float, ...], terms: Terms, lead: Array | float = 0.0) -> Iterator[RateStep]:
    """Rates at rising `times` (years after the run), drawn exactly; by then factors have moved for `lead` years (path,).

    For a driftless factor B with yearly standard deviation v over a step of t years, end − start = v√t·z₁ and the
    mean over the step − start = v√t·(z₁/2 + z₂/√12). The first step takes factors 0 to 3, later ones those after `FIXED`.
    """
    level, slope = lead_factors(z, lead, terms)
    before = 0.0
    for k, time in enumerate(times):
        draws = z[:4] if k == 0 else z[FIXED + 4 * (k - 1) : FIXED + 4 * k]
        years = time - before
        scale = np.sqrt(years)
        level_mean = level + terms.level_sd_bp * scale * (draws[0] / 2 + draws[1] / np.sqrt(12))
        slope_mean = slope + terms.slope_sd_bp * scale * (draws[2] / 2 + draws[3] / np.sqrt(12))
        level = level + terms.level_sd_bp * scale * draws[0]
        slope = slope + terms.slope_sd_bp * scale * draws[2]
        known = _mean_rise(terms, before, time)
        yield RateStep(
            years=years, time=time, level=level + _rise(terms, time), slope=slope,
            policy_rate=level_mean + known + terms.policy_rate_slope * slope_mean,
        )  # fmt: skip
        before = time


def lead_years(flow: Array) -> Array:
    """Mean years from a flow's days to the run's last day, from amounts (day, …, path); 0 where there are none."""
    size = np.abs(flow)
    years = (np.arange(len(flow))[::-1] / DAYS_A_YEAR).reshape(-1, *(1,) * (flow.ndim - 1))
    total = np.add.reduce(size, axis=0)
    return np.divide(np.add.reduce(size * years, axis=0), total, out=np.zeros_like(total), where=total > 0)


def lead_factors(z: Array, lead: Array | float, terms: Terms) -> tuple[Array, Array]:
    """Move of level and slope over the `lead` years (path,) before the run's last day, bp (draw, path)."""
    root = np.sqrt(lead)
    return terms.level_sd_bp * root * z[LEVEL_LEAD], terms.slope_sd_bp * root * z[SLOPE_LEAD]


def mean_factors(z: Array, years: float, terms: Terms) -> tuple[Array, Array]:
    """Mean over the first `years` after the run of the moves of level and slope since, bp (draw, path)."""
    scale = np.sqrt(years)
    level = terms.level_sd_bp * scale * (z[0] / 2 + z[1] / np.sqrt(12)) + _mean_rise(terms, 0.0, years)
    return level, terms.slope_sd_bp * scale * (z[2] / 2 + z[3] / np.sqrt(12))


def factor_count(times: tuple[float, ...]) -> int:
    """How many normals each draw needs."""
    return FIXED + 4 * (len(times) - 1)


def _rise(terms: Terms, time: float) -> float:
    return terms.tightening_bp * min(time / terms.tightening_years, 1.0)


def _mean_rise(terms: Terms, start: float, end: float) -> float:
    """Mean over a step of the known rise, which goes up in a straight line and stays."""

    def area(t: float) -> float:
        climbing = min(t, terms.tightening_years)
        return terms.tightening_bp * (climbing**2 / (2 * terms.tightening_years) + t - climbing)

    return (area(end) - area(start)) / (end - start) if end > start else 0.0
