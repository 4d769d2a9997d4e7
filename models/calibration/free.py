"""What is fitted: structural values that all episodes share, and a few numbers of an episode's own, each with a prior.

Values are kept by name. A structural name is a parameter's dotted name, with the tenor behind it for one entry of a
tuple; an episode's own number is `EPISODE: NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.scenario import World, opening_repo_bn
from models.worlds import replace

Values = Mapping[str, float]
EPISODES = ("march_2020", "april_2025", "march_2023", "september_2019", "october_2025")
FUNDING_EPISODES = ("september_2019", "october_2025")
SLACK, SCARCITY = "funding.slack_bn", "funding.scarcity_bp"
SALES = ("sales start, day", "sales rise, days", "sales end, day")


@dataclass(frozen=True)
class Free:
    """A fitted number: bounds, prior centre and the prior's spread in logs, and where the prior comes from.

    `row` is one entry of a tuple by tenor; with `whole` the others follow in proportion, so that the shape is held.
    """

    name: str
    low: float
    high: float
    centre: float
    spread: float
    prior: str
    row: int | None = None
    whole: bool = False

    @property
    def path(self) -> str:
        """The dotted name of the parameter it moves."""
        return self.name.rpartition(": ")[2].split(" ")[0]

    @property
    def episode(self) -> str | None:
        """The episode whose own number it is; nothing for what all share."""
        return self.name.partition(": ")[0] if ": " in self.name else None

    def change(self, world: World, value: float) -> dict[str, Any]:
        """The change of a world that puts a structural value in."""
        group, field = self.path.split(".")
        return {self.path: self.put(getattr(getattr(world, group), field), value)}

    def put(self, old: Any, value: float) -> Any:
        """`old` with the value put in: a number, or a tuple with one or all of its entries changed."""
        if self.row is None:
            return value
        factor = value / old[self.row]
        return tuple(x * factor if self.whole or i == self.row else x for i, x in enumerate(old))


STRUCTURAL = (
    Free("dealers.calm_use", 0.5, 0.9, 0.72, 0.1, "high but not full"),
    Free("dealers.steepness", 4, 40, 12, 0.4, "charge 300 bp a little above capacity"),
    Free("dealers.investor_absorption_bn", 0.05, 60, 0.7, 0.6, "half-life of dealers' coupons 8-16 weeks in normal times (FR 2004)"),
    Free("dealers.volatility_tightening", 0.01, 0.8, 0.15, 0.5, "desk limits bind too"),
    Free("dealers.repo_footprint", 0.05, 0.9, 0.3, 0.25, "netting saves about 70%"),
    Free("dealers.slow_demand_bn", 0.5, 40, 7, 0.4, "demand slopes down and is slow; size a judgement"),
    Free("dealers.slow_speed", 0.02, 0.95, 0.3, 0.4, "days, not weeks"),
    Free("wedges.swap_spread_beta", 0.02, 0.8, 0.18, 0.5, "10-year entry; shape held", 2, True),
    Free("wedges.swap_spread_own_bp", 0.3, 30, 4, 0.5, "about 4 bp per $100bn of purchases"),
    Free("wedges.off_the_run_beta 2y", 0.005, 0.6, 0.05, 0.6, "peaks of March 2020", 0),
    Free("wedges.off_the_run_beta 5y", 0.005, 0.6, 0.12, 0.6, "peaks of March 2020", 1),
    Free("wedges.off_the_run_beta 10y", 0.005, 0.6, 0.06, 0.6, "peaks of March 2020", 2),
    Free("wedges.off_the_run_beta 30y", 0.005, 0.6, 0.09, 0.6, "peaks of March 2020", 3),
    Free("wedges.off_the_run_own_bp", 0.3, 40, 6, 0.5, "judgement"),
    Free("wedges.off_the_run_volatility", 0.02, 2, 0.3, 0.5, "March 2023 had the premium without sales"),
    Free("wedges.basis_beta", 0.1, 4.5, 1.0, 0.5, "implied repo of March 2020"),
    Free("wedges.basis_own_bp", 0.5, 100, 10, 0.6, "judgement"),
    Free("wedges.memory_share", 0.05, 0.95, 0.65, 0.15, "deviations last 3-11 days"),
    Free("wedges.memory_half_life_days", 1, 40, 6, 0.3, "swap-spread deviations 3-7 days, off-the-run 3-11"),
    Free("wedges.liquidation_half_life_days", 1, 60, 6, 0.5, "5-10 days (weekly autoregressions)"),
    Free("wedges.futures_demand_slope_bp", 0.3, 50, 5, 0.7, "judgement"),
    Free("funds.risk_limit_elasticity", 0.02, 1.4, 0.22, 0.4, "0.13-0.39 in March 2020, 0-0.3 in other episodes"),
    Free("funds.risk_limit_speed", 0.02, 0.95, 0.3, 0.5, "days, not weeks"),
    Free("funds.margin_call_speed", 0.05, 0.98, 0.4, 0.15, "margin calls are met over days"),
    Free("margins.margin_elasticity", 0.05, 1.4, 0.5, 0.4, "less than proportional"),
    Free("margins.margin_rise_speed", 0.05, 0.98, 0.5, 0.4, "days, not weeks"),
    Free("liquidity.depth_volatility_elasticity", 0.05, 4, 0.9, 0.4, "liquidity follows volatility"),
    Free("liquidity.depth_charge_elasticity", 0.02, 2.5, 0.4, 0.4, "more at high use"),
    Free("funding.scarcity_bp", 0.05, 60, 2, 0.7, "September 2019 was a price, not a quantity"),
    Free("funding.scarcity_width", 0.008, 0.6, 0.05, 0.4, "a twentieth of opening repo"),
    Free("funding.charge_pass_through", 0.02, 1.8, 0.3, 0.5, "repo and Treasury-OIS price the same constraint"),
)  # fmt: skip

OWN = (
    Free(f"march_2020: {SLACK}", 20, 800, 90, 0.3, "the Fed's repo rose by about 240"),
    Free(f"march_2020: {SALES[0]}", 4, 16, 10, 0.15, "sales of foreign holders and bond funds, second week of March"),
    Free(f"march_2020: {SALES[1]}", 0.4, 5, 1.5, 0.3, "judgement"),
    Free(f"march_2020: {SALES[2]}", 14, 38, 26, 0.15, "custody holdings fall until early April"),
    Free(f"september_2019: {SLACK}", 1, 1000, 20, 0.7, "reverse-repo facility near zero: little"),
    Free(f"september_2019: {SCARCITY}", 0.05, 20, 1, 0.5, "as elsewhere"),
    Free(f"october_2025: {SLACK}", 1, 1000, 20, 0.7, "reverse-repo facility near zero: little"),
    Free(f"october_2025: {SCARCITY}", 0.05, 20, 1, 0.5, "as elsewhere"),
)  # fmt: skip
FREE = STRUCTURAL + OWN
CENTRES = {f.name: f.centre for f in FREE}

# By identity: the Fed bought 1,497 by day (New York Fed operations), leveraged funds' futures shorts fell by 135 from 3
# March to 14 April (CFTC) and dealers' inventory hardly moved (FR 2004), so others sold about 1,360. Only about 611 of it
# is documented as urgent: foreign holders (299 in March), mutual funds (260) and a little more. The rest came from
# investors in no hurry, who sold to the Fed as it bought: half of the purchases.
SOLD_BN, BOUGHT_BN = 1360.0, 1497.0
SALES_DAYS = 42
SALES_FALL_DAYS = 5.0


def urgent_sales_bn(unhurried_share: float) -> float:
    """March 2020's urgent sales: all that others sold, less what came from investors in no hurry."""
    return SOLD_BN - unhurried_share * BOUGHT_BN


def sales_knots(total: float, start: float, rise: float, end: float) -> tuple[tuple[int, float], ...]:
    """Real money's daily selling: up around one day, down around another, level between; its total is held."""
    days = np.arange(SALES_DAYS + 1)
    shape = 1 / ((1 + np.exp((start - days) / rise)) * (1 + np.exp((days - end) / SALES_FALL_DAYS)))
    shape[0] = shape[-1] = 0.0
    return tuple((int(d), round(float(v), 2)) for d, v in zip(days, total * shape / shape.sum(), strict=True))


def funding_numbers(episode: str) -> tuple[Free, ...]:
    """The two numbers a left-out episode may refit: slack and scarcity, with the episode's own priors where it has them."""
    names = (f"{episode}: {SLACK}", f"{episode}: {SCARCITY}")
    given = {f.name: f for f in OWN}
    usual = (
        Free(names[0], 1, 4000, 150, 0.7, "judgement"),
        Free(names[1], 0.05, 20, 1, 0.5, "as elsewhere"),
    )
    return tuple(given.get(free.name, free) for free in usual)


def capacity_bn(world: World, values: Values | None = None) -> float:
    """Capacity that makes calm exposure beyond funds' repo equal to dealers' normal inventory: (V + ωR)/U₀."""
    d, new = world.dealers, values or {}
    footprint = new.get("dealers.repo_footprint", d.repo_footprint)
    use = new.get("dealers.calm_use", d.calm_use)
    return (d.normal_inventory_bn + footprint * opening_repo_bn(world)) / use


def without_held(world: World) -> World:
    """A world whose fundamentals are left to be inverted from its observed yields, where it has them."""
    observed = world.scenario.observed_yields_pct
    return replace(world, {"scenario.held_fundamentals_bp": ()}) if observed else world


def trial(base: World, values: Values, settings: Mapping[str, Any] | None = None) -> World:
    """`base` with values put in, capacity re-based where they move it, and fundamentals left to be inverted again.

    `settings` are parameters of a rival structure, by dotted name.
    """
    changes: dict[str, Any] = dict(settings or {})
    for free in STRUCTURAL:
        if free.name in values:
            group, field = free.path.split(".")
            old = changes.get(free.path, getattr(getattr(base, group), field))
            changes[free.path] = free.put(old, values[free.name])
    changes |= _own(base, values, settings or {})
    if values.keys() & {"dealers.calm_use", "dealers.repo_footprint"}:
        changes["dealers.capacity_bn"] = capacity_bn(base, values)
    return without_held(replace(base, changes))


def _own(base: World, values: Values, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Changes by the episode's own numbers. Its scarcity is a multiple of the shared one; one it has already is kept."""
    start = f"{base.name}: "
    own = {name.removeprefix(start): v for name, v in values.items() if name.startswith(start)}
    shared = World().funding.scarcity_bp
    multiple = own.pop(SCARCITY, base.funding.scarcity_bp / shared if shared else 1.0)
    changes: dict[str, Any] = {SCARCITY: values.get(SCARCITY, shared) * multiple}
    if SALES[0] in own:
        share = settings.get("dealers.unhurried_share", base.dealers.unhurried_share)
        knots = sales_knots(urgent_sales_bn(share), *(own.pop(name) for name in SALES))
        changes["scenario.real_money_sales.knots"] = knots
    return changes | own
