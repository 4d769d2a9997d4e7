"""The model's equations for repo funding, with the numbers of one day of the central path put in."""

from __future__ import annotations

import numpy as np

from models import series
from models.funding import DIRECT, TAKEN_IN_FULL
from models.trace import TracedDay, at
from ui.pages.why.equation_card import Card, CardTerm, aligned, tex

OFFERS = (
    "cleared",
    "direct to funds",
    "to dealers on their own bonds",
    "through dealers beyond their own bonds",
)


def _for_unlent(now: TracedDay) -> float:
    """What a facility open to funds lends in place of dealers who will not, $bn."""
    today = now.morning.funding
    return min(at(today.unlent), at(today.fill, DIRECT))


def gap(now: TracedDay) -> Card:
    """What must be rolled over beyond the cash that lenders bring at the calm price."""
    p, need, today = now.s.funding, now.morning.need, now.morning.funding
    opened, slack, kept = at(now.open.opening_repo), at(p.slack_bn), 1 - at(p.recycled_share)
    run, drain = now.series(series.MONEY_FUND_RUN), now.series(series.CASH_DRAIN)
    cash = max(opened + slack - kept * run - drain, 0.0)
    funds, unlent = at(need.funds), at(today.unlent)
    clients, stock = max(at(need.clients), 0.0), at(need.inventory)
    lent = float(np.sum(today.fill[:, 0])) - _for_unlent(now)
    beyond = at(today.beyond)
    return Card(
        "gap", "How much repo lies beyond slack",
        "What funds, clients and dealers must roll over, less the cash that lenders bring at the calm price. A facility takes a "
        "part; private lenders are asked for the rest.",
        aligned(
            r"x+f &= R-R_u+B^{+}+V^{+}-\text{cash}",
            r"\text{cash} &= (R_0+\text{slack}",
            r"&\quad-(1-\rho)\,\text{run}-\text{drain})^{+}",
        ),
        aligned(
            rf"{tex(beyond)}+{tex(lent)} &= {tex(funds)}-{tex(unlent)}+{tex(clients)}",
            rf"&\quad+{tex(stock)}-{tex(cash)}",
            rf"{tex(cash)} &= ({tex(opened)}+{tex(slack)}",
            rf"&\quad-{tex(kept)}\cdot {tex(run)}-{tex(drain)})^{{+}}",
        ),
        beyond + lent, funds - unlent + clients + stock - cash, "$bn",
        (
            CardTerm("x", "asked of private lenders beyond slack; below zero, so much slack is left", beyond, "$bn"),
            CardTerm("f", "lent by a facility, beside what dealers will not lend", lent, "$bn"),
            CardTerm("R", "repo of funds to roll over this morning", funds, "$bn"),
            CardTerm("R_u", "part of it that dealers will not lend though they have the cash", unlent, "$bn"),
            CardTerm("B⁺", "other clients' financing", clients, "$bn"),
            CardTerm("V⁺", "dealers' bonds above normal", stock, "$bn"),
            CardTerm("R₀", "repo of funds at the opening, which lenders go on lending", opened, "$bn"),
            CardTerm("slack", "spare cash in repo", slack, "$bn"),
            CardTerm("1 − ρ", "part of a run that does not come back through banks", kept, "share"),
            CardTerm("run", "cash withdrawn from money funds", run, "$bn"),
            CardTerm("drain", "cash that leaves lenders for the Treasury's account or settlements", drain, "$bn"),
        ),
    )  # fmt: skip


def lending_cut(now: TracedDay) -> Card | None:
    """What dealers will not lend funds though they have the cash; only where there is any of it."""
    need, unlent, cut = now.morning.need, at(now.morning.funding.unlent), at(now.today.dealer_lending_cut)
    if cut <= 0 and unlent <= 0:
        return None
    funds, opened = at(need.funds), at(now.open.opening_repo)
    return Card(
        "lending_cut", "What dealers will not lend funds",
        "Dealers may cut lending to funds though they have the cash. More cash does not mend that; a loan to funds directly does.",
        r"R_u = (R-(1-c)\,R_0)^{+}",
        rf"{tex(unlent)} = ({tex(funds)}-{tex(1 - cut)}\cdot {tex(opened)})^{{+}}",
        unlent, max(funds - (1 - cut) * opened, 0.0), "$bn",
        (
            CardTerm("R_u", "repo that dealers will not lend", unlent, "$bn"),
            CardTerm("R", "repo of funds to roll over this morning", funds, "$bn"),
            CardTerm("c", "cut of lending", cut, "share"),
            CardTerm("R₀", "repo of funds at the opening", opened, "$bn"),
        ),
    )  # fmt: skip


def price_of_cash(now: TracedDay) -> Card:
    """The repo spread."""
    p, price, today = now.s.funding, now.morning.price_of_cash, now.morning.funding
    calm, dealers, recorded = (
        at(p.calm_spread_bp),
        now.series(series.REPO_CHARGE),
        now.series(series.REPO_SPREAD),
    )
    c, width, most, x = at(price.scale), at(price.width), at(price.limit), at(today.beyond)
    priced = min(max(x, 0.0), most)
    note = "Lenders ration: beyond the most they lend, no price brings more." if x > most else ""
    return Card(
        "price_of_cash", "What repo costs",
        "Cash has a price: the further repo goes beyond slack, the faster its rate rises. Dealers add a charge for passing it on.",
        r"s = s_0 + p_d + c\,\big(e^{\min(x^{+},\,x_{\max})/B_w}-1\big)",
        rf"{tex(recorded)} = {tex(calm)} + {tex(dealers)} + {tex(c)}\cdot\big(e^{{\,{tex(priced)}/{tex(width)}}}-1\big)",
        recorded, calm + dealers + c * float(np.expm1(priced / width)), "bp",
        (
            CardTerm("s", "repo spread over the middle of the policy range", recorded, "bp"),
            CardTerm("s₀", "the same in calm", calm, "bp"),
            CardTerm("p_d", "what dealers add for their balance sheet, from yesterday's charge", dealers, "bp"),
            CardTerm("c", "scale of the premium for cash", c, "bp"),
            CardTerm("x", "asked of private lenders beyond slack, after any facility", x, "$bn"),
            CardTerm("x_max", "the amount beyond which they ration", most, "$bn"),
            CardTerm("B_w", "amount that multiplies the premium by e", width, "$bn"),
        ),
        note,
    )  # fmt: skip


def facility(now: TracedDay) -> Card | None:
    """What the most used offer of a facility lends; only where one is open."""
    offer, price = now.morning.funding.facility, now.morning.price_of_cash
    if offer is None:
        return None
    k = max(range(len(OFFERS)), key=lambda k: (at(offer.taken, k), at(offer.most, k)))
    lent, own, most = at(offer.taken, k), at(offer.price, k), at(offer.most, k)
    if OFFERS[k] == OFFERS[-1]:  # dealers' loans are one demand, at a higher price beyond their own bonds
        lent, most = lent + at(offer.taken, k - 1), most + at(offer.most, k - 1)
    x = lent + at(offer.left, k)
    slope, c, width = at(now.orders.repo_slope), at(price.scale), at(price.width)
    per_slope = lent / slope if 0 < slope < TAKEN_IN_FULL else 0.0
    until = width * float(np.log1p(max(own + per_slope, 0.0) / c))
    anyway = most if own <= 0 and slope >= TAKEN_IN_FULL else slope * max(-own, 0.0)
    return Card(
        "facility", f"What the facility lends, {OFFERS[k]}",
        "Its ceiling is soft and its use voluntary. It lends until cash costs what the facility costs, and one more bp for every "
        "slope lent; never more than its cap.",
        aligned(
            r"f &= \min\big(\bar f,\;\max(x-x^{*},\;\text{slope}\cdot(-P')^{+})\big)",
            r"x^{*} &= B_w\ln\big(1+(P'+f/\text{slope})^{+}/c\big)",
        ),
        aligned(
            rf"{tex(lent)} &= \min\big({tex(most)},\;\max({tex(x)}-{tex(until)},\;{tex(anyway)})^{{+}}\big)",
            rf"{tex(until)} &= {tex(width)}\cdot\ln\big(1+({tex(own)}+{tex(per_slope)})^{{+}}/{tex(c)}\big)",
        ),
        lent, min(most, max(x - until, anyway, 0.0)) if slope > 0 else 0.0, "$bn",
        (
            CardTerm("f", "lent, beside what replaces dealers who will not lend", lent, "$bn"),
            CardTerm("f̄", "most it can lend: its cap, and what is to be rolled over", most, "$bn"),
            CardTerm("x", "repo beyond slack before this offer is taken", x, "$bn"),
            CardTerm("x*", "repo beyond slack at which borrowing more does not pay", until, "$bn"),
            CardTerm("P′", "its price over calm, with stigma and what the offer saves or costs its borrowers", own, "bp"),
            CardTerm("slope", "lent for each bp of advantage; from a million on all that is wanted", slope, "$bn per bp"),
            CardTerm("c", "scale of the premium for cash", c, "bp"),
            CardTerm("B_w", "amount that multiplies the premium by e", width, "$bn"),
        ),
        "Nobody borrows: cash costs no more than the facility does." if lent == 0 else "",
    )  # fmt: skip


def missing(now: TracedDay) -> Card:
    """What nobody funds."""
    today, price = now.morning.funding, now.morning.price_of_cash
    x, most, unlent = at(today.beyond), at(price.limit), at(today.unlent)
    own, recorded = _for_unlent(now), now.series(series.MISSING_FUNDING)
    return Card(
        "missing", "What nobody funds",
        "Lenders ration what would cost more than their most; and nobody replaces what dealers will not lend, except a facility "
        "open to funds. What is missing is sold.",
        r"\text{missing} = (x-x_{\max})^{+} + R_u - f_u",
        rf"{tex(recorded)} = ({tex(x)}-{tex(most)})^{{+}} + {tex(unlent)} - {tex(own)}",
        recorded, max(x - most, 0.0) + unlent - own, "$bn",
        (
            CardTerm("x", "asked of private lenders beyond slack, after any facility", x, "$bn"),
            CardTerm("x_max", "the amount beyond which they ration", most, "$bn"),
            CardTerm("R_u", "repo that dealers will not lend though they have the cash", unlent, "$bn"),
            CardTerm("f_u", "part of that which a facility lends to funds directly", own, "$bn"),
            CardTerm("φ", "part of funds' repo that is not funded: they sell it", now.series(series.UNFUNDED_SHARE), "share"),
            CardTerm("S_c", "bonds that clients sell because nobody finances them", at(today.client_sales), "$bn"),
            CardTerm("V_s", "dealers' own bonds without financing, which press on their balance sheet", at(today.dealers_short), "$bn"),
        ),
    )  # fmt: skip
