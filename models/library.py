"""The shipped worlds by name, and worlds from files. Historical ones come with their fundamentals held."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from models.documents import parse, read
from models.errors import Refused, unknown
from models.scenario import World
from models.simulation import with_held_fundamentals
from models.versions import VERSIONS, carried
from models.worlds import build, flatten

EPISODES = (
    "april_2025",
    "march_2020",
    "march_2023",
    "september_2019",
    "october_2025",
    "crowded",
    "funding_run",
    "calm",
)
ARGUMENTS = ("kashyap_stein", "kahn", "sceptic", "outright_wins")


def _further() -> tuple[str, ...]:
    """Worlds whose file lies beside the others, named nowhere else."""
    files = (file.name for file in resources.files("models.episodes").iterdir())
    names = {name.removesuffix(".toml") for name in files if name.endswith(".toml")}
    return tuple(sorted(name for name in names - {*EPISODES, *ARGUMENTS} if not name.endswith(".targets")))


# The order in which worlds are offered.
SHIPPED = EPISODES + _further() + ARGUMENTS


@lru_cache(maxsize=64)
def shipped(name: str) -> World:
    """A shipped world. Raises `Refused` for an unknown name."""
    if name not in SHIPPED:
        raise unknown("episode", name, list(SHIPPED))
    return from_toml(_text(name))


@lru_cache(maxsize=64)
def sources(name: str) -> dict[str, str]:
    """Where a shipped world's own values come from, by dotted name of a value or a group."""
    told: dict[str, str] = parse(_text(name)).get("sources", {})
    return told


def load(name_or_path: str) -> World:
    """A world by shipped name or from a TOML file (whole, or a `base` and differences). Raises `Refused`."""
    if name_or_path in SHIPPED:
        return shipped(name_or_path)
    path = Path(name_or_path)
    if not path.is_file():
        raise (
            unknown("episode", name_or_path, list(SHIPPED))
            if path.suffix != ".toml"
            else Refused(f"no file {name_or_path!r}; give a TOML file or one of {', '.join(SHIPPED)}")
        )
    return from_toml(read(path, "world"))


def from_toml(text: str) -> World:
    """A world from TOML text: a whole one, or a `base` by name and the differences from it. Raises `Refused`."""
    data = _today(parse(text))
    base = data.pop("base", None)
    if base is not None and not isinstance(base, str):
        raise Refused(f"base = {base!r} is refused: it must be one of {', '.join(SHIPPED)}")
    world = build(data, shipped(base) if base is not None else None)
    if world.scenario.held_fundamentals_bp:
        return world
    return with_held_fundamentals(world)


def _today(data: dict[str, Any]) -> dict[str, Any]:
    """A file's values without its sources and, where it is of an older model, without what that alone understood."""
    data = {key: value for key, value in data.items() if key != "sources"}
    groups = {key: value for key, value in data.items() if isinstance(value, dict)}
    names = [f"{group}.{name}" for group, values in groups.items() for name in values]
    if not any(name in outdated() for name in names):
        return data
    kept, _ = carried(dict.fromkeys(names), 0)
    return data | {g: {k: v for k, v in values.items() if f"{g}.{k}" in kept} for g, values in groups.items()}


def outdated() -> set[str]:
    """Parameters of older versions that are gone: a file that has one is an old file."""
    lost = {name for version in VERSIONS.values() for name in version.lost}
    return lost - flatten(World()).keys()


def _text(name: str) -> str:
    return resources.files("models.episodes").joinpath(f"{name}.toml").read_text(encoding="utf-8")
