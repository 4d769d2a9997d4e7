"""Presentation: one slide per screen for a room, moved by keys, a clicker, or the presenter's own window."""

from __future__ import annotations

import streamlit as st

from models.errors import Refused
from policy.described import parameters
from ui.charts.figure import Figure
from ui.charts.kinds import Chart
from ui.comparison import answer
from ui.html import heads
from ui.live import film as player
from ui.live import finger, levers
from ui.menu import page_file
from ui.pages.present import presenter, view
from ui.stage import remote
from ui.state import session
from ui.state.session import current, results
from ui.story import pictures, story, talk
from ui.story.steps import Step
from ui.story.story import Slide
from ui.story.talk import TalkSlide
from ui.widgets import figures, frame, plumbing
from ui.widgets.boxes import plain, show_refusal, tell


def question(slide: Slide, step: Step) -> None:
    """Before the answer: the situation, the part of the market it speaks of, and what the room is asked; no figure of the result."""
    st.html(view.say_html(slide.text))
    asked, drawn = st.columns(2, gap="medium")
    with asked:
        st.html(view.ask_html(slide))
    with drawn:
        shown = plumbing.film_of(story.states(step)[0], step.pictured)
        player.still("present_picture", pictures.picture_html(step, shown, bare=True))


def finding(slide: Slide, number: int, lever: str) -> None:
    """The sentence, one chart, the key figures, and who wins; a lever where the slide has one."""
    if lever and slide.scored:
        moving(slide, lever)
        return
    if slide.sentence:
        st.html(view.say_html(slide.sentence))
    own = slide.scored
    left, right = st.columns([1, 1] if own else [7, 3], gap="medium")
    with left:
        for figure in slide.figures[:1]:
            height = view.TALL if slide.sentence else view.TALLER
            chart(figure, number, (view.HALF if own else view.WIDE, height), own)
    with right:
        if lever:
            draw_lever(slide, lever)
        if own:
            st.html(view.table_html(slide) + view.winners_html(slide))
        else:
            st.html(view.answer_html(slide) + view.winners_html(slide) + view.numbers_html(slide))


def moving(slide: Slide, lever: str) -> None:
    """The sandbox's answer with a lever beneath it: the sentence and a hundred crises follow the finger."""
    weights = slide.state.counting.weights
    st.html(
        answer.sentence(slide.summary, weights)
        + answer.picture(slide.summary)
        + levers.heard_mark()
        + finger.CSS
    )
    left, right = st.columns([7, 3], gap="medium")
    with left:
        draw_lever(slide, lever)
    with right:
        st.html(view.winners_html(slide))


def draw_lever(slide: Slide, name: str) -> None:
    """A lever of the slide's world: letting go changes the screen, here and in the other window."""
    rows = [row for row in parameters(slide.state.world) if row["name"] == name]
    with st.container(key="present_lever"):
        levers.draw(slide.state, rows)


def chart(figure: Figure, number: int, size: tuple[int, int], own: bool) -> None:
    """A chart large enough for a room: one panel, two beside each other, or more in two rows."""
    st.html(view.find_html(figure, own))
    count = len(figure.panels)
    across = count if count <= 2 else -(-count // 2)
    width, height = size
    tall = (height - 56 * (count > 1)) // (1 if count <= 2 else 2) - 40 * (count > 2)
    wide = (width - view.GAP * (across - 1)) // across
    for start in range(0, count, across):
        columns = st.columns(across, gap="small") if across > 1 else [st.container()]
        for k, column in enumerate(columns[: count - start], start):
            with column:
                _panel(figure.panels[k], f"present.{number}.{k}", wide, tall)


def _panel(panel: Chart, key: str, wide: int, tall: int) -> None:
    if panel.heading:
        st.markdown(f"**{plain(panel.heading)}**")
    if panel.empty:
        st.caption("Nothing happens, so there is nothing to draw.")
    else:
        figures.large(panel, key, wide, tall)


def notices() -> None:
    """What a link could not give, which the other pages say in their bar."""
    if told := st.session_state.get(session.NOTICES):
        heading, lines = told
        st.warning(plain(f"{heading}: {' '.join(lines)}"), icon=":material/warning:")


def audience(slides: tuple[TalkSlide, ...]) -> None:
    """Draws the slide that the talk stands at; the bar beneath it is all that is no slide."""
    now = remote.position(len(slides))
    waits = now.waits(tuple(one.asks for one in slides))
    one = slides[now.slide - 1]
    slide = view.made(one, results)
    with st.container(key="present_stage"):
        notices()
        st.html(
            view.top_html(one.title if isinstance(slide, Refused) else slide.title, now.slide, len(slides))
        )
        if isinstance(slide, Refused):
            tell(slide)
        elif waits and one.step:
            question(slide, one.step)
        else:
            finding(slide, now.slide, one.lever)
    with st.container(key="present_foot"):
        remote.draw(now, slides)
        show_refusal(remote.KEY)
    st.html(view.marker(now.slide, not waits))
    if one.lever and not isinstance(slide, Refused):
        finger.draw(slide.state)


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
