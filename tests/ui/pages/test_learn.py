"""Story, challenges, mistakes, glossary and presentation as pages: what is shown when, and whose state changes."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to, html, opened, ran
from support.paths import APP

from models.library import shipped
from policy.comparison import compare
from policy.outcomes.summary import Summary, summarise
from policy.spec import parse_policy
from ui.charts import vega
from ui.pages.challenges import challenges
from ui.pages.challenges.challenges import CHALLENGES
from ui.pages.mistakes import mistakes
from ui.pages.mistakes.mistakes import MISTAKES, Mistake
from ui.stage import remote
from ui.stage.position import Position, position_in
from ui.state import session
from ui.state import state as s
from ui.story import story
from ui.story.steps import STEPS
from ui.words import glossary


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click()
    return ran(at)


def words_of(at: AppTest) -> str:
    """Everything that can be read, without markup."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<style>.*?</style>", "", html(at), flags=re.S)))


def mine(at: AppTest) -> s.State:
    return s.with_page(at.session_state[session.STATE], "sandbox")


@cache
def computed(state: s.State) -> Summary:
    return summarise(compare(state.world, state.policies, state.paths, state.seed))


# The story


def test_figures_come_only_after_an_answer() -> None:
    at = opened("learn", address={"step": "3"})
    step = STEPS[2]
    slide = story.story_slide(step, tuple(computed(x) for x in story.states(step)))
    before = words_of(at)
    assert step.question in before and not at.get("vega_lite_chart")
    assert not any(value in before for _, value in slide.numbers)
    assert [at.button(key=f"learn.choice.{k}").label for k in range(3)] == list(step.choices)
    click(at, "learn.choice.2")
    after = words_of(at)
    assert all(value in after for _, value in slide.numbers) and "✓ Right" in after
    assert len(at.get("vega_lite_chart")) == 2
    assert "Your score: 1 of 1 right." in [c.value for c in at.caption]


def test_the_first_answer_counts_and_showing_does_not() -> None:
    at = click(opened("learn", address={"step": "3"}), "learn.choice.0")
    assert "✗ Not here. You said: Hardly: less than 10% lower." in words_of(at)
    at.session_state["step"] = 1
    ran(at)
    click(at, "learn.show")
    assert "The run says: About $4." in words_of(at)
    assert "Your score: 0 of 1 right." in [c.value for c in at.caption]
    click(at, "learn.restart")
    assert not any("score" in c.value for c in at.caption)
    assert STEPS[0].question in words_of(at) and "The run says" not in words_of(at)


def test_next_and_back_stay_within_the_story_and_change_no_state() -> None:
    at = opened("learn")
    before = mine(at)
    assert at.button(key="learn.back").disabled
    for step in STEPS[1:]:
        click(at, "learn.next")
        assert step.question in words_of(at)
    assert at.button(key="learn.next").disabled
    click(at, "learn.back")
    assert STEPS[-2].question in words_of(at)
    assert mine(at) == before and session.HISTORY not in at.session_state


@pytest.mark.parametrize(
    ("asked", "shown"), [("5", 5), ("9", 8), ("0", 1), ("x", 1), ("-3", 1), ("99999", 1)]
)
def test_the_address_names_a_step_and_others_lead_to_the_nearest(asked: str, shown: int) -> None:
    assert STEPS[shown - 1].question in words_of(opened("learn", address={"step": asked}))


def test_a_step_goes_to_the_sandbox_as_one_change_that_can_be_undone() -> None:
    at = opened("learn", address={"step": "4"})
    before = mine(at)
    click(at, "learn.take.outright")
    assert mine(at) == s.with_page(story.taken(before, STEPS[3]), "sandbox")
    assert len(at.session_state[session.HISTORY]) == 1
    assert 'aria-label="How a hundred crises end, by policy"' in html(at)
    click(at, "toolbar.undo")
    assert mine(at) == before


# Challenges


def test_a_world_is_loaded_and_a_solution_is_seen() -> None:
    at = opened("challenges", s.with_episode(s.with_draws(s.opening(), paths=16), "april_2025"))
    assert "Solved in this session: 0 of 8." in words_of(at)
    click(at, "challenge.load.clean")
    clean = next(c for c in CHALLENGES if c.name == "clean")
    assert at.session_state[session.STATE].world == shipped("crowded")
    assert words_of(at).count("Not yet.") == sum(c.world == "crowded" for c in CHALLENGES)
    at.session_state[session.STATE] = s.with_policies(
        at.session_state[session.STATE], [parse_policy(clean.solution)]
    )
    ran(at)
    assert "Solved by Early auction." in words_of(at)
    assert "Solved in this session: 1 of 8." in words_of(at)
    click(at, "challenge.load.run")
    assert "of 8." in words_of(at) and "Solved in this session: 1 of 8." in words_of(at)
    assert [x.value for x in at.subheader if x.value.startswith("✓ ")] == [f"✓ {clean.title}"]


def test_own_policies_stay_when_a_world_is_loaded() -> None:
    at = opened(
        "challenges", s.with_policies(s.with_draws(s.opening(), paths=16), [parse_policy("outright")])
    )
    click(at, "challenge.load.march")
    assert [p.label for p in at.session_state[session.STATE].policies] == ["none", "outright"]
    click(at, "toolbar.undo")
    assert at.session_state[session.STATE].world == s.opening().world


def test_hints_wait_in_their_folds() -> None:
    at = opened("challenges")
    hint = challenges.CHALLENGES[0].hint
    assert hint not in " ".join(m.value for m in at.markdown)
    at.session_state[f"challenge.hint.{CHALLENGES[0].name}"] = True
    assert hint in " ".join(m.value for m in ran(at).markdown)


# Mistakes and glossary


@pytest.mark.parametrize("made", MISTAKES, ids=[m.name for m in MISTAKES])
def test_the_screen_shows_the_mistake(made: Mistake) -> None:
    state = mistakes.screen(s.opening(), made)
    assert made.seen(computed(state)), made.look


def test_a_mistake_opens_in_the_sandbox_and_can_be_undone() -> None:
    at = opened("mistakes")
    before = mine(at)
    made = next(m for m in MISTAKES if m.name == "noise")
    click(at, "mistake.show.noise")
    assert mine(at) == mistakes.screen(before, made) != before
    click(at, "toolbar.undo")
    assert mine(at) == before


def test_the_glossary_is_searched_by_term_and_meaning() -> None:
    at = opened("mistakes")
    assert words_of(at).count("A special-purpose vehicle") >= 1
    at.text_input(key="glossary.search").set_value("MARGIN cash")
    body = re.search(r'data-testid="glossary">(.*?)</dl>', html(ran(at)), re.S)
    assert body and "Variation margin" in body[1] and "Stigma" not in body[1]
    at.text_input(key="glossary.search").set_value("zebra")
    assert "No term has “zebra”" in ran(at).info[0].value


def test_terms_are_many_short_and_distinct() -> None:
    assert len(glossary.TERMS) >= 30
    forms = [form.lower() for term in glossary.TERMS for form in term.forms]
    assert len(forms) == len(set(forms))
    assert all(term.meaning[0].isupper() and term.meaning.endswith(".") for term in glossary.TERMS)
    assert all(len(term.meaning.split()) <= 45 for term in glossary.TERMS)


def test_a_term_is_marked_once_with_keyboard_and_description() -> None:
    body = glossary.hover("Repo and haircuts, repo again; hedge funds & <b>", "x")
    assert body.count('tabindex="0"') == 3
    assert 'aria-describedby="gl-x-1">Repo<span role="tooltip" id="gl-x-1">' in body
    assert ", repo again; " in body and body.endswith(" &amp; &lt;b&gt;")
    assert glossary.hover("a repository of bareness", "x") == "a repository of bareness"


PLAIN = st.text(max_size=60)
KNOWN = st.sampled_from([form for term in glossary.TERMS for form in term.forms])


@given(parts=st.lists(st.one_of(PLAIN, KNOWN), max_size=8), most=st.integers(0, 9))
def test_marking_terms_never_changes_the_text(parts: list[str], most: int) -> None:
    text = " ".join(parts)
    body = glossary.hover(text, "p", most)
    bare = re.sub(r'<span role="tooltip" id="gl-p-\d+">[^<]*</span>', "", body)
    bare = re.sub(r'<span class="gl" tabindex="0" aria-describedby="gl-p-\d+">|</span>', "", bare)
    assert bare == escape(text)
    ids = re.findall(r' id="(gl-p-\d+)"', body)
    assert len(ids) == len(set(ids)) <= most


# Presentation


def at_slide(at: AppTest) -> tuple[str, ...]:
    found = re.search(r'data-slide="(\d)" data-answer="(\d)"', html(at))
    assert found
    return found.groups()


ASKS = (*(True for _ in STEPS), False)


def shown_at(now: Position, presenter: bool = False) -> AppTest:
    """A window of a talk that stands there."""
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = s.with_draws(s.opening(), paths=16)
    at.session_state[remote.ANSWERED] = now.answered
    at.query_params["step"] = str(now.slide)
    if presenter:
        at.query_params[remote.ADDRESS] = "a-talk"
    go_to(at, "present")
    return ran(at)


def test_a_press_shows_the_answer_first_and_the_talk_ends_with_ones_own_comparison() -> None:
    now, seen = Position(1), []
    while now is not None:
        seen.append((now.slide, not now.waits(ASKS)))
        now = now.following(ASKS)
    assert seen == [(n, shown) for n in range(1, 9) for shown in (False, True)] + [(9, True)]


@given(
    st.integers(-3, 12) | st.booleans() | st.text(max_size=2) | st.none(),
    st.lists(st.integers(-3, 12), max_size=9),
)
def test_only_a_place_of_the_talk_is_taken_from_a_browser(slide: Any, answered: list[int]) -> None:
    told = position_in({"slide": slide, "answered": answered}, 9)
    valid = not isinstance(slide, bool | str | None) and all(1 <= k <= 9 for k in (slide, *answered))
    assert (told == Position(slide, frozenset(answered))) if valid else told is None
    for damaged in (None, [], {"slide": 1}, {"slide": 1, "answered": "1"}, {"answered": [1]}):
        assert position_in(damaged, 9) is None


def test_a_question_gives_nothing_away_and_the_answer_is_marked() -> None:
    at = shown_at(Position(6))
    assert at_slide(at) == ("6", "0") and "✓" not in words_of(at) and not at.get("vega_lite_chart")
    assert STEPS[5].question in words_of(at) and "Winner" not in words_of(at)
    at = shown_at(Position(6, frozenset({6})))
    assert at_slide(at) == ("6", "1") and at.get("vega_lite_chart")
    assert "✓ B: About half" in words_of(at) and "★ Winner: Hedged SPV auction" in words_of(at)


@pytest.mark.parametrize("answered", [frozenset(), frozenset({6})])
def test_the_presenters_window_alone_has_notes_and_what_comes_next(answered: frozenset[int]) -> None:
    now = Position(6, answered)
    assert STEPS[5].notes not in words_of(shown_at(now))
    told = words_of(shown_at(now, presenter=True))
    assert (
        STEPS[5].notes in told
        and f"Slide 6 of 9{'' if answered else ', the answer is not shown yet'}" in told
    )
    assert (f"Next: {STEPS[6].title}" if answered else "Next: the answer") in told
    assert (STEPS[6].question if answered else "✓ B: About half") in told


def test_the_last_slide_says_that_nothing_follows() -> None:
    assert "The last slide" in words_of(shown_at(Position(9), presenter=True))


def test_presenting_changes_no_state_and_says_the_users_own_numbers() -> None:
    state = s.with_policies(
        s.with_draws(s.with_episode(s.opening(), "crowded"), paths=16), [parse_policy("outright")]
    )
    at = opened("present", state, address={"step": "9"})
    summary = computed(state)
    assert f"{summary.outcomes[1].means['peak_dislocation_10y_bp']:.1f} bp" in words_of(at)
    assert mine(at) == state and session.HISTORY not in at.session_state
    assert f'data-state="{s.digest(state)}" data-ready="1"' in html(at)


def test_a_link_that_cannot_be_restored_is_said_on_the_slide() -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["s"] = "damaged"
    at.query_params["step"] = "9"
    go_to(at, "present")
    ran(at)
    assert any("could not be restored" in w.value for w in at.warning)


def test_slides_are_drawn_large_without_touching_the_shared_specification() -> None:
    step = STEPS[2]
    figure = story.story_slide(step, tuple(computed(x) for x in story.states(step))).figures[0]
    (chart,) = figure.panels
    before = repr(vega.spec(chart))
    made = vega.large(chart, 800, 400)
    assert (made["width"], made["height"]) == (800, 400) and repr(vega.spec(chart)) == before
    assert made["config"]["axis"]["labelFontSize"] >= 15
