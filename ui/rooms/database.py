"""Where rooms are kept: a file of SQLite, or PostgreSQL by its address; and what is said when it cannot be reached."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnection

from models.errors import Refused

VARIABLE = "BACKSTOP_DATABASE"
FILE = "backstop-rooms.sqlite"
BUSY_MS, CONNECT_S, WAIT_S = 10_000, 3, 20
KINDS = "a file, sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME"
DOWN = (
    "The database in which rooms are kept does not answer. What was confirmed is safe; nothing was taken just now. "
    "Try again in a moment."
)


class StoreDown(RuntimeError):
    """The database cannot be reached, or does not answer in time."""


def address(text: str | None = None) -> URL:
    """The database that the environment names, or the usual file. Raises `Refused` without repeating a password."""
    given = (os.environ.get(VARIABLE, "") if text is None else text).strip() or FILE
    if "://" not in given:
        return URL.create("sqlite", database=str(Path(given).absolute()))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise Refused(f"{VARIABLE} cannot be read as an address: it must be {KINDS}") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    raise Refused(f"{VARIABLE} names {url.drivername}: it must be {KINDS}")


def engine(url: URL) -> Engine:
    """Connections to a database, none of them open yet. Raises `Refused` where its driver is not installed."""
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(
                url, pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=WAIT_S,
                connect_args={"connect_timeout": CONNECT_S},
            )  # fmt: skip
        files = create_engine(
            url, pool_size=8, max_overflow=8, pool_timeout=WAIT_S,
            connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        )  # fmt: skip
    except (ImportError, NoSuchModuleError):
        raise Refused("PostgreSQL needs a driver: pip install 'fed-backstop-sandbox[postgres]'") from None
    event.listen(files, "connect", _settled)
    event.listen(files, "begin", _begun)
    return files


def _settled(connection, record) -> None:  # type: ignore[no-untyped-def]
    """A file that many read while one writes, where what is committed is on the disk."""
    connection.isolation_level = None  # transactions begin where we say
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {setting}")


def _begun(connection: Connection) -> None:
    """A transaction that will write takes its place at once: it cannot be refused half way."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(source: Engine, writes: bool = False) -> Iterator[Connection]:
    """All or nothing. Raises `StoreDown` where the database does not answer."""
    try:
        with source.connect().execution_options(writes=writes) as db, db.begin():
            yield db
    except (DBAPIError, NoConnection, OSError) as error:
        raise StoreDown(type(error).__name__) from error
