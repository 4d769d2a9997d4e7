"""Keeping every point of a study valid: ranges are narrowed by construction, before anything runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from models.errors import Refused
from models.scenario import World, carried_scale, required_scale
from models.worlds import replace as changed_world
from policy.spec import Policy
from policy.studies.factors import Factor, moved

TIED = ("dealers", "margins", "funds")  # groups that the two rules of day 0 read
TINY_SCALE = 1e-3
MOST_CORNERS = 6  # settings of one policy of which all corners are tried


def fitting(world: World, policies: Sequence[Policy], factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """The factors with ranges narrowed until every point between their ends is a world that is accepted.

    Two rules tie parameters together on day 0: funds meet their own requirement, and dealers carry funds' repo. Each
    gets harder to meet in one direction of each factor, so it is enough to pull the ends on that side towards the
    value until the worst corner meets it. Raises `Refused` where a factor's own value or another rule is refused.
    """
    made = list(factors)
    for rule in (0, 1):
        tight = _tight(world, policies, made, rule)
        if tight:
            made = _pulled(world, policies, made, tight, rule)
    _corners_accepted(world, policies, made)
    return tuple(made)


def _room(
    world: World, policies: Sequence[Policy], factors: Sequence[Factor], values: Sequence[float], rule: int
) -> float:
    """Largest scale that a rule (0: requirement, 1: dealers' balance sheet) allows, over the scale asked for."""
    asked = dict(zip((x.name for x in factors), values, strict=True)).get("funds.scale", world.funds.scale)
    if asked <= 0:
        return math.inf
    pairs = list(zip(factors, values, strict=True))
    own = [(x, v) for x, v in pairs if x.place is None and x.name != "funds.scale"]
    small, _ = moved(changed_world(world, {"funds.scale": TINY_SCALE}), (), *_apart(own))
    _, ready = moved(world, policies, *_apart([(x, v) for x, v in pairs if x.place is not None]))
    rooms = []
    for made in ready:
        ruled = made.prepare(small)
        rooms.append(carried_scale(ruled) if rule else required_scale(ruled)[0])
    return min(rooms) / asked


def _apart(pairs: Sequence[tuple[Factor, float]]) -> tuple[list[Factor], list[float]]:
    return [x for x, _ in pairs], [v for _, v in pairs]


def _tight(
    world: World, policies: Sequence[Policy], factors: Sequence[Factor], rule: int
) -> dict[int, float]:
    """Which factors tighten a rule, with the end that does."""
    base = [x.base for x in factors]
    found = {}
    for k, factor in enumerate(factors):
        if factor.place is None and factor.name.partition(".")[0] not in TIED:
            continue
        ends = [
            _room(world, policies, factors, [*base[:k], v, *base[k + 1 :]], rule)
            for v in (factor.low, factor.high)
        ]
        if not math.isclose(ends[0], ends[1], rel_tol=1e-9):
            found[k] = factor.low if ends[0] < ends[1] else factor.high
    return found


def _pulled(
    world: World, policies: Sequence[Policy], factors: list[Factor], tight: Mapping[int, float], rule: int
) -> list[Factor]:
    base = [x.base for x in factors]

    def corner(part: float) -> list[float]:
        return [b + part * (tight[k] - b) if k in tight else b for k, b in enumerate(base)]

    def fits(part: float) -> bool:
        return _room(world, policies, factors, corner(part), rule) >= 1 + 1e-6

    if fits(1.0):
        return factors
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    ends = corner(low)
    return [
        x if k not in tight else replace(x, low=ends[k]) if tight[k] == x.low else replace(x, high=ends[k])
        for k, x in enumerate(factors)
    ]


def _corners_accepted(world: World, policies: Sequence[Policy], factors: Sequence[Factor]) -> None:
    """Every end alone, both extreme corners, and all corners of each policy's settings are really accepted."""
    base = [x.base for x in factors]
    points = [base, [x.low for x in factors], [x.high for x in factors]]
    points += [[*base[:k], v, *base[k + 1 :]] for k, x in enumerate(factors) for v in (x.low, x.high)]
    for place in dict.fromkeys(x.place for x in factors if x.place is not None):
        own = [k for k, x in enumerate(factors) if x.place == place][:MOST_CORNERS]
        for ends in product(*((factors[k].low, factors[k].high) for k in own)):
            values = dict(zip(own, ends, strict=True))
            points.append([values.get(k, b) for k, b in enumerate(base)])
    for point in points:
        try:
            made, ready = moved(world, policies, factors, point)
            for p in ready:
                p.prepare(made)
        except Refused as refusal:
            raise Refused(
                f"ranges are refused, since not every point in them is a valid world: {refusal}"
            ) from None
