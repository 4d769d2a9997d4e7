"""What a rule set beforehand costs in calm: fewer hedged positions, so a wider basis and dearer debt for the Treasury.

A steady state, not a run. Bonds that funds no longer hold go to end investors along the demand curve that the market
already has (E·g $bn for each bp over swaps), futures that they no longer sell leave asset managers short of them (ξ bp of
basis for each $100bn). That curve is of weeks in a crisis; in years of calm more buyers come, by a factor that is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.calibration_report import stored
from models.scenario import World, opening_positions

DEBT_2020_BN = 17_000.0  # marketable Treasuries in early 2020 (Treasury), as in the size of the market
# How many times more investors want in calm years than in weeks of crisis, for a bp: with the middle one $100bn of bonds
# moves yields by 2.9 bp, as $100bn of 10-year equivalents do in Crawley et al. 2022 (3.3). Assumed.
PATIENCE, LEAST, MOST = 2.5, 1.0, 5.0
DEMAND, FUTURES = "dealers.slow_demand_bn", "wedges.futures_demand_slope_bp"
ASSUMED = (
    "end investors want 2.5 times as much for a basis point in calm years as in weeks of crisis (assumed; range 1 to 5), times the range "
    "of the fit"
)


@dataclass(frozen=True)
class Span3:
    """A figure with the ends of the range of its assumption."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CalmCost:
    """Positions that funds give up, $bn; the basis' widening, bp a year; yields on new issues, bp; $bn a year on all debt."""

    positions_bn: float
    basis_bp: Span3
    yield_bp: Span3
    debt_bn: Span3


def held(world: World) -> tuple[float, ...]:
    """Face that funds hold in calm by strategy, $bn."""
    rows = [opening_positions(world, cohort) for cohort in world.funds.cohorts]
    return tuple(sum(row[j] for row in rows) for j in range(3))


def calm_cost(today: World, ruled: World) -> CalmCost:
    """What a rule costs in calm, from the world without it and with it. Exactly nothing where positions stay."""
    lost = [before - after for before, after in zip(held(today), held(ruled), strict=True)]
    size = today.dealers.market_size
    demand, slope = today.dealers.slow_demand_bn * size, today.wedges.futures_demand_slope_bp
    narrow, wide = (_fit(DEMAND, side) for side in ("high", "low"))
    yields = _over(sum(lost), demand, narrow, wide)
    basis = Span3(
        *(
            lost[0] / 100 * slope * by
            for by in (1 / PATIENCE, _fit(FUTURES, "low") / MOST, _fit(FUTURES, "high") / LEAST)
        )
    )
    debt = DEBT_2020_BN * size / 1e4
    return CalmCost(
        sum(lost), basis, yields, Span3(*(debt * bp for bp in (yields.value, yields.low, yields.high)))
    )


def _over(lost: float, demand: float, narrow: float, wide: float) -> Span3:
    """Basis points at which end investors take bonds, with the ends of what demand may be."""
    if demand <= 0:  # nobody buys because bonds are cheap: the curve has no slope to read a price from
        return Span3(*([0.0 if lost == 0 else float("inf")] * 3))
    return Span3(lost / (demand * PATIENCE), lost / (demand * narrow * MOST), lost / (demand * wide * LEAST))


def _fit(name: str, side: str) -> float:
    """An end of a value's range in the fit, as a multiple of the value."""
    row = next(row for row in stored()["fitted"] if row["name"] == name)
    return float(row[side] / row["value"])
