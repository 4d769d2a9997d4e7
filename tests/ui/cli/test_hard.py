"""The command line under attack: nothing silently lost, files whole or not at all, and an end without noise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.command_line import backstop, printed
from support.paths import ROOT

QUICK = ("compare", "calm", "--paths", "3", "--policy", "repo")
REFUSED = [
    (["--policy", "a=none", "--policy", "b=none"], ["no action", "a, b"]),
    (["--set", "funds.scale=1", "--set", "funds.scale=0.5"], ["funds.scale", "twice"]),
    (["--set", "funds.scale=1\nfunds.size=2"], ["one line"]),
    (["--policy", "key=repo"], ["key", "column"]),
    (["--policy", "unit=repo"], ["unit", "column"]),
    (["--policy", "repo\x1b[31m=repo"], ["label"]),
    (["--series", "one.csv", "--out", "one.csv"], ["--series", "same file", "--out"]),
    (["--series", "./one.csv", "--out", "one.csv"], ["same file"]),
    (["--out", "there.json"], ["there.json", "--force"]),
    (["--out", "mine.toml"], ["mine.toml", "same file", "world"]),
    (["--force", "--policy", "@plan.toml", "--out", "plan.toml"], ["plan.toml", "same file"]),
    (["--paths", "1000000", "--series", "one.csv"], ["memory", "paths fit", "--series needs all paths"]),
    (["--paths", "1000000", "--who-pays"], ["memory", "--who-pays needs all paths"]),
    (["--paths", "1000001"], ["paths", "1000000"]),
    (["--set", "scenario.start=9999-12-31"], ["scenario.start"]),
    (["--set", "scenario.basis_shock.knots=" + "[" * 90], ["brackets"]),
]


@pytest.mark.parametrize(("more", "says"), REFUSED, ids=[" ".join(m)[:40] for m, _ in REFUSED])
def test_what_would_be_lost_is_refused(tmp_path: Path, more: list[str], says: list[str]) -> None:
    (tmp_path / "there.json").write_text("mine", encoding="utf-8")
    (tmp_path / "mine.toml").write_text("base = 'calm'\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text("[[intervention]]\nname = 'repo'\n", encoding="utf-8")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = backstop(
        "compare", "mine.toml", *(() if "--paths" in more else ("--paths", "3")), *more, cwd=tmp_path
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert all(part in done.stderr for part in says) and done.stderr.rstrip("\n").isprintable(), done.stderr
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_force_replaces_a_file_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "there.json"
    path.write_text("mine", encoding="utf-8")
    path.chmod(0o640)
    printed(*QUICK, "--format", "json", "--out", str(path), "--force")
    assert path.read_text("utf-8").startswith("{") and path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["there.json"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import files
    from models.errors import Refused

    path = tmp_path / "there.json"
    path.write_text("mine", encoding="utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Refused, match="No space left"):
        files.write(path, "other", force=True)
    assert path.read_text("utf-8") == "mine" and [p.name for p in tmp_path.iterdir()] == ["there.json"]


def _shell(command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RUN": f"{sys.executable} -m ui.cli.main"}
    return subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("$RUN list > /dev/full", 1),
        ("$RUN list >&-", 0),
        ("$RUN list --format json | true; exit ${PIPESTATUS[0]}", None),
        ("$RUN compare nowhere 2>&-", 2),
        ("$RUN compare nowhere 2> /dev/full", 2),
    ],
)
def test_nowhere_to_print_ends_quietly(command: str, code: int | None) -> None:
    done = _shell(command)
    assert (done.stdout, done.stderr) == ("", "")
    assert done.returncode in ((0, 1) if code is None else (code,))


@pytest.mark.parametrize("after", [0.15, 0.35, 0.6, 1.0, 1.6])
def test_an_interruption_at_any_moment_is_130_without_a_traceback(after: float) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; sys.argv[0] = 'backstop'\nfrom ui.cli.main import main\nmain()",
    ]
    running = subprocess.Popen(
        [*command, "compare", "march_2020", "--paths", "4000"], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    time.sleep(after)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    if running.returncode == -signal.SIGINT:  # the interpreter itself had not begun to listen
        return
    assert "Traceback" not in said or "site" in said, said
    assert running.returncode == 130 or "site" in said
