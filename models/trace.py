"""The central path of a policy day by day: the market on every morning, what hit it, what was ordered, and the close.

The central path has severity one and no noise, so every equation of the model holds on it with one number on each side.
Nothing is computed here a second time: a day is the engine's own, with the values it went through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models import dealers, market, series, wedges
from models.market import DayFigures, MarketState, Today
from models.orders import Orders
from models.parameters.base import TENORS
from models.scenario import World
from models.simulation import NARROWEST, Arm, Run, central_shocks, run_columns
from models.stack import Stack, stack

TEN = TENORS.index(10)


@dataclass(frozen=True, eq=False)
class TracedDay:
    """One day of the central path: the market up to where it clears, its figures, and the close."""

    day: int
    cleared: market.Day
    figures: DayFigures
    close: MarketState

    @property
    def s(self) -> Stack:
        return self.cleared.stack

    def series(self, name: str, *row: int) -> float:
        """A recorded figure of the day."""
        return at(self.figures[name], *row)

    @property
    def open(self) -> MarketState:
        """The market at yesterday's close."""
        return self.cleared.state

    @property
    def today(self) -> Today:
        return self.cleared.today

    @property
    def orders(self) -> Orders:
        return self.cleared.orders

    @property
    def morning(self) -> market.Open:
        """What was settled before the market cleared."""
        return self.cleared.open

    @property
    def wedges(self) -> wedges.DayWedges:
        return self.cleared.prices

    @property
    def line(self) -> dealers.ClearingLine:
        return self.cleared.line

    @property
    def rules(self) -> dealers.Rules:
        """Dealers' balance sheet under the rules in force."""
        return self.morning.rules

    @property
    def footprint(self) -> float:
        """Balance sheet a dollar of repo uses under the rules in force."""
        return at(self.rules.footprint)

    @property
    def haircut(self) -> float:
        return at(self.morning.haircut)

    @property
    def capacity(self) -> float:
        """Dealers' balance sheet today, $bn."""
        return at(self.rules.capacity * self.morning.tight)

    @property
    def above(self) -> float:
        """λ − λ_r, bp."""
        return at(self.close.above)


@dataclass(frozen=True, eq=False)
class Walk:
    """The central path of one policy, day by day; `run` is the same path as the engine records it."""

    run: Run
    days: tuple[TracedDay, ...]

    @property
    def worst(self) -> int:
        """The day of the largest 10-year dislocation; the first day where there is none."""
        return max(1, int(np.argmax(self.run[series.DISLOCATION][:, TEN, 0])))


def at(value: Any, *row: int) -> float:
    """One number of the first column, whatever broadcasts."""
    element = np.asarray(value)[row] if row else np.asarray(value)
    return float(element.reshape(-1)[0])


def walk(world: World, arm: Arm) -> Walk:
    """The central path of a world under an arm's orders, with the market's state on every morning. Raises `Refused`."""
    s, days = stack([world]), list[TracedDay]()

    def watch(cleared: market.Day, figures: DayFigures, close: MarketState) -> None:
        days.append(TracedDay(len(days) + 1, cleared, figures, close))

    records = run_columns(s, central_shocks(world.scenario), [arm], [NARROWEST], watch=watch)
    return Walk(Run(world, {name: values[..., :1] for name, values in records.items()}), tuple(days))


def row(order: Any, row: int) -> float:
    """One row of an order that may be a plain number."""
    return at(order) if np.ndim(order) < 2 else at(order, row)


# What the equations need and the engine does not record


def exposure(now: TracedDay) -> tuple[float, ...]:
    """Dealers' exposure at the close by item, $bn: fixed, bonds, pairs, repo, facility.

    Bundles that funds sold to the vehicle today settle tomorrow: their repo is still there.
    """
    w = now.footprint
    fixed = at(now.rules.exposure) - w * at(now.open.opening_repo)
    held = sum(now.series(series.POSITIONS, j) + now.series(series.VEHICLE_PURCHASES, j) for j in range(3))
    funds = (1 - now.haircut) * (held - now.series(series.VEHICLE_FROM_DEALERS))
    repo_used = w * (funds + now.series(series.CLIENT_FINANCING))
    other = now.morning.funding
    return (
        fixed,
        _bonds_counted(now),
        at(now.close.pairs),
        repo_used,
        at(other.footprint + other.dealers_short),
    )


def sold_out(now: TracedDay) -> bool:
    """Whether dealers end the day without a bond, at a charge above its lower end."""
    none_left = at(now.close.inventory) <= -at(now.s.dealers.normal_inventory_bn)
    return none_left and at(now.close.log_charge) > at(now.line.low)


def _bonds_counted(now: TracedDay) -> float:
    """Dealers' bonds above normal as the charge counts them, $bn: those of the close and, where dealers are sold out, less
    those that investors would have taken at that charge as well."""
    if not sold_out(now):
        return at(now.close.inventory)
    d, day = now.s.dealers, now.cleared
    basis, swap, old = (now.series(series.MARKET_SALES, j) for j in range(3))
    before = at(day.inflow.inventory) + basis + swap - at(day.outcome.dealer_bundles)
    from_pairs = at(day.inflow.pairs) + old - at(now.close.pairs)
    wanted = at(d.investor_absorption_bn) * at(d.market_size) * at(now.close.log_charge)
    return before - wanted + from_pairs


def cost(now: TracedDay, j: int) -> float:
    """What a trade lost today, points per 100: the move of its wedge and the day's carry."""
    return now.series(series.PRICE_LOSS, j) - at(now.open.mark, j) + at(now.cleared.terms.carry, j)
