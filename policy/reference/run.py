"""A whole run of one policy on one path: each morning what it orders, each evening what is written down."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import Array, Three, positive, put3, scaled4, sum3
from models.reference.market import Figures, day, opening
from models.reference.parameters import Market
from models.reference.recorded import NO_THREE, Recorded, no_orders, recorded, still
from models.reference.run import Series, shocks_on
from models.reference.state import Orders, Shocks, State
from policy.reference.conditions import Condition, asleep, published, woken
from policy.reference.tools import Seen, Spells, together, tool_orders


class Followed(NamedTuple):
    """What was done in an episode: purchases (day, $bn), announcements (day, $bn so far), offers of repo."""

    purchases: Array  # (n, 2)
    purchase_tenors: Array  # shares of the four tenors
    announced: Array  # (n, 2)
    repo: Array  # (n, 4): day, cap in $bn, rate in bp, slope in $bn per bp
    relief_day: int  # 0 for never
    relief: float  # multiple of dealers' capacity


class Bought(NamedTuple):
    """What has been bought so far, $bn."""

    vehicle: float
    hedged: float


class Standing(NamedTuple):
    """What a day begins with: the market, yesterday's record, what was bought, and each tool's spells."""

    state: State
    close: Recorded
    bought: Bought
    spells: Array  # by tool


def policy_run(market: Market, series: Series, tools: Array, followed: Followed) -> Array:
    """The record of every close, the opening's first."""
    standing = first_morning(market, tools)
    record = [standing.close]
    for d in range(len(series.client_financing)):
        done = followed_orders(followed, d + 1)
        standing = policy_day(market, shocks_on(series, d), tools, done, standing, d + 1)[0]
        record.append(standing.close)
    return record


def first_morning(market: Market, tools: Array) -> Standing:
    """What the first day begins with."""
    spells = [Spells(asleep(), asleep(), asleep()) for tool in tools]
    return Standing(opening(market), still(market), Bought(0.0, 0.0), spells)


def policy_day(
    market: Market, shocks: Shocks, tools: Array, done: Orders, standing: Standing, today: int
) -> tuple[Standing, Orders, Figures]:
    """One day under a policy: what the next begins with, what was ordered, and what the market worked out."""
    close, bought = published(standing.close), standing.bought
    spells = [morning(tools[k], standing.spells[k], today, close) for k in range(len(tools))]
    orders = all_orders(tools, spells, seen_on(standing, done))
    after, figures = day(market, standing.state, shocks, orders)
    record = recorded(market, standing.state, shocks, orders, figures, after)
    bought = Bought(
        bought.vehicle + sum3(record.vehicle_purchases_bn), bought.hedged + rises(orders.hedged_purchases)
    )
    return Standing(after, record, bought, spells), orders, figures


def morning(tool: Array, spells: Spells, today: int, close: Array) -> Spells:
    """A tool's spells on the morning of a day."""
    never = Condition(0, 0, 0, False, 0.0, 0)
    own = woken(tool.start, tool.stop, spells.own, today, close)
    if tool.name != "outright":
        return spells._replace(own=own)
    announced = woken(tool.announce, never, spells.announced, today, close)
    return Spells(own, announced, woken(tool.exit_start, never, spells.leaving, today, close))


def seen_on(standing: Standing, done: Orders) -> Seen:
    """What a policy sees in the morning."""
    state, close, bought = standing.state, standing.close, standing.bought
    return Seen(
        state.outright, state.vehicle, close.positions_bn, close.price_loss_points, close.market_penalty_bp, close.basis_bp,
        bought.vehicle, bought.hedged, done,
    )  # fmt: skip


def all_orders(tools: Array, spells: Array, seen: Seen) -> Orders:
    """Today's orders of all tools together."""
    orders = no_orders()
    for k in range(len(tools)):
        orders = together(orders, tool_orders(tools[k], spells[k], seen))
    return orders


def rises(flow: Three) -> float:
    """What was bought, without what was sold, $bn."""
    return positive(flow[0]) + positive(flow[1]) + positive(flow[2])


def followed_orders(followed: Followed, today: int) -> Orders:
    """What was done on a day of the episode."""
    bought, announced, orders = 0.0, 0.0, no_orders()
    for n in range(len(followed.purchases)):
        if followed.purchases[n, 0] == today:
            bought += followed.purchases[n, 1]
    for n in range(len(followed.announced)):
        if followed.announced[n, 0] <= today:
            announced = max(announced, followed.announced[n, 1])
    for n in range(len(followed.repo)):
        if followed.repo[n, 0] <= today:
            cap = put3(NO_THREE, 0, followed.repo[n, 1])
            orders = orders._replace(
                repo_cap=cap, repo_price=followed.repo[n, 2], repo_slope=followed.repo[n, 3]
            )
    eased = followed.relief_day > 0 and today >= followed.relief_day
    return orders._replace(
        purchases=scaled4(bought, followed.purchase_tenors),
        announced=announced,
        capacity_multiple=followed.relief if eased else 1.0,
    )
