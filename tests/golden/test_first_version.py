"""What people kept from the first version still opens and gives the same figures: documents, links and scripts.

The files were written by that version and are never written again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.paths import ROOT

from policy.comparison import arms, compare
from policy.outcomes.summary import summarise
from ui.state import document as files
from ui.state import link
from ui.state import state as s

KEPT = ROOT / "tests" / "golden" / "first_version"
NAMES = sorted(path.stem for path in KEPT.glob("*.toml"))
SCRIPTS = sorted(path.name.removesuffix(".script.txt") for path in KEPT.glob("*.script.txt"))


def headline(state: s.State) -> dict[str, Any]:
    """Every headline figure of a screen and of its kept runs, unrounded, by policy."""
    runs = {run.name: s.State(run.world, arms([run.policy]), run.seed, run.paths) for run in state.runs}
    return {name: _figures(shown) for name, shown in {"": state, **runs}.items()}


def _figures(state: s.State) -> dict[str, Any]:
    summary = summarise(compare(state.world, state.policies, state.paths, state.seed))
    return {
        policy.label: dict(outcome.means)
        | {f"tile {key}": row[k].value for key, row in summary.cells.items()}
        for k, (policy, outcome) in enumerate(zip(summary.policies, summary.outcomes, strict=True))
    }


def stored(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
    return found


def same(now: Any, then: Any) -> bool:
    """Equal to 1e-12 of the figure; what the first version did not have may be there as well."""
    if isinstance(then, dict):
        return then.keys() <= now.keys() and all(same(now[key], then[key]) for key in then)
    return bool(now == pytest.approx(then, rel=1e-12, abs=1e-12))


@pytest.mark.parametrize("name", NAMES)
def test_a_document_and_its_link_open_alike_and_give_their_figures(name: str) -> None:
    then = stored(name)
    document = files.from_toml((KEPT / f"{name}.toml").read_text(encoding="utf-8"))
    (packed,) = parse_qs(urlsplit(then["link"]).query)[link.PARAMETER]
    linked = link.unpack(packed)
    assert document.refused == linked.refused == ()
    assert document.state == s.with_page(linked.state, then["page"])
    assert link.link(document.state) == then["link"] and s.digest(document.state) == then["digest"]
    assert same(headline(document.state), then["figures"])


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_downloaded_script_runs_and_prints_its_figures(name: str, tmp_path: Path) -> None:
    file = tmp_path / "screen.py"
    file.write_text((KEPT / f"{name}.script.txt").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    then = stored(name)["figures"]
    for run, arms_then in then.items():
        tiles = {
            label: {key.removeprefix("tile "): v for key, v in row.items() if key.startswith("tile ")}
            for label, row in arms_then.items()
        }
        assert same(json.loads(done.stdout)[run], tiles)


def test_a_figure_that_moved_would_be_noticed() -> None:
    assert not same({"a": 1.0 + 1e-11}, {"a": 1.0}) and not same({}, {"a": 1.0})
    assert same({"a": 1.0, "b": 2.0}, {"a": 1.0})
