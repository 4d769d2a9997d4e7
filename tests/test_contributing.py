"""What `docs/contributing.md` promises: so many files and lines by hand, and a new thing appears everywhere.

A new outcome is tried in `policy/outcomes/test_scorecard.py`, a new chart in `ui/charts/test_charts.py`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

GUIDE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")

POLICY = '''
"""A tool that waits."""

from __future__ import annotations

from typing import Annotated, ClassVar

from models.orders import Orders
from models.parameters.base import parameter
from models.simulation import View
from policy.interventions.base import Intervention


class Patience(Intervention):
    """Leave part of the leverage ratio out."""

    name: ClassVar[str] = "patience"
    title: ClassVar[str] = "Patience"
    what: ClassVar[str] = "Multiplies what dealers can carry."
    source: ClassVar[str] = "a test"

    relief_pct: Annotated[
        float, parameter("% of capacity", 0, 100, "Extra capacity.", "a test", "assumed", basic=True)
    ] = 20.0

    def orders(self, view: View) -> Orders:
        return Orders(capacity_multiple=1 + self.relief_pct / 100)
'''
PAGE = """
import pandas as pd
import streamlit as st

from ui.charts.figure import Figure, Origin
from ui.charts.kinds import Axis, Bars, Piece, lanes
from ui.charts.styles import filled
from ui.state.session import current
from ui.widgets import figures

ONE = filled("One", "#1F5F8B")
BARS = Bars((Piece("None", "One", 1.25),), (ONE,), lanes(["None"]), Axis("$bn"), alt="A bar of 1.25.")
TOY = Figure("toy", "A finding", "How to read it.", "$bn", (BARS,), pd.DataFrame({"$bn": [1.25]}), (ONE,))

st.title("Toy page")
figures.draw(TOY, Origin(current().world, current().policies, 1, 8))
st.write(f"{len(current().policies)} policies on {current().world.title}")
"""
EVERYWHERE = """
import json
import sys

from models.library import SHIPPED, shipped
from policy import golden
from policy.catalogue import as_text, catalogue
from policy.spec import parse_policy
from ui.state import document, link
from ui.state import state as s

from support.app_pages import opened

sys.path.insert(0, "docs")
import generate
pages = {path.name: text for path, text in generate.pages().items()}
before = golden.golden()
after = golden.renewed(before, {name: golden.figures(name) for name in ("calm", "toy_world")})
state = s.add_policy(s.with_episode(s.opening(), "toy_world"), "patience")
state = s.with_page(s.with_draws(state, paths=8), "toy")
at = opened("toy", state)
print(json.dumps({
    "policy in the list": "patience: Multiplies" in as_text(catalogue()),
    "policy in its document": "## `patience`" in pages["policies.md"],
    "policy's own golden row alone": [k for k in after.rows["calm"] if after.rows["calm"][k] != before.rows["calm"].get(k)] == ["patience"],
    "policy on offer": "patience" in [kind.name for kind in s.kinds()],
    "policy as text": parse_policy("patience:relief_pct=30").interventions[0].relief_pct == 30,
    "episode in the list": "toy_world" in [e["name"] for e in catalogue()["episodes"]],
    "episode in its document": "## toy_world" in pages["parameters.md"],
    "episode's golden rows": "outright" in after.rows["toy_world"],
    "all in a document": document.from_toml(document.to_toml(state)) == document.Restored(state),
    "page by its link": link.link(state).startswith("toy?s="),
    "page in the app": [t.value for t in at.title] == ["Toy page"] and not at.exception,
    "chart on the page": [chart.proto.alt for chart in at.get("vega_lite_chart")] == ["A bar of 1.25."],
    "page has the state": "5 policies on Toy world" in [m.value for m in at.markdown],
}))
"""


def added(tree: Path, path: str, text: str) -> None:
    """A new file."""
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text.lstrip(), encoding="utf-8")


def line(tree: Path, path: str, after: str, new: str) -> None:
    """One line more after another."""
    before = (tree / path).read_text(encoding="utf-8")
    assert before.count(after) == 1
    (tree / path).write_text(before.replace(after, f"{after}{new}\n"), encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The sources with a policy, an episode and a page more."""
    for part in ("models", "policy", "ui", "docs", "tests/support"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "*.jpg"))
    for name in ("app.py", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    registry = "policy/interventions/__init__.py"
    added(tmp_path, "policy/interventions/patience.py", POLICY)
    line(tmp_path, registry, "import Outright\n", "from policy.interventions.patience import Patience")
    line(tmp_path, registry, "    LeverageCap,\n", "    Patience,")
    calm = (ROOT / "models" / "episodes" / "calm.toml").read_text(encoding="utf-8")
    own = re.sub(
        r"(?m)^title = .*", 'title = "Toy world"', calm.replace('name = "calm"', 'name = "toy_world"')
    )
    added(tmp_path, "models/episodes/toy_world.toml", own)
    added(tmp_path, "ui/pages/toy/page.py", PAGE)
    line(
        tmp_path, "ui/menu.py", '"compare": MenuEntry("Compare runs"),\n', '    "toy": MenuEntry("Toy page"),'
    )
    return tmp_path


def test_a_policy_an_episode_and_a_page_are_everywhere(tree: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EVERYWHERE], cwd=tree, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "tests")])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert [where for where, there in found.items() if not there] == []


def test_the_guide_names_files_that_are_there() -> None:
    named = set(re.findall(r"`((?:models|policy|ui|tests|docs)/[\w/.]*\w)`", GUIDE))
    assert (
        len(named) > 15
        and [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []
    )


def test_the_guide_has_a_recipe_for_each_thing() -> None:
    assert [
        thing for thing in ("policy", "outcome", "episode", "shock", "chart", "page") if f"## A {thing}" not in GUIDE
        and f"## An {thing}" not in GUIDE
    ] == []  # fmt: skip
