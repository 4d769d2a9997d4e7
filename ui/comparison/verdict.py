"""The verdict in a sentence or two: which policy helps most, at what price, and what is gentler."""

from __future__ import annotations

from collections.abc import Sequence

from policy.outcomes.scorecard import PEAK_DISLOCATION, TAXPAYER_TAIL, UNINTENDED_EASING
from policy.outcomes.summary import Cell, Summary
from ui.words.amounts import amount
from ui.words.names import policy_names


def verdict(summary: Summary) -> str:
    """One sentence: which policy lowers peak dislocation most and at what price, never a winner within noise."""
    key = PEAK_DISLOCATION.key
    cells, names = summary.cells[key], policy_names(summary.policies)
    if max(c.value for c in cells) < 0.05:
        return "Nothing breaks in this world: the 10-year never trades away from swaps, so there is nothing for a policy to do."
    if len(cells) == 1:
        return f"Without action the 10-year's dislocation peaks at {amount(cells[0].value, 'bp')}; add a policy to compare."
    helpers = sorted((k for k in range(1, len(cells)) if _helps(cells[k])), key=lambda k: cells[k].value)
    if not helpers:
        return _no_help(cells, names)
    first = helpers[0]
    sentence = _lead(summary, helpers, names)
    other = _gentler(summary, helpers, first)
    if other is not None:
        sentence += f"; under {names[other]} it falls by {_fall(cells[other])} with {_price(summary, other)}"
    return sentence + "."


def _helps(cell: Cell) -> bool:
    return cell.gap.clear and cell.gap.value <= -0.05


def _fall(cell: Cell) -> str:
    return amount(-cell.gap.value, "bp")


def _no_help(cells: Sequence[Cell], names: Sequence[str]) -> str:
    peak = amount(cells[0].value, "bp")
    worse = [k for k in range(1, len(cells)) if cells[k].gap.clear and cells[k].gap.value >= 0.05]
    tail = "".join(f"; under {names[k]} it rises by {amount(cells[k].gap.value, 'bp')}" for k in worse)
    return f"No policy here lowers the peak 10-year dislocation of {peak} by more than noise{tail}."


def _lead(summary: Summary, helpers: Sequence[int], names: Sequence[str]) -> str:
    cells = summary.cells[PEAK_DISLOCATION.key]
    first = helpers[0]
    lowest = min(range(len(cells)), key=lambda k: cells[k].value)
    rival = summary.rivals[PEAK_DISLOCATION.key]
    if first == lowest and rival.clear:
        return (
            f"The peak 10-year dislocation falls most under {names[first]}: by {_fall(cells[first])} to "
            f"{amount(cells[first].value, 'bp')}, with {_price(summary, first)}"
        )
    second = sorted((k for k in range(len(cells)) if k != first), key=lambda k: cells[k].value)[0]
    return (
        f"The peak 10-year dislocation falls under {names[first]} by {_fall(cells[first])} to "
        f"{amount(cells[first].value, 'bp')}, with {_price(summary, first)}; "
        f"{names[second]} is within noise of it"
    )


def _price(summary: Summary, k: int) -> str:
    """What a policy costs in easing and in the taxpayer's tail."""
    easing = summary.cells[UNINTENDED_EASING.key][k].value
    tail = summary.cells[TAXPAYER_TAIL.key][k].value
    eased = f"{amount(easing, 'bp')} of unintended easing" if easing >= 0.05 else "no unintended easing"
    lost = (
        f"a 5% tail loss of {amount(tail, '$bn')} for the taxpayer"
        if tail >= 0.005
        else "no tail loss for the taxpayer"
    )
    return f"{eased} and {lost}"


def _gentler(summary: Summary, helpers: Sequence[int], first: int) -> int | None:
    """The policy that helps most among those that cost less easing and less tail than the first."""
    easing, tail = summary.cells[UNINTENDED_EASING.key], summary.cells[TAXPAYER_TAIL.key]
    better = [
        k
        for k in helpers
        if k != first
        and easing[k].value <= easing[first].value
        and tail[k].value <= tail[first].value
        and (easing[first].value - easing[k].value >= 0.05 or tail[first].value - tail[k].value >= 0.05)
    ]
    return better[0] if better else None
