"""Repo funding: cash has a price. What private lenders lend, what a facility adds, and what nobody funds at any price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.dealers import Rules
from models.orders import Orders
from models.stack import Array, Group

TAKEN_IN_FULL = 1e6  # $bn per bp: a facility so wanted that its price binds
LEAST_WIDTH_BN = 1.0
CLEARED, DIRECT, DEALERS = 1, 2, 0  # rows of the facility's forms


@dataclass(frozen=True)
class Need:
    """Repo to be funded today, $bn (column,)."""

    funds: Array
    clients: Array
    inventory: Array  # dealers' bonds above normal
    own_bonds: Array  # all of dealers' bonds, on their balance sheet whoever finances them
    cash: Array  # what private lenders lend at the calm price
    lending_limit: Array  # the most that dealers are willing to lend funds

    @property
    def unlent(self) -> Array:
        """What dealers will not lend funds though they have the cash."""
        return np.maximum(self.funds - self.lending_limit, 0.0)

    @property
    def lent(self) -> Array:
        """What they lend funds."""
        return self.funds - self.unlent

    @property
    def total(self) -> Array:
        """What lenders and the facility are asked for."""
        return self.lent + np.maximum(self.clients, 0.0) + self.inventory


@dataclass(frozen=True)
class Yesterday:
    """Dealers at yesterday's close: their charge, and what another dollar of balance sheet costs them, over calm, bp. (column,)."""

    above: Array
    marginal: Array


@dataclass(frozen=True)
class Facility:
    """What an open facility lends: `fill` by form (access, column), the rest by offer as they are served (offer, column).

    Offers are cleared loans, direct ones, dealers' loans on their own bonds, and dealers' loans beyond those.
    """

    fill: Array  # $bn through dealers, cleared, direct
    taken: Array  # $bn, beside what is lent where dealers will not lend
    price: Array  # bp over calm, with stigma and what the offer saves or costs those who borrow
    most: Array  # $bn
    left: Array  # $bn still beyond slack once the offer is taken


@dataclass(frozen=True)
class RepoDay:
    """The day's funding, all known at the open. Shapes (column,), `fill` (access, column)."""

    facility: Facility | None  # none where nothing is on offer
    beyond: Array  # $bn beyond slack that private lenders are asked for
    fill: Array  # $bn lent by the facility: through dealers, cleared, direct
    unlent: Array  # $bn that dealers will not lend funds though they have the cash
    missing: Array  # $bn that nobody funds: unlent and not lent direct, or rationed
    funds_share: Array  # unfunded part of repo to funds
    client_sales: Array  # $bn of bonds that clients sell because nobody finances them
    dealers_short: Array  # $bn of inventory that dealers cannot finance
    charge: Array  # bp, what dealers add for passing cash on
    spread: Array  # bp, funds' repo rate over the middle of the policy range
    footprint: Array  # $bn of dealers' balance sheet that the facility's forms add or free


@dataclass(frozen=True)
class Price:
    """Private lenders' premium over calm, p(x) = c·(exp(x/B) − 1) bp on the amount x ($bn) beyond slack. (column,)."""

    scale: Array  # c, bp
    width: Array  # B, $bn
    most: Array  # bp, beyond which they ration

    def __call__(self, amount: Array) -> Array:
        return self.scale * np.expm1(np.clip(amount, 0.0, self.limit) / self.width)

    @property
    def limit(self) -> Array:
        """The amount at which they ration, $bn."""
        return self.amount(self.most)

    def amount(self, premium: Array) -> Array:
        """The amount at which the premium is reached, $bn; zero where it is none."""
        return self.width * np.log1p(np.maximum(premium, 0.0) / self.scale)

    def soft_take_up(self, amount: Array, price: Array, slope: Array) -> Array:
        """What a facility lends that takes `slope` $bn for each bp of premium above its `price` (bp over calm).

        Solves f = slope·(p(x − f) − price)⁺ with Wright's omega function; with a price below calm the demand stays
        when the premium is gone.
        """
        from scipy.special import (
            wrightomega,
        )  # late: most runs open no such facility, and every start would wait for it

        per_unit = self.width / slope
        right = amount / slope + price + self.scale
        units = right / per_unit - wrightomega(right / per_unit + np.log(self.scale / per_unit))
        cost = self.scale * np.exp(units)  # a Newton step, for the digits lost where the slope is steep
        left = self.width * (units - (cost + per_unit * units - right) / (cost + per_unit))
        at_calm = slope * np.maximum(-price, 0.0)
        return np.where(left > 0, np.maximum(amount - left, 0.0), at_calm)


def price_of_cash(p: Group, opening_repo: Array) -> Price:
    """Lenders' schedule, scaled by the opening repo to funds."""
    width = np.maximum(p.scarcity_width * opening_repo, LEAST_WIDTH_BN)
    return Price(p.scarcity_bp, width, p.rationing_spread_bp)


def repo_day(
    p: Group,
    schedule: Price,
    need: Need,
    rules: Rules,
    before: Yesterday,
    orders: Orders,
) -> RepoDay:
    """Roll over the day's repo.

    Beyond slack, cash costs more. A facility's ceiling is soft and its use voluntary: it takes its slope times what cash
    costs above its price; funds, lent to direct, compare it with the market plus dealers' charge. Dealers first finance
    their own bonds with it, which takes no balance sheet; beyond these an un-netted loan replaces netted repo, and they
    add what that costs them at the margin (λ·(1 + k·U) over calm's). One taken in
    full lends whatever brings the market to its price, and all it has where that is below calm. What would cost more
    than lenders' most is rationed: dealers let bonds above their normal stock go first, then funds and clients pro rata. What dealers will not lend funds, only a
    facility open to funds can.
    """
    unlent, lent, total = need.unlent, need.lent, need.total
    beyond, unnetted = total - need.cash, np.zeros(total.shape)
    dealers_charge = p.charge_pass_through * rules.footprint * before.above
    fill, facility = np.zeros((3, total.shape[-1])), None
    if np.any(orders.repo_cap):
        facility = _facility(p, schedule, need, rules, before, orders)
        fill, beyond, unnetted = facility.fill, facility.left[-1], facility.taken[-1]
    rationed = np.maximum(beyond - schedule.limit, 0.0)
    short = np.minimum(rationed, need.inventory)  # dealers let their own bonds go before they cut others off
    share = _ratio(rationed - short, total - need.inventory)
    not_lent = unlent - np.minimum(unlent, fill[DIRECT])
    clients = np.maximum(need.clients, 0.0)
    return RepoDay(
        facility=facility,
        beyond=beyond,
        fill=fill,
        unlent=unlent,
        missing=rationed + not_lent,
        funds_share=np.minimum(_ratio(not_lent + share * lent, need.funds), 1.0),
        client_sales=share * clients,
        dealers_short=short,
        charge=np.broadcast_to(dealers_charge, total.shape),
        spread=p.calm_spread_bp + dealers_charge + schedule(beyond),
        footprint=unnetted * (1 - rules.footprint) - fill[DIRECT] * rules.footprint,
    )


def _facility(
    p: Group,
    schedule: Price,
    need: Need,
    rules: Rules,
    before: Yesterday,
    orders: Orders,
) -> Facility:
    """Lending by form, the cheapest for those who borrow first; dealers, who come last, leave what private lenders are asked for."""
    total = need.total
    caps = np.broadcast_to(orders.repo_cap, (3, total.shape[-1]))
    price = orders.repo_price - p.calm_spread_bp
    dearer = p.charge_pass_through * (1 - rules.footprint) * np.maximum(before.marginal, 0.0)
    own = np.minimum(need.own_bonds, caps[DEALERS])
    direct = np.minimum(need.unlent, caps[DIRECT])
    offers: tuple[tuple[int, Array | float, Array], ...] = (
        (CLEARED, 0.0, caps[CLEARED]),
        (
            DIRECT,
            -p.charge_pass_through * rules.footprint * before.above,
            np.minimum(caps[DIRECT] - direct, need.lent),
        ),
        (DEALERS, 0.0, own),
        (DEALERS, dearer, caps[DEALERS] - own),
    )
    fill: Array = np.zeros(caps.shape)
    fill[DIRECT] = direct
    beyond, room = total - need.cash, total
    shape = (len(offers), total.size)
    prices, most, left, taken = np.full(shape, np.inf), np.zeros(shape), np.empty(shape), np.zeros(shape)
    for k, (form, more, cap) in enumerate(offers):
        if np.any(caps[form]):
            before_own = (
                fill[form] if form == DEALERS else 0.0
            )  # one demand, at a higher price beyond own bonds
            prices[k], most[k] = price + more, np.minimum(cap, room)
            wanted = _wanted(schedule, beyond + before_own, room + before_own, prices[k], orders.repo_slope)
            taken[k] = np.clip(wanted - before_own, 0.0, most[k])
            fill[form] += taken[k]
            beyond, room = beyond - taken[k], room - taken[k]
        left[k] = beyond
    return Facility(fill, taken, prices, most, left)


def _wanted(schedule: Price, beyond: Array, room: Array, price: Array, slope: Array | float) -> Array:
    """What a form would lend without a cap, $bn (column,); `price` in bp over calm."""
    finite = np.isfinite(price)
    price = np.where(finite, price, schedule.most * 10)
    slope = np.broadcast_to(slope, beyond.shape)
    in_full = finite & (slope >= TAKEN_IN_FULL)
    dearer = (price < 0) | (beyond > schedule.amount(price))
    softly = finite & ~in_full & (slope > 0) & dearer
    wanted = np.zeros(beyond.shape)
    if in_full.any():
        wanted = np.where(in_full, np.where(price <= 0, room, beyond - schedule.amount(price)), wanted)
    if softly.any():
        wanted = np.where(softly, schedule.soft_take_up(beyond, price, np.maximum(slope, 1e-9)), wanted)
    return wanted


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
