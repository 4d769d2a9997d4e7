"""Who pays in a real browser: it opens with figures, the game runs and stops, both themes, a phone."""

from __future__ import annotations

import pytest
from support.browser_steps import READY, grave_in_either_theme, no_sideways_scrolling

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("browser")]


@pytest.fixture
def open_page(page_of):
    """Opens the page by its address."""
    return lambda width=1440, height=900, theme="light": page_of(width, height, theme, "who-pays")


def quick(page) -> None:
    """Few paths, so that a test need not wait."""
    page.get_by_text("Weights of waste, which equilibrium counts, accuracy").click()
    field = page.get_by_role("spinbutton", name="Paths at every scale")
    field.fill("20")
    field.press("Enter")
    page.get_by_text("default 400").wait_for()


def finished(page) -> None:
    """Everything of the page that a click opens."""
    quick(page)
    page.get_by_role("button", name="Run the game").click()
    page.wait_for_selector("table[data-testid=game]")
    page.get_by_role("button", name="Run the curve").click()
    page.get_by_text("By the smallest discount at which the vehicle buys").first.wait_for()
    page.get_by_text("All assumptions of the count").click()
    page.get_by_label("Recovery from failed funds").first.wait_for()
    page.get_by_text("Each policy's own", exact=True).click()
    page.wait_for_selector(READY, state="attached")


def test_no_serious_accessibility_findings(open_page) -> None:
    page = open_page()
    finished(page)
    assert grave_in_either_theme(page) == []
    no_sideways_scrolling(page)


def test_the_game_shows_its_phase_and_can_be_stopped(open_page) -> None:
    page = open_page()
    page.get_by_role("button", name="Run the game").click()
    page.get_by_text("Running crises at leverage").or_(
        page.get_by_text("Sending probe funds")
    ).first.wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Nothing is shown").wait_for()
    assert page.locator("table[data-testid=game]").count() == 0
