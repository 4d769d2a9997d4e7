"""Predictions against results, and votes before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.outcomes.scorecard import BY_KEY
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Level, Mark, Piece, Points, lanes
from ui.charts.styles import filled, shaped
from ui.rooms import words
from ui.rooms.plan import asked_words
from ui.rooms.rules import DIRECTIONS, truth
from ui.rooms.views import RoomView

BEFORE, AFTER = filled("Before", "#6F63C7", True), filled("After", "#6F63C7")
MOST_CHOSEN = 10


def predictions(view: RoomView) -> Figure:
    """What everybody predicted, and what the runs say."""
    row, gap = BY_KEY[view.plan.outcome], words.asked_gap(view)
    styles_of = {key: shaped(text.capitalize(), colour, shape) for (key, text), colour, shape in zip(
        DIRECTIONS.items(), ("#1B83C9", "#868E99", "#D55E00"), ("triangle-down", "circle", "triangle-up"), strict=True
    )}  # fmt: skip
    counted = Counter((g.direction, g.change) for g in view.predictions.values())
    points = tuple(
        Mark(
            change, styles_of[key].name, styles_of[key].name, (f"{n} predicted {words.change(change, row.unit, True)}",),
            size=90 + 60 * (n - 1),
        )
        for (key, change), n in sorted(counted.items())
    )  # fmt: skip
    told = ", ".join(
        f"{sum(g.direction == k for g in view.predictions.values())} {t}" for k, t in DIRECTIONS.items()
    )
    says = f" The runs say: {words.happened(gap, row.unit)}." if gap else ""
    chart = Points(
        points, tuple(styles_of.values()), Axis(f"Predicted change, {words.unit_of_change(row.unit)}", zero=True, padding=16),
        lanes([s.name for s in styles_of.values()], what="Direction"), f"Predictions: {told}.{says}", height=250,
        levels=(Level(gap.value, f"the runs: {words.change(gap.value, row.unit, True)}"),) if gap else (),
        shade=(gap.low, gap.high) if gap else None, guides=True,
    )  # fmt: skip
    frame = pd.DataFrame(
        [(DIRECTIONS[key], change, n) for (key, change), n in sorted(counted.items())],
        columns=["Direction", f"Predicted change, {words.unit_of_change(row.unit)}", "People"],
    )
    note = f"{asked_words(view.plan)}, against no action: mean difference over the same shocks, band its 95% interval."
    return Figure("board_predictions", _predictions_words(view), note, row.unit, (chart,), frame)


def _predictions_words(view: RoomView) -> str:
    gap, guesses = words.asked_gap(view), list(view.predictions.values())
    if gap is None or not guesses:
        return f"{len(guesses)} predicted how the policy asked about works"
    unit = words.outcome_unit(view.plan)
    right = sum(g.direction == truth(gap.low, gap.high) for g in guesses)
    middle = float(np.median([g.change for g in guesses]))
    return (
        f"{right} of {len(guesses)} predicted the right direction; the median guess was {words.change(middle, unit, True)}, "
        f"and it was {words.change(gap.value, unit, True)}"
    )


def votes(view: RoomView) -> Figure:
    """What people would have the Fed do, before and after."""
    kinds = words.choices(view.plan)
    before, after = Counter(view.before.values()), Counter(vote.after for vote in view.votes.values())
    counts = [(kind, before[kind], after[kind]) for kind in kinds]
    parts = (BEFORE, AFTER) if view.votes else (BEFORE,)
    pieces = tuple(
        Piece(words.kind_title(kind), part.name, float(n), (f"{n} votes",))
        for kind, *two in counts
        for part, n in zip(parts, two, strict=False)
    )
    told = "; ".join(f"{words.kind_title(kind)}: {b} before, {a} after" for kind, b, a in counts)
    chart = Bars(
        pieces, parts, lanes([words.kind_title(kind) for kind in kinds]), Axis("Votes", zero=True), f"Votes. {told}.",
        height=58 * len(kinds) + 40, form="beside", what="When", tips=("Votes",),
    )  # fmt: skip
    frame = pd.DataFrame(
        [(words.kind_title(kind), b, a) for kind, b, a in counts],
        columns=["The Fed should choose", "Before", "After"],
    )
    return Figure(
        "board_votes",
        _votes_words(view, counts),
        "What should the Fed do? Asked before anything ran, and at the end.",
        "votes",
        (chart,),
        frame,
        parts,
    )


def _votes_words(view: RoomView, counts: Sequence[tuple[str, int, int]]) -> str:
    if not view.votes:
        return f"{len(view.before)} said beforehand what the Fed should do"
    changed = sum(view.before[seat] != vote.after for seat, vote in view.votes.items() if seat in view.before)
    both = sum(seat in view.before for seat in view.votes)
    kind, _, most = max(counts, key=lambda row: row[2])
    return f"{words.kind_title(kind)} has most votes at the end ({most} of {len(view.votes)}); {changed} of {both} changed their mind"


def chosen(view: RoomView) -> list[tuple[str, int]]:
    """Policies of the board by votes at the end, with how many each has."""
    named = {e.id: name for name, e in zip(words.labels(view), view.entries, strict=True)}
    counted = Counter(vote.entry for vote in view.votes.values())
    return [(named.get(entry or 0, words.NO_ACTION), n) for entry, n in counted.most_common(MOST_CHOSEN)]
