"""When a policy starts or stops: a date, or a trigger on a published figure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from models.simulation import PUBLISHED
from policy.interventions.triggers import FIRST_SIGN, Trigger
from ui.state.state import State
from ui.widgets.boxes import Change, mirror, plain, rounded, send, show_refusal
from ui.words import names

DATE, CONDITION, NEVER = "On a date", "On a trigger", "Never"


def moment_controls(
    key: str,
    text: str,
    value: dt.date | Trigger | None,
    optional: bool,
    about: dict[str, Any],
    change: Change,
) -> None:
    way = CONDITION if isinstance(value, Trigger) else NEVER if value is None else DATE
    mirror(f"{key}.way", way)
    st.segmented_control(
        text,
        (CONDITION, DATE, NEVER) if optional else (CONDITION, DATE),
        key=f"{key}.way",
        required=True,
        help=plain(names.help_text(about)),
        on_change=send,
        args=(f"{key}.way", lambda state, new: change(state, _fresh_moment(state, new))),
    )
    if isinstance(value, Trigger):
        _trigger(key, value, change)
    elif value is not None:
        _date(key, value, change)
    show_refusal(f"{key}.way")


def _fresh_moment(state: State, way: str) -> str | None:
    """A first guess when the way changes: the first simulated day, or the usual trigger."""
    if way == NEVER:
        return None
    return state.world.scenario.calendar[1].isoformat() if way == DATE else str(FIRST_SIGN)


def _date(key: str, value: dt.date, change: Change) -> None:
    mirror(f"{key}.date", value)
    st.date_input(
        "First day",
        key=f"{key}.date",
        min_value=dt.date(1990, 1, 1),
        max_value=dt.date(2100, 12, 31),
        on_change=send,
        args=(f"{key}.date", lambda state, day: change(state, day.isoformat())),
    )
    show_refusal(f"{key}.date")


def _trigger(key: str, value: Trigger, change: Change) -> None:
    def part(field: str) -> Change:
        def new_start(state: State, new: Any) -> State:
            return change(state, str(value.model_copy(update={field: new})))

        return new_start

    mirror(f"{key}.metric", value.metric)
    st.selectbox(
        "Once the close of",
        tuple(PUBLISHED),
        format_func=lambda m: plain(f"{names.METRIC_NAMES[m][0]}, {names.METRIC_NAMES[m][1]}"),
        key=f"{key}.metric",
        on_change=send,
        args=(f"{key}.metric", part("metric")),
    )
    mirror(f"{key}.side", "above" if value.above else "below")
    st.segmented_control(
        "is",
        ("above", "below"),
        key=f"{key}.side",
        required=True,
        on_change=send,
        args=(f"{key}.side", lambda state, side: part("above")(state, side == "above")),
    )
    mirror(f"{key}.level", value.level)
    st.number_input(
        "Level", step=1.0, format="%g", key=f"{key}.level", value=None, on_change=send,
        args=(f"{key}.level", rounded(part("level"))),
    )  # fmt: skip
    mirror(f"{key}.days", value.days)
    st.number_input(
        "for days running", min_value=1, max_value=60, key=f"{key}.days", value=None, on_change=send,
        args=(f"{key}.days", part("days")),
    )  # fmt: skip
    for field in ("metric", "side", "level", "days"):
        show_refusal(f"{key}.{field}")
