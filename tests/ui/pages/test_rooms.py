"""The pages of rooms: off on a server for one machine; on, a room is opened, led and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.app_pages import go_to, html, opened, ran
from support.paths import APP

from ui.pages.facilitate import opening
from ui.pages.facilitate.opening import HOSTS
from ui.rooms import database, plan, quiz, rules, switch
from ui.rooms.database import StoreDown
from ui.rooms.house import House
from ui.rooms.hub import Hub
from ui.rooms.results import results
from ui.rooms.rules import REVEAL, SUBMIT, Prediction
from ui.rooms.store import RoomStore
from ui.state import session
from ui.state import state as s


@pytest.mark.parametrize("page", ["facilitate", "board"])
def test_the_page_says_that_rooms_are_off(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(page)
    assert "backstop app --share" in at.info[0].value and "BACKSTOP_PUBLIC_URL" in at.info[0].value
    assert "Open the room" not in [button.label for button in at.button]
    monkeypatch.setattr(switch, "WHY", ["the database is of another schema"])
    at.run()
    assert "another schema" in at.error[0].value and not at.info


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Rooms that are on in this process."""
    store = RoomStore(database.engine(database.address(str(tmp_path / "rooms.sqlite"))), lambda *_: None)
    monkeypatch.setattr(switch, "HOUSE", [House(store, Hub(), "https://rooms.example")])
    yield switch.HOUSE[0]
    store.source.dispose()


def click(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    return ran(at)


@pytest.mark.parametrize(
    ("choices", "told", "offer"),
    [
        ({opening.KINDS: []}, "0 policies are refused", "Allow the usual policies"),
        ({opening.KINDS: list(plan.room_kinds())}, "policies are refused", "Allow the first 8 policies"),
        ({opening.KINDS: ["outright"], f"{opening.LEVERS}outright": []}, "0 levers are refused", "Take the usual levers"),
        ({opening.QUESTION: "x\u202ey"}, "is refused", "Ask the usual question"),
    ],
)  # fmt: skip
def test_a_room_that_is_refused_is_opened_after_one_click(
    rooms: House, choices: dict, told: str, offer: str
) -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = s.opening()
    for key, value in choices.items():
        at.session_state[key] = value
    click(ran(go_to(at, "facilitate")), "Open the room")
    assert told in at.error[0].value
    click(at, offer)
    assert not at.error
    click(at, "Open the room")
    assert HOSTS in at.session_state


def test_a_room_is_opened_led_and_looked_at(rooms: House) -> None:
    at = click(opened("facilitate"), "Open the room")
    (code,) = at.session_state[HOSTS]
    own = rooms.view(code).plan
    assert (
        own.screen.world == s.opening().world
        and own.kinds == plan.USUAL_KINDS
        and own.screen.paths == plan.PATHS
    )
    assert f"https://rooms.example/join/{code}" in html(at)
    rooms.store.join(code, "Ana", secret := rules.new_secret())
    rooms.store.predict(code, secret, Prediction(rules.FALLS, 3.0), "none")
    at = click(ran(at), "Close predictions, take policies")
    assert rooms.view(code).phase == SUBMIT and "Ana" in html(at)
    click(at, "Put it on the board")
    assert len(rooms.view(code).entries) == 2
    click(at, "Make a link")
    (link,) = [own.value for own in at.code if "/seat/" in own.value]
    assert link.startswith(f"https://rooms.example/seat/{code}/") and f"QR code of {link}" in html(at)
    assert rooms.store.returning(code, link.rpartition("/")[2]).name == "Ana"
    click(ran(at), "Close submissions, show the board")
    job = rooms.store.claim(plan.BATCH)
    assert job is not None
    rooms.store.finish(code, results(own.screen.world, job.policies, 8, 1))

    board = AppTest.from_file(APP, default_timeout=60)
    board.session_state[session.STATE] = s.opening()
    board.query_params["room"] = code
    ran(go_to(board, "board"))
    shown = html(board)
    assert rooms.view(code).phase == REVEAL and own.question in board.title[0].value
    assert (
        'data-testid="board"' in shown and "Facilitator 2" in shown and "1 of 1" in shown
    ) or "0 of 1" in shown
    click(board, "Open in the sandbox")
    kept = board.session_state[session.STATE]
    assert kept.world == own.screen.world and kept.policies[1:] == (rooms.view(code).entries[0].policy,)


def test_a_wrong_code_and_a_database_that_is_away_are_said(
    rooms: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = s.opening()
    at.query_params["room"] = "ZZZZZZ"
    ran(go_to(at, "board"))
    assert "no room with this code" in at.error[0].value and at.text_input

    def away(code: str) -> None:
        raise StoreDown("gone")

    monkeypatch.setattr(rooms, "view", away)
    ran(at)
    assert "does not answer" in at.warning[0].value


def test_a_quiz_is_led_and_its_results_come_at_the_end(rooms: House) -> None:
    at = opened("facilitate")
    at.toggle(key="facilitate.quiz").set_value(True)
    at = click(ran(at), "Open the room")
    (code,) = at.session_state[HOSTS]
    rooms.store.join(code, "Ana", secret := rules.new_secret())
    right = {question.key: question.right for question in quiz.questions()}
    rooms.store.answer(code, secret, rules.QUIZ_BEFORE, dict.fromkeys(right, quiz.UNSURE))
    at = click(ran(at), "Close the quiz, take predictions")
    host = at.session_state[HOSTS][code]
    for phase in (rules.PREDICT, SUBMIT, REVEAL, rules.DISCUSS):
        rooms.store.advance(code, host, phase.name)
    at = click(ran(at), "Close the vote, ask the quiz again")
    rooms.store.answer(code, secret, rules.QUIZ_AFTER, right)
    assert "quiz answers" in html(ran(at)) and "Right before" not in html(at)
    at = click(at, "Close the quiz, end the session")
    assert rooms.view(code).phase == rules.MINUTES and "Right before" in html(at)
    assert f"0.0 of {len(right)} right before and {len(right)}.0 after" in " ".join(
        c.value for c in at.caption
    )
