"""The work behind `backstop calibrate`: fit, leave out, refit rivals, check, and write values and report into a source tree."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import calibration_report, files
from models.calibration import check, folds, structures
from models.calibration.free import EPISODES
from models.calibration.write import write
from models.errors import Refused
from models.library import shipped

BY_THE_RULE = (*EPISODES, "crowded", "calm", "kahn")  # worlds whose files hold a capacity by the rule
CLOSE = 1e-6
LISTS = re.compile(r"\[[-+\d.e,\s]+\]")  # of numbers: on one line

Note = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    action: str = ""
    starts: int = 512
    json: bool = False
    episode: str | None = None
    targets: str | None = None
    own: Sequence[str] = ()
    words: str = "joint fit"  # what the report says was tried


def one_action(**chosen: bool) -> str:
    """The action chosen, empty for a fit that is only printed. Raises `Refused` for more than one."""
    actions = [name for name, on in chosen.items() if on]
    if len(actions) > 1:
        options = [f"--{name.replace('_', '-')}" for name in chosen]
        raise Refused(f"{', '.join(options)} exclude each other")
    return actions[0] if actions else ""


def run_calibration(root: Path, asked: Asked, note: Note) -> int:
    """Run the command and return its exit code. Raises `Refused` for options or a folder that cannot be used."""
    if asked.action != "check" and (asked.episode or asked.targets or asked.own):
        raise Refused("--episode, --targets and --own belong to --check")
    if (
        asked.action in ("write", "report", "left_out", "rivals")
        and not (root / "models" / "structure.toml").is_file()
    ):
        raise Refused(
            "--write, --report, --left-out and --rivals need the source tree: run them in the folder that holds models/"
        )
    runs: dict[str, Callable[[], int]] = {
        "check": lambda: _check(asked),
        "write": lambda: _write(root, asked, note),
        "report": lambda: _report(root),
        "left_out": lambda: _left_out(root, asked, note),
        "rivals": lambda: _rivals(root, asked, note),
        "": lambda: _fit(asked, note),
    }
    return runs[asked.action]()


def _workers() -> int:
    return min(os.cpu_count() or 1, 2)


def _fit(asked: Asked, note: Note) -> int:
    part, _ = calibration_report.fitted_part(asked.starts, workers=_workers(), note=note)
    sys.stdout.write(json.dumps(part, indent=1) + "\n")
    return 0


def _write(root: Path, asked: Asked, note: Note) -> int:
    part, values = calibration_report.fitted_part(asked.starts, workers=_workers(), note=note)
    write(root, values, {name: shipped(name) for name in BY_THE_RULE})
    data = calibration_report.stored()
    tried = {"note": asked.words} | {k: part[k] for k in ("specification", "cost", "within_two", "count")}
    _save(root, data | part | {"specifications": [*data.get("specifications", []), tried]})
    command = [
        sys.executable,
        "-m",
        "ui.cli.main",
        "calibrate",
        "--report",
    ]  # what was written is read at import
    return subprocess.run(command, cwd=root, check=False).returncode


def _report(root: Path) -> int:
    """Renew the part of the report that the shipped values determine, and the document."""
    data = calibration_report.stored() | calibration_report.shipped_part()
    for row in data.get("rivals", []):
        row |= calibration_report.spread_part(structures.structure(row["name"]))
    _save(root, data)
    sys.stdout.write(check.as_text(check.shipped_scores(data)))
    return 0


def _left_out(root: Path, asked: Asked, note: Note) -> int:
    """Leave each episode out in turn; each result is kept as soon as it is there."""
    for name in EPISODES:
        note(f"leaving out {name}")
        found = folds.fold(name, asked.starts, workers=_workers(), note=note)
        data = calibration_report.stored()
        data.setdefault("left_out", {})[name] = calibration_report.left_out_part(found)
        _save(root, data)
    return 0


def _rivals(root: Path, asked: Asked, note: Note) -> int:
    """Refit every rival structure; each is kept as soon as it is there."""
    for rival in structures.RIVALS:
        note(f"refitting: {rival.title}")
        made, best = structures.refitted(rival, asked.starts, workers=_workers(), note=note)
        path = root / "models" / "structures" / f"{rival.name}.toml"
        files.write(path, structures.to_toml(made), force=True)
        data = calibration_report.stored()
        others = [row for row in data.get("rivals", []) if row["name"] != rival.name]
        data["rivals"] = [*others, calibration_report.rival_part(rival, best)]
        _save(root, data)
    return 0


def _save(root: Path, data: dict[str, Any]) -> None:
    text = LISTS.sub(lambda found: " ".join(found[0].split()), json.dumps(data, indent=1)) + "\n"
    files.write(root / "models" / "calibration.json", text, force=True)
    if "episodes" in data and "fitted" in data:
        document = calibration_report.as_markdown(data)
        files.write(root / "docs" / "calibration.md", document, force=True)


def _check(asked: Asked) -> int:
    """Evaluate again: 1 if too few targets are met, or, for what ships, if values are not the report's."""
    if asked.episode is None and (asked.targets or asked.own):
        raise Refused("--targets and --own need --episode FILE")
    own = asked.episode is not None
    data = {} if own else calibration_report.stored()
    scores = (
        check.own_scores(str(asked.episode), asked.targets, asked.own) if own else check.shipped_scores(data)
    )
    sys.stdout.write(json.dumps(scores, indent=1) + "\n" if asked.json else check.as_text(scores))
    stale = [] if own else _stale(data, scores)
    for text in stale:
        sys.stderr.write(f"{text}\n")
    return 0 if check.passes(scores) and not stale else 1


def _stale(data: dict[str, Any], scores: dict[str, Any]) -> list[str]:
    """What is no longer as the report says."""
    shipped_now = calibration_report.shipped_values()
    found = [f"changed since the report: {k}" for k, v in shipped_now.items() if data["shipped"].get(k) != v]
    for episode in scores["episodes"]:
        then = {row["key"]: row["model"] for row in data["episodes"][episode["episode"]]}
        found += [
            f"model value moved since the report: {episode['episode']}, {row['key']}"
            for row in episode["targets"]
            if abs(then.get(row["key"], float("inf")) - row["model"]) > CLOSE * max(1.0, abs(row["model"]))
        ]
    return found
