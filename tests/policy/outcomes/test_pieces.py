"""A comparison too large for memory is scored in pieces: the same figures, on the command line too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models import simulation
from models.library import shipped
from policy import cost, report
from policy.comparison import compare
from policy.outcomes.scores import all_scores, scored, scored_in_pieces
from policy.spec import parse_policy
from ui.cli.commands import compare as command

POLICIES = tuple(parse_policy(text) for text in ("outright", "repo", "hedged-auction", "leverage-cap"))
PATHS, SEED = 70, 2


@pytest.mark.parametrize("name", ["crowded", "march_2020"])
def test_figures_in_pieces_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    world = shipped(name)
    result = compare(world, POLICIES, PATHS, SEED)
    whole = scored(result, all_scores(result))
    monkeypatch.setattr(simulation, "CHUNK", 5 * 16)
    heard: list[int] = []
    parts = scored_in_pieces(world, POLICIES, PATHS, SEED, heard.append)
    assert heard == [16, 32, 48, 64, 70]
    assert (parts.policies, parts.paths) == (whole.policies, whole.paths)
    for own, all_at_once in zip(parts.values, whole.values, strict=True):
        assert own.keys() == all_at_once.keys()
        for key in own:
            np.testing.assert_array_equal(own[key], all_at_once[key], err_msg=key)
    assert report.document(parts) == report.document(whole)


def test_the_command_line_goes_on_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / "whole.json", tmp_path / "pieces.json"]
    command("crowded", paths=PATHS, seed=SEED, format="json", out=files[0])
    monkeypatch.setattr(cost, "fits", lambda *asked: False)
    monkeypatch.setattr(simulation, "CHUNK", 64)
    command("crowded", paths=PATHS, seed=SEED, format="json", out=files[1])
    assert files[0].read_bytes() == files[1].read_bytes() != b""
