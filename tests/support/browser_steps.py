"""What browser tests do and look at on any page."""

from __future__ import annotations

import pytest

from policy.outcomes.summary import Summary
from ui.state import state as s
from ui.words import amounts

MARKER = "[data-testid=state-marker]"
READY = f"{MARKER}[data-ready='1']"
FRAMED = ".tb-box, .sb-row, .sb-title, .sb-verdict, [data-testid=stVegaLiteChart]"


def settled(page) -> None:
    """Waits until the page is complete and shows no exception."""
    page.wait_for_selector(f"{READY}, .stException", state="attached")
    assert page.locator(".stException").count() == 0, page.locator(".stException").first.inner_text()


def wait_for(page, state: s.State) -> None:
    """Waits until the page shows the results of a state."""
    page.wait_for_selector(f"{MARKER}[data-state='{s.digest(state)}']", state="attached")


def tiles(page) -> dict[tuple[str, int], str]:
    """The figures on the cards by key and policy."""
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


def grave(page) -> list[tuple[str, list[str]]]:
    """Serious and critical findings of axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [
        (v["id"], [n["html"][:160] for n in v["nodes"]][:4])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def grave_in_either_theme(page) -> list[tuple[str, list[str]]]:
    """The same of a page at rest in the light theme and then in the dark one, where it stays."""
    page.wait_for_selector(".stApp[data-test-script-state=notRunning]", state="attached")
    page.wait_for_timeout(500)  # what was stale fades in again
    found = grave(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(600)
    dark = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert max(int(x) for x in dark.strip("rgb()").split(",")) < 60
    return found + grave(page)


def no_sideways_scrolling(page, width: int = 390) -> None:
    """Nothing is wider than the window, and no framed part of the page is cut."""
    widths = page.evaluate(
        "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(e => [e.scrollWidth, e.clientWidth])"
    )
    assert all(content <= window for content, window in widths)
    cut = page.eval_on_selector_all(
        FRAMED,
        "(rows, edge) => rows.filter(r => r.getBoundingClientRect().right > edge)"
        ".map(r => r.className + ': ' + r.textContent.slice(0, 60))",
        width + 1,
    )
    assert cut == []
