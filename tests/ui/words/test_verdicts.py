"""The verdict in words: every kind reads as a sentence that its figures bear out, and a share is the dots that are drawn."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.library import SHIPPED, shipped
from policy.comparison import compare
from policy.outcomes.scorecard import SPIRAL_SHARE
from policy.outcomes.summary import Summary, summarise
from policy.ranking.verdict import Verdict
from ui.comparison import answer
from ui.state import state as s
from ui.words import endings, verdicts

NAMES = ("No action", "Buying", "Lending")


def means(spirals: float, disorderly: float, **more: float) -> dict[str, float]:
    from policy.outcomes.scorecard import METRICS

    shares = dict(zip(endings.SHARES, (100 - spirals - disorderly, disorderly, spirals), strict=True))
    return {m.key: 0.0 for m in METRICS} | shares | more


THREE = (
    means(30.0, 60.0),
    means(8.5, 80.0, taxpayer_es95_bn=39.0, unintended_easing_10y_bp=13.0),
    means(40.0, 55.0),
)


@pytest.mark.parametrize(
    ("kind", "policies", "told"),
    [
        ("alone", (0,), "Without action 30 of 100 crises spiral, and"),
        ("not_needed", (1, 2), "Nothing was needed: without action 30 of 100 crises spiral"),
        (
            "nothing_works",
            (1, 2),
            "Nothing here works: without action 30 of 100 crises spiral, and no policy shown",
        ),
        ("backfires", (2,), "Lending backfires: 40 of 100 crises spiral instead of 30."),
        (
            "not_worth_its_price",
            (1,),
            "Buying helps, but not enough for its price: 9 of 100 crises spiral instead of 30",
        ),
        ("tie", (1, 2), "Buying and Lending help alike: 9 of 100 crises spiral instead of 30 under Buying"),
        ("cheapest", (1, 2), "Buying is the cheapest that works: 9 of 100 crises spiral instead of 30"),
        (
            "best",
            (1,),
            "Buying works best: 9 of 100 crises spiral instead of 30, and the public may lose $39.0bn, with the 10-year yield 13.0 bp lower.",
        ),
    ],
)
def test_every_kind_is_a_sentence(kind: str, policies: tuple[int, ...], told: str) -> None:
    first = THREE[policies[0]][SPIRAL_SHARE.key]
    ruled = Verdict(kind, policies, SPIRAL_SHARE.key, first, 30.0)
    said = verdicts.in_words(ruled, NAMES, THREE)
    assert said.startswith(told) and said.endswith(".") and "  " not in said


def test_whoever_makes_it_worse_or_does_more_is_said_beside() -> None:
    worse = Verdict("best", (1,), SPIRAL_SHARE.key, 8.5, 30.0, backfiring=(2,))
    assert verdicts.in_words(worse, NAMES, THREE).endswith("Lending makes it worse.")
    more = Verdict("best", (2,), SPIRAL_SHARE.key, 40.0, 30.0, stronger=1)
    told = verdicts.in_words(more, NAMES, THREE)
    assert told.startswith("Lending is the best value") and "works best" not in told
    assert "Buying does more, but the public may lose $39.0bn" in told


@lru_cache(maxsize=16)
def summary(episode: str) -> Summary:
    return summarise(compare(shipped(episode), s.usual_policies(shipped(episode)), 48, 3))


@pytest.mark.parametrize("episode", SHIPPED)
def test_shipped_worlds_read_well_and_name_nothing_internal(episode: str) -> None:
    said = verdicts.sentence(summary(episode))
    assert said.endswith(".") and not re.search(r"nan|inf\b|_|\b[a-z]+\.[a-z]+", said)
    assert len(said.split()) <= 45


@pytest.mark.parametrize("episode", ["crowded", "march_2020", "calm"])
def test_dots_figures_and_sentence_say_the_same(episode: str) -> None:
    made = summary(episode)
    chart = answer.dots(made).panels[0]
    drawn = answer.picture(made)
    for k, outcome in enumerate(made.outcomes):
        counts = endings.hundred(outcome.means)
        assert chart.counts()[k] == counts and sum(counts) == 100
        assert f'data-policy="{k}">{counts[2]} of 100<' in drawn
    assert drawn.count('class="sb-dot sb-spiral"') == 1 + sum(
        endings.hundred(o.means)[2] for o in made.outcomes
    )
    ruled = verdicts.verdict_of(made)
    if ruled.reason == SPIRAL_SHARE.key and ruled.kind in ("best", "cheapest", "tie"):
        assert f"instead of {endings.hundred(made.outcomes[0].means)[2]}" in verdicts.sentence(made)


@given(st.floats(0, 100), st.floats(0, 1))
def test_a_hundred_crises_are_within_one_of_their_shares(spirals: float, rest: float) -> None:
    shares = means(spirals, (100 - spirals) * rest)
    counts = endings.hundred(shares)
    assert sum(counts) == 100 and min(counts) >= 0
    assert all(abs(n - shares[key]) < 1 + 1e-9 for n, key in zip(counts, endings.SHARES, strict=True))
