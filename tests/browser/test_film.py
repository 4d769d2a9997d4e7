"""The film in a real browser: play, pause and scrub by the keyboard alone, still where motion is unwanted, for everyone."""

from __future__ import annotations

import pytest
from support.browser_steps import grave
from support.sandbox_files import page_text, shipped_states

from ui.menu import path
from ui.state import state as s
from ui.widgets import plumbing

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]
MOTION = """() => {
  const film = [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('.film')).find(Boolean);
  return film.getAnimations({subtree: true}).filter(a => a.playState === 'running').length;
}"""


def test_a_film_plays_and_pauses_by_the_keyboard_and_stands_still_where_motion_is_unwanted(page_of) -> None:
    page = page_of(1280, 720, path=path("film"))
    slider, film = page.locator(".film-scrub"), page.locator(".film")
    slider.wait_for()
    assert not page.locator(".st-key-plain_film").is_visible()
    state = s.opening()
    films = [plumbing.film_of(state, k) for k in (0, len(state.policies) - 1)]
    last = len(films[0].calendar) - 1

    def shows(day: int) -> None:
        film.and_(page.locator(f"[data-day='{day}']")).wait_for()
        assert page.locator(".film-said").all_inner_texts() == [one.sentence(day) for one in films]

    slider.focus()
    for key, day in (("End", last), ("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        shows(day)
    assert "day 1 of" in slider.get_attribute("aria-valuetext")
    for motion in ("no-preference", "reduce"):
        page.emulate_media(reduced_motion=motion)
        page.keyboard.press("Home")
        page.keyboard.press("Space")
        page.locator(".film[data-playing=true]").wait_for()
        assert (page.evaluate(MOTION) > 0) == (motion == "no-preference")
        page.locator(".film[data-day='2']").wait_for()
        page.keyboard.press("Space")
        page.locator(".film[data-playing=false]").wait_for()
        shows(day := int(film.get_attribute("data-day")))
        page.wait_for_timeout(800)
        shows(day)
        assert page.evaluate(MOTION) == 0
    assert page.locator(".film-said").first.get_attribute("aria-live") == "polite"
    box = page.locator(".film-screen").first.bounding_box()
    assert box["y"] + box["height"] <= 720
    page.get_by_label("Policy on the right").select_option("No action")
    films[1] = films[0]
    shows(day)
    assert grave(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".film-screen svg.film-narrow").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_film_of_the_one_file_sandbox_says_what_the_app_says(browser, tmp_path) -> None:
    """From a disk, and anew when a lever moves."""
    expect = pytest.importorskip("playwright.sync_api").expect
    file = tmp_path / "sandbox.html"
    file.write_text(page_text(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto(file.as_uri())
    page.locator("#film").scroll_into_view_if_needed()
    slider, said = page.locator(".film-scrub"), page.locator(".film-said")
    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    state = shipped_states()[0]
    worlds = (state, s.with_world(state, {"funds.scale": 0.9}))
    for told in worlds:
        films = [plumbing.film_of(told, k) for k in (0, len(told.policies) - 1)]
        for panel, film in zip(said.all(), films, strict=True):
            expect(panel).to_have_text(film.sentence(7))
        page.locator("[data-for='lever:funds.scale'][type=number]").fill("0.9")
        slider.scroll_into_view_if_needed()
    page.close()
