"""Addresses of what a browser loads once and keeps: the engine, and the worker that judges crises with it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ENGINE, WORKER = "engine.js", "worker.js"
USED = ("prepare", "judged", "recordsOn")  # what the worker takes from the engine
YEAR = 365 * 24 * 3600  # seconds; the address changes with the engine


def folder() -> str:
    """Where the files are, below the address of the app."""
    from ui.live.engine import fingerprint

    return f"live/{fingerprint()}/"


async def _file(request: Request) -> Response:
    from ui.live.engine import fingerprint, source

    name = request.path_params["name"]
    if request.path_params["mark"] != fingerprint() or name not in (ENGINE, WORKER):
        return Response("there is no such file", 404)
    text = (
        source(name)
        if name == ENGINE
        else f'import {{ {", ".join(USED)} }} from "./{ENGINE}";\n{source(name)}'
    )
    headers = {"cache-control": f"public, max-age={YEAR}, immutable"}
    return Response(text, 200, headers, "text/javascript")


# The second is for a server that is told to stand in a folder: streamlit puts its own addresses there, but not ours.
ROUTES = [Route("/live/{mark}/{name}", _file), Route("/{folder:path}/live/{mark}/{name}", _file)]
