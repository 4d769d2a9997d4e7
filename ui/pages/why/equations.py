"""The model's equations with the numbers of one day of the central path put in: yields, wedges and discounts.

A card's left side is what the model recorded. Its right side puts together the values that the engine went through on that
day, by the formulas of `docs/model.md`; a test holds both sides equal.
"""

from __future__ import annotations

import numpy as np

from models import series
from models.parameters.base import DAYS_A_YEAR, STRATEGIES, TENORS
from models.trace import TEN, TracedDay, Walk, at
from ui.pages.why import equations_dealers as dealers
from ui.pages.why import equations_funding as funding
from ui.pages.why import equations_funds as funds
from ui.pages.why.equation_card import NAMES, Card, CardTerm, aligned, tex

SWAP_SPREAD, OFF_THE_RUN = STRATEGIES.index("swap_spread"), STRATEGIES.index("off_the_run")


def cards(walk: Walk, day: int) -> tuple[Card, ...]:
    """All equations of a day, from prices back to what moves them; some only where the policy or the world has them."""
    now, world = walk.days[day - 1], walk.run.world
    trade = _trade(walk)
    shown = [
        yields(now), dislocation(now), off_the_run(now), memory(now), discount(now, trade),
        dealers.charge(now), dealers.calm_charge(now), dealers.slow_investors(now),
        funding.gap(now), funding.lending_cut(now), funding.facility(now), funding.price_of_cash(now), funding.missing(now),
        funds.margin(now), funds.trade_margin(now, trade), funds.equity(now), funds.margin_call(now, world),
        funds.forced_sales(now, world), funds.auction(now), funds.taxpayer(walk.run),
    ]  # fmt: skip
    return tuple(card for card in shown if card is not None)


def _trade(walk: Walk) -> int:
    """The trade that is sold most on the path; the largest one where nothing is."""
    sold = np.add.reduce(walk.run[series.FORCED_SALES][..., 0], axis=0)
    return int(np.argmax(sold if sold.any() else walk.run[series.POSITIONS][0, :, 0]))


def yields(now: TracedDay) -> Card:
    """The 10-year yield in four parts."""
    p, orders = now.s.yields, now.orders
    opened, f = at(now.s.opening_yields, TEN), now.series(series.FUNDAMENTALS, TEN)
    slope = at(p.duration_slope_bp) * at(p.duration_loadings, TEN)
    supply = at(now.close.supply) - at(now.close.held)
    announced = at(orders.announced) + at(p.hedged_signal_share) * at(orders.announced_hedged)
    doubt = at(p.independence_doubt_bp) * at(p.duration_loadings, TEN)  # takes from the signal what it fears
    signal = at(p.signal_bp) * at(p.signal_loadings, TEN) - doubt
    cut = at(now.close.cut, TEN)
    d, log = now.series(series.DISLOCATION, TEN), max(at(now.close.log_charge), 0.0)
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
            rf"{tex(now.series(series.YIELD, TEN) * 100)} &= {tex(opened)} + {tex(f)}",
            rf"&\quad + \tfrac{{{tex(slope)}}}{{100}}\cdot {tex(supply)} - \tfrac{{{tex(signal)}}}{{100}}\cdot {tex(announced)}",
            rf"&\quad - {tex(cut)} + {tex(d)}",
            rf"&\quad + {tex(steep)}\cdot {tex(log)}\cdot {tex(term)}",
        ),
        100 * now.series(series.YIELD, TEN), right, "bp",
        (
            CardTerm("y₀", "10-year yield at the opening", opened, "bp"),
            CardTerm("f", "fundamentals: what news adds", f, "bp"),
            CardTerm("τ", "effect of duration on the 10-year", slope, "bp per $100bn"),
            CardTerm("G − O", "duration sold by real money and clients, less what the Fed holds", supply, "$bn of 10-year equivalents"),
            CardTerm("ς", "effect of an announcement on the 10-year", signal, "bp per $100bn"),
            CardTerm("A", "purchases announced so far; hedged ones count by their share", announced, "$bn"),
            CardTerm("c", "cut of the 10-year by a lower policy rate", cut, "bp"),
            CardTerm("d", "dislocation: the 10-year over what swaps imply", d, "bp"),
            CardTerm("χ", "how much steeper duration prices are in stress", steep, "per log point"),
            CardTerm("ℓ⁺", "log of dealers' charge over calm, if above", log, "log points"),
        ),
    )  # fmt: skip


def _remembered(now: TracedDay) -> tuple[float, float, float]:
    """m, M and the charge that a wedge follows, (1 − m)(λ − λ_r) + m·M, bp."""
    m, past = at(now.s.wedges.memory_share), at(now.open.memory)
    return m, past, (1 - m) * now.above + m * past


def _memory_terms(now: TracedDay) -> tuple[CardTerm, ...]:
    m, past, _ = _remembered(now)
    return (
        CardTerm("λ − λ_r", "dealers' charge above calm under the rules in force", now.above, "bp a year"),
        CardTerm("m", "part of a wedge that follows past days' charge", m, "share"),
        CardTerm("M", "average of past days' charge above calm", past, "bp a year"),
    )


def _followed_tex(now: TracedDay, beta: float) -> str:
    """β·[(1 − m)(λ − λ_r) + m·M] in numbers."""
    m, past, _ = _remembered(now)
    return rf"{tex(beta)}\cdot\big[{tex(1 - m)}\cdot {tex(now.above)} + {tex(m)}\cdot {tex(past)}\big]"


def _own_terms(now: TracedDay, j: int, own: float) -> tuple[CardTerm, ...]:
    name = NAMES[STRATEGIES[j]]
    return (
        CardTerm("ψ", "cheapening from the trade's own liquidation", own, "bp per $100bn"),
        CardTerm("Z", f"{name} bundles sold lately and not forgotten, at the open", at(now.open.liquidation, j), "$bn"),
        CardTerm("g", "size of the market", at(now.s.dealers.market_size), "multiple of 2020"),
    )  # fmt: skip


def _own(now: TracedDay, j: int, own: float) -> float:
    """ψ/100·Z/g, bp."""
    return own / 100 * at(now.open.liquidation, j) / at(now.s.dealers.market_size)


def _own_tex(now: TracedDay, j: int, own: float) -> str:
    z, size = at(now.open.liquidation, j), at(now.s.dealers.market_size)
    return rf"\tfrac{{{tex(own)}}}{{100}}\cdot\tfrac{{{tex(z)}}}{{{tex(size)}}}"


FOLLOWED = r"\beta\,[(1-m)(\lambda-\lambda_r)+m M]"


def dislocation(now: TracedDay) -> Card:
    """The 10-year's wedge to swaps."""
    p = now.s.wedges
    beta, own, shape = at(p.swap_spread_beta, TEN), at(p.swap_spread_own_bp), at(p.own_profile, TEN)
    e, recorded = at(now.today.swap_spread_shock, TEN), now.series(series.DISLOCATION, TEN)
    return Card(
        "dislocation", "The 10-year's dislocation",
        "A bond trades away from swaps when balance sheet is or was dear, when funds have dumped the trade, or when something else pushes.",
        aligned(rf"d &= {FOLLOWED}", r"&\quad + g_{10}\,\tfrac{\psi}{100}\tfrac{Z}{g} + e"),
        aligned(
            rf"{tex(recorded)} &= {_followed_tex(now, beta)}",
            rf"&\quad + {tex(shape)}\cdot {_own_tex(now, SWAP_SPREAD, own)} + {tex(e)}",
        ),
        recorded, beta * _remembered(now)[2] + shape * _own(now, SWAP_SPREAD, own) + e, "bp",
        (
            CardTerm("β", "pass-through of dealers' charge", beta, "bp per bp"),
            *_memory_terms(now),
            *_own_terms(now, SWAP_SPREAD, own),
            CardTerm("g₁₀", "tenor shape of that effect", shape, "multiple"),
            CardTerm("e", "shock to the swap spread", e, "bp"),
        ),
    )  # fmt: skip


def off_the_run(now: TracedDay) -> Card:
    """The 10-year's premium of old bonds over new ones."""
    p = now.s.wedges
    beta, own, shape = at(p.off_the_run_beta, TEN), at(p.off_the_run_own_bp), at(p.own_profile, TEN)
    e, recorded = at(now.today.off_the_run_shock, TEN), now.series(series.OFF_THE_RUN, TEN)
    nu, sigma, calm = at(p.off_the_run_volatility), at(now.morning.sigma, TEN), at(now.s.calm_volatility, TEN)
    right = beta * _remembered(now)[2] + shape * _own(now, OFF_THE_RUN, own) + e + nu * (sigma - calm)
    return Card(
        "off_the_run", "The 10-year's off-the-run premium",
        "An old bond yields more than a new one when balance sheet is or was dear, when the trade was dumped, and when yields are volatile.",
        aligned(rf"q &= {FOLLOWED}", r"&\quad + g_{10}\,\tfrac{\psi}{100}\tfrac{Z}{g} + e + \nu(\sigma-\sigma^0)"),
        aligned(
            rf"{tex(recorded)} &= {_followed_tex(now, beta)}",
            rf"&\quad + {tex(shape)}\cdot {_own_tex(now, OFF_THE_RUN, own)} + {tex(e)}",
            rf"&\quad + {tex(nu)}\cdot({tex(sigma)}-{tex(calm)})",
        ),
        recorded, right, "bp",
        (
            CardTerm("β", "pass-through of dealers' charge", beta, "bp per bp"),
            *_memory_terms(now),
            *_own_terms(now, OFF_THE_RUN, own),
            CardTerm("g₁₀", "tenor shape of that effect", shape, "multiple"),
            CardTerm("e", "shock to the off-the-run premium", e, "bp"),
            CardTerm("ν", "what volatility adds", nu, "bp per bp"),
            CardTerm("σ", "measured volatility of the 10-year at the open", sigma, "bp a day"),
            CardTerm("σ⁰", "the same in calm", calm, "bp a day"),
        ),
    )  # fmt: skip


def memory(now: TracedDay) -> Card:
    """What wedges remember of dealers' charge."""
    kept, past, recorded = at(now.s.memory_kept), at(now.open.memory), at(now.close.memory)
    return Card(
        "memory", "What price gaps remember",
        "Price gaps follow past days' charge as well as today's: they open by the day and close over many.",
        r"M' = \delta\,M + (1-\delta)(\lambda-\lambda_r)",
        rf"{tex(recorded)} = {tex(kept)}\cdot {tex(past)} + {tex(1 - kept)}\cdot {tex(now.above)}",
        recorded, kept * past + (1 - kept) * now.above, "bp a year",
        (
            CardTerm("M′", "average that tomorrow's price gaps will follow", recorded, "bp a year"),
            CardTerm("M", "the same this morning", past, "bp a year"),
            CardTerm("δ", "part of it that a day leaves", kept, "share"),
            CardTerm("λ − λ_r", "dealers' charge above calm under the rules in force", now.above, "bp a year"),
        ),
    )  # fmt: skip


def discount(now: TracedDay, j: int) -> Card:
    """What a bundle has lost against its converged value."""
    return _basis_discount(now) if j == 0 else _spread_discount(now, j)


def _basis_discount(now: TracedDay) -> Card:
    p, o = now.s.wedges, now.open
    beta, own, slope = at(p.basis_beta), at(p.basis_own_bp), at(p.futures_demand_slope_bp)
    e, days = at(now.today.basis_shock), float(o.days_to_delivery)
    missing = at(now.today.desired_longs) + at(o.absorbed) + at(o.outside) + at(o.delivered)
    basis = beta * _remembered(now)[2] + _own(now, 0, own) + slope / 100 * missing + e
    recorded = now.series(series.PRICE_LOSS, 0)
    return Card(
        "discount", "The market's discount on basis bundles",
        "A bond with its short future is worth less than at delivery, by the basis over the time that is left.",
        aligned(
            r"w &= \frac{b}{100}\cdot\frac{T}{252}",
            rf"b &= {FOLLOWED}",
            r"&\quad+\tfrac{\psi}{100}\tfrac{Z}{g}+\tfrac{\xi}{100}F+e",
        ),
        aligned(
            rf"{tex(recorded)} &= \frac{{{tex(basis)}}}{{100}}\cdot\frac{{{tex(days)}}}{{252}}",
            rf"{tex(basis)} &= {_followed_tex(now, beta)}",
            rf"&\quad+{_own_tex(now, 0, own)}+\tfrac{{{tex(slope)}}}{{100}}\cdot {tex(missing)}+{tex(e)}",
        ),
        recorded, basis * days / DAYS_A_YEAR / 100, "points per 100",
        (
            CardTerm("b", "basis: implied repo over repo, beyond calm", basis, "bp a year"),
            CardTerm("T", "business days to delivery", days, "days"),
            CardTerm("β", "pass-through of dealers' charge", beta, "bp per bp"),
            *_memory_terms(now),
            *_own_terms(now, 0, own),
            CardTerm("ξ", "price of futures that asset managers miss", slope, "bp per $100bn"),
            CardTerm("F", "futures that asset managers miss at the open", missing, "$bn"),
            CardTerm("e", "shock to the basis", e, "bp a year"),
        ),
    )  # fmt: skip


def _spread_discount(now: TracedDay, j: int) -> Card:
    mix, years = now.s.mixes[j, :, 0], now.s.durations[:, 0]
    q = [now.series((series.DISLOCATION, series.OFF_THE_RUN)[j - 1], i) for i in range(len(TENORS))]
    losses = [float(mix[i] * years[i] * q[i] / 100) for i in range(len(TENORS))]
    recorded = now.series(series.PRICE_LOSS, j)
    return Card(
        "discount", f"The market's discount on {NAMES[STRATEGIES[j]]} bundles",
        "A bond with its hedge is worth less than its converged value, by each tenor's yield gap times its duration.",
        r"w = \sum_i \mathrm{mix}_i\,D_i\,q_i/100",
        aligned(
            rf"{tex(recorded)} &= " + " + ".join(tex(x) for x in losses[:2]),
            r"&\quad + " + " + ".join(tex(x) for x in losses[2:]),
        ),
        recorded, sum(losses), "points per 100",
        tuple(
            term
            for i, t in enumerate(TENORS)
            for term in (
                CardTerm(f"q at {t} years", "yield gap of that tenor", q[i], "bp"),
                CardTerm(f"D at {t} years", "duration", float(years[i]), "years"),
                CardTerm(f"mix at {t} years", "part of the trade", float(mix[i]), "share"),
            )
        ),
    )  # fmt: skip
