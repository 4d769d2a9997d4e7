"""Random worlds and random orders for the property tests: anything that validation accepts, calm or violent.

Bounds of single parameters are read off the parameters themselves, so a new one is covered without a change here.
Parts are built once: building them anew for every world would take longer than the worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from models.orders import Orders
from models.parameters.base import Frozen
from models.parameters.funds import Cohort
from models.scenario import GROUPS, Auction, World, largest_scale, opening_repo_bn
from models.worlds import replace

# Daily value of each shock at its worst, in its own unit; $bn, bp, shares.
WORST = {
    "client_financing": (-300, 1500),
    "basis_shock": (-150, 500),
    "desired_longs": (-400, 800),
    "money_fund_run": (0, 2500),
    "cash_drain": (-500, 2500),
    "dealer_lending_cut": (-0.2, 1.2),
    "margin_step": (-0.5, 2),
    "auction_withdrawal": (-0.3, 0.8),
    "fundamentals": (-150, 150),
    "swap_spread_shock": (-40, 80),
    "off_the_run_shock": (-30, 60),
    "real_money_sales": (-100, 300),
}
# Settings drawn below with regard to each other, so that validation accepts the world.
TOGETHER = {"funds.scale", "funds.size", "funds.cohorts", "dealers.capacity_bn"}
NAMES = ("swap_spread_mix", "off_the_run_mix")


@cache
def amounts(low: float, high: float) -> Any:
    """Numbers between two bounds to six decimals, as a person would set them; the bounds are among them."""
    return st.floats(low, high).map(lambda value: round(value, 6))


@cache
@st.composite
def shares(draw: Any, count: int) -> tuple[float, ...]:
    """Shares that sum to one; some may be zero."""
    weights = draw(st.lists(st.integers(0, 8), min_size=count, max_size=count).filter(any))
    return tuple(w / sum(weights) for w in weights)


def scalar_parameters() -> dict[str, tuple[float, float]]:
    """Dotted name and bounds of every documented scalar parameter of a world's groups."""
    found: dict[str, tuple[float, float]] = {}
    for group in GROUPS:
        kind: type[Frozen] = World.model_fields[group].annotation
        for name, info in kind.model_fields.items():
            about = (info.json_schema_extra or {}).get("parameter")
            if about and info.annotation is float and f"{group}.{name}" not in TOGETHER:
                found[f"{group}.{name}"] = (about["low"], about["high"])
    return found


@cache
def parameters() -> Any:
    """Any subset of parameters set anywhere within their bounds."""
    chosen = {name: amounts(*bounds) for name, bounds in scalar_parameters().items()}
    chosen |= {f"wedges.{name}": shares(4) for name in NAMES}
    for name in ("wedges.swap_spread_beta", "wedges.off_the_run_beta"):
        chosen[name] = st.tuples(*[amounts(0, 1)] * 4)
    for name in ("wedges.own_profile", "yields.duration_loadings", "yields.signal_loadings"):
        chosen[name] = st.tuples(*[amounts(0, 3)] * 4)
    loadings = (amounts(0.05, 3), amounts(0.05, 3), st.just(1.0), amounts(0.05, 3))
    chosen["margins.calm_volatility_loadings"] = st.tuples(*loadings)
    chosen["margins.margin_standard_deviations"] = st.tuples(*[amounts(0.5, 10)] * 3)
    chosen["scenario.opening_yields_pct"] = st.tuples(*[amounts(-2, 12)] * 4)
    return st.fixed_dictionaries({}, optional=chosen)


@cache
@st.composite
def cohorts(draw: Any) -> tuple[Cohort, ...]:
    """One to six cohorts, specialised or mixed. The common scale decides later how levered they are."""
    count = draw(st.integers(1, 6))
    return tuple(
        Cohort(
            name=f"Fund {n}",
            equity_bn=draw(amounts(0.5, 40)),
            leverage=draw(st.one_of(amounts(1, 60), amounts(1, 1000))),
            mix=draw(shares(3)),
            tenors=draw(shares(4)),
        )
        for n in range(count)
    )


@cache
@st.composite
def profile(draw: Any, days: int, low: float, high: float) -> tuple[tuple[int, float], ...]:
    """Knots of a shock on a few days."""
    when = draw(st.lists(st.integers(0, days), unique=True, max_size=3))
    return tuple((day, draw(amounts(low, high))) for day in sorted(when))


@cache
@st.composite
def shock(draw: Any, name: str, days: int) -> dict[str, Any]:
    """Changes to one shock series: its profile, random severity, noise and tenors."""
    low, high = WORST[name]
    changes = {
        "knots": draw(profile(days, low, high)),
        "severity_sd": draw(st.sampled_from([0.0, 0.3, 1.0])),
        "noise_sd": draw(st.sampled_from([0.0, 0.02, 0.1])) * min(high - low, 200),
    }
    if name == "real_money_sales":
        changes["tenors"] = draw(shares(4))
    if name in ("fundamentals", "swap_spread_shock", "off_the_run_shock"):
        changes["tenors"] = draw(st.tuples(*[amounts(0, 2)] * 4))
    return {f"scenario.{name}.{key}": value for key, value in changes.items()}


@cache
@st.composite
def auctions(draw: Any, days: int) -> tuple[Auction, ...]:
    """Up to three Treasury auctions."""
    when = draw(st.lists(st.integers(1, days), max_size=3))
    return tuple(Auction(day=day, tenor_years=10.0, size_bn=draw(amounts(1, 150))) for day in when)


@cache
@st.composite
def scenario(draw: Any, days: int, shocked: bool) -> dict[str, Any]:
    """Changes to the scenario; delivery often falls within its days."""
    changes: dict[str, Any] = {
        "scenario.days": days,
        "scenario.days_to_delivery": draw(st.one_of(st.integers(1, days), st.integers(1, 130))),
    }
    if shocked:
        for name in draw(st.lists(st.sampled_from(sorted(WORST)), unique=True, max_size=6)):
            changes |= draw(shock(name, days))
        changes["scenario.auctions"] = draw(auctions(days))
    return changes


@st.composite
def worlds(draw: Any, days: int = 10, shocked: bool = True, fixed: dict[str, Any] | None = None) -> World:
    """A world that validation accepts. `fixed` sets dotted names for good; without shocks nothing ever happens."""
    chosen = draw(parameters()) | draw(scenario(days, shocked)) | (fixed or {})
    chosen |= {"funds.cohorts": draw(cohorts()), "funds.size": draw(amounts(0.05, 4)), "funds.scale": 1e-3}
    chosen |= {"dealers.capacity_bn": 5000.0}
    unlevered = replace(World(), chosen)
    world = replace(unlevered, {"funds.scale": _scale(draw, unlevered, fixed or {})})
    least = world.dealers.repo_footprint * opening_repo_bn(world) / world.dealers.calm_use
    capacity = max(100.0, min(5000.0, least * draw(amounts(1.01, 4))))
    return replace(world, {"dealers.capacity_bn": capacity})


def _scale(draw: Any, world: World, fixed: dict[str, Any]) -> float:
    """A common scale that funds' own requirement and dealers' balance sheet allow."""
    if "funds.scale" in fixed:
        return float(fixed["funds.scale"])
    room, _ = largest_scale(world)
    carried = world.dealers.calm_use * 5000 / world.dealers.repo_footprint
    lent = opening_repo_bn(world) / world.funds.scale
    return draw(amounts(0.3, 0.999)) * min(room, 4.0, carried / max(lent, 1e-9))


@cache
def _rows(count: int, low: float, high: float) -> Any:
    """A column of `count` amounts, as an order by tenor, strategy or access."""
    return st.tuples(*[amounts(low, high)] * count).map(lambda row: np.array(row)[:, None])


@cache
def _flags(count: int) -> Any:
    flags = st.lists(st.booleans(), min_size=count, max_size=count).filter(any)
    return flags.map(lambda row: np.array(row, float)[:, None])


def _set_of(**fields: Any) -> Any:
    return st.fixed_dictionaries(fields)


OUTRIGHT = _set_of(purchases=st.one_of(_rows(4, -30, 100), _rows(4, 100, 400)), announced=amounts(0, 2000))
HEDGED = _set_of(hedged_purchases=_rows(3, -30, 150), announced_hedged=amounts(0, 2000))
FACILITY = _set_of(
    repo_cap=_rows(3, 0, 800),
    repo_price=st.one_of(amounts(-20, 80), amounts(-20, 500)),
    repo_slope=st.one_of(amounts(0.1, 50), amounts(0, 1e5), st.sampled_from([1.85, 1e6])),
)
AUCTION = _set_of(
    auction_capacity=amounts(0, 300),
    reserve_discount=st.one_of(amounts(0, 0.2), amounts(0, 1), st.just(np.inf)),
    reserve_penalty=st.one_of(_rows(3, 0, 60), _rows(3, 0, 300), st.just(np.full((3, 1), np.inf))),
    eligible=_flags(3),
    dealers_eligible=st.sampled_from([0.0, 1.0]),
    pay_as_bid=st.sampled_from([0.0, 1.0]),
)
SALES = _set_of(vehicle_sales=_rows(3, 0, 60))
RELIEF = _set_of(
    capacity_multiple=amounts(0.7, 2), footprint_multiple=amounts(0.3, 1), margin_multiple=amounts(0.5, 1.5)
)
CUT = _set_of(rate_cut=_rows(4, -50, 100))
TOOLS = (OUTRIGHT, HEDGED, FACILITY, AUCTION, SALES, RELIEF, CUT)


@cache
@st.composite
def orders(draw: Any, tools: tuple[Any, ...] = TOOLS) -> Orders:
    """A day's orders from some of the tools."""
    kinds = draw(st.lists(st.sampled_from(range(len(tools))), unique=True, min_size=1))
    chosen: dict[str, Any] = {}
    for kind in sorted(kinds):
        chosen |= draw(tools[kind])
    return Orders(**chosen)


@cache
@st.composite
def plans(draw: Any, days: int = 10, tools: tuple[Any, ...] = TOOLS) -> tuple[Orders, ...]:
    """Orders of every day: nothing until some day, then two programmes in turn."""
    start, turn = draw(st.integers(0, days // 2)), draw(st.integers(0, days))
    first, second = draw(orders(tools)), draw(orders(tools))
    return tuple(Orders() if day < start else first if day < turn else second for day in range(days))


@dataclass(frozen=True)
class Program:
    """Orders day by day as an arm of a simulation."""

    plan: tuple[Orders, ...]

    def __call__(self, view: Any) -> Orders:
        return self.plan[view.day - 1]


def programs(days: int = 10, tools: tuple[Any, ...] = TOOLS) -> Any:
    """Arms that follow a random plan whatever happens."""
    return plans(days, tools).map(Program)
