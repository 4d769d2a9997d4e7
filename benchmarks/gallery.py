"""The first screen of every page in both themes, wide and on a phone: one picture for each page.

    python benchmarks/gallery.py

Writes `docs/pictures/PAGE.jpg`, the sandbox's charts as people without red and green and a grey printer see them, README's
picture, and `benchmarks/gallery.md`, which shows them.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from page import ARGS, MARKER, server
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ui.menu import PAGES, path  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE, HIGH, MARGIN = (1440, 1000), (390, 844), 460, 12


def shots(browser: Any, address: str) -> list[Image.Image]:
    """Four screens of one visit, once the page is complete and its charts are drawn."""
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]}, color_scheme="light")
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_selector(f"{MARKER}[data-ready='1']", state="attached")
    page.wait_for_timeout(1500)
    made = []
    for size in (WIDE, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(900)
            screen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            made.append(_shrunk(screen, HIGH))
    page.close()
    return made


def as_seen(browser: Any, address: str) -> list[Image.Image]:
    """The sandbox's answer and charts, as they are, to a deuteranope, and in grey."""
    page = browser.new_page(viewport={"width": 1280, "height": 2000}, color_scheme="light")
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_selector(f"{MARKER}[data-ready='1']", state="attached")
    page.get_by_role("radio", name="Prices").or_(page.get_by_role("button", name="Prices")).first.click()
    page.wait_for_timeout(3000)
    devtools = page.context.new_cdp_session(page)
    made = []
    for sight in ("none", "deuteranopia", "achromatopsia"):
        devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": sight})
        page.wait_for_timeout(500)
        made.append(_shrunk(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), 2 * HIGH))
    page.close()
    return made


def _shrunk(screen: Image.Image, high: int) -> Image.Image:
    return screen.resize((round(screen.width * high / screen.height), high), Image.Resampling.LANCZOS)


def opening(browser: Any, address: str) -> None:
    """README's picture."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, color_scheme="light")
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_selector(f"{MARKER}[data-ready='1']", state="attached")
    page.wait_for_timeout(2500)
    page.screenshot(path=ROOT / "docs" / "picture.png")
    page.close()


def sheet(parts: list[Image.Image]) -> Image.Image:
    """Screens side by side."""
    width = sum(part.width for part in parts) + MARGIN * (len(parts) + 1)
    made = Image.new("RGB", (width, parts[0].height + 2 * MARGIN), "#8a8f98")
    at = MARGIN
    for part in parts:
        made.paste(part, (at, MARGIN))
        at += part.width + MARGIN
    return made


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    lines = ["# Every page", "", "`python benchmarks/gallery.py`: light and dark, wide and on a phone.", ""]
    with server() as (port, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=ARGS)
        for name, entry in PAGES.items():
            address = f"http://127.0.0.1:{port}/{path(name)}"
            sheet(shots(browser, address)).save(PICTURES / f"{name}.jpg", quality=72, optimize=True)
            lines += [f"{entry.title}:", "", f"![{entry.title}](../docs/pictures/{name}.jpg)", ""]
            print(name, flush=True)
        home = f"http://127.0.0.1:{port}/"
        opening(browser, home)
        sheet(as_seen(browser, home)).save(PICTURES / "sandbox_sight.jpg", quality=78, optimize=True)
        lines += [
            "The sandbox as it is, to a deuteranope, and in grey:", "",
            "![The sandbox in three kinds of sight](../docs/pictures/sandbox_sight.jpg)", "",
        ]  # fmt: skip
        browser.close()
    (ROOT / "benchmarks" / "gallery.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
