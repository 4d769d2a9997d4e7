"""Treasury auctions: what dealers must take beyond their normal share, and the tail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models.stack import Array, Group


@dataclass(frozen=True)
class AuctionDay:
    """The day's auctions. Shapes (column,); share and tail are zero where nothing is issued."""

    award_share: Array  # dealers' share of the issue
    tail_bp: Array
    excess_bn: Array  # beyond the normal share; lands in inventory


def auction_day(
    p: Group, size_bn: float, log_charge: Array, withdrawal: Array, weakness: Array
) -> AuctionDay:
    """Dealer award within [0, 1]: normal, what the charge adds at yesterday's close, what investors withdraw, and part of
    the last auction's excess award (`weakness`, as a share of the issue)."""
    if size_bn == 0:
        none: Any = np.zeros_like(log_charge)
        return AuctionDay(none, none, none)
    again = p.weakness_memory * weakness
    share = np.clip(p.normal_award + p.award_slope * log_charge + withdrawal + again, 0.0, 1.0)
    excess = share - p.normal_award
    return AuctionDay(share, p.tail_bp * 100 * np.maximum(excess, 0.0), size_bn * excess)
