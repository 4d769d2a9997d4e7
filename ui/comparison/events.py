"""Charts of events: Treasury auctions and the timeline."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policy.outcomes.summary import Summary
from ui.charts import vega
from ui.charts.events import MILESTONES, issues_spec, timeline_spec
from ui.charts.figure import Figure, Panel, Style, styles
from ui.comparison import findings
from ui.words import amounts
from ui.words import names as words


def issues(summary: Summary) -> Figure:
    """Dealer award at every auction by policy, with its 5 to 95% range and the level close to failure."""
    names, dates = words.policy_names(summary.policies), findings.issue_names(summary)
    rows = [
        (date, name, *issue.award, issue.tail, 100 * issue.near_failure)
        for name, outcome in zip(names, summary.outcomes, strict=True)
        for date, issue in zip(dates, outcome.issues, strict=True)
    ]
    frame = pd.DataFrame(
        rows, columns=["Auction", "Policy", "5%", "Median", "95%", "Tail, bp", "Near failure, % of paths"]
    )
    lines = styles(summary.policies)
    spec = issues_spec(lines, dates, max(50.0, 5 * np.ceil(frame["95%"].max() / 5)))
    told = " ".join(f"{r[1]}, {r[0]}: median {r[3]:.1f}%, tail {r[5]:.1f} bp." for r in rows)
    note = (
        f"Share of each issue that dealers had to take: median of {summary.paths} paths and range from 5 to 95%. "
        "Above 40% an auction is close to failing. What investors withdraw is a lever of the world."
    )
    panel = Panel(frame, spec, f"Dealer awards at Treasury auctions. {told}")
    return Figure("issues", findings.finding_issues(summary), note, "% of issue", (panel,), frame, lines)


def timeline(summary: Summary) -> Figure:
    """Scenario events and each policy's first days."""
    names = words.policy_names(summary.policies)
    world = "The world"
    rows = [
        (
            world,
            e.day,
            amounts.date_words(summary.calendar[min(e.day, len(summary.calendar) - 1)]),
            "Scenario event",
            100.0,
            e.text,
        )
        for e in summary.world.scenario.events
    ]
    for name, outcome in zip(names, summary.outcomes, strict=True):
        rows += [
            (
                name,
                m.day,
                amounts.date_words(summary.calendar[round(m.day)]),
                m.name,
                100 * m.share,
                _share_text(m.share),
            )
            for m in outcome.milestones
        ]
    columns = ["Policy", "Day", "Date", "Event", "Share of paths, %", "Text"]
    frame = pd.DataFrame(rows, columns=columns)
    lanes = (world, *names) if summary.world.scenario.events else names
    found = tuple(kind for kind in MILESTONES if kind in set(frame["Event"]))
    spec = timeline_spec(tuple(lanes), found, vega.ticks(summary.calendar), len(summary.calendar) - 1)
    note = "Median day over the paths on which it happened; hover for the share of paths."
    told = " ".join(f"{r[0]}: {r[3].lower()} on day {r[1]:g} ({r[2]}), {r[5]}." for r in rows)
    text = f"Timeline. {told or 'Nothing happens.'}"
    legend = tuple(Style(kind, MILESTONES[kind][1], (-2, list(MILESTONES).index(kind))) for kind in found)
    panel = Panel(frame, spec, text)
    events = "; ".join(f"{r[2]}: {r[5]}" for r in rows if r[3] == "Scenario event")
    after = f"What happens in the world: {events}." if events else ""
    return Figure("timeline", findings.finding_timeline(summary), note, "day", (panel,), frame, legend, after)


def _share_text(share: float) -> str:
    return "on every path" if share == 1 else f"on {100 * share:.0f}% of paths"
