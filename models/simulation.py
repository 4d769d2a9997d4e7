"""Days × paths: the only loop over time. Arms (policies) and paths share one vectorised run on common shocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

from models import shocks as random_shocks
from models.market import Day, DayFigures, MarketState, Today, clearing, close, opening, step
from models.orders import NO_ORDERS, Orders, followed_orders, side_by_side
from models.scenario import SHOCKS, Scenario, World
from models.series import (
    AUCTION_TAIL,
    BASIS,
    DEALER_AWARD,
    DEALER_USE,
    DEPTH,
    DISLOCATION,
    FUNDAMENTALS,
    HEDGED_PURCHASES,
    MARKET_PENALTY,
    OFF_THE_RUN,
    POSITIONS,
    PRICE_LOSS,
    REPO_SPREAD,
    VEHICLE_PURCHASES,
    VOLATILITY,
)
from models.shocks import Shocks
from models.stack import Array, Stack, stack

CHUNK = 4096
NARROWEST = 8

# What a central bank can read at a close, and what triggers may name.
PUBLISHED = {
    "dislocation_10y_bp": (DISLOCATION, 2),
    "dislocation_30y_bp": (DISLOCATION, 3),
    "off_the_run_10y_bp": (OFF_THE_RUN, 2),
    BASIS: (BASIS, None),
    REPO_SPREAD: (REPO_SPREAD, None),
    DEALER_USE: (DEALER_USE, None),
    DEPTH: (DEPTH, None),
    VOLATILITY: (VOLATILITY, None),
    AUCTION_TAIL: (AUCTION_TAIL, None),
    DEALER_AWARD: (DEALER_AWARD, None),
}

# Series that policies read, recorded whatever else is kept.
READABLE = frozenset(series for series, _ in PUBLISHED.values()) | {
    VEHICLE_PURCHASES,
    HEDGED_PURCHASES,
    PRICE_LOSS,
    MARKET_PENALTY,
    POSITIONS,
}


@dataclass(frozen=True)
class View:
    """What policy sees on the morning of `day`: everything up to yesterday's close, nothing after it."""

    day: int
    calendar: tuple[dt.date, ...]
    outright: Array  # Fed's bonds, $bn (tenor, column)
    hedged: Array  # Fed's bundles, $bn (strategy, column)
    vehicle: Array  # vehicle's bundles, $bn (strategy, column)
    done: Orders  # what was actually done on this day of the episode
    records: Mapping[str, Array]

    def published(self, name: str) -> Array:
        """A published figure on days 0 … yesterday, (day, column)."""
        series, row = PUBLISHED[name]
        values = self.records[series][: self.day]
        return values if row is None else values[:, row]

    def past(self, series: str) -> Array:
        """Any recorded series on days 0 … yesterday, (day, …, column)."""
        return self.records[series][: self.day]

    @property
    def columns(self) -> int:
        return int(self.vehicle.shape[-1])


Arm = Callable[[View], Orders]
# Told of every day as it was run: its intermediate values, its figures and the close. Columns as in `run_columns`.
Watch = Callable[[Day, DayFigures, MarketState], None]


def no_action(view: View) -> Orders:
    """The arm that orders nothing."""
    return NO_ORDERS


def followed(view: View) -> Orders:
    """The arm that repeats the policy actually followed in an episode; none where the Fed stayed out."""
    return view.done


@dataclass(frozen=True)
class Run:
    """One policy on one world: every recorded series `(day, …, path)`, day 0 being the opening close."""

    world: World
    series: Mapping[str, Array]

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        return self.world.scenario.calendar

    @property
    def paths(self) -> int:
        return int(next(iter(self.series.values())).shape[-1])

    def __getitem__(self, name: str) -> Array:
        return self.series[name]


Worlds = World | Sequence[World]


def simulate(
    worlds: Worlds,
    arms: Sequence[Arm],
    paths: int,
    seed: int,
    first: int = 0,
    keep: frozenset[str] | None = None,
) -> list[Run]:
    """Run every arm on the same `paths` random paths (from path `first` on). One `Run` per arm, in order.

    `worlds` is one world for all arms or one for each; these must share their scenario and number of cohorts.
    `keep` names the series to record (all if none), beside those that policies may read: memory and time go with it.
    """
    return _joined(list(simulate_in_pieces(worlds, arms, paths, seed, first, keep)))


def simulate_in_pieces(
    worlds: Worlds,
    arms: Sequence[Arm],
    paths: int,
    seed: int,
    first: int = 0,
    keep: frozenset[str] | None = None,
    watch: Watch | None = None,
) -> Iterator[list[Run]]:
    """The same, some paths at a time in their order: memory does not grow with paths where each piece is reduced in turn.

    `watch` is told of each day of a piece before the piece is handed out; its columns are the arms' one after another.
    """
    own = _one_each(worlds, arms)
    for at, count in _cuts(first, paths, piece(len(arms))):
        drawn = random_shocks.draw(own[0].scenario, seed, at, max(count, NARROWEST))
        records = _chunk(own, arms, drawn, count, keep=keep, watch=watch)
        yield [Run(w, s) for w, s in zip(own, records, strict=True)]


def piece(arms: int) -> int:
    """Paths that run at a time with so many arms."""
    return max(NARROWEST, CHUNK // arms)


def _one_each(worlds: Worlds, arms: Sequence[Arm]) -> list[World]:
    own = [worlds] * len(arms) if isinstance(worlds, World) else list(worlds)
    if any(w.scenario != own[0].scenario for w in own):
        raise ValueError("worlds run side by side must share their scenario")
    return own


def _cuts(first: int, paths: int, each: int) -> Iterator[tuple[int, int]]:
    for start in range(0, paths, each):
        yield first + start, min(each, paths - start)


def _joined(pieces: Sequence[Sequence[Run]]) -> list[Run]:
    """All paths of each arm in one run, series by series: what is joined is let go at once, so nothing is held twice."""
    if len(pieces) == 1:
        return list(pieces[0])
    parts = [[dict(run.series) for run in piece] for piece in pieces]
    worlds, names = [run.world for run in pieces[0]], list(parts[0][0])
    del pieces
    whole: list[dict[str, Array]] = [{} for _ in worlds]
    for name in names:
        for k, series in enumerate(whole):
            series[name] = np.concatenate([part[k].pop(name) for part in parts], axis=-1)
    return [Run(world, series) for world, series in zip(worlds, whole, strict=True)]


def simulate_central(worlds: Worlds, arms: Sequence[Arm], invert: bool = False) -> list[Run]:
    """Run every arm on the central path: severity one, no noise. With `invert`, read fundamentals off observed yields."""
    own = _one_each(worlds, arms)
    wide = central_shocks(own[0].scenario)
    return [Run(w, series) for w, series in zip(own, _chunk(own, arms, wide, 1, invert), strict=True)]


def central_shocks(scenario: Scenario) -> Shocks:
    """Shocks of the central path, in the fewest columns that are run."""
    one = random_shocks.central(scenario)
    return Shocks(**{f.name: np.repeat(getattr(one, f.name), NARROWEST, axis=-1) for f in fields(Shocks)})


def _chunk(
    worlds: Sequence[World],
    arms: Sequence[Arm],
    shocks: Shocks,
    count: int,
    invert: bool = False,
    keep: frozenset[str] | None = None,
    watch: Watch | None = None,
) -> list[dict[str, Array]]:
    width = shocks.client_financing.shape[-1]
    tiled = Shocks(**{f.name: _tile(getattr(shocks, f.name), len(arms)) for f in fields(Shocks)})
    records = run_columns(_stacked(worlds, width), tiled, arms, [width] * len(arms), invert, keep, watch)
    return [
        {name: values[..., k * width : k * width + count] for name, values in records.items()}
        for k in range(len(arms))
    ]


def _stacked(worlds: Sequence[World], width: int) -> Stack:
    if all(w is worlds[0] for w in worlds):
        return stack(worlds[:1])
    return stack(worlds, np.repeat(np.arange(len(worlds)), width))


def _tile(array: Array, times: int) -> Array:
    return np.concatenate([array] * times, axis=-1) if times > 1 else array


def run_columns(
    s: Stack,
    shocks: Shocks,
    arms: Sequence[Arm],
    widths: Sequence[int],
    invert: bool = False,
    keep: frozenset[str] | None = None,
    watch: Watch | None = None,
) -> dict[str, Array]:
    """The day loop over stacked columns; arm k decides for its own `widths[k]` columns. Returns all series."""
    scenario, columns = s.first.scenario, sum(widths)
    calendar = scenario.calendar
    sizes = {
        day: sum(a.size_bn for a in scenario.auctions if a.day == day) for day in range(scenario.days + 1)
    }
    state = opening(s, columns)
    _, still = step(s, state, _quiet(shocks), NO_ORDERS)
    names = still.keys() if keep is None else still.keys() & (keep | READABLE)
    records = _recorder({name: still[name] for name in still if name in names}, scenario.days, columns)
    edges = np.concatenate([[0], np.cumsum(widths)])
    for day in range(1, scenario.days + 1):
        done = followed_orders(scenario, day)
        views = (_view(day, calendar, state, done, records, slice(a, b)) for a, b in pairwise(edges))
        orders = side_by_side([arm(view) for arm, view in zip(arms, views, strict=True)], widths)
        cleared = clearing(s, state, _today(shocks, scenario, day, sizes[day], invert), orders)
        state, figures = close(cleared)
        if watch is not None:
            watch(cleared, figures, state)
        for name, record in records.items():
            record[day] = figures[name]
    return records


def _view(
    day: int,
    calendar: tuple[dt.date, ...],
    state: MarketState,
    done: Orders,
    records: dict[str, Array],
    columns: slice,
) -> View:
    return View(
        day=day,
        calendar=calendar,
        outright=_read_only(state.outright[:, columns]),
        hedged=_read_only(state.hedged[:, columns]),
        vehicle=_read_only(state.vehicle[:, columns]),
        done=done,
        records=_Sliced(records, columns),
    )


def _read_only(view: Array) -> Array:
    view.flags.writeable = False
    return view


class _Sliced(Mapping[str, Array]):
    """Read-only look at an arm's own columns of the records."""

    def __init__(self, records: dict[str, Array], columns: slice) -> None:
        self._records, self._columns = records, columns

    def __getitem__(self, name: str) -> Array:
        return _read_only(self._records[name][..., self._columns])

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def _recorder(still: DayFigures, days: int, columns: int) -> dict[str, Array]:
    """Arrays for every series with the opening row filled: a day on which nothing happens."""
    records: dict[str, Array] = {}
    for name, value in still.items():
        shape = (*np.shape(value)[:-1], columns)
        records[name] = np.zeros((days + 1, *shape))
        records[name][0] = value
    return records


def _today(shocks: Shocks, scenario: Any, day: int, size: float, invert: bool) -> Today:
    observed = None
    if invert:
        observed = 100 * np.array(scenario.observed_yields_pct[day])[:, None]
    return Today(
        **{name: getattr(shocks, name)[day - 1] for name in SHOCKS},
        auction_size=size,
        observed_yields=observed,
    )


def _quiet(shocks: Shocks) -> Today:
    return Today(**{name: np.zeros_like(getattr(shocks, name)[0]) for name in SHOCKS}, auction_size=0.0)


def with_held_fundamentals(world: World) -> World:
    """A world whose fundamentals explain its observed yields exactly, on its central path and followed policy."""
    from models.worlds import replace

    if not world.scenario.observed_yields_pct:
        return world
    bare = replace(world, {"scenario.held_fundamentals_bp": ()})
    (run,) = simulate_central(bare, [followed], invert=True)
    held = tuple(tuple(float(x) for x in row) for row in run[FUNDAMENTALS][1:, :, 0])
    return replace(bare, {"scenario.held_fundamentals_bp": held})
