"""How fast the page answers: a lever is moved thirty times in a real browser, and every redraw is timed in the page.

    python benchmarks/page.py [--changes 30] [--out benchmarks/page.md]

Times run from the key that moves the lever, by the browser's own clock: to sentence, dots and figures new, to the main chart
redrawn, to the whole page complete. Every change asks for a world that was not computed before.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
START = "from ui.cli.app import launch; import sys; launch(sys.argv[1:])"
MARKER = "[data-testid=state-marker]"
LEVER = "Sales by real money"
WATCH = """() => {
  const seen = window.__seen = {start: 0, sent: 0, cards: 0, chart: 0, page: 0};
  const now = () => performance.now();
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...a) { if (!seen.sent) seen.sent = now(); return send.apply(this, a); };
  document.addEventListener('keydown', e => { if (e.key.startsWith('Arrow')) Object.assign(seen, {start: now(), sent: 0, cards: 0, chart: 0, page: 0}); }, true);
  const text = () => [...document.querySelectorAll('.sb-verdict, .sb-afig')].map(n => n.textContent).join('|');
  const chart = () => [...(document.querySelector('svg.marks')?.querySelectorAll('path') ?? [])].map(n => n.getAttribute('d')).join('|');
  const mark = () => document.querySelector('[data-testid=state-marker]')?.dataset.state;
  let old = [text(), chart(), mark()];
  const look = () => {
    const next = [text(), chart(), mark()];
    if (next[0] !== old[0] && next[0]) { if (!seen.cards) seen.cards = now(); old[0] = next[0]; }
    if (next[1] !== old[1] && next[1]) { seen.chart = now(); old[1] = next[1]; }
    if (next[2] !== old[2] && next[2]) { seen.page = now(); old[2] = next[2]; }
  };
  const each = () => { look(); requestAnimationFrame(each); };
  each();
}"""


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def healthy(port: int) -> None:
    """Waits until the server answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within a minute")


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """A server started as a user starts it: its port and its process."""
    port = free_port()
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    started = subprocess.Popen(
        [sys.executable, "-c", START, *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        healthy(port)
        yield port, started.pid
    finally:
        started.terminate()
        started.wait(timeout=20)


def measured(address: str, changes: int) -> list[dict[str, float]]:
    """Milliseconds from key to answer, chart and page, for each change."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(address)
        page.wait_for_selector(f"{MARKER}[data-ready='1']", state="attached")
        page.wait_for_selector("svg.marks >> nth=1", state="attached")
        page.wait_for_timeout(2000)
        page.evaluate(WATCH)
        thumb = page.get_by_role("slider", name=LEVER)
        thumb.focus()
        found = [_one(page, thumb) for _ in range(changes)]
        browser.close()
    return found


def _one(page: Any, thumb: Any) -> dict[str, float]:
    before = page.get_attribute(MARKER, "data-state")
    thumb.press("ArrowRight")
    page.wait_for_function(f"s => document.querySelector('{MARKER}')?.dataset.state !== s", arg=before)
    page.wait_for_timeout(1200)
    seen = page.evaluate("window.__seen")
    return {key: seen[key] - seen["start"] for key in ("sent", "cards", "chart", "page")}


def about(changes: int) -> list[str]:
    """What was measured, before the table."""
    return [
        f"`python benchmarks/page.py --out benchmarks/page.md`: {changes} changes of one lever in headless Chromium beside the "
        "server on the same two cores, each to a world that was not computed before; 256 paths, four policies.",
        "",
    ]


def lines(found: list[dict[str, float]]) -> list[str]:
    """The table of the report."""
    rows = ["| from the key to | median, ms | 95th percentile, ms | slowest, ms |", "|---|---|---|---|"]
    for key, text in (
        ("sent", "the change sent by the browser"),
        ("cards", "sentence, dots and figures new"),
        ("chart", "the main chart redrawn"),
        ("page", "the whole page complete"),
    ):
        values = sorted(f[key] for f in found)
        at95 = values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
        rows.append(f"| {text} | {statistics.median(values):.0f} | {at95:.0f} | {values[-1]:.0f} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with server() as (port, _):
        found = measured(f"http://127.0.0.1:{port}/", asked.changes)
    text = "\n".join(["# From a lever to the page", "", *about(len(found)), *lines(found), ""])
    print(text)
    if asked.out:
        asked.out.write_text(text)


if __name__ == "__main__":
    main()
