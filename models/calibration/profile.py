"""How far each value can move before the fit suffers: profile ranges, and which values the data pin down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from models.calibration.fit import Note, Solution, over, refine, silent
from models.calibration.objective import Problem
from models.stack import Array

SDS = 1.645  # of the middle 90%
RISE = SDS**2 / 2  # of half the sum of squares at the ends of that range
PINNED = 0.5  # of the prior's spread: a smaller error means that the data speak
EVALUATIONS = 3  # steps from where curvature says the others go


@dataclass(frozen=True)
class Range:
    """The middle 90% of a value: from the curvature at the fit, and with all others fitted again on either side."""

    name: str
    error: float  # standard error of the log value
    pinned_down: bool
    low: float
    high: float


def ranges(
    problem: Problem, best: Solution, covariance: Array, workers: int = 1, note: Note = silent
) -> list[Range]:
    """Profile ranges of all values."""
    errors = np.sqrt(np.diag(covariance))
    sides = [(k, side) for k in range(len(problem.free)) for side in (-1.0, 1.0)]
    note(f"profiling {len(problem.free)} values")
    ends = list(over(workers, partial(_end, problem, best, covariance), sides))
    return [
        Range(f.name, float(errors[k]), bool(errors[k] < PINNED * f.spread), ends[2 * k], ends[2 * k + 1])
        for k, f in enumerate(problem.free)
    ]


def _end(problem: Problem, best: Solution, covariance: Array, item: tuple[int, float]) -> float:
    """Where half the sum of squares has risen by `RISE` on one side of a value, the others being fitted again.

    One point is fitted again, at the end that curvature alone gives; a parabola through it and the fit gives the range.
    """
    k, side = item
    free, sd = problem.free[k], float(np.sqrt(covariance[k, k]))
    at = float(np.clip(best.point[k] + side * SDS * sd, np.log(free.low), np.log(free.high)))
    step = at - best.point[k]
    if abs(step) < 1e-6:
        return float(np.exp(at))
    start = best.point + covariance[:, k] / covariance[k, k] * step
    held = problem.holding(free.name, float(np.exp(at)))
    again = refine(held, np.delete(start, k), EVALUATIONS)
    prior = (at - np.log(free.centre)) / free.spread
    rise = max(again.cost + prior**2 / 2 - best.cost, 1e-3)
    end = best.point[k] + step * np.clip(np.sqrt(RISE / rise), 0.25, 2.0)
    return float(np.exp(np.clip(end, np.log(free.low), np.log(free.high))))
