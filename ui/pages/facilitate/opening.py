"""Opening a room: its question, the world of one's own screen, the policies and levers it allows, and what is predicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from models.errors import Refused
from policy.outcomes.scorecard import BY_KEY
from ui.rooms import plan, rules, screen, words
from ui.rooms.database import DOWN, StoreDown
from ui.rooms.house import House
from ui.rooms.plan import RoomPlan
from ui.state.state import State
from ui.widgets.boxes import mirror, plain
from ui.widgets.remedies import Choices, Remedy, tell_with
from ui.words import names

HOSTS = "rooms.hosts"  # facilitators' secrets of this session, by code
NEW = "rooms.new"  # the room that this session has just opened
QUESTION, KINDS, LEVERS = "facilitate.question", "facilitate.kinds", "facilitate.levers."
CRISES = (plan.PATHS, plan.MOST_ROOM_PATHS)


def opening(rooms: House, state: State) -> None:
    """The form, and the room once it is opened."""
    st.markdown(
        plain(
            "Up to 200 people join with a code on their phones: they guess before anything runs, submit policies of their own, see "
            "all of them on the same shocks, move one lever together, and vote. The room plays in the world of your screen, which "
            "is locked while it lasts; set it in the sidebar first."
        )
    )
    st.markdown(f"**World:** {plain(names.changed_words(state.world))}")
    mirror(QUESTION, st.session_state.get(QUESTION, plan.QUESTION))
    st.text_input("Question", key=QUESTION, persist_state="session", max_chars=rules.LONGEST_QUESTION)
    mirror(KINDS, _kinds(st.session_state))
    kinds = st.pills(
        "Policies that people may submit", plan.room_kinds(), selection_mode="multi", key=KINDS, persist_state="session",
        format_func=words.kind_title,
    )  # fmt: skip
    known = {lever.key: lever for kind in kinds for lever in plan.levers(kind)}
    mirror(_levers_key(kinds), _levers(kinds, st.session_state))
    st.pills(
        "Levers on their phones", list(known), selection_mode="multi", key=_levers_key(kinds), persist_state="session",
        format_func=lambda key: f"{words.kind_title(known[key].kind)}: {known[key].title.lower()}",
    )  # fmt: skip
    full = st.toggle("Policies built in the sandbox are welcome too", value=True, key="facilitate.full")
    quiz = st.toggle(
        "A quiz before and after", key="facilitate.quiz",
        help="The same questions at the beginning and at the end, answered on the phones, about five minutes each; results without names.",
    )  # fmt: skip
    left, right = st.columns(2)
    asked = left.selectbox(
        "Everybody predicts what this policy changes", kinds, key=f"facilitate.asked.{'.'.join(kinds)}",
        format_func=words.kind_title,
    )  # fmt: skip
    outcome = right.selectbox(
        "in this figure", _outcomes(), key="facilitate.outcome", format_func=lambda key: f"{BY_KEY[key].title}, {BY_KEY[key].unit}"
    )  # fmt: skip
    paths = st.segmented_control(
        "Crises", CRISES, default=CRISES[0], key="facilitate.paths", required=True,
        help="Random paths of the world on which every policy of the room is run.",
    )  # fmt: skip
    if st.button("Open the room", key="facilitate.open", icon=":material/meeting_room:"):

        def planned(now: State, choices: Choices) -> RoomPlan:
            own = _kinds(choices)
            first = asked if asked in own else next(iter(own), "")
            screen_of, levers = replace(now, paths=paths), _levers(own, choices)
            question = choices.get(QUESTION, plan.QUESTION)
            return replace(plan.plan(question, screen_of, own, levers, outcome, first, full), quiz=quiz)

        _open(rooms, state, planned)


def _outcomes() -> list[str]:
    """Figures that can be predicted: those with a direction, the board's own first."""
    first = list(words.BOARD_KEYS)
    return [*first, *(key for key, row in BY_KEY.items() if row.better != "neither" and key not in first)]


def _kinds(choices: Mapping[Any, Any]) -> list[str]:
    """Policies that the room allows."""
    return [name for name in choices.get(KINDS, plan.USUAL_KINDS) if name in plan.room_kinds()]


def _levers_key(kinds: Sequence[str]) -> str:
    return f"{LEVERS}{'.'.join(kinds)}"


def _levers(kinds: Sequence[str], choices: Mapping[Any, Any]) -> list[str]:
    """Levers of the room's policies: those chosen for exactly these policies, else the usual ones."""
    known = [lever.key for kind in kinds for lever in plan.levers(kind)]
    return [key for key in choices.get(_levers_key(kinds), plan.usual_levers(kinds)) if key in known]


def remedies(choices: Mapping[Any, Any]) -> Iterator[Remedy]:
    """Other choices: as many policies and levers as a room holds, the usual ones, the usual question."""
    kinds = _kinds(choices)
    levers = _levers(kinds, choices)
    if kinds:
        yield Remedy(
            f"Take the first {plan.MOST_LEVERS} levers", {_levers_key(kinds): levers[: plan.MOST_LEVERS]}
        )
        yield Remedy("Take the usual levers", {_levers_key(kinds): None})
        yield Remedy(f"Allow the first {plan.MOST_KINDS} policies", {KINDS: kinds[: plan.MOST_KINDS]})
    yield Remedy("Allow the usual policies", {KINDS: None})
    yield Remedy("Ask the usual question", {QUESTION: None})


def _open(rooms: House, state: State, planned: Callable[[State, Choices], RoomPlan]) -> None:
    try:
        code, host = rooms.store.open(planned(state, st.session_state))
    except Refused as refusal:
        tell_with("facilitate.open", refusal, remedies(st.session_state), planned)
        return
    except StoreDown:
        st.error(DOWN, icon=":material/cloud_off:")
        return
    st.session_state[HOSTS] = {**st.session_state.get(HOSTS, {}), code: host}
    st.session_state[NEW] = code
    st.query_params[screen.ROOM] = code
    st.rerun()
