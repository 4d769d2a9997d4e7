"""The one-file sandbox under a finger: input to frame, crises after a pause, memory over a long drag, size, first answer.

`python benchmarks/live.py` measures in headless Chromium, from a disk with the network off, and writes `live.md`.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from models.library import shipped  # noqa: E402
from policy.outcomes.terms import TERMS  # noqa: E402
from policy.reference.reading import counted_of, tools_of  # noqa: E402
from ui.live.data import as_data  # noqa: E402
from ui.live.engine import source  # noqa: E402
from ui.live.sandbox import html  # noqa: E402
from ui.state import state as s  # noqa: E402

MOVES, LONG, PAUSES = 200, 2000, 12
ARGS = ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc", "--enable-precise-memory-info"]

# Each move sets the lever and waits for the frame in which the page has drawn it.
DRAG = """
async (moves) => {
  const lever = document.getElementById("lever:funds.scale"), took = [];
  for (let k = 0; k < moves; k += 1) {
    lever.value = String(0.7 + 0.4 * Math.abs(Math.sin(k / 17)));
    const began = performance.now();
    lever.dispatchEvent(new Event("input", { bubbles: true }));
    took.push(await new Promise((done) => requestAnimationFrame(() => done(performance.now() - began))));
  }
  return took;
}
"""
PAUSE = """
async (place) => {
  const lever = document.getElementById("lever:funds.scale"), said = document.getElementById("settling");
  lever.value = String(0.7 + 0.03 * place);
  lever.dispatchEvent(new Event("input", { bubbles: true }));
  const began = performance.now();
  let eight = 0;
  for (;;) {
    await new Promise((done) => setTimeout(done, 2));
    if (!eight && Number(said.textContent.match(/settling: (\\d+)/)?.[1] ?? (document.body.dataset.settled === "true" ? 100 : 0)) >= 8) eight = performance.now() - began;
    if (document.body.dataset.settled === "true") return [eight, performance.now() - began];
  }
}
"""
HEAP = "() => { gc(); gc(); return performance.memory.usedJSHeapSize; }"


def main() -> None:
    """Measure and write."""
    world = shipped("crowded")
    text = html([s.State(world, s.usual_policies(world))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sandbox.html"
        path.write_text(text, encoding="utf-8")
        figures = measured(path)
    lines = [
        "# The one-file sandbox under a finger", "",
        f"Headless Chromium on {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} while measuring; world `crowded`,",
        "four policies, 45 days. Input to frame is from the event of a lever to the end of the frame that shows its central path, the",
        "wait for the frame among it.", "", "| what | figure |", "| --- | --- |",
        *(f"| {what} | {figure} |" for what, figure in figures.items()),
        f"| processor time of a hundred crises, Node | {crises_alone():.0f} ms |",
        f"| size of the file | {len(text.encode()) / 1000:.0f} kB, of which the engine {len(source('engine.js')) / 1000:.0f} kB |", "",
    ]  # fmt: skip
    (ROOT / "benchmarks" / "live.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


NODE = """
import { readFileSync } from "node:fs";
import { prepare, recordsOn, judged } from "./engine.mjs";
const { world, policies, counted } = JSON.parse(readFileSync("given.json", "utf8"));
const ready = prepare(world, policies);
const crises = () => { for (let path = 0; path < 100; path += 1) judged(ready, counted, 1, path, recordsOn(ready, 1, path)); };
crises();
const before = process.cpuUsage().user;
for (let k = 0; k < 5; k += 1) crises();
console.log((process.cpuUsage().user - before) / 5000);
"""


def crises_alone() -> float:
    """Milliseconds of processor time that a hundred crises take once the engine is warm."""
    world = shipped("crowded")
    calendar = world.scenario.calendar
    tools = [as_data(tools_of(p.interventions, calendar)) for p in s.usual_policies(world)]
    given = {"world": world.model_dump(mode="json"), "policies": tools, "counted": as_data(counted_of(TERMS))}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "engine.mjs").write_text(source("engine.js"), encoding="utf-8")
        Path(folder, "given.json").write_text(json.dumps(given), encoding="utf-8")
        Path(folder, "run.mjs").write_text(NODE, encoding="utf-8")
        done = subprocess.run(["node", "run.mjs"], cwd=folder, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _busy(session: CDPSession) -> float:
    """Seconds of processor time that the page's thread has spent on tasks."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def measured(path: Path) -> dict[str, str]:
    """Figures by what they are."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page = browser.new_context(offline=True, viewport={"width": 1440, "height": 900}).new_page()
        began = time.perf_counter()
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-settled=true]", timeout=120_000)
        first = time.perf_counter() - began
        page.evaluate(DRAG, 30)
        page.wait_for_selector("body[data-settled=true]", timeout=120_000)
        own = page.context.new_cdp_session(page)
        own.send("Performance.enable", {"timeDomain": "threadTicks"})
        busy = _busy(own)
        frames = sorted(page.evaluate(DRAG, MOVES))
        busy = 1000 * (_busy(own) - busy) / MOVES
        pauses = [page.evaluate(PAUSE, k) for k in range(PAUSES)]
        before = page.evaluate(HEAP)
        for _ in range(LONG // MOVES):
            page.evaluate(DRAG, MOVES)
        page.wait_for_selector("body[data-settled=true]", timeout=120_000)
        after = page.evaluate(HEAP)
        browser.close()
    eight, hundred = (statistics.median(p[k] for p in pauses) for k in (0, 1))
    return {
        "input to frame, median": f"{statistics.median(frames):.1f} ms",
        "input to frame, 95th percentile": f"{frames[int(0.95 * len(frames))]:.1f} ms",
        "of which the page's own processor time, mean": f"{busy:.1f} ms",
        "eight crises after a pause, median": f"{eight:.0f} ms",
        "a hundred crises after a pause, median": f"{hundred:.0f} ms",
        f"memory after {LONG:,} moves": f"{after / 1e6:.2f} MB, {100 * (after / before - 1):+.1f}% of {before / 1e6:.2f} MB",
        "opening the file to a hundred crises": f"{first:.1f} s",
    }


if __name__ == "__main__":
    main()
