"""The verdict: a table of cases, its agreement with the ranking, and what holds for any outcomes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.library import SHIPPED, shipped
from policy.comparison import compare, default_policies
from policy.outcomes.scorecard import (
    DAYS_DISLOCATED,
    LOSSES_SPARED,
    PEAK_DISLOCATION,
    SPIRAL_SHARE,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.scores import all_scores
from policy.ranking import ranking, verdict
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, weights

PATHS = 64
READ = {*(row.key for row in verdict.READ), *(c.key for c in CRITERIA)}


def arm(noise: float = 0.0, **means: float) -> dict[str, np.ndarray]:
    """Outcomes by path with these means, the same on every path but for noise of mean zero."""
    swing = noise * np.where(np.arange(PATHS) % 2, 1.0, -1.0)
    values = {key: np.zeros(PATHS) for key in READ}
    return values | {key: np.full(PATHS, value) + swing for key, value in means.items()}


SPIRALS, DAYS, PEAK = SPIRAL_SHARE.key, DAYS_DISLOCATED.key, PEAK_DISLOCATION.key
TAIL, EASING, SPARED = TAXPAYER_TAIL.key, UNINTENDED_EASING.key, LOSSES_SPARED.key
NONE = arm(**{SPIRALS: 30.0, DAYS: 20.0, PEAK: 40.0})
SAME = NONE
BETTER = arm(**{SPIRALS: 10.0, DAYS: 10.0, PEAK: 20.0})
BETTER_DEAR = arm(**{SPIRALS: 10.0, DAYS: 10.0, PEAK: 20.0, TAIL: 30.0})
BEST_RUINOUS = arm(**{SPIRALS: 5.0, DAYS: 5.0, PEAK: 10.0, TAIL: 90.0})
WORSE = arm(**{SPIRALS: 40.0, DAYS: 22.0, PEAK: 45.0})
MILD = arm(**{DAYS: 4.0, PEAK: 15.0})

CASES = {
    "only no action": ([NONE], "alone", (0,), SPIRALS),
    "a mild crisis": ([MILD, MILD, arm(**{PEAK: 5.0})], "not_needed", (1, 2), DAYS),
    "nothing changes anything": ([NONE, SAME, SAME], "nothing_works", (1, 2), SPIRALS),
    "less than anybody would notice": (
        [NONE, arm(**{SPIRALS: 29.8, DAYS: 20.0, PEAK: 39.5})], "nothing_works", (1,), SPIRALS),
    "better only within noise": (
        [NONE, arm(noise=60.0, **{SPIRALS: 25.0, DAYS: 20.0, PEAK: 40.0})], "nothing_works", (1,), SPIRALS),
    "it makes things worse": ([NONE, WORSE, SAME], "backfires", (1,), SPIRALS),
    "one works": ([NONE, SAME, BETTER], "best", (2,), SPIRALS),
    "one works and one makes it worse": ([NONE, WORSE, BETTER], "best", (2,), SPIRALS),
    "two are the same": ([NONE, BETTER, BETTER], "tie", (1, 2), SPIRALS),
    "one does as much for less": ([NONE, BETTER_DEAR, BETTER], "cheapest", (2, 1), SPIRALS),
    "the strongest is too dear": ([NONE, BETTER, BEST_RUINOUS], "best", (1,), SPIRALS),
    "help that costs more than it is worth": ([NONE, BEST_RUINOUS], "not_worth_its_price", (1,), SPIRALS),
    "only prices mend": ([NONE, arm(**{SPIRALS: 30.0, DAYS: 10.0, PEAK: 30.0})], "best", (1,), DAYS),
    "only the peak falls": ([NONE, arm(**{SPIRALS: 30.0, DAYS: 20.0, PEAK: 30.0})], "best", (1,), PEAK),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_cases(case: str) -> None:
    arms, kind, policies, reason = CASES[case]
    told = verdict.verdict(arms)
    assert (told.kind, told.policies, told.reason) == (kind, policies, reason)
    assert (told.value, told.base) == (arms[told.policies[0]][reason].mean(), arms[0][reason].mean())


def test_whoever_makes_it_worse_and_whoever_does_more_are_named_beside() -> None:
    assert verdict.verdict([NONE, WORSE, BETTER]).backfiring == (1,)
    assert verdict.verdict([NONE, BETTER, BEST_RUINOUS]).stronger == 2
    assert verdict.verdict([MILD, WORSE]).backfiring == (1,)


def test_weights_choose_among_those_that_work_but_not_who_works() -> None:
    mind_easing = weights({EASING: 10.0, PEAK: 1.0})
    loud = BETTER | {EASING: np.full(PATHS, 20.0)}
    quiet = arm(**{SPIRALS: 20.0, DAYS: 15.0, PEAK: 30.0})
    assert verdict.verdict([NONE, loud, quiet], mind_easing).policies == (2,)
    assert verdict.verdict([NONE, SAME], weights({SPARED: 10.0})).kind == "nothing_works"


@pytest.mark.parametrize("name", SHIPPED)
def test_the_best_is_the_first_of_the_ranking_among_those_that_work(name: str) -> None:
    result = compare(shipped(name), default_policies(), 48, 3)
    scored = all_scores(result)
    told = verdict.verdict([s.values for s in scored])
    order = ranking.rank([ranking.columns(s) for s in scored], DEFAULT_WEIGHTS).order
    if told.kind in ("best", "cheapest", "tie"):
        assert told.policies[0] == next(k for k in order if k in told.policies)
        assert order.index(told.policies[0]) < order.index(0)
    assert verdict.verdict_data(told, [p.label for p in result.policies])["kind"] == told.kind


figures = st.fixed_dictionaries(
    {key: st.floats(0, 60) for key in (SPIRALS, DAYS, PEAK, TAIL, EASING, SPARED)}
)


@given(st.lists(figures, min_size=1, max_size=5))
def test_what_holds_for_any_outcomes(given: list[dict[str, float]]) -> None:
    arms = [arm(**row) for row in given]
    told = verdict.verdict(arms)
    assert told == verdict.verdict(arms)
    assert len(set(told.policies)) == len(told.policies) and max(told.policies) < len(arms)
    assert not set(told.policies) & set(told.backfiring) or told.kind in ("backfires", "not_needed")
    assert told.stronger not in told.policies
    # Whoever stands twice in the comparison never wins alone.
    if told.kind == "best" and told.stronger is None:
        assert verdict.verdict([*arms, arms[told.policies[0]]]).kind == "tie"
    # The order in which policies are listed decides nothing.
    turned = verdict.verdict([arms[0], *arms[:0:-1]])
    assert turned.kind == told.kind


def test_a_verdict_is_a_frozen_value() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.verdict([NONE]).kind = "best"  # type: ignore[misc]
