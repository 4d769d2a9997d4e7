"""All charts of a comparison, and a chart's numbers as a file."""

from __future__ import annotations

from policy.outcomes.summary import Summary
from ui.charts.figure import Figure, Source
from ui.comparison import changes
from ui.comparison.by_day import dealers, dislocation, parts, repo
from ui.comparison.events import timeline
from ui.comparison.totals import funds, sales, taxpayer
from ui.words import names


def csv_text(figure: Figure, source: Source) -> str:
    """A figure's table with a head that names what it is: unit, scenario, policies, seed, paths and model version."""
    from policy.spec import print_policy

    head = [
        f"# {figure.title}",
        f"# {figure.note}",
        f"# unit: {figure.unit}",
        f"# scenario: {source.world.name}",
        *(f"# world changed: {line}" for line in changes.world_lines(source.world)),
        *(f"# policy: {print_policy(p)}" for p in source.policies),
        f"# seed: {source.seed}; paths: {source.paths}; model version: {source.model_version}",
        f"# {names.QUIET}",
    ]
    return "\n".join(head) + "\n" + figure.table.to_csv(index=False, lineterminator="\n", float_format="%.6g")


def all_figures(summary: Summary, tenor: int = 10) -> tuple[Figure, ...]:
    """Every figure of the page, in order."""
    return (
        dislocation(summary), dealers(summary), parts(summary, tenor), sales(summary), repo(summary),
        taxpayer(summary), funds(summary), timeline(summary),
    )  # fmt: skip
