"""The board: the way in while people predict and submit, then everyone's policies side by side, and the votes."""

from __future__ import annotations

import streamlit as st

from models.errors import Refused
from policy.comparison import arms
from ui.charts.figure import Figure
from ui.html import heads, tables
from ui.rooms import board, board_levers, board_votes, doors, plan, quiz_results, rules, screen, switch, words
from ui.rooms.database import DOWN, StoreDown
from ui.rooms.house import House
from ui.rooms.views import RoomView
from ui.state import state as s
from ui.state.session import current
from ui.state.state import State
from ui.widgets import figures, frame
from ui.widgets.boxes import plain
from ui.words import names


def ask_code() -> None:
    """Where the code is typed that a link brings along."""
    st.text_input("The room’s code, six letters", key="board.code", max_chars=12, on_change=_typed)


def _typed() -> None:
    st.query_params[screen.ROOM] = st.session_state["board.code"].strip().upper()


def gathering(rooms: House, view: RoomView) -> None:
    """Before results are shown: how to join, and how many did what."""
    st.html(screen.join_html(rooms, view, 9))
    st.html(screen.counts_html(view))
    st.markdown(plain(f"{view.phase.what} World: {names.changed_words(view.plan.screen.world)}."))


def draw(figure: Figure, view: RoomView) -> None:
    """A figure with its head close above it."""
    with st.container(key=f"alone_{figure.key}"):
        figures.draw(figure, board.origin(view))


def results(view: RoomView) -> None:
    """Everyone's policies on the same shocks."""
    left = board.waiting(view)
    if left:
        st.caption(f"{left} policies are still being computed.")
    if board.done(view):
        if len(view.entries) <= board.MOST_DRAWN:
            draw(board.endings(view), view)
        else:
            frame.heading(board.endings(view).title, board.endings(view).note)
        st.html(board.table_html(view))
        draw(board.stakes(view), view)
        draw(board.outcomes(view), view)
        draw(board_levers.settings(view), view)
        fold = st.expander("Which levers were touched by whom", key="board.touched", on_change="rerun")
        if fold.open:
            fold.html(board_levers.touched_html(view))


def predictions(view: RoomView) -> None:
    """What was predicted against what came of it."""
    if view.predictions:
        draw(board_votes.predictions(view), view)


def votes(view: RoomView) -> None:
    """Votes before and after."""
    if not view.before and not view.votes:
        return
    draw(board_votes.votes(view), view)
    if view.votes:
        told = "; ".join(f"{name}: {n}" for name, n in board_votes.chosen(view))
        st.markdown(plain(f"Of the policies on the board they would choose: {told}."))


def together(view: RoomView) -> None:
    """The lever that the room moves."""
    figure = board_levers.together(view)
    if figure is not None:
        draw(figure, view)


def open_one(view: RoomView) -> None:
    """Any policy of the board in one's own sandbox."""
    labels = words.labels(view)
    if not labels:
        return
    st.header("Take a policy into your sandbox")
    told = {name: f"{name}: {words.policy_words(e)}" for name, e in zip(labels, view.entries, strict=True)}
    chosen = st.selectbox("Policy of the board", labels, key="board.chosen", format_func=told.__getitem__)
    own = view.entries[labels.index(chosen)].policy

    def opened(state: State) -> State:
        return s.with_page(s.with_policies(view.plan.screen, arms([own])), state.view.page)

    frame.open_in_sandbox("Open in the sandbox", "board.open", opened)


def send(rooms: House, view: RoomView, state: State) -> None:
    """A policy of one's own screen goes to the room, where this browser has a seat."""
    secret = st.context.cookies.get(doors.seat_cookie(view.code), "")
    seat = rooms.store.seat(view.code, secret)
    if seat is None or view.phase != rules.SUBMIT or not view.plan.full:
        return
    st.header("Send a policy of your screen to the room")
    acting = [names.policy_name(p) for p in state.policies[1:]]
    if not acting:
        st.caption("Your sandbox has no policy beside no action.")
        return
    chosen = st.selectbox(
        plain(f"You sit here as {seat.name}. Policy of your sandbox"), acting, key="board.mine"
    )
    if st.button("Send it to the room", key="board.send", icon=":material/send:"):
        try:
            rooms.store.submit(view.code, secret, lambda room: plan.from_screen(room, state, chosen))
            st.success(plain(f"The room has your policy: {chosen}."), icon=":material/check:")
        except Refused as refusal:
            st.error(plain(str(refusal)), icon=":material/block:")
        except StoreDown:
            st.error(DOWN, icon=":material/cloud_off:")


def shown(rooms: House, view: RoomView, state: State) -> None:
    """The board of a room."""
    st.title(plain(view.plan.question))
    st.html(screen.steps_html(view))
    screen.follow(rooms, view)
    if not view.shown:
        gathering(rooms, view)
        send(rooms, view, state)
    else:
        if view.phase in (rules.VOTE, rules.QUIZ_AFTER, rules.MINUTES):
            votes(view)
        if quiz_results.shown(view):
            draw(quiz_results.figure(view), view)
        if view.phase == rules.DISCUSS:
            together(view)
        predictions(view)
        results(view)
        if view.phase not in (rules.DISCUSS, rules.REVEAL):
            together(view)
        open_one(view)
    st.html(screen.marker_html(view))


def page() -> None:
    """Draws the page."""
    st.html(heads.CSS + tables.css() + screen.CSS)
    state, code = current(), st.query_params.get(screen.ROOM, "")
    with screen.patiently():
        rooms = switch.house()
        view = screen.view_of(rooms, code) if rooms and code else None
        if rooms and view:
            shown(rooms, view, state)
        else:
            st.title("The board of a room")
            if rooms is None:
                screen.off()
            else:
                ask_code()
    frame.end(state)


page()
