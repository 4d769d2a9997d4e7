"""Repo: what private lenders' cash covers, what the next dollar costs, what a facility lends, who goes without."""

from __future__ import annotations

import math
from typing import NamedTuple

from models.reference.arithmetic import Array, Four, Three, positive, ratio, sum2, wright_omega
from models.reference.dealers import Rules
from models.reference.parameters import Market
from models.reference.state import Orders, Shocks, State

TAKEN_IN_FULL = 1e6  # $bn per bp: from here on a facility is taken for all that it is cheaper
LEAST_WIDTH_BN = 1.0
FLOW_SHARES: Four = (0.35, 0.3, 0.2, 0.15)  # tenors of what clients sell


class Premium(NamedTuple):
    """What cash costs over calm when x $bn are short: c·(e^(x⁺/width) − 1), bp."""

    scale: float  # c, bp
    width: float  # $bn


def premium_of(market: Market) -> Premium:
    """The premium's scale and its width, a share of opening repo."""
    f = market.funding
    return Premium(f.scarcity_bp, max(f.scarcity_width * market.opening_repo, LEAST_WIDTH_BN))


def price_of(premium: Premium, short: float) -> float:
    """The premium, bp; `short` no more than `shortage_at` a finite price, so that it is a number."""
    return premium.scale * math.expm1(positive(short) / premium.width) if premium.scale > 0 else 0.0


def shortage_at(premium: Premium, price: float) -> float:
    """Cash short at which the premium reaches a price that is not negative, $bn; infinite where it never rises."""
    return premium.width * math.log1p(price / premium.scale) if premium.scale > 0 else math.inf


class Need(NamedTuple):
    """What has to be financed today and what private lenders have, $bn."""

    repo: float  # R, of funds
    unlent: float  # of which dealers no longer lend
    clients: float  # B
    inventory: float  # V⁺
    total: float  # need
    cash: float


class Facility(NamedTuple):
    """What the facility lends, by form; $bn."""

    direct_first: float  # direct to funds that dealers no longer lend to
    fill: Three  # through dealers, cleared, direct with what came first
    unnetted: float  # through dealers beyond their own bonds
    short: float  # cash still missing, negative where there is more than enough
    prices: Three  # P′, what each form costs over calm, bp


class Funding(NamedTuple):
    """The day's repo."""

    need: Need
    facility: Facility
    repo: float  # R, $bn
    missing: float  # financed by nobody, without what dealers no longer lend, $bn
    missing_share: float  # of funds' book
    passed_on: float  # what dealers add for passing cash on, bp
    spread: float  # bp, over the middle of the policy range
    client_sales: float  # bonds that clients sell for want of financing, $bn
    financing: float  # of clients, after that, $bn
    missing_dealers: float  # of dealers' own inventory, $bn
    balance_sheet: float  # x, what the facility's forms add, $bn


def repo_to_funds(positions: Array, haircut: float) -> float:
    """R = ΣN·(1 − h), $bn."""
    return sum2(positions) * (1 - haircut)


def need_today(market: Market, state: State, shocks: Shocks, repo: float) -> Need:
    """What has to be financed, funds' `repo` in it, and what there is for it."""
    f, opening = market.funding, market.opening_repo
    unlent = positive(repo - (1 - shocks.dealer_lending_cut) * opening)
    clients = max(shocks.client_financing - state.client_sold, min(shocks.client_financing, 0.0))
    inventory = positive(state.inventory)
    cash = positive(opening + f.slack_bn - (1 - f.recycled_share) * shocks.money_fund_run - shocks.cash_drain)
    return Need(repo, unlent, clients, inventory, repo - unlent + positive(clients) + inventory, cash)


def funding_today(market: Market, state: State, orders: Orders, rules: Rules, need: Need) -> Funding:
    """Roll the day's repo over."""
    f, premium = market.funding, premium_of(market)
    passed_on = f.charge_pass_through * rules.footprint * state.above
    facility = facility_today(market, state, orders, rules, premium, need, passed_on)
    most = shortage_at(premium, f.rationing_spread_bp)
    missing = positive(facility.short - most)
    dealers = min(missing, need.inventory)
    share = ratio(missing - dealers, need.total - need.inventory)
    client_sales = share * positive(need.clients)
    without = need.unlent - facility.direct_first + share * (need.repo - need.unlent)
    return Funding(
        need=need,
        facility=facility,
        repo=need.repo,
        missing=missing,
        missing_share=min(ratio(without, need.repo), 1.0),
        passed_on=passed_on,
        spread=f.calm_spread_bp + passed_on + price_of(premium, min(facility.short, most)),
        client_sales=client_sales,
        financing=need.clients - client_sales,
        missing_dealers=dealers,
        balance_sheet=(1 - rules.footprint) * facility.unnetted - rules.footprint * facility.fill[2],
    )


def facility_today(
    market: Market, state: State, orders: Orders, rules: Rules, premium: Premium, need: Need, passed_on: float
) -> Facility:
    """Cleared, then direct, then through dealers, for their own bonds first: each at its price to whoever it is cheaper for."""
    base, cap = market.funding.calm_spread_bp, orders.repo_cap
    direct_first = min(need.unlent, cap[2])
    prices = (
        orders.repo_price + dealers_extra(market, state, rules) - base,
        orders.repo_price - base,
        orders.repo_price - passed_on - base,
    )
    short, left, slope = need.total - need.cash, need.total, orders.repo_slope
    cleared = lent(premium, cap[1], prices[1], slope, short, left)
    short, left = short - cleared, left - cleared
    to_funds = min(cap[2] - direct_first, need.repo - need.unlent)
    direct = lent(premium, to_funds, prices[2], slope, short, left)
    short, left = short - direct, left - direct
    bonds = min(positive(state.inventory + market.dealers.normal_inventory_bn), cap[0])
    own = lent(premium, bonds, prices[1], slope, short, left)
    through = max(own, lent(premium, cap[0], prices[0], slope, short, left))
    fill = (through, cleared, direct_first + direct)
    return Facility(direct_first, fill, positive(through - bonds), short - through, prices)


def dealers_extra(market: Market, state: State, rules: Rules) -> float:
    """What a dollar through dealers costs in balance sheet beyond calm, at yesterday's margin, bp."""
    return market.funding.charge_pass_through * (1 - rules.footprint) * positive(state.marginal)


def lent(premium: Premium, cap: float, price: float, slope: float, short: float, left: float) -> float:
    """One form's loans: what is asked for at `price` (bp over calm), at most its cap and what is `left` to finance."""
    if cap <= 0:
        return 0.0
    if slope >= TAKEN_IN_FULL:
        asked = left if price <= 0 else positive(short - shortage_at(premium, price))
    else:
        asked = taken_softly(premium, price, slope, short)
    return positive(min(asked, cap, left))


def taken_softly(premium: Premium, price: float, slope: float, short: float) -> float:
    """f = slope·(p(short − f) − price)⁺, $bn.

    With y = (short − f)/width > 0 it is c·e^y + (width/slope)·y = short/slope + price + c; with y ≤ 0 the premium is nil.
    """
    if slope <= 0 or (price >= 0 and short <= shortage_at(premium, price)):
        return 0.0
    if premium.scale <= 0:
        return -slope * price
    y = premium_exponent(premium, price, slope, short)
    return short - premium.width * y if y > 0 else positive(-slope * price)


def premium_exponent(premium: Premium, price: float, slope: float, short: float) -> float:
    """The y that solves it: Wright's omega, and a Newton step on the equation itself for its last digits."""
    c, per_y = premium.scale, premium.width / slope
    right = short / slope + price + c
    y = right / per_y - wright_omega(right / per_y + math.log(c / per_y))
    at = c * math.exp(y)
    return y - (at + per_y * y - right) / (at + per_y)
