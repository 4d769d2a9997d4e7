"""Best replies of funds to what they expect, and the equilibria among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from policy.leverage.equilibrium import Crossing
from policy.leverage.game import NEVER_ESTIMATED
from policy.leverage.who_pays import Outcome, WhoPays
from ui.charts.curves import CROSSINGS, reply_spec
from ui.charts.figure import Figure, Panel, Style
from ui.charts.vega import NEUTRAL
from ui.words.amounts import listed


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
    panels, rows = [], []
    for s, o in zip(lines, found.outcomes, strict=True):
        frame = _reply_frame(o)
        panels.append(Panel(frame, reply_spec(s, ends, reach), _reply_alt(s.name, o), s.name))
        rows.append(frame.assign(Policy=s.name).drop(columns=["Piece", "Right"]))
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
        Style("A fund's best reply", NEUTRAL, (1, 0)), Style("Same leverage as everyone", NEUTRAL, (4, 3)),
        *(Style(name, NEUTRAL, (-2, k)) for name, _, k in CROSSINGS if name in used),
    )  # fmt: skip
    note = (
        "What one fund would choose, by everyone's leverage, both as multiples of today's. An equilibrium is where the two agree and no other scale is better. "
        f"Rejected points meet the first condition only. {NEVER_ESTIMATED} {changed}"
    )
    table = pd.concat(rows, ignore_index=True)
    return Figure(
        "who_pays_replies", title, note, "multiple of today's leverage", tuple(panels), table, legend
    )


def _reply_frame(o: Outcome) -> pd.DataFrame:
    e = o.equilibria
    jumps = np.abs(np.diff(e.best_reply, prepend=e.best_reply[0])) > 0.12 + 4 * (e.scales[1] - e.scales[0])
    piece = np.cumsum(jumps)
    rows: list[tuple[Any, ...]] = [
        ("Best reply", x, y, int(k), "", 0) for x, y, k in zip(e.scales, e.best_reply, piece, strict=True)
    ]
    for c in e.crossings:
        status = crossing_status(o, c)
        rows.append((status, c.scale, c.scale, -1, _crossing_words(c, status), int(status != "Rejected")))
    return pd.DataFrame(rows, columns=["Kind", "Everyone", "Own", "Piece", "Text", "Right"])


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
