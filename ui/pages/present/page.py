"""Presentation: one slide per screen for a room, moved by keys, a clicker, or the presenter's own window."""

from __future__ import annotations

import streamlit as st

from ui.charts.figure import Figure
from ui.html import heads
from ui.menu import page_file
from ui.pages.present import presenter, view
from ui.stage import remote
from ui.state import session
from ui.state.session import current, results
from ui.story import talk
from ui.story.story import Slide
from ui.story.talk import TalkSlide
from ui.widgets import figures, frame
from ui.widgets.boxes import plain, show_refusal


def question(slide: Slide) -> None:
    """Before the answer: the situation, and what the room is asked. No figure of the result is on the page."""
    st.html(view.say_html(slide.text) + view.ask_html(slide))


def finding(slide: Slide, number: int) -> None:
    """The sentence, one chart, the key figures, and who wins."""
    st.html(view.say_html(slide.sentence))
    own = slide.scored
    left, right = st.columns([1, 1] if own else [7, 3], gap="medium")
    with left:
        chart(slide.figures[0], number, view.HALF if own else view.WIDE, own)
    with right:
        if own:
            st.html(view.table_html(slide) + view.winners_html(slide))
        else:
            st.html(view.answer_html(slide) + view.winners_html(slide) + view.numbers_html(slide))


def chart(figure: Figure, number: int, width: int, own: bool) -> None:
    """A chart large enough for a room."""
    st.html(view.find_html(figure, own))
    several = len(figure.panels) > 1
    tall = view.TALL - 56 * several
    columns = st.columns(len(figure.panels), gap="small") if several else [st.container()]
    wide = (width - view.GAP * (len(figure.panels) - 1)) // len(figure.panels)
    for k, (panel, column) in enumerate(zip(figure.panels, columns, strict=True)):
        with column:
            if panel.heading:
                st.markdown(f"**{plain(panel.heading)}**")
            figures.large(panel, f"present.{number}.{k}", wide, tall)


def notices() -> None:
    """What a link could not give, which the other pages say in their bar."""
    if told := st.session_state.get(session.NOTICES):
        heading, lines = told
        st.warning(plain(f"{heading}: {' '.join(lines)}"), icon=":material/warning:")


def audience(slides: tuple[TalkSlide, ...]) -> None:
    """Draws the slide that the talk stands at; the bar beneath it is all that is no slide."""
    now = remote.position(len(slides))
    waits = now.waits(tuple(one.asks for one in slides))
    slide = slides[now.slide - 1].make(results)
    with st.container(key="present_stage"):
        notices()
        st.html(view.top_html(slide, now.slide, len(slides)))
        if waits:
            question(slide)
        else:
            finding(slide, now.slide)
    with st.container(key="present_foot"):
        remote.draw(now, slides)
        show_refusal(remote.KEY)
    st.html(view.marker(now.slide, not waits))


def page() -> None:
    """The audience's window or, under the address that the remote control gives, the presenter's."""
    if remote.leaves():
        st.switch_page(page_file("sandbox"))
    st.html(heads.CSS + view.CSS)
    state = current()
    slides = talk.talk_slides(state)
    if remote.talk():
        presenter.draw(slides)
    else:
        audience(slides)
    frame.end(state)


page()
