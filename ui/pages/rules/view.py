"""Rules beforehand and backstops afterwards as one chart, a table, sentences and slides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from models.scenario import World
from policy.interventions.triggers import number
from policy.leverage.game import Game
from policy.outcomes.calm_cost import ASSUMED, Span3
from policy.studies.rules_and_rescue import CLEARED_HAIRCUT_PCT, Weighed
from ui.charts.figure import Figure, Origin
from ui.charts.kinds import Axis, Mark, Points, Side
from ui.charts.styles import COLOURS, SHAPES, SLOTS, Style, shaped
from ui.export.native import Grid
from ui.export.report import Report
from ui.html import tables
from ui.html.tables import TableCell
from ui.words import amounts

TITLE = "Rules beforehand, rescue afterwards: what each costs"
RULE_COLOUR = "#A0614A"
BACKSTOPS = {
    "Outright purchases": "outright",
    "Hedged purchases": "hedged-purchases",
    "Hedged SPV auction": "hedged-auction",
    "Standing repo facility": "repo",
}
COLUMNS = (
    "Positions given up",
    "Basis",
    "Yield on new issues",
    "On all debt, a year",
    "Crisis loss avoided, a year",
    "No other beats it",
)
LITERATURE = (
    ("Without these trades the Treasury would pay more to borrow", "same sign; no size given", "Financial Times, feature on the basis trade"),
    ("$100bn more duration raises the 10-year by 3.3 bp (range 0 to 12)", "2.9 bp for $100bn of bonds at a market of 1.85 times 2020", "Crawley et al. 2022; our factor for calm years is set by it"),
    ("A floor of 2% on haircuts takes about $11bn of capital", "same rule; here funds without that capital shrink instead", "Banegas and Monin 2023"),
    ("Tighter limits of dealers raise yields at auctions", "same sign, for funds", "Bräuning and Stein, as reported"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class RulesSheet:
    """All tools weighed, and what they were weighed with."""

    world: World
    game: Game
    tools: tuple[Weighed, ...]
    paths: int
    seed: int

    @property
    def origin(self) -> Origin:
        return Origin(self.world, (), self.seed, self.paths)


def name(own: Weighed) -> str:
    """A tool with its strength."""
    tool = own.tool
    if tool.unit == "$bn":
        return f"{tool.family}, ${tool.strength:,.0f}bn"
    gap = "" if tool.unit.startswith("%") else " "
    return f"{tool.family}, {number(round(tool.strength, 1))}{gap}{tool.unit}"


def money(value: float) -> str:
    """$bn a year."""
    return "no limit" if math.isinf(value) else amounts.amount(value, "$bn")


def ranged(span: Span3, unit: str) -> str:
    """A figure with the range of its assumption."""
    if span.high == 0:
        return amounts.amount(0.0, unit)
    ends = [
        ("no limit" if math.isinf(x) else amounts.amount(x, unit)) for x in (span.value, span.low, span.high)
    ]
    return f"{ends[0]} ({ends[1]} to {ends[2]})"


def figures(own: Weighed) -> tuple[str, ...]:
    """A tool's figures as text, in the order of `COLUMNS`."""
    cost, gain = own.cost, own.avoided
    interval = f"{amounts.amount(gain.value, '$bn')} ({amounts.span(gain, '$bn')})"
    return (
        amounts.amount(cost.positions_bn, "$bn"),
        ranged(cost.basis_bp, "bp"),
        ranged(cost.yield_bp, "bp"),
        ranged(cost.debt_bn, "$bn"),
        interval,
        "yes" if own.efficient else "",
    )


def verdict(sheet: RulesSheet) -> str:
    """The page's finding: the best backstop beside the rule that avoids as much, and what the rule costs."""
    rules = [own for own in sheet.tools if own.tool.beforehand]
    helps = [own for own in sheet.tools if not own.tool.beforehand]
    best = max(helps, key=lambda own: own.avoided.value)
    strongest = max(rules, key=lambda own: own.avoided.value)
    if max(best.avoided.value, strongest.avoided.value) < LEAST:
        return "In this world neither rules nor backstops avoid any crisis loss worth the name."
    match = min(
        (own for own in rules if own.avoided.value >= best.avoided.value),
        key=lambda own: own.cost.debt_bn.value,
        default=None,
    )
    said = f"{name(best)} avoids {money(best.avoided.value)} of crisis loss a year and costs nothing in calm"
    if match is None:
        own = strongest
        return f"{said}; no rule avoids as much: {amounts.lower(name(own))} avoids {money(own.avoided.value)} and costs {money(own.cost.debt_bn.value)} a year in calm."
    span = match.cost.debt_bn
    return (
        f"{said}; the cheapest rule that avoids as much, {amounts.lower(name(match))}, costs {money(span.value)} a year in calm "
        f"(between {money(span.low)} and {money(span.high)})."
    )


LEAST = 0.005  # $bn a year


def style(own: Weighed, families: Sequence[str]) -> Style:
    """Rules share a colour and differ in shape; backstops have their policies' colours."""
    k = families.index(own.tool.family)
    colour = COLOURS[SLOTS[BACKSTOPS[own.tool.family]]] if own.tool.family in BACKSTOPS else RULE_COLOUR
    return shaped(own.tool.family, colour, SHAPES[k % len(SHAPES)])


def chart(sheet: RulesSheet) -> Figure:
    """Every tool by its cost in calm and the crisis loss it avoids; the efficient set is ringed and named."""
    families = list(dict.fromkeys(own.tool.family for own in sheet.tools))
    series = tuple({f: style(own, families) for own in sheet.tools for f in [own.tool.family]}.values())
    most = max(
        [own.cost.debt_bn.value for own in sheet.tools if math.isfinite(own.cost.debt_bn.value)] + [1.0]
    )
    ranked = sorted(own.cost.debt_bn.value for own in sheet.tools if own.efficient)
    marks = tuple(
        Mark(
            own.cost.debt_bn.value, own.avoided.value, own.tool.family, (name(own), *figures(own)[:-1]),
            up=(own.avoided.low, own.avoided.high), ringed=own.efficient, label=name(own) if own.efficient else "",
            place=_place(own.cost.debt_bn.value, ranked, most) if own.efficient else "right", short=figures(own)[3],
        )
        for own in sheet.tools
        if math.isfinite(own.cost.debt_bn.value)
    )  # fmt: skip
    panel = Points(
        marks, series, Axis("Cost in calm: what all debt costs more, $bn a year (root scale)", (0, 1.05 * most), scale="sqrt", zero=True),
        Axis("Expected crisis loss avoided, $bn a year", zero=True), f"Dots of cost in calm and crisis loss avoided. {verdict(sheet)}",
        height=430, what="Tool", tips=("Strength", *COLUMNS[:-1]), thin=True, size=90.0,
    )  # fmt: skip
    note = (
        f"A crisis of this world comes {number(sheet.game.crises_a_year)} times a year; its loss is dysfunction, lenders' shortfall and the "
        "public's loss, by the weights of the page on who pays. Upright lines: 95% intervals. Named: the efficient set, which no other tool "
        "beats on both. Ranges of the cost are in the table."
    )
    return Figure("rules_and_rescue", finding(sheet), note, "$bn a year", (panel,), frame(sheet), series)


def _place(cost: float, ranked: Sequence[float], most: float) -> Side:
    """Where a name stands, so that names of neighbours do not meet."""
    if cost > most / 2:
        return "upper left"
    return "right" if cost == 0 else "lower right" if ranked.index(cost) % 2 else "right"


def finding(sheet: RulesSheet) -> str:
    """The chart's title."""
    best = [own for own in sheet.tools if own.efficient]
    free = [own for own in best if own.cost.debt_bn.value == 0]
    if not best:
        return "No tool avoids any crisis loss in this world"
    if len(free) == len(best):
        return "Every efficient tool is free in calm"
    return f"{len(best)} tools are efficient, {len(free)} of them free in calm"


def frame(sheet: RulesSheet) -> pd.DataFrame:
    """All tools for a file."""
    rows = [
        (
            own.tool.family, own.tool.strength, own.tool.unit, own.cost.positions_bn, *(_ends(own.cost.basis_bp)), *(_ends(own.cost.yield_bp)),
            *(_ends(own.cost.debt_bn)), own.avoided.value, own.avoided.low, own.avoided.high, own.efficient,
        )
        for own in sheet.tools
    ]  # fmt: skip
    spans = [
        f"{what}{end}"
        for what in ("Basis, bp", "Yield, bp", "Debt, $bn a year")
        for end in ("", ", low", ", high")
    ]
    avoided = ["Avoided, $bn a year", "Avoided, low", "Avoided, high", "Efficient"]
    return pd.DataFrame(
        rows, columns=["Tool", "Strength", "Unit", "Positions given up, $bn", *spans, *avoided]
    )


def _ends(span: Span3) -> tuple[float, float, float]:
    return span.value, span.low, span.high


def table_html(sheet: RulesSheet, beforehand: bool) -> str:
    """Rules or backstops, one a row."""
    rows = [
        tables.Row(
            name(own), [TableCell(text, kind="tb-strong" if own.efficient else "") for text in figures(own)]
        )
        for own in sheet.tools
        if own.tool.beforehand == beforehand
    ]
    return tables.table(
        "Rules" if beforehand else "Backstops", "Tool", COLUMNS, rows, "rules" if beforehand else "backstops"
    )


def literature_html() -> str:
    """Signs and sizes beside what others found."""
    rows = [
        tables.Row(said, [TableCell(here, kind="tb-text"), TableCell(source, kind="tb-text")])
        for said, here, source in LITERATURE
    ]
    return tables.table("Beside the literature", "What others say", ("Here", "Source"), rows, "literature")


def assumptions(sheet: RulesSheet) -> tuple[str, ...]:
    """What the figures rest on."""
    return (
        f"Calm: {ASSUMED}. No new capital comes for the positions that funds give up, and all debt pays the higher yield once it is refinanced.",
        f"A clearing mandate also asks funds for a haircut, {number(CLEARED_HAIRCUT_PCT)}% where all repo is cleared (assumed).",
        "A fee shrinks funds until asset managers pay them the fee too, along their demand curve of the page on who pays (assumed).",
        "Backstops cost nothing in calm here. If funds expect them they may borrow more: that is on the page on who pays, and not in this chart.",
    )


def report(sheet: RulesSheet) -> Report:
    """The same as slides."""
    grids = tuple(
        (title, "The range of the assumption in brackets; crisis loss avoided with its 95% interval.",
         Grid(("Tool", *COLUMNS), tuple((name(own), *figures(own)) for own in sheet.tools if own.tool.beforehand == beforehand)))
        for title, beforehand in (("Rules set beforehand", True), ("Backstops in the crisis", False))
    )  # fmt: skip
    return Report(TITLE, verdict(sheet), (chart(sheet),), grids, assumptions(sheet), sheet.origin)
