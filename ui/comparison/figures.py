"""All charts of a comparison, and a chart's numbers as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from models.scenario import World
from models.text import csv_cell, csv_comment
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure, Source
from ui.comparison import changes
from ui.comparison.answer import dots
from ui.comparison.by_day import dealers, dislocation, parts, repo, yields
from ui.comparison.events import issues, timeline
from ui.comparison.totals import funds, peaks, sales, taxpayer
from ui.words import names


def csv_text(figure: Figure, source: Source) -> str:
    """A figure's table with a head that names what it is: unit, scenario, policies, seed, paths and model version."""
    from policy.spec import print_policy

    head = [
        figure.title,
        figure.note,
        f"unit: {figure.unit}",
        f"scenario: {source.world.name}",
        *(f"world changed: {line}" for line in changes.world_lines(source.world)),
        *(f"policy: {print_policy(p)}" for p in source.policies),
        f"seed: {source.seed}; paths: {source.paths}; model version: {source.model_version}",
        names.QUIET,
    ]
    return csv_file(head, figure.table)


def csv_file(head: Sequence[str], table: pd.DataFrame) -> str:
    """A table under comment lines; no cell is a formula to a spreadsheet, and no line of the head ends early."""
    safe = table.rename(columns=lambda name: csv_cell(name)).map(csv_cell)
    body = safe.to_csv(index=False, lineterminator="\n", float_format="%.6g")
    return "".join(f"{csv_comment(line)}\n" for line in head) + body


# Every chart of a comparison by its key, in the page's order, from the summary and the tenor that is looked at
CHARTS: Mapping[str, Callable[[Summary, int], Figure]] = {
    "endings": lambda summary, _: dots(summary),
    "yields": lambda summary, _: yields(summary),
    "dealers": lambda summary, _: dealers(summary),
    "dislocation": lambda summary, _: dislocation(summary),
    "peaks": lambda summary, _: peaks(summary),
    "parts": parts,
    "sales": lambda summary, _: sales(summary),
    "funds": lambda summary, _: funds(summary),
    "repo": lambda summary, _: repo(summary),
    "taxpayer": lambda summary, _: taxpayer(summary),
    "timeline": lambda summary, _: timeline(summary),
    "issues": lambda summary, _: issues(summary),
}


def charts_of(world: World) -> tuple[str, ...]:
    """Keys of the charts that a world has: that of auctions only where there are any."""
    return tuple(key for key in CHARTS if key != "issues" or world.scenario.auctions)


def all_figures(summary: Summary, tenor: int = 10) -> tuple[Figure, ...]:
    """Every figure of a comparison, in order."""
    return tuple(CHARTS[key](summary, tenor) for key in charts_of(summary.world))
