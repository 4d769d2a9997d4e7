"""All charts of a comparison, and a chart's numbers as a file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from models.text import csv_cell, csv_comment
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure, Source
from ui.comparison import changes
from ui.comparison.answer import dots
from ui.comparison.by_day import dealers, dislocation, parts, repo, yields
from ui.comparison.events import timeline
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


def all_figures(summary: Summary, tenor: int = 10) -> tuple[Figure, ...]:
    """Every figure of the page, in order."""
    return (
        dots(summary), yields(summary), dealers(summary), dislocation(summary), peaks(summary), parts(summary, tenor),
        sales(summary), funds(summary), repo(summary), taxpayer(summary), timeline(summary),
    )  # fmt: skip
