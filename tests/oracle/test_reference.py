"""The vectorised market against the scalar reference: random worlds, random orders and the shipped episodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import strategies as own
from support.side_by_side import compare_days, side_by_side

from models import dealers, library, orders, shocks
from models.reference import dealers as plain_dealers
from models.reference import settlement
from models.reference.auction import Trade
from models.reference.dealers import Line, Stock, warehouse
from models.reference.reading import market_of
from models.reference.run import Plan, Series, run
from models.scenario import SHOCKS, World
from models.simulation import followed, simulate_central
from models.stack import stack
from models.worlds import replace as changed

DAYS = 10
MUST_HAPPEN = (
    "cascades", "defaults", "floor", "take-up", "facility", "delivery", "missing cash", "clients sell", "unlent",
    "taken softly", "taken in full", "direct first", "slow investors buy", "slow investors sell", "wiped out",
)  # fmt: skip


def test_random_worlds_agree_and_few_are_set_aside() -> None:
    tally: Counter[str] = Counter()

    @settings(max_examples=5 * settings().max_examples)
    @given(own.worlds(DAYS), own.plans(DAYS), own.plans(DAYS), st.integers(0, 10**6))
    def agree(world: World, one: Any, other: Any, seed: int) -> None:
        plan = [side_by_side(a, b) for a, b in zip(one, other, strict=True)]
        problems = compare_days(world, plan, seed, tally)
        assert not problems, "\n".join(problems[:5])

    agree()
    assert tally["days set aside"] < 0.05 * tally["days"], tally
    assert tally["runs set aside"] < 0.05 * tally["runs"], tally
    assert all(tally[name] for name in MUST_HAPPEN), tally


AUCTION = {"auction_capacity": 60.0, "reserve_discount": 0.05, "eligible": np.ones((3, 1))}
REPO = {"repo_cap": np.array([[60.0], [80.0], [40.0]]), "repo_price": 5.0}
RUN = "scenario.money_fund_run.knots"
# Orders of every day, changes to the crowded world, and what must then happen on some day.
CRAFTED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "large purchases": ({"purchases": 250.0}, {}, ("dealers sold out",)),
    "purchases from the unhurried": (
        {"purchases": 20.0, "hedged_purchases": 5.0},
        {"dealers.unhurried_share": 0.4},
        ("sourced from the unhurried",),
    ),
    "slow investors": ({}, {"dealers.slow_demand_bn": 30.0}, ("slow investors buy",)),
    "uniform auction": (AUCTION, {}, ("take-up",)),
    "rationed": (AUCTION | {"auction_capacity": 4.0}, {}, ("take-up", "rationed")),
    "pay as bid": (AUCTION | {"auction_capacity": 4.0, "pay_as_bid": 1.0}, {}, ("pay as bid", "rationed")),
    "equally pressed": (
        AUCTION | {"auction_capacity": 4.0, "pay_as_bid": 1.0},
        {RUN: ((2, 0.0), (9, 300.0))},
        ("pay as bid", "rationed"),
    ),
    "forced sales that free what they fill": (
        AUCTION,
        {"dealers.repo_footprint": 1.0, "dealers.capacity_bn": 4000.0, "margins.haircut_slope": 0.0},
        ("take-up",),
    ),
    "open to dealers": (AUCTION | {"dealers_eligible": 1.0}, {}, ("take-up", "dealers' bundles")),
    "dealers beside funds": (
        AUCTION
        | {"auction_capacity": 3000.0, "eligible": np.array([[1.0], [0.0], [0.0]]), "dealers_eligible": 1.0}
        | {"purchases": -15.0, "reserve_discount": 0.1},
        {"dealers.unhurried_share": 0.0},
        ("take-up", "dealers' bundles", "both at the reserve"),
    ),
    "delivery": (
        AUCTION | {"hedged_purchases": 4.0},
        {"scenario.days_to_delivery": 14},
        ("delivery", "public delivers"),
    ),
    "three forms of repo, taken softly": (
        REPO | {"repo_slope": 1.85},
        {RUN: ((2, 0.0), (9, 700.0))},
        ("through dealers", "direct lending", "taken softly"),
    ),
    "three forms of repo, taken in full": (
        REPO | {"repo_slope": 1e6},
        {RUN: ((2, 0.0), (9, 700.0))},
        ("through dealers", "direct lending", "taken in full"),
    ),
    "repo below the calm rate": (REPO | {"repo_price": -10.0, "repo_slope": 1.85}, {}, ("below calm",)),
    "repo for everybody": (REPO | {"repo_price": -10.0, "repo_slope": 1e6}, {}, ("below calm",)),
    "relief of rules": (
        REPO | {"repo_slope": 5.0, "capacity_multiple": 1.3, "footprint_multiple": 0.5},
        {RUN: ((2, 0.0), (9, 700.0))},
        ("through dealers",),
    ),
    "rules get tighter": ({"capacity_multiple": 0.8, "footprint_multiple": 1.3}, {}, ("cascades",)),
    "dealers cut funds off": (
        REPO | {"repo_price": 20.0},
        {"scenario.dealer_lending_cut.knots": ((2, 0.0), (9, 0.4))},
        ("unlent", "direct first", "forced sales"),
    ),
    "cash leaves and comes back": (
        {},
        {"scenario.cash_drain.knots": ((2, 0.0), (9, 900.0), (15, -300.0))},
        ("missing cash",),
    ),
    "a run nobody meets": ({}, {RUN: ((2, 0.0), (9, 2600.0))}, ("missing cash", "defaults", "wiped out")),
    "clients lose their financing": (
        {},
        {RUN: ((2, 0.0), (9, 1500.0)), "scenario.client_financing.knots": ((0, 300.0),)},
        ("missing cash", "clients sell"),
    ),
    "more pairs bought than dealers hold": (
        {"hedged_purchases": np.array([[0.0], [0.0], [60.0]])},
        {},
        ("pairs beyond dealers' stock", "cascades"),
    ),
    "no margin at all": (
        {"margin_multiple": 0.0},
        {"margins.calm_haircut": 0.0, "margins.haircut_slope": 0.0}
        | {"margins.margin_rise_speed": 1.0, "margins.margin_fall_speed": 1.0},
        ("nothing required",),
    ),
    "cuts of the policy rate": ({"rate_cut": 50.0}, {}, ("forced sales",)),
    "weak Treasury auctions": (
        {},
        {"scenario.auctions": ({"day": 6, "tenor_years": 10.0, "size_bn": 90.0},)},
        ("issues",),
    ),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_each_mechanism_agrees_where_it_is_at_work(name: str) -> None:
    given_orders, changes, must_occur = CRAFTED[name]
    world, tally = changed(library.shipped("crowded"), changes), Counter[str]()
    plan = [orders.Orders(**given_orders)] * world.scenario.days
    problems = compare_days(world, plan, 7, tally)
    assert not problems, "\n".join(problems[:5])
    assert all(tally[event] for event in must_occur), tally
    assert tally["days set aside"] < 0.05 * tally["days"]


@given(st.floats(-200, 400), st.floats(0, 50), st.floats(0, 60), st.floats(0.2, 5))
def test_what_leaves_dealers_agrees_and_stays_with_who_took_it(
    bonds: float, pairs: float, relief: float, size: float
) -> None:
    """Also where outside buyers take more than the pairs' share of the stock: the rest of their part is bonds."""
    world = changed(library.shipped("crowded"), {"dealers.market_size": size})
    m, d = market_of(world), stack([world]).dealers
    cap = np.log(d.floor_charge_bp / d.calm_charge_bp)
    line = Line(0.0, 1.0, 10.0, -1.0, float(cap[0]), bonds, pairs, 0.0, 0.0, 0.0, 0.0, (0.0,) * 3)
    cleared = Trade((0.0,) * 3, 0.0, 0.0, float(cap[0]) + relief, float(cap[0]))
    want = warehouse(m, line, bonds, pairs, cleared)
    got = dealers.warehouse(d, np.array([bonds]), np.array([pairs]), cap, np.array([10 * relief]))
    same = {"inventory", "pairs", "absorbed", "outside"}
    assert np.allclose(
        [getattr(got, n)[0] for n in same], [getattr(want, n) for n in same], rtol=1e-9, atol=1e-9
    )
    wanted = m.dealers.investor_absorption_bn * size * cap[0]
    outside = min(10 * relief, max(bonds + pairs + m.dealers.normal_inventory_bn - wanted, 0.0))
    part = outside / (outside + wanted)
    assert want.outside == pytest.approx(outside - part * (pairs - want.pairs), abs=1e-9)


@pytest.mark.parametrize("name", library.SHIPPED)
def test_shipped_episodes_agree_on_their_central_path(name: str) -> None:
    world = library.shipped(name)
    plan = [orders.followed_orders(world.scenario, day) for day in range(1, world.scenario.days + 1)]
    tally: Counter[str] = Counter()
    problems = compare_days(world, plan, None, tally)
    assert not problems, "\n".join(problems[:5])
    assert not tally["days set aside"]


@pytest.mark.parametrize(
    "name", [n for n in library.SHIPPED if library.shipped(n).scenario.observed_yields_pct]
)
def test_inverted_fundamentals_agree_and_explain_the_yields(name: str) -> None:
    held = library.shipped(name)
    bare = changed(held, {"scenario.held_fundamentals_bp": ()})
    plan = [orders.followed_orders(bare.scenario, day) for day in range(1, bare.scenario.days + 1)]
    assert not compare_days(bare, plan, None, Counter(), invert=True)
    (run,) = simulate_central(held, [followed])
    observed = np.array(held.scenario.observed_yields_pct)
    assert np.allclose(run["yield_pct"][:, :, 0], observed, rtol=0, atol=1e-9)


def test_reference_run_follows_its_days() -> None:
    """`run` over rows of arrays is the chain of its own days, as the benchmark uses it."""
    world = library.shipped("crowded")
    record = run(market_of(world), central_series(world), quiet_plan(world.scenario.days))
    (engine,) = simulate_central(world, [lambda view: orders.NO_ORDERS])
    assert np.allclose(record[:, 0], engine["charge_bp"][1:, 0], rtol=1e-6)
    assert np.allclose(record[:, 13] / 100, engine["yield_pct"][1:, 2, 0], rtol=1e-6)


def central_series(world: World) -> Series:
    """The central path's shocks as rows of days."""
    drawn, days = shocks.central(world.scenario), world.scenario.days
    rows = {name: getattr(drawn, name)[..., 0] for name in SHOCKS}
    return Series(**rows, auction_size=np.zeros(days), observed=np.zeros((days, 4)), invert=False)


def quiet_plan(days: int) -> Plan:
    """No orders on any day."""
    rows = {f.name: f for f in fields(orders.Orders)}
    blank = {
        n: np.full((days, f.metadata["rows"]) if f.metadata["rows"] else days, f.default)
        for n, f in rows.items()
    }
    return Plan(**blank)


def test_a_changed_equation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: a reference whose dealers keep a ten-millionth more bonds disagrees."""
    world = library.shipped("crowded")
    plan = [orders.NO_ORDERS] * world.scenario.days
    kept = plain_dealers.warehouse
    monkeypatch.setattr(settlement, "warehouse", lambda *a: _nudged(kept(*a)))
    assert compare_days(world, plan, None, Counter())


def _nudged(stock: Stock) -> Stock:
    return stock._replace(inventory=stock.inventory + 1e-7 * max(1.0, abs(stock.inventory)))
