"""Every policy against what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.library import shipped
from policy.cost import RUN_MB, most_paths
from policy.outcomes.scorecard import (
    BY_KEY,
    FORCED_SALES,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    PEAK_REPO_SPREAD,
    UNINTENDED_EASING,
)
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import Gap, difference
from ui.charts.figure import Figure
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.state.session import compared
from ui.state.state import usual_policies
from ui.words import amounts
from ui.words import names as words
from ui.words.amounts import listed

AGAINST = (
    PEAK_DISLOCATION.key, PEAK_DEALER_USE.key, FORCED_SALES.key, PEAK_REPO_SPREAD.key, UNINTENDED_EASING.key,
)  # fmt: skip


@dataclass(frozen=True)
class Against:
    """Paired differences of each policy to what was done and to no action, by outcome."""

    names: tuple[str, ...]
    actual: int
    values: Mapping[str, tuple[float, ...]]
    to_actual: Mapping[str, tuple[Gap, ...]]
    to_none: Mapping[str, tuple[Gap, ...]]
    paths: int
    seed: int


def against(paths_: int, seed: int, name: str = "march_2020") -> Against:
    """Compares what is usually compared on an episode, with every difference paired path by path."""
    world, policies = shipped(name), usual_policies(shipped(name))
    comparison = compared(world, policies, min(paths_, most_paths(world, policies, RUN_MB)), seed)
    scored = all_scores(comparison)
    actual = next(k for k, p in enumerate(comparison.policies) if p.interventions[0].name == "actual")

    def gaps(key: str, base: int) -> tuple[Gap, ...]:
        apart = [difference(s.values[key], scored[base].values[key]) for s in scored]
        return tuple(Gap(f["mean"], *f["mean_ci95"]) for f in apart)

    return Against(
        names=words.policy_names(comparison.policies),
        actual=actual,
        values={key: tuple(float(np.mean(s.values[key])) for s in scored) for key in AGAINST},
        to_actual={key: gaps(key, actual) for key in AGAINST},
        to_none={key: gaps(key, 0) for key in AGAINST},
        paths=comparison.paths,
        seed=seed,
    )


def against_html(against: Against, base: str) -> str:
    """Each policy's outcomes and their paired differences to what was done, or to no action."""
    gaps = against.to_actual if base == "actual" else against.to_none
    own = against.actual if base == "actual" else 0
    rows = [
        Row(
            name,
            [_gap_cell(against.values[key][k], gaps[key][k], BY_KEY[key].unit, k == own) for key in AGAINST],
        )
        for k, name in enumerate(against.names)
    ]
    heads = [BY_KEY[key].title for key in AGAINST]
    return tables.table(f"Differences to {against.names[own]}", "Policy", heads, rows, "against")


def _gap_cell(value: float, gap: Gap, unit: str, own: bool) -> TableCell:
    plain = unit.split(" ")[0] if unit.startswith("%") else unit
    shown = amounts.amount(value, plain)
    if own:
        return TableCell(shown, small="the yardstick")
    if amounts.amount(gap.value, plain) == amounts.amount(0.0, plain):
        return TableCell(shown, small="no visible difference")
    told = amounts.amount(gap.value, plain, True)
    told = f"{told.removesuffix('%')} points" if plain == "%" else told
    return TableCell(shown, small=f"{told} ({amounts.span(gap, plain)})")


def against_figure(against: Against) -> Figure:
    """The same numbers for a file, with both yardsticks."""
    rows = [
        (
            BY_KEY[key].title,
            BY_KEY[key].unit,
            name,
            against.values[key][k],
            base,
            gap.value,
            gap.low,
            gap.high,
        )
        for key in AGAINST
        for k, name in enumerate(against.names)
        for base, gap in (
            ("What was done", against.to_actual[key][k]),
            ("No action", against.to_none[key][k]),
        )
    ]
    heads = ["Outcome", "Unit", "Policy", "Mean", "Less", "Difference", "Low, 95%", "High, 95%"]
    note = f"Means over {against.paths} paths and differences path by path."
    return Figure("against", against_title(against), note, "as given", (), pd.DataFrame(rows, columns=heads))


def against_title(against: Against) -> str:
    """Which policies would have kept the dislocation lower than what was done."""
    key = PEAK_DISLOCATION.key
    gaps = against.to_actual[key]
    others = [k for k in range(len(against.names)) if k != against.actual]
    lower = [against.names[k] for k in others if gaps[k].clear and gaps[k].value < 0]
    none = against.to_none[key][against.actual]
    base = f"What the Fed did lowers the peak 10-year dislocation by {amounts.amount(-none.value, 'bp')} against no action"
    if none.value >= 0:
        base = f"What the Fed did changes the peak 10-year dislocation by {amounts.amount(none.value, 'bp', True)} against no action"
    return f"{base}; " + (
        f"lower still under {listed(lower)}" if lower else "no other policy here lowers it further"
    )
