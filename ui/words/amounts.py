"""Figures with units, intervals and dates, as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from policy.outcomes.scorecard import BY_KEY, LOSSES_SPARED, TAXPAYER_MEAN, TAXPAYER_TAIL
from policy.outcomes.statistics import NOISE, Gap
from policy.outcomes.summary import Cell, Outcome, Summary

TINY = 5e-7  # $bn a year


def millions(value: float, signed: bool = False) -> str:
    """$bn a year as $m."""
    size = abs(1000 * value)
    text = (
        "0"
        if size < 1000 * TINY
        else f"{size:,.0f}"
        if size >= 100
        else f"{size:.3g}"
        if size >= 1
        else f"{size:.2g}"
    )
    sign = "" if text == "0" else "−" if value < 0 else "+" if signed else ""
    return f"{sign}${text}m"


def percent(value: float, signed: bool = True) -> str:
    """A change of leverage."""
    text = f"{abs(value):.1f}" if abs(value) >= 1 else f"{abs(value):.2f}"
    sign = "" if float(text) == 0 else "−" if value < 0 else "+" if signed else ""
    return f"{sign}{'0' if float(text) == 0 else text}%"


def amount(value: float, unit: str, signed: bool = False) -> str:
    """A figure with its unit: $bn as `$5.1bn`, others as `22.5 bp`; minus is a minus sign."""
    digits = _digits(value, unit)
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text, sign = "0", ""
    else:
        sign = "−" if value < 0 else ("+" if signed else "")
    if unit in ("$bn", "$mn"):
        return f"{sign}${text}{unit[1:]}"
    return f"{sign}{text}%" if unit.startswith("%") else f"{sign}{text} {unit}"


def _digits(value: float, unit: str) -> int:
    size = abs(value)
    if unit in ("$bn", "$mn"):
        return 2 if size < 1 else (1 if size < 100 else 0)
    return 1 if size < 1000 else 0


def span(gap: Gap, unit: str) -> str:
    """A 95% interval, without its unit."""
    digits = max(_digits(gap.low, unit), _digits(gap.high, unit))
    return f"{bare(gap.low, digits)} to {bare(gap.high, digits)}"


def bare(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def figure(key: str, value: float) -> str:
    """The figure of a tile in words: what is a gain and what is a loss is said."""
    unit = BY_KEY[key].unit
    if key in (TAXPAYER_MEAN.key, TAXPAYER_TAIL.key):
        profit = -value if key == TAXPAYER_TAIL.key else value
        shown = amount(abs(profit), unit)
        return shown if shown == "$0bn" else f"{shown} {'gain' if profit > 0 else 'loss'}"
    return amount(value, unit)


def against_none(key: str, cell: Cell, outcome: Outcome) -> str:
    """The line under a figure: the difference to no action with its paired 95% interval."""
    gap, unit = cell.gap, BY_KEY[key].unit
    if abs(gap.value) < NOISE and abs(gap.high - gap.low) < NOISE:
        return "same as no action"
    if key == LOSSES_SPARED.key:
        return f"({span(gap, unit)}); funds bear {100 * outcome.borne_share:.0f}%"
    if all(amount(x, unit) == amount(0.0, unit) for x in (gap.value, gap.low, gap.high)):
        return "no visible difference"
    if key == TAXPAYER_TAIL.key:
        gap = Gap(-gap.value, -gap.high, -gap.low)
    shown = amount(gap.value, unit, signed=True)
    if unit.startswith("%"):
        shown = shown.removesuffix("%") + " points"
    return f"{shown} ({span(gap, unit)})"


def date_words(day: dt.date) -> str:
    """A date as `9 April`."""
    return f"{day.day} {day:%B}"


def day_words(summary: Summary, day: float) -> str:
    """The date of a simulated day."""
    return date_words(summary.calendar[min(round(day), len(summary.calendar) - 1)])


def lower(text: str) -> str:
    """A title within a sentence: names keep their capital."""
    return text if text.startswith(("Fed", "Treasury", "SPV")) else text[0].lower() + text[1:]


def listed(items: Sequence[str]) -> str:
    """Names in a sentence."""
    if not items:
        return "nothing"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
