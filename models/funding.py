"""Repo funding: the cash that money funds and banks lend, what is missing, and what a facility fills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.orders import Orders
from models.stack import Array, Flags, Group

LEAST_LOAN_BN = 1e-6  # loans below $1,000 are rounding, nothing that rolls over


@dataclass(frozen=True)
class RepoDay:
    """The day's funding, all known at the open. Shapes (column,), `fill` (access, column)."""

    gap: Array  # $bn of repo that private lenders do not fund
    fill: Array  # $bn lent by the facility: through dealers, cleared, direct
    missing_share: Array  # unfilled part of all repo that needed rolling over
    spread: Array  # bp, funds' repo rate over the middle of the policy range
    footprint: Array  # $bn of dealers' balance sheet that the facility's form adds or frees


def repo_day(
    p: Group,
    need: Array,
    to_funds: Array,
    cash: Array,
    charge_above_calm: Array,
    use: Array,
    lent: Array,
    orders: Orders,
) -> RepoDay:
    """Roll over the day's repo.

    `need` is repo to funds, clients and inventory ($bn), `to_funds` its part lent to funds, `cash` what private
    lenders supply, `use` the balance sheet a repo dollar takes. Funds pay the market's price of cash plus what dealers
    charge for passing it on. A facility lends through dealers once cash costs its price, and direct to funds once
    cash and charge together do; a form that lent yesterday (`lent`, (access, column)) rolls its loans over. It lends up to
    its cap, and while it has room its price caps the cost.
    """
    gap = np.maximum(need - cash, 0.0)
    charge = p.charge_pass_through * use * charge_above_calm
    if not np.any(orders.repo_cap):
        return _without_facility(p, gap, need, charge)
    price = p.calm_spread_bp + p.scarcity_bp * 100 * _ratio(gap, need)
    through, direct = price >= orders.repo_price, price + charge >= orders.repo_price
    fill, cap = _fill(gap, to_funds, np.stack([through, through, direct]) | (lent > LEAST_LOAN_BN), orders)
    total = fill[0] + fill[1] + fill[2]
    missing = _ratio(np.maximum(gap - total, 0.0), need)
    spread = p.calm_spread_bp + charge + p.scarcity_bp * 100 * missing
    room = total < cap[0] + cap[1] + cap[2]
    spread = np.where(room & (cap[0] + cap[1] > 0), np.minimum(spread, orders.repo_price + charge), spread)
    spread = np.where(room & (cap[2] > 0), np.minimum(spread, orders.repo_price), spread)
    return RepoDay(gap, fill, missing, spread, fill[0] * (1 - use) - fill[2] * use)


def _without_facility(p: Group, gap: Array, need: Array, charge: Array) -> RepoDay:
    missing, nothing = _ratio(gap, need), np.zeros((3, gap.size))
    return RepoDay(
        gap, nothing, missing, p.calm_spread_bp + charge + p.scarcity_bp * 100 * missing, nothing[0]
    )


def _fill(gap: Array, to_funds: Array, active: Flags, orders: Orders) -> tuple[Array, Array]:
    """Lending by form, and the caps of the forms that lend today; both (access, column)."""
    caps = np.broadcast_to(orders.repo_cap, (3, gap.shape[-1])) * active
    cap = caps[0] + caps[1] + caps[2]
    fill = caps * _ratio(np.minimum(gap, cap), cap)
    fill[2] = np.minimum(fill[2], to_funds)
    return fill, caps


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
