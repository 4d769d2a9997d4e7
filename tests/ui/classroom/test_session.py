"""The session of 50 minutes played by its script against a running room; and the stored example of one is still true."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.paths import ROOT
from support.played_session import PlayedSession, class_plan, play
from support.room_server import RoomServer

from policy.comparison import compare
from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.scores import all_scores
from policy.spec import parse_policy
from ui.classroom.roles import ROLES
from ui.classroom.sessions import SESSIONS
from ui.rooms import database, minutes, plan, quiz, quiz_results, words
from ui.rooms.rules import MINUTES
from ui.rooms.store import RoomStore

pytestmark = pytest.mark.xdist_group("rooms")
EXAMPLE = ROOT / "docs" / "classroom" / "example"
COUNT, PATHS = len(ROLES), 8


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PlayedSession, RoomServer]]:
    folder = tmp_path_factory.mktemp("class")
    server = RoomServer(str(folder / "rooms.sqlite"), folder / "log.txt").start().ready()
    store = RoomStore(database.engine(database.address(server.database)), lambda *_: None)
    yield play(SESSIONS[0], store, server.address, COUNT, PATHS), server
    store.source.dispose()
    server.end()


def test_the_script_of_fifty_minutes_leads_a_room_to_its_minutes(
    played: tuple[PlayedSession, RoomServer],
) -> None:
    session, server = played
    view = session.view
    assert view.phase == MINUTES and len(view.seats) == COUNT
    sent = {own.slot.phase.name: own.taken for own in session.slots if own.taken}
    assert sent == dict.fromkeys(("quiz_before", "predict", "submit", "discuss", "vote", "quiz_after"), COUNT)
    assert (
        len(view.predictions)
        == len(view.votes)
        == len(view.answered_before)
        == len(view.answered_after)
        == COUNT
    )
    own = [entry for entry in view.entries if entry.seat is not None]
    assert len(own) == COUNT and all(view.result(entry) for entry in view.entries) and view.trail
    page = session.players[3].phone.ask(f"/room/{view.code}")[2]
    seat = next(seat for seat in view.seats if seat.name == session.players[3].name)
    right = quiz.score(view.answered_after[seat.id])
    assert f"{right} after" in page and "Minutes as a web page" in page
    assert "fault" not in server.log.read_text("utf-8")


def test_its_minutes_and_answers_hold_what_was_sent_and_no_names(
    played: tuple[PlayedSession, RoomServer],
) -> None:
    session, _ = played
    told = tomllib.loads(session.minutes_toml)
    assert told == tomllib.loads(minutes.toml(session.view)) and len(told["policies"]) == COUNT + 1
    names = [player.name for player in session.players]
    files = (session.minutes_toml, quiz_results.to_csv(session.view), quiz_results.to_toml(session.view))
    assert not any(name in text for name in names for text in files)
    rows = list(csv.DictReader(io.StringIO(files[1])))
    assert len(rows) == COUNT * len(quiz.questions())
    for count, row in zip(quiz_results.counts(session.view), told["quiz"], strict=True):
        after = [r["right_after"] for r in rows if r["question"] == count.question.key]
        assert after.count("yes") == count.right_after == row["after"][count.question.right]


def test_a_form_of_a_phase_that_is_over_is_refused_and_what_it_held_stays(
    played: tuple[PlayedSession, RoomServer],
) -> None:
    session, _ = played
    code, phone = session.view.code, session.players[0].phone
    answers = {own.key: "0" for own in quiz.questions()}
    status, _, text = phone.ask(f"/room/{code}/quiz", {"phase": "quiz_after", **answers})
    assert status == 422 and "“Quiz again” is over" in text
    status, _, text = phone.ask(f"/room/{code}/quiz", {"phase": "reveal", **answers})
    assert status == 422 and "no form of this room’s quiz" in text


@pytest.mark.parametrize("name", ["minutes.toml", "quiz.csv", "quiz.toml"])
def test_the_stored_example_is_whole(name: str) -> None:
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    if name == "quiz.csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert {row["question"] for row in rows} == {own.key for own in quiz.questions()}
        assert all(
            row["right_answer"] == own.answer
            for row in rows
            for own in quiz.questions()
            if own.key == row["question"]
        )
        return
    told = tomllib.loads(text)
    key = "quiz" if name == "minutes.toml" else "questions"
    assert [row["right"] for row in told[key]] == [own.answer for own in quiz.questions()]


def test_figures_of_the_stored_example_are_todays() -> None:
    told = tomllib.loads((EXAMPLE / "minutes.toml").read_text(encoding="utf-8"))
    screen = class_plan(plan.PATHS).screen
    rows = told["policies"][:3]
    policies = [parse_policy(row["policy"]) for row in rows]
    scores = all_scores(compare(screen.world, policies, screen.paths, screen.seed))[1:]
    for row, own in zip(rows, scores, strict=True):
        for key in words.BOARD_KEYS:
            assert row["figures"][key] == pytest.approx(
                BY_KEY[key].headline(own.values[key]), rel=1e-6, abs=1e-9
            )


def test_the_example_is_named_in_the_kits_report() -> None:
    report = (ROOT / "benchmarks" / "classroom.md").read_text(encoding="utf-8")
    assert all(f"classroom/example/{path.name}" in report for path in sorted(Path(EXAMPLE).iterdir()))
