"""What is installed works from another folder: the console script, and the app from a wheel."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from support.paths import ROOT

from models.library import SHIPPED

PACKED = ("models", "policy", "ui", "app.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a clean copy of what is packed."""
    if not (ROOT / "app.py").exists():
        pytest.skip("app.py is not there yet")
    source = tmp_path_factory.mktemp("source")
    for name in PACKED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
    ]
    done = subprocess.run(
        [*command, "--wheel-dir", str(out), str(source)], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed in a folder of its own."""
    target = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    done = subprocess.run([*command, str(wheel)], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return target


def _environment(site: Path, home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    return {**kept, "PYTHONPATH": str(site), "HOME": str(home), "BROWSER": "true", "PYTHONUNBUFFERED": "1"}


def test_the_wheel_holds_the_app_the_worlds_and_the_theme(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "app.py",
        "ui/theme.toml",
        *(f"ui/live/{n}" for n in ("levers.js", "levers.css", "memory.js")),
        "ui/cli/main.py",
        *(f"models/episodes/{n}.toml" for n in SHIPPED),
        *(f"policy/winner_maps/{n}.npz" for n in SHIPPED),
    } <= names
    python = {str(p.relative_to(ROOT)) for d in ("models", "policy", "ui") for p in (ROOT / d).rglob("*.py")}
    assert python <= names, "list new packages in pyproject.toml"
    assert not [n for n in names if n.startswith(("tests/", "docs/", "benchmarks/"))]


def test_the_console_script_is_declared() -> None:
    found = {e.name: e.value for e in entry_points(group="console_scripts")}
    assert found.get("backstop") == "ui.cli.main:main"


def test_compare_runs_from_the_wheel_elsewhere(site: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(site / "bin" / "backstop"), "compare", "april_2025", "--paths", "5"]
    done = subprocess.run(
        command, cwd=tmp_path, env=_environment(site, tmp_path), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "") and "not a forecast" in done.stdout
    where = subprocess.run(
        [sys.executable, "-c", "import models; print(models.__file__)"],
        cwd=tmp_path, env=_environment(site, tmp_path), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert where.stdout.startswith(str(site))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(site: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """`backstop app` from the wheel, in an empty home, with nobody to answer a prompt."""
    port, log = _free_port(), tmp_path / "log.txt"
    command = [sys.executable, str(site / "bin" / "backstop"), "app"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "false"]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [*command, *options], cwd=tmp_path, env=_environment(site, tmp_path), stdout=out, stderr=out,
            stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
    try:
        yield process, port, log
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answer(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return str(response.read().decode())


def test_the_app_starts_from_the_wheel_without_asking_anything(
    served: tuple[subprocess.Popen[str], int, Path],
) -> None:
    process, port, log = served
    until = time.monotonic() + 60
    health = ""
    while health != "ok" and time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            health = _answer(f"http://127.0.0.1:{port}/_stcore/health").strip()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    assert health == "ok", log.read_text(encoding="utf-8")
    assert "<title>" in _answer(f"http://127.0.0.1:{port}/")
    said = log.read_text(encoding="utf-8").lower()
    assert (
        "email" not in said
        and "usage statistics" not in said
        and "traceback" not in said
        and "error" not in said
    )


def test_launch_passes_the_theme_and_lets_options_win(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (ROOT / "app.py").exists():
        pytest.skip("app.py is not there yet")
    from ui.cli import app

    ran: list[list[str]] = []
    monkeypatch.setattr(app.os, "execv", lambda program, command: ran.append(command))
    monkeypatch.setattr(app.os, "environ", {"STREAMLIT_CLIENT_TOOLBAR_MODE": "viewer"})
    app.launch(["--server.port", "8600"])
    app.launch([], share=True)
    command, shared = ran
    assert "--server.address=127.0.0.1" in command and "--server.address=0.0.0.0" in shared
    assert command[1:4] == ["-m", "ui.serve.process", "run"] and Path(command[4]).name == "application.py"
    assert command[-2:] == ["--server.port", "8600"]
    assert any(option.startswith("--theme.") for option in command)
    environment = app.os.environ
    assert environment["STREAMLIT_SERVER_SHOW_EMAIL_PROMPT"] == "false"
    assert environment["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"
    assert environment["STREAMLIT_CLIENT_TOOLBAR_MODE"] == "viewer"
