"""What browser tests do and look at on any page."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from policy.outcomes.summary import Summary
from ui.state import state as s
from ui.words import amounts

LONGEST_WAIT = 30_000  # ms; what is not there by then does not come
MARKER = "[data-testid=state-marker]"
READY = f"{MARKER}[data-ready='1']"
# Frames in a row on which all of it holds: a click takes a frame or two to ask for a run. A spinner is at rest.
AT_REST = """() => {
  const app = document.querySelector('.stApp');
  const moving = document.getAnimations().filter(
    a => a.playState === 'running' && a.effect.getComputedTiming().endTime !== Infinity);
  const rest = app && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true]') && !moving.length;
  window.framesAtRest = rest ? window.framesAtRest + 1 : 0;
  return window.framesAtRest > 12;
}"""
DARK = """() => getComputedStyle(document.querySelector('.stApp')).backgroundColor
  .match(/\\d+/g).slice(0, 3).every(x => Number(x) < 60)"""
TOO_WIDE = """(framed, edge) => [
  ...[document.documentElement, document.querySelector('[data-testid=stMain]')]
    .filter(e => e.scrollWidth > e.clientWidth).map(e => e.tagName + ' scrolls: ' + e.scrollWidth),
  ...[...document.querySelectorAll(framed)].filter(r => r.getBoundingClientRect().right > edge)
    .map(r => r.className + ': ' + r.textContent.slice(0, 60)),
]"""
FRAMED = ".tb-box, .sb-row, .sb-title, .sb-verdict, [data-testid=stVegaLiteChart]"


def settled(page) -> None:
    """Waits until the page is complete and shows no exception."""
    page.wait_for_selector(f"{READY}, .stException", state="attached")
    assert page.locator(".stException").count() == 0, page.locator(".stException").first.inner_text()


def wait_for(page, state: s.State) -> None:
    """Waits until the page shows the results of a state."""
    page.wait_for_selector(f"{MARKER}[data-state='{s.digest(state)}']", state="attached")


def lever(page, name: str):
    """The slider of a top lever, by its dotted name, once it is there."""
    return page.locator(f"[data-lever='lever-{name.replace('.', '-')}'] input[type=range]")


def closer(page, group: str) -> None:
    """Chooses what the sandbox shows below the answer and the two charts, and waits until it is there."""
    page.get_by_role("radio", name=group, exact=True).click()
    at_rest(page)


def tiles(page) -> dict[tuple[str, int], str]:
    """The figures on the cards by key and policy; the cards are opened where they are not."""
    if not page.locator(".sb-card").count():
        closer(page, "All figures")
        page.wait_for_selector(".sb-card")
    found = page.eval_on_selector_all(
        ".sb-row",
        "rows => rows.map(r => [r.dataset.key, r.dataset.policy, r.querySelector('.sb-value').textContent])",
    )
    return {(key, int(policy)): text for key, policy, text in found}


def shown(summary: Summary) -> dict[tuple[str, int], str]:
    """The same as the model has them."""
    return {
        (key, k): amounts.figure(key, cell.value)
        for key, cells in summary.cells.items()
        for k, cell in enumerate(cells)
    }


COLOURS = ("color-contrast", "link-in-text-block")  # rules that look at colours


def grave(page, rules: Sequence[str] = (), within: str | None = None) -> list[tuple[str, list[str]]]:
    """Serious and critical findings of axe, by all its rules or by some, on all of the page or a part of it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    options = {"resultTypes": ["violations"]}  # what passed need not be described as well
    options |= {"runOnly": list(rules)} if rules else {}
    found = axe.Axe().run(page, context=within, options=options).response["violations"]
    return [
        (v["id"], [n["html"][:160] for n in v["nodes"]][:4])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def at_rest(page) -> None:
    """Waits until the script has run, nothing on the page is stale, and whatever faded or moved has arrived."""
    page.evaluate("window.framesAtRest = 0")
    page.wait_for_function(AT_REST)


def grave_in_either_theme(page) -> list[tuple[str, list[str]]]:
    """The same of a page at rest in the light theme and then in the dark one, where it stays and only its colours are new."""
    at_rest(page)
    found = grave(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(DARK)
    at_rest(page)
    return found + grave(page, COLOURS)


def no_sideways_scrolling(page, width: int = 390) -> None:
    """On a window of that width nothing is wider than it and no framed part is cut, once the page has found its form."""
    page.set_viewport_size({"width": width, "height": 844})
    page.wait_for_function("width => window.innerWidth === width", arg=width)
    at_rest(page)
    try:
        page.wait_for_function(
            f"([framed, edge]) => !({TOO_WIDE})(framed, edge).length", arg=[FRAMED, width + 1]
        )
    except Exception:
        assert page.evaluate(f"([framed, edge]) => ({TOO_WIDE})(framed, edge)", [FRAMED, width + 1]) == []
        raise
