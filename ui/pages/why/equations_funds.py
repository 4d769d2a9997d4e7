"""The model's equations for funding, funds, the auction and the taxpayer, with the numbers of the central path put in."""

from __future__ import annotations

import numpy as np

from models import bonds
from models.auction import open_auction
from models.parameters.base import DAYS_A_YEAR, STRATEGIES, TENORS
from models.scenario import World
from models.simulation import NARROWEST, Run
from models.stack import Array
from models.trace import Day, at, clearing_line, cost, missing_share, row
from policy.outcomes.attribution import STILL
from policy.outcomes.outright_result import exit_yields
from policy.outcomes.taxpayer import taxpayer as taxpayer_result
from policy.outcomes.terms import TERMS
from ui.pages.why.equation_card import Card, Term, aligned, tex

NAMES = {"basis": "basis", "swap_spread": "swap-spread", "off_the_run": "off-the-run"}


def repo(now: Day) -> Card:
    """The gap between repo to be rolled over and lenders' cash."""
    p = now.s.funding
    funds = (1 - now.haircut) * float(np.sum(now.open.positions[..., 0]))
    clients, stock = at(now.today.client_financing), max(at(now.open.inventory), 0.0)
    opened, slack, run = at(now.open.opening_repo), at(p.slack_bn), at(now.today.money_fund_run)
    kept = 1 - at(p.recycled_share)
    cash = max(opened + slack - kept * run, 0.0)
    lent = sum(now.series("facility_bn", a) for a in range(3))
    missing = now.series("missing_funding_bn")
    right = max(funds + clients + stock - cash, 0.0)
    return Card(
        "repo", "The gap in repo funding",
        "What funds, clients and dealers must roll over, less the cash that lenders bring: the facility fills it or it is missing.",
        aligned(
            r"\text{lent}+\text{missing} &= (R+B+V^{+}-\text{cash})^{+}",
            r"\text{cash} &= (R_0+\text{slack}",
            r"&\quad-(1-\rho)\,\text{run})^{+}",
        ),
        aligned(
            rf"{tex(lent)}+{tex(missing)} &= ({tex(funds)}+{tex(clients)}",
            rf"&\quad+{tex(stock)}-{tex(cash)})^{{+}}",
            rf"{tex(cash)} &= ({tex(opened)}+{tex(slack)}",
            rf"&\quad-{tex(kept)}\cdot {tex(run)})^{{+}}",
        ),
        lent + missing, right, "$bn",
        (
            Term("R", "repo of funds to roll over this morning", funds, "$bn"),
            Term("B", "other clients' financing", clients, "$bn"),
            Term("V⁺", "dealers' bonds above normal", stock, "$bn"),
            Term("R₀", "repo of funds at the opening, which lenders go on lending", opened, "$bn"),
            Term("slack", "spare cash in repo", slack, "$bn"),
            Term("1 − ρ", "part of a run that does not come back through banks", kept, "share"),
            Term("run", "cash withdrawn from money funds", run, "$bn"),
        ),
    )  # fmt: skip


def equity(now: Day) -> Card:
    """Equity of all funds."""
    before = float(np.sum(now.open.equity[:, 0]))
    held = [float(np.sum(now.open.positions[j, :, 0])) for j in range(3)]
    costs = [cost(now, j) for j in range(3)]
    gain = now.series("seller_gain_bn") - now.series("dealer_gain_bn")
    short = now.series("lender_losses_bn")
    right = before - sum(n * c / 100 for n, c in zip(held, costs, strict=True)) + gain + short
    terms = tuple(
        (Term(f"N, {NAMES[s]}", "positions at the open", held[j], "$bn"),
         Term(f"Δw + carry, {NAMES[s]}", "what the bundle lost today", costs[j], "points per 100"))
        for j, s in enumerate(STRATEGIES)
    )  # fmt: skip
    return Card(
        "equity", "Equity of hedge funds",
        "Funds lose what their bundles lose today; selling to the vehicle above the market gives some back; shortfalls fall on lenders.",
        r"E = E' - \sum_j N_j\,\frac{\Delta w_j+\text{carry}_j}{100} + a + s",
        aligned(
            rf"{tex(now.series('fund_equity_bn'))} &= {tex(before)}",
            *(rf"&\quad - {tex(n)}\cdot\tfrac{{{tex(c)}}}{{100}}" for n, c in zip(held, costs, strict=True)),
            rf"&\quad + {tex(gain)} + {tex(short)}",
        ),
        now.series("fund_equity_bn"), right, "$bn",
        (
            Term("E′", "equity at the open", before, "$bn"),
            *(t for pair in terms for t in pair),
            Term("a", "paid above the market by the vehicle", gain, "$bn"),
            Term("s", "shortfalls left to lenders", short, "$bn"),
        ),
    )  # fmt: skip


def forced_sales(now: Day, world: World) -> Card:
    """What the group of funds under most pressure must sell."""
    shares = [_reasons(now, n) for n in range(now.open.equity.shape[0])]
    n = max(range(len(shares)), key=lambda k: (max(shares[k][:3]) * shares[k][3] if max(shares[k][:3]) > 0 else 0.0,
                                               max(shares[k][:3])))  # fmt: skip
    by_margin, by_limit, by_funding, gross, worth, need, limit = shares[n]
    share = min(1.0, max(0.0, by_margin, by_limit, by_funding))
    speed = at(now.s.funds.risk_limit_speed)
    left = at(now.figures["forced_by_cohort_bn"], n)
    reason = ("margin", "its own limit on leverage", "missing repo funding")[
        int(np.argmax([by_margin, by_limit, by_funding]))
    ]
    found = f"Today {reason} binds." if share > 0 else "Today nothing forces a sale."
    per_need, per_gross = worth / need if need else 0.0, limit * worth / gross if gross else 0.0
    return Card(
        "forced_sales", f"What “{world.funds.cohorts[n].name}” must sell",
        f"The largest of three reasons to sell counts: margin, the fund's own limit, or repo that is not rolled over. {found}",
        aligned(
            r"S &= N\cdot\min\big(1,\max\big(0,\;1-\tfrac{E}{Q},",
            r"&\quad v\,(1-\ell^{*}\tfrac{E}{N}),\;\phi\big)\big)",
        ),
        aligned(
            rf"{tex(left)} &= {tex(gross)}\cdot\min(1,\max(0,\;1-{tex(per_need)},",
            rf"&\quad {tex(speed)}\cdot(1-{tex(per_gross)}),\;{tex(by_funding)}))",
        ),
        left, gross * share, "$bn",
        (
            Term("N", "the group's positions at the open", gross, "$bn"),
            Term("E", "its equity after today's losses", worth, "$bn"),
            Term("Q", "what margin, haircut and buffer require", need, "$bn"),
            Term("ℓ*", "its own limit on leverage today", limit, "multiple of equity"),
            Term("v", "speed at which it works off a breach", speed, "share a day"),
            Term("φ", "part of its repo that is not rolled over", by_funding, "share"),
            Term("1 − E/Q", "share to sell for margin", by_margin, "share"),
            Term("v(1 − ℓ*E/N)", "share to sell for the limit", by_limit, "share"),
        ),
        "The group of funds that must sell most on this day; where none must, the one nearest to it.",
    )  # fmt: skip


def _reasons(now: Day, n: int) -> tuple[float, ...]:
    """Shares of the book that margin, own limit and funding force a group to sell, and N, E, Q and ℓ*."""
    p = now.s.funds
    held = [at(now.open.positions, j, n) for j in range(3)]
    gross = sum(held)
    worth = at(now.open.equity, n) - sum(x * cost(now, j) / 100 for j, x in enumerate(held))
    margins_now = [now.series("margin_pct", j) / 100 for j in range(3)]
    need = sum(x * (m + now.haircut) for x, m in zip(held, margins_now, strict=True)) * (1 + at(p.buffer))
    limit = at(now.s.leverage_limit, n) * min(1.0, at(now.sigma_ratio) ** -at(p.risk_limit_elasticity))
    if gross == 0:
        return 0.0, 0.0, 0.0, 0.0, worth, need, limit
    by_margin = 1 - worth / need if need > 0 else 0.0
    by_limit = at(p.risk_limit_speed) * (1 - limit * worth / gross)
    return by_margin, by_limit, missing_share(now), gross, worth, need, limit


def auction(now: Day) -> Card | None:
    """What the vehicle buys from funds, at no better than its reserve."""
    if not np.any(np.asarray(now.orders.eligible)) and not np.any(now.orders.auction_capacity):
        return None
    line, stock = clearing_line(now)
    offer = open_auction(
        now.orders, now.wedges, line, now.s.dealers.calm_charge_bp, np.full(NARROWEST, stock)
    )
    left, market = at(now.orders.auction_capacity), sum(now.series("forced_sales_bn", j) for j in range(3))
    rows, terms = [], []
    ranks = range(3) if offer is not None else ()
    for rank in ranks:
        assert offer is not None
        j, needed = int(offer.order[rank, 0]), at(offer.threshold, rank)
        if row(now.orders.eligible, j) == 0:
            continue
        offered = now.series("forced_sales_bn", j)
        bought = min(left, offered, max(market - needed, 0.0))
        rows.append((left, offered, market, needed, bought))
        terms += [
            Term(f"s, {NAMES[STRATEGIES[j]]}", "what funds must sell", offered, "$bn"),
            Term(f"F*, {NAMES[STRATEGIES[j]]}", "sales the market takes before its discount reaches the reserve", needed, "$bn"),
        ]  # fmt: skip
        left, market = left - bought, market - bought
    recorded = sum(now.series("vehicle_purchases_bn", j) for j in range(3)) - now.series(
        "vehicle_from_dealers_bn"
    )
    parts = [rf"\min({tex(b)},{tex(o)},({tex(f)}-{tex(s)})^{{+}})" for b, o, f, s, _ in rows] or ["0"]
    return Card(
        "auction", "What the vehicle buys at auction",
        "The vehicle buys only what would push the market's discount beyond its reserve, trade by trade.",
        r"a = \sum_j \min\!\left(b_j,\;s_j,\;(F_j-F^{*}_j)^{+}\right)",
        aligned(*(rf"{tex(recorded)} &= {p}" if k == 0 else rf"&\quad + {p}" for k, p in enumerate(parts))),
        recorded, sum(r[-1] for r in rows), "$bn",
        (
            Term("π", "reserve discount", at(now.orders.reserve_discount), "points per 100"),
            Term("b", "what the vehicle would take today", at(now.orders.auction_capacity), "$bn"),
            Term("F", "all forced sales that are not yet bought, at the first trade", sum(now.series("forced_sales_bn", j) for j in range(3)), "$bn"),
            *terms,
        ),
        "Trades are served from the one whose discount reaches the reserve first; b and F fall by what is bought.",
    )  # fmt: skip


def taxpayer(run: Run) -> Card:
    """The public's result on the central path if rates stay where the run leaves them."""
    terms = STILL.model_copy(update={"slippage_sd_points": 0.0})
    left = float(np.mean(taxpayer_result(run, 0, terms).total))
    interest, price = _bonds(run)
    gained, carried, slipped = _bundles(run)
    earned, lost = _loans(run)
    values = (interest, price, gained, carried, -slipped, earned, -lost)
    return Card(
        "taxpayer", "The public's result after one year, if rates stay",
        "What the public earns on bonds, bundles and repo, less what it loses. Rates after the crisis add a risk with no drift.",
        aligned(r"\Pi &= \underbrace{i+p}_{\text{bonds}}", r"&\quad+\underbrace{g+c-s}_{\text{bundles}}+\underbrace{r-l}_{\text{repo}}"),
        aligned(
            rf"{tex(left)} &= {tex(interest)}+{tex(price)}",
            rf"&\quad+{tex(gained)}+{tex(carried)}-{tex(slipped)}",
            rf"&\quad+{tex(earned)}-{tex(lost)}",
        ),
        left, sum(values), "$bn",
        (
            Term("i", "bonds: interest over the policy rate", interest, "$bn"),
            Term("p", "bonds: price gained once dislocation and the Fed's own effect are gone", price, "$bn"),
            Term("g", "bundles: discount at purchase, less that given when sold back", gained, "$bn"),
            Term("c", "bundles: carry", carried, "$bn"),
            Term("s", "bundles: slippage on the way out", slipped, "$bn"),
            Term("r", "repo: spread over the policy rate", earned, "$bn"),
            Term("l", "repo: losses on loans to failed funds", lost, "$bn"),
        ),
        "For the whole path, not one day; on the central path, so it differs from the mean over random paths above.",
    )  # fmt: skip


def _held_years(run: Run) -> Array:
    """Years from each day to the horizon."""
    days = np.arange(run["charge_bp"].shape[0])
    end = max(TERMS.horizon_years, days[-1] / DAYS_A_YEAR)
    return np.asarray(end - days / DAYS_A_YEAR)


def _bonds(run: Run) -> tuple[float, float]:
    """Interest over the policy rate, and price change to the exit yield by duration and convexity, $bn."""
    scenario = run.world.scenario
    flow = np.diff(run["outright_bn"][..., 0], axis=0, prepend=0.0)
    paid, rate = 100 * run["yield_pct"][..., 0], 100 * scenario.policy_rate_pct
    interest = np.sum(flow * (paid - rate) * _held_years(run)[:, None]) / 1e4
    gap = exit_yields(run)[:, 0] - paid
    years = np.array(bonds.durations(scenario.opening_yields_pct))
    bend = np.array([bonds.convexity(y, t) for y, t in zip(scenario.opening_yields_pct, TENORS, strict=True)])
    return float(interest), float(np.sum(flow * (-years * gap / 1e4 + 0.5 * bend * gap**2 / 1e8)))


def _bundles(run: Run) -> tuple[float, float, float]:
    """Discounts, carry and slippage of bundles, $bn."""
    hedged = np.maximum(np.diff(run["hedged_bn"][..., 0], axis=0, prepend=0.0), 0.0)
    bought, sold = run["vehicle_purchases_bn"][..., 0] + hedged, run["vehicle_sales_bn"][..., 0]
    marks = run["price_loss_points"][..., 0] / 100
    gained = np.sum(run["vehicle_discount_bn"][..., 0] + (hedged - sold) * marks)
    carried = np.sum((bought - sold) * _held_years(run)[:, None]) * TERMS.calm_implied_repo_bp / 1e4
    return float(gained), float(carried), float(np.sum(bought) * TERMS.slippage_points / 100)


def _loans(run: Run) -> tuple[float, float]:
    """Spread income of the facility, and its part of failed funds' shortfalls, $bn."""
    lent, spread = run["facility_bn"][..., 0], run["repo_spread_bp"][:, 0]
    earned = np.sum(lent.sum(axis=1) * spread) / 1e4 / DAYS_A_YEAR
    book = (run["positions_bn"] + run["forced_sales_bn"])[..., 0].sum(axis=1)
    share = np.minimum(np.divide(lent[:, 2], book, out=np.zeros_like(book), where=book > 0), 1.0)
    lost = np.sum(share * run["lender_losses_bn"][:, 0]) * (1 - TERMS.direct_recovery)
    return float(earned), float(lost)
