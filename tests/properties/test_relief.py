"""What relieves funds or dealers never makes a day worse: from one opening state, on random worlds and orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from support import strategies as own

from models import shocks
from models.market import Day, clearing
from models.orders import Orders
from models.scenario import World
from models.simulation import run_columns
from models.stack import Stack, stack
from models.worlds import replace as changed

DAYS = 6
PATHS = 8
ROUNDING = 1e-7  # $bn


def last_day(world: World, program: Any, seed: int) -> Day:
    """The last day of a random run, with the market's state that morning."""
    days: list[Day] = []
    drawn = shocks.draw(world.scenario, seed, 0, PATHS)
    run_columns(stack([world]), drawn, [program], [PATHS], watch=lambda day, figures, close: days.append(day))
    return days[-1]


def sold(day: Day, s: Stack | None = None, **orders: Any) -> Any:
    """Forced sales of the same morning under other orders, or in a world that differs in a parameter, $bn (column,)."""
    again = clearing(s or day.stack, day.state, day.today, replace(day.orders, **orders))
    return np.add.reduce(again.outcome.sales, axis=0)


def not_more(less: Any, more: Any) -> None:
    assert np.all(less <= more + ROUNDING * np.maximum(1.0, more))


@given(own.worlds(DAYS), own.programs(DAYS), st.integers(0, 10**6), own.amounts(0, 1))
def test_margin_relief_never_raises_a_days_forced_sales(
    world: World, program: Any, seed: int, relief: float
) -> None:
    day = last_day(world, program, seed)
    not_more(sold(day, margin_multiple=np.asarray(day.orders.margin_multiple) * relief), sold(day))


@given(own.worlds(DAYS), own.programs(DAYS), st.integers(0, 10**6), own.amounts(1, 3))
def test_more_capacity_never_raises_them_where_balance_sheet_is_dear(
    world: World, program: Any, seed: int, relief: float
) -> None:
    day = last_day(world, program, seed)
    dear = (day.outcome.log_charge >= 0) & (day.state.above >= 0)
    assume(dear.any())
    capacity = np.asarray(day.orders.capacity_multiple) * relief
    not_more(sold(day, capacity_multiple=capacity)[dear], sold(day)[dear])


@given(own.worlds(DAYS), own.programs(DAYS), st.integers(0, 10**6), own.amounts(0, 2000))
def test_more_slack_never_raises_them(world: World, program: Any, seed: int, more: float) -> None:
    day = last_day(world, program, seed)
    slack = min(world.funding.slack_bn + more, 5000.0)
    not_more(sold(day, stack([changed(world, {"funding.slack_bn": slack})])), sold(day))


@given(
    own.worlds(DAYS), own.programs(DAYS), st.integers(0, 10**6), st.sampled_from([1, 2]), own.amounts(0, 60),
    own.amounts(0, 60),
)  # fmt: skip
def test_a_cheaper_cleared_or_direct_facility_never_raises_them(
    world: World, program: Any, seed: int, form: int, price: float, cheaper: float
) -> None:
    day = last_day(world, program, seed)
    cap = np.zeros((3, 1))
    cap[form] = 500.0
    offer = {"repo_cap": cap, "repo_slope": 5.0}
    dear, cheap = (sold(day, repo_price=p, **offer) for p in (price, price - cheaper))
    not_more(cheap, dear)
    not_more(dear, sold(day, repo_cap=Orders().repo_cap))
