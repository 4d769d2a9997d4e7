"""What other sites show in a frame: the answer, one chart, and the sandbox as one file, of the screen in an address."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache

from starlette.requests import Request

from models.errors import Refused
from ui.export import embedding, missing
from ui.rooms.house import public_address
from ui.rooms.switch import PUBLIC
from ui.state import link
from ui.state.document import Restored
from ui.state.items import CHART_NAMES
from ui.state.session import results
from ui.state.state import opening


def drawn(what: str, request: Request) -> tuple[str, bool]:
    """What an address asks for, or a page that says why it cannot be shown; and whether it is what was asked for."""
    try:
        return DRAWN[what](request, request.query_params.get(link.PARAMETER, "")), True
    except Refused as refusal:
        return embedding.refusal_page(refusal.told), False


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


DRAWN: dict[str, Callable[[Request, str], str]] = {
    "answer": lambda request, text: _answer(text),
    "chart": lambda request, text: _chart(request.path_params["key"], text),
    "sandbox": lambda request, text: _sandbox(text, _own_address(request)),
}
