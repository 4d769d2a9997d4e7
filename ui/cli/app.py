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
    "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
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


def launch(extra: Sequence[str]) -> None:
    """Replace this process by the server; `extra` options follow the theme's, so they win."""
    spec = find_spec("app")
    if spec is None or spec.origin is None:
        raise RuntimeError("app.py is not installed beside this package")
    options = [f"--{name}={value}" for name, value in theme_options()]
    command = [sys.executable, "-m", "ui.serve.process", "run", spec.origin, *options, *extra]
    os.environ.update({key: os.environ.get(key, value) for key, value in SETTINGS.items()})
    os.execv(sys.executable, command)
