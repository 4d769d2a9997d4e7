"""Charts of events: Treasury auctions and the timeline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Mark, Names, Points, days, lanes
from ui.charts.styles import NEUTRAL, shaped, styles
from ui.comparison import findings
from ui.words import amounts
from ui.words import names as words

WORLD, SCENARIO = "The world", "Scenario event"
MILESTONES = (
    shaped(SCENARIO, NEUTRAL, "circle"),
    shaped("Policy starts", "#5B6C9D", "triangle-right"),
    shaped("First outright purchase", "#B06A4F", "square"),
    shaped("First repo lent", "#9A6B8F", "diamond"),
    shaped("First auction purchase", "#4F7F6A", "square"),
    shaped("First forced sale", "#C2456B", "triangle-down"),
    shaped("First fund fails", "#8C8C3C", "cross"),
)


def issues(summary: Summary) -> Figure:
    """Dealer award at every auction by policy, with its 5 to 95% range and the level close to failure."""
    names, dates = words.policy_names(summary.policies), findings.issue_names(summary)
    rows = [
        (date, name, *issue.award, issue.tail, 100 * issue.near_failure)
        for name, outcome in zip(names, summary.outcomes, strict=True)
        for date, issue in zip(dates, outcome.issues, strict=True)
    ]
    columns = ["Auction", "Policy", "5%", "Median", "95%", "Tail, bp", "Near failure, % of paths"]
    marks = tuple(
        Mark(date, middle, name, tuple(f"{v:,.1f}" for v in (middle, low, high, tail, near)), up=(low, high))
        for date, name, low, middle, high, tail, near in rows
    )
    told = " ".join(f"{r[1]}, {r[0]}: median {r[3]:.1f}%, tail {r[5]:.1f} bp." for r in rows)
    top = max(50.0, 5 * float(np.ceil(max(r[4] for r in rows) / 5)))
    short = "Above 40% an auction is close to failing."
    chart = Points(
        marks, styles(summary.policies), Names(dates, tuple((d,) for d in dates), "Auction", 220),
        Axis("Dealer award, % of issue", (0, top)), f"Dealer awards at Treasury auctions. {told}", height=260,
        what="Policy", tips=("Median", "5%", "95%", *columns[5:]), levels=(Level(40, "40%: close to failing"),), apart=True, size=90,
        plainly=f"Share of each issue that dealers had to take, median of all paths. {short}",
    )  # fmt: skip
    note = (
        f"Share of each issue that dealers had to take: median of {summary.paths} paths and range from 5 to 95%. "
        f"{short} What investors withdraw is a lever of the world."
    )
    table = pd.DataFrame(rows, columns=columns)
    return Figure(
        "issues", findings.finding_issues(summary), note, "% of issue", (chart,), table, chart.series
    )


def timeline(summary: Summary) -> Figure:
    """Scenario events and each policy's first days."""
    rows = _happenings(summary)
    columns = ["Policy", "Day", "Date", "Event", "Share of paths, %", "Text"]
    told = " ".join(f"{r[0]}: {r[3].lower()} on day {r[1]:g} ({r[2]}), {r[5]}." for r in rows)
    seen = {row[3] for row in rows}
    shown = tuple(style for style in MILESTONES if style.name in seen)
    rowed = lanes(
        (*([WORLD] if summary.world.scenario.events else []), *words.policy_names(summary.policies))
    )
    chart = Points(
        tuple(Mark(r[1], r[0], r[3], (r[2], r[5]), short=_short(r)) for r in rows), shown, days(summary.calendar), rowed,
        f"Timeline. {told or 'Nothing happens.'}", height=62 * len(rowed.names) + 40, what="Event", tips=("Date", "Text"),
        apart=True, guides=True, size=130, corner="First day",
    )  # fmt: skip
    events = "; ".join(f"{r[2]}: {r[5]}" for r in rows if r[3] == SCENARIO)
    after = f"What happens in the world: {events}." if events else ""
    note = "Median day over the paths on which it happened; hover for the share of paths."
    table = pd.DataFrame(rows, columns=columns)
    return Figure("timeline", findings.finding_timeline(summary), note, "day", (chart,), table, shown, after)


def _share_text(share: float) -> str:
    return "on every path" if share == 1 else f"on {100 * share:.0f}% of paths"


def _happenings(summary: Summary) -> list[tuple[str, float, str, str, float, str]]:
    """What happens when: to whom, on which day and date, what, on how many of 100 paths, and in words."""
    last = len(summary.calendar) - 1
    rows: list[tuple[str, float, str, str, float, str]] = []
    for e in summary.world.scenario.events:
        date = amounts.date_words(summary.calendar[min(e.day, last)])
        rows.append((WORLD, e.day, date, SCENARIO, 100.0, e.text))
    for name, outcome in zip(words.policy_names(summary.policies), summary.outcomes, strict=True):
        for m in outcome.milestones:
            date = amounts.date_words(summary.calendar[round(m.day)])
            rows.append((name, m.day, date, m.name, 100 * m.share, _share_text(m.share)))
    return rows


def _short(row: tuple[str, float, str, str, float, str]) -> str:
    """The date, and on how many paths where not on all; nothing for what happens in the world."""
    _, _, date, event, share, _ = row
    return "" if event == SCENARIO else date + ("" if share >= 99.5 else f" ({share:.0f}%)")
