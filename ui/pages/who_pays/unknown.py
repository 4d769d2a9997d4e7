"""What nobody has estimated, on screen: figures as ranges, what is practically none, and which assumption moves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from policy.described import settings_of
from policy.interventions.triggers import number
from policy.leverage import who_pays as engine
from policy.leverage.assumptions import (
    ASSUMPTIONS,
    SMALLEST_LEVERAGE_PCT,
    SMALLEST_LOSS_BN,
    Assumption,
    Extremes,
    Swing,
    Unknown,
    practically_none,
)
from policy.leverage.game import NEVER_ESTIMATED, Game
from policy.leverage.who_pays import PolicyOutcome, WhoPays
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Mark, Points, lanes
from ui.charts.styles import Style
from ui.words.amounts import millions, percent

WORDS = {
    "demand_elasticity": "Demand for futures",
    "crises_a_year": "How often crises come",
    "carry": "Carry of today's positions",
    "franchise_value": "Franchise value",
    "risk_aversion": "Risk aversion",
    "purchases_probability": "What funds believe today",
}
NONE = "practically none"
NOBODY = "nobody has estimated it"
SIZES = (
    f"Below {SMALLEST_LEVERAGE_PCT:g}% of leverage or {millions(SMALLEST_LOSS_BN)} a year, or within its own 95% interval, a figure "
    "counts as practically none."
)
HOW = (
    "Lines run from the least to the greatest over every combination of six assumptions that nobody has estimated; the point is at "
    "your settings."
)


# Figures as text


def leverage_text(value: float, error: float = 0.0) -> str:
    """A change of leverage, or that there is practically none."""
    return NONE if practically_none(value, error, SMALLEST_LEVERAGE_PCT) else percent(value)


def loss_text(value: float, error: float = 0.0) -> str:
    """A moral-hazard loss, or that there is practically none."""
    return NONE if practically_none(value, error, SMALLEST_LOSS_BN) else millions(value, True)


def _range_text(ends: Extremes, text: Callable[[float, float], str]) -> str:
    low, high = text(ends.low, ends.low_se), text(ends.high, ends.high_se)
    return low if low == high else f"between {low} and {high}"


def leverage_range(o: PolicyOutcome) -> str:
    """Induced leverage over all assumptions."""
    return (
        "no equilibrium"
        if o.leverage_unknown is None
        else _range_text(o.leverage_unknown.range, leverage_text)
    )


def loss_range(o: PolicyOutcome) -> str:
    """The moral-hazard loss over all assumptions."""
    return "no equilibrium" if o.loss_unknown is None else _range_text(o.loss_unknown.range, loss_text)


def ranged_point(name: str, figure: engine.WithError, unknown: Unknown, times: float, text: str) -> Mark:
    """A figure at one's own settings in a policy's lane, with its range."""
    ends = (times * unknown.range.low, times * unknown.range.high)
    return Mark(times * figure.value, name, name, (text,), ends, short=text)


# Which assumption moves it how far


@dataclass(frozen=True)
class _GameFigure:
    """One of the two figures: its axis, where it is read, how it is written."""

    heading: str
    unit: str
    times: float
    value: Callable[[PolicyOutcome], engine.WithError | None]
    unknown: Callable[[PolicyOutcome], Unknown | None]
    text: Callable[[float], str]


FIGURES = (
    _GameFigure("Induced leverage", "%", 1, lambda o: o.leverage_change_pct, lambda o: o.leverage_unknown, leverage_text),
    _GameFigure("Moral-hazard loss", "$m a year", 1000, lambda o: o.moral_hazard_loss, lambda o: o.loss_unknown, loss_text),
)  # fmt: skip


def tornado(game: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """Every policy's two figures with one assumption at either end of its interval, the strongest assumption first."""
    solved = [
        (line, o) for line, o in zip(lines, game.outcomes, strict=True) if o.leverage_change_pct is not None
    ]
    charts, rows = [], []
    for figure in FIGURES:
        swings = [(line.name, o, s) for line, o in solved for s in _swings(o, figure)]
        order = sorted(
            ASSUMPTIONS, key=lambda a: -max((s.width for *_, s in swings if s.assumption == a), default=0)
        )
        marks = [
            _mark(name, o, s, figure, game.game) for a in order for name, o, s in swings if s.assumption == a
        ]
        told = "; ".join(f"{m.y}, {m.series}: {m.short}" for m in marks)
        names = lanes([WORDS[a.name] for a in order], 17, what="Assumption")
        charts.append(
            Points(
                tuple(marks), tuple(line for line, _ in solved), Axis(f"{figure.heading}, {figure.unit}", zero=True), names,
                f"{figure.heading} with one assumption at either end. {told}.", figure.heading,
                (26 + 13 * len(solved)) * len(order) + 50, "Policy", ("From end to end",), (Level(0),), apart=True,
            )
        )  # fmt: skip
        rows += [_row(name, s, figure, game.game) for name, _, s in swings]
    table = pd.DataFrame(
        rows, columns=["Policy", "Figure", "Assumption", "Unit", "Low end", "High end", "Figure at low", "Figure at high", "Interval"]
    )  # fmt: skip
    note = (
        "Each line: one assumption from its low to its high end, all others at your settings, where the point is. Intervals and where "
        f"they come from are in the numbers. {NEVER_ESTIMATED} {changed}"
    )
    styles = tuple(line for line, _ in solved)
    return Figure("who_pays_unknown", _title(solved), note, "% and $m a year", tuple(charts), table, styles)


def _swings(o: PolicyOutcome, figure: _GameFigure) -> tuple[Swing, ...]:
    known = figure.unknown(o)
    return () if known is None else known.swings


def _mark(name: str, o: PolicyOutcome, s: Swing, figure: _GameFigure, game: Game) -> Mark:
    (low, high), own = s.assumption.ends(game), figure.value(o)
    said = f"{figure.text(s.at_low)} at {number(low)}, {figure.text(s.at_high)} at {number(high)}"
    middle = (s.at_low + s.at_high) / 2 if own is None else own.value
    ends = [figure.times * value for value in (s.at_low, middle, s.at_high)]
    return Mark(ends[1], WORDS[s.assumption.name], name, (said,), (min(ends), max(ends)), short=said)


def _row(name: str, s: Swing, figure: _GameFigure, game: Game) -> tuple[object, ...]:
    return (
        name, f"{figure.heading}, {figure.unit}", WORDS[s.assumption.name], _unit(s.assumption), *s.assumption.ends(game),
        figure.times * s.at_low, figure.times * s.at_high, s.assumption.source,
    )  # fmt: skip


def _unit(assumption: Assumption) -> str:
    return str(next(row["unit"] for row in settings_of(Game()) if row["name"] == assumption.name))


def _title(solved: Sequence[tuple[Style, PolicyOutcome]]) -> str:
    """The longest line of all."""
    swings = [(line.name, s) for line, o in solved for s in _swings(o, FIGURES[0])]
    if not swings:
        return "No policy has an equilibrium, so no assumption moves anything"
    name, s = max(swings, key=lambda row: row[1].width)
    if s.width < SMALLEST_LEVERAGE_PCT:
        return "No single assumption moves leverage by more than practically nothing"
    low, high = (leverage_text(end) for end in sorted((s.at_low, s.at_high)))
    return f"{WORDS[s.assumption.name]} moves leverage most: alone, from {low} to {high} under {name}"
