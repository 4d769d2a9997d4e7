"""The model's equations for prices and dealers with the numbers of one day of the central path put in.

A card's right side is worked out here from the market at the open, the day's shocks and the policy's orders, by the
formulas of `docs/model.md`; its left side is what the model recorded. A test holds both sides equal.
"""

from __future__ import annotations

import numpy as np

from models.parameters.base import DAYS_A_YEAR, STRATEGIES, TENORS
from models.trace import TEN, Day, Walk, at, clearing_line, exposure, row
from ui.pages.why import equations_funds as funds
from ui.pages.why.equation_card import Card, Term, aligned, tex
from ui.pages.why.equations_funds import NAMES


def cards(made: Walk, day: int) -> tuple[Card, ...]:
    """All equations of a day; the auction's only where the policy has one."""
    now = made.days[day - 1]
    trade = _trade(made)
    found = [
        yields(now), dislocation(now), charge(now), margin(now, trade), discount(now, trade), funds.repo(now),
        funds.equity(now), funds.forced_sales(now, made.run.world), funds.auction(now), funds.taxpayer(made.run),
    ]  # fmt: skip
    return tuple(card for card in found if card is not None)


def _trade(made: Walk) -> int:
    """The trade that is sold most on the path; the largest one where nothing is."""
    sold = np.add.reduce(made.run["forced_sales_bn"][..., 0], axis=0)
    return int(np.argmax(sold if sold.any() else made.run["positions_bn"][0, :, 0]))


def yields(now: Day) -> Card:
    """The 10-year yield in four parts."""
    p, orders = now.s.yields, now.orders
    opened, f = at(now.s.opening_yields, TEN), now.series("fundamentals_bp", TEN)
    slope = at(p.duration_slope_bp) * at(p.duration_loadings, TEN)
    supply = at(now.close.supply) - at(now.close.held)
    announced = at(orders.announced) + at(p.hedged_signal_share) * at(orders.announced_hedged)
    signal = at(p.signal_bp) * at(p.signal_loadings, TEN)
    cut = row(orders.rate_cut, TEN)
    d, log = now.series("dislocation_bp", TEN), max(at(now.close.log_charge), 0.0)
    steep = at(p.stress_steepening)
    term = slope * supply / 100
    right = opened + f + term - signal * announced / 100 - cut + d + steep * log * term
    return Card(
        "yields", "The 10-year yield in four parts",
        "What moves the yield: news, the bonds investors must hold, what the Fed announces, and the market's own breakdown.",
        aligned(
            r"y &= y_0 + f + \tfrac{\tau}{100}(G-O) - \tfrac{\varsigma}{100}A - c",
            r"&\quad + d + \chi\,\ell^{+}\,\tfrac{\tau}{100}(G-O)",
        ),
        aligned(
            rf"{tex(now.series('yield_pct', TEN) * 100)} &= {tex(opened)} + {tex(f)}",
            rf"&\quad + \tfrac{{{tex(slope)}}}{{100}}\cdot {tex(supply)} - \tfrac{{{tex(signal)}}}{{100}}\cdot {tex(announced)}",
            rf"&\quad - {tex(cut)} + {tex(d)}",
            rf"&\quad + {tex(steep)}\cdot {tex(log)}\cdot {tex(term)}",
        ),
        100 * now.series("yield_pct", TEN), right, "bp",
        (
            Term("y₀", "10-year yield at the opening", opened, "bp"),
            Term("f", "fundamentals: what news adds", f, "bp"),
            Term("τ", "effect of duration on the 10-year", slope, "bp per $100bn"),
            Term("G − O", "duration sold by real money less what the Fed holds", supply, "$bn of 10-year equivalents"),
            Term("ς", "effect of an announcement on the 10-year", signal, "bp per $100bn"),
            Term("A", "purchases announced so far; hedged ones count by their share", announced, "$bn"),
            Term("c", "cut of the 10-year by a lower policy rate", cut, "bp"),
            Term("d", "dislocation: the 10-year over what swaps imply", d, "bp"),
            Term("χ", "how much steeper duration prices are in stress", steep, "per log point"),
            Term("ℓ⁺", "log of dealers' charge over calm, if above", log, "log points"),
        ),
    )  # fmt: skip


def dislocation(now: Day) -> Card:
    """The 10-year's wedge to swaps."""
    p = now.s.wedges
    beta, own, shape = at(p.swap_spread_beta, TEN), at(p.swap_spread_own_bp), at(p.own_profile, TEN)
    z, e = at(now.open.liquidation, 1), at(now.today.swap_spread_shock, TEN)
    right = beta * now.above + own / 100 * shape * z + e
    return Card(
        "dislocation", "The 10-year's dislocation",
        "A bond trades away from swaps when balance sheet is dear, when funds have dumped the trade, or when something else pushes.",
        r"d = \beta(\lambda-\lambda_0) + \tfrac{\psi}{100}\,g\,Z + e",
        aligned(
            rf"{tex(now.series('dislocation_bp', TEN))} &= {tex(beta)}\cdot {tex(now.above)}",
            rf"&\quad + \tfrac{{{tex(own)}}}{{100}}\cdot {tex(shape)}\cdot {tex(z)} + {tex(e)}",
        ),
        now.series("dislocation_bp", TEN), right, "bp",
        (
            Term("β", "pass-through of dealers' charge", beta, "bp per bp"),
            Term("λ − λ₀", "dealers' charge above calm", now.above, "bp a year"),
            Term("ψ", "cheapening from the trade's own liquidation", own, "bp per $100bn"),
            Term("g", "tenor shape of that effect", shape, "multiple"),
            Term("Z", "swap-spread bundles sold lately and not forgotten, at the open", z, "$bn"),
            Term("e", "shock to the swap spread", e, "bp"),
        ),
    )  # fmt: skip


LOW_END = (
    "Dealers have sold all they own, so the charge has stopped at its lower end and investors sell in their place: "
    "the equation does not set it today."
)
HIGH_END = (
    "At the floor under prices outside buyers step in: the charge stays at its bound, though dealers' balance sheet alone "
    "would ask for more."
)


def charge(now: Day) -> Card:
    """Dealers' charge for balance sheet."""
    d = now.s.dealers
    items, capacity = exposure(now), now.capacity
    calm, k, u0 = at(d.calm_charge_bp), at(d.steepness), at(d.calm_use)
    line = clearing_line(now)[0]
    low, cap, straight = at(line.low), at(line.cap), k * (sum(items) / capacity - u0)
    at_low_end = at(now.close.log_charge) <= low
    right = calm * float(np.exp(low if at_low_end else min(straight, cap)))
    return Card(
        "charge", "Dealers' charge for balance sheet",
        "One price for one balance sheet: it rises faster the fuller it gets, and it shrinks when volatility rises.",
        aligned(r"\lambda &= \lambda_0\,e^{\,k\,(X/C_t-U_0)}", r"X &= X_0+V+V_o+\omega(R+B)+x"),
        aligned(
            rf"{tex(now.series('charge_bp'))} &= {tex(calm)}\cdot e^{{\,{tex(k)}\,({tex(sum(items))}/{tex(capacity)}-{tex(u0)})}}",
            rf"{tex(sum(items))} &= " + " + ".join(tex(x) for x in items[:2]),
            r"&\quad + " + " + ".join(tex(x) for x in items[2:]),
        ),
        now.series("charge_bp"), right, "bp a year",
        (
            Term("λ₀", "charge in calm", calm, "bp a year"),
            Term("k", "how fast it rises as the balance sheet fills", k, "log points per unit of use"),
            Term("C_t", "capacity today, after desks' own limits and any relief", capacity, "$bn"),
            Term("U₀", "use in calm", u0, "share of capacity"),
            Term("X₀", "exposure that is always there", items[0], "$bn"),
            Term("V", "bonds above the normal inventory", items[1], "$bn"),
            Term("V_o", "old bonds held against new ones", items[2], "$bn"),
            Term("ω(R + B)", "balance sheet that repo to funds and clients uses", items[3], "$bn"),
            Term("x", "balance sheet that a repo facility's form adds or frees", items[4], "$bn"),
        ),
        LOW_END if at_low_end else HIGH_END if straight > cap + 1e-9 else "",
    )  # fmt: skip


def margin(now: Day, j: int) -> Card:
    """The margin rule of one trade."""
    m = now.s.margins
    calm, before, ratio = at(now.s.calm_margin, j), at(now.open.margin, j), at(now.sigma_ratio)
    bare = (
        at(m.margin_standard_deviations, j) * at(now.s.strategy_duration, j) * at(m.calm_volatility_bp) / 1e4
    )
    power, up, down = at(m.margin_elasticity), at(m.margin_rise_speed), at(m.margin_fall_speed)
    multiple = (1 + at(now.today.margin_step)) * at(now.orders.margin_multiple)
    target = max(calm, bare * ratio**power) * multiple
    gap = target - before
    right = before + up * max(gap, 0.0) - down * max(-gap, 0.0)
    return Card(
        "margin", f"Initial margin of the {NAMES[STRATEGIES[j]]} trade",
        "The clearing house asks for more as measured volatility rises: quickly up, slowly down.",
        aligned(
            r"m &= m' + \mathrm{up}\,(m^{*}-m')^{+}",
            r"&\quad - \mathrm{down}\,(m'-m^{*})^{+}",
            r"m^{*} &= \max\!\left(\bar m,\; m_0\,(\sigma/\sigma_0)^{\varepsilon}\right)\cdot \mu",
        ),
        aligned(
            rf"{tex(now.series('margin_pct', j))}\% &= {tex(100 * before)}\% + {tex(up)}\cdot {tex(100 * max(gap, 0.0))}\%",
            rf"&\quad - {tex(down)}\cdot {tex(100 * max(-gap, 0.0))}\%",
            rf"{tex(100 * target)}\% &= \max\big({tex(100 * calm)}\%,",
            rf"&\quad {tex(100 * bare)}\%\cdot {tex(ratio)}^{{\,{tex(power)}}}\big)\cdot {tex(multiple)}",
        ),
        now.series("margin_pct", j), 100 * right, "% of face",
        (
            Term("m′", "margin yesterday", 100 * before, "% of face"),
            Term("m*", "margin that volatility calls for", 100 * target, "% of face"),
            Term("m̄", "margin in calm, with any floor", 100 * calm, "% of face"),
            Term("m₀", "margin in calm without a floor", 100 * bare, "% of face"),
            Term("σ/σ₀", "measured volatility at the open over calm", ratio, "multiple"),
            Term("ε", "how strongly margin follows volatility", power, "elasticity"),
            Term("μ", "the exchange's step times any relief or rise by order", multiple, "multiple"),
            Term("up", "part of a rise that is asked for at once", up, "share"),
            Term("down", "part of a fall that is given back each day", down, "share"),
        ),
    )  # fmt: skip


def discount(now: Day, j: int) -> Card:
    """What a bundle has lost against its converged value."""
    return _basis_discount(now) if j == 0 else _spread_discount(now, j)


def _basis_discount(now: Day) -> Card:
    p, o = now.s.wedges, now.open
    beta, own, slope = at(p.basis_beta), at(p.basis_own_bp), at(p.futures_demand_slope_bp)
    z, e = at(o.liquidation, 0), at(now.today.basis_shock)
    missing = at(now.today.desired_longs) + at(o.absorbed) + at(o.outside) + at(o.delivered)
    basis = beta * now.above + own / 100 * z + slope / 100 * missing + e
    days = float(o.days_to_delivery)
    return Card(
        "discount", "The market's discount on basis bundles",
        "A bond with its short future is worth less than at delivery, by the basis over the time that is left.",
        aligned(
            r"w &= \frac{b}{100}\cdot\frac{T}{252}",
            r"b &= \beta(\lambda-\lambda_0)+\tfrac{\psi}{100}Z",
            r"&\quad+\tfrac{\xi}{100}M+e",
        ),
        aligned(
            rf"{tex(now.series('price_loss_points', 0))} &= \frac{{{tex(basis)}}}{{100}}\cdot\frac{{{tex(days)}}}{{252}}",
            rf"{tex(basis)} &= {tex(beta)}\cdot {tex(now.above)}+\tfrac{{{tex(own)}}}{{100}}\cdot {tex(z)}",
            rf"&\quad+\tfrac{{{tex(slope)}}}{{100}}\cdot {tex(missing)}+{tex(e)}",
        ),
        now.series("price_loss_points", 0), basis * days / DAYS_A_YEAR / 100, "points per 100",
        (
            Term("b", "basis: implied repo over repo, beyond calm", basis, "bp a year"),
            Term("T", "business days to delivery", days, "days"),
            Term("β", "pass-through of dealers' charge", beta, "bp per bp"),
            Term("λ − λ₀", "dealers' charge above calm", now.above, "bp a year"),
            Term("ψ", "cheapening from the trade's own liquidation", own, "bp per $100bn"),
            Term("Z", "basis bundles sold lately and not forgotten, at the open", z, "$bn"),
            Term("ξ", "price of futures that asset managers miss", slope, "bp per $100bn"),
            Term("M", "futures that asset managers miss at the open", missing, "$bn"),
            Term("e", "shock to the basis", e, "bp a year"),
        ),
    )  # fmt: skip


def _spread_discount(now: Day, j: int) -> Card:
    p = now.s.wedges
    mix, years = now.s.mixes[j, :, 0], now.s.durations[:, 0]
    betas = (p.swap_spread_beta, p.off_the_run_beta)[j - 1]
    own = at((p.swap_spread_own_bp, p.off_the_run_own_bp)[j - 1])
    shock = (now.today.swap_spread_shock, now.today.off_the_run_shock)[j - 1]
    z = at(now.open.liquidation, j)
    q = [at(betas, i) * now.above + own / 100 * at(p.own_profile, i) * z + at(shock, i) for i in range(4)]
    losses = [float(mix[i] * years[i] * q[i] / 100) for i in range(4)]
    wide = [Term(f"q at {t} years", "yield wedge of that tenor", q[i], "bp") for i, t in enumerate(TENORS)]
    return Card(
        "discount", f"The market's discount on {NAMES[STRATEGIES[j]]} bundles",
        "A bond with its hedge is worth less than its converged value, by each tenor's yield wedge times its duration.",
        aligned(
            r"w &= \sum_i \mathrm{mix}_i\,D_i\,q_i/100",
            r"q_i &= \beta_i(\lambda-\lambda_0)+\tfrac{\psi}{100}\,g_i\,Z+e_i",
        ),
        aligned(
            rf"{tex(now.series('price_loss_points', j))} &= " + " + ".join(tex(x) for x in losses),
            rf"q_{{10}}: {tex(q[TEN])} &= {tex(at(betas, TEN))}\cdot {tex(now.above)}",
            rf"&\quad+\tfrac{{{tex(own)}}}{{100}}\cdot {tex(at(p.own_profile, TEN))}\cdot {tex(z)}+{tex(at(shock, TEN))}",
        ),
        now.series("price_loss_points", j), sum(losses), "points per 100",
        (
            *wide,
            Term("D₁₀", "duration of the 10-year", float(years[TEN]), "years"),
            Term("mix₁₀", "part of the trade at 10 years", float(mix[TEN]), "share"),
            Term("λ − λ₀", "dealers' charge above calm", now.above, "bp a year"),
            Term("ψ", "cheapening from the trade's own liquidation", own, "bp per $100bn"),
            Term("Z", "bundles sold lately and not forgotten, at the open", z, "$bn"),
        ),
    )  # fmt: skip
