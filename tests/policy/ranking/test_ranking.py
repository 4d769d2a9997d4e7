"""Ranking by weights: points, their intervals, the Pareto set and how the winner depends on the weights."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.errors import Refused
from models.library import shipped
from models.stack import Array
from policy.comparison import compare, default_policies
from policy.outcomes import statistics
from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import difference
from policy.ranking import criteria, ranking, weight_ranges
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, KEYS, Weights

PATHS = 4
COUNT = len(CRITERIA)

levels = st.integers(-40, 40).map(lambda n: n / 4)
importances = st.integers(0, 40).map(lambda n: n / 4)
some_weights = st.lists(importances, min_size=COUNT, max_size=COUNT).filter(any).map(
    lambda row: Weights(tuple(zip(KEYS, row, strict=True)))
)  # fmt: skip
positive_weights = st.lists(
    importances.filter(lambda x: x > 0), min_size=COUNT, max_size=COUNT
).map(lambda row: Weights(tuple(zip(KEYS, row, strict=True))))  # fmt: skip


def found(count: int) -> Any:
    """Columns of so many policies: (policy, criterion, path)."""
    return arrays(float, (count, COUNT, PATHS), elements=levels)


fields = st.integers(1, 6).flatmap(found)


@pytest.fixture(scope="module")
def crowded() -> tuple[Any, list[Array]]:
    """Scores and columns of the default policies in a crowded market."""
    made = compare(shipped("crowded"), default_policies(), 64, 3)
    scored = all_scores(made)
    return scored, [ranking.columns(s) for s in scored]


def test_columns_average_to_the_scorecard(crowded: Any) -> None:
    scored, columns = crowded
    for own, rows in zip(scored, columns, strict=True):
        for key, row in zip(KEYS, rows, strict=True):
            assert row.mean() == pytest.approx(np.mean(own.values[key]), abs=1e-9)
        spared = np.mean(scored[0].values["fund_losses_bn"] - own.values["fund_losses_bn"])
        assert rows[KEYS.index("losses_spared_bn")].mean() == pytest.approx(spared, abs=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_gaps_are_the_scorecards_own(crowded: Any, key: str) -> None:
    scored, columns = crowded
    row = KEYS.index(key)
    gap = statistics.gap(columns[1][row], columns[0][row])
    own = difference(scored[1].values[key], scored[0].values[key])
    assert gap.value == pytest.approx(own["mean"], abs=1e-9)
    assert [gap.low, gap.high] == pytest.approx(own["mean_ci95"], abs=1e-9)


def test_criteria_come_from_the_scorecard_with_their_direction() -> None:
    for c in CRITERIA:
        assert c.worth > 0 and c.evidence == "assumed" and c.meaning.endswith(".")
        own = BY_KEY[c.key]
        assert (c.title, c.unit) == (own.title, own.unit) and c.better == (own.aim or own.better) != "neither"
    assert len(set(KEYS)) == COUNT


def test_one_worth_is_one_point_for_each_unit_of_weight() -> None:
    for k, c in enumerate(CRITERIA):
        columns = np.zeros((COUNT, 2))
        columns[k] = c.worth
        scored = ranking.points(columns, criteria.weights({c.key: 3}))
        assert scored == pytest.approx([-3, -3] if c.better == "high" else [3, 3])


@given(fields, some_weights, some_weights, st.integers(1, 3))
def test_points_are_linear_in_the_weights(columns: Array, one: Weights, other: Weights, times: int) -> None:
    mixed = [(key, (times * a + (4 - times) * b) / 4) for (key, a), (_, b) in
             zip(one.importance, other.importance, strict=True)]  # fmt: skip
    left = ranking.points(columns, Weights(tuple(mixed)))
    right = (times * ranking.points(columns, one) + (4 - times) * ranking.points(columns, other)) / 4
    assert left == pytest.approx(right, abs=1e-9)


@given(found(6), some_weights)
def test_points_of_many_cells_are_those_of_each(columns: Array, made: Weights) -> None:
    cells = columns.reshape(3, 2, COUNT, PATHS)
    together = ranking.points(cells, made)
    winners = ranking.winners(together)
    for k in range(3):
        assert np.array_equal(together[k], np.stack([ranking.points(c, made) for c in cells[k]]))
        alone = ranking.rank(list(cells[k]), made)
        assert winners.best[k] == alone.winner and winners.second[k] == alone.order[1]
        gap = alone.gaps[alone.order[1]]
        assert winners.margin[k] == pytest.approx(gap.value, abs=1e-9)
        assert (winners.low[k], winners.high[k]) == pytest.approx((gap.low, gap.high), abs=1e-9)


@given(fields, some_weights)
def test_contributions_sum_to_the_points(columns: Array, made: Weights) -> None:
    parts = ranking.contributions(ranking.means(list(columns)), made)
    assert parts.sum(axis=-1) == pytest.approx(ranking.points(columns, made).mean(axis=-1), abs=1e-9)


@given(fields, some_weights)
def test_the_order_is_by_points_and_gaps_are_to_the_winner(columns: Array, made: Weights) -> None:
    ranked = ranking.rank(list(columns), made)
    assert sorted(ranked.order) == list(range(len(columns)))
    assert [ranked.points[k] for k in ranked.order] == sorted(ranked.points)
    for k, gap in enumerate(ranked.gaps):
        assert gap.value == pytest.approx(ranked.points[k] - ranked.points[ranked.winner], abs=1e-9)
        assert gap.low <= gap.value + 1e-12 and gap.value <= gap.high + 1e-12
    assert ranked.within_noise(ranked.winner)


@given(fields, some_weights, st.data())
def test_another_alternative_changes_nothing_between_the_others(
    columns: Array, made: Weights, data: Any
) -> None:
    more = data.draw(found(1))[0]
    before = ranking.rank(list(columns), made)
    after = ranking.rank([*columns, more], made)
    assert tuple(k for k in after.order if k < len(columns)) == before.order
    assert after.points[: len(columns)] == before.points


@given(fields, positive_weights)
def test_a_dominated_policy_never_wins(columns: Array, made: Weights) -> None:
    ranked = ranking.rank(list(columns), made)
    assert not ranking.dominators(list(columns))[ranked.winner]


@given(found(3), st.integers(0, COUNT - 1), positive_weights)
def test_clearly_better_on_one_and_equal_on_the_rest_dominates(columns: Array, k: int, made: Weights) -> None:
    better = columns[0].copy()
    better[k] -= CRITERIA[k].sign
    group = [*columns, better]
    assert 3 in ranking.dominators(group)[0]
    assert ranking.rank(group, made).winner != 0


@given(fields)
def test_somebody_is_never_dominated(columns: Array) -> None:
    assert not all(ranking.dominators(list(columns)))


def test_a_difference_within_noise_dominates_nobody() -> None:
    rng = np.random.default_rng(0)
    calm = np.zeros((COUNT, 50))
    noisy = calm.copy()
    noisy[0] = rng.standard_normal(50)
    noisy[0] -= noisy[0].mean() + 1e-3
    assert ranking.dominators([calm, noisy]) == ((), ())


def test_other_draws_are_compared_unpaired() -> None:
    rng = np.random.default_rng(1)
    base = np.zeros((COUNT, 400))
    base[0] = 50 * rng.standard_normal(400)
    other = base.copy()
    other[0] += 1.0
    paired = ranking.rank([base, other], DEFAULT_WEIGHTS, draws=[1, 1]).gaps[1]
    ranked = ranking.rank([base, other[:, ::2]], DEFAULT_WEIGHTS, draws=[1, 2])
    unpaired = ranked.gaps[ranked.order[1]]
    assert paired.paired and paired.clear and paired.high == pytest.approx(paired.low)
    assert not unpaired.paired and not unpaired.clear
    errors = [
        DEFAULT_WEIGHTS.vector[0] / 10 * x.std(ddof=1) / math.sqrt(x.size) for x in (base[0], other[0, ::2])
    ]
    assert unpaired.high - unpaired.value == pytest.approx(1.96 * math.hypot(*errors))


# Weights as values and as text


@given(some_weights)
def test_weights_read_back_as_printed(made: Weights) -> None:
    assert criteria.parse_weights(criteria.print_weights(made)) == made


@given(st.lists(st.floats(0, 10), min_size=COUNT, max_size=COUNT).filter(any))
def test_weights_read_back_to_the_last_bit(row: list[float]) -> None:
    made = Weights(tuple(zip(KEYS, row, strict=True)))
    assert criteria.parse_weights(criteria.print_weights(made)) == made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lender_losses_bn=11", "between 0 and 10"),
        ("lender_losses_bn=-1", "between 0 and 10"),
        ("lender_losses_bn=nan", "between 0 and 10"),
        ("lender_losses_bn=much", "must be a number"),
        ("lender_losses=1", "did you mean lender_losses_bn"),
        ("lender_losses_bn", "key=3"),
        ("lender_losses_bn=1,lender_losses_bn=2", "twice"),
        ("lender_losses_bn=0", "at least one"),
        ("", "at least one"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        criteria.parse_weights(text)


def test_nothing_to_rank_is_refused() -> None:
    with pytest.raises(Refused, match="at least one policy"):
        ranking.rank([], DEFAULT_WEIGHTS)


# Sensitivity


def _winner(values: Array, made: Weights, key: str, weight: float) -> tuple[set[int], Array]:
    """Who has the fewest points when one weight is set, by brute force."""
    row = {**dict(made.importance), key: weight}
    scale = np.array([c.sign * row[c.key] / c.worth for c in CRITERIA])
    total = values @ scale
    return set(np.flatnonzero(total <= total.min() + 1e-6).tolist()), total


@given(fields, some_weights, st.sampled_from(KEYS))
def test_segments_are_who_wins_by_brute_force(columns: Array, made: Weights, key: str) -> None:
    values = ranking.means(list(columns))
    parts = weight_ranges.segments(values, made, key)
    assert parts[0].low == 0 and parts[-1].high == 10
    assert all(a.high == b.low for a, b in itertools.pairwise(parts))
    assert len({p.winner for p in parts}) == len(parts)
    for part in parts:
        for weight in np.linspace(part.low, part.high, 5):
            assert part.winner in _winner(values, made, key, float(weight))[0]


@given(fields, some_weights, st.sampled_from(KEYS))
def test_the_winner_changes_just_beyond_its_range(columns: Array, made: Weights, key: str) -> None:
    values = ranking.means(list(columns))
    stays = weight_ranges.stays(values, made, key)
    total = _winner(values, made, key, made[key])[1]
    assume(np.sort(total)[1] - total.min() > 1e-3 if len(total) > 1 else True)
    now = int(np.argmin(total))
    assert stays.low <= made[key] <= stays.high
    for bound, other, side in ((stays.low, stays.below, -1), (stays.high, stays.above, 1)):
        assert now in _winner(values, made, key, bound)[0]
        if other is None:
            assert bound == (0 if side < 0 else 10)
            continue
        both = _winner(values, made, key, bound)[1]
        assert both[other] == pytest.approx(both[now], abs=1e-6)
        beyond = _winner(values, made, key, bound + side * 0.01)[1]
        assert beyond[other] < beyond[now]
    assert stays.always == (stays.low == 0 and stays.high == 10)


@given(fields)
def test_shares_of_the_simplex_sum_to_one_and_repeat(columns: Array) -> None:
    values = ranking.means(list(columns))
    shares = weight_ranges.simplex_shares(values, draws=64)
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    assert np.array_equal(shares, weight_ranges.simplex_shares(values, draws=64))
    for by, share in zip(ranking.dominators(list(columns)), shares, strict=True):
        assert not by or share == 0


def test_two_opposite_policies_share_the_simplex_evenly() -> None:
    values = np.zeros((2, COUNT))
    values[0, 0], values[1, 1] = CRITERIA[0].worth, CRITERIA[1].worth
    assert weight_ranges.simplex_shares(values) == pytest.approx([0.5, 0.5], abs=0.03)
    assert weight_ranges.simplex_shares(np.zeros((3, COUNT))) == pytest.approx([1 / 3] * 3)
