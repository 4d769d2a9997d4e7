"""Whole policies on the engine and on the scalar reference, triggers included: random worlds, random policies, shipped episodes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import strategies as own
from support.random_policies import cases
from support.whole_policies import compare_outcomes, compare_runs, drawn_series

from models import library
from models.reference.run import Plan
from models.scenario import World
from models.simulation import PUBLISHED
from models.worlds import replace as changed
from policy.comparison import compare
from policy.interventions import REGISTRY
from policy.interventions.hedged_auction import IN_POINTS
from policy.outcomes.scorecard import KEYS, METRICS
from policy.outcomes.terms import Terms
from policy.reference import reading, tools
from policy.reference.outcomes import PathOutcomes
from policy.reference.programmes import bought_on
from policy.reference.reading import KINDS, counted_of
from policy.spec import Policy, parse_policy, policy

PATHS = 2


def test_random_policies_agree_on_random_worlds() -> None:
    tally: Counter[str] = Counter()

    @settings(max_examples=2 * settings().max_examples)
    @given(cases())
    def agree(case: tuple[World, Policy, int]) -> None:
        world, chosen, seed = case
        comparison = compare(world, [chosen], PATHS, seed)
        series = drawn_series(world, seed, PATHS)
        for k, arm in enumerate(comparison.policies):
            if k or arm == chosen:
                for path in range(PATHS):
                    problems = compare_runs(comparison.runs[k], world, arm, series[path], path, tally)
                    assert not problems, "\n".join(problems[:5])

    agree()
    assert tally["runs set aside"] < 0.05 * tally["runs"], tally
    assert sum(tally[name] > 0 for name in Plan._fields) >= 10, tally


# Policies on the crowded world, and the orders that must then come.
CRAFTED = {
    "on, off and on again": (
        "repo:start=dealer_use_pct.above.70.for.1,stop=dealer_use_pct.below.85.for.1,rate_bp=0", ("repo_cap", "repo_slope")
    ),
    "announced before it buys": (
        "outright:announce=dislocation_10y_bp.above.1.for.1,pace_bn=75,total_bn=310,taper_days=7", ("announced",)
    ),
    "bought and sold again": (
        "outright:total_bn=150,taper_days=2,exit_start=dealer_use_pct.above.80.for.6,exit_pace_bn=30", ("purchases",)
    ),
    "a standing cap": ("hedged-purchases:form=cap,cap_bp=20,total_bn=130,mix=60/30/10", ("hedged_purchases",)),
    "an auction that sells back": (
        "hedged-auction:exit=market,penalty_bp=12,exit_bp=11,penalty_rise_bp=3,sellers=funds_and_dealers",
        ("reserve_penalty", "vehicle_sales", "dealers_eligible", "auction_capacity"),
    ),
    "a price in points": (
        "hedged-auction:exit=market,reserve_discount=0.06,exit_discount=0.055", ("reserve_discount", "vehicle_sales")
    ),
    "a ladder": (
        "repo+hedged-purchases+outright:start=dislocation_10y_bp.above.20.for.2", ("purchases", "announced_hedged")
    ),
    "rules beforehand": (
        "margin:floor_pct=80+minimum-haircut:haircut_pct=3+leverage-cap:leverage=25", ("margin_multiple",)
    ),
    "a start that never comes": ("outright:start=2040-01-01", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", CRAFTED)
def test_each_kind_of_action_agrees_where_it_is_at_work(name: str) -> None:
    spec, must_be_ordered = CRAFTED[name]
    world, chosen, tally = library.shipped("crowded"), parse_policy(spec), Counter[str]()
    comparison = compare(world, [chosen], PATHS, 3)
    problems = compare_runs(comparison.runs[1], world, chosen, drawn_series(world, 3, PATHS)[0], 0, tally)
    assert not problems, "\n".join(problems[:5])
    assert not tally["runs set aside"] and all(tally[order] for order in must_be_ordered), tally


@pytest.mark.parametrize("name", ["march_2020", "october_2025"])
def test_what_was_done_agrees(name: str) -> None:
    world, chosen, tally = library.shipped(name), parse_policy("actual"), Counter[str]()
    comparison = compare(world, [chosen], 1, 3)
    assert not compare_runs(comparison.runs[1], world, chosen, drawn_series(world, 3, 1)[0], 0, tally)


def test_purchases_after_a_delivery_count_towards_a_caps_total() -> None:
    world = changed(library.shipped("crowded"), {"scenario.days_to_delivery": 12})
    chosen = parse_policy("hedged-purchases:form=cap,cap_bp=1,total_bn=700,start=2000-01-03")
    comparison, tally = compare(world, [chosen], 1, 3), Counter[str]()
    assert not compare_runs(comparison.runs[1], world, chosen, drawn_series(world, 3, 1)[0], 0, tally)
    assert not tally["runs set aside"] and sum(comparison.runs[1]["hedged_bn"][14, :, 0]) < 60


@pytest.mark.parametrize("name", ["crowded", "october_2025"])
def test_outcomes_agree_under_every_intervention(name: str) -> None:
    chosen = [policy([kind()]) for kind in REGISTRY]
    rich = [
        CRAFTED["an auction that sells back"][0],
        CRAFTED["bought and sold again"][0],
        "non-bank-repo:rate_bp=0",
    ]
    comparison = compare(library.shipped(name), [*chosen, *map(parse_policy, rich)], 2, 5)
    problems = compare_outcomes(comparison, 5)
    assert not problems, "\n".join(problems[:5])


def test_every_outcome_has_its_reference() -> None:
    profit = {m.key for m in METRICS if m.of_profit is not None}
    assert set(PathOutcomes._fields) | profit == set(KEYS) and len(profit) == 3


def test_other_ways_of_counting_are_refused() -> None:
    with pytest.raises(ValueError, match="exit differs"):
        counted_of(Terms(exit="timed"))


def test_the_reference_knows_every_intervention_and_every_published_figure() -> None:
    assert set(KINDS) == {kind.name for kind in REGISTRY}
    assert tuple(PUBLISHED) == reading.METRICS
    for kind in REGISTRY:
        read = set(KINDS[kind.name]._fields) - {"name", "start", "stop"}
        judged = {"first_loss_pct"}  # splits the result between Treasury and Fed; nothing in the market
        if kind.name == "hedged-auction":  # its price in either unit, and the exit's, are read in one
            read = read - {"in_points", "reserves", "exit_below"} | {"penalty_bp", "exit_bp", *IN_POINTS}
        assert read == set(kind.model_fields) - {"start", "stop"} - judged


@given(own.amounts(0, 500), own.amounts(0, 5000), st.integers(0, 120))
def test_a_programme_buys_its_total_and_never_more_in_a_day_than_its_pace(
    pace: float, total: float, taper: int
) -> None:
    bought = [bought_on(k, pace, total, taper) for k in range(700)]
    assert max(bought) <= pace * (1 + 1e-12)
    assert all(a >= b - 1e-9 for a, b in pairwise(bought))
    if pace * 399 > total > 0:
        assert np.isclose(sum(bought), total)


def test_a_changed_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    world, chosen = library.shipped("crowded"), parse_policy("outright")
    comparison = compare(world, [chosen], 1, 3)
    kept = tools.outright

    def late(*given: Any) -> Any:
        return kept(
            given[0], given[1]._replace(own=given[1].own._replace(acted=given[1].own.acted + 1)), given[2]
        )

    monkeypatch.setattr(tools, "outright", late)
    assert compare_runs(comparison.runs[1], world, chosen, drawn_series(world, 3, 1)[0], 0, Counter())


def test_a_twist_on_the_last_day_alone_is_counted() -> None:
    """What it sells equals what it buys, and nothing was held on an earlier day."""
    world = library.shipped("crowded")
    comparison = compare(world, [parse_policy(f"twist:start={world.scenario.calendar[-1]}")], 1, 3)
    held = comparison.runs[1]["outright_bn"][..., 0]
    assert held[-1].any() and not held[:-1].any() and held[-1].sum() == 0
    assert not compare_outcomes(comparison, 3)
