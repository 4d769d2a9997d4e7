"""The architecture holds: direction, order of rooms, who draws and who runs; and light imports below `ui/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.layers import LAYERS, breaches
from support.paths import ROOT

SCREEN = {"streamlit", "altair"}
PATHS = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PATHS}


def test_no_file_breaks_the_architecture() -> None:
    assert breaches(SOURCES) == []


BROKEN = [
    ("models/cascade.py", "from policy.spec import Policy", "models imports policy.spec"),
    ("models/cascade.py", "import ui.menu", "models imports ui.menu"),
    ("policy/comparison.py", "def f():\n    from ui import menu", "policy imports ui.menu"),
    ("policy/report.py", "import pandas as pd", "policy imports pandas"),
    ("ui/words/names.py", "import numba", "ui imports numba"),
    ("ui/words/names.py", "from . import amounts", "relative import"),
    ("policy/spec.py", "from policy.comparison import arms", "room spec imports room comparison"),
    ("policy/ranking/ranking.py", "from policy.leverage import game", "room ranking imports room leverage"),
    ("policy/studies/design.py", "import policy.sweeps.axes", "room studies imports room sweeps"),
    ("ui/state/state.py", "from ui.words import names", "room state imports room words"),
    ("ui/charts/kinds.py", "from ui.widgets.boxes import plain", "room charts imports room widgets"),
    ("ui/pages/why/page.py", "from ui import cli", "room pages imports room cli"),
    ("ui/kitchen/sink.py", "x = 1", "room kitchen has no place"),
    ("ui/pages/why/page.py", "from ui.pages.learn import page", "page why imports ui.pages.learn.page"),
    ("ui/pages/why/page.py", "from ui.pages import learn", "page why imports ui.pages.learn"),
    ("ui/state/state.py", "import streamlit as st", "streamlit outside its rooms"),
    ("ui/story/cards.py", "def f():\n    import streamlit", "streamlit outside its rooms"),
    ("ui/pages/why/page.py", "import altair as alt", "altair outside its rooms"),
    ("ui/export/images.py", "from altair import Chart", "altair outside its rooms"),
    ("ui/charts/kinds.py", "import altair", "altair outside its rooms"),
    ("ui/story/cards.py", 'x = {"mark": "bar", "encoding": {}}', "builds a specification"),
    ("ui/charts/kinds.py", 'x = dict(mark="bar", encoding={})', "builds a specification"),
    ("ui/export/images.py", 'x = {"$schema": "vega-lite"}', "builds a specification"),
    ("ui/pages/why/page.py", "import streamlit as st\nst.vega_lite_chart(1)", "shows a specification"),
    ("ui/pages/why/page.py", "from policy.comparison import compare", "runs the engine"),
    (
        "ui/export/content.py",
        "from policy import comparison as c\nc.compare_central(1, 2)",
        "runs the engine",
    ),
    ("ui/story/cards.py", "import models.simulation\nmodels.simulation.simulate()", "runs the engine"),
    ("ui/pages/why/page.py", "from models import trace\ntrace.walk(1, 2)", "runs the engine"),
    ("ui/words/names.py", "from policy.spec import _policy", "imports policy.spec._policy"),
    ("ui/words/factors.py", "from ui.words import names\nnames._policy_name", "takes names._policy_name"),
    ("models/trace.py", "from models.market import step", "a second loop over days"),
    ("policy/leverage/game.py", "from models import market\nmarket.step()", "a second loop over days"),
    (
        "models/simulation.py",
        "for day in range(9):\n    step()\nwhile True:\n    step()",
        "a second loop over days",
    ),
    (
        "models/reference/market.py",
        "from models.bonds import durations",
        "the reference imports models.bonds",
    ),
    ("models/market.py", "from models.reference.market import day", "the engine imports the reference"),
    ("policy/reference/run.py", "from policy.spec import Policy", "the reference imports policy.spec"),
    ("policy/spec.py", "from policy.reference.run import policy_run", "the engine imports the reference"),
]


@pytest.mark.parametrize(("path", "text", "said"), BROKEN, ids=[f"{p}: {s}" for p, _, s in BROKEN])
def test_a_breach_of_each_kind_is_named(path: str, text: str, said: str) -> None:
    found = breaches({**dict.fromkeys(SOURCES, ""), path: text})
    assert any(line.startswith(f"{path}:") and said in line for line in found)
    assert all(line.startswith(f"{path}:") for line in found)


def _loaded_after(code: str) -> set[str]:
    shown = "import sys; print(*sorted(m for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {shown}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_whole_engine_loads_without_the_screen() -> None:
    modules = [".".join(Path(path).with_suffix("").parts) for path in SOURCES if not path.startswith("ui/")]
    names = ", ".join(m.removesuffix(".__init__") for m in modules)
    assert not _loaded_after(f"import {names}") & (SCREEN | {"pandas", "ui", "numba"})


def test_the_interpreters_own_list_of_imports_names_no_screen() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import policy.comparison, models.simulation"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert {"policy", "models", "numpy"} <= loaded and not loaded & (SCREEN | {"pandas", "ui"})


def test_a_comparison_starts_without_slow_imports() -> None:
    used = "policy.comparison, policy.report, policy.catalogue, policy.spec, models.library"
    assert not _loaded_after(f"import {used}") & (SCREEN | {"pandas", "numba", "scipy", "scipy.stats"})


def test_the_server_answers_before_it_loads_what_pages_need() -> None:
    assert not _loaded_after("import ui.serve.application") & {"pandas", "numpy", "scipy", "sqlalchemy"}


def test_the_command_line_loads_nothing_before_it_is_asked() -> None:
    assert not _loaded_after("import ui.cli.main") & (SCREEN | {"pandas", "numpy", "models", "policy"})
