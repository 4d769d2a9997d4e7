"""One verdict: the same words on the sandbox, the page that compares, why, slides, files and the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import pytest

from models.library import SHIPPED
from policy import report
from policy.comparison import compare
from policy.outcomes.scores import all_scores, scored
from policy.outcomes.summary import Summary, summarise
from ui.comparison import answer
from ui.export import content
from ui.pages.compare import ranking, results
from ui.state import state as s
from ui.story import story
from ui.widgets import keep
from ui.words import names, verdicts

PATHS = 16


def _world(name: str) -> s.State:
    return s.with_draws(s.with_episode(s.opening(), name), paths=PATHS)


def _levers(**changes: float) -> s.State:
    return s.with_world(_world("crowded"), {key.replace("__", "."): value for key, value in changes.items()})


STATES: dict[str, Callable[[], s.State]] = {
    **{name: (lambda name=name: _world(name)) for name in SHIPPED},
    "fewer trades": lambda: _levers(funds__scale=0.6),
    "full dealers": lambda: _levers(dealers__capacity_bn=1300.0),
    "more sales": lambda: _levers(scenario__real_money_sales__size=2.0),
    "a cheap auction": lambda: s.with_setting(_world("crowded"), 3, 0, "penalty_bp", 0.0),
}


@lru_cache(maxsize=1)
def ran(name: str) -> tuple[s.State, Summary, str]:
    state = STATES[name]()
    result = compare(state.world, state.policies, state.paths, state.seed)
    outcomes = scored(result, all_scores(result))
    rows = report.table_rows(outcomes)
    means = [{row["key"]: row[p.label] for row in rows} for p in outcomes.policies]
    told = verdicts.in_words(report.ruling(outcomes), names.policy_names(outcomes.policies), means)
    return state, summarise(result), told


@pytest.mark.parametrize("name", STATES)
def test_the_same_words_everywhere(name: str) -> None:
    state, summary, command = ran(name)
    said = verdicts.sentence(summary, state.counting.weights)
    drawn = re.sub(r"<style>.*?</style>|</?\w[^>]*>", "", answer.sentence(summary), flags=re.DOTALL)
    entries = results.entries(keep.of_screen(state))
    assert drawn == said
    assert ranking.ruling(entries, state.counting.weights) == said
    assert content.content(state, summary).verdict == said
    assert story.own_slide(state, summary).sentence == said
    assert command == said
