"""Why a policy was not used, or seldom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from policy.outcomes.statistics import NOISE
from policy.outcomes.summary import Summary, Use
from ui.words import amounts
from ui.words.names import METRIC_NAMES, policy_names, trigger_words

FACILITIES = ("repo", "non-bank-repo")


def nothing_happened(summary: Summary) -> list[str]:
    """Why a policy was never used on any path, with the numbers on both sides."""
    names = policy_names(summary.policies)
    out = []
    for name, policy, outcome in zip(names, summary.policies, summary.outcomes, strict=True):
        for use in outcome.uses:
            if use.intervention.name == "none" or use.used > 0:
                continue
            who = name if len(policy.interventions) == 1 else f"{name}, {use.intervention.title.lower()}"
            out.append(f"{who}: nothing happened, because {_because(use, summary)}.")
    return out


def _because(use: Use, summary: Summary) -> str:
    start = getattr(use.intervention, "start", None)
    if use.started == 0 and start is not None:
        return _not_started(use, start, summary)
    if use.intervention.name == "hedged-auction":
        return _auction_unused(use)
    if use.intervention.name in FACILITIES:
        return _facility_unused(use)
    if use.intervention.name == "outright":
        return "its size is zero"
    return "it moved nothing in this world on any path"


def _not_started(use: Use, start: Any, summary: Summary) -> str:
    if isinstance(start, dt.date):
        return f"it starts on {start.isoformat()}, after the last day ({summary.calendar[-1].isoformat()})"
    name, unit = METRIC_NAMES[start.metric]
    reach = "highest" if start.above else "lowest"
    return (
        f"its trigger was never met in time ({trigger_words(start)}): the {reach} close of the {name} "
        f"on any path was {use.extreme:.1f} {unit}"
    )


def _auction_unused(use: Use) -> str:
    auction: Any = use.intervention
    if auction.size_bn * auction.total_bn == 0:
        return "its size is zero"
    if use.pressed <= NOISE and auction.sellers == "funds":
        return "no fund had to sell the bundles it takes"
    price = "reserve discount" if auction.in_points else "penalty"
    unit, largest = (
        ("points per 100", f"{use.discount:.2f}") if auction.in_points else ("bp", f"{use.discount:.1f}")
    )
    return (
        f"the market's discount never reached the {price} of {use.reserve:g} {unit} "
        f"while there was something to sell: the largest on any path was {largest}"
    )


def _facility_unused(use: Use) -> str:
    facility: Any = use.intervention
    if getattr(facility, "cap_bn", 1) == 0 or getattr(facility, "limit_pct", 1) == 0:
        return "its cap is zero"
    price = facility_price(facility)
    told = f"the facility's price of {price:g} bp{' (rate plus stigma)' if facility.name == 'repo' else ''}"
    if use.cash <= price:
        return f"cash in repo never cost more than {told}: the dearest on any path was {amounts.amount(use.cash, 'bp')}"
    return f"while it was open, cash in repo never cost more than {told}"


def facility_price(facility: Any) -> float:
    """What a loan costs over the policy range, bp."""
    return float(facility.rate_bp + getattr(facility, "stigma_bp", 0.0))


def rarely_used(summary: Summary) -> list[str]:
    """Policies that were used on fewer than half of the paths, so that medians show little of them."""
    names = policy_names(summary.policies)
    return [
        f"{name} was used on {100 * use.used:.0f}% of paths."
        for name, outcome in zip(names, summary.outcomes, strict=True)
        for use in outcome.uses
        if 0 < use.used < 0.5 and use.started > 0
    ]
