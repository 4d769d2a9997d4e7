"""Whether a verdict is true of the outcomes it speaks of, and said without internal names: checked apart from its own rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from models.scenario import World
from models.stack import Array
from policy.comparison import default_policies
from policy.outcomes.scorecard import (
    DAYS_DISLOCATED,
    PEAK_REPO_SPREAD,
    SPIRAL_SHARE,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.statistics import gap
from policy.ranking import verdict
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS
from policy.ranking.ranking import points
from policy.ranking.verdict import Verdict
from policy.studies.batch import outcomes
from ui.words import endings, names, verdicts

INTERNAL = re.compile(r"\b[a-z][a-z0-9]*(?:[._][a-z0-9]+)+\b|cohort '|\d{9}|nan|inf\b|[{}]")
KEYS = tuple(
    dict.fromkeys(
        (
            *(m.key for m in verdict.READ), *(c.key for c in CRITERIA), *endings.SHARES,
            PEAK_REPO_SPREAD.key, TAXPAYER_TAIL.key, UNINTENDED_EASING.key,
        )
    )
)  # fmt: skip
GOOD = ("tie", "cheapest", "best")


def ruled(worlds: Sequence[World], paths: int) -> list[tuple[Verdict, list[Mapping[str, Array]]]]:
    """The verdict on each world under the default policies, with the outcomes it was given."""
    found = outcomes(worlds, default_policies(), paths, 1, KEYS)
    each = [[dict(zip(found.keys, arm, strict=True)) for arm in arms] for arms in found.values]
    return [(verdict.verdict(arms), arms) for arms in each]


def check(told: Verdict, arms: Sequence[Mapping[str, Array]]) -> str:
    """Asserts that the verdict is true; returns its sentence."""
    effects = [points(np.stack([arm[c.key] for c in CRITERIA]), verdict.EFFECT) for arm in arms]
    gaps = [gap(own, effects[0]) for own in effects]
    better = [k for k, g in enumerate(gaps) if g.clear and g.value <= -verdict.LEAST]
    worse = [k for k, g in enumerate(gaps) if g.clear and g.value >= verdict.LEAST]
    price = [
        float(np.mean(points(np.stack([arm[c.key] for c in CRITERIA]), DEFAULT_WEIGHTS))) for arm in arms
    ]
    quiet = arms[0][SPIRAL_SHARE.key].mean() <= 1 and arms[0][DAYS_DISLOCATED.key].mean() <= 5
    best = min(better, key=price.__getitem__, default=None)
    assert (told.kind == "not_needed") == quiet
    if told.kind in GOOD:
        assert set(told.policies) <= set(better) and told.policies[0] == best and price[best] < price[0]
    elif told.kind == "not_worth_its_price":
        assert told.policies == (best,) and price[best] >= price[0]
    elif not quiet:
        assert not better and told.kind == ("backfires" if worse else "nothing_works")
    assert list(told.backfiring) == worse
    assert told.value == arms[told.policies[0]][told.reason].mean()
    assert told.base == arms[0][told.reason].mean()
    return _said(told, arms)


def _said(told: Verdict, arms: Sequence[Mapping[str, Array]]) -> str:
    own = names.policy_names(default_policies())
    text = verdicts.in_words(told, own, [{key: float(v.mean()) for key, v in arm.items()} for arm in arms])
    assert INTERNAL.search(text) is None, text
    assert text[0].isupper() and text.endswith(".") and len(text.split()) < 60, text
    if told.kind in (*GOOD, "backfires", "not_worth_its_price"):
        assert own[told.policies[0]] in text
    return text
