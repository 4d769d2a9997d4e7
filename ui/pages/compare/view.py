"""Runs side by side: charts by day, the table of outcomes, the ranking by weights, and their sentences and files.

Pure functions of runs with their results; the page only places them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from models import MODEL_VERSION
from policy.outcomes.scorecard import (
    BY_KEY,
    END_YIELD,
    FORCED_SALES,
    FUND_LOSSES,
    KEYS,
    PEAK_DISLOCATION,
    PEAK_REPO_SPREAD,
    PEAK_YIELD,
    TAKE_UP,
    TAXPAYER_TAIL,
)
from policy.outcomes.statistics import NOISE, Gap
from policy.ranking import criteria
from policy.spec import Policy, policy, print_policy
from ui.charts import kinds
from ui.charts import styles as charts
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Line, Lines, Span
from ui.charts.styles import Style
from ui.comparison import changes
from ui.comparison.by_day import bands_table
from ui.comparison.figures import csv_file
from ui.html.tables import Row, TableCell, table
from ui.pages.compare.changes import episode, world_words
from ui.pages.compare.results import SERIES, Entry, gap
from ui.state.state import NamedRun, base_world, own_label
from ui.words import amounts
from ui.words import names as words

MAIN = (*criteria.KEYS, PEAK_REPO_SPREAD.key, FORCED_SALES.key, FUND_LOSSES.key, TAKE_UP.key)
OWN_NONE = "No action in each run's own world"
BASE, PAIRED, UNPAIRED = "the base", "path by path", "unpaired: other draws"
YIELDS = (PEAK_YIELD.key, END_YIELD.key)  # told to a basis point
MOST_TOLD = 4  # changes of a world that a card lists


# Runs


def styles(runs: Sequence[NamedRun]) -> tuple[Style, ...]:
    """Each run in its policy's colour where that is free, under its own name."""
    drawn = charts.styles([run.policy for run in runs])
    return tuple(Style(run.name, d.colour, d.dash) for run, d in zip(runs, drawn, strict=True))


def quoted(name: str) -> str:
    """A run's name in a sentence: names are free text and may read like a part of it."""
    return f"“{name}”"


def listed(names: Sequence[str]) -> str:
    """Names of runs in a sentence."""
    return amounts.listed([quoted(name) for name in names])


def about(run: NamedRun) -> list[str]:
    """What a run is: episode, what was changed in the world, policy, draws."""
    settings = world_words(run.world, base_world(run.world))
    more = f" and {len(settings) - MOST_TOLD} more" if len(settings) > MOST_TOLD else ""
    changed = f"World changed: {'; '.join(settings[:MOST_TOLD])}{more}" if settings else "World as shipped"
    return [
        episode(run.world),
        changed,
        f"Policy: {policy_words(run.policy)}",
        f"Seed {run.seed}, {run.paths} paths",
    ]


def policy_words(own: Policy) -> str:
    """A policy's label and, where somebody gave it one, what it is made of."""
    plain = words.policy_names([policy(own.interventions)])[0]
    given = own_label(own)
    return f"{given}: {plain}" if given and given != plain else plain


def one_calendar(entries: Sequence[Entry]) -> bool:
    """Whether all runs go through the same dates."""
    return all(e.calendar == entries[0].calendar for e in entries)


# Charts by day


def overlay(entries: Sequence[Entry], name: str) -> Figure:
    """All runs in one drawing."""
    return _by_day(entries, name, (_chart(entries, name, entries, None, 320),))


def multiples(entries: Sequence[Entry], name: str) -> Figure:
    """One drawing for each run, on common scales."""
    ends = _ends(entries, name)
    return _by_day(entries, name, tuple(_chart([e], name, entries, ends, 200) for e in entries))


def _by_day(entries: Sequence[Entry], name: str, charts: tuple[Lines, ...]) -> Figure:
    unit = SERIES[name].unit
    axis = (
        "by date" if one_calendar(entries) else "by days since the opening, as the runs have different dates"
    )
    note = f"{capital(SERIES[name].title)}, {unit}, {axis}. Median over each run's paths, band from 5 to 95%."
    legend = styles([e.run for e in entries]) if len(charts) == 1 else ()
    table = pd.concat([bands_table(chart) for chart in charts], ignore_index=True)
    return Figure(f"compare.{name}", series_words(entries, name), note, unit, charts, table, legend)


def _chart(
    shown: Sequence[Entry], name: str, everyone: Sequence[Entry], ends: Span | None, height: int
) -> Lines:
    drawn = dict(zip([e.run.name for e in everyone], styles([e.run for e in everyone]), strict=True))
    heading = shown[0].run.name if len(shown) == 1 and len(everyone) > 1 else ""
    return Lines(
        tuple(_line(drawn[e.run.name], e, name) for e in shown), _days(everyone, len(shown) == 1),
        Axis(SERIES[name].unit, ends), _alt(shown, name), heading, height, "Run",
    )  # fmt: skip


def _line(style: Style, entry: Entry, name: str) -> Line:
    low, middle, high = entry.found.bands[name]
    dates = tuple(f"{amounts.date_words(d)} {d.year}" for d in entry.calendar)
    return Line(style, np.arange(len(middle)), middle, low, high, dates)


def _days(entries: Sequence[Entry], few: bool) -> Axis:
    """Dates where all runs have the same, else days since the opening."""
    longest = max((e.calendar for e in entries), key=len)
    if one_calendar(entries):
        return kinds.days(longest, 2 if few else 4)
    axis = kinds.days(longest, 3 if few else 6)
    return replace(axis, labels=tuple(f"day {d}" for d in axis.ticks))


def _ends(entries: Sequence[Entry], name: str) -> Span:
    """A common range with a little air."""
    low = min(float(e.found.bands[name].min()) for e in entries)
    high = max(float(e.found.bands[name].max()) for e in entries)
    air = 0.05 * (high - low) or 1.0
    return (0.0 if low == 0 else low - air, high + air)


def _alt(shown: Sequence[Entry], name: str) -> str:
    told = [
        f"{e.run.name} {'lowest' if SERIES[name].low else 'peak'} {level(name, value)} on "
        f"{amounts.date_words(e.calendar[day])}, ends at {level(name, float(e.found.bands[name][1][-1]))}"
        for e, (value, day) in zip(shown, _extremes(shown, name), strict=True)
    ]
    return f"Lines by day of {SERIES[name].title}, medians with 5 to 95% bands. {'; '.join(told)}."


def _extremes(entries: Sequence[Entry], name: str) -> list[tuple[float, int]]:
    """Each run's median at its worst, and the day."""
    medians = [e.found.bands[name][1] for e in entries]
    days = [int(m.argmin() if SERIES[name].low else m.argmax()) for m in medians]
    return [(float(m[d]), d) for m, d in zip(medians, days, strict=True)]


def level(name: str, value: float) -> str:
    """A figure of a series; yields to two digits."""
    unit = SERIES[name].unit
    return f"{_two(value)}%" if unit == "%" else amounts.amount(value, unit)


def series_words(entries: Sequence[Entry], name: str) -> str:
    """What the chart says: where the median goes furthest, and where least far."""
    series, extremes = SERIES[name], _extremes(entries, name)
    most, least = (f(range(len(extremes)), key=lambda k: extremes[k][0]) for f in (max, min))
    verb = "falls" if series.low else "peaks"
    if len(extremes) == 1:
        day = amounts.date_words(entries[0].calendar[extremes[0][1]])
        return f"The median {series.title} {verb} {'to' if series.low else 'at'} {level(name, extremes[0][0])} on {day}"
    if level(name, extremes[most][0]) == level(name, extremes[least][0]):
        return f"The median {series.title} {verb} {'to' if series.low else 'at'} {level(name, extremes[0][0])} in every run"
    first, last = (least, most) if series.low else (most, least)
    start = f"The median {series.title} {verb} {'lowest' if series.low else 'highest'} under {quoted(entries[first].run.name)}"
    end = f"{'least' if series.low else 'lowest'} under {quoted(entries[last].run.name)}"
    how = "to" if series.low else "at"
    return (
        f"{start}, {how} {level(name, extremes[first][0])}, and {end}, {how} {level(name, extremes[last][0])}"
    )


# The table of outcomes


def base_name(entries: Sequence[Entry], base: int | None) -> str:
    return OWN_NONE if base is None else entries[base].run.name


def pairing(entries: Sequence[Entry], base: int | None, k: int) -> str:
    """How run `k` is compared with the base."""
    if base is None:
        return PAIRED
    if k == base:
        return BASE
    return PAIRED if entries[k].draws == entries[base].draws else UNPAIRED


def pairing_words(entries: Sequence[Entry], base: int | None) -> str:
    """What the intervals are."""
    unpaired = [e.run.name for k, e in enumerate(entries) if pairing(entries, base, k) == UNPAIRED]
    text = (
        "Means over each run's paths. Below: the difference to the base with its 95% interval, path by path where seed and "
        "number of paths are the same"
    )
    if not unpaired:
        return f"{text}, as they are for all runs here."
    return (
        f"{text}; for {listed(unpaired)} they are not, so the interval is unpaired: it adds both variances "
        "and is wider."
    )


def _against(entries: Sequence[Entry], base: int | None) -> Entry | None:
    return None if base is None else entries[base]


def outcomes_html(entries: Sequence[Entry], base: int | None, keys: Sequence[str]) -> str:
    """Each run's figures, and their differences to the base."""
    how = Row(
        "Compared with the base",
        [TableCell(pairing(entries, base, k)) for k in range(len(entries))],
        kind="tb-quiet",
    )
    rows = [
        Row(
            BY_KEY[key].title,
            [_cell(entries, base, k, key) for k in range(len(entries))],
            f"{BY_KEY[key].unit}; {_direction(key)}",
        )
        for key in keys
    ]
    heads = [e.run.name for e in entries]
    return table(f"Outcomes against {base_name(entries, base)}", "Outcome", heads, [how, *rows], "outcomes")


def _direction(key: str) -> str:
    return {"low": "lower is better", "high": "higher is better"}.get(
        BY_KEY[key].better, "neither direction is better"
    )


def _cell(entries: Sequence[Entry], base: int | None, k: int, key: str) -> TableCell:
    value = entries[k].found.mean(key)
    text = _two(value) + "%" if key in YIELDS else amounts.figure(key, value)
    return TableCell(text, "" if base == k else gap_words(key, gap(entries[k], _against(entries, base), key)))


def _two(value: float, signed: bool = False) -> str:
    """Two digits and a minus sign."""
    return f"{value:{'+' if signed else ''}.2f}".replace("-", "−")


def gap_words(key: str, gap: Gap) -> str:
    """A difference with its interval, and whether it is better or worse where that is clear."""
    unit, better = BY_KEY[key].unit, BY_KEY[key].better
    if abs(gap.value) < NOISE and abs(gap.high - gap.low) < NOISE:
        return "the same"
    if key in YIELDS:
        return f"{_two(gap.value, True)} points ({_two(gap.low)} to {_two(gap.high)}){_told(gap, better)}"
    if all(amounts.amount(x, unit) == amounts.amount(0.0, unit) for x in (gap.value, gap.low, gap.high)):
        return "no visible difference"
    if key == TAXPAYER_TAIL.key:  # shown as a result, so that minus is a loss as in the row above it
        gap, better = Gap(-gap.value, -gap.high, -gap.low, gap.paired), "high"
    shown = amounts.amount(gap.value, unit, signed=True)
    if unit.startswith("%"):
        shown = shown.removesuffix("%") + " points"
    return f"{shown} ({amounts.span(gap, unit)}){_told(gap, better)}"


def _told(gap: Gap, better: str) -> str:
    if not gap.clear:
        return ", noise"
    if better == "neither":
        return ""
    return ", better" if (gap.value < 0) == (better == "low") else ", worse"


def outcomes_frame(entries: Sequence[Entry], base: int | None, keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """The same, one row for each outcome and run, in the scorecard's own signs."""
    rows = []
    for key in keys:
        for k, e in enumerate(entries):
            apart = gap(e, _against(entries, base), key)
            rows.append(
                (BY_KEY[key].title, key, BY_KEY[key].unit, e.run.name, e.found.mean(key), apart.value, apart.low, apart.high,
                 pairing(entries, base, k))
            )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=[
            "Outcome",
            "Key",
            "Unit",
            "Run",
            "Mean",
            "Difference to base",
            "95% low",
            "95% high",
            "Compared",
        ],
    )


def outcomes(entries: Sequence[Entry], base: int | None, keys: Sequence[str]) -> Figure:
    """The table as a figure of words and numbers."""
    title = outcomes_words(entries, base)
    return Figure(
        "compare_outcomes",
        title,
        pairing_words(entries, base),
        "as named",
        (),
        outcomes_frame(entries, base, keys),
    )


def outcomes_words(entries: Sequence[Entry], base: int | None) -> str:
    """What the table says about the peak dislocation."""
    key = PEAK_DISLOCATION.key
    told = [k for k in range(len(entries)) if k != base]
    gaps = {k: gap(entries[k], _against(entries, base), key) for k in told}
    down = [k for k in told if gaps[k].clear and gaps[k].value <= -0.05]
    where = "no action" if base is None else quoted(entries[base].run.name)
    if not told:
        return f"Peak 10-year dislocation under {where}: {amounts.amount(entries[0].found.mean(key), 'bp')}"
    if not down:
        return f"No run has a peak 10-year dislocation below that of {where} by more than noise"
    best = min(down, key=lambda k: gaps[k].value)
    fall = amounts.amount(-gaps[best].value, "bp")
    if len(told) == 1:
        return (
            f"Against {where}, {quoted(entries[best].run.name)} lowers the peak 10-year dislocation by {fall}"
        )
    return f"Against {where} the peak 10-year dislocation is lower by most under {quoted(entries[best].run.name)}: by {fall}"


# Files


def csv_text(figure: Figure, runs: Sequence[NamedRun]) -> str:
    """A figure's table with a head that names each run: world, what was changed in it, policy, seed and paths."""
    head = [figure.title, figure.note, f"unit: {figure.unit}"]
    for run in runs:
        head.append(f"run: {run.name}; scenario: {run.world.name}; seed: {run.seed}; paths: {run.paths}")
        head.append(f"policy: {print_policy(run.policy)}")
        head += [f"world changed: {line}" for line in changes.world_lines(run.world)]
        head += [f"note: {run.note}"] if run.note else []
    head += [f"model version: {MODEL_VERSION}", words.QUIET]
    return csv_file(head, figure.table)


def capital(text: str) -> str:
    return text[0].upper() + text[1:]
