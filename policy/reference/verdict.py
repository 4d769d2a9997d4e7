"""The verdict: which policy works, which is best at its price, or that none is wanted; from outcomes path by path."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import Array
from policy.reference.profit import mean_of

DUST, INTERVAL = 1e-9, 1.96  # a smaller difference is none; standard errors of a 95% interval
SPIRALS_TO_NEED, DAYS_TO_NEED = 1.0, 5.0
LEAST_POINTS = 0.1


class Weighing(NamedTuple):
    """What counts, by criterion: points per unit with all weights, and of how the crisis goes alone; and what shows it."""

    points: Array  # (criterion,)
    effect: Array  # (criterion,), 0 for the public's money and side effects
    shown: Array  # keys of the outcomes that tell an effect, spirals and days dislocated first
    moved: Array  # what counts as moved, by shown outcome


class Sample(NamedTuple):
    """A policy's outcomes by path: the criteria (criterion, path) and those that tell an effect (shown, path)."""

    counted: Array
    shown: Array


class Apart(NamedTuple):
    """A mean difference and whether its 95% interval leaves out zero."""

    value: float
    clear: bool


class Ruled(NamedTuple):
    """What to say of policies, by place; no action is place 0."""

    kind: str
    policies: Array
    reason: str  # key of the outcome that shows it
    value: float
    base: float  # under no action
    backfiring: Array
    stronger: int | None


def ruled_on(samples: Array, weighing: Weighing) -> Ruled:
    """The verdict on policies on the same draws, no action first."""
    everyone = list(range(1, len(samples)))
    effects = [cost(one.counted, weighing.effect) for one in samples]
    worse = [k for k in everyone if notably(apart(effects[k], effects[0]), 1.0)]
    working = [k for k in everyone if notably(apart(effects[k], effects[0]), -1.0)]
    if len(everyone) == 0:
        return told("alone", [0], samples, weighing, worse, None)
    if mean_of(samples[0].shown[0]) <= SPIRALS_TO_NEED and mean_of(samples[0].shown[1]) <= DAYS_TO_NEED:
        return told("not_needed", everyone, samples, weighing, worse, None)
    if len(working) == 0:
        if len(worse) > 0:
            return told("backfires", worse, samples, weighing, worse, None)
        return told("nothing_works", everyone, samples, weighing, [], None)
    return chosen(samples, weighing, effects, working, worse)


def chosen(samples: Array, weighing: Weighing, effects: Array, working: Array, worse: Array) -> Ruled:
    """Among policies that work: the one of fewest points, those it cannot be told from, or none at its price."""
    scored = [cost(one.counted, weighing.points) for one in samples]
    order = sorted(working, key=lambda k: mean_of(scored[k]))
    best = order[0]
    if apart(scored[0], scored[best]).value <= 0:
        return told("not_worth_its_price", [best], samples, weighing, worse, None)
    tied = [k for k in order if not apart(scored[k], scored[best]).clear]
    if len(tied) > 1:
        return told("tie", tied, samples, weighing, worse, None)
    alike = [k for k in order if not apart(effects[k], effects[best]).clear]
    if len(alike) > 1:
        return told("cheapest", alike, samples, weighing, worse, None)
    more = [k for k in working if notably(apart(effects[k], effects[best]), -1.0)]
    stronger = sorted(more, key=lambda k: mean_of(effects[k]))
    return told("best", [best], samples, weighing, worse, stronger[0] if len(stronger) > 0 else None)


def cost(counted: Array, per_unit: Array) -> Array:
    """Points by path (path,) of criteria (criterion, path)."""
    points = np.zeros(len(counted[0]))
    for c in range(len(per_unit)):
        for p in range(len(points)):
            points[p] += per_unit[c] * counted[c][p]
    return points


def apart(values: Array, base: Array) -> Apart:
    """The paired difference of two means over paths."""
    number, value = len(values), mean_of(values) - mean_of(base)
    if number < 2:
        return Apart(value, abs(value) > DUST)
    squares = 0.0
    for p in range(number):
        squares += (values[p] - base[p] - value) * (values[p] - base[p] - value)
    error = INTERVAL * math.sqrt(squares / (number - 1) / number)
    return Apart(value, abs(value) > DUST and (value - error > 0) == (value + error > 0))


def notably(gap: Apart, sign: float) -> bool:
    """Whether a gap has that sign beyond noise and beyond what anybody would notice."""
    return gap.clear and sign * gap.value >= LEAST_POINTS


def told(
    kind: str, policies: Array, samples: Array, weighing: Weighing, worse: Array, stronger: int | None
) -> Ruled:
    """The verdict with the outcome that shows it: the first that a policy moved, or in which there is a crisis."""
    first, none = samples[policies[0]].shown, samples[0].shown
    idle, reason = kind in ("alone", "not_needed", "nothing_works"), 0
    for r in range(len(weighing.moved)):
        place = len(weighing.moved) - 1 - r
        size = abs(mean_of(none[place]) - (0.0 if idle else mean_of(first[place])))
        if size >= weighing.moved[place]:
            reason = place
    return Ruled(
        kind, policies, weighing.shown[reason], mean_of(first[reason]), mean_of(none[reason]), worse, stronger
    )
