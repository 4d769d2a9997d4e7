"""The verdict is true and the levers' ends are usable: in every shipped world, at both ends of every lever, in 500 random worlds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from support.strategies import scalar_parameters
from support.true_verdicts import INTERNAL, check, ruled

from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import SHOCKS, World
from models.worlds import flatten, replace
from policy.described import parameters
from ui.live import levers
from ui.state import state as s

RANDOM, PATHS = 500, 8
SEED = 20
MOVED = (
    6  # parameters of a random world that differ from its episode's, beside positions, capacity and shocks
)


@pytest.fixture(autouse=True)
def _nothing_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levers are measured without a session."""
    monkeypatch.setattr(levers, "refusal", lambda where: None)


@cache
def _ends(name: str) -> tuple[tuple[Mapping[str, Any], tuple[World, World]], ...]:
    """Every top lever of a world as the browser gets it, with the worlds at its two ends. Raises `Refused`."""
    state = s.with_episode(s.opening(), name)
    rows = {row["name"]: row for row in parameters(state.world)}
    drawn = [levers.lever_data(state, rows[lever]) for lever in s.top_levers(state.world)]
    return tuple(
        (one, (s.with_world(state, {one["name"]: one["low"]}).world, s.with_world(state, {one["name"]: one["high"]}).world))
        for one in drawn
    )  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_both_ends_of_every_top_lever_are_accepted_and_say_what_binds_in_words(name: str) -> None:
    ends = _ends(name)
    assert len(ends) >= len(s.TOP_LEVERS)
    for lever, _ in ends:
        assert lever["low"] <= lever["value"] <= lever["high"]
        for words, value in zip(lever["ends"], (lever["low"], lever["high"]), strict=True):
            assert INTERNAL.search(words) is None, words
            assert bool(words) == (value not in bounds(lever["name"])), (lever["name"], value, words)


def bounds(name: str) -> tuple[float, float]:
    row = next(row for row in parameters(World()) if row["name"] == name)
    return row["low"], row["high"]


def test_the_verdict_is_true_in_every_shipped_world_and_at_every_levers_two_ends() -> None:
    worlds = [shipped(name) for name in SHIPPED]
    worlds += [world for name in SHIPPED for _, pair in _ends(name) for world in pair]
    sentences = [check(told, arms) for told, arms in ruled(worlds, PATHS)]
    assert len(sentences) == len(worlds) > 100


def test_the_verdict_is_true_in_five_hundred_random_worlds() -> None:
    told = ruled(_random_worlds(), PATHS)
    for verdict, arms in told:
        check(verdict, arms)
    kinds = [verdict.kind for verdict, _ in told]
    assert len(kinds) == RANDOM and {"best", "cheapest", "tie", "not_needed", "nothing_works"} <= set(kinds)


def _random_worlds() -> list[World]:
    """Shipped worlds with positions, capacity, every shock and a few parameters moved, as far as they are accepted."""
    draws = np.random.default_rng(SEED)
    bounds = scalar_parameters()
    accepted: list[World] = []
    while len(accepted) < RANDOM:
        base = shipped(SHIPPED[len(accepted) % len(SHIPPED)])
        try:
            accepted.append(replace(base, _changes(base, bounds, draws)))
        except Refused:
            continue
    return accepted


def _changes(
    base: World, bounds: Mapping[str, tuple[float, float]], draws: np.random.Generator
) -> dict[str, float]:
    """Parameters go some of the way, mostly little, to a random place within their bounds; shocks are up to three times as large."""
    own = flatten(base)
    chosen = draws.choice(sorted(bounds), MOVED, replace=False)
    moved = {n: own[n] + draws.uniform() ** 2 * (draws.uniform(*bounds[n]) - own[n]) for n in chosen}
    hit = [shock for shock in SHOCKS if getattr(base.scenario, shock).knots]
    return {
        **{name: float(value) for name, value in moved.items()},
        **{f"scenario.{shock}.size": float(draws.uniform(0, 3)) for shock in hit},
        "funds.scale": float(own["funds.scale"] * draws.uniform(0.3, 1.1)),
        "dealers.capacity_bn": float(own["dealers.capacity_bn"] * draws.uniform(0.7, 1.6)),
    }
