"""What rules cost in calm, and rules beside backstops: exact zeros, monotone costs, efficiency, and the waste they count."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.library import shipped
from models.worlds import replace
from policy.leverage.game import Game
from policy.outcomes.calm_cost import DEBT_2020_BN, PATIENCE, calm_cost, held
from policy.studies.rules_and_rescue import (
    Weighed,
    backstops,
    document,
    efficient,
    rules,
    weighed,
)

CROWDED = shipped("crowded")
GAME = Game()


@pytest.fixture(scope="module")
def tools() -> tuple[Weighed, ...]:
    return weighed(CROWDED, GAME, 8)


def of(tools: tuple[Weighed, ...], family: str) -> list[Weighed]:
    return [own for own in tools if own.tool.family == family]


def test_a_cap_at_todays_leverage_costs_and_gains_exactly_nothing(tools: tuple[Weighed, ...]) -> None:
    first = of(tools, "Leverage cap")[0]
    cost, gain = first.cost, first.avoided
    assert (cost.positions_bn, cost.basis_bp.high, cost.yield_bp.high, cost.debt_bn.high) == (0, 0, 0, 0)
    assert (gain.value, gain.low, gain.high) == (0, 0, 0) and not first.efficient


def test_no_cap_is_below_funds_own_equity_and_without_positions_there_is_none() -> None:
    caps = [
        t.strength for t in rules(replace(CROWDED, {"funds.scale": 0.01}), GAME) if t.family == "Leverage cap"
    ]
    assert min(caps) == 1 and len(set(caps)) == len(caps)
    with pytest.raises(Refused, match="without positions") as refusal:
        rules(replace(CROWDED, {"funds.scale": 0.0}), GAME)
    assert [breach.name for breach in refusal.value.breaches] == ["funds.scale"]


@pytest.mark.parametrize("name", ["crowded", "march_2020"])
def test_cost_in_calm_rises_with_every_rules_strength(name: str) -> None:
    world = shipped(name)
    every = rules(world, GAME)
    families = list(dict.fromkeys(tool.family for tool in every))
    assert len(families) == 5
    for family in families:
        costs = [calm_cost(world, tool.ruled) for tool in every if tool.family == family]
        for span in ("basis_bp", "yield_bp", "debt_bn"):
            for end in ("value", "low", "high"):
                figures = [getattr(getattr(cost, span), end) for cost in costs]
                assert figures == sorted(figures) and figures[0] >= 0
        assert costs[-1].debt_bn.low < costs[-1].debt_bn.value < costs[-1].debt_bn.high
    assert all(calm_cost(world, tool.ruled).positions_bn == 0 for tool in backstops(world))


@given(st.floats(0.05, 0.95))
@settings(max_examples=20, deadline=None)
def test_the_cost_is_the_demand_curves(cut: float) -> None:
    ruled = replace(CROWDED, {"funds.scale": 1 - cut})
    cost = calm_cost(CROWDED, ruled)
    lost = cut * sum(held(CROWDED))
    size = CROWDED.dealers.market_size
    assert cost.positions_bn == pytest.approx(lost)
    assert cost.yield_bp.value == pytest.approx(lost / (CROWDED.dealers.slow_demand_bn * size * PATIENCE))
    assert cost.debt_bn.value == pytest.approx(cost.yield_bp.value / 1e4 * DEBT_2020_BN * size)
    assert cost.basis_bp.value == pytest.approx(
        CROWDED.wedges.futures_demand_slope_bp * cut * held(CROWDED)[0] / 100 / PATIENCE
    )


def test_without_investors_who_buy_because_it_is_cheap_there_is_no_price() -> None:
    bare = replace(CROWDED, {"dealers.slow_demand_bn": 0.0})
    assert calm_cost(bare, bare).debt_bn.high == 0
    assert np.isinf(calm_cost(bare, replace(bare, {"funds.scale": 0.5})).debt_bn.value)


def test_signs_and_the_efficient_set(tools: tuple[Weighed, ...]) -> None:
    for family in (
        "Leverage cap",
        "Clearing mandate",
        "Fee on leverage",
        "Outright purchases",
        "Hedged SPV auction",
    ):
        own = of(tools, family)
        assert own[-1].avoided.value > own[0].avoided.value - 1e-9 and own[-1].avoided.value > 0
    best = [own for own in tools if own.efficient]
    assert best and all(own.avoided.value > 0 for own in best)
    for own, other in pairwise(sorted(best, key=lambda row: row.cost.debt_bn.value)):
        assert other.avoided.value > own.avoided.value
    rows = document(CROWDED, GAME, tools, 16, 1)["tools"]
    assert [row["efficient"] for row in rows] == [own.efficient for own in tools]  # type: ignore[attr-defined, index]


def test_efficiency_is_beaten_by_nobody() -> None:
    assert efficient([0, 0, 1, 2, 2], [0, 1, 1, 3, 2]) == [False, True, False, True, False]
    assert efficient([0, 0], [1, 1]) == [True, True]
