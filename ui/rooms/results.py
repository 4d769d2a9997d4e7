"""What policies do in a room's world, computed once for each, in a process of the worker's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.errors import Refused
from models.scenario import World
from policy.comparison import Comparison, compare
from policy.outcomes.scorecard import METRICS
from policy.outcomes.scores import Scores, all_scores
from policy.outcomes.statistics import gap
from policy.spec import Policy, policy
from ui.rooms.plan import bare
from ui.rooms.views import IDLE, RoomResult

Answers = Mapping[str, RoomResult | str]


def results(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Answers:
    """Results by what policies do, no action among them; one that cannot be run says why and stops no other."""
    try:
        return _results(world, policies, paths, seed)
    except Refused as refusal:
        if len(policies) <= 1:
            return {bare(own): str(refusal) for own in policies}
        parts = [results(world, [own], paths, seed) for own in policies]
        return {name: answer for part in parts for name, answer in part.items()}


def _results(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Answers:
    acting = [own for own in policies if bare(own) != IDLE]
    apart = [policy(own.interventions, f"p{k}") for k, own in enumerate(acting)]
    comparison = compare(world, apart, paths, seed)
    scored = all_scores(comparison)
    names = (IDLE, *map(bare, acting))
    return {name: _result(comparison, scored, k) for k, name in enumerate(names)}


def _result(comparison: Comparison, scored: Sequence[Scores], k: int) -> RoomResult:
    own, none = scored[k].values, scored[0].values
    values = {row.key: row.headline(own[row.key]) for row in METRICS}
    return RoomResult(values, {row.key: gap(own[row.key], none[row.key]) for row in METRICS})
