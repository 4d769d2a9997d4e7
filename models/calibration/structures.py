"""Rival structures: the same market with one idea left out or put otherwise, refitted, as named sets of values.

Each is a TOML file in `models/structures`: `settings` are parameters by dotted name that define it, `values` what was
fitted under them. `in_structure` puts one into a world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import tomli_w

from models.calibration.fit import (
    EVALUATIONS,
    REFINED_AGAIN,
    STARTS,
    Note,
    Solution,
    joint,
    silent,
    solutions,
)
from models.calibration.free import EPISODES, Values, capacity_bn, trial
from models.calibration.objective import Problem
from models.errors import unknown
from models.scenario import World
from models.simulation import with_held_fundamentals
from models.worlds import as_lists, as_tuples, parse, replace


@dataclass(frozen=True)
class Structure:
    """A named set of values: what defines it, what is not fitted because it would do nothing, and what was fitted."""

    name: str
    title: str
    settings: Mapping[str, Any]
    left_out: tuple[str, ...] = ()
    values: Values | None = None

    def problem(self, episodes: tuple[str, ...] = EPISODES) -> Problem:
        """Its fit to the episodes."""
        whole = joint(episodes)
        free = tuple(f for f in whole.free if f.path not in {*self.settings, *self.left_out})
        return Problem(whole.episodes, free, settings=self.settings)


RIVALS = (
    Structure("all_urgent", "All that others sold in March 2020 was urgent", {"dealers.unhurried_share": 0.0}),
    Structure("quick_only", "No slow investors", {"dealers.slow_demand_bn": 0.0}, ("dealers.slow_speed",)),
    Structure("no_memory", "Gaps follow today's charge alone", {"wedges.memory_share": 0.0}, ("wedges.memory_half_life_days",)),
    Structure("no_volatility_premium", "Old bonds do not cheapen with volatility", {"wedges.off_the_run_volatility": 0.0}),
    Structure("calls_at_once", "Margin calls are met at once", {"funds.margin_call_speed": 1.0}),
    Structure("rigid_cash", "Cash hardly rises with its price", {"funding.scarcity_width": 0.005, "funding.rationing_spread_bp": 50.0}),
    Structure("one_size", "Markets as large as in 2020", {"dealers.market_size": 1.0}),
    Structure("slow_depth", "Depth follows slow volatility and has no floor", {"liquidity.depth_floor_mn": 0.0, "liquidity.fast_volatility_half_life_days": 10.0}),
)  # fmt: skip


def refitted(
    rival: Structure,
    starts: int = STARTS,
    refined: int = REFINED_AGAIN,
    evaluations: int = EVALUATIONS,
    workers: int = 1,
    note: Note = silent,
) -> tuple[Structure, Solution]:
    """A rival with its values fitted to all episodes, and the fit."""
    problem = rival.problem()
    best = solutions(problem, starts, refined, evaluations, workers, note)[0]
    values = {k: float(f"{v:.5g}") for k, v in problem.values(best.point).items()}
    return Structure(rival.name, rival.title, rival.settings, rival.left_out, values), best


def to_toml(structure: Structure) -> str:
    """A structure as the file that ships."""
    data = {"title": structure.title, "settings": structure.settings, "values": structure.values or {}}
    return tomli_w.dumps(as_lists(data))


def names() -> list[str]:
    """The rival structures that ship."""
    files = resources.files("models.structures").iterdir()
    return sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml"))


@lru_cache(maxsize=32)
def structure(name: str) -> Structure:
    """A rival structure by name. Raises `Refused` for an unknown one."""
    if name not in names():
        raise unknown("structure", name, names())
    text = resources.files("models.structures").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    data = as_tuples(parse(text))
    return Structure(name, data["title"], data["settings"], (), data["values"])


def in_structure(world: World, rival: Structure) -> World:
    """A world under a rival structure: capacity moves as its rule moves it, observed yields are explained again."""
    values = rival.values or {}
    moved = trial(world, values, rival.settings)
    ratio = capacity_bn(world, values) / capacity_bn(world)
    return with_held_fundamentals(replace(moved, {"dealers.capacity_bn": world.dealers.capacity_bn * ratio}))
