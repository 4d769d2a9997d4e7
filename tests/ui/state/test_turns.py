"""Turns between sessions: one run each, light before heavy, those who used little before those who used much."""

from __future__ import annotations

import threading
import time

import pytest

from models.errors import Refused
from policy.cost import RunPrice
from ui.state import turns
from ui.state.turns import Turns

LIGHT, HEAVY = RunPrice(1, 0.1, 10.0), RunPrice(1, 9.0, 400.0)


class Room:
    """Runs that begin in threads of their own and stay until they are let go."""

    def __init__(self, places: int = 2, memory_mb: float = 500.0) -> None:
        self.turns = Turns(places=places, memory_mb=memory_mb)
        self.begun: list[str] = []
        self.gates: dict[str, threading.Event] = {}
        self.threads: list[threading.Thread] = []

    def ask(self, name: str, session: str, price: RunPrice = LIGHT) -> None:
        self.gates[name] = threading.Event()
        thread = threading.Thread(target=self._run, args=(name, session, price), daemon=True)
        self.threads.append(thread)
        thread.start()
        time.sleep(0.08)

    def _run(self, name: str, session: str, price: RunPrice) -> None:
        with self.turns.taken(session, price):
            self.begun.append(name)
            self.gates[name].wait(10)

    def end(self, name: str) -> None:
        self.gates[name].set()
        time.sleep(0.15)

    def close(self) -> None:
        for gate in self.gates.values():
            gate.set()
        for thread in self.threads:
            thread.join(10)


@pytest.fixture
def room():
    made = Room()
    yield made
    made.close()


def test_a_session_has_one_run_at_a_time(room: Room) -> None:
    room.ask("a1", "a")
    room.ask("a2", "a")
    room.ask("b1", "b")
    assert room.begun == ["a1", "b1"]
    room.end("a1")
    assert room.begun == ["a1", "b1", "a2"]


def test_heavy_runs_leave_a_place_for_light_ones(room: Room) -> None:
    """Two links of 214 characters made everyone else wait for 105 seconds."""
    room.ask("h1", "x", HEAVY)
    room.ask("h2", "y", HEAVY)
    room.ask("a", "a")
    assert room.begun == ["h1", "a"]
    room.end("a")
    room.ask("b", "b")
    assert room.begun == ["h1", "a", "b"]


def test_memory_is_counted_before_it_is_taken(room: Room) -> None:
    room.ask("large", "x", RunPrice(1, 0.1, 450.0))
    room.ask("more", "y", RunPrice(1, 0.1, 100.0))
    assert room.begun == ["large"]
    room.end("large")
    assert room.begun == ["large", "more"]


def test_who_used_little_comes_first() -> None:
    room = Room(places=1)
    room.ask("a1", "a")
    room.ask("a2", "a")
    room.ask("b1", "b")
    room.end("a1")
    assert room.begun == ["a1", "b1"]
    room.close()


def test_who_goes_leaves_the_queue(room: Room) -> None:
    class Gone(Exception):
        pass

    def gone() -> None:
        raise Gone

    room.ask("a1", "a")
    with pytest.raises(Gone), room.turns.taken("a", LIGHT, gone):
        raise AssertionError("it was not this session's turn")
    room.end("a1")
    room.ask("a3", "a")
    assert room.begun == ["a1", "a3"]


def test_too_many_who_wait_are_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_WAITING", 1)
    for name in ("a", "b", "c"):
        room.ask(name, name)
    with pytest.raises(Refused, match="too many sessions"), room.turns.taken("d", LIGHT):
        raise AssertionError("it was not this session's turn")


def test_a_failed_run_gives_its_place_back(room: Room) -> None:
    with pytest.raises(ValueError), room.turns.taken("a", LIGHT):
        raise ValueError
    room.ask("a", "a")
    assert room.begun == ["a"]


def test_a_turn_tells_whether_anybody_else_runs_or_waits(room: Room) -> None:
    with room.turns.taken("a", LIGHT) as alone:
        assert alone
        with room.turns.taken("b", LIGHT) as alone:
            assert not alone
    room.ask("c1", "c")
    with room.turns.taken("d", LIGHT) as alone:
        assert not alone
