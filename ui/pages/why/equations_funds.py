"""The model's equations for margins, funds, the auction and the taxpayer, with the numbers of the central path put in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models import bonds, series
from models.parameters.base import DAYS_A_YEAR, STRATEGIES, TENORS
from models.scenario import World
from models.simulation import Run
from models.stack import Array
from models.trace import TEN, TracedDay, at, cost, row
from policy.outcomes.attribution import STILL
from policy.outcomes.outright_result import price_gap
from policy.outcomes.taxpayer import taxpayer as taxpayer_result
from policy.outcomes.terms import TERMS
from ui.pages.why.equation_card import NAMES, Card, CardTerm, aligned, tex


def margin(now: TracedDay) -> Card:
    """The margin rule at the 10-year, and where it leaves the other tenors."""
    m, n = now.s.margins, at(now.s.margins.margin_standard_deviations)
    calm, bare = n * at(now.s.calm_margin_unit, TEN), n * at(now.s.bare_margin_unit, TEN)
    before, ratio = n * at(now.open.margin_unit, TEN), at(now.morning.sigma_ratio, TEN)
    power, up, down = at(m.margin_elasticity), at(m.margin_rise_speed), at(m.margin_fall_speed)
    multiple = (1 + at(now.today.margin_step)) * at(now.orders.margin_multiple)
    target = max(calm, bare * ratio**power) * multiple
    gap = target - before
    recorded = [now.series(series.CONTRACT_MARGIN, i) for i in range(len(TENORS))]
    return Card(
        "margin", "Initial margin on the 10-year future",
        "The clearing house asks for more as volatility at a tenor rises: quickly up, slowly down. Each tenor has its own.",
        aligned(
            r"m &= m' + \mathrm{up}\,(m^{*}-m')^{+}",
            r"&\quad - \mathrm{down}\,(m'-m^{*})^{+}",
            r"m^{*} &= \max\!\left(\bar m,\; m_0\,(\sigma/\sigma^0)^{\varepsilon}\right)\cdot \mu",
        ),
        aligned(
            rf"{tex(recorded[TEN])}\% &= {tex(100 * before)}\% + {tex(up)}\cdot {tex(100 * max(gap, 0.0))}\%",
            rf"&\quad - {tex(down)}\cdot {tex(100 * max(-gap, 0.0))}\%",
            rf"{tex(100 * target)}\% &= \max\big({tex(100 * calm)}\%,",
            rf"&\quad {tex(100 * bare)}\%\cdot {tex(ratio)}^{{\,{tex(power)}}}\big)\cdot {tex(multiple)}",
        ),
        recorded[TEN], 100 * (before + up * max(gap, 0.0) - down * max(-gap, 0.0)), "% of face",
        (
            CardTerm("m′", "margin yesterday", 100 * before, "% of face"),
            CardTerm("m*", "margin that volatility calls for", 100 * target, "% of face"),
            CardTerm("m̄", "margin in calm, with any floor", 100 * calm, "% of face"),
            CardTerm("m₀", "margin in calm without a floor", 100 * bare, "% of face"),
            CardTerm("σ/σ⁰", "measured volatility of the 10-year at the open over calm", ratio, "multiple"),
            CardTerm("ε", "how strongly margin follows volatility", power, "elasticity"),
            CardTerm("μ", "the exchange's step times any relief or rise by order", multiple, "multiple"),
            CardTerm("up", "part of a rise that is asked for at once", up, "share"),
            CardTerm("down", "part of a fall that is given back each day", down, "share"),
            *(CardTerm(f"m at {t} years", "margin on that future today", x, "% of face")
              for t, x in zip(TENORS, recorded, strict=True) if t != TENORS[TEN]),
        ),
    )  # fmt: skip


def trade_margin(now: TracedDay, j: int) -> Card:
    """Initial margin of one trade, from that at its tenors."""
    n, mix = (
        at(now.s.margins.margin_standard_deviations, j),
        [at(now.s.mixes, j, i) for i in range(len(TENORS))],
    )
    unit = [100 * at(now.morning.margin_unit, i) for i in range(len(TENORS))]
    parts = [x * m for x, m in zip(mix, unit, strict=True)]
    recorded = now.series(series.MARGIN, j)
    return Card(
        "trade_margin", f"Initial margin of the {NAMES[STRATEGIES[j]]} trade",
        "A trade's margin is the mean over its tenors: a book of short contracts needs less than one of long ones.",
        r"m_j = n_j\,\sum_i \mathrm{mix}_{j,i}\,\mu_i",
        rf"{tex(recorded)}\% = {tex(n)}\cdot({'+'.join(tex(x) for x in parts)})\%",
        recorded, n * sum(parts), "% of face",
        (
            CardTerm("n", "standard deviations of a day's move that margin covers in calm", n, "multiple"),
            *(CardTerm(f"μ at {t} years", "margin per standard deviation", unit[i], "% of face") for i, t in enumerate(TENORS)),
            *(CardTerm(f"mix at {t} years", "part of the trade over the market", mix[i], "share") for i, t in enumerate(TENORS)),
        ),
        "The market as a whole; a group of funds is asked for margin by the contracts that it holds itself.",
    )  # fmt: skip


def equity(now: TracedDay) -> Card:
    """Equity of all funds."""
    before = float(np.sum(now.open.equity[:, 0]))
    held = [float(np.sum(now.open.positions[j, :, 0])) for j in range(3)]
    costs = [cost(now, j) for j in range(3)]
    gain = now.series(series.SELLER_GAIN) - now.series(series.DEALER_GAIN)
    short = now.series(series.LENDER_LOSSES)
    right = before - sum(n * c / 100 for n, c in zip(held, costs, strict=True)) + gain + short
    terms = tuple(
        (CardTerm(f"N, {NAMES[s]}", "positions at the open", held[j], "$bn"),
         CardTerm(f"Δw + carry, {NAMES[s]}", "what the bundle lost today", costs[j], "points per 100"))
        for j, s in enumerate(STRATEGIES)
    )  # fmt: skip
    return Card(
        "equity", "Equity of hedge funds",
        "Funds lose what their bundles lose today; selling to the vehicle above the market gives some back; shortfalls fall on lenders.",
        r"E = E' - \sum_j N_j\,\frac{\Delta w_j+\text{carry}_j}{100} + a + s",
        aligned(
            rf"{tex(now.series(series.FUND_EQUITY))} &= {tex(before)}",
            *(rf"&\quad - {tex(n)}\cdot\tfrac{{{tex(c)}}}{{100}}" for n, c in zip(held, costs, strict=True)),
            rf"&\quad + {tex(gain)} + {tex(short)}",
        ),
        now.series(series.FUND_EQUITY), right, "$bn",
        (
            CardTerm("E′", "equity at the open", before, "$bn"),
            *(t for pair in terms for t in pair),
            CardTerm("a", "paid above the market by the vehicle", gain, "$bn"),
            CardTerm("s", "shortfalls left to lenders", short, "$bn"),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Reasons:
    """What makes one group of funds sell: its book, equity and requirement ($bn), its own limit, and shares of the book."""

    book: float
    equity: float
    required: float
    limit: float
    margin: float
    own: float
    funding: float

    @property
    def shares(self) -> dict[str, float]:
        return {
            "margin": self.margin,
            "its own limit on leverage": self.own,
            "missing repo funding": self.funding,
        }

    @property
    def share(self) -> float:
        """Part of the book that must be sold today."""
        if self.equity <= 0:
            return 1.0
        return min(1.0, max(0.0, *self.shares.values()))


def _reasons(now: TracedDay, n: int) -> _Reasons:
    p, terms, funds = now.s.funds, now.cleared.terms, now.cleared.funds
    book, worth = at(funds.constraints.book, n), at(funds.equity(now.close.above), n)
    asked = [at(terms.margin, j, n) + now.haircut for j in range(len(STRATEGIES))]
    required = sum(at(now.open.positions, j, n) * x for j, x in enumerate(asked)) * (1 + at(p.buffer))
    limit = at(now.s.leverage_limit, n) * min(1.0, at(terms.sigma_ratio, n) ** -at(p.risk_limit_elasticity))
    if book == 0:
        return _Reasons(0.0, worth, required, limit, 0.0, 0.0, 0.0)
    called = at(p.margin_call_speed) * (1 - worth / required) if required > 0 else 0.0
    own = at(p.risk_limit_speed) * (1 - limit * worth / book)
    return _Reasons(book, worth, required, limit, called, own, at(terms.missing_share))


def _all_reasons(now: TracedDay) -> list[_Reasons]:
    return [_reasons(now, n) for n in range(now.open.equity.shape[0])]


def margin_call(now: TracedDay, world: World) -> Card:
    """What the group with the largest call sells for margin today."""
    reasons = _all_reasons(now)
    n = max(
        range(len(reasons)), key=lambda k: (max(reasons[k].margin, 0.0) * reasons[k].book, reasons[k].margin)
    )
    r, speed, c = reasons[n], at(now.s.funds.margin_call_speed), now.cleared.funds.constraints
    left = at(c.at_zero, 0, n) + at(c.slope, 0, n) * float(np.exp(at(now.close.log_charge)))
    ratio = r.equity / r.required if r.required > 0 else 1.0
    if left <= 0:
        note = "Below zero nothing is called: this group has that much to spare."
    elif r.equity <= 0:
        note = "It has no equity left, so everything is sold at once."
    else:
        note = f"Met over days: of what is short, {100 * speed:.0f}% is sold for today."
    return Card(
        "margin_call", f"The margin call on “{world.funds.cohorts[n].name}”",
        "A fund whose equity falls below what margin, haircut and its own buffer require sells a part of its book each day "
        "until it is enough again.",
        r"S_m = v_m\,N\,(1-E/Q)",
        rf"{tex(left)} = {tex(speed)}\cdot {tex(r.book)}\cdot(1-{tex(ratio)})",
        left, speed * r.book * (1 - ratio), "$bn",
        (
            CardTerm("S_m", "to be sold for margin today", left, "$bn"),
            CardTerm("v_m", "part of the shortfall that is met each day", speed, "share a day"),
            CardTerm("N", "the group's positions at the open", r.book, "$bn"),
            CardTerm("E", "its equity after today's losses", r.equity, "$bn"),
            CardTerm("Q", "what margin, haircut and buffer require", r.required, "$bn"),
            CardTerm("E/Q", "equity over requirement", ratio, "multiple"),
        ),
        note,
    )  # fmt: skip


def forced_sales(now: TracedDay, world: World) -> Card:
    """What the group of funds under most pressure must sell."""
    reasons = _all_reasons(now)
    n = max(
        range(len(reasons)),
        key=lambda k: (reasons[k].share * reasons[k].book, max(reasons[k].shares.values())),
    )
    r, p = reasons[n], now.s.funds
    speed, called = at(p.risk_limit_speed), at(p.margin_call_speed)
    left = at(now.figures[series.FORCED_BY_COHORT], n)
    if r.share == 0 or r.book == 0:
        why = "Today nothing forces a sale."
    elif r.equity <= 0:
        why = "Today it has no equity left, so everything goes."
    else:
        why = f"Today {max(r.shares, key=lambda k: r.shares[k])} binds."
    per_need = r.equity / r.required if r.required > 0 else 1.0
    per_book = r.limit * r.equity / r.book if r.book else 0.0
    return Card(
        "forced_sales", f"What “{world.funds.cohorts[n].name}” must sell",
        f"The largest of three reasons counts: a margin call, the fund's own limit, or repo that is not rolled over. {why}",
        aligned(
            r"S &= N\cdot\min\big(1,\max\big(0,\;v_m(1-\tfrac{E}{Q}),",
            r"&\quad v\,(1-\ell^{*}\tfrac{E}{N}),\;\phi\big)\big);\quad S=N \text{ if } E\le 0",
        ),
        aligned(
            rf"{tex(left)} &= {tex(r.book)}\cdot\min(1,\max(0,\;{tex(called)}\cdot(1-{tex(per_need)}),",
            rf"&\quad {tex(speed)}\cdot(1-{tex(per_book)}),\;{tex(r.funding)}))",
        ),
        left, r.book * r.share, "$bn",
        (
            CardTerm("N", "the group's positions at the open", r.book, "$bn"),
            CardTerm("E", "its equity after today's losses", r.equity, "$bn"),
            CardTerm("Q", "what margin, haircut and buffer require", r.required, "$bn"),
            CardTerm("v_m", "part of a margin shortfall that is met each day", called, "share a day"),
            CardTerm("ℓ*", "its own limit on leverage today", r.limit, "multiple of equity"),
            CardTerm("v", "speed at which it works off a breach of that limit", speed, "share a day"),
            CardTerm("φ", "part of its repo that is not rolled over", r.funding, "share"),
            CardTerm("v_m(1 − E/Q)", "share to sell for margin", r.margin, "share"),
            CardTerm("v(1 − ℓ*E/N)", "share to sell for the limit", r.own, "share"),
        ),
        "The group of funds that must sell most on this day; where none must, the one nearest to it.",
    )  # fmt: skip


def auction(now: TracedDay) -> Card | None:
    """What the vehicle buys from funds, at no better than its reserve."""
    if not np.any(np.asarray(now.orders.eligible)) and not np.any(now.orders.auction_capacity):
        return None
    offer = now.cleared.offer
    left, market = at(now.orders.auction_capacity), sum(now.series(series.FORCED_SALES, j) for j in range(3))
    rows, terms = [], []
    ranks = range(3) if offer is not None else ()
    for rank in ranks:
        assert offer is not None
        j, needed = int(offer.order[rank, 0]), at(offer.threshold, rank)
        if row(now.orders.eligible, j) == 0:
            continue
        offered = now.series(series.FORCED_SALES, j)
        bought = min(left, offered, max(market - needed, 0.0))
        rows.append((left, offered, market, needed, bought))
        terms += [
            CardTerm(f"π, {NAMES[STRATEGIES[j]]}", "reserve discount", row(now.cleared.reserve, j), "points per 100"),
            CardTerm(f"s, {NAMES[STRATEGIES[j]]}", "what funds must sell", offered, "$bn"),
            CardTerm(f"F*, {NAMES[STRATEGIES[j]]}", "sales the market takes before its discount reaches the reserve", needed, "$bn"),
        ]  # fmt: skip
        left, market = left - bought, market - bought
    recorded = sum(now.series(series.VEHICLE_PURCHASES, j) for j in range(3)) - now.series(
        series.VEHICLE_FROM_DEALERS
    )
    parts = [rf"\min({tex(b)},{tex(o)},({tex(f)}-{tex(s)})^{{+}})" for b, o, f, s, _ in rows] or ["0"]
    return Card(
        "auction", "What the vehicle buys at auction",
        "The vehicle buys only what would push the market's discount beyond its reserve, trade by trade.",
        r"a = \sum_j \min\!\left(b_j,\;s_j,\;(F_j-F^{*}_j)^{+}\right)",
        aligned(*(rf"{tex(recorded)} &= {p}" if k == 0 else rf"&\quad + {p}" for k, p in enumerate(parts))),
        recorded, sum(r[-1] for r in rows), "$bn",
        (
            CardTerm("b", "what the vehicle would take today", at(now.orders.auction_capacity), "$bn"),
            CardTerm("F", "all forced sales that are not yet bought, at the first trade", sum(now.series(series.FORCED_SALES, j) for j in range(3)), "$bn"),
            *terms,
        ),
        "Trades are served from the one whose discount reaches the reserve first; b and F fall by what is bought.",
    )  # fmt: skip


def taxpayer(run: Run) -> Card:
    """The public's result on the central path if rates stay where the run leaves them."""
    sure = {"slippage_sd_points": 0.0, "delivery_sd_points": 0.0}
    free = {"margin_interest_share": 0.0, "margin_funding_bp": 0.0, "settlement_failure_share": 0.0}
    left, unburdened = (
        float(np.mean(taxpayer_result(run, 0, STILL.model_copy(update=changes)).total))
        for changes in (sure, sure | free)
    )
    interest, price = _bonds(run)
    gained, carried, slipped = _bundles(run)
    earned, lost = _loans(run)
    funded = unburdened - left
    values = (interest, price, gained, carried, -slipped, -funded, earned, -lost)
    return Card(
        "taxpayer", "The public's result after one year, if rates stay",
        "What the public earns on bonds, bundles and repo, less what it loses. Rates after the crisis add a risk with no drift.",
        aligned(r"\Pi &= \underbrace{i+p}_{\text{bonds}}", r"&\quad+\underbrace{g+c-s-m}_{\text{bundles}}+\underbrace{r-l}_{\text{repo}}"),
        aligned(
            rf"{tex(left)} &= {tex(interest)}+{tex(price)}",
            rf"&\quad+{tex(gained)}+{tex(carried)}-{tex(slipped)}-{tex(funded)}",
            rf"&\quad+{tex(earned)}-{tex(lost)}",
        ),
        left, sum(values), "$bn",
        (
            CardTerm("i", "bonds: interest over the policy rate", interest, "$bn"),
            CardTerm("p", "bonds: price gained once dislocation and the Fed's own effect are gone", price, "$bn"),
            CardTerm("g", "bundles: discount at purchase, less that given when sold back", gained, "$bn"),
            CardTerm("c", "bundles: carry", carried, "$bn"),
            CardTerm("s", "bundles: slippage on the way out", slipped, "$bn"),
            CardTerm("m", "bundles: funding of margin, and sellers that fail before they deliver", funded, "$bn"),
            CardTerm("r", "repo: spread over the policy rate", earned, "$bn"),
            CardTerm("l", "repo: losses on loans to failed funds", lost, "$bn"),
        ),
        "For the whole path, not one day; on the central path, so it differs from the mean over random paths above.",
    )  # fmt: skip


def _held_years(run: Run) -> Array:
    """Years from each day to the horizon."""
    days = np.arange(run[series.CHARGE].shape[0])
    end = max(TERMS.horizon_years, days[-1] / DAYS_A_YEAR)
    return np.asarray(end - days / DAYS_A_YEAR)


def _bonds(run: Run) -> tuple[float, float]:
    """Interest over the policy rate, and price change to the exit yield by duration and convexity, $bn."""
    scenario = run.world.scenario
    flow = np.diff(run[series.OUTRIGHT][..., 0], axis=0, prepend=0.0)
    paid, rate = 100 * run[series.YIELD][..., 0], 100 * scenario.policy_rate_pct
    interest = np.sum(flow * (paid - rate) * _held_years(run)[:, None]) / 1e4
    gap = price_gap(run, TERMS)[..., 0]
    years = np.array(bonds.durations(scenario.opening_yields_pct))
    bend = np.array([bonds.convexity(y, t) for y, t in zip(scenario.opening_yields_pct, TENORS, strict=True)])
    return float(interest), float(np.sum(flow * (-years * gap / 1e4 + 0.5 * bend * gap**2 / 1e8)))


def _bundles(run: Run) -> tuple[float, float, float]:
    """Discounts, carry and slippage of bundles, $bn."""
    hedged = np.maximum(np.diff(run[series.HEDGED][..., 0], axis=0, prepend=0.0), 0.0)
    bought, sold = run[series.VEHICLE_PURCHASES][..., 0] + hedged, run[series.VEHICLE_SALES][..., 0]
    marks = run[series.PRICE_LOSS][..., 0] / 100
    gained = np.sum(run[series.VEHICLE_DISCOUNT][..., 0] + (hedged - sold) * marks)
    carried = np.sum((bought - sold) * _held_years(run)[:, None]) * TERMS.calm_implied_repo_bp / 1e4
    return float(gained), float(carried), float(np.sum(bought) * TERMS.slippage_points / 100)


def _loans(run: Run) -> tuple[float, float]:
    """Spread income of the facility, and its part of failed funds' shortfalls, $bn."""
    lent, spread = run[series.FACILITY][..., 0], run[series.REPO_SPREAD][:, 0]
    earned = np.sum(lent.sum(axis=1) * spread) / 1e4 / DAYS_A_YEAR
    book = (run[series.POSITIONS] + run[series.FORCED_SALES])[..., 0].sum(axis=1)
    share = np.minimum(np.divide(lent[:, 2], book, out=np.zeros_like(book), where=book > 0), 1.0)
    lost = np.sum(share * run[series.LENDER_LOSSES][:, 0]) * (1 - TERMS.direct_recovery)
    return float(earned), float(lost)
