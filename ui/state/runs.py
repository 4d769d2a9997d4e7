"""Named runs: kept, renamed, noted, opened and dropped, each a pure function of the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.errors import Refused
from models.scenario import World
from models.text import checked
from policy.comparison import arms
from policy.spec import Policy
from ui.state.state import (
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST_RUNS,
    NamedRun,
    State,
    base_world,
    own_label,
    with_draws,
    with_policies,
)


def keep_run(state: State, index: int, name: str | None = None) -> State:
    """A policy of the screen kept as a named run, named by policy and world where no name is given. Raises `Refused`."""
    policy = state.policies[index]
    given = name if name is not None else _free_name(default_name(policy, state.world), state.runs)
    return with_run(state, NamedRun(given, "", state.world, policy, state.seed, state.paths))


def with_run(state: State, run: NamedRun) -> State:
    """One more named run. Raises `Refused`."""
    if len(state.runs) == MOST_RUNS:
        raise Refused(
            f"{MOST_RUNS + 1} runs are out of bounds: at most {MOST_RUNS} fit side by side; drop one first"
        )
    return _with_runs(_checked_run(state, run), (*state.runs, run))


def drop_run(state: State, k: int) -> State:
    """One named run less."""
    return replace(state, runs=(*state.runs[:k], *state.runs[k + 1 :]))


def rename_run(state: State, k: int, name: str) -> State:
    """A run under another name. Raises `Refused`."""
    return _with_run(state, k, replace(state.runs[k], name=name.strip()))


def note_run(state: State, k: int, note: str) -> State:
    """A run with another note. Raises `Refused`."""
    return _with_run(state, k, replace(state.runs[k], note=note.strip()))


def open_run(state: State, k: int) -> State:
    """A run back on the screen: its world, its policy beside no action, its seed and paths. Raises `Refused`."""
    run = state.runs[k]
    alone = replace(state, world=run.world, seed=run.seed, paths=run.paths, policies=arms([]))
    return with_policies(alone, [run.policy])


def _with_run(state: State, k: int, run: NamedRun) -> State:
    return _with_runs(state, (*state.runs[:k], run, *state.runs[k + 1 :]))


def _with_runs(state: State, runs: tuple[NamedRun, ...]) -> State:
    for run in runs:
        checked("the name", run.name, LONGEST_NAME, 1)
        checked("a note", run.note, LONGEST_NOTE)
    names = [run.name for run in runs]
    twice = sorted(name for name in names if names.count(name) > 1)
    if twice:
        raise Refused(f"the name {twice[0]!r} is used by two runs; give each a name of its own")
    return replace(state, runs=runs)


def _checked_run(state: State, run: NamedRun) -> State:
    """The state, once the run could be opened on it. Raises `Refused`."""
    alone = replace(state, world=run.world, policies=arms([]))
    with_policies(with_draws(alone, run.seed, run.paths), [run.policy])
    return state


def default_name(policy: Policy, world: World) -> str:
    """Policy and world, as long as a name may be."""
    own, place = own_label(policy) or " + ".join(i.title for i in policy.interventions), world_name(world)
    return f"{own[: LONGEST_NAME - len(place) - 6]} · {place}"


def world_name(world: World) -> str:
    """What a world is called where room is scarce: its title up to the colon, an argument's after it."""
    head, _, tail = (world.title or world.name).partition(":")
    name = tail.strip() if head == "Argument" and tail else head
    return (name[:1].upper() + name[1:] + ("" if world == base_world(world) else ", changed"))[
        : LONGEST_NAME // 2
    ]


def _free_name(stem: str, runs: Sequence[NamedRun]) -> str:
    taken = {run.name for run in runs}
    return next(n for n in (stem, *(f"{stem} {k}" for k in range(2, MOST_RUNS + 2))) if n not in taken)


def kept_alike(run: NamedRun, runs: Sequence[NamedRun]) -> bool:
    """Whether a run with the same numbers is among others."""
    return any(replace(run, name="", note="") == replace(other, name="", note="") for other in runs)
