"""Worlds in and out of TOML, and the one way to change one: `replace`, which validates again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import tomli_w
from pydantic import ValidationError

from models.documents import parse as parse
from models.errors import Refused, refused, unknown
from models.parameters.base import Frozen
from models.scenario import World
from models.versions import lost


def as_tuples(value: Any) -> Any:
    """Lists turned into tuples throughout, as the strict validation of frozen values expects."""
    if isinstance(value, Mapping):
        return {key: as_tuples(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(as_tuples(item) for item in value)
    return value


def as_lists(value: Any) -> Any:
    """Plain TOML values: tuples turned into lists, nothings left out."""
    if isinstance(value, Mapping):
        return {key: as_lists(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [as_lists(item) for item in value]
    return value


def build(data: Mapping[str, Any], base: World | None = None) -> World:
    """A world from nested data laid over `base` (the default world if none). Raises `Refused`."""
    merged = _merge((base or World()).model_dump(), as_tuples(data), "")
    try:
        return World.model_validate(merged)
    except ValidationError as error:
        raise refused(error) from None


def _merge(old: dict[str, Any], new: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    out = dict(old)
    for key, value in new.items():
        if key not in old:
            raise unknown("parameter", prefix + key, [prefix + name for name in old])
        nested = isinstance(old[key], dict)
        if nested and not isinstance(value, Mapping):
            raise Refused(f"{prefix}{key} is a group of settings; give one of {', '.join(old[key])}")
        out[key] = _merge(old[key], value, f"{prefix}{key}.") if nested else value
    return out


def replace(world: World, changes: Mapping[str, Any]) -> World:
    """`world` with dotted names set to new values, validated as a whole. Raises `Refused`."""
    known = flatten(world)
    nested: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in known:
            why = lost(name)
            raise Refused(f"{name} is refused: {why}") if why else unknown("parameter", name, list(known))
        *groups, last = name.split(".")
        node = nested
        for group in groups:
            node = node.setdefault(group, {})
        node[last] = value
    return build(nested, world)


def to_toml(world: World, base: World | None = None) -> str:
    """A world as TOML: whole, or, with `base`, the base's name and the differences from it."""
    if base is None:
        return tomli_w.dumps(as_lists(world.model_dump()))
    nested: dict[str, Any] = {"base": base.name}
    for name, value in changed(world, base).items():
        *groups, last = name.split(".")
        node = nested
        for group in groups:
            node = node.setdefault(group, {})
        node[last] = plain(value)
    return tomli_w.dumps(nested)


def plain(value: Any) -> Any:
    """A setting's value in plain data: frozen values as mappings, tuples as lists."""
    if isinstance(value, Frozen):
        return as_lists(value.model_dump())
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def changed(world: World, base: World) -> dict[str, Any]:
    """Dotted names of the scalars and tuples in which `world` differs from `base`, with the new values."""
    old = flatten(base)
    return {k: v for k, v in flatten(world).items() if old.get(k, _ABSENT) != v}


_ABSENT = object()


def flatten(world: World) -> dict[str, Any]:
    """Every parameter of a world under its dotted name."""
    flat: dict[str, Any] = {}
    _walk("", world, flat)
    return flat


def _walk(prefix: str, value: Frozen, out: dict[str, Any]) -> None:
    for name in type(value).model_fields:
        item = getattr(value, name)
        if isinstance(item, Frozen):
            _walk(f"{prefix}{name}.", item, out)
        else:
            out[prefix + name] = item


Settings = TypeVar("Settings", bound=Frozen)


def revised(settings: Settings, **changes: Any) -> Settings:
    """`settings` with some fields changed. Raises `Refused` for an unknown field or a value out of bounds."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    try:
        return type(settings).model_validate({**values, **{k: as_tuples(v) for k, v in changes.items()}})
    except ValidationError as error:
        raise refused(error) from None
