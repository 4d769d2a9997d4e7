"""What drives an outcome: bars of one at a time, Morris screening and Sobol indices as charts, tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.statistics import Gap
from policy.studies.evaluation import Study
from policy.studies.factors import Factor
from policy.studies.sensitivity import Indices, OutcomeOf, Screening, survivors
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Label, Line, Mark, Piece, Points, lanes
from ui.charts.styles import NEUTRAL, Style, filled, shaped
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.words import amounts, factors

DRAWN = (-25.0, 110.0)  # % of variance; wider intervals are cut in the drawing, not in the numbers
WIDE = 0.15  # half an interval of a share of variance

KEPT, LEFT = shaped("Kept", "#5B6C9D", "circle"), shaped("Left out", NEUTRAL, "diamond")
ALONE, ALL = filled("Alone", "#5B6C9D"), filled("In all", "#8C8C3C")
EQUAL = Style("Effect and spread alike", NEUTRAL, (4, 3))


@dataclass(frozen=True)
class AskedOutcome:
    """The question in words and numbers: outcome, policies' names, and the study whose factors are moved."""

    study: Study
    question: OutcomeOf
    names: tuple[str, ...]
    width: float = 1.0

    @property
    def unit(self) -> str:
        return BY_KEY[self.question.key].unit

    @property
    def outcome(self) -> str:
        title = BY_KEY[self.question.key].title
        return title if title.startswith("Fed") else f"{title[0].lower()}{title[1:]}"

    @property
    def what(self) -> str:
        """The outcome with its policies: `peak 10-year dislocation under A` or `… under A less that under B`."""
        q = self.question
        own = f"{self.outcome} under {self.names[q.policy]}"
        return own if q.against is None else f"{own} less that under {self.names[q.against]}"

    def factor(self, key: str) -> Factor:
        return next(x for x in self.study.factors if x.key == key)

    def name(self, key: str) -> str:
        return factors.name(self.factor(key), self.names)

    def amount(self, value: float, signed: bool = True) -> str:
        return amounts.amount(value, self.unit, signed)


def span(asked: AskedOutcome, gap: Gap) -> str:
    """A 95% interval with its unit."""
    return f"{asked.amount(gap.low)} to {asked.amount(gap.high)}"


# Morris screening


def screening_title(asked: AskedOutcome, screening: Screening) -> str:
    """What is strongest, what can be left out, and whether effects depend on each other."""
    if float(np.max(screening.strength)) <= 0:
        return f"Nothing that was moved changes the {asked.outcome}"
    kept = survivors(screening)
    first = kept[0]
    curved = [k for k in kept if screening.spread[k] > screening.strength[k]]
    depends = (
        f"for {len(curved)} of them the effect depends more on where the others stand than on itself"
        if curved
        else "their effects depend little on where the others stand"
    )
    return f"{asked.name(screening.names[first])} is strongest; {len(kept)} of {len(screening.names)} matter, and {depends}"


def screening(asked: AskedOutcome, screening: Screening) -> Figure:
    """Mean absolute effect against its spread; numbers name the factors in the table beneath."""
    order = list(np.argsort(-screening.strength, kind="stable"))
    kept = set(survivors(screening))
    rows = [
        (str(n), asked.name(screening.names[k]), screening.strength[k], screening.half[k], screening.mean[k], screening.spread[k], (KEPT if k in kept else LEFT).name)
        for n, k in enumerate(order, 1)
    ]  # fmt: skip
    columns = [
        "Number",
        "Factor",
        "Mean absolute effect",
        "± (95%)",
        "Mean effect",
        "Spread of effects",
        "Kind",
    ]
    marks = tuple(
        Mark(x, y, kind, (n, name, f"{asked.amount(x, False)} ± {asked.amount(half, False)}", asked.amount(y, False), kind),
             (x - half, x + half), label=n, place="upper right")
        for n, name, x, half, _, y, kind in rows
    )  # fmt: skip
    top = round(1.12 * max(*(x + half for _, _, x, half, *_ in rows), *(r[5] for r in rows), 1e-9), 6)
    note = (
        f"{screening.trajectories} random walks through the ranges, one number moved at a time, {screening.evaluations} points of "
        f"{asked.study.paths} paths. Right: the stronger the effect of going through the whole range (thin line: 95% interval). "
        "Above the dashed line: the effect depends more on the other numbers than on itself."
    )
    told = "; ".join(
        f"{n} {name} {effect}, spread {spread}" for n, name, effect, spread, _ in (m.says for m in marks)
    )
    ends = np.array([0.0, top])
    chart = Points(
        marks, (KEPT, LEFT), Axis(f"Mean absolute effect, {asked.unit}", (0, top)), Axis(f"Spread of effects, {asked.unit}", (0, top)),
        f"Points by number: mean absolute effect and spread. {told}.", height=380,
        tips=("Number", "Factor", "Effect", "Spread", "Kind"), lines=(Line(EQUAL, ends, ends, width=1.0),), thin=True,
    )  # fmt: skip
    legend = (replace(KEPT, name="Kept for the next step"), LEFT)
    return Figure(
        "screening", screening_title(asked, screening), note, asked.unit, (chart,), pd.DataFrame(rows, columns=columns), legend
    )  # fmt: skip


def screening_html(asked: AskedOutcome, screening: Screening) -> str:
    """The numbers of the chart with their names, strongest first."""
    kept = set(survivors(screening))
    rows = [
        Row(
            f"{n} · {asked.name(screening.names[k])}",
            [
                TableCell(
                    asked.amount(screening.strength[k], False), f"± {asked.amount(screening.half[k], False)}"
                ),
                asked.amount(screening.mean[k]),
                asked.amount(screening.spread[k], False),
                TableCell("kept", kind="tb-strong") if k in kept else TableCell("left out", kind="tb-quiet"),
            ],
        )
        for n, k in enumerate(np.argsort(-screening.strength, kind="stable"), 1)
    ]
    columns = ("Mean absolute effect", "Mean effect", "Spread of effects", "Next step")
    return tables.table("Effects of going through the whole range", "Moved", columns, rows, "screening")


# Sobol indices


def share(value: float) -> str:
    """A share of variance in %, whole: intervals are wider than a decimal."""
    return f"{round(100 * value)}%".replace("-", "−")


def indices_title(asked: AskedOutcome, indices: Indices) -> str:
    """What explains most, alone and with others, and how much acts together."""
    if indices.sd <= 0:
        return f"Nothing that was moved changes the {asked.outcome}"
    k = int(np.argmax(indices.total))
    alone = f"{share(max(indices.first[k], 0.0))} (± {share(indices.first_half[k])})"
    together, half = max(indices.interactions, 0.0), float(np.sqrt(np.sum(indices.first_half**2)))
    rest = (
        "what numbers do together cannot be told from nothing"
        if together <= half
        else f"about {share(together)} (± {share(half)}) comes from numbers acting together"
    )
    return f"{asked.name(indices.names[k])} alone explains {alone} of the variance; {rest}"


def indices(asked: AskedOutcome, indices: Indices) -> Figure:
    """First-order and total indices with 95% intervals."""
    order = list(np.argsort(-indices.total, kind="stable"))
    pieces = tuple(
        Piece(asked.name(indices.names[k]), style.name, 100 * value[k], (f"{share(value[k])} ± {share(half[k])}",),
              error=(_drawn(value[k] - half[k]), _drawn(value[k] + half[k])))
        for k in order
        for style, value, half in ((ALONE, indices.first, indices.first_half), (ALL, indices.total, indices.total_half))
    )  # fmt: skip
    reach = (min(0.0, *(p.error[0] for p in pieces if p.error)) - 2, DRAWN[1] + 40)
    note = (
        f"Share of the variance of the {asked.what} over the ranges, all numbers moving at once: {indices.evaluations} points "
        f"of {asked.study.paths} paths, mean {asked.amount(indices.mean)}, standard deviation {asked.amount(indices.sd, False)}. "
        "Thin lines are 95% intervals; shares of one number alone may fall below 0 by chance."
    )
    table = pd.DataFrame(
        [(asked.name(indices.names[k]), indices.first[k], indices.first_half[k], indices.total[k], indices.total_half[k]) for k in order],
        columns=["Moved", "First order", "± (95%)", "Total", "± (95%) "],
    )  # fmt: skip
    told = "; ".join(f"{p.lane} {p.part.lower()} {p.says[0]}" for p in pieces)
    chart = Bars(
        pieces, (ALONE, ALL), replace(lanes([asked.name(indices.names[k]) for k in order], 21, what="Factor"), width=150),
        Axis("Share of the variance, %", (round(reach[0], 3), reach[1]), (0, 20, 40, 60, 80, 100)),
        f"Bars of shares of variance. {told}.", height=46 * len(order) + 50, form="beside", what="Kind", tips=("Share",),
        labels=tuple(Label(p.lane, p.error[1], p.says[0], p.part) for p in pieces if p.error),
    )  # fmt: skip
    legend = (replace(ALONE, name="Alone (first order)"), replace(ALL, name="With all others (total)"))
    return Figure("sobol", indices_title(asked, indices), note, "share of variance", (chart,), table, legend)


def _drawn(share: float) -> float:
    return float(np.clip(100 * share, *DRAWN))


def wide_words(indices: Indices) -> str:
    """That more points are needed, where intervals are wide."""
    widest = float(max(np.max(indices.first_half), np.max(indices.total_half)))
    if widest <= WIDE:
        return ""
    return f"Intervals are wide, up to ± {share(widest)}: take more points before reading anything into the order."


def narrowed_words(before: Sequence[Factor], after: Sequence[Factor], names: Sequence[str]) -> str:
    """Which ranges were narrowed so that every point is a valid world."""
    changed = [
        f"{factors.name(new, names)} {factors.value(new, new.low)} to {factors.value(new, new.high)}"
        for old, new in zip(before, after, strict=True)
        if (old.low, old.high) != (new.low, new.high)
    ]
    if not changed:
        return ""
    return (
        "Narrowed so that funds meet their margins and dealers can carry funds' repo at every point: "
        f"{'; '.join(changed)}."
    )
