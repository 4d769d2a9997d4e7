"""The fire sale within a day: losses force sales, sales move dealers' charge, the charge makes losses.

Starting from no sales, rounds climb to the least fixed point (Tarski): the smallest crisis consistent with
everyone's constraints. A path leaves at its own convergence, so its numbers never depend on its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from models.auction import Auction, dealer_offers, take_up
from models.dealers import ClearingLine
from models.hedge_funds import Constraints, required_sales
from models.stack import Array

TOLERANCE_BN = 1e-10
MAX_ROUNDS = 1000


@dataclass(frozen=True)
class Outcome:
    """Where the day's cascade ends. $bn; (cohort, column), (strategy, column) or (column,)."""

    sales: Array  # forced sales by cohort
    vehicle: Array  # of which bought by the vehicle, by strategy
    dealer_bundles: Array  # dealers' own bundles bought by the vehicle
    capacity_left: Array  # the vehicle's
    log_charge: Array
    uncapped: Array
    first_round: Array  # total sales in the first round
    rounds: Array
    converged: Array  # 1 where the last rise in sales was below the tolerance


@dataclass
class _Problem:
    """What is still climbing: everything a round needs, one entry per unfinished column."""

    gross: Array
    margin0: Array
    margin1: Array
    limit0: Array
    limit1: Array
    funding: Array
    calm_charge: Array
    rest: Array
    per_sale: Array
    depth: Array
    low: Array
    cap: Array
    mix: Array | None
    auction: Auction | None

    def line(self) -> ClearingLine:
        return ClearingLine(self.rest, self.per_sale, self.depth, self.low, self.cap)

    def keep(self, columns: Any) -> _Problem:
        """Those columns only. `take` keeps the path axis contiguous, so sums run in the same order for any width."""
        picked = {f.name: getattr(self, f.name) for f in fields(self)}
        cut = {k: v.take(columns, axis=-1) for k, v in picked.items() if isinstance(v, np.ndarray)}
        auction = self.auction and Auction(
            **{f.name: getattr(self.auction, f.name).take(columns, axis=-1) for f in fields(Auction)}
        )
        return _Problem(**{**picked, **cut, "auction": auction})


def cascade(
    funds: Constraints, line: ClearingLine, calm_charge: Array, mix: Array, auction: Auction | None
) -> Outcome:
    """Climb to the least fixed point. `mix` (strategy, cohort, column) is each cohort's book by strategy.

    A day on which the first round forces no sale costs one round. Paths that need more than `MAX_ROUNDS` are
    returned as they stand and flagged.
    """
    cohorts, columns = funds.gross.shape
    problem = _problem(funds, line, calm_charge, mix, auction)
    out = Outcome(
        sales=np.zeros((cohorts, columns)), vehicle=np.zeros((3, columns)), dealer_bundles=np.zeros(columns),
        capacity_left=np.zeros(columns), log_charge=np.zeros(columns), uncapped=np.zeros(columns),
        first_round=np.zeros(columns), rounds=np.zeros(columns), converged=np.zeros(columns),
    )  # fmt: skip
    index = np.arange(columns)
    live = np.ones(columns, bool)
    total = np.zeros(columns)
    sales = np.zeros((cohorts, columns))
    log_charge = _market(problem, sales, total)[-2]
    for rounds in range(1, MAX_ROUNDS + 1):
        charge = problem.calm_charge * (np.exp(log_charge) - 1)
        sales = required_sales(
            charge,
            problem.gross,
            problem.margin0,
            problem.margin1,
            problem.limit0,
            problem.limit1,
            problem.funding,
        )
        risen = np.add.reduce(sales, axis=0)
        result = _market(problem, sales, risen)
        if rounds == 1:
            out.first_round[:] = risen
        log_charge = result[-2]
        settled = risen - total < TOLERANCE_BN
        total = risen
        leaving = live & (settled if rounds < MAX_ROUNDS else True)
        if leaving.any():
            _store(out, index, leaving, sales, result, rounds, settled)
            live &= ~leaving
            if not live.any():
                break
            if live.sum() < 0.75 * live.size and live.size > 8:
                chosen = _at_least_two(live)
                problem, index, total, live = problem.keep(chosen), index[chosen], total[chosen], live[chosen]
                log_charge = log_charge[chosen]
    return out


def _problem(
    funds: Constraints, line: ClearingLine, calm_charge: Array, mix: Array, auction: Auction | None
) -> _Problem:
    wide = line.rest.shape
    return _Problem(
        gross=funds.gross, margin0=funds.margin_at_calm, margin1=funds.margin_slope, limit0=funds.limit_at_calm,
        limit1=funds.limit_slope, funding=funds.funding, calm_charge=np.broadcast_to(calm_charge, wide),
        rest=line.rest, per_sale=line.per_sale, depth=line.depth, low=line.low, cap=line.cap,
        mix=None if auction is None else mix, auction=auction,
    )  # fmt: skip


def _at_least_two(live: Any) -> Any:
    """Indices of live columns, never one alone: sums over a single column may be ordered differently."""
    chosen = np.flatnonzero(live)
    return chosen if chosen.size > 1 else np.array([chosen[0], chosen[0] - 1 if chosen[0] else 1])


_Result = tuple[Array | None, Array | None, Array | None, Array, Array]


def _market(p: _Problem, sales: Array, total: Array) -> _Result:
    """Clear the market for given forced sales: vehicle's take-up, dealers' offers, capacity left, ln λ/λ₀, uncapped."""
    line = p.line()
    if p.auction is None or p.mix is None:
        uncapped = line.uncapped(total)
        return None, None, None, line.bounded(uncapped), uncapped
    taken, left = take_up(p.auction, np.add.reduce(sales * p.mix, axis=1), total)
    market = total - (taken[0] + taken[1] + taken[2])
    bundles = dealer_offers(p.auction, line, market, left)
    uncapped = line.uncapped(market) - bundles / p.depth
    return taken, bundles, left - bundles, line.bounded(uncapped), uncapped


def _store(
    out: Outcome, index: Any, leaving: Any, sales: Array, result: _Result, rounds: int, settled: Any
) -> None:
    where = index[leaving]
    taken, bundles, left, log_charge, uncapped = result
    out.sales[:, where] = sales[:, leaving]
    if taken is not None and bundles is not None and left is not None:
        out.vehicle[:, where], out.dealer_bundles[where] = taken[:, leaving], bundles[leaving]
        out.capacity_left[where] = left[leaving]
    out.log_charge[where], out.uncapped[where] = log_charge[leaving], uncapped[leaving]
    out.rounds[where], out.converged[where] = rounds, settled[leaving]
