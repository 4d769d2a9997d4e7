"""The winner-map page: a map on a click, ranked again by weights, cells that open, refusals beside their control."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to, html, ran
from support.paths import APP

from models.errors import Refused
from models.library import shipped
from models.scenario import largest_scale
from policy.leverage.game import Game
from policy.outcomes.scorecard import SPIRAL_SHARE
from policy.ranking.criteria import DEFAULT_WEIGHTS, weights
from policy.studies import factors, stored_maps
from policy.studies import winner_map as wm
from policy.studies.executors import Pool, SerialExecutor, Stopped
from policy.studies.winner_map import KEYS
from ui.charts import styles as common
from ui.charts import vega
from ui.pages.winner_map import charts, controls, view
from ui.state import session
from ui.state import state as s
from ui.widgets import jobs
from ui.words import names, verdicts

SERIAL = Pool(SerialExecutor(), 1, 1)
QUICK = Game(paths=8, scales=5, probe_scales=6, resamples=4)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "workers", lambda: SERIAL)


def opened(seed: int = 1, **kept: Any) -> AppTest:
    """The page in a short world, with the map that came with the package; another seed has none."""
    at = AppTest.from_file(APP, default_timeout=90)
    state = s.with_episode(s.opening(), "april_2025")
    at.session_state[session.STATE] = s.with_draws(state, paths=16, seed=seed)
    for key, value in kept.items():
        at.session_state[key] = value
    at.run()
    go_to(at, "winner_map")
    return ran(at)


def verdict(at: AppTest) -> str:
    found = re.search(r'data-testid="map-verdict">(.*?)</p>', html(at))
    return found[1] if found else ""


def drawn(at: AppTest) -> AppTest:
    if waits(at):
        at.button(key="map.fine.run").click()
    return ran(at)


def waits(at: AppTest) -> bool:
    return any(b.key == "map.fine.run" for b in at.button)


def never() -> Pool:
    raise AssertionError("this must not run anything")


# The page


def test_a_long_map_waits_for_a_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "workers", never)
    at = opened(seed=5, **{"map.side": 40, "map.paths": 256})
    assert waits(at) and not at.get("vega_lite_chart") and not verdict(at)
    assert any("about" in c.value and "seconds" in c.value for c in at.caption)


def test_a_short_map_is_drawn_by_itself() -> None:
    at = opened(seed=5, **{"map.paths": 32})
    assert not waits(at) and "is best on" in verdict(at)
    assert len(at.get("vega_lite_chart")) == 2
    assert f'data-state="{s.digest(at.session_state[session.STATE])}"' in html(at)


def test_the_stored_map_is_there_and_you_are_here_follows_the_levers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is asked, whatever lever on an axis is moved; the screen's verdict stands above the map."""
    monkeypatch.setattr(jobs, "workers", never)
    state = s.with_world(s.with_draws(s.opening(), paths=16), {"funds.scale": 0.7})
    at = AppTest.from_file(APP, default_timeout=90)
    at.session_state[session.STATE] = state
    at.run()
    go_to(at, "winner_map")
    ran(at)
    assert verdict(at) and not waits(at)
    told = verdicts.sentence(session.summary_of(state.world, state.policies, 16, state.seed))
    assert f"You are here: {escape(told)}" in html(at)
    (chart,) = [c for c in at.get("vega_lite_chart") if "You are here" in str(c.proto)][:1]
    assert "0.7 across" in str(chart.proto)


def test_weights_rank_again_without_running(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(opened())
    before = verdict(at)

    monkeypatch.setattr(jobs, "workers", never)
    only = weights({"peak_dislocation_10y_bp": 10})
    at.session_state[session.STATE] = s.with_weights(at.session_state[session.STATE], only)
    ran(at)
    assert verdict(at) != before


def test_a_change_of_the_world_shows_no_map_of_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(opened())
    monkeypatch.setattr(controls, "CHEAP", 0)
    at.session_state[session.STATE] = s.with_world(
        at.session_state[session.STATE], {"dealers.capacity_bn": 1500.0}
    )
    ran(at)
    assert not verdict(at) and waits(at)


def test_a_range_that_is_refused_keeps_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "CHEAP", 0)
    at = opened(**{"map.preset": "own"})
    at.number_input(key="map.x.high").set_value(9.0)
    ran(at)
    assert any("out of bounds" in e.value and "0 and 4" in e.value for e in at.error)
    assert at.number_input(key="map.x.high").value == 9.0
    assert not waits(at)
    at.number_input(key="map.x.high").set_value(None)
    assert any("give both ends" in e.value for e in ran(at).error)


def test_a_question_that_needs_another_episode_is_set_up_in_one_undoable_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(controls, "CHEAP", 0)
    at = opened(**{"map.preset": "netting"})
    before = at.session_state[session.STATE]
    at.button(key="map.set_up.netting").click()
    ran(at)
    now = at.session_state[session.STATE]
    assert now.world.name == "kahn" and [p.label for p in now.policies][2:4] == [
        "Cleared repo",
        "Repo direct to funds",
    ]
    assert session.step(at.session_state[session.HISTORY][-1]).policies == before.policies
    assert waits(at)
    assert at.session_state["map.x"] == "dealers.repo_footprint"


def test_a_chosen_cell_shows_its_comparison_and_opens_in_the_sandbox() -> None:
    at = drawn(opened())
    at.selectbox(key="map.cell.x").select(9)
    at.selectbox(key="map.cell.y").select(0)
    ran(at)
    assert "Scorecard by policy" in html(at) and 'data-testid="cell"' in html(at)
    old = at.session_state[session.STATE]
    at.button(key="map.open").click()
    at.run()
    now = at.session_state[session.STATE]
    assert now.world.funds.scale == pytest.approx(stored_maps.usual_axes(old.world.name).x_range[1])
    assert now.world.scenario.real_money_sales.size == pytest.approx(0.0)
    assert session.step(at.session_state[session.HISTORY][-1]).world == old.world
    assert [t.value for t in at.title] == [names.QUESTION]


def test_outcomes_differences_and_leads_are_drawn() -> None:
    at = drawn(opened())
    for what, told in (
        ("Difference of two policies", "than under"),
        ("The winner’s lead", "lead goes up to"),
    ):
        at.session_state["map.what"] = what
        at.session_state["map.policy"], at.session_state["map.other"] = 3, 0
        assert told in html(ran(at))
    at.session_state["map.what"], at.session_state["map.policy"] = "Difference of two policies", 0
    assert any("two different policies" in i.value for i in ran(at).info)


def test_workers_that_went_away_are_told_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[bool] = []

    def broken() -> Pool:
        raise Stopped("killed")

    monkeypatch.setattr(jobs, "workers", broken)
    monkeypatch.setattr(jobs, "drop_workers", lambda: gone.append(True))
    at = drawn(opened(seed=6))
    assert gone and any("went away" in e.value for e in at.error) and waits(at)


def test_moral_hazard_comes_on_a_click_with_its_own_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    from policy.studies import winner_game

    monkeypatch.setattr(winner_game, "SIDE", 2)
    monkeypatch.setattr(winner_game, "coarse", lambda game: QUICK)
    at = drawn(opened())
    assert 'data-testid="losses"' not in html(at)
    at.button(key="map.game.run").click()
    ran(at)
    assert 'data-testid="losses"' in html(at) and at.slider(key="map.moral").value == 5.0
    assert "never been estimated" in html(at)


# Words and drawings


VALID = (
    0.98 * largest_scale(s.opening().world)[0]
)  # of funds' positions: every cell up to there is a valid world


def picture(side: int = 3, **changes: Any) -> wm.Picture:
    state = s.opening()
    found = controls.factors(state)
    x = factors.ranged(found["funds.scale"], changes.get("low", 0.4), changes.get("high", VALID))
    y = factors.ranged(found["scenario.real_money_sales.size"], 0.0, 2.0)
    made = wm.Picture(wm.asked(state.world, state.policies, x, y, side, 16, 1))
    for _ in wm.fill(made, SERIAL):
        pass
    return made


MADE = picture()
PARTLY = picture(high=2.2)


def test_letters_are_the_initials_where_they_are_free() -> None:
    assert view.letters(["No action", "Outright", "Repo", "Hedged auction"]) == ("N", "O", "R", "H")
    assert view.letters(["Repo", "Repo two", "Repo"]) == ("R", "T", "E")
    assert len(set(view.letters(["A"] * 8))) == 8


def test_the_verdict_is_what_the_cells_say() -> None:
    seen = view.seen(MADE, DEFAULT_WEIGHTS)
    for k, line in enumerate(seen.lines):
        share = np.mean(seen.kinds == k)
        assert (line.name in view.verdict(seen)) == (share > 0)
        if share:
            assert ("all of the map" if share == 1 else f"{100 * share:.0f}%") in view.verdict(seen)
    frame = view.frame(seen)
    assert len(frame) == 9
    for row in frame.itertuples():
        i = int(np.argmin(np.abs(MADE.question.xs - row[1])))
        j = int(np.argmin(np.abs(MADE.question.ys - row[2])))
        assert row[3] == seen.kind_name(int(seen.kinds[i, j]))


def test_cells_without_a_world_are_shown_with_the_reason() -> None:
    seen = view.seen(PARTLY, DEFAULT_WEIGHTS)
    assert (seen.kinds == -2).any() and "no valid world" in view.verdict(seen)
    assert view.frame(seen)["Refused because"].str.len().max() > 20
    assert "no valid world, because" in view.cell_words(seen, (2, 0))
    drawn = charts.winner_map(seen, None)
    assert any("No valid world" in e.name for e in drawn.legend)
    assert "No valid world" in drawn.panels[0].alt


def test_a_tie_has_no_winner() -> None:
    seen = view.seen(MADE, weights({"lender_losses_bn": 1}))
    tied = seen.kinds == -1
    assert tied.any()
    assert view.TIE in set(view.frame(seen)["Best"])
    assert not seen.clear[tied].any()


@pytest.mark.parametrize("made", [MADE, PARTLY])
def test_every_drawing_has_a_finding_and_few_marks(made: wm.Picture) -> None:
    seen = view.seen(made, DEFAULT_WEIGHTS)
    figures = [charts.winner_map(seen, (1, 1)), charts.heat_of_margin(seen)]
    figures += [charts.heat_of(seen, key, 3) for key in KEYS] + [
        charts.heat_between(seen, key, 1, 2) for key in KEYS
    ]
    for figure in figures:
        (panel,) = figure.panels
        assert figure.title and panel.alt and "nan" not in figure.title + panel.alt + figure.note
        assert len(vega.frame(panel)) < 2000 and len(figure.table)


def test_the_largest_map_stays_below_two_thousand_marks() -> None:
    """A picture of 40 by 40 noisy cells in a chequered pattern: outlines, dots and letters keep to their room."""
    asked = wm.Question(
        MADE.question.world, MADE.question.policies, MADE.question.x, MADE.question.y, 40, 16, 1
    )
    made = wm.Picture(asked)
    made.known[:] = True
    chequer = np.indices((40, 40)).sum(axis=0) % 2
    made.means[:], made.spread[:], made.covariance[:] = 0.0, 0.0, 0.0
    made.means[..., 0, wm.COUNTED[0]] = chequer
    made.means[..., 1, wm.COUNTED[0]] = 1 - chequer
    made.means[..., 2:, wm.COUNTED[0]] = 5
    wide = made.covariance.shape[2:]
    made.covariance[:] = 100 * np.eye(wide[0] * wide[1]).reshape(wide)
    made.means[..., 0, wm.KEYS.index(SPIRAL_SHARE.key)] = 50.0
    seen = view.seen(made, DEFAULT_WEIGHTS)
    assert not seen.clear.any()
    assert len(vega.frame(charts.winner_map(seen, (3, 3)).panels[0])) < 2000
    assert len(vega.frame(charts.heat_of(seen, "peak_dislocation_10y_bp", 0).panels[0])) < 2000


def test_colours_are_the_policies_own() -> None:
    seen = view.seen(MADE, DEFAULT_WEIGHTS)
    own = {line.name: line.colour for line in common.styles(MADE.question.policies)}
    assert all(own[s.name] == s.colour for s in charts.winner_map(seen, None).panels[0].kinds)


def test_patches_are_connected_and_letters_stand_inside_them() -> None:
    kinds = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 0]])
    found = charts.patches(kinds)
    assert sorted((k, len(cells)) for k, cells in found) == [(0, 1), (0, 3), (1, 2), (1, 3)]
    for _, cells in found:
        assert charts.inside(kinds.shape, cells) in cells


def test_contours_of_a_plane_lie_on_it() -> None:
    xs, ys = np.linspace(0, 1, 7), np.linspace(2, 5, 5)
    plane = 3 * xs[:, None] + ys[None] * 2
    lines = charts.segments(xs, ys, plane, 7.3)
    assert lines
    for x0, y0, x1, y1 in lines:
        assert 3 * x0 + 2 * y0 == pytest.approx(7.3) and 3 * x1 + 2 * y1 == pytest.approx(7.3)
    levels = charts.contour_levels(plane)
    assert 2 <= len(levels) <= 6 and all(plane.min() < v < plane.max() for v in levels)
    assert charts.contour_levels(np.ones((3, 3))) == ()


def test_every_question_can_be_asked_where_it_is_set() -> None:
    for preset in controls.PRESETS:
        state = controls.with_preset(preset, s.opening())
        found = controls.factors(state)
        assert controls.fits(preset, state, found)
        axes = preset.over(state.world)
        keys = [str(controls.lever_key(name, found, state.policies)) for name in (axes.x, axes.y)]
        x, y = (factors.ranged(found[k], *r) for k, r in zip(keys, (axes.x_range, axes.y_range), strict=True))
        made = wm.asked(state.world, state.policies, x, y, 10, 16, 1)
        wm.cell(made, (5, 5))
    with pytest.raises(Refused):
        factors.ranged(found[keys[0]], -1, 1)


def test_here_is_where_the_screen_stands() -> None:
    question = MADE.question
    spot = view.here(question)
    assert spot is not None
    assert np.interp(spot[0], range(3), question.xs) == pytest.approx(shipped("april_2025").funds.scale)
    assert view.here(picture(low=1.05).question) is None
