"""Many worlds at once give each world's own numbers, whatever stands beside it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import strategies

from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from models.worlds import replace
from policy.comparison import Comparison, compare, default_policies
from policy.interventions import REGISTRY
from policy.outcomes.reads import reads
from policy.outcomes.scorecard import BY_KEY, KEYS, METRICS
from policy.outcomes.scores import all_scores
from policy.spec import parse_policy, policy
from policy.studies import batch
from policy.studies.batch import evaluate, outcomes

EVERY = tuple(policy([kind()]) for kind in REGISTRY)
COMBINED = tuple(
    parse_policy(text)
    for text in (
        "outright+leverage-cap:leverage=12",
        "hedged-auction:exit=market+repo",
        "margin:floor_pct=50",
    )
)


def assert_each_as_alone(worlds: list[World], policies: tuple, paths: int, seed: int = 3) -> None:
    found = outcomes(worlds, policies, paths, seed)
    for k, world in enumerate(worlds):
        alone = compare(world, policies, paths, seed)
        assert found.policies == alone.policies
        for j, own in enumerate(all_scores(alone)):
            for n, key in enumerate(found.keys):
                np.testing.assert_allclose(found.values[k, j, n], own.values[key], rtol=1e-12, atol=1e-11)


def moved() -> list[World]:
    """One episode under other parameters, other sizes of shocks, another policy rate and delivery; and other episodes."""
    base = replace(shipped("crowded"), {"scenario.days": 25, "scenario.auctions": ()})
    changes = [
        {},
        {"funds.scale": 0.8, "scenario.real_money_sales.size": 1.3},
        {"scenario.money_fund_run.size": 2.0, "scenario.policy_rate_pct": 4.5},
        {"scenario.days_to_delivery": 9, "margins.calm_volatility_bp": 4.0},
    ]
    return [replace(base, c) for c in changes] + [shipped("kahn"), shipped("march_2020")]


@pytest.mark.parametrize("paths", [1, 40])
def test_every_intervention_on_different_worlds_is_as_alone(paths: int) -> None:
    assert_each_as_alone(moved(), EVERY, paths)


def test_every_shipped_world_with_combined_policies_is_as_alone() -> None:
    assert_each_as_alone([shipped(name) for name in SHIPPED], COMBINED, 9)


@settings(max_examples=8)
@given(
    st.lists(strategies.worlds(days=6), min_size=1, max_size=4),
    st.lists(st.sampled_from(EVERY), max_size=3, unique=True),
)
def test_random_worlds_are_as_alone(worlds: list[World], policies: list) -> None:
    try:
        for world in worlds:
            for made in policies:
                made.prepare(world)
    except Refused:
        return
    assert_each_as_alone(worlds, tuple(policies), 5)


@pytest.mark.parametrize("width", [40, 200])
def test_numbers_do_not_depend_on_what_else_stands_in_the_run(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    worlds, policies = moved()[:3], (*default_policies(), COMBINED[1])
    together = outcomes(worlds, policies, 20, 3)
    monkeypatch.setattr(batch, "WIDTH", width)
    order = [together.policies[k] for k in (0, 4, 2, 1, 3)]
    turned = outcomes(worlds[::-1], order, 20, 3)
    back = [turned.policies.index(p) for p in together.policies]
    assert np.array_equal(turned.values[::-1][:, back], together.values)
    for k, world in enumerate(worlds):
        alone = outcomes([world], policies, 20, 3)
        assert np.array_equal(alone.values[0], together.values[k])


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    short, long = (outcomes(moved()[:2], EVERY[2:5], n, 3) for n in (10, 260))
    by_path = [not m.horizon for m in METRICS]  # the tail is one of all paths
    assert np.array_equal(short.values[:, :, by_path], long.values[:, :, by_path, :10])


@cache
def alone_in(name: str) -> Comparison:
    return compare(shipped(name), EVERY[2:6], 8, 3)


@pytest.mark.parametrize("key", KEYS)
def test_an_outcome_asked_for_alone_is_the_same(key: str) -> None:
    """And so what each outcome is said to read is enough."""
    found = outcomes([shipped("april_2025")], EVERY[2:6], 8, 3, (key,))
    expected = [own.values[key] for own in all_scores(alone_in("april_2025"))]
    np.testing.assert_allclose(found.of(key)[0], expected, rtol=1e-12, atol=1e-11)


def test_what_an_outcome_reads_is_found() -> None:
    assert reads(BY_KEY["cascade_multiplier"]).own == {"first_round_bn", "forced_sales_bn"}
    assert reads(BY_KEY["losses_spared_bn"]).none == {"fund_equity_bn"}
    assert [m.key for m in METRICS if reads(m).none] == ["losses_spared_bn"]
    assert {"hedged_bn", "margin_pct"} <= reads(BY_KEY["peak_margin_cash_need_bn"]).own  # behind a branch


def test_what_is_told_against_no_action_needs_nobody_to_ask_for_it() -> None:
    worlds = moved()[:3]
    pairs = [(world, made) for made in (*COMBINED, EVERY[2]) for world in worlds]
    found = evaluate(pairs, 20, 3, ("losses_spared_bn",))
    whole = outcomes(worlds, (*COMBINED, EVERY[2]), 20, 3, ("losses_spared_bn",))
    np.testing.assert_array_equal(found.values.reshape(4, 3, 20), whole.values[:, 1:, 0].swapaxes(0, 1))


def test_pairs_come_back_in_their_own_order() -> None:
    worlds, policies = moved()[:2], EVERY[2:4]
    pairs = [(worlds[1], policies[0]), (worlds[0], policies[1]), (worlds[1], policies[1])]
    found, whole = evaluate(pairs, 8, 3), outcomes(worlds, policies, 8, 3)
    np.testing.assert_array_equal(found.values, whole.values[[1, 0, 1], [1, 2, 2]])


def test_refusals_say_what_would_be_accepted() -> None:
    world = shipped("calm")
    with pytest.raises(Refused, match="between 1 and"):
        outcomes([world], EVERY[:1], 0, 1)
    with pytest.raises(Refused, match="seed"):
        outcomes([world], EVERY[:1], 8, -1)
    with pytest.raises(Refused, match="'nothing'"):
        outcomes([world], EVERY[:1], 8, 1, ("nothing",))
