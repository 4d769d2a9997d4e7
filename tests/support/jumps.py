"""How close a day of the reference came to a decision that jumps, so that rounding could tip it."""

from __future__ import annotations

import math
from itertools import pairwise

from models.reference.auction import Auction, pressure
from models.reference.cascade import TOLERANCE_BN, Outcome
from models.reference.dealers import Line
from models.reference.funding import TAKEN_IN_FULL
from models.reference.market import Figures
from models.reference.state import Orders, State

ROUNDING = 1e-11


def closest_jump(state: State, orders: Orders, figures: Figures) -> float:
    """The smallest relative distance of the day that opened with `state` to a default, a trigger or a ranking."""
    line, outcome, auction, settled = figures.line, figures.outcome, figures.auction, figures.settled
    near = [apart(outcome.trade.uncapped, line.cap)]
    for equity in (settled.equity, settled.before_auction):
        near += [apart(e, 0.0) for e, book in zip(equity, figures.funds.book, strict=True) if book > 0]
    if orders.repo_slope >= TAKEN_IN_FULL and max(orders.repo_cap) > 0:
        near += [apart(price, 0.0) for price in figures.funding.facility.prices if price != 0]
    if auction.capacity > 0:
        near += _auction_jumps(auction, line, outcome)
    return min(near)


def _auction_jumps(auction: Auction, line: Line, outcome: Outcome) -> list[float]:
    reached = [r for r in auction.reached if math.isfinite(r)]
    near = [apart(r, end) for r in reached for end in (line.low, line.cap)]
    near += [apart(a, b) for k, a in enumerate(reached) for b in reached[:k] if a != b]
    if max(outcome.trade.taken) > 0 or outcome.trade.bundles > 0:
        near += [apart(outcome.trade.left, 0.0)] if outcome.trade.left else []
    if auction.pay_as_bid and max(outcome.trade.taken) > 0:
        shares = sorted(share for share in outcome.shares if share > TOLERANCE_BN)
        near += [
            abs(a - b) for a, b in pairwise(shares) if abs(a - b) > ROUNDING or pressure(a) != pressure(b)
        ]
    return near


def apart(a: float, b: float) -> float:
    """Distance of two numbers, relative where they are above one."""
    return abs(a - b) / max(1.0, abs(a), abs(b)) if math.isfinite(a) and math.isfinite(b) else math.inf
