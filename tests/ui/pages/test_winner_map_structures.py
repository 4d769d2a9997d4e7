"""The map's hatching: where rival structures clearly have another winner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.library import shipped
from models.worlds import replace as changed
from policy.comparison import default_policies
from policy.ranking.criteria import DEFAULT_WEIGHTS
from policy.studies import winner_rivals
from policy.studies.draws import USUAL
from policy.studies.executors import Pool, SerialExecutor
from policy.studies.factors import world_factors
from policy.studies.winner_map import Picture, Question, asked, fill
from ui.charts.kinds import Map
from ui.pages.winner_map import doubt

HERE = Pool(SerialExecutor(), 1, 1)


def question() -> Question:
    world = shipped("crowded")
    known = {factor.key: factor for factor in world_factors(world)}
    return asked(world, default_policies(), known["funds.scale"], known["dealers.capacity_bn"], 4, 16, 1)


def test_every_structure_gets_the_question_and_what_clashes_is_left_out() -> None:
    own = question()
    told = winner_rivals.rival_questions(own)
    assert tuple(told) == USUAL and {q.side for q in told.values()} == {winner_rivals.SIDE}
    assert told["shipped"].world == own.world and len({q.digest for q in told.values()}) == len(USUAL)
    clashing = replace(own, world=changed(own.world, {"dealers.slow_demand_bn": 9.0}))
    assert "quick_only" not in winner_rivals.rival_questions(clashing)
    axis = replace(own, x=replace(own.x, name="wedges.memory_share"))
    assert "no_memory" not in winner_rivals.rival_questions(axis)


def test_a_cell_with_another_clear_winner_is_hatched_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winner_rivals, "SIDE", 2)
    first = next(iter(winner_rivals.rival_questions(question()).values()))
    pictures = {}
    for name in ("shipped", "all_urgent"):
        pictures[name] = Picture(first)
        for _ in fill(pictures[name], HERE):
            pass
    same = winner_rivals.disagree(list(pictures.values()), DEFAULT_WEIGHTS)
    assert same.shape == (2, 2) and not same.any()
    assert doubt.hatched(pictures, DEFAULT_WEIGHTS).title == doubt.finding(same)
    read = winner_rivals.leaders(pictures["shipped"], DEFAULT_WEIGHTS)
    at = (1, 0)
    clear = replace(read, low=np.full((2, 2), 1.0), margin=np.full((2, 2), 2.0))
    best = clear.best.copy()
    best[at] = (best[at] + 1) % 4
    answers = iter([clear, replace(clear, best=best)])
    monkeypatch.setattr(winner_rivals, "leaders", lambda picture, weights: next(answers))
    figure = doubt.hatched(pictures, DEFAULT_WEIGHTS)
    assert figure.title == "On 25% of the map the winner depends on how the market is built"
    assert list(figure.table["Structures disagree"]) == ["no", "no", "yes", "no"]
    (chart,) = figure.panels
    assert isinstance(chart, Map)
    strokes = chart.lines[-doubt.STROKES :]
    (x0, x1), (y0, y1) = doubt.charts.edges(first.xs), doubt.charts.edges(first.ys)
    for across, up in strokes:
        assert x0[1] - 1e-9 <= min(across) and max(across) <= x1[1] + 1e-9
        assert y0[0] - 1e-9 <= min(up) and max(up) <= y1[0] + 1e-9
    assert "all that others sold in March 2020 was urgent" in figure.note
