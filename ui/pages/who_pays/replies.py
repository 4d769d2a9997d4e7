"""Best replies of funds to what they expect, and the equilibria among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from policy.leverage.equilibrium import Crossing
from policy.leverage.game import NEVER_ESTIMATED
from policy.leverage.who_pays import Outcome, WhoPays
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Line, Lines, Mark, Place, Span
from ui.charts.styles import NEUTRAL, Style, shaped
from ui.words.amounts import listed

CROSSINGS = (("Counts", "diamond"), ("Further equilibrium", "circle"), ("Rejected", "cross"))
REPLY, SAME = "A fund's best reply", Style("Same leverage as everyone", NEUTRAL, (4, 3))


def crossing_status(o: Outcome, c: Crossing) -> str:
    if o.equilibria.selected == c:
        return CROSSINGS[0][0]
    return CROSSINGS[1][0] if c.best_reply else CROSSINGS[2][0]


def best_replies(found: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """The best reply against the diagonal, one panel per policy, every crossing marked by shape and word."""
    top = max(float(o.equilibria.best_reply.max()) for o in found.outcomes)
    ends = (
        min(float(o.equilibria.scales[0]) for o in found.outcomes),
        max(float(o.equilibria.scales[-1]) for o in found.outcomes),
    )
    reach = (0.0, float(np.ceil(10 * max(top, ends[1])) / 10))
    charts = tuple(_chart(s, o, ends[0], reach) for s, o in zip(lines, found.outcomes, strict=True))
    rejected = sum(len(o.equilibria.rejected) for o in found.outcomes)
    several = [s.name for s, o in zip(lines, found.outcomes, strict=True) if len(o.equilibria.accepted) > 1]
    title = (
        f"More than one equilibrium under {listed(several)}"
        if several
        else "One equilibrium under each policy"
        if all(len(o.equilibria.accepted) == 1 for o in found.outcomes)
        else "Not every policy has an equilibrium in the range that was run"
    )
    if rejected:
        title += f"; {rejected} point{'s' if rejected > 1 else ''} where funds gain nothing from a small change lose to a large one"
    used = {crossing_status(o, c) for o in found.outcomes for c in o.equilibria.crossings}
    legend = (
        Style(REPLY, NEUTRAL), SAME, *(shaped(name, NEUTRAL, shape) for name, shape in CROSSINGS if name in used),
    )  # fmt: skip
    note = (
        "What one fund would choose, by everyone's leverage, both as multiples of today's. An equilibrium is where the two agree and no other scale is better. "
        f"Rejected points meet the first condition only. {NEVER_ESTIMATED} {changed}"
    )
    table = pd.concat([_table(chart) for chart in charts], ignore_index=True)
    return Figure("who_pays_replies", title, note, "multiple of today's leverage", charts, table, legend)


def _chart(style: Style, o: Outcome, low: float, reach: Span) -> Lines:
    """One fund's best reply, in pieces where it jumps, and its crossings of the diagonal."""
    e, start = o.equilibria, float(np.floor(10 * low) / 10)
    jumps = np.abs(np.diff(e.best_reply, prepend=e.best_reply[0])) > 0.12 + 4 * (e.scales[1] - e.scales[0])
    starts = np.flatnonzero(jumps)
    own = Style(REPLY, style.colour)
    pieces = [
        Line(own, x, y, at=tuple(f"{v:.2f}" for v in x), width=2.6)
        for x, y in zip(np.split(e.scales, starts), np.split(e.best_reply, starts), strict=True)
    ]
    marks = []
    for c in e.crossings:
        status = crossing_status(o, c)
        text = _crossing_words(c, status)
        place: Place = "upper left" if status == CROSSINGS[2][0] else "lower right"
        marks.append(Mark(c.scale, c.scale, status, (text,), label=text, place=place))
    diagonal = np.array([start, reach[1]])
    return Lines(
        (Line(SAME, diagonal, diagonal, width=1.4), *pieces), Axis("Everyone's leverage", (start, reach[1]), count=4, grid=False),
        Axis("One fund's best reply", reach), _reply_alt(style.name, o), style.name, 250, tips=("Crossing",), value="Best reply",
        place="Everyone", digits=2, points=tuple(marks), series=tuple(shaped(n, style.colour, shape) for n, shape in CROSSINGS),
        size=150,
    )  # fmt: skip


def _table(chart: Lines) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("Best reply", x, y, "") for line in chart.lines[1:] for x, y in zip(line.x, line.y, strict=True)
    ]
    rows += [(m.series, m.x, m.y, m.label) for m in chart.points]
    return pd.DataFrame(rows, columns=["Kind", "Everyone", "Own", "Text"]).assign(Policy=chart.heading)


def _crossing_words(c: Crossing, status: str) -> str:
    return f"{status.lower()}: {c.scale:.3f}"


def _reply_alt(name: str, o: Outcome) -> str:
    e = o.equilibria
    told = (
        "; ".join(f"{_crossing_words(c, crossing_status(o, c))} ({c.kind})" for c in e.crossings)
        or "no crossing"
    )
    return (
        f"{name}: best reply of one fund against everyone's leverage, from {e.best_reply[0]:.2f} at {e.scales[0]:.2f} to "
        f"{e.best_reply[-1]:.2f} at {e.scales[-1]:.2f}. Crossings with the diagonal: {told}."
    )
