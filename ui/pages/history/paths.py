"""An episode's path against its data points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.calibration.targets import Target, targets
from models.library import shipped
from models.parameters.base import STRATEGIES, TENORS
from models.series import (
    AUCTION_TAIL,
    BASIS,
    DEALER_AWARD,
    DEALER_USE,
    DEPTH,
    DISLOCATION,
    INVENTORY,
    OFF_THE_RUN,
    POSITIONS,
    SERIES,
    YIELD,
)
from models.stack import Array
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Line, Lines, Mark, days
from ui.charts.styles import Style, shaped
from ui.pages.history.targets import LEFT_OUT, MAIN, NOTHING, against_data, groups, met, unseen
from ui.state.session import as_followed
from ui.words import amounts
from ui.words import names as words
from ui.words.amounts import listed

SERIES_NAMES = {
    DISLOCATION: "dislocation",
    OFF_THE_RUN: "off-the-run premium",
    INVENTORY: "Dealers' net Treasuries",
    POSITIONS: "positions",
    "positions_change_pct": "positions, change",
    "exposure_pct": "Funds' Treasury exposure, change",
    "return_pct": "Funds' return since the opening",
    BASIS: "Implied repo over repo",
    DEPTH: "Market depth",
    "margin_rise_pct": "Rise of futures margin",
    "contract_margin_rise_pct": "futures margin, rise",
    "facility_total_bn": "Fed repo",
    DEALER_AWARD: "Dealer award at auctions",
    AUCTION_TAIL: "Auction tail",
    DEALER_USE: "Dealers' balance-sheet use",
    "repo_rise_bp": "Repo spread over calm",
    "defaults_total": "Fund groups that failed",
}

POINT = "#C2456B"
PATH = Style("model", "#5B6C9D")
HIT, MISS = shaped("Hit", POINT, "circle"), shaped("Miss", POINT, "diamond")


@dataclass(frozen=True, eq=False)
class History:
    """An episode's central path with the policy that was followed, in the units of the targets; (day,) by series."""

    name: str
    calendar: tuple[dt.date, ...]
    lines: Mapping[tuple[str, int | None], Array]
    yields: Array  # (day, tenor)
    observed: Array


def replay(name: str) -> History:
    """Runs an episode and reads off every series that a target names."""
    from models.calibration.targets import recorded

    world = shipped(name)
    run = as_followed(world)
    wanted = {(t.series, t.row) for t in targets(name)}
    lines = {}
    for series, row in sorted(wanted, key=str):
        values = recorded(run.series, series)
        lines[series, row] = np.asarray(values if row is None else values[:, row])[:, 0]
    return History(
        name, run.calendar, lines, run[YIELD][..., 0], np.array(world.scenario.observed_yields_pct)
    )


def series_name(series: str, row: int | None) -> str:
    """A series in words."""
    name = SERIES_NAMES.get(series) or SERIES[series][0]
    if row is None:
        return name
    if series in (POSITIONS, "positions_change_pct"):
        return f"{words.STRATEGY_NAMES[STRATEGIES[row]]} {name}"
    return f"{TENORS[row]}-year {name}"


def paths(history: History, data: Mapping[str, Any], main: bool) -> Figure:
    """The model's path against the data points, a panel for each series."""
    rows = {row["key"]: row for row in data["episodes"][history.name]}
    away = dict(zip(rows, unseen(data, history.name) or (), strict=False))
    chosen = {key: points for key, points in groups(history.name).items() if (key[0] in MAIN) == main}
    charts, frames, missed = [], [], []
    for (series, row), points in chosen.items():
        line = history.lines[series, row]
        name, unit = series_name(series, row), points[0].unit
        since = points[0].since
        shift = 0.0 if since is None else line[since]
        what = name if since is None else f"{name}, change"
        told = "; ".join(
            f"{rows[t.key]['title']}: {against_data(rows[t.key])}, {'hit' if met(rows[t.key]) else 'miss'}" for t in points
        )  # fmt: skip
        dates = tuple(amounts.date_words(d) for d in history.calendar)
        line = line - shift
        marks = [(t, mark) for t in points for mark in _marks(t, line, rows[t.key], dates, away.get(t.key))]
        chart = Lines(
            (Line(PATH, np.arange(len(dates)), line, at=dates),), days(history.calendar, 3), Axis(unit),
            f"Line of the model's {what} in {unit}, with data points. {told}.", f"{what}, {unit}", 210, tips=("Text", "Date"),
            value="Model", points=tuple(mark for _, mark in marks), series=(HIT, MISS, NOTHING, LEFT_OUT), size=100,
        )  # fmt: skip
        charts.append(chart)
        frames.append(_table(line, marks, dates).assign(Series=what, Unit=unit))
        missed += [rows[t.key] for t in points if not met(rows[t.key])]
    total = sum(len(points) for points in chosen.values())
    title = (
        f"{'Main series' if main else 'Other series'}: {total - len(missed)} of {total} data points are met"
    )
    if missed:
        title += f"; missed: {listed([row['title'] for row in missed])}"
    note = (
        "Line: the model's central path with what was done. Points: data, bars two units of noise either way; a flat bar "
        "spans the days within which a peak or trough was read."
    )
    legend = (
        PATH,
        shaped("data, met", POINT, HIT.shape),
        shaped("data, missed", POINT, MISS.shape),
        shaped("nothing changes", NOTHING.colour, NOTHING.shape),
        *((shaped("left out of the fit", LEFT_OUT.colour, LEFT_OUT.shape),) if away else ()),
    )
    key = f"paths_{history.name}_{'main' if main else 'more'}"
    return Figure(key, title, note, "as given", tuple(charts), pd.concat(frames, ignore_index=True), legend)


def _marks(
    t: Target, line: Array, row: Mapping[str, Any], dates: Sequence[str], away: float | None
) -> list[Mark]:
    """Where a target stands: what nothing-changes and the left-out model give, then the data with their noise upwards.

    All on the day the path is read; across are the days of the target's window.
    """
    window, at = t.peak or t.trough, _day_read(t, line)
    others = {NOTHING.name: row["naive"]}
    others |= {} if away is None else {LEFT_OUT.name: t.value + away * t.noise}
    told = f"{t.title}: {against_data(row)}"
    reach = (t.value - 2 * t.noise, t.value + 2 * t.noise)
    return [
        *(Mark(at, y, kind, (f"{t.title}: {amounts.lower(kind)}", dates[at])) for kind, y in others.items()),
        Mark(at, t.value, (HIT if met(row) else MISS).name, (told, dates[at]), window, reach),
    ]


def _day_read(t: Target, line: Array) -> int:
    """The day a target stands on: its own, or that of the model's peak or trough within its window."""
    window = t.peak or t.trough
    if window is None:
        return int(t.at or 0)
    first, last = window
    return first + int((np.argmax if t.peak else np.argmin)(line[first : last + 1]))


def _table(line: Array, marks: Sequence[tuple[Target, Mark]], dates: Sequence[str]) -> pd.DataFrame:
    """The path, then what stands beside it, and the windows in which data were read."""
    rows: list[tuple[Any, ...]] = [
        (d, dates[d], "Model", float(v), np.nan, np.nan, d, "") for d, v in enumerate(line)
    ]
    for t, m in marks:
        first, last = m.across or (m.x, m.x)
        if m.across:
            rows.append((first, dates[int(first)], "Window", m.y, np.nan, np.nan, last, t.title))
        rows.append((m.x, m.says[1], m.series, m.y, *(m.up or (np.nan, np.nan)), last, m.says[0]))
    return pd.DataFrame(rows, columns=["Day", "Date", "Kind", "Value", "Low", "High", "Last", "Text"])


def yields(history: History) -> Figure:
    """Model and observed yields, which are equal by construction."""
    gap = 100 * float(np.abs(history.yields - history.observed).max())
    names = [f"{t} years" for t in TENORS]
    dates = tuple(amounts.date_words(d) for d in history.calendar)
    every = np.arange(len(dates))
    styles = tuple(map(Style, names, ("#C2456B", "#5B6C9D", "#4F7F6A", "#9A6B8F")))
    lines = tuple(Line(s, every, y, width=2) for s, y in zip(styles, history.yields.T, strict=True))
    marks = tuple(
        Mark(int(d), seen, line.style.name, (dates[d], f"{y:.2f}", f"{seen:.2f}"))
        for line, data in zip(lines, history.observed.T, strict=True)
        for d, y, seen in zip(every, line.y, data, strict=True)
    )
    ends = "; ".join(
        f"{n} from {a:.2f} to {b:.2f}"
        for n, a, b in zip(names, history.observed[0], history.observed[-1], strict=True)
    )
    chart = Lines(
        lines, days(history.calendar), Axis("Yield, %"), f"Lines of model yields through the observed points, in %: {ends}.",
        height=260, what="Tenor", tips=("Date", "Model", "Data"), points=marks, series=styles, rings=True, size=26,
    )  # fmt: skip
    tables = [
        pd.DataFrame({"Day": every, "Date": dates, "Tenor": line.style.name, "Model": line.y, "Data": data})
        for line, data in zip(lines, history.observed.T, strict=True)
    ]
    close = "" if gap < 0.01 else f", within {gap:.2g} bp"
    title = f"Yields fit by construction{close}, so they test nothing"
    note = (
        "Lines: model. Rings: observed closing yields. Whatever the model's parts do not explain is put into fundamentals, "
        "which are held from then on."
    )
    return Figure(
        f"yields_{history.name}", title, note, "%", (chart,), pd.concat(tables, ignore_index=True), styles
    )
