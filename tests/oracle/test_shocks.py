"""One path's shocks in plain arithmetic are the engine's own, from the same random normals."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import worlds

from models import shocks
from models.reference.reading import courses_of
from models.reference.shocks import Courses, Luck, central, series_of, severity
from models.scenario import SHOCKS, World

PATHS = 3


def luck_of(world: World, seed: int, path: int) -> Luck:
    """The engine's draws of a path; a stream that it does not draw leaves no trace."""
    days, courses = world.scenario.days, courses_of(world)
    z = [shocks.normals(seed, f"severity:{name}", 1, 0, PATHS)[0, path] for name in SHOCKS]
    noise = [shocks.normals(seed, f"noise:{name}", days, 0, PATHS)[:, path] for name in SHOCKS]
    return Luck(np.array([severity(c, x) for c, x in zip(courses, z, strict=False)]), np.array(noise))


def assert_same(ours: Any, engine: shocks.Shocks, path: int) -> None:
    for name in SHOCKS:
        assert np.allclose(getattr(ours, name), getattr(engine, name)[..., path], rtol=1e-12, atol=1e-12), (
            name
        )


def test_courses_are_in_the_order_of_the_engines_shocks() -> None:
    assert Courses._fields[: len(SHOCKS)] == SHOCKS


@given(worlds(12), st.integers(0, 10**6), st.integers(0, PATHS - 1))
def test_a_random_path_is_the_engines(world: World, seed: int, path: int) -> None:
    ours = series_of(courses_of(world), luck_of(world, seed, path))
    assert_same(ours, shocks.draw(world.scenario, seed, 0, PATHS), path)
    assert_same(central(courses_of(world)), shocks.central(world.scenario), 0)
    sizes = [sum(a.size_bn for a in world.scenario.auctions if a.day == d) for d in range(1, 13)]
    assert ours.auction_size.tolist() == sizes
