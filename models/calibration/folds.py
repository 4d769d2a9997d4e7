"""Leave one out: fit to all episodes but one, then read the one left out, with few or no numbers of its own refitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.calibration.fit import EVALUATIONS, REFINED_AGAIN, STARTS, Note, joint, silent, solutions
from models.calibration.free import CENTRES, EPISODES, Free, Values, funding_numbers
from models.calibration.objective import Episode, Problem, historical, misses
from models.calibration.targets import WITHIN, public_drain
from models.worlds import replace as changed_world

MOST_OWN = 2


@dataclass(frozen=True)
class Score:
    """A left-out episode: the values it was read with and its distances from the targets in units of noise."""

    values: dict[str, float]
    z: list[float]

    @property
    def within_two(self) -> int:
        return sum(abs(z) <= WITHIN for z in self.z)

    def as_json(self) -> dict[str, Any]:
        return {"values": self.values, "within_two": self.within_two, "z": self.z}


@dataclass(frozen=True)
class Fold:
    """One episode left out. `public` is there where its cash drain is also known from public accounts alone."""

    episode: str
    cost: float  # of the fit to the others
    none: Score
    own: Score
    public: Score | None

    def as_json(self) -> dict[str, Any]:
        scores = {"none": self.none, "own": self.own, "public": self.public}
        return {"cost": self.cost, **{k: s.as_json() if s else None for k, s in scores.items()}}


def fold(
    name: str,
    starts: int = STARTS,
    refined: int = REFINED_AGAIN,
    evaluations: int = EVALUATIONS,
    workers: int = 1,
    note: Note = silent,
    episodes: Sequence[str] = EPISODES,
) -> Fold:
    """Fit to the other episodes and read the one left out: lowest cost, nothing of it is looked at."""
    problem = joint(tuple(other for other in episodes if other != name))
    best = solutions(problem, starts, refined, evaluations, workers, note)[0]
    shared = problem.values(best.point)
    left_out = historical(name)
    usual = {k: v for k, v in CENTRES.items() if k.startswith(f"{name}: ")}
    drain = public_drain(name)
    return Fold(
        name,
        best.cost,
        read(left_out, {**shared, **usual}),
        own_refitted(left_out, {**shared, **usual}, funding_numbers(name)),
        own_refitted(_drained(left_out, drain), {**shared, **usual}, funding_numbers(name))
        if drain
        else None,
    )


def read(episode: Episode, values: Values) -> Score:
    """An episode at given values."""
    z = misses(Problem((episode,), (), values), np.empty((1, 0)))[0]
    return Score({k: float(f"{v:.5g}") for k, v in values.items()}, [float(x) for x in z])


def own_refitted(episode: Episode, values: Values, own: tuple[Free, ...]) -> Score:
    """An episode with a few numbers of its own refitted to its targets, from several starts, all else as it is."""
    if len(own) > MOST_OWN:
        raise ValueError(f"at most {MOST_OWN} numbers of its own, not {len(own)}")
    problem = Problem((episode,), own, values)
    found = solutions(problem, 32, 3)[0]
    return read(episode, problem.values(found.point))


def _drained(episode: Episode, knots: tuple[tuple[int, float], ...]) -> Episode:
    return replace(episode, world=changed_world(episode.world, {"scenario.cash_drain.knots": knots}))
