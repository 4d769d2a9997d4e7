"""One table of outcomes: each key's unit, sign, horizon, formula and direction, and how it is computed from a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from models.simulation import Run
from models.stack import Array
from policy.comparison import Comparison
from policy.outcomes.dysfunction import dysfunction_cost
from policy.outcomes.moral_hazard import fund_losses
from policy.outcomes.statistics import clustered, quantile, spread, standard_error, worst
from policy.outcomes.taxpayer import TaxpayerResult, margin_cash_need, taxpayer

Better = Literal["high", "low", "neither"]


@dataclass(frozen=True)
class Metric:
    """A key of the scorecard. `level` keys stay at their day-0 value in calm, all others at zero."""

    key: str
    title: str
    unit: str
    better: Better
    formula: str
    value: Callable[[Run], Array]
    level: bool = False
    horizon: str = "the run"


@dataclass(frozen=True)
class RiskMetric:
    """A key computed over all paths at once, with a standard error. `value(profits)` takes (draw, path)."""

    key: str
    title: str
    unit: str
    better: Better
    formula: str
    value: Callable[[Array], tuple[float, float]]
    horizon: str = "1 year after the opening"


def _peak(series: str, row: int | None = None) -> Callable[[Run], Array]:
    return lambda run: np.max(_row(run, series, row), axis=0)


def _row(run: Run, series: str, row: int | None) -> Array:
    values = run[series]
    return values if row is None else values[:, row]


def _total(series: str, row: int | None = None) -> Callable[[Run], Array]:
    def total(run: Run) -> Array:
        values = _row(run, series, row)
        return np.asarray(np.add.reduce(values, axis=tuple(range(values.ndim - 1))))

    return total


def _multiplier(run: Run) -> Array:
    first, total = _total("first_round_bn")(run), _total("forced_sales_bn")(run)
    return np.divide(total, first, out=np.ones_like(total), where=first > 0)


def _exposure(run: Run) -> Array:
    stocks = ("outright_bn", "hedged_bn", "vehicle_bn", "facility_bn")
    return sum((np.add.reduce(run[name], axis=1) for name in stocks), start=np.zeros(1))


def _take_up(run: Run) -> Array:
    bought = sum(
        np.add.reduce(np.maximum(np.diff(run[name], axis=0), 0.0), axis=(0, 1))
        for name in ("outright_bn", "hedged_bn")
    )
    lent = np.max(np.add.reduce(run["facility_bn"], axis=1), axis=0)
    return np.asarray(bought + _total("vehicle_purchases_bn")(run) + lent)


METRICS = (
    Metric("peak_dislocation_10y_bp", "Peak 10-year dislocation", "bp", "low", "largest yield of the 10-year over what swaps imply, beyond normal", _peak("dislocation_bp", 2), True),
    Metric("peak_dislocation_30y_bp", "Peak 30-year dislocation", "bp", "low", "the same at 30 years", _peak("dislocation_bp", 3), True),
    Metric("peak_yield_10y_pct", "Peak 10-year yield", "%", "neither", "largest closing 10-year yield", _peak("yield_pct", 2), True),
    Metric("end_yield_10y_pct", "10-year yield at the end", "%", "neither", "10-year yield on the last day", lambda run: run["yield_pct"][-1, 2], True),
    Metric("unintended_easing_10y_bp", "Unintended easing, 10-year", "bp", "low", "largest fall of the 10-year from the Fed's term-premium and signal effects; positive when yields fall", _peak("fed_easing_bp", 2)),
    Metric("peak_dealer_use_pct", "Peak dealer balance-sheet use", "% of capacity", "low", "largest use of the day's capacity", _peak("dealer_use_pct"), True),
    Metric("days_dealer_use_above_90", "Days with dealers above 90%", "days", "low", "days on which use exceeds 90% of capacity", lambda run: np.sum(run["dealer_use_pct"][1:] > 90, axis=0).astype(float)),
    Metric("peak_dealer_inventory_bn", "Peak dealer inventory", "$bn", "low", "largest net Treasury inventory", _peak("inventory_bn"), True),
    Metric("min_depth_mn", "Lowest market depth", "$mn", "high", "smallest depth, best three bids and offers", lambda run: np.min(run["depth_mn"], axis=0), True),
    Metric("peak_repo_spread_bp", "Peak repo spread", "bp", "low", "largest repo rate of funds over the middle of the policy range", _peak("repo_spread_bp"), True),
    Metric("peak_off_the_run_10y_bp", "Peak off-the-run premium, 10-year", "bp", "low", "largest yield of old over new bonds, beyond normal", _peak("off_the_run_bp", 2), True),
    Metric("peak_dealer_award_pct", "Peak dealer award at auction", "% of issue", "low", "largest award to dealers; 0 where nothing is issued", _peak("dealer_award_pct"), True),
    Metric("forced_sales_bn", "Forced sales by funds", "$bn", "low", "face that funds had to sell, all trades", _total("forced_sales_bn")),
    Metric("forced_sales_basis_bn", "Forced basis sales", "$bn", "low", "the basis part", _total("forced_sales_bn", 0)),
    Metric("forced_sales_swap_spread_bn", "Forced swap-spread sales", "$bn", "low", "the swap-spread part", _total("forced_sales_bn", 1)),
    Metric("market_sales_bn", "Forced sales that reached the market", "$bn", "low", "forced sales less what the vehicle bought", _total("market_sales_bn")),
    Metric("cascade_multiplier", "Cascade multiplier", "multiple", "low", "forced sales over those of the first rounds; 1 where nobody had to sell", _multiplier, True),
    Metric("funds_defaulted", "Fund groups that failed", "groups", "low", "cohorts whose equity was wiped out", _total("defaults")),
    Metric("fund_losses_bn", "Losses of funds", "$bn", "neither", "fall of funds' equity from the opening to the last day", fund_losses),
    Metric("lender_losses_bn", "Losses of funds' lenders", "$bn", "low", "shortfall of failed funds", _total("lender_losses_bn")),
    Metric("take_up_bn", "Take-up", "$bn", "neither", "face bought outright, hedged or by the vehicle, plus the largest repo lent", _take_up),
    Metric("fed_peak_exposure_bn", "Fed's peak exposure", "$bn", "low", "largest sum of bonds, bundles and repo lent", lambda run: np.max(_exposure(run), axis=0)),
    Metric("dysfunction_cost_bn", "Dysfunction cost", "$bn", "low", "dislocation times duration times urgent sales, over days and tenors", dysfunction_cost),
    Metric("peak_margin_cash_need_bn", "Peak cash for margin", "$bn", "low", "initial plus cumulative variation margin on the public's hedges: cash, not loss", margin_cash_need),
    Metric("subsidy_bn", "Transfer to sellers", "$bn", "low", "what sellers to the vehicle got over the market's own price", _total("seller_gain_bn")),
)  # fmt: skip


def _mean(profits: Array) -> tuple[float, float]:
    return clustered(profits)


def _loss_probability(profits: Array) -> tuple[float, float]:
    value, error = clustered((profits < -1e-9).astype(float))
    return 100 * value, 100 * error


def _expected_shortfall(profits: Array) -> tuple[float, float]:
    """Mean loss in the worst 5%, from q + E(loss − q)⁺/5%; its influence function gives the error."""
    losses = -profits
    q = quantile(losses.ravel(), 0.95)
    return clustered(q + np.maximum(losses - q, 0.0) / 0.05)


RISK = (
    RiskMetric("taxpayer_mean_bn", "Taxpayer, expected result", "$bn", "high", "mean profit of the public; positive is a gain", _mean),
    RiskMetric("taxpayer_loss_probability_pct", "Taxpayer, probability of loss", "%", "low", "share of outcomes with a loss", _loss_probability),
    RiskMetric("taxpayer_es95_bn", "Taxpayer, 5% tail", "$bn", "low", "expected shortfall: mean loss in the worst 5%; positive is a loss", _expected_shortfall),
)  # fmt: skip


def profit_figures(profits: Array) -> dict[str, tuple[float, float]]:
    """Mean, standard deviation, probability of loss, 5% tail and worst result of profits (draw, path), with errors."""
    return {
        "mean_bn": _mean(profits),
        "sd_bn": spread(profits),
        "loss_probability_pct": _loss_probability(profits),
        "es95_bn": _expected_shortfall(profits),
        "worst_bn": worst(profits),
    }


def per_dollar(profits: Array, take_up: Array) -> dict[str, float]:
    """The same in cents per dollar of mean take-up (face bought plus largest repo lent); zeros where nothing is used."""
    used = float(np.mean(take_up))
    keys = ("mean_bn", "sd_bn", "es95_bn", "worst_bn")
    found = profit_figures(profits)
    return {k.removesuffix("_bn") + "_cents": 100 * found[k][0] / used if used > 1e-9 else 0.0 for k in keys}


@dataclass(frozen=True)
class Scores:
    """Outcomes of one policy: values per path by metric key, and the public's profit (draw, path)."""

    values: Mapping[str, Array]
    profit: TaxpayerResult


def scores(run: Run, seed: int) -> Scores:
    """All per-path outcomes of a run and the public's profit."""
    return Scores({m.key: m.value(run) for m in METRICS}, taxpayer(run, seed))


def all_scores(comparison: Comparison) -> list[Scores]:
    """Scores of every policy of a comparison, `none` first."""
    return [scores(run, comparison.seed) for run in comparison.runs]


def risk_difference(key: str, profit: Array, base: Array) -> dict[str, Any]:
    """A risk key's difference to the baseline with its 95% interval, from paired influence values."""
    gap, error = risk_gap(key, profit, base)
    return {"value": gap, "ci95": [gap - 1.96 * error, gap + 1.96 * error]}


def risk_gap(key: str, profit: Array, base: Array) -> tuple[float, float]:
    """A risk key's difference to the baseline and its standard error, from paired influence values."""
    metric = next(m for m in RISK if m.key == key)
    gap = metric.value(profit)[0] - metric.value(base)[0]
    return gap, standard_error(influence(key, profit) - influence(key, base))


def influence(key: str, profit: Array) -> Array:
    """A risk key path by path, (path,): values whose mean is the key and whose spread gives its error."""
    if key == "taxpayer_mean_bn":
        values = profit
    elif key == "taxpayer_loss_probability_pct":
        values = 100 * (profit < -1e-9).astype(float)
    else:
        q = quantile(-profit.ravel(), 0.95)
        values = q + np.maximum(-profit - q, 0.0) / 0.05
    return np.add.reduce(values, axis=0) / values.shape[0]


SPARED = "losses_spared_bn"
