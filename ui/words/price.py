"""The price of an auction's help in both units."""

from __future__ import annotations

from models.parameters.base import STRATEGIES
from models.scenario import World
from policy.described import equivalents
from policy.interventions.hedged_auction import HedgedAuction
from ui.words.amounts import listed

TRADES = dict(zip(STRATEGIES, ("the basis", "swap spreads", "off-the-run bonds"), strict=True))


def price_words(auction: HedgedAuction, world: World) -> str:
    """What the price is worth in the other unit on each trade that the auction takes, in this world."""
    worth = dict(zip(STRATEGIES, equivalents(auction, world), strict=True))
    shown = [
        f"{_amount(worth[s], auction.in_points)} on {TRADES[s]}"
        for s in STRATEGIES
        if s in auction.strategies
    ]
    unit = "bp over calm" if auction.in_points else "points per 100 of face"
    days = world.scenario.days_to_delivery
    basis = (
        f"; the basis counts {days} days to delivery, at the opening" if "basis" in auction.strategies else ""
    )
    return f"Here this price is, in {unit}: {listed(shown)}{basis}."


def _amount(value: float, in_bp: bool) -> str:
    return f"{value:.1f}" if in_bp else f"{value:.2f}"
