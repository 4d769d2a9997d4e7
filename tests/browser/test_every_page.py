"""Every page of the menu in a real browser, all that a click opens included: no exception, no serious findings in either
theme, a phone shows it all."""

from __future__ import annotations

import pytest
from support.browser_steps import closer, grave, grave_in_either_theme, no_sideways_scrolling, settled
from support.opened_pages import GROUPS, OPENS, SECOND_TABS

from ui.menu import PAGES, path

pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone(page_of, name: str) -> None:
    page = page_of(path=path(name))
    assert page.locator("h1").count() == 1
    if name in OPENS:
        OPENS[name](page)
        settled(page)
    assert grave_in_either_theme(page) == []
    for group in GROUPS.get(name, ()):
        closer(page, group)
        assert grave(page, within=".st-key-closer_group") == [], group
    if name in SECOND_TABS:
        SECOND_TABS[name](page)
        assert grave(page) == []
    no_sideways_scrolling(page)
    for group in GROUPS.get(name, ()):
        closer(page, group)
        no_sideways_scrolling(page)
    assert all(abs(left) < 3 for left in stuck(page))


def stuck(page) -> list[float]:
    """How far each table's row headers are from its edge once it is scrolled sideways: they stay where they are."""
    return page.eval_on_selector_all(
        ".tb-box",
        "boxes => boxes.filter(b => b.offsetParent && b.querySelector('tbody th')).map(b => { b.scrollLeft = 200;"
        " return b.querySelector('tbody th').getBoundingClientRect().left - b.getBoundingClientRect().left })",
    )
