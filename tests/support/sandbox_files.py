"""One-file sandboxes for tests, written once a session."""

from __future__ import annotations

from functools import cache

from models import library
from ui.live.sandbox import html
from ui.state import state as s
from ui.state.state import State

WORLDS = ("crowded", "funding_run")


@cache
def shipped_states() -> tuple[State, ...]:
    """Two worlds under their usual policies."""
    worlds = [library.shipped(name) for name in WORLDS]
    return tuple(State(world, s.usual_policies(world)) for world in worlds)


@cache
def page_text() -> str:
    """The sandbox of these, without the story."""
    return html(shipped_states())
