"""Changes of a room that the facilitator clicks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from models.errors import Refused
from ui.rooms.database import DOWN, StoreDown

SAID = "facilitate.said"


def act(change: Callable[[], Any]) -> None:
    """A change of the room, and the page again; what is refused is said above the desk.

    Called where a button was clicked, not as its callback: those are lost where the server was started anew meanwhile.
    """
    try:
        change()
    except Refused as refusal:
        st.session_state[SAID] = refusal.told
    except StoreDown:
        st.session_state[SAID] = DOWN
    st.rerun()
