"""Sweeps that can be trusted: shards say whose they are, finished files are read before they are believed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest
from support.paths import ROOT

from models.errors import Refused
from policy.studies.executors import serial
from policy.sweeps import experiment as e
from policy.sweeps import shards, sweep

SMALL = """
episode = "calm"
policies = ["repo"]
paths = 2
metrics = ["take_up_bn", "taxpayer_mean_bn"]
[[axis]]
parameter = "funds.scale"
linspace = { from = 0.5, to = 1.0, count = 6 }
"""


class Enough(Exception):
    pass


def stop_early(progress: sweep.Progress) -> None:
    if progress.here >= 3:
        raise Enough


@pytest.fixture
def begun(tmp_path: Path) -> tuple[e.Experiment, Path]:
    """An experiment of which some shards are there."""
    made, out = e.read_experiment(SMALL), tmp_path / "results.parquet"
    with pytest.raises(Enough):
        sweep.run(made, out, serial(), note=stop_early)
    return made, out


def test_a_shard_says_whose_it_is_and_with_what_it_was_made(begun: tuple[e.Experiment, Path]) -> None:
    made, out = begun
    for path in out.with_name(out.name + ".parts").glob("*.parquet"):
        metadata = pq.read_schema(path).metadata
        assert metadata[b"backstop.experiment_hash"].decode() == made.digest
        assert json.loads(metadata[b"backstop.versions"])["numpy"] == np.__version__


def test_another_experiments_shard_is_not_taken_for_ones_own(
    begun: tuple[e.Experiment, Path], tmp_path: Path
) -> None:
    """Shards of equal shape, copied into the folder, were joined as if they were this experiment's."""
    made, out = begun
    other = e.read_experiment(SMALL.replace('"calm"', '"crowded"').replace("to = 1.0", "to = 0.9"))
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    with pytest.raises(Enough):
        sweep.run(other, elsewhere / out.name, serial(), note=stop_early)
    folder = out.with_name(out.name + ".parts")
    for path in folder.glob("*.parquet"):
        path.unlink()
    for path in (elsewhere / folder.name).glob("*.parquet"):
        shutil.copy(path, folder)
    sweep.run(made, out, serial())
    whole = tmp_path / "whole.parquet"
    sweep.run(made, whole, serial())
    assert out.read_bytes() == whole.read_bytes()


def test_versions_are_not_mixed(begun: tuple[e.Experiment, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    made, out = begun
    monkeypatch.setattr(shards, "versions", lambda: {"model": "1", "numpy": "0.1"})
    with pytest.raises(Refused, match=r"NumPy .*must not be mixed"):
        sweep.run(made, out, serial())
    monkeypatch.undo()
    sweep.run(made, out, serial())
    monkeypatch.setattr(shards, "versions", lambda: {"model": "1", "numpy": "0.1"})
    with pytest.raises(Refused, match="must not be mixed"):
        sweep.run(made, out, serial())


def test_a_damaged_file_is_not_called_finished(begun: tuple[e.Experiment, Path]) -> None:
    made, out = begun
    sweep.run(made, out, serial())
    whole, table = out.read_bytes(), pq.read_table(out)
    found = 0
    for at in range(4, len(whole) // 2, len(whole) // 60):
        out.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        why = shards.trouble(out, 12)
        found += bool(why)
        assert why or pq.read_table(out).equals(table)
    assert found > 8
    out.write_bytes(whole[: len(whole) // 3] + bytes(8) + whole[len(whole) // 3 + 8 :])
    with pytest.raises(Refused, match="damaged"):
        sweep.run(made, out, serial())
    out.write_bytes(whole)
    assert sweep.run(made, out, serial()).here == 0
    assert sweep.run(made, out, serial(), restart=True).here == made.points


def test_a_killed_worker_leaves_no_noise(tmp_path: Path) -> None:
    file, out = tmp_path / "small.toml", tmp_path / "r.parquet"
    file.write_text(
        SMALL.replace("paths = 2", "paths = 40").replace("count = 6", "count = 60"), encoding="utf-8"
    )
    command = [sys.executable, "-m", "ui.cli.main", "sweep", str(file), "--out", str(out), "--workers", "2"]
    running = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until, workers = time.monotonic() + 60, []
    while not workers and running.poll() is None and time.monotonic() < until:
        children = psutil.Process(running.pid).children()
        workers = [c for c in children if "spawn_main" in " ".join(c.cmdline())][1:]
        time.sleep(0.02)
    if workers:
        workers[0].kill()
    said, noise = running.communicate(timeout=120)
    assert running.returncode == 0 and "60 points" in said, noise
    assert all("points" in line for line in noise.splitlines()), noise
