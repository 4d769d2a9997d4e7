"""The guided story: one step at a time, a prediction before the figures, and a way into the sandbox."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui.live import film as player
from ui.menu import page_file
from ui.state.session import current, results
from ui.story import cards, pictures, story
from ui.story.steps import STEPS, Runs, Step
from ui.widgets import figures, frame, plumbing, stepper
from ui.widgets.boxes import plain
from ui.words import glossary

ANSWERS, SHOWN = "learn.answers", None


def answers() -> dict[str, int | None]:
    """What was answered in this session, by step; `SHOWN` where the figures were asked for without an answer."""
    return st.session_state.setdefault(ANSWERS, {})


def answer(step: Step, choice: int | None) -> None:
    """A first answer counts; later ones do not."""
    answers().setdefault(step.name, choice)


def restart() -> None:
    """Forget answers and score, and begin again."""
    st.session_state[ANSWERS] = {}
    stepper.go(1, len(STEPS))


def score() -> str:
    """How many first answers were right, as far as any were given."""
    given = {name: choice for name, choice in answers().items() if choice is not None}
    if not given:
        return "Answer first, then see what the model says. Nothing you do here changes your own screen."
    right = sum(
        choice == step.truth(runs(step)) for step in STEPS if (choice := given.get(step.name)) is not None
    )
    return f"Your score: {right} of {len(given)} right."


def runs(step: Step) -> Runs:
    """The step's own comparisons, shared by all sessions."""
    return tuple(results(state) for state in story.states(step))


def picture(step: Step) -> None:
    """The part of the market that the step speaks of; its figures only once the question is answered."""
    shown = plumbing.film_of(story.states(step)[0], step.pictured)
    player.still("learn_picture", pictures.picture_html(step, shown, step.name not in answers()))


def ask(step: Step) -> None:
    """The question; nothing of the result is on the page yet."""
    st.html(f'<h3 class="ln-ask">{escape(step.question)}</h3>')
    for k, choice in enumerate(step.choices):
        st.button(plain(choice), key=f"learn.choice.{k}", on_click=answer, args=(step, k), width=520)
    st.button(
        "Show me", key="learn.show", type="tertiary", icon=":material/visibility:",
        on_click=answer, args=(step, SHOWN), help="Shows the result; this question is then not counted.",
    )  # fmt: skip


def reveal(step: Step) -> None:
    """What the run says."""
    summaries = runs(step)
    slide = story.story_slide(step, summaries)
    body = glossary.hover(story.told(step, summaries), f"told-{step.name}")
    st.html(f'<h3 class="ln-ask">{escape(step.question)}</h3>')
    given = answers()[step.name]
    chosen = given if given in range(len(step.choices)) else SHOWN
    st.html(cards.answer_html(step.choices, step.truth(summaries), chosen, body))
    st.html(cards.numbers_html(slide.numbers))


def charts(step: Step) -> None:
    """What the answer rests on."""
    summaries = runs(step)
    slide = story.story_slide(step, summaries)
    st.caption(f"Figures are means over {summaries[0].paths} paths; lines in charts are medians by day.")
    if len(slide.figures[0].panels) > 1:
        for figure in slide.figures:
            figures.draw(figure, summaries[0])
        return
    for figure, column in zip(slide.figures, st.columns(len(slide.figures), gap="large"), strict=True):
        with column:
            figures.draw(figure, summaries[0])


def take(step: Step) -> None:
    """Into the sandbox with the step's world and policies: a change of the user's own screen, which undo takes back."""
    key = f"learn.take.{step.name}"
    frame.open_in_sandbox("Open this step in the sandbox", key, lambda state: story.taken(state, step))


def move(number: int) -> None:
    """Back, next, and out of the story."""
    step = STEPS[number - 1]
    with st.container(horizontal=True, key="learn_move"):
        st.button(
            "Back", key="learn.back", icon=":material/arrow_back:", disabled=number == 1,
            on_click=stepper.go, args=(number - 1, len(STEPS)),
        )  # fmt: skip
        st.button(
            "Next step", key="learn.next", icon=":material/arrow_forward:",
            disabled=number == len(STEPS), on_click=stepper.go, args=(number + 1, len(STEPS)),
        )  # fmt: skip
        take(step)
        if st.button("Present from here", key="learn.present", icon=":material/slideshow:"):
            st.switch_page(page_file("present"), query_params={stepper.STEP: str(number)})
        st.button(
            "Start again", key="learn.restart", icon=":material/restart_alt:", type="tertiary", on_click=restart,
            help="Forgets your answers and your score.",
        )  # fmt: skip
    if number == len(STEPS):
        with st.container(horizontal=True):
            st.page_link(page_file("challenges"), label="Go on to the challenges", icon=":material/flag:")
            st.page_link(
                page_file("mistakes"), label="Common mistakes and glossary", icon=":material/menu_book:"
            )


def page() -> None:
    """Draws the page."""
    frame.begin("The story in eight steps")
    st.html(cards.CSS + glossary.CSS)
    number = stepper.chosen(len(STEPS), "Step of the story")
    step = STEPS[number - 1]
    st.caption(plain(score()))
    st.header(plain(f"{number}. {step.title}"))
    left, right = st.columns(2, gap="large")
    with left:
        st.html(f'<p class="ln-text">{glossary.hover(step.text, f"text-{step.name}")}</p>')
        if step.name in answers():
            reveal(step)
        else:
            ask(step)
    with right:
        picture(step)
    if step.name in answers():
        charts(step)
    move(number)
    frame.end(current())


page()
