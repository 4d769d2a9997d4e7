"""The same shocks and orders in the shapes that each side of a comparison takes: arrays of columns, rows of days, tuples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from models import shocks
from models.orders import NO_ORDERS, Orders
from models.reference.run import Plan, Series, orders_on, shocks_on
from models.reference.state import Orders as PlainOrders
from models.reference.state import Shocks as PlainShocks
from models.scenario import SHOCKS, World

FROM_DAY = 5


def from_day(orders: Orders) -> Callable[[Any], Orders]:
    """An arm of the engine that orders the same every day from `FROM_DAY` on."""
    return lambda view: orders if view.day >= FROM_DAY else NO_ORDERS


def plan_of(orders: Orders, days: int) -> Plan:
    """The same as rows of days for the reference."""
    rows = {}
    for f in fields(Orders):
        shape = (days, f.metadata["rows"]) if f.metadata["rows"] else (days,)
        rows[f.name] = np.full(shape, float(f.default))
        wanted = np.asarray(getattr(orders, f.name), float)
        rows[f.name][FROM_DAY - 1 :] = wanted[:, 0] if wanted.ndim == 2 else wanted
    return Plan(**rows)


def series_of(world: World, drawn: shocks.Shocks) -> Series:
    """All paths' shocks as arrays (path, day) and (path, day, tenor)."""
    days, paths = world.scenario.days, drawn.client_financing.shape[-1]
    rows = {name: np.ascontiguousarray(np.moveaxis(getattr(drawn, name), -1, 0)) for name in SHOCKS}
    sizes = [sum(a.size_bn for a in world.scenario.auctions if a.day == day) for day in range(1, days + 1)]
    wide = np.tile(np.array(sizes, float), (paths, 1))
    return Series(**rows, auction_size=wide, observed=np.zeros((paths, days, 4)), invert=False)


def one_path(wide: Any, path: int) -> Any:
    """The shocks of one path."""
    return Series(
        wide.real_money_sales[path], wide.client_financing[path], wide.fundamentals[path],
        wide.swap_spread_shock[path], wide.off_the_run_shock[path], wide.basis_shock[path],
        wide.desired_longs[path], wide.money_fund_run[path], wide.margin_step[path],
        wide.auction_withdrawal[path], wide.cash_drain[path], wide.dealer_lending_cut[path], wide.auction_size[path], wide.observed[path], wide.invert,
    )  # fmt: skip


def days_of(wide: Series, path: int) -> list[PlainShocks]:
    """One path's shocks day by day as plain numbers, as a model of agents reads them."""
    series = one_path(wide, path)
    return [_plain(shocks_on(series, d)) for d in range(len(series.client_financing))]


def orders_of(plan: Plan) -> list[PlainOrders]:
    """Orders day by day as plain numbers."""
    return [_plain(orders_on(plan, d)) for d in range(len(plan.announced))]


def _plain(row: Any) -> Any:
    return row._make(
        tuple(float(x) for x in v) if isinstance(v, tuple) else v if isinstance(v, bool) else float(v)
        for v in row
    )
