"""What people kept from the first version still opens, says what changed with the model, and runs: documents, links, scripts.

The files were written by that version and are never written again. Their figures are those of its market; today's differ.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.paths import ROOT

from models import MODEL_VERSION
from models.versions import VERSIONS
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


def finite(figures: Mapping[str, Mapping[str, float]]) -> bool:
    return all(math.isfinite(value) for row in figures.values() for value in row.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_document_and_its_link_open_alike_say_what_changed_and_run(name: str) -> None:
    then = stored(name)
    document = files.from_toml((KEPT / f"{name}.toml").read_text(encoding="utf-8"))
    (packed,) = parse_qs(urlsplit(then["link"]).query)[link.PARAMETER]
    linked = link.unpack(packed)
    assert document.refused == linked.refused == () and document.said == linked.said
    assert document.said[0].startswith(
        f"it was made with model version 1 and this is version {MODEL_VERSION}"
    )
    assert VERSIONS[2].reason in document.said[0]
    assert document.state == s.with_page(linked.state, then["page"])
    assert link.link(document.state) != then["link"] and s.digest(document.state) != then["digest"]
    for run, kept in then["figures"].items():
        figures = headline(document.state)[run]
        assert figures.keys() == kept.keys() and finite(figures)
        assert all(kept[policy].keys() <= figures[policy].keys() for policy in kept)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_downloaded_script_runs_and_says_that_numbers_may_differ(name: str, tmp_path: Path) -> None:
    file = tmp_path / "screen.py"
    file.write_text((KEPT / f"{name}.script.txt").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    assert f"made with model version 1, run with {MODEL_VERSION}: numbers may differ" in done.stderr
    printed = json.loads(done.stdout)
    for run, arms_then in stored(name)["figures"].items():
        assert printed[run].keys() == arms_then.keys() and finite(printed[run])
