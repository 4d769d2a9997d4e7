"""The hedged auction: the vehicle buys bundles of a long bond and its hedge from the reserve discount on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.reference.arithmetic import (
    BASIS,
    DAYS_A_YEAR,
    PAIRS,
    SWAP,
    Array,
    Three,
    clip,
    positive,
    put3,
    sum3,
)
from models.reference.dealers import Line, Rules, above_calm, bounded, straight
from models.reference.parameters import Market
from models.reference.state import Orders, State
from models.reference.wedges import Wedges, points, price_loss

if TYPE_CHECKING:
    from models.reference.cascade import Outcome

TINY_CHARGE_BP = 1e-6


class Auction(NamedTuple):
    """What the vehicle offers to do: capacity, reserve, and where the market reaches it by strategy."""

    capacity: float  # $bn
    reserve: Three  # points
    reached: Three  # ln(λ_π/λ_r), infinite where not eligible
    threshold: Three  # F*, $bn
    dealers: bool
    pay_as_bid: bool


def auction_today(
    market: Market, state: State, rules: Rules, orders: Orders, wedges: Wedges, line: Line
) -> Auction:
    """The day's auction."""
    years = max(state.days_to_delivery, 1) / DAYS_A_YEAR
    every = (1.0, 1.0, 1.0, 1.0)
    reserve = (
        min(orders.reserve_discount, orders.reserve_penalty[BASIS] * years / 100),
        min(orders.reserve_discount, orders.reserve_penalty[SWAP] * points(market, SWAP, every)),
        min(orders.reserve_discount, orders.reserve_penalty[PAIRS] * points(market, PAIRS, every)),
    )
    reached = (
        reserve_reached(rules, orders, reserve, wedges, line, 0),
        reserve_reached(rules, orders, reserve, wedges, line, 1),
        reserve_reached(rules, orders, reserve, wedges, line, 2),
    )
    threshold = (
        sales_to_reserve(line, reached[0]),
        sales_to_reserve(line, reached[1]),
        sales_to_reserve(line, reached[2]),
    )
    return Auction(
        positive(orders.auction_capacity), reserve, reached, threshold, orders.dealers_eligible > 0,
        orders.pay_as_bid > 0,
    )  # fmt: skip


def reserve_reached(
    rules: Rules, orders: Orders, reserve: Three, wedges: Wedges, line: Line, j: int
) -> float:
    """ln(λ_π/λ_r) at which the market's discount on strategy j equals the reserve; infinite if it never does."""
    gap = reserve[j] - wedges.own[j]
    if orders.eligible[j] <= 0:
        return math.inf
    if wedges.slope[j] <= 0:
        return math.inf if gap > 0 else math.log(TINY_CHARGE_BP / rules.charge)
    reached = math.log(max(rules.charge + gap / wedges.slope[j], TINY_CHARGE_BP) / rules.charge)
    return reached if reached <= line.cap else math.inf


def sales_to_reserve(line: Line, reached: float) -> float:
    """F*: forced sales that the market takes before the reserve is reached, $bn."""
    room = reached * line.depth - line.rest
    if reached <= line.low or room <= 0:
        return 0.0
    return room / line.per_sale if line.per_sale > 0 else math.inf


def served(auction: Auction, rank: int) -> int:
    """The strategy served at a rank: rising λ_π, ties in the order of strategies."""
    for j in range(3):
        ahead = 0
        for k in range(3):
            tied = auction.reached[k] == auction.reached[j] and k < j
            if auction.reached[k] < auction.reached[j] or tied:
                ahead += 1
        if ahead == rank:
            return j
    return 0


def dealers_bundle(auction: Auction) -> int:
    """What dealers offer: the basis or the swap-spread bundle, whichever reserve is met first; never pairs."""
    return BASIS if auction.reached[BASIS] <= auction.reached[SWAP] else SWAP


class Trade(NamedTuple):
    """One clearing of the market."""

    taken: Three  # by the vehicle from funds, $bn
    bundles: float  # by the vehicle from dealers, $bn
    left: float  # of the vehicle's capacity, $bn
    uncapped: float  # ℓ̂
    log_charge: float  # ℓ


def trade(auction: Auction, line: Line, by_strategy: Three) -> Trade:
    """Clear the market for given forced sales by strategy, $bn."""
    unsold, left, taken = sum3(by_strategy), auction.capacity, (0.0, 0.0, 0.0)
    if auction.capacity > 0:
        for rank in range(3):
            j = served(auction, rank)
            bought = min(left, by_strategy[j], positive(unsold - auction.threshold[j]))
            taken = put3(taken, j, bought)
            left, unsold = left - bought, unsold - bought
    bundles = dealers_offer(auction, line, unsold, left)
    uncapped = straight(line, unsold) - bundles / line.depth
    return Trade(taken, bundles, left - bundles, uncapped, bounded(line, uncapped))


def dealers_offer(auction: Auction, line: Line, unsold: float, left: float) -> float:
    """Dealers' own bundles, at most what brings the market back to the reserve of the bundle they offer, $bn."""
    reached = auction.reached[dealers_bundle(auction)]
    if not auction.dealers or left <= 0 or reached == math.inf:
        return 0.0
    return positive(min(left, positive(line.bonds), (straight(line, unsold) - reached) * line.depth))


class Payment(NamedTuple):
    """What the auction pays, $bn."""

    gain: Array  # of each cohort over the market's own discount (cohort,)
    discount: Three  # earned by the vehicle, by strategy
    dealers_gain: float
    from_dealers: Three  # bundles by strategy


def payments(
    state: State, rules: Rules, auction: Auction, line: Line, wedges: Wedges, outcome: Outcome
) -> Payment:
    """Pay sellers: the reserve with capacity to spare, else the market's own discount, or each its own offer."""
    gain, result = np.zeros(len(outcome.shares)), outcome.trade
    mark = price_loss(wedges, above_calm(rules, result.log_charge))
    rationed = result.left <= 0
    discount = (0.0, 0.0, 0.0)
    for j in range(3):
        if result.taken[j] > 0:
            paid = pay_funds(state, rules, auction, line, wedges, outcome, j, mark[j], rationed, gain)
            discount = put3(discount, j, paid)
    from_dealers, dealers_gain = (0.0, 0.0, 0.0), 0.0
    if result.bundles > 0:
        j = dealers_bundle(auction)
        price = max(mark[j], auction.reserve[j]) if rationed else auction.reserve[j]
        from_dealers = put3(from_dealers, j, result.bundles)
        discount = put3(discount, j, discount[j] + result.bundles * price / 100)
        dealers_gain = result.bundles * (mark[j] - price) / 100
    return Payment(gain, discount, dealers_gain, from_dealers)


def pay_funds(
    state: State, rules: Rules, auction: Auction, line: Line, wedges: Wedges, outcome: Outcome, j: int, mark: float,
    rationed: bool, gain: Array,
) -> float:  # fmt: skip
    """Accept offers in strategy j from the most pressed cohort on; adds to `gain`, returns the vehicle's discount, $bn."""
    ahead, earned = 0.0, 0.0
    order = most_pressed_first(outcome.shares)
    for rank in range(len(order)):
        n = order[rank]
        offer = state.positions[n, j] * outcome.shares[n]
        sold = clip(outcome.trade.taken[j] - ahead, 0.0, offer)
        ahead += offer
        if sold > 0:
            bought = ahead - offer + sold if auction.pay_as_bid else outcome.trade.taken[j]
            price = auction.reserve[j]
            if auction.pay_as_bid or rationed:
                price = max(market_discount(rules, line, wedges, outcome, j, bought), auction.reserve[j])
            gain[n] += sold * (mark - price) / 100
            earned += sold * price / 100
    return earned


def pressure(share: float) -> float:
    """A share of the book to nine decimals: nearer than that, cohorts are equally pressed."""
    return math.floor(share * 1e9 + 0.5)


def most_pressed_first(shares: Array) -> Array:
    """Cohorts by falling share of the book to sell; ties in the order of cohorts."""
    order = np.arange(len(shares))
    for i in range(1, len(shares)):
        k = i
        while k > 0 and pressure(shares[order[k]]) > pressure(shares[order[k - 1]]):
            order[k], order[k - 1] = order[k - 1], order[k]
            k -= 1
    return order


def market_discount(
    rules: Rules, line: Line, wedges: Wedges, outcome: Outcome, j: int, bought: float
) -> float:
    """The market's discount on strategy j once the vehicle has `bought` of it and all it takes of the others, points."""
    result = outcome.trade
    elsewhere = sum3(result.taken) - result.taken[j]
    uncapped = straight(line, sum3(outcome.by_strategy) - elsewhere - bought) - result.bundles / line.depth
    return wedges.own[j] + wedges.slope[j] * above_calm(rules, bounded(line, uncapped))
