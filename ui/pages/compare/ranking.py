"""The ranking of runs by weights on screen: who is first, who is dominated, and how it depends on the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.scenario import World
from models.stack import Array
from policy.interventions.no_action import NoAction
from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.scorecard import KEYS as OUTCOMES
from policy.outcomes.statistics import Gap
from policy.ranking import ranking, weight_ranges
from policy.ranking import verdict as policy_verdict
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, KEYS, MOST, Weights
from policy.ranking.ranking import Ranking
from policy.ranking.weight_ranges import DRAWS, Stays
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Piece, lanes
from ui.charts.styles import Style, filled
from ui.html.tables import Row, TableCell, table
from ui.pages.compare.changes import LEFT
from ui.pages.compare.results import Entry
from ui.pages.compare.view import listed, quoted, styles
from ui.state.runs import world_name
from ui.words import amounts
from ui.words.verdicts import in_words


@dataclass(frozen=True, eq=False)
class RankedRuns:
    """Runs ranked by weights. All but `ranked.order` is in the order of the runs."""

    names: tuple[str, ...]
    lines: tuple[Style, ...]
    weights: Weights
    ranked: Ranking
    parts: Array  # points by criterion, (run, criterion)
    dominated: tuple[tuple[int, ...], ...]
    stays: tuple[Stays, ...]
    segments: tuple[tuple[weight_ranges.Segment, ...], ...]
    shares: tuple[float, ...]

    @property
    def place(self) -> dict[int, int]:
        """Each run's place, from 1."""
        return {k: n for n, k in enumerate(self.ranked.order, 1)}


def result(entries: Sequence[Entry], weights: Weights) -> RankedRuns:
    """The ranking and everything said about it."""
    columns, draws = [e.found.columns for e in entries], [e.draws for e in entries]
    values = ranking.means(columns)
    return RankedRuns(
        names=tuple(e.run.name for e in entries),
        lines=styles([e.run for e in entries]),
        weights=weights,
        ranked=ranking.rank(columns, weights, draws),
        parts=ranking.contributions(values, weights),
        dominated=ranking.dominators(columns, draws),
        stays=weight_ranges.sensitivity(values, weights),
        segments=tuple(weight_ranges.segments(values, weights, key) for key in KEYS),
        shares=tuple(float(x) for x in weight_ranges.simplex_shares(values)),
    )


def by_world(entries: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Runs by the world they stand on, under its short name."""
    worlds: list[World] = []
    for entry in entries:
        if entry.run.world not in worlds:
            worlds.append(entry.run.world)
    names = [world_name(world) for world in worlds]
    shown = [n if names.count(n) == 1 else f"{n} ({names[: k + 1].count(n)})" for k, n in enumerate(names)]
    return {
        name: tuple(e for e in entries if e.run.world == world)
        for name, world in zip(shown, worlds, strict=True)
    }


def largest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The runs of the world that most stand on, the first of equals."""
    return max(by_world(entries).values(), key=len)


def paired(entries: Sequence[Entry]) -> bool:
    """Whether all runs saw the same draws."""
    return len({e.draws for e in entries}) == 1


# Sentences


def ruling(entries: Sequence[Entry], weights: Weights) -> str:
    """The verdict on runs of one world and the same draws, beside no action there: the sandbox's, with the runs' names."""
    acting = [e for e in entries if not isinstance(e.run.policy.interventions[0], NoAction)]
    values = [entries[0].found.none, *(e.found.outcomes for e in acting)]
    means = [{key: float(np.mean(v[key])) for key in OUTCOMES} for v in values]
    names = ["No action", *(e.run.name for e in acting)]
    return in_words(policy_verdict.verdict(values, weights), names, means)


def verdict(ranking: RankedRuns) -> str:
    """Who is first by the weights, and whether that is beyond noise."""
    how = "With equal weights" if ranking.weights == DEFAULT_WEIGHTS else "By your weights"
    first = quoted(ranking.names[ranking.ranked.winner])
    rivals = [ranking.names[k] for k in ranking.ranked.rivals]
    if len(rivals) == len(ranking.names) - 1:
        return (
            f"{how} no run can be told from {first}, the first of {len(ranking.names)}, by more than noise."
        )
    if rivals:
        return f"{how} {first} comes first of {len(ranking.names)} runs, but {listed(rivals)} {_are(rivals)} within noise of it."
    second = ranking.ranked.order[1]
    return f"{how} {first} comes first of {len(ranking.names)} runs, {_ahead(ranking.ranked.gaps[second])} ahead of {quoted(ranking.names[second])}."


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _ahead(gap: Gap) -> str:
    return f"{_points(gap.value)} points ({_points(gap.low)} to {_points(gap.high)})"


def _points(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")


def pareto_words(ranking: RankedRuns) -> str:
    """Whom nobody dominates, and who is dominated by whom."""
    free = [name for name, by in zip(ranking.names, ranking.dominated, strict=True) if not by]
    lost = [
        f"{quoted(name)} by {listed([ranking.names[j] for j in by])}"
        for name, by in zip(ranking.names, ranking.dominated, strict=True)
        if by
    ]
    if not lost:
        return "No run is dominated: each is better than every other on some criterion, or cannot be told from it."
    return (
        f"Nobody dominates {listed(free)}. Dominated, so never first under positive weights: {'; '.join(lost)}. "
        "A run is dominated where another is no worse on any criterion and clearly better on one."
    )


def stays_words(ranking: RankedRuns) -> list[str]:
    """For each criterion whose weight alone can change the winner: up to where it stays, and who wins beyond."""
    first = quoted(ranking.names[ranking.ranked.winner])
    lines = [_stay(ranking, first, s) for s in ranking.stays if not s.always]
    always = [BY_KEY[s.key].brief.lower() for s in ranking.stays if s.always]
    if not lines:
        return [f"No single weight between 0 and {MOST:g} takes the first place from {first}."]
    return [*lines, f"No weight of these alone changes it: {amounts.listed(always)}."] if always else lines


def _stay(ranking: RankedRuns, first: str, stays: Stays) -> str:
    now = ranking.weights[stays.key]
    beyond = []
    if stays.below is not None:
        beyond.append(f"below {stays.low:.2g} {quoted(ranking.names[stays.below])} is first")
    if stays.above is not None:
        beyond.append(f"above {stays.high:.2g} {quoted(ranking.names[stays.above])} is first")
    return f"{BY_KEY[stays.key].brief}, now {now:g}: {' and '.join(beyond)}, otherwise {first}."


def shares_words(ranking: RankedRuns) -> str:
    """Who wins over all possible weights."""
    order = sorted(range(len(ranking.names)), key=lambda k: -ranking.shares[k])
    told = [
        f"{quoted(ranking.names[k])} {_percent(ranking.shares[k])}" for k in order if ranking.shares[k] > 0
    ]
    return (
        f"Of {DRAWS:,} sets of weights drawn evenly from all that sum to one, each run is first in this share: "
        f"{', '.join(told)}."
    )


def _percent(share: float) -> str:
    return "under 1%" if 0 < share < 0.01 else f"{100 * share:.0f}%"


def sensitivity_title(ranking: RankedRuns) -> str:
    """The title of the chart of weights."""
    first, frail = quoted(ranking.names[ranking.ranked.winner]), [s for s in ranking.stays if not s.always]
    if not frail:
        return f"{first} stays first whatever any one weight is"
    which = (
        amounts.listed([BY_KEY[s.key].brief.lower() for s in frail])
        if len(frail) < 5
        else f"one of {len(frail)}"
    )
    return f"{first} stays first unless the weight of {which.replace(' and ', ' or ')} moves far enough"


# Tables


def ranking_html(ranking: RankedRuns) -> str:
    """Runs from first to last."""
    heads = [
        "Place",
        "Points behind the first",
        "Told from the first?",
        "Dominated by",
        "First in share of weights",
    ]
    rows = [_place(ranking, k) for k in ranking.ranked.order]
    return LEFT.format("ranking", 5) + table("Ranking by weights", "Run", heads, rows, "ranking")


def _place(ranking: RankedRuns, k: int) -> Row:
    apart, first = ranking.ranked.gaps[k], k == ranking.ranked.winner
    by = [ranking.names[j] for j in ranking.dominated[k]]
    return Row(
        ranking.names[k],
        [
            TableCell(str(ranking.place[k])),
            TableCell("0") if first else TableCell(_points(apart.value), f"{_points(apart.low)} to {_points(apart.high)}"),
            TableCell("is the first" if first else "within noise" if not apart.clear else "yes"
                 if apart.paired else "yes, unpaired"),
            TableCell(amounts.listed(by) if by else "nobody", kind="tb-text" if by else "tb-text tb-quiet"),
            TableCell(_percent(ranking.shares[k])),
        ],
        kind="tb-strong" if first else "",
    )  # fmt: skip


def parts_html(ranking: RankedRuns) -> str:
    """Where points behind the first come from, by criterion; they sum to the whole."""
    order, first = ranking.ranked.order, ranking.ranked.winner
    gaps = ranking.parts - ranking.parts[first]
    rows = [
        Row(
            c.title,
            [TableCell("0" if k == first else signed(gaps[k, n])) for k in order],
            f"{c.worth:g} {c.unit} are one point",
        )
        for n, c in enumerate(CRITERIA)
    ]
    total = Row(
        "All", [TableCell("0" if k == first else signed(gaps[k].sum())) for k in order], kind="tb-total"
    )
    heads = [ranking.names[k] for k in order]
    return table("Points behind the first by criterion", "Criterion", heads, [*rows, total], "parts")


def signed(value: float) -> str:
    text = _points(abs(value))
    return "0" if text == "0.0" else f"{'−' if value < 0 else '+'}{text}"


def worths_html() -> str:
    """What one point is on each criterion."""
    rows = [
        Row(
            c.title,
            [
                TableCell(f"{amounts.amount(c.worth, c.unit)}"),
                TableCell(c.meaning, kind="tb-text"),
                TableCell(c.evidence),
            ],
        )
        for c in CRITERIA
    ]
    heads = ["One point", "Why", "Evidence"]
    return LEFT.format("worths", 3) + table("What one point is", "Criterion", heads, rows, "worths")


def ranking_figure(ranking: RankedRuns) -> Figure:
    """The ranking in words and numbers."""
    note = (
        "Each outcome counts as points of cost by a fixed worth, times your weight; fewer points are better. A run's points do "
        "not depend on the runs beside it. Behind the first: mean difference with its 95% interval."
    )
    rows = [
        (ranking.place[k], ranking.names[k], ranking.ranked.points[k], g.value, g.low, g.high,
         "paired" if g.paired else "unpaired", ", ".join(ranking.names[j] for j in ranking.dominated[k]), ranking.shares[k],
         *ranking.parts[k])
        for k in ranking.ranked.order for g in [ranking.ranked.gaps[k]]
    ]  # fmt: skip
    columns = [
        "Place", "Run", "Points", "Behind the first", "95% low", "95% high", "Interval", "Dominated by",
        "First in share of weights", *(f"Points: {c.title}" for c in CRITERIA),
    ]  # fmt: skip
    return Figure(
        "compare_ranking",
        verdict(ranking).rstrip("."),
        note,
        "points",
        (),
        pd.DataFrame(rows, columns=columns),
    )


# The chart of weights


def sensitivity(ranking: RankedRuns) -> Figure:
    """Who is first as one weight goes from 0 to 10, the others as they are."""
    spans = [
        (BY_KEY[key].brief, part, key)
        for key, parts in zip(KEYS, ranking.segments, strict=True)
        for part in parts
    ]
    pieces = tuple(
        Piece(lane, ranking.names[s.winner], s.high - s.low, (f"{s.low:.2f}", f"{s.high:.2f}"), s.low,
              inside=str(ranking.place[s.winner]) if s.high - s.low > 0.6 else "")
        for lane, s, _ in spans
    )  # fmt: skip
    seen = [k for k in ranking.ranked.order if ranking.names[k] in {p.part for p in pieces}]
    legend = tuple(filled(f"{ranking.place[k]} {ranking.names[k]}", ranking.lines[k].colour) for k in seen)
    note = (
        "Each bar: one weight from 0 to 10, the others as set; its colour and number say which run is first there, by its place "
        "now. The upright mark is the weight now."
    )
    told = " ".join(
        f"{BY_KEY[key].brief}: {', '.join(f'{ranking.names[s.winner]} from {s.low:.2g} to {s.high:.2g}' for s in parts)}."
        for key, parts in zip(KEYS, ranking.segments, strict=True)
    )
    chart = Bars(
        pieces, tuple(filled(ranking.names[k], ranking.lines[k].colour) for k in seen), lanes([BY_KEY[key].brief for key in KEYS], 18, what="Criterion"),
        Axis("Weight of the criterion", (0, MOST), grid=False),
        f"Bars by criterion of which run is first as its weight goes from 0 to 10. {told}",
        height=32 * len(KEYS) + 40, form="floating", what="Run", tips=("From", "To"), levels=(),
        here=tuple((BY_KEY[key].brief, ranking.weights[key]) for key in KEYS),
    )  # fmt: skip
    rows = [(lane, s.low, s.high, ranking.names[s.winner], ranking.weights[key]) for lane, s, key in spans]
    return Figure(
        "compare_weights", sensitivity_title(ranking), note, "weight, 0 to 10", (chart,),
        pd.DataFrame(rows, columns=["Criterion", "From", "To", "Run", "Now"]), legend,
    )  # fmt: skip
