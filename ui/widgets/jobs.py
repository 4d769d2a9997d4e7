"""Long work on a page: off until clicked, stopped by a click, kept for exactly what it was asked for; and its workers."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.errors import Refused
from models.scenario import World
from models.simulation import piece
from policy.leverage.game import ExAnte, Game
from policy.studies.executors import Pool, processes, usable_processors
from ui.widgets.boxes import plain, tell
from ui.widgets.remedies import Accepts, Remedy, tell_with

MOST_KEPT = 4
MOST_WORKERS = 2
AWAY = "the worker processes went away. What was computed stays; the button goes on from there"
STOPPED = "Stopped. Nothing is shown, because the work was not finished."
Key = tuple[str, ...]
Show = Callable[[float, str], None]


class GoneAway(Refused):
    """Work that ended with the processes that did it: nothing of what was asked is at fault."""


@dataclass(frozen=True)
class Job:
    """One of a page's long computations, and where the session keeps what belongs to it. `name` starts its keys."""

    name: str

    def _at(self, what: str) -> str:
        return f"{self.name}.{what}"

    def kept(self, key: Key) -> Any:
        """The result for exactly this key."""
        return st.session_state.get(self._at("kept"), {}).get(key)

    def refused(self, key: Key) -> Refused | None:
        """Why the last attempt with this key was refused."""
        refusal = st.session_state.get(self._at("refused"))
        return refusal[1] if refusal and refusal[0] == key else None

    def running(self, key: Key) -> bool:
        return st.session_state.get(self._at("running")) == key

    def stopped(self, key: Key) -> bool:
        return st.session_state.get(self._at("stopped")) == key

    def start(self, key: Key) -> None:
        """The click that turns it on, and any other job of this session off."""
        for name in [k for k in st.session_state if isinstance(k, str) and k.endswith(".running")]:
            st.session_state.pop(name)
        st.session_state[self._at("running")] = key
        for what in ("stopped", "refused"):
            st.session_state.pop(self._at(what), None)

    def stop(self, key: Key) -> None:
        """The click that ends it: the work under way is dropped with its script."""
        st.session_state.pop(self._at("running"), None)
        st.session_state[self._at("stopped")] = key

    def button(self, key: Key, text: str, hint: str, stopped: str = STOPPED) -> None:
        """What stands where the result will be."""
        st.button(
            text,
            key=self._at("run"),
            icon=":material/play_arrow:",
            on_click=self.start,
            args=(key,),
        )
        if self.stopped(key):
            st.info(stopped, icon=":material/info:")
        else:
            st.caption(hint)

    def progress(self, key: Key, spot: DeltaGenerator) -> Show:
        """A bar and a stop button; what is returned moves the bar."""
        with spot:
            bar = st.progress(0.0, text="Starting")
            st.button("Stop", key=self._at("stop"), icon=":material/stop:", on_click=self.stop, args=(key,))

        def show(share: float, text: str) -> None:
            bar.progress(min(max(share, 0.0), 1.0), text=plain(text[0].upper() + text[1:]))

        return show

    def keep(self, key: Key, result: Any) -> None:
        """Keep a result, the last few of them."""
        kept = {**st.session_state.get(self._at("kept"), {}), key: result}
        st.session_state[self._at("kept")] = dict(list(kept.items())[-MOST_KEPT:])

    def refuse(self, key: Key, refused: Refused) -> None:
        """Remember why there is no result."""
        st.session_state[self._at("refused")] = (key, refused)

    def show_refusal(self, key: Key, remedies: Iterable[Remedy] = (), accepts: Accepts | None = None) -> None:
        """Why there is no result, and one click that would be accepted. Work that died is only to be asked for again."""
        refused = self.refused(key)
        if isinstance(refused, GoneAway):
            tell(refused)
        elif refused is not None:
            tell_with(self.name, refused, remedies, accepts)

    def end(self) -> None:
        """The work is over: draw the page with what came of it."""
        st.session_state.pop(self._at("running"), None)
        st.rerun()

    def work(self, key: Key, spot: DeltaGenerator, work: Callable[[Show], Any]) -> None:
        """Runs with progress and a stop button; called last, so that the rest of the page is complete."""
        show = self.progress(key, spot)
        try:
            self.keep(key, work(show))
        except Refused as refusal:
            self.refuse(key, refusal)
        self.end()


# Workers: a few processes for all sessions, started once and kept warm

_STARTING = threading.Lock()


def workers() -> Pool:
    """The server's worker processes, at most two, shared by all sessions."""
    with _STARTING:
        return _workers()[1]


def drop_workers() -> None:
    """Forget workers that went away; the next request starts new ones."""
    _workers.clear()


@st.cache_resource(show_spinner=False)
def _workers() -> tuple[ExitStack, Pool]:
    """The pool with what keeps it open: for the life of the server, whose processes leave with it however it ends."""
    count, opened = max(1, min(MOST_WORKERS, usable_processors())), ExitStack()
    with without_main():
        pool = opened.enter_context(processes(count)())
        # Both start on a first task of their own; what they load is then there for every request.
        wait([pool.executor.submit(_ready) for _ in range(count)])
    return opened, pool


def _ready() -> None:
    import policy.studies.winner_map  # noqa: F401


@contextmanager
def without_main() -> Iterator[None]:
    """Processes started here do not run this program's main file again.

    A new interpreter otherwise runs the file of `__main__`, which while a page is drawn is the page's own script. A
    specification named `__main__` tells it that there is nothing to run.
    """
    main = sys.modules["__main__"]
    before = getattr(main, "__spec__", None)
    main.__spec__ = ModuleSpec("__main__", None)
    try:
        yield
    finally:
        main.__spec__ = before


@dataclass
class Phases:
    """Turns the engine's notes into a share done and words; `show` may end the script, which stops the work."""

    show: Callable[[float, str], None]
    total: int
    heard: int = 0
    tool: str = ""

    def __call__(self, text: str) -> None:
        if not text.startswith("scale "):
            self.tool = "Rule set beforehand: " if text.startswith("ex-ante tool") else ""
        self.show(min(self.heard / self.total, 1.0), self.tool + phase_words(text))
        self.heard += 1


def notes_of(world: World, game: Game, policies: int, tools: Sequence[ExAnte] = ()) -> int:
    """How many notes the engine gives for some policies, and the precedent that funds believe in."""
    measured = game.scales * (1 + math.ceil(game.paths / piece(policies + 1)))
    again = sum(tool.minimum_haircut > world.margins.calm_haircut for tool in tools)
    return measured * (1 + again) + 1 + len(tools)


def phase_words(text: str) -> str:
    """The engine's note in words."""
    if text.startswith("scale "):
        where, _, what = text.removeprefix("scale ").partition(": ")
        return (
            f"{'sending probe funds through' if what == 'probes' else 'running crises'} at leverage {where}"
        )
    if text.startswith("ex-ante tool: "):
        return text.removeprefix("ex-ante tool: ")
    return {
        "solving for leverage": "solving for leverage and its errors",
        "trying other assumptions": "solving for leverage under other assumptions",
        "running the auctions at today's leverage": "running the auctions at today's leverage",
    }.get(text, text)
