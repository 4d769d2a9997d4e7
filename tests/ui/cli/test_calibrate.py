"""`backstop calibrate --check`: what it prints, when it fails, and episodes of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import pytest
import tomli_w

from models import MODEL_VERSION, calibration_report
from models.calibration import free as f
from models.errors import Refused
from models.library import shipped
from models.worlds import replace, to_toml
from ui.cli.calibrate import Asked, one_action, run_calibration
from ui.cli.main import main


@pytest.fixture(scope="module")
def report():
    return calibration_report.stored()


def written(tmp_path: Path, **target) -> str:
    """A file with one target."""
    row = {
        "key": "a", "title": "A", "series": "depth_mn", "at": 3, "value": 67.0, "noise": 10.0, "unit": "$mn",
        "source": "s", "reason": "r",
    } | target  # fmt: skip
    path = tmp_path / "own.targets.toml"
    path.write_text(tomli_w.dumps({"target": [row]}), encoding="utf-8")
    return str(path)


def command(*args: str, capsys) -> tuple[int, str]:
    with mock.patch("sys.argv", ["backstop", "calibrate", *args]):
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    printed = capsys.readouterr()
    return code, printed.out or printed.err


def test_check_prints_the_scores_of_five_episodes(capsys, report):
    code, text = command("--check", "--format", "json", capsys=capsys)
    data = json.loads(text)
    assert code == 0 and set(data) == {"model_version", "episodes"} and data["model_version"] == MODEL_VERSION
    assert [e["episode"] for e in data["episodes"]] == list(f.EPISODES)
    for e in data["episodes"]:
        assert set(e) == {
            "episode", "targets", "count", "within_two", "naive_within_two",
            "left_out_within_two", "left_out_own_within_two", "left_out_public_within_two",
        }  # fmt: skip
        assert all(set(x) == {"key", "kind", "data", "model", "naive", "noise", "z"} for x in e["targets"])
        assert e["count"] == len(e["targets"]) and e["within_two"] == sum(
            abs(x["z"]) <= 2 for x in e["targets"]
        )
        assert isinstance(e["left_out_within_two"], int) and isinstance(e["left_out_own_within_two"], int)
        assert (e["left_out_public_within_two"] is not None) == (e["episode"] in f.FUNDING_EPISODES)


def test_check_fails_where_a_value_is_not_the_reports(monkeypatch, capsys, tmp_path, report):
    changed = json.loads(json.dumps(report))
    changed["shipped"]["dealers.steepness"] *= 1.01
    changed["episodes"]["april_2025"][0]["model"] += 1
    monkeypatch.setattr(calibration_report, "stored", lambda: changed)
    assert run_calibration(tmp_path, Asked("check"), print) == 1
    said = capsys.readouterr().err
    assert "dealers.steepness" in said and "april_2025" in said


def test_an_episode_of_ones_own_is_scored_and_refits_what_it_may(tmp_path, capsys):
    own = replace(shipped("april_2025"), {"name": "mine", "funding.slack_bn": 30.0})
    episode = tmp_path / "mine.toml"
    episode.write_text(to_toml(own), encoding="utf-8")
    base = ("--check", "--episode", str(episode), "--targets", written(tmp_path, value=500.0))
    code, text = command(*base, "--format", "json", capsys=capsys)
    (found,) = json.loads(text)["episodes"]
    assert code == 1 and found["episode"] == "mine" and found["left_out_within_two"] is None
    both = ("--own", "funding.slack_bn", "--own", "funding.scarcity_bp")
    code, text = command(*base, *both, "--format", "json", capsys=capsys)
    assert set(json.loads(text)["own"]) == {"funding.slack_bn", "funding.scarcity_bp"}


def test_options_that_do_not_go_together_are_refused(tmp_path):
    with pytest.raises(Refused, match="exclude each other"):
        one_action(check=True, write=True)
    for asked, said in (
        (Asked("write"), "source tree"),
        (Asked("", own=("funding.slack_bn",)), "belong to --check"),
        (Asked("check", targets="x.toml"), "need --episode"),
    ):
        with pytest.raises(Refused, match=said):
            run_calibration(tmp_path, asked, print)


def test_left_out_scores_and_rivals_are_kept_one_by_one(monkeypatch, tmp_path, report):
    """The command's own part, with the long fits replaced: what is written, where, and that nothing else changes."""
    from models.calibration import fit, folds, structures
    from ui.cli import calibrate

    kept = {"data": json.loads(json.dumps(report))}
    monkeypatch.setattr(calibration_report, "stored", lambda: kept["data"])
    monkeypatch.setattr(calibrate, "_save", lambda root, data: kept.update(data=data))
    score = folds.Score({"funding.slack_bn": 1.0}, [0.5, 2.5])
    monkeypatch.setattr(folds, "fold", lambda name, *a, **k: folds.Fold(name, 1.0, score, score, None))
    for folder in ("models", "models/structures"):
        (tmp_path / folder).mkdir()
    (tmp_path / "models" / "structure.toml").write_text("", encoding="utf-8")
    assert run_calibration(tmp_path, Asked("left_out"), print) == 0
    assert {e: x["none"]["within_two"] for e, x in kept["data"]["left_out"].items()} == dict.fromkeys(f.EPISODES, 1)  # fmt: skip

    def refitted(rival, *args, **kwargs):
        problem = rival.problem()
        point = fit.starting_points(problem, 0)[0]
        made = structures.Structure(rival.name, rival.title, rival.settings, (), problem.values(point))
        return made, fit.Solution(point, 1.0)

    monkeypatch.setattr(structures, "refitted", refitted)
    assert run_calibration(tmp_path, Asked("rivals"), print) == 0
    assert [row["name"] for row in kept["data"]["rivals"]] == [r.name for r in structures.RIVALS]
    assert len(list((tmp_path / "models" / "structures").glob("*.toml"))) == len(structures.RIVALS)
    assert kept["data"]["episodes"] == report["episodes"]
    said = calibration_report.as_markdown(kept["data"])
    assert "No memory" not in said and "Gaps follow today's charge alone" in said and "| 1 (" in said
