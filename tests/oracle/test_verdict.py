"""The verdict's rule on outcomes path by path, in arrays and in the scalar reference: the same kind, policies and reason."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import numpy as np

from models import library
from policy.comparison import compare, default_policies
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import all_scores
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS
from policy.ranking.verdict import MOVED, PRICE_GROUPS, Kind, verdict
from policy.reference.reading import weighing_of
from policy.reference.verdict import Sample, ruled_on

WEIGHING = weighing_of(CRITERIA, DEFAULT_WEIGHTS, PRICE_GROUPS, MOVED)
READ = {m.key: m for m in METRICS if m.worth is not None or m.key in MOVED}


def samples(values: list[dict[str, np.ndarray]]) -> list[Sample]:
    return [Sample([v[c.key] for c in CRITERIA], [v[key] for key in WEIGHING.shown]) for v in values]


def same(values: list[dict[str, np.ndarray]]) -> str:
    """The kind of both verdicts, once they agree."""
    want, got = verdict(values), ruled_on(samples(values), WEIGHING)
    assert (got.kind, tuple(got.policies), got.reason) == (want.kind, want.policies, want.reason)
    assert (tuple(got.backfiring), got.stronger) == (want.backfiring, want.stronger)
    np.testing.assert_allclose((got.value, got.base), (want.value, want.base), rtol=1e-12, atol=1e-12)
    return want.kind


def drawn(rng: np.random.Generator) -> list[dict[str, np.ndarray]]:
    """No action and up to three policies that shift each outcome by something, some of them with noise of their own."""
    paths, moved = int(rng.integers(1, 12)), 0.3 if rng.random() < 0.5 else 1.0
    base = {key: rng.choice([0.0, 30.0, 60.0], p=[0.2, 0.3, 0.5]) + rng.normal(size=paths) for key in READ}
    values = [base]
    for _ in range(int(rng.integers(0, 4))):
        own = rng.choice([0.0, 0.0, 5.0])
        shifts = {
            key: rng.choice([0.0, -0.4, 0.4, -8.0, 8.0, -40.0, 40.0]) * (rng.random() < moved) for key in READ
        }
        values.append({key: row + shifts[key] + own * rng.normal(size=paths) for key, row in base.items()})
    return values


def test_random_outcomes_are_judged_alike_and_every_kind_comes() -> None:
    rng = np.random.default_rng(11)
    kinds = Counter(same(drawn(rng)) for _ in range(600))
    assert set(kinds) == set(get_args(Kind)), kinds


def test_shipped_worlds_are_judged_alike() -> None:
    for name in ("crowded", "calm", "september_2019"):
        scored = all_scores(compare(library.shipped(name), default_policies(), 24, 1))
        same([dict(s.values) for s in scored])
