"""The price of a run: known before it runs, bounded, and near what is taken."""

from __future__ import annotations

import pytest

from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from models.worlds import replace
from policy import cost
from policy.comparison import arms, compare, default_policies
from policy.spec import parse_policy
from ui.state import state as s


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_screen_opens_with_is_affordable(name: str) -> None:
    world = shipped(name)
    found = cost.check(world, s.usual_policies(world), 1024)
    assert not cost.price(world, s.usual_policies(world), 256).heavy and found.memory_mb < cost.RUN_MB


@pytest.mark.parametrize("name", ["april_2025", "crowded", "kahn"])
def test_memory_is_estimated_near_what_is_held(name: str) -> None:
    world, policies = shipped(name), default_policies()
    held = sum(a.nbytes for run in compare(world, policies, 64, 1).runs for a in run.series.values()) / 1e6
    assert held <= cost.price(world, policies, 64).memory_mb <= 1.5 * held


def test_the_price_goes_with_everything_it_should() -> None:
    world, policies = shipped("crowded"), arms([parse_policy("repo"), parse_policy("outright")])
    base = cost.price(world, policies, 100)
    assert cost.price(world, policies, 200).path_days == 2 * base.path_days
    longer = replace(world, {"scenario.days": 90})
    assert cost.price(longer, policies, 100).seconds > 1.9 * base.seconds
    assert cost.price(world, arms([parse_policy("repo+outright")]), 100).seconds < base.seconds
    many = replace(world, {"funds.cohorts": [*world.funds.cohorts] * 2, "funds.scale": 0.4})
    assert cost.price(many, policies, 100).memory_mb > base.memory_mb


def test_too_much_is_refused_with_what_would_fit() -> None:
    world, policies = shipped("crowded"), default_policies()
    with pytest.raises(Refused, match="paths fit") as refusal:
        cost.check(world, policies, 500_000)
    most = cost.most_paths(world, policies, cost.RUN_MB)
    assert f"up to {most:,} paths fit" in str(refusal.value)
    cost.check(world, policies, most)
    with pytest.raises(Refused):
        cost.check(world, policies, most + 1)


def test_a_screen_refuses_what_would_take_the_server() -> None:
    """Two links of 214 characters, each within every bound of its own, held everybody up for 105 seconds."""
    state = s.opening()
    for kind in ("buybacks", "twist", "rate-cut"):
        state = s.add_policy(state, kind)
    state = s.with_draws(state, paths=128)
    state = s.with_world(state, {"scenario.dates": (), "scenario.observed_yields_pct": (), "scenario.held_fundamentals_bp": (), "scenario.days": 260})  # fmt: skip
    with pytest.raises(Refused, match="paths fit"):
        s.with_draws(state, paths=4096)
    dear = cost.price(state.world, state.policies, cost.most_paths(state.world, state.policies, cost.RUN_MB))
    assert dear.seconds < 10


def test_the_command_line_looks_at_the_memory_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "free_mb", lambda: 100.0)
    with pytest.raises(Refused, match="80 MB are there"):
        cost.check_free(World(), default_policies(), 4096)
    assert cost.check_free(World(), default_policies(), 64).memory_mb < 80
