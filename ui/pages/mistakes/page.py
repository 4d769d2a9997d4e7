"""Common mistakes, each with a screen that shows it, and the glossary with search."""

from __future__ import annotations

from html import escape

import streamlit as st

from ui.pages.mistakes import mistakes
from ui.pages.mistakes.mistakes import MISTAKES, Mistake
from ui.state.session import current
from ui.story import cards
from ui.widgets import frame
from ui.widgets.boxes import plain
from ui.words import glossary

SEARCH = "glossary.search"


def card(mistake: Mistake) -> None:
    """A mistake, what to do instead, and the button that shows it."""
    key = f"mistake.show.{mistake.name}"
    with st.container(border=True, key=f"mistake_{mistake.name}"):
        st.subheader(plain(mistake.title))
        wrong = glossary.hover(mistake.wrong, f"wrong-{mistake.name}", 4)
        instead = glossary.hover(mistake.instead, f"instead-{mistake.name}", 4)
        st.html(
            f'<p class="ln-text">{wrong}</p><p class="ln-text"><strong>Instead:</strong> {instead}</p>'
            f'<p class="sb-quiet">On the screen: {escape(mistake.look)}</p>'
        )
        frame.open_in_sandbox("Show it in the sandbox", key, lambda state: mistakes.screen(state, mistake))


def terms() -> None:
    """All terms, or those that match the search."""
    st.header("Glossary")
    query = st.text_input(
        "Search the glossary", key=SEARCH, persist_state="session", max_chars=60, width=360,
        placeholder="a term or a word, such as margin",
    )  # fmt: skip
    matching = glossary.found(query or "")
    st.caption(f"{len(matching)} of {len(glossary.TERMS)} terms.")
    if matching:
        st.html(glossary.listing(matching))
    else:
        st.info(plain(f"No term has “{query}”. Try a single word, such as repo, margin or swap."))


def page() -> None:
    """Draws the page."""
    frame.begin("Common mistakes and glossary")
    st.html(cards.CSS + glossary.CSS)
    st.markdown(
        "Ten ways to misread a simulation like this one. Dotted terms explain themselves: point at them, tap them, or "
        "reach them with the Tab key."
    )
    for left in range(0, len(MISTAKES), 2):
        for mistake, column in zip(MISTAKES[left : left + 2], st.columns(2, gap="medium"), strict=False):
            with column:
                card(mistake)
    terms()
    frame.end(current())


page()
