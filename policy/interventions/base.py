"""What an intervention is: a frozen value with settings and one pure method from yesterday's public state to orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from models.orders import Orders
from models.parameters.base import Frozen
from models.scenario import World
from models.simulation import View
from policy.interventions.triggers import Trigger, number


class Intervention(Frozen):
    """Base of all interventions. A new one is one file and one line in the registry."""

    name: ClassVar[str]
    title: ClassVar[str]
    what: ClassVar[str]
    source: ClassVar[str]
    only_beforehand: ClassVar[bool] = False  # a rule that gives no orders in the crisis

    def orders(self, view: View) -> Orders:
        """Today's orders from what could be seen at yesterday's close."""
        raise NotImplementedError

    def prepare(self, world: World) -> World:
        """The world as this rule, set before the crisis, leaves it. Most interventions change nothing beforehand."""
        return world

    def settings(self) -> dict[str, Any]:
        """Settings as plain data, starts as text."""
        return {key: _plain(getattr(self, key)) for key in type(self).model_fields}

    def changed(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """All settings as plain data with some changed; where two exclude each other, the new one takes the other's place."""
        return {**self.settings(), **changes}

    def idle(self) -> tuple[str, ...]:
        """Settings that do nothing beside the others as they are."""
        return ()


def _plain(value: Any) -> Any:
    if isinstance(value, Trigger | dt.date):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def percentages(values: tuple[float, ...], name: str) -> None:
    """Raise ValueError unless the shares sum to 100."""
    if abs(sum(values) - 100) > 1e-9:
        raise ValueError(f"{name} sums to {number(sum(values))}; the percentages must sum to 100")
