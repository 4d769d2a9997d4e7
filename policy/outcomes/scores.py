"""All outcomes of a run path by path, and figures of the public's profit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.simulation import Run
from models.stack import Array
from policy.comparison import Comparison
from policy.outcomes.formulas import loss_share, tail_loss
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import METRICS
from policy.outcomes.statistics import by_path, estimate, spread, worst
from policy.outcomes.taxpayer import TaxpayerResult, taxpayer


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


def all_scores(comparison: Comparison) -> list[Scores]:
    """Scores of every policy of a comparison, `none` first."""
    return [scores(run, comparison.baseline, comparison.seed) for run in comparison.runs]


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
    found = profit_figures(profits)
    return {k.removesuffix("_bn") + "_cents": 100 * found[k][0] / used if used > 1e-9 else 0.0 for k in keys}
