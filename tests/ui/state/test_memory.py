"""What a browser keeps of a tab, joined to a new session: steps come back, the address stays the truth, damage is said."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ui.state import link, session
from ui.state import state as s

FIRST = s.opening()
SECOND, THIRD = (s.with_world(FIRST, {"funds.scale": scale}) for scale in (0.9, 0.8))


@pytest.fixture
def tab(monkeypatch) -> dict:
    """A session without a browser."""
    kept: dict = {}
    monkeypatch.setattr(session.st, "session_state", kept)
    monkeypatch.setattr(session.st, "query_params", {})
    return kept


def visit(tab: dict, state: s.State) -> None:
    """A new session on the state of an address."""
    tab.clear()
    tab[session.STATE] = state


def test_steps_come_back_around_the_same_screen(tab: dict) -> None:
    visit(tab, FIRST)
    session.commit(SECOND)
    session.commit(THIRD)
    session.undo()
    memory = session.remembered()
    visit(tab, SECOND)
    session.recall(memory)
    assert session.remembered() == memory and session.kept() == SECOND
    session.redo()
    assert session.kept() == THIRD
    session.undo()
    session.undo()
    assert session.kept() == FIRST


def test_another_address_is_shown_and_what_was_there_is_one_undo_away(tab: dict) -> None:
    visit(tab, FIRST)
    session.commit(SECOND)
    memory = session.remembered()
    visit(tab, THIRD)
    session.recall(memory)
    assert session.kept() == THIRD
    session.undo()
    assert session.kept() == SECOND


def test_what_was_changed_before_the_browser_answered_stays(tab: dict) -> None:
    visit(tab, FIRST)
    session.commit(SECOND)
    memory = session.remembered()
    visit(tab, SECOND)
    session.commit(THIRD)
    session.recall(memory)
    session.undo()
    session.undo()
    assert session.kept() == FIRST


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0}, {"past": "x"}, {"past": [1]}, {"past": ["damaged"]}, {"now": None}, {"future": [""] * 200},
    ],
)  # fmt: skip
def test_damage_is_left_out_and_said(tab: dict, change: dict) -> None:
    visit(tab, SECOND)
    memory = session.remembered() | change
    for broken in (memory, None, [], "x"):
        visit(tab, SECOND)
        session.recall(broken)
        assert session.kept() == SECOND and not session.can_undo()
        assert "left out" in tab[session.NOTICES][0]


def test_a_step_that_is_whole_but_cannot_be_opened_is_left_out(tab: dict, monkeypatch) -> None:
    visit(tab, FIRST)
    tab[session.HISTORY] = (link.pack(SECOND), "AAAA")
    session.undo()
    assert session.kept() == FIRST and session.NOTICES in tab
    session.undo()
    assert session.kept() == SECOND


def test_the_browser_keeps_the_nearest_steps_that_fit(tab: dict, monkeypatch) -> None:
    visit(tab, FIRST)
    for k in range(60):
        session.commit(s.with_world(FIRST, {"funds.scale": round(0.5 + k / 1000, 3)}))
    past = session.remembered()["past"]
    assert len(past) == session.DEEPEST
    monkeypatch.setattr(session, "MEMORY", 2 * sum(map(len, past[-3:])))
    assert session.remembered()["past"] == past[-3:]


def test_back_to_an_address_between_two_steps_loses_nothing(tab: dict, monkeypatch) -> None:
    visit(tab, FIRST)
    session.commit(THIRD)
    context = SimpleNamespace(is_history_navigation=True)
    monkeypatch.setattr(session, "get_script_run_ctx", lambda suppress_warning=True: context)
    tab_address = {link.PARAMETER: link.pack(SECOND)}
    monkeypatch.setattr(session.st, "query_params", tab_address)
    session.follow_address()
    assert session.kept() == SECOND
    tab_address.pop(link.PARAMETER)
    session.follow_address()
    assert session.kept() == FIRST and not session.can_undo()
    session.redo()
    session.redo()
    assert session.kept() == THIRD and not session.can_redo()
