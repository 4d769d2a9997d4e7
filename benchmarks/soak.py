"""A classroom: twenty sessions on one server, each moving a lever every ten seconds, for ten minutes.

    python benchmarks/soak.py [--sessions 20] [--every 10] [--minutes 10] [--warm-up 2] [--levers 3] [--out benchmarks/soak.md]

All start from one screen, as a class does, and share what was computed for any of them: how many different screens there were
is told, and with more levers there are more of them. Sessions speak the server's own websocket messages, so the server does all that it does for a browser. Counted are
scripts that failed, exceptions on the page, sessions lost, seconds from an action to the finished page, and the
server's resident memory after the warm-up and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import websockets
from page import server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LEVERS = ("real_money_sales", "funds.scale", "client_financing", "fundamentals", "swap_spread_shock")
FINISHED = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY


@dataclass
class Student:
    """One session: what it saw."""

    levers: dict[str, Any] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: bool = False
    screen: str = ""
    screens: set[str] = field(default_factory=set)
    moved: tuple[str, ...] = LEVERS[:3]

    async def sit(self, url: str, every: float, until: float, seed: int) -> None:
        """Opens the page and acts until the end; a lost connection is noted."""
        draw = random.Random(seed)
        try:
            async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as socket:
                await self.act(socket, BackMsg())
                await asyncio.sleep(draw.uniform(0, every))
                while time.monotonic() < until:
                    began, before = time.monotonic(), self.screen
                    await self.act(socket, self.move(draw))
                    if self.screen == before:
                        self.errors.append("an action left the screen as it was")
                    self.screens.add(self.screen)
                    self.waits.append(time.monotonic() - began)
                    await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            self.lost = True
            self.errors.append(repr(error))

    async def act(self, socket: Any, message: BackMsg) -> None:
        """Sends one message and reads until its script has finished."""
        message.rerun_script.query_string = message.rerun_script.query_string or ""
        message.rerun_script.is_auto_rerun = False
        await socket.send(message.SerializeToString())
        while True:
            got = ForwardMsg()
            got.ParseFromString(await asyncio.wait_for(socket.recv(), 60))
            kind = got.WhichOneof("type")
            if kind == "delta":
                self.see(got.delta.new_element)
            elif kind == "script_finished":
                if got.script_finished != FINISHED:
                    self.errors.append(f"script finished with {got.script_finished}")
                return

    def see(self, element: Any) -> None:
        """Remembers levers; an exception on the page is an error."""
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(element.exception.message)
        elif kind == "html":
            self.screen = (re.findall(r'data-state="(\w+)"', element.html.body) or [self.screen])[0]
        elif kind == "slider":
            for lever in self.moved:
                if lever in element.slider.id:
                    self.levers[lever] = element.slider

    def move(self, draw: random.Random) -> BackMsg:
        """A lever put somewhere near its middle, in its own steps, all others as they are shown."""
        name = draw.choice(sorted(self.levers))
        message = BackMsg()
        for lever, slider in self.levers.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = slider.id
            value = list(slider.value) or list(slider.default)
            if lever == name:
                steps = [
                    k * slider.step for k in range(round(0.7 / slider.step), round(1.1 / slider.step) + 1)
                ]
                value = [draw.choice([x for x in steps if abs(x - value[0]) > slider.step / 2])]
            state.double_array_value.data.extend(value)
        return message


async def classroom(
    url: str, process: psutil.Process, asked: argparse.Namespace
) -> tuple[list[Student], list[tuple[float, float]]]:
    """All sessions side by side, and the server's resident memory in MB every ten seconds."""
    began = time.monotonic()
    until = began + 60 * asked.minutes
    students = [Student(moved=LEVERS[: asked.levers]) for _ in range(asked.sessions)]
    work = [asyncio.create_task(s.sit(url, asked.every, until, k)) for k, s in enumerate(students)]
    memory = []
    while time.monotonic() < until:
        memory.append((time.monotonic() - began, process.memory_info().rss / 1e6))
        await asyncio.sleep(10)
    await asyncio.gather(*work)
    return students, memory


def report(students: list[Student], memory: list[tuple[float, float]], asked: argparse.Namespace) -> str:
    """The figures in sentences."""
    waits = sorted(w for s in students for w in s.waits)
    warm = statistics.median([m for t, m in memory if asked.warm_up * 60 <= t < asked.warm_up * 60 + 60])
    end = statistics.median([m for _, m in memory[-6:]])
    errors = [e for s in students for e in s.errors]
    return "\n".join(
        [
            "# A classroom",
            "",
            f"`python benchmarks/soak.py {' '.join(sys.argv[1:])}`: {asked.sessions} sessions, one action each per {asked.every:g} seconds, {asked.minutes:g} minutes: "
            f"{len(waits)} actions on {len(set().union(*(s.screens for s in students)))} different screens, {len(errors)} errors, {sum(s.lost for s in students)} sessions lost.",
            "",
            f"From an action to the finished script: median {1000 * statistics.median(waits):.0f} ms, "
            f"95th percentile {1000 * waits[round(0.95 * (len(waits) - 1))]:.0f} ms.",
            "",
            f"Resident memory of the server: {warm:.0f} MB in the minute after {asked.warm_up:g} minutes of warm-up, "
            f"{end:.0f} MB in the last minute, {100 * (end / warm - 1):+.1f}%.",
            *(f"\nError: {e}" for e in errors[:5]),
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=2)
    parser.add_argument(
        "--levers", type=int, default=3, choices=range(1, len(LEVERS) + 1), help="that are moved"
    )
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with server() as (port, pid):
        found = asyncio.run(classroom(f"ws://127.0.0.1:{port}/_stcore/stream", psutil.Process(pid), asked))
    text = report(*found, asked)
    print(text)
    if asked.out:
        asked.out.write_text(text)


if __name__ == "__main__":
    main()
