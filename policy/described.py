"""What a policy, a setting or a parameter is, as plain data: unit, bounds, choices, meaning and source."""

from __future__ import annotations

import datetime as dt
import typing
from typing import Any

from pydantic.fields import FieldInfo

from models.auction import points_per_bp
from models.parameters.base import DAYS_A_YEAR, Frozen
from models.scenario import GROUPS, SHOCKS, Scenario, World
from models.stack import stack
from models.worlds import plain
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.triggers import Trigger

STARTS = {
    "start": "When it begins: a date, or a published metric above or below a level for n days.",
    "stop": "When it ends, in the same form; never if not given.",
    "announce": "When it is announced, in the same form; with the start if not given.",
    "exit_start": "When the sale of what was bought begins, in the same form; never if not given.",
}


def setting(name: str, field: FieldInfo, default: Any) -> dict[str, Any]:
    """One parameter or setting: default, unit, bounds, choices, meaning, source and evidence tag."""
    extra = field.json_schema_extra
    extra_data: Any = extra.get("parameter", {}) if isinstance(extra, dict) else {}
    about: dict[str, Any] = dict(extra_data)
    if Trigger in typing.get_args(field.annotation):
        about = {
            "unit": "ISO date or trigger",
            "source": "this sandbox",
            "evidence": "assumed",
            "basic": False,
            "meaning": STARTS[name],
        }
    out = {"name": name, "default": _shown(default), "meaning": field.description or about.pop("meaning", "")}
    choices = _choices(field.annotation)
    return out | about | ({"choices": choices} if choices else {})


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Trigger | dt.date) else plain(value)


def _choices(kind: Any) -> list[str]:
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return _choices(typing.get_args(kind)[0])
    return []


def settings_of(value: Frozen) -> list[dict[str, Any]]:
    """Every documented field of a frozen value."""
    return [setting(name, field, getattr(value, name)) for name, field in type(value).model_fields.items()]


def parameters(world: World) -> list[dict[str, Any]]:
    """Every documented parameter of a world under its dotted name, with the world's own value as default."""
    rows = []
    for group in GROUPS:
        value: Frozen = getattr(world, group)
        rows += [row | {"name": f"{group}.{row['name']}"} for row in settings_of(value) if "unit" in row]
    rows += [
        row | {"name": f"scenario.{row['name']}"} for row in settings_of(world.scenario) if "unit" in row
    ]
    for shock in SHOCKS:
        value = getattr(world.scenario, shock)
        title = Scenario.model_fields[shock].description or shock
        numeric = [row for row in settings_of(value) if "unit" in row]
        rows += [row | {"name": f"scenario.{shock}.{row['name']}", "of": title} for row in numeric]
    return rows


def equivalents(auction: HedgedAuction, world: World) -> tuple[float, ...]:
    """An auction's price by strategy in the other unit, at the opening of a world: points per 100 for bp, bp for points."""
    worth = points_per_bp(stack([world]), world.scenario.days_to_delivery / DAYS_A_YEAR)[:, 0]
    given = zip(auction.reserves, worth, strict=True)
    return tuple(float(price / w if auction.in_points else price * w) for price, w in given)
