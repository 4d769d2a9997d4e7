"""Days in a row: rows of shocks and orders in, the main series out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import TEN, Array, positive, row3, row4, sum1, sum2, sum3
from models.reference.margins import one_volatility
from models.reference.market import Figures, day, opening
from models.reference.parameters import Market
from models.reference.state import Orders, Shocks, State
from models.reference.wedges import basis


class Series(NamedTuple):
    """Shocks of all days: arrays (day,) or (day, tenor), named as in `Shocks`."""

    real_money_sales: Array
    client_financing: Array
    fundamentals: Array
    swap_spread_shock: Array
    off_the_run_shock: Array
    basis_shock: Array
    desired_longs: Array
    money_fund_run: Array
    margin_step: Array
    auction_withdrawal: Array
    cash_drain: Array
    dealer_lending_cut: Array
    auction_size: Array
    observed: Array
    invert: bool


class Plan(NamedTuple):
    """Orders of all days: arrays (day,) or (day, row), named as in `Orders`."""

    purchases: Array
    hedged_purchases: Array
    announced: Array
    announced_hedged: Array
    rate_cut: Array
    repo_cap: Array
    repo_price: Array
    repo_slope: Array
    auction_capacity: Array
    reserve_discount: Array
    reserve_penalty: Array
    eligible: Array
    dealers_eligible: Array
    pay_as_bid: Array
    vehicle_sales: Array
    capacity_multiple: Array
    footprint_multiple: Array
    margin_multiple: Array


def shocks_on(series: Series, d: int) -> Shocks:
    """The shocks of row d."""
    return Shocks(
        row4(series.real_money_sales, d), series.client_financing[d], row4(series.fundamentals, d),
        row4(series.swap_spread_shock, d), row4(series.off_the_run_shock, d), series.basis_shock[d],
        series.desired_longs[d], series.money_fund_run[d], series.margin_step[d], series.auction_withdrawal[d],
        series.cash_drain[d], series.dealer_lending_cut[d], series.auction_size[d], row4(series.observed, d), series.invert,
    )  # fmt: skip


def orders_on(plan: Plan, d: int) -> Orders:
    """The orders of row d."""
    return Orders(
        row4(plan.purchases, d), row3(plan.hedged_purchases, d), plan.announced[d], plan.announced_hedged[d],
        row4(plan.rate_cut, d), row3(plan.repo_cap, d), plan.repo_price[d], plan.repo_slope[d], plan.auction_capacity[d],
        plan.reserve_discount[d], row3(plan.reserve_penalty, d), row3(plan.eligible, d), plan.dealers_eligible[d], plan.pay_as_bid[d],
        row3(plan.vehicle_sales, d), plan.capacity_multiple[d], plan.footprint_multiple[d], plan.margin_multiple[d],
    )  # fmt: skip


MAIN = (
    "charge_bp", "repo_spread_bp", "inventory_bn", "forced_sales_bn", "market_sales_bn", "vehicle_bn", "equity_bn",
    "lender_losses_bn", "positions_bn", "volatility_bp", "depth_mn", "yield_2y_bp", "yield_5y_bp", "yield_10y_bp",
    "yield_30y_bp", "dislocation_10y_bp", "basis_bp", "rounds",
)  # fmt: skip
WIDTH = len(MAIN)


def run(market: Market, series: Series, plan: Plan) -> Array:
    """Days in a row from the opening: array (day, `MAIN`)."""
    days = len(series.client_financing)
    record = np.zeros((days, WIDTH))
    state = opening(market)
    for d in range(days):
        state, figures = day(market, state, shocks_on(series, d), orders_on(plan, d))
        note(market, state, figures, record, d)
    return record


def note(market: Market, state: State, figures: Figures, record: Array, d: int) -> None:
    """Write the main series of a day into row d."""
    outcome, settled, curve = figures.outcome, figures.settled, figures.curve
    shortfall = 0.0
    for n in range(len(settled.equity)):
        shortfall += positive(-settled.equity[n])
    record[d, 0] = figures.rules.charge + state.above
    record[d, 1] = figures.funding.spread
    record[d, 2] = state.inventory + market.dealers.normal_inventory_bn
    record[d, 3] = sum3(outcome.by_strategy)
    record[d, 4] = sum3(settled.market_sales)
    record[d, 5] = sum3(state.vehicle)
    record[d, 6] = sum1(state.equity)
    record[d, 7] = shortfall
    record[d, 8] = sum2(state.positions)
    record[d, 9] = one_volatility(market, curve.variance, TEN)
    record[d, 10] = curve.depth_mn
    for i in range(4):
        record[d, 11 + i] = curve.yields[i]
    record[d, 15] = curve.swap_gap[TEN]
    record[d, 16] = basis(market, figures.wedges, state.above)
    record[d, 17] = outcome.rounds
