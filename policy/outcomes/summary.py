"""A comparison boiled down to what a screen shows: bands, scores, differences, milestones and how policies were used.

The result is small (about a megabyte) and frozen, so it can be cached and shared; the runs behind it are dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.orders import NO_ORDERS
from models.parameters.base import STRATEGIES
from models.scenario import World
from models.series import (
    AUCTION_TAIL,
    CHARGE,
    DEALER_AWARD,
    DEALER_USE,
    DEFAULTS,
    DISLOCATION,
    DYSFUNCTION,
    FACILITY,
    FORCED_SALES,
    FUNDAMENTALS,
    HEDGED,
    MARKET_SALES,
    OUTRIGHT,
    POLICY_SIGNAL,
    POSITIONS,
    REPO_CHARGE,
    REPO_SPREAD,
    TERM_PREMIUM,
    VEHICLE,
    VEHICLE_PURCHASES,
    YIELD,
)
from models.simulation import Run, View
from models.stack import Array, Flags
from policy.comparison import Comparison
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.triggers import Start, Trigger, days_since_start
from policy.outcomes.moral_hazard import share_still_borne
from policy.outcomes.scorecard import BY_KEY, METRICS, TILES
from policy.outcomes.scores import Scores, all_scores
from policy.outcomes.statistics import NOISE, Gap, difference, quantiles
from policy.spec import Policy

NEAR_FAILURE = (
    40.0  # % of the issue: dealers must take what is left, close to a failed auction (April 2025 note)
)
PARTS = (FUNDAMENTALS, TERM_PREMIUM, POLICY_SIGNAL, DYSFUNCTION)
VISIBLE = {"$bn": 0.005}  # differences that round away on screen are ties; 0.05 for other units


@dataclass(frozen=True)
class Tile:
    """One figure of the scorecard: mean over paths, difference to no action, and `best`, `worst` or nothing."""

    value: float
    gap: Gap
    mark: str = ""


@dataclass(frozen=True)
class Milestone:
    """When something first happened: median day over the paths on which it did, and their share."""

    name: str
    day: float
    share: float


@dataclass(frozen=True)
class Use:
    """How one intervention of a policy was used, and the figures that say why it was not.

    Shares are of paths. `extreme` is the most favourable close of the trigger's metric, `discount` the largest market
    discount of the bundle that came nearest to its price, `reserve` (both as the auction is priced, bp or points), `pressed` the largest forced sales ($bn), `cash` the most that cash cost in repo,
    for those whom a facility would lend to (bp over the policy range), each over all days and paths.
    """

    intervention: Intervention
    started: float
    used: float
    extreme: float
    discount: float
    reserve: float
    pressed: float
    cash: float


@dataclass(frozen=True)
class Issue:
    """How one day's Treasury auctions went: dealer award as (5%, 50%, 95%), median tail, share of paths near failure."""

    day: int
    award: tuple[float, float, float]  # % of the issue
    tail: float  # bp
    near_failure: float  # share of paths with an award above `NEAR_FAILURE`


@dataclass(frozen=True)
class Outcome:
    """One policy's part of the summary. Bands are (5%, 50%, 95%) over paths by day, and by tenor where there is one.

    `sold` is what funds had to sell by strategy and `marketed` the part that reached the market, both $bn and means.
    `paths` are outcomes by path (path,): those that a ranking or a verdict counts. `profit` is the public's by draw and
    path, $bn, as fine as a picture of it needs: two thirds of a summary's memory otherwise.
    """

    bands: Mapping[str, Array]
    means: Mapping[str, float]
    paths: Mapping[str, Array]
    profit: npt.NDArray[np.float32]
    sold: tuple[float, ...]
    marketed: tuple[float, ...]
    borne_share: float
    milestones: tuple[Milestone, ...]
    uses: tuple[Use, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Summary:
    """All a screen needs of a comparison; outcomes and cells are in the order of the policies, no action first."""

    world: World
    policies: tuple[Policy, ...]
    seed: int
    paths: int
    model_version: int
    outcomes: tuple[Outcome, ...]
    cells: Mapping[str, tuple[Tile, ...]]
    rivals: Mapping[str, Gap]

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        return self.world.scenario.calendar


def summarise(comparison: Comparison) -> Summary:
    """The summary of a comparison."""
    scored = all_scores(comparison)
    rows = {key: _values(scored, key) for key in TILES}
    return Summary(
        world=comparison.world,
        policies=comparison.policies,
        seed=comparison.seed,
        paths=comparison.paths,
        model_version=comparison.model_version,
        outcomes=tuple(_outcome(comparison, k, scored[k]) for k in range(len(scored))),
        cells={key: _cells(scored, key, row) for key, row in rows.items()},
        rivals={key: _rivals(scored, key, row) for key, row in rows.items() if len(row) > 1},
    )


def _values(scored: list[Scores], key: str) -> list[float]:
    """The mean of a key over paths by policy."""
    return [_mean(s, key) for s in scored]


def _mean(scores: Scores, key: str) -> float:
    return _clean(float(np.mean(scores.values[key])))


def _clean(value: float) -> float:
    return 0.0 if abs(value) < NOISE else value


def _gap(scored: list[Scores], key: str, k: int, base: int) -> Gap:
    """Policy `k` less policy `base`, path by path."""
    apart = difference(scored[k].values[key], scored[base].values[key])
    low, high = apart["mean_ci95"]
    return Gap(_clean(apart["mean"]), _clean(low), _clean(high))


def _order(key: str, values: list[float]) -> list[int]:
    """Policies from best to worst."""
    return sorted(range(len(values)), key=lambda k: values[k], reverse=BY_KEY[key].better == "high")


def _cells(scored: list[Scores], key: str, values: list[float]) -> tuple[Tile, ...]:
    marks = _marks(scored, key, values)
    return tuple(Tile(value, _gap(scored, key, k, 0), marks.get(k, "")) for k, value in enumerate(values))


def _marks(scored: list[Scores], key: str, values: list[float]) -> dict[int, str]:
    """The best and the worst, each only where it is clear of its neighbour: within noise nobody is marked."""
    if BY_KEY[key].better == "neither" or len(values) < 2:
        return {}
    order = _order(key, values)
    marks = {}
    for mark, own, next_one in (("best", order[0], order[1]), ("worst", order[-1], order[-2])):
        gap = _gap(scored, key, own, next_one)
        if gap.clear and abs(gap.value) >= VISIBLE.get(BY_KEY[key].unit, 0.05):
            marks[own] = mark
    return marks


def _rivals(scored: list[Scores], key: str, values: list[float]) -> Gap:
    """The best policy less the second."""
    order = _order(key, values)
    return _gap(scored, key, order[0], order[1])


def _outcome(comparison: Comparison, k: int, scored: Scores) -> Outcome:
    run, none = comparison.runs[k], comparison.runs[0]
    series = run.series
    opening = 100 * np.array(run.world.scenario.opening_yields_pct)[:, None]
    shown = {name: series[name] for name in (*PARTS, DISLOCATION, DEALER_USE, REPO_SPREAD)}
    shown["yield_change_bp"] = 100 * series[YIELD] - opening
    shown[FACILITY] = np.add.reduce(series[FACILITY], axis=1)
    return Outcome(
        bands={name: quantiles(values) for name, values in shown.items()},
        means={m.key: _mean(scored, m.key) for m in METRICS},
        paths={m.key: scored.values[m.key] for m in METRICS if m.counts},
        profit=scored.profit.total.astype(np.float32).ravel(),
        sold=_by_strategy(series[FORCED_SALES]),
        marketed=_by_strategy(series[MARKET_SALES]),
        borne_share=share_still_borne(run, none),
        milestones=_milestones(comparison, k),
        uses=tuple(_use(comparison, k, i) for i in comparison.policies[k].interventions),
        issues=_issues(comparison, k),
    )


def _issues(comparison: Comparison, k: int) -> tuple[Issue, ...]:
    series = comparison.runs[k].series
    days = sorted({a.day for a in comparison.world.scenario.auctions})
    issues = []
    for day in days:
        award = series[DEALER_AWARD][day]
        low, middle, high = (float(x) for x in quantiles(award))
        tail = float(np.median(series[AUCTION_TAIL][day]))
        issues.append(Issue(day, (low, middle, high), tail, float(np.mean(award > NEAR_FAILURE))))
    return tuple(issues)


def _by_strategy(values: Array) -> tuple[float, ...]:
    """Mean over paths of the total by strategy, $bn."""
    return tuple(float(x) for x in np.mean(np.add.reduce(values, axis=0), axis=-1))


def _milestones(comparison: Comparison, k: int) -> tuple[Milestone, ...]:
    series = comparison.runs[k].series
    starts = [
        _start_days(comparison, k, i) for i in comparison.policies[k].interventions if hasattr(i, "start")
    ]
    milestones = [_milestone("Policy starts", np.min(starts, axis=0))] if starts else []
    milestones += [
        _milestone("First forced sale", _first(np.add.reduce(series[FORCED_SALES], axis=1) > NOISE)),
        _milestone("First fund fails", _first(series[DEFAULTS] > 0)),
        _milestone("First repo lent", _first(np.add.reduce(series[FACILITY], axis=1) > NOISE)),
        _milestone(
            "First auction purchase", _first(np.add.reduce(series[VEHICLE_PURCHASES], axis=1) > NOISE)
        ),
        _milestone("First outright purchase", _first(np.add.reduce(series[OUTRIGHT], axis=1) > NOISE)),
    ]
    return tuple(m for m in milestones if m.share > 0)


def _first(happened: Flags) -> Array:
    """First day on which it happened by path; infinite where it never did."""
    return np.where(happened.any(axis=0), np.argmax(happened, axis=0), np.inf)


def _milestone(name: str, days: Array) -> Milestone:
    met = days[np.isfinite(days)]
    return Milestone(name, float(np.median(met)) if met.size else np.inf, met.size / days.size)


def _start_days(comparison: Comparison, k: int, intervention: Intervention) -> Array:
    """First day of action by path, by the policy's own rule; infinite where it never came."""
    run, days = comparison.runs[k], comparison.world.scenario.days
    view = view_after(run, days + 1)
    given: Start = intervention.start  # type: ignore[attr-defined]
    start = days + 1 - np.asarray(days_since_start(given, view), dtype=np.float64)
    if isinstance(given, dt.date):
        start = start - 1  # the calendar ends with the run: the morning after it is not in the count of days
    return np.where(start <= days, start, np.inf)


def _use(comparison: Comparison, k: int, intervention: Intervention) -> Use:
    run = comparison.runs[k]
    start = getattr(intervention, "start", None)
    started = (
        np.isfinite(_start_days(comparison, k, intervention)) if start is not None else np.ones(run.paths)
    )
    used = {
        "outright": run[OUTRIGHT],
        "repo": run[FACILITY],
        "non-bank-repo": run[FACILITY],
        "hedged-auction": run[VEHICLE_PURCHASES],
    }.get(intervention.name)
    chosen = [STRATEGIES.index(x) for x in getattr(intervention, "strategies", STRATEGIES)]
    discount, reserve = _nearest(run, intervention, chosen)
    return Use(
        intervention=intervention,
        started=float(np.mean(started)),
        used=float(np.mean(_moved(comparison, k) if used is None else (used > NOISE).any(axis=(0, 1)))),
        extreme=_extreme(comparison, k, start) if isinstance(start, Trigger) else np.nan,
        discount=discount,
        reserve=reserve,
        pressed=float(np.max(np.add.reduce(run[FORCED_SALES][:, chosen], axis=(0, 1)))),
        cash=_dearest_cash(run, intervention),
    )


def _dearest_cash(run: Run, intervention: Intervention) -> float:
    """The most that cash cost in repo: funds pay dealers' charge on top, dealers do not."""
    direct = intervention.name == "non-bank-repo" or getattr(intervention, "access", "") == "direct"
    return float(np.max(run[REPO_SPREAD] - (0.0 if direct else run[REPO_CHARGE])))


def _nearest(run: Run, intervention: Intervention, chosen: list[int]) -> tuple[float, float]:
    """Largest market discount of the bundle that came nearest to its reserve, and that reserve; zeros but for auctions.

    Only where bundles were on offer: where funds had to sell, or dealers may too.
    """
    if not isinstance(intervention, HedgedAuction):
        return 0.0, 0.0
    marks = run[intervention.mark]
    if intervention.sellers == "funds":
        marks = np.where(run[FORCED_SALES] > NOISE, marks, 0.0)
    largest = [(float(np.max(marks[:, j])), intervention.reserves[j]) for j in chosen]
    return max(largest, key=lambda pair: pair[0] - pair[1])


def _moved(comparison: Comparison, k: int) -> Array:
    """Paths on which a policy changed the charge, yields or positions against no action."""
    run, none = comparison.runs[k], comparison.runs[0]
    names = (CHARGE, YIELD, POSITIONS, REPO_SPREAD)
    gaps = [np.abs(run[name] - none[name]).reshape(-1, run.paths).max(axis=0) for name in names]
    return np.max(gaps, axis=0) > NOISE


def _extreme(comparison: Comparison, k: int, start: Trigger) -> float:
    """The close that came nearest to the trigger, or went furthest beyond it."""
    run = comparison.runs[k]
    view = view_after(run, run[CHARGE].shape[0])
    values = view.published(start.metric)
    return float(np.max(values) if start.above else np.min(values))


def view_after(run: Run, day: int) -> View:
    """What a policy would have seen on a day after the run."""
    return View(day, run.calendar, run[OUTRIGHT], run[HEDGED], run[VEHICLE], NO_ORDERS, run.series)
