"""The rooms of this server: the store, who listens, and the worker; there only where the server was started for others."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from models.errors import Refused
from models.text import shown
from policy import cost
from policy.spec import Policy
from policy.studies.helper import Died, Helper
from ui.rooms import database
from ui.rooms.database import StoreDown
from ui.rooms.hub import Ears, Hub
from ui.rooms.plan import BATCH, bare
from ui.rooms.results import Answers, results
from ui.rooms.store import RoomStore
from ui.rooms.switch import PUBLIC
from ui.rooms.views import RoomView
from ui.state.session import TURNS
from ui.state.state import State

SECONDS = 60.0  # the longest that a worker may take
IDLE_S = 1.0
TURN = "rooms"


@dataclass
class House:
    """Everything of rooms in one process."""

    store: RoomStore
    hub: Hub
    base: str = ""  # the public address, where one was given
    _stop: threading.Event = field(default_factory=threading.Event)
    _work: threading.Event = field(default_factory=threading.Event)
    _views: dict[str, RoomView] = field(default_factory=dict)
    helper: Helper = field(default_factory=lambda: Helper(SECONDS))

    def start(self) -> None:
        """Listen to other processes, and compute what waits."""
        Ears(self.store, self.hub, self._stop.wait).start()
        threading.Thread(target=self._compute, daemon=True, name="rooms-worker").start()

    def close(self) -> None:
        """Let everybody go."""
        self._stop.set()
        self._work.set()
        self.hub.close()
        self.helper.close()

    def view(self, code: str) -> RoomView:
        """The room as it is now, read again only where it changed. Raises `Refused` or `StoreDown`."""
        numbers = self.store.version(code)
        kept = self._views.get(code)
        if numbers is not None and kept is not None and kept.version == numbers[0]:
            return kept
        view = self.store.view(code)
        self._views = {**dict(list(self._views.items())[-30:]), code: view}
        return view

    # The worker

    def wake(self) -> None:
        """There may be something to compute."""
        self._work.set()

    def _compute(self) -> None:
        while not self._stop.is_set():
            self._work.wait(IDLE_S)
            self._work.clear()
            try:
                while not self._stop.is_set() and self._one():
                    pass
            except StoreDown:
                self._stop.wait(IDLE_S)
            except Exception as error:  # a fault of ours: told, and the room goes on
                self.fault(error)
                self._stop.wait(IDLE_S)

    def fault(self, error: Exception) -> None:
        """What is done with a fault of the worker; the server sets its log here."""

    def _one(self) -> bool:
        """One batch, where there is one."""
        job = self.store.claim(BATCH)
        if job is None:
            return False
        screen = job.plan.screen
        price = cost.price(screen.world, job.policies, screen.paths)
        with TURNS.taken(TURN, price):
            answers = self._answers(job.plan.screen, job.policies)
        if self._stop.is_set():
            return False  # the helper may have been ended with us: whoever comes next computes it
        self.store.finish(job.code, answers)
        return True

    def _answers(self, screen: State, policies: Sequence[Policy]) -> Answers:
        """Results from the helper; where that dies, of each policy alone, so that one takes no other with it."""
        try:
            return self.helper.call(results, screen.world, policies, screen.paths, screen.seed)
        except (Refused, Died):
            if len(policies) == 1:
                return {bare(policies[0]): "this policy could not be computed"}
            parts = [self._answers(screen, [own]) for own in policies]
            return {name: answer for part in parts for name, answer in part.items()}


def build() -> House:
    """The rooms on the database that the environment names. Raises `Refused` where it cannot be used."""
    hub = Hub()
    houses: list[House] = []

    def told(code: str, version: int, news: int) -> None:
        hub.told(code, version, news)
        houses[0].wake()

    store = RoomStore(database.engine(database.address()), told)
    own = House(store, hub, public_address(os.environ.get(PUBLIC, "")))
    houses.append(own)
    return own


def public_address(text: str) -> str:
    """The address under which a hosted copy is reached, without its last slash. Raises `Refused`."""
    address = text.strip().rstrip("/")
    parts = urlsplit(address)
    if address and (
        parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment
    ):
        raise Refused(f"{PUBLIC} = {shown(text)} is refused: it must be like https://sandbox.example.org")
    return address


def own_address(port: int, path: str = "") -> str:
    """The machine's own address in its network, where phones of the same network find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # nothing is sent: it only says which of our addresses leads outwards
            host = probe.getsockname()[0]
        except OSError:
            host = socket.gethostname()
    return f"http://{host}:{port}{path}"
