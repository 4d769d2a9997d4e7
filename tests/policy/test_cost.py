"""The price of a run: known before it runs, bounded, and near what is taken."""

from __future__ import annotations

import re

import pytest

from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from models.worlds import replace
from policy import cost
from policy.comparison import arms, compare, default_policies
from policy.outcomes.rates_after import DRAWS
from policy.outcomes.scorecard import KEYS
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
    world, policies = World(), default_policies()
    monkeypatch.setattr(cost, "free_mb", lambda: 100.0)
    assert cost.fits(world, policies, 64) and not cost.fits(world, policies, 4096)
    with pytest.raises(Refused, match=r"80 MB are there.*in pieces, but --series needs all paths"):
        cost.check_free(world, policies, 4096, "--series")
    cost.check_free(world, policies, 64, "--series")


def test_outcomes_in_pieces_have_a_price_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world, policies = World(), default_policies()
    monkeypatch.setattr(cost, "free_mb", lambda: 2_000.0)
    cost.check_pieces(world, policies, 50_000)
    with pytest.raises(Refused, match="paths fit") as refusal:
        cost.check_pieces(world, policies, 1_000_000)
    most = int(re.search(r"up to ([\d,]+) paths fit", str(refusal.value))[1].replace(",", ""))
    cost.check_pieces(world, policies, most)
    monkeypatch.setattr(cost, "free_mb", lambda: 10.0)
    with pytest.raises(Refused, match="fewer days, policies or groups"):
        cost.check_pieces(world, policies, 50_000)
    assert 2 * DRAWS + len(KEYS) <= cost.KEPT_NUMBERS
