"""What drives an outcome: one at a time (tornado), Morris screening, then Sobol indices with confidence intervals.

The methods take any function of points (point, parameter) → (point,), so that they are tested where the answer is known.
Analysis is SALib's (extra `explore`). The designs are written here: trajectories of Morris (1991), each from random
numbers of its own, so that more trajectories keep the earlier ones; and the A, B, AB arrangement of Saltelli et al.
(2010) over scrambled Sobol points of `scipy.stats.qmc`, whose first points stay when their number is doubled.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.errors import Refused
from models.stack import Array
from policy.outcomes.statistics import Gap, gap
from policy.studies.evaluation import Study, row_of
from policy.studies.factors import Factor

LEVELS = 4
STREAM = 11
TRAJECTORIES = 12
RESAMPLES = 200
MOST_POINTS = 2**14
SURVIVES = 0.1  # of the largest mean effect: what is clearly below it is left out of the Sobol step
MOST_SURVIVORS = 8
FLAT = 1e-9  # relative spread below which a function does not move at all
EXTRA = "SALib is not installed; `pip install 'fed-backstop-sandbox[explore]'` brings it"
Function = Callable[[Array], Array]


@dataclass(frozen=True)
class Ranges:
    """Parameters by name with their ranges, independent and uniform within them. Raises `Refused`."""

    names: tuple[str, ...]
    bounds: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if not self.names or len(self.names) != len(self.bounds):
            raise Refused(
                f"{len(self.names)} names with {len(self.bounds)} ranges are refused: give each name one range"
            )
        if len(set(self.names)) < len(self.names):
            raise Refused("two parameters share a name; each needs a name of its own")
        for name, (low, high) in zip(self.names, self.bounds, strict=True):
            if not (np.isfinite(low) and np.isfinite(high) and low < high):
                raise Refused(
                    f"range of {name} from {low:g} to {high:g} is refused: the low end must be below the high end"
                )

    @property
    def size(self) -> int:
        return len(self.names)

    def scaled(self, unit: Array) -> Array:
        """Points of the unit cube within the ranges."""
        low, high = np.array(self.bounds).T
        return np.asarray(low + unit * (high - low))

    def salib(self) -> dict[str, Any]:
        return {"num_vars": self.size, "names": list(self.names), "bounds": [list(b) for b in self.bounds]}


def _salib(module: str) -> Any:
    """A module of SALib, imported when it is needed: it takes a second."""
    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError:
        raise Refused(f"this analysis needs SALib: {EXTRA}") from None


def available() -> bool:
    """Whether SALib is installed, without importing it."""
    try:
        return importlib.util.find_spec("SALib") is not None
    except ValueError:
        return False


def _flat(values: Array) -> bool:
    return bool(np.ptp(values) <= FLAT * max(1.0, float(np.max(np.abs(values)))))


# Morris screening


@dataclass(frozen=True)
class Screening:
    """Elementary effects by parameter, in units of the outcome for a move across the whole range.

    `mean` is signed, `strength` the mean of absolute effects (mu*) with half its 95% interval, `spread` (sigma) says how
    much the effect depends on where the other parameters stand.
    """

    names: tuple[str, ...]
    mean: Array
    strength: Array
    half: Array
    spread: Array
    trajectories: int
    evaluations: int


def trajectories(problem: Ranges, count: int, seed: int) -> Array:
    """`count` trajectories of one parameter moved at a time on a grid of four levels, (count × (parameters + 1), parameter)."""
    step = LEVELS / (2 * (LEVELS - 1))
    rows = []
    for k in range(count):
        rng = np.random.default_rng([seed, STREAM, k])
        low = rng.integers(0, LEVELS // 2, problem.size) / (LEVELS - 1)
        down = rng.random(problem.size) < 0.5
        at = np.where(down, low + step, low)
        rows.append(at.copy())
        for j in rng.permutation(problem.size):
            at[j] = low[j] if down[j] else low[j] + step
            rows.append(at.copy())
    return problem.scaled(np.array(rows))


def screening(function: Function, problem: Ranges, count: int = TRAJECTORIES, seed: int = 1) -> Screening:
    """Morris screening of a function. Raises `Refused`."""
    if not 2 <= count <= 1000:
        raise Refused(f"trajectories = {count} is out of bounds: it must be between 2 and 1000")
    morris = _salib("analyze.morris")
    points = trajectories(problem, count, seed)
    values = np.asarray(function(points), float)
    effects = morris.analyze(
        problem.salib(), points, values, num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed + 1
    )
    mean, strength, half, spread = (
        np.asarray(effects[name], float) for name in ("mu", "mu_star", "mu_star_conf", "sigma")
    )
    return Screening(problem.names, mean, strength, half, spread, count, len(points))


def survivors(screening: Screening, most: int = MOST_SURVIVORS) -> tuple[int, ...]:
    """Parameters whose effect is not clearly below a tenth of the largest, strongest first."""
    top = float(np.max(screening.strength))
    order = sorted(range(len(screening.names)), key=lambda k: (-screening.strength[k], k))
    kept = [
        k
        for k in order
        if screening.strength[k] > 0 and screening.strength[k] + screening.half[k] >= SURVIVES * top
    ]
    return tuple(kept[:most])


# Sobol indices


@dataclass(frozen=True)
class Indices:
    """Shares of the outcome's variance: `first` from a parameter alone, `total` with all that it does together with others.

    `first_half` and `total_half` are half the width of bootstrap 95% intervals. All are 0 where the function is flat.
    """

    names: tuple[str, ...]
    first: Array
    first_half: Array
    total: Array
    total_half: Array
    mean: float
    sd: float
    points: int
    evaluations: int

    @property
    def interactions(self) -> float:
        """Share of variance that no parameter explains alone; below 0 only from sampling error."""
        return 1.0 - float(np.add.reduce(self.first)) if self.sd > 0 else 0.0


def arrangement(problem: Ranges, n: int, seed: int) -> Array:
    """Rows A, AB₁ … AB_d, B for each of `n` scrambled Sobol points; AB_j is A with parameter j from B. Raises `Refused`."""
    if n < 4 or n & (n - 1) or n > MOST_POINTS:
        raise Refused(f"points = {n} is refused: it must be a power of two between 4 and {MOST_POINTS}")
    from scipy.stats import qmc

    d = problem.size
    drawn = qmc.Sobol(2 * d, scramble=True, rng=np.random.default_rng([seed, STREAM])).random_base2(
        n.bit_length() - 1
    )
    a, b = drawn[:, :d], drawn[:, d:]
    rows = np.repeat(a[:, None, :], d + 2, axis=1)
    rows[:, -1] = b
    for j in range(d):
        rows[:, j + 1, j] = b[:, j]
    return problem.scaled(rows.reshape(-1, d))


def indices(function: Function, problem: Ranges, n: int, seed: int) -> Indices:
    """First-order and total Sobol indices of a function from n·(d + 2) evaluations. Raises `Refused`."""
    sobol = _salib("analyze.sobol")
    points = arrangement(problem, n, seed)
    values = np.asarray(function(points), float)
    zero = np.zeros(problem.size)
    if _flat(values):
        return Indices(problem.names, zero, zero, zero, zero, float(values[0]), 0.0, n, len(points))
    estimates = sobol.analyze(
        problem.salib(), values, calc_second_order=False, num_resamples=RESAMPLES, seed=seed + 1
    )
    first, first_half, total, total_half = (
        np.asarray(estimates[name], float) for name in ("S1", "S1_conf", "ST", "ST_conf")
    )
    at = values.reshape(n, problem.size + 2)
    own = at[:, [0, -1]]
    return Indices(
        problem.names, first, first_half, total, total_half, float(own.mean()), float(own.std()), n, len(points)
    )  # fmt: skip


# One at a time


@dataclass(frozen=True)
class Bar:
    """What an outcome does when one parameter goes to its low or its high end and all else stays: paired differences."""

    name: str
    low: Gap
    high: Gap

    @property
    def reach(self) -> float:
        """The larger of the two moves, without sign."""
        return max(abs(self.low.value), abs(self.high.value))


@dataclass(frozen=True)
class Tornado:
    """The outcome with nothing moved, and a bar for each parameter, longest first."""

    base: Gap
    bars: tuple[Bar, ...]


def one_at_a_time(base: Array, problem: Ranges) -> Array:
    """The base point, then each parameter at its low and its high end, (1 + 2 × parameters, parameter)."""
    rows = [base]
    for k, ends in enumerate(problem.bounds):
        rows += [np.where(np.arange(problem.size) == k, end, base) for end in ends]
    return np.array(rows, float)


def tornado(function: Function, problem: Ranges, base: Array) -> Tornado:
    """One at a time; `function` gives values by path, (point, path), on common random numbers."""
    values = np.asarray(function(one_at_a_time(base, problem)), float)
    bars = [
        Bar(name, gap(values[1 + 2 * k], values[0]), gap(values[2 + 2 * k], values[0]))
        for k, name in enumerate(problem.names)
    ]
    return Tornado(gap(values[0], np.zeros_like(values[0])), tuple(sorted(bars, key=lambda b: -b.reach)))


# The model's outcomes


@dataclass(frozen=True)
class OutcomeOf:
    """An outcome of one policy of a study, or its difference to another's on the same paths."""

    key: str
    policy: int = 0
    against: int | None = None

    def read(self, values: Array) -> Array:
        """The outcome from figures (point, policy, key, …)."""
        row = row_of(self.key)
        own = values[:, self.policy, row]
        return np.asarray(own if self.against is None else own - values[:, self.against, row])


def problem_of(factors: Sequence[Factor]) -> Ranges:
    """The factors as a problem."""
    return Ranges(tuple(x.key for x in factors), tuple((x.low, x.high) for x in factors))


def asked(
    question: OutcomeOf, evaluate: Function, study: Study, chosen: Sequence[int] | None = None
) -> Function:
    """The question as a function of some of a study's factors, all others at their own values.

    `evaluate` takes points over all factors to figures (point, policy, key, …). Points are told apart over all factors,
    so screening, indices and bars share what was evaluated.
    """
    columns = list(range(len(study.factors)) if chosen is None else chosen)

    def function(points: Array) -> Array:
        full = np.tile(study.base, (len(points), 1))
        full[:, columns] = points
        return question.read(evaluate(full))

    return function
