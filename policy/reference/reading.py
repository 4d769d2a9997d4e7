"""Worlds, policies and assumptions, read into the plain tuples that the rest of the reference takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.reference.arithmetic import Array, scaled4
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
from models.reference.reading import group_of
from policy.reference import settings as said
from policy.reference.conditions import CLOSES, DATE, NEVER, Condition
from policy.reference.profit import Counted
from policy.reference.rules import Cohorts, SetBefore, under_rules
from policy.reference.run import Followed
from policy.reference.verdict import Weighing

METRICS = (
    "dislocation_10y_bp", "dislocation_30y_bp", "off_the_run_10y_bp", "basis_bp", "repo_spread_bp", "dealer_use_pct",
    "depth_mn", "volatility_bp", "auction_tail_bp", "dealer_award_pct",
)  # fmt: skip
USUAL = {
    "fundamentals": "unchanged", "exit": "hold", "vehicle_exit": "healed", "valuation": "duration", "dislocation_half_life_years": 0.0, "tightening_bp": 0.0,
    "vehicle_hold": "horizon", "roll_points": 0.0, "dealer_default_pct": 0.0,
}  # fmt: skip
NO_CONDITION = Condition(NEVER, 0, 0, False, 0.0, 0)
KINDS: dict[str, Any] = {
    "none": said.NoActionTool,
    "actual": said.NoActionTool,
    "outright": said.OutrightTool,
    "repo": said.RepoTool,
    "hedged-auction": said.AuctionTool,
    "hedged-purchases": said.HedgedTool,
    "non-bank-repo": said.DirectRepoTool,
    "leverage-relief": said.ReliefTool,
    "central-clearing": said.ClearingTool,
    "margin": said.MarginTool,
    "twist": said.PaceTool,
    "rate-cut": said.RateCutTool,
    "end-qt": said.RunOffTool,
    "buybacks": said.PaceTool,
    "minimum-haircut": said.HaircutTool,
    "leverage-cap": said.CapTool,
}


def tools_of(interventions: Sequence[Any], calendar: Sequence[dt.date]) -> tuple[Any, ...]:
    """A policy's interventions as plain tuples; dates become days of the calendar."""
    return tuple(tool_of(i, calendar) for i in interventions)


def tool_of(intervention: Any, calendar: Sequence[dt.date]) -> Any:
    """The same for one intervention. Raises KeyError for one that the reference does not know."""
    kind = KINDS[intervention.name]
    values = {name: getattr(intervention, name, None) for name in kind._fields}
    for name in ("start", "stop", "announce", "exit_start"):
        if name in values:
            values[name] = condition_of(values[name], calendar)
    return kind(**values)


def condition_of(given: Any, calendar: Sequence[dt.date]) -> Condition:
    """A date, a trigger or nothing as a condition; a date after the calendar never comes."""
    if given is None:
        return NO_CONDITION
    if isinstance(given, dt.date):
        come = [day for day, date in enumerate(calendar) if day and date >= given]
        return NO_CONDITION._replace(form=DATE, day=come[0]) if come else NO_CONDITION
    return Condition(CLOSES, 0, METRICS.index(given.metric), given.above, given.level, given.days)


def market_under(world: Any, tools: Array) -> Market:
    """The market of a world under the rules that tools set before the crisis."""
    cohorts = world.funds.cohorts
    equity, leverage = (
        np.array([getattr(c, name) for c in cohorts], float) for name in ("equity_bn", "leverage")
    )
    mix, contracts = (np.array([getattr(c, name) for c in cohorts], float) for name in ("mix", "tenors"))
    opening_yields = scaled4(100.0, world.scenario.opening_yields_pct)
    wedges, funds = group_of(WedgeRules, world.wedges), group_of(FundRules, world.funds)
    terms = under_rules(
        tools,
        Cohorts(mix, contracts, opening_yields, wedges, funds),
        SetBefore(group_of(MarginRules, world.margins), leverage),
    )
    return prepared(
        group_of(YieldRules, world.yields), group_of(DealerRules, world.dealers), wedges, terms.margins,
        group_of(FundingRules, world.funding), funds, group_of(IssuanceRules, world.issuance),
        group_of(LiquidityRules, world.liquidity), opening_yields, world.scenario.days_to_delivery, equity, terms.leverage,
        mix, contracts,
    )  # fmt: skip


def counted_of(terms: Any) -> Counted:
    """How the public's result is counted. Raises ValueError for anything but the scorecard's way."""
    other = {name for name, usual in USUAL.items() if getattr(terms, name) != usual}
    if other:
        raise ValueError(f"the reference counts only the scorecard's way; {', '.join(sorted(other))} differs")
    return group_of(Counted, terms)


def weighing_of(
    criteria: Sequence[Any], weights: Any, price_groups: Sequence[str], moved: dict[str, float]
) -> Weighing:
    """What a verdict counts: criteria with the user's weights, and by key what counts as moved, in the order of telling."""
    bare = [c.sign / c.worth for c in criteria]
    effect = [0.0 if c.metric.group in price_groups else b for c, b in zip(criteria, bare, strict=True)]
    points = [float(w) * b for w, b in zip(weights.vector, bare, strict=True)]
    return Weighing(tuple(points), tuple(effect), tuple(moved), tuple(moved.values()))


def followed_of(scenario: Any) -> Followed:
    """The policy that was followed in an episode."""
    f = scenario.followed
    return Followed(
        _rows([(p.day, p.amount_bn) for p in f.purchases], 2), f.purchase_tenors, _rows(f.announced, 2),
        _rows([(o.day, o.cap_bn, o.rate_bp, o.slope_bn) for o in f.repo], 4), f.leverage_relief_day, f.leverage_relief,
    )  # fmt: skip


def _rows(rows: Sequence[Any], width: int) -> Array:
    return np.array(rows, float).reshape(len(rows), width)
