"""The people of a room as its facilitator sees them, and a way back for whoever lost a seat."""

from __future__ import annotations

import streamlit as st

from ui.html.tables import Row, table
from ui.pages.facilitate.acting import act
from ui.rooms import rules, screen
from ui.rooms.house import House
from ui.rooms.views import RoomView

WAY_BACK = "facilitate.way_back"  # of this session: the seat and its key


def people(view: RoomView) -> None:
    """Who did what; others' choices stay on the board."""
    if not view.seats:
        st.caption("Nobody has joined yet.")
        return
    done = {True: "yes", False: "–"}
    rows = [
        Row(
            seat.name,
            [done[seat.id in view.predictions], done[view.entry_of(seat.id) is not None], done[seat.id in view.moves],
             done[seat.id in view.votes]],
        )
        for seat in view.seats
    ]  # fmt: skip
    st.html(table("Who did what", "Name", ["Predicted", "Submitted", "Moved", "Voted"], rows, "people"))


def lost_seat(rooms: House, view: RoomView, host: str) -> None:
    """A link that gives a seat to another browser, for a person whose browser forgot it."""
    with st.popover("Somebody lost their seat", icon=":material/chair_alt:"):
        minutes = round(rules.RETURNS_FOR / 60)
        st.caption(
            "A person whose phone or browser has changed, or forgot its cookies, gets the seat back with all that was sent "
            f"from it. Make a link, and let that person alone open it, or scan its picture, within {minutes} minutes. It works "
            "once; the browser that had the seat loses it."
        )
        seat = st.selectbox("Seat", view.seats, key="facilitate.lost", format_func=lambda own: own.name)
        if st.button("Make a link", key="facilitate.link", icon=":material/link:"):

            def make() -> None:
                st.session_state[WAY_BACK] = (
                    view.code,
                    seat.id,
                    rooms.store.way_back(view.code, host, seat.id),
                )

            act(make)
        code, number, key = st.session_state.get(WAY_BACK, ("", 0, ""))
        if (code, number) == (view.code, seat.id):
            address = f"{screen.base_address(rooms)}/seat/{code}/{key}"
            st.html(screen.picture_html(address, 4))
            st.code(address, language=None, wrap_lines=True)
