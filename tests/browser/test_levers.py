"""The top levers in a real browser: every one from end to end in two worlds, typed, explained, and without them."""

from __future__ import annotations

import re

import pytest
from support.browser_steps import LONGEST_WAIT, at_rest, lever, wait_for

from policy.described import parameters
from ui.live.levers import lever_data
from ui.state import link
from ui.state import state as s

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]

WORLDS = ("crowded", "march_2020")
INTERNAL = re.compile(r"\b[a-z]+[._][a-z0-9_]+\b|cohort '")
MOST_SHIFT = 2  # pixels
# What stands in the window and must stay where it is: titles, the answer, charts, and the levers themselves.
WATCH = """() => {
  const inside = [...document.querySelectorAll('[data-testid=stSidebar] *')]
    .flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('.lever, .lever .track')] : []);
  const outside = [...document.querySelectorAll(
    '[data-testid=stMain] h1, [data-testid=stMain] [data-testid=stVegaLiteChart], [data-testid=stSidebar] label')];
  window.watched = [...inside, ...outside].map(e => [e, e.getBoundingClientRect().top]);
}"""
SHIFT = """() => Math.max(0, ...window.watched
  .filter(([e, top]) => e.isConnected && e.getClientRects().length && top < window.innerHeight)
  .map(([e, top]) => Math.abs(e.getBoundingClientRect().top - top)))"""


def on_few_paths(world: str) -> s.State:
    return s.with_draws(s.with_whole_episode(world)(s.opening()), paths=8)


def opened(page_of, world: str):
    """A page of a world on few paths, its levers there."""
    state = on_few_paths(world)
    page = page_of(1280, 720, path=f"?{link.PARAMETER}={link.pack(state)}")
    return ready(page, state)


def elsewhere(page, world: str):
    """The same page on another world."""
    state = on_few_paths(world)
    page.goto(link.link(state, page.url.partition("?")[0]))
    return ready(page, state)


def ready(page, state: s.State):
    wait_for(page, state)
    lever(page, "funds.scale").wait_for()
    at_rest(page)
    return page, state


def ends(state: s.State, name: str) -> tuple[float, float]:
    row = next(row for row in parameters(state.world) if row["name"] == name)
    data = lever_data(state, row)
    return data["low"], data["high"]


def words(page) -> str:
    """Everything that is read on the page; icons are letters too, and left out."""
    texts = [page.locator("body").inner_text(), *page.locator("[data-lever]").all_inner_texts()]
    icons = page.locator("[data-testid=stIconMaterial]").all_inner_texts()
    return re.sub("|".join(map(re.escape, sorted(set(icons), key=len, reverse=True))), "", " ".join(texts))


def test_every_lever_goes_from_end_to_end(page_of) -> None:
    """In the opening world and in the largest crisis on record."""
    page = None
    for world in WORLDS:
        page, state = opened(page_of, world) if page is None else elsewhere(page, world)
        for name in s.top_levers(state.world):
            lever(page, name).focus()  # scrolls to it
            at_rest(page)
            for key, side in (("End", 1), ("Home", 0)):
                page.evaluate(WATCH)
                value = ends(state, name)[side]
                lever(page, name).press(key)
                state = s.with_world(state, {name: value})
                wait_for(page, state)
                at_rest(page)
                assert page.evaluate(SHIFT) <= MOST_SHIFT, (world, name, key)
        assert page.locator("[data-testid=stAlertContentError], .end.refused").count() == 0, world
        assert INTERNAL.findall(words(page)) == [], world


def test_a_typed_value_beyond_the_end_is_refused_in_words_with_the_nearest_in_one_click(page_of) -> None:
    page, state = opened(page_of, "crowded")
    row = page.locator("[data-lever='lever-funds-scale']")
    field = row.get_by_role("spinbutton")
    field.fill("2")
    field.press("Enter")
    row.get_by_text("2× is refused: beyond 1.15× the basis funds could not post their margin.").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    row.get_by_role("button", name="Use 1.15×").click()
    wait_for(page, s.with_world(state, {"funds.scale": 1.15}))
    assert lever(page, "funds.scale").get_attribute("aria-valuetext").startswith("1.15×, ")
    field.fill("0.777")
    field.press("Enter")
    wait_for(page, s.with_world(state, {"funds.scale": 0.777}))
    row.get_by_role("button", name="Back to 1×").click()
    wait_for(page, state)


def test_what_computes_in_the_browser_hears_every_move(page_of) -> None:
    page, _ = opened(page_of, "crowded")
    page.evaluate("""() => {
      window.heard = [];
      document.addEventListener('levers:moved', e => window.heard.push([e.detail.name, e.detail.value]));
    }""")
    lever(page, "funds.scale").press("ArrowLeft")
    lever(page, "funds.scale").press("ArrowLeft")
    assert page.evaluate("window.heard") == [["funds.scale", 0.9], ["funds.scale", 0.8]]


def test_where_the_component_does_not_load_streamlits_own_controls_stand_in(browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(
        "URL.createObjectURL = () => 'blob:nothing'"
    )  # no script of a component can be loaded
    page = context.new_page()
    page.set_default_timeout(LONGEST_WAIT)
    page.goto(address)
    slider = page.locator(".st-key-world-funds-scale input[type=range]")
    slider.wait_for()  # it is unseen for some seconds, and what is unseen takes no key; once seen, it does, at rest or not
    slider.press("ArrowLeft")
    wait_for(page, s.with_world(s.opening(), {"funds.scale": 0.9}))
    context.close()
