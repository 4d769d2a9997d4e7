"""Primary dealers: one convex price λ for one balance sheet, cleared in closed form each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.orders import Orders
from models.stack import Array, Group


@dataclass(frozen=True)
class Rules:
    """Dealers' balance sheet under the rules in force today, on a calm day. Shapes (column,).

    A change of rules moves the calm charge, never the distance from it: what a rule costs in calm is a level, not a drift.
    """

    capacity: Array  # $bn
    footprint: Array  # balance sheet a dollar of repo uses
    exposure: Array  # $bn in use on a calm day
    charge: Array  # λ_r, bp a year

    @property
    def use(self) -> Array:
        """Share of capacity in use on a calm day."""
        return self.exposure / self.capacity


def rules(d: Group, opening_repo: Array, orders: Orders) -> Rules:
    """C·c, ω·m, X_r = U₀·C + (ω_r − ω)·R₀ and λ_r = λ₀·exp(k·(X_r/C_r − U₀)), from relief c and the change m of netting."""
    footprint = d.repo_footprint * orders.footprint_multiple
    capacity = d.capacity_bn * orders.capacity_multiple
    calm = d.calm_use * d.capacity_bn
    exposure = np.maximum(calm + (footprint - d.repo_footprint) * opening_repo, 0.0)
    charge = d.calm_charge_bp * np.exp(d.steepness * (exposure / capacity - d.calm_use))
    return Rules(capacity, footprint, exposure, charge)


def tightening(d: Group, sigma_ratio: Array) -> Array:
    """Share of capacity that desks' risk limits leave when volatility rises: min(1, (σ₀/σ)^ν)."""
    return np.minimum(1.0, sigma_ratio**-d.volatility_tightening)


@dataclass(frozen=True)
class ClearingLine:
    """l = ln(λ/λ_r) = (rest + per_sale·F)/depth within [low, cap]; linear in forced sales F that reach the market. (column,)."""

    rest: Array  # $bn of balance sheet above calm before forced sales
    per_sale: Array  # balance sheet a forced sale adds, after the repo it frees
    depth: Array  # $bn per log unit: capacity/k + κ
    low: Array  # where dealers have sold all they can and investors sell in their place
    cap: Array  # ln(1 + (λ̄ − λ₀)/λ_r), the floor under prices: a price, whatever the rules

    def uncapped(self, sales: Array) -> Array:
        """The logarithm on the straight line."""
        return (self.rest + self.per_sale * sales) / self.depth

    def log_charge(self, sales: Array) -> Array:
        """The logarithm with investors selling at the lower end and outside buyers at the floor under prices."""
        return self.bounded(self.uncapped(sales))

    def bounded(self, uncapped: Array) -> Array:
        """A logarithm on the straight line, kept within the two ends."""
        return np.minimum(np.maximum(uncapped, self.low), self.cap)

    def sales_at(self, log_charge: Array) -> Array:
        """Forced sales at which the market reaches a given logarithm; never negative, infinite if sales do not move it."""
        room = log_charge * self.depth - self.rest
        sales = np.where(room > 0, np.inf, 0.0)
        np.divide(room, self.per_sale, out=sales, where=(room > 0) & (self.per_sale > 0))
        return np.where(log_charge > self.low, sales, 0.0)


def clearing_line(
    d: Group, r: Rules, load: Array, inventory: Array, per_sale: Array, tight: Array
) -> ClearingLine:
    """The day's line, from the load above calm, of which `inventory` ($bn), and the share of capacity that desks give.

    With exposure X, today's capacity C_r·t and investors who take κ·g·l,
    l = k·(X/(C_r·t) − X_r/C_r) = (load + X_r·(1 − t))/(C_r·t/k + κ·g). The lower end is the same with inventory at minus
    its normal stock, and never a use below nothing.
    """
    today = r.capacity * tight
    rest = load + r.exposure * (1 - tight)
    bare = rest - inventory - d.normal_inventory_bn
    low = np.maximum(np.minimum(d.steepness * bare / today, 0.0), -d.steepness * r.use)
    depth = today / d.steepness + d.investor_absorption_bn * d.market_size
    cap = np.log1p((d.floor_charge_bp - d.calm_charge_bp) / r.charge)
    return ClearingLine(rest, per_sale, depth, low, np.broadcast_to(cap, rest.shape))


def slow_demand(d: Group, cheapness: Array, held: Array, stock: Array) -> Array:
    """Bonds that price-elastic investors take today (or give back), $bn (column,).

    They want E·g bonds for each bp of yesterday's `cheapness` and close a share of the gap to what they have `held` a
    day; never more than dealers' `stock` ($bn).
    """
    wanted = d.slow_demand_bn * d.market_size * cheapness
    return np.minimum(d.slow_speed * (wanted - held), np.maximum(stock, 0.0))


@dataclass(frozen=True)
class Warehouse:
    """Where the day's bonds end up. Shapes (column,), $bn."""

    inventory: Array  # net bonds above normal, end of day
    pairs: Array  # old-against-new pairs, end of day
    absorbed: Array  # bonds that end investors took
    outside: Array  # bonds that outside buyers took at the floor
    pairs_absorbed: Array  # pairs that end investors and outside buyers took


def warehouse(
    d: Group, inventory: Array, pairs: Array, log_charge: Array, relief_at_floor: Array
) -> Warehouse:
    """Let investors and outside buyers take from the day's inventory.

    End investors take κ·g·l (or sell), outside buyers what the cap leaves over, each from bonds and pairs in
    proportion to what dealers hold; once the pairs are gone both take bonds. Inventory stops at minus the normal
    stock; beyond that bonds come straight from end investors. `pairs` is never negative.
    """
    wanted = d.investor_absorption_bn * d.market_size * log_charge
    outside = np.maximum(np.minimum(relief_at_floor, inventory + pairs + d.normal_inventory_bn - wanted), 0.0)
    bought = np.maximum(wanted, 0.0) + outside
    from_pairs = np.minimum(pairs, bought * _ratio(pairs, pairs + np.maximum(inventory, 0.0)))
    outside_bonds = outside * (1 - _ratio(from_pairs, bought))
    end = np.maximum(inventory - wanted - outside + from_pairs, -d.normal_inventory_bn)
    return Warehouse(end, pairs - from_pairs, inventory - outside_bonds - end, outside_bonds, from_pairs)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)
