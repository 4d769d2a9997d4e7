"""The commands of studies: rankings over rival markets, the term sheet, rules against rescue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import Refused
from ui.cli.commands import app

FEW = ("--paths", "4")


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_robustness_prints_rankings_and_data() -> None:
    asked = (
        "robustness",
        "crowded",
        "--policy",
        "outright",
        "--structure",
        "shipped",
        "--structure",
        "quick_only",
        "--draws",
        "1",
        *FEW,
    )
    text = printed(*asked)
    assert (
        "outright before none: in 2 of 2 structures, 100% of draws" in text
        and "verdict by equal weights" in text
    )
    data = json.loads(printed(*asked, "--format", "json"))
    assert data["rankings"][0]["by"] == "peak_dislocation_10y_bp"
    assert data["rankings"][0]["steps"][0]["shares"] == {"shipped": 1.0, "quick_only": 1.0}
    assert sum(data["verdicts"]["quick_only"].values()) == pytest.approx(1)


def test_term_sheet_answers_resumes_and_refuses(tmp_path: Path) -> None:
    trials = tmp_path / "trials.json"
    asked = (
        "term-sheet", "crowded", "--keep", "peak_dislocation_10y_bp<=45", "--probability", "0.5", "--policy", "outright", "--level", "10",
        "--checked", "16", "--paths", "16", "--trials", str(trials),
    )  # fmt: skip
    first = json.loads(printed(*asked, "--format", "json"))
    assert first["rows"][0]["facility"] == "outright" and first["aim"] == "peak_dislocation_10y_bp<=45"
    kept = json.loads(trials.read_text())
    assert kept["trials"]
    assert json.loads(printed(*asked, "--format", "json")) == first
    other = ("term-sheet", "crowded", "--policy", "outright", "--trials", str(trials))
    with pytest.raises(Refused, match="belongs to another term sheet"):
        printed(*other)
    trials.write_text("[]")
    with pytest.raises(Refused, match="holds no trials"):
        printed(*other)


def test_frontier_marks_the_efficient_set() -> None:
    data = json.loads(printed("frontier", "crowded", "--paths", "2", "--format", "json"))
    first = data["tools"][0]
    assert (
        first["family"] == "Leverage cap"
        and first["debt_bn_a_year"]["value"] == 0 == first["avoided_bn_a_year"]["value"]
    )
    assert any(tool["efficient"] for tool in data["tools"])
