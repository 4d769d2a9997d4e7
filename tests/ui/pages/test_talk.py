"""A talk of one's own: its list as pure changes of the state, its slides on stage and in files, and the page that makes it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from support.app_pages import html, opened, ran

from models.errors import Refused
from policy.comparison import compare
from policy.outcomes.summary import Summary, summarise
from policy.spec import parse_policy
from ui.comparison.figures import CHARTS, charts_of
from ui.export import content
from ui.rooms import switch
from ui.state import link, runs, session, talk
from ui.state import state as s
from ui.state.items import CHART_NAMES, STEP_NAMES, TalkItem
from ui.story.steps import STEPS
from ui.story.talk import screen_place, talk_slides, title_of
from ui.words import verdicts

FEW = s.with_draws(s.opening(), paths=8)
CALM, SCREEN = TalkItem("step", "calm"), talk.SCREEN


@cache
def computed(state: s.State) -> Summary:
    return summarise(compare(state.world, state.policies, state.paths, state.seed))


def test_names_of_steps_and_charts_are_those_there_are() -> None:
    assert tuple(step.name for step in STEPS) == STEP_NAMES
    assert tuple(CHARTS) == tuple(CHART_NAMES)


def test_without_slides_of_ones_own_a_talk_is_the_story_and_the_screen() -> None:
    assert [title_of(item) for item in talk.items(FEW)] == [
        *(step.title for step in STEPS),
        "Your comparison",
    ]
    assert screen_place(FEW) == 9
    assert talk.with_items(FEW, talk.USUAL) == FEW  # nothing to keep


@given(
    st.lists(st.sampled_from([*talk.USUAL, TalkItem("screen", chart="sales")]), min_size=1, max_size=6),
    st.data(),
)
def test_slides_move_without_getting_lost(slides: list[TalkItem], data: st.DataObject) -> None:
    state = talk.with_items(FEW, slides)
    k, by = data.draw(st.integers(0, len(slides) - 1)), data.draw(st.integers(-9, 9))
    moved = talk.items(talk.moved_item(state, k, by))
    assert sorted(map(repr, moved)) == sorted(map(repr, slides))
    assert moved[min(max(k + by, 0), len(slides) - 1)] == slides[k]
    if len(slides) > 1:
        assert talk.items(talk.without_item(state, k)) == (*slides[:k], *slides[k + 1 :])


def test_a_talk_keeps_its_bounds() -> None:
    with pytest.raises(Refused, match="needs at least one"):
        talk.without_item(talk.with_items(FEW, [CALM]), 0)
    with pytest.raises(Refused, match="at most 24"):
        talk.with_items(FEW, [CALM] * 25)
    with pytest.raises(Refused, match="is no number of this world"):
        talk.with_item(FEW, TalkItem("screen", lever="funds.colour"))
    with pytest.raises(Refused, match="pie"):
        talk.with_item(FEW, TalkItem("screen", chart="pie"))


def test_what_was_kept_stays_while_the_screen_moves_on() -> None:
    state = talk.with_items(FEW, [talk.kept_item(FEW, "As it was"), SCREEN])
    state = s.with_world(state, {"funds.scale": 0.9})
    kept, screen = (slide.make(computed) for slide in talk_slides(link.unpack(link.pack(state)).state))
    assert (kept.title, kept.state.world) == ("As it was", FEW.world)
    assert screen.state.world == state.world and "(changed)" in screen.title
    assert kept.sentence == verdicts.sentence(computed(FEW)) != screen.sentence


def test_a_run_and_a_board_are_slides_beside_no_action() -> None:
    run = runs.keep_run(FEW, 3, "Ours").runs[0]
    board = talk.board_item(FEW, [parse_policy("A=outright"), parse_policy("B=repo")], "What the room made")
    of_run, of_board = (
        slide.make(computed) for slide in talk_slides(talk.with_items(FEW, [talk.run_item(run), board]))
    )
    assert of_run.title == "Ours" and of_run.state.policies[0].label == "none"
    assert of_run.state.policies[1] == run.policy and of_run.scored
    assert [p.label for p in of_board.state.policies] == [
        "none",
        "A",
        "B",
    ] and of_board.title == "What the room made"


@pytest.mark.parametrize("chart", CHARTS)
def test_any_chart_fills_a_slide(chart: str) -> None:
    (part,) = talk_slides(talk.with_items(FEW, [TalkItem("screen", chart=chart)]))
    slide = part.make(computed)
    assert part.title == f"Your comparison: {CHART_NAMES[chart].lower()}" and not slide.scored
    there = chart in charts_of(FEW.world)
    assert [f.key for f in slide.figures] == [chart] * there and bool(slide.sentence) != there
    assert slide.winners == (verdicts.winner(computed(FEW)),)


def test_files_follow_the_list() -> None:
    state = talk.with_items(FEW, [TalkItem("screen", chart="sales"), CALM, talk.kept_item(FEW, "Kept")])
    told = content.content(state, computed(FEW), lambda asked: computed(s.with_draws(asked, paths=8)))
    assert [slide.title for slide in told.slides][1:] == [STEPS[0].title, "Kept"]
    assert told.slides[0].figures[0].key == "sales"


# The page


def items(at: AppTest) -> tuple[TalkItem, ...]:
    return talk.items(at.session_state[session.STATE])


def test_slides_are_added_moved_removed_and_given_back() -> None:
    at = opened("talk", runs.keep_run(FEW, 1, "Mine"))
    at.button(key="talk.Remove.0").click()
    ran(at).button(key="talk.Earlier.7").click()
    assert ran(at) and [i.name or i.shows for i in items(at)][-2:] == ["screen", "design"]
    at.segmented_control(key="talk.kind").set_value("A kept run")
    ran(at).button(key="talk.add").click()
    assert ran(at) and items(at)[-1] == talk.run_item(at.session_state[session.STATE].runs[0])
    at.segmented_control(key="talk.kind").set_value("This screen")
    ran(at).selectbox(key="talk.lever").set_value("funds.scale")
    ran(at).button(key="talk.add").click()
    assert ran(at) and items(at)[-1] == TalkItem("screen", lever="funds.scale")
    ran(at).toggle(key="talk.keep").set_value(True)
    ran(at).text_input(key="talk.title").set_value("Then")
    ran(at).button(key="talk.add").click()
    assert ran(at) and items(at)[-1].name == "Then" and items(at)[-1].kept is not None
    at.button(key="talk.usual").click()
    assert ran(at) and items(at) == talk.USUAL
    at.button(key="toolbar.undo").click()
    assert ran(at) and items(at)[-1].name == "Then"


def test_a_talk_that_is_full_says_so() -> None:
    at = opened("talk", talk.with_items(FEW, [CALM] * talk.MOST_SLIDES))
    at.button(key="talk.add").click()
    assert any("a talk has at most 24" in e.value for e in ran(at).error)


def test_a_room_without_rooms_says_so_and_nothing_can_be_added() -> None:
    at = opened("talk", FEW)
    at.segmented_control(key="talk.kind").set_value("A room's board")
    assert ran(at).button(key="talk.add").disabled and any(switch.OFF[:20] in e.value for e in at.info)


def test_ones_own_slides_go_on_stage() -> None:
    state = talk.with_items(FEW, [TalkItem("screen", lever="funds.scale"), TalkItem("screen", chart="parts")])
    at = opened("present", state, {"step": "1"})
    body = html(at)
    assert re.search(r">1 / 2<", body) and "★" in body and "sb-dots" in body
    at = opened("present", state, {"step": "2"})
    assert len(at.get("vega_lite_chart")) == len(FEW.policies)
