"""What an exported thing rests on: world, policies, seed, paths, model version, and the code of its link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from models import MODEL_VERSION
from models.library import SHIPPED, shipped
from models.scenario import World
from policy.report import world_changes
from policy.spec import print_policy
from ui.charts.figure import Source
from ui.state import state as s
from ui.state.state import NamedRun, State
from ui.words import names


@dataclass(frozen=True)
class Fact:
    """One line of provenance: what it is, and its value as text that can be typed again."""

    name: str
    value: str


def episode(world: World) -> str:
    """The world's title and its name."""
    title = shipped(world.name).title if world.name in SHIPPED else world.title
    return f"{title} ({world.name})" if title else world.name


def screen(source: Source) -> str:
    """Twelve digits that name world, policies, seed, paths and model version, the same as the page's own."""
    return s.digest(State(source.world, source.policies, source.seed, source.paths))


def differences(world: World) -> list[str]:
    """Parameters that differ from the episode as shipped, as `--set` takes them."""
    return [
        f"{name}={json.dumps(value, default=str, ensure_ascii=False)}"
        for name, value in world_changes(world).items()
    ]


def foot(source: Source, unit: str = "") -> str:
    """Everything in one line, as it stands beneath a picture."""
    changed = differences(source.world)
    parts = [
        f"Unit: {unit}" if unit else "",
        f"Episode: {source.world.name}" + (f", changed: {', '.join(changed)}" if changed else ", as shipped"),
        f"Policies: {'; '.join(map(print_policy, source.policies))}",
        f"Seed {source.seed}, {source.paths} {'path' if source.paths == 1 else 'paths'}, "
        f"model version {source.model_version}, screen {screen(source)}",
    ]
    return ". ".join(filter(None, parts)) + f". {names.QUIET}"


def runs_foot(runs: Sequence[NamedRun]) -> str:
    """The same for kept runs, each with its own world, policy and draws."""
    told = "; ".join(f"{run.name}: {_run(run)}" for run in runs)
    return f"Runs: {told}. Model version {MODEL_VERSION}. {names.QUIET}"


def _run(run: NamedRun) -> str:
    changed = differences(run.world)
    world = run.world.name + (f" with {', '.join(changed)}" if changed else "")
    return f"{print_policy(run.policy)} on {world}, seed {run.seed}, {run.paths} paths"


def facts(source: Source) -> tuple[Fact, ...]:
    """The same line by line."""
    changed = differences(source.world)
    return (
        Fact("Episode", episode(source.world)),
        *(Fact("World changed", line) for line in changed or ["nothing, the episode is as shipped"]),
        *(Fact("Policy", print_policy(policy)) for policy in source.policies),
        Fact("Seed and paths", f"seed {source.seed}, {source.paths} paths"),
        Fact("Model version", str(source.model_version)),
        Fact("Screen", screen(source)),
    )


def link_code(state: State) -> str:
    """What follows the address in a link that opens this screen again."""
    from ui.state.link import link

    return link(state)
