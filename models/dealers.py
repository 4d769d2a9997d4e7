"""Primary dealers: one convex price λ for one balance sheet, cleared in closed form each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.stack import Array, Group


def capacity(d: Group, sigma_ratio: Array, multiple: Array | float) -> Array:
    """Balance sheet that desks give today, $bn: C·min(1, (σ₀/σ)^ν)·relief."""
    return d.capacity_bn * np.minimum(1.0, sigma_ratio**-d.volatility_tightening) * multiple


@dataclass(frozen=True)
class ClearingLine:
    """ln(λ/λ₀) = (rest + per_sale·F)/depth within [low, cap]; linear in forced sales F that reach the market. (column,)."""

    rest: Array  # $bn of balance sheet above calm before forced sales
    per_sale: Array  # balance sheet a forced sale adds, after the repo it frees
    depth: Array  # $bn per log unit: capacity/k + κ
    low: Array  # where dealers have sold all they can and investors sell in their place
    cap: Array  # ln(λ̄/λ₀), the floor under prices

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


def clearing_line(d: Group, load: Array, inventory: Array, per_sale: Array, today: Array) -> ClearingLine:
    """The day's line, from the load above calm, of which `inventory`, and today's capacity (all $bn).

    With exposure X and use U = X/capacity, ln(λ/λ₀) = k·(U − U₀) and investors take κ·ln(λ/λ₀), so
    ln(λ/λ₀) = (load + U₀·(C − today))/(today/k + κ). The lower end is the same with inventory at minus its normal stock,
    and never a use below nothing.
    """
    rest = load + d.calm_use * (d.capacity_bn - today)
    bare = rest - inventory - d.normal_inventory_bn
    low = np.maximum(np.minimum(d.steepness * bare / today, 0.0), -d.steepness * d.calm_use)
    depth = today / d.steepness + d.investor_absorption_bn
    cap = np.broadcast_to(np.log(d.floor_charge_bp / d.calm_charge_bp), rest.shape)
    return ClearingLine(rest, per_sale, depth, low, cap)


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

    End investors take κ·ln(λ/λ₀) (or sell), outside buyers what the cap leaves over, each from bonds and pairs in
    proportion to what dealers hold; once the pairs are gone both take bonds. Inventory stops at minus the normal
    stock; beyond that bonds come straight from end investors. `pairs` is never negative.
    """
    wanted = d.investor_absorption_bn * log_charge
    outside = np.maximum(np.minimum(relief_at_floor, inventory + pairs + d.normal_inventory_bn - wanted), 0.0)
    bought = np.maximum(wanted, 0.0) + outside
    from_pairs = np.minimum(pairs, bought * _ratio(pairs, pairs + np.maximum(inventory, 0.0)))
    outside_bonds = outside * (1 - _ratio(from_pairs, bought))
    end = np.maximum(inventory - wanted - outside + from_pairs, -d.normal_inventory_bn)
    return Warehouse(end, pairs - from_pairs, inventory - outside_bonds - end, outside_bonds, from_pairs)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)
