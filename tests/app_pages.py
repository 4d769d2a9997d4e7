"""Pages of the app in tests that run it in this process."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ui.menu import page_file, path


def go_to(at: AppTest, page: str) -> AppTest:
    """Turn to a page, before or after a first run. Streamlit knows a page by its address."""
    at.switch_page(str(page_file(page)))
    at._page_hash = calc_hash(path(page))
    return at
