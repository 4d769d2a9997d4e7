"""Who waits for news of which room: numbers only, never what changed. Changes of this process are told at once.

Those of other processes come over PostgreSQL's own channel; where there is none, a look now and then finds them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

from sqlalchemy import text

from ui.rooms.database import StoreDown
from ui.rooms.store import CHANNEL, RoomStore

LOOK = 3.0  # seconds between looks at what other processes changed
WAIT = 15.0  # seconds after which a listener is told that the line is open
APART = 0.5  # seconds between two pieces of news to one listener, at least
MOST_LISTENERS = 800
REMEMBERED = 1000  # rooms whose numbers are kept

Numbers = tuple[int, int]  # version, news


class Hub:
    """The numbers of rooms, as far as this process has heard, and who waits for the next."""

    def __init__(self) -> None:
        self._numbers: dict[str, Numbers] = {}
        self._waiting: dict[asyncio.Event, tuple[asyncio.AbstractEventLoop, str]] = {}
        self._lock = threading.Lock()
        self.closed = False

    @property
    def listeners(self) -> int:
        return len(self._waiting)

    def codes(self) -> list[str]:
        """Rooms that somebody waits for."""
        with self._lock:
            return sorted({code for _, code in self._waiting.values()})

    def numbers(self, code: str) -> Numbers | None:
        """Version and news of a room, where they were heard."""
        return self._numbers.get(code)

    def told(self, code: str, version: int, news: int) -> None:
        """A room changed. Safe from any thread."""
        with self._lock:
            before = self._numbers.pop(code, (0, 0))
            self._numbers[code] = (max(before[0], version), max(before[1], news))
            for old in list(self._numbers)[:-REMEMBERED]:
                del self._numbers[old]
            waiting = (
                [(event, loop) for event, (loop, room) in self._waiting.items() if room == code]
                if news > before[1]
                else []
            )
        self._wake(waiting)

    def close(self) -> None:
        """Every listener is let go, so that the server can end."""
        self.closed = True
        with self._lock:
            waiting = [(event, loop) for event, (loop, _) in self._waiting.items()]
        self._wake(waiting)

    def _wake(self, waiting: list[tuple[asyncio.Event, asyncio.AbstractEventLoop]]) -> None:
        for event, loop in waiting:
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:  # its loop has ended
                self._waiting.pop(event, None)

    async def news(self, code: str, first: int) -> AsyncIterator[int | None]:
        """The room's news number now and whenever it grew; nothing now and then, which keeps the line open."""
        event = asyncio.Event()
        with self._lock:
            self._waiting[event] = (asyncio.get_running_loop(), code)
        sent = -1
        try:
            while not self.closed:
                event.clear()
                number = max(first, (self.numbers(code) or (0, 0))[1])
                if number > sent:
                    sent = number
                    yield number
                    await asyncio.sleep(APART)
                    continue
                try:
                    await asyncio.wait_for(event.wait(), WAIT)
                except TimeoutError:
                    yield None
        finally:
            with self._lock:
                self._waiting.pop(event, None)


class Ears(threading.Thread):
    """Hears what other processes change, and tells the hub; forgets expired rooms now and then."""

    def __init__(self, store: RoomStore, hub: Hub, sleep: Callable[[float], bool]) -> None:
        super().__init__(daemon=True, name="rooms-ears")
        self.store, self.hub, self.sleep = store, hub, sleep

    def run(self) -> None:
        listens = self.store.source.dialect.name == "postgresql"
        if listens:
            threading.Thread(target=self._listen, daemon=True, name="rooms-channel").start()
        looks = 0
        while not self.sleep(LOOK):
            try:
                if looks % 200 == 0:
                    self.store.sweep()
                codes = self.hub.codes()
                for code, numbers in self.store.versions(codes).items() if codes else ():
                    self.hub.told(code, *numbers)
                looks += 1
            except StoreDown:
                continue

    def _listen(self) -> None:
        while not self.hub.closed:
            try:
                self._hear()
            except Exception:  # whatever ends the connection: looks go on, and the next one listens again
                if self.sleep(1.0):
                    return

    def _hear(self) -> None:
        with self.store.source.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text(f"LISTEN {CHANNEL}"))
            connection = db.connection.driver_connection
            while not self.hub.closed:
                for said in connection.notifies(timeout=5.0, stop_after=1):
                    code, version, news = said.payload.split(" ")
                    self.hub.told(code, int(version), int(news))
