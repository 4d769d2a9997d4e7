"""One at a time: what an outcome does when one number goes to either end of its range, as bars and sentences."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from policy.outcomes.statistics import Gap
from policy.studies.sensitivity import Bar, Tornado
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Label, Piece, lanes
from ui.charts.styles import filled
from ui.pages.sensitivity.view import AskedOutcome, span
from ui.words import factors

LOW, HIGH = filled("Low end", "#5B6C9D"), filled("High end", "#C2456B")
RANGES = (
    "Ranges are judgements: another width can change the order. A difference of averages that stays the same says nothing "
    "about single paths."
)


def reached(tornado: Tornado, bar: Bar) -> tuple[float, float]:
    """Lowest and highest the outcome gets when one factor goes from end to end, as far as its ends tell."""
    ends = (tornado.base.value, tornado.base.value + bar.low.value, tornado.base.value + bar.high.value)
    return min(ends), max(ends)


def turns(tornado: Tornado, end: Gap) -> bool:
    """Whether a difference clearly has the other sign at an end of a range than with nothing moved."""
    base = tornado.base.value
    return end.clear and abs(end.value) > abs(base) and (base + end.value > 0) != (base > 0)


def turning(tornado: Tornado) -> tuple[Bar, ...]:
    """Bars at an end of which a difference turns."""
    return tuple(bar for bar in tornado.bars if turns(tornado, bar.low) or turns(tornado, bar.high))


def tornado_title(asked: AskedOutcome, tornado: Tornado) -> str:
    """The finding: what moves it most, and whether a difference turns."""
    if not tornado.bars or tornado.bars[0].reach < 1e-9:
        return f"Nothing that was moved changes the {asked.outcome}"
    first = tornado.bars[0]
    low, high = reached(tornado, first)
    signed = asked.question.against is not None
    most = f"{asked.name(first.name)} moves it most: from {asked.amount(low, signed)} to {asked.amount(high, signed)}"
    if not signed:
        return f"{asked.what[0].upper()}{asked.what[1:]} is {asked.amount(tornado.base.value, False)}. {most}"
    turned = turning(tornado)
    sign = (
        f"{len(turned)} of {len(tornado.bars)} numbers can turn its sign"
        if turned
        else "no single one of them turns its sign"
    )
    turn = f"; {sign}" if tornado.base.clear else "; it is within noise to begin with"
    return f"The difference is {asked.amount(tornado.base.value)}. {most}{turn}"


def tornado_note(asked: AskedOutcome) -> str:
    """How to read the bars."""
    return (
        f"Change of the {asked.what}, when one number goes to its low or high end and all else stays. Means of "
        f"{asked.study.paths} paths, the same for all; thin lines are paired 95% intervals."
    )


def tornado(asked: AskedOutcome, tornado: Tornado) -> Figure:
    """Two bars for each factor, labelled with the ends' values."""
    ends = [
        (asked.name(b.name), style.name, gap, f"{asked.amount(gap.value)} ({span(asked, gap)})", x, end)
        for b in tornado.bars
        for x in (asked.factor(b.name),)
        for style, gap, end in ((LOW, b.low, x.low), (HIGH, b.high, x.high))
    ]
    pieces = tuple(
        Piece(name, side, gap.value, (factors.full(x, end), text), error=(gap.low, gap.high))
        for name, side, gap, text, x, end in ends
    )
    labels = tuple(
        Label(
            name,
            min(gap.low, 0) if gap.value < 0 else max(gap.high, 0),
            factors.value(x, end),
            side,
            gap.value < 0,
        )
        for name, side, gap, _, x, end in ends
    )
    low, high = min(0.0, *(g.low for _, _, g, *_ in ends)), max(0.0, *(g.high for _, _, g, *_ in ends))
    room = 0.2 * max(high - low, 1e-9)
    told = "; ".join(f"{p.lane} at {p.says[0]}: {p.says[1]}" for p in pieces)
    chart = Bars(
        pieces, (LOW, HIGH), replace(lanes([asked.name(b.name) for b in tornado.bars], 21, what="Factor"), width=150),
        Axis(f"Change, {asked.unit}", (round(low - room, 6), round(high + room, 6))),
        f"Bars of changes, longest first. {told}.", height=46 * len(tornado.bars) + 50, form="beside", what="End",
        tips=("Set to", "Change"), labels=labels,
    )  # fmt: skip
    table = pd.DataFrame(
        [
            (asked.name(b.name), x.unit, x.base, x.low, x.high, factors.reason(x, asked.width), b.low.value, b.low.low, b.low.high, b.high.value, b.high.low, b.high.high)
            for b in tornado.bars
            for x in (asked.factor(b.name),)
        ],
        columns=["Moved", "Unit", "Value", "Low end", "High end", "Range", "Change at low", "from", "to", "Change at high", "from ", "to "],
    )  # fmt: skip
    legend = (replace(LOW, name="At the low end"), replace(HIGH, name="At the high end"))
    title = tornado_title(asked, tornado)
    return Figure("tornado", title, tornado_note(asked), asked.unit, (chart,), table, legend)


def turning_words(asked: AskedOutcome, tornado: Tornado) -> str:
    """Which ends turn the sign of a difference; nothing for a level."""
    if asked.question.against is None or not tornado.base.clear:
        return ""
    parts = [
        f"{asked.name(bar.name)} at {factors.full(x, value)}"
        for bar in turning(tornado)
        for x in (asked.factor(bar.name),)
        for end, value in ((bar.low, x.low), (bar.high, x.high))
        if turns(tornado, end)
    ]
    return f"The difference changes its sign with {'; '.join(parts)}." if parts else ""
