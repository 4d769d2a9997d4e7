"""A room read from its tables, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from ui.rooms import plan as plans
from ui.rooms import quiz
from ui.rooms.rules import QUIZ_AFTER, QUIZ_BEFORE, Phase, Prediction
from ui.rooms.tables import (
    ANSWERS,
    ENTRIES,
    MOVES,
    PREDICTIONS,
    RESULTS,
    SEATS,
    TRAIL,
    VOTES,
)
from ui.rooms.views import (
    BoardEntry,
    LeverStep,
    RoomSeat,
    RoomView,
    RoomVote,
    phase_of,
    read_result,
)


def read(db: Connection, room: Row[Any]) -> RoomView:
    """The room of a row with everything that belongs to it."""
    code = room.code
    seats = db.execute(select(SEATS).where(SEATS.c.room == code).order_by(SEATS.c.id)).all()
    rows = {
        table: db.execute(select(table).join(SEATS).where(SEATS.c.room == code)).all()
        for table in (PREDICTIONS, MOVES, VOTES, ANSWERS)
    }
    rows |= {
        table: db.execute(select(table).where(table.c.room == code)).all()
        for table in (ENTRIES, RESULTS, TRAIL)
    }
    return _view(room, seats, rows)


def _view(room: Row[Any], seats: Any, rows: Mapping[Any, Any]) -> RoomView:
    return RoomView(
        code=room.code,
        plan=plans.from_toml(room.plan),
        phase=phase_of(room.phase),
        ends=room.ends,
        authors=room.authors,
        version=room.version,
        news=room.news,
        expires=room.expires,
        seats=tuple(RoomSeat(row.id, row.name) for row in seats),
        predictions={row.seat: Prediction(row.direction, row.size) for row in rows[PREDICTIONS]},
        before={row.seat: row.before for row in rows[PREDICTIONS]},
        entries=tuple(
            BoardEntry(row.id, row.seat, plans.written_out(row.policy), row.bare)
            for row in sorted(rows[ENTRIES], key=lambda row: (row.seat is not None, row.id))
        ),
        results={row.bare: None if row.answer is None else read_result(row.answer) for row in rows[RESULTS]},
        refusals={row.bare: row.refusal for row in rows[RESULTS] if row.refusal is not None},
        lever=room.lever or "",
        moved=None if room.moved is None else plans.written_out(room.moved),
        moves={row.seat: row.value for row in rows[MOVES]},
        trail=tuple(
            LeverStep(row.value, row.bare)
            for row in sorted(rows[TRAIL], key=lambda row: row.id)
            if row.lever == room.lever
        ),
        votes={row.seat: RoomVote(row.after, row.entry) for row in rows[VOTES]},
        answered_before=_answered(rows, QUIZ_BEFORE),
        answered_after=_answered(rows, QUIZ_AFTER),
    )


def _answered(rows: Mapping[Any, Any], phase: Phase) -> dict[int, quiz.Answers]:
    return {row.seat: quiz.from_json(row.chosen) for row in rows[ANSWERS] if row.phase == phase.name}
