"""What drives an outcome: bars of one at a time, Morris screening and Sobol indices as charts, tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from policy.outcomes.statistics import Gap
from policy.studies.evaluation import TITLES, UNITS, Study
from policy.studies.factors import Factor
from policy.studies.sensitivity import Indices, Question, Screening, survivors
from ui import factor_words, plots, tables, words
from ui.charts import Figure, Panel, Style
from ui.plots import NEUTRAL
from ui.tables import Cell, Row

ALONE, WITH = "#1B83C9", "#B08900"
KEPT = "#1B83C9"
DRAWN = (-25.0, 110.0)  # % of variance; wider intervals are cut in the drawing, not in the numbers
WIDE = 0.15  # half an interval of a share of variance


@dataclass(frozen=True)
class Asked:
    """The question in words and numbers: outcome, policies' names, and the study whose factors are moved."""

    study: Study
    question: Question
    names: tuple[str, ...]
    width: float = 1.0

    @property
    def unit(self) -> str:
        return UNITS[self.question.key]

    @property
    def outcome(self) -> str:
        title = TITLES[self.question.key]
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
        return factor_words.name(self.factor(key), self.names)

    def amount(self, value: float, signed: bool = True) -> str:
        return words.amount(value, self.unit, signed)


def span(asked: Asked, found: Gap) -> str:
    """A 95% interval with its unit."""
    return f"{asked.amount(found.low)} to {asked.amount(found.high)}"


# Morris screening


def screening_title(asked: Asked, found: Screening) -> str:
    """What is strongest, what can be left out, and whether effects depend on each other."""
    if float(np.max(found.strength)) <= 0:
        return f"Nothing that was moved changes the {asked.outcome}"
    kept = survivors(found)
    first = kept[0]
    curved = [k for k in kept if found.spread[k] > found.strength[k]]
    depends = (
        f"for {len(curved)} of them the effect depends more on where the others stand than on itself"
        if curved
        else "their effects depend little on where the others stand"
    )
    return f"{asked.name(found.names[first])} is strongest; {len(kept)} of {len(found.names)} matter, and {depends}"


def screening(asked: Asked, found: Screening) -> Figure:
    """Mean absolute effect against its spread; numbers name the factors in the table beneath."""
    order = list(np.argsort(-found.strength, kind="stable"))
    kept = set(survivors(found))
    rows = [
        (n, asked.name(found.names[k]), found.strength[k], found.half[k], found.mean[k], found.spread[k], "Kept" if k in kept else "Left out",
         f"{asked.amount(found.strength[k], False)} ± {asked.amount(found.half[k], False)}", asked.amount(found.spread[k], False))
        for n, k in enumerate(order, 1)
    ]  # fmt: skip
    frame = pd.DataFrame(
        rows, columns=["Number", "Factor", "Strength", "Half", "Mean", "Spread", "Kind", "Text", "Sigma"]
    )
    frame["From"], frame["To"] = frame["Strength"] - frame["Half"], frame["Strength"] + frame["Half"]
    frame["Number"] = frame["Number"].astype(str)
    top = 1.12 * max(float(frame["To"].max()), float(frame["Spread"].max()), 1e-9)
    note = (
        f"{found.trajectories} random walks through the ranges, one number moved at a time, {found.evaluations} points of "
        f"{asked.study.paths} paths. Right: the stronger the effect of going through the whole range (thin line: 95% interval). "
        "Above the dashed line: the effect depends more on the other numbers than on itself."
    )
    told = "; ".join(f"{r[0]} {r[1]} {r[7]}, spread {r[8]}" for r in rows)
    table = frame[["Number", "Factor", "Strength", "Half", "Mean", "Spread", "Kind"]].rename(
        columns={"Strength": "Mean absolute effect", "Half": "± (95%)", "Mean": "Mean effect", "Spread": "Spread of effects"}
    )  # fmt: skip
    spec = _screening_spec(round(top, 6), asked.unit)
    legend = (Style("Kept for the next step", KEPT, (-1, 0)), Style("Left out", NEUTRAL, (-1, 1)))
    return Figure(
        "screening", screening_title(asked, found), note, asked.unit,
        (Panel(frame, spec, f"Points by number: mean absolute effect and spread. {told}."),), table, legend,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _screening_spec(top: float, unit: str) -> dict[str, Any]:
    scale = alt.Scale(domain=[0, top], nice=False)
    x = plots.field(
        alt.X, "Strength", scale=scale, axis=alt.Axis(title=f"Mean absolute effect, {unit}", tickCount=5)
    )
    y = plots.field(
        alt.Y, "Spread", scale=scale, axis=alt.Axis(title=f"Spread of effects, {unit}", tickCount=5)
    )
    kinds = ["Kept", "Left out"]
    colour = plots.field(
        alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[KEPT, NEUTRAL])
    )
    tips = [
        plots.tip("Number"),
        plots.tip("Factor"),
        plots.tip("Text", title="Effect"),
        plots.tip("Sigma", title="Spread"),
        plots.tip("Kind"),
    ]
    equal = (
        plots.once()
        .mark_rule(color=NEUTRAL, strokeDash=[4, 3], aria=False)
        .encode(x=alt.XDatum(0), y=alt.YDatum(0), x2=alt.X2Datum(top), y2=alt.Y2Datum(top))
    )
    error = plots.blank().mark_rule(color=NEUTRAL, opacity=0.7, aria=False).encode(x=plots.field(alt.X, "From", scale=scale), x2=alt.X2(field="To"), y=y)  # fmt: skip
    points = (
        plots.blank()
        .mark_point(size=110, filled=True, opacity=1, aria=False)
        .encode(
            x=x, y=y, color=colour, tooltip=tips,
            shape=plots.field(alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
        )
    )  # fmt: skip
    labels = (
        plots.blank()
        .mark_text(dx=9, dy=-8, fontSize=12, fontWeight=600, color=NEUTRAL, aria=False)
        .encode(x=x, y=y, text=plots.field(alt.Text, "Number", "nominal"))
    )
    return plots.spec(plots.layers(equal, error, points, labels), 380)


def screening_html(asked: Asked, found: Screening) -> str:
    """The numbers of the chart with their names, strongest first."""
    kept = set(survivors(found))
    rows = [
        Row(
            f"{n} · {asked.name(found.names[k])}",
            [
                Cell(asked.amount(found.strength[k], False), f"± {asked.amount(found.half[k], False)}"),
                asked.amount(found.mean[k]),
                asked.amount(found.spread[k], False),
                Cell("kept", kind="tb-strong") if k in kept else Cell("left out", kind="tb-quiet"),
            ],
        )
        for n, k in enumerate(np.argsort(-found.strength, kind="stable"), 1)
    ]
    columns = ("Mean absolute effect", "Mean effect", "Spread of effects", "Next step")
    return tables.table("Effects of going through the whole range", "Moved", columns, rows, "screening")


# Sobol indices


def share(value: float) -> str:
    """A share of variance in %, whole: intervals are wider than a decimal."""
    return f"{round(100 * value)}%".replace("-", "−")


def indices_title(asked: Asked, found: Indices) -> str:
    """What explains most, alone and with others, and how much acts together."""
    if found.sd <= 0:
        return f"Nothing that was moved changes the {asked.outcome}"
    k = int(np.argmax(found.total))
    alone = f"{share(max(found.first[k], 0.0))} (± {share(found.first_half[k])})"
    together, half = max(found.interactions, 0.0), float(np.sqrt(np.sum(found.first_half**2)))
    rest = (
        "what numbers do together cannot be told from nothing"
        if together <= half
        else f"about {share(together)} (± {share(half)}) comes from numbers acting together"
    )
    return f"{asked.name(found.names[k])} alone explains {alone} of the variance; {rest}"


def indices(asked: Asked, found: Indices) -> Figure:
    """First-order and total indices with 95% intervals."""
    order = list(np.argsort(-found.total, kind="stable"))
    names = tuple(asked.name(found.names[k]) for k in order)
    rows = [
        (asked.name(found.names[k]), kind, 100 * value[k], 100 * (value[k] - half[k]), 100 * (value[k] + half[k]), f"{share(value[k])} ± {share(half[k])}")
        for k in order
        for kind, value, half in (("Alone", found.first, found.first_half), ("In all", found.total, found.total_half))
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["Factor", "Kind", "Value", "From", "To", "Text"])
    frame["From"], frame["To"] = frame["From"].clip(*DRAWN), frame["To"].clip(*DRAWN)
    reach = (min(0.0, float(frame["From"].min())) - 2, DRAWN[1] + 40)
    note = (
        f"Share of the variance of the {asked.what} over the ranges, all numbers moving at once: {found.evaluations} points "
        f"of {asked.study.paths} paths, mean {asked.amount(found.mean)}, standard deviation {asked.amount(found.sd, False)}. "
        "Thin lines are 95% intervals; shares of one number alone may fall below 0 by chance."
    )
    table = pd.DataFrame(
        [(asked.name(found.names[k]), found.first[k], found.first_half[k], found.total[k], found.total_half[k]) for k in order],
        columns=["Moved", "First order", "± (95%)", "Total", "± (95%) "],
    )  # fmt: skip
    told = "; ".join(f"{r[0]} {r[1].lower()} {r[5]}" for r in rows)
    legend = (Style("Alone (first order)", ALONE, (-1, 0)), Style("With all others (total)", WITH, (-1, 0)))
    return Figure(
        "sobol", indices_title(asked, found), note, "share of variance",
        (Panel(frame, _indices_spec(names, (round(reach[0], 3), round(reach[1], 3))), f"Bars of shares of variance. {told}."),),
        table, legend,
    )  # fmt: skip


def wide_words(found: Indices) -> str:
    """That more points are needed, where intervals are wide."""
    widest = float(max(np.max(found.first_half), np.max(found.total_half)))
    if widest <= WIDE:
        return ""
    return f"Intervals are wide, up to ± {share(widest)}: take more points before reading anything into the order."


@lru_cache(maxsize=32)
def _indices_spec(names: tuple[str, ...], reach: tuple[float, float]) -> dict[str, Any]:
    kinds = ["Alone", "In all"]
    labels = {n: plots.wrapped(n, 21, 3) for n in names}
    y = plots.field(alt.Y, "Factor", "nominal", sort=list(names), axis=plots.lanes(labels, 150), scale=alt.Scale(domain=list(names), paddingInner=0.25))  # fmt: skip
    offset = plots.field(alt.YOffset, "Kind", "nominal", sort=kinds, scale=alt.Scale(domain=kinds))
    scale = alt.Scale(domain=list(reach), nice=False)
    axis = alt.Axis(title="Share of the variance, %", values=[0, 20, 40, 60, 80, 100])
    bars = (
        plots.blank()
        .mark_bar(cornerRadius=2)
        .encode(
            y=y, yOffset=offset, x=plots.field(alt.X, "Value", axis=axis, scale=scale, stack=None),
            color=plots.field(alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[ALONE, WITH])),
            tooltip=[plots.tip("Factor"), plots.tip("Kind"), plots.tip("Text", title="Share")],
        )
    )  # fmt: skip
    error = (
        plots.blank()
        .mark_rule(color=NEUTRAL, strokeWidth=1.4, aria=False)
        .encode(y=y, yOffset=offset, x=plots.field(alt.X, "From"), x2=alt.X2(field="To"))
    )
    text = (
        plots.blank()
        .mark_text(align="left", dx=5, fontSize=11, color=NEUTRAL, aria=False)
        .encode(
            y=y, yOffset=offset, x=plots.field(alt.X, "To"), text=plots.field(alt.Text, "Text", "nominal")
        )
    )
    zero = plots.once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    return plots.spec(plots.layers(bars, error, zero, text), 46 * len(names) + 50)


def narrowed_words(before: Sequence[Factor], after: Sequence[Factor], names: Sequence[str]) -> str:
    """Which ranges were narrowed so that every point is a valid world."""
    changed = [
        f"{factor_words.name(new, names)} {factor_words.value(new, new.low)} to {factor_words.value(new, new.high)}"
        for old, new in zip(before, after, strict=True)
        if (old.low, old.high) != (new.low, new.high)
    ]
    if not changed:
        return ""
    return (
        "Narrowed so that funds meet their margins and dealers can carry funds' repo at every point: "
        f"{'; '.join(changed)}."
    )
