"""The central path of a policy day by day: the market on every morning, what hit it, what was ordered, and the close.

The central path has severity one and no noise, so every equation of the model holds on it with one number on each side.
Nothing is computed here a second time: a day is the engine's own, with the values it went through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models import dealers, market, wedges
from models.market import Series, State, Today
from models.orders import Orders
from models.parameters.base import TENORS
from models.scenario import World
from models.simulation import NARROWEST, Arm, Run, central_shocks, run_columns
from models.stack import Stack, stack

TEN = TENORS.index(10)


@dataclass(frozen=True, eq=False)
class Day:
    """One day of the central path: the market up to where it clears, its figures, and the close."""

    day: int
    cleared: market.Day
    figures: Series
    close: State

    @property
    def s(self) -> Stack:
        return self.cleared.stack

    def series(self, name: str, *row: int) -> float:
        """A recorded figure of the day."""
        return at(self.figures[name], *row)

    @property
    def open(self) -> State:
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
    def wedges(self) -> wedges.Wedges:
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
    days: tuple[Day, ...]

    @property
    def worst(self) -> int:
        """The day of the largest 10-year dislocation; the first day where there is none."""
        return max(1, int(np.argmax(self.run["dislocation_bp"][:, TEN, 0])))


def at(value: Any, *row: int) -> float:
    """One number of the first column, whatever broadcasts."""
    found = np.asarray(value)[row] if row else np.asarray(value)
    return float(found.reshape(-1)[0])


def walk(world: World, arm: Arm) -> Walk:
    """The central path of a world under an arm's orders, with the market's state on every morning. Raises `Refused`."""
    s, days = stack([world]), list[Day]()

    def watch(cleared: market.Day, figures: Series, close: State) -> None:
        days.append(Day(len(days) + 1, cleared, figures, close))

    records = run_columns(s, central_shocks(world.scenario), [arm], [NARROWEST], watch=watch)
    return Walk(Run(world, {name: values[..., :1] for name, values in records.items()}), tuple(days))


def row(order: Any, row: int) -> float:
    """One row of an order that may be a plain number."""
    return at(order) if np.ndim(order) < 2 else at(order, row)


# What the equations need and the engine does not record


def exposure(now: Day) -> tuple[float, ...]:
    """Dealers' exposure at the close by item, $bn: fixed, bonds, pairs, repo, facility.

    Bundles that funds sold to the vehicle today settle tomorrow: their repo is still there.
    """
    w = now.footprint
    fixed = at(now.rules.exposure) - w * at(now.open.opening_repo)
    held = sum(now.series("positions_bn", j) + now.series("vehicle_purchases_bn", j) for j in range(3))
    funds = (1 - now.haircut) * (held - now.series("vehicle_from_dealers_bn"))
    repo_used = w * (funds + now.series("client_financing_bn"))
    other = now.morning.funding
    return (
        fixed,
        at(now.close.inventory),
        at(now.close.pairs),
        repo_used,
        at(other.footprint + other.dealers_short),
    )


def cost(now: Day, j: int) -> float:
    """What a trade lost today, points per 100: the move of its wedge and the day's carry."""
    return now.series("price_loss_points", j) - at(now.open.mark, j) + at(now.cleared.terms.carry, j)
