"""How far rankings of policies hold under other parameters that fit the data as well: shares, pairs and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from policy.outcomes.scorecard import (
    BY_KEY,
    FORCED_SALES,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    PEAK_REPO_SPREAD,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.spec import Policy
from policy.studies.robustness import Robustness
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Piece, lanes
from ui.charts.styles import Style, filled, styles
from ui.html import tables
from ui.html.tables import Cell, Row
from ui.words import amounts
from ui.words.amounts import listed

# Outcomes drawn as bars; the table has all of them.
SHOWN = (
    PEAK_DISLOCATION.key, PEAK_DEALER_USE.key, PEAK_REPO_SPREAD.key, FORCED_SALES.key,
    UNINTENDED_EASING.key, TAXPAYER_MEAN.key, TAXPAYER_TAIL.key,
)  # fmt: skip
ALIKE = 1e-9
SURE = 0.9  # a ranking that holds in at least this share of draws is called firm


@dataclass(frozen=True, eq=False)
class Result:
    """The draws, the policies as drawn in charts, and what was asked for."""

    found: Robustness
    lines: tuple[Style, ...]
    draws: int
    paths: int

    @property
    def counted(self) -> int:
        """Draws that gave a valid world."""
        return len(self.found.values)


def result(found: Robustness, policies: Sequence[Policy], draws: int, paths: int) -> Result:
    """The draws with the policies' names and colours, in the same order."""
    return Result(found, styles(policies), draws, paths)


def alike(made: Result, key: str) -> bool:
    """Whether no draw tells any two policies apart on an outcome."""
    rows = made.found.values[:, :, made.found.keys.index(key)]
    return bool(np.all(rows.max(axis=1) - rows.min(axis=1) <= ALIKE))


def shares(made: Result, key: str) -> tuple[float, ...]:
    """Share of draws in which each policy is best on an outcome."""
    found = made.found.best_share(key)
    return tuple(found[label] for label in made.found.labels)


def telling(made: Result) -> tuple[str, ...]:
    """Outcomes on which some draw tells policies apart."""
    return tuple(key for key in made.found.keys if not alike(made, key))


def winners(made: Result, key: str) -> tuple[frozenset[int], int]:
    """The policies that are best on an outcome in most draws, alone or tied, and in how many draws just they are."""
    rows = made.found.values[:, :, made.found.keys.index(key)] * -BY_KEY[key].sign
    top = rows >= rows.max(axis=1, keepdims=True) - ALIKE
    sets = Counter(frozenset(np.flatnonzero(row).tolist()) for row in top)
    return sets.most_common(1)[0]


def firm(made: Result, key: str) -> bool:
    """Whether the same policies are best in nearly all draws."""
    return winners(made, key)[1] >= SURE * made.counted


# Sentences


def verdict(made: Result) -> str:
    """How often the first outcome's ranking holds, and how firm rankings are in all."""
    keys = telling(made)
    if not keys:
        return f"In none of {made.counted} draws does any outcome tell these policies apart."
    held = sum(firm(made, key) for key in keys)
    return (
        f"{best_words(made, keys[0])}. On {held} of {len(keys)} outcomes that tell policies apart, the best stays the same in "
        f"at least {100 * SURE:.0f}% of draws."
    )


def best_words(made: Result, key: str) -> str:
    """Which policies are best on an outcome in most draws, and in how many."""
    best_ones, times = winners(made, key)
    direction = "lowest" if BY_KEY[key].better == "low" else "highest"
    names = listed([made.lines[k].name for k in sorted(best_ones)])
    shared = " alike" if len(best_ones) > 1 else ""
    bare = amounts.lower(BY_KEY[key].title).removeprefix("lowest ")
    return f"The {direction} {bare} comes under {names}{shared} in {times} of {made.counted} draws"


def _of(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def contested(made: Result, keys: Sequence[str]) -> str:
    """On which of some outcomes the best policy changes with the parameters."""
    open_ones = [amounts.lower(BY_KEY[key].title) for key in keys if not firm(made, key)]
    if not open_ones:
        return f"On all {len(keys)} main outcomes the best policy stays the same under nearly all parameters"
    return f"The best policy depends on the parameters on {len(open_ones)} of {len(keys)} main outcomes: {listed(open_ones)}"


def untold(made: Result) -> str:
    """Outcomes that are the same for all policies in all draws."""
    same = [amounts.lower(BY_KEY[key].title) for key in made.found.keys if alike(made, key)]
    return f"The same for every policy in every draw: {listed(same)}." if same else ""


def refused_words(made: Result) -> list[str]:
    """Which draws were refused, and why."""
    if not made.found.refused:
        return [f"All {made.draws} draws gave a valid world; none was refused."]
    lines = [
        f"{made.found.refused} of {made.draws} draws gave no valid world and are left out; shares are of {made.counted}."
    ]
    return lines + [f"Draw {number}: {why}." for number, why in made.found.reasons]


def pair_words(made: Result, key: str, first: int, second: int) -> str:
    """How often the first policy is better than the second on an outcome."""
    labels = made.found.labels
    times = round(made.found.better_share(key, labels[first], labels[second]) * made.counted)
    return (
        f"{made.lines[first].name} better than {made.lines[second].name} on {amounts.lower(BY_KEY[key].title)} in {times} of "
        f"{made.counted} draws"
    )


# Tables


def best_html(made: Result) -> str:
    """Share of draws in which each policy is best, by outcome, shaded by the share."""
    rows = [
        Row(BY_KEY[key].title, _best_cells(made, key), f"{BY_KEY[key].unit}; {'lower' if BY_KEY[key].better == 'low' else 'higher'} is better")
        for key in made.found.keys
    ]  # fmt: skip
    return tables.table(
        "How often each policy is best", "Outcome", [s.name for s in made.lines], rows, "best"
    )


def _best_cells(made: Result, key: str) -> list[Cell]:
    if alike(made, key):
        return [Cell("all alike", kind="tb-quiet")] * len(made.lines)
    own = shares(made, key)
    return [
        Cell(
            f"{100 * share:.0f}%",
            kind="tb-quiet" if share == 0 else "tb-strong" if share >= SURE else "",
            shade=(line.colour, 48 * share) if share else None,
        )
        for share, line in zip(own, made.lines, strict=True)
    ]


def pairs_html(made: Result, key: str) -> str:
    """In how many draws the policy of a row is better than the policy of a column."""
    rows = [
        Row(line.name, [_pair_cell(made, key, j, k) for k in range(len(made.lines))])
        for j, line in enumerate(made.lines)
    ]
    return tables.table(
        f"{BY_KEY[key].title}: draws in which the row is better than the column", "Better than →",
        [s.name for s in made.lines], rows, "pairs",
    )  # fmt: skip


def _pair_cell(made: Result, key: str, first: int, second: int) -> Cell:
    if first == second:
        return Cell("same", kind="tb-quiet")
    labels = made.found.labels
    share = made.found.better_share(key, labels[first], labels[second])
    return Cell(
        f"{round(share * made.counted)} of {made.counted}",
        kind="tb-quiet" if share == 0 else "tb-strong" if share >= SURE else "",
        shade=(made.lines[first].colour, 48 * share) if share else None,
    )


def pairs_frame(made: Result) -> pd.DataFrame:
    """All pairs on all outcomes, for a file."""
    labels, names = made.found.labels, [s.name for s in made.lines]
    rows = [
        (
            BY_KEY[key].title,
            names[j],
            names[k],
            round(made.found.better_share(key, a, b) * made.counted),
            made.counted,
        )
        for key in made.found.keys
        for j, a in enumerate(labels)
        for k, b in enumerate(labels)
        if j != k
    ]
    return pd.DataFrame(rows, columns=["Outcome", "Policy", "Better than", "Draws", "Of"])


# Chart


def best(made: Result) -> Figure:
    """Bars of the share of draws in which each policy is best, for the main outcomes."""
    keys = [key for key in SHOWN if key in made.found.keys and not alike(made, key)]
    names = [s.name for s in made.lines]
    pieces = tuple(
        Piece(BY_KEY[key].title, name, 100 * share, (f"{_of(share * made.counted)} of {made.counted} draws",))
        for key in keys
        for name, share in zip(names, shares(made, key), strict=True)
        if share > 0
    )
    table = pd.DataFrame(
        [
            (BY_KEY[key].title, BY_KEY[key].unit, BY_KEY[key].better, name, 100 * share)
            for key in made.found.keys
            for name, share in zip(names, shares(made, key), strict=True)
        ],
        columns=["Outcome", "Unit", "Better", "Policy", "Best in, % of draws"],
    )
    told = "; ".join(best_words(made, key) for key in keys)
    note = (
        f"Share of {made.counted} parameter draws in which each policy has the best outcome (median over {made.paths} paths; "
        "the taxpayer's by mean or tail); all policies see the same shocks; ties are shared."
    )
    parts = tuple(filled(s.name, s.colour) for s in made.lines)
    chart = Bars(
        pieces, parts, lanes([BY_KEY[key].title for key in keys], 17, what="Outcome"),
        Axis("Best in this share of draws, %", (0, 100), (0, 25, 50, 75, 100)), f"Stacked bars of shares of draws. {told}.",
        height=46 * len(keys) + 50, what="Policy", tips=("Best in",), levels=(), edges=True,
    )  # fmt: skip
    used = {p.part for p in pieces}
    legend = tuple(part for part in parts if part.name in used)
    return Figure("robustness_best", contested(made, keys), note, "% of draws", (chart,), table, legend)
