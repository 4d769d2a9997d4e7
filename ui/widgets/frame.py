"""What the pages beside the sandbox share: the same levers, what the figures belong to, styles and the closing line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.html import heads, tables
from ui.menu import page_file
from ui.state import state as s
from ui.state.instead import with_less
from ui.state.session import attempt, kept, refusal
from ui.state.state import State
from ui.widgets.boxes import plain, show_refusal
from ui.widgets.policies import policy_controls
from ui.widgets.world import draw_controls, world_controls
from ui.words import names


def begin(title: str) -> None:
    """Styles and the page's title."""
    st.html(heads.CSS + tables.css())
    st.title(title)


def lead(text: str) -> None:
    """The page's finding in one sentence."""
    st.html(f'<p class="sb-verdict" data-testid="verdict">{heads.escape(text)}</p>')


def heading(title: str, note: str) -> None:
    """A finding and how to read what follows, as above a chart."""
    st.html(heads.figure_head(title, note, (), True))


def levers(state: State) -> None:
    """The sandbox's levers: the state is the same on every page."""
    with st.sidebar:
        world, policies, draws = st.tabs(["World", "Policies", "Run"])
        with world:
            world_controls(state)
        with policies:
            policy_controls(state)
        with draws:
            draw_controls(state)


def end(state: State) -> None:
    """The one quiet line, and, last, which state the page shows."""
    st.caption(names.QUIET)
    st.html(heads.marker(s.digest(state)))


def open_in_sandbox(text: str, key: str, change: Callable[[State], State]) -> None:
    """A button that makes a change and shows it in the sandbox; the old state stays in the history."""
    state = kept()
    clicked = st.button(
        plain(text), key=key, icon=":material/open_in_new:", on_click=attempt, args=(key, change, with_less(change, state)),
        help="Replaces your world and policies. Undo brings them back.",
    )  # fmt: skip
    show_refusal(key)
    if clicked and not refusal(key):
        st.switch_page(page_file("sandbox"))


def abreast(count: int) -> int:
    """How many cards or small charts stand in a row: no last one alone where that can be helped."""
    return 2 if count in (2, 4) else 3


def in_rows(count: int, align: Literal["top", "bottom"] = "top") -> Iterator[tuple[int, DeltaGenerator]]:
    """Numbers from 0, each with the column it stands in."""
    wide = abreast(count)
    for start in range(0, count, wide):
        yield from zip(
            range(start, min(start + wide, count)), st.columns(wide, vertical_alignment=align), strict=False
        )
