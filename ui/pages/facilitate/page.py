"""The facilitator's desk: opens a room, leads it from phase to phase, and takes its minutes away."""

from __future__ import annotations

import json
from functools import partial

import streamlit as st

from ui.html import heads, tables
from ui.menu import path
from ui.pages.facilitate.acting import SAID, act
from ui.pages.facilitate.opening import HOSTS, NEW, opening
from ui.pages.facilitate.seats import lost_seat, people
from ui.rooms import doors, lever, minutes, plan, quiz_results, screen, switch, words
from ui.rooms.house import House
from ui.rooms.rules import DISCUSS, MINUTES, SUBMIT
from ui.rooms.views import RoomView
from ui.state.session import current
from ui.state.state import State
from ui.widgets import frame
from ui.widgets.boxes import plain
from ui.words import names

TIMES = (1, 2, 3, 4, 5, 6, 8, 10, 15)


def secret_of(code: str) -> str:
    """The facilitator's secret, of this session or of the browser's cookie."""
    own: dict[str, str] = st.session_state.get(HOSTS, {})
    return own.get(code) or st.context.cookies.get(doors.host_cookie(code), "")


def keep_in_browser(code: str, host: str) -> None:
    """Once after opening: the browser keeps the secret, so that a reload or another tab leads back here."""
    if st.session_state.pop(NEW, None) != code:
        return
    address = json.dumps(
        f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/") + f"/host/{code}/{host}"
    )
    st.html(
        f"<script>fetch({address}, {{redirect: 'manual', credentials: 'same-origin'}})</script>",
        unsafe_allow_javascript=True,
    )


def lead(rooms: House, view: RoomView, host: str) -> None:
    """Phase, clock, and the button that goes on."""
    st.html(screen.steps_html(view))
    if said := st.session_state.pop(SAID, None):
        st.error(plain(said), icon=":material/block:")
    st.markdown(plain(view.phase.what))
    screen.follow(rooms, view)
    if view.phase != MINUTES:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            going(rooms, view, host)
    st.html(screen.counts_html(view))


def going(rooms: House, view: RoomView, host: str) -> None:
    """On to the next phase, and the clock of this one."""
    phase, code = view.phase, view.code
    if st.button(
        words.going_on(phase, view.plan.quiz),
        key=f"facilitate.next.{phase.name}",
        icon=":material/skip_next:",
    ):
        act(partial(rooms.store.advance, code, host, phase.name))
    usual = TIMES.index(min(TIMES, key=lambda minutes: abs(minutes - phase.minutes)))
    chosen = st.selectbox(
        "Timer, minutes", TIMES, key=f"facilitate.minutes.{phase.name}", width=130, index=usual
    )
    text = "Start the timer" if view.ends is None else "Start it again"
    hint = "When it ends nothing more is taken, until you go on or give more time."
    if st.button(text, key="facilitate.timer", icon=":material/timer:", help=hint):
        act(partial(rooms.store.time, code, host, float(chosen)))
    if view.ends is not None and st.button("No timer", key="facilitate.untimed", type="tertiary"):
        act(partial(rooms.store.time, code, host, None))


def discussion(rooms: House, view: RoomView, host: str) -> None:
    """Which lever the room moves."""
    labels = words.labels(view)
    told = {name: f"{name}: {words.policy_words(e)}" for name, e in zip(labels, view.entries, strict=True)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Policy", labels, key="facilitate.moved", format_func=told.__getitem__, width=420)
        own = view.entries[labels.index(name)].policy
        known = {one.key: one for one in lever.movable(own)}
        key = st.selectbox(
            "Lever", list(known), key=f"facilitate.lever.{name}", width=260,
            format_func=lambda key: f"{known[key].title}, {known[key].unit}",
        )  # fmt: skip
        if st.button(words.MOVE_TOGETHER, key="facilitate.move", icon=":material/tune:", disabled=not known):
            act(partial(rooms.store.move_together, view.code, host, own, key or ""))


def own_policy(rooms: House, view: RoomView, host: str, state: State) -> None:
    """A policy of the facilitator's screen onto the board."""
    acting = [names.policy_name(p) for p in state.policies[1:]]
    if not acting:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("A policy of your own screen", acting, key="facilitate.own", width=420)

        if st.button("Put it on the board", key="facilitate.add", icon=":material/add:"):
            act(lambda: rooms.store.add(view.code, host, plan.from_screen(view.plan, state, chosen)))


def files(view: RoomView) -> None:
    """The minutes in three formats, built when asked for."""
    st.subheader("Minutes")
    st.caption(
        "They hold the world, every policy, predictions, votes and the command that gives the figures again."
    )
    _downloads(view, "minutes", minutes.FORMATS)


def quiz(view: RoomView) -> None:
    """What came of the quiz, and everybody's answers without names."""
    st.subheader("The quiz")
    st.caption(plain(f"{quiz_results.finding(view)}. Files hold single answers, without names."))
    st.html(quiz_results.table_html(view))
    _downloads(view, "quiz", quiz_results.FORMATS)


def _downloads(view: RoomView, name: str, formats: minutes.Formats) -> None:
    """A file in each of its formats."""
    with st.container(horizontal=True):
        for title, ending, mime, build in formats:
            st.download_button(
                title, data=partial(build, view), file_name=f"{name}_{view.code}.{ending}", mime=mime,
                key=f"facilitate.{name}.{ending}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def keys(rooms: House, view: RoomView, host: str) -> None:
    """The board's address, authors, the way back here, and the end of the room."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            "Open the board", f"{path('board')}?{screen.ROOM}={view.code}", icon=":material/dashboard:"
        )
        key = f"facilitate.authors.{view.authors}"  # its own place, whoever set it
        shown = st.toggle("Board and minutes show authors", value=view.authors, key=key)
        if shown != view.authors:
            act(partial(rooms.store.show_authors, view.code, host, shown))
        with st.popover("Your way back", icon=":material/key:"):
            st.caption("This link makes whoever opens it the facilitator of this room. Keep it to yourself.")
            st.code(f"{screen.base_address(rooms)}/host/{view.code}/{host}", language=None, wrap_lines=True)
        with st.popover("Delete the room", icon=":material/delete:"):
            st.markdown("Deletes the room with everything that people sent to it. Take the minutes first.")
            if st.button("Delete it now", key="facilitate.delete"):
                act(partial(rooms.store.close, view.code, host))


def desk(rooms: House, view: RoomView, host: str, state: State) -> None:
    """Everything the facilitator has."""
    st.title(plain(view.plan.question))
    keep_in_browser(view.code, host)
    left, right = st.columns([3, 2], gap="large")
    with left:
        lead(rooms, view, host)
        if view.phase == SUBMIT:
            own_policy(rooms, view, host, state)
        if view.phase == DISCUSS:
            discussion(rooms, view, host)
        keys(rooms, view, host)
        if view.shown:
            files(view)
        if quiz_results.shown(view):
            quiz(view)
    with right:
        st.html(screen.join_html(rooms, view, 4))
        people(view)
        if view.seats:
            lost_seat(rooms, view, host)
    st.html(screen.marker_html(view))


def entrance(rooms: House | None, view: RoomView | None, state: State) -> None:
    """Where there is no room to lead yet: how to open one, or how to start a server that can."""
    st.title("Run a room of people")
    if rooms is None:
        screen.off()
        return
    if view:
        st.error("This browser is not the facilitator of that room; open the facilitator’s own link.")
    frame.levers(state)
    opening(rooms, state)


def page() -> None:
    """Draws the page."""
    state, code = current(), st.query_params.get(screen.ROOM, "")
    st.html(heads.CSS + tables.css() + screen.CSS)
    with screen.patiently():
        rooms = switch.house()
        view = screen.view_of(rooms, code) if rooms and code else None
        host = secret_of(view.code) if view else ""
        if rooms and view and host and rooms.store.hosts(view.code, host):
            desk(rooms, view, host, state)
        else:
            entrance(rooms, view, state)
    frame.end(state)


page()
