"""Sliders for the weights of a ranking."""

from __future__ import annotations

import streamlit as st

from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, MOST, Weights
from ui.state import state as s
from ui.state.session import attempt, current
from ui.widgets.boxes import mirror, plain, show_refusal

STEP = 0.5
CRITERION_TITLES = {c.key: c.title for c in CRITERIA}


def _weight_key(key: str) -> str:
    return f"weights.{key}"


def chosen_weights() -> Weights:
    """The state's weights."""
    return current().counting.weights


def weight_sliders(abreast: int = 4) -> Weights:
    """A slider for each criterion, a reset, and the weights; what is refused springs back, with the reason."""
    chosen = chosen_weights()
    for start in range(0, len(CRITERIA), abreast):
        for column, c in zip(st.columns(abreast), CRITERIA[start : start + abreast], strict=False):
            key = _weight_key(c.key)
            mirror(key, chosen[c.key])
            column.slider(
                plain(c.title), 0.0, MOST, step=STEP, format="%g", key=key,
                help=plain(f"{c.meaning} Evidence: {c.evidence}, a judgement made here."),
                on_change=_weight_sent, args=(c.key,),
            )  # fmt: skip
    show_refusal("weights")
    st.button(
        "Equal weights again", key="weights.reset", icon=":material/restart_alt:", on_click=attempt,
        args=("weights", lambda state: s.reset_counting(state, "weights")), disabled=chosen == DEFAULT_WEIGHTS,
    )  # fmt: skip
    return chosen


def _weight_sent(key: str) -> None:
    value = st.session_state[_weight_key(key)]
    least = f"Leave “{CRITERION_TITLES[key]}” at {STEP:g}", lambda state: s.with_weight(state, key, STEP)
    equal = "Use equal weights", lambda state: s.reset_counting(state, "weights")
    attempt("weights", lambda state: s.with_weight(state, key, value), [least, equal])
