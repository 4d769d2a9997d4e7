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
from models.stack import Array, Flags, Indices
from models.wedges import Wedges

TINY_CHARGE = 1e-6
EQUALLY_PRESSED = 1e9  # sellers' shares nearer than a billionth rank alike, in the order of cohorts


@dataclass(frozen=True)
class Auction:
    """The day's auction in the closed form. `order` sorts strategies by when the market reaches the reserve."""

    capacity: Array  # $bn (column,)
    threshold: (
        Array  # forced sales the market takes before the reserve is reached, $bn (strategy, column), sorted
    )
    order: Indices  # strategy at each rank (strategy, column)
    dealer_log_charge: Array  # where dealers start to offer; infinite if they may not (column,)
    dealer_stock: Array  # $bn they can offer (column,)


def open_auction(
    orders: Orders, wedges: Wedges, line: ClearingLine, calm_charge: Array, stock: Array
) -> Auction | None:
    """Today's auction, or none if no capacity was ordered. `stock` is dealers' inventory on offer, $bn."""
    columns = line.rest.shape[-1]
    capacity = np.broadcast_to(orders.auction_capacity, (columns,))
    if not np.any(capacity > 0):
        return None
    reached = reserve_met(orders, wedges, line, calm_charge)
    order = np.argsort(reached, axis=0, kind="stable")
    ranked = np.take_along_axis(reached, order, axis=0)
    bonds = np.minimum(reached[0], reached[1])  # dealers offer hedged bonds, never their pairs
    dealers = np.where(np.broadcast_to(orders.dealers_eligible, (columns,)) > 0, bonds, np.inf)
    return Auction(capacity, line.sales_at(ranked), order, dealers, np.maximum(stock, 0.0))


def reserve_met(orders: Orders, wedges: Wedges, line: ClearingLine, calm_charge: Array) -> Array:
    """ln(λ/λ₀) from which the vehicle buys each strategy (strategy, column).

    Infinite for strategies that are not eligible, and where the reserve lies beyond the floor under prices.
    """
    reached = reserve_log_charge(orders.reserve_discount, wedges, calm_charge)
    eligible = np.broadcast_to(orders.eligible, reached.shape) > 0
    return np.where(eligible & (reached <= line.cap), reached, np.inf)


def reserve_log_charge(reserve: Array | float, wedges: Wedges, calm_charge: Array) -> Array:
    """ln(λ/λ₀) at which each strategy's market discount reaches the reserve, (strategy, column).

    Infinite if the trade does not load on λ, floored just above a zero charge if it is there already.
    """
    gap = reserve - wedges.own
    slope = np.broadcast_to(wedges.slope, gap.shape)
    above = np.where(gap > 0, np.inf, -np.inf)
    np.divide(gap, slope, out=above, where=slope > 0)
    return np.log(np.maximum(calm_charge + above, TINY_CHARGE) / calm_charge)


def take_up(auction: Auction, by_strategy: Array, forced: Array) -> tuple[Array, Array]:
    """Bundles the vehicle buys from funds by strategy (strategy, column) and its capacity left (column,), $bn.

    a = min(capacity, eligible sales, (sales − F*)⁺), strategy by strategy from the one whose reserve is met first.
    """
    offered = np.take_along_axis(by_strategy, auction.order, axis=0)
    left, market, taken = auction.capacity, forced, np.empty_like(offered)
    for rank in range(offered.shape[0]):
        bought = np.minimum(
            np.minimum(left, offered[rank]), np.maximum(market - auction.threshold[rank], 0.0)
        )
        left, market, taken[rank] = left - bought, market - bought, bought
    out = np.empty_like(taken)
    np.put_along_axis(out, auction.order, taken, axis=0)
    return out, left


def dealer_offers(auction: Auction, line: ClearingLine, market_sales: Array, left: Array) -> Array:
    """What dealers sell to the vehicle: at most what brings the market back to the reserve, $bn (column,)."""
    excess = (line.uncapped(market_sales) - auction.dealer_log_charge) * line.depth
    return np.maximum(np.minimum(np.minimum(left, auction.dealer_stock), excess), 0.0)


@dataclass(frozen=True)
class Clearing:
    """The auction's result by cohort: $bn sold and the discount in points per 100, 0 where nothing is (cohort, column)."""

    sold: Array
    discount: Array


def clear(
    offers: Array,
    urgency: Array,
    quantity: Array,
    market_discount: Callable[[Array], Array],
    reserve: Array | float,
    pay_as_bid: Array | float,
    rationed: Flags,
) -> Clearing:
    """Clear one strategy's offers (cohort, column), most urgent sellers first, for the quantity that meets the reserve.

    Each cohort offers at what the market would give once those more urgent have sold: `market_discount` turns
    bundles already taken ($bn) into the discount of the next one, which falls as more are taken. The last offer
    accepted sets the stop-out discount: the reserve with spare capacity, the market's own where `rationed`.
    """
    rank = np.argsort(-np.floor(urgency * EQUALLY_PRESSED + 0.5), axis=0, kind="stable")
    sorted_offers = np.take_along_axis(offers, rank, axis=0)
    before = np.cumsum(sorted_offers, axis=0) - sorted_offers
    accepted = np.clip(quantity - before, 0.0, sorted_offers)
    bids = np.maximum(market_discount(before + accepted), reserve)
    stop_out = np.where(rationed, np.maximum(market_discount(quantity[None]), reserve), reserve)
    paid = np.where(np.asarray(pay_as_bid) > 0, bids, stop_out)
    sold, discount = np.empty_like(accepted), np.empty_like(accepted)
    np.put_along_axis(sold, rank, accepted, axis=0)
    np.put_along_axis(discount, rank, np.where(accepted > 0, paid, 0.0), axis=0)
    return Clearing(sold, discount)
