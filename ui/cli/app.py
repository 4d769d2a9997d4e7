"""Start the Streamlit server on the installed app with the project's theme, asking for nothing and sending nothing."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.util import find_spec
from typing import Any

SETTINGS = {
    "STREAMLIT_SERVER_SHOW_EMAIL_PROMPT": "false",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "STREAMLIT_CLIENT_TOOLBAR_MODE": "minimal",
    "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "none",
    "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "1",  # MB, also where the browser does not ask
    "STREAMLIT_SERVER_MAX_MESSAGE_SIZE": "16",
    "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
    "STREAMLIT_RUNNER_POST_SCRIPT_GC": "false",  # the whole memory searched after each run of a page, while all others wait
    "STREAMLIT_RUNNER_MAGIC_ENABLED": "false",  # a page shows what it is told to, and not what stands on a line by itself
    "MALLOC_ARENA_MAX": "2",  # every visit runs in a thread; without this each leaves a heap of its own behind
}


def theme_options() -> Iterator[tuple[str, str]]:
    """The theme file as (option, value) pairs of the server."""
    data = tomllib.loads(resources.files("ui").joinpath("theme.toml").read_text(encoding="utf-8"))
    yield from _flat("theme", data)


def _flat(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, dict):
            yield from _flat(name, value)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"
SHARED = (
    "Shared: every machine that reaches this one can open the sandbox. It asks for no password and is not encrypted; what "
    "people type is kept in memory only, until they leave. Rooms of people are on; what is sent to a room is kept until the "
    "room expires.\n"
)


def launch(extra: Sequence[str], share: bool = False) -> None:
    """Replace this process by the server; `extra` options follow ours, so they win.

    It listens to this machine alone, or with `share` to the network.
    """
    spec = find_spec("ui.serve.application")
    if spec is None or spec.origin is None:
        raise RuntimeError("the server is not installed beside this package")
    options = [f"--{name}={value}" for name, value in theme_options()]
    options.append(f"--server.address={EVERYWHERE if share else LOOPBACK}")
    if share:
        sys.stderr.write(SHARED)
        sys.stderr.flush()
        os.environ["BACKSTOP_SHARED"] = "1"
    command = [sys.executable, "-m", "ui.serve.process", "run", spec.origin, *options, *extra]
    os.environ.update({key: os.environ.get(key, value) for key, value in SETTINGS.items()})
    os.execv(sys.executable, command)
