"""The engine and the scalar reference side by side: the same day in both shapes, and where their numbers differ.

Day by day from the same opening state figures agree to 1e-9·max(1, |value|), over a whole run to 1e-6. Days within
1e-6 of a decision that jumps (see `jumps`) could go either way by rounding; they are set aside and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from support.jumps import closest_jump

from models import market, orders, shocks
from models.reference.funding import FLOW_SHARES, TAKEN_IN_FULL
from models.reference.margins import margin, volatility, world_margins
from models.reference.market import Figures, answered, day, opening
from models.reference.parameters import Market, market_of
from models.reference.state import Orders, Shocks, State
from models.reference.wedges import basis, points, price_loss
from models.scenario import SHOCKS, World
from models.stack import stack

WIDTH = 8
WATCHED = (0, 3)
NEAR = 1e-6
NOT_A_NUMBER_OF_THE_MODEL = {"rounds", "converged"}
# Recorded by the engine before delivery changes them; the state on the next day is compared in any case.
BEFORE_DELIVERY = {"hedged_bn", "vehicle_bn", "fund_equity_bn", "equity_by_cohort_bn"}
OTHER_NAMES = {"fast": "fast_variance"}  # of the state in the engine


# Between arrays with a column axis and the reference's plain tuples.


def column(value: Any, rows: int, k: int) -> Any:
    """Column k of an order or shock as a float, or as a tuple of `rows`."""
    shape = (rows, WIDTH) if rows else (WIDTH,)
    cut = np.broadcast_to(value, shape)[..., k]
    return tuple(float(x) for x in cut) if rows else float(cut)


def orders_of(given: orders.Orders, k: int) -> Orders:
    """A day's orders of column k."""
    rows = {f.name: f.metadata["rows"] for f in fields(orders.Orders)}
    return Orders(*(column(getattr(given, n), rows[n], k) for n in Orders._fields))


def shocks_of(today: market.Today, k: int) -> Shocks:
    """A day's shocks of column k."""
    values = {
        name: column(getattr(today, name), 4 if getattr(today, name).ndim == 2 else 0, k) for name in SHOCKS
    }
    invert = today.observed_yields is not None
    return Shocks(
        **values,
        auction_size=float(today.auction_size),
        observed=column(today.observed_yields, 4, k) if invert else (0.0,) * 4,
        invert=invert,
    )


def state_of(state: market.MarketState, k: int) -> State:
    """The market's state in column k."""
    by_cohort = {
        "positions": np.ascontiguousarray(state.positions[:, :, k].T),
        "equity": np.array(state.equity[:, k]),
    }
    names = [n for n in State._fields if n not in by_cohort]
    plain = {n: _plain(getattr(state, OTHER_NAMES.get(n, n)), k) for n in names}
    return State(**plain, **by_cohort)


def _plain(value: Any, k: int) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return float(value[k]) if value.ndim == 1 else tuple(float(x) for x in value[:, k])


def expected(m: Market, opened: State, today: Shocks, state: State, f: Figures) -> dict[str, Any]:
    """The reference's day under the engine's names; `opened` is the day's opening state, `state` tomorrow's."""
    return (
        _trades(m, opened, today, state, f)
        | _terms(m, f)
        | _prices(m, f)
        | _given(answered(m, opened, today), f)
    )


def _trades(m: Market, opened: State, today: Shocks, state: State, f: Figures) -> dict[str, Any]:
    line, trade, settled = f.line, f.outcome.trade, f.settled
    failed = [e <= 0 and book > 0 for e, book in zip(settled.equity, f.funds.book, strict=True)]
    return {
        "charge_bp": f.rules.charge * np.exp(trade.log_charge),
        "charge_above_calm_bp": state.above,
        "dealer_use_pct": 100 * (f.rules.use + trade.log_charge / m.dealers.steepness),
        "inventory_bn": settled.stock.inventory + m.dealers.normal_inventory_bn,
        "pairs_bn": settled.stock.pairs,
        "pairs_absorbed_bn": settled.stock.pairs_taken - line.pairs_beyond - line.sourced_pairs,
        "at_floor": trade.uncapped >= line.cap,
        "forced_sales_bn": f.outcome.by_strategy,
        "forced_by_cohort_bn": f.outcome.shares * f.funds.book,
        "market_sales_bn": settled.market_sales,
        "vehicle_purchases_bn": settled.vehicle,
        "vehicle_from_dealers_bn": trade.bundles,
        "vehicle_sales_bn": line.sold_back,
        "vehicle_discount_bn": settled.payment.discount,
        "seller_gain_bn": sum(settled.payment.gain) + settled.payment.dealers_gain,
        "dealer_gain_bn": settled.payment.dealers_gain,
        "lender_losses_bn": sum(max(-e, 0.0) for e in settled.equity),
        "defaults": sum(failed),
        "first_round_bn": f.outcome.first_round,
        "longs_missing_bn": today.desired_longs + state.absorbed + state.outside + opened.delivered,
        "absorbed_bn": state.absorbed,
        "slow_investors_bn": state.slow,
        "outside_bn": state.outside,
        "rate_cut_bp": state.cut,
        "outright_bn": state.outright,
        "positions_bn": state.positions.sum(axis=0),
        "initial_margin_bn": _posted(m, state, f),
    }


def _posted(m: Market, state: State, f: Figures) -> float:
    """Initial margin on the positions of the close, $bn."""
    mixes = (m.basis_mix, m.wedges.swap_spread_mix, m.wedges.off_the_run_mix)
    return sum(
        held * margin(m, f.margins.unit, j, tuple(m.contracts[n]) if j == 0 else mixes[j])
        for n, row in enumerate(state.positions)
        for j, held in enumerate(row)
    )


def _terms(m: Market, f: Figures) -> dict[str, Any]:
    funding, n_sd = f.funding, m.margins.margin_standard_deviations
    clients = funding.client_sales
    return {
        "margin_pct": [100 * x for x in world_margins(m, f.margins.unit)],
        "contract_margin_pct": [100 * n_sd[0] * x for x in f.margins.unit],
        "haircut_pct": 100 * f.margins.haircut,
        "repo_spread_bp": funding.spread,
        "repo_charge_bp": funding.passed_on,
        "facility_bn": funding.facility.fill,
        "missing_funding_bn": funding.missing + funding.need.unlent - funding.facility.direct_first,
        "unlent_bn": funding.need.unlent,
        "unfunded_share": funding.missing_share,
        "client_sales_bn": [clients * share for share in FLOW_SHARES],
        "dealer_award_pct": 100 * f.issue.share,
        "auction_tail_bp": f.issue.tail,
        "excess_award_bn": f.issue.excess,
    }


def _prices(m: Market, f: Figures) -> dict[str, Any]:
    curve = f.curve
    above = f.rules.charge * np.expm1(f.outcome.trade.log_charge)
    sigma = volatility(m, curve.variance)
    loss, every = price_loss(f.wedges, above), (1.0, 1.0, 1.0, 1.0)
    return {
        "price_loss_points": loss,
        "market_penalty_bp": [
            basis(m, f.wedges, above),
            loss[1] / points(m, 1, every),
            loss[2] / points(m, 2, every),
        ],
        "yield_pct": [y / 100 for y in curve.yields],
        "fundamentals_bp": curve.fundamentals,
        "term_premium_bp": curve.term_premium,
        "policy_signal_bp": curve.signal,
        "dysfunction_bp": curve.dysfunction,
        "dislocation_bp": curve.swap_gap,
        "off_the_run_bp": curve.pairs_gap,
        "basis_bp": basis(m, f.wedges, above),
        "fed_easing_bp": curve.easing,
        "volatility_bp": sigma[2],
        "volatility_by_tenor_bp": sigma,
        "depth_mn": curve.depth_mn,
    }


def _given(today: Shocks, f: Figures) -> dict[str, Any]:
    return {
        "real_money_sales_bn": today.real_money_sales,
        "client_financing_bn": f.funding.financing,
        "money_fund_run_bn": today.money_fund_run,
        "cash_drain_bn": today.cash_drain,
        "desired_longs_bn": today.desired_longs,
    }


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
    """Shocks (of the central path without a seed) and orders of each day."""
    drawn = shocks.central(world.scenario) if seed is None else shocks.draw(world.scenario, seed, 0, WIDTH)
    for number in range(1, world.scenario.days + 1):
        today = {name: getattr(drawn, name)[number - 1] for name in SHOCKS}
        today = {n: np.repeat(v, WIDTH, axis=-1) if v.shape[-1] == 1 else v for n, v in today.items()}
        size = sum(a.size_bn for a in world.scenario.auctions if a.day == number)
        seen = 100 * np.array(world.scenario.observed_yields_pct[number])[:, None] if invert else None
        yield market.Today(**today, auction_size=size, observed_yields=seen), plan[number - 1]


def compare_days(
    world: World, plan: Any, seed: int | None, tally: Counter[str], invert: bool = False
) -> list[str]:
    """Every day from the engine's own opening state, and the whole run from day 0, for the watched columns."""
    m, s, problems = market_of(world), stack([world]), []
    state = market.opening(s, WIDTH)
    chained = {k: opening(m) for k in WATCHED}
    steady = dict.fromkeys(WATCHED, True)
    for k in WATCHED:
        problems += disagreements(state_of(state, k)._asdict(), chained[k]._asdict(), 1e-12, "opening")
    for number, (today, given) in enumerate(days_of(world, plan, seed, invert), 1):
        before, (state, figures) = state, market.step(s, state, today, given)
        for k in WATCHED:
            day_shocks, day_orders = shocks_of(today, k), orders_of(given, k)
            opened = state_of(before, k)
            problems += compare_one(
                m, opened, day_shocks, day_orders, state, figures, k, tally, f"day {number}"
            )
            at_open = chained[k]
            chained[k], f = day(m, at_open, day_shocks, day_orders)
            steady[k] &= closest_jump(at_open, day_orders, f) > NEAR
            if steady[k]:
                problems += disagreements(
                    state_of(state, k)._asdict(), chained[k]._asdict(), 1e-6, f"run to day {number}"
                )
    tally["runs"] += len(WATCHED)
    tally["runs set aside"] += sum(not x for x in steady.values())
    return problems


def compare_one(
    m: Market, opened: State, today: Shocks, given: Orders, state: market.MarketState, figures: dict[str, Any], k: int,
    tally: Counter[str], at: str,
) -> list[str]:  # fmt: skip
    """One day from the same opening state: every figure and the next state."""
    after, f = day(m, opened, today, given)
    note_what_happened(tally, opened, given, f)
    if closest_jump(opened, given, f) <= NEAR:
        tally["days set aside"] += 1
        return []
    want = expected(m, opened, today, after, f)
    known = set(want) | BEFORE_DELIVERY | NOT_A_NUMBER_OF_THE_MODEL
    assert set(figures) == known, set(figures) ^ known
    problems = disagreements(figures_at(figures, want, k), want, 1e-9, at)
    return problems + disagreements(state_of(state, k)._asdict(), after._asdict(), 1e-9, at + " state")


def note_what_happened(tally: Counter[str], opened: State, given: Orders, f: Figures) -> None:
    """Count what the random days exercise."""
    tally["days"] += 1
    for event, happened in (_market_events(f) | _auction_events(f) | _funding_events(given, f)).items():
        tally[event] += bool(happened)
    tally["delivery"] += opened.days_to_delivery == 0
    tally["public delivers"] += opened.days_to_delivery == 0 and opened.hedged[0] + opened.vehicle[0] != 0


def _market_events(f: Figures) -> dict[str, Any]:
    trade, total = f.outcome.trade, sum(f.outcome.by_strategy)
    return {
        "forced sales": f.outcome.first_round > 0,
        "cascades": total > f.outcome.first_round + 1,
        "defaults": any(e < 0 for e in f.settled.equity),
        "wiped out": any(
            e <= 0 and s == 1 for e, s in zip(f.settled.before_auction, f.outcome.shares, strict=True)
        ),
        "floor": trade.uncapped > f.line.cap,
        "dealers sold out": trade.log_charge == f.line.low < 0,
        "slow investors buy": f.line.slow > 1e-3,
        "slow investors sell": f.line.slow < -1e-3,
        "sourced from the unhurried": f.line.sourced_bonds > 0,
        "issues": f.issue.share > 0,
        "pairs beyond dealers' stock": f.line.pairs_beyond > 1 and max(f.outcome.by_strategy) > 1,
        "nothing required": not f.funds.requirement.any() and total < sum(f.funds.book),
    }


def _auction_events(f: Figures) -> dict[str, Any]:
    trade = f.outcome.trade
    taken = max(trade.taken) > 0
    return {
        "take-up": taken,
        "rationed": taken and trade.left == 0,
        "pay as bid": taken and f.auction.pay_as_bid,
        "dealers' bundles": trade.bundles > 0,
        "both at the reserve": taken and trade.left > 0 and 0 < trade.bundles < f.line.bonds,
    }


def _funding_events(given: Orders, f: Figures) -> dict[str, Any]:
    facility = f.funding.facility
    soft = given.repo_slope < TAKEN_IN_FULL
    return {
        "facility": sum(facility.fill) > 0,
        "taken softly": sum(facility.fill) > 0 and soft,
        "taken in full": sum(facility.fill) > 0 and not soft,
        "below calm": sum(facility.fill) > 0 and facility.prices[1] < 0,
        "through dealers": facility.fill[0] > 0,
        "direct lending": facility.fill[2] > facility.direct_first,
        "direct first": facility.direct_first > 0,
        "unlent": f.funding.need.unlent > 0,
        "missing cash": f.funding.missing > 0,
        "clients sell": f.funding.client_sales > 0,
        "dealers lack cash": f.funding.missing_dealers > 0,
    }


def side_by_side(left: orders.Orders, right: orders.Orders) -> orders.Orders:
    """Two programmes next to each other, as the simulation lays its arms."""
    return orders.side_by_side([left, right], [3, WIDTH - 3])
