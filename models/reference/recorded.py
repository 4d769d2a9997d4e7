"""What is written down of a day, under the names of the series that the engine records."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import (
    BASIS,
    PAIRS,
    SWAP,
    TEN,
    Array,
    Four,
    Three,
    add3,
    add4,
    less3,
    positive,
    scaled4,
    sum1,
)
from models.reference.dealers import above_calm
from models.reference.funding import FLOW_SHARES
from models.reference.margins import cohort_margin, volatility, world_margins
from models.reference.market import Figures, answered, day, opening
from models.reference.parameters import Market
from models.reference.state import Orders, Shocks, State
from models.reference.wedges import Wedges, basis, points, price_loss

NO_FOUR: Four = (0.0, 0.0, 0.0, 0.0)
NO_THREE: Three = (0.0, 0.0, 0.0)
NEVER_REACHED: Three = (math.inf, math.inf, math.inf)


class Recorded(NamedTuple):
    """A day's figures in the units their names end in; by tenor, strategy, form of repo or cohort where they have such."""

    yield_pct: Four
    fundamentals_bp: Four
    term_premium_bp: Four
    policy_signal_bp: Four
    rate_cut_bp: Four
    dysfunction_bp: Four
    dislocation_bp: Four
    off_the_run_bp: Four
    fed_easing_bp: Four
    basis_bp: float
    charge_bp: float
    charge_above_calm_bp: float
    dealer_use_pct: float
    inventory_bn: float
    pairs_bn: float
    pairs_absorbed_bn: float
    at_floor: float
    slow_investors_bn: float
    absorbed_bn: float
    outside_bn: float
    repo_spread_bp: float
    repo_charge_bp: float
    facility_bn: Three
    missing_funding_bn: float
    unlent_bn: float
    unfunded_share: float
    client_financing_bn: float
    client_sales_bn: Four
    depth_mn: float
    volatility_bp: float
    volatility_by_tenor_bp: Four
    margin_pct: Three
    contract_margin_pct: Four
    haircut_pct: float
    initial_margin_bn: float
    forced_sales_bn: Three
    forced_by_cohort_bn: Array
    market_sales_bn: Three
    first_round_bn: float
    vehicle_purchases_bn: Three
    vehicle_from_dealers_bn: float
    vehicle_sales_bn: Three
    vehicle_discount_bn: Three
    seller_gain_bn: float
    dealer_gain_bn: float
    positions_bn: Three
    price_loss_points: Three
    market_penalty_bp: Three  # the same as wedges over calm
    fund_equity_bn: float
    equity_by_cohort_bn: Array
    lender_losses_bn: float
    defaults: float
    outright_bn: Four
    hedged_bn: Three
    hedged_purchases_bn: Three
    vehicle_bn: Three
    dealer_award_pct: float
    auction_tail_bp: float
    excess_award_bn: float
    real_money_sales_bn: Four
    money_fund_run_bn: float
    cash_drain_bn: float
    desired_longs_bn: float
    longs_missing_bn: float


def recorded(
    market: Market, opened: State, shocks: Shocks, orders: Orders, figures: Figures, after: State
) -> Recorded:
    """The record of a day that opened with `opened`; stocks are those of the close, before any delivery."""
    shocks = answered(market, opened, shocks)
    outcome, settled, line, curve = figures.outcome, figures.settled, figures.line, figures.curve
    funding, facility, rules, trade = (
        figures.funding, figures.funding.facility, figures.rules, figures.outcome.trade
    )  # fmt: skip
    above, equity = above_calm(rules, trade.log_charge), settled.equity
    left, sold = np.zeros(len(equity)), np.zeros(len(equity))
    shortfall, failed = 0.0, 0.0
    for n in range(len(equity)):
        left[n] = positive(equity[n])
        sold[n] = outcome.shares[n] * figures.funds.book[n]
        shortfall += positive(-equity[n])
        if equity[n] <= 0 and figures.funds.book[n] > 0:
            failed += 1.0
    sigma = volatility(market, curve.variance)
    deviations = market.margins.margin_standard_deviations
    asked = world_margins(market, figures.margins.unit)
    return Recorded(
        yield_pct=scaled4(0.01, curve.yields),
        fundamentals_bp=curve.fundamentals,
        term_premium_bp=curve.term_premium,
        policy_signal_bp=curve.signal,
        rate_cut_bp=orders.rate_cut,
        dysfunction_bp=curve.dysfunction,
        dislocation_bp=curve.swap_gap,
        off_the_run_bp=curve.pairs_gap,
        fed_easing_bp=curve.easing,
        basis_bp=basis(market, figures.wedges, above),
        charge_bp=rules.charge + above,
        charge_above_calm_bp=above,
        dealer_use_pct=100 * (rules.use + trade.log_charge / market.dealers.steepness),
        inventory_bn=settled.stock.inventory + market.dealers.normal_inventory_bn,
        pairs_bn=settled.stock.pairs,
        pairs_absorbed_bn=settled.stock.pairs_taken - line.pairs_beyond - line.sourced_pairs,
        at_floor=1.0 if trade.uncapped >= line.cap else 0.0,
        slow_investors_bn=after.slow,
        absorbed_bn=after.absorbed,
        outside_bn=after.outside,
        repo_spread_bp=funding.spread,
        repo_charge_bp=funding.passed_on,
        facility_bn=facility.fill,
        missing_funding_bn=funding.missing + funding.need.unlent - facility.direct_first,
        unlent_bn=funding.need.unlent,
        unfunded_share=funding.missing_share,
        client_financing_bn=funding.financing,
        client_sales_bn=scaled4(funding.client_sales, FLOW_SHARES),
        depth_mn=curve.depth_mn,
        volatility_bp=sigma[TEN],
        volatility_by_tenor_bp=sigma,
        margin_pct=(100 * asked[0], 100 * asked[1], 100 * asked[2]),
        contract_margin_pct=scaled4(100 * deviations[BASIS], figures.margins.unit),
        haircut_pct=100 * figures.margins.haircut,
        initial_margin_bn=posted(market, figures.margins.unit, after.positions),
        forced_sales_bn=outcome.by_strategy,
        forced_by_cohort_bn=sold,
        market_sales_bn=settled.market_sales,
        first_round_bn=outcome.first_round,
        vehicle_purchases_bn=settled.vehicle,
        vehicle_from_dealers_bn=trade.bundles,
        vehicle_sales_bn=line.sold_back,
        vehicle_discount_bn=settled.payment.discount,
        seller_gain_bn=sum1(settled.payment.gain) + settled.payment.dealers_gain,
        dealer_gain_bn=settled.payment.dealers_gain,
        positions_bn=by_strategy(after.positions),
        price_loss_points=price_loss(figures.wedges, above),
        market_penalty_bp=market_penalty(market, figures.wedges, above),
        fund_equity_bn=sum1(left),
        equity_by_cohort_bn=left,
        lender_losses_bn=shortfall,
        defaults=failed,
        outright_bn=add4(opened.outright, orders.purchases),
        hedged_bn=add3(opened.hedged, orders.hedged_purchases),
        hedged_purchases_bn=orders.hedged_purchases,
        vehicle_bn=less3(add3(opened.vehicle, settled.vehicle), line.sold_back),
        dealer_award_pct=100 * figures.issue.share,
        auction_tail_bp=figures.issue.tail,
        excess_award_bn=figures.issue.excess,
        real_money_sales_bn=shocks.real_money_sales,
        money_fund_run_bn=shocks.money_fund_run,
        cash_drain_bn=shocks.cash_drain,
        desired_longs_bn=shocks.desired_longs,
        longs_missing_bn=shocks.desired_longs + after.absorbed + after.outside + opened.delivered,
    )


def market_penalty(market: Market, wedges: Wedges, above: float) -> Three:
    """How far each strategy's wedge stands over calm, bp: of the basis a year, of the others in yield."""
    loss, every = price_loss(wedges, above), (1.0, 1.0, 1.0, 1.0)
    return (
        basis(market, wedges, above), loss[SWAP] / points(market, SWAP, every), loss[PAIRS] / points(market, PAIRS, every)
    )  # fmt: skip


def posted(market: Market, unit: Four, positions: Array) -> float:
    """Initial margin on positions (cohort, strategy), $bn."""
    total, alike = 0.0, world_margins(market, unit)
    for n in range(len(positions)):
        total += positions[n, BASIS] * cohort_margin(market, unit, n, BASIS)
        total += positions[n, 1] * alike[1] + positions[n, 2] * alike[2]
    return total


def by_strategy(positions: Array) -> Three:
    """All cohorts' positions by strategy, $bn."""
    basis_trade, swap, pairs = 0.0, 0.0, 0.0
    for n in range(len(positions)):
        basis_trade += positions[n, 0]
        swap += positions[n, 1]
        pairs += positions[n, 2]
    return (basis_trade, swap, pairs)


def no_shocks() -> Shocks:
    """A day on which nothing happens."""
    return Shocks(
        NO_FOUR, 0.0, NO_FOUR, NO_FOUR, NO_FOUR, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, NO_FOUR, False
    )


def no_orders() -> Orders:
    """A day on which nothing is ordered."""
    return Orders(
        purchases=NO_FOUR,
        hedged_purchases=NO_THREE,
        announced=0.0,
        announced_hedged=0.0,
        rate_cut=NO_FOUR,
        repo_cap=NO_THREE,
        repo_price=math.inf,
        repo_slope=0.0,
        auction_capacity=0.0,
        reserve_discount=math.inf,
        reserve_penalty=NEVER_REACHED,
        eligible=NO_THREE,
        dealers_eligible=0.0,
        pay_as_bid=0.0,
        vehicle_sales=NO_THREE,
        capacity_multiple=1.0,
        footprint_multiple=1.0,
        margin_multiple=1.0,
    )


def still(market: Market) -> Recorded:
    """The record of the opening close: a day on which nothing happens."""
    state, shocks, orders = opening(market), no_shocks(), no_orders()
    after, figures = day(market, state, shocks, orders)
    return recorded(market, state, shocks, orders, figures, after)
