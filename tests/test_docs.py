"""The pages tell the truth: generated tables are current, everything is named, and the README's examples run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

from models.library import SHIPPED
from models.market import PHASES
from models.scenario import World
from policy.catalogue import catalogue
from policy.comparison import DEFAULT_SPECS
from policy.interventions import REGISTRY

README = (ROOT / "README.md").read_text(encoding="utf-8")
APP = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[export,explore]' && .venv/bin/backstop app"
TEST = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[dev]' && .venv/bin/pytest"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def generated() -> dict[Path, str]:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import generate
    finally:
        sys.path.remove(str(ROOT / "docs"))
    pages: dict[Path, str] = generate.pages()
    return pages


def test_generated_pages_are_current() -> None:
    stale = [path.name for path, text in generated().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run python docs/generate.py"


@pytest.mark.parametrize("text", [page("model.md"), README], ids=["model.md", "README.md"])
def test_the_order_of_a_day_is_told_in_order(text: str) -> None:
    lines = [f"{k}. **{name}**: {what}" for k, (name, what) in enumerate(PHASES, 1)]
    assert "\n".join(lines) in text


def test_every_parameter_is_named() -> None:
    text = page("parameters.md")
    assert not [
        row["name"] for row in catalogue()["parameters"] if f"`{row['name'].rpartition('.')[2]}`" not in text
    ]
    assert all(f"## {name}" in text for name in SHIPPED)


def test_every_policy_and_setting_is_named() -> None:
    text = page("policies.md")
    assert all(f"## `{kind.name}`" in text and kind.what in text for kind in REGISTRY)
    assert all(f"`{name}`" in text for kind in REGISTRY for name in kind.model_fields)
    assert all(f"`{name}`" in text for name in catalogue()["composition"])


def test_every_outcome_is_named() -> None:
    assert not [m["key"] for m in catalogue()["metrics"] if f"`{m['key']}`" not in page("outcomes.md")]


def test_the_default_policies_are_described() -> None:
    assert set(DEFAULT_SPECS) <= {kind.name for kind in REGISTRY}
    assert World().name == "custom"


def test_the_readme_has_both_commands_on_one_line_each() -> None:
    lines = README.splitlines()
    assert lines.count(APP) == 1 and lines.count(TEST) == 1
    assert TEST in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readmes_experiment_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert 8 <= sum(bool(line.strip()) for line in code.splitlines()) <= 14
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 4 and done.stdout.startswith("No action")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (path.parent / t).exists()]
    assert not missing


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_names_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|Users|tmp)/|C:\\\\|localhost|index.url|py.i\.org", text)


def test_constraints_pin_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.\-]+==[A-Za-z0-9_.\-+!]+", line) for line in pins)
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in pins]
    assert len(set(names)) == len(names) and "fed-backstop-sandbox" not in names
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = {re.sub(r"[-_.]+", "-", n).lower() for n in re.findall(r'"([A-Za-z0-9_\-]+)>=', project)}
    assert wanted - {"setuptools"} <= set(names)
