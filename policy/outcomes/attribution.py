"""Why a headline figure is what it is: parts that sum to it exactly, on the same draws as the comparison.

Shocks: each group's Shapley value under no action, its mean contribution over every order in which groups can be
added to a calm world (Shapley 1953). Policies: the difference to no action, split over combined interventions the
same way. The public's result: by source of profit; its 5% tail by the mean of each source within the tail.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Literal

import numpy as np

from models import accounts, bonds
from models import shocks as random_shocks
from models.errors import Refused
from models.parameters.base import TENORS
from models.scenario import Scenario, Shock, World
from models.series import FED_EASING, OUTRIGHT
from models.shocks import Shocks
from models.simulation import CHUNK, NARROWEST, Run, no_action, run_columns, simulate
from models.stack import Array, stack
from policy.comparison import NONE, Comparison, compare
from policy.outcomes.formulas import TAIL, tail_loss
from policy.outcomes.outright_result import purchases, years_after
from policy.outcomes.reads import reads
from policy.outcomes.scorecard import (
    FUND_LOSSES,
    LOSSES_SPARED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    SPIRAL_SHARE,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.statistics import by_path
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy, policy

PEAKS = (SPIRAL_SHARE, PEAK_DISLOCATION, PEAK_DEALER_USE)  # what shocks make and a policy changes
MEASURED = (*PEAKS, UNINTENDED_EASING, FUND_LOSSES)
EASED, LOST = MEASURED.index(UNINTENDED_EASING), MEASURED.index(FUND_LOSSES)
MOST_GROUPS = 5  # 2⁵ = 32 runs under no action
MOST_INTERVENTIONS = 4
TEN = TENORS.index(10)

Kind = Literal["calm", "shock", "policy", "source"]
Note = Callable[[float, str], None]


@dataclass(frozen=True)
class Part:
    """One step of a waterfall, in the figure's own unit."""

    title: str
    value: float
    kind: Kind


@dataclass(frozen=True)
class Waterfall:
    """A figure of one policy and the parts that sum to it. `total` is computed as the scorecard computes it."""

    key: str
    parts: tuple[Part, ...]
    total: float

    @property
    def residual(self) -> float:
        """What the parts leave out: rounding only."""
        return self.total - sum(p.value for p in self.parts)


@dataclass(frozen=True)
class ShockGroup:
    """Shocks that are added or left out together."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Attribution:
    """Waterfalls of every policy of a comparison by key, no action first; `runs` counts the extra simulations."""

    policies: tuple[Policy, ...]
    waterfalls: tuple[Mapping[str, Waterfall], ...]
    groups: tuple[ShockGroup, ...]
    runs: int


GROUPS = (
    ShockGroup("Sales by real money", ("real_money_sales",)),
    ShockGroup("Moves of fundamentals", ("fundamentals",)),
    ShockGroup("Clients' demand for financing", ("client_financing",)),
    ShockGroup("Cash leaving repo", ("money_fund_run", "cash_drain")),
    ShockGroup("Dealers' cut of lending", ("dealer_lending_cut",)),
    ShockGroup(
        "Shocks to the trades", ("swap_spread_shock", "off_the_run_shock", "basis_shock", "desired_longs")
    ),
    ShockGroup("Margin step", ("margin_step",)),
    ShockGroup("Withdrawal from auctions", ("auction_withdrawal",)),
)
# Pairs that become one group, one after the other, where more than five are active: they are small, or act on repo alike.
MERGED = (
    ("Margin step and auctions", ("margin_step", "auction_withdrawal")),
    ("Cash and lending in repo", ("money_fund_run", "cash_drain", "dealer_lending_cut")),
    (
        "Repo: clients' demand, cash and lending",
        ("client_financing", "money_fund_run", "cash_drain", "dealer_lending_cut"),
    ),
)


def attribution(
    world: World, policies: Sequence[Policy], paths: int, seed: int, note: Note = lambda share, text: None
) -> Attribution:
    """The waterfalls of a comparison's headline figures. `note(share done, phase)` is told of progress. Raises `Refused`."""
    note(0.0, "comparing the policies")
    comparison = compare(world, policies, paths, seed)
    groups = active_groups(world.scenario)
    count = 2 ** len(groups)
    shocks = shock_values(comparison, groups, lambda k: note(k / (count + 3), _phase(k, count)))
    note(count / (count + 3), "splitting combined policies")
    none = _measured([comparison.runs[0]])
    falls = [_waterfalls(comparison, k, groups, shocks, none) for k in range(len(comparison.policies))]
    note(1.0, "putting the parts together")
    extra = count + sum(2 ** len(_players(p)) for p in comparison.policies if len(_players(p)) > 1)
    return Attribution(comparison.policies, tuple(falls), groups, extra)


def _phase(done: int, count: int) -> str:
    return f"no action under {done + 1} of {count} sets of shocks"


# Shocks


def active_groups(scenario: Scenario) -> tuple[ShockGroup, ...]:
    """The groups of shocks that do anything in a scenario, at most `MOST_GROUPS`."""
    active = [ShockGroup(g.title, tuple(n for n in g.names if _active(scenario, n))) for g in GROUPS]
    groups = [g for g in active if g.names]
    for title, names in MERGED:
        parts = [g for g in groups if set(g.names) <= set(names)]
        if len(groups) > MOST_GROUPS and len(parts) == 2:
            at = groups.index(parts[0])
            groups = [g for g in groups if g not in parts]
            groups.insert(at, ShockGroup(title, tuple(n for g in parts for n in g.names)))
    return tuple(groups)


def _active(scenario: Scenario, name: str) -> bool:
    shock: Shock = getattr(scenario, name)
    shaped = shock.size > 0 and any(value != 0 for _, value in shock.knots)
    held = name == "fundamentals" and bool(scenario.held_fundamentals_bp)
    return shaped or held or shock.noise_sd > 0


Values = Mapping[frozenset[int], Array]


def shock_values(comparison: Comparison, groups: Sequence[ShockGroup], told: Callable[[int], None]) -> Values:
    """`MEASURED` under no action with only some groups of shocks, for every set of them."""
    values = {}
    for k, chosen in enumerate(_sets(len(groups))):
        told(k)
        off = [n for j, g in enumerate(groups) if j not in chosen for n in g.names]
        values[chosen] = _measured([_run(comparison, at, n, off) for at, n in _pieces(comparison.paths)])
    return values


def _sets(players: int) -> Iterator[frozenset[int]]:
    return (frozenset(c) for size in range(players + 1) for c in combinations(range(players), size))


def _pieces(paths: int) -> Iterator[tuple[int, int]]:
    return ((at, min(CHUNK, paths - at)) for at in range(0, paths, CHUNK))


def _run(comparison: Comparison, at: int, count: int, off: Sequence[str]) -> Run:
    """No action on the comparison's own draws with some shocks set to zero; each has a stream of its own."""
    world = comparison.world
    width = max(count, NARROWEST)
    drawn = random_shocks.draw(world.scenario, comparison.seed, at, width)
    series = run_columns(stack([world]), _without(drawn, off), [no_action], [width], keep=_kept())
    return Run(world, {name: values[..., :count] for name, values in series.items()})


def _kept() -> frozenset[str]:
    """Series that `MEASURED` reads."""
    return frozenset[str]().union(*(reads(m).own for m in MEASURED))


def _without(shocks: Shocks, names: Sequence[str]) -> Shocks:
    return dataclasses.replace(shocks, **{n: np.zeros_like(getattr(shocks, n)) for n in names})


def _measured(runs: Sequence[Run]) -> Array:
    """Means over all paths of `MEASURED`, by the scorecard's formulas."""
    values = [np.concatenate([metric.value(run) for run in runs]) for metric in MEASURED]
    return np.array([float(np.mean(own)) for own in values])


def shapley(values: Values, players: int) -> list[Array]:
    """Each player's mean contribution over all orders of joining; sums to the value of all less that of none.

    `values` gives a vector for every set of players. Source: Shapley (1953), φ_i = Σ |S|!(n−|S|−1)!/n!·(v(S∪i) − v(S)).
    """
    out = []
    for i in range(players):
        terms = [
            factorial(len(s)) * factorial(players - len(s) - 1) / factorial(players) * (values[s | {i}] - v)
            for s, v in values.items()
            if i not in s
        ]
        out.append(np.add.reduce(terms, axis=0))
    return out


# Policies


def _players(whole_policy: Policy) -> tuple[Policy, ...]:
    """The interventions a policy is split into: its own, or all as one where they are too many to take apart."""
    parts = tuple(policy([i]) for i in whole_policy.interventions)
    return parts if 1 < len(parts) <= MOST_INTERVENTIONS else (whole_policy,)


def _effects(comparison: Comparison, k: int, none: Array) -> list[tuple[str, Array]]:
    """Each intervention's part of the difference to no action in `MEASURED`."""
    policy, whole = comparison.policies[k], _measured([comparison.runs[k]])
    titles = [_title(p) for p in _players(policy)]
    together = [(" + ".join(i.title for i in policy.interventions), whole - none)]
    if len(titles) == 1:
        return together
    try:
        values = {**_subsets(comparison, policy), frozenset(): none, frozenset(range(len(titles))): whole}
    except Refused:  # a rule that stands only together with another
        return together
    return list(zip(titles, shapley(values, len(titles)), strict=True))


def _title(policy: Policy) -> str:
    return " + ".join(i.title for i in policy.interventions)


def _subsets(comparison: Comparison, whole_policy: Policy) -> dict[frozenset[int], Array]:
    """`MEASURED` of every proper part of a combined policy. Raises `Refused`."""
    count = len(whole_policy.interventions)
    sets = [s for s in _sets(count) if 0 < len(s) < count]
    some = [policy([whole_policy.interventions[i] for i in sorted(s)]) for s in sets]
    worlds = [p.prepare(comparison.world) for p in some]
    runs = simulate(worlds, [p.orders for p in some], comparison.paths, comparison.seed, keep=_kept())
    return {s: _measured([run]) for s, run in zip(sets, runs, strict=True)}


def _waterfalls(
    comparison: Comparison, k: int, groups: Sequence[ShockGroup], shocks: Values, none: Array
) -> dict[str, Waterfall]:
    acting = comparison.policies[k].interventions != NONE.interventions
    effects = _effects(comparison, k, none) if acting else []
    total = _measured([comparison.runs[k]])
    peaks = {m.key: _peak(m.key, at, groups, shocks, effects, total) for at, m in enumerate(PEAKS)}
    eased = Waterfall(UNINTENDED_EASING.key, _easing(comparison, k, effects), float(total[EASED]))
    spared = Waterfall(LOSSES_SPARED.key, _spared(comparison, k, effects), float(none[LOST] - total[LOST]))
    return peaks | _public(comparison, k, acting) | {eased.key: eased, spared.key: spared}


def _peak(
    key: str, m: int, groups: Sequence[ShockGroup], shocks: Values, effects: list[tuple[str, Array]], total: Array
) -> Waterfall:  # fmt: skip
    """From calm over the shocks to no action, and on by the policy."""
    moved = shapley(shocks, len(groups))
    parts = (
        Part("Calm", float(shocks[frozenset()][m]), "calm"),
        *(Part(g.title, float(v[m]), "shock") for g, v in zip(groups, moved, strict=True)),
        *(Part(title, float(v[m]), "policy") for title, v in effects),
    )
    return Waterfall(key, parts, float(total[m]))


# The public's result


def profit_sources(run: Run, seed: int) -> dict[str, Array]:
    """The public's profit by source, $bn (draw, path); all sources sum to `taxpayer(run, seed).total`.

    Found by counting again with one assumption at a time set to nothing: rates after the run, carry, slippage, losses.
    """
    full = taxpayer(run, seed)
    still = taxpayer(run, seed, STILL)
    safe = taxpayer(run, seed, _with(direct_recovery=1.0, dealer_default_pct=0.0))
    carry = np.broadcast_to(_carry(run), full.total.shape)
    bundles, before = {}, full.vehicle
    for title, nothing in BUNDLES.items():
        after = taxpayer(run, seed, _with(**nothing)).vehicle
        bundles[title] = before - after
        before = after
    return {
        "Bonds: interest over the policy rate": carry,
        "Bonds: prices, if rates stay": still.outright - carry,
        "Bonds: rates after purchase": full.outright - still.outright,
        "Bundles: discount on purchase": before,
        **bundles,
        "Repo: spread earned": safe.repo,
        "Repo: losses on loans": full.repo - safe.repo,
    }


# Sources of the bundles' result, and the terms that take away each with those before it.
_UNSETTLED = {"settlement_failure_share": 0.0}
_UNFUNDED = {**_UNSETTLED, "margin_interest_share": 0.0, "margin_funding_bp": 0.0}
_IDLE = {**_UNFUNDED, "calm_implied_repo_bp": 0.0}
_SMOOTH = {**_IDLE, "slippage_points": 0.0, "slippage_sd_points": 0.0, "delivery_sd_points": 0.0}
BUNDLES = {
    "Bundles: sellers that fail before they deliver": _UNSETTLED,
    "Bundles: funding of margin": _UNFUNDED,
    "Bundles: carry until they end": _IDLE,
    "Bundles: slippage on the way out": _SMOOTH,
}


def _with(**changes: float) -> Terms:
    return TERMS.model_copy(update=changes)


# The scorecard's terms, if rates stay where the crisis leaves them.
STILL = _with(level_sd_bp=0.0, slope_sd_bp=0.0, tightening_bp=0.0)


def _carry(run: Run) -> Array:
    """Σ face × time held × (yield paid − policy rate), held to the horizon as `TERMS` have it, $bn (path,)."""
    after = years_after(run, TERMS)
    total = np.zeros(run.paths)
    for b in purchases(run):
        total = total + (b.carry_so_far + after * (b.paid - b.face * b.policy_rate_bp)) / 1e4
    return total


def tail_weights(profits: Array) -> Array:
    """Weights that sum to one and give the expected shortfall of the scorecard as Σ weight × loss, shaped as `profits`.

    Expected shortfall is additive: with the same weights each part of the profit has its share of the tail
    (Euler allocation; Tasche 1999). The 95% quantile lies between two outcomes, which share what the tail leaves.
    """
    losses = -profits.ravel()
    order, at = np.argsort(losses, kind="stable"), (1 - TAIL) * (losses.size - 1)
    low = int(at)
    high = min(low + 1, losses.size - 1)
    between = at - low
    q = losses[order[low]] + between * (losses[order[high]] - losses[order[low]])
    weights = (losses > q) / (TAIL * losses.size)
    left = 1 - float(np.sum(weights))
    weights[order[low]] += (1 - between) * left
    weights[order[high]] += between * left
    return np.asarray(weights.reshape(profits.shape))


def _public(comparison: Comparison, k: int, acting: bool) -> dict[str, Waterfall]:
    """Expected result and 5% tail by source; sources that are nothing everywhere are left out."""
    run = comparison.runs[k]
    profits = taxpayer(run, comparison.seed).total
    sources = profit_sources(run, comparison.seed) if acting else {}
    weights = tail_weights(profits)
    used = {title: values for title, values in sources.items() if np.any(np.abs(values) > 1e-12)}
    means = tuple(Part(t, float(np.mean(v)), "source") for t, v in used.items())
    tails = tuple(Part(t, float(-np.sum(weights * v)), "source") for t, v in used.items())
    mean, tail = (float(np.mean(of(profits))) for of in (by_path, tail_loss))
    return {
        TAXPAYER_MEAN.key: Waterfall(TAXPAYER_MEAN.key, means, mean),
        TAXPAYER_TAIL.key: Waterfall(TAXPAYER_TAIL.key, tails, tail),
    }


# Losses spared, and easing


FUND_SOURCES = {
    "wedges": "Prices of the trades",
    "carry": "Wedges earned while holding",
    "repo_interest": "Cost of repo",
    "auction": "Paid above the market by the vehicle",
    "defaults": "Shortfalls left to lenders",
    "roll": "Cost of rolling futures",
}


def fund_profits(run: Run) -> dict[str, float]:
    """Funds' mean profit over the run by source, $bn; they sum to the change of their equity."""
    funds = accounts.SECTORS.index("hedge_funds")
    pieces = [
        accounts.profit(Run(run.world, {n: v[..., at : at + accounts.PIECE] for n, v in run.series.items()}))
        for at in range(0, run.paths, accounts.PIECE)
    ]
    by_path = np.concatenate([piece[:, funds] for piece in pieces], axis=-1)
    return {name: float(np.mean(by_path[accounts.SOURCES.index(name)])) for name in FUND_SOURCES}


def _spared(comparison: Comparison, k: int, effects: list[tuple[str, Array]]) -> tuple[Part, ...]:
    """By source of funds' losses, or by intervention where several are combined."""
    if not effects:
        return ()
    if len(effects) > 1:
        return tuple(Part(title, float(-v[LOST]), "policy") for title, v in effects)
    own, none = fund_profits(comparison.runs[k]), fund_profits(comparison.runs[0])
    gaps = {name: own[name] - none[name] for name in FUND_SOURCES}
    return tuple(Part(FUND_SOURCES[n], gap, "source") for n, gap in gaps.items() if abs(gap) > 1e-12)


def _easing(comparison: Comparison, k: int, effects: list[tuple[str, Array]]) -> tuple[Part, ...]:
    """What is held and what is announced on the day of the largest easing, or by intervention where several are combined."""
    if not effects:
        return ()
    if len(effects) > 1:
        return tuple(Part(title, float(v[EASED]), "policy") for title, v in effects)
    run = comparison.runs[k]
    easing = run[FED_EASING][:, TEN]
    peak, paths = np.argmax(easing, axis=0), np.arange(run.paths)
    p = run.world.yields
    weights = np.array(bonds.ten_year_equivalents(run.world.scenario.opening_yields_pct))[:, None]
    held = np.add.reduce(run[OUTRIGHT][peak, :, paths].T * weights, axis=0)
    from_held = p.duration_slope_bp / 100 * held * p.duration_loadings[TEN]
    rest = easing[peak, paths] - from_held
    return (
        Part("Duration the Fed holds", float(np.mean(from_held)), "source"),
        Part("Signal of what it announced", float(np.mean(rest)), "source"),
    )
