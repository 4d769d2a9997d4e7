"""The story: what is right follows from the runs, what is said are the runs' own figures, and slides carry all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.library import shipped
from policy.comparison import compare
from policy.outcomes.summary import Summary, summarise
from policy.spec import parse_policy
from ui.charts import vega
from ui.state import runs as state_runs
from ui.state import state as s
from ui.story import cards, story, talk
from ui.story.steps import PEAK, STEPS, Step, among, nearest
from ui.words import names, verdicts

NAMES = [step.name for step in STEPS]


@cache
def ran(state: s.State) -> Summary:
    return summarise(compare(state.world, state.policies, state.paths, state.seed))


def runs(step: Step) -> tuple[Summary, ...]:
    return tuple(ran(state) for state in story.states(step))


def step_of(name: str) -> Step:
    return next(step for step in STEPS if step.name == name)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_what_the_text_argues_is_what_the_run_says(step: Step) -> None:
    assert step.truth(runs(step)) == step.argues
    assert step.lesson in story.told(step, runs(step))


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_a_step_is_short_and_gives_nothing_away(step: Step) -> None:
    assert len(step.text.split()) <= 80
    assert 2 <= len(step.choices) <= 4 and len(set(step.choices)) == len(step.choices)
    assert 1 <= len(step.figures) <= 2
    assert 2 <= len(re.findall(r"[.!?](?=\s|$)", step.notes)) <= 4
    written = " ".join((step.title, step.text, step.question, *step.choices, step.lesson, step.notes))
    for _, value in step.numbers(runs(step)):
        for shown in re.findall(r"\$?[\d.,]+\d(?:bn| bp|%)", value):
            size = shown == "$500bn"  # the size of the programmes is put in and stands in the text
            assert size or not re.search(rf"(?<![\d.,]){re.escape(shown)}", written), shown


def test_eight_steps_from_calm_to_a_design_of_ones_own() -> None:
    assert len(STEPS) == 8 and len(set(NAMES)) == 8
    assert NAMES[0] == "calm" and NAMES[-1] == "design"
    calm = runs(STEPS[0])[0].outcomes[0].means
    assert calm["forced_sales_bn"] == 0 and calm[PEAK] == 0


def test_claims_in_titles_and_texts_hold() -> None:
    none, outright, auction = runs(step_of("auction"))[0].outcomes
    assert auction.means["unintended_easing_10y_bp"] == 0
    assert 0 < auction.means["taxpayer_es95_bn"] < 0.02 * outright.means["taxpayer_es95_bn"]
    assert 0 < outright.means[PEAK] - auction.means[PEAK] < 0.1 * none.means[PEAK]
    run, crowded = runs(step_of("repo"))
    sold, takes = "forced_sales_bn", "take_up_bn"
    assert crowded.outcomes[2].means[sold] > 0.98 * crowded.outcomes[0].means[sold]
    assert crowded.outcomes[2].means[takes] < 0.1 * run.outcomes[2].means[takes], "hardly anybody borrows"
    assert run.outcomes[2].means[sold] < 0.1 * run.outcomes[0].means[sold]
    assert run.outcomes[3].means[sold] > 0.9 * run.outcomes[0].means[sold]
    assert run.outcomes[3].means[takes] < 0.2 * auction.means[takes], (
        "little to buy where only cash is missing"
    )
    alone = runs(step_of("shock"))[0].outcomes[0]
    assert alone.means["cascade_multiplier"] > 1.2 and alone.means["funds_defaulted"] > 0
    assert runs(step_of("outright"))[0].outcomes[1].means["unintended_easing_10y_bp"] > 5


def test_settings_named_in_words_are_those_that_are_run() -> None:
    made = [p.interventions[0] for p in story.states(step_of("design"))[0].policies]
    plain, cheaper, faster = made[1], made[2], made[3]
    assert (plain.penalty_bp, cheaper.penalty_bp) == (20, 5)
    assert (plain.size_bn, faster.size_bn) == (40, 100)
    auction, outright = (
        parse_policy("hedged-auction").interventions[0],
        parse_policy("outright").interventions[0],
    )
    assert auction.total_bn == outright.total_bn == 500
    assert auction.size_bn == outright.pace_bn and auction.start == outright.start
    starts = {str(p.interventions[0].start) for p in story.states(step_of("repo"))[0].policies[1:]}
    assert len(starts) == 1, "all tools start together"
    assert [p.interventions[0].penalty_bp for p in story.states(step_of("hazard"))[0].policies[2:]] == [20, 80]  # fmt: skip


def test_revealed_figures_are_recomputed_from_the_paths() -> None:
    made = compare(shipped("crowded"), [parse_policy("outright"), parse_policy("hedged-auction")], 256, 1)
    peaks = [float(np.mean(run["dislocation_bp"][:, 2].max(axis=0))) for run in made.runs]
    text = step_of("auction").reveal(runs(step_of("auction")))
    assert f"peak of {peaks[2]:.1f} bp against {peaks[1]:.1f} bp" in text
    sold = np.mean(np.add.reduce(made.runs[0]["forced_sales_bn"], axis=0), axis=-1)
    text = step_of("shock").reveal(runs(step_of("shock")))
    assert f"${sold.sum():,.0f}bn" in text and f"${sold[1]:.0f}bn swap-spread" in text


def test_another_run_makes_another_answer_right_and_drops_the_lesson() -> None:
    step = step_of("repo")
    swapped = runs(step)[::-1]
    assert step.truth(swapped) == 3
    assert step.truth((swapped[0], swapped[0])) == 1 and step.truth((swapped[1], swapped[1])) == 0
    assert step.lesson not in story.told(step, swapped)
    shock = step_of("shock")
    (run,) = runs(shock)
    other = replace(run, outcomes=(replace(run.outcomes[0], sold=(900.0, 1.0, 2.0)),))
    assert shock.truth((other,)) == 0
    room = step_of("dealers")
    (run,) = runs(room)
    same = replace(run, outcomes=(run.outcomes[0], run.outcomes[0]))
    assert room.truth((same,)) == 0
    outright = step_of("outright")
    (run,) = runs(outright)
    safe = replace(run, outcomes=(run.outcomes[0], run.outcomes[0]))
    assert outright.truth((safe,)) == 1  # no loss at all is no gain either, and below the bound


@given(value=st.floats(0.01, 1e4), bounds=st.lists(st.floats(0.01, 1e4), max_size=4, unique=True))
def test_a_value_has_one_place_among_bounds(value: float, bounds: list[float]) -> None:
    ordered = tuple(sorted(bounds))
    place = among(value, ordered)
    assert all(b <= value for b in ordered[:place]) and all(b > value for b in ordered[place:])


def test_the_nearest_level_is_nearest_in_proportion() -> None:
    assert [nearest(x, (50, 15, 4)) for x in (49, 28, 27, 8, 7, 1)] == [0, 0, 1, 1, 2, 2]


def test_taking_a_step_keeps_what_is_the_users_own() -> None:
    mine = state_runs.keep_run(s.with_tenor(s.with_draws(s.opening(), seed=7, paths=16), 30), 1)
    step = step_of("hazard")
    new = story.taken(mine, step)
    assert (new.view, new.runs) == (mine.view, mine.runs)
    own = story.states(step)[0]
    assert (new.world, new.policies, new.seed, new.paths) == (own.world, own.policies, own.seed, own.paths)


def test_slides_are_the_steps_and_ones_own_comparison() -> None:
    mine = s.with_draws(s.opening(), paths=16)
    made = tuple(slide.make(ran) for slide in talk.talk_slides(mine))
    assert [slide.title for slide in made[:-1]] == [step.title for step in STEPS]
    for slide, step in zip(made, STEPS, strict=False):
        assert slide.state == story.states(step)[0] and slide.summary is runs(step)[0]
        assert slide.sentence == step.reveal(runs(step)) and slide.truth == step.argues
    last = made[-1]
    assert last.sentence == verdicts.sentence(ran(mine)) and last.state == mine and not last.question
    assert last.scored and last.winners == (verdicts.winner(ran(mine)),)
    assert [name for name, _ in last.numbers] == list(names.policy_names(mine.policies))
    for slide in made:
        assert slide.numbers and slide.notes
        for figure in slide.figures:
            assert figure.title and figure.unit and "nan" not in figure.title
            assert all(p.alt and len(vega.frame(p)) < 2000 and not p.empty for p in figure.panels)


def test_a_changed_world_is_said_on_ones_own_slide() -> None:
    mine = s.with_world(s.with_draws(s.opening(), paths=16), {"funds.scale": 0.9})
    slide = story.own_slide(mine, ran(mine))
    assert "(changed)" in slide.title and "Funds' leverage: 1 → 0.9 multiple" in slide.notes


def test_positions_and_money_add_up() -> None:
    for name in ("calm", "crowded", "march_2020"):
        world = shipped(name)
        equity, held = cards.capital(world)
        split = np.array(cards.by_trade(world)).sum(axis=0)
        np.testing.assert_allclose(split, (equity, held), rtol=1e-12)
    halved = s.with_world(s.with_episode(s.opening(), "crowded"), {"funds.scale": 0.5}).world
    assert cards.capital(halved)[1] == pytest.approx(cards.capital(shipped("crowded"))[1] / 2)


def test_the_bars_of_trades_show_what_was_sold() -> None:
    (run,) = runs(step_of("shock"))
    (chart,) = cards.sold(run).panels
    gone = [piece.value for piece in chart.pieces if piece.part == "Forced sales"]
    np.testing.assert_allclose(gone, run.outcomes[0].sold)
    assert "No fund is forced" in cards.sold(runs(STEPS[0])[0]).title
