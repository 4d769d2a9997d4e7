"""Results that all sessions share: each computed for whoever asks first, and the latest kept as long as they fit into some memory.

People who start from one screen and move a few levers meet each other's screens, so what is kept is bounded by its size
and not by its number: large results go sooner, and no visitor can fill the memory with them.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from policy.studies.helper import LOOKS, Alive

Result = TypeVar("Result")


def size_mb(value: object) -> float:
    """What a frozen value of arrays and numbers holds, MB; its arrays are counted, not copied."""
    buffers: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    return (len(rest) + sum(buffer.raw().nbytes for buffer in buffers)) / 1e6


@dataclass
class SharedResults(Generic[Result]):
    """At most `most_mb` of results by key, the ones used last; the newest is kept whatever its size."""

    most_mb: float
    held_mb: float = 0.0
    _kept: OrderedDict[str, tuple[Result, float]] = field(default_factory=OrderedDict)
    _computing: dict[str, threading.Lock] = field(default_factory=dict)
    _change: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str, compute: Callable[[], Result], alive: Alive = lambda: None) -> Result:
        """The result of that key, computed where there is none. Who asks while another computes it waits for that one.

        `alive` is asked while waiting and may raise. Raises what `compute` raises; the next who waits then computes.
        """
        kept = self._look(key)
        if kept is None:
            with self._alone(key, alive):
                kept = self._look(key) or self._keep(key, compute())
        return kept[0]

    def clear(self) -> None:
        """Forget everything."""
        with self._change:
            self._kept.clear()
            self.held_mb = 0.0

    def _look(self, key: str) -> tuple[Result, float] | None:
        with self._change:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, value: Result) -> tuple[Result, float]:
        kept = value, size_mb(value)
        with self._change:
            self._kept[key] = kept
            self.held_mb = sum(size for _, size in self._kept.values())
            while self.held_mb > self.most_mb and len(self._kept) > 1:
                self.held_mb -= self._kept.popitem(last=False)[1][1]
        return kept

    @contextmanager
    def _alone(self, key: str, alive: Alive) -> Iterator[None]:
        """One at a time for a key."""
        with self._change:
            lock = self._computing.setdefault(key, threading.Lock())
        while not lock.acquire(timeout=LOOKS):
            alive()
        try:
            yield
        finally:
            with self._change:
                if self._computing.get(key) is lock:
                    del self._computing[key]
            lock.release()
