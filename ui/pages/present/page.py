"""Presentation: one slide per screen for a room, moved by keyboard or clicker; the story's steps and one's own comparison."""

from __future__ import annotations

import streamlit as st

from ui.charts.figure import Figure
from ui.html import heads
from ui.menu import page_file
from ui.pages.present import notes, view
from ui.state import session
from ui.state.session import current, results
from ui.state.state import State
from ui.story import story
from ui.story.steps import STEPS
from ui.story.story import Slide
from ui.widgets import figures, frame, stepper
from ui.widgets.boxes import plain

COUNT = len(STEPS) + 1
SHOWN = "present.shown"


def shown() -> frozenset[int]:
    """Slides whose answer has been shown."""
    return st.session_state.get(SHOWN, frozenset())


def asks(number: int) -> bool:
    """Whether a slide has a question that is still open."""
    return number < COUNT and number not in shown()


def forward(number: int) -> None:
    """The answer first, then the next slide: one key is enough for a clicker."""
    if asks(number):
        st.session_state[SHOWN] = shown() | {number}
    else:
        stepper.go(number + 1, COUNT)


def back(number: int) -> None:
    """The slide before, as it was left."""
    stepper.go(number - 1, COUNT)


def flip_answer(number: int) -> None:
    """Show or hide the answer."""
    st.session_state[SHOWN] = shown() ^ {number}


def slide_of(number: int, state: State) -> Slide:
    """A slide, made from its own runs alone."""
    if number == COUNT:
        return story.own_slide(state, results(state))
    step = STEPS[number - 1]
    return story.story_slide(step, tuple(results(s) for s in story.states(step)))


def question(slide: Slide) -> None:
    """Before the answer: the situation, and what the room is asked. No figure of the result is on the page."""
    st.html(view.say_html(slide.text) + view.ask_html(slide))


def finding(slide: Slide, number: int) -> None:
    """The sentence, one chart, and the key figures."""
    st.html(view.say_html(slide.sentence))
    own = number == COUNT
    left, right = st.columns([1, 1] if own else [7, 3], gap="medium")
    with left:
        chart(slide.figures[0], number, view.HALF if own else view.WIDE)
    with right:
        if own:
            st.html(view.table_html(slide.summary))
        else:
            st.html(view.answer_html(slide) + view.numbers_html(slide))


def chart(figure: Figure, number: int, width: int) -> None:
    """A chart large enough for a room."""
    st.html(view.find_html(figure, number == COUNT))
    several = len(figure.panels) > 1
    tall = view.TALL - 56 * several
    columns = st.columns(len(figure.panels), gap="small") if several else [st.container()]
    wide = (width - view.GAP * (len(figure.panels) - 1)) // len(figure.panels)
    for k, (panel, column) in enumerate(zip(figure.panels, columns, strict=True)):
        with column:
            if panel.heading:
                st.markdown(f"**{plain(panel.heading)}**")
            figures.large(panel, f"present.{number}.{k}", wide, tall)


def numbers(number: int) -> None:
    """Any slide by its number: plain buttons, because a row of options would keep the arrow keys to itself."""
    with st.container(horizontal=True, gap="xxsmall", key="present_numbers", width="content"):
        for k in range(1, COUNT + 1):
            st.button(
                str(k), key=f"present.to.{k}", on_click=stepper.go, args=(k, COUNT),
                type="secondary" if k == number else "tertiary", help=titles()[k - 1],
            )  # fmt: skip


def titles() -> tuple[str, ...]:
    """What slides are about, before they are made."""
    return (*(step.title for step in STEPS), "Your comparison")


def bar(number: int) -> None:
    """What a presenter uses, each with its key; the numbers lead to any slide."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="present_bar"):
        st.button(
            "Back", key="present.back", shortcut="Left", disabled=number == 1, on_click=back, args=(number,)
        )
        st.button(
            "Next", key="present.next", shortcut="Right",
            disabled=number == COUNT and not asks(number), on_click=forward, args=(number,),
            help="The answer first, then the next slide. A clicker's Page Down does the same.",
        )  # fmt: skip
        st.button(
            "Answer", key="present.answer", shortcut="A", disabled=number == COUNT,
            on_click=flip_answer, args=(number,), help="Shows or hides the answer.",
        )  # fmt: skip
        st.link_button(
            "Notes", notes.link(), key="present.notes_button", shortcut="N",
            help="Opens the speaker's notes in a window of their own, which follows these slides: for a screen that the room does not see.",
        )  # fmt: skip
        numbers(number)
        if st.button("Leave", key="present.leave", shortcut="Esc", type="tertiary"):
            st.switch_page(page_file("sandbox"))
    with st.container(key="present_clicker"):
        st.button(
            "Next slide (clicker)",
            key="present.page_down",
            shortcut="PageDown",
            on_click=forward,
            args=(number,),
        )
        st.button(
            "Slide before (clicker)", key="present.page_up", shortcut="PageUp", on_click=back, args=(number,)
        )


def notices() -> None:
    """What a link could not give, which the other pages say in their bar."""
    if told := st.session_state.get(session.NOTICES):
        heading, lines = told
        st.warning(plain(f"{heading}: {' '.join(lines)}"), icon=":material/warning:")


def page() -> None:
    """Draws the slide; the bar is drawn last but decides first which slide it is."""
    st.html(heads.CSS + view.CSS)
    state = current()
    if presentation := notes.asked():
        notes.window(presentation)
        frame.end(state)
        return
    stage = st.container(key="present_stage")
    foot = st.container(key="present_foot")
    with foot:
        number = stepper.shown(COUNT)
        bar(number)
    slide = slide_of(number, state)
    with stage:
        notices()
        st.html(view.top_html(slide, number, COUNT))
        if asks(number):
            question(slide)
        else:
            finding(slide, number)
    following = titles()[number] if number < COUNT else ""
    notes.tell(notes.Cue(number, COUNT, slide.title, asks(number), slide.notes, following))
    st.html(view.marker(number, not asks(number)))
    frame.end(state)


page()
