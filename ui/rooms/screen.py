"""What the facilitator's page and the board share: whether rooms are on, the way in, and following a room as it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import segno
import streamlit as st

from models.errors import Refused
from models.text import html as escape
from ui.rooms import doors, rules, switch, words
from ui.rooms.database import DOWN, StoreDown
from ui.rooms.house import House, own_address
from ui.rooms.rules import QUIZ_AFTER, QUIZ_BEFORE
from ui.rooms.views import RoomView
from ui.widgets.boxes import plain

ROOM = "room"  # the address's parameter with a room's code
LOOK = 1.0  # seconds between looks at whether a room has changed
CSS = """<style>
.rm-join{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:center;margin:.2rem 0 .6rem}
.rm-join img{background:#fff;border-radius:.4rem;flex:none;max-width:100%}
.rm-code{font-size:clamp(2.4rem,8vw,4.6rem);font-weight:700;letter-spacing:.12em;line-height:1.05;font-variant-numeric:tabular-nums}
.rm-where{font-size:1.15rem;overflow-wrap:anywhere}
.rm-steps{display:flex;gap:.35rem;margin:.2rem 0 .8rem;flex-wrap:wrap}
.rm-steps span{flex:1 1 5rem;border-top:4px solid color-mix(in srgb,currentColor 18%,transparent);padding:.2rem 0 0;margin:0;font-size:.92rem}
.rm-steps span[aria-current]{border-color:#5B6C9D;font-weight:650}
.rm-counts{display:flex;flex-wrap:wrap;gap:.4rem 2rem;margin:.2rem 0 .6rem}
.rm-counts b{font-size:1.5rem;font-variant-numeric:tabular-nums;margin-right:.35rem}
.rm-clock{font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums;margin:0}
</style>"""


def off() -> None:
    """That rooms are off, and how to start them."""
    if switch.WHY:
        st.error(plain(f"Rooms could not be started: {switch.WHY[-1]}."), icon=":material/group_off:")
    else:
        st.info(_code(switch.OFF), icon=":material/group_off:")


def _code(text: str) -> str:
    """Words for Markdown in which what stands between backticks is to be typed."""
    parts = text.split("`")
    return "`".join(part if k % 2 else plain(part) for k, part in enumerate(parts))


def base_address(rooms: House) -> str:
    """The address under which phones find this server: the public one, this page's own, or the machine's in its network."""
    if rooms.base:
        return rooms.base
    folder = f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")
    here = urlsplit(st.context.url or "")
    if here.hostname and here.hostname not in ("localhost", "::1") and not here.hostname.startswith("127."):
        return f"{here.scheme}://{here.netloc}{folder}"
    return own_address(st.get_option("server.port"), folder)


def view_of(rooms: House, code: str) -> RoomView | None:
    """The room as it is now; where there is none the page says so. Raises `StoreDown`."""
    visitor = st.context.ip_address or "here"
    try:
        doors.THROTTLE.check(visitor)
        return rooms.view(rules.read_code(code))
    except Refused as refusal:
        doors.THROTTLE.wrong(visitor)
        st.error(plain(refusal.told), icon=":material/block:")
    return None


@contextmanager
def patiently() -> Iterator[None]:
    """While the database is away a page says so and looks again, instead of failing."""
    try:
        yield
    except StoreDown:
        st.warning(DOWN, icon=":material/cloud_off:")
        again()


@st.fragment(run_every=LOOK)
def again() -> None:
    """Draws the page again after a moment: the database may be back."""
    if st.session_state.get("rooms.waited"):
        st.session_state["rooms.waited"] = False
        st.rerun()
    st.session_state["rooms.waited"] = True


@st.fragment(run_every=LOOK)
def follow(rooms: House, view: RoomView) -> None:
    """The phase's clock; draws the page again where the room has changed."""
    left = view.left(rooms.store.clock())
    if left is not None:
        st.html(f'<p class="rm-clock" role="timer">{words.minutes_words(left)} left</p>')
    try:
        numbers = rooms.store.version(view.code)
    except StoreDown:
        st.warning(DOWN, icon=":material/cloud_off:")
        return
    if numbers is None or numbers[0] != view.version:
        st.rerun()


def picture_html(address: str, size: int) -> str:
    """An address as a picture for a phone's camera; `size` is that of a module, px."""
    code = segno.make(address, micro=False, error="m")
    picture = code.svg_data_uri(scale=size, border=3, light="#fff", dark="#000")
    return f'<img src="{escape(picture)}" alt="QR code of {escape(address)}">'


def join_html(rooms: House, view: RoomView, size: int) -> str:
    """The code, its address and its picture; `size` is that of a module of the picture, px."""
    base = base_address(rooms)
    shown = base.removeprefix("http://").removeprefix("https://")
    return (
        f'<div class="rm-join">{picture_html(f"{base}/join/{view.code}", size)}'
        f'<div><div class="rm-where">{escape(shown)}/join</div><div class="rm-code" data-testid="room-code">{view.code}</div></div></div>'
    )


def steps_html(view: RoomView) -> str:
    """Where the session stands."""
    here = ' aria-current="step"'
    items = "".join(
        f'<span role="listitem"{here if p == view.phase else ""}>{escape(p.title)}</span>'
        for p in view.plan.phases
    )
    return f'<div class="rm-steps" role="list" aria-label="The session">{items}</div>'


def counts_html(view: RoomView) -> str:
    """How many did what."""
    own = sum(entry.seat is not None for entry in view.entries)
    counts = [("seats", len(view.seats)), ("predictions", len(view.predictions)), ("policies", own)]
    if view.votes:
        counts.append(("votes", len(view.votes)))
    if view.plan.quiz:
        phases = ((QUIZ_BEFORE, view.answered_before), (QUIZ_AFTER, view.answered_after))
        counts += [("quiz answers", len(answered)) for phase, answered in phases if phase == view.phase]
    return f'<div class="rm-counts">{"".join(f"<span><b>{n}</b>{what}</span>" for what, n in counts)}</div>'


def marker_html(view: RoomView) -> str:
    """An invisible element that says which room and version the page shows."""
    return f'<div data-testid="room-marker" data-phase="{view.phase.name}" data-version="{view.version}" hidden></div>'
