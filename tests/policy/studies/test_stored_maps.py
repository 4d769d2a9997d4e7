"""The maps that come with the package are today's, to the digit that is kept, and say what the verdict on a cell says."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from models.errors import Refused
from models.library import SHIPPED, shipped
from models.worlds import replace as changed
from policy.comparison import compare
from policy.outcomes.scores import all_scores
from policy.ranking.criteria import DEFAULT_WEIGHTS
from policy.ranking.verdict import verdict
from policy.spec import parse_policy
from policy.studies import stored_maps, winner_reading
from policy.studies import winner_map as wm
from policy.studies.factors import policy_factors, ranged
from policy.studies.stored_maps import COMMAND, fresh, stored, usual_question

LARGEST = 400_000  # bytes of a file


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_world_has_todays_map(name: str) -> None:
    assert fresh(name), f"the map of {name} is not today's: run {COMMAND} {name}"
    assert len(resources.files("policy").joinpath(stored_maps.FOLDER, f"{name}.npz").read_bytes()) < LARGEST
    picture = stored(usual_question(name))
    assert picture is not None and picture.finished


@pytest.mark.parametrize("name", SHIPPED)
def test_a_stored_cell_is_the_cell_computed_now(name: str) -> None:
    picture = stored(usual_question(name))
    assert picture is not None
    at = (7, 3)
    now = wm.computed(wm.Task(picture.question, (at,)))
    assert dict(now.refused).get(at) == picture.refused.get(at)
    for k in range(len(now.at)):
        for kept, today in (
            (picture.means, now.means), (picture.spread, now.spread), (picture.covariance, now.covariance),
        ):  # fmt: skip
            np.testing.assert_allclose(
                kept[at], today[k], rtol=1e-5, atol=1e-9, err_msg=f"run {COMMAND} {name}"
            )


def test_a_cell_says_what_the_verdict_on_it_says() -> None:
    """Whether anything is needed, whether anything works, and which is best: from means and covariances as from paths."""
    seen = set()
    for name, at in (("crowded", (8, 4)), ("crowded", (0, 0)), ("calm", (5, 5)), ("kahn", (8, 9))):
        picture = stored(usual_question(name))
        assert picture is not None
        world, policies = wm.cell(picture.question, at)
        scores = all_scores(compare(world, policies, stored_maps.PATHS, stored_maps.SEED))
        ruled = verdict([s.values for s in scores])
        works = winner_reading.working(picture)[at].any()
        ranked = winner_reading.leaders(picture, DEFAULT_WEIGHTS)
        seen.add(ruled.kind)
        assert winner_reading.needed(picture)[at] == (ruled.kind != "not_needed")
        if ruled.kind in ("nothing_works", "backfires"):
            assert not works and ranked.margin[at] == 0
        elif ruled.kind == "not_worth_its_price":
            assert works and ranked.best[at] == 0
        elif ruled.kind != "not_needed":
            assert works and ranked.best[at] in ruled.policies
    assert len(seen) > 1


def test_where_a_world_stands_on_the_axes_is_no_part_of_its_map() -> None:
    question = usual_question("crowded")
    elsewhere = replace(question, world=changed(question.world, {"funds.scale": 0.7}))
    assert elsewhere.digest == question.digest and stored(elsewhere) is not None
    assert wm.cell(elsewhere, (2, 3)) == wm.cell(question, (2, 3))
    other = replace(question, world=changed(question.world, {"dealers.capacity_bn": 1500.0}))
    assert other.digest != question.digest and stored(other) is None
    assert stored(replace(question, seed=2)) is None


def test_nor_is_a_setting_of_a_policy() -> None:
    digests = set()
    for penalty in (10, 40):
        policies = [parse_policy(t) for t in ("none", f"Help=hedged-auction:penalty_bp={penalty}")]
        own = next(f for f in policy_factors(policies) if f.name == "penalty_bp")
        across = usual_question("crowded").x
        digests.add(wm.asked(shipped("crowded"), policies, across, ranged(own, 0, 80), 4, 16, 1).digest)
    assert len(digests) == 1


def test_a_file_gives_back_what_was_put_in() -> None:
    question = replace(usual_question("crowded"), side=2)
    picture, draws = wm.Picture(question), np.random.default_rng(1)
    outcomes = draws.normal(size=(3, len(question.policies), len(wm.KEYS), 16))
    cells = wm.Cells(((0, 0), (0, 1), (1, 1)), *wm.moments(outcomes), (((1, 0), "a reason"),))
    picture.add(cells)
    again = stored_maps.unpacked(stored_maps.packed(picture), question)
    assert again is not None and again.refused == picture.refused and again.finished
    for name in ("means", "spread", "covariance"):
        np.testing.assert_allclose(getattr(again, name), getattr(picture, name), rtol=1e-6)
    assert stored_maps.unpacked(stored_maps.packed(picture), replace(question, seed=3)) is None


def test_a_question_of_an_unknown_world_is_refused() -> None:
    with pytest.raises(Refused):
        usual_question("nowhere")
