"""Presentation mode in a real browser: every slide by keyboard alone, drawn and on one screen."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.browser_steps import settled

from policy.comparison import compare
from policy.outcomes.summary import summarise
from policy.spec import parse_policy
from ui.state import link
from ui.state import state as s
from ui.story.steps import STEPS
from ui.words import names as words
from ui.words import verdicts

pytestmark = pytest.mark.filterwarnings("default")
COUNT = len(STEPS) + 1


@pytest.fixture
def slides_of(window_of):
    """Opens the presentation in a size and theme."""

    def opened(
        query: str = "", width: int = 1280, height: int = 720, theme: str = "light", page: str = "present"
    ):
        window = window_of(f"{page}{query}", width, height, theme)
        settled(window)
        return window

    return opened


def sound(page) -> None:
    assert page.locator(".stException").count() == 0, page.locator(".stException").first.inner_text()


def at(page, slide: int, answer: int) -> None:
    """Waits until exactly that slide is shown, and nothing else of the one before."""
    page.wait_for_selector(
        f"[data-testid=slide][data-slide='{slide}'][data-answer='{answer}']",
        state="attached",
    )
    page.wait_for_selector(".stApp[data-test-script-state=notRunning]", state="attached")
    sound(page)


def fits(page) -> None:
    """Everything is on one screen: nothing has to be scrolled, in either direction."""
    content = page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return [m.scrollHeight - m.clientHeight, m.scrollWidth - m.clientWidth]; }"
    )
    assert max(content) <= 2, content


def drawn(page) -> None:
    """Charts hold marks, and what is seen is more than an empty frame."""
    page.wait_for_function("() => document.querySelector('svg.marks .mark-group path, svg.marks path')")
    chart = page.locator("svg.marks").first
    assert chart.locator("path").count() > 5
    box = chart.bounding_box()
    assert box and box["width"] > 300 and box["height"] > 180
    seen = np.asarray(Image.open(BytesIO(chart.screenshot())).convert("RGB")).reshape(-1, 3)
    _, counts = np.unique(seen // 32, axis=0, return_counts=True)
    assert np.sum(np.sort(counts)[:-1]) > 0.01 * len(seen)  # besides the background


def menus(page) -> int:
    """Parts of the application frame that can be seen."""
    names = ("stHeader", "stSidebar", "stToolbar", "stTopNavLink")
    return sum(page.locator(f"[data-testid={n}]:visible").count() for n in names)


def test_every_slide_by_keyboard_forward_and_back(slides_of) -> None:
    page = slides_of()
    at(page, 1, 0)
    assert menus(page) == 0
    for slide in range(1, COUNT):
        fits(page)
        assert page.locator("svg.marks").count() == 0  # nothing is given away before the answer
        page.get_by_text(STEPS[slide - 1].question).wait_for()
        page.keyboard.press("ArrowRight")
        at(page, slide, 1)
        drawn(page)
        fits(page)
        page.keyboard.press("ArrowRight")
        at(page, slide + 1, 1 if slide + 1 == COUNT else 0)
    drawn(page)
    fits(page)
    page.get_by_text("Your comparison: Crowded trades").wait_for()
    for slide in range(COUNT - 1, 0, -1):
        page.keyboard.press("ArrowLeft")
        at(page, slide, 1)


def test_a_large_dark_screen_is_filled_and_not_overfilled(slides_of) -> None:
    page = slides_of("?step=5", 1920, 1080, "dark")
    at(page, 5, 0)
    page.keyboard.press("a")
    at(page, 5, 1)
    drawn(page)
    fits(page)
    assert page.locator("svg.marks").first.bounding_box()["width"] > 500  # as large as the screen allows


def test_answer_notes_clicker_and_leaving_by_key(slides_of) -> None:
    page = slides_of("?step=3")
    at(page, 3, 0)
    page.keyboard.press("a")
    at(page, 3, 1)
    drawn(page)
    fits(page)
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    notes = opened.value
    notes.get_by_text(STEPS[2].notes).wait_for()
    assert page.locator("[data-testid=notes]").count() == 0
    page.bring_to_front()
    page.keyboard.press("PageDown")
    at(page, 4, 0)
    notes.get_by_text(STEPS[3].notes).wait_for()
    notes.close()
    page.keyboard.press("PageDown")
    at(page, 4, 1)
    page.keyboard.press("PageUp")
    at(page, 3, 1)
    assert "step=3" in page.url
    page.keyboard.press("Escape")
    page.get_by_role("heading", name=words.QUESTION).wait_for()
    page.wait_for_selector(
        f"[data-testid=state-marker][data-state='{s.digest(s.opening())}']", state="attached"
    )


def test_a_slide_picked_with_the_mouse_still_moves_one_at_a_time(slides_of) -> None:
    page = slides_of()
    page.get_by_role("button", name="5", exact=True).first.click()
    at(page, 5, 0)
    page.keyboard.press("ArrowRight")
    at(page, 5, 1)
    page.keyboard.press("ArrowRight")
    at(page, 6, 0)
    page.go_back()
    at(page, 5, 1)


def test_a_link_presents_the_senders_own_comparison(slides_of) -> None:
    mine = s.with_policies(
        s.with_draws(s.with_episode(s.opening(), "crowded"), paths=32),
        [parse_policy("outright"), parse_policy("Ours=hedged-auction:reserve_discount=0.2")],
    )
    page = slides_of(f"?step={COUNT}&{link.PARAMETER}={link.pack(mine)}")
    at(page, COUNT, 1)
    summary = summarise(compare(mine.world, mine.policies, mine.paths, mine.seed))
    assert page.inner_text("[data-testid=say]").replace("\u00a0", " ") == verdicts.sentence(summary)
    rows = page.locator(".pr-table tbody tr").all_inner_texts()
    for k, row in enumerate(rows):
        peak = summary.outcomes[k].means["peak_dislocation_10y_bp"]
        assert words.policy_names(mine.policies)[k] in row and f"{peak:.1f} bp" in row
    drawn(page)
    fits(page)


def test_a_term_explains_itself_by_keyboard_and_touch(slides_of) -> None:
    page = slides_of("?step=1", 390, 844, page="learn")
    term = page.locator(".gl", has_text="repo").first
    meaning = term.locator("[role=tooltip]")
    assert not meaning.is_visible()
    term.focus()
    assert meaning.is_visible()
    box = meaning.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert term.get_attribute("aria-describedby") == meaning.get_attribute("id")
