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
from models.series import SERIES
from models.stack import Array
from ui.charts.figure import Figure, Panel, Style
from ui.charts.history import LEFT_OUT, PATH, POINT, path_spec, yield_spec
from ui.charts.vega import NEUTRAL
from ui.pages.history.targets import MAIN, against_data, groups, met, unseen
from ui.state.session import as_followed
from ui.words import amounts
from ui.words import names as words
from ui.words.amounts import listed

SERIES_NAMES = {
    "dislocation_bp": "dislocation",
    "off_the_run_bp": "off-the-run premium",
    "inventory_bn": "Dealers' net Treasuries",
    "positions_bn": "positions",
    "positions_change_pct": "positions, change",
    "exposure_pct": "Funds' Treasury exposure, change",
    "return_pct": "Funds' return since the opening",
    "basis_bp": "Implied repo over repo",
    "depth_mn": "Market depth",
    "margin_rise_pct": "Rise of futures margin",
    "contract_margin_rise_pct": "futures margin, rise",
    "facility_total_bn": "Fed repo",
    "dealer_award_pct": "Dealer award at auctions",
    "auction_tail_bp": "Auction tail",
    "dealer_use_pct": "Dealers' balance-sheet use",
    "repo_rise_bp": "Repo spread over calm",
    "defaults_total": "Fund groups that failed",
}


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
        name, run.calendar, lines, run["yield_pct"][..., 0], np.array(world.scenario.observed_yields_pct)
    )


def series_name(series: str, row: int | None) -> str:
    """A series in words."""
    name = SERIES_NAMES.get(series) or SERIES[series][0]
    if row is None:
        return name
    if series in ("positions_bn", "positions_change_pct"):
        return f"{words.STRATEGY_NAMES[STRATEGIES[row]]} {name}"
    return f"{TENORS[row]}-year {name}"


def paths(history: History, data: Mapping[str, Any], main: bool) -> Figure:
    """The model's path against the data points, a panel for each series."""
    rows = {row["key"]: row for row in data["episodes"][history.name]}
    away = dict(zip(rows, unseen(data, history.name) or (), strict=False))
    chosen = {key: found for key, found in groups(history.name).items() if (key[0] in MAIN) == main}
    panels, frames, missed = [], [], []
    for (series, row), found in chosen.items():
        line = history.lines[series, row]
        name, unit = series_name(series, row), found[0].unit
        shift = line[found[0].since] if found[0].since is not None else 0.0
        what = f"{name}, change" if found[0].since is not None else name
        frame = _path_frame(history, line - shift, found, rows, away)
        told = "; ".join(
            f"{rows[t.key]['title']}: {against_data(rows[t.key])}, {'hit' if met(rows[t.key]) else 'miss'}" for t in found
        )  # fmt: skip
        spec = path_spec(_day_ticks(history), len(history.calendar) - 1, unit)
        panels.append(
            Panel(
                frame,
                spec,
                f"Line of the model's {what} in {unit}, with data points. {told}.",
                f"{what}, {unit}",
            )
        )
        frames.append(frame.assign(Series=what, Unit=unit))
        missed += [rows[t.key] for t in found if not met(rows[t.key])]
    total = sum(len(found) for found in chosen.values())
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
        Style("model", PATH, (1, 0)),
        Style("● data, met", POINT, (-1, 0)),
        Style("◆ data, missed", POINT, (-1, 0)),
        Style("✚ nothing changes", NEUTRAL, (-1, 0)),
        *((Style("▲ left out of the fit", LEFT_OUT, (-1, 0)),) if away else ()),
    )
    key = f"paths_{history.name}_{'main' if main else 'more'}"
    return Figure(key, title, note, "as given", tuple(panels), pd.concat(frames, ignore_index=True), legend)


def _path_frame(
    history: History, line: Array, found: Sequence[Target], rows: Mapping[str, Any], away: Mapping[str, float]
) -> pd.DataFrame:
    """The model's line, data with their reach, and beside them what nothing-changes and the left-out model give."""
    dates = [amounts.date_words(d) for d in history.calendar]
    nothing = (np.nan, np.nan)
    drawn: list[tuple[Any, ...]] = [
        (d, dates[d], "Model", float(line[d]), *nothing, d, "") for d in range(len(dates))
    ]
    for t in found:
        row, at = rows[t.key], _day_read(t, line)
        told, span = f"{t.title}: {against_data(row)}", 2 * t.noise
        others = {"Nothing changes": row["naive"]}
        others |= {"Left out": t.value + away[t.key] * t.noise} if t.key in away else {}
        drawn += [
            (at, dates[at], kind, value, *nothing, at, f"{t.title}: {amounts.lower(kind)}")
            for kind, value in others.items()
        ]
        window = t.peak or t.trough
        if window:
            drawn.append((window[0], dates[window[0]], "Window", t.value, *nothing, window[1], t.title))
        kind = "Hit" if met(row) else "Miss"
        drawn.append((at, dates[at], kind, t.value, t.value - span, t.value + span, at, told))
    return pd.DataFrame(drawn, columns=["Day", "Date", "Kind", "Value", "Low", "High", "Last", "Text"])


def _day_read(t: Target, line: Array) -> int:
    """The day a target stands on: its own, or that of the model's peak or trough within its window."""
    window = t.peak or t.trough
    if window is None:
        return int(t.at or 0)
    first, last = window
    return first + int((np.argmax if t.peak else np.argmin)(line[first : last + 1]))


def _day_ticks(history: History, steps: int = 3) -> tuple[tuple[int, str], ...]:
    last = len(history.calendar) - 1
    step = max(1, round(last / steps))
    return tuple((d, f"{history.calendar[d].day} {history.calendar[d]:%b}") for d in range(0, last + 1, step))


def yields(history: History) -> Figure:
    """Model and observed yields, which are equal by construction."""
    gap = 100 * float(np.abs(history.yields - history.observed).max())
    names = [f"{t} years" for t in TENORS]
    days = len(history.calendar)
    frame = pd.DataFrame(
        {
            "Day": np.tile(np.arange(days), len(TENORS)),
            "Date": [amounts.date_words(d) for d in history.calendar] * len(TENORS),
            "Tenor": np.repeat(names, days),
            "Model": history.yields.T.ravel(),
            "Data": history.observed.T.ravel(),
        }
    )
    colours = ("#D55E00", "#1B83C9", "#009E73", "#6F63C7")
    ends = "; ".join(
        f"{n} from {a:.2f} to {b:.2f}"
        for n, a, b in zip(names, history.observed[0], history.observed[-1], strict=True)
    )
    panel = Panel(
        frame,
        yield_spec(names, colours, _day_ticks(history, 4), days),
        f"Lines of model yields through the observed points, in %: {ends}.",
    )
    close = "" if gap < 0.01 else f", within {gap:.2g} bp"
    title = f"Yields fit by construction{close}, so they test nothing"
    note = (
        "Lines: model. Rings: observed closing yields. Whatever the model's parts do not explain is put into fundamentals, "
        "which are held from then on."
    )
    legend = tuple(Style(n, c, (1, 0)) for n, c in zip(names, colours, strict=True))
    return Figure(f"yields_{history.name}", title, note, "%", (panel,), frame, legend)
