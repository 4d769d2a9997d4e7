"""The server's application: streamlit's own, with a health address, limits, logs, and an orderly beginning and end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from models import MODEL_VERSION
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
    log("started", model_version=MODEL_VERSION)
    yield {}
    tidying.cancel()
    close_helpers()
    log("ended")


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


app = st.App(
    page(),
    routes=[Route("/health", health)],
    middleware=[Middleware(Log), Middleware(Limits)],
    lifespan=lifespan,
    on_script_error=told,
)
