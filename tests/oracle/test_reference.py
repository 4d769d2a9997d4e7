"""The vectorised market against the scalar reference: random worlds, random orders and the shipped episodes.

Day by day from the same opening state figures agree to 1e-9·max(1, |value|), over a whole run to 1e-6. Days within
1e-6 of a decision that jumps (a default, a trigger, a cap) could go either way by rounding; they are set aside and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import strategies as own

from models import dealers, library, market, orders, shocks
from models.reference import market as reference
from models.scenario import SHOCKS, World
from models.simulation import followed, simulate_central
from models.stack import stack
from models.worlds import replace as changed

DAYS = 10
WIDTH = 8
WATCHED = (0, 3)
NEAR = 1e-6
NOT_A_NUMBER_OF_THE_MODEL = {"rounds", "converged"}


# Between arrays with a column axis and the reference's plain tuples.


def column(value: Any, rows: int, k: int) -> Any:
    """Column k of an order or shock as a float, or as a tuple of `rows`."""
    shape = (rows, WIDTH) if rows else (WIDTH,)
    cut = np.broadcast_to(value, shape)[..., k]
    return tuple(float(x) for x in cut) if rows else float(cut)


def orders_of(given_orders: orders.Orders, k: int) -> reference.Orders:
    """A day's orders of column k."""
    rows = {f.name: f.metadata["rows"] for f in fields(orders.Orders)}
    return reference.Orders(*(column(getattr(given_orders, n), rows[n], k) for n in reference.Orders._fields))


def shocks_of(today: market.Today, k: int) -> reference.Shocks:
    """A day's shocks of column k."""
    values = {
        name: column(getattr(today, name), 4 if getattr(today, name).ndim == 2 else 0, k) for name in SHOCKS
    }
    observed = (0.0,) * 4 if today.observed_yields is None else column(today.observed_yields, 4, k)
    return reference.Shocks(
        **values,
        auction_size=float(today.auction_size),
        observed=observed,
        invert=today.observed_yields is not None,
    )


def state_of(state: market.State, k: int) -> reference.State:
    """The market's state in column k."""
    cut = {name: getattr(state, name) for name in reference.State._fields}
    by_cohort = {
        "positions": np.ascontiguousarray(state.positions[:, :, k].T),
        "equity": np.array(state.equity[:, k]),
    }
    plain = {n: _plain(v, k) for n, v in cut.items() if n not in by_cohort}
    return reference.State(**plain, **by_cohort)


def _plain(value: Any, k: int) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return float(value[k]) if value.ndim == 1 else tuple(float(x) for x in value[:, k])


def expected(
    m: reference.Market,
    opened: reference.State,
    today: reference.Shocks,
    state: reference.State,
    f: reference.Figures,
) -> dict[str, Any]:
    """The reference's day under the engine's names; `opened` is the day's opening state, `state` tomorrow's."""
    close, trade, settled, curve = f.line, f.outcome.trade, f.settled, f.curve
    above = reference.charge_above_calm(m, trade.log_charge)
    failed = [e <= 0 and book > 0 for e, book in zip(settled.equity, f.funds.book, strict=True)]
    return {
        "charge_bp": m.dealers.calm_charge_bp + above,
        "dealer_use_pct": 100 * (m.dealers.calm_use + trade.log_charge / m.dealers.steepness),
        "inventory_bn": settled.stock.inventory + m.dealers.normal_inventory_bn,
        "pairs_bn": settled.stock.pairs,
        "pairs_absorbed_bn": close.pairs - close.pairs_beyond + settled.market_sales[2] - settled.stock.pairs,
        "at_floor": trade.uncapped >= close.cap,
        "forced_sales_bn": f.outcome.by_strategy,
        "forced_by_cohort_bn": f.outcome.shares * f.funds.book,
        "market_sales_bn": settled.market_sales,
        "vehicle_purchases_bn": settled.vehicle,
        "vehicle_from_dealers_bn": trade.bundles,
        "vehicle_sales_bn": close.sold_back,
        "vehicle_discount_bn": settled.payment.discount,
        "seller_gain_bn": sum(settled.payment.gain) + settled.payment.dealers_gain,
        "dealer_gain_bn": settled.payment.dealers_gain,
        "lender_losses_bn": sum(max(-e, 0.0) for e in settled.equity),
        "defaults": sum(failed),
        "first_round_bn": f.outcome.first_round,
        "price_loss_points": reference.price_loss(f.wedges, above),
        "margin_pct": [100 * x for x in f.margins.margin],
        "haircut_pct": 100 * f.margins.haircut,
        "repo_spread_bp": f.funding.spread,
        "facility_bn": f.funding.fill,
        "missing_funding_bn": f.funding.gap - sum(f.funding.fill),
        "dealer_award_pct": 100 * f.issue.share,
        "auction_tail_bp": f.issue.tail,
        "excess_award_bn": f.issue.excess,
        "yield_pct": [y / 100 for y in curve.yields],
        "fundamentals_bp": curve.fundamentals,
        "term_premium_bp": curve.term_premium,
        "policy_signal_bp": curve.signal,
        "dysfunction_bp": curve.dysfunction,
        "dislocation_bp": curve.swap_gap,
        "off_the_run_bp": curve.pairs_gap,
        "basis_bp": curve.basis,
        "fed_easing_bp": curve.easing,
        "volatility_bp": reference.volatility(m, curve.variance),
        "depth_mn": curve.depth_mn,
        "real_money_sales_bn": today.real_money_sales,
        "client_financing_bn": today.client_financing,
        "money_fund_run_bn": today.money_fund_run,
        "desired_longs_bn": today.desired_longs,
        "longs_missing_bn": today.desired_longs + state.absorbed + state.outside + opened.delivered,
        "absorbed_bn": state.absorbed,
        "outside_bn": state.outside,
        "outright_bn": state.outright,
        "positions_bn": state.positions.sum(axis=0),
    }


# Recorded by the engine before delivery changes them; the state on the next day is compared in any case.
BEFORE_DELIVERY = {"hedged_bn", "vehicle_bn", "fund_equity_bn", "equity_by_cohort_bn"}


def disagreements(got: dict[str, Any], want: dict[str, Any], tolerance: float, at: str) -> list[str]:
    """Names whose values differ by more than tolerance·max(1, |value|)."""
    found = []
    for name, value in want.items():
        a, b = np.asarray(got[name], float), np.asarray(value, float)
        off = np.abs(a - b) > tolerance * np.maximum(1.0, np.abs(b))
        if off.any():
            found.append(f"{at} {name}: engine {a}, reference {b}")
    return found


def figures_at(figures: dict[str, Any], names: Any, k: int) -> dict[str, Any]:
    """The engine's figures of column k; a figure with one column serves all."""
    return {n: np.broadcast_to(figures[n], (*np.shape(figures[n])[:-1], WIDTH))[..., k] for n in names}


# Walking both through the same days.


def days_of(
    world: World, plan: Any, seed: int | None, invert: bool = False
) -> Iterator[tuple[market.Today, orders.Orders]]:
    """Shocks (of the central path without a seed) and orders of each day; odd columns do nothing."""
    drawn = shocks.central(world.scenario) if seed is None else shocks.draw(world.scenario, seed, 0, WIDTH)
    for day in range(1, world.scenario.days + 1):
        today = {name: getattr(drawn, name)[day - 1] for name in SHOCKS}
        today = {n: np.repeat(v, WIDTH, axis=-1) if v.shape[-1] == 1 else v for n, v in today.items()}
        size = sum(a.size_bn for a in world.scenario.auctions if a.day == day)
        seen = 100 * np.array(world.scenario.observed_yields_pct[day])[:, None] if invert else None
        yield market.Today(**today, auction_size=size, observed_yields=seen), plan[day - 1]


def compare_days(
    world: World, plan: Any, seed: int | None, tally: Counter[str], invert: bool = False
) -> list[str]:
    """Every day from the engine's own opening state, and the whole run from day 0, for the watched columns."""
    m, s, problems = reference.market_of(world), stack([world]), []
    state = market.opening(s, WIDTH)
    chained = {k: reference.opening(m) for k in WATCHED}
    steady = dict.fromkeys(WATCHED, True)
    for number, (today, given_orders) in enumerate(days_of(world, plan, seed, invert), 1):
        before, (state, figures) = state, market.step(s, state, today, given_orders)
        for k in WATCHED:
            day_shocks, day_orders = shocks_of(today, k), orders_of(given_orders, k)
            opened = state_of(before, k)
            problems += compare_one(
                m, opened, day_shocks, day_orders, state, figures, k, tally, f"day {number}"
            )
            at_open = chained[k]
            chained[k], f = reference.day(m, at_open, day_shocks, day_orders)
            steady[k] &= reference.closest_jump(m, at_open, day_orders, f) > NEAR
            if steady[k]:
                problems += disagreements(
                    state_of(state, k)._asdict(), chained[k]._asdict(), 1e-6, f"run to day {number}"
                )
    tally["runs"] += len(WATCHED)
    tally["runs set aside"] += sum(not x for x in steady.values())
    return problems


def compare_one(
    m: reference.Market, opened: reference.State, today: reference.Shocks, given_orders: reference.Orders,
    state: market.State, figures: dict[str, Any], k: int, tally: Counter[str], at: str,
) -> list[str]:  # fmt: skip
    """One day from the same opening state: every figure and the next state."""
    after, f = reference.day(m, opened, today, given_orders)
    note_what_happened(tally, m, opened, f)
    if reference.closest_jump(m, opened, given_orders, f) <= NEAR:
        tally["days set aside"] += 1
        return []
    want = expected(m, opened, today, after, f)
    problems = disagreements(figures_at(figures, want, k), want, 1e-9, at)
    assert set(figures) == set(want) | BEFORE_DELIVERY | NOT_A_NUMBER_OF_THE_MODEL
    return problems + disagreements(state_of(state, k)._asdict(), after._asdict(), 1e-9, at + " state")


def note_what_happened(
    tally: Counter[str], m: reference.Market, opened: reference.State, f: reference.Figures
) -> None:
    """Count what the random days exercise."""
    trade, cap = f.outcome.trade, sum(f.funding.fill)
    tally["days"] += 1
    tally["forced sales"] += f.outcome.first_round > 0
    tally["cascades"] += sum(f.outcome.by_strategy) > f.outcome.first_round + 1
    tally["defaults"] += any(e < 0 for e in f.settled.equity)
    tally["floor"] += trade.uncapped > f.line.cap
    tally["dealers sold out"] += trade.log_charge == f.line.low < 0
    tally["take-up"] += max(trade.taken) > 0
    tally["rationed"] += max(trade.taken) > 0 and trade.left == 0
    tally["pay as bid"] += max(trade.taken) > 0 and f.auction.pay_as_bid
    tally["dealers' bundles"] += trade.bundles > 0
    tally["both at the reserve"] += (
        max(trade.taken) > 0 and trade.left > 0 and 0 < trade.bundles < f.line.bonds
    )
    tally["facility"] += cap > 0
    tally["direct lending"] += f.funding.fill[2] > 0
    tally["delivery"] += opened.days_to_delivery == 0
    tally["public delivers"] += opened.days_to_delivery == 0 and opened.hedged[0] + opened.vehicle[0] != 0
    tally["issues"] += f.issue.share > 0
    tally["pairs beyond dealers' stock"] += f.line.pairs_beyond > 1 and max(f.outcome.by_strategy) > 1
    tally["nothing required"] += not f.funds.requirement.any() and sum(f.outcome.by_strategy) < sum(
        f.funds.book
    )


def side_by_side(left: orders.Orders, right: orders.Orders) -> orders.Orders:
    """Two programmes next to each other, as the simulation lays its arms."""
    return orders.side_by_side([left, right], [3, WIDTH - 3])


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
    assert all(
        tally[name] for name in ("cascades", "defaults", "floor", "take-up", "facility", "delivery")
    ), tally


AUCTION = {"auction_capacity": 60.0, "reserve_discount": 0.05, "eligible": np.ones((3, 1))}
# Orders of every day, changes to the crowded world, and what must then happen on some day.
CRAFTED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "large purchases": ({"purchases": 250.0}, {}, ("dealers sold out",)),
    "uniform auction": (AUCTION, {}, ("take-up",)),
    "rationed": (AUCTION | {"auction_capacity": 4.0}, {}, ("take-up", "rationed")),
    "pay as bid": (AUCTION | {"auction_capacity": 4.0, "pay_as_bid": 1.0}, {}, ("pay as bid", "rationed")),
    "equally pressed": (
        AUCTION | {"auction_capacity": 4.0, "pay_as_bid": 1.0},
        {"scenario.money_fund_run.knots": ((2, 0.0), (9, 300.0))},
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
        | {"auction_capacity": 3000.0, "eligible": np.array([[0.0], [1.0], [0.0]]), "dealers_eligible": 1.0}
        | {"purchases": -15.0, "reserve_discount": 0.5},
        {},
        ("take-up", "dealers' bundles", "both at the reserve"),
    ),
    "delivery": (
        AUCTION | {"hedged_purchases": 4.0},
        {"scenario.days_to_delivery": 14},
        ("delivery", "public delivers"),
    ),
    "three forms of repo": (
        {"repo_cap": np.array([[60.0], [80.0], [40.0]]), "repo_price": 5.0},
        {"scenario.money_fund_run.knots": ((2, 0.0), (9, 500.0))},
        ("facility", "direct lending", "cascades"),
    ),
    "a run nobody meets": (
        {},
        {"scenario.money_fund_run.knots": ((2, 0.0), (9, 900.0))},
        ("floor", "defaults"),
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
    assert not compare_days(world, plan, 7, tally)
    assert all(tally[event] for event in must_occur), tally
    assert tally["days set aside"] < 0.05 * tally["days"]


@given(st.floats(-200, 400), st.floats(0, 50), st.floats(0, 60))
def test_what_leaves_dealers_agrees_and_stays_with_who_took_it(
    bonds: float, pairs: float, relief: float
) -> None:
    """Also where outside buyers take more than the pairs' share of the stock: the rest of their part is bonds."""
    world = library.shipped("crowded")
    m, d = reference.market_of(world), stack([world]).dealers
    cap = np.log(d.floor_charge_bp / d.calm_charge_bp)
    line = reference.Line(0.0, 1.0, 10.0, -1.0, float(cap[0]), bonds, pairs, 0.0, (0.0,) * 3)
    cleared = reference.Trade((0.0,) * 3, 0.0, 0.0, float(cap[0]) + relief, float(cap[0]))
    want = reference.warehouse(m, line, bonds, pairs, cleared)
    got = dealers.warehouse(d, np.array([bonds]), np.array([pairs]), cap, np.array([10 * relief]))
    assert np.allclose([getattr(got, n)[0] for n in want._fields], want, rtol=1e-9, atol=1e-9)
    most = bonds + pairs + m.dealers.normal_inventory_bn - m.dealers.investor_absorption_bn * cap[0]
    outside = min(10 * relief, max(most, 0.0))
    part = outside / (outside + m.dealers.investor_absorption_bn * cap[0])
    assert want.outside == pytest.approx(outside - part * (pairs - want.pairs), abs=1e-9)


@pytest.mark.parametrize(("loan", "rolls_over"), [(0.0, False), (1e-9, False), (1.0, True)])
def test_a_loan_of_rounding_does_not_roll_over(loan: float, rolls_over: bool) -> None:
    world = changed(library.shipped("crowded"), {"scenario.money_fund_run.knots": ((1, 500.0),)})
    s, dear = stack([world]), orders.Orders(repo_cap=np.array([[0.0], [90.0], [0.0]]), repo_price=1e4)
    opened = replace(market.opening(s, WIDTH), lent=np.full((3, WIDTH), loan))
    ((today, _),) = list(days_of(world, [dear] * world.scenario.days, None))[:1]
    _, figures = market.step(s, opened, today, dear)
    assert (figures["facility_bn"][1] > 1).all() == rolls_over


@pytest.mark.parametrize("name", library.SHIPPED)
def test_shipped_episodes_agree_on_their_central_path(name: str) -> None:
    world = library.shipped(name)
    plan = [orders.followed_orders(world.scenario, day) for day in range(1, world.scenario.days + 1)]
    tally: Counter[str] = Counter()
    assert not compare_days(world, plan, None, tally)
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
    m, scenario = reference.market_of(world), world.scenario
    record = reference.run(m, central_series(world), quiet_plan(scenario.days))
    (run,) = simulate_central(world, [lambda view: orders.NO_ORDERS])
    assert np.allclose(record[:, 0], run["charge_bp"][1:, 0], rtol=1e-6)
    assert np.allclose(record[:, 13] / 100, run["yield_pct"][1:, 2, 0], rtol=1e-6)


def central_series(world: World) -> reference.Series:
    """The central path's shocks as rows of days."""
    drawn, days = shocks.central(world.scenario), world.scenario.days
    rows = {name: getattr(drawn, name)[..., 0] for name in SHOCKS}
    return reference.Series(**rows, auction_size=np.zeros(days), observed=np.zeros((days, 4)), invert=False)


def quiet_plan(days: int) -> reference.Plan:
    """No orders on any day."""
    rows = {f.name: f for f in fields(orders.Orders)}
    blank = {
        n: np.full((days, f.metadata["rows"]) if f.metadata["rows"] else days, f.default)
        for n, f in rows.items()
    }
    return reference.Plan(**blank)


def test_a_changed_equation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: a reference whose dealers keep a ten-millionth more bonds disagrees."""
    world = library.shipped("crowded")
    plan = [orders.NO_ORDERS] * world.scenario.days
    kept = reference.warehouse
    monkeypatch.setattr(reference, "warehouse", lambda *a: _nudged(kept(*a)))
    assert compare_days(world, plan, None, Counter())


def _nudged(stock: reference.Stock) -> reference.Stock:
    return stock._replace(inventory=stock.inventory + 1e-7 * max(1.0, abs(stock.inventory)))
