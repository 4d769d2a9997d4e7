"""Two hundred people in rooms on one server: how fast it answers, what it holds, and what twenty kills lose.

    python benchmarks/room.py [--minutes 10] [--kills 20] [--database ADDRESS] [--out benchmarks/room.md]

Part one: four rooms of fifty seats, in one of which people predict, in one submit, in one look and in one vote; every seat acts
once in ten seconds, follows to the page after it, and keeps a line open. Part two: one room of two hundred seats whose
facilitator goes on, so that all read the page at once. Part three: the server is killed and started again while those seats
send what they would choose.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import psutil
from measure import load

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.room_server import RoomServer  # noqa: E402

from ui.rooms import database, doors, plan, rules  # noqa: E402
from ui.rooms.rules import PREDICT, REVEAL, SUBMIT, VOTE, Phase  # noqa: E402
from ui.rooms.screen import LOOK  # noqa: E402
from ui.rooms.store import RoomStore  # noqa: E402
from ui.state import state as s  # noqa: E402

SEATS, APART = 200, 10.0
PHASES = (PREDICT, SUBMIT, REVEAL, VOTE)
AWAY = (ConnectionError, OSError, asyncio.IncompleteReadError, TimeoutError)


@dataclass
class Tally:
    """What was sent and how it was answered."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    away: int = 0


@dataclass
class SeatClient:
    """One phone: its room, its secret, and a server to talk to."""

    server: RoomServer
    code: str
    secret: str
    number: int

    async def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """A request on a connection of its own: status and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            body = b"" if form is None else urlencode(form).encode()
            writer.write(self._head(path, None if form is None else len(body)) + body)
            await writer.drain()
            answer = await asyncio.wait_for(reader.read(), 30)
        finally:
            writer.close()
        if not answer:
            raise ConnectionError("the server went away")
        return int(answer.split(b" ", 2)[1]), answer

    def _head(self, path: str, length: int | None) -> bytes:
        lines = [
            f"{'GET' if length is None else 'POST'} /room/{self.code}{path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.server.port}", f"Origin: {self.server.address}", "Connection: close",
            f"Cookie: {doors.seat_cookie(self.code)}={self.secret}",
        ]  # fmt: skip
        if length is not None:
            lines += [f"Content-Length: {length}", "Content-Type: application/x-www-form-urlencoded"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def listen(self, heard: Callable[[], None]) -> None:
        """The line, opened again whenever it breaks."""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
                writer.write(self._head("/events", None))
                while line := await reader.readline():
                    if line.startswith(b"data:"):
                        heard()
            except AWAY:
                pass
            await asyncio.sleep(2.0)


def form_of(phase: Phase, draw: random.Random) -> tuple[str, dict[str, str] | None]:
    """What a seat does in a phase: where it sends what."""
    pace = f"{draw.uniform(1, 400):.1f}"
    return {
        PREDICT.name: ("/predict", {"direction": "falls", "size": pace, "before": "outright"}),
        SUBMIT.name: ("/submit", {"kind": "outright", "outright.pace_bn": pace}),
        REVEAL.name: ("", None),
        VOTE.name: ("/vote", {"after": "outright", "entry": "0"}),
    }[phase.name]


class Bench:
    """A server, its database seen from outside, and what came of it."""

    def __init__(self, address: str, folder: Path, seed: int) -> None:
        self.server = RoomServer(address, folder / "log.txt")
        self.store = RoomStore(database.engine(database.address(address)), lambda *_: None)
        self.draw, self.tally = random.Random(seed), Tally()

    def room(self, seats: int) -> tuple[str, str, list[SeatClient]]:
        screen = s.with_draws(s.with_episode(s.opening(), "crowded"), paths=plan.PATHS)
        own = plan.plan(
            "?", screen, plan.USUAL_KINDS, plan.usual_levers(plan.USUAL_KINDS), plan.PREDICTED, "outright"
        )
        code, host = self.store.open(own)
        clients = []
        for k in range(seats):
            secret = rules.new_secret()
            self.store.join(code, f"Seat {k}", secret)
            clients.append(SeatClient(self.server, code, secret, k))
        return code, host, clients

    def to(self, code: str, host: str, phase: Phase) -> None:
        while (now := self.store.view(code).phase) != phase:
            self.store.advance(code, host, now.name)

    async def send(self, client: SeatClient, what: str, path: str, form: dict[str, str] | None) -> bool:
        """Whether an action was confirmed; its time, or why not."""
        began = time.perf_counter()
        try:
            status, body = await client.ask(path, form)
        except AWAY:
            self.tally.away += 1
            return False
        good = status == (200 if form is None else 303)
        if good:
            self.tally.seconds[what].append(time.perf_counter() - began)
        elif status != 503:
            self.tally.errors.append(f"{what}: {status} {body[-200:]!r}")
        return good

    async def act(self, client: SeatClient, phase: Phase, until: float, sent: dict[str, float]) -> None:
        """One action in ten seconds until the end, and the page to which its answer leads."""
        await asyncio.sleep(self.draw.uniform(0, APART))
        while time.monotonic() < until:
            path, form = form_of(phase, self.draw)
            if phase == SUBMIT and form is not None:
                sent[f"outright:pace_bn={float(form['outright.pace_bn']):g}"] = time.monotonic()
            if await self.send(client, phase.name, path, form) and form is not None:
                await self.send(client, "the page after it", "", None)
            await asyncio.sleep(self.draw.uniform(0.8, 1.2) * APART)

    async def board(self, code: str, until: float, sent: dict[str, float], seen: list[float]) -> None:
        """The board's way of looking: whether anything changed, and then everything."""
        version, waiting = -1, {}
        while time.monotonic() < until:
            await asyncio.sleep(LOOK)
            numbers = await asyncio.to_thread(self.store.version, code)
            if numbers is None or numbers[0] == version:
                continue
            view = await asyncio.to_thread(self.store.view, code)
            version = view.version
            waiting |= sent
            sent.clear()
            for name in [name for name in waiting if view.results.get(name) is not None]:
                seen.append(time.monotonic() - waiting.pop(name))


def processes(server: RoomServer) -> list[psutil.Process]:
    own = psutil.Process(server.process.pid)  # type: ignore[union-attr]
    return [own, *own.children(recursive=True)]


def memory_mb(server: RoomServer) -> float:
    return sum(p.memory_info().rss for p in processes(server)) / 1e6


def cpu_seconds(server: RoomServer) -> float:
    return sum(sum(p.cpu_times()[:2]) for p in processes(server))


async def steadily(bench: Bench, minutes: float) -> dict[str, float]:
    """Part one."""
    rooms = [bench.room(SEATS // len(PHASES)) for _ in PHASES]
    for (code, host, _), phase in zip(rooms, PHASES, strict=True):
        bench.to(code, host, phase)
    heard = [0]
    lines = [
        asyncio.create_task(c.listen(lambda: heard.__setitem__(0, heard[0] + 1)))
        for _, _, cs in rooms
        for c in cs
    ]
    await asyncio.sleep(5)
    idle_from, idle = time.monotonic(), cpu_seconds(bench.server)
    await asyncio.sleep(10)
    idle = (cpu_seconds(bench.server) - idle) / (time.monotonic() - idle_from)
    until, sent, seen, memory = time.monotonic() + 60 * minutes, {}, [], []
    work = [
        asyncio.create_task(bench.act(client, phase, until, sent))
        for (_, _, clients), phase in zip(rooms, PHASES, strict=True)
        for client in clients
    ]
    looks = asyncio.create_task(bench.board(rooms[1][0], until, sent, seen))
    warm = time.monotonic() + 12 * minutes  # the first fifth
    busy, began = cpu_seconds(bench.server), time.monotonic()
    while time.monotonic() < until:
        await asyncio.sleep(2)
        if time.monotonic() > warm:
            memory.append(memory_mb(bench.server))
    busy = (cpu_seconds(bench.server) - busy) / (time.monotonic() - began)
    await asyncio.gather(*work, looks)
    for line in lines:
        line.cancel()
    third = max(1, len(memory) // 3)
    first, last = float(np.mean(memory[:third])), float(np.mean(memory[-third:]))
    return {
        "idle": 100 * idle, "busy": 100 * busy, "first": first, "last": last, "heard": heard[0],
        "board": float(np.quantile(seen, 0.95)) if seen else float("nan"), "seen": len(seen),
    }  # fmt: skip


async def at_once(bench: Bench, code: str, host: str, clients: list[SeatClient]) -> float:
    """Part two: the slowest of two hundred pages after the facilitator went on."""
    began = time.perf_counter()
    await asyncio.to_thread(bench.store.advance, code, host, PREDICT.name)
    await asyncio.gather(*(bench.send(client, "all at once", "", None) for client in clients))
    return time.perf_counter() - began


async def killed(
    bench: Bench, kills: int, code: str, clients: list[SeatClient]
) -> tuple[int, int, list[float]]:
    """Part three: what was confirmed, what of it is missing, and the seconds until the server answered again."""
    confirmed: dict[int, str] = {}
    sent: dict[int, list[str]] = defaultdict(list)
    stop = asyncio.Event()

    async def go_on(client: SeatClient) -> None:
        while not stop.is_set():
            pace = f"{bench.draw.uniform(1, 400):.1f}"
            form = {"kind": "outright", "outright.pace_bn": pace}
            name = f"outright:pace_bn={float(pace):g}"
            sent[client.number].append(name)
            if await bench.send(client, "while killed", "/submit", form):
                confirmed[client.number] = name
            await asyncio.sleep(bench.draw.uniform(0.8, 1.2) * APART)

    lost, total, back = 0, 0, []
    work = [asyncio.create_task(go_on(client)) for client in clients]
    for _ in range(kills):
        await asyncio.sleep(bench.draw.uniform(2, 5))
        before = dict(confirmed)
        bench.server.kill()
        began = time.perf_counter()
        bench.server.start()
        await asyncio.to_thread(bench.server.ready)
        back.append(time.perf_counter() - began)
        view = await asyncio.to_thread(bench.store.view, code)
        policies = {view.names[e.seat]: e.bare for e in view.entries if e.seat is not None}
        # What was sent after the last confirmed one may have been taken without an answer; what was before it, not.
        lost += sum(
            policies.get(f"Seat {n}") not in sent[n][sent[n].index(name) :] for n, name in before.items()
        )
        total += len(before)
    stop.set()
    await asyncio.gather(*work)
    for client in clients[:20]:
        await bench.send(client, "seats after the kills", "", None)
    return total, lost, back


def told(
    bench: Bench, steady: dict[str, float], slowest: float, kill: tuple[int, int, list[float]], about: str
) -> str:
    rows = "\n".join(
        f"| {what} | {len(values):,} | {1e3 * np.median(values):,.0f} | {1e3 * np.quantile(values, 0.95):,.0f} |"
        for what, values in bench.tally.seconds.items()
    )
    total, lost, back = kill
    change = 100 * (steady["last"] / steady["first"] - 1)
    return f"""# A room of people

{about}

| action | confirmed | median, ms | 95%, ms |
|---|---|---|---|
{rows}

- **Errors**: {len(bench.tally.errors)}.
- **From submission to board**: {steady["board"]:.2f} seconds at the 95th percentile of {steady["seen"]:.0f}, as a board sees it that looks every {LOOK:g} s.
- **Memory**: {steady["first"]:,.0f} MB in the first third after warming up, {steady["last"]:,.0f} MB in the last: {change:+.1f}%.
- **Processor**: {steady["idle"]:.1f}% of a core with {SEATS} open lines and nobody acting, {steady["busy"]:.0f}% while they act; {steady["heard"]:,.0f} pieces of news heard.
- **All at once**: {SEATS} pages after the facilitator went on, the last after {slowest:.2f} seconds.
- **Kills**: {len(back)}; {total:,} confirmed submissions looked for afterwards, {lost} missing. The server answered again after {np.median(back):.1f} seconds (median). Requests that found no server: {bench.tally.away:,}.
"""


async def run(asked: argparse.Namespace, folder: Path) -> str:
    bench = Bench(asked.database or str(folder / "rooms.sqlite"), folder, asked.seed)
    bench.server.start().ready()
    try:
        steady = await steadily(bench, asked.minutes)
        code, host, clients = bench.room(SEATS)
        slowest = await at_once(bench, code, host, clients)
        kill = await killed(bench, asked.kills, code, clients)
    finally:
        bench.server.end()
    for line in bench.tally.errors[:5]:
        sys.stderr.write(line + "\n")
    about = (
        f"`python benchmarks/room.py --minutes {asked.minutes:g} --kills {asked.kills}`, seed {asked.seed}, "
        f"{'PostgreSQL' if asked.database else 'SQLite'}; {load()}. Four rooms of fifty seats predict, submit, look "
        f"and vote for {asked.minutes:g} minutes, each seat once in ten seconds, and read the page to which the answer leads; world crowded, {plan.PATHS} paths."
    )
    return told(bench, steady, slowest, kill, about)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = asyncio.run(run(asked, Path(folder)))
    sys.stdout.write(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
