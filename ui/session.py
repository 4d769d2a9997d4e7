"""The thin layer between the frozen state and streamlit: where it is kept, the only writer, and refusals.

Undo needs nothing more than the bounded history that `commit` fills.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from models.errors import Refused
from policy.comparison import compare
from ui import state as s
from ui.results import Summary, summarise
from ui.state import State

STATE, HISTORY, REFUSED = "state", "history", "refused"
DEEPEST = 50


def current() -> State:
    """The session's state; a new session gets the opening one."""
    if STATE not in st.session_state:
        st.session_state[STATE] = s.opening()
    return st.session_state[STATE]


def commit(new: State) -> None:
    """Make `new` the state and keep the old one. The only writer."""
    old = current()
    st.session_state[REFUSED] = {}
    if new == old:
        return
    st.session_state[HISTORY] = (*st.session_state.get(HISTORY, ()), old)[-DEEPEST:]
    st.session_state[STATE] = new


def attempt(where: str, change: Callable[[State], State]) -> None:
    """Commit a change, or keep the state and remember beside which control the refusal is to be shown."""
    try:
        commit(change(current()))
    except Refused as refusal:
        st.session_state[REFUSED] = {where: str(refusal)}


def refusal(where: str) -> str | None:
    """What was refused at a control in the last attempt."""
    return st.session_state.get(REFUSED, {}).get(where)


def results(state: State) -> Summary:
    """The summary of the state's comparison, computed once for the same inputs and model version."""
    bare = replace(
        state, policies=tuple(s.policy(p.interventions, f"p{k}") for k, p in enumerate(state.policies))
    )
    return replace(_computed(s.digest(bare), state), policies=state.policies)


@st.cache_resource(max_entries=32, show_spinner=False)
def _computed(key: str, _state: State) -> Summary:
    """Small and frozen, so one shared copy serves every session; the digest is the key."""
    return summarise(compare(_state.world, _state.policies, _state.paths, _state.seed))
