"""An outcome has one home: its key is a literal nowhere else, and a row that is added is everywhere."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.layers import LAYERS
from support.paths import ROOT
from support.shipped_runs import compared, scored

from models import series
from policy.outcomes.scorecard import BY_KEY, FAILURE_SHARE, KEYS, LOSSES_SPARED, METRICS, TILES
from policy.outcomes.scores import all_scores

HOME = "policy/outcomes/scorecard.py"
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))

# Keys and names of series as literals

NAMES = {v for k, v in vars(series).items() if k.isupper() and isinstance(v, str)}
# Words of the field too: of an account, a part of a total, a moment of a fit. They name a series where they are read.
WORDS = {series.DEFAULTS, series.ROUNDS, series.CONVERGED, series.AT_FLOOR}


REFERENCES = ("models/reference/", "policy/reference/")


def literals(path: str, text: str) -> list[str]:
    """Lines on which an outcome's key or a series' name stands as a literal, docstrings left out."""
    if path == "models/series.py" or path.startswith(REFERENCES):  # which share no code
        return []
    tree = ast.parse(text)
    inside = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        f"{path}:{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in NAMES | BY_KEY.keys()
        if not isinstance(inside[id(node)], ast.Expr)
        if not (path == HOME and is_key(node, inside[id(node)]))
        if node.value not in WORDS or reads(inside[id(node)])
    ]


def is_key(node: ast.Constant, parent: ast.AST) -> bool:
    """Whether a literal is the key of a row."""
    return isinstance(parent, ast.Call) and ast.unparse(parent.func) == "Metric" and parent.args[0] is node


def reads(parent: ast.AST) -> bool:
    """Whether a literal is what is read of a run."""
    return isinstance(parent, ast.Call) or (
        isinstance(parent, ast.Subscript) and ast.unparse(parent.value) in ("run", "r", "figures", "series")
    )


def test_no_key_and_no_series_is_a_literal_outside_its_row() -> None:
    said = [
        line
        for path in FILES
        for line in literals(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert said == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 'take_up_bn'", "f(keys=['take_up_bn'])", "f'{mean(\"take_up_bn\")}'", "mean('forced_sales_bn')",
        "run['dislocation_bp']", "now.series('lender_losses_bn')", "KEPT = {'charge_bp'}", "run['defaults']",
        "x = {'yield_pct': 1}", "total('rounds')", "f'{run[\"pairs_bn\"]}'",
    ],
)  # fmt: skip
def test_a_literal_would_be_found(text: str) -> None:
    assert literals("ui/words/names.py", text) and literals(HOME, text)


@pytest.mark.parametrize("text", ["'take_up_bn'", "SOURCES = ('defaults', 'roll')", "paths['at_floor']"])
def test_docstrings_and_words_are_none(text: str) -> None:
    assert not literals("ui/words/names.py", text)


def test_a_key_is_a_literal_in_its_row_alone() -> None:
    row = "Metric('forced_sales_bn', 'Forced sales', total('forced_sales_bn'))"
    assert literals(HOME, row) == [f"{HOME}:1: forced_sales_bn"]
    assert len(literals("ui/words/names.py", row)) == 2


# Rows


def test_rows_stand_together_by_group() -> None:
    groups = [m.group for m in METRICS]
    assert [g for k, g in enumerate(groups) if k == 0 or groups[k - 1] != g] == list(dict.fromkeys(groups))
    assert len(set(KEYS)) == len(METRICS) and set(TILES) <= set(KEYS)


def test_every_headline_is_the_mean_over_paths_shares_among_them() -> None:
    values = np.array([0.0, 0.0, 100.0, 100.0, 100.0])
    assert {m.headline(values) for m in METRICS} == {60.0}
    assert {m.statistic for m in METRICS} == {"mean", "share"}


@pytest.mark.parametrize("name", ["crowded", "calm"])
def test_the_share_of_failures_counts_paths(name: str) -> None:
    for own in scored(name).values():
        values = own.values[FAILURE_SHARE.key]
        assert set(values) <= {0.0, 100.0}
        share = 100 * np.mean(own.values["funds_defaulted"] > 0)
        assert FAILURE_SHARE.headline(values) == pytest.approx(share)


def test_losses_spared_are_those_of_no_action_less_ones_own() -> None:
    none, *others = all_scores(compared("crowded"))
    assert not none.values[LOSSES_SPARED.key].any()
    for own in others:
        spared = none.values["fund_losses_bn"] - own.values["fund_losses_bn"]
        np.testing.assert_array_equal(own.values[LOSSES_SPARED.key], spared)


# A new row

ROW = (
    'TOY = Metric("toy_bn", "Toy outcome", "$bn", "low", "mean", "Funds", "twice what funds had to sell", '
    'lambda run, none: 2 * total("forced_sales_bn")(run, none), tile=True, worth=Worth(2.0, "$2bn are one point."))'
)
EVERYWHERE = """
import contextlib, io, json, sys
from policy.comparison import compare, default_policies
from models.library import shipped
from ui.cli import main

def printed(*arguments):
    out = io.StringIO()
    sys.argv = ["backstop", *arguments]
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main.main()
    return out.getvalue()

asked = ("compare", "crowded", "--paths", "8", "--policy", "outright")
document = json.loads(printed(*asked, "--format", "json"))["arms"][1]

from policy.outcomes.summary import summarise
from policy.ranking.criteria import CRITERIA
from policy.studies.batch import outcomes
from policy.studies.frontier import OBJECTIVES
from policy.studies.held import KEYS as DRAWN
from policy.sweeps import experiment, table
sweep = experiment.read_experiment('episode="crowded"\\n[[axis]]\\nparameter="funds.scale"\\nvalues=[1.0]')
batch = outcomes([shipped("crowded")], default_policies(), 8, 1, ("toy_bn", "forced_sales_bn")).values[0]
summary = summarise(compare(shipped("crowded"), default_policies(), 8, 1))

from ui.comparison.scorecard import cards
from ui.pages.compare import results, view
from ui.state.state import NamedRun
entry = results.Entry(run := NamedRun("A", "", shipped("crowded"), default_policies()[1], 1, 8), results.evidence(run))
sys.path.insert(0, "docs")
import generate
print(json.dumps({
    "text": "toy_bn" in printed(*asked),
    "csv": "\\ntoy_bn,$bn," in printed(*asked, "--format", "csv"),
    "json": "toy_bn" in document["metrics"] and "toy_bn" in document["vs_none"],
    "list": "twice what funds had to sell" in printed("list"),
    "sweep columns": "toy_bn_vs_none_se" in table.names(sweep),
    "criteria": "toy_bn" in [c.key for c in CRITERIA],
    "aims": "toy_bn" in [o.key for o in OBJECTIVES],
    "draws": "toy_bn" in DRAWN,
    "batch": bool((batch[:, 0] == 2 * batch[:, 1]).all() and batch[:, 0].any()),
    "tiles": "Toy outcome" in cards(summary),
    "table": "Toy outcome" in view.outcomes_html([entry], None, view.KEYS),
    "main table": "toy_bn" in view.MAIN,
    "file": "toy_bn" in set(view.outcomes_frame([entry], None)["Key"]),
    "docs": "| `toy_bn` | Toy outcome |" in generate.outcomes(),
    "docs of the ranking": "$2bn are one point." in generate.outcomes(),
}))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """The sources with one row more."""
    for part in (*LAYERS, "docs"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "*.jpg"))
    home = tmp_path / HOME
    before = home.read_text(encoding="utf-8")
    home.write_text(before.replace("# fmt: on", f"{ROW}\n# fmt: on"), encoding="utf-8")
    assert len(home.read_text(encoding="utf-8").splitlines()) == len(before.splitlines()) + 1
    yield tmp_path


def test_a_new_row_is_everywhere(tree: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EVERYWHERE], cwd=tree, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tree)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert [where for where, there in found.items() if not there] == []
