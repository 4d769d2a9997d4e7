"""The answer under the finger: while a lever is dragged the browser's own engine answers, then the server does, alike."""

from __future__ import annotations

import re

import pytest
from support.browser_steps import MARKER, at_rest, lever, wait_for

from policy.comparison import compare
from policy.outcomes.scorecard import SPIRAL_SHARE
from policy.outcomes.summary import Summary, summarise
from ui.comparison.answer import FIGURES, ends_in_words, figures_in_words
from ui.state import link
from ui.state import state as s
from ui.words import endings, verdicts

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.filterwarnings("default")]

MOST_SHIFT = 2  # pixels
SHOWN = """() => ({
  sentence: document.querySelector('.sb-verdict').innerText,
  ends: [...document.querySelectorAll('.sb-dots [role=img]')].map(e => e.getAttribute('aria-label')),
  dots: [...document.querySelectorAll('.sb-dots [role=img]')].map(e => ['spiral', 'disorderly', 'contained']
    .map(end => e.querySelectorAll('.sb-' + end).length)),
  figures: Object.fromEntries([...document.querySelectorAll('.sb-afig')].map(
    e => [e.dataset.answer + ' ' + e.dataset.policy, e.textContent])),
})"""
PLACES = """() => [...document.querySelectorAll('h1, .sb-ends, .sb-end, [data-testid=stVegaLiteChart]')]
  .map(e => e.getBoundingClientRect().top)"""


# What stands in the answer each time that something of it is drawn anew.
RECORD = """() => {
  window.seen = [];
  new MutationObserver(() => window.seen.push([
    document.documentElement.dataset.follows, document.querySelector('[data-count]').textContent,
    [...document.querySelectorAll('.sb-afig')].map(e => e.textContent).join(' ')]))
    .observe(document.querySelector('[data-testid=stMain]'), {childList: true, subtree: true});
}"""


def state_of(scale: float | None = None) -> s.State:
    """Crowded trades on as many paths as the browser draws dots."""
    state = s.with_draws(s.with_whole_episode("crowded")(s.opening()), paths=100)
    return state if scale is None else s.with_world(state, {"funds.scale": scale})


def expected(state: s.State) -> dict[str, object]:
    summary: Summary = summarise(compare(state.world, state.policies, state.paths, state.seed))
    means = [o.means for o in summary.outcomes]
    counts = [endings.hundred(m) for m in means]
    figures = [figures_in_words(m, k == 0) for k, m in enumerate(means)]
    return {
        "sentence": verdicts.sentence(summary),
        "ends": [f"{ends_in_words(row)} of 100" for row in counts],
        "dots": [list(reversed(row)) for row in counts],
        "figures": {f"{key} {k}": text for k, row in enumerate(figures) for key, text in zip(FIGURES, row, strict=True)},
    }  # fmt: skip


def grasped(page, name: str) -> tuple[float, float]:
    """The mouse holds a lever's thumb; where it is."""
    slider = lever(page, name)
    slider.wait_for()
    at_rest(page)
    box = slider.bounding_box()
    least, most, value = (float(slider.evaluate(f"e => e.{x}")) for x in ("min", "max", "value"))
    x = box["x"] + 8 + (box["width"] - 16) * (value - least) / (most - least)
    y = box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def test_sentence_dots_and_charts_follow_the_finger_and_the_server_agrees(page_of) -> None:
    page = page_of(1280, 1100, path=f"?{link.PARAMETER}={link.pack(state_of())}")
    page.wait_for_selector("html[data-engine=ready]", state="attached")
    x, y = grasped(page, "funds.scale")
    shown, mark = page.evaluate(SHOWN), page.get_attribute(MARKER, "data-state")
    places = page.evaluate(PLACES)
    page.evaluate(RECORD)
    drawn = []
    for k in range(1, 9):
        page.mouse.move(x - 3 * k, y)
        drawn.append(page.locator(".sb-follow polyline").first.get_attribute("points"))
    assert len(set(drawn)) > 4  # the central path moves along
    assert page.locator(".sb-follow").count() == 2
    page.wait_for_selector("html[data-follows=settled]", state="attached")
    some = [row for row in page.evaluate("window.seen") if re.fullmatch(r"settling, \d+ of 100:", row[1])]
    assert some and {row[0] for row in some} == {"settling"}
    assert set(some[-1][2].split()) == {"…"}  # no share or tail from fewer crises than it needs
    state = state_of(float(lever(page, "funds.scale").input_value()))
    followed = page.evaluate(SHOWN)
    assert followed == expected(state) != shown
    assert page.get_attribute(MARKER, "data-state") == mark  # the server has not been asked
    assert max(abs(a - b) for a, b in zip(places, page.evaluate(PLACES), strict=True)) <= MOST_SHIFT
    page.mouse.up()
    wait_for(page, state)
    page.wait_for_selector("html:not([data-follows])", state="attached")
    page.locator(".sb-follow").first.wait_for(state="detached")
    assert page.evaluate(SHOWN) == followed
    # Back where it was without letting go: the server's own answer stands again.
    x, y = grasped(page, "funds.scale")
    page.mouse.move(x - 40, y)
    page.wait_for_selector("html[data-follows]", state="attached")
    page.mouse.move(x, y)
    page.mouse.up()
    page.wait_for_selector("html:not([data-follows])", state="attached")
    assert page.evaluate(SHOWN) == followed


def test_where_the_engine_does_not_load_the_server_answers(window_of) -> None:
    page = window_of("", 1280, 720)
    page.route("**/live/**", lambda route: route.abort())
    page.goto(f"{page.url.partition('?')[0]}?{link.PARAMETER}={link.pack(state_of())}")
    wait_for(page, state_of())
    x, y = grasped(page, "funds.scale")
    page.mouse.move(x - 20, y)
    assert page.get_attribute("html", "data-follows") is None
    page.mouse.up()
    wait_for(page, state_of(float(lever(page, "funds.scale").input_value())))
    assert page.locator(f"[data-answer='{SPIRAL_SHARE.key}']").first.inner_text() != "…"
