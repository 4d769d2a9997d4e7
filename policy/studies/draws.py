"""Worlds that fit history about as well: draws of parameters from a fit, as shipped or under a rival structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as with_fields
from functools import lru_cache

import numpy as np

from models.calibration.free import FREE, capacity_bn, trial
from models.calibration.structures import Structure, names, structure
from models.calibration_report import stored
from models.errors import Breach, Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from models.simulation import with_held_fundamentals
from models.stack import Array
from models.worlds import changed, flatten, replace

STREAM = 7
AS_SHIPPED = Structure("shipped", "As shipped", {}, (), {})
KNOWN = (AS_SHIPPED.name, *names())
# The three quarrels about March 2020 that move results most: how much of it was urgent, whether anyone buys because bonds
# are cheap, and whether gaps remember.
USUAL = (AS_SHIPPED.name, "all_urgent", "quick_only", "no_memory")


def rival(name: str) -> Structure:
    """A structure by name, the shipped one included. Raises `Refused` for an unknown one."""
    if name == AS_SHIPPED.name:
        return AS_SHIPPED
    try:
        return structure(name)
    except Refused:
        raise Refused(f"structure {name!r} is unknown; known: {', '.join(KNOWN)}") from None


@dataclass(frozen=True)
class Fit:
    """What a fit says of structural values: names, their logs (name,), and the covariance of these (name, name)."""

    names: tuple[str, ...]
    centre: Array
    covariance: Array


@lru_cache(maxsize=16)
def fit_of(name: str) -> Fit:
    """The fit of a structure, from the report that ships."""
    data = stored()
    if name != AS_SHIPPED.name:
        row = next(row for row in data["rivals"] if row["name"] == name)
        values = structure(name).values or {}
        return Fit(
            tuple(row["names"]), np.log([values[n] for n in row["names"]]), np.array(row["log_covariance"])
        )
    rows = data["fitted"]
    own = [k for k, row in enumerate(rows) if ": " not in row["name"]]
    covariance = np.array(data["log_covariance"])[np.ix_(own, own)]
    return Fit(tuple(rows[k]["name"] for k in own), np.log([rows[k]["value"] for k in own]), covariance)


@lru_cache(maxsize=32)
def parameter_draws(count: int, seed: int, name: str = AS_SHIPPED.name) -> tuple[dict[str, float], ...]:
    """Structural values drawn from a fit: log-normal with its Gauss–Newton covariance, kept within bounds."""
    fit = fit_of(name)
    bounds = {f.name: (f.low, f.high) for f in FREE}
    draws = np.random.default_rng([seed, STREAM]).multivariate_normal(
        fit.centre, fit.covariance, count, method="eigh"
    )
    low, high = np.log([bounds[n] for n in fit.names]).T
    values = np.exp(np.clip(draws, low, high))
    return tuple({n: float(v) for n, v in zip(fit.names, row, strict=True)} for row in values)


def drawn_world(world: World, values: Mapping[str, float], under: Structure = AS_SHIPPED) -> World:
    """`world` under a structure with drawn values; where yields were observed, its own shipped episode explains them again.

    What somebody changed in the world stays as it was changed. Raises `Refused` where the structure itself is about such
    a number, or where no valid world comes of it.
    """
    base = (
        shipped(world.name) if world.name in SHIPPED else world
    )  # a world of somebody's own has no other state
    clash = clashes(world, under)
    if clash:
        raise Refused(
            f"structure {under.name} ({under.title}) does not fit this world: it is about {', '.join(clash)}, which was changed "
            "here; set it back, or leave this structure out",
            *(Breach(name, flatten(world).get(name)) for name in clash),
        )
    own = changed(world, base).keys()
    every = {**(under.values or {}), **values}
    moved = _moved(world, with_fields(under, values={k: v for k, v in every.items() if _path(k) not in own}))
    if not world.scenario.observed_yields_pct:
        return moved
    again = with_held_fundamentals(_moved(base, with_fields(under, values=every)))
    return replace(moved, {"scenario.held_fundamentals_bp": again.scenario.held_fundamentals_bp})


def clashes(world: World, under: Structure) -> list[str]:
    """Parameters that a structure is about and that somebody changed in a shipped world, by dotted name."""
    return (
        sorted(changed(world, shipped(world.name)).keys() & under.settings.keys())
        if world.name in SHIPPED
        else []
    )


def _path(name: str) -> str:
    return {f.name: f.path for f in FREE}[name]


def _moved(world: World, under: Structure) -> World:
    """Values and settings put in; the world's own capacity moves as the rule for capacity moves."""
    values = under.values or {}
    ratio = capacity_bn(world, values) / capacity_bn(world)
    return replace(
        trial(world, values, under.settings), {"dealers.capacity_bn": world.dealers.capacity_bn * ratio}
    )
