"""Presenting in a real browser: two windows in step by keyboard alone, every key of a clicker, all of it on one screen."""

from __future__ import annotations

from collections.abc import Sequence
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


def pictured(page, lit: Sequence[str]) -> None:
    """The part of the market that the question speaks of stands beside it, without a figure."""
    picture = page.locator("svg.film-wide")
    picture.wait_for()
    assert picture.locator(".film-flow").count() == 0
    assert not any(picture.locator(".film-value").all_inner_texts())
    assert picture.locator("g.film-box[opacity='1.00']").count() == len(lit)


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


def test_every_slide_of_the_usual_talk_fits_its_screen(slides_of) -> None:
    room = slides_of()
    assert menus(room) == 0
    for slide in range(1, COUNT):
        at(room, slide, 0)
        fits(room)
        assert room.locator("svg.marks").count() == 0  # nothing is given away before the answer
        room.get_by_text(STEPS[slide - 1].question).wait_for()
        pictured(room, STEPS[slide - 1].lit)
        pressed(room, "a")
        at(room, slide, 1)
        drawn(room)
        fits(room)
        pressed(room, "PageDown")
    at(room, COUNT, 1)
    room.get_by_text("Your comparison: Crowded trades").wait_for()
    drawn(room)
    fits(room)


def test_two_windows_in_step_over_a_whole_talk_by_keyboard_alone(slides_of) -> None:
    """Each window has the keys in turn; a talk of one's own, with a kept comparison and a chart that fills its slide."""
    few = s.with_draws(s.opening(), paths=16)
    parts = [
        TalkItem("step", "calm"),
        TalkItem("step", "dealers"),
        talk.kept_item(few, "Kept"),
        TalkItem("screen", chart="sales"),
    ]
    notes = [
        STEPS[0].notes,
        STEPS[2].notes,
        "The world is as it was shipped",
        "The world is as it was shipped",
    ]
    room = slides_of(f"?{link.PARAMETER}={link.pack(talk.with_items(few, parts))}")
    desk = presenter_of(room)
    following = ("the answer", STEPS[2].title, "the answer", "Kept", "Your comparison: Crowded trades", None)
    places = [(1, 0), (1, 1), (2, 0), (2, 1), (3, 1), (4, 1)]
    for k, ((slide, answered), coming) in enumerate(zip(places, following, strict=True)):
        for window in (room, desk):
            at(window, slide, answered)
        fits(room)
        if answered:
            drawn(room)
        assert notes[slide - 1] in desk.inner_text("[data-testid=notes]")
        shown = desk.inner_text("[data-testid=next]")
        assert shown.startswith(f"Next: {coming}" if coming else "The last slide")
        said = room.inner_text("body")
        assert room.locator("[data-testid=notes]").count() == 0 and notes[slide - 1] not in said
        pressed((desk, room)[k % 2], (" ", "PageDown", "ArrowRight")[k % 3])
    pressed(desk, "PageUp")
    at(room, 3, 1)
    pressed(room, "Home")
    at(desk, 1, 1)  # as it was left
    desk.close()


def test_every_key_of_a_clicker(slides_of) -> None:
    page = slides_of("?step=3")
    at(page, 3, 0)
    for keys, slide, answer in (
        ((" ",), 3, 1), (("ArrowRight",), 4, 0), (("ArrowDown",), 4, 1), (("PageDown",), 5, 0), (("Enter",), 5, 1), (("a",), 5, 0),
        (("2",), 2, 0), (("ArrowLeft",), 1, 0), (("2",), 2, 0), (("ArrowUp",), 1, 0), (("2",), 2, 0), (("PageUp",), 1, 0),
        (("2",), 2, 0), (("Backspace",), 1, 0), (("2",), 2, 0), (("Shift+ ",), 1, 0), (("End",), COUNT, 1), (("Home",), 1, 0),
        (("6",), 6, 0), (("PageDown",) * 3, 7, 1),
    ):  # fmt: skip
        pressed(page, *keys)
        at(page, slide, answer)
    for key in ("b", "."):
        pressed(page, key)
        page.wait_for_selector("#stage-blank")
        pressed(page, "PageDown")  # any key brings the slide back, and does nothing else
        page.wait_for_selector("#stage-blank", state="detached")
        at(page, 7, 1)
    assert "step=7" in page.url
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
