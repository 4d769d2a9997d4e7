"""One day of the market: who moves when. `PHASES` is the order, for the reader, the documentation and the tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models import dealers, funding, hedge_funds, issuance, margins, series, wedges, yields
from models.auction import Offer, clear, most_pressed_first, open_auction, reserve_met, reserve_points
from models.cascade import Cleared, cascade
from models.orders import Orders
from models.parameters.base import CONTRACT_DAYS, DAYS_A_YEAR, STRATEGIES, TENORS
from models.scenario import FlowShock
from models.stack import Array, Flags, Stack

PHASES = (
    ("orders", "policies decide from yesterday's public figures"),
    ("margins", "volatility sets margin, haircut, desk capacity and funds' own limits"),
    ("funding", "repo is rolled over at the price of cash; a facility may lend"),
    ("issuance", "Treasury auctions leave dealers with more than their share"),
    ("clearing", "losses, forced sales and dealers' charge meet at the least fixed point"),
    ("settlement", "positions, equity, inventory and official holdings change hands"),
    ("yields", "the curve is read off in four parts and moves volatility"),
    ("delivery", "expiring futures are delivered or rolled"),
)
TEN = TENORS.index(10)
BASIS, SWAP_SPREAD, OFF_THE_RUN = range(len(STRATEGIES))
CLIENTS_TENORS = np.array(FlowShock().tenors)[:, None]  # of bonds that clients must sell


@dataclass(frozen=True)
class MarketState:
    """The market at a close. Last axis is the column; $bn unless said otherwise."""

    positions: Array  # (strategy, cohort, column)
    equity: Array  # (cohort, column)
    inventory: Array  # net bonds above normal (column,)
    pairs: Array  # dealers' old-against-new pairs (column,)
    liquidation: Array  # decaying own liquidation Z (strategy, column)
    memory: Array  # average charge above calm, bp (column,)
    variance: Array  # by tenor, bp² (tenor, column)
    fast_variance: Array  # of the 10-year, as quotes follow it, bp² (column,)
    margin_unit: Array  # margin per standard deviation, share of face (tenor, column)
    above: Array  # λ − λ_r, bp (column,)
    log_charge: Array  # ln(λ/λ_r) (column,)
    marginal: Array  # what another dollar of balance sheet costs dealers over calm, λ(1 + kU) − λ_r(1 + kU_r), bp (column,)
    mark: Array  # price loss in points (strategy, column)
    earned: Array  # yield wedge on the trades' tenors, bp (2, column)
    cheapness: (
        Array  # dislocation on the swap-spread trade's tenors less outside shocks to swaps, bp (column,)
    )
    slow: Array  # bonds that price-elastic investors hold (column,)
    absorbed: Array  # bonds end investors took, cumulative (column,)
    outside: Array  # bonds outside buyers took, cumulative (column,)
    delivered: Array  # bonds delivered into futures, cumulative (column,)
    client_sold: Array  # bonds clients sold because nobody financed them, cumulative (column,)
    supply: Array  # duration real money and clients sold, 10-year equivalents (column,)
    held: Array  # duration the Fed holds, 10-year equivalents (column,)
    lent: Array  # repo the facility lent, by form (access, column)
    outright: Array  # Fed's bonds (tenor, column)
    hedged: Array  # Fed's bundles (strategy, column)
    vehicle: Array  # vehicle's bundles (strategy, column)
    weakness: Array  # excess award of the last auction, share of the issue (column,)
    yields: Array  # bp (tenor, column)
    cut: Array  # cumulative cut of yields by the policy rate, bp (tenor, column)
    opening_repo: Array  # repo to funds on day 0 (column,)
    days_to_delivery: int


@dataclass(frozen=True)
class Today:
    """The day's shocks; flows $bn, levels in the unit of their series. (column,) or (tenor, column)."""

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
    auction_size: float
    observed_yields: Array | None = None  # bp (tenor, 1): invert the fundamentals from these


DayFigures = dict[str, Any]


def opening(s: Stack, columns: int) -> MarketState:
    """The market at the opening close: nothing has happened, every column alike unless worlds differ."""

    def wide(array: Array) -> Array:
        return np.array(np.broadcast_to(array, (*array.shape[:-1], columns)))

    def zero(*rows: int) -> Array:
        return np.zeros((*rows, columns))

    positions = wide(s.positions)
    return MarketState(
        positions=positions, equity=wide(s.equity), inventory=zero(), pairs=zero(), liquidation=zero(3), memory=zero(),
        variance=wide(s.calm_volatility**2), fast_variance=wide(s.calm_volatility[TEN] ** 2),
        margin_unit=wide(s.calm_margin_unit), above=zero(), log_charge=zero(),
        marginal=zero(), mark=zero(3), earned=zero(2), cheapness=zero(), slow=zero(), absorbed=zero(),
        outside=zero(), delivered=zero(), client_sold=zero(), supply=zero(), held=zero(), lent=zero(3),
        outright=zero(4), hedged=zero(3), vehicle=zero(3), weakness=zero(), yields=wide(s.opening_yields), cut=zero(4),
        opening_repo=_repo(positions, s.margins.calm_haircut),
        days_to_delivery=s.first.scenario.days_to_delivery,
    )  # fmt: skip


def _repo(positions: Array, haircut: Array) -> Array:
    return np.add.reduce(np.add.reduce(positions, axis=0), axis=0) * (1 - haircut)


@dataclass(frozen=True)
class Open:
    """What is settled before the market clears."""

    sigma: Array  # bp a day (tenor, column)
    sigma_ratio: Array  # over calm (tenor, column)
    margin_unit: Array  # margin per standard deviation, share of face (tenor, column)
    haircut: Array  # share of face (column,)
    rules: dealers.Rules
    tight: Array  # share of capacity that desks' limits leave (column,)
    repo: Array  # repo to funds, $bn (column,)
    clients: Array  # clients' financing, $bn (column,)
    need: funding.Need
    price_of_cash: funding.Price
    funding: funding.RepoDay
    auction: issuance.AuctionDay


@dataclass(frozen=True)
class Inflow:
    """Dealers' bonds and pairs above normal after the day's outright flows, before forced sales. (column,)."""

    inventory: Array
    pairs: Array  # never below zero
    slow: Array  # bonds that price-elastic investors took
    unfinanced: Array  # bonds that dealers could not finance: end investors take them at the day's price
    unhurried: Array  # bonds that the Fed bought from holders in no hurry
    pairs_from_investors: Array  # pairs the Fed bought that dealers did not have, or from holders in no hurry
    outright: Array  # bought by the Fed (tenor, column)
    hedged: Array  # bought by the Fed (strategy, column)
    sold: Array  # by the vehicle, after the limit of what it holds (strategy, column)


@dataclass(frozen=True)
class Day:
    """One day with its intermediate values, up to where the market clears."""

    stack: Stack
    state: MarketState  # at yesterday's close
    today: Today
    orders: Orders
    open: Open
    prices: wedges.DayWedges
    inflow: Inflow
    line: dealers.ClearingLine
    terms: hedge_funds.FundTerms
    funds: hedge_funds.FundsToday
    reserve: Array | float  # smallest discount at which the vehicle buys, points: (strategy, column) or alike
    offer: Offer | None
    outcome: Cleared


def step(s: Stack, state: MarketState, today: Today, orders: Orders) -> tuple[MarketState, DayFigures]:
    """Run one day and return tomorrow's opening state and the day's figures by name."""
    return close(clearing(s, state, today, orders))


def clearing(s: Stack, state: MarketState, today: Today, orders: Orders) -> Day:
    """The day up to where the market clears, with every value on the way."""
    today = _answered(s, state, today)
    before = _open(s, state, today, orders)
    prices = wedges.wedges(s, _given(state, before, today))
    inflow = _inflow(s, state, before, today, orders)
    line = _line(s, state, before, inflow)
    terms = _terms(s, state, before)
    books = hedge_funds.FundBooks(state.positions, state.equity)
    funds = hedge_funds.funds_today(
        s.funds, s.leverage_limit, before.rules.charge, books, prices, state.mark, terms
    )
    reserve = reserve_points(s, orders, state.days_to_delivery / DAYS_A_YEAR)
    offer = open_auction(orders, reserve, prices, line, before.rules.charge, inflow.inventory)
    outcome = cascade(funds.constraints, line, state.positions, offer)
    return Day(s, state, today, orders, before, prices, inflow, line, terms, funds, reserve, offer, outcome)


def _answered(s: Stack, state: MarketState, today: Today) -> Today:
    """The day's shocks where real money sells more the more the market has moved; who buys does not answer."""
    planned = today.real_money_sales
    more = 1 + s.dealers.strategic_selling * np.maximum(state.cheapness, 0.0)
    return replace(today, real_money_sales=np.where(planned > 0, planned * more, planned))


def close(day: Day) -> tuple[MarketState, DayFigures]:
    """DaySettlement, yields and delivery of a day that has cleared."""
    s = day.stack
    settled, figures = _settle(s, day)
    priced, parts = _price(s, day, settled)
    return _deliver(s, priced, day.prices), {**_before(s, day), **figures, **parts}


def _open(s: Stack, state: MarketState, today: Today, orders: Orders) -> Open:
    sigma = margins.volatility(s, state.variance)
    ratio = sigma / s.calm_volatility
    haircut = margins.haircut(s.margins, ratio[TEN])
    multiple = (1 + today.margin_step) * orders.margin_multiple
    rules = dealers.rules(s.dealers, state.opening_repo, orders)
    repo = _repo(state.positions, haircut)
    clients = _clients(today.client_financing, state.client_sold)
    before = funding.Yesterday(state.above, state.marginal)
    schedule = funding.price_of_cash(s.funding, state.opening_repo)
    need = _need(s, state, today, repo, clients)
    return Open(
        sigma=sigma,
        sigma_ratio=ratio,
        margin_unit=margins.next_margin(s, state.margin_unit, ratio, multiple),
        haircut=haircut,
        rules=rules,
        tight=dealers.tightening(s.dealers, ratio[TEN]),
        repo=repo,
        clients=clients,
        need=need,
        price_of_cash=schedule,
        funding=funding.repo_day(s.funding, schedule, need, rules, before, orders),
        auction=issuance.auction_day(
            s.issuance, today.auction_size, state.log_charge, today.auction_withdrawal, state.weakness
        ),
    )


def _clients(wanted: Array, sold: Array) -> Array:
    """Financing that clients still need once they have sold bonds; what they pay back (below zero) stays."""
    return np.maximum(wanted - sold, np.minimum(wanted, 0.0))


def _need(s: Stack, state: MarketState, today: Today, repo: Array, clients: Array) -> funding.Need:
    p = s.funding
    withdrawn = (1 - p.recycled_share) * today.money_fund_run + today.cash_drain
    return funding.Need(
        funds=repo,
        clients=clients,
        inventory=np.maximum(state.inventory, 0.0),
        own_bonds=np.maximum(state.inventory + s.dealers.normal_inventory_bn, 0.0),
        cash=np.maximum(state.opening_repo + p.slack_bn - withdrawn, 0.0),
        lending_limit=(1 - today.dealer_lending_cut) * state.opening_repo,
    )


def _given(state: MarketState, before: Open, today: Today) -> wedges.Given:
    return wedges.Given(
        liquidation=state.liquidation,
        memory=state.memory,
        volatility=before.sigma,
        imbalance=today.desired_longs + state.absorbed + state.outside + state.delivered,
        years=state.days_to_delivery / DAYS_A_YEAR,
        swap=today.swap_spread_shock,
        off_the_run=today.off_the_run_shock,
        basis=today.basis_shock,
    )


def _inflow(s: Stack, state: MarketState, before: Open, today: Today, orders: Orders) -> Inflow:
    sold = np.minimum(np.maximum(orders.vehicle_sales, 0.0), state.vehicle)
    hedged = np.broadcast_to(orders.hedged_purchases, state.hedged.shape)
    outright = np.broadcast_to(orders.purchases, state.outright.shape)
    bought = np.add.reduce(outright, axis=0) + hedged[BASIS] + hedged[SWAP_SPREAD]
    unhurried, urgent = s.dealers.unhurried_share, 1 - s.dealers.unhurried_share
    bonds = (
        np.add.reduce(today.real_money_sales, axis=0) + before.funding.client_sales + before.auction.excess_bn
    )
    inventory = state.inventory + bonds + (sold[BASIS] + sold[SWAP_SPREAD]) - urgent * bought
    stock = inventory + s.dealers.normal_inventory_bn
    slow = dealers.slow_demand(s.dealers, state.cheapness, state.slow, stock)
    pairs = state.pairs + sold[OFF_THE_RUN] - urgent * hedged[OFF_THE_RUN]
    return Inflow(
        inventory=inventory - slow - before.funding.dealers_short,
        pairs=np.maximum(pairs, 0.0),
        slow=slow,
        unfinanced=before.funding.dealers_short,
        unhurried=unhurried * bought,
        pairs_from_investors=np.maximum(-pairs, 0.0) + unhurried * hedged[OFF_THE_RUN],
        outright=outright,
        hedged=hedged,
        sold=sold,
    )


def _line(s: Stack, state: MarketState, before: Open, inflow: Inflow) -> dealers.ClearingLine:
    rules = before.rules
    financed = before.repo + before.clients - before.funding.client_sales - state.opening_repo
    load = (
        inflow.inventory
        + inflow.pairs
        + rules.footprint * financed
        + before.funding.footprint
        + inflow.unfinanced
    )
    per_sale = 1 - rules.footprint * (1 - before.haircut)
    return dealers.clearing_line(s.dealers, rules, load, inflow.inventory, per_sale, before.tight)


def _terms(s: Stack, state: MarketState, before: Open) -> hedge_funds.FundTerms:
    dearer = before.funding.spread - s.funding.calm_spread_bp
    return hedge_funds.FundTerms(
        margin=margins.asked(s, before.margin_unit),
        haircut=before.haircut,
        carry=hedge_funds.daily_carry(state.earned, dearer),
        sigma_ratio=np.einsum("nik,ik->nk", s.risk_weights, before.sigma_ratio),
        missing_share=before.funding.funds_share,
    )


def _share(sales: Array, book: Array) -> Array:
    """Part of its book that each cohort sells (cohort, column)."""
    return np.divide(sales, book, out=np.zeros_like(book), where=book > 0)


@dataclass(frozen=True)
class DaySettlement:
    """What changes hands at the charge at which the day cleared. $bn unless said otherwise."""

    above: Array  # charge above calm, bp (column,)
    charge: Array  # bp (column,)
    use: Array  # share of dealers' capacity (column,)
    mark: Array  # price loss in points (strategy, column)
    forced: Array  # sold by funds (strategy, column)
    market: Array  # of these, to the market (strategy, column)
    positions: Array  # left to funds (strategy, cohort, column)
    equity: Array  # below zero where a cohort failed (cohort, column)
    failed: Flags  # (cohort, column)
    gain: Array  # what funds got over the market's price (cohort, column)
    paid: Array  # discounts the vehicle earned (strategy, column)
    bid: Array  # dealers' gain from the vehicle (column,)
    vehicle: Array  # bought by the vehicle, dealers' bundles included (strategy, column)
    stock: dealers.Warehouse


def _settle(s: Stack, day: Day) -> tuple[MarketState, DayFigures]:
    settlement = _settlement(s, day)
    after = _books(s, day, settlement)
    return after, {
        **_dealers_figures(s, day, settlement),
        **_sales_figures(day, settlement),
        **_funds_figures(day, settlement, after),
        **_holdings_figures(s, day, settlement, after),
    }


def _settlement(s: Stack, day: Day) -> DaySettlement:
    rules, funds, outcome = day.open.rules, day.funds, day.outcome
    above = rules.charge * np.expm1(outcome.log_charge)
    mark = day.prices.price_loss(above)
    share = _share(outcome.sales, funds.constraints.book)
    forced = np.einsum("jnk,nk->jk", day.state.positions, share)
    market = np.maximum(forced - outcome.vehicle, 0.0)  # never below zero by rounding
    gain, paid, bid = _auction_gains(day, mark, share)
    equity = funds.equity(above) + gain
    return DaySettlement(
        above=above,
        charge=rules.charge + above,
        use=rules.use + outcome.log_charge / s.dealers.steepness,
        mark=mark,
        forced=forced,
        market=market,
        positions=day.state.positions * (1 - share),
        equity=equity,
        failed=(equity <= 0) & (funds.constraints.book > 0),
        gain=gain,
        paid=paid,
        bid=bid,
        vehicle=outcome.vehicle + _dealer_bundle(day),
        stock=_stock(s, day, market),
    )


def _stock(s: Stack, day: Day, market: Array) -> dealers.Warehouse:
    """What dealers keep of the day's bonds and pairs, funds' sales to the market among them."""
    inflow, line, outcome = day.inflow, day.line, day.outcome
    return dealers.warehouse(
        s.dealers,
        inflow.inventory + market[BASIS] + market[SWAP_SPREAD] - outcome.dealer_bundles,
        inflow.pairs + market[OFF_THE_RUN],
        outcome.log_charge,
        np.maximum(outcome.uncapped - line.cap, 0.0) * line.depth,
    )


def _books(s: Stack, day: Day, settled: DaySettlement) -> MarketState:
    """The market once everything has changed hands, with yesterday's yields."""
    state, before, inflow, stock = day.state, day.open, day.inflow, settled.stock
    rules = before.rules
    return replace(
        state,
        positions=settled.positions,
        equity=np.maximum(settled.equity, 0.0),
        inventory=stock.inventory,
        pairs=stock.pairs,
        liquidation=wedges.decay(s, state.liquidation, settled.market),
        memory=wedges.remember(s, state.memory, settled.above),
        margin_unit=before.margin_unit,
        above=settled.above,
        log_charge=day.outcome.log_charge,
        marginal=settled.charge * (1 + s.dealers.steepness * settled.use)
        - rules.charge * (1 + s.dealers.steepness * rules.use),
        mark=settled.mark,
        slow=state.slow + inflow.slow,
        absorbed=state.absorbed + stock.absorbed + inflow.slow + inflow.unfinanced - inflow.unhurried,
        outside=state.outside + stock.outside,
        client_sold=state.client_sold + before.funding.client_sales,
        held=state.held + np.add.reduce(inflow.outright * s.ten_year_equivalents, axis=0),
        lent=before.funding.fill,
        outright=state.outright + inflow.outright,
        hedged=state.hedged + inflow.hedged,
        vehicle=state.vehicle + settled.vehicle - inflow.sold,
        weakness=_weakness(s, day),
    )


def _dealers_figures(s: Stack, day: Day, settled: DaySettlement) -> DayFigures:
    stock = settled.stock
    return {
        series.CHARGE: settled.charge,
        series.CHARGE_ABOVE_CALM: settled.above,
        series.DEALER_USE: 100 * settled.use,
        series.INVENTORY: stock.inventory + s.dealers.normal_inventory_bn,
        series.PAIRS: stock.pairs,
        series.PAIRS_ABSORBED: stock.pairs_absorbed - day.inflow.pairs_from_investors,
        series.AT_FLOOR: (day.outcome.uncapped >= day.line.cap).astype(float),
    }


def _sales_figures(day: Day, settled: DaySettlement) -> DayFigures:
    return {
        series.FORCED_SALES: settled.forced,
        series.FORCED_BY_COHORT: day.outcome.sales,
        series.MARKET_SALES: settled.market,
        series.VEHICLE_PURCHASES: settled.vehicle,
        series.VEHICLE_FROM_DEALERS: day.outcome.dealer_bundles,
        series.VEHICLE_SALES: day.inflow.sold,
        series.VEHICLE_DISCOUNT: settled.paid,
        series.SELLER_GAIN: np.add.reduce(settled.gain, axis=0) + settled.bid,
        series.DEALER_GAIN: settled.bid,
    }


def _funds_figures(day: Day, settled: DaySettlement, after: MarketState) -> DayFigures:
    return {
        series.LENDER_LOSSES: np.add.reduce(np.maximum(-settled.equity, 0.0), axis=0),
        series.DEFAULTS: np.add.reduce(settled.failed.astype(float), axis=0),
        series.FUND_EQUITY: np.add.reduce(after.equity, axis=0),
        series.EQUITY_BY_COHORT: after.equity,
        series.POSITIONS: np.add.reduce(settled.positions, axis=1),
        series.INITIAL_MARGIN: np.einsum("jnk,jnk->k", settled.positions, day.terms.margin),
        series.FIRST_ROUND: day.outcome.first_round,
        series.ROUNDS: day.outcome.rounds,
        series.CONVERGED: day.outcome.converged,
    }


def _holdings_figures(s: Stack, day: Day, settled: DaySettlement, after: MarketState) -> DayFigures:
    return {
        series.ABSORBED: after.absorbed,
        series.SLOW_INVESTORS: after.slow,
        series.OUTSIDE: after.outside,
        series.OUTRIGHT: after.outright,
        series.HEDGED: after.hedged,
        series.HEDGED_PURCHASES: day.inflow.hedged,
        series.VEHICLE: after.vehicle,
        series.PRICE_LOSS: settled.mark,
        series.MARKET_PENALTY: np.concatenate(
            [
                day.prices.basis(settled.above)[None],
                settled.mark[SWAP_SPREAD:] / np.add.reduce(s.trade_weights, axis=1),
            ]
        ),
    }


def _weakness(s: Stack, day: Day) -> Array:
    """Excess award of the last auction so far, share of the issue (column,)."""
    if day.today.auction_size == 0:
        return day.state.weakness
    return np.maximum(day.open.auction.award_share - s.issuance.normal_award, 0.0)


def _auction_gains(day: Day, mark: Array, share: Array) -> tuple[Array, Array, Array]:
    """Funds' gain over the market by cohort, discounts the vehicle earned by strategy, and dealers' gain, all $bn."""
    outcome, prices, line = day.outcome, day.prices, day.line
    reserve = np.broadcast_to(day.reserve, mark.shape)
    gain, paid = np.zeros((1, mark.shape[-1])), np.zeros_like(mark)
    if not np.any(outcome.vehicle > 0) and not np.any(outcome.dealer_bundles > 0):
        return gain, paid, np.zeros_like(outcome.log_charge)
    rationed, rank = outcome.capacity_left <= 0, most_pressed_first(share)
    total = np.add.reduce(outcome.sales, axis=0)
    others = np.add.reduce(outcome.vehicle, axis=0)
    for j in range(3):
        taken = outcome.vehicle[j]
        if not np.any(taken > 0):
            continue

        def discount(bundles: Array, j: int = j, elsewhere: Array = others - taken) -> Array:
            log_charge = line.bounded(
                line.uncapped(total - elsewhere - bundles) - outcome.dealer_bundles / line.depth
            )
            return prices.own[j] + prices.slope[j] * day.open.rules.charge * np.expm1(log_charge)

        result = clear(
            day.state.positions[j] * share,
            rank,
            taken,
            discount,
            reserve[j],
            day.orders.pay_as_bid,
            rationed,
        )
        gain = gain + result.sold * (mark[j] - result.discount) / 100
        paid[j] = np.add.reduce(result.sold * result.discount, axis=0) / 100
    if not np.any(outcome.dealer_bundles > 0):
        return gain, paid, np.zeros_like(outcome.log_charge)
    sold = _dealer_bundle(day)
    stop_out = np.where(sold > 0, np.where(rationed, np.maximum(mark, reserve), reserve), 0)
    bid = np.add.reduce(sold * (mark - stop_out), axis=0) / 100
    return gain, paid + sold * stop_out / 100, bid


def _dealer_bundle(day: Day) -> Array:
    """Dealers' bundles by strategy: the eligible one with bonds whose reserve the market reaches first."""
    bundles = day.outcome.dealer_bundles
    if not np.any(bundles > 0):
        return np.zeros_like(day.outcome.vehicle)
    reached = reserve_met(day.orders, day.reserve, day.prices, day.line, day.open.rules.charge)
    return np.where(np.arange(3)[:, None] == np.argmin(reached[:2], axis=0), bundles, 0.0)


def _price(s: Stack, day: Day, state: MarketState) -> tuple[MarketState, DayFigures]:
    """Read off the curve, invert the fundamentals if yields are observed, and move volatility."""
    today, orders, yesterday = day.today, day.orders, day.state
    gaps = day.prices.yields(state.above)
    sold = today.real_money_sales + day.open.funding.client_sales * CLIENTS_TENORS
    supply = state.supply + np.add.reduce(sold * s.ten_year_equivalents, axis=0)
    announced = orders.announced + s.yields.hedged_signal_share * orders.announced_hedged
    parts = yields.yield_parts(s, supply - state.held, announced, orders.rate_cut, gaps[0], state.log_charge)
    fundamentals = today.fundamentals
    if today.observed_yields is not None:
        fundamentals = today.observed_yields - s.opening_yields - parts.rest
    level = s.opening_yields + fundamentals + parts.rest
    cut = np.broadcast_to(orders.rate_cut, level.shape)
    move = level - yesterday.yields + (cut - yesterday.cut)  # the Fed's own cut is no volatility
    after = replace(
        state,
        supply=supply,
        yields=level,
        cut=cut,
        variance=margins.next_variance(s.variance_kept, state.variance, move),
        fast_variance=margins.next_variance(s.fast_variance_kept, state.fast_variance, move[TEN]),
        earned=np.add.reduce(s.mixes[SWAP_SPREAD:] * gaps, axis=1),
        cheapness=np.add.reduce(s.mixes[SWAP_SPREAD] * (gaps[0] - today.swap_spread_shock), axis=0),
    )
    sigma = margins.volatility(s, after.variance)
    figures: DayFigures = {
        series.YIELD: level / 100,
        series.FUNDAMENTALS: fundamentals,
        series.TERM_PREMIUM: parts.term_premium,
        series.POLICY_SIGNAL: parts.signal,
        series.DYSFUNCTION: parts.dysfunction,
        series.DISLOCATION: gaps[0],
        series.OFF_THE_RUN: gaps[1],
        series.BASIS: day.prices.basis(state.above),
        series.RATE_CUT: cut,
        series.FED_EASING: yields.fed_easing(s, state.held, announced),
        series.VOLATILITY: sigma[TEN],
        series.VOLATILITY_BY_TENOR: sigma,
        series.DEPTH: _depth(s, after),
        series.REAL_MONEY_SALES: today.real_money_sales,
        series.CLIENT_FINANCING: day.open.clients - day.open.funding.client_sales,
        series.CLIENT_SALES: day.open.funding.client_sales * CLIENTS_TENORS,
        series.MONEY_FUND_RUN: today.money_fund_run,
        series.CASH_DRAIN: today.cash_drain,
        series.DESIRED_LONGS: today.desired_longs,
        # At the close; today's basis was priced with what was missing at the open (`_given`).
        series.LONGS_MISSING: today.desired_longs + state.absorbed + state.outside + state.delivered,
    }
    return after, figures


def _depth(s: Stack, state: MarketState) -> Array:
    """Best three bids and offers, $mn: a floor, and what volatility and dealers' charge leave of the rest."""
    p = s.liquidity
    ratio = np.maximum(np.sqrt(state.fast_variance) / s.calm_volatility[TEN], 1.0)
    left = ratio**-p.depth_volatility_elasticity * np.exp(
        -p.depth_charge_elasticity * np.maximum(state.log_charge, 0.0)
    )
    return p.depth_floor_mn + (p.calm_depth_mn - p.depth_floor_mn) * left


def _before(s: Stack, day: Day) -> DayFigures:
    before = day.open
    return {
        series.MARGIN: 100 * margins.of_market(s, before.margin_unit),
        series.CONTRACT_MARGIN: 100 * s.margins.margin_standard_deviations[BASIS] * before.margin_unit,
        series.HAIRCUT: 100 * before.haircut,
        series.REPO_SPREAD: before.funding.spread,
        series.REPO_CHARGE: before.funding.charge,
        series.FACILITY: before.funding.fill,
        series.MISSING_FUNDING: before.funding.missing,
        series.UNLENT: before.funding.unlent,
        series.UNFUNDED_SHARE: before.funding.funds_share,
        series.DEALER_AWARD: 100 * before.auction.award_share,
        series.AUCTION_TAIL: before.auction.tail_bp,
        series.EXCESS_AWARD: before.auction.excess_bn,
    }


def roll_cost(s: Stack, above: Array) -> Array:
    """Cost of rolling a basis position beyond calm, share of face (column,), at a charge `above` calm, bp."""
    return s.wedges.roll_cost_points * np.maximum(above, 0.0) / 100 / 100


def _deliver(s: Stack, state: MarketState, prices: wedges.DayWedges) -> MarketState:
    """Count down to delivery; on the day, the public's bundles are delivered and funds roll into the next contract.

    The roll costs funds more than in calm when balance sheet is dear, and the mark restarts at the new contract's.
    """
    if state.days_to_delivery > 0:
        return replace(state, days_to_delivery=state.days_to_delivery - 1)
    cost = roll_cost(s, state.above)
    keep = np.array([0.0, 1.0, 1.0])[:, None]
    mark = state.mark.copy()
    mark[BASIS] = prices.basis(state.above) * CONTRACT_DAYS / DAYS_A_YEAR / 100
    return replace(
        state,
        equity=state.equity - np.minimum(state.positions[0] * cost, state.equity),
        mark=mark,
        delivered=state.delivered + state.hedged[0] + state.vehicle[0],
        hedged=state.hedged * keep,
        vehicle=state.vehicle * keep,
        days_to_delivery=CONTRACT_DAYS - 1,
    )
