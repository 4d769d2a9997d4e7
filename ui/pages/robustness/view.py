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
from ui.html.tables import Row, TableCell
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
class DrawnRanks:
    """The draws, the policies as drawn in charts, and what was asked for."""

    found: Robustness
    lines: tuple[Style, ...]
    draws: int
    paths: int

    @property
    def counted(self) -> int:
        """Draws that gave a valid world."""
        return len(self.found.values)


def result(robustness: Robustness, policies: Sequence[Policy], draws: int, paths: int) -> DrawnRanks:
    """The draws with the policies' names and colours, in the same order."""
    return DrawnRanks(robustness, styles(policies), draws, paths)


def alike(ranks: DrawnRanks, key: str) -> bool:
    """Whether no draw tells any two policies apart on an outcome."""
    rows = ranks.found.values[:, :, ranks.found.keys.index(key)]
    return bool(np.all(rows.max(axis=1) - rows.min(axis=1) <= ALIKE))


def shares(ranks: DrawnRanks, key: str) -> tuple[float, ...]:
    """Share of draws in which each policy is best on an outcome."""
    best = ranks.found.best_share(key)
    return tuple(best[label] for label in ranks.found.labels)


def telling(ranks: DrawnRanks) -> tuple[str, ...]:
    """Outcomes on which some draw tells policies apart."""
    return tuple(key for key in ranks.found.keys if not alike(ranks, key))


def winners(ranks: DrawnRanks, key: str) -> tuple[frozenset[int], int]:
    """The policies that are best on an outcome in most draws, alone or tied, and in how many draws just they are."""
    rows = ranks.found.values[:, :, ranks.found.keys.index(key)] * -BY_KEY[key].sign
    top = rows >= rows.max(axis=1, keepdims=True) - ALIKE
    sets = Counter(frozenset(np.flatnonzero(row).tolist()) for row in top)
    return sets.most_common(1)[0]


def firm(ranks: DrawnRanks, key: str) -> bool:
    """Whether the same policies are best in nearly all draws."""
    return winners(ranks, key)[1] >= SURE * ranks.counted


# Sentences


def verdict(ranks: DrawnRanks) -> str:
    """How often the first outcome's ranking holds, and how firm rankings are in all."""
    keys = telling(ranks)
    if not keys:
        return f"In none of {ranks.counted} draws does any outcome tell these policies apart."
    held = sum(firm(ranks, key) for key in keys)
    return (
        f"{best_words(ranks, keys[0])}. On {held} of {len(keys)} outcomes that tell policies apart, the best stays the same in "
        f"at least {100 * SURE:.0f}% of draws."
    )


def best_words(ranks: DrawnRanks, key: str) -> str:
    """Which policies are best on an outcome in most draws, and in how many."""
    best_ones, times = winners(ranks, key)
    direction = "lowest" if BY_KEY[key].better == "low" else "highest"
    names = listed([ranks.lines[k].name for k in sorted(best_ones)])
    shared = " alike" if len(best_ones) > 1 else ""
    bare = amounts.lower(BY_KEY[key].title).removeprefix("lowest ")
    return f"The {direction} {bare} comes under {names}{shared} in {times} of {ranks.counted} draws"


def _of(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def contested(ranks: DrawnRanks, keys: Sequence[str]) -> str:
    """On which of some outcomes the best policy changes with the parameters."""
    open_ones = [amounts.lower(BY_KEY[key].title) for key in keys if not firm(ranks, key)]
    if not open_ones:
        return f"On all {len(keys)} main outcomes the best policy stays the same under nearly all parameters"
    return f"The best policy depends on the parameters on {len(open_ones)} of {len(keys)} main outcomes: {listed(open_ones)}"


def untold(ranks: DrawnRanks) -> str:
    """Outcomes that are the same for all policies in all draws."""
    same = [amounts.lower(BY_KEY[key].title) for key in ranks.found.keys if alike(ranks, key)]
    return f"The same for every policy in every draw: {listed(same)}." if same else ""


def refused_words(ranks: DrawnRanks) -> list[str]:
    """Which draws were refused, and why."""
    if not ranks.found.refused:
        return [f"All {ranks.draws} draws gave a valid world; none was refused."]
    lines = [
        f"{ranks.found.refused} of {ranks.draws} draws gave no valid world and are left out; shares are of {ranks.counted}."
    ]
    return lines + [f"Draw {number}: {why}." for number, why in ranks.found.reasons]


def pair_words(ranks: DrawnRanks, key: str, first: int, second: int) -> str:
    """How often the first policy is better than the second on an outcome."""
    labels = ranks.found.labels
    times = round(ranks.found.better_share(key, labels[first], labels[second]) * ranks.counted)
    return (
        f"{ranks.lines[first].name} better than {ranks.lines[second].name} on {amounts.lower(BY_KEY[key].title)} in {times} of "
        f"{ranks.counted} draws"
    )


# Tables


def best_html(ranks: DrawnRanks) -> str:
    """Share of draws in which each policy is best, by outcome, shaded by the share."""
    rows = [
        Row(BY_KEY[key].title, _best_cells(ranks, key), f"{BY_KEY[key].unit}; {'lower' if BY_KEY[key].better == 'low' else 'higher'} is better")
        for key in ranks.found.keys
    ]  # fmt: skip
    return tables.table(
        "How often each policy is best", "Outcome", [s.name for s in ranks.lines], rows, "best"
    )


def _best_cells(ranks: DrawnRanks, key: str) -> list[TableCell]:
    if alike(ranks, key):
        return [TableCell("all alike", kind="tb-quiet")] * len(ranks.lines)
    own = shares(ranks, key)
    return [
        TableCell(
            f"{100 * share:.0f}%",
            kind="tb-quiet" if share == 0 else "tb-strong" if share >= SURE else "",
            shade=(line.colour, 48 * share) if share else None,
        )
        for share, line in zip(own, ranks.lines, strict=True)
    ]


def pairs_html(ranks: DrawnRanks, key: str) -> str:
    """In how many draws the policy of a row is better than the policy of a column."""
    rows = [
        Row(line.name, [_pair_cell(ranks, key, j, k) for k in range(len(ranks.lines))])
        for j, line in enumerate(ranks.lines)
    ]
    return tables.table(
        f"{BY_KEY[key].title}: draws in which the row is better than the column", "Better than →",
        [s.name for s in ranks.lines], rows, "pairs",
    )  # fmt: skip


def _pair_cell(ranks: DrawnRanks, key: str, first: int, second: int) -> TableCell:
    if first == second:
        return TableCell("same", kind="tb-quiet")
    labels = ranks.found.labels
    share = ranks.found.better_share(key, labels[first], labels[second])
    return TableCell(
        f"{round(share * ranks.counted)} of {ranks.counted}",
        kind="tb-quiet" if share == 0 else "tb-strong" if share >= SURE else "",
        shade=(ranks.lines[first].colour, 48 * share) if share else None,
    )


def pairs_frame(ranks: DrawnRanks) -> pd.DataFrame:
    """All pairs on all outcomes, for a file."""
    labels, names = ranks.found.labels, [s.name for s in ranks.lines]
    rows = [
        (
            BY_KEY[key].title,
            names[j],
            names[k],
            round(ranks.found.better_share(key, a, b) * ranks.counted),
            ranks.counted,
        )
        for key in ranks.found.keys
        for j, a in enumerate(labels)
        for k, b in enumerate(labels)
        if j != k
    ]
    return pd.DataFrame(rows, columns=["Outcome", "Policy", "Better than", "Draws", "Of"])


# Chart


def best(ranks: DrawnRanks) -> Figure:
    """Bars of the share of draws in which each policy is best, for the main outcomes."""
    keys = [key for key in SHOWN if key in ranks.found.keys and not alike(ranks, key)]
    names = [s.name for s in ranks.lines]
    pieces = tuple(
        Piece(
            BY_KEY[key].title, name, 100 * share, (f"{_of(share * ranks.counted)} of {ranks.counted} draws",)
        )
        for key in keys
        for name, share in zip(names, shares(ranks, key), strict=True)
        if share > 0
    )
    table = pd.DataFrame(
        [
            (BY_KEY[key].title, BY_KEY[key].unit, BY_KEY[key].better, name, 100 * share)
            for key in ranks.found.keys
            for name, share in zip(names, shares(ranks, key), strict=True)
        ],
        columns=["Outcome", "Unit", "Better", "Policy", "Best in, % of draws"],
    )
    told = "; ".join(best_words(ranks, key) for key in keys)
    note = (
        f"Share of {ranks.counted} parameter draws in which each policy has the best outcome (median over {ranks.paths} paths; "
        "the taxpayer's by mean or tail); all policies see the same shocks; ties are shared."
    )
    parts = tuple(filled(s.name, s.colour) for s in ranks.lines)
    chart = Bars(
        pieces, parts, lanes([BY_KEY[key].title for key in keys], 17, what="Outcome"),
        Axis("Best in this share of draws, %", (0, 100), (0, 25, 50, 75, 100)), f"Stacked bars of shares of draws. {told}.",
        height=46 * len(keys) + 50, what="Policy", tips=("Best in",), levels=(), edges=True,
    )  # fmt: skip
    used = {p.part for p in pieces}
    legend = tuple(part for part in parts if part.name in used)
    return Figure("robustness_best", contested(ranks, keys), note, "% of draws", (chart,), table, legend)
