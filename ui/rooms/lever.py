"""The lever that a room moves together: the policy at the median of everybody's values."""

from __future__ import annotations

from collections.abc import Collection
from statistics import median
from typing import Any

from models.errors import Refused, unknown
from policy.spec import Policy, build_intervention, policy
from ui.rooms.plan import RoomLever, levers
from ui.rooms.rules import number_of
from ui.state.state import own_label

DIGITS = 3


def lever_of(own: Policy, key: str) -> RoomLever:
    """A lever of one of a policy's parts. Raises `Refused`."""
    known = movable(own)
    for lever in known:
        if lever.key == key:
            return lever
    raise unknown("lever of this policy", key[:60], [lever.key for lever in known])


def movable(own: Policy) -> tuple[RoomLever, ...]:
    """The levers that a policy has; one that it leaves open, or sets for each trade apart, is none."""
    every = (lever for part in own.interventions for lever in levers(part.name))
    return tuple(lever for lever in every if isinstance(_stands(own, lever), int | float))


def value_of(own: Policy, lever: RoomLever) -> float:
    """Where a policy's lever stands."""
    return float(_stands(own, lever))


def _stands(own: Policy, lever: RoomLever) -> Any:
    part = next(part for part in own.interventions if part.name == lever.kind)
    return getattr(part, lever.setting)


def typed(lever: RoomLever, text: str) -> float:
    """A value for a lever as somebody typed it. Raises `Refused`."""
    value = number_of(lever.title, text)
    if not lever.low <= value <= lever.high:
        raise Refused(
            f"{lever.title} {value:g} is refused: it must be between {lever.low:g} and {lever.high:g} {lever.unit}"
        )
    return value


def together(lever: RoomLever, values: Collection[float], stands: float) -> float:
    """The room's value: the median to three digits, or where the lever stands while nobody has moved it."""
    middle = median(values) if values else stands
    return round(middle) if lever.whole else float(f"{middle:.{DIGITS}g}")


def at(own: Policy, lever: RoomLever, value: float) -> Policy:
    """The policy with its lever at a value. Raises `Refused`."""
    number = int(value) if lever.whole else value
    parts = [
        build_intervention(part.name, {**part.settings(), lever.setting: number})
        if part.name == lever.kind
        else part
        for part in own.interventions
    ]
    return policy(parts, own_label(own))
