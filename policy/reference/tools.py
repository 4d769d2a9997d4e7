"""What each tool orders in the morning, from what could be read at yesterday's close."""

from __future__ import annotations

import math
from typing import NamedTuple

from models.reference.arithmetic import (
    DAYS_A_YEAR,
    Array,
    Four,
    Three,
    add3,
    add4,
    less4,
    positive,
    put3,
    ratio,
    scaled4,
    sum3,
    sum4,
)
from models.reference.recorded import NEVER_REACHED, NO_THREE, no_orders
from models.reference.state import Orders
from policy.reference.conditions import NEVER, Spell
from policy.reference.programmes import bought_on
from policy.reference.settings import (
    AuctionTool,
    DirectRepoTool,
    HedgedTool,
    OutrightTool,
    RateCutTool,
    RepoTool,
)

THROUGH_DEALERS, CLEARED, DIRECT = 0, 1, 2
RUN_OFF_TENORS: Four = (0.4, 0.3, 0.2, 0.1)
TWIST: Four = (-1.0, 0.0, 0.6, 0.4)


class Seen(NamedTuple):
    """What a policy sees in the morning beside its conditions; $bn, bp, points."""

    outright: Four  # the Fed's bonds
    vehicle: Three  # the vehicle's bundles
    positions: Three  # of all funds
    price_loss: Three
    penalty: Three  # the same as wedges over calm, bp
    basis: float
    vehicle_bought: float  # so far
    hedged_bought: float
    done: Orders  # what was done on this day of the episode


class Spells(NamedTuple):
    """A tool's own spell, and those of its announcement and its exit where it has them."""

    own: Spell
    announced: Spell
    leaving: Spell


def tool_orders(tool: Array, spells: Spells, seen: Seen) -> Orders:
    """Today's orders of one tool."""
    spell = spells.own
    if tool.name == "outright":
        return outright(tool, spells, seen)
    if tool.name == "hedged-purchases":
        return hedged_purchases(tool, spell, seen)
    if tool.name == "actual":
        return seen.done
    if not spell.active:
        return after_action(tool, seen)
    if tool.name == "repo":
        return repo(tool)
    if tool.name == "non-bank-repo":
        return direct_repo(tool, seen)
    if tool.name == "hedged-auction":
        return auction(tool, seen)
    return small_tools(tool, spell)


def after_action(tool: Array, seen: Seen) -> Orders:
    """What a tool orders on a day on which it does not act: an auction's vehicle may sell."""
    nothing = no_orders()
    if tool.name == "hedged-auction":
        return nothing._replace(vehicle_sales=vehicle_sales(tool, seen))
    return nothing


def small_tools(tool: Array, spell: Spell) -> Orders:
    """Tools that are one line each, on a day of action."""
    nothing = no_orders()
    if tool.name == "twist":
        return nothing._replace(
            purchases=scaled4(bought_on(spell.acted, tool.pace_bn, tool.total_bn, 0), TWIST)
        )
    if tool.name == "buybacks":
        old_bonds = bought_on(spell.acted, tool.pace_bn, tool.total_bn, 0)
        return nothing._replace(hedged_purchases=(0.0, 0.0, old_bonds))
    if tool.name == "rate-cut":
        return rate_cut(tool)
    if tool.name == "end-qt":
        return nothing._replace(purchases=scaled4(tool.run_off_bn * 12 / DAYS_A_YEAR, RUN_OFF_TENORS))
    if tool.name == "leverage-relief":
        return nothing._replace(capacity_multiple=1 + tool.relief_pct / 100)
    if tool.name == "central-clearing":
        return nothing._replace(footprint_multiple=1 - tool.netted_share_pct / 100)
    if tool.name == "margin":
        return nothing._replace(margin_multiple=1 - tool.relief_pct / 100)
    return nothing


def rate_cut(tool: RateCutTool) -> Orders:
    """A cut of the policy rate moves every tenor by its loading."""
    return no_orders()._replace(rate_cut=scaled4(tool.size_bp, tool.loadings))


def outright(tool: OutrightTool, spells: Spells, seen: Seen) -> Orders:
    """Buy at the programme's pace; announce the total; sell once the exit has begun, on days without purchases."""
    own, bought = spells.own, 0.0
    if own.active:
        bought = bought_on(own.acted, tool.pace_bn, tool.total_bn, tool.taper_days)
    told = own.active or own.acted > 0
    if tool.announce.form != NEVER:
        told = spells.announced.active
    purchases = scaled4(bought / 100, tool.mix)
    if spells.leaving.active and bought == 0:
        held = (
            positive(seen.outright[0]), positive(seen.outright[1]), positive(seen.outright[2]), positive(seen.outright[3])
        )  # fmt: skip
        purchases = less4(purchases, scaled4(min(ratio(tool.exit_pace_bn, sum4(held)), 1.0), held))
    announced = tool.total_bn if told and tool.pace_bn > 0 else 0.0
    return no_orders()._replace(purchases=purchases, announced=announced)


def hedged_purchases(tool: HedgedTool, spell: Spell, seen: Seen) -> Orders:
    """Buy at the programme's pace, or as long as the basis closes above the cap."""
    bought = 0.0
    if spell.active and tool.form == "programme":
        bought = bought_on(spell.acted, tool.pace_bn, tool.total_bn, tool.taper_days)
    elif spell.active and seen.basis > tool.cap_bp:
        bought = min(tool.pace_bn, positive(tool.total_bn - seen.hedged_bought))
    told = spell.active or spell.acted > 0
    bundles = (bought * tool.mix[0] / 100, bought * tool.mix[1] / 100, bought * tool.mix[2] / 100)
    announced = tool.total_bn if told and tool.pace_bn > 0 else 0.0
    return no_orders()._replace(hedged_purchases=bundles, announced_hedged=announced)


def repo(tool: RepoTool) -> Orders:
    """Lend up to the cap at the facility's rate."""
    form = THROUGH_DEALERS
    if tool.access == "direct":
        form = DIRECT
    elif tool.clearing == "cleared":
        form = CLEARED
    return lending(form, tool.cap_bn, tool.rate_bp + tool.stigma_bp, tool.slope_bn)


def direct_repo(tool: DirectRepoTool, seen: Seen) -> Orders:
    """Lend to funds up to a share of their bonds."""
    return lending(DIRECT, sum3(seen.positions) * tool.limit_pct / 100, tool.rate_bp, tool.slope_bn)


def lending(form: int, cap: float, price: float, slope: float) -> Orders:
    """Offer repo in one form; an empty offer has no price."""
    if cap <= 0:
        return no_orders()
    return no_orders()._replace(repo_cap=put3(NO_THREE, form, cap), repo_price=price, repo_slope=slope)


def auction(tool: AuctionTool, seen: Seen) -> Orders:
    """Offer to buy what is left of the programme, at most the day's size, from its price on."""
    rise = tool.penalty_rise_bp / 100 * seen.vehicle_bought
    penalty = (tool.reserves[0] + rise, tool.reserves[1] + rise, tool.reserves[2] + rise)
    return no_orders()._replace(
        announced_hedged=tool.total_bn if tool.size_bn > 0 else 0.0,
        auction_capacity=min(tool.size_bn, positive(tool.total_bn - seen.vehicle_bought)),
        reserve_discount=tool.reserves[0] if tool.in_points else math.inf,
        reserve_penalty=NEVER_REACHED if tool.in_points else penalty,
        eligible=(
            1.0 if "basis" in tool.strategies else 0.0,
            1.0 if "swap_spread" in tool.strategies else 0.0,
            1.0 if "off_the_run" in tool.strategies else 0.0,
        ),
        dealers_eligible=1.0 if tool.sellers == "funds_and_dealers" else 0.0,
        pay_as_bid=1.0 if tool.format == "discriminatory" else 0.0,
        vehicle_sales=vehicle_sales(tool, seen),
    )


def vehicle_sales(tool: AuctionTool, seen: Seen) -> Three:
    """Bundles sold back while the market stands near its calm value, at most a day's size of them together."""
    if tool.exit != "market":
        return NO_THREE
    stands = seen.price_loss if tool.in_points else seen.penalty
    held = (
        seen.vehicle[0] if stands[0] < tool.exit_below else 0.0,
        seen.vehicle[1] if stands[1] < tool.exit_below else 0.0,
        seen.vehicle[2] if stands[2] < tool.exit_below else 0.0,
    )
    part = min(1.0, ratio(tool.size_bn, sum3(held)))
    return (held[0] * part, held[1] * part, held[2] * part)


def together(a: Orders, b: Orders) -> Orders:
    """Two tools' orders as one: amounts add up, the lower price and the softer slope hold, multiples multiply."""
    return Orders(
        purchases=add4(a.purchases, b.purchases),
        hedged_purchases=add3(a.hedged_purchases, b.hedged_purchases),
        announced=a.announced + b.announced,
        announced_hedged=a.announced_hedged + b.announced_hedged,
        rate_cut=add4(a.rate_cut, b.rate_cut),
        repo_cap=add3(a.repo_cap, b.repo_cap),
        repo_price=min(a.repo_price, b.repo_price),
        repo_slope=max(a.repo_slope, b.repo_slope),
        auction_capacity=a.auction_capacity + b.auction_capacity,
        reserve_discount=min(a.reserve_discount, b.reserve_discount),
        reserve_penalty=least3(a.reserve_penalty, b.reserve_penalty),
        eligible=most3(a.eligible, b.eligible),
        dealers_eligible=max(a.dealers_eligible, b.dealers_eligible),
        pay_as_bid=max(a.pay_as_bid, b.pay_as_bid),
        vehicle_sales=add3(a.vehicle_sales, b.vehicle_sales),
        capacity_multiple=a.capacity_multiple * b.capacity_multiple,
        footprint_multiple=a.footprint_multiple * b.footprint_multiple,
        margin_multiple=a.margin_multiple * b.margin_multiple,
    )


def least3(a: Three, b: Three) -> Three:
    """The smaller of each pair."""
    return (min(a[0], b[0]), min(a[1], b[1]), min(a[2], b[2]))


def most3(a: Three, b: Three) -> Three:
    """The larger of each pair."""
    return (max(a[0], b[0]), max(a[1], b[1]), max(a[2], b[2]))
