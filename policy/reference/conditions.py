"""When a tool acts: dates, and closes of a published figure that run above or below a level."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import Array
from models.reference.recorded import Recorded

NEVER, DATE, CLOSES = 0, 1, 2
LEAST_DAYS = 3
REST_DAYS = 5
TENTH, THIRTIETH = 2, 3  # places of the 10- and 30-year among the tenors


class Condition(NamedTuple):
    """Never, from a day on, or once a figure has closed beyond a level for some days running."""

    form: int
    day: int  # the first on which a date has come
    metric: int  # place among `published`
    above: bool
    level: float
    days: int


class Spell(NamedTuple):
    """Where a tool stands on a morning: whether it acts, and what decides that."""

    active: bool
    acted: int  # days of action before today
    lasted: int  # days of the present spell, today among them
    stopped: int  # day of the last stop; 0 for none yet
    begin_run: int  # closes running that met the start
    end_run: int  # and the stop


def asleep() -> Spell:
    """The spell of a tool before the first morning."""
    return Spell(False, 0, 0, 0, 0, 0)


def published(record: Recorded) -> Array:
    """What a central bank can read at a close, in the order in which conditions count it."""
    return (
        record.dislocation_bp[TENTH],
        record.dislocation_bp[THIRTIETH],
        record.off_the_run_bp[TENTH],
        record.basis_bp,
        record.repo_spread_bp,
        record.dealer_use_pct,
        record.depth_mn,
        record.volatility_bp,
        record.auction_tail_bp,
        record.dealer_award_pct,
    )


def running(condition: Condition, run: int, close: Array) -> int:
    """Closes running that meet a condition, with yesterday's among them."""
    if condition.form != CLOSES:
        return 0
    value = close[condition.metric]
    hit = value > condition.level if condition.above else value < condition.level
    return run + 1 if hit else 0


def met(condition: Condition, run: int, day: int) -> bool:
    """Whether a condition is met on the morning of a day, after `run` closes that met it."""
    if condition.form == DATE:
        return day >= condition.day
    return condition.form == CLOSES and run >= condition.days


def rested(start: Condition, stopped: int, day: int) -> bool:
    """Whether a new start may follow a stop: all its closes come after the rest. A date comes once."""
    return stopped == 0 or (start.form == CLOSES and start.days <= day - stopped - REST_DAYS)


def woken(start: Condition, stop: Condition, spell: Spell, day: int, close: Array) -> Spell:
    """The spell on the morning of a day, from yesterday's and yesterday's close."""
    begin_run, end_run = running(start, spell.begin_run, close), running(stop, spell.end_run, close)
    acted = spell.acted + 1 if spell.active else spell.acted
    if spell.active:
        if spell.lasted >= LEAST_DAYS and met(stop, end_run, day):
            return Spell(False, acted, 0, day, begin_run, end_run)
        return Spell(True, acted, spell.lasted + 1, spell.stopped, begin_run, end_run)
    if met(start, begin_run, day) and rested(start, spell.stopped, day):
        return Spell(True, acted, 1, spell.stopped, begin_run, end_run)
    return Spell(False, acted, 0, spell.stopped, begin_run, end_run)
