"""Parameters of Treasury auctions."""

from __future__ import annotations

from typing import Annotated

from models.parameters.base import ASSUMED, Frozen, parameter


class Issuance(Frozen):
    """Treasury auctions: what dealers must take when investors do not."""

    normal_award: Annotated[
        float,
        parameter(
            "share of issue",
            0,
            0.6,
            "Dealers' award on a normal day.",
            "3-year six-auction mean 12.3% (2025-26)",
            "found",
        ),
    ] = 0.123
    award_slope: Annotated[
        float,
        parameter(
            "share per log unit of charge",
            0,
            0.3,
            "Rise of the dealer award when balance sheet is dear.",
            ASSUMED,
            "assumed",
        ),
    ] = 0.02
    tail_bp: Annotated[
        float,
        parameter(
            "bp per percentage point of excess award",
            0,
            3,
            "Tail of an auction that dealers had to fill.",
            "8 April 2025: tail of 2.4 bp with an award 8.5 points above normal",
            "derived",
        ),
    ] = 0.28
    weakness_memory: Annotated[
        float,
        parameter(
            "share",
            0,
            0.95,
            "Part of the last auction's excess award that dealers must take again at the next one: bidders who saw it fail stay away.",
            "a what-if, size assumed",
            "assumed",
        ),
    ] = 0.0
