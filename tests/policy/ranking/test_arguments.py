"""Every argument world makes its case: by the weights it is argued with, the policy it is named for comes first."""

from __future__ import annotations

import pytest

from models.library import ARGUMENTS as WORLDS
from models.library import shipped
from models.worlds import flatten
from policy.comparison import compare
from policy.outcomes.scores import all_scores
from policy.presets import default_specs
from policy.ranking import ranking, verdict
from policy.ranking.arguments import ARGUMENTS
from policy.ranking.criteria import print_weights
from policy.spec import parse_policy


def test_every_argument_world_has_its_argument() -> None:
    assert set(ARGUMENTS) == set(WORLDS)


@pytest.mark.parametrize("world", WORLDS)
def test_the_case_is_won_by_the_weights_it_is_argued_with(world: str) -> None:
    argument = ARGUMENTS[world]
    policies = [parse_policy(spec) for spec in default_specs(world) if spec != "none"]
    result = compare(shipped(world), policies, 96, 1)
    scored = all_scores(result)
    ranked = ranking.rank([ranking.columns(s) for s in scored], argument.weights)
    print(f"{world}: {print_weights(argument.weights)}: {[round(p, 1) for p in ranked.points]}")
    kinds = [p.interventions[0].name for p in result.policies]
    assert kinds[ranked.winner] == argument.winner
    assert all(g.clear for k, g in enumerate(ranked.gaps) if k != ranked.winner), "beyond noise"
    if argument.winner == "none":
        assert verdict.verdict([s.values for s in scored]).kind == "not_needed"
    else:
        told = verdict.verdict([s.values for s in scored], argument.weights)
        assert kinds[told.policies[0]] == argument.winner and told.kind in ("best", "cheapest")


def test_argument_worlds_differ_visibly_from_the_crowded_one() -> None:
    crowded = flatten(shipped("crowded"))
    for world in ("kashyap_stein", "sceptic", "outright_wins"):
        own = flatten(shipped(world))
        assert sum(own[key] != crowded[key] for key in crowded if key in own and key != "scenario.start") >= 2
