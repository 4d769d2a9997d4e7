"""The browser's engine is what the translator writes, and gives the engine's numbers on every series, path by path."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from support.browser_engine import ENGINE, answers, case
from support.random_policies import cases
from support.side_by_side import disagreements
from support.whole_policies import drawn_series, near_a_level, record_of, set_aside_if_shaky

from models import library
from models.errors import Refused
from policy.comparison import arms, compare, compare_central, default_policies
from policy.interventions import REGISTRY
from policy.outcomes.scores import all_scores
from policy.spec import policy
from ui.live import engine
from ui.live.translate import translated

RANDOM, PATHS = 200, 1
TALLY: Counter[str] = Counter()


def test_the_committed_engine_is_the_translated_one() -> None:
    assert ENGINE.read_text(encoding="utf-8") == engine.generated(), "run python -m ui.live.engine"
    assert engine.fingerprint() in ENGINE.read_text(encoding="utf-8").splitlines()[1]


def differences(comparison: Any, answered: list[Any], tolerance: float) -> list[str]:
    """Where a comparison's records and outcomes differ from the browser's, path by path; runs on an edge are counted."""
    problems: list[str] = []
    scored = all_scores(comparison)
    for path, answer in enumerate(answered):
        for k, run in enumerate(comparison.runs):
            TALLY["runs"] += 1
            at = f"{comparison.world.name} {comparison.policies[k].label} path {path}"
            want, judged, own = record_of(run, path), answer["outcomes"][k], []
            for number, record in enumerate(answer["records"][k]):
                own += disagreements(record, want[number]._asdict(), tolerance, f"{at} day {number}")
            values = {key: scored[k].values[key][path] for key in judged["values"]}
            own += disagreements(judged["values"], values, tolerance, at)
            profit = {"profit": scored[k].profit.total[:, path]}
            own += disagreements({"profit": judged["profit"]}, profit, tolerance, at)
            if own and any(near_a_level(day, comparison.policies[k]) for day in want):
                TALLY["runs set aside"] += 1
            else:
                problems += own
    return problems


def test_shipped_worlds_agree_under_every_policy(tmp_path: Path) -> None:
    chosen = arms([policy([kind()]) for kind in REGISTRY])
    worlds = [library.shipped(name) for name in library.SHIPPED]
    answered = answers([case(world, chosen, 1, [0]) for world in worlds], tmp_path)
    for world, answer in zip(worlds, answered, strict=True):
        problems = differences(compare(world, chosen, 1, 1), answer, 1e-9)
        assert not problems, "\n".join(problems[:5])


def test_central_path_and_any_path_of_any_seed_agree(tmp_path: Path) -> None:
    world, chosen = library.shipped("crowded"), default_policies()
    central, far = answers([case(world, chosen, 0, [None]), case(world, chosen, 2**40 + 3, [300])], tmp_path)
    assert not differences(compare_central(world, chosen), central, 1e-9)
    whole = compare(world, chosen, 301, 2**40 + 3)
    for k, run in enumerate(whole.runs):
        for number, want in enumerate(record_of(run, 300)):
            assert not disagreements(far[0]["records"][k][number], want._asdict(), 1e-9, f"day {number}")


def test_random_worlds_and_policies_agree(tmp_path: Path) -> None:
    drawn: list[Any] = []

    @settings(max_examples=RANDOM, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases())
    def draw(one: Any) -> None:
        drawn.append(one)

    draw()
    answered = answers([case(w, arms([p]), seed, range(PATHS)) for w, p, seed in drawn], tmp_path)
    TALLY.clear()
    for (world, chosen, seed), answer in zip(drawn, answered, strict=True):
        problems = differences(compare(world, [chosen], PATHS, seed), answer, 1e-6)
        if problems:
            series = drawn_series(world, seed, PATHS)[0]
            problems = set_aside_if_shaky(problems, world, chosen, series, TALLY)
        assert not problems, "\n".join(problems[:5])
    assert len(drawn) >= RANDOM and TALLY["runs set aside"] < 0.05 * TALLY["runs"], TALLY


SUBSET = {
    "import numba": "line 1: importing numba",
    "class Box:\n    pass": "line 1: a class that is no NamedTuple",
    "def f(*a):\n    return a": "line 1: a parameter",
    "def f(a):\n    try:\n        return a\n    finally:\n        pass": "line 2: Try",
    "def f(a):\n    return eval(a)": "line 2: the name eval",
    "def f(a):\n    eval = a\n    return a": "line 2: the name eval",
    "import numpy as np\ndef f(a):\n    return np.linalg.inv(a)": "line 3: np.linalg.inv",
    "def f(a):\n    return a @ a": "line 2: a @ a",
    "def f(a):\n    return {1, 2}": "line 2: {1, 2}",
}


@pytest.mark.parametrize("text", SUBSET)
def test_what_is_outside_the_subset_is_an_error_that_names_the_line(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        translated({"a.module": text})
    assert f"a.module, {SUBSET[text]}" in str(refusal.value)


def test_a_name_defined_twice_is_refused() -> None:
    with pytest.raises(Refused, match="f is defined twice"):
        translated({"a": "def f():\n    return 1", "b": "def f():\n    return 2"})
