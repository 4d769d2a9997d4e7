"""The chain from shock to outcome in sentences with numbers: what happened, when, and what did not happen and why.

Numbers are means over the comparison's paths, so that they agree with the scorecard; days are medians over paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from models import series
from models.parameters.base import STRATEGIES, TENORS
from models.scenario import SHOCKS, Scenario
from models.simulation import Run
from policy.comparison import Comparison
from policy.outcomes.attribution import active_groups
from policy.outcomes.scorecard import (
    FUND_LOSSES,
    FUNDS_FAILED,
    LENDER_LOSSES,
    LOSSES_SPARED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    TAKE_UP,
    TAXPAYER_LOSS_CHANCE,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
)
from policy.outcomes.scores import Scores, all_scores
from policy.outcomes.summary import Summary
from ui.comparison import unused as comparison_unused
from ui.words import amounts, glossary, names
from ui.words.amounts import amount

TEN, THIRTY = TENORS.index(10), TENORS.index(30)
SEEN_BP, SEEN_BN, SEEN_PCT = 0.05, 0.005, 0.05
TRADES = {"basis": "basis", "swap_spread": "swap-spread", "off_the_run": "off-the-run"}


@dataclass(frozen=True)
class Link:
    """One link of the chain: its figure, the day it belongs to, the sentence, and whether it happened at all."""

    key: str
    title: str
    figure: str
    day: str
    text: str
    happened: bool = True


@dataclass(frozen=True, eq=False)
class _Case:
    """A policy's run beside no action, with its scores and its place in the summary."""

    run: Run
    none: Run
    scores: Scores
    summary: Summary
    k: int

    def mean(self, key: str) -> float:
        """Mean over paths of an outcome."""
        return float(np.mean(self.scores.values[key]))

    @property
    def name(self) -> str:
        return names.policy_names(self.summary.policies)[self.k]

    def date(self, day: float) -> str:
        return amounts.day_words(self.summary, day)


def chain(comparison: Comparison, summary: Summary, k: int) -> tuple[Link, ...]:
    """All links under policy `k` of the summary; `comparison` holds no action first and that policy last."""
    case = _Case(comparison.runs[-1], comparison.runs[0], all_scores(comparison)[-1], summary, k)
    return (
        _shock(case), _yields(case), _margins(case), _funding(case), _sales(case), _dealers(case),
        _dislocation(case), _feedback(case), _policy(case), _payers(case),
    )  # fmt: skip


def _peak(values: np.ndarray) -> tuple[float, float]:
    """Mean over paths of the largest value of (day, path), and the median day it comes on."""
    return float(np.mean(np.max(values, axis=0))), float(np.median(np.argmax(values, axis=0)))


# Shocks


def _shock(case: _Case) -> Link:
    told = _shocks(case)
    if not told:
        text = "Nothing hits this world, so nothing moves: every figure stays where it opened."
        return Link("shock", "The shock", "no shock", "", text, False)
    count = f"{len(told)} shock{'s' if len(told) > 1 else ''}"
    text = f"{'; '.join(told)}."
    return Link("shock", "The shock", count, "", text[0].upper() + text[1:])


def _shocks(case: _Case) -> list[str]:
    """What hits, one clause per shock, largest of its kind first."""
    run, scenario = case.run, case.run.world.scenario
    active = {n for g in active_groups(scenario) for n in g.names}
    out = []
    if "real_money_sales" in active:
        flow = run[series.REAL_MONEY_SALES].sum(axis=1)
        _, day = _peak(flow)
        total = float(np.mean(flow.sum(axis=0)))
        out.append(f"real money sells {amount(total, '$bn')} of bonds, most on {case.date(day)}")
    if "fundamentals" in active:
        size, day = _peak(np.abs(run[series.FUNDAMENTALS][:, TEN]))
        out.append(
            f"news moves the 10-year's fundamentals by up to {amount(size, 'bp')}, on {case.date(day)}"
        )
    if "client_financing" in active:
        size, day = _peak(run[series.CLIENT_FINANCING])
        out.append(f"clients ask dealers for up to {amount(size, '$bn')} of financing, on {case.date(day)}")
    if "money_fund_run" in active:
        size, day = _peak(run[series.MONEY_FUND_RUN])
        out.append(f"money funds lose up to {amount(size, '$bn')} of cash, on {case.date(day)}")
    if "cash_drain" in active:
        size, day = _peak(run[series.CASH_DRAIN])
        out.append(f"up to {amount(size, '$bn')} of cash is drained from repo, on {case.date(day)}")
    return out + _profiles(scenario, active, case)


def _profiles(scenario: Scenario, active: set[str], case: _Case) -> list[str]:
    """Shocks that no series records, at the size the scenario gives them."""
    said = {
        "swap_spread_shock": ("10-year swap spreads are pushed by up to {}", "bp"),
        "off_the_run_shock": ("10-year off-the-run premiums are pushed by up to {}", "bp"),
        "basis_shock": ("the basis is pushed by up to {}", "bp"),
        "desired_longs": ("asset managers want up to {} more in futures", "$bn"),
        "margin_step": ("exchanges raise margins by up to {}", "%"),
        "dealer_lending_cut": ("dealers cut their lending to funds by up to {}", "%"),
        "auction_withdrawal": ("bidders withdraw from Treasury auctions by up to {} of the issue", "%"),
    }
    out = []
    for name in (n for n in SHOCKS if n in active and n in said):
        shock = getattr(scenario, name)
        tenor = getattr(shock, "tenors", (1.0,) * 4)[TEN]
        path = np.array(shock.profile(scenario.days)) * tenor * (100 if said[name][1] == "%" else 1)
        day = int(np.argmax(np.abs(path)))
        if abs(path[day]) > 0:
            text, unit = said[name]
            out.append(f"{text.format(amount(float(path[day]), unit))}, on {case.date(day + 1)}")
    return out


# The market


def _yields(case: _Case) -> Link:
    moved = 100 * (case.run[series.YIELD][:, TEN] - case.run[series.YIELD][0, TEN])
    size, day = _peak(np.abs(moved))
    calm, (sigma, _) = float(case.run[series.VOLATILITY][0, 0]), _peak(case.run[series.VOLATILITY])
    if size < SEEN_BP:
        text = f"The 10-year stays where it opened, and measured volatility at its calm {amount(calm, 'bp')} a day."
        return Link("yields", "Yields move", amount(0.0, "bp"), "", text, False)
    parts = {
        "fundamentals": case.run[series.FUNDAMENTALS][:, TEN],
        "the term premium": case.run[series.TERM_PREMIUM][:, TEN],
        "dysfunction": case.run[series.DYSFUNCTION][:, TEN],
    }
    at = np.argmax(np.abs(moved), axis=0)
    there = {n: float(np.mean(v[at, np.arange(case.run.paths)])) for n, v in parts.items()}
    split = ", ".join(
        f"{amount(v, 'bp', signed=True)} from {n}" for n, v in there.items() if abs(v) >= SEEN_BP
    )
    volatile = (
        f"Measured volatility rises from {amount(calm, 'bp')} to {amount(sigma, 'bp')} a day"
        if sigma - calm >= SEEN_BP
        else f"Measured volatility stays at its calm {amount(calm, 'bp')} a day"
    )
    text = f"The 10-year moves by up to {amount(size, 'bp')} from its opening: {split}. {volatile}."
    return Link("yields", "Yields move", amount(size, "bp"), case.date(day), text)


def _largest(run: Run) -> int:
    return int(np.argmax(run[series.POSITIONS][0, :, 0]))


def _margins(case: _Case) -> Link:
    j = _largest(case.run)
    name, held = TRADES[STRATEGIES[j]], float(case.run[series.POSITIONS][0, j, 0])
    calm, (peak, day) = float(case.run[series.MARGIN][0, j, 0]), _peak(case.run[series.MARGIN][:, j])
    cut0, (cut, _) = float(case.run[series.HAIRCUT][0, 0]), _peak(case.run[series.HAIRCUT])
    if peak - calm < 0.005 and cut - cut0 < 0.005:
        why = (
            "measured volatility stays at its calm level"
            if _calm_volatility(case)
            else "margins do not follow it here"
        )
        text = f"No margin call: {why}, so margin on {name} trades stays at {calm:.2f}% of face."
        return Link("margins", "Margins rise", f"{calm:.2f}%", "", text, False)
    cash = held * (peak - calm) / 100
    text = (
        f"Margin on {name} trades rises from {calm:.2f}% to {peak:.2f}% of face: {amount(cash, '$bn')} more cash on the "
        f"{amount(held, '$bn')} that funds hold at the opening."
    )
    if cut - cut0 >= 0.005:
        text += f" Haircuts in repo rise from {cut0:.2f}% to {cut:.2f}%."
    return Link("margins", "Margins rise", f"{peak:.2f}%", case.date(day), text)


def _calm_volatility(case: _Case) -> bool:
    sigma = case.run[series.VOLATILITY]
    return _peak(sigma)[0] - float(sigma[0, 0]) < SEEN_BP


def _funding(case: _Case) -> Link:
    missing, day = _peak(case.run[series.MISSING_FUNDING])
    lent, _ = _peak(case.run[series.FACILITY].sum(axis=1))
    spread, spread_day = _peak(case.run[series.REPO_SPREAD])
    calm, title = float(case.run[series.REPO_SPREAD][0, 0]), "Repo gets dear or goes missing"
    helped = f" A facility lends up to {amount(lent, '$bn')}." if lent >= SEEN_BN else ""
    if missing < SEEN_BN and spread - calm < SEEN_BP:
        text = f"Repo stays as cheap as in calm: spare cash covers what is rolled over, at a spread of {amount(calm, 'bp')}.{helped}"
        return Link("funding", title, amount(spread, "bp"), "", text, False)
    dearer = (
        f"repo gets dearer, from {amount(calm, 'bp')} to {amount(spread, 'bp')} over the policy range"
        f"{_of_dealers(case, calm, spread)}, on {case.date(spread_day)}"
    )
    if missing < SEEN_BN:
        text = f"Everybody is funded, but {dearer}.{helped}"
        return Link("funding", title, amount(spread, "bp"), case.date(spread_day), text)
    text = f"Up to {amount(missing, '$bn')} of repo finds no lender, on {case.date(day)}; {dearer}.{helped}{_clients_sell(case)}"
    return Link("funding", title, amount(missing, "$bn"), case.date(day), text)


def _of_dealers(case: _Case, calm: float, spread: float) -> str:
    """How much of the dearest repo is dealers' charge, where it is the smaller or the larger part to speak of."""
    at = np.argmax(case.run[series.REPO_SPREAD], axis=0)
    charged = float(np.mean(case.run[series.REPO_CHARGE][at, np.arange(case.run.paths)]))
    return f" ({amount(charged, 'bp')} of it dealers' charge)" if charged >= SEEN_BP and spread > calm else ""


def _clients_sell(case: _Case) -> str:
    sold = float(np.mean(case.run[series.CLIENT_SALES].sum(axis=(0, 1))))
    return f" Clients sell {amount(sold, '$bn')} of bonds for want of it." if sold >= SEEN_BN else ""


def _sales(case: _Case) -> Link:
    sold = float(np.mean(case.run[series.FORCED_SALES].sum(axis=(0, 1))))
    lost, held = case.mean(FUND_LOSSES.key), float(case.run[series.POSITIONS][0, :, 0].sum())
    if sold < SEEN_BN:
        equity = float(case.run[series.FUND_EQUITY][0, 0])
        text = f"No forced sale: funds lose {amount(lost, '$bn')} of {amount(equity, '$bn')} equity and meet every constraint."
        return Link("sales", "Funds must sell", amount(0.0, "$bn"), "", text, False)
    by_trade = np.mean(case.run[series.FORCED_SALES].sum(axis=0), axis=-1)
    most = int(np.argmax(by_trade))
    selling = case.run[series.FORCED_SALES].sum(axis=1) > 1e-9
    on = selling.any(axis=0)
    first = float(np.median(np.argmax(selling, axis=0)[on]))
    share = "on every path" if on.all() else f"on {100 * float(np.mean(on)):.0f}% of paths"
    failed = case.mean(FUNDS_FAILED.key)
    text = (
        f"Funds lose {amount(lost, '$bn')} and must sell {amount(sold, '$bn')}, {100 * sold / held:.0f}% of what they held "
        f"({share}), most of it {TRADES[STRATEGIES[most]]} trades ({amount(float(by_trade[most]), '$bn')})."
    )
    text += (
        f" {failed:.1f} of {len(case.run.world.funds.cohorts)} groups of funds fail on average."
        if failed >= SEEN_PCT
        else ""
    )
    return Link("sales", "Funds must sell", amount(sold, "$bn"), f"from {case.date(first)}", text)


def _dealers(case: _Case) -> Link:
    use, day = _peak(case.run[series.DEALER_USE])
    opened = float(case.run[series.DEALER_USE][0, 0])
    calm, (charge, _) = float(case.run[series.CHARGE][0, 0]), _peak(case.run[series.CHARGE])
    if use - opened < SEEN_PCT:
        text = f"Dealers' balance sheets fill no further than the {amount(opened, '%')} of capacity they open with."
        return Link("dealers", "Dealers fill up", amount(opened, "%"), "", text, False)
    text = (
        f"Dealers' balance sheets fill from {amount(opened, '%')} to {amount(use, '%')} of the day's capacity, and their charge "
        f"for it rises from {amount(calm, 'bp')} to {amount(charge, 'bp')} a year.{_investors(case)}"
        f"{_against(case, use, PEAK_DEALER_USE.key, '%')}"
    )
    return Link("dealers", "Dealers fill up", amount(use, "%"), case.date(day), text)


def _investors(case: _Case) -> str:
    """What price-elastic investors take off dealers at most."""
    held, _ = _peak(case.run[series.SLOW_INVESTORS])
    return f" Price-elastic investors take up to {amount(held, '$bn')} off them." if held >= SEEN_BN else ""


def _against(case: _Case, value: float, key: str, unit: str) -> str:
    """The same figure under no action, where another policy is shown."""
    return f" Under no action: {amount(case.summary.cells[key][0].value, unit)}." if case.k else ""


def _dislocation(case: _Case) -> Link:
    size, day = _peak(case.run[series.DISLOCATION][:, TEN])
    if size < SEEN_BP:
        text = "The 10-year never trades away from what swaps imply."
        return Link("dislocation", "Prices break", amount(0.0, "bp"), "", text, False)
    longer, _ = _peak(case.run[series.DISLOCATION][:, THIRTY])
    text = (
        f"With balance sheet dear and trades dumped, the 10-year yields up to {amount(size, 'bp')} more than swaps imply, "
        f"the 30-year {amount(longer, 'bp')}.{_against(case, size, PEAK_DISLOCATION.key, 'bp')}"
    )
    return Link("dislocation", "Prices break", amount(size, "bp"), case.date(day), text)


def _feedback(case: _Case) -> Link:
    first = float(np.mean(case.run[series.FIRST_ROUND].sum(axis=0)))
    total = float(np.mean(case.run[series.FORCED_SALES].sum(axis=(0, 1))))
    if total - first < max(SEEN_BN, 0.005 * total):
        why = (
            "nobody must sell"
            if total < SEEN_BN
            else "sales move prices too little to force more of them on the same day"
        )
        return Link(
            "feedback", "It feeds on itself", "× 1.00", "", f"No fire sale within a day: {why}.", False
        )
    rounds, day = _peak(case.run[series.FORCED_SALES].sum(axis=1) - case.run[series.FIRST_ROUND])
    text = (
        f"Sales push prices, losses force more sales: {amount(first, '$bn')} that had to go at the first prices of the day became "
        f"{amount(total, '$bn')}. On the worst day the spiral added {amount(rounds, '$bn')}."
    )
    return Link("feedback", "It feeds on itself", f"× {total / first:.2f}", case.date(day), text)


# The policy, and who pays


def _policy(case: _Case) -> Link:
    title = "What the policy took off"
    if case.k == 0:
        text = (
            "Nobody acts: this is what the market does by itself, and what every policy is measured against."
        )
        return Link("policy", title, "no action", "", text, False)
    unused = _unused(case.summary, case.k)
    if unused:
        return Link("policy", title, "unused", "", unused, False)
    cells = case.summary.cells
    key, use = PEAK_DISLOCATION.key, PEAK_DEALER_USE.key
    gap, full = cells[key][case.k].gap, cells[use][case.k].gap
    sold = _total_sold(case.run) - _total_sold(case.none)
    start = next((m for m in case.summary.outcomes[case.k].milestones if m.name == "Policy starts"), None)
    began = f" from {case.date(start.day)}{_share(start.share)}" if start else ""
    taken = case.mean(TAKE_UP.key)
    done = (
        f"Use of {case.name}: {amount(taken, '$bn')}{began}"
        if taken >= SEEN_BN
        else f"{case.name}: in force{began}"
    )
    text = (
        f"{done}. Against no action the peak dislocation changes by {amount(gap.value, 'bp', signed=True)} (95% interval "
        f"{amounts.span(gap, 'bp')}), dealers' peak use by {amount(full.value, '%', signed=True).removesuffix('%')} points, "
        f"forced sales by {amount(sold, '$bn', signed=True)}."
    )
    return Link(
        "policy", title, amount(gap.value, "bp", signed=True), case.date(start.day) if start else "", text
    )


def _share(share: float) -> str:
    return "" if share == 1 else f" on {100 * share:.0f}% of paths"


def _total_sold(run: Run) -> float:
    return float(np.mean(run[series.FORCED_SALES].sum(axis=(0, 1))))


def _unused(summary: Summary, k: int) -> str:
    """Why no intervention of a policy was ever used; empty where one was."""
    uses = summary.outcomes[k].uses
    if any(u.used > 0 for u in uses):
        return ""
    before = sum(u.used <= 0 and u.intervention.name != "none" for o in summary.outcomes[:k] for u in o.uses)
    return " ".join(comparison_unused.nothing_happened(summary)[before : before + len(uses)])


def _payers(case: _Case) -> Link:
    cells, k = case.summary.cells, case.k
    mean, tail = cells[TAXPAYER_MEAN.key][k].value, cells[TAXPAYER_TAIL.key][k].value
    lost, lenders = case.mean(FUND_LOSSES.key), case.mean(LENDER_LOSSES.key)
    spared = cells[LOSSES_SPARED.key][k].value
    funds = f"Funds lose {amount(lost, '$bn')}" if abs(lost) >= SEEN_BN else "Funds lose nothing"
    if abs(spared) >= SEEN_BN:
        funds += f", {amount(abs(spared), '$bn')} {'less' if spared > 0 else 'more'} than under no action"
    funds += f"; their lenders lose {amount(lenders, '$bn') if lenders >= SEEN_BN else 'nothing'}"
    if abs(mean) < SEEN_BN and abs(tail) < SEEN_BN:
        happened = max(abs(lost), lenders) >= SEEN_BN
        text = f"{funds}. The taxpayer neither gains nor loses."
        return Link("payers", "Who pays", amount(0.0, "$bn"), "after one year", text, happened)
    chance = case.summary.outcomes[k].means[TAXPAYER_LOSS_CHANCE.key]
    text = (
        f"{funds}. The taxpayer's result after one year: {amounts.figure(TAXPAYER_MEAN.key, mean)} expected, a loss with "
        f"{chance:.0f}% probability, and {amounts.figure(TAXPAYER_TAIL.key, tail)} on average in the worst 5% of outcomes."
    )
    return Link("payers", "Who pays", amounts.figure(TAXPAYER_MEAN.key, mean), "after one year", text)


# Drawing

CSS = """<style>
ol.wy-chain{list-style:none;margin:.4rem 0 1rem!important;padding:0!important;display:grid;gap:1.5rem;counter-reset:wy;
 grid-template-columns:repeat(auto-fit,minmax(min(100%,15.5rem),1fr))}
.wy-link{position:relative;border:1px solid color-mix(in srgb,currentColor 24%,transparent);border-left:5px solid #5B6C9D;
 border-radius:.6rem;padding:.65rem .85rem .75rem!important;margin:0!important;min-width:0;background:color-mix(in srgb,currentColor 2.5%,transparent)}
.wy-link:not(:last-child)::after{content:"→"/"";position:absolute;right:-1.3rem;top:50%;transform:translateY(-50%);
 font-size:1.15rem;font-weight:700;opacity:.8}
.wy-link:last-child{grid-column:1/-1}
.wy-link.wy-not{border-style:dashed;border-left:5px dashed #868E99;background:none}
.wy-link h3{font-size:.98rem;font-weight:650;margin:0;padding:0;line-height:1.3}
.wy-link .wy-number{font-size:.8rem;font-weight:640;opacity:.86;margin-right:.35rem}
.wy-link .wy-line{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .6rem;margin:.15rem 0 .3rem}
.wy-link .wy-figure{font-size:1.32rem;font-weight:640;font-variant-numeric:tabular-nums}
.wy-link .wy-day{font-size:.84rem;opacity:.86}
.wy-link .wy-badge{font-size:.78rem;font-weight:640;border:1px solid currentColor;border-radius:1rem;padding:0 .45rem;white-space:nowrap}
.wy-link p{font-size:.9rem;line-height:1.45;margin:0;text-wrap:pretty}
@media (max-width:640px){ol.wy-chain{gap:1.7rem}
 .wy-link:not(:last-child)::after{content:"↓"/"";right:auto;left:1.2rem;top:auto;bottom:-1.6rem;transform:none}}
[class*=st-key-equation_] .katex{font-size:1.05em}
[class*=st-key-equation_] .katex-display{overflow:visible}
</style>"""


def chain_html(links: Sequence[Link]) -> str:
    """The chain as an ordered list of cards; what did not happen is dashed and says so."""
    items = "".join(_item(n, link) for n, link in enumerate(links, start=1))
    return f'{glossary.CSS}{CSS}<ol class="wy-chain" aria-label="From shock to outcome">{items}</ol>'


def _item(number: int, link: Link) -> str:
    badge = "" if link.happened else '<span class="wy-badge">did not happen</span>'
    day = f'<span class="wy-day">{escape(link.day)}</span>' if link.day else ""
    return (
        f'<li class="wy-link{"" if link.happened else " wy-not"}" data-link="{link.key}">'
        f'<h3><span class="wy-number">{number}</span>{escape(link.title)}</h3>'
        f'<div class="wy-line"><span class="wy-figure">{escape(link.figure)}</span>{day}{badge}</div>'
        f"<p>{glossary.hover(link.text, f'why-{number}', 3)}</p></li>"
    )
