"""Bond arithmetic for par bonds with semi-annual coupons: durations and convexities at the opening yields."""

from __future__ import annotations

from collections.abc import Sequence

from models.parameters.base import TENORS


def modified_duration(yield_pct: float, years: float) -> float:
    """Modified duration in years of a par bond; closed form (1 − (1 + y/2)^−2n)/y, and `years` at a zero yield."""
    y = yield_pct / 100
    if abs(y) < 1e-9:
        return years
    return (1 - (1 + y / 2) ** (-2 * years)) / y


def convexity(yield_pct: float, years: float) -> float:
    """Convexity in years² of a par bond: Σ c_t·t(t + 1)/(4(1 + y/2)^(t+2)) over half-years t, price 1."""
    half = yield_pct / 200
    periods = round(2 * years)
    coupons = sum(half * t * (t + 1) / (1 + half) ** (t + 2) for t in range(1, periods + 1))
    return (coupons + periods * (periods + 1) / (1 + half) ** (periods + 2)) / 4


def durations(yields_pct: Sequence[float]) -> tuple[float, ...]:
    """Modified durations at the four tenors, years."""
    return tuple(modified_duration(y, n) for y, n in zip(yields_pct, TENORS, strict=True))


def ten_year_equivalents(yields_pct: Sequence[float]) -> tuple[float, ...]:
    """Duration of each tenor as a multiple of the 10-year's: turns face into 10-year equivalents."""
    years = durations(yields_pct)
    return tuple(d / years[TENORS.index(10)] for d in years)
