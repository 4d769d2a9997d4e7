"""A tab's memory in its browser: steps of undo and redo, answers and pages' choices survive a reload and a new server.

It is the tab's own (session storage): two tabs never mix, a copied tab takes its past along, and nothing stays on a
shared machine once the tab is closed. The address alone decides what is shown.
"""

from __future__ import annotations

import secrets

import streamlit as st

from ui.live.levers import asset
from ui.state import session

KEY, VISIT = "memory", "memory.visit"

_mount = st.components.v2.component("backstop_memory", js=asset("memory.js"))


def draw() -> None:
    """Last on every page: keeps this screen and its steps, and asks a new session's browser once for what it kept."""
    if VISIT not in st.session_state:
        st.session_state[VISIT] = secrets.token_hex(8)
    data = {
        "memory": session.remembered(),
        "visit": st.session_state[VISIT],
        "recalled": st.session_state.get(session.RECALLED, False),
    }
    _mount(key=KEY, data=data, on_found_change=_found)


def _found() -> None:
    memory = st.session_state[KEY].found
    if memory is not None and not st.session_state.get(session.RECALLED):
        session.recall(memory)
