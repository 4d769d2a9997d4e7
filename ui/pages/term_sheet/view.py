"""A term sheet as chart, table and slides: the smallest size by facility, price and trigger, with what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from policy.outcomes.scorecard import TAKE_UP, TAXPAYER_TAIL, UNINTENDED_EASING
from policy.studies.alarms import Alarm
from policy.studies.facilities import SIZES
from policy.studies.term_sheet import SheetRow, TermSheet
from ui.charts.figure import Figure, Origin
from ui.charts.kinds import Axis, Mark, Names, Points, wrapped
from ui.charts.styles import NEUTRAL, SHAPES, shaped
from ui.export.native import Grid
from ui.export.report import Report
from ui.html import tables
from ui.html.tables import TableCell
from ui.words import amounts
from ui.words import term_sheet as words

TITLE = "The smallest facility that does it"
COLUMNS = (
    "Smallest size",
    "Kept on",
    "Used",
    "Taxpayer, 5% tail",
    "Easing, 10-year",
    "Losses funds still bear",
)
TICKS = (0.0, 100.0, 500.0, 1000.0, 2000.0, 5000.0)
Alarms = Mapping[str, Sequence[Alarm]]


def row_name(row: SheetRow) -> str:
    """A row's facility, price and trigger."""
    return f"{row.terms.base.title}, {words.price_words(row.terms)}, {words.start_words(row.terms)}"


def figures(row: SheetRow) -> tuple[str, ...]:
    """What a row's size does, as text, in the order of `COLUMNS`."""
    trial = row.trial
    tail = amounts.figure(TAXPAYER_TAIL.key, trial.figure(TAXPAYER_TAIL.key))
    return (
        "not reachable" if row.size is None else words.size_words(row.size),
        words.chance(trial.share),
        amounts.amount(trial.figure(TAKE_UP.key), "$bn"),
        tail,
        amounts.amount(trial.figure(UNINTENDED_EASING.key), "bp"),
        f"{amounts.bare(100 * trial.borne_share, 0)}%",
    )


def rows_html(sheet: TermSheet, title: str) -> str:
    """One facility's rows; where a size is not reachable, the figures are those of the size that came nearest."""
    own = [row for row in sheet.rows if row.terms.base.title == title]
    body = [
        tables.Row(
            f"{words.price_words(row.terms)}; {words.start_words(row.terms)}",
            [TableCell(text, kind="tb-quiet" if row.size is None else "tb-strong" if k == 0 else "") for k, text in enumerate(figures(row))],
        )
        for row in own
    ]  # fmt: skip
    return tables.table(
        f"{title}: the smallest size", "Price; begins at", COLUMNS, body, f"terms_{own[0].terms.base.name}"
    )


def facilities(sheet: TermSheet) -> list[str]:
    """Titles of the facilities in the sheet."""
    return list(dict.fromkeys(row.terms.base.title for row in sheet.rows))


def best(sheet: TermSheet, title: str) -> SheetRow | None:
    """A facility's row with the smallest size."""
    own = [row for row in sheet.rows if row.terms.base.title == title and row.size is not None]
    return min(own, key=lambda row: row.size or 0.0, default=None)


def missing_lines(sheet: TermSheet) -> list[str]:
    """For each facility with terms that have no size: how many, and the reason where it comes nearest."""
    lines = []
    for title in facilities(sheet):
        own = [row for row in sheet.rows if row.terms.base.title == title]
        missing = [row for row in own if row.size is None]
        if missing:
            near = max(missing, key=lambda row: row.trial.share)
            of = (
                "none of its terms"
                if len(missing) == len(own)
                else f"{len(missing)} of {len(own)} terms do not"
            )
            verb = " keeps the aim" if len(missing) == len(own) else ""
            where = f"nearest at {words.price_words(near.terms)}, {words.start_words(near.terms)}"
            lines.append(f"{title}: {of}{verb}; {where}. {words.answer_words(sheet.order, near)}.")
    return lines


def chart(sheet: TermSheet) -> Figure:
    """Smallest sizes as dots: a lane for each facility and price, a shape for each trigger."""
    names, marks, series = [], [], {}
    for row in sheet.rows:
        lane = f"{row.terms.base.title}, {words.price_words(row.terms)}"
        names.append(lane)
        order = [r.terms.start for r in sheet.rows if r.terms.base.name == row.terms.base.name]
        start = list(dict.fromkeys(map(str, order))).index(str(row.terms.start))
        style = ("Earliest trigger", "Middle trigger", "Latest trigger")[min(start, 2)]
        series[style] = shaped(style, NEUTRAL, SHAPES[min(start, 2)])
        if row.size is not None:
            said = (words.start_words(row.terms), *figures(row))
            marks.append(Mark(row.size, lane, style, said, short=words.size_words(row.size)))
    lanes = tuple(dict.fromkeys(names))
    reached = {mark.y for mark in marks}
    panel = Points(
        tuple(marks), tuple(series.values()), Axis("Smallest size, $bn (root scale)", (0, SIZES[-1]), TICKS, scale="sqrt", padding=8),
        Names(tuple(x for x in lanes if x in reached), tuple(wrapped(x, 30) for x in lanes if x in reached), "Facility and price", 185),
        f"Dots of the smallest size by facility, price and trigger. {words.verdict(sheet)}", height=46 * max(1, len(reached)) + 60,
        what="Trigger", tips=("Begins at", *COLUMNS), guides=True, size=110.0, corner="Facility and price",
    )  # fmt: skip
    note = (
        f"Sizes are round amounts. A size counts once the one-sided 95% lower bound of the probability reaches it on {sheet.order.checked} "
        "fresh paths. Facilities that cannot keep the aim at any size are listed below."
    )
    return Figure("term_sheet", finding(sheet), note, "$bn", (panel,), frame(sheet), tuple(series.values()))


def finding(sheet: TermSheet) -> str:
    """The chart's title."""
    found_sizes = [
        (title, row) for title in facilities(sheet) if (row := best(sheet, title)) is not None and row.size
    ]
    if not found_sizes:
        return "No facility is needed" if not sheet.needed else "No facility of this sheet keeps the aim"
    parts = [f"{amounts.lower(title)} {words.size_words(row.size or 0.0)}" for title, row in found_sizes]
    return f"Smallest sizes: {amounts.listed(parts)}"


def frame(sheet: TermSheet) -> pd.DataFrame:
    """All rows for a file."""
    data = [
        (
            row.terms.base.title, words.price_words(row.terms), words.start_words(row.terms), row.size, row.trial.share, row.trial.bound,
            row.trial.figure(TAKE_UP.key), row.trial.figure(TAXPAYER_TAIL.key), row.trial.figure(UNINTENDED_EASING.key), row.trial.borne_share,
        )
        for row in sheet.rows
    ]  # fmt: skip
    return pd.DataFrame(
        data,
        columns=[
            "Facility", "Price", "Begins at", "Smallest size, $bn", "Kept on, share", "95% lower bound", "Used, $bn",
            "Taxpayer, mean loss in the worst 5%, $bn", "Easing, bp", "Losses funds still bear, share",
        ],
    )  # fmt: skip


def alarms_html(sheet: TermSheet, alarmed: Alarms) -> str:
    """How often each trigger fires in quiet worlds."""
    worlds = [alarm.world for alarm in next(iter(alarmed.values()))]
    starts = {str(row.terms.start): words.start_words(row.terms) for row in sheet.rows}
    rows = [
        tables.Row(
            starts[text],
            [TableCell(words.chance(a.share), "and on the path that happened" if a.happened else "", "tb-quiet" if not a.share else "") for a in told],
        )
        for text, told in alarmed.items()
    ]  # fmt: skip
    return tables.table(
        "False alarms", "Begins at", [words.world_title(name) for name in worlds], rows, "alarms"
    )


def report(sheet: TermSheet, alarmed: Alarms) -> Report:
    """The sheet as slides."""
    order = sheet.order
    told = [
        (title, f"Means over {order.checked} fresh paths; where nothing is reachable, of the size that came nearest.",
         Grid(("Price; begins at", *COLUMNS), tuple((f"{words.price_words(r.terms)}; {words.start_words(r.terms)}", *figures(r)) for r in sheet.rows if r.terms.base.title == title)))
        for title in facilities(sheet)
    ]  # fmt: skip
    lines = (
        *missing_lines(sheet),
        *(f"Would have fired without a crisis, {line}." for line in words.alarm_lines(alarmed, sheet.rows)),
    )
    origin = Origin(
        order.world,
        tuple(row.terms.sized(row.nearest or SIZES[0]) for row in sheet.rows[:1]),
        order.seed,
        order.checked,
    )
    return Report(
        TITLE,
        words.verdict(sheet),
        (chart(sheet),) if not chart(sheet).panels[0].empty else (),
        tuple(told),
        lines,
        origin,
    )
