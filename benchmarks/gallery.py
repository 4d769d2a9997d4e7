"""The first screen of every page in both themes, wide and on a phone: one picture for each page.

    python benchmarks/gallery.py

Writes `docs/pictures/PAGE.jpg` and `benchmarks/gallery.md`, which shows them.
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
            made.append(
                screen.resize((round(screen.width * HIGH / screen.height), HIGH), Image.Resampling.LANCZOS)
            )
    page.close()
    return made


def sheet(parts: list[Image.Image]) -> Image.Image:
    """Screens side by side."""
    width = sum(part.width for part in parts) + MARGIN * (len(parts) + 1)
    made = Image.new("RGB", (width, HIGH + 2 * MARGIN), "#8a8f98")
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
        browser.close()
    (ROOT / "benchmarks" / "gallery.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
