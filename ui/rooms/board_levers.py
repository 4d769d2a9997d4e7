"""Levers on the board: where everybody put theirs, who touched which, and the one that the room moves together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.outcomes.scorecard import BY_KEY
from policy.spec import policy
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Line, Lines, Mark, Points, lanes
from ui.charts.styles import Style, shaped, styles
from ui.html.tables import Row, TableCell, table
from ui.rooms import lever as levers
from ui.rooms import words
from ui.rooms.board import usual_of
from ui.rooms.views import BoardEntry, RoomResult, RoomView
from ui.words import names


def settings(view: RoomView) -> Figure:
    """The spread of levers: a panel for each that somebody touched, a point for each policy that has it."""
    named = list(zip(words.labels(view), view.entries, strict=True))
    touched = {
        lever.key: lever
        for _, entry in named
        for lever in levers.movable(entry.policy)
        if levers.value_of(entry.policy, lever) != lever.usual
    }
    panels = tuple(_lever_strip(lever, named) for lever in touched.values())
    frame = pd.DataFrame(
        [
            (name, words.kind_title(lever.kind), lever.title, lever.unit, levers.value_of(entry.policy, lever),
             levers.value_of(entry.policy, lever) != lever.usual)
            for name, entry in named
            for lever in levers.movable(entry.policy)
        ],
        columns=["Policy", "Kind", "Lever", "Unit", "Value", "Touched"],
    )  # fmt: skip
    return Figure(
        "board_levers", _levers_words(view, len(touched)), "A point for each policy that has the lever; the line is its usual place.",
        "as named", panels, frame,
    )  # fmt: skip


def _lever_strip(lever: levers.RoomLever, named: Sequence[tuple[str, BoardEntry]]) -> Points:
    having = [(n, e) for n, e in named if lever.key in {x.key for x in levers.movable(e.policy)}]
    style = shaped(words.kind_title(lever.kind), styles([policy([usual_of(lever.kind)])])[0].colour, "circle")
    told = [(name, levers.value_of(entry.policy, lever)) for name, entry in having]
    points = tuple(Mark(v, lever.title, style.name, (name, f"{v:g} {lever.unit}")) for name, v in told)
    alt = "; ".join(f"{name} {value:g}" for name, value in told)
    return Points(
        points, (style,), Axis(lever.unit, padding=14), lanes([lever.title], what="Lever"),
        f"{style.name}, {lever.title}: {alt}.", f"{style.name}: {lever.title.lower()}", 106,
        tips=("Policy", lever.title), levels=(Level(lever.usual, "usual"),), guides=True, size=90,
    )  # fmt: skip


def _levers_words(view: RoomView, touched: int) -> str:
    if not touched:
        return "Nobody moved a lever away from its usual place"
    counts = Counter(
        f"{words.kind_title(lever.kind)}: {lever.title.lower()}"
        for entry in view.entries
        for lever in levers.movable(entry.policy)
        if levers.value_of(entry.policy, lever) != lever.usual
    )
    most, times = counts.most_common(1)[0]
    return (
        f"{touched} levers were moved, most often {most} ({times} policies)"
        if touched > 1
        else f"One lever was moved: {most} ({times} policies)"
    )


def touched_html(view: RoomView) -> str:
    """Which levers were touched by whom: a row for each policy, a column for each lever."""
    named = list(zip(words.labels(view), view.entries, strict=True))
    columns = {lever.key: lever for _, entry in named for lever in levers.movable(entry.policy)}
    rows = [
        Row(name, [_touched(entry, lever) for lever in columns.values()], words.policy_words(entry))
        for name, entry in named
    ]
    heads = [
        f"{words.kind_title(lever.kind)}: {lever.title.lower()}, {lever.unit}" for lever in columns.values()
    ]
    return table("Which levers were touched by whom", "Policy", heads, rows, "touched")


def _touched(entry: BoardEntry, lever: levers.RoomLever) -> TableCell:
    if lever.key not in {own.key for own in levers.movable(entry.policy)}:
        return TableCell("")
    value = levers.value_of(entry.policy, lever)
    return TableCell(f"{value:g}", kind="tb-quiet" if value == lever.usual else "tb-strong")


def together(view: RoomView) -> Figure | None:
    """What happens as the room moves its lever."""
    if view.moved is None or not view.lever:
        return None
    lever = levers.lever_of(view.moved, view.lever)
    steps = sorted(
        ((s.value, r) for s in view.trail if (r := view.results.get(s.bare)) is not None),
        key=lambda pair: pair[0],
    )
    now = levers.together(lever, view.moves.values(), levers.value_of(view.moved, lever))
    panels = tuple(_course(lever, steps, now, view, key) for key in words.BOARD_KEYS[:3])
    frame = pd.DataFrame(
        [
            (value, BY_KEY[key].title, BY_KEY[key].unit, r.values[key])
            for value, r in steps
            for key in words.BOARD_KEYS
        ],
        columns=[f"{lever.title}, {lever.unit}", "Outcome", "Unit", "Figure"],
    )
    title = f"{names.policy_name(view.moved)}: {lever.title.lower()} at {now:g} {lever.unit}, the median of {len(view.moves)}"
    if not view.moves:
        title = f"{names.policy_name(view.moved)}: {lever.title.lower()} at {now:g} {lever.unit}, before anybody moved it"
    note = "Every place where the room has had its lever; the ring is where it stands now."
    return Figure("board_lever", title, note, "as named", panels, frame)


def _course(
    lever: levers.RoomLever, steps: Sequence[tuple[float, RoomResult]], now: float, view: RoomView, key: str
) -> Lines:
    style = Style(BY_KEY[key].brief, styles([policy([usual_of(lever.kind)])])[0].colour)
    x = np.array([value for value, _ in steps], float)
    y = np.array([r.values[key] for _, r in steps], float)
    points = tuple(
        Mark(
            float(a), float(b), style.name, (f"{a:g} {lever.unit}", words.figure_of(r, key)), ringed=a == now
        )
        for a, b, (_, r) in zip(x, y, steps, strict=True)
    )
    levels = (Level(view.none.values[key], words.NO_ACTION),) if view.none else ()
    told = "; ".join(f"at {value:g} {words.figure_of(r, key)}" for value, r in steps)
    return Lines(
        (Line(style, x, y),) if len(steps) > 1 else (), Axis(f"{lever.title}, {lever.unit}", padding=14), Axis(BY_KEY[key].unit, zero=True),
        f"{BY_KEY[key].title} as the lever moves: {told}.", BY_KEY[key].brief, 260, tips=("Lever", BY_KEY[key].brief),
        levels=levels, points=points, series=(style,),
    )  # fmt: skip
