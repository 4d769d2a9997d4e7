"""The browser's engine under Node, or in headless Chromium where Node is missing: cases in, records and outcomes out."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.paths import ROOT

from models.scenario import World
from policy.outcomes.terms import TERMS
from policy.reference.reading import counted_of, tools_of
from policy.spec import Policy

ENGINE = ROOT / "ui" / "live" / "engine.js"
RUN = """
const answers = (cases, counted) => cases.map(({ world, policies, seed, paths }) => {
  const ready = prepare(world, policies);
  return paths.map((path) => {
    const records = recordsOn(ready, seed, path);
    return { records, outcomes: judged(ready, counted, seed, path, records) };
  });
});
"""


def plain(value: Any) -> Any:
    """Named tuples as objects with their names, all the way down."""
    if hasattr(value, "_asdict"):
        return {name: plain(inner) for name, inner in value._asdict().items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def case(world: World, policies: Sequence[Policy], seed: int, paths: Sequence[int | None]) -> dict[str, Any]:
    """One case: a world, policies, a seed, and paths by number; None is the central path."""
    calendar = world.scenario.calendar
    tools = [plain(tools_of(p.interventions, calendar)) for p in policies]
    return {"world": world.model_dump(mode="json"), "policies": tools, "seed": seed, "paths": list(paths)}


def answers(cases: Sequence[dict[str, Any]], folder: Path) -> list[Any]:
    """By case and path: `records` by policy and day, and `outcomes` by policy."""
    given = json.dumps({"cases": cases, "counted": plain(counted_of(TERMS))})
    run = _in_node if shutil.which("node") else _in_chromium
    return json.loads(run(given, folder))


def _in_node(given: str, folder: Path) -> str:
    (folder / "engine.mjs").write_text(ENGINE.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "given.json").write_text(given, encoding="utf-8")
    (folder / "run.mjs").write_text(
        'import { readFileSync } from "node:fs";\nimport { prepare, recordsOn, judged } from "./engine.mjs";\n'
        f"{TYPED}{RUN}"
        'const { cases, counted } = JSON.parse(readFileSync("given.json", "utf8"));\n'
        "process.stdout.write(JSON.stringify(answers(cases, counted), typed));\n",
        encoding="utf-8",
    )
    done = subprocess.run(["node", "run.mjs"], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


# Typed arrays are written as lists.
TYPED = "const typed = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);\n"


def _in_chromium(given: str, folder: Path) -> str:
    api = pytest.importorskip("playwright.sync_api", reason="the browser's engine needs Node or Chromium")
    page_text = (
        "<!doctype html><title>engine</title><script type=module>"
        + ENGINE.read_text(encoding="utf-8")
        + f"{TYPED}{RUN}window.answered = (text) => {{ const {{ cases, counted }} = JSON.parse(text);"
        + " return JSON.stringify(answers(cases, counted), typed); };</script>"
    )
    (folder / "engine.html").write_text(page_text, encoding="utf-8")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((folder / "engine.html").as_uri())
        page.wait_for_function("window.answered")
        text = page.evaluate("given => window.answered(given)", given)
        browser.close()
    return str(text)
