"""The pages on what drives an outcome and on the best design: what they show equals Python's, work stops, resumes and is undone."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to, html, ran
from support.paths import APP

from policy.leverage.game import Game
from policy.outcomes.scorecard import LOSSES_SPARED
from policy.spec import parse_policy
from policy.studies import design
from policy.studies.design import Search, explored, sampled, usual_factors
from policy.studies.evaluation import Evaluator, Study, by_path, row_of, worked
from policy.studies.factors import policy_factors, usual, world_factors
from policy.studies.frontier import frontier, objective
from policy.studies.sensitivity import Indices, OutcomeOf, Screening, problem_of, tornado
from policy.studies.valid_ranges import fitting
from ui.pages.design import view as design_view
from ui.pages.sensitivity import tornado as tornado_view
from ui.pages.sensitivity import view
from ui.pages.sensitivity.view import AskedOutcome
from ui.state import session
from ui.state import state as s
from ui.widgets import study_jobs
from ui.words import amounts
from ui.words import factors as factor_words
from ui.words import names as words

pytest.importorskip("SALib")
FEW = ["funds.scale", "dealers.capacity_bn", "0.0.penalty_bp"]


def opened(page: str, state: s.State | None = None, **kept) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = state or s.with_draws(s.opening(), paths=16)
    for key, value in kept.items():
        at.session_state[key.replace("__", ".")] = value
    go_to(at, page)
    return ran(at)


def titles(at: AppTest) -> list[str]:
    return [t.replace("&#x27;", "'") for t in re.findall(r'sb-title">(.*?)<', html(at))]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker processes in tests of pages."""
    monkeypatch.setattr(study_jobs, "WORTH_WORKERS", 1e9)


def asked(against: int | None = 1) -> AskedOutcome:
    """What the page asks when it opens, with few numbers moved."""
    state = s.with_draws(s.opening(), paths=16)
    names = words.policy_names(state.policies)
    two = (state.policies[3], state.policies[1]) if against is not None else (state.policies[3],)
    every = (*world_factors(state.world), *policy_factors(two))
    factors = fitting(state.world, two, tuple(x for x in every if x.key in FEW))
    shown = (names[3], names[1])[: len(two)]
    return AskedOutcome(
        Study(state.world, two, factors, 128, 1), OutcomeOf("peak_dislocation_10y_bp", 0, against), shown
    )


# What drives it


def test_it_opens_with_bars_that_equal_python_and_runs_nothing_else() -> None:
    at = opened("sensitivity", sensitivity__factors=FEW)
    now = at.session_state[session.STATE]
    assert f'data-state="{s.digest(now)}" data-ready="1"' in html(at)
    made = asked()
    values = by_path(made.study, np.array([made.study.base]))
    gap = values[0, 0, row_of("peak_dislocation_10y_bp")] - values[0, 1, row_of("peak_dislocation_10y_bp")]
    (title,) = titles(at)
    assert title.startswith(f"The difference is {amounts.amount(gap.mean(), 'bp', True)}.")
    assert at.button(key="sensitivity.screen.run") and "Comes after the screening above." in [
        c.value for c in at.caption
    ]


def test_screening_then_shares_run_on_clicks_and_another_outcome_needs_no_new_run() -> None:
    at = opened("sensitivity", sensitivity__factors=FEW, sensitivity__points=32, sensitivity__paths=32)
    at.button(key="sensitivity.screen.run").click()
    ran(at)
    assert 'data-testid="screening"' in html(at)
    at.button(key="sensitivity.shares.run").click()
    ran(at)
    assert len(titles(at)) == 3 and "of the variance" in titles(at)[2]
    points = at.session_state[study_jobs.POINTS]
    counts = {name: len(kept) for name, kept in points.items()}
    at.selectbox(key="sensitivity.outcome").set_value("forced_sales_bn")
    ran(at)
    assert {
        name: len(kept) for name, kept in at.session_state[study_jobs.POINTS].items()
    }.items() >= counts.items()
    assert len(titles(at)) >= 2 and "sensitivity.screen.run" not in [b.key for b in at.button]


def test_a_stopped_run_keeps_its_points_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened("sensitivity", sensitivity__factors=FEW, sensitivity__paths=32)
    real, calls = study_jobs.evaluator, []

    def halting(study, kind, note=None, phase=""):
        made = real(study, kind, note, phase)
        if note is None:
            return made

        def stop_half_way(share: float, text: str) -> None:
            calls.append(share)
            if share >= 0.4:
                from streamlit.runtime.scriptrunner import StopException

                raise StopException
            note(share, text)

        return Evaluator(made.work, made.kept, None, 8, stop_half_way, phase)

    monkeypatch.setattr(study_jobs, "evaluator", halting)
    at.button(key="sensitivity.screen.run").click()
    at.run()
    done = [len(kept) for name, kept in at.session_state[study_jobs.POINTS].items() if name.endswith("means")]
    assert done and 0 < done[0] < 48 and calls
    monkeypatch.setattr(study_jobs, "evaluator", real)
    at.session_state["sensitivity.screen.stopped"] = at.session_state["sensitivity.screen.running"]
    del at.session_state["sensitivity.screen.running"]
    ran(at)
    assert at.button(key="sensitivity.screen.run").label == "Go on"
    assert any(f"{done[0]} points are finished and kept" in info.value for info in at.info)
    at.button(key="sensitivity.screen.run").click()
    ran(at)
    assert 'data-testid="screening"' in html(at)


def test_a_level_and_other_widths_can_be_asked() -> None:
    at = opened("sensitivity", sensitivity__factors=FEW, sensitivity__against=-1, sensitivity__width=0.5)
    assert titles(at)[0].startswith("Peak 10-year dislocation under Hedged SPV auction is ")
    at.selectbox(key="sensitivity.policy").set_value(0)
    ran(at)
    assert "under No action is " in titles(at)[0]


def test_without_salib_bars_stay_and_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    at = opened("sensitivity", sensitivity__factors=FEW)
    assert len(titles(at)) == 1
    assert any("fed-backstop-sandbox[explore]" in info.value.replace("\\", "") for info in at.info)


def test_bars_and_words_say_what_the_numbers_say() -> None:
    made = asked()
    evaluate = Evaluator(worked(made.study, "by_path"), {})
    problem = problem_of(made.study.factors)
    found = tornado(lambda points: made.question.read(evaluate(points)), problem, made.study.base)
    figure = tornado_view.tornado(made, found)
    assert len(figure.table) == 3 and len(figure.panels[0].pieces) == 6
    assert figure.panels[0].alt and "nan" not in figure.title + figure.note
    turned = {bar.name for bar in tornado_view.turning(found)}
    for bar in found.bars:
        ends = [found.base.value + g.value for g in (bar.low, bar.high)]
        flips = any((e > 0) != (found.base.value > 0) for e in ends)
        assert (bar.name in turned) <= flips
        assert factor_words.full(made.factor(bar.name), made.factor(bar.name).low) in figure.panels[0].alt


def test_screening_and_shares_in_words() -> None:
    made = asked(None)
    names = tuple(x.key for x in made.study.factors)
    screened = Screening(names, np.array([1.0, -5.0, 0.1]), np.array([1.0, 5.0, 0.1]), np.array([0.1, 0.2, 0.05]), np.array([0.2, 6.0, 0.0]), 5, 20)  # fmt: skip
    text = view.screening_title(made, screened)
    assert text.startswith(f"{made.name(names[1])} is strongest; 2 of 3 matter, and for 1 of them")
    table = view.screening_html(made, screened)
    assert table.index(made.name(names[1]).replace("'", "&#x27;")) < table.index(
        made.name(names[2]).replace("'", "&#x27;")
    )
    sharp = Indices(names, np.array([0.6, 0.1, 0.0]), np.full(3, 0.02), np.array([0.8, 0.3, 0.1]), np.full(3, 0.03), 10.0, 2.0, 64, 320)  # fmt: skip
    assert "alone explains 60% (± 2%) of the variance; about 30% (± 3%)" in view.indices_title(made, sharp)
    assert view.wide_words(sharp) == ""
    wide = Indices(names, sharp.first, np.full(3, 0.4), sharp.total, np.full(3, 0.5), 10.0, 2.0, 8, 40)
    assert "cannot be told from nothing" in view.indices_title(made, wide)
    assert "± 50%" in view.wide_words(wide)
    assert view.indices(made, sharp).table["Total"].iloc[0] == 0.8


@pytest.mark.parametrize("world", ["april_2025", "crowded", "funding_run"])
def test_every_factor_has_a_name_of_its_own_and_a_value(world: str) -> None:
    state = s.with_episode(s.opening(), world)
    policies = state.policies[1:3]
    every = (*world_factors(state.world), *policy_factors(policies))
    names = [factor_words.name(x, words.policy_names(policies)) for x in every]
    assert len(set(names)) == len(names)
    for x in usual(every):
        assert factor_words.value(x, x.low) != factor_words.value(x, x.high)


# Best design

SMALL = {"design__count": 32, "design__paths": 64}


def designed(at: AppTest) -> AppTest:
    at.button(key="design.search.run").click()
    return ran(at)


def python(keys: tuple[str, ...] = ("peak_dislocation_10y_bp", LOSSES_SPARED.key)) -> design_view.Found:
    """The same search in Python."""
    state = s.with_draws(s.opening(), paths=16)
    made = state.policies[3]
    designs = explored(Search(state.world, made, usual_factors(made), 32, 64, 1))
    aims = [objective(k) for k in keys]
    costs = designs.costs(aims)
    return design_view.Found(designs, costs, frontier(costs, aims))


def test_the_frontier_equals_python_and_a_design_can_be_used_and_undone() -> None:
    at = opened("design", **SMALL)
    assert titles(at) == [] and at.button(key="design.search.run").label == "Try 32 designs"
    before = at.session_state[session.STATE]
    designed(at)
    found = python()
    line = found.frontier.having("frontier")
    options = at.selectbox(key="design.picked").options
    assert [design_view.option(found, k) for k in line] == [
        o for o in options if o in {design_view.option(found, k) for k in line}
    ]
    where = {"beaten": "Your design is beaten", "frontier": "Your design is on the frontier"}
    assert titles(at)[0].startswith(where[found.frontier.status[0]])
    k = line[-1]
    at.selectbox(key="design.picked").set_value(k)
    ran(at)
    at.button(key="design.use").click()
    ran(at)
    now = at.session_state[session.STATE]
    assert now.policies[3].interventions == found.designs.policy(k).interventions
    assert now.policies[:3] == before.policies[:3] and now.world == before.world
    assert titles(at)[0].startswith("Your design is on the frontier")  # and nothing had to be run again
    assert at.button(key="design.use").disabled
    assert session.step(at.session_state[session.HISTORY][-1]) == s.with_page(before, s.FIRST_PAGE)


def test_aims_change_without_a_new_run_and_a_third_is_shown_as_size() -> None:
    at = designed(opened("design", **SMALL))
    first = titles(at)[0]
    at.selectbox(key="design.aim.1").set_value("taxpayer_mean_bn")
    ran(at)
    at.selectbox(key="design.aim.2").set_value("forced_sales_bn")
    ran(at)
    assert "design.search.run" not in [b.key for b in at.button] and len(titles(at)) == 1
    assert titles(at)[0] != first or "larger the mark" in html(at)
    assert "the larger the mark, the more forced sales by funds" in html(at)
    at.selectbox(key="design.aim.1").set_value("forced_sales_bn")
    ran(at)
    assert any("choose two or three different outcomes" in e.value for e in at.error)
    at.button(key="design.offer").click()
    ran(at)
    assert not at.error and at.selectbox(key="design.aim.2").value == "none"


def test_a_bad_range_is_refused_beside_what_was_typed() -> None:
    at = opened("design", **SMALL)
    at.number_input(key="design.range.hedged-auction.penalty_bp.to").set_value(1.0)
    ran(at)
    assert any("the low end must be below the high end" in e.value for e in at.error)
    assert at.number_input(key="design.range.hedged-auction.penalty_bp.to").value == 1.0
    at.button(key="design.usual").click()
    ran(at)
    assert not at.error and at.number_input(key="design.range.hedged-auction.penalty_bp.to").value == 60


def test_the_game_is_played_for_a_few_designs_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(design, "few", lambda found: (0, found.having("frontier")[0]))
    state = s.with_draws(s.opening(), paths=16)
    quick = replace(state.counting, game=Game(paths=8, scales=5, probe_scales=6, resamples=4))
    at = opened("design", replace(state, counting=quick), **SMALL)
    designed(at)
    at.button(key="design.game.run").click()
    ran(at)
    assert 'data-testid="responses"' in html(at) and len(titles(at)) == 2


def test_a_comparison_without_settings_says_what_to_add() -> None:
    state = s.with_policies(s.with_draws(s.opening(), paths=16), ())
    at = opened("design", state)
    assert any("add one in the sidebar" in e.value for e in at.error)


def test_titles_of_the_frontier_follow_its_status() -> None:
    found = python()
    chart = design_view.chart(found, (), 0)
    assert chart.panels[0].alt.count("Your design") == 1 and len(chart.table) == len(found.designs.settings)
    assert list(chart.table["Status"]).count("On the frontier") == found.frontier.status.count("frontier")
    assert design_view.title(found, ()).startswith("Your design is")
    made = parse_policy("outright")
    assert len(sampled(Search(s.opening().world, made, policy_factors((made,))[:1], 8, 8, 1))) == 9
