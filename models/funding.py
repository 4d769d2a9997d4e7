"""Repo funding: the cash that money funds and banks lend, what is missing, and what a facility fills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.orders import Orders
from models.stack import Array, Flags, Group


@dataclass(frozen=True)
class RepoDay:
    """The day's funding, all known at the open. Shapes (column,), `fill` (access, column)."""

    gap: Array  # $bn of repo that private lenders do not fund
    fill: Array  # $bn lent by the facility: through dealers, cleared, direct
    missing_share: Array  # unfilled part of all repo that needed rolling over
    spread: Array  # bp, funds' repo rate over the middle of the policy range
    footprint: Array  # $bn of dealers' balance sheet that the facility's form adds or frees


def repo_day(
    p: Group, need: Array, to_funds: Array, cash: Array, charge_above_calm: Array, use: Array, orders: Orders
) -> RepoDay:
    """Roll over the day's repo.

    `need` is repo to funds, clients and inventory ($bn), `to_funds` its part lent to funds, `cash` what private
    lenders supply, `use` the balance sheet a repo dollar takes. The facility lends once the market's spread
    has reached its price, up to its cap; while it has room it also caps the spread.
    """
    gap = np.maximum(need - cash, 0.0)
    percent_missing = 100 * _ratio(gap, need)
    plain = p.calm_spread_bp + p.charge_pass_through * use * charge_above_calm
    active = plain + p.scarcity_bp * percent_missing >= orders.repo_price
    fill, cap = _fill(gap, to_funds, active, orders)
    total = fill[0] + fill[1] + fill[2]
    missing = _ratio(np.maximum(gap - total, 0.0), need)
    spread = plain + p.scarcity_bp * 100 * missing
    spread = np.where(active & (total < cap), np.minimum(spread, orders.repo_price), spread)
    return RepoDay(gap, fill, missing, spread, fill[0] * (1 - use) - fill[2] * use)


def _fill(gap: Array, to_funds: Array, active: Flags, orders: Orders) -> tuple[Array, Array]:
    caps = np.broadcast_to(orders.repo_cap, (3, gap.shape[-1])) * active
    cap = caps[0] + caps[1] + caps[2]
    fill = caps * _ratio(np.minimum(gap, cap), cap)
    fill[2] = np.minimum(fill[2], to_funds)
    return fill, cap


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
