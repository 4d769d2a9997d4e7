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
from models.reference.funding import TAKEN_IN_FULL
from models.reference.market import Figures, day, opening
from models.reference.parameters import Market
from models.reference.reading import market_of
from models.reference.recorded import recorded
from models.reference.state import Orders, Shocks, State
from models.scenario import SHOCKS, World
from models.stack import stack

WIDTH = 8
WATCHED = (0, 3)
NEAR = 1e-6
NOT_A_NUMBER_OF_THE_MODEL = {"rounds", "converged"}
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
    want = recorded(m, opened, today, given, f, after)._asdict()
    known = set(want) | NOT_A_NUMBER_OF_THE_MODEL
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
