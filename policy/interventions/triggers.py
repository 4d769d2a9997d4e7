"""When a policy starts and stops: dates, and triggers on published figures."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, PlainSerializer

from models.errors import unknown
from models.parameters.base import Frozen
from models.simulation import PUBLISHED, View
from models.stack import Array

NEVER = -1


class Trigger(Frozen):
    """Met once a published metric has closed above or below a level for n days running."""

    metric: str
    above: bool
    level: float
    days: Annotated[int, Field(ge=1, le=60)]

    def __str__(self) -> str:
        return f"{self.metric}.{'above' if self.above else 'below'}.{number(self.level)}.for.{self.days}"


Start = dt.date | Trigger
_TRIGGER = re.compile(
    r"(?P<metric>[a-z0-9_]+)\.(?P<side>above|below)\.(?P<level>-?[0-9.e+-]+)\.for\.(?P<days>\d+)"
)


def parse_start(value: Any) -> Any:
    """A start from text: an ISO date, or a trigger like `dislocation_10y_bp.above.20.for.3`. Raises ValueError."""
    if not isinstance(value, str):
        return value
    parts = _TRIGGER.fullmatch(value)
    if parts is None:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError(
                f"start {value!r} is refused: give an ISO date or METRIC.above|below.LEVEL.for.DAYS"
            ) from None
    if parts["metric"] not in PUBLISHED:
        raise ValueError(str(unknown("metric", parts["metric"], list(PUBLISHED))))
    try:
        level = float(parts["level"])
    except ValueError:
        raise ValueError(f"level {parts['level']!r} of a trigger is not a number") from None
    return Trigger(
        metric=parts["metric"], above=parts["side"] == "above", level=level, days=int(parts["days"])
    )


# When policies against dislocation begin unless told otherwise. At 10 bp for two days no price below about 15 bp can bite,
# since the market stands beyond it before the first purchase. In calm and in the episodes that healed by themselves 5 bp
# for two days is met no more often than 10 bp is (none of 400 paths of calm, September 2019, March 2023 and autumn 2025,
# 2% of a run of money funds, every path of April 2025 either way); at 5 bp for one day, a tenth of September 2019 is.
FIRST_SIGN = Trigger(metric="dislocation_10y_bp", above=True, level=5.0, days=2)
StartField = Annotated[Start, BeforeValidator(parse_start), PlainSerializer(str, return_type=str)]
Stop = Start | None
StopField = Annotated[
    Stop,
    BeforeValidator(parse_start),
    PlainSerializer(lambda v: None if v is None else str(v), return_type=str | None),
]
# Protection against flapping, for every intervention with a stop: it acts for at least this many days once it has
# begun, and a new start only counts closes that come this many days after the stop.
LEAST_DAYS = 3
REST_DAYS = 5
ONCE = 10**6


def active_days(start: Start, stop: Stop, view: View) -> tuple[Any, Array]:
    """Days of action before today (integers) and whether today is one (0 or 1), per path (column,).

    Read at yesterday's close: action begins when the start is met, ends when the stop is met (not before
    `LEAST_DAYS` of action), and may begin again once the start is met anew, `REST_DAYS` after the stop.
    """
    if stop is None:
        since = days_since_start(start, view)
        return np.maximum(since, 0), np.asarray(since > NEVER, float)
    begins, ends = _closes_met(start, view), _closes_met(stop, view)
    active = np.zeros(view.columns, bool)
    acted = np.zeros(view.columns, int)
    spell = np.zeros(view.columns, int)
    stopped = np.full(view.columns, NEVER)
    for day in range(1, view.day + 1):
        rested = begins[1] <= day - stopped - REST_DAYS
        ending = active & ends[0][day] & (spell >= LEAST_DAYS)
        starting = ~active & begins[0][day] & ((stopped == NEVER) | rested)
        stopped = np.where(ending, day, stopped)
        active = (active & ~ending) | starting
        spell = np.where(active, np.where(starting, 0, spell) + 1, 0)
        acted = acted + active
    return acted - active, active.astype(float)


def _closes_met(condition: Start, view: View) -> tuple[Any, int]:
    """Whether the condition is met on each morning 0 … today (day, column), and how many closes it takes.

    A date comes once: as a start it cannot be met anew after a stop.
    """
    if isinstance(condition, dt.date):
        met = np.array([False, *(day >= condition for day in view.calendar[1 : view.day + 1])])
        return np.repeat(met[:, None], view.columns, axis=1), ONCE
    history = view.published(condition.metric)
    hit = history > condition.level if condition.above else history < condition.level
    run = np.zeros((view.day + 1, view.columns), int)
    for day in range(1, view.day + 1):
        run[day] = np.where(hit[day - 1], run[day - 1] + 1, 0)
    return run >= condition.days, condition.days


def days_since_start(start: Start, view: View) -> Any:
    """Days since the start as of this morning, 0 on the first day of action, `NEVER` before it; integers (column,)."""
    if isinstance(start, dt.date):
        since = sum(1 for day in view.calendar[1 : view.day + 1] if day >= start) - 1
        return np.full(view.columns, since if since >= 0 else NEVER)
    history = view.published(start.metric)
    met = history > start.level if start.above else history < start.level
    if met.shape[0] < start.days:
        return np.full(view.columns, NEVER)
    run = met[start.days - 1 :]
    for back in range(2, start.days + 1):
        run = run & met[start.days - back : met.shape[0] - back + 1]
    first = np.argmax(run, axis=0) + start.days - 1
    return np.where(run.any(axis=0), view.day - 1 - first, NEVER)


def started(start: Start, view: View) -> Array:
    """1 where action has begun, else 0 (column,)."""
    return np.asarray(days_since_start(start, view) > NEVER, float)


def number(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point, exponents without a plus."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value)).replace("e+", "e")
