"""Addresses that other sites may show in a frame; no others may.

What they show is drawn by `ui.serve.framed`, which is loaded when somebody asks: the server is there sooner without it.
"""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from ui.menu import EMBED

ANYWHERE = "frame-ancestors *"
STATIC = f"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; {ANYWHERE}"
# Threads that draw: whoever else asks waits, and takes none from rooms and pages.
HANDS = asyncio.Semaphore(4)
KEPT = "public, max-age=300"


def _drawn(what: str, request: Request) -> tuple[str, bool]:
    from ui.serve import framed

    return framed.drawn(what, request)


def _route(what: str, policy: str, rest: str = "") -> Route:
    async def answered(request: Request) -> HTMLResponse:
        async with HANDS:
            page, whole = await run_in_threadpool(_drawn, what, request)
        headers = {
            "content-security-policy": policy if whole else STATIC,
            "cache-control": KEPT if whole else "no-store",
        }
        return HTMLResponse(page, 200 if whole else 422, headers)

    return Route(f"/{EMBED}/{what}{rest}", answered)


ROUTES = [
    _route("answer", STATIC),
    _route("chart", STATIC, "/{key}"),
    _route("sandbox", ANYWHERE),  # the page brings a policy of its own, by the hashes of its scripts
]
