"""The server's application: streamlit's own, with a health address, limits, logs, and an orderly beginning and end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from models import MODEL_VERSION
from models.errors import Refused
from ui.live import files
from ui.rooms import switch
from ui.serve import embed
from ui.serve.limits import Limits
from ui.serve.logs import Log, fault, log

FAULT = (
    "Something failed while this page was drawn. It is a fault of the sandbox, not of yours: your screen is kept, and undo "
    "takes back the last change."
)


TIDY = 30.0  # seconds between handing memory back, which takes a tenth of one


async def health(request: Request) -> JSONResponse:
    """That the server answers, and with which model."""
    return JSONResponse({"status": "ok", "model_version": MODEL_VERSION})


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """While streamlit starts and the browser loads, a thread makes ready what the first page needs; later, it tidies up."""
    from ui.serve.process import warm

    threading.Thread(target=warm, daemon=True).start()
    tidying = asyncio.create_task(tidy())
    open_rooms()
    log("started", model_version=MODEL_VERSION)
    yield {}
    tidying.cancel()
    close_rooms()
    close_helpers()
    log("ended")


def open_rooms() -> None:
    """Rooms of people, where this server was started for others; a database that cannot be used is told, and they stay off."""
    if not switch.wanted():
        return
    from ui.rooms import house
    from ui.rooms.database import StoreDown

    try:
        rooms = house.build()
        with suppress(StoreDown):  # it may come back, and rooms with it
            rooms.store.sweep()
    except Refused as refusal:
        log("rooms are off", why=str(refusal))
        switch.WHY.append(str(refusal))
        return
    rooms.fault = lambda error: log("rooms failed", **fault(error))  # type: ignore[method-assign]
    switch.HOUSE.append(rooms)
    rooms.start()
    before_ending(rooms.hub.close)


def close_rooms() -> None:
    """End what rooms started."""
    while switch.HOUSE:
        switch.HOUSE.pop().close()


def before_ending(act: Callable[[], None]) -> None:
    """Let phones go as soon as the server is told to end: it waits for every open line."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _after(act, signal.getsignal(number)))


def _after(act: Callable[[], None], usual: Any) -> Callable[[int, Any], None]:
    def end(number: int, frame: Any) -> None:
        act()
        if callable(usual):
            usual(number, frame)

    return end


async def tidy() -> None:
    """Now and then, what runs and visitors that left held goes back to the system."""
    from ui.serve.process import give_back

    while True:
        await asyncio.sleep(TIDY)
        await asyncio.to_thread(give_back)


def close_helpers() -> None:
    """End the processes that this one started."""
    import sys

    for module, name in (("ui.export.images", "CONVERTER"), ("ui.state.session", "HEAVY")):
        if module in sys.modules:
            getattr(sys.modules[module], name).close()


def told(error: Exception) -> bool:
    """A page that failed: a line in the log, and a sentence without details for the reader."""
    log("page failed", **fault(error))
    st.error(FAULT, icon=":material/report:")
    return True


def page() -> str:
    """The script that draws every page."""
    spec = find_spec("app")
    if spec is None or spec.origin is None:
        raise RuntimeError("app.py is not installed beside this package")
    return spec.origin


def routes() -> list[Route]:
    """Our own addresses: health, what browsers load once, what other sites may frame, and phones' where rooms are asked for."""
    own = [Route("/health", health), *files.ROUTES, *embed.ROUTES]
    if switch.wanted():
        from ui.rooms.routes import ROUTES

        own += ROUTES
    return own


app = st.App(
    page(),
    routes=routes(),
    middleware=[Middleware(Log), Middleware(Limits)],
    lifespan=lifespan,
    on_script_error=told,
)
