"""The sandbox page in a real browser: numbers, a lever by keyboard, a policy's fold, nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from support.browser_steps import LONGEST_WAIT, lever, shown, tiles, wait_for

from policy.comparison import compare
from policy.outcomes.summary import Summary, summarise
from ui.state import state as s
from ui.words import verdicts

pytestmark = pytest.mark.filterwarnings("default")


def expected(state: s.State) -> Summary:
    return summarise(compare(state.world, state.policies, state.paths, state.seed))


def test_opens_with_the_numbers_of_the_model_and_a_lever_moved_by_keyboard_changes_the_right_ones(
    page_of,
) -> None:
    page = page_of()
    opening = s.opening()
    wait_for(page, opening)
    summary = expected(opening)
    before = tiles(page)
    assert before == shown(summary)
    assert page.inner_text("[data-testid=verdict]") == verdicts.sentence(summary)
    assert page.title() == "Fed backstop policy sandbox"
    lever(page, "funds.scale").press("ArrowLeft")
    state = s.with_world(opening, {"funds.scale": 0.9})
    wait_for(page, state)
    assert tiles(page) == shown(expected(state)) != before
    page.get_by_text("Funds' leverage: 1 → 0.9 multiple").wait_for()
    page.get_by_role("button", name="Reset the world").click()
    wait_for(page, opening)
    assert tiles(page) == before


def test_a_policy_is_configured_in_its_fold_and_nothing_is_asked_of_other_servers(
    browser, address: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(LONGEST_WAIT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    wait_for(page, s.opening())
    page.get_by_role("tab", name="Policies").click()
    page.get_by_text("Hedged SPV auction", exact=True).first.click()
    field = page.get_by_label(re.compile("^Penalty, bp"))
    field.fill("900")
    field.press("Enter")
    wait_for(page, s.with_setting(s.opening(), 3, 0, "penalty_bp", 900.0))
    page.get_by_text("never reached the penalty of 900 bp").wait_for()
    context.close()
    assert asked and [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
