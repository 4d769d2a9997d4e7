"""The ranking of runs by weights on screen: who is first, who is dominated, and how it depends on the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from models.stack import Array
from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.statistics import Gap
from policy.ranking import ranking, weight_ranges
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, KEYS, MOST, Weights
from policy.ranking.ranking import Ranking
from policy.ranking.weight_ranges import DRAWS, Stays
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Piece, lanes
from ui.charts.styles import Style, filled
from ui.html.tables import Cell, Row, table
from ui.pages.compare.changes import LEFT
from ui.pages.compare.results import Entry
from ui.pages.compare.view import listed, quoted, same_world, styles
from ui.words import amounts


@dataclass(frozen=True, eq=False)
class Result:
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
    one_world: bool

    @property
    def place(self) -> dict[int, int]:
        """Each run's place, from 1."""
        return {k: n for n, k in enumerate(self.ranked.order, 1)}


def result(entries: Sequence[Entry], weights: Weights) -> Result:
    """The ranking and everything said about it."""
    found, draws = [e.found.columns for e in entries], [e.draws for e in entries]
    values = ranking.means(found)
    return Result(
        names=tuple(e.run.name for e in entries),
        lines=styles([e.run for e in entries]),
        weights=weights,
        ranked=ranking.rank(found, weights, draws),
        parts=ranking.contributions(values, weights),
        dominated=ranking.dominators(found, draws),
        stays=weight_ranges.sensitivity(values, weights),
        segments=tuple(weight_ranges.segments(values, weights, key) for key in KEYS),
        shares=tuple(float(x) for x in weight_ranges.simplex_shares(values)),
        one_world=same_world(entries),
    )


# Sentences


def verdict(made: Result) -> str:
    """Who is first by the weights, and whether that is beyond noise."""
    how = "With equal weights" if made.weights == DEFAULT_WEIGHTS else "By your weights"
    first = quoted(made.names[made.ranked.winner])
    rivals = [made.names[k] for k in made.ranked.rivals]
    if len(rivals) == len(made.names) - 1:
        return f"{how} no run can be told from {first}, the first of {len(made.names)}, by more than noise."
    if rivals:
        return f"{how} {first} comes first of {len(made.names)} runs, but {listed(rivals)} {_are(rivals)} within noise of it."
    second = made.ranked.order[1]
    return f"{how} {first} comes first of {len(made.names)} runs, {_ahead(made.ranked.gaps[second])} ahead of {quoted(made.names[second])}."


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _ahead(found: Gap) -> str:
    return f"{_points(found.value)} points ({_points(found.low)} to {_points(found.high)})"


def _points(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")


def world_note(made: Result) -> str:
    """A caution where the runs stand on different worlds."""
    if made.one_world:
        return ""
    return (
        "These runs stand on different worlds: the ranking says under which world and policy things end better, not which "
        "policy is better."
    )


def pareto_words(made: Result) -> str:
    """Whom nobody dominates, and who is dominated by whom."""
    free = [name for name, by in zip(made.names, made.dominated, strict=True) if not by]
    lost = [
        f"{quoted(name)} by {listed([made.names[j] for j in by])}"
        for name, by in zip(made.names, made.dominated, strict=True)
        if by
    ]
    if not lost:
        return "No run is dominated: each is better than every other on some criterion, or cannot be told from it."
    return (
        f"Nobody dominates {listed(free)}. Dominated, so never first under positive weights: {'; '.join(lost)}. "
        "A run is dominated where another is no worse on any criterion and clearly better on one."
    )


def stays_words(made: Result) -> list[str]:
    """For each criterion whose weight alone can change the winner: up to where it stays, and who wins beyond."""
    first = quoted(made.names[made.ranked.winner])
    lines = [_stay(made, first, s) for s in made.stays if not s.always]
    always = [BY_KEY[s.key].brief.lower() for s in made.stays if s.always]
    if not lines:
        return [f"No single weight between 0 and {MOST:g} takes the first place from {first}."]
    return [*lines, f"No weight of these alone changes it: {amounts.listed(always)}."] if always else lines


def _stay(made: Result, first: str, found: Stays) -> str:
    now = made.weights[found.key]
    beyond = []
    if found.below is not None:
        beyond.append(f"below {found.low:.2g} {quoted(made.names[found.below])} is first")
    if found.above is not None:
        beyond.append(f"above {found.high:.2g} {quoted(made.names[found.above])} is first")
    return f"{BY_KEY[found.key].brief}, now {now:g}: {' and '.join(beyond)}, otherwise {first}."


def shares_words(made: Result) -> str:
    """Who wins over all possible weights."""
    order = sorted(range(len(made.names)), key=lambda k: -made.shares[k])
    told = [f"{quoted(made.names[k])} {_percent(made.shares[k])}" for k in order if made.shares[k] > 0]
    return (
        f"Of {DRAWS:,} sets of weights drawn evenly from all that sum to one, each run is first in this share: "
        f"{', '.join(told)}."
    )


def _percent(share: float) -> str:
    return "under 1%" if 0 < share < 0.01 else f"{100 * share:.0f}%"


def sensitivity_title(made: Result) -> str:
    """The title of the chart of weights."""
    first, frail = quoted(made.names[made.ranked.winner]), [s for s in made.stays if not s.always]
    if not frail:
        return f"{first} stays first whatever any one weight is"
    which = (
        amounts.listed([BY_KEY[s.key].brief.lower() for s in frail])
        if len(frail) < 5
        else f"one of {len(frail)}"
    )
    return f"{first} stays first unless the weight of {which.replace(' and ', ' or ')} moves far enough"


# Tables


def ranking_html(made: Result) -> str:
    """Runs from first to last."""
    heads = [
        "Place",
        "Points behind the first",
        "Told from the first?",
        "Dominated by",
        "First in share of weights",
    ]
    rows = [_place(made, k) for k in made.ranked.order]
    return LEFT.format("ranking", 5) + table("Ranking by weights", "Run", heads, rows, "ranking")


def _place(made: Result, k: int) -> Row:
    found, first = made.ranked.gaps[k], k == made.ranked.winner
    by = [made.names[j] for j in made.dominated[k]]
    return Row(
        made.names[k],
        [
            Cell(str(made.place[k])),
            Cell("0") if first else Cell(_points(found.value), f"{_points(found.low)} to {_points(found.high)}"),
            Cell("is the first" if first else "within noise" if not found.clear else "yes"
                 if found.paired else "yes, unpaired"),
            Cell(amounts.listed(by) if by else "nobody", kind="tb-text" if by else "tb-text tb-quiet"),
            Cell(_percent(made.shares[k])),
        ],
        kind="tb-strong" if first else "",
    )  # fmt: skip


def parts_html(made: Result) -> str:
    """Where points behind the first come from, by criterion; they sum to the whole."""
    order, first = made.ranked.order, made.ranked.winner
    gaps = made.parts - made.parts[first]
    rows = [
        Row(
            c.title,
            [Cell("0" if k == first else signed(gaps[k, n])) for k in order],
            f"{c.worth:g} {c.unit} are one point",
        )
        for n, c in enumerate(CRITERIA)
    ]
    total = Row("All", [Cell("0" if k == first else signed(gaps[k].sum())) for k in order], kind="tb-total")
    heads = [made.names[k] for k in order]
    return table("Points behind the first by criterion", "Criterion", heads, [*rows, total], "parts")


def signed(value: float) -> str:
    text = _points(abs(value))
    return "0" if text == "0.0" else f"{'−' if value < 0 else '+'}{text}"


def worths_html() -> str:
    """What one point is on each criterion."""
    rows = [
        Row(
            c.title,
            [Cell(f"{amounts.amount(c.worth, c.unit)}"), Cell(c.meaning, kind="tb-text"), Cell(c.evidence)],
        )
        for c in CRITERIA
    ]
    heads = ["One point", "Why", "Evidence"]
    return LEFT.format("worths", 3) + table("What one point is", "Criterion", heads, rows, "worths")


def ranking_figure(made: Result) -> Figure:
    """The ranking in words and numbers."""
    note = (
        "Each outcome counts as points of cost by a fixed worth, times your weight; fewer points are better. A run's points do "
        "not depend on the runs beside it. Behind the first: mean difference with its 95% interval."
    )
    rows = [
        (made.place[k], made.names[k], made.ranked.points[k], g.value, g.low, g.high,
         "paired" if g.paired else "unpaired", ", ".join(made.names[j] for j in made.dominated[k]), made.shares[k],
         *made.parts[k])
        for k in made.ranked.order for g in [made.ranked.gaps[k]]
    ]  # fmt: skip
    columns = [
        "Place", "Run", "Points", "Behind the first", "95% low", "95% high", "Interval", "Dominated by",
        "First in share of weights", *(f"Points: {c.title}" for c in CRITERIA),
    ]  # fmt: skip
    return Figure(
        "compare_ranking", verdict(made).rstrip("."), note, "points", (), pd.DataFrame(rows, columns=columns)
    )


# The chart of weights


def sensitivity(made: Result) -> Figure:
    """Who is first as one weight goes from 0 to 10, the others as they are."""
    spans = [
        (BY_KEY[key].brief, part, key)
        for key, parts in zip(KEYS, made.segments, strict=True)
        for part in parts
    ]
    pieces = tuple(
        Piece(lane, made.names[s.winner], s.high - s.low, (f"{s.low:.2f}", f"{s.high:.2f}"), s.low,
              inside=str(made.place[s.winner]) if s.high - s.low > 0.6 else "")
        for lane, s, _ in spans
    )  # fmt: skip
    seen = [k for k in made.ranked.order if made.names[k] in {p.part for p in pieces}]
    legend = tuple(filled(f"{made.place[k]} {made.names[k]}", made.lines[k].colour) for k in seen)
    note = (
        "Each bar: one weight from 0 to 10, the others as set; its colour and number say which run is first there, by its place "
        "now. The upright mark is the weight now."
    )
    told = " ".join(
        f"{BY_KEY[key].brief}: {', '.join(f'{made.names[s.winner]} from {s.low:.2g} to {s.high:.2g}' for s in parts)}."
        for key, parts in zip(KEYS, made.segments, strict=True)
    )
    chart = Bars(
        pieces, tuple(filled(made.names[k], made.lines[k].colour) for k in seen), lanes([BY_KEY[key].brief for key in KEYS], 18, what="Criterion"),
        Axis("Weight of the criterion", (0, MOST), grid=False),
        f"Bars by criterion of which run is first as its weight goes from 0 to 10. {told}",
        height=32 * len(KEYS) + 40, form="floating", what="Run", tips=("From", "To"), levels=(),
        here=tuple((BY_KEY[key].brief, made.weights[key]) for key in KEYS),
    )  # fmt: skip
    rows = [(lane, s.low, s.high, made.names[s.winner], made.weights[key]) for lane, s, key in spans]
    return Figure(
        "compare_weights", sensitivity_title(made), note, "weight, 0 to 10", (chart,),
        pd.DataFrame(rows, columns=["Criterion", "From", "To", "Run", "Now"]), legend,
    )  # fmt: skip
