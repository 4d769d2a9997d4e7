"""What must hold in the market whatever the world and whatever is ordered: one test per property, over random worlds.

Arms are plain functions from what policy can see to orders. Where a property is about one day and one state, arms
agree until the last day and differ only on it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support import strategies as own

from models import cascade, funding, library, market, shocks, simulation
from models.orders import NO_ORDERS, Orders
from models.scenario import SHOCKS, World
from models.shocks import Shocks
from models.simulation import Run, View, no_action, simulate
from models.stack import stack
from models.worlds import replace as changed

DAYS = 8
PATHS = 8
SEED = 20260105
BASIS, SWAP = 0, 1


def on_last_day(orders: Orders, days: int = DAYS) -> Any:
    """An arm that acts on the last day only."""
    return lambda view: orders if view.day == days else NO_ORDERS


def every_day(orders: Orders) -> Any:
    """An arm that orders the same every day."""
    return lambda view: orders


def rows(*values: float) -> Any:
    """A column of amounts by tenor, strategy or access."""
    return np.array(values)[:, None]


def assert_same(left: Run, right: Run) -> None:
    """Every series equal to the last bit."""
    assert set(left.series) == set(right.series)
    for name in left.series:
        assert np.array_equal(left[name], right[name]), name


def slack(value: Any, tolerance: float = 1e-9) -> Any:
    """Room for rounding around a value."""
    return tolerance * np.maximum(1.0, np.abs(value))


# Nothing happens.


@given(own.worlds(DAYS, shocked=False))
def test_without_shocks_nothing_moves(world: World) -> None:
    (run,) = simulate(world, [no_action], PATHS, SEED)
    for name, series in run.series.items():
        assert np.all(np.abs(series - series[0]) <= slack(series[0])), name


@given(own.worlds(DAYS), own.programs(DAYS), st.integers(0, 10**6))
def test_orders_of_size_zero_are_no_orders(world: World, program: Any, seed: int) -> None:
    nothing = Orders(
        purchases=np.zeros((4, 1)),
        hedged_purchases=np.zeros((3, 1)),
        repo_cap=np.zeros((3, 1)),
        repo_price=-10.0,
        auction_capacity=0.0,
        reserve_discount=0.0,
        eligible=np.ones((3, 1)),
        dealers_eligible=1.0,
        vehicle_sales=rows(1.0, 2.0, 3.0),
    )
    idle, zero, _ = simulate(world, [no_action, every_day(nothing), program], PATHS, seed)
    assert_same(idle, zero)


# One day, one state.


@given(own.worlds(DAYS), own.amounts(0, 500), own.amounts(0.01, 500))
def test_more_selling_never_lowers_the_charge(world: World, less: float, more: float) -> None:
    arms = [on_last_day(Orders(purchases=-amount / 4)) for amount in (less, less + more)]
    mild, harsh = simulate(world, arms, PATHS, SEED)
    assert np.all(harsh["charge_bp"] >= mild["charge_bp"] - slack(mild["charge_bp"]))
    assert np.all(harsh["forced_sales_bn"] >= mild["forced_sales_bn"] - slack(mild["forced_sales_bn"], 1e-7))


@given(own.worlds(DAYS), own.amounts(0.7, 1.5), own.amounts(0.01, 1))
def test_more_capacity_never_raises_the_charge_while_dealers_use_any(
    world: World, low: float, more: float
) -> None:
    arms = [on_last_day(Orders(capacity_multiple=multiple)) for multiple in (low, low + more)]
    tight, loose = simulate(world, arms, PATHS, SEED)
    used = (tight["dealer_use_pct"] > 0) & (loose["dealer_use_pct"] > 0)
    assert np.all(~used | (loose["charge_bp"] <= tight["charge_bp"] + slack(tight["charge_bp"])))


@given(own.worlds(DAYS), own.amounts(1, 1000))
def test_beyond_what_dealers_own_purchases_move_the_charge_no_further(world: World, more: float) -> None:
    """Dealers cannot sell more than they have: the rest comes straight from investors."""
    everything = 1e5
    arms = [on_last_day(Orders(purchases=amount / 4)) for amount in (everything, everything + more)]
    all_sold, beyond = simulate(world, arms, PATHS, SEED)
    assert np.all(np.abs(all_sold["inventory_bn"][-1]) <= 1e-9)
    assert np.allclose(all_sold["charge_bp"], beyond["charge_bp"], rtol=1e-6)


# The cascade.


def days_of(world: World, program: Any) -> list[tuple[market.MarketState, market.Today, Orders]]:
    """Opening state, shocks and orders of every day of a run."""
    drawn, s, out = shocks.draw(world.scenario, SEED, 0, PATHS), stack([world]), []
    state = market.opening(s, PATHS)
    for day in range(world.scenario.days):
        today = market.Today(**{n: getattr(drawn, n)[day] for n in SHOCKS}, auction_size=0.0)
        out.append((state, today, program.plan[day]))
        state, _ = market.step(s, *out[-1])
    return out


@given(own.worlds(DAYS), own.programs(DAYS))
def test_no_round_reduces_any_cohorts_sales(world: World, program: Any) -> None:
    s = stack([world])
    for day in days_of(world, program):
        _, full = market.step(s, *day)
        before = np.zeros_like(full["forced_by_cohort_bn"])
        for rounds in range(1, int(min(full["rounds"].max(), 6)) + 1):
            with patch.object(cascade, "MAX_ROUNDS", rounds):
                _, figures = market.step(s, *day)
            assert np.all(figures["forced_by_cohort_bn"] >= before - 1e-10)
            before = figures["forced_by_cohort_bn"]
        assert np.all(full["forced_by_cohort_bn"] >= before - 1e-10)


NO_AUCTION = (own.OUTRIGHT, own.HEDGED, own.FACILITY, own.RELIEF)


@given(own.worlds(DAYS), own.programs(DAYS, NO_AUCTION))
def test_the_result_satisfies_every_constraint(world: World, program: Any) -> None:
    s = stack([world])
    for opened, today, orders in days_of(world, program):
        day = market.clearing(s, opened, today, orders)
        after, figures = market.close(day)
        equity, sold = figures["equity_by_cohort_bn"], figures["forced_by_cohort_bn"]
        book, left = opened.positions.sum(axis=0), after.positions.sum(axis=0)
        room = 1e-6 * np.maximum(1, book)
        need = (opened.positions * (day.terms.margin + day.terms.haircut)).sum(axis=0) * (
            1 + world.funds.buffer
        )
        called = world.funds.margin_call_speed * (1 - equity / np.where(need > 0, need, np.inf)) * book
        assert np.all(sold >= np.minimum(book, np.where(need > 0, called, 0)) - room)
        assert np.all(sold >= day.open.funding.funds_share * book - room)
        limit = s.leverage_limit * day.terms.sigma_ratio**-world.funds.risk_limit_elasticity
        assert np.all(sold >= np.minimum(book, world.funds.risk_limit_speed * (book - limit * equity)) - room)
        assert np.all((equity > 0) | (left <= room))
        assert np.all(left >= 0)


# Hedged purchases and the vehicle.

BUNDLES = (own.HEDGED, own.AUCTION, own.SALES)


@given(own.worlds(DAYS, fixed={"yields.hedged_signal_share": 0.0}), own.programs(DAYS, BUNDLES))
def test_bundles_add_exactly_nothing_to_term_premium_and_signal(world: World, program: Any) -> None:
    idle, run = simulate(world, [no_action, program], PATHS, SEED)
    # Clients who cannot finance their bonds sell duration, and real money may sell more the cheaper bonds are: both may differ.
    sold = ("client_sales_bn", "real_money_sales_bn")
    alike = np.all([np.all(run[name] == idle[name], axis=(0, 1)) for name in sold], axis=0)
    assert np.array_equal(run["term_premium_bp"][..., alike], idle["term_premium_bp"][..., alike])
    assert not run["policy_signal_bp"].any()
    assert not run["fed_easing_bp"].any()


# Yields feed neither margins, haircuts, desks nor limits, and futures are in any supply.
YIELDS_FEED_NOTHING = {
    "margins.margin_elasticity": 0.0,
    "margins.haircut_slope": 0.0,
    "dealers.volatility_tightening": 0.0,
    "funds.risk_limit_elasticity": 0.0,
    "wedges.futures_demand_slope_bp": 0.0,
    "wedges.off_the_run_volatility": 0.0,
}


@given(own.worlds(DAYS, fixed=YIELDS_FEED_NOTHING), own.amounts(0, 80), own.amounts(0, 80))
def test_equal_dollars_hedged_and_outright_give_an_equal_charge(
    world: World, basis: float, swap: float
) -> None:
    outright = Orders(purchases=(basis + swap) * rows(0.1, 0.2, 0.3, 0.4))
    hedged = Orders(hedged_purchases=rows(basis, swap, 0.0))
    one, other = simulate(world, [every_day(outright), every_day(hedged)], PATHS, SEED)
    for name in ("charge_bp", "inventory_bn", "forced_sales_bn", "equity_by_cohort_bn", "dislocation_bp"):
        assert np.allclose(one[name], other[name], rtol=1e-7, atol=1e-7), name


def test_yields_that_feed_volatility_tell_them_apart() -> None:
    world = library.shipped("crowded")
    outright, hedged = Orders(purchases=10.0), Orders(hedged_purchases=rows(40.0, 0.0, 0.0))
    one, other = simulate(world, [every_day(outright), every_day(hedged)], PATHS, SEED)
    assert not np.allclose(one["charge_bp"], other["charge_bp"], rtol=1e-3)


@given(own.worlds(DAYS), own.AUCTION, own.amounts(10, 400))
def test_the_vehicle_buys_only_beyond_its_reserve_and_holds_it(
    world: World, auction: Any, capacity: float
) -> None:
    orders = Orders(**{**auction, "auction_capacity": capacity, "reserve_penalty": np.inf})
    (run,) = simulate(world, [every_day(orders)], PATHS, SEED)
    taken, forced, mark = (
        run[n][1:] for n in ("vehicle_purchases_bn", "forced_sales_bn", "price_loss_points")
    )
    from_dealers = (run["vehicle_from_dealers_bn"][1:] > 0)[:, None]
    room = slack(mark, 1e-6)
    beyond = mark >= orders.reserve_discount - room
    # Dealers sell after funds and may bring the market back below the reserve of another bundle than their own.
    assert np.all((taken < 1e-6) | beyond | from_dealers)
    assert np.all(~from_dealers | beyond[:, :2].any(axis=1, keepdims=True))
    spare = (capacity - taken.sum(axis=1) > 1e-6)[:, None]
    unsold = (forced - taken > 1e-6) & (np.asarray(orders.eligible) > 0)
    held = mark <= orders.reserve_discount + room
    assert np.all(~(spare & unsold & (run["charge_bp"][1:, None] > 1e-4)) | held)


def test_the_vehicle_does_hold_its_reserve() -> None:
    """The ceiling is met, not only respected: where the market would go beyond, it stops at the reserve."""
    world = library.shipped("crowded")
    orders = Orders(auction_capacity=1000.0, reserve_discount=0.1, eligible=rows(0.0, 1.0, 0.0))
    idle, run = simulate(world, [no_action, every_day(orders)], PATHS, SEED)
    stopped = run["vehicle_purchases_bn"][:, SWAP] > 1e-6
    assert stopped.any() and idle["price_loss_points"][:, SWAP].max() > 0.2
    ran_out = run["forced_sales_bn"][:, SWAP] - run["vehicle_purchases_bn"][:, SWAP] < 1e-6
    assert np.allclose(run["price_loss_points"][:, SWAP][stopped & ~ran_out], 0.1, atol=1e-9)


def one_auction(penalty: float, capacity: float, days: int) -> Any:
    """An arm that opens an auction for every bundle on the last day."""
    return on_last_day(
        Orders(auction_capacity=capacity, reserve_penalty=np.full((3, 1), penalty), eligible=1.0), days
    )


def assert_dearer_help_helps_less(cheap: Run, dear: Run, day: int) -> None:
    """Prices fall as far or further and as much or more is sold; what the vehicle takes rises by no more than that.

    Take-up itself may rise with its price: where help is dear the fire sale goes further, and brings it more.
    """
    forced, reached, taken = "forced_sales_bn", "market_sales_bn", "vehicle_purchases_bn"
    for name in (forced, reached, "charge_bp"):
        assert np.all(dear[name][day] >= cheap[name][day] - slack(cheap[name][day], 1e-7)), name
    more = dear[forced][day].sum(axis=0) - cheap[forced][day].sum(axis=0)
    gain = dear[taken][day].sum(axis=0) - cheap[taken][day].sum(axis=0)
    assert np.all(gain <= more + 1e-6)


@given(own.worlds(DAYS), own.amounts(10, 400), own.amounts(0, 200), own.amounts(0, 200))
def test_dearer_help_never_helps_more_on_the_day(
    world: World, capacity: float, penalty: float, more: float
) -> None:
    arms = [one_auction(p, capacity, DAYS) for p in (penalty, penalty + more)]
    assert_dearer_help_helps_less(*simulate(world, arms, PATHS, SEED), DAYS)


def test_dearer_help_never_helps_more_in_the_midst_of_a_fire_sale() -> None:
    day, penalties = 8, (0.0, 20.0, 60.0, 160.0)
    arms = [one_auction(p, 1000.0, day) for p in penalties]
    runs = simulate(changed(library.shipped("crowded"), {"scenario.days": day}), arms, 64, SEED)
    for cheap, dear in pairwise(runs):
        assert_dearer_help_helps_less(cheap, dear, day)
    taken = [float(run["vehicle_purchases_bn"][day].sum(axis=0).mean()) for run in runs]
    assert taken[0] > taken[1] > taken[2] > taken[3] > 0


def test_a_reserve_that_the_market_cannot_reach_is_never_met() -> None:
    """At the floor under prices outside buyers pay more than the vehicle would, so nobody sells to it."""
    world = changed(
        library.shipped("crowded"), {"dealers.floor_charge_bp": 50.0, "scenario.swap_spread_shock.size": 3.0}
    )
    (idle,) = simulate(world, [no_action], PATHS, SEED)
    beyond = idle["price_loss_points"].max() + 0.01
    vehicle = Orders(auction_capacity=500.0, reserve_discount=beyond, eligible=1.0, dealers_eligible=1.0)
    (run,) = simulate(world, [every_day(vehicle)], PATHS, SEED)
    assert idle["at_floor"].any()
    assert not run["vehicle_purchases_bn"].any()
    for name in set(idle.series) - {"rounds"}:  # with an auction open no round leaps
        np.testing.assert_allclose(run[name], idle[name], rtol=1e-9, atol=1e-9, err_msg=name)


# Which tool for which trouble.


def only(world: World, kept: str) -> World:
    """The world with no shock but one."""
    return changed(world, {f"scenario.{n}.{k}": v for n in SHOCKS if n != kept for k, v in STILL.items()})


STILL: dict[str, Any] = {"knots": (), "noise_sd": 0.0}


@given(own.worlds(DAYS), own.amounts(20, 3000), own.amounts(1, 2000))
def test_in_a_funding_run_clearing_leaves_no_more_forced_sales(
    world: World, run_bn: float, cap: float
) -> None:
    run_only = changed(
        only(world, ""),
        {"scenario.money_fund_run.knots": ((1, 0.0), (DAYS, run_bn)), "funding.slack_bn": 10.0},
    )
    arms = [
        on_last_day(Orders(repo_cap=rows(*caps), repo_price=-100.0))
        for caps in ((cap, 0.0, 0.0), (0.0, cap, 0.0))
    ]
    uncleared, cleared = simulate(run_only, arms, PATHS, SEED)
    assert np.all(cleared["facility_bn"].sum(axis=1) == uncleared["facility_bn"].sum(axis=1))
    assert np.all(cleared["forced_sales_bn"] <= uncleared["forced_sales_bn"] + 1e-8)


def test_an_uncleared_facility_need_not_lower_the_charge() -> None:
    """Taken in full, it saves the funds and fills dealers' balance sheets with what they no longer buy."""
    sudden = {"money_fund_run": 900.0, "client_financing": 100.0}
    knots = {f"scenario.{name}.knots": ((5, 0.0), (6, amount)) for name, amount in sudden.items()}
    world = changed(library.shipped("funding_run"), knots | {"scenario.days": 6})
    offer = Orders(repo_cap=rows(5000.0, 0.0, 0.0), repo_price=-100.0, repo_slope=funding.TAKEN_IN_FULL)
    idle, lent = simulate(world, [no_action, on_last_day(offer, 6)], PATHS, SEED)
    assert np.all(lent["forced_sales_bn"][6].sum(axis=0) < idle["forced_sales_bn"][6].sum(axis=0))
    assert np.all(lent["charge_bp"][6] > idle["charge_bp"][6])


@given(own.worlds(DAYS, fixed={"funds.scale": 0.0}), own.amounts(20, 400), own.amounts(0, 0.5))
def test_where_only_real_money_sells_the_vehicle_helps_through_dealers(
    world: World, sales: float, reserve: float
) -> None:
    selling = changed(
        only(world, "real_money_sales"),
        {"scenario.real_money_sales.knots": ((1, sales),), "scenario.auctions": ()},
    )
    vehicle = Orders(auction_capacity=50.0, reserve_discount=reserve, eligible=rows(1.0, 1.0, 1.0))
    open_to_dealers = replace(vehicle, dealers_eligible=1.0)
    idle, funds, dealers = simulate(
        selling, [no_action, every_day(vehicle), every_day(open_to_dealers)], PATHS, SEED
    )
    assert_same(idle, funds)
    first = np.cumsum(np.cumsum(dealers["vehicle_from_dealers_bn"] > 0, axis=0), axis=0) == 1
    below_the_cap = ~(idle["at_floor"] > 0)
    lower = dealers["charge_bp"] < idle["charge_bp"]
    assert np.all(~(first & below_the_cap & (dealers["vehicle_from_dealers_bn"] > 1e-6)) | lower)
    beyond = (idle["price_loss_points"][:, :2] > reserve + 1e-3).any(axis=1)
    untouched = np.cumsum(dealers["vehicle_from_dealers_bn"] > 0, axis=0) == 0
    stock = idle["inventory_bn"] - world.dealers.normal_inventory_bn
    assert not np.any(beyond & untouched & (stock > 1e-3))


# Every bond has a holder.


@given(own.worlds(DAYS), own.programs(DAYS), own.programs(DAYS))
def test_bonds_and_futures_balance(world: World, one: Any, other: Any) -> None:
    for run in simulate(world, [no_action, one, other], PATHS, SEED):
        delivered = run["longs_missing_bn"] - run["desired_longs_bn"] - run["absorbed_bn"] - run["outside_bn"]
        public = run["hedged_bn"][:, :2].sum(axis=1) + run["vehicle_bn"][:, :2].sum(axis=1)
        hedged = run["positions_bn"][:, :2].sum(axis=1) + public
        investors = run["absorbed_bn"] + run["outside_bn"] + delivered
        sold = (run["real_money_sales_bn"] + run["client_sales_bn"]).sum(axis=1)
        offered = np.cumsum(sold + run["excess_award_bn"], axis=0)
        bonds = hedged + run["inventory_bn"] + investors + run["outright_bn"].sum(axis=1) - offered
        size = np.maximum(1.0, np.abs(run["absorbed_bn"]).max())
        assert np.all(np.abs(bonds - bonds[0]) <= 1e-9 * size)
        longs = run["desired_longs_bn"] - run["longs_missing_bn"] + offered - run["outright_bn"].sum(axis=1)
        shorts = hedged + run["inventory_bn"]
        assert np.all(np.abs((longs - longs[0]) - (shorts - shorts[0])) <= 1e-9 * size)


@given(own.worlds(DAYS), own.programs(DAYS))
def test_pairs_balance(world: World, program: Any) -> None:
    """Old-against-new pairs: what funds, the Fed and the vehicle shed, dealers hold or pass on."""
    (run,) = simulate(world, [program], PATHS, SEED)
    held = run["positions_bn"][:, 2] + run["hedged_bn"][:, 2] + run["vehicle_bn"][:, 2] + run["pairs_bn"]
    total = held + np.cumsum(run["pairs_absorbed_bn"], axis=0)
    assert np.all(np.abs(total - total[0]) <= 1e-9 * np.maximum(1.0, np.abs(held).max()))


@given(own.worlds(DAYS), own.programs(DAYS), st.integers(0, 10**6))
def test_nothing_is_infinite_or_missing_or_out_of_its_range(world: World, program: Any, seed: int) -> None:
    for run in simulate(world, [no_action, program], PATHS, seed):
        for name, series in run.series.items():
            assert np.all(np.isfinite(series)), name
        for name in (
            "equity_by_cohort_bn",
            "positions_bn",
            "vehicle_bn",
            "inventory_bn",
            "lender_losses_bn",
            "facility_bn",
        ):
            assert np.all(run[name] >= -1e-9), name
        d = world.dealers
        assert np.all(run["charge_above_calm_bp"] <= (d.floor_charge_bp - d.calm_charge_bp) * (1 + 1e-9))
        assert np.all(run["forced_sales_bn"].sum(axis=1) >= run["first_round_bn"] * (1 - 1e-12))
        parts = (
            run["fundamentals_bp"] + run["term_premium_bp"] + run["policy_signal_bp"] + run["dysfunction_bp"]
        )
        change = 100 * (run["yield_pct"] - run["yield_pct"][0])
        assert np.allclose(change, parts, rtol=1e-9, atol=1e-6)


# Same inputs, same numbers.


@given(own.worlds(DAYS), own.programs(DAYS), own.programs(DAYS), st.integers(1, 90), st.integers(0, 600))
def test_results_do_not_depend_on_neighbours(
    world: World, one: Any, other: Any, paths: int, first: int
) -> None:
    """Not on the other arms of the run, nor on how paths are cut into chunks, nor on which other paths run."""
    whole = simulate(world, [one, no_action, other], paths, SEED, first)
    (alone,) = simulate(world, [one], paths, SEED, first)
    assert_same(whole[0], alone)
    with patch.object(simulation, "CHUNK", 48):
        for run, cut in zip(whole, simulate(world, [one, no_action, other], paths, SEED, first), strict=True):
            assert_same(run, cut)
    late = paths // 3
    (part,) = simulate(world, [one], paths - late, SEED, first + late)
    assert_same(Run(world, {n: v[..., late:] for n, v in alone.series.items()}), part)


def test_worlds_side_by_side_give_what_each_gives_alone() -> None:
    """A sweep runs several worlds in one call: every column reads its own world's numbers."""
    one = library.shipped("crowded")
    other = changed(
        one, {"dealers.steepness": 9.0, "wedges.basis_beta": 1.5, "funds.scale": 0.9, "funds.buffer": 0.3}
    )
    drawn = shocks.draw(one.scenario, SEED, 0, PATHS)
    twice = Shocks(**{f.name: np.concatenate([getattr(drawn, f.name)] * 2, axis=-1) for f in fields(Shocks)})
    vehicle = every_day(
        Orders(auction_capacity=20.0, reserve_discount=0.1, eligible=1.0, dealers_eligible=1.0)
    )
    together = simulation.run_columns(
        stack([one, other], np.repeat([0, 1], PATHS)), twice, [vehicle], [2 * PATHS]
    )
    for k, world in enumerate((one, other)):
        alone = simulation.run_columns(stack([world]), drawn, [vehicle], [PATHS])
        for name in alone:
            assert np.allclose(
                together[name][..., k * PATHS : (k + 1) * PATHS], alone[name], rtol=1e-9, atol=1e-9
            ), name


@given(own.worlds(DAYS), st.integers(1, 300), st.integers(1, 300), st.integers(1, 30))
def test_more_days_and_paths_leave_earlier_draws_alone(
    world: World, paths: int, more: int, days: int
) -> None:
    longer = changed(world, {"scenario.days": world.scenario.days + days}).scenario
    some, all_of_them = (
        shocks.draw(world.scenario, SEED, 0, paths),
        shocks.draw(longer, SEED, 0, paths + more),
    )
    for name in SHOCKS:
        old, new = getattr(some, name), getattr(all_of_them, name)
        assert np.array_equal(old, new[: old.shape[0], ..., :paths]), name


@given(own.worlds(DAYS), st.sampled_from(SHOCKS))
def test_noise_in_one_series_leaves_the_others_alone(world: World, name: str) -> None:
    louder = changed(world, {f"scenario.{name}.noise_sd": 7.0, f"scenario.{name}.severity_sd": 0.9})
    quiet, loud = (shocks.draw(w.scenario, SEED, 0, PATHS) for w in (world, louder))
    for other in set(SHOCKS) - {name}:
        assert np.array_equal(getattr(quiet, other), getattr(loud, other)), other


def reacting(view: View) -> Orders:
    """An arm that answers to everything that is published."""
    if view.day == 1:
        return NO_ORDERS
    return Orders(
        purchases=np.maximum(view.published("dislocation_10y_bp")[-1], 0.0) / 4,
        hedged_purchases=np.maximum(view.published("basis_bp")[-3:].mean(axis=0), 0.0)
        / 10
        * rows(1.0, 1.0, 0.0),
        repo_cap=np.maximum(view.published("repo_spread_bp")[-1], 0.0) * rows(5.0, 1.0, 1.0),
        repo_price=10.0,
        auction_capacity=np.maximum(view.published("dealer_use_pct").max(axis=0) - 80, 0.0),
        reserve_discount=0.05,
        eligible=1.0,
        capacity_multiple=1 + np.minimum(view.published("volatility_bp")[-1], 50.0) / 100,
    )


@given(own.worlds(DAYS), own.programs(DAYS), st.integers(1, DAYS - 1))
def test_the_past_does_not_see_the_future(world: World, program: Any, known: int) -> None:
    """Shocks that differ only after day `known` leave everything until then the same, reacting policy included."""
    drawn, others = (shocks.draw(world.scenario, seed, 0, PATHS) for seed in (SEED, SEED + 1))
    later = Shocks(
        **{f.name: _spliced(getattr(drawn, f.name), getattr(others, f.name), known) for f in fields(Shocks)}
    )
    one, other = (reaction(world, d, program) for d in (drawn, later))
    for name in one:
        assert np.array_equal(one[name][: known + 1], other[name][: known + 1]), name


def reaction(world: World, drawn: Shocks, program: Any) -> dict[str, Any]:
    """No action, a program and the reacting arm on given shocks, side by side."""
    wide = Shocks(**{f.name: np.concatenate([getattr(drawn, f.name)] * 3, axis=-1) for f in fields(Shocks)})
    return simulation.run_columns(stack([world]), wide, [no_action, program, reacting], [PATHS] * 3)


def _spliced(until: Any, after: Any, known: int) -> Any:
    return np.concatenate([until[:known], 3 * after[known:]])


def test_the_future_does_differ() -> None:
    """The splice above changes what happens later, so the test before can fail."""
    world = library.shipped("crowded")
    drawn, others = (shocks.draw(world.scenario, seed, 0, PATHS) for seed in (SEED, SEED + 1))
    later = Shocks(
        **{f.name: _spliced(getattr(drawn, f.name), getattr(others, f.name), 5) for f in fields(Shocks)}
    )
    one, other = (simulation.run_columns(stack([world]), d, [reacting], [PATHS]) for d in (drawn, later))
    assert not np.array_equal(one["charge_bp"][6:], other["charge_bp"][6:])
