"""The fit: a scan of many starts, the best refined, and among equal fits the one whose paths centre and do not fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from models.calibration.free import FREE, trial
from models.calibration.objective import Problem, historical, jacobian, residuals
from models.library import shipped
from models.simulation import followed, simulate, simulate_central, with_held_fundamentals
from models.stack import Array

SEED = 2020
STARTS = 512
REFINED = 8
REFINED_AGAIN = 4  # of a fold's or a rival's starts
EVALUATIONS = 60
EQUAL = 2.0  # difference in cost below which two fits are equally good
PATHS = 128
SCAN_WIDTH = 1.5  # prior spreads either side of the centre

A = TypeVar("A")
B = TypeVar("B")
Note = Callable[[str], None]


def silent(text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Solution:
    """Where one start ended: values in logs in the order of `problem.free`, and half the sum of squares there."""

    point: Array
    cost: float


@dataclass(frozen=True)
class Paths:
    """How March 2020 as followed goes over random paths."""

    failing: float  # share of paths in which a fund group fails
    at_floor: float  # share of paths three days running at the price floor
    peak_mean: float  # mean over paths of the peak 10-year dislocation, bp
    peak_central: float
    forced_mean: float  # mean over paths of all forced sales, $bn
    forced_central: float

    @property
    def badness(self) -> float:
        """Failing and floor shares, and how far means lie from the central path in units of what is allowed."""
        peak = abs(self.peak_mean - self.peak_central) / max(0.25 * self.peak_central, 2.0)
        forced = abs(self.forced_mean - self.forced_central) / max(0.25 * self.forced_central, 20.0)
        return self.failing + self.at_floor + 0.1 * (peak + forced)


def starting_points(problem: Problem, count: int) -> Array:
    """The priors' centre, then a Sobol sequence around it, the same every time (point, free)."""
    from scipy.stats import qmc

    centre, spread = np.array([(np.log(f.centre), f.spread) for f in problem.free]).T
    draws = qmc.Sobol(len(problem.free), rng=SEED).random(count)
    around = centre + SCAN_WIDTH * spread * (2 * draws - 1)
    return np.clip(np.vstack([centre, around]), problem.low + 1e-6, problem.high - 1e-6)


def refine(problem: Problem, start: Array, evaluations: int = EVALUATIONS) -> Solution:
    """Least squares from one start, within bounds."""
    from scipy.optimize import least_squares

    def one(point: Array) -> Array:
        return residuals(problem, point[None])[0]

    found = least_squares(
        one,
        np.clip(start, problem.low + 1e-6, problem.high - 1e-6),
        partial(jacobian, problem),
        bounds=(problem.low, problem.high),
        x_scale="jac",
        max_nfev=evaluations,
        ftol=1e-6,
        xtol=1e-6,
    )
    return Solution(found.x, float(found.cost))


def solutions(
    problem: Problem,
    starts: int = STARTS,
    refined: int = REFINED,
    evaluations: int = EVALUATIONS,
    workers: int = 1,
    note: Note = silent,
) -> list[Solution]:
    """The best of many starts, each refined, from the lowest cost up. Fixed seed: the same every time."""
    points = starting_points(problem, starts)
    note(f"scanning {len(points)} starts")
    order = np.argsort(np.sum(residuals(problem, points) ** 2, axis=1), kind="stable")
    chosen = [points[k] for k in order[:refined]]
    found: list[Solution] = []
    for k, solution in enumerate(over(workers, partial(refine, problem, evaluations=evaluations), chosen), 1):
        note(f"start {k} of {len(chosen)}: cost {solution.cost:.2f}")
        found.append(solution)
    return sorted(found, key=lambda s: s.cost)


def over(workers: int, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
    """The function of each item in their order, over several processes if asked."""
    if workers < 2 or len(items) < 2:
        yield from map(function, items)
        return
    with ProcessPoolExecutor(min(workers, len(items)), get_context("spawn")) as pool:
        yield from pool.map(function, items)


def march_paths(problem: Problem, solution: Solution) -> Paths:
    """March 2020 as followed, with fundamentals held, over random paths and on the central one."""
    base = trial(shipped("march_2020"), problem.values(solution.point), problem.settings)
    world = with_held_fundamentals(base)
    (run,) = simulate(world, [followed], PATHS, SEED)
    (central,) = simulate_central(world, [followed])
    floor = run["at_floor"] > 0
    running = floor[2:] & floor[1:-1] & floor[:-2]
    peaks = [float(np.mean(np.max(r["dislocation_bp"][:, 2], axis=0))) for r in (run, central)]
    forced = [float(np.mean(np.sum(r["forced_sales_bn"], axis=(0, 1)))) for r in (run, central)]
    return Paths(
        float(np.mean(np.any(run["defaults"] > 0, axis=0))),
        float(np.mean(np.any(running, axis=0))),
        *peaks,
        *forced,
    )


def calmest(problem: Problem, found: list[Solution]) -> tuple[Solution, Paths, int]:
    """Among solutions of equal fit, the one whose paths are best; also how many were equal."""
    equal = [s for s in found if s.cost <= found[0].cost + EQUAL]
    paths = [march_paths(problem, s) for s in equal]
    best = min(range(len(equal)), key=lambda k: paths[k].badness)
    return equal[best], paths[best], len(equal)


def covariance(problem: Problem, point: Array) -> Array:
    """Gauss-Newton covariance of the log values."""
    slope = jacobian(problem, point)
    return np.asarray(np.linalg.inv(slope.T @ slope), float)


def joint(episodes: tuple[str, ...]) -> Problem:
    """All that is fitted, to the episodes named: what they share and each one's own numbers."""
    free = tuple(f for f in FREE if f.episode is None or f.episode in episodes)
    return Problem(tuple(historical(name) for name in episodes), free)
