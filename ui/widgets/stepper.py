"""Which step of the story is looked at: a view setting, in the address as `step`, the same for story and presentation.

The address is written by hand: streamlit refuses to leave a page by `st.switch_page` while a widget is bound to it.
"""

from __future__ import annotations

import streamlit as st

STEP, WRITTEN = "step", "step_written"


def go(number: int, count: int) -> None:
    """To a step, 1 the first; never beyond the ends.

    The address follows at once: of two moves in quick succession the second brings the address from before the first.
    """
    st.session_state[STEP] = min(max(number, 1), count)
    _write(str(st.session_state[STEP]))


def shown(count: int) -> int:
    """The step in view, before its widget is drawn: that of a new address (a link, the browser's Back), or the last.

    The nearest step where there is none of that number.
    """
    address = st.query_params.get(STEP)
    new = address is not None and address != st.session_state.get(WRITTEN)
    asked = _number(address or "") if new else st.session_state.get(STEP) or 1
    if st.session_state.get(STEP) != min(max(asked, 1), count):
        go(asked, count)
    else:
        _write(str(st.session_state[STEP]))
    return st.session_state[STEP]


def chosen(count: int, label: str) -> int:
    """A row of numbers to pick from."""
    number = shown(count)
    st.segmented_control(
        label, range(1, count + 1), key=STEP, required=True, persist_state="session", label_visibility="collapsed"
    )  # fmt: skip
    return number


def _write(text: str) -> None:
    """The first step keeps a plain address."""
    if text == "1" and STEP not in st.query_params:
        st.session_state[WRITTEN] = None
        return
    if st.query_params.get(STEP) != text:
        st.query_params[STEP] = text
    st.session_state[WRITTEN] = text


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
