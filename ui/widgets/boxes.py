"""Controls: each mirrors one value of the state, and its callback asks for a validated new state.

Widgets carry no defaults. Before a widget is drawn its key is written where it differs from the state; a refused
value therefore springs back, and the reason stands beside the control.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from models.errors import Refused
from models.text import markdown
from policy.interventions.triggers import number
from ui.state.session import attempt, offered, refusal
from ui.widgets.offers import Change, instead
from ui.words import names, refusals
from ui.words.levels import digits, round_step


def plain(text: str) -> str:
    """Words for streamlit's Markdown: no mark in them is one, dollars are dollars and colons no icons."""
    return markdown(text)


def mirror(key: str, value: Any) -> None:
    """Write a widget's key from the state before the widget is drawn.

    Always, not only where it differs: a run that is overtaken by the next would otherwise leave the browser without
    the value, and the widget would fall to its lowest.
    """
    st.session_state[key] = value


SENT = "sent"  # the control that was moved last, and what it asked for


def send(key: str, change: Change, now: Any = None) -> None:
    """The callback of a control: asks for the change with the value that was sent; `now` is the value that held."""
    value = st.session_state[key]
    if value is not None:
        st.session_state[SENT] = (key, value)
        attempt(key, lambda state: change(state, value), instead(change, now, value))


def tell(refused: Refused) -> None:
    """A refusal in plain words."""
    st.error(plain(f"{refusals.sentence(refused)}."), icon=":material/block:")


def show_refusal(key: str) -> None:
    """What was refused at a control in the last attempt, beside it."""
    refused = refusal(key)
    if refused is None:
        return
    tell(refused)
    offer = offered(key)
    if offer is not None:
        text, change = offer
        st.button(
            plain(text), key=f"{key}.offer", icon=":material/check:", on_click=attempt, args=(key, change)
        )


def back_button(key: str, value: Any, base: Any, change: Change) -> None:
    """One lever's own reset, there only where the lever was moved."""
    if value == base:
        return
    st.button(
        plain(f"Back to {names.value_words(base)}"),
        key=f"{key}.back",
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=attempt,
        args=(f"{key}.back", lambda state: change(state, base)),
    )


# Numbers


def number_box(key: str, text: str, value: float, about: dict[str, Any], base: float, change: Change) -> None:
    """A number with bounds. The browser stops at them; the model names them again."""
    whole = isinstance(value, int)
    cast: Any = int if whole else float
    step = (
        max(1, round(round_step(about["low"], about["high"], base)))
        if whole
        else round_step(about["low"], about["high"], base)
    )
    mirror(key, value)
    st.number_input(
        plain(_labelled(text, about, value, base)),
        min_value=cast(about["low"]),
        max_value=cast(about["high"]),
        step=cast(step),
        format="%d" if whole else "%g",
        key=key,
        help=plain(names.help_text(about)),
        value=None,
        on_change=send,
        args=(key, rounded(change), value),
    )
    show_refusal(key)
    back_button(key, value, base, change)


def slide(key: str, text: str, value: float, about: dict[str, Any], base: float, change: Change) -> None:
    """A lever for one of the few numbers shown first."""
    step = round_step(about["low"], about["high"], base)
    decimals = digits(step)
    mirror(key, value)
    st.slider(
        plain(_labelled(text, about, value, base)),
        min_value=float(about["low"]),
        max_value=float(about["high"]),
        step=step,
        format=f"%.{decimals}f",
        key=key,
        help=plain(names.help_text(about)),
        on_change=send,
        args=(key, rounded(change), value),
    )
    show_refusal(key)
    back_button(key, value, base, change)


def rounded(change: Change) -> Change:
    return lambda state, value: change(state, round(value, 10) if isinstance(value, float) else value)


def _labelled(text: str, about: dict[str, Any], value: float, base: float) -> str:
    unit = about["unit"]
    was = "" if value == base else f" · default {number(base)}"
    return f"{text}, {unit}{was}"


def tuple_box(
    key: str, text: str, value: Sequence[float], about: dict[str, Any], base: Sequence[float], change: Change
) -> None:
    """Several numbers at once, so that shares which must sum to one change together."""
    mirror(key, " / ".join(number(x) for x in value))
    st.text_input(
        plain(f"{text}, {about.get('unit', '')}"),
        key=key,
        help=plain(names.help_text(about)),
        on_change=send,
        args=(
            key,
            lambda state, typed: change(state, typed if isinstance(typed, tuple) else _numbers(typed)),
            tuple(value),
        ),
    )
    show_refusal(key)
    back_button(key, value, base, change)


def _numbers(text: str) -> tuple[Any, ...]:
    """Numbers between slashes; what is not a number stays text, for the model to refuse by name."""
    return tuple(_number(part.strip()) for part in text.split("/"))


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
