"""Buttons that keep the screen's policies as named runs."""

from __future__ import annotations

import streamlit as st

from policy.comparison import arms
from ui.state import runs
from ui.state import state as s
from ui.state.instead import Change, Offer
from ui.state.session import attempt, kept
from ui.state.state import NamedRun, State
from ui.widgets.boxes import plain, show_refusal
from ui.words import amounts
from ui.words import names as words


def of_screen(state: State) -> tuple[NamedRun, ...]:
    """The current screen's policies as runs that are not kept, as many as fit."""
    names = words.policy_names(state.policies)
    taken: list[str] = []
    for name in names:
        short = name if len(name) <= s.LONGEST_NAME else f"{name[: s.LONGEST_NAME - 6]}…"
        taken.append(short if short not in taken else f"{short} ({len(taken) + 1})")
    pairs = zip(taken, arms(state.policies), strict=True)
    return tuple(NamedRun(name, "", state.world, policy, state.seed, state.paths) for name, policy in pairs)[
        : s.MOST_RUNS
    ]


def kept_words(state: State) -> str:
    """Which runs are kept, in words; nothing where none is."""
    return (
        f"Kept on the page Compare runs: {amounts.listed([r.name for r in state.runs])}."
        if state.runs
        else ""
    )


def keep_more(state: State) -> None:
    """One more run from the current screen, and what of it is not kept yet."""
    keep_button(state)
    present = [r for r in of_screen(state) if not runs.kept_alike(r, state.runs)]
    if present and len(state.runs) < s.MOST_RUNS:
        st.caption(plain(f"On the current screen and not kept: {amounts.listed([r.name for r in present])}."))


def keep_button(state: State) -> None:
    """Keep a policy of the screen as a run."""
    names = words.policy_names(state.policies)
    full = len(state.runs) >= s.MOST_RUNS
    st.menu_button(
        "Keep a run", list(names), key="compare.more", icon=":material/bookmark_add:", type="tertiary",
        on_click=_kept_more, disabled=full,
        help=f"{s.MOST_RUNS} runs are the most that fit; drop one first." if full else
        "Up to six runs, on any worlds, are compared side by side on the page Compare runs.",
    )  # fmt: skip
    show_refusal("compare.more")


def _kept_more() -> None:
    chosen = st.session_state["compare.more"]

    def keep(now: State) -> State:
        names = words.policy_names(now.policies)
        return runs.keep_run(now, names.index(chosen)) if chosen in names else now

    attempt("compare.more", keep, in_place_of_last(keep))


def in_place_of_last(keep: Change) -> list[Offer]:
    """What is done where no more runs fit: the last one makes room."""
    last = len(kept().runs) - 1
    if last < 0:
        return []
    text = f"Put it in place of “{kept().runs[last].name}”"
    return [(text, lambda now: keep(runs.drop_run(now, last)))]
