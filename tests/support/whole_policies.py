"""Whole policies, triggers included, on the engine and on the scalar reference, and how close a run came to a decision that jumps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from support.jumps import apart, closest_jump
from support.side_by_side import NEAR, NOT_A_NUMBER_OF_THE_MODEL, disagreements

from models import shocks
from models.reference.reading import courses_of
from models.reference.recorded import Recorded, no_orders
from models.reference.run import Series, shocks_on
from models.reference.shocks import central
from models.scenario import SHOCKS, World
from models.simulation import Run
from policy.comparison import Comparison
from policy.interventions.triggers import Trigger
from policy.outcomes.rates_after import FIXED, factors
from policy.outcomes.scorecard import TAXPAYER_LOSS_CHANCE, TAXPAYER_MEAN, TAXPAYER_TAIL
from policy.outcomes.scores import all_scores
from policy.outcomes.terms import TERMS
from policy.reference.conditions import published
from policy.reference.outcomes import path_outcomes
from policy.reference.profit import known_of, loss_chance, mean_of, profits, tail_of
from policy.reference.reading import METRICS, counted_of, followed_of, market_under, tools_of
from policy.reference.run import first_morning, followed_orders, policy_day, policy_run
from policy.spec import Policy

SHAKE = 1e-13
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
    """Where the engine's path and the reference's run differ on any series; set aside and counted where a day stood on an edge."""
    tools, followed = tools_of(policy.interventions, world.scenario.calendar), followed_of(world.scenario)
    market = market_under(world, tools)
    standing, on_edge = first_morning(market, tools), False
    tally["runs"] += 1
    for today in range(len(series.client_financing) + 1):
        if today:
            opened, done = standing.state, followed_orders(followed, today)
            on_edge |= near_a_level(standing.close, policy)
            standing, orders, figures = policy_day(
                market, shocks_on(series, today - 1), tools, done, standing, today
            )
            on_edge |= closest_jump(opened, orders, figures) <= NEAR
            note(tally, orders)
        got = {name: values[today, ..., path] for name, values in run.series.items()}
        want = standing.close._asdict()
        assert set(got) - NOT_A_NUMBER_OF_THE_MODEL == set(want)
        problems = disagreements(got, want, 1e-6, f"path {path} day {today}")
        if problems and on_edge:
            tally["runs set aside"] += 1
            return []
        if problems:
            return set_aside_if_shaky(problems, world, policy, series, tally)
    return []


def set_aside_if_shaky(
    problems: list[str], world: World, policy: Policy, series: Series, tally: Counter[str]
) -> list[str]:
    """Nothing, and a run counted as set aside, where the reference moves as far by itself when its last digits are shaken.

    In some random worlds errors grow a hundredfold a day; what is left then is rounding, not a rule.
    """
    tools, followed = tools_of(policy.interventions, world.scenario.calendar), followed_of(world.scenario)
    market = market_under(world, tools)
    shaken = market._replace(positions=market.positions * (1 + SHAKE), equity=market.equity * (1 - SHAKE))
    both = (policy_run(one, series, tools, followed) for one in (market, shaken))
    for one, other in zip(*both, strict=True):
        if disagreements(one._asdict(), other._asdict(), 1e-7, ""):
            tally["runs set aside"] += 1
            return []
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
            stands = close.price_loss_points if intervention.in_points else close.market_penalty_bp
            yield from (apart(value, intervention.exit_below) for value in stands)


def compare_outcomes(comparison: Comparison, seed: int) -> list[str]:
    """Where outcomes by path and headlines of the public's result differ between the scorecard and the reference."""
    world, problems = comparison.world, []
    z = factors(seed, comparison.paths, 0, FIXED)
    for k, (chosen, scored) in enumerate(zip(comparison.policies, all_scores(comparison), strict=True)):
        tools = tools_of(chosen.interventions, world.scenario.calendar)
        market, results = market_under(world, tools), []
        for path in range(comparison.paths):
            record = record_of(comparison.runs[k], path)
            got = path_outcomes(market, record, record_of(comparison.baseline, path))._asdict()
            want = {key: values[path] for key, values in scored.values.items() if key in got}
            problems += disagreements(got, want, 1e-9, f"{chosen.label} path {path}")
            known = known_of(market, counted_of(TERMS), world.scenario.policy_rate_pct, record)
            results.append(profits(known, counted_of(TERMS), z[:, :, path]))
        every = np.concatenate(results)
        headline = {
            TAXPAYER_MEAN: mean_of(every), TAXPAYER_LOSS_CHANCE: loss_chance(every), TAXPAYER_TAIL: tail_of(every),
        }  # fmt: skip
        got = {metric.key: value for metric, value in headline.items()}
        want = {metric.key: metric.headline(scored.values[metric.key]) for metric in headline}
        problems += disagreements(got, want, 1e-9, chosen.label)
    return problems


def record_of(run: Run, path: int) -> list[Recorded]:
    """The engine's own path as the reference would have written it down."""
    return [
        Recorded(**{name: run[name][number, ..., path] for name in Recorded._fields})
        for number in range(len(run.calendar))
    ]
