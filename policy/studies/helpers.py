"""Several processes of their own, kept warm while there is work and ended once there is none for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from policy.studies.helper import LOOKS, Alive, Helper


@dataclass
class Helpers:
    """At most `count` processes, a call each; one without a call for `rest` seconds ends and gives its memory back.

    `seconds` is the longest that a call may take.
    """

    count: int
    seconds: float
    rest: float = 30.0
    _free: list[tuple[Helper, float]] = field(default_factory=list)
    _out: int = 0
    _change: threading.Condition = field(default_factory=threading.Condition)

    def call(self, function: Callable[..., Any], *given: Any, alive: Alive = lambda: None) -> Any:
        """As `Helper.call`, by whoever is free; the one used last first.

        `alive` is asked while it waits for one; what has begun is finished, as a new process costs more than short work.
        """
        helper = self._taken(alive)
        try:
            return helper.call(function, *given)
        finally:
            self._give_back(helper)

    def close(self) -> None:
        """End those that have nothing to do."""
        self._end_rested(0.0)

    def _taken(self, alive: Alive) -> Helper:
        while True:
            with self._change:
                if self._free or self._out < self.count:
                    self._out += 1
                    return self._free.pop()[0] if self._free else Helper(self.seconds)
                self._change.wait(LOOKS)
            alive()

    def _give_back(self, helper: Helper) -> None:
        with self._change:
            self._out -= 1
            self._free.append((helper, time.monotonic()))
            self._change.notify()
        timer = threading.Timer(self.rest, self._end_rested, (self.rest,))
        timer.daemon = True
        timer.start()

    def _end_rested(self, rest: float) -> None:
        with self._change:
            until = time.monotonic() - rest
            rested = [helper for helper, since in self._free if since <= until]
            self._free = [(helper, since) for helper, since in self._free if since > until]
        for helper in rested:
            helper.close()
