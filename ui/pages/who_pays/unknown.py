"""What nobody has estimated, on screen: figures as ranges, what is practically none, and which assumption moves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from ui.pages.who_pays.controls import NAMES
from ui.words.amounts import millions, percent

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


def tornado(game: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """Every policy's two figures with one assumption at either end of its interval, the strongest assumption first."""
    solved = [
        (line, o)
        for line, o in zip(lines, game.outcomes, strict=True)
        if o.leverage_unknown is not None and o.loss_unknown is not None
    ]
    kinds: tuple[tuple[str, str, float, Callable[[PolicyOutcome], Unknown | None], Callable[[float, float], str]], ...] = (
        ("Induced leverage", "Change of leverage against today's, %", 1, lambda o: o.leverage_unknown, leverage_text),
        ("Moral-hazard loss", "Moral-hazard loss, $m a year", 1000, lambda o: o.loss_unknown, loss_text),
    )  # fmt: skip
    charts, rows = [], []
    for heading, axis, times, read, text in kinds:
        swings = [(line.name, s) for line, o in solved if (known := read(o)) for s in known.swings]
        order = sorted(
            ASSUMPTIONS, key=lambda a: -max((s.width for _, s in swings if s.assumption == a), default=0.0)
        )
        marks = tuple(
            _mark(name, s, game.game, times, text) for a in order for name, s in swings if s.assumption == a
        )
        told = "; ".join(f"{m.y}, {m.series}: {m.short}" for m in marks)
        charts.append(
            Points(
                marks, tuple(line for line, _ in solved), Axis(axis, zero=True), lanes([NAMES[a.name] for a in order], 17, what="Assumption"),
                f"{heading} with one assumption at either end. {told}.", heading, (26 + 13 * len(solved)) * len(order) + 50,
                "Policy", ("From end to end",), (Level(0),), apart=True,
            )
        )  # fmt: skip
        rows += [_row(name, heading, s, game.game, times) for name, s in swings]
    table = pd.DataFrame(
        rows, columns=["Policy", "Figure", "Assumption", "Unit", "Low end", "High end", "Figure at low", "Figure at high", "Interval"]
    )  # fmt: skip
    note = (
        f"Lines run from the figure at the low end of one assumption to that at its high end, all others as set; intervals and where "
        f"they come from are in the numbers. {NEVER_ESTIMATED} {changed}"
    )
    return Figure(
        "who_pays_unknown", _title(solved), note, "% and $m a year", tuple(charts), table,
        tuple(line for line, _ in solved),
    )  # fmt: skip


def _mark(name: str, s: Swing, game: Game, times: float, text: Callable[[float, float], str]) -> Mark:
    low, high = s.assumption.ends(game)
    said = f"{text(s.at_low, 0.0)} at {number(low)}, {text(s.at_high, 0.0)} at {number(high)}"
    ends = sorted((times * s.at_low, times * s.at_high))
    return Mark(sum(ends) / 2, NAMES[s.assumption.name], name, (said,), (ends[0], ends[1]), short=said)


def _row(name: str, heading: str, s: Swing, game: Game, times: float) -> tuple[object, ...]:
    low, high = s.assumption.ends(game)
    return (
        name, f"{heading}, {'%' if times == 1 else '$m a year'}", NAMES[s.assumption.name], _unit(s.assumption), low, high,
        times * s.at_low, times * s.at_high, s.assumption.source,
    )  # fmt: skip


def _unit(assumption: Assumption) -> str:
    return str(next(row["unit"] for row in settings_of(Game()) if row["name"] == assumption.name))


def _title(solved: Sequence[tuple[Style, PolicyOutcome]]) -> str:
    """The longest line of all."""
    swings = [(line.name, s) for line, o in solved if o.leverage_unknown for s in o.leverage_unknown.swings]
    if not swings:
        return "No policy has an equilibrium, so no assumption moves anything"
    name, s = max(swings, key=lambda row: row[1].width)
    if s.width < SMALLEST_LEVERAGE_PCT:
        return "No single assumption moves leverage by more than practically nothing"
    low, high = sorted((s.at_low, s.at_high))
    return (
        f"Alone, “{NAMES[s.assumption.name].lower()}” moves leverage most: under {name} it is {leverage_text(low)} at one end "
        f"and {leverage_text(high)} at the other"
    )
