"""Who pays in a real browser: the game shows how far it is and can be stopped."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.filterwarnings("default")


def test_the_game_shows_its_phase_and_can_be_stopped(page_of) -> None:
    page = page_of(path="who-pays")
    page.get_by_role("button", name="Run the game").click()
    page.get_by_text("Running crises at leverage").or_(
        page.get_by_text("Sending probe funds")
    ).first.wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Nothing is shown").wait_for()
    assert page.locator("table[data-testid=game]").count() == 0
