"""How far rankings of policies hold over rival structures of the market and parameters within each: words, tables, chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.scenario import World
from policy.outcomes.scorecard import BY_KEY, LOSSES_SPARED, PEAK_DEALER_USE, PEAK_DISLOCATION, TAXPAYER_TAIL
from policy.ranking.criteria import Weights
from policy.studies.draws import clashes, rival
from policy.studies.held import AT_LEAST, KEYS, POINTS, RANKINGS, Held, Robustness
from policy.studies.robustness import Rivalry
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Mark, Names, Points, wrapped
from ui.charts.styles import COLOURS, SHAPES, Style, shaped, styles
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.words import amounts
from ui.words import names as words
from ui.words.amounts import listed

SUBJECTS = {
    PEAK_DISLOCATION.key: "Yields",
    PEAK_DEALER_USE.key: "Dealers",
    TAXPAYER_TAIL.key: "Taxpayer",
    LOSSES_SPARED.key: "Moral hazard",
    POINTS: "All criteria",
}
SURE = 0.9  # a share of draws called firm
GREY = COLOURS[0]


@dataclass(frozen=True, eq=False)
class HeldRanks:
    """Draws of all structures, the policies as charts draw them, what was asked for, and the weights that count."""

    drawn: Robustness
    asked: Rivalry
    weights: Weights

    @property
    def lines(self) -> tuple[Style, ...]:
        return styles(self.asked.compared)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(line.name for line in self.lines)

    @property
    def counted(self) -> int:
        """Draws that gave a valid world."""
        return len(self.drawn.place)

    def rungs(self, key: str) -> tuple[Held, ...]:
        """Pairs of neighbours in the ranking that the fit itself tells apart."""
        return tuple(held for held in self.drawn.rungs(key, self.weights) if held is not None)


def subject(key: str) -> str:
    """What a ranking is about, and by which figure."""
    title = "points by your weights" if key == POINTS else amounts.lower(BY_KEY[key].title)
    return f"{SUBJECTS[key]} ({title})" if key in SUBJECTS else BY_KEY[key].title


def structure_names(ranks: HeldRanks) -> list[str]:
    return [rival(name).title for name in ranks.drawn.structures]


# Sentences


def order_words(ranks: HeldRanks, key: str) -> str:
    """The ranking in the fit itself, best first; policies that differ by nothing stand together."""
    order = ranks.drawn.order(key, ranks.weights)
    groups = [[order[0]]]
    for held, k in zip(ranks.drawn.rungs(key, ranks.weights), order[1:], strict=True):
        groups[-1].append(k) if held is None else groups.append([k])
    return ", then ".join(listed([ranks.names[k] for k in group]) for group in groups)


def held_words(ranks: HeldRanks, held: Held) -> str:
    """In how many structures and draws one policy comes before another."""
    return (
        f"{ranks.names[held.first]} before {ranks.names[held.second]}: in {held.structures} of {len(held.shares)} "
        f"{'structures' if len(held.shares) > 1 else 'structure'}, {100 * held.share:.0f}% of draws"
    )


def holds(ranks: HeldRanks, key: str) -> bool:
    """Whether every step of the ranking holds in every structure."""
    return all(held.everywhere for held in ranks.rungs(key))


def ranking_words(ranks: HeldRanks, key: str) -> str:
    """A ranking, and how far each of its steps holds."""
    rungs = ranks.rungs(key)
    if not rungs:
        return f"{subject(key)}: no difference between these policies"
    return f"{subject(key)}: {'; '.join(held_words(ranks, held) for held in rungs)}"


def verdict(ranks: HeldRanks) -> str:
    """Which rankings hold everywhere, and where the first that does not breaks."""
    told = [key for key in RANKINGS if ranks.rungs(key)]
    if not told:
        return f"In none of {ranks.counted} draws does any of these comparisons tell the policies apart."
    firm, count = [key for key in told if holds(ranks, key)], len(ranks.drawn.structures)
    where = f"in all {count} structures" if count > 1 else "in this structure"
    head = f"{len(firm)} of {len(told)} rankings hold {where}"
    head += f": {listed([SUBJECTS[key].lower() for key in firm])}." if firm else "."
    broken = [held for key in told if key not in firm for held in ranks.rungs(key) if not held.everywhere]
    if not broken:
        return head
    key = next(key for key in told if key not in firm)
    return f"{head} {SUBJECTS[key]}: {held_words(ranks, broken[0])}{_not_in(ranks, broken[0])}."


def _not_in(ranks: HeldRanks, held: Held) -> str:
    """Where a step does not hold."""
    titles = structure_names(ranks)
    missing = [titles[k] for k, share in enumerate(held.shares) if share <= AT_LEAST]
    return f"; not in: {'; '.join(amounts.lower(title) for title in missing)}" if missing else ""


KINDS = {
    "alone": "nothing to compare",
    "not_needed": "nothing was needed",
    "nothing_works": "nothing works",
    "backfires": "all that changes anything makes it worse",
    "not_worth_its_price": "help works and is not worth its price",
    "tie": "a tie within noise of {}",
    "cheapest": "several work alike, {} the cheapest",
    "best": "{} is best",
}


def verdict_words(ranks: HeldRanks) -> list[str]:
    """The verdict in each structure, and in what share of its draws it is that."""
    lines = []
    for s, title in enumerate(structure_names(ranks)):
        text, share = next(iter(ranks.drawn.verdict_shares(s).items()))
        draw = next(
            k for k in np.flatnonzero(ranks.drawn.place == s) if ranks.drawn.verdict_text(int(k)) == text
        )
        lines.append(f"{title}: {_verdict_of(ranks, int(draw))}, in {100 * share:.0f}% of draws")
    return lines


def _verdict_of(ranks: HeldRanks, draw: int) -> str:
    """A draw's verdict; of policies that are alike all are named, the cheapest first."""
    about = [int(k) for k in np.flatnonzero(ranks.drawn.verdicts.about[draw])]
    costs = ranks.drawn.costs(POINTS)[draw]
    kind = ranks.drawn.verdicts.kinds[draw]
    best = sorted(about, key=lambda k: costs[k])
    return KINDS[kind].format(listed([ranks.names[k] for k in (best if kind == "tie" else best[:1])]))


def clash_words(world: World, name: str) -> str:
    """Why a structure does not fit a world, and what would help."""
    about = listed([f"“{words.label(key)}”" for key in clashes(world, rival(name))])
    return f"Left out: {rival(name).title}. It is about {about}, which was changed in this world; set that back to include it."


def refused_words(ranks: HeldRanks) -> list[str]:
    """Which draws were refused, and why."""
    if not ranks.drawn.reasons:
        return [f"All {ranks.counted} draws gave a valid world; none was refused."]
    total = ranks.counted + len(ranks.drawn.reasons)
    lines = [
        f"{len(ranks.drawn.reasons)} of {total} draws gave no valid world and are left out; shares are of {ranks.counted}."
    ]
    return lines + [
        f"{rival(name).title}, draw {number + 1}: {why}." for name, number, why in ranks.drawn.reasons
    ]


def how(ranks: HeldRanks) -> str:
    """How the figures came about."""
    return (
        f"{ranks.asked.draws} draws of each structure, its own fit first, {ranks.asked.paths} paths each, the same shocks for all. A step "
        "holds in a structure where it holds in more than half of its draws; leads below a hundredth of a point are none."
    )


# Tables


def telling(ranks: HeldRanks) -> tuple[str, ...]:
    """Rankings and outcomes on which some draw tells policies apart."""
    every = (*RANKINGS, *(key for key in KEYS if key not in RANKINGS))
    return tuple(key for key in every if ranks.drawn.before(key, ranks.weights).any())


def pairs_html(ranks: HeldRanks, key: str) -> str:
    """Share of each structure's draws in which the better policy of every pair, by the fit itself, is better."""
    order = ranks.drawn.order(key, ranks.weights)
    pairs = [ranks.drawn.held(key, a, b, ranks.weights) for k, a in enumerate(order) for b in order[k + 1 :]]
    rows = [
        Row(
            f"{ranks.names[held.first]} before {ranks.names[held.second]}",
            [_share_cell(share, ranks.lines[held.first].colour) for share in (*held.shares, held.share)],
        )
        for held in pairs
    ]
    return tables.table(
        f"{subject(key)}: draws in which the first is better", "Ranking", [*structure_names(ranks), "All draws"], rows, "pairs"
    )  # fmt: skip


def _share_cell(share: float, colour: str) -> TableCell:
    kind = "tb-quiet" if share == 0 else "tb-strong" if share >= SURE else ""
    return TableCell(f"{100 * share:.0f}%", kind=kind, shade=(colour, 48 * share) if share else None)


def best_html(ranks: HeldRanks) -> str:
    """Share of all draws in which each policy is best, by outcome, shaded by the share."""
    rows = [
        Row(subject(key) if key == POINTS else BY_KEY[key].title, _best_cells(ranks, key))
        for key in telling(ranks)
    ]
    return tables.table("How often each policy is best", "Outcome", ranks.names, rows, "best")


def _best_cells(ranks: HeldRanks, key: str) -> list[TableCell]:
    own = ranks.drawn.best_share(key, ranks.weights)
    return [_share_cell(float(share), line.colour) for share, line in zip(own, ranks.lines, strict=True)]


def frame(ranks: HeldRanks) -> pd.DataFrame:
    """Every pair on every ranking and outcome in every structure, for a file."""
    rows = []
    for key in telling(ranks):
        order = ranks.drawn.order(key, ranks.weights)
        for k, a in enumerate(order):
            for b in order[k + 1 :]:
                held = ranks.drawn.held(key, a, b, ranks.weights)
                shares = zip((*structure_names(ranks), "All draws"), (*held.shares, held.share), strict=True)
                rows += [
                    (subject(key), ranks.names[a], ranks.names[b], title, 100 * share)
                    for title, share in shares
                ]
    return pd.DataFrame(
        rows, columns=["Ranking", "First", "Second", "Structure", "First is better, % of draws"]
    )


# Chart


def chart(ranks: HeldRanks) -> Figure:
    """Every step of the rankings as a lane, with each structure's share of draws in which it holds."""
    titles = structure_names(ranks)
    series = tuple(shaped(t, GREY, SHAPES[k % len(SHAPES)]) for k, t in enumerate(titles))
    marks, names = [], []
    for key in RANKINGS:
        for held in ranks.rungs(key):
            lane = f"{SUBJECTS[key]}: {ranks.names[held.first]} before {ranks.names[held.second]}"
            names.append(lane)
            marks += [
                Mark(100 * share, lane, title, (f"{100 * share:.0f}% of its draws",))
                for share, title in zip(held.shares, titles, strict=True)
            ]
    told = "; ".join(ranking_words(ranks, key) for key in RANKINGS)
    panel = Points(
        tuple(marks), series, Axis("The step holds in this share of draws, %", (0, 100), (0, 25, 50, 75, 100), padding=8),
        Names(tuple(names), tuple(wrapped(name, 30) for name in names), "Step", width=185), f"Dots by step and structure. {told}.", height=44 * max(1, len(names)) + 60,
        what="Structure", tips=("Holds in",), levels=(Level(50.0, "half"),), apart=len(titles) > 1, guides=True, size=90.0,
    )  # fmt: skip
    return Figure(
        "robustness_rankings", finding(ranks), how(ranks), "% of draws", (panel,), frame(ranks), series
    )


def finding(ranks: HeldRanks) -> str:
    """The chart's title: which steps depend on the structure."""
    open_ones = [
        f"{SUBJECTS[key].lower()}: {ranks.names[held.first]} before {ranks.names[held.second]}"
        for key in RANKINGS
        for held in ranks.rungs(key)
        if not held.everywhere
    ]
    steps = sum(len(ranks.rungs(key)) for key in RANKINGS)
    if not steps:
        return "No comparison tells these policies apart"
    if not open_ones:
        return f"All {steps} steps of the rankings hold in every structure"
    return f"{len(open_ones)} of {steps} steps of the rankings depend on how the market is built"
