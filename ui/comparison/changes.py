"""What was changed against the shipped world and its usual policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.scenario import World
from models.worlds import flatten
from policy.interventions.triggers import number
from policy.report import world_changes
from policy.spec import Policy, print_interventions
from ui.state.state import base_world
from ui.words.names import label, policy_name, policy_names, shown_value


def world_lines(world: World) -> list[str]:
    """What differs from the episode as shipped, computed from the world."""
    base = flatten(base_world(world))
    return [
        f"{label(name)}: {_value(base[name])} → {_value(new)}{_unit(name)}"
        for name, new in world_changes(world).items()
    ]


def _unit(name: str) -> str:
    from policy.described import parameters

    unit = next((row["unit"] for row in parameters(World()) if row["name"] == name), "")
    return f" {unit}" if unit else ""


def _value(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        if (
            isinstance(value, list | tuple)
            and all(isinstance(x, int | float) for x in value)
            and len(value) <= 4
        ):
            return " / ".join(number(x) for x in value)
        return str(value) if isinstance(value, str) else "other values"
    return f"{value:,.6g}"


def policy_lines(policies: Sequence[Policy], usual: Sequence[Policy]) -> list[str]:
    """What differs from the policies that the world is usually compared under."""
    defaults = {p.interventions: p for p in usual}
    names = policy_names(policies)
    here = {p.interventions for p in policies}
    kinds = {i.name for p in policies for i in p.interventions}
    lines = [
        f"{name}: {_policy_change(p)}"
        for name, p in zip(names, policies, strict=True)
        if p.interventions not in defaults
    ]
    gone = [p for key, p in defaults.items() if key not in here and p.interventions[0].name not in kinds]
    return lines + [f"{policy_name(p)}: removed" for p in gone]


def _policy_change(policy: Policy) -> str:
    changed = [
        f"{label(key)} {shown_value(getattr(type(i)(), key))} → {shown_value(getattr(i, key))}"
        for i in policy.interventions
        for key in type(i).model_fields
        if getattr(i, key) != getattr(type(i)(), key)
    ]
    if len(policy.interventions) > 1:
        changed.insert(0, "combines " + " and ".join(i.title.lower() for i in policy.interventions))
    return "; ".join(changed) if changed else f"added ({print_interventions(policy.interventions)})"
