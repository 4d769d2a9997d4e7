"""An experiment as a file: a world, policies, what is varied, paths and seed. Validated whole before anything runs.

The canonical form is a TOML file again, without reference to any other file; its hash names the experiment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import tomli_w

from models.documents import EXPERIMENT, flat, parse, read
from models.errors import Refused, unknown
from models.library import SHIPPED, load, shipped
from models.scenario import World
from models.text import checked, shown
from models.worlds import as_tuples, changed, plain, replace
from policy import golden
from policy.comparison import DEFAULT_SPECS, MOST_PATHS, arms
from policy.outcomes import scorecard
from policy.spec import Policy, parse_policy, print_policy
from policy.sweeps.axes import Lever, SweepAxis, read_axis, whole

SCHEMA = 1
MOST_POINTS = 10_000_000
MOST_POLICIES = 16
LONGEST_TITLE = 200
KEYS = ("schema", "title", "episode", "world", "policies", "paths", "seed", "metrics", "axis")


@dataclass(frozen=True)
class Experiment:
    """A world, policies (no action first), axes whose product are the points, and what is recorded of each."""

    title: str
    world: World
    policies: tuple[Policy, ...]
    axes: tuple[SweepAxis, ...]
    paths: int
    seed: int
    metrics: tuple[str, ...]

    @property
    def points(self) -> int:
        """How many points the axes span."""
        return prod(len(axis) for axis in self.axes)

    @property
    def levers(self) -> tuple[Lever, ...]:
        """All that varies, axis by axis."""
        return tuple(lever for axis in self.axes for lever in axis.levers)

    def values(self, point: int) -> dict[str, Any]:
        """What is varied, by name, at a point; the last axis moves fastest."""
        steps = []
        for axis in reversed(self.axes):
            point, k = divmod(point, len(axis))
            steps.append(axis.step(k))
        return {name: value for step in reversed(steps) for name, value in step.items()}

    @cached_property
    def digest(self) -> str:
        """Sixty-four hexadecimal digits that name the experiment, its drawn values and the figures that today's model gives."""
        named = [
            canonical(self),
            [axis.digest for axis in self.axes],
            golden.stamp(self.world, self.policies),
        ]
        return hashlib.sha256(json.dumps(named, sort_keys=True, default=str).encode()).hexdigest()


def load_experiment(path: str | Path) -> Experiment:
    """An experiment from a TOML file. Raises `Refused`."""
    return read_experiment(read(path, "experiment", EXPERIMENT))


def read_experiment(text: str) -> Experiment:
    """An experiment from TOML text. Raises `Refused` with the name, the value and what would be accepted."""
    data = parse(text, EXPERIMENT)
    for key in data:
        if key not in KEYS:
            raise unknown("key of an experiment", key, list(KEYS))
    whole("schema", data.get("schema", SCHEMA), SCHEMA, SCHEMA)
    world = _world(data.get("episode"), data.get("world", {}))
    policies = _policies(data.get("policies", list(DEFAULT_SPECS)))
    return Experiment(
        title=_text("title", data.get("title", "")),
        world=world,
        policies=policies,
        axes=_axes(data.get("axis"), world, policies, _dotted(data.get("world", {}))),
        paths=whole("paths", data.get("paths", 64), 1, MOST_PATHS),
        seed=whole("seed", data.get("seed", 1), 0, 2**63 - 1),
        metrics=_metrics(data.get("metrics", list(scorecard.KEYS))),
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(
            f"{name} = {shown(value)} is refused: it must be text of at most {LONGEST_TITLE} characters"
        )
    return checked(name, value, LONGEST_TITLE)


def _world(episode: Any, changes: Any) -> World:
    """The base world: an episode by name or file, or the default world, with changes by dotted name."""
    if episode is not None and not isinstance(episode, str):
        raise Refused(f"episode = {episode!r} is refused: it must be a file or one of {', '.join(SHIPPED)}")
    base = World() if episode is None else load(episode)
    return replace(base, as_tuples(_dotted(changes))) if changes else base


def _dotted(changes: Any) -> dict[str, Any]:
    """Nested tables and dotted names alike as dotted names. Raises `Refused` where one is given twice."""
    if not isinstance(changes, Mapping):
        raise Refused("world is refused: it must be a table of parameters and values")
    return flat(changes, "world")


def _policies(specs: Any) -> tuple[Policy, ...]:
    if not isinstance(specs, list) or not specs or not all(isinstance(spec, str) for spec in specs):
        raise Refused(f"policies is refused: it must be a list of texts, as {list(DEFAULT_SPECS)}")
    policies = arms([parse_policy(spec) for spec in specs])
    if len(policies) > MOST_POLICIES:
        raise Refused(
            f"{len(policies)} policies are out of bounds: at most {MOST_POLICIES}, no action among them"
        )
    return policies


def _metrics(keys: Any) -> tuple[str, ...]:
    """The outcomes wanted, in the scorecard's order."""
    if not isinstance(keys, list) or not keys:
        raise Refused("metrics is refused: it must be a list of outcome keys; leave it out for all of them")
    for key in keys:
        if key not in scorecard.KEYS:
            raise unknown("outcome", str(key), list(scorecard.KEYS))
    return tuple(key for key in scorecard.KEYS if key in keys)


def _axes(
    data: Any, world: World, policies: Sequence[Policy], fixed: Mapping[str, Any]
) -> tuple[SweepAxis, ...]:
    if not isinstance(data, list) or not data:
        raise Refused("an experiment needs at least one [[axis]] with parameter, zip or design")
    axes = tuple(_numbered(k, item, world, policies) for k, item in enumerate(data, 1))
    levers = [lever for axis in axes for lever in axis.levers]
    for first, second in pairwise(sorted(levers, key=_place)):
        if _place(first) == _place(second):
            raise Refused(f"{second.name} is varied by two axes; each parameter may be varied once")
    twice = sorted({lever.name for lever in levers} & set(fixed))
    if twice:
        raise Refused(f"{twice[0]} is both set in [world] and varied; it may be one of the two")
    points = prod(len(axis) for axis in axes)
    if points > MOST_POINTS:
        raise Refused(f"{points} points are out of bounds: at most {MOST_POINTS}")
    return axes


def _place(lever: Lever) -> tuple[str, int, int]:
    """What a lever moves, whatever it is called."""
    if lever.policy is None:
        return lever.name, -1, -1
    return lever.setting, lever.policy, lever.part


def _numbered(k: int, item: Any, world: World, policies: Sequence[Policy]) -> SweepAxis:
    try:
        return read_axis(item, world, policies)
    except Refused as refusal:
        raise Refused(f"axis {k}: {refusal}") from None


def canonical(experiment: Experiment) -> dict[str, Any]:
    """The experiment as plain data with nothing left to defaults or other files; `read_experiment` reads it back."""
    world = experiment.world
    known = world.name in SHIPPED
    base = shipped(world.name) if known else World()
    return {
        "schema": SCHEMA,
        "title": experiment.title,
        **({"episode": world.name} if known else {}),
        "policies": [print_policy(p) for p in experiment.policies],
        "paths": experiment.paths,
        "seed": experiment.seed,
        "metrics": list(experiment.metrics),
        "world": {name: plain(value) for name, value in sorted(changed(world, base).items())},
        "axis": [dict(axis.written) for axis in experiment.axes],
    }


def to_toml(experiment: Experiment) -> str:
    """The canonical experiment as a TOML file."""
    return tomli_w.dumps(canonical(experiment))
