"""What a central bank can order for one day. The market knows orders, never the policies behind them.

Orders of combined policies are composed field by field, by the rule that stands with each field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import accumulate
from typing import Any

import numpy as np

from models.scenario import Scenario
from models.stack import Array

ACCESS = ("dealers", "cleared", "direct")


def _order(rule: str, default: float, rows: int, unit: str, meaning: str) -> Any:
    about = {"rule": rule, "default": default, "rows": rows, "unit": unit, "meaning": meaning}
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Orders:
    """One day's orders. Each field is a number or an array that broadcasts to `(rows, column)`, `(column,)` if rows is 0."""

    purchases: Array | float = _order("add", 0.0, 4, "$bn", "outright purchases by tenor; negative sells")
    hedged_purchases: Array | float = _order(
        "add", 0.0, 3, "$bn", "bundles bought from anyone, by strategy; negative sells"
    )
    announced: Array | float = _order("add", 0.0, 0, "$bn", "cumulative outright purchases announced")
    announced_hedged: Array | float = _order("add", 0.0, 0, "$bn", "cumulative hedged purchases announced")
    rate_cut: Array | float = _order(
        "add", 0.0, 4, "bp", "cumulative cut of yields by a policy-rate cut, by tenor"
    )
    repo_cap: Array | float = _order("add", 0.0, 3, "$bn", "repo on offer: through dealers, cleared, direct")
    repo_price: Array | float = _order("min", np.inf, 0, "bp", "facility rate plus stigma, over mid-range")
    repo_slope: Array | float = _order(
        "max", 0.0, 0, "$bn per bp", "lent for each bp that cash costs above the facility's price"
    )
    auction_capacity: Array | float = _order("add", 0.0, 0, "$bn", "bundles the vehicle would take today")
    reserve_discount: Array | float = _order(
        "min", np.inf, 0, "points per 100", "smallest discount at which the vehicle buys"
    )
    reserve_penalty: Array | float = _order(
        "min", np.inf, 3, "bp over calm", "the same as a wedge: yield, for the basis implied repo a year"
    )
    eligible: Array | float = _order("max", 0.0, 3, "0 or 1", "strategies the vehicle takes")
    dealers_eligible: Array | float = _order("max", 0.0, 0, "0 or 1", "whether dealers may offer too")
    pay_as_bid: Array | float = _order("max", 0.0, 0, "0 or 1", "discriminatory rather than uniform auction")
    vehicle_sales: Array | float = _order("add", 0.0, 3, "$bn", "bundles the vehicle sells back, by strategy")
    capacity_multiple: Array | float = _order(
        "multiply", 1.0, 0, "multiple", "relief to dealers' balance sheet"
    )
    footprint_multiple: Array | float = _order(
        "multiply", 1.0, 0, "multiple", "change of repo's use of balance sheet"
    )
    margin_multiple: Array | float = _order("multiply", 1.0, 0, "multiple", "change of the margin target")


_COMBINE = {"add": np.add, "min": np.minimum, "max": np.maximum, "multiply": np.multiply}
NO_ORDERS = Orders()
FIELDS = fields(Orders)


def combine(orders: Sequence[Orders]) -> Orders:
    """Several policies' orders as one, each field by its rule; order does not matter."""
    out: dict[str, Any] = {}
    for f in FIELDS:
        given = [v for o in orders if (v := getattr(o, f.name)) is not f.default]
        if given:
            total = given[0]
            for value in given[1:]:
                total = _COMBINE[f.metadata["rule"]](total, value)
            out[f.name] = total
    return Orders(**out)


def side_by_side(orders: Sequence[Orders], widths: Sequence[int]) -> Orders:
    """Orders of several arms laid next to each other along the last axis; arm k has `widths[k]` columns."""
    out: dict[str, Any] = {}
    ends = list(accumulate(widths))
    for f in FIELDS:
        values = [getattr(o, f.name) for o in orders]
        if any(v is not f.default for v in values):
            rows = (f.metadata["rows"],) if f.metadata["rows"] else ()
            out[f.name] = wide = np.empty((*rows, ends[-1]))
            for value, end, width in zip(values, ends, widths, strict=True):
                wide[..., end - width : end] = value
    return Orders(**out)


def followed_orders(scenario: Scenario, day: int) -> Orders:
    """The orders of the policy that was actually followed, on simulated day `day` (1 is the first)."""
    f = scenario.followed
    bought = sum(p.amount_bn for p in f.purchases if p.day == day)
    announced = max((amount for since, amount in f.announced if since <= day), default=0.0)
    offers = [offer for offer in f.repo if offer.day <= day]
    out: dict[str, Any] = {}
    if bought:
        out["purchases"] = bought * np.array(f.purchase_tenors)[:, None]
    if announced:
        out["announced"] = announced
    if offers:
        out["repo_cap"] = np.array([offers[-1].cap_bn, 0.0, 0.0])[:, None]
        out["repo_price"] = offers[-1].rate_bp
        out["repo_slope"] = offers[-1].slope_bn
    if f.leverage_relief_day and day >= f.leverage_relief_day:
        out["capacity_multiple"] = f.leverage_relief
    return Orders(**out)
