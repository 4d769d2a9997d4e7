"""Whose turn it is: a few runs at a time for all sessions, one for each, light ones before heavy, fair to everybody.

A session that has used much lately waits for those that have not, and heavy runs leave a place for light ones. Memory
is counted before it is taken. Whoever waits is asked whether it still wants to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from models.errors import Refused
from policy.cost import SERVER_MB, RunPrice
from policy.studies.helper import LOOKS

MOST_WAITING = 200
FORGOTTEN = 30.0  # seconds after which half of what a session used is forgotten


@dataclass(eq=False)
class _Waiting:
    session: str
    price: RunPrice
    since: float


@dataclass
class Turns:
    """`places` runs at a time, which together hold no more than `memory_mb`."""

    places: int = 2
    memory_mb: float = SERVER_MB
    clock: Callable[[], float] = time.monotonic
    _change: threading.Condition = field(default_factory=threading.Condition)
    _waiting: list[_Waiting] = field(default_factory=list)
    _running: list[_Waiting] = field(default_factory=list)
    _used: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def taken(
        self, session: str, price: RunPrice, alive: Callable[[], None] = lambda: None
    ) -> Iterator[bool]:
        """A turn, once it is this session's: whether nobody else runs or waits then.

        `alive` may raise to give it up. Raises `Refused` when too many wait.
        """
        mine = _Waiting(session, price, self.clock())
        self._queue(mine)
        try:
            self._wait(mine, alive)
            began = self.clock()
            try:
                yield self._alone()
            finally:
                self._note(session, self.clock() - began)
        finally:
            self._leave(mine)

    def _queue(self, mine: _Waiting) -> None:
        with self._change:
            if len(self._waiting) >= MOST_WAITING:
                raise Refused("too many sessions wait for their turn on this server; try again in a moment")
            self._waiting.append(mine)

    def _wait(self, mine: _Waiting, alive: Callable[[], None]) -> None:
        while True:
            with self._change:
                if self._next() is mine:
                    self._waiting.remove(mine)
                    self._running.append(mine)
                    self._change.notify_all()
                    return
                self._change.wait(LOOKS)
            alive()

    def _alone(self) -> bool:
        with self._change:
            return len(self._running) + len(self._waiting) == 1

    def _leave(self, mine: _Waiting) -> None:
        with self._change:
            for people in (self._waiting, self._running):
                if mine in people:
                    people.remove(mine)
            self._change.notify_all()

    def _next(self) -> _Waiting | None:
        """Who may begin now: of those who fit, the one whose session used least; who came first, where that is equal."""
        if len(self._running) >= self.places:
            return None
        fitting = [one for one in self._waiting if self._fits(one)]
        return min(
            fitting, key=lambda one: (one.price.heavy, self.used(one.session), one.since), default=None
        )

    def _fits(self, one: _Waiting) -> bool:
        """One run a session, memory for it, and a place left for light runs."""
        if any(other.session == one.session for other in self._running):
            return False
        held = sum(other.price.memory_mb for other in self._running)
        if self._running and held + one.price.memory_mb > self.memory_mb:
            return False
        return not (one.price.heavy and self.places > 1 and any(o.price.heavy for o in self._running))

    def used(self, session: str) -> float:
        """Seconds that a session used lately."""
        seconds, at = self._used.get(session, (0.0, 0.0))
        return seconds * 0.5 ** ((self.clock() - at) / FORGOTTEN)

    def _note(self, session: str, seconds: float) -> None:
        with self._change:
            self._used[session] = (self.used(session) + seconds, self.clock())
            for other in [name for name in self._used if self.used(name) < 1e-3]:
                del self._used[other]
