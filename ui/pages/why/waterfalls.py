"""Waterfalls of the headline figures, and equation cards: figures, tables and text of the page that explains."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from policy.outcomes.attribution import Attribution, Waterfall
from policy.outcomes.scorecard import (
    BY_KEY,
    LOSSES_SPARED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    SPIRAL_SHARE,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Label, Names, Piece, wrapped
from ui.charts.styles import NEUTRAL, filled
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.pages.why.equation_card import Card, plain_number
from ui.words import amounts
from ui.words.amounts import amount

TAIL = TAXPAYER_TAIL.key
KINDS = (filled("Level", NEUTRAL), filled("Adds", "#D55E00"), filled("Takes off", "#1B83C9"))
METHOD = (
    "**Shocks.** Each group's bar is its Shapley value under no action: the run is repeated with every set of shock groups left "
    "out, on the same draws, and each group gets its mean contribution over every order in which groups can be added to calm.",
    "**Policies.** The difference to no action. Where interventions are combined, each gets its Shapley value in the same way.",
    "**The taxpayer's result.** By source: the count is repeated with one assumption at a time set to nothing. "
    "The 5% tail is split by the mean of each source within the worst 5% of outcomes, which sums exactly.",
    "**Losses spared.** By source of funds' profit and loss, against no action, from the model's accounts.",
    "**Unintended easing.** What the Fed holds and what it has announced on the day of the largest easing, path by path.",
)


@dataclass(frozen=True)
class FallStep:
    """One bar of a waterfall from `low` to `high`, both in the figure's unit as the tile shows it."""

    name: str
    start: float
    end: float
    kind: str

    @property
    def value(self) -> float:
        return self.end if self.kind == "Level" else self.end - self.start


def seconds(groups: int, policies: int, paths: int, days: int) -> int:
    """Rough time that the waterfalls take, seconds."""
    return max(1, round((0.04 * 2**groups + 0.15 * policies) * max(paths, 64) / 256 * days / 30))


def steps(fall: Waterfall) -> tuple[FallStep, ...]:
    """Levels and parts in order; the taxpayer's tail as a result, so that gains go up and losses down."""
    sign = -1.0 if fall.key == TAIL else 1.0
    out, level, before = [], 0.0, ""
    for part in fall.parts:
        value = sign * part.value
        if part.kind == "calm":
            out.append(FallStep("Calm", 0.0, value, "Level"))
        else:
            if part.kind == "policy" and before == "shock":
                out.append(FallStep("No action", 0.0, level, "Level"))
            out.append(FallStep(part.title, level, level + value, "Adds" if value >= 0 else "Takes off"))
        level, before = level + value, part.kind
    return (*out, FallStep("Result", 0.0, sign * fall.total, "Level"))


def waterfall(fall: Waterfall, name: str, paths: int) -> Figure:
    """One figure's waterfall with its table."""
    unit = BY_KEY[fall.key].unit
    bars = steps(fall)
    keys = tuple(map(str, range(len(bars))))  # names may come twice
    texts = [_text(step, unit) for step in bars]
    pieces = tuple(
        Piece(key, s.kind, s.end - s.start, (s.name, s.kind, text), s.start)
        for key, s, text in zip(keys, bars, texts, strict=True)
    )
    told = "; ".join(f"{s.name} {text}" for s, text in zip(bars, texts, strict=True))
    chart = Bars(
        pieces, KINDS, Names(keys, tuple(wrapped(s.name, 19) for s in bars), width=150), Axis(unit, _domain(bars)),
        f"Waterfall of the {_lower(BY_KEY[fall.key].title)}: {told}.", height=44 * len(bars) + 90, form="floating", what="",
        tips=("Step", "Kind", "Amount"),
        labels=tuple(Label(k, max(s.start, s.end), x) for k, s, x in zip(keys, bars, texts, strict=True)),
    )  # fmt: skip
    table = pd.DataFrame(
        [(s.name, s.kind, s.value, s.end) for s in bars], columns=["Step", "Kind", f"Amount, {unit}", f"Level after it, {unit}"]
    )  # fmt: skip
    note = f"{_note(fall.key)} Means over {paths} paths; the parts sum to the figure exactly."
    return Figure(f"why_{fall.key}", finding(fall, name), note, unit, (chart,), table, KINDS)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _text(step: FallStep, unit: str) -> str:
    if step.kind == "Level":
        return amount(step.end, unit)
    shown = amount(step.value, unit, signed=True)
    return shown.removesuffix("%") + " points" if unit.startswith("%") else shown


def _note(key: str) -> str:
    return {
        SPIRAL_SHARE.key: "From calm over each shock to no action, and what the policy changes, in crises of a hundred.",
        PEAK_DISLOCATION.key: "From calm over each shock to no action, and what the policy changes.",
        PEAK_DEALER_USE.key: "From calm over each shock to no action, and what the policy changes, in % of capacity.",
        TAXPAYER_MEAN.key: "Where the public's expected gain or loss comes from.",
        TAIL: "The same sources within the worst 5% of outcomes; losses are negative.",
        LOSSES_SPARED.key: "Where funds lose less, or more, than under no action.",
        UNINTENDED_EASING.key: "What lowers the 10-year beyond repair, on the day it is lowest.",
    }[key]


def finding(fall: Waterfall, name: str) -> str:
    """What the waterfall shows: the figure, and what adds and takes off most."""
    unit, bars = BY_KEY[fall.key].unit, steps(fall)
    parts = [s for s in bars if s.kind != "Level" and amount(s.value, unit) != amount(0.0, unit)]
    title = BY_KEY[fall.key].title
    head = f"{title} under {name}: {amounts.figure(fall.key, fall.total)}"
    if not parts:
        return f"{head}; nothing moves it"
    most = max(parts, key=lambda s: abs(s.value))
    against = [s for s in parts if s.value * most.value < 0]
    text = f"{head}. Largest part: {most.name}, {_text(most, unit)}"
    if against:
        other = max(against, key=lambda s: abs(s.value))
        text += f"; largest the other way: {other.name}, {_text(other, unit)}"
    return text


def _domain(bars: tuple[FallStep, ...]) -> tuple[float, float]:
    """The axis, with room for the labels at the right."""
    low = min(0.0, *(min(s.start, s.end) for s in bars))
    high = max(0.0, *(max(s.start, s.end) for s in bars))
    reach = max(high - low, 1e-3)
    return (low - 0.03 * reach, high + 0.34 * reach)


def figures(attribution: Attribution, k: int, name: str, paths: int) -> tuple[Figure, ...]:
    """The waterfalls of one policy that have parts."""
    falls = attribution.waterfalls[k]
    return tuple(waterfall(fall, name, paths) for fall in falls.values() if fall.parts)


def empty_words(attribution: Attribution, k: int, name: str) -> str:
    """Figures of a policy that nothing moves, in one sentence."""
    none = [_lower(BY_KEY[key].title) for key, fall in attribution.waterfalls[k].items() if not fall.parts]
    if not none:
        return ""
    return f"Nothing to split under {name}, because these are zero: {', '.join(none)}."


# Equation cards


def sides(card: Card) -> str:
    """Both sides of an equation in words, with how far they are apart."""
    gap = abs(card.left - card.right)
    told = "the same to rounding" if card.holds else f"apart by {gap:.2g}"
    left, right = _with_unit(card.left, card.unit), _with_unit(card.right, card.unit)
    return f"Recorded {left}; worked out {right}: {told}."


def _with_unit(value: float, unit: str) -> str:
    text = plain_number(abs(value))
    sign = "−" if value < 0 and float(text.replace(",", "")) else ""
    if unit == "$bn":
        return f"{sign}${text}bn"
    return f"{sign}{text}{unit}" if unit.startswith("%") else f"{sign}{text} {unit}"


def _signed(value: float) -> str:
    return plain_number(value).replace("-", "−")


def terms_html(card: Card) -> str:
    """What each symbol is, with its value."""
    rows = [
        Row(term.symbol, [TableCell(_term(term.value), small=term.unit), TableCell(term.meaning, kind="tb-text")]) for term in card.terms
    ]  # fmt: skip
    return tables.table(
        f"Symbols: {card.title}", "Symbol", ["Value", "What it is"], rows, f"terms_{card.key}"
    )


def _term(value: float) -> str:
    return "unlimited" if value == float("inf") else _signed(value)
