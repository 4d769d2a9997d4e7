"""What differs between two named runs: world, policy and draws, with both values, from the values themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from models.library import SHIPPED, shipped
from models.parameters.base import Frozen
from models.scenario import World
from models.worlds import flatten, plain
from policy.described import parameters, settings_of
from policy.interventions.base import Intervention
from policy.spec import BY_NAME, Policy
from ui.html.tables import Row, TableCell, table
from ui.state.state import NamedRun
from ui.words import amounts, names

WORLD, POLICY, DRAWS = "World", "Policy", "Random draws"
ABOUT = ("name", "title", "summary", "kind")  # what a world is called, told in one line
UNUSED = "not used"
LONGEST = 60  # letters of a list that are shown
# A column of text has its head at the left, too: table, and column counted from 1.
LEFT = "<style>.tb[data-testid={}] thead th:nth-child({}){{text-align:left}}</style>"


@dataclass(frozen=True)
class Change:
    """One difference: its part, its name in the model, a title, both values and the unit."""

    part: str
    name: str
    title: str
    old: Any
    new: Any
    unit: str = ""


def changes(one: NamedRun, other: NamedRun) -> tuple[Change, ...]:
    """All that differs from `one` to `other`, world first."""
    return (*_world(one.world, other.world), *_policy(one.policy, other.policy), *_draws(one, other))


def _world(one: World, other: World) -> Iterator[Change]:
    before, after = flatten(one), flatten(other)
    if any(before[name] != after[name] for name in ABOUT):
        yield Change(WORLD, "name", "Episode", episode(one), episode(other))
    units = _units()
    for name, new in after.items():
        if name not in ABOUT and before[name] != new:
            yield Change(WORLD, name, title(name), before[name], new, units.get(name, ""))


def episode(world: World) -> str:
    """What a world is called."""
    return world.title or (shipped(world.name).title if world.name in SHIPPED else world.name)


def title(name: str) -> str:
    """A world's parameter in words."""
    return names.label(name)


@lru_cache(maxsize=1)
def _units() -> Mapping[str, str]:
    return {row["name"]: row["unit"] for row in parameters(World())}


def _policy(one: Policy, other: Policy) -> Iterator[Change]:
    before, after = tools(one), tools(other)
    for key in (*before, *(k for k in after if k not in before)):
        yield from _tool(key, before.get(key), after.get(key))


def tools(policy: Policy) -> dict[str, Intervention]:
    """Interventions by name, a second one of a kind with its number; no action is none."""
    by_name: dict[str, Intervention] = {}
    for i in policy.interventions:
        count = sum(1 for key in by_name if key.partition("#")[0] == i.name)
        if i.name != "none":
            by_name[f"{i.name}#{count + 1}" if count else i.name] = i
    return by_name


def _tool(key: str, old: Intervention | None, new: Intervention | None) -> Iterator[Change]:
    """A tool that comes or goes with the settings it has, or the settings that differ."""
    kind = BY_NAME[key.partition("#")[0]]
    if old is None or new is None:
        yield Change(
            POLICY, key, kind.title, UNUSED if old is None else "used", UNUSED if new is None else "used"
        )
    default = kind()
    units = {row["name"]: row.get("unit", "") for row in settings_of(default)}
    for name in kind.model_fields:
        before, after = (UNUSED if x is None else getattr(x, name) for x in (old, new))
        usual = getattr(default, name)
        told = before != after and not (UNUSED in (before, after) and usual in (before, after))
        if told:
            yield Change(
                POLICY, f"{key}.{name}", f"{kind.title}: {_setting(name)}", before, after, units[name]
            )


def _setting(name: str) -> str:
    text = "Begins" if name == "start" else names.label(name)
    return text[0].lower() + text[1:]


def _draws(one: NamedRun, other: NamedRun) -> Iterator[Change]:
    for name in ("seed", "paths"):
        old, new = getattr(one, name), getattr(other, name)
        if old != new:
            yield Change(DRAWS, name, name.capitalize(), old, new)


# Words and tables


def shown(value: Any, longest: int = LONGEST) -> str:
    """A value in short: lists by their first entries and their number."""
    if isinstance(value, Mapping | Frozen) or not isinstance(value, tuple):
        return _entry(value)
    if not value:
        return "none"
    parts = [_entry(x) for x in value]
    simple = not any(isinstance(x, tuple | Frozen) for x in value)
    sign, what = (" / ", "values") if simple else (", ", "entries")
    text = sign.join(parts)
    if len(text) <= longest:
        return text
    few = [p for k, p in enumerate(parts) if len(sign.join(parts[: k + 1])) <= longest]
    return sign.join([*few, f"… ({len(parts)} {what})"])


def _entry(value: Any) -> str:
    """One value: knots as `day: value`, frozen entries by their first fields, six digits of a number."""
    if isinstance(value, Frozen):
        return " ".join(
            f"{'' if name == 'name' else name.removesuffix('_years').removesuffix('_bn') + ' '}{_entry(getattr(value, name))}"
            for name in list(type(value).model_fields)[:2]
        )
    if isinstance(value, tuple) and len(value) == 2:
        return f"{_entry(value[0])}: {_entry(value[1])}"
    if isinstance(value, tuple):
        return shown(value, 24)
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", "−")
    return names.value_words(value)


def finding(changes: Sequence[Change], one: str, other: str) -> str:
    """What the list says, in one line."""
    if not changes:
        return f"Nothing that bears on a number differs between “{one}” and “{other}”"
    counts = [(part, sum(c.part == part for c in changes)) for part in (WORLD, POLICY, DRAWS)]
    named = [f"{n} in the {part.lower()}" for part, n in counts if n]
    total = f"{len(changes)} difference{'s' if len(changes) > 1 else ''}"
    return f"From “{one}” to “{other}”: {total}, {amounts.listed(named)}"


def changes_html(changes: Sequence[Change], one: str, other: str) -> str:
    """The differences as a table."""
    rows = [
        Row(
            c.title,
            [
                TableCell(c.part),
                TableCell(shown(c.old), kind="tb-text"),
                TableCell(shown(c.new), kind="tb-text"),
                TableCell(c.unit),
            ],
            c.name,
        )
        for c in changes
    ]
    styles = LEFT.format("changes", 3) + LEFT.format("changes", 4)
    return styles + table("What changed", "What", ["Part", one, other, "Unit"], rows, "changes")


def changes_frame(changes: Sequence[Change], one: str, other: str) -> pd.DataFrame:
    """The differences with their whole values, as a table to keep."""
    return pd.DataFrame(
        [(c.part, c.name, c.title, _whole(c.old), _whole(c.new), c.unit) for c in changes],
        columns=["Part", "Name", "What", one, other, "Unit"],
    )


def _whole(value: Any) -> str:
    return str(plain(value))


def world_words(world: World, base: World) -> list[str]:
    """What was changed in a world against the one it was opened from, each as `name old → new unit`."""
    units = _units()
    before, after = flatten(base), flatten(world)
    return [
        f"{title(name)} {shown(before[name], 30)} → {shown(new, 30)} {units.get(name, '')}".strip()
        for name, new in after.items()
        if name not in ABOUT and before[name] != new
    ]
