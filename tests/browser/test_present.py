"""Presenting in a real browser: two windows in step by keyboard alone, every key of a clicker, all of it on one screen."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support.browser_steps import grave_in_either_theme, lever, no_sideways_scrolling, settled, wait_for

from policy.comparison import compare
from policy.outcomes.summary import summarise
from policy.spec import parse_policy
from ui.state import link, talk
from ui.state import state as s
from ui.state.items import TalkItem
from ui.story.steps import STEPS
from ui.words import names as words
from ui.words import verdicts

pytestmark = pytest.mark.filterwarnings("default")
COUNT = len(STEPS) + 1
# Says so once the answer on the slide is the browser's own, under the finger
FOLLOWED = """() => new MutationObserver(() => document.documentElement.dataset.follows && console.log('followed'))
  .observe(document.documentElement, { attributes: true, attributeFilter: ['data-follows'] })"""


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


def pressed(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


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


def presenter_of(page):
    """The presenter's window, opened by its key."""
    with page.context.expect_page() as opened:
        page.keyboard.press("n")
    opened.value.wait_for_selector("[data-testid=notes]")
    return opened.value


def test_two_windows_in_step_over_a_whole_talk_by_keyboard_alone(slides_of) -> None:
    room = slides_of()
    at(room, 1, 0)
    assert menus(room) == 0
    mine = presenter_of(room)
    for slide in range(1, COUNT + 1):
        own = slide == COUNT
        pressing = (room, mine)[slide % 2]
        if not own:
            at(room, slide, 0)
            at(mine, slide, 0)
            fits(room)
            assert room.locator("svg.marks").count() == 0  # nothing is given away before the answer
            room.get_by_text(STEPS[slide - 1].question).wait_for()
            assert STEPS[slide - 1].notes in mine.inner_text("[data-testid=notes]")
            assert "Next: the answer" in mine.inner_text("[data-testid=next]")
            pressed(pressing, " ")
        at(room, slide, 1)
        at(mine, slide, 1)
        drawn(room)
        fits(room)
        assert room.locator("[data-testid=notes]").count() == 0
        page_text = room.inner_text("body")
        assert not any(step.notes[:40] in page_text for step in STEPS)
        following = (
            "The last slide"
            if own
            else f"Next: {(*STEPS, None)[slide].title}"
            if slide < len(STEPS)
            else "Next: Your"
        )
        assert following in mine.inner_text("[data-testid=next]")
        pressed(pressing, "PageDown")
    room.get_by_text("Your comparison: Crowded trades").wait_for()
    for slide in (COUNT - 1, COUNT - 2):  # as they were left
        pressed(mine, "PageUp")
        at(room, slide, 1)
    pressed(room, "Home")
    at(mine, 1, 1)
    mine.close()


def test_every_key_of_a_clicker(slides_of) -> None:
    page = slides_of("?step=3")
    at(page, 3, 0)
    for keys, slide, answer in (
        (("a",), 3, 1), (("a",), 3, 0), ((" ",), 3, 1), (("ArrowDown",), 4, 0), (("ArrowUp",), 3, 1),
        (("PageDown",), 4, 0), (("PageUp",), 3, 1), (("ArrowRight",), 4, 0), (("ArrowLeft",), 3, 1), (("End",), COUNT, 1),
        (("Home",), 1, 0), (("5",), 5, 0), (("Enter", "Enter"), 6, 0), (("Backspace",), 5, 1), (("PageDown",) * 3, 7, 0),
        (("Shift+ ",), 6, 1),
    ):  # fmt: skip
        pressed(page, *keys)
        at(page, slide, answer)
    for key in ("b", "."):
        pressed(page, key)
        page.wait_for_selector("#stage-blank")
        pressed(page, "PageDown")  # any key brings the slide back, and does nothing else
        page.wait_for_selector("#stage-blank", state="detached")
        at(page, 6, 1)
    assert "step=6" in page.url
    pressed(page, "Escape")
    page.get_by_role("heading", name=words.QUESTION).wait_for()
    page.wait_for_selector(
        f"[data-testid=state-marker][data-state='{s.digest(s.opening())}']", state="attached"
    )


def test_a_dark_room_a_reload_and_a_window_that_comes_late(slides_of) -> None:
    room = slides_of("?step=4")
    pressed(room, "a")
    at(room, 4, 1)
    mine = presenter_of(room)
    at(mine, 4, 1)  # the answer had been shown before the window was opened
    pressed(mine, "b")
    room.wait_for_selector("#stage-blank")
    assert mine.locator("#stage-blank").count() == 0
    mine.get_by_text("The room's screen is dark").wait_for()
    room.reload()
    settled(room)
    room.wait_for_selector("#stage-blank")
    at(room, 4, 1)
    pressed(mine, " ")
    room.wait_for_selector("#stage-blank", state="detached")
    mine.get_by_role("button", name="Pause").click()
    stopped = mine.inner_text(".spent")
    assert mine.get_by_role("button", name="Go on").is_visible() and ":" in stopped
    assert grave_in_either_theme(mine) == []
    no_sideways_scrolling(mine)
    mine.close()


def test_controls_fade_and_come_back_and_move_only_where_motion_is_wanted(slides_of) -> None:
    page = slides_of("?step=4")
    pressed(page, "a")
    at(page, 4, 1)
    bar = page.locator(".audience")
    assert bar.evaluate("e => getComputedStyle(e).transitionDuration") != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert bar.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    page.wait_for_selector(".audience.idle")
    page.wait_for_function("() => document.documentElement.matches('.stage-idle')")
    assert bar.evaluate("e => getComputedStyle(e).opacity") == "0"
    page.mouse.move(300, 300)
    page.wait_for_selector(".audience:not(.idle)")
    assert bar.evaluate("e => getComputedStyle(e).opacity") == "1"
    page.get_by_role("button", name="Next", exact=True).focus()
    assert grave_in_either_theme(page) == []
    assert page.locator(".audience.idle").count() == 0  # never while somebody is on a button
    page.evaluate("document.activeElement.blur()")
    no_sideways_scrolling(page)


def test_a_large_dark_screen_is_filled_and_not_overfilled(slides_of) -> None:
    page = slides_of("?step=5", 1920, 1080, "dark")
    at(page, 5, 0)
    pressed(page, "a")
    at(page, 5, 1)
    drawn(page)
    fits(page)
    assert page.locator("svg.marks").first.bounding_box()["width"] > 500  # as large as the screen allows


def test_a_slide_picked_from_the_list_still_moves_one_at_a_time(slides_of) -> None:
    page = slides_of()
    page.get_by_role("combobox", name="Slide").select_option("5")
    at(page, 5, 0)
    pressed(page, "ArrowRight")
    at(page, 5, 1)
    page.get_by_role("button", name="Next", exact=True).click()
    at(page, 6, 0)
    pressed(page, " ")  # the button that was clicked does not keep the key
    at(page, 6, 1)
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
    assert page.inner_text("[data-testid=won]").strip() == f"★ {verdicts.winner(summary)}"
    rows = page.locator(".pr-table tbody tr").all_inner_texts()
    for k, row in enumerate(rows):
        peak = summary.outcomes[k].means["peak_dislocation_10y_bp"]
        assert words.policy_names(mine.policies)[k] in row and f"{peak:.1f} bp" in row
        assert ("★" in row) == (k in verdicts.winners(verdicts.verdict_of(summary)))
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


def test_a_lever_on_a_slide_moves_both_windows_and_gives_the_keys_back(slides_of) -> None:
    mine = s.with_draws(s.opening(), paths=16)
    mine = talk.with_items(mine, [TalkItem("screen", lever="funds.scale"), TalkItem("step", "calm")])
    room = slides_of(f"?{link.PARAMETER}={link.pack(mine)}")
    at(room, 1, 1)
    desk = presenter_of(room)
    thumb = lever(room, "funds.scale")
    thumb.focus()
    room.wait_for_selector("html[data-engine=ready]", state="attached")
    with room.expect_event("console", lambda message: message.text == "followed"):
        room.evaluate(FOLLOWED)
        room.keyboard.press("ArrowLeft")  # of the lever, not of the slides
    moved = s.with_world(mine, {"funds.scale": 0.9})
    wait_for(room, moved)
    wait_for(desk, moved)
    told = verdicts.sentence(summarise(compare(moved.world, moved.policies, moved.paths, moved.seed)))
    room.wait_for_function("() => !document.documentElement.dataset.follows")
    assert room.inner_text("[data-testid=verdict]") == told
    fits(room)
    room.keyboard.press("Escape")  # back to the slides
    pressed(room, "ArrowRight")
    at(room, 2, 0)
    at(desk, 2, 0)
    desk.close()
