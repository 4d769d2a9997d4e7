"""The books close: every row, column and identity, on every day and path, whatever is ordered."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import strategies as draw

from models import dealers
from models.accounts import (
    INSTRUMENTS,
    PIECE,
    SECTORS,
    SOURCES,
    balance_sheets,
    bond_flows,
    futures_identity,
    identities,
    profit,
    residuals,
)
from models.library import SHIPPED, shipped
from models.orders import Orders
from models.scenario import World
from models.simulation import Run, followed, no_action, simulate, simulate_central
from models.worlds import replace

CLOSED = 1e-6
PATHS, SEED = 12, 3


def column(*values: float) -> np.ndarray:
    return np.array(values, float)[:, None]


def outright(view):
    """Buys, and sells again after three weeks."""
    return Orders(purchases=column(14, 12, 8, 6) * (1 if view.day < 15 else -1), announced=600.0)


def hedged(view):
    return Orders(hedged_purchases=column(20, 10, 5) * (1 if view.day < 15 else -0.5))


def repo(*caps):
    return lambda view: Orders(repo_cap=column(*caps), repo_price=6.0, repo_slope=20.0)


def auction(eligible, dealers=0.0, pay_as_bid=0.0, capacity=60.0, reserve=0.05):
    return lambda view: Orders(
        auction_capacity=capacity, reserve_discount=reserve, eligible=column(*eligible),
        dealers_eligible=dealers, pay_as_bid=pay_as_bid,
    )  # fmt: skip


def auction_and_exit(view):
    """Buys from funds and dealers for two weeks, then sells back a third each day."""
    buying = auction((1, 1, 0), dealers=1.0, pay_as_bid=1.0, capacity=25.0)(view)
    return buying if view.day < 12 else Orders(vehicle_sales=view.vehicle / 3)


def relief(view):
    return Orders(capacity_multiple=1.3, footprint_multiple=0.5, margin_multiple=0.7)


def everything(view):
    return Orders(
        purchases=column(5, 5, 3, 2), hedged_purchases=column(5, 5, 2), repo_cap=column(50, 50, 50),
        repo_price=8.0, repo_slope=20.0, auction_capacity=20.0, reserve_discount=0.05, eligible=column(1, 1, 0),
        dealers_eligible=1.0, rate_cut=column(20, 15, 10, 5),
    )  # fmt: skip


ARMS = {
    "no_action": no_action,
    "followed": followed,
    "outright": outright,
    "hedged": hedged,
    "repo_through_dealers": repo(300, 0, 0),
    "repo_cleared": repo(0, 300, 0),
    "repo_direct": repo(0, 0, 300),
    "repo_all": repo(100, 100, 100),
    "auction": auction((1, 1, 1)),
    "auction_with_dealers": auction((1, 1, 0), dealers=1.0),
    "auction_and_exit": auction_and_exit,
    "relief": relief,
    "everything": everything,
}


def violent() -> World:
    """Everything at once, with failures, a repo gap, an auction and a delivery on the way."""
    return replace(shipped("crowded"), {
        "scenario.days_to_delivery": 9, "wedges.roll_cost_points": 1.0, "funds.buffer": 0.0,
        "margins.haircut_slope": 0.01, "funding.slack_bn": 20.0, "issuance.award_slope": 0.1,
        "scenario.fundamentals.noise_sd": 20.0, "scenario.swap_spread_shock.noise_sd": 10.0,
        "scenario.basis_shock.noise_sd": 60.0, "scenario.money_fund_run.knots": ((2, 0.0), (6, 1200.0)), "scenario.cash_drain.knots": ((3, 0.0), (9, 100.0)),
        "scenario.dealer_lending_cut.knots": ((8, 0.0), (10, 0.2)),
        "scenario.desired_longs.knots": ((1, 0.0), (9, 200.0)), "scenario.client_financing.noise_sd": 10.0,
        "scenario.auctions": shipped("april_2025").scenario.auctions,
    })  # fmt: skip


@cache
def runs(name: str) -> dict[str, Run]:
    world = violent() if name == "violent" else shipped(name)
    return dict(zip(ARMS, simulate(world, tuple(ARMS.values()), PATHS, SEED), strict=True))


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("name", [*SHIPPED, "violent"])
def test_books_close(name, arm):
    assert residuals(runs(name)[arm]) < CLOSED


@pytest.mark.parametrize("name", SHIPPED)
def test_books_close_on_the_central_path(name):
    for run in simulate_central(shipped(name), (no_action, followed, hedged)):
        assert residuals(run) < CLOSED


def test_the_arms_do_what_they_are_here_for():
    """Otherwise the test above would pass for want of events."""
    r = runs("violent")
    assert r["no_action"]["lender_losses_bn"].sum() > 1
    assert r["no_action"]["outside_bn"].max() > 1
    assert r["no_action"]["missing_funding_bn"].max() > 1
    assert np.abs(r["no_action"]["excess_award_bn"]).max() > 1
    for form, arm in enumerate(("repo_through_dealers", "repo_cleared", "repo_direct")):
        assert r[arm]["facility_bn"][:, form].max() > 1
    assert r["repo_direct"]["lender_losses_bn"].sum() > 0
    assert (r["auction"]["vehicle_purchases_bn"].max(axis=(0, 2)) > 1).all()
    assert r["auction_with_dealers"]["vehicle_from_dealers_bn"].max() > 1
    assert r["auction_and_exit"]["vehicle_sales_bn"].max() > 1
    assert bond_flows(r["hedged"])["delivered_into_futures"].max() > 100
    assert np.abs(r["hedged"]["pairs_absorbed_bn"]).max() > 1
    assert np.abs(profit(r["no_action"])[SOURCES.index("roll")]).max() > 0.1


@settings(max_examples=25)
@given(world=draw.worlds(), program=draw.programs(), seed=st.integers(0, 1000))
def test_books_close_on_any_world_and_orders(world, program, seed):
    for run in simulate(world, (no_action, program), 4, seed):
        assert residuals(run) < CLOSED


@pytest.mark.parametrize("eligible", [(1, 1, 1), (0, 0, 1)])
def test_books_close_where_dealers_may_sell_pairs(eligible):
    world = shipped("funding_run")
    (run,) = simulate(world, (auction(eligible, dealers=1.0, reserve=0.02),), PATHS, SEED)
    assert residuals(run) < CLOSED


def test_funds_net_worth_from_the_ledger_is_the_engines_equity():
    """Bonds, pairs, hedges, margin, cash and repo of hedge funds add up to equity that the engine reached by itself."""
    run = runs("violent")["everything"]
    books = balance_sheets(run)
    claims = sum(books.of(i, "hedge_funds") for i in INSTRUMENTS if i != "net_worth")
    np.testing.assert_allclose(claims, run["fund_equity_bn"], atol=CLOSED)
    by_source = profit(run)[:, SECTORS.index("hedge_funds")].sum(axis=0)
    np.testing.assert_allclose(by_source, run["fund_equity_bn"][-1] - run["fund_equity_bn"][0], atol=CLOSED)


def test_opening_books_show_the_opening_market():
    run = runs("march_2020")["no_action"]
    opening = balance_sheets(run, day=0)
    world = run.world
    assert opening.values.shape == (len(INSTRUMENTS), len(SECTORS), 1, PATHS)
    assert opening.days == (0,)
    assert opening.of("treasuries", "dealers") == pytest.approx(world.dealers.normal_inventory_bn)
    assert opening.of("net_worth", "hedge_funds") == pytest.approx(
        -sum(c.equity_bn for c in world.funds.cohorts)
    )
    assert opening.of("net_worth", "fed") == pytest.approx(0, abs=CLOSED)
    assert opening.of("cash_at_fed", "fed") == pytest.approx(-world.funding.slack_bn)
    assert (opening.of("deposits", "hedge_funds") > 0).all()


def test_one_day_and_one_path_are_cut_from_the_whole():
    run = runs("crowded")["auction"]
    whole = balance_sheets(run)
    np.testing.assert_array_equal(balance_sheets(run, day=-1, path=5).values, whole.values[:, :, -1:, 5:6])
    assert balance_sheets(run, day=-1).days == (run.world.scenario.days,)


def test_outright_purchases_create_reserves_and_hedged_ones_leave_duration_where_it_was():
    r = runs("calm")
    bought, warehoused, still = (balance_sheets(r[k], day=10) for k in ("outright", "hedged", "no_action"))
    for books in (bought, warehoused):
        rise = (books.of("treasuries", "fed") + books.of("pairs", "fed")) - still.of("treasuries", "fed")
        reserves = books.of("cash_at_fed", "banks") - still.of("cash_at_fed", "banks")
        assert (rise > 100).all()
        np.testing.assert_allclose(reserves, rise, rtol=0.05)
    assert np.abs(bought.of("price_above_par", "fed")).min() > 0
    assert np.abs(warehoused.of("price_above_par", "fed")).max() == 0
    longs = {k: futures_identity(r[k])["longs"][10] for k in ("outright", "hedged", "no_action")}
    assert (longs["outright"] < longs["no_action"] - 100).all()
    assert (longs["hedged"] > longs["outright"] + 100).all()


def test_sectors_profits_sum_to_zero_and_explain_net_worth():
    run = runs("march_2020")["followed"]
    made, books = profit(run), balance_sheets(run)
    assert made.shape == (len(SOURCES), len(SECTORS), PATHS)
    np.testing.assert_allclose(made.sum(axis=1), 0, atol=CLOSED)
    worth = -books.values[INSTRUMENTS.index("net_worth")]
    np.testing.assert_allclose(made.sum(axis=0), worth[:, -1] - worth[:, 0], atol=CLOSED)


def test_calm_without_action_nobody_gains_and_nothing_moves():
    run = runs("calm")["no_action"]
    values = balance_sheets(run).values
    np.testing.assert_allclose(profit(run), 0, atol=1e-9)
    np.testing.assert_allclose(values, np.broadcast_to(values[:, :, :1], values.shape), atol=1e-9)


def test_cash_withdrawn_from_money_funds_lands_in_banks():
    """With cash to spare the withdrawal moves deposits and money funds' cash at the Fed, and nothing else."""
    (run,) = simulate(replace(shipped("funding_run"), {"funding.slack_bn": 2000.0}), (no_action,), 4, SEED)
    books = balance_sheets(run)
    withdrawn = run["money_fund_run_bn"]
    assert withdrawn.max() > 500
    deposits = books.of("deposits", "asset_managers")
    np.testing.assert_allclose(deposits - deposits[0], withdrawn, atol=CLOSED)
    shares = books.of("money_fund_shares", "asset_managers")
    np.testing.assert_allclose(shares[0] - shares, withdrawn, atol=CLOSED)
    assert (books.of("cash_at_fed", "money_funds") > 0).all()


ALTERED = (
    "positions_bn", "inventory_bn", "pairs_bn", "pairs_absorbed_bn", "absorbed_bn", "outside_bn", "outright_bn",
    "hedged_bn", "vehicle_bn", "fund_equity_bn", "equity_by_cohort_bn", "forced_by_cohort_bn", "forced_sales_bn",
    "market_sales_bn", "vehicle_purchases_bn", "vehicle_sales_bn", "vehicle_from_dealers_bn", "vehicle_discount_bn",
    "seller_gain_bn", "dealer_gain_bn", "lender_losses_bn", "real_money_sales_bn", "excess_award_bn",
    "longs_missing_bn", "desired_longs_bn", "facility_bn", "missing_funding_bn", "client_financing_bn",
    "money_fund_run_bn", "price_loss_points", "repo_spread_bp", "haircut_pct", "term_premium_bp",
)  # fmt: skip


def altered(run: Run, name: str, day: int, path: int) -> Run:
    """The run with one number of one series, in its first row if it has several, raised by one."""
    values = run[name].copy()
    row = values[day, :, path] if values.ndim == 3 else values[day, path : path + 1]
    row[0] += 1.0
    return Run(run.world, {**run.series, name: values})


@pytest.mark.parametrize("name", ALTERED)
def test_a_wrong_number_on_one_day_of_one_path_is_caught(name):
    run = runs("violent")["repo_through_dealers"]
    premium = run["repo_spread_bp"] - run.world.funding.calm_spread_bp - run["repo_charge_bp"]
    short = np.argwhere((run["missing_funding_bn"] > 5) & (premium > 1))
    day, path = (int(x) for x in short[0])
    assert residuals(altered(run, name, day, path)) > 100 * CLOSED


def test_a_wrong_number_in_the_last_piece_of_many_paths_is_caught():
    (run,) = simulate(replace(shipped("calm"), {"scenario.days": 2}), (no_action,), PIECE + 9, SEED)
    assert residuals(run) < CLOSED
    assert residuals(altered(run, "inventory_bn", 1, PIECE + 8)) == pytest.approx(1.0)


def test_a_market_that_loses_bonds_is_caught(monkeypatch):
    warehouse = dealers.warehouse

    def leaky(*args):
        kept = warehouse(*args)
        return dataclasses.replace(kept, inventory=kept.inventory - 1e-3)

    monkeypatch.setattr(dealers, "warehouse", leaky)
    (run,) = simulate(shipped("calm"), (no_action,), PATHS, SEED)
    assert residuals(run) > 1e-3


def test_not_a_number_is_not_closed():
    run = runs("calm")["no_action"]
    broken = {**run.series, "inventory_bn": np.full_like(run["inventory_bn"], np.nan)}
    assert not residuals(Run(run.world, broken)) < CLOSED


def test_identities_are_named_and_by_day():
    run = runs("crowded")["outright"]
    for name, left in identities(run).items():
        assert left.shape[0] == run.world.scenario.days + 1, name
        assert left.shape[-1] == PATHS, name


def test_every_bond_sold_has_a_holder():
    flows = bond_flows(runs("march_2020")["followed"])
    assert (flows["sold_by_real_money"][-1] < -100).all()
    assert (flows["fed_outright"][-1] > 1000).all()
    np.testing.assert_allclose(sum(flows.values()), 0, atol=CLOSED)
