"""The hedged auction: a reverse auction with a reserve for bundles of a long bond and its hedge.

A fund that must sell compares the vehicle's discount with the market's. The closed form (`threshold`, `take_up`)
gives how much the vehicle buys; `clear` runs the auction over sorted offers and gives who sold and at what price.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.dealers import ClearingLine
from models.orders import Orders
from models.parameters.base import DAYS_A_YEAR
from models.stack import Array, Flags, Indices, Stack
from models.wedges import DayWedges

TINY_CHARGE = 1e-6
EQUALLY_PRESSED = 1e9  # sellers' shares nearer than a billionth rank alike, in the order of cohorts


@dataclass(frozen=True)
class DealerOffers:
    """What dealers offer the vehicle: `stock` ($bn) once the market is at `log_charge`, infinite if they may not (column,)."""

    log_charge: Array
    stock: Array


@dataclass(frozen=True)
class Offer:
    """The day's auction in the closed form. `order` sorts strategies by when the market reaches the reserve."""

    capacity: Array  # $bn (column,)
    threshold: (
        Array  # forced sales the market takes before the reserve is reached, $bn (strategy, column), sorted
    )
    order: Indices  # strategy at each rank (strategy, column)
    dealers: DealerOffers | None

    def by_strategy(self, ranked: Array) -> Array:
        """Amounts by rank (rank, column), perhaps of the first ranks only, laid out by strategy (strategy, column)."""
        out = np.zeros(self.order.shape)
        np.put_along_axis(out, self.order[: len(ranked)], ranked, axis=0)
        return out


def reserve_points(s: Stack, orders: Orders, years: float) -> Array | float:
    """The smallest discount at which the vehicle buys each strategy, points per 100: (strategy, column) or broadcast to it.

    A penalty in bp is worth what its wedge takes off the price (`points_per_bp`).
    """
    if np.all(np.isinf(orders.reserve_penalty)):
        return orders.reserve_discount
    return np.minimum(orders.reserve_discount, orders.reserve_penalty * points_per_bp(s, years))


def points_per_bp(s: Stack, years: float) -> Array:
    """Price loss of a bp of each strategy's wedge, points per 100 (strategy, column).

    T/100 for the basis with `years` T to delivery (a day at least), Σ mix·D/100 for the others.
    """
    basis = np.full(s.trade_weights[0, :1].shape, max(years, 1 / DAYS_A_YEAR) / 100)
    return np.concatenate([basis, np.add.reduce(s.trade_weights, axis=1)])


def open_auction(
    orders: Orders,
    reserve: Array | float,
    wedges: DayWedges,
    line: ClearingLine,
    calm_charge: Array,
    stock: Array,
) -> Offer | None:
    """Today's auction, or none if no capacity was ordered. `stock` is dealers' inventory on offer, $bn."""
    columns = line.rest.shape[-1]
    capacity = np.broadcast_to(orders.auction_capacity, (columns,))
    if not np.any(capacity > 0):
        return None
    reached = reserve_met(orders, reserve, wedges, line, calm_charge)
    order = np.argsort(reached, axis=0, kind="stable")
    threshold = line.sales_at(np.take_along_axis(reached, order, axis=0))
    return Offer(capacity, threshold, order, _dealer_offers(orders, reached, stock))


def _dealer_offers(orders: Orders, reached: Array, stock: Array) -> DealerOffers | None:
    """Dealers offer hedged bonds, never their pairs."""
    if not np.any(orders.dealers_eligible):
        return None
    bonds = np.minimum(reached[0], reached[1])
    return DealerOffers(
        np.where(np.asarray(orders.dealers_eligible) > 0, bonds, np.inf), np.maximum(stock, 0.0)
    )


def reserve_met(
    orders: Orders, reserve: Array | float, wedges: DayWedges, line: ClearingLine, calm_charge: Array
) -> Array:
    """ln(λ/λ_r) from which the vehicle buys each strategy (strategy, column).

    Infinite for strategies that are not eligible, and where the reserve lies beyond the floor under prices.
    """
    reached = reserve_log_charge(reserve, wedges, calm_charge)
    eligible = np.broadcast_to(orders.eligible, reached.shape) > 0
    return np.where(eligible & (reached <= line.cap), reached, np.inf)


def reserve_log_charge(reserve: Array | float, wedges: DayWedges, calm_charge: Array) -> Array:
    """ln(λ/λ_r) at which each strategy's market discount reaches the reserve, (strategy, column).

    Infinite if the trade does not load on λ, floored just above a zero charge if it is there already.
    """
    gap = reserve - wedges.own
    slope = np.broadcast_to(wedges.slope, gap.shape)
    above = np.where(gap > 0, np.inf, -np.inf)
    np.divide(gap, slope, out=above, where=slope > 0)
    return np.log(np.maximum(calm_charge + above, TINY_CHARGE) / calm_charge)


@dataclass(frozen=True)
class Bidding:
    """An auction with the books it may be offered, as the cascade's rounds need it: by rank, without those never met."""

    capacity: Array  # (column,)
    threshold: Array  # (rank, column)
    mix: Array  # part of each cohort's book in the strategy (rank, cohort, column)
    dealers: DealerOffers | None


def bidding(auction: Offer, positions: Array, book: Array) -> Bidding:
    """Funds' books (strategy, cohort, column), and each book's sum, in the auction's order."""
    ranks = np.count_nonzero(np.isfinite(auction.threshold).any(axis=1))
    held = np.take_along_axis(positions, auction.order[:ranks, None], axis=0)
    mix = np.divide(held, book, out=np.zeros_like(held), where=book > 0)
    return Bidding(auction.capacity, auction.threshold[:ranks], mix, auction.dealers)


@dataclass(frozen=True)
class Purchases:
    """What the vehicle buys at given forced sales, $bn (column,)."""

    from_funds: Array  # (rank, column)
    from_dealers: Array
    left: Array  # of its capacity
    unsold: Array  # forced sales that reach the market


def purchases(bid: Bidding, line: ClearingLine, sales: Array, total: Array) -> Purchases:
    """The vehicle's purchases where cohorts must sell `sales` (cohort, column), `total` in all.

    a = min(capacity, eligible sales, (sales − F*)⁺), strategy by strategy from the one whose reserve is met first.
    """
    left, unsold, bought = bid.capacity, total, np.zeros(bid.threshold.shape)
    if np.count_nonzero(total > bid.threshold[:1]):
        offered = np.einsum("nk,rnk->rk", sales, bid.mix)
        for rank, threshold in enumerate(bid.threshold):
            wanted = np.maximum(unsold - threshold, 0.0)
            bought[rank] = np.minimum(np.minimum(left, offered[rank]), wanted)
            left, unsold = left - bought[rank], unsold - bought[rank]
    dealers = _from_dealers(bid.dealers, line, unsold, left)
    return Purchases(bought, dealers, left - dealers, unsold)


def _from_dealers(offers: DealerOffers | None, line: ClearingLine, unsold: Array, left: Array) -> Array:
    """What dealers sell to the vehicle: at most what brings the market back to the reserve, $bn (column,)."""
    if offers is None:
        return np.zeros(unsold.shape)
    excess = (line.uncapped(unsold) - offers.log_charge) * line.depth
    return np.maximum(np.minimum(np.minimum(left, offers.stock), excess), 0.0)


@dataclass(frozen=True)
class Clearing:
    """The auction's result by cohort: $bn sold and the discount in points per 100, 0 where nothing is (cohort, column)."""

    sold: Array
    discount: Array


def most_pressed_first(share: Array) -> Indices:
    """Cohorts by falling share of the book that they must sell, ties in their order (rank, column)."""
    return np.argsort(-np.floor(share * EQUALLY_PRESSED + 0.5), axis=0, kind="stable")


def clear(
    offers: Array,
    rank: Indices,
    quantity: Array,
    market_discount: Callable[[Array], Array],
    reserve: Array | float,
    pay_as_bid: Array | float,
    rationed: Flags,
) -> Clearing:
    """Clear one strategy's offers (cohort, column) in the order of `rank` for the quantity that meets the reserve.

    Each cohort offers at what the market would give once those more urgent have sold: `market_discount` turns
    bundles already taken ($bn) into the discount of the next one, which falls as more are taken. The last offer
    accepted sets the stop-out discount: the reserve with spare capacity, the market's own where `rationed`.
    """
    sorted_offers = np.take_along_axis(offers, rank, axis=0)
    before = np.cumsum(sorted_offers, axis=0) - sorted_offers
    accepted = np.clip(quantity - before, 0.0, sorted_offers)
    paid = np.where(rationed, np.maximum(market_discount(quantity[None]), reserve), reserve)
    if np.any(pay_as_bid):
        bids = np.maximum(market_discount(before + accepted), reserve)
        paid = np.where(np.asarray(pay_as_bid) > 0, bids, paid)
    sold, discount = np.empty_like(accepted), np.empty_like(accepted)
    np.put_along_axis(sold, rank, accepted, axis=0)
    np.put_along_axis(discount, rank, np.where(accepted > 0, paid, 0.0), axis=0)
    return Clearing(sold, discount)
