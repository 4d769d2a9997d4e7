"""A world, read into the plain tuples that the rest of the reference takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.reference.arithmetic import scaled4
from models.reference.parameters import (
    DealerRules,
    FundingRules,
    FundRules,
    IssuanceRules,
    LiquidityRules,
    MarginRules,
    Market,
    WedgeRules,
    YieldRules,
    prepared,
)
from models.reference.shocks import Course, Courses


def market_of(world: Any) -> Market:
    """Read a world's numbers into plain tuples."""
    cohorts = world.funds.cohorts
    return prepared(
        group_of(YieldRules, world.yields),
        group_of(DealerRules, world.dealers),
        group_of(WedgeRules, world.wedges),
        group_of(MarginRules, world.margins),
        group_of(FundingRules, world.funding),
        group_of(FundRules, world.funds),
        group_of(IssuanceRules, world.issuance),
        group_of(LiquidityRules, world.liquidity),
        scaled4(100.0, world.scenario.opening_yields_pct),
        world.scenario.days_to_delivery,
        np.array([c.equity_bn for c in cohorts], float),
        np.array([c.leverage for c in cohorts], float),
        np.array([c.mix for c in cohorts], float),
        np.array([c.tenors for c in cohorts], float),
    )


def group_of(kind: Any, group: Any) -> Any:
    """A group of a world's parameters as the tuple that carries the same names."""
    return kind(*(getattr(group, name) for name in kind._fields))


def courses_of(world: Any) -> Courses:
    """Read a world's scenario into plain arrays."""
    scenario = world.scenario
    held, sizes = np.zeros((scenario.days, 4)), np.zeros(scenario.days)
    if scenario.held_fundamentals_bp:
        held[:] = scenario.held_fundamentals_bp
    for auction in scenario.auctions:
        sizes[auction.day - 1] += auction.size_bn
    shocks = (_course(getattr(scenario, name)) for name in Courses._fields[:12])
    tenors = [getattr(scenario, name).tenors for name in ("real_money_sales", *Courses._fields[2:5])]
    return Courses._make([*shocks, *tenors, held, sizes])


def _course(shock: Any) -> Course:
    days = np.array([float(day) for day, _ in shock.knots])
    values = np.array([float(value) for _, value in shock.knots])
    return Course(days, values, shock.size, shock.severity_sd, shock.noise_sd)
