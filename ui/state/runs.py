"""Named runs: kept, renamed, noted, opened and dropped, each a pure function of the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.errors import Refused
from models.text import checked
from policy.comparison import arms
from policy.spec import Policy
from ui.state.state import (
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST_RUNS,
    NamedRun,
    State,
    own_label,
    with_draws,
    with_policies,
)


def keep_run(state: State, index: int, name: str | None = None) -> State:
    """A policy of the screen kept as a named run, under its own label where no name is given. Raises `Refused`."""
    policy = state.policies[index]
    given = name if name is not None else _free_name(own_label(policy) or default_name(policy), state.runs)
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


def default_name(policy: Policy) -> str:
    """A policy's title without its settings, as long as a name may be."""
    return " + ".join(i.title for i in policy.interventions)[: LONGEST_NAME - 3]


def _free_name(stem: str, runs: Sequence[NamedRun]) -> str:
    taken = {run.name for run in runs}
    return next(n for n in (stem, *(f"{stem} {k}" for k in range(2, MOST_RUNS + 2))) if n not in taken)


def kept_alike(run: NamedRun, runs: Sequence[NamedRun]) -> bool:
    """Whether a run with the same numbers is among others."""
    return any(replace(run, name="", note="") == replace(other, name="", note="") for other in runs)
