"""Every page of the menu in a real browser: no exception, no serious findings in either theme, a phone shows it all."""

from __future__ import annotations

import pytest
from support.browser_steps import grave_in_either_theme, no_sideways_scrolling

from ui.menu import PAGES, path

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone(page_of, name: str) -> None:
    page = page_of(path=path(name))
    assert page.locator("h1").count() == 1
    assert grave_in_either_theme(page) == []
    no_sideways_scrolling(page)
