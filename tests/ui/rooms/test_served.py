"""Rooms as servers serve them: sixty at once, two servers on one PostgreSQL, refusals in words, and servers that die."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.phone_client import PhoneClient
from support.postgres import Postgres
from support.room_server import RoomServer
from support.rooms import small_plan

from ui.rooms import database, rules
from ui.rooms.rules import MINUTES, PREDICT, REVEAL, SUBMIT, VOTE, Phase
from ui.rooms.store import RoomStore

pytestmark = pytest.mark.xdist_group("rooms")
MOST = 60


class Desk:
    """A room and its facilitator, on a database that servers share."""

    def __init__(self, address: str, **changes: object) -> None:
        self.store = RoomStore(database.engine(database.address(address)), lambda *_: None)
        self.code, self.host = self.store.open(small_plan(**changes))

    def to(self, phase: Phase) -> None:
        while (now := self.store.view(self.code).phase) != phase:
            self.store.advance(self.code, self.host, now.name)


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def pair(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Desk, RoomServer, RoomServer]]:
    """Two servers on one PostgreSQL, and a room."""
    address = postgres.address()
    servers = [RoomServer(address, tmp_path / f"log{k}.txt").start() for k in range(2)]
    one, other = (server.ready() for server in servers)
    desk = Desk(address)
    yield desk, one, other
    desk.store.source.dispose()
    for server in servers:
        server.end()


def test_two_servers_share_a_room_and_die_without_losing_what_they_confirmed(
    pair: tuple[Desk, RoomServer, RoomServer], postgres: Postgres
) -> None:
    desk, one, other = pair
    code = desk.code
    phones = [PhoneClient((one, other)[k % 2].address).join(code, f"Seat {k}") for k in range(MOST)]
    guess = {"direction": "falls", "size": "3", "before": "none"}
    assert phones[0].ask(f"/room/{code}/predict", guess)[0] == 303
    phones[0].address = other.address  # a seat is known to every server
    assert "a fall of 3" in phones[0].ask(f"/room/{code}")[2]

    line = phones[1].events(code)
    first = next(text for text in line if text.startswith("data:"))
    heard: list[str] = []
    waiting = threading.Thread(target=lambda: heard.append(next(t for t in line if t.startswith("data:"))))
    waiting.start()
    one.kill()
    one.start()
    desk.to(SUBMIT)  # by a third process: told over PostgreSQL's own channel
    waiting.join(20)
    assert heard and re.fullmatch(r"data: \d+", heard[0]) and heard[0] != first
    one.ready()

    answers: list[int] = []

    def submit(k: int) -> None:
        form = {"kind": "outright", "outright.pace_bn": str(40 + k // 4)}
        answers.append(phones[k].ask(f"/room/{code}/submit", form)[0])

    began = time.monotonic()
    threads = [threading.Thread(target=submit, args=(k,)) for k in range(MOST)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * MOST
    view = desk.store.view(code)
    assert sorted(e.policy.interventions[0].pace_bn for e in view.entries if e.seat) == [
        40.0 + k // 4 for k in range(MOST)
    ]  # type: ignore[attr-defined]
    until(lambda: all(desk.store.view(code).results.values()))
    assert time.monotonic() - began < 60

    other.kill()
    other.start()
    desk.to(VOTE)
    other.ready()
    vote = {"after": "outright", "entry": str(view.entries[1].id)}
    assert [phone.ask(f"/room/{code}/vote", vote)[0] for phone in phones[:4]] == [303] * 4

    postgres.stop()
    try:
        status, _, text = phones[1].ask(f"/room/{code}/vote", vote | {"after": "none"})
        assert status == 503 and "does not answer" in text and 'value="none"' in text  # kept to be sent again
        assert phones[1].ask(f"/room/{code}")[0] == 503
    finally:
        postgres.start()
    assert phones[1].ask(f"/room/{code}/vote", vote | {"after": "none"})[0] == 303
    now = desk.store.view(code)
    assert (len(now.seats), len(now.entries), len(now.votes)) == (MOST, MOST + 1, 4)
    assert now.predictions and [now.votes[seat.id].after for seat in now.seats[:4]].count("none") == 1
    for server in (one, other):
        log = server.log.read_text("utf-8")
        assert code not in log and "backstop@" not in log
        assert not [c for phone in phones for c in phone.cookies.values() if c in log]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, RoomServer]]:
    """One server on a file."""
    folder = tmp_path_factory.mktemp("alone")
    server = RoomServer(str(folder / "rooms.sqlite"), folder / "log.txt").start()
    desk = Desk(server.database)
    yield desk, server.ready()
    desk.store.source.dispose()
    server.end()


def test_bad_input_is_refused_in_words(alone: tuple[Desk, RoomServer]) -> None:
    desk, server = alone
    code = desk.code
    ana = PhoneClient(server.address).join(code, "Ana")
    for path, fields, status, said in [
        ("/join", {"code": "abc"}, 422, "six letters"),
        ("/join", {"code": "zzzzzz"}, 422, "no room with this code"),
        ("/join", {"code": f" {code[:3]}-{code[3:].lower()}"}, 303, ""),
        (f"/join/{code}", {"name": "Ana"}, 303, ""),
        (f"/room/{code}/predict", {"direction": "up"}, 422, "choose a direction"),
        (f"/room/{code}/predict", {"direction": "falls", "size": "-1"}, 422, "above 0"),
        (f"/room/{code}/submit", {"kind": "outright"}, 422, "has not begun"),
        (f"/room/{code}/vote", {"after": "none"}, 422, "has not begun"),
        (f"/room/{code}/vote", {"after": "none", "entry": "x"}, 422, "choose one"),
        (f"/room/{code}/fly", {"a": "b"}, 404, ""),
        (f"/room/{code}/predict", {"a": "b" * 700_000}, 422, "too large"),
        (f"/room/{code}/predict", {f"f{k}": "1" for k in range(50)}, 422, "at most 40 fields"),
    ]:
        found, _, text = ana.ask(path, fields)
        assert (found, said.lower() in text.lower()) == (status, True), (path, text[-900:])
    ben = PhoneClient(server.address)
    ben.ask(f"/join/{code}")
    for name, said in [("ANA", "is taken"), ("<b>Ben", "must begin"), ("x" * 31, "1 to 30"), ("", "1 to 30")]:
        status, _, text = ben.ask(f"/join/{code}", {"name": name})
        assert status == 422 and said in text and "<b>Ben" not in text
        assert ("Sit down as" in text) == bool(name)
    offered = re.search('name="name" value="(ANA 2)"', ben.ask(f"/join/{code}", {"name": "ANA"})[2])
    assert offered and rules.free_name("ANA", ["Ana"]) == offered[1]
    assert ben.ask(f"/room/{code}")[1]["location"] == f"/join/{code}"
    assert (
        ben.ask(f"/room/{code}/news")[0] == 200
        and PhoneClient(server.address).ask(f"/room/{code}/news")[0] == 403
    )
    stranger = {
        "Origin": "http://elsewhere.example",
        "Cookie": f"backstop_seat_{code}={ana.cookies[f'backstop_seat_{code}']}",
    }
    guess = {"direction": "falls", "size": "3", "before": "none"}
    status, _, text = ana.ask(f"/room/{code}/predict", guess, **stranger)
    assert status == 422 and "did not come from a page of this server" in text
    assert ana.ask(f"/room/{code}/predict", guess, **{"Sec-Fetch-Site": "cross-site"})[0] == 422
    assert desk.store.view(code).predictions == {} and len(desk.store.view(code).seats) == 1


def test_pages_are_ours_alone_and_markup_stays_words(alone: tuple[Desk, RoomServer]) -> None:
    desk, server = alone
    fay = PhoneClient(server.address).join(desk.code, "Fay <script>alert(1)</script>"[:30])
    status, headers, text = fay.ask(f"/room/{desk.code}")
    assert status == 200 and "Fay &lt;script&gt;" in text and "<script>alert" not in text
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "same-origin"
    assert fay.cookies[f"backstop_seat_{desk.code}"] not in text


def test_a_session_ends_with_minutes_and_the_facilitators_link_is_a_secret(
    alone: tuple[Desk, RoomServer],
) -> None:
    desk, server = alone
    gail = PhoneClient(server.address)
    gail.ask(f"/join/{desk.code}")
    desk.to(SUBMIT)
    gail.join(desk.code, "Gail") if not gail.cookies else gail.ask(f"/join/{desk.code}", {"name": "Gail"})
    saved = 'episode = "april_2025"\npolicies = ["Mine=hedged-auction:penalty_bp=30"]'
    assert gail.ask(f"/room/{desk.code}/document", {"document": saved})[0] == 303
    status, _, text = gail.ask(f"/room/{desk.code}/document", {"document": saved, "label": "<i>"})
    assert status == 422 and "screen holds Mine" in text and 'value="&lt;i&gt;"' in text
    assert gail.ask(f"/room/{desk.code}/minutes.toml")[0] == 404
    desk.to(REVEAL)
    until(lambda: all(desk.store.view(desk.code).results.values()))
    desk.to(MINUTES)
    status, headers, text = gail.ask(f"/room/{desk.code}/minutes.toml")
    assert status == 200 and "attachment" in headers["content-disposition"] and "penalty_bp=30" in text
    assert "Gail" not in text  # authors are hidden
    entry = desk.store.view(desk.code).entries[-1].id
    assert gail.ask(f"/room/{desk.code}/open/{entry}")[1]["location"].startswith("/?s=")
    assert PhoneClient(server.address).ask(f"/join/{desk.code}", {"name": "Hal"})[0] == 422  # over

    host = PhoneClient(server.address)
    status, headers, _ = host.ask(f"/host/{desk.code}/{desk.host}")
    assert status == 303 and headers["location"] == f"/facilitate?room={desk.code}"
    assert host.cookies[f"backstop_host_{desk.code}"] == desk.host
    assert host.ask(f"/host/{desk.code}/{rules.new_secret()}")[0] == 422
    log = server.log.read_text("utf-8")
    assert desk.host not in log and desk.code not in log


def test_a_phone_that_lost_its_cookie_gets_its_seat_back(alone: tuple[Desk, RoomServer]) -> None:
    _, server = alone
    desk = Desk(server.database)
    first = PhoneClient(server.address).join(desk.code, "Ana <b>")
    seat = desk.store.view(desk.code).seats[0].id
    key = desk.store.way_back(desk.code, desk.host, seat)
    link, room = f"/seat/{desk.code}/{key}", f"/room/{desk.code}"
    other = PhoneClient(server.address).join(desk.code, "Ana 2")
    for _ in range(2):  # as a messenger's preview does
        status, _, text = other.ask(link)
        assert status == 200 and "the seat of Ana &lt;b&gt;" in text
    assert first.ask(room)[0] == 200
    assert other.ask(link, {}, Origin="http://elsewhere.example")[0] == 422
    status, headers, _ = other.ask(link, {})
    assert (status, headers["location"]) == (303, room) and "HttpOnly" in headers["set-cookie"]
    assert "Ana &lt;b&gt;" in other.ask(room)[2] and "Ana 2" not in other.ask(room)[2]
    assert first.ask(room)[1]["location"] == f"/join/{desk.code}"
    status, _, text = PhoneClient(server.address).ask(link)
    assert status == 422 and "leads to no seat" in text
    log = server.log.read_text("utf-8")
    assert key not in log and desk.code not in log
    assert not set(first.cookies.values()) & set(other.cookies.values())
    desk.store.source.dispose()


def test_guessing_codes_is_stopped_and_a_right_one_waits(alone: tuple[Desk, RoomServer]) -> None:
    desk, server = alone
    guesser = PhoneClient(server.address)
    texts = [guesser.ask("/join", {"code": rules.new_code()})[2] for _ in range(40)]
    assert "here is no room with this code" in texts[0] and "Too many wrong codes" in texts[-1]
    assert "Too many" in guesser.ask("/join", {"code": desk.code})[2]


def test_a_server_ends_at_once_though_phones_listen(alone: tuple[Desk, RoomServer]) -> None:
    _, server = alone
    desk = Desk(server.database)
    desk.store.join(desk.code, "Ivy", secret := rules.new_secret())
    ivy = PhoneClient(server.address)
    ivy.cookies[f"backstop_seat_{desk.code}"] = secret
    line = ivy.events(desk.code)
    assert next(text for text in line if text.startswith("data:"))
    began = time.monotonic()
    server.end()
    assert time.monotonic() - began < 10 and desk.store.view(desk.code).phase == PREDICT
    server.start().ready()
    desk.store.source.dispose()
