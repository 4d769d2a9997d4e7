"""One day of the market: tomorrow's opening state and everything the day worked out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import (
    BASIS,
    DAYS_A_YEAR,
    TEN,
    Array,
    Four,
    add3,
    add4,
    dot4,
    less3,
    less4,
    positive,
    put3,
)
from models.reference.auction import Auction, auction_today
from models.reference.cascade import Outcome, cascade
from models.reference.dealers import Line, Rules, above_calm, line_today, marginal_cost, rules_today
from models.reference.funding import Funding, funding_today, need_today, repo_to_funds
from models.reference.hedge_funds import Funds, after_roll, funds_today
from models.reference.issuance import Issue, issue_today
from models.reference.margins import Margins, calm_units, margins_today
from models.reference.parameters import Market
from models.reference.settlement import Settlement, settle
from models.reference.state import Orders, Shocks, State
from models.reference.wedges import Wedges, basis, price_loss, remembered, wedges_today, weighing
from models.reference.yields import Curve, curve_today

CONTRACT_DAYS = 63


def opening(market: Market) -> State:
    """The opening close: nothing has happened."""
    calm = market.calm_volatility
    return State(
        positions=market.positions,
        equity=market.equity,
        inventory=0.0,
        pairs=0.0,
        liquidation=(0.0, 0.0, 0.0),
        variance=(calm[0] * calm[0], calm[1] * calm[1], calm[2] * calm[2], calm[3] * calm[3]),
        fast=calm[TEN] * calm[TEN],
        margin_unit=calm_units(market),
        cut=(0.0, 0.0, 0.0, 0.0),
        log_charge=0.0,
        above=0.0,
        marginal=0.0,
        memory=0.0,
        mark=(0.0, 0.0, 0.0),
        earned=(0.0, 0.0),
        cheapness=0.0,
        absorbed=0.0,
        slow=0.0,
        outside=0.0,
        delivered=0.0,
        supply=0.0,
        held=0.0,
        client_sold=0.0,
        outright=(0.0, 0.0, 0.0, 0.0),
        hedged=(0.0, 0.0, 0.0),
        vehicle=(0.0, 0.0, 0.0),
        weakness=0.0,
        yields=market.opening_yields,
        days_to_delivery=market.days_to_delivery,
    )


class Figures(NamedTuple):
    """Everything the day worked out, actor by actor."""

    margins: Margins
    rules: Rules
    funding: Funding
    issue: Issue
    wedges: Wedges
    line: Line
    funds: Funds
    auction: Auction
    outcome: Outcome
    settled: Settlement
    curve: Curve


def day(market: Market, state: State, shocks: Shocks, orders: Orders) -> tuple[State, Figures]:
    """One day: tomorrow's opening state and the figures."""
    shocks = answered(market, state, shocks)
    margins = margins_today(market, state, shocks, orders)
    rules = rules_today(market, orders)
    need = need_today(market, state, shocks, repo_to_funds(state.positions, margins.haircut))
    funding = funding_today(market, state, orders, rules, need)
    issue = issue_today(market, state, shocks)
    wedges = wedges_today(market, state, shocks)
    line = line_today(market, state, shocks, orders, margins, rules, funding, issue)
    funds = funds_today(market, state, margins, funding, wedges)
    auction = auction_today(market, state, rules, orders, wedges, line)
    outcome = cascade(market, state, rules, funding, funds, auction, line)
    settled = settle(market, state, rules, auction, line, wedges, funds, outcome)
    log_charge = outcome.trade.log_charge
    above = above_calm(rules, log_charge)
    curve = curve_today(market, state, shocks, orders, funding, wedges, above, log_charge)
    figures = Figures(margins, rules, funding, issue, wedges, line, funds, auction, outcome, settled, curve)
    return deliver(market, state_after(market, state, shocks, orders, figures), wedges), figures


def answered(market: Market, state: State, shocks: Shocks) -> Shocks:
    """The day's shocks where real money sells more the more the market has moved; who buys does not answer."""
    more = 1 + market.dealers.strategic_selling * positive(state.cheapness)
    return Shocks(
        more_sold(shocks.real_money_sales, more), shocks.client_financing, shocks.fundamentals, shocks.swap_spread_shock,
        shocks.off_the_run_shock, shocks.basis_shock, shocks.desired_longs, shocks.money_fund_run, shocks.margin_step,
        shocks.auction_withdrawal, shocks.cash_drain, shocks.dealer_lending_cut, shocks.auction_size, shocks.observed,
        shocks.invert,
    )  # fmt: skip


def more_sold(planned: Four, more: float) -> Four:
    """What is sold times a factor, what is bought as planned, by tenor."""
    return (
        planned[0] * more if planned[0] > 0 else planned[0],
        planned[1] * more if planned[1] > 0 else planned[1],
        planned[2] * more if planned[2] > 0 else planned[2],
        planned[3] * more if planned[3] > 0 else planned[3],
    )


def state_after(market: Market, state: State, shocks: Shocks, orders: Orders, figures: Figures) -> State:
    """The close before delivery."""
    funding, line, outcome, settled, curve = (
        figures.funding, figures.line, figures.outcome, figures.settled, figures.curve
    )  # fmt: skip
    w, rules, log_charge = market.wedges, figures.rules, outcome.trade.log_charge
    above = above_calm(rules, log_charge)
    uncaused = less4(curve.swap_gap, shocks.swap_spread_shock)
    return State(
        positions=positions_after(state.positions, outcome.shares),
        equity=equity_after(settled.equity),
        inventory=settled.stock.inventory,
        pairs=settled.stock.pairs,
        liquidation=weighing(market, state.liquidation, settled.market_sales),
        variance=curve.variance,
        fast=curve.fast,
        margin_unit=figures.margins.unit,
        cut=orders.rate_cut,
        log_charge=log_charge,
        above=above,
        marginal=marginal_cost(market, rules, log_charge),
        memory=remembered(market, state, above),
        mark=price_loss(figures.wedges, above),
        earned=(dot4(w.swap_spread_mix, curve.swap_gap), dot4(w.off_the_run_mix, curve.pairs_gap)),
        cheapness=dot4(w.swap_spread_mix, uncaused),
        absorbed=state.absorbed
        + settled.stock.absorbed
        + line.slow
        + funding.missing_dealers
        - line.sourced_bonds,
        slow=state.slow + line.slow,
        outside=state.outside + settled.stock.outside,
        delivered=state.delivered,
        supply=curve.supply,
        held=curve.held,
        client_sold=state.client_sold + funding.client_sales,
        outright=add4(state.outright, orders.purchases),
        hedged=add3(state.hedged, orders.hedged_purchases),
        vehicle=less3(add3(state.vehicle, settled.vehicle), line.sold_back),
        weakness=weakness_after(market, state, shocks, figures.issue),
        yields=curve.yields,
        days_to_delivery=state.days_to_delivery,
    )


def weakness_after(market: Market, state: State, shocks: Shocks, issue: Issue) -> float:
    """Excess award of the last auction so far, share of the issue."""
    if shocks.auction_size == 0:
        return state.weakness
    return positive(issue.share - market.issuance.normal_award)


def positions_after(positions: Array, shares: Array) -> Array:
    """All strategies of a cohort are cut in proportion (cohort, strategy)."""
    left = np.copy(positions)
    for n in range(len(shares)):
        for j in range(3):
            left[n, j] = positions[n, j] * (1 - shares[n])
    return left


def equity_after(equity: Array) -> Array:
    """A failed fund has none; its shortfall falls on lenders (cohort,)."""
    left = np.copy(equity)
    for n in range(len(equity)):
        left[n] = positive(equity[n])
    return left


def deliver(market: Market, state: State, wedges: Wedges) -> State:
    """Count down; on the day, deliver the public's bundles and let funds roll into the next contract."""
    due = state.days_to_delivery == 0
    equity, mark = state.equity, state.mark
    delivered, hedged, vehicle = state.delivered, state.hedged, state.vehicle
    if due:
        equity = after_roll(market, state, state.above)
        next_contract = basis(market, wedges, state.above) * (CONTRACT_DAYS / DAYS_A_YEAR) / 100
        mark = put3(mark, BASIS, next_contract)
        delivered += hedged[BASIS] + vehicle[BASIS]
        hedged, vehicle = put3(hedged, BASIS, 0.0), put3(vehicle, BASIS, 0.0)
    return State(
        state.positions, equity, state.inventory, state.pairs, state.liquidation, state.variance, state.fast,
        state.margin_unit, state.cut, state.log_charge, state.above, state.marginal, state.memory, mark,
        state.earned, state.cheapness, state.absorbed, state.slow, state.outside, delivered, state.supply, state.held,
        state.client_sold, state.outright, hedged, vehicle, state.weakness, state.yields,
        CONTRACT_DAYS - 1 if due else state.days_to_delivery - 1,
    )  # fmt: skip
