"""The remote control of a talk: a component that hears keys and the other window, and draws buttons and the timer.

It moves at once in the browser and tells both windows; what it tells here is where the talk stands now. The windows of
one talk speak on a channel of the browser, under a name that the audience's tab gives and the presenter's has in its
address. They tell each other the screen too, so that a lever moved in one is moved in both.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import streamlit as st

from models.errors import Refused
from ui.stage.position import Position, position_in
from ui.state import link, session
from ui.state import state as s
from ui.state.talk import items
from ui.story.talk import TalkSlide
from ui.widgets import stepper

KEY, ANSWERED, HEARD, LEAVES, VISIT = "stage", "stage.answered", "stage.heard", "stage.leaves", "stage.visit"
ADDRESS = "presenter"


def _asset(name: str) -> str:
    return resources.files("ui.stage").joinpath(name).read_text(encoding="utf-8")


_mount = st.components.v2.component(
    "backstop_stage", css=_asset("remote.css"), js=_asset("controls.js") + _asset("remote.js")
)


def talk() -> str | None:
    """The name of the talk whose presenter's window this is; nothing in the audience's window."""
    return st.query_params.get(ADDRESS)


def position(count: int) -> Position:
    """Where the talk stands, in a talk of so many slides."""
    answered = frozenset(k for k in st.session_state.get(ANSWERED, ()) if k <= count)
    return Position(stepper.shown(count), answered)


def draw(now: Position, slides: Sequence[TalkSlide]) -> None:
    """The control, and what the browser tells of it."""
    if VISIT not in st.session_state:
        st.session_state[VISIT] = secrets.token_hex(8)
    data = {
        "talk": talk() or "",
        "visit": st.session_state[VISIT],
        "position": {**now.to_data(), "screen": link.pack(session.kept())},
        "heard": st.session_state.get(HEARD, 0),
        "slides": [{"title": slide.title, "asks": slide.asks} for slide in slides],
    }
    _mount(key=KEY, data=data, on_went_change=_went, on_leave_change=_leave)


def leaves() -> bool:
    """Whether the key or button to leave was pressed; asked once."""
    return bool(st.session_state.pop(LEAVES, False))


def _leave() -> None:
    st.session_state[LEAVES] = True


def _went() -> None:
    """The browser moved: a position, the other window's screen if it differs, and a running number that the answer repeats."""
    sent: Any = st.session_state[KEY].went
    if not isinstance(sent, Mapping) or not isinstance(sent.get("number"), int):
        return
    st.session_state[HEARD] = sent["number"]
    count = len(items(session.kept()))
    went = position_in(sent, count)
    if went is not None:
        stepper.go(went.slide, count)
        st.session_state[ANSWERED] = went.answered
    if isinstance(sent.get("screen"), str):
        _follow(sent["screen"])


def _follow(packed: str) -> None:
    """The screen that the other window shows, as one step of this one's history."""
    if packed == link.pack(session.kept()):
        return
    try:
        session.commit(s.with_page(link.unpack(packed).state, session.kept().view.page))
    except Refused as refused:
        session.refuse(KEY, refused)
