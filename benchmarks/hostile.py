"""Hostile visitors and a well-behaved neighbour: what links, uploads and labels made to hurt do to one server.

    python benchmarks/hostile.py [--attacks 200] [--changes 30] [--out benchmarks/hostile.md]

Attacks go in one after the other over the server's own websocket and upload address. Resident memory is that of the server
and every process it started, looked at four times a second. Then a session moves a lever, alone and beside two that open the
dearest screens they can, again and again: in turns, so that whatever else runs on the machine disturbs both alike, and each time
with draws of its own, so that no screen was computed before.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import random
import statistics
import time
import urllib.error
import urllib.request
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import websockets
from measure import load
from page import server
from soak import FINISHED, Student
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TURNS = 5  # times that a session is measured alone and beside hostile ones
AWAY = 5.0  # seconds after which what hostile sessions began has ended
HEAD = 'model_version = 2\nepisode = "crowded"\n'
COHORTS = ",".join(f"{{name='c{k}', equity_bn=2.0, leverage=10.0, mix=[1.0, 0.0, 0.0]}}" for k in range(40))
DEAR = (
    'model_version = 2\nepisode = "crowded"\npaths = PATHS\nseed = SEED\npolicies = ["outright", "repo", "hedged-auction", '
    f'"hedged-purchases", "buybacks", "twist", "end-qt"]\n[world]\n"scenario.days" = 260\n"funds.cohorts" = [{COHORTS}]'
)
DOCUMENTS = (
    HEAD + ".".join("a" * 100_000) + " = 1",
    HEAD + "world = " + "[" * 100_000,
    HEAD + "seed = " + "9" * 200_000,
    HEAD + 'policies = ["A\\u0007B=repo", "A\\u202EB=repo", "key=repo", "unit=outright"]',
    HEAD + 'policies = ["' + "repo+" * 20_000 + 'repo"]',
    HEAD + "policies = [" + '"repo",' * 20_000 + "]",
    HEAD + "[[runs]]\nname = 'a'\n" * 3_000,
    HEAD + "[world]\n" + "\n".join(f"a{k} = 1" for k in range(20_000)),
    DEAR.replace("PATHS", "4096").replace("SEED", "1"),
)


def packed(text: str) -> str:
    """A link's parameter around any text."""
    body = zlib.compress(text.encode(), 9, wbits=-15)
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def memory(process: psutil.Process) -> float:
    """Resident MB of a process and of all that it started."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            total += one.memory_info().rss
    return total / 1e6


async def opened(url: str, query: str, seconds: float = 60) -> list[str]:
    """One visit with a link: what went wrong."""
    wrong: list[str] = []
    try:
        async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as socket:
            message = BackMsg()
            message.rerun_script.query_string = f"s={query}"
            await socket.send(message.SerializeToString())
            while True:
                got = ForwardMsg()
                got.ParseFromString(await asyncio.wait_for(socket.recv(), seconds))
                if got.WhichOneof("type") == "script_finished":
                    if got.script_finished != FINISHED:
                        wrong.append(f"script finished with {got.script_finished}")
                    return wrong
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        return [repr(error)]


def uploaded(port: int, size: int) -> int:
    """A file sent past the browser: the status it got."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/_stcore/upload_file/x/y", data=b"x" * size, method="PUT"
    )
    try:
        with urllib.request.urlopen(asked, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 413  # cut off while it was sent


async def watched(process: psutil.Process, seen: list[float]) -> None:
    while True:
        seen.append(memory(process))
        await asyncio.sleep(0.25)


async def attacks(url: str, port: int, process: psutil.Process, asked: argparse.Namespace) -> dict[str, Any]:
    """Hostile links and uploads one after the other, and memory before, during and after."""
    for _ in range(3):
        await opened(url, packed(HEAD))
    await asyncio.sleep(15)
    idle, seen, wrong, longest = memory(process), [], [], 0.0
    watch = asyncio.create_task(watched(process, seen))
    for k in range(asked.attacks):
        began = time.monotonic()
        if k % 10 == 9:
            status = await asyncio.to_thread(uploaded, port, 50_000_000)
            wrong += [] if status in (400, 403, 413) else [f"an upload got {status}"]
        else:
            wrong += await opened(url, packed(DOCUMENTS[k % len(DOCUMENTS)] + f"\n# {k}"))
        longest = max(longest, time.monotonic() - began)
    await asyncio.sleep(asked.after)
    watch.cancel()
    return {"idle": idle, "peak": max(seen), "after": memory(process), "wrong": wrong, "longest": longest}


async def levers(url: str, changes: int, seed: int) -> list[float]:
    """Seconds from a lever to the finished page, on draws of that seed."""
    student, draw = Student(), random.Random(seed)
    async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as socket:
        message = BackMsg()
        message.rerun_script.query_string = f"s={packed(HEAD + f'seed = {seed}')}"
        await student.act(socket, message)
        for _ in range(changes):
            began = time.monotonic()
            await student.act(socket, student.move(draw))
            student.waits.append(time.monotonic() - began)
            await asyncio.sleep(0.5)
    if student.errors:
        raise RuntimeError(student.errors[0])
    return student.waits


async def dear(url: str, number: int) -> None:
    """Opens the dearest screen that is accepted, each time with other draws."""
    for k in range(10**6):
        await opened(url, packed(DEAR.replace("PATHS", "100").replace("SEED", str(1000 * number + k))))


async def neighbours(url: str, changes: int) -> tuple[list[float], list[float]]:
    """Seconds of a session that is alone and of one beside two hostile ones, some changes of each in turn."""
    quiet, loud = [], []
    for turn in range(TURNS):
        quiet += await levers(url, changes // TURNS, 100 + turn)
        hostile = [asyncio.create_task(dear(url, 10 * turn + k)) for k in (1, 2)]
        await asyncio.sleep(3)
        loud += await levers(url, changes // TURNS, 200 + turn)
        for task in hostile:
            task.cancel()
        await asyncio.gather(*hostile, return_exceptions=True)
        await asyncio.sleep(AWAY)
    return quiet, loud


def at(values: list[float], share: float) -> float:
    return sorted(values)[round(share * (len(values) - 1))]


def report(found: dict[str, Any], quiet: list[float], loud: list[float], asked: argparse.Namespace) -> str:
    return "\n".join(
        [
            "# Hostile visitors",
            "",
            f"`python benchmarks/hostile.py --attacks {asked.attacks} --changes {asked.changes} --after {asked.after:g}`; {load()}.",
            "",
            f"{asked.attacks} hostile links and uploads in a row: memory of the server and its processes {found['idle']:.0f} MB idle before, "
            f"{found['peak']:.0f} MB at most, {found['after']:.0f} MB {asked.after:g} seconds after "
            f"({100 * (found['after'] / found['idle'] - 1):+.0f}%). The longest took {found['longest']:.1f} s; "
            f"{len(found['wrong'])} did not end as they should.",
            "",
            f"A well-behaved session's lever to the finished page, {asked.changes} changes: alone median {statistics.median(quiet):.2f} s and 95th percentile "
            f"{at(quiet, 0.95):.2f} s; beside two sessions that open the dearest screens again and again {statistics.median(loud):.2f} s and "
            f"{at(loud, 0.95):.2f} s, {at(loud, 0.95) / at(quiet, 0.95):.1f} times.",
            *(f"\nWrong: {line[:200]}" for line in found["wrong"][:5]),
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--attacks", type=int, default=200)
    parser.add_argument("--changes", type=int, default=100, help="of a lever, alone and beside hostile ones")
    parser.add_argument(
        "--after", type=float, default=30, help="seconds; streamlit keeps a session that left for 120"
    )
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with server() as (port, pid):
        url = f"ws://127.0.0.1:{port}/_stcore/stream"
        found = asyncio.run(attacks(url, port, psutil.Process(pid), asked))
        quiet, loud = asyncio.run(neighbours(url, asked.changes))
    text = report(found, quiet, loud, asked)
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
