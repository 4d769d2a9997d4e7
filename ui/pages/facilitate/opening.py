"""Opening a room: its question, the world of one's own screen, the policies and levers it allows, and what is predicted."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from models.errors import Refused
from policy.outcomes.scorecard import BY_KEY
from ui.rooms import plan, rules, screen, words
from ui.rooms.database import DOWN, StoreDown
from ui.rooms.house import House
from ui.rooms.plan import RoomPlan
from ui.state.state import State
from ui.widgets.boxes import plain
from ui.words import names

HOSTS = "rooms.hosts"  # facilitators' secrets of this session, by code
NEW = "rooms.new"  # the room that this session has just opened
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
    question = st.text_input(
        "Question", value=plan.QUESTION, key="facilitate.question", max_chars=rules.LONGEST_QUESTION
    )
    kinds = st.pills(
        "Policies that people may submit", plan.room_kinds(), selection_mode="multi", default=plan.USUAL_KINDS,
        key="facilitate.kinds", format_func=words.kind_title,
    )  # fmt: skip
    known = {lever.key: lever for kind in kinds for lever in plan.levers(kind)}
    chosen = st.pills(
        "Levers on their phones", list(known), selection_mode="multi",
        default=[key for key in plan.usual_levers(kinds) if key in known], key=f"facilitate.levers.{'.'.join(kinds)}",
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
        screen_of = replace(state, paths=paths)

        def wanted() -> RoomPlan:
            own = plan.plan(question, screen_of, kinds, chosen, outcome, asked or "", full)
            return replace(own, quiz=quiz)

        _open(rooms, wanted)


def _outcomes() -> list[str]:
    """Figures that can be predicted: those with a direction, the board's own first."""
    first = list(words.BOARD_KEYS)
    return [*first, *(key for key, row in BY_KEY.items() if row.better != "neither" and key not in first)]


def _open(rooms: House, wanted) -> None:  # type: ignore[no-untyped-def]
    try:
        own: RoomPlan = wanted()
        code, host = rooms.store.open(own)
    except Refused as refusal:
        st.error(plain(f"{str(refusal)[:1].upper()}{str(refusal)[1:]}."), icon=":material/block:")
        return
    except StoreDown:
        st.error(DOWN, icon=":material/cloud_off:")
        return
    st.session_state[HOSTS] = {**st.session_state.get(HOSTS, {}), code: host}
    st.session_state[NEW] = code
    st.query_params[screen.ROOM] = code
    st.rerun()
