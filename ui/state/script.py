"""A Python script that reproduces the figures of a screen, written from the same state that the screen shows."""

from __future__ import annotations

from pprint import pformat
from typing import Any

from models import MODEL_VERSION
from models.library import SHIPPED
from models.scenario import World
from models.worlds import changed, plain
from policy import golden
from policy.spec import print_policy
from ui.state import state as s
from ui.state.state import State

WIDTH = 100


def script(state: State) -> str:
    """The script; run, it prints every headline figure of the scorecard as JSON, unrounded."""
    lines = [
        f'"""The scorecard of screen {s.digest(state)}, made with model version {MODEL_VERSION}."""',
        "",
        *_imports(state),
        "",
        f"made_with = {_text(golden.fingerprints(s.pairs(state)))}  # fingerprints of figures",
        "moved = {}",
        "",
        *_run("", state.world, [print_policy(p) for p in state.policies], state.paths, state.seed),
        *(
            line
            for run in state.runs
            for line in _run(run.name, run.world, [print_policy(run.policy)], run.paths, run.seed)
        ),
        "for line in moved:",
        '    print(f"since this was made, {line}", file=sys.stderr)',
        "print(json.dumps(figures, indent=1))",
    ]
    return "\n".join(lines) + "\n"


def _imports(state: State) -> list[str]:
    dates = "datetime.date(" in "".join(_changes(w) for w in (state.world, *(r.world for r in state.runs)))
    return [
        *(["import datetime"] if dates else []),
        "import json",
        "import sys",
        "",
        "from models.library import shipped",
        "from models.scenario import World",
        "from models.worlds import replace",
        "from policy.comparison import compare",
        "from policy.golden import moved_words",
        "from policy.outcomes.summary import summarise",
        "from policy.spec import parse_policy",
        "",
        "figures = {}",
    ]


def _run(name: str, world: World, specs: list[str], paths: int, seed: int) -> list[str]:
    base = f"shipped({world.name!r})" if world.name in SHIPPED else "World()"
    return [
        f"# {name or 'The screen'}".replace("\n", " "),
        f"world = replace({base}, {_changes(world)})",
        f"policies = [parse_policy(text) for text in {_text(specs)}]",
        "moved |= dict.fromkeys(moved_words(made_with, [(world, policies)]))",
        f"summary = summarise(compare(world, policies, paths={paths}, seed={seed}))",
        f"figures[{name!r}] = {{",
        "    policy.label: {key: cells[k].value for key, cells in summary.cells.items()}",
        "    for k, policy in enumerate(summary.policies)",
        "}",
        "",
    ]


def _changes(world: World) -> str:
    return _text({name: plain(value) for name, value in changed(world, s.base_world(world)).items()})


def _text(value: Any) -> str:
    return pformat(value, width=WIDTH, sort_dicts=False)
