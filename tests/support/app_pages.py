"""Pages of the app in tests that run it in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from support.paths import APP

from ui.menu import page_file, path
from ui.state import session
from ui.state import state as s


def go_to(at: AppTest, page: str) -> AppTest:
    """Turn to a page, before or after a first run. Streamlit knows a page by its address."""
    at.switch_page(str(page_file(page)))
    at._page_hash = calc_hash(path(page))
    return at


def opened(
    page: str, state: s.State | None = None, address: Mapping[str, str] | None = None, **choices: Any
) -> AppTest:
    """A page on a state, at an address, after choices that were made before, by the keys of their controls."""
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = state or s.with_draws(s.opening(), paths=16)
    for key, value in (address or {}).items():
        at.query_params[key] = value
    for key, value in choices.items():
        at.session_state[key] = value
    go_to(at, page)
    return ran(at)


def ran(at: AppTest) -> AppTest:
    at.run()
    assert [e.message for e in at.exception] == []
    return at


def html(at: AppTest) -> str:
    return "".join(element.proto.body for element in at.get("html"))
