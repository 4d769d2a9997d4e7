"""The quiz of a room: answers that are the story's and the glossary's, kept by seat, told without names."""

from __future__ import annotations

import csv
import io
import random
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from support.rooms import Site, small_plan

from models.errors import Refused
from ui.rooms import minutes, phone_room, plan, quiz, quiz_results, rules
from ui.rooms.phone import Phone
from ui.rooms.rules import MINUTES, PREDICT, QUIZ_AFTER, QUIZ_BEFORE, VOTE
from ui.rooms.store import RoomStore
from ui.rooms.tables import SCHEMA
from ui.rooms.views import RoomSeat, RoomView
from ui.story.steps import STEPS
from ui.words.glossary import TERMS

pytestmark = pytest.mark.xdist_group("rooms")
KEYS = [question.key for question in quiz.questions()]
RIGHT = {question.key: question.right for question in quiz.questions()}
WRONG = {question.key: (question.right + 1) % len(question.choices) for question in quiz.questions()}
NAMES = ("Zoë <b>", "Ben", "Cleo", "Dan")


def form(answers: quiz.Answers) -> dict[str, str]:
    return {key: str(choice) for key, choice in answers.items()}


def view_of(
    before: dict[int, quiz.Answers], after: dict[int, quiz.Answers], phase: rules.Phase = MINUTES
) -> RoomView:
    """A room whose board is empty and whose authors are shown."""
    return RoomView(
        code="ABCDEF", plan=small_plan(quiz=True), phase=phase, ends=None, authors=True, version=1, news=1, expires=2e9,
        seats=tuple(RoomSeat(k, name) for k, name in enumerate(NAMES, 1)), predictions={}, before={}, entries=(), results={},
        refusals={}, lever="", moved=None, moves={}, trail=(), votes={}, answered_before=before, answered_after=after,
    )  # fmt: skip


def test_every_answer_is_the_storys_own_or_the_glossarys() -> None:
    meanings = {term.name: term.meaning for term in TERMS}
    steps = {step.name: step for step in STEPS}
    assert len(set(KEYS)) == len(KEYS) >= 6
    for question in quiz.questions():
        assert len(set(question.choices)) == len(question.choices) >= 3
        if question.step:  # what a step argues is held against its run by the story's own tests
            step = steps[question.key]
            assert STEPS[question.step - 1] is step and question.answer == step.choices[step.argues]
            assert sorted(question.choices) == sorted(step.choices) and question.why == step.lesson
        else:
            assert question.answer == meanings[question.key.replace("_", " ")]
            assert set(question.choices) <= set(meanings.values())
    assert {question.right for question in quiz.questions()} >= {0, 1, 2}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"haircut": ""}, "has no answer"),
        ({"calm": "7"}, "one of the choices"),
        ({"calm": "None"}, "refused"),
    ],
)
def test_a_form_that_is_not_whole_is_refused_in_words(changed: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        quiz.read({**form(RIGHT), **changed})
    assert quiz.read(form({**RIGHT, "calm": quiz.UNSURE}))["calm"] == quiz.UNSURE


def test_answers_are_kept_until_the_quiz_closes(site: Site) -> None:
    store = site.store
    code, host = site.room(quiz=True)
    assert store.view(code).phase == QUIZ_BEFORE
    ana, ben = site.seats(code, "Ana", "Ben")
    store.answer(code, ana, QUIZ_BEFORE, RIGHT)
    store.answer(code, ana, QUIZ_BEFORE, WRONG)  # the last ones count
    with pytest.raises(Refused, match="has not begun yet"):
        store.answer(code, ben, QUIZ_AFTER, RIGHT)
    store.advance(code, host, QUIZ_BEFORE.name)
    assert store.view(code).phase == PREDICT
    with pytest.raises(Refused, match="is over"):
        store.answer(code, ben, QUIZ_BEFORE, RIGHT)
    site.to(code, host, VOTE)
    store.advance(code, host, VOTE.name)
    store.answer(code, ana, QUIZ_AFTER, RIGHT)
    store.answer(code, ben, QUIZ_AFTER, WRONG)
    site.to(code, host, MINUTES)
    view = RoomStore(store.source, store.told, site.clock).view(code)
    assert view.answered_before == {1: WRONG} and view.answered_after == {1: RIGHT, 2: WRONG}
    store.close(code, host)
    with store.source.begin() as db:
        assert db.scalar(text("SELECT count(*) FROM answers")) == 0


def test_a_room_without_a_quiz_has_no_phase_for_it_and_takes_none(site: Site) -> None:
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    assert store_phases(site, code, host) == [p.name for p in rules.PHASES if p not in rules.QUIZZES]
    code, host = site.room()
    (ana,) = site.seats(code, "Ana")
    with pytest.raises(Refused, match="is over"):
        site.store.answer(code, ana, QUIZ_BEFORE, RIGHT)
    with site.store.source.begin() as db:  # as a plan of the version before was kept
        kept = plan.to_toml(small_plan()).replace("quiz = false\n", "")
        db.execute(text("UPDATE rooms SET plan = :kept"), {"kept": kept})
    assert not site.store.view(code).plan.quiz


def store_phases(site: Site, code: str, host: str) -> list[str]:
    seen = [site.store.view(code).phase.name]
    while seen[-1] != MINUTES.name:
        site.store.advance(code, host, seen[-1])
        seen.append(site.store.view(code).phase.name)
    return seen


def test_a_database_without_answers_gets_them_and_keeps_its_rooms(site: Site) -> None:
    code, _ = site.room(quiz=True)
    (ana,) = site.seats(code, "Ana")
    with site.store.source.begin() as db:
        db.execute(text("DROP TABLE answers"))
        db.execute(text("UPDATE backstop_schema SET number = 2"))
    store = RoomStore(site.store.source, lambda *_: None, site.clock)
    store.answer(code, ana, QUIZ_BEFORE, RIGHT)
    assert store.view(code).answered_before == {1: RIGHT}
    with store.source.begin() as db:
        assert db.scalar(text("SELECT number FROM backstop_schema")) == SCHEMA


def test_a_phone_keeps_what_was_chosen_and_shows_answers_only_at_the_end() -> None:
    given_form = {**form(WRONG), "haircut": "", "phase": QUIZ_AFTER.name}
    view = view_of({1: WRONG}, {1: RIGHT}, QUIZ_AFTER)
    page = phone_room.room(Phone(view, view.seats[0], "", 0.0, "Question 2 has no answer.", given_form))
    assert page.count(" checked") == len(KEYS) - 1 and "/room/ABCDEF/quiz" in page and "<script>" not in page
    assert not any(question.why in page for question in quiz.questions())
    shown = replace(view, phase=MINUTES)
    page = phone_room.room(Phone(shown, shown.seats[0], "", 0.0))
    assert f"0 before, {len(KEYS)} after" in page and "Right: " in page
    assert "The quiz" not in phone_room.room(Phone(shown, shown.seats[1], "", 0.0))


SETS = st.fixed_dictionaries(
    {own.key: st.integers(-1, len(own.choices) - 1) for own in quiz.questions()}
)  # fmt: skip
SEATS = st.dictionaries(st.integers(1, 4), SETS)


@given(SEATS, SEATS, st.randoms())
def test_files_say_nothing_of_whose_answers_they_hold(
    before: dict[int, quiz.Answers], after: dict[int, quiz.Answers], draw: random.Random
) -> None:
    view = view_of(before, after)
    places = [1, 2, 3, 4]
    draw.shuffle(places)
    moved = dict(zip((1, 2, 3, 4), places, strict=True))
    other = view_of({moved[k]: a for k, a in before.items()}, {moved[k]: a for k, a in after.items()})
    for build in (quiz_results.to_csv, quiz_results.to_toml):
        assert build(view) == build(other)
        assert not any(name in build(view) for name in NAMES)
    for row in quiz_results.counts(view):
        chosen = [a[row.question.key] for a in after.values()]
        assert (row.after, row.right_after) == (len(after), chosen.count(row.question.right))
    people = {int(row["person"]) for row in csv.DictReader(io.StringIO(quiz_results.to_csv(view)))}
    assert len(people) == len(before.keys() | after.keys())


def test_minutes_count_the_quiz_and_name_nobody_for_it() -> None:
    view = view_of({1: WRONG, 2: RIGHT}, {1: RIGHT, 3: WRONG})
    told = tomllib.loads(minutes.toml(view))["quiz"]
    assert [row["right"] for row in told] == [own.answer for own in quiz.questions()]
    assert all(sum(row["before"]) == 2 and sum(row["after"]) == 2 for row in told)
    lines = dict(minutes.minutes(view).lines)["The quiz before and after, without names"]
    assert (
        lines[0]
        == f"1 answered the quiz twice: on average 0.0 of {len(KEYS)} right before and {len(KEYS)}.0 after"
    )
    assert lines[1].endswith(" 1 of 2 right before, 1 of 2 after.") and len(lines) == len(KEYS) + 1
    assert minutes.all_figures(view)[-1].key == "quiz" and quiz_results.table_html(view).count(
        "1 of 2"
    ) == 2 * len(KEYS)
    early = replace(view, phase=QUIZ_AFTER)  # nothing is told before the last answer is in
    assert "quiz" not in tomllib.loads(minutes.toml(early)) and not quiz_results.lines(early)
