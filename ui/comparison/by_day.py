"""Charts by day: dislocation, dealers, repo, and the parts of a yield."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from models.parameters.base import TENORS
from models.series import (
    DEALER_USE,
    DISLOCATION,
    DYSFUNCTION,
    FACILITY,
    FUNDAMENTALS,
    POLICY_SIGNAL,
    REPO_SPREAD,
    TERM_PREMIUM,
)
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Line, Lines, Span, days
from ui.charts.styles import NEUTRAL, SOLID, Style, styles
from ui.comparison import findings
from ui.words import amounts
from ui.words import names as words

PARTS = (
    ("Fundamentals", FUNDAMENTALS, "#64748B", (6, 3)),
    ("Term premium", TERM_PREMIUM, "#8C8C3C", (2, 2)),
    ("Policy signal", POLICY_SIGNAL, "#9A6B8F", (8, 3, 2, 3)),
    ("Dysfunction", DYSFUNCTION, "#C2456B", (5, 2)),
)
WHOLE = ("Yield", "yield_change_bp", NEUTRAL, SOLID)
READ = "Median of {paths} paths, band from 5 to 95%."


def dislocation(summary: Summary) -> Figure:
    """The 10-year's dislocation by day."""
    chart = _bands(summary, DISLOCATION, TENORS.index(10), "10-year dislocation, bp")
    note = "Yield of the 10-year over what swaps imply, beyond normal. "
    return _by_day(summary, "dislocation", findings.finding_dislocation(summary), note, "bp", chart)


def yields(summary: Summary) -> Figure:
    """The 10-year yield by day, as its change since the opening."""
    chart = _bands(summary, WHOLE[1], TENORS.index(10), "10-year yield, change in bp")
    note = "Change of the 10-year yield since the opening. "
    return _by_day(summary, "yields", findings.finding_yield(summary), note, "bp", chart)


def dealers(summary: Summary) -> Figure:
    """Dealers' balance-sheet use by day, against capacity."""
    limits = (Level(90.0, "90%"), Level(100.0, "100%: capacity"))
    chart = replace(_bands(summary, DEALER_USE, None, "Use of capacity, %"), levels=limits)
    note = "Part of the day's capacity that Treasuries and repo use. "
    return _by_day(summary, "dealers", findings.finding_dealers(summary), note, "% of capacity", chart)


def _by_day(summary: Summary, key: str, title: str, note: str, unit: str, chart: Lines) -> Figure:
    read = note + READ.format(paths=summary.paths)
    return Figure(key, title, read, unit, (chart,), bands_table(chart), styles(summary.policies))


def repo(summary: Summary) -> Figure:
    """The repo spread, and what facilities lend."""
    over = "Repo rate of funds over the middle of the policy range"
    spread = replace(_bands(summary, REPO_SPREAD, None, "Repo spread, bp"), heading=over)
    lent = replace(_bands(summary, FACILITY, None, "Repo lent, $bn"), heading="Lent by a repo facility")
    table = pd.concat([bands_table(c).assign(Series=c.y.title) for c in (spread, lent)], ignore_index=True)
    return Figure(
        "repo", findings.finding_repo(summary), READ.format(paths=summary.paths), "bp and $bn", (spread, lent), table,
        styles(summary.policies),
    )  # fmt: skip


def _bands(summary: Summary, series: str, row: int | None, title: str) -> Lines:
    """A series by day, a line with its band for each policy."""
    blocks = [o.bands[series] if row is None else o.bands[series][:, :, row] for o in summary.outcomes]
    lines = [
        band(style, block, summary.calendar)
        for style, block in zip(styles(summary.policies), blocks, strict=True)
    ]
    peaks = [(line.style.name, line.y, int(line.y.argmax())) for line in lines]
    told = "; ".join(
        f"{name} {y[at]:.1f} on {amounts.day_words(summary, at)}, ends at {y[-1]:.1f}"
        for name, y, at in peaks
    )
    alt = f"Lines by day of {title}, medians with 5 to 95% bands. Highest medians: {told}."
    axis = Axis(title) if any(block.any() for block in blocks) else Axis(title, (0.0, 1.0), (0.0,))
    return Lines(tuple(lines), days(summary.calendar), axis, alt, what="Policy", calendar=summary.calendar)


def band(style: Style, block: np.ndarray, calendar: Sequence[dt.date], shaded: bool = True) -> Line:
    """A line of medians; a block is (quantile, day)."""
    dates = tuple(amounts.date_words(d) for d in calendar)
    return Line(style, np.arange(len(dates)), block[1], block[0], block[2], dates, shaded)


def bands_table(chart: Lines) -> pd.DataFrame:
    """The numbers of bands, a row for each line and day."""
    parts = [
        {
            "Day": line.x,
            "Date": line.at,
            chart.what: line.style.name,
            "5%": line.low,
            "Median": line.y,
            "95%": line.high,
        }
        for line in chart.lines
    ]
    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)


def parts(summary: Summary, tenor: int) -> Figure:
    """Yields at one tenor, split in four parts, one panel per policy on a common scale."""
    row = TENORS.index(tenor)
    ends = _common_ends([o.bands[WHOLE[1]][:, :, row] for o in summary.outcomes]
                        + [o.bands[name][1:2, :, row] for o in summary.outcomes for _, name, _, _ in PARTS])  # fmt: skip
    names = words.policy_names(summary.policies)
    charts = [_parts(summary, k, name, tenor, ends) for k, name in enumerate(names)]
    tables = [bands_table(chart).assign(Policy=chart.heading) for chart in charts]
    note = (
        f"Change of the {tenor}-year yield since the opening and what it is made of: medians of {summary.paths} paths, "
        "band from 5 to 95% for the yield. Medians of parts need not add up."
    )
    return Figure(
        "parts", findings.finding_parts(summary, tenor, row), note, "bp", tuple(charts),
        pd.concat(tables, ignore_index=True), tuple(line.style for line in charts[0].lines),
    )  # fmt: skip


def _common_ends(blocks: Sequence[np.ndarray], step: float = 10.0) -> Span:
    low, high = min(float(b.min()) for b in blocks), max(float(b.max()) for b in blocks)
    return (float(np.floor((low - 1) / step) * step), float(np.ceil((high + 1) / step) * step))


def _parts(summary: Summary, k: int, name: str, tenor: int, ends: Span) -> Lines:
    row, bands = TENORS.index(tenor), summary.outcomes[k].bands
    lines = tuple(
        band(Style(part, colour, dash), bands[series][:, :, row], summary.calendar, series == WHOLE[1])
        for part, series, colour, dash in (WHOLE, *PARTS)
    )
    told = "; ".join(f"{x.style.name} {x.y.max():.1f} at most, {x.y[-1]:.1f} at the end" for x in lines)
    return Lines(
        lines, days(summary.calendar, 2), Axis("bp", ends), height=220, heading=name, what="Part", calendar=summary.calendar,
        alt=f"{name}: change of the {tenor}-year yield in bp and its parts, medians by day. {told}.",
    )  # fmt: skip
