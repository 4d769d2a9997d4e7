"""What the pages beside the sandbox share: the same levers, what the figures belong to, styles and the closing line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from models import MODEL_VERSION
from models.library import SHIPPED, shipped
from models.scenario import World
from policy.spec import Policy
from ui import scorecard_html, tables, words
from ui import state as s
from ui.controls import draw_controls, plain, policy_controls, world_controls
from ui.session import attempt
from ui.state import State

SANDBOX = Path(__file__).parent / "pages" / "sandbox.py"


@dataclass(frozen=True)
class Origin:
    """What a figure's numbers belong to, as the head of its file says it."""

    world: World
    policies: tuple[Policy, ...]
    seed: int
    paths: int
    model_version: int = MODEL_VERSION

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        return self.world.scenario.calendar


def begin(title: str) -> None:
    """Styles and the page's title."""
    st.html(scorecard_html.CSS + tables.css())
    st.title(title)


def lead(text: str) -> None:
    """The page's finding in one sentence."""
    st.html(f'<p class="sb-verdict" data-testid="verdict">{scorecard_html.escape(text)}</p>')


def heading(title: str, note: str) -> None:
    """A finding and how to read what follows, as above a chart."""
    st.html(scorecard_html.figure_head(title, note, (), True))


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
    st.caption(words.QUIET)
    st.html(scorecard_html.marker(s.digest(state)))


def changed_words(world: World) -> str:
    """The world's title, and that it was changed where it was."""
    title = shipped(world.name).title if world.name in SHIPPED else world.title or world.name
    return title if world == s.base_world(world) else f"{title} (changed)"


def with_whole_episode(name: str) -> Callable[[State], State]:
    """Another episode together with what is usually compared on it, such as what the Fed did."""
    return lambda state: s.reset_policies(s.with_episode(state, name))


def open_in_sandbox(name: str, text: str, key: str) -> None:
    """A button that opens an episode with its own comparison in the sandbox; the old state stays in the history."""
    if st.button(
        plain(text),
        key=key,
        icon=":material/open_in_new:",
        on_click=attempt,
        args=(key, with_whole_episode(name)),
    ):
        st.switch_page(SANDBOX)
