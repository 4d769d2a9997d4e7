"""Whole policies, triggers included, on the engine and on the scalar reference, and how close a run came to a decision that jumps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from support.jumps import apart, closest_jump
from support.side_by_side import NEAR, NOT_A_NUMBER_OF_THE_MODEL, disagreements

from models import shocks
from models.reference.recorded import no_orders
from models.reference.run import Series, shocks_on
from models.reference.shocks import central, courses_of
from models.scenario import SHOCKS, World
from models.simulation import Run
from policy.interventions.triggers import Trigger
from policy.reference.conditions import published
from policy.reference.reading import METRICS, followed_of, market_under, tools_of
from policy.reference.run import first_morning, followed_orders, policy_day
from policy.spec import Policy

CONDITIONS = ("start", "stop", "announce", "exit_start")


def drawn_series(world: World, seed: int, paths: int) -> list[Series]:
    """The engine's own shocks of the first paths, path by path."""
    drawn = shocks.draw(world.scenario, seed, 0, paths)
    given = central(courses_of(world))
    return [
        given._replace(**{name: np.ascontiguousarray(getattr(drawn, name)[..., k]) for name in SHOCKS})
        for k in range(paths)
    ]


def compare_runs(
    run: Run, world: World, policy: Policy, series: Series, path: int, tally: Counter[str]
) -> list[str]:
    """Where the engine's path and the reference's run differ on any series, until the first day on an edge."""
    tools, followed = tools_of(policy.interventions, world.scenario.calendar), followed_of(world.scenario)
    market, problems = market_under(world, tools), []
    standing = first_morning(market, tools)
    tally["runs"] += 1
    for today in range(len(series.client_financing) + 1):
        if today:
            opened, done = standing.state, followed_orders(followed, today)
            on_edge = near_a_level(standing.close, policy)
            standing, orders, figures = policy_day(
                market, shocks_on(series, today - 1), tools, done, standing, today
            )
            if on_edge or closest_jump(opened, orders, figures) <= NEAR:
                tally["runs set aside"] += 1
                break
            note(tally, orders)
        got = {name: values[today, ..., path] for name, values in run.series.items()}
        want = standing.close._asdict()
        assert set(got) - NOT_A_NUMBER_OF_THE_MODEL == set(want)
        problems += disagreements(got, want, 1e-6, f"path {path} day {today}")
    return problems


def note(tally: Counter[str], orders: Any) -> None:
    """Count what was ordered."""
    for name, value in orders._asdict().items():
        tally[name] += value != getattr(no_orders(), name)


def near_a_level(close: Any, policy: Policy) -> bool:
    """Whether a figure that a policy goes by closed within rounding of the level it is held against."""
    return min(_distances(close, policy), default=np.inf) <= NEAR


def _distances(close: Any, policy: Policy) -> Iterator[float]:
    for intervention in policy.interventions:
        for name in CONDITIONS:
            given = getattr(intervention, name, None)
            if isinstance(given, Trigger):
                yield apart(published(close)[METRICS.index(given.metric)], given.level)
        if getattr(intervention, "form", "") == "cap":
            yield apart(close.basis_bp, intervention.cap_bp)
        if getattr(intervention, "exit", "") == "market":
            yield from (apart(loss, intervention.exit_discount) for loss in close.price_loss_points)
