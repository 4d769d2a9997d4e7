"""The work behind `backstop calibrate`: fit, check, and write values and report into a source tree."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models import calibration, calibration_report, files
from models.errors import Refused
from models.library import shipped

OWN_CAPACITY = ("march_2020", "april_2025", "crowded")
CLOSE = 1e-6
NEEDED = 0.9

Note = Callable[[str], None]


def run_calibration(root: Path, check: bool, write: bool, report: bool, starts: int, note: Note) -> int:
    """Run the command and return its exit code. Raises `Refused` for options or a folder that cannot be used."""
    if check + write + report > 1:
        raise Refused("--check, --write and --report exclude each other")
    if (write or report) and not (root / "models" / "structure.toml").is_file():
        raise Refused("--write and --report need the source tree: run them in the folder that holds models/")
    if check:
        return _check()
    if report:
        return _report(root)
    found = calibration_report.report(shipped("march_2020"), note, starts)
    if not write:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
        return 0
    values = {row["name"]: row["value"] for row in found["fitted"]}
    calibration.write(root, shipped("march_2020"), values, [shipped(name) for name in OWN_CAPACITY])
    _save(root, found)
    return subprocess.run(
        [sys.executable, "-m", "ui.cli.main", "calibrate", "--report"], cwd=root, check=False
    ).returncode


def _save(root: Path, data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=1) + "\n"
    files.write(root / "models" / "calibration.json", text, force=True)


def _report(root: Path) -> int:
    """Renew the part of the report that the shipped values determine, and the document."""
    data = calibration_report.stored() | calibration_report.shipped_part()
    _save(root, data)
    files.write(root / "docs" / "calibration.md", calibration_report.as_markdown(data), force=True)
    sys.stdout.write(calibration_report.table(data))
    return 0


def _check() -> int:
    """Evaluate the shipped values again: 1 if they are not the report's, or miss more than a tenth of the targets."""
    data, now = calibration_report.stored(), calibration_report.shipped_part()
    sys.stdout.write(calibration_report.table(now))
    changed = [name for name, value in now["shipped"].items() if data["shipped"].get(name) != value]
    moved = [
        row["key"]
        for old, row in zip(data["march_2020"], now["march_2020"], strict=True)
        if abs(old["model"] - row["model"]) > CLOSE * max(1.0, abs(row["model"]))
    ]
    for name in changed:
        sys.stdout.write(f"changed since the report: {name}\n")
    for key in moved:
        sys.stdout.write(f"model value moved since the report: {key}\n")
    met = sum(abs(row["z"]) <= 2 for row in now["march_2020"])
    return 1 if changed or moved or met < NEEDED * len(now["march_2020"]) else 0
