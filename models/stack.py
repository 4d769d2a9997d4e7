"""One or many worlds as read-only float64 arrays `(…, column)`: all that the day loop sees of them.

A column is one path of one arm of one world. Scalars become `(1,)` or `(column,)`, tuples `(tenor, 1 or column)`;
everything broadcasts along the last axis, so a Monte Carlo, a sweep and a comparison are the same call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models import bonds
from models.parameters.base import Frozen
from models.parameters.funds import Cohort
from models.scenario import (
    GROUPS,
    World,
    bare_margin_units,
    calm_margin_units,
    calm_volatility,
    cohort_mixes,
    opening_positions,
    opening_repo_bn,
    trade_mixes,
)

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]


class Group:
    """The numbers of one parameter group by their own names, stacked over worlds."""

    def __init__(self, groups: Sequence[Frozen], columns: Indices) -> None:
        first = groups[0]
        for name in type(first).model_fields:
            if _is_number(getattr(first, name)):
                stacked = _frozen([getattr(g, name) for g in groups], columns)
                self.__dict__[name] = stacked

    def __getattr__(self, name: str) -> Array:
        raise AttributeError(name)


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) or (isinstance(value, tuple) and isinstance(value[0], float | int))


def _frozen(values: Sequence[Any], columns: Indices) -> Array:
    out = np.moveaxis(np.asarray(values, float), 0, -1).take(columns, axis=-1)
    out.flags.writeable = False
    return out


@dataclass(frozen=True)
class Stack:
    """Worlds stacked for a run. Shapes: `(column,)`, `(tenor, column)`, `(strategy, column)`, `(strategy, cohort, column)`,
    where column is 1 if there is one world only. Money in $bn, yields in bp, margins as shares, durations in years."""

    yields: Group
    dealers: Group
    wedges: Group
    margins: Group
    funding: Group
    funds: Group
    issuance: Group
    liquidity: Group
    worlds: tuple[World, ...]
    columns: Indices
    opening_yields: Array
    durations: Array
    ten_year_equivalents: Array
    mixes: Array  # tenor shares of each strategy over the market (strategy, tenor, column)
    contracts: Array  # tenor shares of each cohort's basis trade (cohort, tenor, column)
    trade_weights: (
        Array  # mix·D/100 of the swap-spread and off-the-run trades, points per bp (2, tenor, column)
    )
    yield_betas: Array  # their yield wedges' pass-through of the charge (2, tenor, column)
    charge_slope: Array  # and their price loss per bp of charge, points (2, column)
    calm_volatility: Array  # σ_i⁰, bp a day (tenor, column)
    calm_margin_unit: Array  # margin per standard deviation, share of face (tenor, column)
    bare_margin_unit: Array  # without the anti-procyclical floor (tenor, column)
    risk_weights: Array  # what each tenor's volatility counts in a cohort's own (cohort, tenor, column)
    variance_kept: Array  # share of yesterday's value that a day leaves (column,): of variance,
    fast_variance_kept: Array  # of the fast variance,
    liquidation_kept: Array  # of own liquidation,
    memory_kept: Array  # and of the remembered charge
    positions: Array
    equity: Array
    leverage_limit: Array
    opening_repo: Array

    @property
    def first(self) -> World:
        """The world that sets the calendar, which all stacked worlds share."""
        return self.worlds[0]


def stack(worlds: Sequence[World], columns: Indices | None = None) -> Stack:
    """Stack worlds; `columns[k]` is the world of column k (one shared column if there is one world)."""
    index = np.zeros(1, np.intp) if columns is None else columns
    groups = {name: Group([getattr(w, name) for w in worlds], index) for name in GROUPS}

    def each(function: Any) -> Array:
        return _frozen([function(w) for w in worlds], index)

    mixes = each(trade_mixes)
    years = each(lambda w: bonds.durations(w.scenario.opening_yields_pct))
    betas = each(lambda w: (w.wedges.swap_spread_beta, w.wedges.off_the_run_beta))
    weights = mixes[1:] * years / 100
    return Stack(
        **groups,
        worlds=tuple(worlds),
        columns=index,
        opening_yields=each(lambda w: [100 * y for y in w.scenario.opening_yields_pct]),
        durations=years,
        ten_year_equivalents=each(lambda w: bonds.ten_year_equivalents(w.scenario.opening_yields_pct)),
        mixes=mixes,
        trade_weights=weights,
        yield_betas=betas,
        charge_slope=np.sum(weights * betas, axis=1),
        contracts=each(lambda w: [c.tenors for c in w.funds.cohorts]),
        calm_volatility=each(calm_volatility),
        calm_margin_unit=each(calm_margin_units),
        bare_margin_unit=each(bare_margin_units),
        risk_weights=each(lambda w: [_risk_weights(w, c) for c in w.funds.cohorts]),
        variance_kept=each(lambda w: _kept(w.margins.volatility_half_life_days)),
        fast_variance_kept=each(lambda w: _kept(w.liquidity.fast_volatility_half_life_days)),
        liquidation_kept=each(lambda w: _kept(w.wedges.liquidation_half_life_days)),
        memory_kept=each(lambda w: _kept(w.wedges.memory_half_life_days)),
        positions=each(lambda w: np.transpose([opening_positions(w, c) for c in w.funds.cohorts])),
        equity=each(lambda w: [c.equity_bn * w.funds.size for c in w.funds.cohorts]),
        leverage_limit=each(
            lambda w: [c.leverage * w.funds.scale * (1 + w.funds.risk_headroom) for c in w.funds.cohorts]
        ),
        opening_repo=each(opening_repo_bn),
    )


def _kept(half_life_days: float) -> float:
    return 0.5 ** (1 / half_life_days)


def _risk_weights(world: World, cohort: Cohort) -> tuple[float, ...]:
    """Each tenor's share of a cohort's risk: Σ_j N_j·mix_ji·D_i·σ_i⁰, summing to 1 (by face of contracts where it holds none)."""
    held = list(zip(opening_positions(world, cohort), cohort_mixes(world, cohort), strict=True))
    if not any(face for face, _ in held):
        return cohort.tenors
    risk = [unit * sum(n * mix[i] for n, mix in held) for i, unit in enumerate(bare_margin_units(world))]
    return tuple(r / sum(risk) for r in risk)
