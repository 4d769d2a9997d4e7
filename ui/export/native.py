"""Figures as plans of native charts and tables, made from the charts' values.

Lines over days, bars, distributions and dots become charts that can be edited in a slide, with the same numbers and
colours; points in lanes become tables. Nothing here knows the format of slides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Literal

import numpy as np

from ui.charts import kinds
from ui.charts.figure import Figure
from ui.charts.styles import NEUTRAL, SOLID, Style

Kind = Literal["line", "bars", "stacked", "columns"]
MOST_ROWS, MOST_COLUMNS = 12, 9


@dataclass(frozen=True)
class Drawn:
    """One line or colour of bars: a value per category, missing where there is none."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    dash: tuple[int, ...] = SOLID
    alpha: float = 1.0


@dataclass(frozen=True)
class Grid:
    """A table of text; the first column names rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A native chart: its kind, categories (names or dates), series, the title of its axis of values, and its text."""

    kind: Kind
    title: str
    categories: tuple[str, ...] | tuple[dt.date, ...]
    series: tuple[Drawn, ...]
    axis: str
    alt: str
    side: Grid | None = None
    domain: tuple[float, float] | None = None
    note: str = ""  # how to read it, where it is not drawn as on the screen
    across: str = ""  # the title of the axis of categories, where they are numbers


Plan = Chart | Grid


PALE = 0.4
SMALL = 0.005  # a series that never gets beyond it is not drawn


def plans(figure: Figure) -> tuple[Plan, ...]:
    """The figure's native charts; a table where one of its drawings has no native counterpart.

    Empty panels, where nothing happens, give nothing.
    """
    planned = tuple(plan(panel, figure.unit) for panel in figure.panels if not panel.empty)
    return tuple(p for p in planned if p is not None) if all(planned) else tuple(_table(figure))


@singledispatch
def plan(chart: kinds.Chart, unit: str) -> Plan | None:
    """A chart's native counterpart, where it has one."""
    return None


# Lines over days


@plan.register
def _(chart: kinds.Lines, unit: str) -> Plan | None:
    if chart.points or not chart.lines[0].at:
        return None
    if chart.x.title:
        return _over_numbers(chart, unit)
    longest = max(chart.lines, key=lambda line: len(line.x))
    count, alike = len(longest.x), len({line.at[0] for line in chart.lines}) == 1
    dates = tuple(map(_short_date, longest.at)) if alike else tuple(f"day {x:g}" for x in longest.x)
    days = chart.calendar if len(chart.calendar) == count else dates
    series = [
        Drawn(
            line.style.name,
            _numbers([*line.y, *[np.nan] * (count - len(line.y))]),
            line.style.colour,
            line.style.dash,
        )
        for line in chart.lines
    ]
    series += _levels(chart, count)
    side = _peaks(chart.lines, unit) if all(line.low is not None for line in chart.lines) else None
    return Chart(
        "line", chart.heading, days, tuple(series), chart.y.title or unit, chart.alt, side, chart.y.ends
    )


def _levels(chart: kinds.Lines, count: int) -> list[Drawn]:
    return [Drawn(x.name or f"{x.value:g}", (x.value,) * count, NEUTRAL, (3, 3)) for x in chart.levels]


def _over_numbers(chart: kinds.Lines, unit: str) -> Plan | None:
    """Lines over one set of numbers, such as a distribution."""
    places = chart.lines[0].x
    if not all(np.array_equal(line.x, places) for line in chart.lines):
        return None
    series = [Drawn(x.style.name, _numbers(x.y), x.style.colour, x.style.dash) for x in chart.lines]
    return Chart(
        "line", chart.heading, tuple(f"{x:g}" for x in places), (*series, *_levels(chart, len(places))),
        chart.y.title or unit, chart.alt, domain=chart.y.ends, across=chart.x.title,
    )  # fmt: skip


def _short_date(day: str) -> str:
    """`9 April` as `9 Apr`, so that an axis and a table have room."""
    number, _, month = day.partition(" ")
    return f"{number} {month[:3]}"


def _peaks(lines: Iterable[kinds.Line], unit: str) -> Grid:
    """Where each median peaks, with the range from 5 to 95% on that day."""
    rows = []
    for line in lines:
        assert line.low is not None and line.high is not None
        k = int(line.y.argmax())
        peak, low, high = (f"{v[k]:,.1f}".replace("-", "−") for v in (line.y, line.low, line.high))
        rows.append((line.style.name, peak, _short_date(line.at[k]), f"{low} to {high}"))
    return Grid(("Peak of the median", unit.split(" of ")[0], "Day", "5 to 95%"), tuple(rows))


def _numbers(values: Any) -> tuple[float | None, ...]:
    return tuple(float(v) if np.isfinite(v) else None for v in np.asarray(values, float))


# Bars


@plan.register
def _(chart: kinds.Bars, unit: str) -> Plan | None:
    """Parts stacked or beside each other; a bar that floats has no native counterpart."""
    if chart.form == "floating":
        return None
    lanes = [name for name in chart.lanes.names if any(p.lane == name for p in chart.pieces)]
    values = {(p.part, p.lane): p.value for p in chart.pieces}
    told = tuple((label.lane, label.text) for label in chart.labels)
    return Chart(
        "stacked" if chart.form == "stacked" else "bars", chart.heading, tuple(lanes), _series(chart.parts, lanes, values),
        chart.x.title, chart.alt, Grid((chart.total, ""), told) if chart.total else None, chart.x.ends if chart.heading else None,
    )  # fmt: skip


def _series(
    styles: Sequence[Style], lanes: Sequence[str], values: dict[tuple[str, str], float]
) -> tuple[Drawn, ...]:
    """One series per style that has anything to show."""
    drawn = [
        Drawn(
            s.name,
            _numbers([values.get((s.name, n), np.nan) for n in lanes]),
            s.colour,
            alpha=PALE if s.pale else 1.0,
        )
        for s in styles
    ]
    shown = [s for s in drawn if any(v is not None and abs(v) > SMALL for v in s.values)]
    return tuple(shown or drawn[:1])


@plan.register
def _(chart: kinds.Dots, unit: str) -> Plan | None:
    """How many cases of each row end in each way, as stacked bars."""
    counts = zip(chart.rows.names, chart.counts(), strict=True)
    values = {
        (end.name, name): float(n) for name, row in counts for end, n in zip(chart.ends, row, strict=True)
    }
    series = _series(chart.ends, chart.rows.names, values)
    return Chart("stacked", chart.heading, chart.rows.names, series, unit, chart.alt)


# Distributions and points


@plan.register
def _(chart: kinds.Ridges, unit: str) -> Plan | None:
    """The distribution's two marks: what is expected and the mean of the worst 5%, as bars."""
    series = (
        Drawn("Expected", _numbers([r.mean for r in chart.ridges]), "#5B6C9D"),
        Drawn("Mean of the worst 5%", _numbers([r.tail for r in chart.ridges]), "#C2456B"),
    )
    names = tuple(r.style.name for r in chart.ridges)
    return Chart("bars", chart.heading, names, series, chart.x.title or unit, chart.alt, note=chart.plainly)


@plan.register
def _(chart: kinds.Points, unit: str) -> Plan | None:
    """Columns where lanes stand upright, else what the points say in a table of lanes and series."""
    if isinstance(chart.x, kinds.Names) and isinstance(chart.y, kinds.Axis):
        values = {(m.series, str(m.x)): float(m.y) for m in chart.points}
        series = tuple(Drawn(s.name, _numbers([values.get((s.name, n), np.nan) for n in chart.x.names]), s.colour) for s in chart.series)  # fmt: skip
        return Chart(
            "columns", chart.heading, chart.x.names, series, chart.y.title, chart.alt, note=chart.plainly
        )
    said = {(str(m.y), m.series): m.short for m in chart.points if m.short}
    if not said or not isinstance(chart.x, kinds.Axis) or not isinstance(chart.y, kinds.Names):
        return None
    corner, lanes = chart.corner or chart.y.what, list(dict.fromkeys(lane for lane, _ in said))
    if len(said) == len(lanes):
        return Grid((corner, chart.x.title), tuple((lane, text) for (lane, _), text in said.items()))
    columns = list(dict.fromkeys(series for _, series in said))
    rows = tuple((lane, *(said.get((lane, c), "–") for c in columns)) for lane in lanes)
    return Grid((corner, *columns), rows)


def _table(figure: Figure) -> list[Grid]:
    """The figure's own numbers, as many rows and columns as a slide holds."""
    shown = figure.table.iloc[:MOST_ROWS, :MOST_COLUMNS]
    rows = tuple(tuple(cell(v) for v in row) for row in shown.itertuples(index=False))
    return [Grid(tuple(map(str, shown.columns)), rows)] if rows else []


def cell(value: Any) -> str:
    """A value of a table as text; numbers with a minus sign and no more digits than they need."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{int(value):,}".replace("-", "−")
    if isinstance(value, float | np.floating):
        return "–" if not np.isfinite(value) else f"{round(float(value), 2) + 0.0:,.2f}".replace("-", "−")
    return str(value)
