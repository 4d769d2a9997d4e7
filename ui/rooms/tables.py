"""What a database keeps of rooms. A schema number guards it: another version's file is refused, never guessed at."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
    update,
)

from models.errors import Refused

SCHEMA = 3
LOCK = 7_315_201  # of PostgreSQL, so that two servers do not make the tables at once

META = MetaData()


def _room() -> Column:
    return Column("room", String(6), ForeignKey("rooms.code", ondelete="CASCADE"), nullable=False)


def _seat(**more: bool) -> Column:
    return Column("seat", Integer, ForeignKey("seats.id", ondelete="CASCADE"), **more)


MARK = Table("backstop_schema", META, Column("number", Integer, primary_key=True, autoincrement=False))
# Times are seconds since 1970. `version` counts every change, `news` those that a phone shows.
ROOMS = Table(
    "rooms",
    META,
    Column("code", String(6), primary_key=True),
    Column("host", String(64), nullable=False),  # hash of the facilitator's secret
    Column("plan", Text, nullable=False),
    Column("phase", String(12), nullable=False),
    Column("ends", Float),
    Column("authors", Boolean, nullable=False),
    Column("lever", Text),  # of the discussion, with the policy that it moves
    Column("moved", Text),
    Column("version", Integer, nullable=False),
    Column("news", Integer, nullable=False),
    Column("opened", Float, nullable=False),
    Column("expires", Float, nullable=False),
)
SEATS = Table(
    "seats",
    META,
    Column("id", Integer, primary_key=True),
    _room(),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("secret", String(64), nullable=False),  # a hash
    Column("tries", Integer, nullable=False),
    UniqueConstraint("room", "key"),
    UniqueConstraint("room", "secret"),
)
PREDICTIONS = Table(
    "predictions",
    META,
    _seat(primary_key=True),
    Column("direction", String(8), nullable=False),
    Column("size", Float, nullable=False),
    Column("before", Text, nullable=False),  # the kind of policy that the seat would have chosen
)
# A policy on the board; without a seat it is the facilitator's.
ENTRIES = Table(
    "entries",
    META,
    Column("id", Integer, primary_key=True),
    _room(),
    _seat(unique=True),
    Column("policy", Text, nullable=False),
    Column("bare", Text, nullable=False),
    Column("document", Text, nullable=False),
)
# What a policy does in the room's world, once for all who submit it; without an answer it waits for a worker.
RESULTS = Table(
    "results",
    META,
    _room(),
    Column("bare", Text, nullable=False),
    Column("answer", Text),
    Column("refusal", Text),
    Column("claimed", Float),
    Column("asked", Float, nullable=False),
    UniqueConstraint("room", "bare"),
)
TRAIL = Table(
    "trail",
    META,
    Column("id", Integer, primary_key=True),
    _room(),
    Column("lever", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("bare", Text, nullable=False),
    UniqueConstraint("room", "bare"),
)
MOVES = Table("moves", META, _seat(primary_key=True), Column("value", Float, nullable=False))
# A way back to a seat whose browser lost its secret: good once, until a time; `key` is a hash.
RETURNS = Table(
    "returns",
    META,
    _seat(primary_key=True),
    Column("key", String(64), nullable=False),
    Column("until", Float, nullable=False),
)
VOTES = Table(
    "votes",
    META,
    _seat(primary_key=True),
    Column("after", Text, nullable=False),
    Column("entry", Integer),  # of the board; nothing is no action
)
# What a seat answered in the quiz of a phase; leaves the room only without names.
ANSWERS = Table(
    "answers",
    META,
    _seat(primary_key=True),
    Column("phase", String(12), primary_key=True),
    Column("chosen", Text, nullable=False),
)
EARLIER = (1, 2)  # schemas that only lack tables
for table in (SEATS, ENTRIES, RESULTS, TRAIL):
    Index(f"of_{table.name}", table.c.room)


def prepare(db: Connection) -> None:
    """Make the tables where there are none. Raises `Refused` where another version made them."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    present = set(inspect(db).get_table_names())
    if MARK.name in present:
        number = db.scalar(select(MARK.c.number))
        if number in EARLIER:
            META.create_all(db)
            db.execute(update(MARK).values(number=SCHEMA))
        elif number != SCHEMA:
            raise Refused(
                f"rooms are kept in a database of schema {number}, and this version reads schema {SCHEMA}; "
                "name another with BACKSTOP_DATABASE"
            )
        return
    taken = sorted(present & set(META.tables))
    if taken:
        raise Refused(
            f"the database has tables of other programs under our names ({', '.join(taken)}); name another with BACKSTOP_DATABASE"
        )
    META.create_all(db)
    db.execute(insert(MARK).values(number=SCHEMA))
