"""Policies as text: one parser and one printer, inverse to each other, for command line, links, scripts and files.

`[LABEL=]NAME[:key=value,…][+NAME…]`, lists with `/`, ISO dates, triggers like `dislocation_10y_bp.above.20.for.3`,
or `[LABEL=]@file.toml`.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from models.documents import parse, read
from models.errors import Refused, refused, unknown
from models.orders import Orders, combine
from models.scenario import World
from models.simulation import View
from models.text import label_trouble, shown, trouble
from models.worlds import as_tuples
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.interventions.triggers import number

BY_NAME = {kind.name: kind for kind in REGISTRY}
LABEL = re.compile(r"[^=:+,@\s](?:[^=:+,@\n\r\t]{0,58}[^=:+,@\s])?")
MOST_PARTS = 8
LONGEST_SPEC = 4_000


@dataclass(frozen=True)
class Policy:
    """One arm of a comparison: a label and one or more interventions whose orders are combined."""

    label: str
    interventions: tuple[Intervention, ...]

    def orders(self, view: View) -> Orders:
        """Today's combined orders."""
        return combine([i.orders(view) for i in self.interventions])

    def prepare(self, world: World) -> World:
        """The world as rules set beforehand leave it: the same object where there are none."""
        for intervention in self.interventions:
            world = intervention.prepare(world)
        return world

    @property
    def title(self) -> str:
        """The label, or the interventions' own names where the label is the spec."""
        if self.label != print_interventions(self.interventions):
            return self.label
        plain = all(i == type(i)() for i in self.interventions)
        return " + ".join(i.title for i in self.interventions) if plain else self.label


def policy(interventions: Sequence[Intervention], label: str | None = None) -> Policy:
    """A policy; the label defaults to the spec. Raises `Refused` for a label that cannot name it, or too many parts."""
    if len(interventions) > MOST_PARTS:
        raise Refused(f"a policy of {len(interventions)} parts is refused: at most {MOST_PARTS} are combined")
    spec = print_interventions(interventions)
    if label is not None and label != spec:
        check_label(label, spec)
    return Policy(label or spec, tuple(interventions))


def check_label(label: str, spec: str) -> None:
    """Raises `Refused` for a label that cannot be printed, or that stands for something else."""
    if not LABEL.fullmatch(label):
        raise Refused(f"label {shown(label)} is refused: 1 to 60 characters without = : + , @")
    why = trouble(label) or label_trouble(label)
    if label.casefold() == "none" and spec != "none":
        why = "it is the name of no action"
    if why:
        raise Refused(f"label {shown(label)} is refused: {why}")


def parse_policy(text: str) -> Policy:
    """A policy from its spec. Raises `Refused` with the name, the value and what would be accepted."""
    if len(text) > LONGEST_SPEC:
        raise Refused(f"a policy of {len(text):,} characters is refused: at most {LONGEST_SPEC:,} are read")
    label, body = _split_label(text.strip())
    if body.startswith("@"):
        written = read_policy(read(body[1:], "policy file"))
        return policy(written.interventions, label or written.label)
    parts = body.split("+")
    if len(parts) > MOST_PARTS:
        raise Refused(f"a policy of {len(parts)} parts is refused: at most {MOST_PARTS} are combined")
    return policy([_parse_one(part) for part in parts], label)


def _split_label(text: str) -> tuple[str | None, str]:
    head, equals, rest = text.partition("=")
    if not equals or ":" in head or "+" in head or head.startswith("@"):
        return None, text
    return head.strip(), rest.strip()


def _parse_one(text: str) -> Intervention:
    name, _, settings = text.strip().partition(":")
    kind = _kind(name.strip())
    values: dict[str, Any] = {}
    for item in filter(None, settings.split(",")):
        key, equals, value = item.partition("=")
        key = key.strip()
        if not equals:
            raise Refused(f"{name}: {item!r} is refused; settings are written key=value")
        if key not in kind.model_fields:
            raise unknown(f"setting of {name}", key, list(kind.model_fields))
        if key in values:
            raise Refused(f"{name}.{key} is given twice")
        values[key] = _value(value.strip(), kind.model_fields[key].annotation)
    return build_intervention(name.strip(), values)


def _kind(name: str) -> type[Intervention]:
    if name not in BY_NAME:
        raise unknown("policy", name, list(BY_NAME))
    return BY_NAME[name]


def build_intervention(name: str, settings: Mapping[str, Any]) -> Intervention:
    """An intervention from plain data. Raises `Refused`."""
    try:
        return _kind(name).model_validate(as_tuples(settings))
    except ValidationError as error:
        raise refused(error, name) from None


def _value(text: str, kind: Any) -> Any:
    """Text read as the setting's type; left as text where it does not fit, for validation to refuse by name."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        several = "/" in text
        forms = [k for k in typing.get_args(kind) if (typing.get_origin(k) is tuple) == several]
        return _value(text, forms[0]) if forms else text
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)
        return tuple(_value(part.strip(), inner[0]) for part in text.split("/"))
    bare = kind
    while hasattr(bare, "__metadata__"):
        bare = bare.__origin__
    if bare in (int, float):
        try:
            return bare(text)
        except ValueError:
            return text
    if bare is bool:
        return {"true": True, "false": False}.get(text, text)
    return text


def print_policy(policy: Policy) -> str:
    """The spec of a policy, with its label where that is not the spec itself."""
    spec = print_interventions(policy.interventions)
    return spec if policy.label == spec else f"{policy.label}={spec}"


def print_interventions(interventions: Sequence[Intervention]) -> str:
    """`NAME[:key=value,…]` joined by +, with the settings that differ from their defaults; what another replaces is left out."""
    return "+".join(_print_one(i) for i in interventions)


def _print_one(intervention: Intervention) -> str:
    default = type(intervention)()
    changed = [
        key
        for key in type(intervention).model_fields
        if getattr(intervention, key) not in (None, getattr(default, key))
    ]
    settings = ",".join(f"{key}={_text(getattr(intervention, key))}" for key in changed)
    return f"{intervention.name}:{settings}" if settings else intervention.name


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "/".join(_text(item) for item in value)
    return number(value) if isinstance(value, int | float) else str(value)


def read_policy(text: str) -> Policy:
    """A policy from TOML: `label` and a list of `[[intervention]]` tables with a `name` and settings. Raises `Refused`."""
    return policy_from_data(parse(text))


def policy_from_data(data: Mapping[str, Any]) -> Policy:
    """A policy from plain data with `intervention` and, if wanted, `label`. Raises `Refused`."""
    extra = set(data) - {"label", "intervention"}
    if extra:
        raise unknown("key of a policy", sorted(extra)[0], ["label", "intervention"])
    items, label = data.get("intervention"), data.get("label")
    if not isinstance(items, list | tuple) or not items:
        raise Refused("a policy needs at least one [[intervention]] with a name")
    if len(items) > MOST_PARTS:
        raise Refused(f"a policy of {len(items)} parts is refused: at most {MOST_PARTS} are combined")
    if label is not None and not isinstance(label, str):
        raise Refused(f"label = {label!r} is refused: it must be text")
    return policy([_from_table(item) for item in items], label)


def _from_table(item: Any) -> Intervention:
    if not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
        raise Refused(f"an [[intervention]] needs a name: one of {', '.join(BY_NAME)}")
    return build_intervention(item["name"], {key: value for key, value in item.items() if key != "name"})
