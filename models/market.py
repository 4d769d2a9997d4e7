"""One day of the market: who moves when. `PHASES` is the order, for the reader, the documentation and the tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models import dealers, funding, hedge_funds, issuance, margins, wedges, yields
from models.auction import clear, most_pressed_first, open_auction, reserve_met
from models.cascade import Outcome, cascade
from models.orders import Orders
from models.parameters.base import CONTRACT_DAYS, DAYS_A_YEAR, TENORS
from models.stack import Array, Stack

PHASES = (
    ("orders", "policies decide from yesterday's public figures"),
    ("margins", "volatility sets margin, haircut, desk capacity and funds' own limits"),
    ("funding", "repo is rolled over; a facility may fill what is missing"),
    ("issuance", "Treasury auctions leave dealers with more than their share"),
    ("clearing", "losses, forced sales and dealers' charge meet at the least fixed point"),
    ("settlement", "positions, equity, inventory and official holdings change hands"),
    ("yields", "the curve is read off in four parts and moves volatility"),
    ("delivery", "expiring futures are delivered or rolled"),
)
TEN = TENORS.index(10)


@dataclass(frozen=True)
class State:
    """The market at a close. Last axis is the column; $bn unless said otherwise."""

    positions: Array  # (strategy, cohort, column)
    equity: Array  # (cohort, column)
    inventory: Array  # net bonds above normal (column,)
    pairs: Array  # dealers' old-against-new pairs (column,)
    liquidation: Array  # decaying own liquidation Z (strategy, column)
    variance: Array  # bp² (column,)
    margin: Array  # share of face (strategy, column)
    log_charge: Array  # ln(λ/λ₀) (column,)
    mark: Array  # price loss in points (strategy, column)
    earned: Array  # yield wedge on the trades' tenors, bp (2, column)
    absorbed: Array  # bonds end investors took, cumulative (column,)
    outside: Array  # bonds outside buyers took, cumulative (column,)
    delivered: Array  # bonds delivered into futures, cumulative (column,)
    supply: Array  # duration real money sold, 10-year equivalents (column,)
    held: Array  # duration the Fed holds, 10-year equivalents (column,)
    lent: Array  # repo the facility lent, by form (access, column)
    outright: Array  # Fed's bonds (tenor, column)
    hedged: Array  # Fed's bundles (strategy, column)
    vehicle: Array  # vehicle's bundles (strategy, column)
    yields: Array  # bp (tenor, column)
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
    auction_size: float
    observed_yields: Array | None = None  # bp (tenor, 1): invert the fundamentals from these


Series = dict[str, Any]


def opening(s: Stack, columns: int) -> State:
    """The market at the opening close: nothing has happened, every column alike unless worlds differ."""

    def wide(array: Array) -> Array:
        return np.array(np.broadcast_to(array, (*array.shape[:-1], columns)))

    def zero(*rows: int) -> Array:
        return np.zeros((*rows, columns))

    positions = wide(s.positions)
    return State(
        positions=positions, equity=wide(s.equity), inventory=zero(), pairs=zero(), liquidation=zero(3),
        variance=wide(s.margins.calm_volatility_bp**2), margin=wide(s.calm_margin), log_charge=zero(), mark=zero(3),
        earned=zero(2), absorbed=zero(), outside=zero(), delivered=zero(), supply=zero(), held=zero(),
        lent=zero(3), outright=zero(4), hedged=zero(3), vehicle=zero(3), yields=wide(s.opening_yields),
        opening_repo=_repo(positions, s.margins.calm_haircut),
        days_to_delivery=s.first.scenario.days_to_delivery,
    )  # fmt: skip


def _repo(positions: Array, haircut: Array) -> Array:
    return np.add.reduce(np.add.reduce(positions, axis=0), axis=0) * (1 - haircut)


@dataclass(frozen=True)
class _Open:
    """What is settled before the market clears."""

    sigma_ratio: Array
    margin: Array
    haircut: Array
    footprint: Array
    repo: Array
    funding: funding.RepoDay
    auction: issuance.AuctionDay
    capacity: Array


def step(s: Stack, state: State, today: Today, orders: Orders) -> tuple[State, Series]:
    """Run one day and return tomorrow's opening state and the day's figures by name."""
    before = _open(s, state, today, orders)
    prices = _wedges(s, state, today)
    inflow = _inflow(state, before, today, orders)
    line = _line(s, state, before, inflow, today)
    funds = _funds(s, state, before, prices)
    offer = open_auction(orders, prices, line, s.dealers.calm_charge_bp, inflow.inventory)
    outcome = cascade(funds.constraints, line, state.positions, offer)
    settled, figures = _settle(s, state, before, prices, inflow, line, funds, outcome, orders)
    priced, parts = _price(s, state, settled, prices, today, orders)
    return _deliver(s, priced, prices), {**_before(before), **figures, **parts}


def _open(s: Stack, state: State, today: Today, orders: Orders) -> _Open:
    ratio = margins.volatility(s.margins, state.variance) / s.margins.calm_volatility_bp
    haircut = margins.haircut(s.margins, ratio)
    multiple = (1 + today.margin_step) * orders.margin_multiple
    footprint = s.dealers.repo_footprint * orders.footprint_multiple
    repo = _repo(state.positions, haircut)
    need = repo + today.client_financing + np.maximum(state.inventory, 0.0)
    p = s.funding
    cash = np.maximum(state.opening_repo + p.slack_bn - (1 - p.recycled_share) * today.money_fund_run, 0.0)
    above = s.dealers.calm_charge_bp * (np.exp(state.log_charge) - 1)
    return _Open(
        sigma_ratio=ratio,
        margin=margins.next_margin(s, state.margin, ratio, multiple),
        haircut=haircut,
        footprint=footprint,
        repo=repo,
        funding=funding.repo_day(p, need, repo, cash, above, footprint, state.lent, orders),
        auction=issuance.auction_day(
            s.issuance, today.auction_size, state.log_charge, today.auction_withdrawal
        ),
        capacity=dealers.capacity(s.dealers, ratio, orders.capacity_multiple),
    )


def _wedges(s: Stack, state: State, today: Today) -> wedges.Wedges:
    missing_futures = today.desired_longs + state.absorbed + state.outside + state.delivered
    return wedges.wedges(
        s, state.liquidation, state.days_to_delivery / DAYS_A_YEAR, missing_futures,
        today.swap_spread_shock, today.off_the_run_shock, today.basis_shock,
    )  # fmt: skip


@dataclass(frozen=True)
class _Inflow:
    """Dealers' bonds and pairs above normal after the day's outright flows, before forced sales. (column,)."""

    inventory: Array
    pairs: Array  # never below zero
    pairs_beyond: Array  # pairs the Fed bought beyond dealers' stock: end investors supply them
    outright: Array  # bought by the Fed (tenor, column)
    hedged: Array  # bought by the Fed (strategy, column)
    sold: Array  # by the vehicle, after the limit of what it holds (strategy, column)


def _inflow(state: State, before: _Open, today: Today, orders: Orders) -> _Inflow:
    sold = np.minimum(np.maximum(orders.vehicle_sales, 0.0), state.vehicle)
    hedged = np.broadcast_to(orders.hedged_purchases, state.hedged.shape)
    outright = np.broadcast_to(orders.purchases, state.outright.shape)
    bonds = np.add.reduce(today.real_money_sales - outright, axis=0) + before.auction.excess_bn
    pairs = state.pairs + sold[2] - hedged[2]
    return _Inflow(
        inventory=state.inventory + bonds + (sold[0] + sold[1]) - (hedged[0] + hedged[1]),
        pairs=np.maximum(pairs, 0.0),
        pairs_beyond=np.maximum(-pairs, 0.0),
        outright=outright,
        hedged=hedged,
        sold=sold,
    )


def _line(s: Stack, state: State, before: _Open, inflow: _Inflow, today: Today) -> dealers.ClearingLine:
    d = s.dealers
    calm = d.repo_footprint * state.opening_repo
    load = (
        inflow.inventory
        + inflow.pairs
        + before.footprint * (before.repo + today.client_financing)
        - calm
        + before.funding.footprint
    )
    per_sale = 1 - before.footprint * (1 - before.haircut)
    return dealers.clearing_line(d, load, inflow.inventory, per_sale, before.capacity)


def _funds(s: Stack, state: State, before: _Open, prices: wedges.Wedges) -> hedge_funds.Funds:
    dearer = before.funding.spread - s.funding.calm_spread_bp
    return hedge_funds.funds_today(
        s.funds, s.dealers.calm_charge_bp, state.positions, state.equity, s.leverage_limit, prices, state.mark, before.margin,
        before.haircut, hedge_funds.daily_carry(state.earned, dearer), before.sigma_ratio,
        before.funding.missing_share,
    )  # fmt: skip


def _share(sales: Array, book: Array) -> Array:
    """Part of its book that each cohort sells (cohort, column)."""
    return np.divide(sales, book, out=np.zeros_like(book), where=book > 0)


def _settle(
    s: Stack, state: State, before: _Open, prices: wedges.Wedges, inflow: _Inflow, line: dealers.ClearingLine,
    funds: hedge_funds.Funds, outcome: Outcome, orders: Orders,
) -> tuple[State, Series]:  # fmt: skip
    charge = s.dealers.calm_charge_bp * np.exp(outcome.log_charge)
    above = charge - s.dealers.calm_charge_bp
    mark = prices.price_loss(above)
    share = _share(outcome.sales, funds.constraints.book)
    by_strategy = np.einsum("jnk,nk->jk", state.positions, share)
    gain, paid, bid = _auction_gains(s, prices, line, mark, state.positions, share, outcome, orders)
    equity = funds.equity(above) + gain
    failed = (equity <= 0) & (funds.constraints.book > 0)
    market = np.maximum(by_strategy - outcome.vehicle, 0.0)  # never below zero by rounding
    bundle = _dealer_bundle(prices, s, line, orders, outcome)
    stock = dealers.warehouse(
        s.dealers,
        inflow.inventory + market[0] + market[1] - outcome.dealer_bundles,
        inflow.pairs + market[2],
        outcome.log_charge,
        np.maximum(outcome.uncapped - line.cap, 0.0) * line.depth,
    )
    vehicle = outcome.vehicle + bundle
    positions = state.positions * (1 - share)
    after = State(
        positions=positions,
        equity=np.maximum(equity, 0.0),
        inventory=stock.inventory,
        pairs=stock.pairs,
        liquidation=wedges.decay(s, state.liquidation, market),
        variance=state.variance,
        margin=before.margin,
        log_charge=outcome.log_charge,
        mark=mark,
        earned=state.earned,
        absorbed=state.absorbed + stock.absorbed,
        outside=state.outside + stock.outside,
        delivered=state.delivered,
        supply=state.supply,
        held=state.held + np.add.reduce(inflow.outright * s.ten_year_equivalents, axis=0),
        lent=before.funding.fill,
        outright=state.outright + inflow.outright,
        hedged=state.hedged + inflow.hedged,
        vehicle=state.vehicle + vehicle - inflow.sold,
        yields=state.yields,
        opening_repo=state.opening_repo,
        days_to_delivery=state.days_to_delivery,
    )
    figures: Series = {
        "charge_bp": charge,
        "dealer_use_pct": 100 * (s.dealers.calm_use + outcome.log_charge / s.dealers.steepness),
        "inventory_bn": stock.inventory + s.dealers.normal_inventory_bn,
        "pairs_bn": stock.pairs,
        "pairs_absorbed_bn": stock.pairs_absorbed - inflow.pairs_beyond,
        "at_floor": (outcome.uncapped >= line.cap).astype(float),
        "forced_sales_bn": by_strategy,
        "forced_by_cohort_bn": outcome.sales,
        "market_sales_bn": market,
        "vehicle_purchases_bn": vehicle,
        "vehicle_from_dealers_bn": outcome.dealer_bundles,
        "vehicle_sales_bn": inflow.sold,
        "vehicle_discount_bn": paid,
        "seller_gain_bn": np.add.reduce(gain, axis=0) + bid,
        "dealer_gain_bn": bid,
        "lender_losses_bn": np.add.reduce(np.maximum(-equity, 0.0), axis=0),
        "defaults": np.add.reduce(failed.astype(float), axis=0),
        "fund_equity_bn": np.add.reduce(after.equity, axis=0),
        "equity_by_cohort_bn": after.equity,
        "positions_bn": np.add.reduce(positions, axis=1),
        "first_round_bn": outcome.first_round,
        "rounds": outcome.rounds,
        "converged": outcome.converged,
        "absorbed_bn": after.absorbed,
        "outside_bn": after.outside,
        "outright_bn": after.outright,
        "hedged_bn": after.hedged,
        "vehicle_bn": after.vehicle,
        "price_loss_points": mark,
    }
    return after, figures


def _auction_gains(
    s: Stack, prices: wedges.Wedges, line: dealers.ClearingLine, mark: Array, positions: Array, share: Array,
    outcome: Outcome, orders: Orders,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Funds' gain over the market by cohort, discounts the vehicle earned by strategy, and dealers' gain, all $bn."""
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
            return prices.own[j] + prices.slope[j] * s.dealers.calm_charge_bp * (np.exp(log_charge) - 1)

        result = clear(
            positions[j] * share, rank, taken, discount, orders.reserve_discount, orders.pay_as_bid, rationed
        )
        gain = gain + result.sold * (mark[j] - result.discount) / 100
        paid[j] = np.add.reduce(result.sold * result.discount, axis=0) / 100
    if not np.any(outcome.dealer_bundles > 0):
        return gain, paid, np.zeros_like(outcome.log_charge)
    sold = _dealer_bundle(prices, s, line, orders, outcome)
    stop_out = np.where(
        sold > 0, np.where(rationed, np.maximum(mark, orders.reserve_discount), orders.reserve_discount), 0
    )
    bid = np.add.reduce(sold * (mark - stop_out), axis=0) / 100
    return gain, paid + sold * stop_out / 100, bid


def _dealer_bundle(
    prices: wedges.Wedges, s: Stack, line: dealers.ClearingLine, orders: Orders, outcome: Outcome
) -> Array:
    """Dealers' bundles by strategy: the eligible one with bonds whose reserve the market reaches first."""
    if not np.any(outcome.dealer_bundles > 0):
        return np.zeros_like(outcome.vehicle)
    reached = reserve_met(orders, prices, line, s.dealers.calm_charge_bp)
    return np.where(np.arange(3)[:, None] == np.argmin(reached[:2], axis=0), outcome.dealer_bundles, 0.0)


def _price(
    s: Stack, yesterday: State, state: State, prices: wedges.Wedges, today: Today, orders: Orders
) -> tuple[State, Series]:
    """Read off the curve, invert the fundamentals if yields are observed, and move volatility."""
    above = s.dealers.calm_charge_bp * (np.exp(state.log_charge) - 1)
    gaps = prices.yield_own + s.yield_betas * above
    supply = state.supply + np.add.reduce(today.real_money_sales * s.ten_year_equivalents, axis=0)
    announced = orders.announced + s.yields.hedged_signal_share * orders.announced_hedged
    parts = yields.yield_parts(s, supply - state.held, announced, orders.rate_cut, gaps[0], state.log_charge)
    fundamentals = today.fundamentals
    if today.observed_yields is not None:
        fundamentals = today.observed_yields - s.opening_yields - parts.rest
    level = s.opening_yields + fundamentals + parts.rest
    move = level[TEN] - yesterday.yields[TEN]
    variance = margins.next_variance(s, state.variance, move)
    sigma = margins.volatility(s.margins, variance)
    earned = np.add.reduce(s.mixes[1:] * gaps, axis=1)
    basis = prices.basis_own + s.wedges.basis_beta * above
    after = replace(state, supply=supply, yields=level, variance=variance, earned=earned)
    figures: Series = {
        "yield_pct": level / 100,
        "fundamentals_bp": fundamentals,
        "term_premium_bp": parts.term_premium,
        "policy_signal_bp": parts.signal,
        "dysfunction_bp": parts.dysfunction,
        "dislocation_bp": gaps[0],
        "off_the_run_bp": gaps[1],
        "basis_bp": basis,
        "fed_easing_bp": yields.fed_easing(s, state.held, announced),
        "volatility_bp": sigma,
        "depth_mn": _depth(s, sigma, state.log_charge),
        "real_money_sales_bn": today.real_money_sales,
        "client_financing_bn": today.client_financing,
        "money_fund_run_bn": today.money_fund_run,
        "desired_longs_bn": today.desired_longs,
        # At the close; today's basis was priced with what was missing at the open (`_wedges`).
        "longs_missing_bn": today.desired_longs + state.absorbed + state.outside + state.delivered,
    }
    return after, figures


def _depth(s: Stack, sigma: Array, log_charge: Array) -> Array:
    p = s.liquidity
    by_volatility = (sigma / s.margins.calm_volatility_bp) ** -p.depth_volatility_elasticity
    return p.calm_depth_mn * by_volatility * np.exp(-p.depth_charge_elasticity * np.maximum(log_charge, 0.0))


def _before(before: _Open) -> Series:
    return {
        "margin_pct": 100 * before.margin,
        "haircut_pct": 100 * before.haircut,
        "repo_spread_bp": before.funding.spread,
        "facility_bn": before.funding.fill,
        "missing_funding_bn": np.maximum(
            before.funding.gap - np.add.reduce(before.funding.fill, axis=0), 0.0
        ),
        "dealer_award_pct": 100 * before.auction.award_share,
        "auction_tail_bp": before.auction.tail_bp,
        "excess_award_bn": before.auction.excess_bn,
    }


def _deliver(s: Stack, state: State, prices: wedges.Wedges) -> State:
    """Count down to delivery; on the day, the public's bundles are delivered and funds roll into the next contract.

    The roll costs funds more than in calm when balance sheet is dear, and the mark restarts at the new contract's.
    """
    if state.days_to_delivery > 0:
        return replace(state, days_to_delivery=state.days_to_delivery - 1)
    above = s.dealers.calm_charge_bp * (np.exp(state.log_charge) - 1)
    basis = prices.basis_own + s.wedges.basis_beta * above
    cost = s.wedges.roll_cost_points * np.maximum(above, 0.0) / 100 / 100
    keep = np.array([0.0, 1.0, 1.0])[:, None]
    mark = state.mark.copy()
    mark[0] = basis * CONTRACT_DAYS / DAYS_A_YEAR / 100
    return replace(
        state,
        equity=state.equity - np.minimum(state.positions[0] * cost, state.equity),
        mark=mark,
        delivered=state.delivered + state.hedged[0] + state.vehicle[0],
        hedged=state.hedged * keep,
        vehicle=state.vehicle * keep,
        days_to_delivery=CONTRACT_DAYS - 1,
    )
