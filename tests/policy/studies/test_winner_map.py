"""The winner map: nested pictures, cells as compared alone, any weights from what is kept, resuming, moral hazard."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.paths import ROOT

from models.errors import Refused
from models.library import shipped
from policy.comparison import arms, compare
from policy.leverage.game import Game
from policy.leverage.who_pays import who_pays
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import all_scores
from policy.ranking import criteria, ranking
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, MOST, Weights, weights
from policy.spec import parse_policy
from policy.studies import winner_game
from policy.studies import winner_map as wm
from policy.studies.executors import Pool, SerialExecutor, processes
from policy.studies.factors import Factor, policy_factors, ranged, world_factors
from policy.studies.winner_reading import difference, outcome, place, shares, winners

SERIAL = Pool(SerialExecutor(), 1, 1)
ends = st.integers(2, 60)

# An auction cheap enough to act in April 2025, so that four policies differ.
POLICIES = tuple(parse_policy(text) for text in ("none", "outright", "repo", "hedged-auction:penalty_bp=1"))


def factor(name: str, low: float, high: float, world: str = "april_2025") -> Factor:
    found = (*world_factors(shipped(world)), *policy_factors(POLICIES))
    return ranged(next(f for f in found if f.key == name), low, high)


@cache
def question(x: str = "funds.scale", side: int = 4, paths: int = 16, seed: int = 1) -> wm.Question:
    ranges = {"funds.scale": (0.5, 1.25), "3.0.penalty_bp": (1.0, 30.0), "3.0.size_bn": (1.0, 90.0)}
    up = factor("scenario.real_money_sales.size", 0.5, 2.5)
    return wm.asked(shipped("april_2025"), POLICIES, factor(x, *ranges[x]), up, side, paths, seed)


def filled(asked: wm.Question, pool: Pool = SERIAL) -> wm.Picture:
    made = wm.Picture(asked)
    for _ in wm.fill(made, pool):
        pass
    return made


@cache
def picture(x: str = "funds.scale") -> wm.Picture:
    return filled(question(x))


def same(one: wm.Picture, other: wm.Picture) -> None:
    for name in ("known", "means", "spread", "covariance"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name
    assert one.refused == other.refused


# From coarse to fine


@given(ends)
def test_each_stage_holds_the_one_before_and_the_last_is_whole(count: int) -> None:
    levels = [set(wm.level(count, k).tolist()) for k in range(wm.stages((count, count)))]
    assert all(a < b for a, b in pairwise(levels))
    assert 1 <= len(levels[0]) <= wm.FIRST_SIDE
    assert levels[-1] == set(range(count))


@given(ends, st.integers(0, 3))
def test_what_stands_for_a_cell_is_known_and_near(count: int, stage: int) -> None:
    there, near = wm.level(count, stage), wm.nearest(count, stage)
    stride = max(wm.widest(count) >> stage, 1)
    assert set(near.tolist()) <= set(there.tolist())
    assert np.array_equal(near[there], there)
    assert np.abs(near - np.arange(count)).max() <= stride


@settings(max_examples=15)
@given(ends, ends, st.integers(16, 1024), st.data())
def test_tasks_cover_what_is_missing_once_and_stay_within_a_run(
    across: int, up: int, paths: int, data: st.DataObject
) -> None:
    asked = wm.Question(
        shipped("calm"), arms(POLICIES), factor("funds.scale", 0.1, 1), factor("funds.size", 0.1, 1),
        max(across, up), paths, 1,
    )  # fmt: skip
    made = wm.Picture(asked)
    done = data.draw(st.lists(st.tuples(*[st.integers(0, max(across, up) - 1)] * 2), max_size=9))
    for at in done:
        made.known[at] = True
    cells = [at for task in wm.tasks(made) for at in task.at]
    assert sorted(cells) == sorted(map(tuple, np.argwhere(~made.known).tolist()))
    assert all(len(t.at) * paths <= max(wm.batch.WIDTH, paths) for t in wm.tasks(made))


# Cells


@pytest.mark.parametrize("x", ["funds.scale", "3.0.penalty_bp"])
def test_a_cell_is_its_comparison(x: str) -> None:
    made = picture(x)
    for at in ((0, 0), (1, 3), (2, 1)):
        world, policies = wm.cell(made.question, at)
        alone = all_scores(compare(world, policies, made.question.paths, made.question.seed))
        for k, own in enumerate(alone):
            expected = [float(np.mean(own.values[m.key])) for m in METRICS]
            np.testing.assert_allclose(made.means[at][k], expected, rtol=1e-9, atol=1e-9)


def test_a_policy_setting_moves_its_own_policy_only() -> None:
    made = picture("3.0.penalty_bp")
    assert np.array_equal(made.means[0, :, :3], made.means[-1, :, :3])
    assert not np.allclose(made.means[0, :, 3], made.means[-1, :, 3])
    world, policies = wm.cell(made.question, (3, 0))
    assert policies[3].interventions[0].penalty_bp == pytest.approx(30)  # type: ignore[attr-defined]
    assert world.scenario.real_money_sales.size == 0.5


def test_a_cell_without_a_valid_world_is_refused_with_the_reason() -> None:
    made = picture()
    refused = set(made.refused)
    assert refused == {(3, j) for j in range(4)}
    assert all("must" in r or "would be accepted" in r or "is needed" in r for r in made.refused.values())
    found = winners(made, DEFAULT_WEIGHTS)
    assert np.isnan(found.margin[3]).all() and np.isfinite(found.margin[:3]).all()
    with pytest.raises(Refused):
        wm.cell(made.question, (3, 0))


@settings(max_examples=25)
@given(
    st.lists(st.floats(0, MOST), min_size=len(CRITERIA), max_size=len(CRITERIA)).filter(
        lambda w: max(w) > 0.1
    )
)
def test_any_weights_rank_as_all_paths_do(importance: list[float]) -> None:
    """Means and covariances are enough: winner, lead and interval equal those of `ranking.winners` on every path."""
    made, weighted = picture(), Weights(tuple(zip(criteria.KEYS, importance, strict=True)))
    found = winners(made, weighted)
    for at in ((0, 1), (2, 3)):
        expected = ranking.winners(ranking.points(columns(at), weighted))
        assert found.best[at] == expected.best
        for name in ("margin", "low", "high"):
            np.testing.assert_allclose(
                getattr(found, name)[at], getattr(expected, name), rtol=1e-6, atol=1e-6
            )


@cache
def columns(at: wm.MapCell) -> np.ndarray:
    asked = question()
    world, policies = wm.cell(asked, at)
    alone = all_scores(compare(world, policies, asked.paths, asked.seed))
    return np.stack([ranking.columns(own) for own in alone])


def test_differences_and_outcomes_are_paired() -> None:
    gap, error = difference(picture(), "fund_losses_bn", 3, 0)
    at = (1, 2)
    world, policies = wm.cell(question(), at)
    own = all_scores(compare(world, policies, 16, 1))
    paired = own[3].values["fund_losses_bn"] - own[0].values["fund_losses_bn"]
    assert gap[at] == pytest.approx(paired.mean()) and gap[at] == pytest.approx(
        outcome(picture(), "fund_losses_bn", 3)[at] - outcome(picture(), "fund_losses_bn", 0)[at]
    )
    assert error[at] == pytest.approx(paired.std(ddof=1) / 4)


def test_shares_count_valid_cells_and_ties_for_nobody() -> None:
    sure, whole = shares(winners(picture(), DEFAULT_WEIGHTS), 4)
    assert whole.sum() == pytest.approx(1) and (sure <= whole).all()
    nothing = filled(
        wm.asked(
            shipped("calm"), POLICIES, factor("funds.scale", 0.2, 0.8, "calm"),
            factor("funds.size", 0.5, 1.0, "calm"), 2, 16, 1,
        )
    )  # fmt: skip
    found = winners(nothing, weights({"market_sales_bn": 1}))
    assert not found.clear.any()
    assert shares(found, 4)[1].sum() == 0


def test_whole_numbers_stand_once_on_an_axis() -> None:
    days = next(f for f in policy_factors(POLICIES) if f.whole)
    short = ranged(days, days.least, days.least + 3)
    assert wm.values(short, 40).tolist() == [days.least + k for k in range(4)]


def test_a_place_is_found_where_it_stands() -> None:
    scale = factor("funds.scale", 0.5, 2.0)
    assert place(scale, 4, 1.0) == pytest.approx(1.0)
    assert place(scale, 4, 1.25) == pytest.approx(1.5)
    assert place(scale, 4, 3.0) is None


# Stopping, resuming, executors


@cache
def watched() -> tuple[wm.Picture, tuple[wm.MapProgress, ...]]:
    """A map of two stages with what was heard, looked at when its first picture is whole."""
    made, heard = wm.Picture(question(side=11)), []
    for done in wm.fill(made, SERIAL):
        if done.stage == 0 and all(p.stage < 0 for p in heard):
            across, up, there = made.shown()
            assert there.all() and made.known[across, up].all() and not made.known.all()
        heard.append(done)
    return made, tuple(heard)


def test_a_map_that_was_stopped_goes_on_to_the_same_numbers() -> None:
    made = wm.Picture(question(side=11))
    work = wm.fill(made, SERIAL)
    first = next(work)
    work.close()
    assert 0 < first.known < made.known.size
    for _ in wm.fill(made, SERIAL):
        pass
    same(made, watched()[0])


def test_processes_give_the_same_numbers() -> None:
    with processes(2)() as pool:
        same(filled(question(), pool), picture())


def test_progress_names_the_picture_that_is_whole() -> None:
    made, heard = watched()
    assert [p.known for p in heard] == sorted({p.known for p in heard})
    assert heard[-1].share == 1 and heard[-1].stage == wm.stages((11, 11)) - 1 == 1
    whole = [p.stage for p in heard]
    assert whole == sorted(whole) and 0 in whole and made.finished


SCRIPT = """
import pathlib, sys
with open({mark!r}, "a") as file:
    file.write("run ")
if __name__ == "__main__":
    import types
    from policy.studies.executors import processes
    from ui.widgets.jobs import without_main
    sys.modules["__main__"].__spec__ = None
    with without_main(), processes(1)() as pool:
        print(pool.executor.submit(abs, -3).result())
    assert sys.modules["__main__"].__spec__ is None
"""


def test_workers_do_not_run_the_main_file_again(tmp_path: Path) -> None:
    """As they would under a page, whose script is the main file."""
    mark, script = tmp_path / "mark", tmp_path / "page.py"
    script.write_text(SCRIPT.format(mark=str(mark)))
    done = subprocess.run(
        [sys.executable, script], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.stdout == "3\n", done.stderr
    assert mark.read_text() == "run "


# Refusals


def test_refusals_say_what_would_be_accepted() -> None:
    x, y = factor("funds.scale", 0.5, 1), factor("funds.size", 0.5, 1)
    world, policies = shipped("april_2025"), POLICIES
    for bad, message in (
        ((x, x, 10, 64), "on both axes"), ((x, y, 1, 64), "between 2 and 60"), ((x, y, 10, 5), "between 16 and 1024"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=message):
            wm.asked(world, policies, *bad, 1)
    with pytest.raises(Refused, match="2 to 8"):
        wm.asked(world, [parse_policy("none")], x, y, 10, 64, 1)


# Moral hazard

QUICK = Game(paths=8, scales=5, probe_scales=6, resamples=4)


@cache
def played() -> winner_game.GamePicture:
    asked = question(side=2)
    made = winner_game.GamePicture(asked, QUICK)
    for _ in winner_game.fill(made, SERIAL):
        pass
    return made


def test_a_cell_of_the_game_is_its_game() -> None:
    made = played()
    world, policies = wm.cell(made.question, (0, 1))
    found = {o.label: o.moral_hazard_loss for o in who_pays(world, policies, 1, QUICK).outcomes}
    expected = [found[p.label] for p in policies]
    assert made.loss[0, 1].tolist() == [f.value for f in expected if f]
    assert set(made.outcomes.refused) == {(1, 0), (1, 1)}
    assert made.outcomes.finished


def test_the_loss_counts_at_its_weight() -> None:
    made = played()
    without, with_it = (winner_game.winners(made, DEFAULT_WEIGHTS, w) for w in (0.0, 10.0))
    np.testing.assert_allclose(without.margin[0], winners(made.outcomes, DEFAULT_WEIGHTS).margin[0])
    assert not np.allclose(without.margin[0], with_it.margin[0])
    gap = with_it.high[0] - with_it.low[0]
    assert (gap >= without.high[0] - without.low[0] - 1e-9).all() or (with_it.best != without.best).any()
    with pytest.raises(Refused, match="between 0 and 10"):
        winner_game.winners(made, DEFAULT_WEIGHTS, 11)
