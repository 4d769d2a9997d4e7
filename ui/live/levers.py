"""The top levers as one component: drawn and clamped in the browser, answered here by a validated new state."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import streamlit as st

from models.worlds import flatten
from policy.studies.lever_ends import LeverEnd, Stretch, lever_ends
from policy.studies.valid_ranges import TIED
from ui.state import state as s
from ui.state.session import attempt, refusal
from ui.state.state import State
from ui.words import factors, levels, names, refusals

KEY, HEARD = "levers", "levers.heard"
WALL = 0.15  # part of the usable stretch that the track shows beyond an end inside the lever's own bounds
CROWDED = 0.5  # usable part of a lever's bounds under which the track is cut
GRID = 10  # values between two steps


def asset(name: str) -> str:
    """The text of a file that the browser gets."""
    return resources.files("ui.live").joinpath(name).read_text(encoding="utf-8")


# A name that no page can read as its own; streamlit serves inline scripts without another request.
_mount = st.components.v2.component("backstop_levers", css=asset("levers.css"), js=asset("levers.js"))


def draw(state: State, rows: Sequence[Mapping[str, Any]]) -> None:
    """The levers of some parameters, as `policy.described.parameters` describes them."""
    data = {
        "levers": [lever_data(state, row) for row in rows],
        "heard": heard(),
    }
    _mount(key=KEY, data=data, on_moved_change=_moved)


def heard() -> int:
    """The number of the last value that the browser sent."""
    number: int = st.session_state.get(HEARD, 0)
    return number


def heard_mark() -> str:
    """The same as an element that is not seen, to stand with the answer that holds the value."""
    return f'<i data-heard="{heard()}" hidden></i>'


def spoken() -> bool:
    """Whether the component has answered in this session: then it runs, and nothing need stand in for it."""
    return HEARD in st.session_state


def _moved() -> None:
    """A lever was let go: a name, a value and a running number that the answer repeats."""
    sent: Any = st.session_state[KEY].moved
    if not isinstance(sent, Mapping):
        return
    name, value, number = sent.get("name"), sent.get("value"), sent.get("number")
    numeric = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not (isinstance(name, str) and numeric and isinstance(number, int)):
        return
    st.session_state[HEARD] = number
    attempt(where(name), lambda state: s.with_world(state, {name: round(float(value), 10)}))


def where(name: str) -> str:
    """The place of a lever in the history and among refusals, as that of streamlit's own control."""
    return f"world.{name}"


def lever_data(state: State, row: Mapping[str, Any]) -> dict[str, Any]:
    """One lever as the browser draws it."""
    name, unit = row["name"], row["unit"]
    base_world = s.base_world(state.world)
    value, base = float(flatten(state.world)[name]), float(flatten(base_world)[name])
    step = levels.round_step(row["low"], row["high"], base)
    low, high = _ends(state, row, step)
    left, right = _track(state, row, step, (low.value, high.value))
    at = levels.ticks(state.world, name)
    refused = refusal(where(name))
    return {
        "name": name,
        "label": names.label(name),
        "unit": list(factors.unit_parts(unit)),
        "about": names.help_text(dict(row)),
        "value": value,
        "base": base,
        "step": step,
        "grid": step / GRID,
        "digits": levels.digits(step / GRID),
        "low": min(low.value, value),
        "high": max(high.value, value),
        "left": min(left, value),
        "right": max(right, value),
        "ruled": name.partition(".")[0] in TIED,
        "ends": [levels.end_words(low, unit, True), levels.end_words(high, unit, False)],
        "ticks": [{"at": t.at, "text": t.text} for t in at if left <= t.at <= right],
        "bands": [{"upto": b.upto, "text": b.text} for b in levels.bands(name, at)],
        "refused": refusals.sentence(refused) if refused else "",
    }


def _ends(state: State, row: Mapping[str, Any], step: float) -> tuple[LeverEnd, LeverEnd]:
    lever = Stretch(row["name"], float(row["low"]), float(row["high"]), step / GRID)
    return lever_ends(state.world, lever)


def _track(
    state: State, row: Mapping[str, Any], step: float, usable: tuple[float, float]
) -> tuple[float, float]:
    """What the track spans: the lever's bounds or, where little of them is usable in the episode as shipped, that and a
    wall beyond it. It stays while other levers move, so that no thumb moves by itself."""
    least, most = float(row["low"]), float(row["high"])
    shipped = s.base_world(state.world)
    _, high = lever_ends(shipped, Stretch(row["name"], least, most, step / GRID))
    if high.value - least > CROWDED * (most - least) or usable[1] > high.value:
        return least, most
    wall = high.value + WALL * (high.value - least)
    return least, min(most, math.ceil(wall / step) * step)
