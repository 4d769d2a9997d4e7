"""Addresses that other sites may show in a frame: the answer, one chart, and the sandbox as one file. No others may."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from models.errors import Refused
from ui.export import embedding, missing
from ui.export.embedding import FOLDER
from ui.rooms.house import public_address
from ui.rooms.switch import PUBLIC
from ui.state import link
from ui.state.document import Restored
from ui.state.items import CHART_NAMES
from ui.state.session import results
from ui.state.state import opening

ANYWHERE = "frame-ancestors *"
STATIC = f"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; {ANYWHERE}"
HANDS = asyncio.Semaphore(
    4
)  # threads that draw; whoever else asks waits, and takes none from rooms and pages
KEPT = "public, max-age=300"
Draw = Callable[[Request, str], str]


def restored(text: str) -> Restored:
    """What an address asks for: the opening screen where it holds none. Raises `Refused` where it is not whole."""
    if not text:
        return Restored(opening())
    asked = link.unpack(text)
    if asked.refused:
        raise Refused(f"it cannot be restored whole: {'; '.join(asked.refused)}")
    return asked


@lru_cache(maxsize=64)
def _answer(text: str) -> str:
    asked = restored(text)
    return embedding.answer_page(asked.state, results(asked.state), asked.said, "../")


@lru_cache(maxsize=64)
def _chart(key: str, text: str) -> str:
    if key not in CHART_NAMES:  # before anything is run
        raise Refused(f"there is no chart of this name; there are {', '.join(CHART_NAMES)}")
    absent = missing("vl_convert")
    if absent:
        raise Refused(f"charts cannot be drawn here: {absent}")
    asked = restored(text)
    return embedding.chart_page(key, asked.state, results(asked.state), asked.said, "../../")


@lru_cache(maxsize=4)
def _sandbox(text: str, address: str) -> str:
    from ui.live.sandbox import html

    return html([restored(text).state], app=address)


def _own_address(request: Request) -> str:
    """Where this server is reached: as its environment says, or as it was asked."""
    return (public_address(os.environ.get(PUBLIC, "")) or str(request.base_url)).rstrip("/") + "/"


def _route(path: str, draw: Draw, policy: str) -> Route:
    async def answered(request: Request) -> HTMLResponse:
        text = request.query_params.get(link.PARAMETER, "")
        try:
            async with HANDS:
                page, status = await run_in_threadpool(draw, request, text), 200
        except Refused as refusal:
            page, status = embedding.refusal_page(f"{str(refusal)[:1].upper()}{str(refusal)[1:]}."), 422
        headers = {
            "content-security-policy": policy if status == 200 else STATIC,
            "cache-control": KEPT if status == 200 else "no-store",
        }
        return HTMLResponse(page, status, headers)

    handler: Callable[[Request], Awaitable[HTMLResponse]] = answered
    return Route(f"/{FOLDER}/{path}", handler)


ROUTES = [
    _route("answer", lambda request, text: _answer(text), STATIC),
    _route("chart/{key}", lambda request, text: _chart(request.path_params["key"], text), STATIC),
    # The page brings a policy of its own, by the hashes of its scripts.
    _route("sandbox", lambda request, text: _sandbox(text, _own_address(request)), ANYWHERE),
]
