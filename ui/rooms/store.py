"""Rooms in a database: every change is one transaction that checks the rules, and is there or not, whatever ends the server.

Each change counts the room's version up; whoever listens is told the code and the two numbers, and reads again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from models.errors import Refused
from policy.comparison import NONE
from policy.spec import BY_NAME, Policy, print_policy
from ui.rooms import lever as levers
from ui.rooms import plan as plans
from ui.rooms import quiz, rules
from ui.rooms.database import StoreDown, transaction
from ui.rooms.plan import RoomPlan, bare
from ui.rooms.reading import read
from ui.rooms.rules import DISCUSS, MOST_ROOMS, MOST_SEATS, MOST_TRIES, PREDICT, SUBMIT, VOTE, Prediction
from ui.rooms.tables import (
    ANSWERS,
    ENTRIES,
    MOVES,
    PREDICTIONS,
    RESULTS,
    RETURNS,
    ROOMS,
    SEATS,
    TRAIL,
    VOTES,
    prepare,
)
from ui.rooms.views import (
    RoomResult,
    RoomSeat,
    RoomView,
)

CHANNEL = "backstop_rooms"
LEASE = 20.0  # seconds after which a worker that took a policy is thought gone
UNKNOWN = "there is no room with this code: it was mistyped, or the room has expired"
NO_SEAT = "this browser has no seat in this room; join it with its code"
NO_WAY_BACK = (
    "this link leads to no seat: it was used already, or is too old; ask the facilitator for another"
)
NOT_YOURS = "only the facilitator of this room can do this; open the facilitator's own link"

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class RoomBatch:
    """Policies of one room that a worker has taken."""

    code: str
    plan: RoomPlan
    policies: tuple[Policy, ...]


class RoomStore:
    """All rooms of a database. `told` hears of every change that this process makes: code, version, news."""

    def __init__(self, source: Engine, told: Told, clock: Callable[[], float] = time.time) -> None:
        self.source, self.told, self.clock = source, told, clock
        self._ready, self._preparing = False, threading.Lock()
        # A file takes one writer at a time, and who waits for it is not served in order: ours wait here instead.
        self._writing = threading.Lock() if source.dialect.name == "sqlite" else nullcontext()

    # Transactions

    @contextmanager
    def _db(self, writes: bool = False) -> Iterator[Connection]:
        try:
            self._prepare()
            with self._writing if writes else nullcontext(), transaction(self.source, writes) as db:
                yield db
        except StoreDown:
            self._ready = False
            raise

    def _prepare(self) -> None:
        if self._ready:
            return
        with self._preparing, transaction(self.source, True) as db:
            prepare(db)
        self._ready = True

    @contextmanager
    def _changing(self, code: str, news: bool = False) -> Iterator[tuple[Connection, Row[Any]]]:
        """A change of one room, others of which wait; told to everybody once it is kept. Raises `Refused`."""
        counted = {"version": ROOMS.c.version + 1, "news": ROOMS.c.news + int(news)}
        with self._db(True) as db:
            room = db.execute(
                update(ROOMS)
                .where(ROOMS.c.code == code, ROOMS.c.expires > self.clock())
                .values(counted)
                .returning(ROOMS)
            ).first()
            if room is None:
                raise Refused(UNKNOWN)
            yield db, room
            if db.dialect.name == "postgresql":
                said = f"{code} {room.version} {room.news}"
                db.execute(text("SELECT pg_notify(:channel, :said)"), {"channel": CHANNEL, "said": said})
        self.told(code, room.version, room.news)

    @contextmanager
    def _hosting(self, code: str, host: str, news: bool = True) -> Iterator[tuple[Connection, Row[Any]]]:
        with self._changing(code, news) as (db, room):
            if rules.hashed(host) != room.host:
                raise Refused(NOT_YOURS)
            yield db, room

    @contextmanager
    def _seated(
        self, code: str, secret: str, wanted: rules.Phase
    ) -> Iterator[tuple[Connection, Row[Any], Row[Any]]]:
        with self._changing(code) as (db, room):
            seat = self._seat(db, code, secret)
            if seat is None:
                raise Refused(NO_SEAT)
            rules.door(room.phase, room.ends, wanted, self.clock())
            yield db, room, seat

    def _seat(self, db: Connection, code: str, secret: str) -> Row[Any] | None:
        where = SEATS.c.room == code, SEATS.c.secret == rules.hashed(secret)
        return db.execute(select(SEATS).where(*where)).first()

    # The facilitator

    def open(self, room: RoomPlan, lives: float = rules.LIVES) -> tuple[str, str]:
        """A new room's code and its facilitator's secret. Raises `Refused` where there are too many rooms."""
        host, now = rules.new_secret(), self.clock()
        with self._db(True) as db:
            if (db.scalar(select(func.count()).select_from(ROOMS)) or 0) >= MOST_ROOMS:
                raise Refused(
                    f"{MOST_ROOMS} rooms are open on this server; close one, or wait until one expires"
                )
            taken = set(db.scalars(select(ROOMS.c.code)))
            code = next(c for c in iter(rules.new_code, "") if c not in taken)
            db.execute(
                insert(ROOMS).values(
                    code=code, host=rules.hashed(host), plan=plans.to_toml(room), phase=room.phases[0].name, authors=False,
                    version=1, news=1, opened=now, expires=now + lives,
                )
            )  # fmt: skip
        return code, host

    def hosts(self, code: str, host: str) -> bool:
        """Whether a secret is that of a room's facilitator."""
        with self._db() as db:
            where = ROOMS.c.code == code, ROOMS.c.expires > self.clock()
            return db.scalar(select(ROOMS.c.host).where(*where)) == rules.hashed(host)

    def advance(self, code: str, host: str, phase: str) -> None:
        """On to the phase after `phase`, where the room is still at that; nothing if it went on already."""
        with self._hosting(code, host) as (db, room):
            if room.phase != phase:
                return
            own = plans.from_toml(room.plan)
            following = rules.after(room.phase, own.quiz)
            db.execute(_room_at(code).values(phase=following.name, ends=None))
            if following == SUBMIT:
                self._enter(db, code, own, own.asked, None)
                self._ask(db, code, NONE)

    def time(self, code: str, host: str, minutes: float | None) -> None:
        """A timer for the phase, from now; none with nothing."""
        with self._hosting(code, host) as (db, _):
            db.execute(_room_at(code).values(ends=None if minutes is None else self.clock() + 60 * minutes))

    def show_authors(self, code: str, host: str, shown: bool) -> None:
        """Whether the board says whose policy is whose."""
        with self._hosting(code, host) as (db, _):
            db.execute(_room_at(code).values(authors=shown))

    def move_together(self, code: str, host: str, own: Policy, key: str) -> None:
        """The lever that the room moves, of a policy. Everybody's values begin anew. Raises `Refused`."""
        levers.lever_of(own, key)
        with self._hosting(code, host) as (db, room):
            rules.door(room.phase, None, DISCUSS, self.clock())
            seats = select(SEATS.c.id).where(SEATS.c.room == code)
            db.execute(delete(MOVES).where(MOVES.c.seat.in_(seats)))
            db.execute(_room_at(code).values(lever=key, moved=print_policy(own)))
            self._step(db, code)

    def add(self, code: str, host: str, own: Policy) -> None:
        """A policy of the facilitator's onto the board, while policies are taken. Raises `Refused`."""
        with self._hosting(code, host, False) as (db, room):
            rules.door(room.phase, None, SUBMIT, self.clock())
            room_plan = plans.from_toml(room.plan)
            house = select(func.count()).where(ENTRIES.c.room == code, ENTRIES.c.seat.is_(None))
            if (db.scalar(house) or 0) >= 10:
                raise Refused("ten policies of the facilitator's are on the board; that is the most")
            self._enter(db, code, room_plan, plans.fits(room_plan.screen, own), None)

    def way_back(self, code: str, host: str, seat: int) -> str:
        """A key with which a seat can be taken once by another browser, for some minutes. Raises `Refused`."""
        key = rules.new_secret()
        with self._hosting(code, host, False) as (db, _):
            if db.scalar(select(SEATS.c.id).where(SEATS.c.room == code, SEATS.c.id == seat)) is None:
                raise Refused("there is no such seat in this room")
            until = self.clock() + rules.RETURNS_FOR
            _put(db, RETURNS, {"seat": seat}, {"key": rules.hashed(key), "until": until})
        return key

    def close(self, code: str, host: str) -> None:
        """Delete a room with everything in it."""
        with self._hosting(code, host) as (db, _):
            db.execute(delete(ROOMS).where(ROOMS.c.code == code))

    def sweep(self) -> int:
        """Delete rooms that have expired; how many."""
        with self._db(True) as db:
            return db.execute(delete(ROOMS).where(ROOMS.c.expires <= self.clock())).rowcount

    # Seats

    def join(self, code: str, name: str, secret: str) -> None:
        """A seat for whoever holds the secret; with one already, its name again. Raises `Refused`."""
        wanted = rules.seat_name(name)
        with self._changing(code) as (db, room):
            if self._seat(db, code, secret) is not None:
                return
            if room.phase == rules.MINUTES.name:
                raise Refused("this session is over: nobody can join any more")
            taken = list(db.execute(select(SEATS.c.key).where(SEATS.c.room == code)).scalars())
            if rules.name_key(wanted) in taken:
                raise Refused(
                    f"the name “{wanted}” is taken in this room; add a letter or choose another; where that seat "
                    "is yours, ask the facilitator for a way back to it"
                )
            if len(taken) >= MOST_SEATS:
                raise Refused(f"this room is full: it has {MOST_SEATS} seats")
            db.execute(
                insert(SEATS).values(
                    room=code, name=wanted, key=rules.name_key(wanted), secret=rules.hashed(secret), tries=0
                )
            )

    def seat(self, code: str, secret: str) -> RoomSeat | None:
        """The seat of whoever holds the secret."""
        with self._db() as db:
            row = self._seat(db, code, secret) if secret else None
            return None if row is None else RoomSeat(row.id, row.name)

    def returning(self, code: str, key: str) -> RoomSeat:
        """The seat to which a key leads. Raises `Refused`."""
        with self._db() as db:
            row = self._returning(db, code, key)
            return RoomSeat(row.id, row.name)

    def come_back(self, code: str, key: str, secret: str) -> None:
        """The key's seat goes to whoever holds the secret, and to nobody else any more. Raises `Refused`."""
        with self._changing(code) as (db, _):
            seat = self._returning(db, code, key).id
            db.execute(delete(RETURNS).where(RETURNS.c.seat == seat))
            db.execute(update(SEATS).where(SEATS.c.id == seat).values(secret=rules.hashed(secret)))

    def _returning(self, db: Connection, code: str, key: str) -> Row[Any]:
        good = RETURNS.c.key == rules.hashed(key), RETURNS.c.until > self.clock()
        row = db.execute(select(SEATS).join(RETURNS).where(SEATS.c.room == code, *good)).first()
        if row is None:
            raise Refused(NO_WAY_BACK)
        return row

    def predict(self, code: str, secret: str, guess: Prediction, before: str) -> None:
        """A seat's prediction and what it would choose before the session; the last one counts. Raises `Refused`."""
        with self._seated(code, secret, PREDICT) as (db, room, seat):
            self._choice(room, before)
            values = {"direction": guess.direction, "size": guess.size, "before": before}
            _put(db, PREDICTIONS, {"seat": seat.id}, values)

    def submit(self, code: str, secret: str, read: Callable[[RoomPlan], Policy]) -> Policy:
        """A seat's policy, as `read` finds it under the room's plan; the last one counts. Raises `Refused`."""
        with self._seated(code, secret, SUBMIT) as (db, room, seat):
            if seat.tries >= MOST_TRIES:
                raise Refused(f"this seat has submitted {MOST_TRIES} policies; the last one stands")
            room_plan = plans.from_toml(room.plan)
            own = read(room_plan)
            db.execute(update(SEATS).where(SEATS.c.id == seat.id).values(tries=seat.tries + 1))
            self._enter(db, code, room_plan, own, seat.id)
            return own

    def move(self, code: str, secret: str, value: str) -> None:
        """Where a seat would put the lever that the room moves. Raises `Refused`."""
        with self._seated(code, secret, DISCUSS) as (db, room, seat):
            if room.lever is None:
                raise Refused("the facilitator has not chosen a lever yet")
            lever = levers.lever_of(plans.written_out(room.moved), room.lever)
            _put(db, MOVES, {"seat": seat.id}, {"value": levers.typed(lever, value)})
            self._step(db, code)

    def vote(self, code: str, secret: str, after: str, entry: int | None) -> None:
        """What a seat would choose now: a kind of policy, and one on the board. Raises `Refused`."""
        with self._seated(code, secret, VOTE) as (db, room, seat):
            self._choice(room, after)
            known = select(ENTRIES.c.id).where(ENTRIES.c.room == code)
            if entry is not None and entry not in set(db.scalars(known)):
                raise Refused("choose one of the policies on the board, or no action")
            _put(db, VOTES, {"seat": seat.id}, {"after": after, "entry": entry})

    def answer(self, code: str, secret: str, phase: rules.Phase, answers: quiz.Answers) -> None:
        """A seat's answers to the quiz of a phase; the last ones count. Raises `Refused`."""
        with self._seated(code, secret, phase) as (db, _, seat):
            _put(db, ANSWERS, {"seat": seat.id, "phase": phase.name}, {"chosen": quiz.to_json(answers)})

    def _choice(self, room: Row[Any], kind: str) -> None:
        allowed = (NONE.interventions[0].name, *plans.from_toml(room.plan).kinds)
        if kind not in allowed:
            told = ", ".join(BY_NAME[name].title for name in allowed)
            raise Refused(f"choose what the Fed should do: one of {told}")

    # Policies and results

    def _enter(self, db: Connection, code: str, room: RoomPlan, own: Policy, seat: int | None) -> None:
        values = {"policy": print_policy(own), "bare": bare(own), "document": plans.submitted(room, own)}
        if seat is None:
            db.execute(insert(ENTRIES).values(room=code, seat=None, **values))
        else:
            _put(db, ENTRIES, {"seat": seat}, {"room": code, **values})
        self._ask(db, code, own)

    def _ask(self, db: Connection, code: str, own: Policy) -> None:
        """A result that is to be computed, unless it was asked for before."""
        row = {"room": code, "bare": bare(own), "asked": self.clock()}
        db.execute(_insert(db, RESULTS).values(row).on_conflict_do_nothing())

    def _step(self, db: Connection, code: str) -> None:
        """The room's lever where everybody's values put it now, unless the step before is still computed."""
        room = db.execute(select(ROOMS).where(ROOMS.c.code == code)).one()
        if room.lever is None or room.phase != DISCUSS.name:
            return
        waiting = select(TRAIL.c.id).join(
            RESULTS, (RESULTS.c.room == TRAIL.c.room) & (RESULTS.c.bare == TRAIL.c.bare)
        )
        where = TRAIL.c.room == code, RESULTS.c.answer.is_(None), RESULTS.c.refusal.is_(None)
        if db.execute(waiting.where(*where)).first() is not None:
            return
        own = plans.written_out(room.moved)
        lever = levers.lever_of(own, room.lever)
        moves = db.scalars(select(MOVES.c.value).join(SEATS).where(SEATS.c.room == code)).all()
        value = levers.together(lever, moves, levers.value_of(own, lever))
        moved = levers.at(own, lever, value)
        step = {"room": code, "lever": lever.key, "value": value, "bare": bare(moved)}
        db.execute(_insert(db, TRAIL).values(step).on_conflict_do_nothing())
        self._ask(db, code, moved)

    def claim(self, most: int) -> RoomBatch | None:
        """Policies of one room that wait for a worker, taken for this one."""
        with self._db(True) as db:
            free = (RESULTS.c.claimed.is_(None)) | (RESULTS.c.claimed < self.clock() - LEASE)
            where = RESULTS.c.answer.is_(None), RESULTS.c.refusal.is_(None), free
            first = select(RESULTS.c.room).where(*where).order_by(RESULTS.c.asked).limit(1)
            code = db.scalar(first.with_for_update(skip_locked=True))
            if code is None:
                return None
            mine = select(RESULTS.c.bare).where(RESULTS.c.room == code, *where).order_by(RESULTS.c.asked)
            names = list(db.scalars(mine.limit(most).with_for_update(skip_locked=True)))
            taken = RESULTS.c.room == code, RESULTS.c.bare.in_(names)
            db.execute(update(RESULTS).where(*taken).values(claimed=self.clock()))
            room = db.scalar(select(ROOMS.c.plan).where(ROOMS.c.code == code))
            return RoomBatch(code, plans.from_toml(room or ""), tuple(map(plans.written_out, names)))

    def finish(self, code: str, answers: Mapping[str, RoomResult | str]) -> None:
        """Results by policy, or why there is none. Phones hear of it where results are shown."""
        with self._db() as db:
            phase = db.scalar(select(ROOMS.c.phase).where(ROOMS.c.code == code))
        if phase is None:
            return  # the room was closed meanwhile
        with self._changing(code, phase in rules.SHOWN) as (db, _):
            for name, answer in answers.items():
                own = update(RESULTS).where(RESULTS.c.room == code, RESULTS.c.bare == name)
                refused = isinstance(answer, str)
                db.execute(own.values(refusal=answer) if refused else own.values(answer=answer.to_json()))
            self._step(db, code)

    # Looking

    def version(self, code: str) -> tuple[int, int] | None:
        """Version and news of a room; nothing where there is no such room."""
        with self._db() as db:
            where = ROOMS.c.code == code, ROOMS.c.expires > self.clock()
            row = db.execute(select(ROOMS.c.version, ROOMS.c.news).where(*where)).first()
            return None if row is None else (row.version, row.news)

    def versions(self, codes: list[str]) -> dict[str, tuple[int, int]]:
        """The same for several rooms."""
        with self._db() as db:
            rows = db.execute(
                select(ROOMS.c.code, ROOMS.c.version, ROOMS.c.news).where(ROOMS.c.code.in_(codes))
            )
            return {row.code: (row.version, row.news) for row in rows}

    def view(self, code: str) -> RoomView:
        """The room as it is now. Raises `Refused` where there is none."""
        with self._db() as db:
            where = ROOMS.c.code == code, ROOMS.c.expires > self.clock()
            room = db.execute(select(ROOMS).where(*where)).first()
            if room is None:
                raise Refused(UNKNOWN)
            return read(db, room)


def _room_at(code: str) -> Any:
    return update(ROOMS).where(ROOMS.c.code == code)


def _insert(db: Connection, table: Any) -> Any:
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _put(db: Connection, table: Any, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """A row of that key with these values, new or changed."""
    db.execute(
        _insert(db, table)
        .values({**key, **values})
        .on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )
