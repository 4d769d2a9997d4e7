"""Challenges: goals on a shipped world, checked against the policies on the user's own screen."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from models.library import shipped
from policy.outcomes.summary import Summary
from ui.menu import page_file
from ui.pages.challenges import challenges as ch
from ui.pages.challenges.challenges import CHALLENGES, Challenge
from ui.state.instead import with_less
from ui.state.session import attempt, current, kept, results
from ui.state.state import State
from ui.story import cards
from ui.widgets import frame
from ui.widgets.boxes import plain, show_refusal
from ui.words import glossary, names

SOLVED = "challenges.solved"


def remember(state: State, summary: Summary) -> set[str]:
    """Challenges solved in this session, with those that the screen solves now."""
    solved = {*st.session_state.get(SOLVED, ()), *ch.solved_names(state, summary)}
    st.session_state[SOLVED] = sorted(solved)
    return solved


def card(challenge: Challenge, state: State, summary: Summary, solved: bool) -> None:
    """One card: what is asked, and the verdict where the screen shows its world."""
    with st.container(border=True, key=f"challenge_{challenge.name}"):
        st.subheader(plain(f"{'✓ ' if solved else ''}{challenge.title}"))
        text = glossary.hover(challenge.text, f"ch-{challenge.name}", 4)
        world = escape(names.changed_words(shipped(challenge.world)))
        st.html(f'<p class="ln-text">{text}</p><p class="sb-quiet">World: {world}</p>')
        if ch.plays(challenge, state):
            st.html(ch.verdict_html(ch.verdict(challenge, summary)))
        else:
            st.html(ch.goals_html(challenge))
            load(challenge)
        hint(challenge)


def load(challenge: Challenge) -> None:
    """The challenge's world onto the user's screen; policies of one's own stay, and undo takes it back."""
    key, change = f"challenge.load.{challenge.name}", partial(ch.loaded, challenge)
    st.button(
        "Load this world", key=key, icon=":material/play_arrow:", on_click=attempt,
        args=(key, change, with_less(change, kept())),
        help="Replaces your world. Undo brings it back.",
    )  # fmt: skip
    show_refusal(key)


def hint(challenge: Challenge) -> None:
    fold = st.expander("Hint", key=f"challenge.hint.{challenge.name}", on_change="rerun", type="compact")
    if fold.open:
        fold.write(plain(challenge.hint))


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("Challenges")
    st.html(cards.CSS + glossary.CSS)
    summary = results(state)
    solved = remember(state, summary)
    st.markdown(
        "Load a world, then change or add policies in the sidebar. Every goal is checked against the mean over paths of each "
        "policy on your screen, and the one that comes nearest is shown. The world itself must stay as it was shipped."
    )
    frame.lead(f"Solved in this session: {len(solved)} of {len(CHALLENGES)}.")
    here = [c for c in CHALLENGES if ch.plays(c, state)]
    for challenge in here:
        card(challenge, state, summary, challenge.name in solved)
    rest = [c for c in CHALLENGES if c not in here]
    for left in range(0, len(rest), 2):
        for challenge, column in zip(rest[left : left + 2], st.columns(2), strict=False):
            with column:
                card(challenge, state, summary, challenge.name in solved)
    st.page_link(page_file("sandbox"), label="See your policies in the sandbox", icon=":material/monitoring:")
    frame.end(state)


page()
