"""Exports in a real browser: the web page opens from a disk with the network cut, and the sandbox's buttons give files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from support.browser_steps import grave, settled

from ui.cli import export
from ui.export import content, html_page
from ui.export.content import Content
from ui.state import state as s
from ui.words import names

pytestmark = pytest.mark.filterwarnings("default")
# Text of charts beyond the page, or beyond its drawing where a drawing cuts: the reader's face may run wider than Arial
CUT_TEXT = """() => [...document.querySelectorAll('svg.chart text')].filter(text => {
  const [box, own] = [text, text.closest('svg.chart')].map(e => e.getBoundingClientRect());
  const cut = getComputedStyle(text.closest('svg.chart')).overflow !== 'visible'
    && (box.left < own.left - 1 || box.right > own.right + 1);
  return box.width && (cut || box.left < 0 || box.right > innerWidth);
}).map(text => text.textContent)"""


@pytest.fixture(scope="module")
def told() -> Content:
    """The opening comparison with two steps of the story."""
    state = s.with_draws(s.opening(), paths=24)
    whole = content.content(state, export.computed(state), export.computed)
    return Content(**{**vars(whole), "slides": whole.slides[4:6]})


@pytest.fixture(scope="module")
def file(told: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "page.html"
    path.write_bytes(html_page.html_bytes(told))
    return path


@pytest.fixture
def from_disk(browser, file: Path):
    """Opens the file in a theme and width with no network at all; tells what was asked for and what was complained of."""
    contexts = []

    def opened(theme: str = "light", width: int = 1200):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        context.set_offline(True)
        asked: list[str] = []
        context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(f"console: {message.text}"))
        page.goto(file.as_uri())
        return page, asked

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_from_a_disk_without_a_network(
    from_disk, file: Path, told: Content, theme: str
) -> None:
    page, asked = from_disk(theme)
    assert page.title() == names.QUESTION and page.inner_text("h1") == names.QUESTION
    assert told.verdict in page.inner_text("main")
    panels = [p for f in (*told.figures, *(f for t in told.slides for f in t.figures)) for p in f.panels]
    seen = page.locator("svg[role=img]:visible")
    assert seen.count() == len([p for p in panels if not p.empty])
    for k in range(seen.count()):
        box = seen.nth(k).bounding_box()
        assert box["width"] > 250 and box["height"] > 80
    assert page.evaluate(CUT_TEXT) == []
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    label = page.evaluate("getComputedStyle(document.querySelector('svg.chart text')).fill")
    bright = [sum(int(x) for x in c.strip("rgb()").split(",")[:3]) for c in (paper, label)]
    assert (bright[0] > 600 > 300 > bright[1]) if theme == "light" else (bright[0] < 150 < 500 < bright[1])
    page.locator("figure").nth(3).locator("summary").click()
    assert page.locator("table:visible").count() == 1
    assert grave(page) == []
    assert asked == [file.as_uri()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_fits_a_phone(from_disk, theme: str) -> None:
    page, _ = from_disk(theme, 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cut = page.eval_on_selector_all(
        "h1, h2, h3, p, dd, svg.chart, .sb-card, .sb-row, details",
        "all => all.filter(e => e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 80))",
    )
    assert cut == [] and page.evaluate(CUT_TEXT) == []
    tall = page.eval_on_selector_all(
        "svg.chart text",
        "all => Math.min(...all.filter(e => e.getBoundingClientRect().height).map(e => e.getBoundingClientRect().height))",
    )
    assert tall >= 9
    assert grave(page) == []


def test_printing_shows_everything_dark_on_light(from_disk) -> None:
    page, _ = from_disk("dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('svg.chart text')).fill") == "rgb(0, 0, 0)"
    assert page.locator("svg[role=img]:visible").count() > 8
    kept = page.evaluate("getComputedStyle(document.querySelector('.sb-swatch')).printColorAdjust")
    assert kept == "exact"  # or browsers leave the legend's lines out


def test_the_sandbox_gives_slides_and_pictures(page_of, tmp_path: Path) -> None:
    pptx = pytest.importorskip("pptx")
    page = page_of(theme="dark")
    page.get_by_role("button", name="Export").click()
    button = page.get_by_role("button", name="Build and download .pptx")
    with page.expect_download() as found:
        button.click()
    deck = pptx.Presentation(io.BytesIO(Path(found.value.path()).read_bytes()))
    assert deck.slides[0].shapes.title.text_frame.text == names.QUESTION
    assert found.value.suggested_filename == f"{s.opening().world.name}.pptx"
    page.get_by_text("Numbers and CSV").first.click()
    with page.expect_download() as found:
        page.get_by_role("button", name="Picture as SVG").click()
    drawn = Path(found.value.path()).read_text(encoding="utf-8")
    assert s.digest(s.opening()) in drawn.replace("\u00a0", " ") and 'fill="#11161D"' in drawn
    settled(page)
    assert grave(page) == []
