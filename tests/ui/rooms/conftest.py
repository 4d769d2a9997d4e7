"""Rooms on both databases. Without PostgreSQL its tests skip; on CI they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.postgres import Postgres, programs
from support.rooms import Clock, Site

from ui.rooms import database
from ui.rooms.store import RoomStore


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server."""
    binaries = programs()
    if binaries is None:
        reason = "no PostgreSQL: install Debian's package postgresql"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    server = Postgres(binaries)
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return str(tmp_path / "rooms.sqlite")
    return request.getfixturevalue("postgres").address()


@pytest.fixture
def site(address: str) -> Iterator[Site]:
    clock = Clock()
    told: list[tuple[str, int, int]] = []
    store = RoomStore(
        database.engine(database.address(address)), lambda *numbers: told.append(numbers), clock
    )
    yield Site(store, clock, told)
    store.source.dispose()
