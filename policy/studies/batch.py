"""Many worlds × policies on common random numbers, in few wide runs: what sweeps, maps and sensitivities stand on.

A column is one path of one world under one policy. The numbers are those of `policy.comparison.compare` and
`policy.outcomes.scores.scores` for each world alone, and do not depend on what else stands in the run.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby

import numpy as np

from models import shocks as random_shocks
from models.errors import unknown
from models.scenario import World, trade_mixes
from models.series import CHARGE, FACILITY, HEDGED, OUTRIGHT, VEHICLE_PURCHASES
from models.shocks import Shocks
from models.simulation import NARROWEST, Run, run_columns
from models.stack import Array, stack
from policy.comparison import NONE, arms, check_draws
from policy.outcomes.metric import Metric
from policy.outcomes.outright_result import normals_needed
from policy.outcomes.rates_after import DRAWS, factors
from policy.outcomes.reads import reads
from policy.outcomes.scorecard import BY_KEY, KEYS
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS
from policy.spec import Policy

# Columns of one run: enough that the interpreter's share is small, few enough that a day's arrays stay in cache.
WIDTH = 2048
_BOUGHT = (OUTRIGHT, HEDGED, FACILITY, VEHICLE_PURCHASES)
_UNWANTED = -1


@dataclass(frozen=True)
class Figures:
    """Outcomes of pairs of world and policy: `values` (pair, key, path)."""

    keys: tuple[str, ...]
    values: Array


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of many worlds under the same policies, no action first, on the same shocks.

    `values` is (world, policy, key, path) in the units of `policy.outcomes.scorecard`.
    """

    policies: tuple[Policy, ...]
    keys: tuple[str, ...]
    values: Array

    def of(self, key: str) -> Array:
        """One outcome (world, policy, path)."""
        return self.values[:, :, self.keys.index(key)]


def outcomes(
    worlds: Sequence[World], policies: Sequence[Policy], paths: int, seed: int, keys: Sequence[str] = KEYS
) -> Outcomes:
    """Every world under every policy (no action first) on the same `paths` random paths.

    `keys` names the outcomes wanted. Raises `Refused` where a policy's own rules do not fit a world.
    """
    chosen = arms(policies)
    evaluated = evaluate([(w, p) for w in worlds for p in chosen], paths, seed, keys)
    return Outcomes(
        chosen, evaluated.keys, evaluated.values.reshape(len(worlds), len(chosen), len(evaluated.keys), paths)
    )


def evaluate(
    pairs: Sequence[tuple[World, Policy]], paths: int, seed: int, keys: Sequence[str] = KEYS
) -> Figures:
    """The same for any pairs of world and policy. Raises `Refused`."""
    _check(paths, seed, keys)
    sheet = _Sheet(tuple(BY_KEY[key] for key in keys), seed, len(pairs), paths)
    asked = [_Asked(k, w, p.prepare(w), p) for k, (w, p) in enumerate(pairs)]
    families = _families(_with_bases(asked) if sheet.paired else asked)
    for first in range(0, paths, WIDTH):
        for block in _blocks(families, first, min(WIDTH, paths - first)):
            drawn = _Drawn(seed)
            for pieces in _filled(block, WIDTH):
                _run(sheet, pieces, drawn)
        sheet.bases.clear()
    sheet.close()
    return Figures(tuple(keys), sheet.values)


def _check(paths: int, seed: int, keys: Sequence[str]) -> None:
    check_draws(paths, seed)
    for key in keys:
        if key not in BY_KEY:
            raise unknown("outcome", key, list(KEYS))


class _Sheet:
    """What is wanted of every run, and where it is written: `values` (pair, outcome, path).

    `bases` are the runs without action of each world on the present stretch of paths, as far as outcomes read them.
    """

    def __init__(self, metrics: tuple[Metric, ...], seed: int, pairs: int, paths: int) -> None:
        self.metrics, self.seed = metrics, seed
        self.by_run = [k for k, m in enumerate(metrics) if not m.horizon]
        self.horizon = len(self.by_run) < len(metrics)
        self.keep = frozenset({CHARGE}).union(*(reads(m).own for m in metrics))  # a run is as wide as that
        self.of_none = frozenset[str]().union(*(reads(m).none for m in metrics))
        self.values = np.empty((pairs, len(metrics), paths))
        self.profits = np.empty((pairs if self.horizon else 0, DRAWS, paths))
        self.bases: dict[Hashable, dict[str, Array]] = {}

    @property
    def paired(self) -> bool:
        """Whether an outcome is told against the run without action."""
        return bool(self.of_none)

    def close(self) -> None:
        """Count what all paths make together."""
        for k, metric in enumerate(self.metrics):
            if metric.of_profit is not None:
                self.values[:, k] = [metric.of_profit(profits) for profits in self.profits]


@dataclass(frozen=True)
class _Asked:
    """One pair: the world as given and as the policy's rules leave it."""

    pair: int
    given: World
    world: World
    policy: Policy

    @property
    def idle(self) -> bool:
        """Whether nothing is done."""
        return self.policy.interventions == NONE.interventions


def _with_bases(asked: Sequence[_Asked]) -> list[_Asked]:
    """World by world with the run without action first, added where nobody asked for it."""
    by_world: dict[int, list[_Asked]] = {}
    for one in asked:
        by_world.setdefault(id(one.given), []).append(one)
    ordered = []
    for members in by_world.values():
        idle = [one for one in members if one.idle]
        first = idle or [_Asked(_UNWANTED, members[0].given, members[0].given, NONE)]
        ordered += [*first, *(one for one in members if not one.idle)]
    return ordered


@dataclass(frozen=True)
class _Piece:
    """Some paths of one pair: `width` columns, of which the first `count` are wanted."""

    asked: _Asked
    first: int
    count: int

    @property
    def width(self) -> int:
        return max(self.count, NARROWEST)

    @property
    def world(self) -> World:
        return self.asked.world

    @property
    def base(self) -> Hashable:
        """What names the run without action beside it."""
        return id(self.asked.given), self.first


def _shared(world: World) -> Hashable:
    """What worlds in one run must have in common: what the day loop and the counting of outcomes take as one value."""
    s = world.scenario
    return (
        s.calendar, s.auctions, s.followed, s.days_to_delivery, s.opening_yields_pct, s.policy_rate_pct,
        trade_mixes(world), len(world.funds.cohorts),
    )  # fmt: skip


def _families(asked: Sequence[_Asked]) -> list[list[_Asked]]:
    """Those whose worlds may share a run. Worlds that a policy's rules move to another family come last, after their base."""
    families: dict[tuple[Hashable, Hashable], list[_Asked]] = {}
    shared: dict[int, Hashable] = {}
    for one in asked:
        given, ruled = (shared.setdefault(id(w), _shared(w)) for w in (one.given, one.world))
        families.setdefault((given, ruled), []).append(one)
    return [
        members for _, members in sorted(families.items(), key=lambda family: family[0][0] != family[0][1])
    ]


def _blocks(families: Sequence[Sequence[_Asked]], first: int, count: int) -> Iterator[list[_Piece]]:
    """Pieces by policy, no action first, so many that every policy could fill a run of its own.

    A run of one policy skips what only others do, such as the auction; and a block draws each scenario's shocks once.
    """
    rank = {p: n for n, p in enumerate(dict.fromkeys(one.policy for members in families for one in members))}
    for members in families:
        for block in _filled((_Piece(one, first, count) for one in members), WIDTH * len(rank)):
            yield sorted(block, key=lambda piece: (not piece.asked.idle, rank[piece.asked.policy]))


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


def _run(sheet: _Sheet, pieces: Sequence[_Piece], drawn: _Drawn) -> None:
    """One run of the day loop, its outcomes written to the sheet."""
    by_policy = [list(group) for _, group in groupby(pieces, key=lambda piece: piece.asked.policy)]
    widths = [sum(piece.width for piece in group) for group in by_policy]
    worlds = list({id(piece.world): piece.world for piece in pieces}.values())
    place = {id(world): k for k, world in enumerate(worlds)}
    columns = np.repeat([place[id(p.world)] for p in pieces], [p.width for p in pieces])
    records = run_columns(
        stack(worlds, columns),
        drawn.columns(pieces),
        [group[0].asked.policy.orders for group in by_policy],
        widths,
        keep=sheet.keep,
    )
    start = 0
    for group, width in zip(by_policy, widths, strict=True):
        own = {name: series[..., start : start + width] for name, series in records.items()}
        _count(sheet, group, Run(group[0].world, own))
        start += width


def _count(sheet: _Sheet, group: Sequence[_Piece], run: Run) -> None:
    """Outcomes of one policy's columns. What counting reads of the world is the same for all of them."""
    if group[0].asked.idle:
        _keep_bases(sheet, group, run)
    if all(piece.asked.pair == _UNWANTED for piece in group):
        return
    none = _base(sheet, group)
    figures = np.stack([sheet.metrics[k].value(run, none) for k in sheet.by_run]) if sheet.by_run else None
    profit = _profit(sheet.seed, group, run) if sheet.horizon else None
    for piece, here in _columns(group):
        pair, there = piece.asked.pair, slice(piece.first, piece.first + piece.count)
        if pair == _UNWANTED:
            continue
        if figures is not None:
            sheet.values[pair, sheet.by_run, there] = figures[:, here][:, : piece.count]
        if profit is not None:
            sheet.profits[pair, :, there] = profit[:, here][:, : piece.count]


def _columns(group: Sequence[_Piece]) -> Iterator[tuple[_Piece, slice]]:
    """Pieces with their columns in the group's run."""
    at = 0
    for piece in group:
        yield piece, slice(at, at + piece.width)
        at += piece.width


def _keep_bases(sheet: _Sheet, group: Sequence[_Piece], run: Run) -> None:
    for piece, here in _columns(group):
        sheet.bases[piece.base] = {name: run[name][..., here].copy() for name in sheet.of_none}


def _base(sheet: _Sheet, group: Sequence[_Piece]) -> Run:
    """The run without action beside a group's columns, with the series that outcomes read of it."""
    kept = [sheet.bases[piece.base] for piece in group] if sheet.paired else []
    series = {name: np.concatenate([one[name] for one in kept], axis=-1) for name in sheet.of_none}
    return Run(group[0].asked.given, series)


def _profit(seed: int, group: Sequence[_Piece], run: Run) -> Array:
    """The public's profit (draw, column): every world meets the same rates after the crisis."""
    if not any(run[name].any() for name in _BOUGHT):
        return np.zeros((DRAWS, run.paths))
    count = normals_needed(run, TERMS)
    ranges = {(p.first, p.width) for p in group}
    z = {(first, width): factors(seed, width, first, count) for first, width in ranges}
    wide = np.concatenate([z[p.first, p.width] for p in group], axis=-1)
    return taxpayer(run, seed, z=wide).total
