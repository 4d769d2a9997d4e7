"""Sensitivity: known answers through the same code path, ranges that are always valid worlds, work that resumes."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.library import shipped
from models.worlds import flatten
from models.worlds import replace as changed_world
from policy.comparison import compare
from policy.outcomes.scorecard import KEYS, METRICS
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import difference
from policy.spec import parse_policy
from policy.studies.evaluation import Evaluator, Study, by_path, means, row_of, worked
from policy.studies.executors import Pool
from policy.studies.factors import Factor, moved, policy_factors, ranged, usual, world_factors
from policy.studies.sensitivity import (
    OutcomeOf,
    Ranges,
    arrangement,
    asked,
    indices,
    one_at_a_time,
    problem_of,
    screening,
    survivors,
    tornado,
    trajectories,
)
from policy.studies.valid_ranges import fitting

pytest.importorskip("SALib")
A, B = 7.0, 0.1
CUBE = Ranges(("x1", "x2", "x3"), ((-pi, pi),) * 3)
PAIR = ("hedged-auction", "outright")


def ishigami(x):
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices():
    """First-order and total indices by integration over the uniform cube [−π, π]³."""
    first = 0.5 * (1 + B * pi**4 / 5) ** 2
    second = A**2 / 8
    together = 8 * B**2 * pi**8 / 225  # of the first and the third
    total = first + second + together
    return np.array([first, second, 0]) / total, np.array([first + together, second, together]) / total


# Methods where the answer is known


def test_the_analytic_answer_is_the_published_one() -> None:
    first, total = ishigami_indices()
    np.testing.assert_allclose(first, [0.3139, 0.4424, 0.0], atol=5e-5)
    np.testing.assert_allclose(total, [0.5576, 0.4424, 0.2437], atol=5e-5)


@pytest.mark.parametrize("n", [256, 1024])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sobol_indices_of_ishigami_lie_within_their_intervals(n: int, seed: int) -> None:
    first, total = ishigami_indices()
    found = indices(ishigami, CUBE, n, seed)
    assert np.all(np.abs(found.first - first) <= found.first_half)
    assert np.all(np.abs(found.total - total) <= found.total_half)
    assert found.evaluations == n * 5 and found.mean == pytest.approx(A / 2, abs=0.2)
    assert found.interactions == pytest.approx(0.2437, abs=0.1)


def test_more_points_narrow_the_intervals() -> None:
    few, many = indices(ishigami, CUBE, 128, 3), indices(ishigami, CUBE, 2048, 3)
    assert np.all(many.first_half < few.first_half) and np.all(many.total_half < few.total_half)


def test_screening_of_a_linear_function_finds_its_slopes() -> None:
    slopes, bounds = np.array([3.0, -2.0, 0.1]), ((0.0, 2.0), (-1.0, 0.0), (5.0, 6.0))
    found = screening(lambda x: x @ slopes, Ranges(("a", "b", "c"), bounds), 6, 4)
    np.testing.assert_allclose(found.mean, [6.0, -2.0, 0.1], atol=1e-9)
    np.testing.assert_allclose(found.strength, [6.0, 2.0, 0.1], atol=1e-9)
    np.testing.assert_allclose(found.spread, 0.0, atol=1e-9)
    assert survivors(found) == (0, 1)


def test_screening_sees_that_an_effect_depends_on_the_others() -> None:
    found = screening(
        lambda x: x[:, 0] * x[:, 1] + x[:, 2], Ranges(("a", "b", "c"), ((-1.0, 1.0),) * 3), 12, 1
    )
    assert found.spread[0] > found.strength[2] / 2 and found.spread[2] < 1e-9


@given(st.integers(1, 6), st.sampled_from([4, 8, 16]), st.integers(0, 50))
def test_arrangement_exchanges_one_column_at_a_time_and_keeps_its_first_points(
    d: int, n: int, seed: int
) -> None:
    problem = Ranges(tuple(f"x{k}" for k in range(d)), ((-1.0, 3.0),) * d)
    rows = arrangement(problem, n, seed).reshape(n, d + 2, d)
    first, last = rows[:, 0], rows[:, -1]
    for j in range(d):
        assert np.array_equal(rows[:, j + 1, j], last[:, j])
        others = np.arange(d) != j
        assert np.array_equal(rows[:, j + 1][:, others], first[:, others])
    assert rows.min() >= -1 and rows.max() <= 3
    twice = arrangement(problem, 2 * n, seed)
    assert np.array_equal(twice[: n * (d + 2)], rows.reshape(-1, d))


@given(st.integers(1, 7), st.integers(2, 5), st.integers(0, 50))
def test_trajectories_move_each_parameter_once_by_the_same_step(d: int, count: int, seed: int) -> None:
    problem = Ranges(tuple(f"x{k}" for k in range(d)), ((0.0, 1.0),) * d)
    walks = trajectories(problem, count, seed).reshape(count, d + 1, d)
    steps = np.diff(walks, axis=1)
    assert np.all((np.abs(steps) > 1e-9).sum(axis=2) == 1) and np.all((np.abs(steps) > 1e-9).sum(axis=1) == 1)
    np.testing.assert_allclose(np.abs(steps).max(axis=2), 2 / 3)
    assert walks.min() >= 0 and walks.max() <= 1
    assert np.array_equal(trajectories(problem, count + 1, seed)[: count * (d + 1)], walks.reshape(-1, d))


def test_a_function_that_does_not_move_has_no_indices() -> None:
    found = indices(lambda x: np.full(len(x), 2.5), CUBE, 16, 1)
    assert found.sd == 0 and not found.first.any() and not found.total.any() and found.interactions == 0


def test_bars_of_a_sum_are_its_parts() -> None:
    noise = np.linspace(-1, 1, 9)
    found = tornado(lambda x: (x @ np.array([1.0, 5.0]))[:, None] + noise, Ranges(("a", "b"), ((0.0, 2.0), (0.0, 1.0))), np.array([1.0, 0.5]))  # fmt: skip
    assert [bar.name for bar in found.bars] == ["b", "a"]
    assert (found.bars[0].low.value, found.bars[0].high.value) == pytest.approx((-2.5, 2.5))
    assert found.bars[1].high.high - found.bars[1].high.low == pytest.approx(
        0, abs=1e-9
    )  # common noise cancels
    assert found.base.high > found.base.low


# What is refused


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Ranges(("a",), ()), "give each name one range"),
        (lambda: Ranges(("a", "a"), ((0, 1), (0, 1))), "name of its own"),
        (lambda: Ranges(("a",), ((1, 1),)), "low end must be below"),
        (lambda: arrangement(CUBE, 100, 1), "power of two"),
        (lambda: screening(ishigami, CUBE, 1, 1), "between 2 and 1000"),
        (lambda: row_of("nonsense"), "peak_dislocation_10y_bp"),
    ],
)
def test_refusals_say_what_would_be_accepted(made, said: str) -> None:
    with pytest.raises(Refused, match=said):
        made()


def test_without_salib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from policy.studies import sensitivity

    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    assert not sensitivity.available()
    with pytest.raises(Refused, match=r"SALib is not installed; .*explore"):
        indices(ishigami, CUBE, 16, 1)


# Ranges and moving


@cache
def fitted(world: str, specs: tuple[str, ...] = PAIR, width: float = 1.0) -> tuple[Factor, ...]:
    policies = tuple(parse_policy(text) for text in specs)
    factors = (*world_factors(shipped(world), width), *policy_factors(policies, width))
    return fitting(shipped(world), policies, factors)


@given(st.sampled_from(["april_2025", "crowded"]), st.integers(0, 10**6))
@settings(max_examples=25)
def test_every_point_between_fitted_ends_is_a_valid_world(world: str, seed: int) -> None:
    factors = fitted(world, width=2.0)
    unit = np.random.default_rng(seed).integers(0, 3, len(factors)) / 2  # corners and middles
    point = [x.low + u * (x.high - x.low) for x, u in zip(factors, unit, strict=True)]
    policies = tuple(parse_policy(text) for text in PAIR)
    made, ready = moved(shipped(world), policies, factors, point)
    for policy in ready:
        policy.prepare(made)


def test_ranges_hold_their_value_and_keep_to_bounds() -> None:
    for x in fitted("april_2025"):
        assert x.least <= x.low <= x.base <= x.high <= x.most and x.low < x.high, x.key
    names = [x.key for x in fitted("april_2025")]
    assert len(names) == len(set(names)) and "0.0.start.level" in names and "1.0.pace_bn" in names
    assert not [n for n in names if "money_fund_run" in n]  # this shock never comes in April 2025


def test_moving_puts_values_where_they_belong() -> None:
    world, policies = shipped("april_2025"), tuple(parse_policy(text) for text in PAIR)
    every = {x.key: x for x in fitted("april_2025")}
    chosen = [every[k] for k in ("funds.scale", "wedges.swap_spread_beta", "0.0.penalty_bp", "1.0.start.level", "1.0.taper_days")]  # fmt: skip
    made, (auction, outright) = moved(world, policies, chosen, [0.9, 0.2, 33.0, 17.5, 3.2])
    assert made.funds.scale == 0.9 and made.wedges.swap_spread_beta[2] == 0.2
    np.testing.assert_allclose(np.array(made.wedges.swap_spread_beta) / np.array(world.wedges.swap_spread_beta), 0.2 / world.wedges.swap_spread_beta[2])  # fmt: skip
    assert auction.interventions[0].penalty_bp == 33
    assert outright.interventions[0].start.level == 17.5 and outright.interventions[0].taper_days == 3
    assert [auction.label, outright.label] == [p.label for p in policies]
    same, again = moved(world, policies, chosen, [x.base for x in chosen])
    assert flatten(same) == flatten(world) and again == policies


def test_the_usual_numbers_are_about_a_dozen() -> None:
    for world in ("april_2025", "crowded", "funding_run", "calm"):
        policies = tuple(parse_policy(text) for text in PAIR)
        every = (*world_factors(shipped(world)), *policy_factors(policies))
        chosen = usual(every)
        assert 10 <= len(chosen) <= 16 and {x.place[0] for x in chosen if x.place} == {0, 1}
    assert "funding.slack_bn" in [x.key for x in usual(world_factors(shipped("funding_run")))]


def test_a_range_of_ones_own_is_checked() -> None:
    x = next(x for x in fitted("april_2025") if x.name == "funds.scale")
    assert (ranged(x, 0.5, 0.6).low, ranged(x, 0.5, 0.6).why) == (0.5, "given")
    with pytest.raises(Refused, match="between 0 and 4"):
        ranged(x, 0.5, 9)
    with pytest.raises(Refused, match="below the high end"):
        ranged(x, 0.6, 0.5)


# The model's outcomes


@cache
def study(paths: int = 12) -> Study:
    policies = tuple(parse_policy(text) for text in PAIR)
    names = ("funds.scale", "dealers.capacity_bn", "0.0.penalty_bp", "scenario.swap_spread_shock.size")
    factors = tuple(x for x in fitted("april_2025") if x.key in names)
    return Study(shipped("april_2025"), policies, factors, paths, 1)


def test_outcomes_of_a_point_are_those_of_the_comparison() -> None:
    made = study()
    point = np.array([x.low for x in made.factors])
    found = by_path(made, np.array([made.base, point]))
    assert found.shape == (2, 2, len(KEYS), made.paths)
    world, policies = moved(made.world, made.policies, made.factors, point)
    scored = all_scores(compare(world, policies, made.paths, made.seed))[1:]
    for k, scores in enumerate(scored):
        for m in METRICS:
            np.testing.assert_allclose(found[1, k, row_of(m.key)], scores.values[m.key], rtol=1e-9, atol=1e-9)


def test_a_bar_is_the_paired_difference_of_two_worlds() -> None:
    made, question = study(), OutcomeOf("peak_dislocation_10y_bp", 0)
    found = tornado(asked(question, worked(made, "by_path"), made), problem_of(made.factors), made.base)
    bar = next(b for b in found.bars if b.name == "funds.scale")
    x = next(x for x in made.factors if x.name == "funds.scale")
    values = [
        all_scores(compare(changed_world(made.world, {"funds.scale": v}), made.policies[:1], made.paths, 1))[
            1
        ].values["peak_dislocation_10y_bp"]
        for v in (x.base, x.high)
    ]
    wanted = difference(values[1], values[0])
    assert bar.high.value == pytest.approx(wanted["mean"], rel=1e-9)
    assert [bar.high.low, bar.high.high] == pytest.approx(wanted["mean_ci95"], rel=1e-9)


def test_a_difference_is_of_two_policies_in_the_same_world() -> None:
    made = study()
    values = means(made, made.base[None])
    level = [OutcomeOf("taxpayer_mean_bn", k).read(values)[0] for k in (0, 1)]
    assert OutcomeOf("taxpayer_mean_bn", 0, 1).read(values)[0] == pytest.approx(level[0] - level[1])
    assert OutcomeOf("taxpayer_mean_bn", 0, 0).read(values)[0] == 0


def test_the_model_goes_through_the_same_code_path() -> None:
    made, question = study(), OutcomeOf("peak_dislocation_10y_bp", 0)
    evaluate = Evaluator(worked(made), {})
    screened = screening(asked(question, evaluate, made), problem_of(made.factors), 3, 1)
    kept = survivors(screened)
    assert kept
    problem = problem_of([made.factors[k] for k in kept])
    found = indices(asked(question, evaluate, made, kept), problem, 4, 1)
    assert found.sd > 0 and found.names == tuple(made.factors[k].key for k in kept)
    assert len(evaluate.kept) <= screened.evaluations + found.evaluations


# Work that resumes


class Counted:
    """A function that counts the points it is asked for."""

    def __init__(self) -> None:
        self.points = 0

    def __call__(self, points):
        self.points += len(points)
        return ishigami(points)


class Halt(Exception):
    """A stop."""


def test_a_stop_loses_no_finished_point_and_nothing_is_done_twice() -> None:
    points, kept, counted = arrangement(CUBE, 64, 1), {}, Counted()

    def note(share: float, text: str) -> None:
        if share >= 0.5:
            raise Halt

    with pytest.raises(Halt):
        Evaluator(counted, kept, size=10, note=note)(points)
    before = counted.points
    assert len(points) / 2 <= before == len(kept) < len(points)
    heard: list[tuple[float, str]] = []
    again = Evaluator(
        counted, kept, size=10, note=lambda *heard_now: heard.append(heard_now), phase="drawing"
    )(points)
    assert counted.points == len(points)
    assert heard[0][0] == pytest.approx(before / len(points)) and heard[-1] == (
        1.0,
        "drawing: 320 of 320 points",
    )
    assert [share for share, _ in heard] == sorted(share for share, _ in heard)
    np.testing.assert_array_equal(again, ishigami(points))


def test_any_executor_gives_the_same_numbers() -> None:
    made = study(6)
    points = one_at_a_time(made.base, problem_of(made.factors))
    here = Evaluator(worked(made), {}, size=4)(points)
    with ThreadPoolExecutor(2) as executor:
        there = Evaluator(worked(made), {}, Pool(executor, 2, 3), size=2)(points)
    np.testing.assert_array_equal(here, there)


def test_a_point_that_is_refused_says_so() -> None:
    made = study(6)
    outside = made.base.copy()
    outside[[x.name for x in made.factors].index("funds.scale")] = 3.9
    with pytest.raises(Refused, match="would be accepted"):
        Evaluator(worked(made), {})(outside[None])


def test_studies_are_told_apart_by_all_their_inputs() -> None:
    made = study()
    others = [
        Study(
            changed_world(made.world, {"funds.scale": 0.9}),
            made.policies,
            made.factors,
            made.paths,
            made.seed,
        ),
        Study(made.world, made.policies[:1], made.factors, made.paths, made.seed),
        Study(made.world, made.policies, made.factors[:2], made.paths, made.seed),
        Study(made.world, made.policies, made.factors, made.paths + 1, made.seed),
        Study(made.world, made.policies, made.factors, made.paths, made.seed + 1),
    ]
    assert len({made.name, *(o.name for o in others)}) == 6
