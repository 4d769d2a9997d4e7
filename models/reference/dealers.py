"""Primary dealers: one price λ for one balance sheet, and the investors who take bonds off them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from models.reference.arithmetic import (
    BASIS,
    PAIRS,
    SWAP,
    TEN,
    Three,
    clip,
    positive,
    ratio,
    sum4,
)
from models.reference.issuance import Issue
from models.reference.margins import Margins
from models.reference.parameters import Market
from models.reference.state import Orders, Shocks, State

if TYPE_CHECKING:
    from models.reference.auction import Trade
    from models.reference.funding import Funding


class Rules(NamedTuple):
    """Balance-sheet rules in force today, and what dealers would have in use under them on a calm day."""

    capacity: float  # C·c, $bn
    footprint: float  # ω′, share of a dollar of repo
    exposure: float  # X_r, $bn
    use: float  # X_r/(C·c)
    charge: float  # λ_r, bp
    cap: float  # ln(1 + (λ̄ − λ₀)/λ_r)


def rules_today(market: Market, orders: Orders) -> Rules:
    """Relief and netting change what calm means: λ is measured from λ_r."""
    d = market.dealers
    capacity = d.capacity_bn * orders.capacity_multiple
    footprint = d.repo_footprint * orders.footprint_multiple
    exposure = positive(d.calm_use * d.capacity_bn + (footprint - d.repo_footprint) * market.opening_repo)
    use = exposure / capacity
    charge = d.calm_charge_bp * math.exp(d.steepness * (use - d.calm_use))
    cap = math.log1p((d.floor_charge_bp - d.calm_charge_bp) / charge)
    return Rules(capacity, footprint, exposure, use, charge, cap)


def above_calm(rules: Rules, log_charge: float) -> float:
    """λ − λ_r at ℓ = ln(λ/λ_r), bp."""
    return rules.charge * math.expm1(log_charge)


class Line(NamedTuple):
    """ℓ̂(F) = (rest + φ·F)/depth within [low, cap], and dealers' stock before forced sales."""

    rest: float
    per_sale: float  # φ
    depth: float
    low: float
    cap: float
    bonds: float  # V_in
    pairs: float
    pairs_beyond: float  # bought by the Fed beyond dealers' stock, from end investors
    slow: float  # bonds that slow investors take today
    sourced_bonds: float  # bonds that the Fed buys straight from end investors
    sourced_pairs: float
    sold_back: Three  # by the vehicle


def line_today(
    market: Market, state: State, shocks: Shocks, orders: Orders, margins: Margins, rules: Rules, funding: Funding,
    issue: Issue,
) -> Line:  # fmt: skip
    """The day's line after outright flows."""
    d = market.dealers
    back, hedged = sold_back(state, orders), orders.hedged_purchases
    bought = sum4(orders.purchases) + hedged[BASIS] + hedged[SWAP]
    straight_away = d.unhurried_share
    bonds = state.inventory + sum4(shocks.real_money_sales) + issue.excess + funding.client_sales
    bonds += back[BASIS] + back[SWAP] - (1 - straight_away) * bought
    slow = slow_purchases(market, state, bonds)
    bonds -= slow + funding.missing_dealers
    net_pairs = state.pairs + back[PAIRS] - (1 - straight_away) * hedged[PAIRS]
    pairs = positive(net_pairs)
    lent = rules.footprint * (funding.repo + funding.financing - market.opening_repo)
    load = bonds + pairs + lent + funding.balance_sheet + funding.missing_dealers
    desks = min(1.0, margins.stress[TEN] ** -d.volatility_tightening)
    today = rules.capacity * desks
    rest = load + rules.exposure * (1 - desks)
    bare = rest - bonds - d.normal_inventory_bn
    low = max(min(d.steepness * bare / today, 0.0), -d.steepness * rules.use)
    depth = today / d.steepness + d.investor_absorption_bn * d.market_size
    per_sale = 1 - rules.footprint * (1 - margins.haircut)
    return Line(
        rest, per_sale, depth, low, rules.cap, bonds, pairs, positive(-net_pairs), slow, straight_away * bought,
        straight_away * hedged[PAIRS], back,
    )  # fmt: skip


def slow_purchases(market: Market, state: State, bonds: float) -> float:
    """dJ: slow investors move to E·g times yesterday's dislocation; they take no more than dealers can deliver out of `bonds`."""
    d = market.dealers
    wanted = d.slow_speed * (d.slow_demand_bn * d.market_size * state.cheapness - state.slow)
    return min(wanted, positive(bonds + d.normal_inventory_bn)) if wanted > 0 else wanted


def sold_back(state: State, orders: Orders) -> Three:
    """What the vehicle sells, at most what it holds, by strategy."""
    wish, holds = orders.vehicle_sales, state.vehicle
    return (
        min(positive(wish[0]), holds[0]),
        min(positive(wish[1]), holds[1]),
        min(positive(wish[2]), holds[2]),
    )


def straight(line: Line, sales: float) -> float:
    """ℓ̂ for forced sales that reach the market."""
    return (line.rest + line.per_sale * sales) / line.depth


def bounded(line: Line, uncapped: float) -> float:
    """ℓ: investors sell at the lower end, outside buyers take the rest at the upper."""
    return clip(uncapped, line.low, line.cap)


def marginal_cost(market: Market, rules: Rules, log_charge: float) -> float:
    """What another dollar of balance sheet costs dealers beyond calm, λ(1 + kU) − λ_r(1 + kU_r), bp."""
    k = market.dealers.steepness
    use = rules.use + log_charge / k
    return rules.charge * (math.exp(log_charge) * (1 + k * use) - (1 + k * rules.use))


class Stock(NamedTuple):
    """Where the day's bonds end up, $bn."""

    inventory: float  # above normal, at the close
    pairs: float
    absorbed: float  # bonds that quick end investors took
    outside: float  # bonds that outside buyers took
    pairs_taken: float  # pairs that both took


def warehouse(market: Market, line: Line, bonds: float, pairs: float, trade: Trade) -> Stock:
    """Quick investors and outside buyers take from dealers, pairs at most what there are; bonds stop at −V_normal."""
    d = market.dealers
    wanted = d.investor_absorption_bn * d.market_size * trade.log_charge
    most = positive(bonds + pairs + d.normal_inventory_bn - wanted)
    outside = min(positive(trade.uncapped - line.cap) * line.depth, most)
    bought = positive(wanted) + outside
    from_pairs = min(pairs, bought * ratio(pairs, pairs + positive(bonds)))
    outside_bonds = outside * (1 - ratio(from_pairs, bought))
    end = max(bonds - wanted - outside + from_pairs, -d.normal_inventory_bn)
    return Stock(end, pairs - from_pairs, bonds - outside_bonds - end, outside_bonds, from_pairs)
