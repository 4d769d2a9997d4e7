"""Levers of the world and of its draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from models.library import SHIPPED, shipped
from models.scenario import GROUPS
from models.worlds import flatten
from policy.described import parameters
from ui.live import levers
from ui.state import state as s
from ui.state.session import Offer, attempt
from ui.state.state import State
from ui.widgets.boxes import Change, mirror, number_box, plain, send, show_refusal, slide, tuple_box
from ui.words import names
from ui.words.names import GROUP_NAMES


def world_controls(state: State) -> None:
    """Episode, the few levers, everything else one click down, and the world's own reset."""
    mirror("episode", state.world.name)
    st.selectbox(
        "Episode",
        SHIPPED,
        format_func=lambda name: shipped(name).title,
        key="episode",
        on_change=_episode_sent,
    )
    st.caption(plain(state.world.summary))
    rows = {row["name"]: row for row in parameters(state.world)}
    first = s.top_levers(state.world)
    _top_levers(state, [rows[name] for name in first])
    more = st.expander("All parameters", key="more_world", on_change="rerun")
    if more.open:
        with more:
            _all_parameters(state, rows, set(first))
    changed = state.world != s.base_world(state.world)
    st.button(
        "Reset the world",
        key="reset_world",
        icon=":material/restart_alt:",
        disabled=not changed,
        on_click=attempt,
        args=("reset_world", s.reset_world, [_with_usual(state.world.name)]),
        width="stretch",
    )
    show_refusal("reset_world")
    show_refusal("episode")


def _episode_sent() -> None:
    name = st.session_state["episode"]
    attempt("episode", lambda state: s.with_episode(state, name), [_with_usual(name)])


def _with_usual(name: str) -> Offer:
    """An episode with what is usually compared on it, for policies that do not fit it."""
    return f"Open “{shipped(name).title}” with its usual policies", s.with_whole_episode(name)


# Streamlit's own controls stand in for the component until it has answered once: unseen unless it does not load.
STAND_IN = """<style>
@keyframes plain-levers{to{visibility:visible;height:auto;overflow:visible}}
.st-key-plain_levers{visibility:hidden;height:0;overflow:hidden;animation:plain-levers 0s 4s forwards}
html[data-levers=live] .st-key-plain_levers{display:none}
</style>"""


def _top_levers(state: State, rows: Sequence[dict[str, Any]]) -> None:
    """The levers shown first, as one component."""
    levers.draw(state, rows)
    if levers.spoken():
        return
    st.html(STAND_IN)
    with st.container(key="plain_levers"):
        for row in rows:
            _world_lever(state, row, slide)


def _world_lever(state: State, row: dict[str, Any], draw: Callable[..., None]) -> None:
    name = row["name"]
    base = flatten(s.base_world(state.world))[name]
    value = flatten(state.world)[name]
    draw(f"world.{name}", names.label(name), value, row, base, _set_world(name))


def _set_world(name: str) -> Change:
    return lambda state, value: s.with_world(state, {name: value})


def _all_parameters(state: State, rows: dict[str, Any], shown: set[str]) -> None:
    """One group at a time: what is hidden costs nothing."""
    group = st.selectbox(
        "Group",
        (*GROUPS, "scenario"),
        format_func=GROUP_NAMES.__getitem__,
        key="group",
        persist_state="session",
    )
    for name, row in rows.items():
        if name.partition(".")[0] != group or name in shown:
            continue
        value = flatten(state.world)[name]
        if isinstance(value, tuple):
            base = flatten(s.base_world(state.world))[name]
            tuple_box(f"world.{name}", names.label(name), value, row, base, _set_world(name))
        else:
            _world_lever(state, row, number_box)


def draw_controls(state: State) -> None:
    """Seed and number of paths."""
    with st.container(horizontal=True):
        mirror("paths", state.paths)
        st.number_input(
            "Paths", min_value=2, max_value=s.MOST_PATHS, step=64, key="paths", value=None,
            help="Random paths of the shocks. More paths narrow the intervals and take longer.",
            on_change=send, args=("paths", lambda state, n: s.with_draws(state, paths=n), state.paths), width=120,
        )  # fmt: skip
        mirror("seed", state.seed)
        st.number_input(
            "Seed", min_value=0, max_value=2**31 - 1, key="seed", value=None,
            help="The same seed gives the same numbers. All policies always see the same draws.",
            on_change=send, args=("seed", lambda state, n: s.with_draws(state, seed=n), state.seed), width=120,
        )  # fmt: skip
    show_refusal("paths")
    show_refusal("seed")
