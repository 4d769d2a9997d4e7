"""All outcomes of a run path by path, and figures of the public's profit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from models import MODEL_VERSION
from models.parameters.base import STRATEGIES
from models.scenario import World
from models.simulation import Run, simulate_in_pieces
from models.stack import Array
from models.worlds import revised
from policy.comparison import Comparison, arms, check_draws
from policy.outcomes.formulas import loss_share, tail_loss
from policy.outcomes.metric import Metric
from policy.outcomes.rates_after import DRAWS
from policy.outcomes.reads import reads
from policy.outcomes.scorecard import METRICS
from policy.outcomes.statistics import by_path, estimate, spread, worst
from policy.outcomes.taxpayer import TaxpayerResult, taxpayer
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy


@dataclass(frozen=True)
class Scores:
    """Outcomes of one policy: every outcome by key (path,), and the public's profit (draw, path)."""

    values: Mapping[str, Array]
    profit: TaxpayerResult


def scores(run: Run, none: Run, seed: int) -> Scores:
    """All outcomes of a run beside the run without action on the same draws, and the public's profit."""
    profit = taxpayer(run, seed)
    return Scores({m.key: _value(m, run, none, profit.total) for m in METRICS}, profit)


def _value(metric: Metric, run: Run, none: Run, profits: Array) -> Array:
    return metric.value(run, none) if metric.of_profit is None else metric.of_profit(profits)


@cache
def series_read() -> frozenset[str]:
    """Every recorded series that some outcome reads."""
    return frozenset[str]().union(*(reads(m).own | reads(m).none for m in METRICS))


def all_scores(comparison: Comparison) -> list[Scores]:
    """Scores of every policy of a comparison, `none` first."""
    return [scores(run, comparison.baseline, comparison.seed) for run in comparison.runs]


@dataclass(frozen=True)
class Scored:
    """A comparison's outcomes without its runs: `values` by policy, `none` first, every outcome by key (path,)."""

    world: World
    policies: tuple[Policy, ...]
    values: tuple[Mapping[str, Array], ...]
    seed: int
    paths: int
    model_version: int = MODEL_VERSION


def scored(comparison: Comparison, scores: Sequence[Scores]) -> Scored:
    """What a comparison came to, by the scores of its policies."""
    c, values = comparison, tuple(own.values for own in scores)
    return Scored(c.world, c.policies, values, c.seed, c.paths, c.model_version)


def scored_in_pieces(
    world: World,
    policies: Sequence[Policy],
    paths: int,
    seed: int,
    done: Callable[[int], None] = lambda paths: None,
) -> Scored:
    """The same figures where the runs as a whole are too large to keep: each piece is scored and let go.

    `done` hears how many paths are through. What counts all paths together is counted once, at the end. Raises `Refused`.
    """
    check_draws(paths, seed)
    chosen = arms(policies)
    by_run = [m for m in METRICS if m.of_profit is None]
    values = [{m.key: np.empty(paths) for m in METRICS} for _ in chosen]
    profits = [np.empty((DRAWS, paths)) for _ in chosen]
    own, orders = [p.prepare(world) for p in chosen], [p.orders for p in chosen]
    at = 0
    for runs in simulate_in_pieces(own, orders, paths, seed, keep=series_read()):
        there = slice(at, at + runs[0].paths)
        for run, figures, profit in zip(runs, values, profits, strict=True):
            profit[:, there] = taxpayer(run, seed, first=at).total
            for metric in by_run:
                figures[metric.key][there] = metric.value(run, runs[0])
        at = there.stop
        done(at)
    for figures, profit in zip(values, profits, strict=True):
        figures |= {m.key: m.of_profit(profit) for m in METRICS if m.of_profit is not None}
    return Scored(world, chosen, tuple(values), seed, paths)


def profit_figures(profits: Array) -> dict[str, tuple[float, float]]:
    """Mean, standard deviation, probability of loss, 5% tail and worst result of profits (draw, path), with errors."""
    return {
        "mean_bn": estimate(by_path(profits)),
        "sd_bn": spread(profits),
        "loss_probability_pct": estimate(loss_share(profits)),
        "es95_bn": estimate(tail_loss(profits)),
        "worst_bn": worst(profits),
    }


def per_dollar(profits: Array, take_up: Array) -> dict[str, float]:
    """The same in cents per dollar of mean take-up (face bought plus largest repo lent); zeros where nothing is used."""
    used = float(np.mean(take_up))
    keys = ("mean_bn", "sd_bn", "es95_bn", "worst_bn")
    profit = profit_figures(profits)
    return {k.removesuffix("_bn") + "_cents": 100 * profit[k][0] / used if used > 1e-9 else 0.0 for k in keys}


# What may have become of dislocation when the vehicle's futures expire, as `Terms.vehicle_exit` has it.
EXITS = ("healed", "rolled")


@dataclass(frozen=True)
class VehicleFigures:
    """The vehicle's result by one exit: mean ($bn) and probability of loss (%), by strategy and of all, with errors.

    `beyond` is the probability that its loss is larger than the Treasury's money in it, %.
    """

    means: Mapping[str, tuple[float, float]]
    losses: Mapping[str, tuple[float, float]]
    beyond: tuple[float, float]


ALL = "all"


def vehicle_figures(
    run: Run, seed: int, terms: Terms = TERMS, first_loss: float = 10.0
) -> dict[str, VehicleFigures]:
    """The vehicle's result by exit, whichever the terms count by."""
    out = {}
    for name in EXITS:
        result = taxpayer(run, seed, revised(terms, vehicle_exit=name), first_loss=first_loss)
        parts = dict(zip((*STRATEGIES, ALL), (*result.bundles, result.vehicle), strict=True))
        spent = result.vehicle - result.loan_interest + result.treasury_equity
        out[name] = VehicleFigures(
            {key: estimate(by_path(profits)) for key, profits in parts.items()},
            {key: estimate(loss_share(profits)) for key, profits in parts.items()},
            estimate(loss_share(spent)),
        )
    return out


def with_hindsight(run: Run, seed: int, terms: Terms = TERMS) -> tuple[float, float]:
    """The public's mean result on the yields with which the run ends, script and all, $bn, with its error."""
    return estimate(by_path(taxpayer(run, seed, revised(terms, fundamentals="scripted")).total))
