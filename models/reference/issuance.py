"""Treasury auctions: what dealers take beyond their share, and the tail."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import clip, positive
from models.reference.parameters import Market
from models.reference.state import Shocks, State


class Issue(NamedTuple):
    """The day's auctions: dealers' share of the issue, tail in bp, $bn beyond the normal share."""

    share: float
    tail: float
    excess: float


def issue_today(market: Market, state: State, shocks: Shocks) -> Issue:
    """Award = normal + slope·ℓ of yesterday + what investors withdraw + part of the last excess, within [0, 1]."""
    i = market.issuance
    if shocks.auction_size == 0:
        return Issue(0.0, 0.0, 0.0)
    wanted = i.normal_award + i.award_slope * state.log_charge + shocks.auction_withdrawal
    share = clip(wanted + i.weakness_memory * state.weakness, 0.0, 1.0)
    excess = share - i.normal_award
    return Issue(share, i.tail_bp * 100 * positive(excess), shocks.auction_size * excess)
