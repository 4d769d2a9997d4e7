"""The sandbox page in a real browser: numbers, a lever by keyboard, both themes, a phone."""

from __future__ import annotations

import re

import pytest
from support.browser_steps import MARKER, grave, grave_in_either_theme, shown, tiles, wait_for

from policy.comparison import compare
from policy.outcomes.summary import Summary, summarise
from ui.state import state as s
from ui.words import verdicts

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]


def expected(state: s.State) -> Summary:
    return summarise(compare(state.world, state.policies, state.paths, state.seed))


def test_opens_finished_with_the_numbers_of_the_model(page_of) -> None:
    page = page_of()
    state = s.opening()
    wait_for(page, state)
    summary = expected(state)
    assert tiles(page) == shown(summary)
    assert page.inner_text("[data-testid=verdict]") == verdicts.sentence(summary)
    assert page.title() == "Fed backstop policy sandbox"


def test_a_lever_moved_by_keyboard_changes_the_right_numbers(page_of) -> None:
    page = page_of()
    before = tiles(page)
    lever = page.locator(".st-key-world-funds-scale input[type=range]")
    lever.focus()
    lever.press("ArrowLeft")
    state = s.with_world(s.opening(), {"funds.scale": 0.9})
    wait_for(page, state)
    assert tiles(page) == shown(expected(state)) != before
    page.get_by_text("Funds' leverage: 1 → 0.9 multiple").wait_for()
    page.get_by_role("button", name="Reset the world").click()
    wait_for(page, s.opening())
    assert tiles(page) == before


def test_a_refusal_stands_beside_its_lever(page_of) -> None:
    page = page_of()
    lever = page.locator(".st-key-world-dealers-capacity_bn input[type=range]")
    lever.focus()
    lever.press("Home")
    page.get_by_text("cannot carry funds' opening repo").wait_for()
    assert page.get_attribute(MARKER, "data-state") == s.digest(s.opening())


def test_a_policy_is_configured_in_its_fold(page_of) -> None:
    page = page_of()
    page.get_by_role("tab", name="Policies").click()
    page.get_by_text("Hedged SPV auction", exact=True).first.click()
    field = page.get_by_label(re.compile("^Penalty, bp"))
    field.fill("900")
    field.press("Enter")
    wait_for(page, s.with_setting(s.opening(), 3, 0, "penalty_bp", 900.0))
    page.get_by_text("never reached the penalty of 900 bp").wait_for()


def test_no_serious_accessibility_findings_in_opened_folds(page_of) -> None:
    page = page_of()
    page.get_by_text("Numbers and CSV").first.click()
    page.get_by_text("Download as CSV").wait_for()
    page.get_by_text("All parameters").click()
    page.get_by_label("Group").wait_for()
    assert grave(page) == []
    page.get_by_role("tab", name="Policies").click()
    page.get_by_text("Hedged SPV auction", exact=True).first.click()
    page.get_by_label("First day").or_(page.get_by_label("Level")).first.wait_for()
    assert grave_in_either_theme(page) == []


def test_nothing_is_asked_of_other_servers(browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector(f"{MARKER}[data-ready='1']", state="attached", timeout=60_000)
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
