"""Levers' ends: what is named is accepted, the next value is not, and what binds is what the world says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.strategies import worlds

from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import BALANCE_SHEET, REQUIREMENT
from models.worlds import flatten, replace
from policy.spec import parse_policy
from policy.studies.lever_ends import LeverEnd, Stretch, lever_ends

LEVERS = (
    Stretch("funds.scale", 0.0, 4.0, 0.01),
    Stretch("dealers.capacity_bn", 100.0, 5000.0, 10.0),
    Stretch("dealers.repo_footprint", 0.05, 1.0, 0.002),
)
RULES = tuple(
    parse_policy(text) for text in ("minimum-haircut:haircut_pct=3", "leverage-cap", "margin:floor_pct=100")
)


def accepted(world, name: str, value: float) -> bool:
    try:
        replace(world, {name: value})
    except Refused:
        return False
    return True


def check(world, lever: Stretch) -> tuple[LeverEnd, LeverEnd]:
    ends = lever_ends(world, lever)
    for end, side, bound in zip(ends, (-1, 1), (lever.least, lever.most), strict=True):
        assert accepted(world, lever.name, end.value)
        if end.breach is None:
            assert end.value == bound
        else:
            assert not accepted(world, lever.name, end.value + side * 1.001 * lever.grid)
    assert ends[0].value <= flatten(world)[lever.name] <= ends[1].value
    return ends


@pytest.mark.parametrize("name", SHIPPED)
def test_ends_of_shipped_worlds_are_the_last_accepted_values(name: str) -> None:
    world = shipped(name)
    scale, capacity, footprint = (check(world, lever) for lever in LEVERS)
    assert scale[1].breach.rule in (REQUIREMENT, BALANCE_SHEET) and 1 < scale[1].value < 1.5
    assert capacity[0].breach.rule == BALANCE_SHEET
    assert (
        footprint[1].breach is None or footprint[1].breach.rule == BALANCE_SHEET
    )  # small funds meet the bound first


@settings(max_examples=15, deadline=None)
@given(world=worlds(), lever=st.sampled_from(LEVERS))
def test_ends_of_random_worlds(world, lever: Stretch) -> None:
    if lever.least <= flatten(world)[lever.name] <= lever.most:
        check(world, lever)


def test_rules_set_beforehand_refuse_no_value_up_to_the_ends() -> None:
    world = shipped("april_2025")
    for lever in LEVERS:
        for end in lever_ends(world, lever):
            for policy in RULES:
                policy.prepare(replace(world, {lever.name: end.value}))


def test_a_lever_that_no_rule_reads_goes_to_its_own_bounds() -> None:
    lever = Stretch("scenario.real_money_sales.size", 0.0, 5.0, 0.01)
    assert lever_ends(shipped("crowded"), lever) == (LeverEnd(0.0), LeverEnd(5.0))
