"""A whole session in real browsers: a facilitator, a board and six phones, on a server that dies between any two phases."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.browser_steps import at_rest, grave, no_sideways_scrolling
from support.command_line import printed
from support.room_server import RoomServer

from policy.outcomes.scorecard import PEAK_DISLOCATION, SPIRAL_SHARE
from ui.rooms import board, database, words
from ui.rooms.rules import DISCUSS, MINUTES, PREDICT, REVEAL, SUBMIT, VOTE, Phase
from ui.rooms.store import RoomStore
from ui.rooms.views import RoomView
from ui.state import link
from ui.state import state as s

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]
NAMES = ("Ana", "Ben", "Cleo", "Dan", "Eve", "Fay <i>x</i> & “co”")
KINDS = ("outright", "hedged-auction", "outright", "repo", "hedged-auction", "outright")
DESK, BOARD = (1280, 900), (1280, 2400)


class Session:
    """The pages of one session, and its room as the database has it."""

    def __init__(self, browser, server: RoomServer) -> None:
        self.browser, self.server, self.contexts = browser, server, []
        self.code = ""
        self.store = RoomStore(database.engine(database.address(server.database)), lambda *_: None)

    def page(self, width: int, height: int, theme: str = "light"):
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        return page

    @property
    def view(self) -> RoomView:
        return self.store.view(self.code)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.store.source.dispose()


@pytest.fixture
def session(browser, tmp_path: Path) -> Iterator[Session]:
    server = RoomServer(str(tmp_path / "rooms.sqlite"), tmp_path / "log.txt").start().ready()
    played = Session(browser, server)
    yield played
    played.close()
    server.end()


def opened_room(session: Session, theme: str = "light"):
    """The facilitator's page with a new room."""
    page = session.page(*DESK, theme)
    shown = s.with_draws(s.with_episode(s.opening(), "crowded"), paths=100)
    page.goto(f"{session.server.address}/facilitate?{link.PARAMETER}={link.pack(shown)}")
    page.get_by_role("button", name="Open the room").click()
    session.code = page.locator("[data-testid=room-code]").inner_text()
    return page


def joined(session: Session, name: str, theme: str):
    phone = session.page(390, 844, theme)
    phone.goto(f"{session.server.address}/join")
    phone.fill("#code", session.code.lower())
    phone.get_by_role("button").click()
    phone.fill("#name", name)
    phone.get_by_role("button").click()
    at(phone, PREDICT)
    return phone


def at(phone, phase: Phase) -> None:
    phone.wait_for_selector(f"main[data-phase={phase.name}]")


def kept(phone) -> None:
    phone.get_by_text("Kept:").wait_for()


def on(session: Session, desk, pages, button: str, phase: Phase) -> None:
    """The server dies and comes back; then the facilitator goes on, and every page follows by itself."""
    session.server.kill()
    session.server.start().ready()
    desk.get_by_role("button", name=button).click()
    for page in pages:
        at(page, phase)
    showing(desk, phase)


def showing(page, phase: Phase) -> None:
    page.wait_for_selector(f"[data-testid=room-marker][data-phase={phase.name}]", state="attached")


def test_a_facilitator_and_six_phones_play_a_whole_session(session: Session) -> None:
    desk = opened_room(session)
    assert session.view.plan.screen.world.name == "crowded"
    phones = [joined(session, name, ("light", "dark")[k % 2]) for k, name in enumerate(NAMES)]
    for k, phone in enumerate(phones):
        phone.check("[name=direction][value=falls]")
        phone.fill("#size", f"{5 * k + 5}")
        phone.check(f"[name=before][value={('none', 'outright')[k % 2]}]")
        phone.get_by_role("button").click()
        kept(phone)
    assert grave(phones[0]) == [] and grave(phones[1]) == []
    projector = session.page(*BOARD)
    projector.goto(f"{session.server.address}/board?room={session.code}")
    projector.get_by_text("6predictions").wait_for()

    on(session, desk, phones, "Close predictions", SUBMIT)
    for k, phone in enumerate(phones):
        phone.click(f"#of-{KINDS[k]} summary")
        if KINDS[k] == "outright":
            phone.fill("[name='outright.pace_bn']", f"{60 + 20 * k}")
        phone.locator(f"#of-{KINDS[k]} button").click()
        kept(phone)
    phones[3].click("#of-document summary")
    phones[3].fill("#document", 'episode = "crowded"\npolicies = ["Late=hedged-auction:penalty_bp=40"]')
    phones[3].locator("#of-document button").click()
    phones[3].get_by_text("Kept: Late").wait_for()
    phones[0].fill("[name='outright.pace_bn']", "9999")
    phones[0].locator("#of-outright button").click()
    phones[0].get_by_role("alert").get_by_text("must be between").wait_for()
    assert phones[0].input_value("[name='outright.pace_bn']") == "9999"  # nothing typed is lost
    assert grave(phones[0]) == [] and grave(phones[1]) == []
    no_overflow(phones[0])

    on(session, desk, phones, "show the board", REVEAL)
    for phone in phones:
        phone.locator("#asked").get_by_text("You said a fall of").wait_for()
    showing(projector, REVEAL)
    agrees(session, projector)
    assert grave(phones[0]) == [] and grave(phones[1]) == []
    no_overflow(phones[5])

    on(session, desk, phones, "one lever together", DISCUSS)
    desk.get_by_role("button", name="Move this together").click()
    for phone, value in zip(phones[:3], (20, 90, 300), strict=True):
        phone.wait_for_selector("#value")
        phone.fill("#value", f"{value}")
        phone.get_by_role("button").click()
        phone.locator("#together").wait_for()
    for phone in phones:
        phone.get_by_text("The room: 90 $bn a day").wait_for()
        phone.locator("#together td").first.wait_for()
    showing(projector, DISCUSS)
    projector.get_by_text("at 90 $bn a day, the median of 3").wait_for()

    on(session, desk, phones, "Go on to the vote", VOTE)
    for k, phone in enumerate(phones):
        phone.check(f"[name=after][value={('hedged-auction', 'outright')[k % 2]}]")
        phone.select_option("#entry", index=2 if k < 4 else 0)
        phone.get_by_role("button").click()
        kept(phone)

    on(session, desk, phones, "end the session", MINUTES)
    desk.get_by_text("Board and minutes show authors").click()
    showing(projector, MINUTES)
    projector.get_by_text("Hedged SPV auction has most votes at the end (3 of 6)").or_(
        projector.get_by_text("Outright purchases has most votes at the end (3 of 6)")
    ).wait_for()
    # The desk's click has come to the database, and from there to the board.
    table_of(projector).get_by_text(NAMES[5]).wait_for()
    projector.get_by_text("3 of 6 changed their mind").wait_for()
    agrees(session, projector)
    minutes = phones[0].request.get(f"{session.server.address}/room/{session.code}/minutes.toml")
    reproduced(session, minutes.text())

    view = session.view
    assert tuple(view.names.values()) == NAMES and len(view.entries) == 7
    assert [view.predictions[seat.id].size for seat in view.seats] == [5.0, 10.0, 15.0, 20.0, 25.0, 30.0]
    assert sorted(view.moves.values()) == [20.0, 90.0, 300.0]
    assert [view.votes[seat.id].entry for seat in view.seats] == [view.entries[1].id] * 4 + [None] * 2
    cookies = [
        c for context in session.contexts for c in context.cookies() if c["name"].startswith("backstop_")
    ]
    log = session.server.log.read_text("utf-8")
    assert len(cookies) == 7 and all(c["httpOnly"] and c["sameSite"] == "Lax" for c in cookies)
    assert session.code not in log and not [c for c in cookies if c["value"] in log]
    for page in (phones[0], projector):
        assert not [c for c in cookies if c["value"] in page.content()]


def no_overflow(phone) -> None:
    """Nothing on a phone is wider than its window."""
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def table_of(projector):
    """The board's rows."""
    return projector.locator("[data-testid=board] tbody")


def agrees(session: Session, projector) -> None:
    """The board's table says what the database has."""
    table = table_of(projector)
    table.locator("tr").nth(7).wait_for()  # all are computed, in the database as well from here on
    done = board.done(session.view)
    for place, (name, _, _) in enumerate(done, 1):  # and it shows authors, as the desk has asked
        table.get_by_text(f"{place}. {name}", exact=True).wait_for()
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in table.locator("tr").all()
    }
    assert len(rows) == len(done) + 1 == 8
    for place, (name, _, result) in enumerate(done, 1):
        shown = rows[f"{place}. {name}"]
        assert shown[1:] == [words.figure_of(result, key) for key in words.BOARD_KEYS]


def reproduced(session: Session, document: str) -> None:
    """The command in the minutes gives the figures in the minutes."""
    told, view = tomllib.loads(document), session.view
    program, *command = shlex.split(told["reproduce"])
    assert program == "backstop"
    arms = {arm["label"]: arm for arm in json.loads(printed(*command, "--format", "json"))["arms"]}
    for entry, kept_policy in zip(view.entries, told["policies"], strict=True):
        metrics = arms[entry.bare]["metrics"]
        assert kept_policy["figures"][PEAK_DISLOCATION.key] == metrics[PEAK_DISLOCATION.key]["mean"]
        assert kept_policy["figures"][SPIRAL_SHARE.key] == arms[entry.bare]["risk"][SPIRAL_SHARE.key]["value"]
    assert re.search(r'name = "Ana"', document) and "<i>x</i>" in document


def test_board_and_desk_are_for_everyone(session: Session) -> None:
    desk = opened_room(session, "dark")
    projector = session.page(*DESK, "dark")
    projector.goto(f"{session.server.address}/board?room={session.code}")
    projector.locator("[data-testid=room-code]").wait_for()
    for page in (desk, projector):
        at_rest(page)
        assert grave(page) == []
    no_sideways_scrolling(projector)
    projector.goto(f"{session.server.address}/board?room=ZZZZZZ")
    projector.get_by_text("There is no room with this code").wait_for()
