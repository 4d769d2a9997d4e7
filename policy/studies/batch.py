"""Many worlds × policies on common random numbers, in few wide runs: what sweeps, maps and sensitivities stand on.

A column is one path of one world under one policy. The numbers are those of `policy.comparison.compare` and
`policy.outcomes.scorecard.scores` for each world alone, and do not depend on what else stands in the run.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby

import numpy as np

from models import shocks as random_shocks
from models.errors import Refused
from models.scenario import World, trade_mixes
from models.shocks import Shocks
from models.simulation import NARROWEST, Run, run_columns
from models.stack import Array, stack
from policy.comparison import MOST_PATHS, arms
from policy.outcomes.outright_result import normals_needed
from policy.outcomes.rates_after import DRAWS, factors
from policy.outcomes.scorecard import METRICS
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS
from policy.spec import Policy

# Columns of one run: enough that the interpreter's share is small, few enough that a day's arrays stay in cache.
WIDTH = 2048
KEYS = tuple(m.key for m in METRICS)
_VALUE = {m.key: m.value for m in METRICS}
_BOUGHT = frozenset({"outright_bn", "hedged_bn", "vehicle_bn", "facility_bn"})
# Series that each per-path outcome reads, so that only these are recorded.
_READS: dict[str, frozenset[str]] = {
    "peak_dislocation_10y_bp": frozenset({"dislocation_bp"}),
    "peak_dislocation_30y_bp": frozenset({"dislocation_bp"}),
    "peak_yield_10y_pct": frozenset({"yield_pct"}),
    "end_yield_10y_pct": frozenset({"yield_pct"}),
    "unintended_easing_10y_bp": frozenset({"fed_easing_bp"}),
    "peak_dealer_use_pct": frozenset({"dealer_use_pct"}),
    "days_dealer_use_above_90": frozenset({"dealer_use_pct"}),
    "peak_dealer_inventory_bn": frozenset({"inventory_bn"}),
    "min_depth_mn": frozenset({"depth_mn"}),
    "peak_repo_spread_bp": frozenset({"repo_spread_bp"}),
    "peak_off_the_run_10y_bp": frozenset({"off_the_run_bp"}),
    "peak_dealer_award_pct": frozenset({"dealer_award_pct"}),
    "forced_sales_bn": frozenset({"forced_sales_bn"}),
    "forced_sales_basis_bn": frozenset({"forced_sales_bn"}),
    "forced_sales_swap_spread_bn": frozenset({"forced_sales_bn"}),
    "market_sales_bn": frozenset({"market_sales_bn"}),
    "cascade_multiplier": frozenset({"first_round_bn", "forced_sales_bn"}),
    "funds_defaulted": frozenset({"defaults"}),
    "fund_losses_bn": frozenset({"fund_equity_bn"}),
    "lender_losses_bn": frozenset({"lender_losses_bn"}),
    "take_up_bn": frozenset({"outright_bn", "hedged_bn", "facility_bn", "vehicle_purchases_bn"}),
    "fed_peak_exposure_bn": _BOUGHT,
    "dysfunction_cost_bn": frozenset(
        {"market_sales_bn", "real_money_sales_bn", "client_sales_bn", "dislocation_bp"}
    ),
    "peak_margin_cash_need_bn": frozenset(
        {"vehicle_bn", "hedged_bn", "yield_pct", "dysfunction_bp", "margin_pct"}
    ),
    "subsidy_bn": frozenset({"seller_gain_bn"}),
}
_PROFIT_READS = _BOUGHT | frozenset(
    {
        "vehicle_purchases_bn", "vehicle_sales_bn", "vehicle_discount_bn", "price_loss_points", "yield_pct",
        "dysfunction_bp", "fundamentals_bp", "term_premium_bp", "fed_easing_bp", "policy_signal_bp", "repo_spread_bp",
        "positions_bn", "forced_sales_bn", "lender_losses_bn", "volatility_bp",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Outcomes of pairs of world and policy: `values` (pair, key, path) and the public's profit (pair, draw, path), $bn.

    `profit` has no draws where it was not asked for.
    """

    keys: tuple[str, ...]
    values: Array
    profit: Array


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of many worlds under the same policies, no action first, on the same shocks.

    `values` is (world, policy, key, path) in the units of `policy.outcomes.scorecard.METRICS`; `profit` the public's profit,
    $bn (world, policy, draw, path), without draws where it was not asked for.
    """

    policies: tuple[Policy, ...]
    keys: tuple[str, ...]
    values: Array
    profit: Array

    def of(self, key: str) -> Array:
        """One outcome (world, policy, path)."""
        return self.values[:, :, self.keys.index(key)]


def outcomes(
    worlds: Sequence[World],
    policies: Sequence[Policy],
    paths: int,
    seed: int,
    keys: Sequence[str] = KEYS,
    profit: bool = True,
) -> Outcomes:
    """Every world under every policy (no action first) on the same `paths` random paths.

    `keys` names the per-path outcomes wanted; `profit` whether the public's profit is. Raises `Refused` where a
    policy's own rules do not fit a world.
    """
    chosen = arms(policies)
    found = evaluate([(w, p) for w in worlds for p in chosen], paths, seed, keys, profit)
    shape = (len(worlds), len(chosen))
    return Outcomes(
        chosen,
        found.keys,
        found.values.reshape(*shape, len(found.keys), paths),
        found.profit.reshape(*shape, -1, paths),
    )


def evaluate(
    pairs: Sequence[tuple[World, Policy]],
    paths: int,
    seed: int,
    keys: Sequence[str] = KEYS,
    profit: bool = True,
) -> Figures:
    """The same for any pairs of world and policy. Raises `Refused`."""
    _check(paths, seed, keys)
    ruled = [p.prepare(w) for w, p in pairs]
    values = np.empty((len(pairs), len(keys), paths))
    profits = np.empty((len(pairs), DRAWS if profit else 0, paths))
    made = _Sheet(tuple(keys), profit, seed, values, profits)
    for block in _blocks(ruled, [p for _, p in pairs], paths):
        drawn = _Drawn(seed)
        for pieces in _filled(block, WIDTH):
            _run(made, pieces, drawn)
    return Figures(tuple(keys), values, profits)


def _check(paths: int, seed: int, keys: Sequence[str]) -> None:
    if not 1 <= paths <= MOST_PATHS:
        raise Refused(f"paths = {paths} is out of bounds: it must be between 1 and {MOST_PATHS}")
    if not 0 <= seed < 2**63:
        raise Refused(f"seed = {seed} is out of bounds: it must be between 0 and {2**63 - 1}")
    for key in keys:
        if key not in _READS:
            raise Refused(f"outcome {key!r} is unknown; per-path outcomes are {', '.join(KEYS)}")


@dataclass(frozen=True)
class _Sheet:
    """What is wanted of every run, and where it is written."""

    keys: tuple[str, ...]
    profit: bool
    seed: int
    values: Array
    profits: Array

    @property
    def keep(self) -> frozenset[str]:
        wanted = frozenset({"charge_bp"}).union(
            *(_READS[key] for key in self.keys)
        )  # a run is as wide as that
        return wanted | _PROFIT_READS if self.profit else wanted


@dataclass(frozen=True)
class _Piece:
    """Some paths of one pair: `width` columns, of which the first `count` are wanted."""

    pair: int
    world: World
    policy: Policy
    first: int
    count: int

    @property
    def width(self) -> int:
        return max(self.count, NARROWEST)


def _shared(world: World) -> Hashable:
    """What worlds in one run must have in common: what the day loop and the counting of outcomes take as one value."""
    s = world.scenario
    return (
        s.calendar, s.auctions, s.followed, s.days_to_delivery, s.opening_yields_pct, s.policy_rate_pct,
        trade_mixes(world), len(world.funds.cohorts),
    )  # fmt: skip


def _blocks(worlds: Sequence[World], policies: Sequence[Policy], paths: int) -> Iterator[list[_Piece]]:
    """Pieces whose worlds may share a run, by policy, so many that every policy could fill a run of its own.

    A run of one policy skips what only others do, such as the auction; and a block draws each scenario's shocks once.
    """
    families: dict[Hashable, list[int]] = {}
    shared: dict[int, Hashable] = {}
    for k, world in enumerate(worlds):
        key = shared.setdefault(id(world), _shared(world))
        families.setdefault(key, []).append(k)
    rank = {p: n for n, p in enumerate(dict.fromkeys(policies))}
    for members in families.values():
        pieces = (
            _Piece(k, worlds[k], policies[k], first, min(WIDTH, paths - first))
            for first in range(0, paths, WIDTH)
            for k in members
        )
        for block in _filled(pieces, WIDTH * len(rank)):
            yield sorted(block, key=lambda piece: rank[piece.policy])


def _filled(pieces: Iterable[_Piece], most: int) -> Iterator[list[_Piece]]:
    """Pieces in order, cut into lists of at most `most` columns."""
    run: list[_Piece] = []
    columns = 0
    for piece in pieces:
        if run and columns + piece.width > most:
            yield run
            run, columns = [], 0
        run.append(piece)
        columns += piece.width
    yield run


class _Drawn:
    """Shocks of a block, drawn once for each scenario and stretch of paths."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._found: dict[tuple[int, int, int], Shocks] = {}

    def columns(self, pieces: Sequence[_Piece]) -> Shocks:
        """Every column's shocks: each scenario's own sizes on the same draws."""
        blocks = [self._of(piece) for piece in pieces]
        return Shocks(
            **{f.name: np.concatenate([getattr(b, f.name) for b in blocks], axis=-1) for f in fields(Shocks)}
        )

    def _of(self, p: _Piece) -> Shocks:
        key = (id(p.world.scenario), p.first, p.width)
        if key not in self._found:
            self._found[key] = random_shocks.draw(p.world.scenario, self._seed, p.first, p.width)
        return self._found[key]


def _run(made: _Sheet, pieces: Sequence[_Piece], drawn: _Drawn) -> None:
    """One run of the day loop, its outcomes written to the sheet."""
    by_policy = [list(group) for _, group in groupby(pieces, key=lambda piece: piece.policy)]
    widths = [sum(piece.width for piece in group) for group in by_policy]
    worlds = list({id(piece.world): piece.world for piece in pieces}.values())
    place = {id(world): k for k, world in enumerate(worlds)}
    columns = np.repeat([place[id(p.world)] for p in pieces], [p.width for p in pieces])
    records = run_columns(
        stack(worlds, columns),
        drawn.columns(pieces),
        [group[0].policy.orders for group in by_policy],
        widths,
        keep=made.keep,
    )
    start = 0
    for group, width in zip(by_policy, widths, strict=True):
        own = {name: series[..., start : start + width] for name, series in records.items()}
        _count(made, group, Run(group[0].world, own))
        start += width


def _count(made: _Sheet, group: Sequence[_Piece], run: Run) -> None:
    """Outcomes of one policy's columns. What counting reads of the world is the same for all of them."""
    figures = np.stack([_VALUE[key](run) for key in made.keys]) if made.keys else np.empty((0, run.paths))
    profit = _profit(made.seed, group, run) if made.profit else None
    at = 0
    for piece in group:
        here, there = slice(at, at + piece.count), slice(piece.first, piece.first + piece.count)
        made.values[piece.pair, :, there] = figures[:, here]
        if profit is not None:
            made.profits[piece.pair, :, there] = profit[:, here]
        at += piece.width


def _profit(seed: int, group: Sequence[_Piece], run: Run) -> Array:
    """The public's profit (draw, column): every world meets the same rates after the crisis."""
    if not any(run[name].any() for name in (*_BOUGHT, "vehicle_purchases_bn")):
        return np.zeros((DRAWS, run.paths))
    count = normals_needed(run, TERMS)
    ranges = {(p.first, p.width) for p in group}
    z = {(first, width): factors(seed, width, first, count) for first, width in ranges}
    wide = np.concatenate([z[p.first, p.width] for p in group], axis=-1)
    return taxpayer(run, seed, z=wide).total
