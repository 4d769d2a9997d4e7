"""A session of the classroom kit played by its script: a facilitator at the room's store, everybody else by HTTP.

The players are a script too: what they predict, answer and vote is drawn at random and says nothing about people.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from support.phone_client import PhoneClient

from ui.classroom.kit import states
from ui.classroom.roles import ROLES, Role
from ui.classroom.sessions import Session, Slot
from ui.rooms import plan, quiz, rules
from ui.rooms.plan import RoomPlan
from ui.rooms.rules import DISCUSS, PREDICT, QUIZ_AFTER, QUIZ_BEFORE, REVEAL, SUBMIT, VOTE
from ui.rooms.store import RoomStore
from ui.rooms.views import RoomView

PATIENCE = 60.0  # seconds until everything on the board must be computed
# What each role proposes: a kind of policy and its levers; the last lever differs between those who share a role.
PROPOSALS = {
    "fed_governor": ("hedged-auction", {"hedged-auction.size_bn": 60, "hedged-auction.penalty_bp": 20}),
    "treasury_secretary": ("outright", {"outright.total_bn": 800, "outright.pace_bn": 60}),
    "hedge_fund": ("hedged-auction", {"hedged-auction.size_bn": 100, "hedged-auction.penalty_bp": 5}),
    "dealer": ("outright", {"outright.total_bn": 500, "outright.pace_bn": 80}),
    "money_fund": ("repo", {"repo.cap_bn": 1000, "repo.rate_bp": 5}),
    "sceptical_senator": ("hedged-auction", {"hedged-auction.size_bn": 40, "hedged-auction.penalty_bp": 60}),
}


@dataclass(frozen=True)
class Player:
    """A seat with its role, its phone and its own draws."""

    number: int
    role: Role
    phone: PhoneClient
    draw: random.Random

    @property
    def name(self) -> str:
        return f"{self.role.title} {self.number // len(ROLES) + 1}"


@dataclass(frozen=True)
class PlayedSlot:
    """A slot as it was played: how many forms were taken, and the seconds until the last of them and all results."""

    slot: Slot
    taken: int
    seconds: float


@dataclass(frozen=True, eq=False)
class PlayedSession:
    """What came of it: the room at its end, its slots, and the minutes as a phone took them away."""

    view: RoomView
    slots: tuple[PlayedSlot, ...]
    minutes_toml: str
    players: tuple[Player, ...]


def class_plan(paths: int) -> RoomPlan:
    """The room as the kit's guide opens it, with so many crises."""
    screen = replace(states()[0], paths=paths)
    kinds = plan.USUAL_KINDS
    own = plan.plan(plan.QUESTION, screen, kinds, plan.usual_levers(kinds), plan.PREDICTED, kinds[0])
    return replace(own, quiz=True)


def play(
    session: Session, store: RoomStore, address: str, count: int, paths: int = plan.PATHS, seed: int = 1
) -> PlayedSession:
    """The whole session against the server at an address, which shares the store's database."""
    code, host = store.open(class_plan(paths))
    players = tuple(
        Player(k, ROLES[k % len(ROLES)], PhoneClient(address), random.Random(f"{seed}.{k}"))
        for k in range(count)
    )
    played, seen = [], QUIZ_BEFORE
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda player: player.phone.join(code, player.name), players))
        for slot in session.slots:
            began = time.perf_counter()
            enters = slot.phase is not seen or not played
            if slot.phase is not seen:
                store.advance(code, host, seen.name)
                seen = slot.phase
            taken = _slot(store, code, host, slot, players, hands) if enters else 0
            played.append(PlayedSlot(slot, taken, time.perf_counter() - began))
    status, _, text = players[0].phone.ask(f"/room/{code}/minutes.toml")
    assert status == 200, text
    return PlayedSession(store.view(code), tuple(played), text, players)


def _slot(
    store: RoomStore, code: str, host: str, slot: Slot, players: tuple[Player, ...], hands: ThreadPoolExecutor
) -> int:
    """What the facilitator and everybody do in a slot that begins a phase; how many forms were taken."""
    if slot.timed:
        store.time(code, host, float(slot.minutes))
    if slot.phase is REVEAL:
        until(lambda: _computed(store.view(code)))
    if slot.phase is DISCUSS:
        best = min(store.view(code).entries, key=lambda e: store.view(code).result(e).values[plan.PREDICTED])  # type: ignore[union-attr]
        lever = {
            "outright": "outright.pace_bn",
            "repo": "repo.rate_bp",
            "hedged-auction": "hedged-auction.penalty_bp",
        }
        store.move_together(code, host, best.policy, lever[best.policy.interventions[0].name])
    view = store.view(code)
    taken = sum(hands.map(lambda player: _act(player, view, slot), players))
    if slot.phase is DISCUSS:
        until(lambda: _computed(store.view(code)))
    return taken


def _computed(view: RoomView) -> bool:
    return all(view.results.values()) and not view.refusals


def _act(player: Player, view: RoomView, slot: Slot) -> int:
    """Look at the page, and send what its phase asks for."""
    address = f"/room/{view.code}"
    status, _, page = player.phone.ask(address)
    assert status == 200 and f'data-phase="{slot.phase.name}"' in page, page
    form = FORMS[slot.phase.name](player, view) if slot.phase.name in FORMS else None
    if form is None:
        return 0
    where, fields = form
    assert f'action="{address}/{where}"' in page
    status, headers, text = player.phone.ask(f"{address}/{where}", fields)
    assert (status, headers.get("location")) == (303, address), text
    assert "Kept" in player.phone.ask(address)[2] or slot.phase is DISCUSS
    return 1


Form = tuple[str, dict[str, str]]


def _quiz(player: Player, view: RoomView) -> Form:
    chosen = {
        own.key: str(player.draw.choice((*range(len(own.choices)), quiz.UNSURE))) for own in quiz.questions()
    }
    return "quiz", {"phase": view.phase.name, **chosen}


def _predict(player: Player, view: RoomView) -> Form:
    direction = player.draw.choice((rules.FALLS, rules.FALLS, rules.SAME, rules.RISES))
    size = "" if direction == rules.SAME else str(player.draw.choice((5, 10, 20, 30)))
    before = player.draw.choice(("none", *view.plan.kinds))
    return "predict", {"direction": direction, "size": size, "before": before}


def _submit(player: Player, view: RoomView) -> Form:
    kind, levers = PROPOSALS[player.role.name]
    *_, last = levers
    own = {**levers, last: levers[last] + player.number // len(ROLES)}
    return "submit", {"kind": kind, **{key: f"{value:g}" for key, value in own.items()}}


def _move(player: Player, view: RoomView) -> Form:
    return "move", {"value": f"{player.draw.uniform(5, 80):.0f}"}


def _vote(player: Player, view: RoomView) -> Form:
    after = player.draw.choice(("none", *view.plan.kinds))
    return "vote", {"after": after, "entry": str(player.draw.choice(view.entries).id)}


FORMS: dict[str, Callable[[Player, RoomView], Form]] = {
    QUIZ_BEFORE.name: _quiz, PREDICT.name: _predict, SUBMIT.name: _submit, DISCUSS.name: _move, VOTE.name: _vote,
    QUIZ_AFTER.name: _quiz,
}  # fmt: skip


def until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
