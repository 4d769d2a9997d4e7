"""Ends of crises in words, and shares of paths as so many of a hundred crises."""

from __future__ import annotations

from collections.abc import Mapping

from policy.outcomes.endings import CONTAINED_BP, ENDINGS
from policy.outcomes.scorecard import CONTAINED_SHARE, DISORDERLY_SHARE, SPIRAL_SHARE

SHARES = (CONTAINED_SHARE.key, DISORDERLY_SHARE.key, SPIRAL_SHARE.key)  # in the order of `ENDINGS`
NAMES = tuple(name.capitalize() for name in ENDINGS)
MEANINGS = (
    f"Treasury prices stay within {CONTAINED_BP:g} bp of where swaps say they belong",
    "prices break away for a while, and the market comes through",
    "forced sales feed on each other: funds sell much of their book within days, fail, or leave prices at their floor",
)
CASES = 100


def hundred(means: Mapping[str, float]) -> tuple[int, int, int]:
    """Of a hundred crises, how many stay contained, are disorderly and spiral, from the outcomes' means by key.

    By largest remainders, spirals first, so that they sum to a hundred and each is within one of its share.
    """
    shares = [means[key] for key in SHARES]
    counts = [int(share) for share in shares]
    by_rest = sorted(range(3), key=lambda k: (counts[k] - shares[k], -k))
    for k in by_rest[: CASES - sum(counts)]:
        counts[k] += 1
    return counts[0], counts[1], counts[2]


def spirals(means: Mapping[str, float]) -> str:
    """How many crises spiral, with its verb."""
    count = hundred(means)[-1]
    if count == 0:
        return "no crisis spirals" if means[SHARES[-1]] == 0 else "hardly any crisis spirals"
    return f"{count} of 100 crises {'spirals' if count == 1 else 'spiral'}"
