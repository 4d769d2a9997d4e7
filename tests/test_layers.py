"""One direction: `app.py`, `ui/` → `policy/` → `models/`, never back, and light imports below `ui/`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

SCREEN = {"streamlit", "altair"}
NEVER = {"numba", "matplotlib"}
FORBIDDEN = {
    "models": SCREEN | NEVER | {"pandas", "policy", "ui", "app", "tests"},
    "policy": SCREEN | NEVER | {"pandas", "ui", "app", "tests"},
    "ui": NEVER | {"tests"},
}
FILES = [(layer, path) for layer in FORBIDDEN for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Dotted names of all modules a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize(("layer", "path"), FILES, ids=[str(p.relative_to(ROOT)) for _, p in FILES])
def test_no_file_imports_against_the_direction(layer: str, path: Path) -> None:
    against = {n for n in imported(path) for f in FORBIDDEN[layer] if n == f or n.startswith(f"{f}.")}
    assert not against


def _loaded_after(code: str) -> set[str]:
    shown = "import sys; print(*sorted(m for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {shown}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_whole_engine_loads_without_the_screen() -> None:
    modules = [".".join(p.relative_to(ROOT).with_suffix("").parts) for layer, p in FILES if layer != "ui"]
    names = ", ".join(m.removesuffix(".__init__") for m in modules)
    assert not _loaded_after(f"import {names}") & (SCREEN | {"pandas", "ui", "numba"})


def test_a_comparison_starts_without_slow_imports() -> None:
    used = "policy.comparison, policy.report, policy.catalogue, policy.spec, models.library"
    assert not _loaded_after(f"import {used}") & (SCREEN | {"pandas", "numba", "scipy", "scipy.stats"})


def test_the_command_line_loads_nothing_before_it_is_asked() -> None:
    assert not _loaded_after("import ui.cli.main") & (SCREEN | {"pandas", "numpy", "models", "policy"})
