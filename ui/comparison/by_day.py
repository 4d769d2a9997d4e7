"""Charts by day: dislocation, dealers, repo, and the parts of a yield."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.parameters.base import TENORS
from policy.outcomes.summary import Summary
from ui.charts import vega
from ui.charts.bands import READ, band_panels, band_rows, band_spec
from ui.charts.figure import Figure, Panel, Style, common_domain, styles
from ui.charts.vega import NEUTRAL
from ui.comparison import findings
from ui.words import names as words

PARTS = (
    ("Fundamentals", "fundamentals_bp", "#64748B", (6, 3)),
    ("Term premium", "term_premium_bp", "#B08900", (2, 2)),
    ("Policy signal", "policy_signal_bp", "#6F63C7", (8, 3, 2, 3)),
    ("Dysfunction", "dysfunction_bp", "#C2456B", (1, 0)),
)
WHOLE = ("Yield", "yield_change_bp", NEUTRAL, (1, 0))


def dislocation(summary: Summary) -> Figure:
    """The 10-year's dislocation by day."""
    panel = band_panels(summary, "dislocation_bp", TENORS.index(10), "10-year dislocation, bp")
    note = "Yield of the 10-year over what swaps imply, beyond normal. " + READ.format(paths=summary.paths)
    return Figure(
        "dislocation",
        findings.finding_dislocation(summary),
        note,
        "bp",
        (panel,),
        panel.frame,
        styles(summary.policies),
    )


def dealers(summary: Summary) -> Figure:
    """Dealers' balance-sheet use by day, against capacity."""
    marks = ((90.0, "90%"), (100.0, "100%: capacity"))
    panel = band_panels(summary, "dealer_use_pct", None, "Use of capacity, %", marks)
    note = "Part of the day's capacity that Treasuries and repo use. " + READ.format(paths=summary.paths)
    return Figure(
        "dealers",
        findings.finding_dealers(summary),
        note,
        "% of capacity",
        (panel,),
        panel.frame,
        styles(summary.policies),
    )


def repo(summary: Summary) -> Figure:
    """The repo spread, and what facilities lend."""
    spread = band_panels(summary, "repo_spread_bp", None, "Repo spread, bp")
    lent = band_panels(summary, "facility_bn", None, "Repo lent, $bn")
    table = spread.frame.assign(Series="Repo spread, bp")
    table = pd.concat([table, lent.frame.assign(Series="Repo lent, $bn")], ignore_index=True)
    panels = (
        Panel(
            spread.frame, spread.spec, spread.alt, "Repo rate of funds over the middle of the policy range"
        ),
        Panel(lent.frame, lent.spec, lent.alt, "Lent by a repo facility"),
    )
    note = READ.format(paths=summary.paths)
    return Figure(
        "repo", findings.finding_repo(summary), note, "bp and $bn", panels, table, styles(summary.policies)
    )


def parts(summary: Summary, tenor: int) -> Figure:
    """Yields at one tenor, split in four parts, one panel per policy on a common scale."""
    row = TENORS.index(tenor)
    lines = tuple(Style(name, colour, dash) for name, _, colour, dash in (WHOLE, *PARTS))
    names = [s.name for s in lines]
    series = [name for _, name, _, _ in (WHOLE, *PARTS)]
    domain = common_domain([o.bands["yield_change_bp"][:, :, row] for o in summary.outcomes]
                     + [o.bands[name][1:2, :, row] for o in summary.outcomes for name in series])  # fmt: skip
    spec = band_spec(
        lines, vega.ticks(summary.calendar, 2), len(summary.calendar) - 1, "bp", (), "Part", domain,
        ("Yield",), 220,
    )  # fmt: skip
    panels, tables = [], []
    for policy_name, outcome in zip(words.policy_names(summary.policies), summary.outcomes, strict=True):
        blocks = [outcome.bands[name][:, :, row] for name in series]
        frame = band_rows(summary, names, blocks, "Part")
        text = _parts_alt(policy_name, tenor, names, blocks)
        panels.append(Panel(frame, spec, text, policy_name))
        tables.append(frame.assign(Policy=policy_name))
    note = (
        f"Change of the {tenor}-year yield since the opening and what it is made of: medians of {summary.paths} paths, "
        "band from 5 to 95% for the yield. Medians of parts need not add up."
    )
    table = pd.concat(tables, ignore_index=True)
    return Figure(
        "parts", findings.finding_parts(summary, tenor, row), note, "bp", tuple(panels), table, lines
    )


def _parts_alt(policy_name: str, tenor: int, names: Sequence[str], blocks: Sequence[np.ndarray]) -> str:
    ends = "; ".join(
        f"{n} {b[1].max():.1f} at most, {b[1][-1]:.1f} at the end" for n, b in zip(names, blocks, strict=True)
    )
    return f"{policy_name}: change of the {tenor}-year yield in bp and its parts, medians by day. {ends}."
