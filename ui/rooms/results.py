"""What policies do in a room's world, computed once for each, in a process of the worker's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from models.errors import Refused
from models.scenario import World
from models.simulation import Run, simulate
from policy.comparison import NONE, check_draws
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import Scores, scores, series_read
from policy.outcomes.statistics import gap
from policy.spec import Policy
from ui.rooms.plan import bare
from ui.rooms.views import IDLE, RoomResult

Answers = Mapping[str, RoomResult | str]


def results(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Answers:
    """Results by what policies do; one that cannot be run says why and stops no other."""
    try:
        return _results(world, policies, paths, seed)
    except Refused as refusal:
        if len(policies) <= 1:
            return {bare(own): str(refusal) for own in policies}
        parts = [results(world, [own], paths, seed) for own in policies]
        return {name: answer for part in parts for name, answer in part.items()}


def _results(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Answers:
    check_draws(paths, seed)
    acting = [own for own in policies if bare(own) != IDLE]
    none, idle = _without_action(world, paths, seed)
    told = {} if len(acting) == len(policies) else {IDLE: _result(idle, idle)}
    if not acting:
        return told
    worlds, arms = [p.prepare(world) for p in acting], [p.orders for p in acting]
    runs = simulate(worlds, arms, paths, seed, keep=series_read())
    scored = (scores(run, none, seed) for run in runs)
    return told | {bare(own): _result(each, idle) for own, each in zip(acting, scored, strict=True)}


@lru_cache(maxsize=8)  # a room is one world, and its policies come one after another
def _without_action(world: World, paths: int, seed: int) -> tuple[Run, Scores]:
    """The run without action, as far as outcomes read it, and its scores."""
    (run,) = simulate(world, [NONE.orders], paths, seed, keep=series_read())
    return run, scores(run, run, seed)


def _result(own: Scores, idle: Scores) -> RoomResult:
    values = {row.key: row.headline(own.values[row.key]) for row in METRICS}
    return RoomResult(values, {row.key: gap(own.values[row.key], idle.values[row.key]) for row in METRICS})
