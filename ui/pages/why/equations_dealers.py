"""The model's equations for dealers and the investors behind them, with the numbers of one day of the central path put in."""

from __future__ import annotations

import numpy as np

from models import series
from models.trace import TracedDay, at, exposure, sold_out
from ui.pages.why.equation_card import Card, CardTerm, aligned, tex

LOW_END = (
    "Dealers have sold all they own, so the charge has stopped at its lower end and investors sell in their place: "
    "the equation does not set it today."
)
HIGH_END = (
    "At the floor under prices outside buyers step in: the charge stays at its bound, though dealers' balance sheet alone "
    "would ask for more."
)
SOLD_OUT = (
    "Dealers own no bonds any more. The charge counts what investors would take at this price as taken all the same, "
    "so V is below what dealers hold."
)


def charge(now: TracedDay) -> Card:
    """Dealers' charge for balance sheet."""
    items, capacity, recorded = exposure(now), now.capacity, now.series(series.CHARGE)
    calm, use, k = at(now.rules.charge), at(now.rules.use), at(now.s.dealers.steepness)
    low, cap, straight = at(now.line.low), at(now.line.cap), k * (sum(items) / capacity - use)
    at_low_end = at(now.close.log_charge) <= low
    right = calm * float(np.exp(low if at_low_end else min(straight, cap)))
    return Card(
        "charge", "Dealers' charge for balance sheet",
        "One price for one balance sheet: it rises faster the fuller it gets, and the room shrinks when volatility rises.",
        aligned(r"\lambda &= \lambda_r\,e^{\,k\,(X/C_t-U_r)}", r"X &= X_0+V+V_o+\omega(R+B)+x"),
        aligned(
            rf"{tex(recorded)} &= {tex(calm)}\cdot e^{{\,{tex(k)}\,({tex(sum(items))}/{tex(capacity)}-{tex(use)})}}",
            rf"{tex(sum(items))} &= " + " + ".join(tex(x) for x in items[:2]),
            r"&\quad + " + " + ".join(tex(x) for x in items[2:]),
        ),
        recorded, right, "bp a year",
        (
            CardTerm("λ_r", "charge on a calm day under the rules in force", calm, "bp a year"),
            CardTerm("k", "how fast it rises as the balance sheet fills", k, "log points per unit of use"),
            CardTerm("C_t", "capacity today, after desks' own limits and any relief", capacity, "$bn"),
            CardTerm("U_r", "use on a calm day under the rules in force", use, "share of capacity"),
            CardTerm("X₀", "exposure that is always there", items[0], "$bn"),
            CardTerm("V", "bonds above the normal inventory", items[1], "$bn"),
            CardTerm("V_o", "old bonds held against new ones", items[2], "$bn"),
            CardTerm("ω(R + B)", "balance sheet that repo to funds and clients uses", items[3], "$bn"),
            CardTerm("x", "what a repo facility's form and bonds without financing add or free", items[4], "$bn"),
        ),
        LOW_END if at_low_end else HIGH_END if straight > cap + 1e-9 else SOLD_OUT if sold_out(now) else "",
    )  # fmt: skip


def calm_charge(now: TracedDay) -> Card:
    """What dealers would charge on a calm day under the rules in force."""
    d, r = now.s.dealers, now.rules
    base, k, usual = at(d.calm_charge_bp), at(d.steepness), at(d.calm_use)
    exposed, capacity = at(r.exposure), at(r.capacity)
    recorded = now.series(series.CHARGE) - now.series(series.CHARGE_ABOVE_CALM)
    return Card(
        "calm_charge", "The calm charge under the rules in force",
        "Rules on balance sheet change what a calm day costs. Distress is measured from there, so a change of rules starts no drift.",
        r"\lambda_r = \lambda_0\,e^{\,k\,(X_r/C_r-U_0)}",
        rf"{tex(recorded)} = {tex(base)}\cdot e^{{\,{tex(k)}\,({tex(exposed)}/{tex(capacity)}-{tex(usual)})}}",
        recorded, base * float(np.exp(k * (exposed / capacity - usual))), "bp a year",
        (
            CardTerm("λ_r", "recorded: today's charge less its distance from calm", recorded, "bp a year"),
            CardTerm("λ₀", "charge in calm without any change of rules", base, "bp a year"),
            CardTerm("k", "how fast it rises as the balance sheet fills", k, "log points per unit of use"),
            CardTerm("X_r", "exposure on a calm day, with repo's use of balance sheet as the rules have it", exposed, "$bn"),
            CardTerm("C_r", "capacity with any relief, before desks' own limits", capacity, "$bn"),
            CardTerm("U₀", "use in calm", usual, "share of capacity"),
        ),
    )  # fmt: skip


def slow_investors(now: TracedDay) -> Card:
    """Bonds that price-elastic investors take today."""
    d = now.s.dealers
    each, size, speed = at(d.slow_demand_bn), at(d.market_size), at(d.slow_speed)
    cheap, held = at(now.open.cheapness), at(now.open.slow)
    flow = now.cleared.inflow
    stock = max(at(flow.inventory + flow.slow + flow.unfinanced + d.normal_inventory_bn), 0.0)
    recorded = now.series(series.SLOW_INVESTORS) - held
    return Card(
        "slow_investors", "What price-elastic investors buy",
        "They want bonds in proportion to how cheap these were yesterday, get a part of what they want each day, and sell as "
        "bonds grow dear again.",
        r"\Delta H = \min\big(a\,(E\,g\,\bar c - H),\;V^{*}\big)",
        rf"{tex(recorded)} = \min\big({tex(speed)}\cdot({tex(each)}\cdot {tex(size)}\cdot {tex(cheap)}-{tex(held)}),\;{tex(stock)}\big)",
        recorded, min(speed * (each * size * cheap - held), stock), "$bn",
        (
            CardTerm("ΔH", "bonds they take off dealers today", recorded, "$bn"),
            CardTerm("a", "part of the gap that they close each day", speed, "share"),
            CardTerm("E", "bonds they want for each bp, in a market of 2020's size", each, "$bn per bp"),
            CardTerm("g", "size of the market", size, "multiple of 2020"),
            CardTerm("c̄", "how cheap bonds were at yesterday's close", cheap, "bp"),
            CardTerm("H", "bonds they hold above normal at the open", held, "$bn"),
            CardTerm("V*", "dealers' bonds after the day's other flows, the most they can get", stock, "$bn"),
        ),
    )  # fmt: skip
