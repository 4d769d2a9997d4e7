"""Where a lever of a world ends at this moment: the last values that are accepted, and what binds beyond them.

Found by bisection on the rules of day 0, on a grid of clean numbers. Values between two accepted ones are taken to be
accepted: both rules get harder in one direction of each lever. Policies refuse no value of a lever: those that set rules
beforehand cut what does not meet them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from models.errors import Breach, Refused
from models.scenario import World, opens
from policy.studies.valid_ranges import TIED


@dataclass(frozen=True)
class Stretch:
    """One lever to be measured: its dotted name, what its own bounds allow, and the size of one grid step."""

    name: str
    least: float
    most: float
    grid: float


@dataclass(frozen=True)
class LeverEnd:
    """The last accepted value on one side, and what binds beyond it: nothing at the lever's own bound."""

    value: float
    breach: Breach | None = None


@lru_cache(maxsize=256)
def lever_ends(world: World, lever: Stretch) -> tuple[LeverEnd, LeverEnd]:
    """Both ends of a lever in an accepted world."""
    if lever.name.partition(".")[0] not in TIED:
        return LeverEnd(lever.least), LeverEnd(lever.most)
    low, high = (_end(world, lever, bound) for bound in (lever.least, lever.most))
    return low, high


def _end(world: World, lever: Stretch, bound: float) -> LeverEnd:
    now = _value(world, lever.name)
    far = _stop(world, lever.name, bound)
    if far is None:
        return LeverEnd(bound)
    sign = 1 if bound > now else -1
    near, steps = 0, int(abs(bound - now) / lever.grid) + 1
    while steps - near > 1:
        middle = (near + steps) // 2
        stop = _stop(world, lever.name, _on_grid(now, sign * middle, lever.grid))
        near, steps, far = (middle, steps, far) if stop is None else (near, middle, stop)
    # On the way from the value the first grid point may lie behind it.
    end = _on_grid(now, sign * near, lever.grid) if near else now
    return LeverEnd(end, far)


def _on_grid(now: float, steps: int, grid: float) -> float:
    """The grid point so many steps from a value, counted from the point next to it on the inner side."""
    return round((int(now / grid + (1e-9 if steps > 0 else 1 - 1e-9)) + steps) * grid, 10)


def _value(world: World, name: str) -> float:
    value: Any = world
    for part in name.split("."):
        value = getattr(value, part)
    return float(value)


def _stop(world: World, name: str, value: float) -> Breach | None:
    """What refuses a value; nothing where it is accepted."""
    try:
        opens(_moved(world, name.split("."), value))
    except Refused as refusal:
        return refusal.breaches[0]
    return None


def _moved(value: Any, parts: Sequence[str], new: float) -> Any:
    """A copy with one value changed, not validated again: the rules of day 0 are asked alone, a hundred times as fast."""
    head, *rest = parts
    return value.model_copy(update={head: _moved(getattr(value, head), rest, new) if rest else new})
