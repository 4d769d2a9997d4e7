"""The speaker's notes in a window of their own, which follows the slides of the window that opened it.

The slides' window says on the server which slide it shows, under a name that only its link to the notes has; the notes'
window looks there once a second. So the notes may be on another screen, or on another device.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

import streamlit as st

from ui.menu import path
from ui.pages.present import view

ADDRESS, OWN = "notes", "present.notes"
MOST_FOLLOWED = 300  # presentations, the last ones
EVERY = 1.0  # seconds


@dataclass(frozen=True)
class Cue:
    """What the speaker sees of a slide; `following` is the title of the next one, if there is one."""

    number: int
    count: int
    title: str
    waits: bool  # for the answer to be shown
    notes: str
    following: str


@st.cache_resource(show_spinner=False)
def _shown() -> tuple[threading.Lock, OrderedDict[str, Cue]]:
    return threading.Lock(), OrderedDict()


def name() -> str:
    """This presentation's name, which nobody can guess."""
    if OWN not in st.session_state:
        st.session_state[OWN] = secrets.token_urlsafe(12)
    return str(st.session_state[OWN])


def link() -> str:
    """Where this presentation's notes are."""
    return f"{path('present')}?{ADDRESS}={name()}"


def tell(cue: Cue) -> None:
    """This presentation shows a slide."""
    lock, cues = _shown()
    with lock:
        cues[name()] = cue
        cues.move_to_end(name())
        while len(cues) > MOST_FOLLOWED:
            cues.popitem(last=False)


def asked() -> str | None:
    """Whose notes this window is to show; nothing in the slides' own window."""
    return st.query_params.get(ADDRESS)


@st.fragment(run_every=EVERY)
def window(presentation: str) -> None:
    """The notes of the slide that a presentation shows now."""
    lock, cues = _shown()
    with lock:
        cue = cues.get(presentation)
    if cue is None:
        st.info(
            "This window follows no presentation. Open it with the button Notes below the slides.",
            icon=":material/info:",
        )
        return
    st.html(view.notes_html(cue.title, cue.notes, _place(cue), cue.following))


def _place(cue: Cue) -> str:
    return f"Slide {cue.number} of {cue.count}{', the answer is not shown yet' if cue.waits else ''}"
