"""How fast the page answers: a lever is moved in a real browser, and every redraw is timed in the page.

    python benchmarks/page.py [--changes 30] [--starts 3] [--out benchmarks/page.md]

Times run by the browser's own clock. A lever is moved and held for a second: to the central path, to a hundred crises by the
browser's own engine. Then it is let go: to the server's answer from all paths, to the main chart redrawn, to the whole page
complete. Beside them stands the page without that engine, as it was before: its address is blocked, and both take turns. Every
change asks for a world that was not computed before. Then a lever is dragged without being let go, and the server is started
beside an empty streamlit page's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
START = "from ui.cli.app import launch; import sys; launch(sys.argv[1:])"
MARKER = "[data-testid=state-marker]"
# Sizes of shocks in turn; each can go ten steps down.
LEVERS = ("real_money_sales", "client_financing", "swap_spread_shock")
ENGINE = "html[data-engine=ready]"
HELD = 1000  # ms for which a lever is held where it is, before it is let go
WARM = 4000  # ms in which what the browser has loaded is run once
LONG = 2000  # moves of the drag after which memory is looked at
BY_BROWSER = ("frame", "some", "browser")  # timed from the move; all else from letting go
EMPTY = "import streamlit as st\nst.title('Empty')\n"
WATCH = """() => {
  const seen = window.__seen = {};
  const now = () => performance.now();
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...a) { seen.sent ||= now(); return send.apply(this, a); };
  window.__move = async (name, by, held) => {
    const css = `[data-lever=lever-scenario-${name}-size] input[type=range]`;
    const range = [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector(css)).find(Boolean);
    range.value = String(Number(range.value) + by);
    for (const key of Object.keys(seen)) delete seen[key];
    seen.start = now();
    range.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise(done => setTimeout(done, held));
    seen.let_go = now();
    range.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const one = css => document.querySelector(css);
  const paths = css => [...(one(css)?.querySelectorAll('path, polyline') ?? [])].map(n => n.getAttribute('d') ?? n.getAttribute('points')).join('|');
  const looks = {
    frame: () => paths('.sb-follow svg'),
    some: () => one('[data-count]')?.textContent.startsWith('settling,') ? String(seen.start) : '',
    browser: () => document.documentElement.dataset.follows === 'settled' ? String(seen.start) : '',
    server: () => one('[data-heard]')?.dataset.heard,
    chart: () => paths('svg.marks'),
    page: () => one('[data-testid=state-marker]')?.dataset.state,
  };
  const old = {};
  const look = () => {
    for (const [key, value] of Object.entries(looks)) {
      const next = value();
      if (next && next !== old[key]) { old[key] = next; if (key === 'chart') seen[key] = now(); else seen[key] ||= now(); }
    }
    requestAnimationFrame(look);
  };
  look();
}"""
# Each move sets the lever, as a finger does that is not lifted, and waits for the frame in which the page has drawn it.
DRAG = """async (moves) => {
  const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('[data-lever=lever-funds-scale]'));
  const lever = host.shadowRoot.querySelector('[data-lever=lever-funds-scale] input[type=range]'), took = [];
  for (let k = 0; k < moves; k += 1) {
    lever.value = String(0.7 + 0.4 * Math.abs(Math.sin(k / 17)));
    const began = performance.now();
    lever.dispatchEvent(new Event('input', { bubbles: true }));
    took.push(await new Promise(done => requestAnimationFrame(() => done(performance.now() - began))));
  }
  return took;
}"""
HEAP = "() => { gc(); gc(); return performance.memory.usedJSHeapSize; }"


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
def server(code: str = START, *given: str) -> Iterator[tuple[int, int]]:
    """A server started as a user starts it: its port and its process."""
    port = free_port()
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    started = subprocess.Popen(
        [sys.executable, "-c", code, *given, *options],
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


def opened(browser: Any, address: str, engine: bool) -> Any:
    """A page at rest, with the browser's own engine or without."""
    page = browser.new_context(viewport={"width": 1440, "height": 1100}).new_page()
    page.set_default_timeout(60_000)
    if not engine:
        page.route("**/live/**", lambda route: route.abort())
    page.goto(address)
    page.wait_for_selector(f"{MARKER}[data-ready='1']", state="attached")
    page.wait_for_selector("svg.marks >> nth=1", state="attached")
    if engine:
        page.wait_for_selector(ENGINE, state="attached")
    page.wait_for_timeout(WARM)
    page.evaluate(WATCH)
    return page


Times = list[dict[str, float]]


def in_turns(browser: Any, address: str, changes: int) -> dict[bool, Times]:
    """Milliseconds to each redraw, with the browser's engine and without; levers go up on one and down on the other."""
    pages = {engine: opened(browser, address, engine) for engine in (True, False)}
    times: dict[bool, Times] = {engine: [] for engine in pages}
    for n in range(changes + 1):
        for engine, page in pages.items():
            page.bring_to_front()
            one = _one(page, LEVERS[n % len(LEVERS)], 0.1 if engine else -0.1)
            if n:  # the first is for warming up
                times[engine].append(one)
    for page in pages.values():
        page.context.close()
    return times


def _one(page: Any, lever: str, by: float) -> dict[str, float]:
    before = page.get_attribute(MARKER, "data-state")
    page.evaluate("given => window.__move(...given)", [lever, by, HELD])
    page.wait_for_function(f"s => document.querySelector('{MARKER}')?.dataset.state !== s", arg=before)
    page.wait_for_timeout(1200)
    seen = page.evaluate("window.__seen")
    began = dict.fromkeys(BY_BROWSER, seen["start"])
    return {
        name: at - began.get(name, seen["let_go"])
        for name, at in seen.items()
        if name not in ("start", "let_go")
    }


def dragged(browser: Any, address: str) -> dict[str, str]:
    """What a long drag takes: input to frame, and memory over it."""
    page = opened(browser, address, True)
    page.evaluate(DRAG, 100)
    page.wait_for_selector("html[data-follows=settled]", state="attached")
    before = page.evaluate(HEAP)
    frames = sorted(at for _ in range(LONG // 200) for at in page.evaluate(DRAG, 200))
    page.wait_for_selector("html[data-follows=settled]", state="attached")
    after = page.evaluate(HEAP)
    page.context.close()
    return {
        "input to the frame that shows the central path, median": f"{statistics.median(frames):.0f} ms",
        "the same, 95th percentile": f"{at95(frames):.0f} ms",
        f"memory of the page after {LONG:,} moves": f"{after / 1e6:.1f} MB, {100 * (after / before - 1):+.1f}% of {before / 1e6:.1f} MB",
    }


def started(browser: Any, code: str, given: Sequence[str], drawn: str) -> float:
    """Seconds from starting a server to a drawn page."""
    began = time.perf_counter()
    with server(code, *given) as (port, _):
        page = browser.new_context().new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector(drawn, timeout=60_000)
        took = time.perf_counter() - began
        page.context.close()
    return took


def starts(browser: Any, times: int) -> dict[str, list[float]]:
    """The same for this app and for an empty page, in turns."""
    took: dict[str, list[float]] = {"empty": [], "answer": []}
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY, encoding="utf-8")
        run = "import sys; from streamlit.web.cli import main; sys.argv = ['streamlit', 'run', *sys.argv[1:]]; main()"
        for _ in range(times):
            took["empty"].append(started(browser, run, [str(empty)], "h1"))
            took["answer"].append(started(browser, START, (), ".sb-verdict"))
    return took


# The report


def at95(values: Sequence[float]) -> float:
    """The 95th percentile of sorted values."""
    return values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]


ROWS = (
    ("frame", "from moving to the central path over the charts"),
    ("some", "from moving to first crises as dots"),
    ("browser", "from moving to sentence, dots and figures of 100 crises, by the browser"),
    ("sent", "from letting go to the change sent to the server"),
    ("server", "from letting go to sentence, dots and figures of all paths, by the server"),
    ("chart", "from letting go to the main chart redrawn"),
    ("page", "from letting go to the whole page complete"),
)


def lines(times: dict[bool, Times], drag: dict[str, str], took: dict[str, list[float]]) -> list[str]:
    """The tables of the report: median and 95th percentile."""
    rows = ["| ms | now | without the browser's engine, as before |", "|---|---|---|"]
    for key, text in ROWS:
        cells = []
        for engine in (True, False):
            values = sorted(one[key] for one in times[engine] if key in one)
            cells.append(f"{statistics.median(values):.0f}, {at95(values):.0f}" if values else "–")
        rows.append(f"| {text} | {cells[0]} | {cells[1]} |")
    rows += [
        "",
        "| what | figure |",
        "|---|---|",
        *(f"| {what} | {figure} |" for what, figure in drag.items()),
    ]
    empty, answer = (statistics.median(took[key]) for key in ("empty", "answer"))
    rows.append(
        f"| from starting the server to the answer | {answer:.1f} s, an empty streamlit page {empty:.1f} s |"
    )
    return rows


def about(changes: int, load: float) -> list[str]:
    """What was measured, before the tables."""
    return [
        f"`python benchmarks/page.py --out benchmarks/page.md`: {changes} changes of a lever in headless Chromium beside the "
        f"server on the same {os.cpu_count()} cores (load {load:.1f} while measuring), each to a world that was not computed before; "
        "256 paths, four policies. Median and 95th percentile.",
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=[*ARGS, "--js-flags=--expose-gc", "--enable-precise-memory-info"]
        )
        took = starts(browser, asked.starts)
        with server() as (port, _):
            address = f"http://127.0.0.1:{port}/"
            times, load = in_turns(browser, address, asked.changes), os.getloadavg()[0]
            drag = dragged(browser, address)
        browser.close()
    text = "\n".join(
        ["# From a lever to the page", "", *about(asked.changes, load), *lines(times, drag, took), ""]
    )
    print(text)
    if asked.out:
        asked.out.write_text(text)


if __name__ == "__main__":
    main()
