"""The presenter's window: what to say, how much time has gone, and what the next press shows."""

from __future__ import annotations

import streamlit as st

from models.errors import Refused
from ui.pages.present import view
from ui.stage import remote
from ui.stage.position import Position
from ui.state.session import results
from ui.story.talk import TalkSlide
from ui.widgets import figures
from ui.widgets.boxes import tell

SMALL = (430, 190)  # px of the next slide's chart


def draw(slides: tuple[TalkSlide, ...]) -> None:
    """Timer and buttons above; the slide's notes at the left, what comes next at the right."""
    now = remote.position(len(slides))
    asks = tuple(one.asks for one in slides)
    remote.draw(now, slides)
    waits = now.waits(asks)
    slide = view.made(slides[now.slide - 1], results)
    said, coming = st.columns([6, 5], gap="large")
    with said:
        if isinstance(slide, Refused):
            tell(slide)
        else:
            st.html(view.notes_html(slide, _place(now, len(slides), waits), waits))
    with coming:
        _next(slides, now, asks)
    st.html(view.marker(now.slide, not waits))


def _next(slides: tuple[TalkSlide, ...], now: Position, asks: tuple[bool, ...]) -> None:
    """The next press: an answer with its chart, or the next slide."""
    following = now.following(asks)
    if following is None:
        st.html(view.ending_html())
        return
    slide = view.made(slides[following.slide - 1], results)
    if isinstance(slide, Refused):
        tell(slide)
        return
    waits = following.waits(asks)
    st.html(view.next_html(slide, following.slide == now.slide, waits))
    panel = slide.figures[0].panels[0] if slide.figures else None
    if not waits and panel is not None and not panel.empty:
        figures.large(panel, f"present.next.{following.slide}", *SMALL)


def _place(now: Position, count: int, waits: bool) -> str:
    return f"Slide {now.slide} of {count}{', the answer is not shown yet' if waits else ''}"
