"""The film in the browser is the app's: frames, sentences, measure and drawings, letter by letter, on random worlds."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import strategies as draw

from models.simulation import Run, no_action, simulate
from ui.film.drawing import drawing
from ui.film.film import film, record_of, setting_of
from ui.film.layouts import NARROW, WIDE
from ui.film.stills import measure
from ui.live.engine import source
from ui.live.picture import FILE, generated

RUN = """
import { readFileSync } from "node:fs";
import { frames_of, day_sentence, measure_of, drawing, WIDE, NARROW } from "./picture.mjs";
const { setting, records, sizes } = JSON.parse(readFileSync("given.json", "utf8"));
const films = records.map((run) => frames_of(setting, run, sizes));
const measure = measure_of(films);
const told = films.map((frames) => frames.map((now, day) => [
  day_sentence(frames[Math.max(day - 1, 0)], now, day),
  drawing(now, frames[0], measure, WIDE, [], false), drawing(now, frames[0], measure, NARROW, ["funds", "dealers"], day % 2 === 0),
]));
console.log(JSON.stringify(told));
"""


def test_the_committed_module_is_what_the_translator_writes() -> None:
    assert source(FILE) == generated()


def given_to_browser(runs: list[Run]) -> dict:
    days = len(runs[0].calendar)
    sizes = [sum(a.size_bn for a in runs[0].world.scenario.auctions if a.day == day) for day in range(days)]
    records = [[record_of(run, day)._asdict() for day in range(days)] for run in runs]
    return {"setting": setting_of(runs[0].world)._asdict(), "records": records, "sizes": sizes}


@pytest.mark.skipif(shutil.which("node") is None, reason="compared under Node")
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=draw.worlds(), program=draw.programs(), seed=st.integers(0, 1000))
def test_the_browser_draws_and_says_the_same(tmp_path: Path, world, program, seed) -> None:
    runs = simulate(world, (no_action, program), 1, seed)
    (tmp_path / "picture.mjs").write_text(source(FILE), encoding="utf-8")
    (tmp_path / "run.mjs").write_text(RUN, encoding="utf-8")
    (tmp_path / "given.json").write_text(json.dumps(given_to_browser(runs)), encoding="utf-8")
    done = subprocess.run(["node", "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    films = [film(run) for run in runs]
    among = measure(films)
    for shown, told in zip(films, json.loads(done.stdout), strict=True):
        for day, (said, wide, narrow) in enumerate(told):
            now, opening = shown.frames[day], shown.frames[0]
            assert said == shown.sentence(day)
            assert wide == drawing(now, opening, among, WIDE, [], False)
            assert narrow == drawing(now, opening, among, NARROW, ["funds", "dealers"], day % 2 == 0)
