"""Figures as plans of native charts and tables, read off the figure's own frame and specification.

So whatever a page draws as lines over days or as bars becomes a chart that can be edited in a slide, with the same
numbers and colours. Nothing here knows the format of slides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ui.charts.figure import Figure, Panel
from ui.charts.vega import NEUTRAL

Calendar = Sequence[dt.date]
Kind = Literal["line", "bars", "stacked", "columns"]
MOST_ROWS, MOST_COLUMNS = 12, 9


@dataclass(frozen=True)
class Series:
    """One line or colour of bars: a value per category, missing where there is none."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    dash: tuple[int, ...] = (1, 0)
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
    series: tuple[Series, ...]
    axis: str
    alt: str
    side: Grid | None = None
    domain: tuple[float, float] | None = None
    note: str = ""  # how to read it, where it is not drawn as on the screen


Plan = Chart | Grid


def plans(figure: Figure, calendar: Calendar = ()) -> tuple[Plan, ...]:
    """The figure's native charts; a table where its drawing has no native counterpart.

    With the days' calendar, lines have real dates. Empty panels, where nothing happens, give nothing.
    """
    made = tuple(_panel(figure, panel, calendar) for panel in figure.panels if not panel.frame.empty)
    return tuple(plan for plan in made if plan is not None) if all(made) else tuple(_table(figure))


def _panel(figure: Figure, panel: Panel, calendar: Calendar) -> Plan | None:
    columns = set(panel.frame.columns)
    if {"Day", "Date", "Median"} <= columns:
        return _lines(figure, panel, calendar)
    if {"Lane", "Kind", "From", "Text"} <= columns:
        return _ridges(figure, panel)
    if {"Auction", "Policy", "Median"} <= columns:
        return _auctions(figure, panel)
    if {"Event", "Date", "Policy", "Text"} <= columns:
        return _events(panel)
    return _bars(panel, len(figure.panels) > 1)


# Lines over days


def _lines(figure: Figure, panel: Panel, calendar: Calendar) -> Chart | None:
    frame = panel.frame
    field = next((c for c in frame.columns if c not in ("Day", "Date", "5%", "Median", "95%")), None)
    if field is None:
        return None
    names = list(dict.fromkeys(frame[field]))
    drawn = {style.name: style for style in figure.legend}
    first = frame[frame[field] == names[0]]
    series = tuple(
        Series(
            name,
            _numbers(frame.loc[frame[field] == name, "Median"]),
            drawn[name].colour if name in drawn else NEUTRAL,
            drawn[name].dash if name in drawn else (1, 0),
        )
        for name in names
    )
    series += _marks(panel.spec, len(first))
    side = _peaks(frame, field, names, figure.unit) if {"5%", "95%"} <= set(frame.columns) else None
    axis, domain = _y_axis(panel.spec)
    days = [int(day) for day in first["Day"]]
    known = bool(days) and max(days) < len(calendar)
    dates = tuple(calendar[day] for day in days) if known else tuple(map(_short_date, first["Date"]))
    return Chart("line", panel.heading, dates, series, axis or figure.unit, panel.alt, side, domain)


def _short_date(day: Any) -> str:
    """`9 April` as `9 Apr`, so that an axis and a table have room."""
    number, _, month = str(day).partition(" ")
    return f"{number} {month[:3]}"


def _peaks(frame: pd.DataFrame, field: str, names: list[str], unit: str) -> Grid:
    """Where each median peaks, with the range from 5 to 95% on that day."""
    rows = []
    for name in names:
        own = frame[frame[field] == name].reset_index(drop=True)
        at = own.loc[int(own["Median"].argmax())]
        low, high = (f"{at[q]:,.1f}".replace("-", "−") for q in ("5%", "95%"))
        rows.append(
            (name, f"{at['Median']:,.1f}".replace("-", "−"), _short_date(at["Date"]), f"{low} to {high}")
        )
    return Grid(("Peak of the median", unit.split(" of ")[0], "Day", "5 to 95%"), tuple(rows))


def _marks(spec: dict[str, Any], count: int) -> tuple[Series, ...]:
    """Levels that the drawing marks with a line across, such as capacity, each with its own words."""
    layers = _layers(spec)
    levels = [_level(x) for x in layers if _mark(x) == "rule"]
    named = {_level(x): str(x["mark"].get("text", "")) for x in layers if _mark(x) == "text"}
    found = [v for v in levels if v is not None]
    return tuple(Series(named.get(v) or f"{v:g}", (v,) * count, NEUTRAL, (3, 3)) for v in found)


def _level(layer: dict[str, Any]) -> float | None:
    datum = layer.get("encoding", {}).get("y", {}).get("datum")
    return float(datum) if isinstance(datum, int | float) else None


def _y_axis(spec: dict[str, Any]) -> tuple[str, tuple[float, float] | None]:
    """The title of the axis of values, and its ends where the drawing fixes them."""
    for layer in _layers(spec):
        found = layer.get("encoding", {}).get("y", {})
        title = (found.get("axis") or {}).get("title")
        if title:
            return str(title), _ends(found)
    return "", None


def _x_title(spec: dict[str, Any]) -> str:
    found = ((x.get("encoding", {}).get("x", {}).get("axis") or {}).get("title") for x in _layers(spec))
    return next((str(title) for title in found if title), "")


def _ends(axis: dict[str, Any]) -> tuple[float, float] | None:
    domain = (axis.get("scale") or {}).get("domain")
    return (float(domain[0]), float(domain[1])) if domain else None


def _layers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return list(spec.get("layer", [spec]))


def _numbers(values: Any) -> tuple[float | None, ...]:
    return tuple(float(v) if np.isfinite(v) else None for v in np.asarray(values, float))


# Bars


def _bars(panel: Panel, alike: bool) -> Chart | None:
    """Bars, stacked where colours are parts of one bar, read off the layer that draws them.

    With `alike` the axis ends where the drawing's own does, so that panels compare.
    """
    layer = next((x for x in _layers(panel.spec) if _mark(x) == "bar"), None)
    if layer is None or "data" in layer:
        return None
    encoding = {**panel.spec.get("encoding", {}), **layer["encoding"]}
    axes = {encoding[a].get("type"): (a, encoding[a]) for a in ("x", "y") if encoding.get(a, {}).get("field")}
    if not {"nominal", "quantitative"} <= axes.keys():
        return None
    (side, lane), (_, value) = axes["nominal"], axes["quantitative"]
    frame = _kept(panel.frame, layer)
    names = _ordered(frame, lane)
    colour = encoding.get("color", {})
    axis = str((value.get("axis") or {}).get("title") or value.get("title") or value["field"])
    if not colour.get("field"):
        found = frame.set_index(lane["field"])[value["field"]]
        series: tuple[Series, ...] = (
            Series(axis, _numbers([found[n] for n in names]), *_paint(_flat_colour(layer))),
        )
    else:
        series = _parts(frame, lane["field"], value["field"], colour, names)
    kind: Kind = ("stacked" if colour.get("field") else "bars") if side == "y" else "columns"
    return Chart(kind, panel.heading, tuple(names), series, axis, panel.alt, _totals(frame, lane["field"], names), _ends(value) if alike else None)  # fmt: skip


def _mark(layer: dict[str, Any]) -> str:
    mark = layer.get("mark", "")
    return str(mark.get("type", "")) if isinstance(mark, dict) else str(mark)


def _kept(frame: pd.DataFrame, layer: dict[str, Any]) -> pd.DataFrame:
    """Rows that the layer's own filters keep."""
    for step in layer.get("transform", []):
        one_of = step.get("filter")
        if isinstance(one_of, dict) and "oneOf" in one_of:
            frame = frame[frame[one_of["field"]].isin(one_of["oneOf"])]
    return frame


def _ordered(frame: pd.DataFrame, lane: dict[str, Any]) -> list[str]:
    present = list(dict.fromkeys(map(str, frame[lane["field"]])))
    asked = lane.get("sort") if isinstance(lane.get("sort"), list) else lane.get("scale", {}).get("domain")
    order = [str(name) for name in asked or present]
    return [n for n in order if n in present] + [n for n in present if n not in order]


def _parts(
    frame: pd.DataFrame, lane: str, value: str, colour: dict[str, Any], names: list[str]
) -> tuple[Series, ...]:
    """One series per colour that has anything to show; a colour that repeats the lane is one series each."""
    scale = colour.get("scale", {})
    paints = dict(zip(map(str, scale.get("domain", [])), scale.get("range", []), strict=False))
    found = frame.assign(**{lane: frame[lane].astype(str)}).groupby([colour["field"], lane])[value].sum()
    parts = list(paints) or list(dict.fromkeys(map(str, frame[colour["field"]])))
    made = [
        Series(p, _numbers([found.get((p, n), np.nan) for n in names]), *_paint(paints.get(p, NEUTRAL)))
        for p in parts
    ]
    shown = [s for s in made if any(v is not None and abs(v) > 0.005 for v in s.values)]
    return tuple(shown or made[:1])


def _flat_colour(layer: dict[str, Any]) -> str:
    mark = layer.get("mark", {})
    found = mark.get("color") or mark.get("fill") if isinstance(mark, dict) else None
    return str(found or layer.get("encoding", {}).get("color", {}).get("value") or NEUTRAL)


_RGBA = re.compile(r"rgba\((\d+), ?(\d+), ?(\d+), ?([\d.]+)\)")


def _paint(colour: str) -> tuple[str, tuple[int, ...], float]:
    """#rrggbb, the solid pattern, and how opaque."""
    found = _RGBA.fullmatch(str(colour))
    if not found:
        return str(colour), (1, 0), 1.0
    red, green, blue = (int(x) for x in found.groups()[:3])
    return f"#{red:02X}{green:02X}{blue:02X}", (1, 0), float(found[4])


def _totals(frame: pd.DataFrame, lane: str, names: list[str]) -> Grid | None:
    if "Total" not in frame.columns:
        return None
    first = frame.drop_duplicates(lane).set_index(lane)["Total"]
    return Grid(("Total", ""), tuple((name, str(first[name])) for name in names))


# Drawings of other kinds


def _ridges(figure: Figure, panel: Panel) -> Chart:
    """The distribution's two marks: what is expected and the mean of the worst 5%, as bars."""
    frame = panel.frame
    names = tuple(dict.fromkeys(frame["Policy"]))

    def marked(kind: str) -> tuple[float | None, ...]:
        own = frame[frame["Kind"] == kind].set_index("Policy")["From"]
        return _numbers([own.get(name, np.nan) for name in names])

    series = (
        Series("Expected", marked("Mean"), "#1B83C9"),
        Series("Mean of the worst 5%", marked("Tail"), "#C2456B"),
    )
    note = "Profit or loss of the public one year after the opening: what is expected, and the mean of the worst 5% of outcomes."
    return Chart(
        "bars", panel.heading, names, series, _x_title(panel.spec) or figure.unit, panel.alt, note=note
    )


def _auctions(figure: Figure, panel: Panel) -> Chart:
    frame = panel.frame
    drawn = {style.name: style.colour for style in figure.legend}
    dates, names = list(dict.fromkeys(frame["Auction"])), list(dict.fromkeys(frame["Policy"]))
    found = frame.set_index(["Policy", "Auction"])["Median"]
    series = tuple(
        Series(n, _numbers([found.get((n, d), np.nan) for d in dates]), drawn.get(n, NEUTRAL)) for n in names
    )
    note = "Share of each issue that dealers had to take, median of all paths. Above 40% an auction is close to failing."
    return Chart(
        "columns", panel.heading, tuple(dates), series, "Dealer award, % of issue", panel.alt, note=note
    )


def _events(panel: Panel) -> Grid:
    """What first happened when: one row per policy, one column per event."""
    frame = panel.frame[panel.frame["Event"] != "Scenario event"]
    names, events = list(dict.fromkeys(frame["Policy"])), list(dict.fromkeys(frame["Event"]))
    shares = frame.set_index(["Policy", "Event"])["Share of paths, %"]
    dates = frame.set_index(["Policy", "Event"])["Date"]

    def told(name: str, event: str) -> str:
        if (name, event) not in dates.index:
            return "–"
        share = shares[name, event]
        return str(dates[name, event]) + ("" if share >= 99.5 else f" ({share:.0f}%)")

    return Grid(("First day", *events), tuple((n, *(told(n, e) for e in events)) for n in names))


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
