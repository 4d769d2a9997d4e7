"""What the server takes: refused before it is read, kept for nobody too long, told without a word of what was in it."""

from __future__ import annotations

import asyncio
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ui.serve import limits, logs
from ui.serve.limits import Limits
from ui.serve.process import give_back


def run_apart(work: Any) -> Any:
    """The result of a coroutine, in a thread of its own: a browser test in this process leaves its loop running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def request(
    path: str = "/", method: str = "GET", length: bytes | None = None, query: bytes = b""
) -> dict[str, Any]:
    headers = [] if length is None else [(b"content-length", length)]
    return {"type": "http", "path": path, "method": method, "headers": headers, "query_string": query}


def answer(app: Any, scope: dict[str, Any]) -> tuple[int, dict[bytes, bytes]]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    run_apart(app(scope, receive, send))
    return sent[0].get("status", 0), dict(sent[0].get("headers", []))


async def well(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (request(), 200),
        (request(length=b"100"), 200),
        (request(length=b"2000001", method="PUT"), 413),
        (request(length=b"190000000", method="PUT", path="/_stcore/upload_file/a/b"), 413),
        (request(length=b"-1"), 400),
        (request(length=b"9" * 40), 400),
        (request(query=b"s=" + b"a" * 60_001), 414),
    ],
)
def test_what_is_too_large_is_not_read(scope: dict[str, Any], status: int) -> None:
    found, headers = answer(Limits(well, files=dict), scope)
    assert found == status and headers[b"x-content-type-options"] == b"nosniff"


def test_a_session_keeps_its_last_files_only() -> None:
    files = {"a": {f"f{k}": SimpleNamespace(data=b"x" * 10) for k in range(6)}, "b": {}}
    assert limits.make_room(files, "a") and list(files["a"]) == ["f3", "f4", "f5"]
    full = {f"s{k}": {"f": SimpleNamespace(data=b"x" * 2**20)} for k in range(62)}
    assert not limits.make_room(full, "new")
    found, _ = answer(Limits(well, files=lambda: full), request("/_stcore/upload_file/new/f", "PUT", b"10"))
    assert found == 503


def test_there_are_only_so_many_sessions() -> None:
    async def crowd() -> list[Any]:
        leave, closed = asyncio.Event(), []

        async def stay(scope: Any, receive: Any, send: Any) -> None:
            await leave.wait()

        async def send(message: Any) -> None:
            closed.append(message["type"])

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        door = Limits(stay, most_sessions=2)
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "query_string": b""}
        first = [asyncio.create_task(door(scope, receive, send)) for _ in range(2)]
        await asyncio.sleep(0)
        await door(scope, receive, send)
        before = list(closed)
        leave.set()
        await asyncio.gather(*first)
        assert door.sessions == 0
        return before

    assert run_apart(crowd()) == ["websocket.close"]


def test_a_log_line_is_json_and_tells_no_document() -> None:
    out = io.StringIO()
    secret = "what somebody typed"
    try:
        raise ValueError(secret)
    except ValueError as error:
        logs.log("page failed", stream=out, **logs.fault(error))
    line = json.loads(out.getvalue())
    assert line["kind"] == "ValueError" and "test_limits.py" in line["at"][0] and secret not in out.getvalue()


def test_requests_are_told_without_their_query(capsys: pytest.CaptureFixture[str]) -> None:
    async def bad(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})

    answer(logs.Log(bad), request("/_stcore/upload_file/secret/file", query=b"s=screen"))
    line = json.loads(capsys.readouterr().err)
    assert (
        line["where"] == "/_stcore/upload_file" and line["status"] == 404 and "screen" not in json.dumps(line)
    )


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no figures of this process's memory here")
def test_memory_that_runs_used_goes_back_to_the_system() -> None:
    """Half of it stayed with the server for good: what is freed below something still used is kept by the C library."""

    def resident_mb() -> float:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    blocks = [b"x" * 60_000 for _ in range(2_000)]
    full = resident_mb()
    del blocks[:-1]
    give_back()
    assert resident_mb() < full - 80
