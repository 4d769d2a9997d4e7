"""One line of JSON for each thing that happens, on standard error: never a document, an address's query or a message.

What a fault says may repeat what somebody typed, so a fault is told by its kind and its place in our own files.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any, TextIO

from ui.serve.limits import App, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[2]
QUIET = ("/_stcore/health", "/static/", "/health")
LINES = "/events"  # ends addresses that stay open
SECRETIVE = ("join", "room", "host", "seat")  # addresses whose second part lets somebody in


def log(event: str, stream: TextIO | None = None, **facts: Any) -> None:
    """Write one line."""
    line = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **facts}
    out = stream or sys.stderr
    out.write(json.dumps(line, ensure_ascii=True) + "\n")
    out.flush()


def fault(error: BaseException) -> dict[str, Any]:
    """A fault's kind and the places in our own files where it passed, the last first."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(ROOT) and "site-packages" not in f.filename]
    places = [f"{Path(f.filename).relative_to(ROOT)}:{f.lineno}" for f in reversed(ours)]
    return {"kind": type(error).__name__, "at": places[:6]}


class Log:
    """Tells of requests that failed or took long, and of sessions that come and go."""

    def __init__(self, app: App, slow: float = 2.0) -> None:
        self.app, self.slow = app, slow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def seen(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception as error:
            log("fault", where=_where(scope), **fault(error))
            raise
        seconds = time.monotonic() - began
        if scope["type"] == "websocket":
            log("session ended", seconds=round(seconds, 1))
        elif status >= 400 or (seconds > self.slow and not _waits(scope["path"])):
            log(
                "request",
                method=scope["method"],
                where=_where(scope),
                status=status,
                seconds=round(seconds, 3),
            )


def _waits(path: str) -> bool:
    """Whether an address may take long without being slow."""
    return path.startswith(QUIET) or path.endswith(LINES)


def _where(scope: Scope) -> str:
    """The first parts of a path: what follows names sessions, files, rooms and secrets."""
    parts = scope["path"].split("/")
    return "/".join(parts[: 2 if parts[1:2] and parts[1] in SECRETIVE else 3])[:80]
