"""The central path of a policy day by day: the market on every morning, what hit it, what was ordered, and the close.

The central path has severity one and no noise, so every equation of the model holds on it with one number on each side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models import dealers, margins
from models import wedges as market_wedges
from models.market import Series, State, Today
from models.orders import Orders
from models.parameters.base import DAYS_A_YEAR, TENORS
from models.scenario import World
from models.simulation import NARROWEST, Arm, Run, central_shocks, run_columns
from models.stack import Array, Stack, stack

TEN = TENORS.index(10)


@dataclass(frozen=True, eq=False)
class Day:
    """One day of the central path: the market at the open, what hit it, what was ordered, and the close."""

    s: Stack
    day: int
    open: State
    today: Today
    orders: Orders
    figures: Series
    close: State

    def series(self, name: str, *row: int) -> float:
        """A recorded figure of the day."""
        return at(self.figures[name], *row)

    @property
    def sigma_ratio(self) -> Array:
        """Volatility that the day's constraints go by, over its calm level."""
        return margins.volatility(self.s.margins, self.open.variance) / self.s.margins.calm_volatility_bp

    @property
    def footprint(self) -> float:
        return at(self.s.dealers.repo_footprint * self.orders.footprint_multiple)

    @property
    def haircut(self) -> float:
        return self.series("haircut_pct") / 100

    @property
    def capacity(self) -> float:
        """Dealers' balance sheet today, $bn."""
        return at(dealers.capacity(self.s.dealers, self.sigma_ratio, self.orders.capacity_multiple))

    @property
    def above(self) -> float:
        """λ − λ₀, bp."""
        return self.series("charge_bp") - at(self.s.dealers.calm_charge_bp)

    @property
    def wedges(self) -> market_wedges.Wedges:
        """The day's wedges, from what is given at the open."""
        o, t = self.open, self.today
        missing = t.desired_longs + o.absorbed + o.outside + o.delivered
        years = o.days_to_delivery / DAYS_A_YEAR
        return market_wedges.wedges(
            self.s, o.liquidation, years, missing, t.swap_spread_shock, t.off_the_run_shock, t.basis_shock
        )

    @property
    def facility_footprint(self) -> float:
        """Balance sheet that the facility's form adds or frees, $bn."""
        w = self.footprint
        return (1 - w) * self.series("facility_bn", 0) - w * self.series("facility_bn", 2)


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

    def watch(day: int, opened: State, today: Today, orders: Orders, figures: Series, close: State) -> None:
        days.append(Day(s, day, opened, today, orders, figures, close))

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
    d, w = now.s.dealers, now.footprint
    fixed = at(d.calm_use) * at(d.capacity_bn) - at(d.repo_footprint) * at(now.open.opening_repo)
    held = sum(now.series("positions_bn", j) + now.series("vehicle_purchases_bn", j) for j in range(3))
    funds = (1 - now.haircut) * (held - now.series("vehicle_from_dealers_bn"))
    repo_used = w * (funds + at(now.today.client_financing))
    return fixed, at(now.close.inventory), at(now.close.pairs), repo_used, now.facility_footprint


def carry_points(now: Day) -> tuple[float, ...]:
    """A day's cost of holding each trade beyond calm, points per 100."""
    dearer = now.series("repo_spread_bp") - at(now.s.funding.calm_spread_bp)
    earned = (0.0, at(now.open.earned, 0), at(now.open.earned, 1))
    return tuple((dearer - q) / 100 / DAYS_A_YEAR for q in earned)


def cost(now: Day, j: int) -> float:
    """What a trade lost today, points per 100: the move of its wedge and the day's carry."""
    return now.series("price_loss_points", j) - at(now.open.mark, j) + carry_points(now)[j]


def missing_share(now: Day) -> float:
    """Missing funding over all repo that needed rolling over."""
    funds = (1 - now.haircut) * float(np.sum(now.open.positions[..., 0]))
    need = funds + at(now.today.client_financing) + max(at(now.open.inventory), 0.0)
    return now.series("missing_funding_bn") / need if need > 0 else 0.0


def clearing_line(now: Day) -> tuple[dealers.ClearingLine, float]:
    """The market's line of the day from the formulas of the model page, and dealers' bonds before forced sales."""
    d, o, t, w = now.s.dealers, now.open, now.today, now.footprint
    sold = now.figures["vehicle_sales_bn"]
    hedged = np.broadcast_to(now.orders.hedged_purchases, o.hedged.shape)
    bought = np.broadcast_to(now.orders.purchases, o.outright.shape)
    flow = np.add.reduce(t.real_money_sales - bought, axis=0) + now.figures["excess_award_bn"]
    stock = o.inventory + flow + sold[0] + sold[1] - hedged[0] - hedged[1]
    pairs = np.maximum(o.pairs + sold[2] - hedged[2], 0.0)
    repo_now = (1 - now.haircut) * np.sum(o.positions, axis=(0, 1))
    load = stock + pairs + w * (repo_now + t.client_financing) - d.repo_footprint * o.opening_repo
    line = dealers.clearing_line(
        d, load + now.facility_footprint, stock, np.asarray(1 - w * (1 - now.haircut)), np.full_like(load, now.capacity)
    )  # fmt: skip
    return line, at(stock)
