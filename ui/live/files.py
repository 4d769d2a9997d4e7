"""Addresses of what a browser loads once and keeps: the engine, and the worker that judges crises with it."""

from __future__ import annotations

import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ENGINE, WORKER = "engine.js", "worker.js"
USED = ("prepare", "judged", "recordsOn")  # what the worker takes from the engine
YEAR = 365 * 24 * 3600  # seconds; the address changes with the files


@cache
def _texts() -> dict[str, str]:
    from ui.live.engine import source

    worker = f'import {{ {", ".join(USED)} }} from "./{ENGINE}";\n{source(WORKER)}'
    return {ENGINE: source(ENGINE), WORKER: worker}


@cache
def _mark() -> str:
    return hashlib.sha256("".join(_texts().values()).encode()).hexdigest()[:16]


def folder() -> str:
    """Where the files are, below the address of the app."""
    return f"live/{_mark()}/"


async def _file(request: Request) -> Response:
    text = _texts().get(request.path_params["name"])
    if request.path_params["mark"] != _mark() or text is None:
        return Response("there is no such file", 404)
    headers = {"cache-control": f"public, max-age={YEAR}, immutable"}
    return Response(text, 200, headers, "text/javascript")


# The second is for a server that is told to stand in a folder: streamlit puts its own addresses there, but not ours.
ROUTES = [Route("/live/{mark}/{name}", _file), Route("/{folder:path}/live/{mark}/{name}", _file)]
