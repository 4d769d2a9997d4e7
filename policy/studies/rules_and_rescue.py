"""Rules beforehand and backstops afterwards on one scale: cost in calm against crisis loss avoided, $bn a year.

A crisis of the world at hand comes so many times a year (`Game.crises_a_year`); its loss is the waste of
`policy.leverage.waste`: dysfunction, lenders' shortfall and the public's loss, by weights. Funds' leverage is today's, cut
where a rule binds; what funds do because they expect help is on the page on who pays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import Breach, Refused
from models.scenario import World
from models.simulation import Run
from models.stack import Array
from models.worlds import replace
from policy.comparison import NONE, compare
from policy.interventions.balance_sheet import CentralClearing
from policy.interventions.base import Intervention
from policy.interventions.prudential import LeverageCap, MarginRule, MinimumHaircut
from policy.leverage.game import Game
from policy.leverage.waste import waste
from policy.outcomes.calm_cost import CalmCost, calm_cost, held
from policy.outcomes.statistics import Gap, gap
from policy.outcomes.terms import TERMS
from policy.spec import Policy, parse_policy, policy
from policy.studies.evaluation import Note, silent

PATHS = 256
LEAST_CAP, MOST_CAP = 1.0, 1000.0  # multiples of equity that a cap may be
CUTS = (1.0, 0.8, 0.6, 0.45, 0.3)  # caps as multiples of today's highest leverage
HAIRCUTS, FLOORS, NETTED = (0.5, 1.0, 2.0, 3.0, 5.0), (25.0, 50.0, 75.0, 100.0), (30.0, 60.0, 90.0)
FEES = (0.02, 0.05, 0.1, 0.2)  # share of equity a year for each unit of scale
CLEARED_HAIRCUT_PCT = 1.0  # what a clearing house asks on repo that is all cleared; assumed
STEP = 6  # tools run together
SIZES = (100.0, 250.0, 500.0, 1000.0)  # of backstops, $bn


@dataclass(frozen=True)
class Tool:
    """One strength of a rule or a backstop: its family, its words, the world in calm under it, and what is done in a crisis."""

    family: str
    strength: float
    unit: str
    ruled: World
    policy: Policy
    beforehand: bool


@dataclass(frozen=True)
class Weighed:
    """A tool with its cost in calm and the crisis loss it avoids, $bn a year, with a 95% interval over paths."""

    tool: Tool
    cost: CalmCost
    avoided: Gap
    efficient: bool


def rules(world: World, game: Game) -> list[Tool]:
    """Rules set beforehand in rising strength; the first cap is today's leverage. Raises `Refused` where funds hold nothing."""
    tools = [
        _ruled(world, "Leverage cap", cap, "times equity", LeverageCap(leverage=cap)) for cap in _caps(world)
    ]
    tools += [
        _ruled(world, "Minimum haircut", x, "% of face", MinimumHaircut(haircut_pct=x)) for x in HAIRCUTS
    ]
    tools += [
        _ruled(world, "Margin floor", x, "% of a stressed rise", MarginRule(floor_pct=x, relief_pct=0.0))
        for x in FLOORS
    ]
    return [*tools, *(_cleared(world, x) for x in NETTED), *(_charged(world, game, x) for x in FEES)]


def _caps(world: World) -> tuple[float, ...]:
    """Caps that bind, none below funds' own equity."""
    if world.funds.scale == 0:
        raise Refused(
            "funds.scale = 0 is refused here: without positions there is no leverage to cap",
            Breach("funds.scale", world.funds.scale),
        )
    top = max(c.leverage for c in world.funds.cohorts) * world.funds.scale
    return tuple(dict.fromkeys(min(max(top * cut, LEAST_CAP), MOST_CAP) for cut in CUTS))


def _ruled(world: World, family: str, strength: float, unit: str, rule: Intervention) -> Tool:
    own = policy([rule])
    return Tool(family, strength, unit, own.prepare(world), own, True)


def _cleared(world: World, netted: float) -> Tool:
    """A clearing mandate frees dealers' balance sheets, and asks funds for a haircut on what is cleared."""
    own = policy(
        [
            CentralClearing(netted_share_pct=netted),
            MinimumHaircut(haircut_pct=CLEARED_HAIRCUT_PCT * netted / 100),
        ]
    )
    return Tool("Clearing mandate", netted, "% netted", own.prepare(world), own, True)


def _charged(world: World, game: Game, fee: float) -> Tool:
    """A fee on leverage: funds shrink until asset managers pay them the fee too, along the demand curve r(s) = r̄·s^(−1/η)."""
    scale = (1 + fee / game.carry) ** -game.demand_elasticity
    ruled = replace(world, {"funds.scale": world.funds.scale * scale})
    return Tool(
        "Fee on leverage",
        100 * fee,
        "% of equity a year",
        ruled,
        Policy(f"fee {fee:g}", NONE.interventions),
        True,
    )


def backstops(world: World) -> list[Tool]:
    """Help in the crisis by size: calm is as it was."""
    specs = {
        "Outright purchases": "outright:total_bn={0:g},pace_bn={1:g}",
        "Hedged purchases": "hedged-purchases:total_bn={0:g},pace_bn={1:g}",
        "Hedged SPV auction": "hedged-auction:total_bn={0:g},size_bn={1:g}",
        "Standing repo facility": "repo:cap_bn={0:g}",
    }
    return [
        Tool(family, size, "$bn", world, parse_policy(spec.format(size, 0.08 * size)), False)
        for family, spec in specs.items()
        for size in SIZES
    ]


def weighed(
    world: World, game: Game, paths: int = PATHS, seed: int = 1, note: Note = silent
) -> tuple[Weighed, ...]:
    """Every tool on the same shocks, rules first. Raises `Refused` where a rule does not fit the world."""
    note(0.0, "setting rules")
    tools = [*rules(world, game), *backstops(world)]
    losses = _losses(world, tools, game, paths, seed, note)
    costs = [calm_cost(world, tool.ruled) for tool in tools]
    gains = [gap(losses[0], own) for own in losses[1:]]
    best = efficient([cost.debt_bn.value for cost in costs], [gain.value for gain in gains])
    note(1.0, "done")
    return tuple(Weighed(*row) for row in zip(tools, costs, gains, best, strict=True))


def _losses(world: World, tools: Sequence[Tool], game: Game, paths: int, seed: int, note: Note) -> Array:
    """Crisis loss a year by path, without action first (1 + tool, path), $bn."""
    rows: list[Array] = []
    for start in range(0, len(tools), STEP):
        note(start / len(tools), f"running crises: {start} of {len(tools)} rules and backstops")
        group = tools[start : start + STEP]
        result = compare(
            world, [t.policy for t in group if t.policy.interventions != NONE.interventions], paths, seed
        )
        told = dict(zip((p.label for p in result.policies), result.runs, strict=True))
        rows += [] if rows else [loss_a_year(result.baseline, seed, game)]
        for tool in group:
            alone = tool.policy.label not in told
            run = compare(tool.ruled, (), paths, seed).baseline if alone else told[tool.policy.label]
            scale = sum(held(tool.ruled)) / max(sum(held(world)), 1e-9)
            rows.append(loss_a_year(run, seed, game, scale))
    return np.array(rows)


def loss_a_year(run: Run, seed: int, game: Game, scale: float = 1.0) -> Array:
    """A year's share of a crisis' waste by path, $bn, where funds hold `scale` times today's positions."""
    return np.asarray(game.frequency(scale) * np.add.reduce(waste(run, seed, game, TERMS), axis=0))


def efficient(costs: Sequence[float], gains: Sequence[float]) -> list[bool]:
    """Which tools no other beats: none costs as little and avoids as much, one of them strictly; those that gain nothing are not."""
    rows = list(zip(costs, gains, strict=True))
    return [
        gain > 0 and not any(c <= cost and g >= gain and (c < cost or g > gain) for c, g in rows)
        for cost, gain in rows
    ]


def document(world: World, game: Game, tools: Sequence[Weighed], paths: int, seed: int) -> dict[str, object]:
    """All of it as plain data, $bn a year and bp."""
    return {
        "world": world.name, "paths": paths, "seed": seed, "crises_a_year": game.crises_a_year,
        "tools": [_tool_document(tool) for tool in tools],
    }  # fmt: skip


def _tool_document(weighed: Weighed) -> dict[str, object]:
    tool, cost = weighed.tool, weighed.cost
    spans = {"basis_widening_bp": cost.basis_bp, "yield_bp": cost.yield_bp, "debt_bn_a_year": cost.debt_bn}
    return {
        "family": tool.family, "strength": tool.strength, "unit": tool.unit, "beforehand": tool.beforehand,
        "positions_given_up_bn": cost.positions_bn,
        **{k: {"value": _finite(s.value), "low": _finite(s.low), "high": _finite(s.high)} for k, s in spans.items()},
        "avoided_bn_a_year": {"value": weighed.avoided.value, "low": weighed.avoided.low, "high": weighed.avoided.high},
        "efficient": weighed.efficient,
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
