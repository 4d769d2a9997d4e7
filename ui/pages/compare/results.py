"""What a named run gives to a comparison across worlds: bands by day, and every outcome path by path.

A run stands beside no action in its own world, so that what it spared and what it changed can be told. Outcomes are
kept path by path: two runs on the same draws are then compared path by path, others by adding their variances.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from models.series import (
    DEALER_USE,
    DEPTH,
    DISLOCATION,
    FACILITY,
    HEDGED,
    OFF_THE_RUN,
    OUTRIGHT,
    REPO_SPREAD,
    VEHICLE,
    YIELD,
)
from models.simulation import Run
from models.stack import Array
from policy import spec
from policy.outcomes import statistics
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import NOISE, Gap, quantiles
from policy.ranking import criteria
from ui.state import state as s
from ui.state.session import compared
from ui.state.state import NamedRun, State


@dataclass(frozen=True)
class DailySeries:
    """Something that moves from day to day: what it is, its unit, and how it is read from a run, (day, path)."""

    title: str
    unit: str
    value: Callable[[Run], Array]
    low: bool = False  # whether its low, not its peak, is the bad side


def _row(name: str, row: int) -> Callable[[Run], Array]:
    return lambda run: run[name][:, row]


def _plain(name: str) -> Callable[[Run], Array]:
    return lambda run: run[name]


def _sum(*names: str) -> Callable[[Run], Array]:
    return lambda run: np.asarray(sum(np.add.reduce(run[name], axis=1) for name in names))


def _change(run: Run) -> Array:
    return np.asarray(100 * (run[YIELD][:, 2] - run.world.scenario.opening_yields_pct[2]))


SERIES = {
    "dislocation_10y": DailySeries("10-year dislocation", "bp", _row(DISLOCATION, 2)),
    "dislocation_30y": DailySeries("30-year dislocation", "bp", _row(DISLOCATION, 3)),
    "dealer_use": DailySeries("dealer balance-sheet use", "% of capacity", _plain(DEALER_USE)),
    "yield_change_10y": DailySeries("change of the 10-year yield since the opening", "bp", _change),
    "yield_10y": DailySeries("10-year yield", "%", _row(YIELD, 2)),
    "repo_spread": DailySeries("repo spread", "bp", _plain(REPO_SPREAD)),
    "off_the_run_10y": DailySeries("10-year off-the-run premium", "bp", _row(OFF_THE_RUN, 2)),
    "depth": DailySeries("market depth", "$mn", _plain(DEPTH), low=True),
    "facility": DailySeries("repo lent by a facility", "$bn", _sum(FACILITY)),
    "holdings": DailySeries(
        "bonds, bundles and repo held by the public", "$bn",
        _sum(OUTRIGHT, HEDGED, VEHICLE, FACILITY),
    ),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Evidence:
    """One run's results: bands by series as (5%, 50%, 95%; day), and outcomes by key, each (path,).

    `none` is the same under no action in the run's own world, on the same draws.
    """

    bands: Mapping[str, Array]
    outcomes: Mapping[str, Array]
    none: Mapping[str, Array]

    def mean(self, key: str) -> float:
        """An outcome's mean over paths: the scorecard's figure."""
        value = float(np.mean(self.outcomes[key]))
        return 0.0 if abs(value) < NOISE else value

    @property
    def columns(self) -> Array:
        """What the ranking needs: (criterion, path)."""
        return np.stack([self.outcomes[key] for key in criteria.KEYS])


@dataclass(frozen=True, eq=False)
class Entry:
    """A run with its results."""

    run: NamedRun
    found: Evidence

    @property
    def draws(self) -> tuple[int, int]:
        """What random draws it saw: runs with the same are compared path by path."""
        return (self.run.seed, self.run.paths)

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        return self.run.world.scenario.calendar


def gap(entry: Entry, base: Entry | None, key: str) -> Gap:
    """An outcome's difference to a base run, or to no action in the run's own world where none is given."""
    if base is None:
        return statistics.gap(entry.found.outcomes[key], entry.found.none[key])
    return statistics.gap(entry.found.outcomes[key], base.found.outcomes[key], entry.draws == base.draws)


def entries(runs: Sequence[NamedRun]) -> tuple[Entry, ...]:
    """Runs with their results, each computed once for the same inputs and model version."""
    return tuple(Entry(run, _computed(_digest(run), run)) for run in runs)


def _digest(run: NamedRun) -> str:
    """What names a run's numbers: its name, note and the policy's label are no part of it."""
    bare = spec.policy(run.policy.interventions, "p")
    return s.digest(State(run.world, (bare,), run.seed, run.paths))


@st.cache_resource(max_entries=48, show_spinner=False)
def _computed(key: str, _run: NamedRun) -> Evidence:
    """Frozen and small (0.2 MB at 256 paths), so one shared copy serves every session."""
    return evidence(_run)


def evidence(run: NamedRun) -> Evidence:
    """A run beside no action in its own world."""
    comparison = compared(run.world, [run.policy], run.paths, run.seed)
    own, none = all_scores(comparison)[-1], all_scores(comparison)[0]
    bands = {name: quantiles(series.value(comparison.runs[-1])) for name, series in SERIES.items()}
    return Evidence(bands, own.values, none.values)
