"""Back, Forward, a reload, a new server, a damaged memory: what was done stays, and the address says what is shown."""

from __future__ import annotations

import json
import re

import pytest
from support.browser_steps import LONGEST_WAIT, at_rest, lever, wait_for

from ui.state import link
from ui.state import state as s

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]

FIRST = s.opening()
SECOND = s.with_world(FIRST, {"funds.scale": 0.9})
THIRD = s.with_world(SECOND, {"scenario.real_money_sales.size": 1.1})
PLACE = "backstop.tab"


def button(page, name: str):
    return page.get_by_role("button", name=name).first


def moved(page) -> None:
    """Two steps from the opening screen."""
    lever(page, "funds.scale").press("ArrowLeft")
    wait_for(page, SECOND)
    at_rest(page)
    lever(page, "scenario.real_money_sales.size").press("ArrowRight")
    wait_for(page, THIRD)
    at_rest(page)


SCORE = re.compile("Your score: [01] of 1 right")


def answered(page, address: str) -> None:
    """The first question of the story, on the screen that was moved to."""
    page.goto(f"{address}learn?{link.PARAMETER}={link.pack(THIRD)}")
    wait_for(page, THIRD)
    at_rest(page)
    page.locator("[class*=st-key-learn-choice] button").first.click()
    page.get_by_text(SCORE).wait_for()
    at_rest(page)


def enabled(page, name: str) -> None:
    """Waits until a button can be pressed."""
    page.wait_for_function(
        "name => [...document.querySelectorAll('button')].some(b => b.innerText.includes(name) && !b.disabled)",
        arg=name,
    )


def test_back_and_forward_undo_one_navigation_each_and_undo_agrees(page_of) -> None:
    page = page_of()
    moved(page)
    page.get_by_role("link", name="Who pays").click()
    page.wait_for_url(re.compile(r"/who-pays\?s=[\w-]+$"))
    wait_for(page, THIRD)
    at_rest(page)
    page.go_back()
    page.wait_for_url(re.compile(r"/\?s=[\w-]+$"))
    wait_for(page, THIRD)
    at_rest(page)
    page.go_back()
    wait_for(page, SECOND)
    at_rest(page)
    page.go_back()
    wait_for(page, FIRST)
    at_rest(page)
    assert button(page, "Undo").is_disabled() and "s=" not in page.url
    page.go_forward()
    wait_for(page, SECOND)
    at_rest(page)
    button(page, "Redo").click()
    wait_for(page, THIRD)
    at_rest(page)
    assert button(page, "Redo").is_disabled()


def test_a_reload_and_another_link_in_the_tab_lose_no_step(page_of, address: str) -> None:
    page = page_of()
    moved(page)
    button(page, "Undo").click()
    wait_for(page, SECOND)
    at_rest(page)
    page.reload()
    wait_for(page, SECOND)
    enabled(page, "Redo")
    enabled(page, "Undo")
    sent = s.with_whole_episode("april_2025")(FIRST)
    page.goto(link.link(sent, address))
    wait_for(page, sent)
    enabled(page, "Undo")
    button(page, "Undo").click()
    wait_for(page, SECOND)
    at_rest(page)
    button(page, "Undo").click()
    wait_for(page, FIRST)


def test_what_was_chosen_for_a_study_survives_a_reload(page_of, address: str) -> None:
    page = page_of()
    page.goto(f"{address}term-sheet?{link.PARAMETER}={link.pack(THIRD)}")
    wait_for(page, THIRD)
    at_rest(page)
    page.get_by_role("radio", name="99%", exact=True).click()
    at_rest(page)
    page.reload()
    wait_for(page, THIRD)
    page.wait_for_function(
        "() => [...document.querySelectorAll('[role=radio]')].some(r => r.innerText === '99%' && r.ariaChecked === 'true')"
    )


def test_a_damaged_memory_is_refused_politely(page_of) -> None:
    page = page_of()
    moved(page)
    kept = json.loads(page.evaluate(f"sessionStorage['{PLACE}']"))
    broken = {**kept, "past": [kept["past"][0][:-3]]}
    for memory in (json.dumps(broken), "{", json.dumps({**kept, "version": 99})):
        page.evaluate("([place, text]) => sessionStorage.setItem(place, text)", [PLACE, memory])
        page.reload()
        page.get_by_text("What your browser kept of this tab is left out").wait_for()
        wait_for(page, THIRD)
        at_rest(page)
        assert button(page, "Undo").is_disabled()
        assert json.loads(page.evaluate(f"sessionStorage['{PLACE}']"))["past"] == []


def test_a_server_that_is_started_anew_finds_everything(browser, restarting) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.set_default_timeout(LONGEST_WAIT)
    address = restarting()
    page.goto(address)
    wait_for(page, FIRST)
    moved(page)
    answered(page, address)
    visit = page.get_attribute("html", "data-visit")
    restarting()
    page.wait_for_selector(f"html:not([data-visit='{visit}'])", state="attached")
    enabled(page, "Undo")
    at_rest(page)
    page.get_by_text(SCORE).wait_for()
    button(page, "Undo").click()
    wait_for(page, SECOND)
    page.context.close()
