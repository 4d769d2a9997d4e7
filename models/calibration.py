"""The fit to March 2020: method of moments over the structural parameters, on the central path, with weak priors.

Every evaluation re-inverts the fundamentals, since each draw of parameters must explain the same yields. Trial
worlds are stacked and run together, so a Jacobian costs one pass of the day loop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tomli_w
from pydantic import Field

from models import files
from models import shocks as random_shocks
from models.documents import parse
from models.parameters.base import Frozen
from models.scenario import SHOCKS, World, opening_repo_bn
from models.shocks import Shocks
from models.simulation import NARROWEST, followed, run_columns
from models.stack import Array, stack
from models.worlds import as_tuples, replace

SEED = 2020
STARTS = 256
REFINED = 4
STEP = 1e-3


class Target(Frozen):
    """One moment of the episode: a series on a day, or its peak or trough in a window, with noise and its reason."""

    key: str
    title: str
    series: str
    row: int | None = None
    at: int | None = None
    peak: tuple[int, int] | None = None
    trough: tuple[int, int] | None = None
    since: Annotated[int | None, Field(alias="from")] = None
    value: float
    noise: Annotated[float, Field(gt=0)]
    unit: str
    source: str
    reason: str

    def read(self, records: Mapping[str, Array]) -> Array:
        """The model's value of the moment, (column,)."""
        series = recorded(records, self.series)
        series = series if self.row is None else series[:, self.row]
        if self.peak is not None:
            return np.max(series[self.peak[0] : self.peak[1] + 1], axis=0)
        if self.trough is not None:
            return np.min(series[self.trough[0] : self.trough[1] + 1], axis=0)
        return np.asarray(series[self.at] - (0.0 if self.since is None else series[self.since]))


def recorded(records: Mapping[str, Array], name: str) -> Array:
    if name == "exposure_pct":
        total = np.add.reduce(records["positions_bn"], axis=1)
        return 100 * (total / total[0] - 1)
    if name == "return_pct":
        return 100 * (records["fund_equity_bn"] / records["fund_equity_bn"][0] - 1)
    if name == "margin_rise_pct":
        return 100 * (records["margin_pct"][:, 0] / records["margin_pct"][0, 0] - 1)
    if name == "positions_change_pct":
        return 100 * (records["positions_bn"] / np.maximum(records["positions_bn"][0], 1e-9) - 1)
    if name == "repo_rise_bp":
        return records["repo_spread_bp"] - records["repo_spread_bp"][0]
    if name == "defaults_total":
        return np.cumsum(records["defaults"], axis=0)
    if name == "facility_total_bn":
        return np.add.reduce(records["facility_bn"], axis=1)
    return records[name]


@lru_cache(maxsize=4)
def targets(episode: str = "march_2020") -> tuple[Target, ...]:
    """The episode's committed targets."""
    text = resources.files("models.episodes").joinpath(f"{episode}.targets.toml").read_text(encoding="utf-8")
    return tuple(Target.model_validate(as_tuples(row)) for row in parse(text)["target"])


Change = Callable[[World, float], dict[str, Any]]


@dataclass(frozen=True)
class Free:
    """A fitted parameter: bounds, prior centre and the prior's spread in logs, and how it changes a world."""

    name: str
    low: float
    high: float
    centre: float
    spread: float
    change: Change
    prior: str


def _set(name: str) -> Change:
    return lambda world, value: {name: value}


def _entry(name: str, row: int, whole: bool = False) -> Change:
    """One entry of a tuple by tenor; with `whole` the others follow in proportion, so the shape is held."""

    def change(world: World, value: float) -> dict[str, Any]:
        group, field = name.split(".")
        values = list(getattr(getattr(world, group), field))
        factor = value / values[row]
        return {name: tuple(x * factor if whole or i == row else x for i, x in enumerate(values))}

    return change


# By identity: the Fed bought 1,497 by day (New York Fed operations), leveraged funds' futures shorts fell by 135 from 3
# March to 14 April (CFTC) and dealers' inventory hardly moved (FR 2004), so others sold about 1,360. Foreign holders
# (299 in March) and mutual funds (260) are the known part; how much of the rest was urgent is not known.
SALES_BN = 1360.0
SALES_DAYS = 42
SALES_FALL_DAYS = 5.0


def sales_knots(start: float, rise: float, end: float) -> tuple[tuple[int, float], ...]:
    """Real money's daily selling: up around one day, down around another, level between; its total is held."""
    days = np.arange(SALES_DAYS + 1)
    shape = 1 / ((1 + np.exp((start - days) / rise)) * (1 + np.exp((days - end) / SALES_FALL_DAYS)))
    shape[0] = shape[-1] = 0.0
    return tuple(
        (int(d), round(float(v), 2)) for d, v in zip(days, SALES_BN * shape / shape.sum(), strict=True)
    )


FREE = (
    Free("dealers.calm_use", 0.5, 0.9, 0.72, 0.1, _set("dealers.calm_use"), "high but not full"),
    Free("dealers.steepness", 4, 40, 12, 0.4, _set("dealers.steepness"), "charge 300 bp a little above capacity"),
    Free("dealers.investor_absorption_bn", 1, 60, 12, 0.5, _set("dealers.investor_absorption_bn"), "inventory back in two weeks"),
    Free("dealers.volatility_tightening", 0.01, 0.8, 0.15, 0.5, _set("dealers.volatility_tightening"), "desk limits bind too"),
    Free("wedges.swap_spread_beta", 0.02, 0.8, 0.18, 0.5, _entry("wedges.swap_spread_beta", 2, whole=True), "10-year entry; shape held"),
    Free("wedges.swap_spread_own_bp", 0.3, 30, 4, 0.5, _set("wedges.swap_spread_own_bp"), "about 4 bp per $100bn of purchases"),
    Free("wedges.off_the_run_beta 5y", 0.005, 0.6, 0.12, 0.6, _entry("wedges.off_the_run_beta", 1), "peaks of March 2020"),
    Free("wedges.off_the_run_beta 10y", 0.005, 0.6, 0.06, 0.6, _entry("wedges.off_the_run_beta", 2), "peaks of March 2020"),
    Free("wedges.off_the_run_beta 30y", 0.005, 0.6, 0.09, 0.6, _entry("wedges.off_the_run_beta", 3), "peaks of March 2020"),
    Free("wedges.off_the_run_own_bp", 0.3, 40, 6, 0.5, _set("wedges.off_the_run_own_bp"), "judgement"),
    Free("wedges.basis_beta", 0.1, 4.5, 1.0, 0.5, _set("wedges.basis_beta"), "implied repo of March 2020"),
    Free("wedges.basis_own_bp", 0.5, 100, 10, 0.6, _set("wedges.basis_own_bp"), "judgement"),
    Free("wedges.liquidation_half_life_days", 1, 60, 5, 0.7, _set("wedges.liquidation_half_life_days"), "judgement"),
    Free("wedges.futures_demand_slope_bp", 0.3, 50, 5, 0.7, _set("wedges.futures_demand_slope_bp"), "judgement"),
    Free("funds.risk_limit_elasticity", 0.02, 1.4, 0.35, 0.5, _set("funds.risk_limit_elasticity"), "judgement"),
    Free("funds.risk_limit_speed", 0.02, 0.95, 0.3, 0.5, _set("funds.risk_limit_speed"), "days, not weeks"),
    Free("margins.margin_elasticity", 0.05, 1.4, 0.5, 0.4, _set("margins.margin_elasticity"), "less than proportional"),
    Free("margins.margin_rise_speed", 0.05, 0.98, 0.5, 0.4, _set("margins.margin_rise_speed"), "days, not weeks"),
    Free("liquidity.depth_volatility_elasticity", 0.05, 2.5, 0.7, 0.4, _set("liquidity.depth_volatility_elasticity"), "volatility explains most illiquidity"),
    Free("liquidity.depth_charge_elasticity", 0.02, 2.5, 0.4, 0.4, _set("liquidity.depth_charge_elasticity"), "more at high use"),
    Free("dealers.repo_footprint", 0.05, 0.9, 0.3, 0.25, _set("dealers.repo_footprint"), "netting saves about 70%"),
    Free("funding.slack_bn", 20, 800, 90, 0.2, _set("funding.slack_bn"), "March 2020 only"),
    Free("sales start, day", 5, 16, 10, 0.15, lambda w, v: {}, "March 2020 only"),
    Free("sales rise, days", 0.4, 5, 1.5, 0.3, lambda w, v: {}, "March 2020 only"),
    Free("sales end, day", 16, 38, 26, 0.15, lambda w, v: {}, "March 2020 only"),
)  # fmt: skip
EPISODE_ONLY = ("funding.slack_bn", "sales start, day", "sales rise, days", "sales end, day")


def capacity_bn(world: World, values: Mapping[str, float] | None = None) -> float:
    """Capacity that makes calm exposure beyond funds' repo equal to dealers' normal inventory: (V + ωR)/U₀."""
    d, new = world.dealers, values or {}
    footprint = new.get("dealers.repo_footprint", d.repo_footprint)
    use = new.get("dealers.calm_use", d.calm_use)
    return (d.normal_inventory_bn + footprint * opening_repo_bn(world)) / use


def trial(base: World, values: Mapping[str, float]) -> World:
    """`base` with fitted values put in, capacity re-based and the fundamentals left to be inverted again."""
    changes: dict[str, Any] = {"scenario.held_fundamentals_bp": ()}
    for free in FREE:
        if free.name in values:
            for name, value in free.change(base, values[free.name]).items():
                merged = changes.get(name)
                changes[name] = value if merged is None else _merged(base, name, merged, value)
    if "sales start, day" in values:
        knots = sales_knots(*(values[f"sales {part}"] for part in ("start, day", "rise, days", "end, day")))
        changes["scenario.real_money_sales.knots"] = knots
    changes["dealers.capacity_bn"] = capacity_bn(base, values)
    return replace(base, changes)


def _merged(base: World, name: str, first: Any, second: Any) -> Any:
    """Two changes to different entries of one tuple."""
    group, field = name.split(".")
    old = getattr(getattr(base, group), field)
    return tuple(b if b != o else a for o, a, b in zip(old, first, second, strict=True))


def moments(worlds: Sequence[World], wanted: Sequence[Target]) -> Array:
    """Model values (target, world) of many worlds on their central paths, in one pass of the day loop."""
    padded = [*worlds, *[worlds[-1]] * max(0, NARROWEST - len(worlds))]
    each = [random_shocks.central(w.scenario) for w in padded]
    joined = Shocks(**{n: np.concatenate([getattr(e, n) for e in each], axis=-1) for n in SHOCKS})
    records = run_columns(
        stack(padded, np.arange(len(padded))), joined, [followed], [len(padded)], invert=True
    )
    return np.array([t.read(records) for t in wanted])[:, : len(worlds)]


@dataclass(frozen=True)
class Fit:
    """The fitted values, their Gauss–Newton covariance in logs, and the model's moments there."""

    values: dict[str, float]
    covariance: Array  # of log values, in the order of FREE
    moments: Array  # (target,)
    cost: float  # half the sum of squared z-scores of targets and priors

    def errors(self) -> dict[str, float]:
        """Standard error of each log value."""
        return dict(zip(self.values, np.sqrt(np.diag(self.covariance)), strict=True))


class _Objective:
    """Residuals in noise units, targets first, then priors; and their Jacobian by forward differences in logs."""

    def __init__(self, base: World, wanted: Sequence[Target], weights: Array) -> None:
        self.base, self.wanted, self.weights = base, wanted, weights
        self.goal = np.array([t.value for t in wanted])
        self.noise = np.array([t.noise for t in wanted])
        self.centre = np.log([f.centre for f in FREE])
        self.spread = np.array([f.spread for f in FREE])

    def many(self, points: Array) -> Array:
        """Residuals (point, residual)."""
        worlds = [trial(self.base, dict(zip(NAMES, np.exp(p), strict=True))) for p in points]
        z = (moments(worlds, self.wanted).T - self.goal) / self.noise * self.weights
        return np.concatenate([z, (points - self.centre) / self.spread], axis=1)

    def one(self, point: Array) -> Array:
        return self.many(point[None])[0]

    def jacobian(self, point: Array) -> Array:
        steps = point + STEP * np.vstack([np.zeros((1, point.size)), np.eye(point.size)])
        found = self.many(steps)
        return (found[1:] - found[0]).T / STEP


NAMES = tuple(f.name for f in FREE)


def fit(
    base: World,
    note: Callable[[str], None] = lambda text: None,
    starts: int = STARTS,
    equal: bool = False,
    evaluations: int = 60,
) -> Fit:
    """Fit to the targets from many starts, fixed seed. `equal` gives every target the same weight of a tenth of its size."""
    from scipy.optimize import least_squares
    from scipy.stats import qmc

    wanted = targets(base.name)
    weights = (
        np.array([t.noise / max(abs(t.value) / 10, 1.0) for t in wanted]) if equal else np.ones(len(wanted))
    )
    objective = _Objective(base, wanted, weights)
    low, high = np.log([f.low for f in FREE]), np.log([f.high for f in FREE])
    draws = qmc.Sobol(len(FREE), rng=SEED).random(starts)
    spread = np.clip(objective.centre + objective.spread * 1.5 * (2 * draws - 1), low + 1e-6, high - 1e-6)
    points = np.vstack([objective.centre, spread])
    note(f"scanning {len(points)} starts")
    found = np.concatenate(
        [objective.many(part) for part in np.array_split(points, max(1, len(points) // 64))]
    )
    order = np.argsort(np.sum(found**2, axis=1), kind="stable")
    best = None
    for rank, index in enumerate(order[:REFINED]):
        result = least_squares(
            objective.one,
            points[index],
            objective.jacobian,
            bounds=(low, high),
            x_scale="jac",
            max_nfev=evaluations,
        )
        note(f"start {rank + 1} of {REFINED}: cost {result.cost:.2f}")
        if best is None or result.cost < best.cost:
            best = result
    assert best is not None
    jacobian = objective.jacobian(best.x)
    values = dict(zip(NAMES, (float(v) for v in np.exp(best.x)), strict=True))
    model = objective.one(best.x)[: len(wanted)] / weights * objective.noise + objective.goal
    covariance = np.asarray(np.linalg.inv(jacobian.T @ jacobian), float)
    return Fit(values, covariance, model, float(best.cost))


def evaluate(world: World) -> Array:
    """The moments of a historical world as it ships, (target,)."""
    bare = replace(world, {"scenario.held_fundamentals_bp": ()})
    return moments([bare], targets(world.name))[:, 0]


def z_scores(values: Array, wanted: Sequence[Target]) -> Array:
    """Distance from the targets in units of noise."""
    return np.array([(v - t.value) / t.noise for v, t in zip(values, wanted, strict=True)])


def within_two(values: Array, wanted: Sequence[Target]) -> int:
    """How many targets are met within two units of noise."""
    return int(np.sum(np.abs(z_scores(values, wanted)) <= 2))


def structure(base: World, values: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """The structural part of fitted values by group, as `structure.toml` holds it."""
    made = trial(base, {k: v for k, v in values.items() if k not in EPISODE_ONLY})
    out: dict[str, dict[str, Any]] = {}
    for free in FREE:
        if free.name not in EPISODE_ONLY:
            group, field = free.name.split(" ")[0].split(".")
            value = getattr(getattr(made, group), field)
            shown = [float(f"{x:.4g}") for x in value] if isinstance(value, tuple) else float(f"{value:.4g}")
            out.setdefault(group, {})[field] = shown
    out["dealers"]["capacity_bn"] = round(capacity_bn(World(), values))
    return out


def write(root: Path, base: World, values: Mapping[str, float], worlds: Sequence[World]) -> None:
    """Write fitted values into the source tree: the structure, March 2020's own values, and every capacity by the rule."""
    models = root / "models"
    data = {
        group: {k: float(v) if isinstance(v, int) else v for k, v in items.items()}
        for group, items in structure(base, values).items()
    }
    files.write(models / "structure.toml", _HEADER + tomli_w.dumps(data), force=True)
    knots = sales_knots(*(values[f"sales {part}"] for part in ("start, day", "rise, days", "end, day")))
    text = ", ".join(f"[{day}, {amount}]" for day, amount in knots)
    own = {"slack_bn": f"{values['funding.slack_bn']:.4g}", "[scenario.real_money_sales]\nknots": f"[{text}]"}
    for world in worlds:
        changes = {"capacity_bn": f"{capacity_bn(world, values):.0f}.0"} | (
            own if world.name == base.name else {}
        )
        _edit(models / "episodes" / f"{world.name}.toml", changes)


_HEADER = """# Structural values, one set for every episode, as the calibration to March 2020 left them.
# Written by `backstop calibrate --write`; a test holds them to the calibration report.

"""


def _edit(path: Path, changes: Mapping[str, str]) -> None:
    """Set `key = value` lines of a TOML file, leaving the rest as it stands."""
    text = path.read_text(encoding="utf-8")
    for key, value in changes.items():
        text = re.sub(rf"^({re.escape(key)} = ).*$", rf"\g<1>{value}", text, count=1, flags=re.MULTILINE)
    files.write(path, text, force=True)
