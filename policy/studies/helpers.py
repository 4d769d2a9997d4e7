"""Several processes of their own, kept warm while there is work and ended once there is none for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from policy.studies.helper import Helper


@dataclass
class Helpers:
    """A process for each call that is made at once; one without a call for `rest` seconds ends and gives its memory back.

    How many there are at once is for those who call. `seconds` is the longest that a call may take.
    """

    seconds: float
    rest: float = 30.0
    _free: list[tuple[Helper, float]] = field(default_factory=list)
    _watched: bool = False
    _change: threading.Lock = field(default_factory=threading.Lock)

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """As `Helper.call`, by whoever is free, the one used last first. What has begun is finished, whoever still wants
        it: a new process costs more than short work."""
        with self._change:
            helper = self._free.pop()[0] if self._free else Helper(self.seconds)
        try:
            return helper.call(function, *given)
        finally:
            with self._change:
                self._free.append((helper, time.monotonic()))
                self._watch()

    def close(self) -> None:
        """End those that have nothing to do."""
        self._end_rested(0.0)

    def _watch(self) -> None:
        """Look after those that are free, once they may have rested; one such look is due at a time."""
        if self._free and not self._watched:
            self._watched = True
            timer = threading.Timer(self.rest, self._look)
            timer.daemon = True
            timer.start()

    def _look(self) -> None:
        self._end_rested(self.rest)
        with self._change:
            self._watched = False
            self._watch()

    def _end_rested(self, rest: float) -> None:
        with self._change:
            until = time.monotonic() - rest
            rested = [helper for helper, since in self._free if since <= until]
            self._free = [(helper, since) for helper, since in self._free if since > until]
        for helper in rested:
            helper.close()
