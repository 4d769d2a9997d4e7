"""Who pays in a real browser: it opens with figures, the game runs and stops, both themes, a phone."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("browser")]
MARKER = "[data-testid=state-marker][data-ready='1']"


@pytest.fixture
def open_page(browser, address: str):
    """Opens the page by its address and waits until it is complete."""
    contexts = []

    def opened(width: int = 1440, height: int = 900, theme: str = "light"):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}who-pays")
        page.wait_for_selector(f"{MARKER}, .stException", state="attached")
        assert page.locator(".stException").count() == 0, page.locator(".stException").first.inner_text()
        return page

    yield opened
    for context in contexts:
        context.close()


def grave(page) -> list[tuple[str, list[str]]]:
    """Serious and critical findings of axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [
        (v["id"], [n["html"][:160] for n in v["nodes"]][:4])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def quick(page) -> None:
    """Few paths, so that a test need not wait."""
    page.get_by_text("Weights of waste, which equilibrium counts, accuracy").click()
    field = page.get_by_role("spinbutton", name="Paths at every scale")
    field.fill("20")
    field.press("Enter")
    page.get_by_text("default 400").wait_for()


def finished(page) -> None:
    """Everything of the page that a click opens."""
    quick(page)
    page.get_by_role("button", name="Run the game").click()
    page.wait_for_selector("table[data-testid=game]")
    page.get_by_role("button", name="Run the curve").click()
    page.get_by_text("By the smallest discount at which the vehicle buys").first.wait_for()
    page.get_by_text("All assumptions of the count").click()
    page.get_by_label("Recovery from failed funds").first.wait_for()
    page.get_by_text("Each policy's own", exact=True).click()
    page.wait_for_selector(MARKER, state="attached")
    page.wait_for_timeout(1500)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_accessibility_findings(open_page, theme: str) -> None:
    page = open_page(theme=theme)
    assert grave(page) == []
    finished(page)
    assert grave(page) == []


def test_a_phone_shows_everything_without_sideways_scrolling(open_page) -> None:
    page = open_page(390, 844)
    finished(page)
    widths = page.evaluate(
        "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(e => [e.scrollWidth, e.clientWidth])"
    )
    assert all(content <= window for content, window in widths)
    cut = page.eval_on_selector_all(
        ".tb-box, .sb-title, .sb-verdict, [data-testid=stVegaLiteChart]",
        "rows => rows.filter(r => r.getBoundingClientRect().right > 391).length",
    )
    assert cut == 0


def test_the_game_shows_its_phase_and_can_be_stopped(open_page) -> None:
    page = open_page()
    page.get_by_role("button", name="Run the game").click()
    page.get_by_text("Running crises at leverage").or_(
        page.get_by_text("Sending probe funds")
    ).first.wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Nothing is shown").wait_for()
    assert page.locator("table[data-testid=game]").count() == 0
