"""The fire sale within a day: losses force sales, sales move dealers' charge, the charge makes losses.

Starting from no sales, rounds climb to the least fixed point (Tarski): the smallest crisis consistent with
everyone's constraints. Without an auction a round may leap: sales are convex in the logarithm of the charge until some
cohort has sold everything, so a tangent drawn from below never passes the fixed point. A path leaves at its own
convergence, so its numbers never depend on its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.auction import Bidding, Offer, Purchases, bidding, purchases
from models.dealers import ClearingLine
from models.hedge_funds import Constraints
from models.stack import Array, Flags, Indices

TOLERANCE_BN = 1e-10
MAX_ROUNDS = 1000
MOST = 0.5  # where a smaller part of the columns still climbs, it goes on without the others
STEEPEST = 0.999  # of a tangent: beyond it a leap is as long as if it were this
NARROW = 32  # unless there are so few columns that cutting costs more than carrying them


@dataclass(frozen=True)
class Cleared:
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


@dataclass(frozen=True)
class _Problem:
    """Everything a round needs, for all columns or for those still climbing."""

    constraints: Constraints
    line: ClearingLine
    bid: Bidding | None

    def round(self, log_charge: Array) -> _Round:
        """What must be sold at a charge, and the market with it."""
        sales = self.constraints.sales(np.exp(log_charge))
        return self.cleared(sales, np.add.reduce(sales, axis=0))

    def onward(self, begun: Array, log_charge: Array) -> tuple[Array, _Round]:
        """The round after one that began at `begun` and ended at `log_charge`: where it begins, and what it finds.

        It begins along the tangent, unless some cohort would then have sold everything or an auction is open.
        """
        multiple = np.exp(begun)
        rise, left = self.constraints.tangent(multiple)
        steep = np.minimum(self.line.per_sale * rise * multiple / self.line.depth, STEEPEST)
        leap = self.line.bounded(begun + np.maximum(log_charge - begun, 0.0) / (1 - steep))
        sales = self.constraints.sales(np.exp(leap))
        plain = np.any((sales >= self.constraints.book) & left, axis=0)
        if self.bid is not None:
            plain |= self.bid.capacity > 0
        if plain.any():
            leap = np.where(plain, log_charge, leap)
            sales = self.constraints.sales(np.exp(leap))
        return leap, self.cleared(sales, np.add.reduce(sales, axis=0))

    def cleared(self, sales: Array, total: Array) -> _Round:
        """The market for given forced sales, of which the vehicle may take a part."""
        if self.bid is None:
            bought, uncapped = None, self.line.uncapped(total)
        else:
            bought = purchases(self.bid, self.line, sales, total)
            uncapped = self.line.uncapped(bought.unsold) - bought.from_dealers / self.line.depth
        return _Round(sales, total, bought, self.line.bounded(uncapped), uncapped)


@dataclass(frozen=True)
class _Round:
    """Forced sales of one round and where the market clears."""

    sales: Array
    total: Array
    bought: Purchases | None
    log_charge: Array
    uncapped: Array


@dataclass(frozen=True)
class _Climb:
    """How far each column has come."""

    begun: Array  # ln(λ/λ_r) at which its last round began
    log_charge: Array  # and ended
    total: Array  # sales in that round
    rounds: Array
    climbing: Flags


def cascade(constraints: Constraints, line: ClearingLine, positions: Array, auction: Offer | None) -> Cleared:
    """Climb to the least fixed point. `positions` are funds' books by strategy (strategy, cohort, column).

    A day on which the first round forces no sale costs one round. Paths that need more than `MAX_ROUNDS` are
    returned as they stand and flagged.
    """
    bid = None if auction is None else bidding(auction, positions, constraints.book)
    problem = _Problem(constraints, line, bid)
    nothing = np.zeros_like(constraints.book)
    start = problem.cleared(nothing, nothing[0]).log_charge
    first = last = problem.round(start)
    at = _Climb(start, first.log_charge, first.total, np.ones_like(start), first.total >= TOLERANCE_BN)
    if at.climbing.any():
        some = _still(at.climbing)
        part = _cut(problem, some)
        end = _climb(_without_idle_auction(part), _cut(at, some))
        at, last = _joined(at, some, end), _joined(first, some, part.round(end.begun))
    vehicle, from_dealers, left = _bought(last, auction)
    return Cleared(
        sales=last.sales, vehicle=vehicle, dealer_bundles=from_dealers, capacity_left=left, log_charge=last.log_charge,
        uncapped=last.uncapped, first_round=first.total, rounds=at.rounds, converged=np.asarray(~at.climbing, float),
    )  # fmt: skip


def _climb(problem: _Problem, at: _Climb, number: int = 1) -> _Climb:
    """Rounds after the first `number`, until no column's sales rise."""
    begun, rounds, log_charge, total, climbing = at.begun, at.rounds, at.log_charge, at.total, at.climbing
    while number < MAX_ROUNDS and (count := int(np.count_nonzero(climbing))):
        if _few(count, climbing.size):
            at = _Climb(begun, log_charge, total, rounds, climbing)
            some = _still(climbing)
            part = _without_idle_auction(_cut(problem, some))
            return _joined(at, some, _climb(part, _cut(at, some), number))
        number += 1
        begins, now = problem.onward(begun, log_charge)
        np.copyto(begun, begins, where=climbing)
        np.copyto(rounds, number, where=climbing)
        climbing = climbing & (now.total - total >= TOLERANCE_BN)
        log_charge, total = now.log_charge, now.total
    return _Climb(begun, log_charge, total, rounds, climbing)


def _without_idle_auction(problem: _Problem) -> _Problem:
    """The same problem without an auction that has no capacity in any of its columns (other policies' have)."""
    idle = problem.bid is not None and not np.any(problem.bid.capacity > 0)
    return replace(problem, bid=None) if idle else problem


def _few(count: int, columns: int) -> bool:
    """Whether so few columns still climb that they had better go on without the others."""
    return columns > NARROW and count < MOST * columns


def _still(climbing: Flags) -> Indices:
    """Columns that still climb, or all while most do; never one alone: sums over one may be ordered differently."""
    chosen = np.flatnonzero(climbing)
    if not _few(chosen.size, climbing.size):
        return np.arange(climbing.size)
    return chosen if chosen.size > 1 else np.array([chosen[0], chosen[0] - 1 if chosen[0] else 1])


def _cut(value: Any, columns: Indices) -> Any:
    """Arrays, alone or in dataclasses, cut to some columns. `take` keeps the path axis contiguous, as sums need it."""
    if isinstance(value, np.ndarray):
        return value if columns.size == value.shape[-1] else value.take(columns, axis=-1)
    return value and type(value)(*(_cut(part, columns) for part in vars(value).values()))


def _joined(whole: Any, columns: Indices, part: Any) -> Any:
    """The reverse: arrays with some columns taken over from a part; what is given stays as it is."""
    if not isinstance(whole, np.ndarray):
        pairs = zip(vars(whole).values(), vars(part).values(), strict=True) if whole else ()
        return whole and type(whole)(*(_joined(one, columns, other) for one, other in pairs))
    if columns.size == whole.shape[-1]:
        return part
    out = whole.copy()
    out[..., columns] = part
    return out


def _bought(last: _Round, auction: Offer | None) -> tuple[Array, Array, Array]:
    """The vehicle's purchases from funds by strategy and from dealers, and its capacity left."""
    if auction is None or last.bought is None:
        none = np.zeros((3, last.total.size))
        return none, none[0], none[0]
    return auction.by_strategy(last.bought.from_funds), last.bought.from_dealers, last.bought.left
