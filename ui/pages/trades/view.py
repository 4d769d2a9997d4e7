"""The three trades in words, and their balance sheets as accessible tables side by side."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from models.trades import Market, Sheet, Trade
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.words.amounts import amount
from ui.words.names import STRATEGY_NAMES

SHOWN_ALL, SHOWN_FACE = "All funds, $bn", "Per 100 of bonds"
DUST = 5e-3
ADJECTIVES = {"basis": "Basis", "swap_spread": "Swap-spread", "off_the_run": "Off-the-run"}


@dataclass(frozen=True)
class About:
    """A trade in words: what funds do, who is on the other side of each leg, and why it exists."""

    title: str
    what: str
    sides: tuple[str, ...]
    why: str
    wedge: str  # label of its slider
    bond: str
    hedge: str
    owed: str


ABOUT = {
    "basis": About(
        "Basis: a bond against its future",
        "A fund buys a Treasury, finances it overnight in repo and sells the future on it. At delivery both are worth the same, "
        "so it earns the gap between them (the basis) less what repo costs.",
        (
            "**The bond** comes from whoever would rather not hold it: sellers, dealers, Treasury auctions.",
            "**The future** is bought by asset managers, who want duration without tying up cash.",
            "**The repo** is cash of money funds and banks, passed on by dealers, whose balance sheets it uses.",
        ),
        "It exists because asset managers want futures and somebody must hold the bonds behind them. The gap is small, so it is "
        "held with a lot of borrowed money.",
        "Basis, bp a year",
        "Bonds",
        "Short future",
        "",
    ),
    "swap_spread": About(
        "Swap spread: a bond against a swap",
        "A fund buys a Treasury, finances it in repo and pays the fixed rate in an interest-rate swap. It earns the bond's yield "
        "over the swap rate, and gains if the two come together.",
        (
            "**The bond** comes from sellers and Treasury auctions.",
            "**The swap** is with whoever receives fixed: asset managers who take their duration that way.",
            "**The repo** is cash of money funds and banks, passed on by dealers.",
        ),
        "It exists because a bond needs balance sheet and a swap hardly any, so bonds yield more than swaps. It has no delivery "
        "day that brings the two together: funds may have to wait.",
        "Bond over swap, bp",
        "Bonds",
        "Pay-fixed swap",
        "",
    ),
    "off_the_run": About(
        "Off the run: an old bond against a new one",
        "A fund buys an old bond, finances it in repo, borrows the newest bond of that maturity against cash and sells it short. It "
        "earns what the old one yields more.",
        (
            "**The old bond** comes from investors who prefer the newest and easiest to trade.",
            "**The new bond** is lent by asset managers, who get cash for it, and sold to those who want to trade.",
            "**The repo** is cash of money funds and banks, passed on by dealers.",
        ),
        "It exists because the newest bond is easier to sell, and that is worth a few bp. In stress it is worth more, and the gap "
        "widens when funds can least afford it.",
        "Old over new, bp",
        "Old bonds",
        "New bonds sold short",
        "New bonds owed",
    ),
}
STAGES = (
    ("before", "Before"),
    ("after", "After the move, before anything is sold"),
    ("settled", "After selling what must be sold"),
)


def scale(trade: Trade, per_face: bool) -> float:
    """What the figures are multiplied by: 1 for $bn, or to 100 of the opening face."""
    return 100 / trade.face if per_face and trade.face > 0 else 1.0


def money(value: float, per_face: bool, signed: bool = False) -> str:
    """An amount in $bn, or in points per 100 of face."""
    if not per_face:
        return amount(value, "$bn", signed)
    text = f"{abs(value):,.2f}"
    if float(text.replace(",", "")) == 0:
        return "0"
    return f"{'−' if value < 0 else '+' if signed else ''}{text}"


# Sentences


def lead(market: Market) -> str:
    """What the move does to all funds."""
    lost = -sum(t.gain for t in market.trades)
    calls = sum(t.calls.total for t in market.trades)
    result = (
        f"Funds {'lose' if lost > 0 else 'gain'} {amount(abs(lost), '$bn')}"
        if abs(lost) >= DUST
        else "Funds neither gain nor lose"
    )
    cash = (
        f"must find {amount(calls, '$bn')} of cash"
        if calls > DUST
        else f"have {amount(-calls, '$bn')} of cash set free"
        if calls < -DUST
        else "need no cash"
    )
    sold = (
        f"must sell {amount(market.sales.total, '$bn')} of bonds"
        if market.sales.total >= DUST
        else "need not sell anything"
    )
    failed = (
        f"; {market.failed} group{'s' if market.failed > 1 else ''} of funds lose{'' if market.failed > 1 else 's'} all equity"
        if market.failed
        else ""
    )
    return f"{result}, {cash} and {sold}{failed}."


def finding(trade: Trade) -> str:
    """What the move does to one trade."""
    name = ADJECTIVES[trade.strategy]
    if trade.face == 0:
        return f"{name} trades: nobody holds them here"
    before, after, _ = trade.leverage
    held = f"{name} trades of {amount(trade.face, '$bn')}: {_result(trade.gain)}"
    levered = f"leverage goes from {before:.1f} to {_times(after)}"
    sold = (
        f"{amount(trade.sales.total, '$bn')} must be sold"
        if trade.sales.total >= DUST
        else "nothing must be sold"
    )
    return f"{held}, {levered}, {sold}"


def _result(gain: float) -> str:
    if abs(gain) < DUST:
        return "no gain or loss"
    return f"a {'gain' if gain > 0 else 'loss'} of {amount(abs(gain), '$bn')}"


def _times(value: float) -> str:
    return f"{value:.1f}" if np.isfinite(value) else "no equity left"


def why_sold(trade: Trade) -> str:
    """Which constraint asks for sales."""
    sales = trade.sales
    if sales.total < DUST:
        left = trade.after.equity - _required(trade)
        return f"Nothing must be sold: equity exceeds haircut and margin by {amount(left, '$bn')} in all."
    return (
        f"For margin and haircut {amount(sales.margin, '$bn')} must be sold, for funds' own limits on leverage {amount(sales.limit, '$bn')} "
        f"today; group by group the larger counts, {amount(sales.total, '$bn')} in all."
    )


def _required(trade: Trade) -> float:
    return trade.face * (trade.new_margin + trade.new_haircut)


def calls_words(trade: Trade) -> str:
    """What the variation margin means for cash and for equity."""
    paid = trade.calls.variation
    if abs(paid) < DUST:
        return "The hedge moves with the bond, so a move of all yields costs nothing; only the gap between the two does."
    verb, other = ("pays", "raises") if paid > 0 else ("receives", "lowers")
    return (
        f"The hedge {verb} {amount(abs(paid), '$bn')} in cash today; the same move of yields {other} the bonds by as much: "
        f"a {'call for cash, not a loss' if paid > 0 else 'receipt of cash, not a gain'}. Repo marked to the bond balances it."
    )


# Tables


def summary_html(market: Market) -> str:
    """The three trades and all of them together."""
    columns = [
        "Held, $bn",
        "Equity, $bn",
        "Leverage",
        "Gain or loss, $bn",
        "Cash due, $bn",
        "Leverage after",
        "Must be sold, $bn",
        "% of the trade",
    ]
    rows = [_summary_row(t) for t in market.trades]
    face, equity = sum(t.face for t in market.trades), sum(t.before.equity for t in market.trades)
    gain, after = sum(t.gain for t in market.trades), sum(t.after.equity for t in market.trades)
    whole = [
        tables.billions(face), tables.billions(equity), _ratio(face, equity), tables.billions(gain),
        tables.billions(sum(t.calls.total for t in market.trades)), _ratio(face, after), tables.billions(market.sales.total),
        _share(market.sales.total, face),
    ]  # fmt: skip
    rows.append(
        Row(
            "All, as funds hold them",
            whole,
            "funds with several trades sell of all of them alike",
            "tb-total",
        )
    )
    return tables.table("The three trades under the move", "Trade", columns, rows, "trades")


def _summary_row(t: Trade) -> Row:
    cells = [
        tables.billions(t.face), tables.billions(t.before.equity), _ratio(t.face, t.before.equity), tables.billions(t.gain),
        tables.billions(t.calls.total), _ratio(t.face, t.after.equity), tables.billions(t.sales.total), _share(t.sales.total, t.face),
    ]  # fmt: skip
    return Row(STRATEGY_NAMES[t.strategy], cells)


def _ratio(face: float, equity: float) -> TableCell:
    if face <= 0:
        return TableCell("none", kind="tb-quiet")
    return TableCell(f"{face / equity:.1f}" if equity > 0 else "no equity")


def _share(part: float, whole: float) -> TableCell:
    return TableCell(
        f"{100 * part / whole:.0f}%" if whole > 0 and part > DUST else "0%",
        kind="" if part > DUST else "tb-quiet",
    )


def legs_html(trade: Trade, per_face: bool) -> str:
    """Profit of each leg, and cash due."""
    about, k = ABOUT[trade.strategy], scale(trade, per_face)
    unit = "points per 100" if per_face else "$bn"
    lines = [
        (about.bond, trade.bond_gain, "price of the bonds, with the market and against the hedge"),
        (about.hedge, trade.hedge_gain, "moves with the market alone"),
        ("Both legs", trade.gain, "what the gap between them did"),
    ]
    calls = [
        ("Variation margin of the hedge", trade.calls.variation, "settled in cash every day"),
        ("Repo marked to the bond", trade.calls.remark, "lenders ask for what the bond lost"),
        ("Initial margin", trade.calls.margin, "the clearing house asks for more"),
        ("Haircut", trade.calls.haircut, "lenders finance less of the bond"),
        ("Cash due in all", trade.calls.total, f"there was {money(k * trade.before.cash, per_face)} before"),
    ]
    gains = tables.table(
        f"{about.title}: profit and loss by leg", f"Profit or loss, {unit}", ["Amount", "What it is"],
        [_line(name, k * v, per_face, text, name == "Both legs") for name, v, text in lines], f"legs_{trade.strategy}",
    )  # fmt: skip
    due = tables.table(
        f"{about.title}: cash due", f"Cash due (minus: received), {unit}", ["Amount", "What it is"],
        [_line(name, k * v, per_face, text, name == "Cash due in all") for name, v, text in calls], f"calls_{trade.strategy}",
    )  # fmt: skip
    return f'<div class="tr-pair">{gains}{due}</div>'


def _line(name: str, value: float, per_face: bool, text: str, total: bool) -> Row:
    cell = TableCell(money(value, per_face, signed=True), kind="" if abs(value) > 1e-9 else "tb-quiet")
    return Row(name, [cell, TableCell(text, kind="tb-text")], kind="tb-total" if total else "")


CSS = """<style>
.tr-sheets{display:grid;gap:.8rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,16rem),1fr));margin:.3rem 0 .7rem}
.tr-sheet{border:1px solid color-mix(in srgb,currentColor 22%,transparent);border-radius:.6rem;padding:.6rem .8rem .7rem;min-width:0}
.tr-sheet h3{font-size:.95rem;line-height:1.3;font-weight:650;margin:0 0 .35rem;padding:0;min-height:2.6em}
.tr-bars{display:grid;gap:.2rem;margin:0 0 .5rem}
.tr-bar{display:flex;height:1rem;border-radius:.2rem;overflow:hidden;gap:1px}
.tr-bar>span{display:block;min-width:1px}
.tr-sheet table{width:100%;border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums}
.tr-sheet th,.tr-sheet td{padding:.22rem .1rem;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 10%,transparent);line-height:1.3}
.tr-sheet th{text-align:left;font-weight:400}
.tr-sheet td{text-align:right;white-space:nowrap}
.tr-sheet .tr-part th{font-weight:650;padding-top:.45rem}
.tr-sheet .tr-sum>*{font-weight:650;border-top:1px solid color-mix(in srgb,currentColor 30%,transparent)}
.tr-dot{display:inline-block;width:.7rem;height:.7rem;border-radius:.15rem;margin-right:.4rem;vertical-align:-.05rem}
.tr-pair{display:grid;gap:.8rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
.tr-pair .tb{width:100%}
.tr-pair .tb .tb-text{min-width:7rem;white-space:normal}
.tr-pair .tb thead th:last-child{text-align:left}
.tr-foot{font-size:.84rem;line-height:1.4;opacity:.86;margin:.35rem 0 0}
@media (max-width:640px){.tr-sheet h3{min-height:0}}
</style>"""
COLOURS = {
    "bonds": "#5B6C9D", "lodged": "#9A6B8F", "margin": "#8C8C3C", "cash": "#4F7F6A", "repo": "#868E99",
    "short": "#B06A4F", "equity": "#C2456B",
}  # fmt: skip


def sheets_html(trade: Trade, per_face: bool) -> str:
    """The trade's balance sheet before, after, and once sold: three tables side by side, one below the other on a phone."""
    sheets = "".join(_sheet_html(trade, stage, title, per_face, n) for n, (stage, title) in enumerate(STAGES))
    return f'<div class="tr-sheets">{sheets}</div>'


def entries(trade: Trade, sheet: Sheet) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Names and fields of what stands on each side; what a trade does not have is left out."""
    about = ABOUT[trade.strategy]
    assets = [
        ("bonds", about.bond),
        ("margin", "Margin at the clearing house"),
        ("cash", "Cash" if sheet.cash >= 0 else "Cash short"),
    ]
    debts = [("repo", "Repo")]
    if about.owed:
        assets.insert(1, ("lodged", "Cash lodged for borrowed bonds"))
        debts.append(("short", about.owed))
    return assets, [*debts, ("equity", "Equity" if sheet.equity >= 0 else "Equity gone; lenders lose")]


def _sheet_html(trade: Trade, stage: str, title: str, per_face: bool, n: int) -> str:
    sheet, k = getattr(trade, stage), scale(trade, per_face)
    assets, debts = entries(trade, sheet)
    body = _side("Assets", assets, sheet, k, per_face, sheet.assets)
    body += _side("Liabilities and equity", debts, sheet, k, per_face, sheet.liabilities + sheet.equity)
    label = f"{ABOUT[trade.strategy].title}: {title.lower()}"
    unit = "per 100 of bonds" if per_face else "$bn"
    return (
        f'<div class="tr-sheet"><h3>{escape(title)}</h3>{_bars(assets, debts, sheet)}'
        f'<table data-testid="sheet_{trade.strategy}_{stage}" aria-label="{escape(label)}, {unit}"><tbody>{body}</tbody></table>'
        f'<p class="tr-foot">Leverage {_times(trade.leverage[n])}: positions over equity.</p></div>'
    )


def _side(
    title: str, rows: list[tuple[str, str]], sheet: Sheet, k: float, per_face: bool, total: float
) -> str:
    lines = "".join(
        f'<tr><th scope="row"><span class="tr-dot" style="background:{COLOURS[f]}" aria-hidden="true"></span>{escape(name)}</th>'
        f"<td>{escape(money(k * getattr(sheet, f), per_face))}</td></tr>"
        for f, name in rows
    )
    return (
        f'<tr class="tr-part"><th scope="rowgroup" colspan="2">{escape(title)}</th></tr>{lines}'
        f'<tr class="tr-sum"><th scope="row">Total</th><td>{escape(money(k * total, per_face))}</td></tr>'
    )


def _bars(assets: list[tuple[str, str]], debts: list[tuple[str, str]], sheet: Sheet) -> str:
    """What the two sides are made of, to scale; the table says the same in figures."""
    return f'<div class="tr-bars" aria-hidden="true">{_bar(assets, sheet)}{_bar(debts, sheet)}</div>'


def _bar(rows: list[tuple[str, str]], sheet: Sheet) -> str:
    values = [(f, max(getattr(sheet, f), 0.0)) for f, _ in rows]
    whole = sum(v for _, v in values) or 1.0
    parts = "".join(
        f'<span style="width:{100 * v / whole:.3f}%;background:{COLOURS[f]}"></span>' for f, v in values
    )
    return f'<div class="tr-bar">{parts}</div>'


def frame_of(market: Market) -> pd.DataFrame:
    """Every balance sheet and call as long rows, for a file."""
    rows = []
    for t in market.trades:
        for stage, title in STAGES:
            sheet = getattr(t, stage)
            assets, debts = entries(t, sheet)
            rows += [
                (STRATEGY_NAMES[t.strategy], title, "assets", name, getattr(sheet, f)) for f, name in assets
            ]
            rows += [
                (STRATEGY_NAMES[t.strategy], title, "liabilities and equity", name, getattr(sheet, f))
                for f, name in debts
            ]
        rows += [
            (STRATEGY_NAMES[t.strategy], "the move", side, name, value)
            for side, name, value in (
                ("profit or loss", "bonds", t.bond_gain), ("profit or loss", "hedge", t.hedge_gain),
                ("cash due", "variation margin", t.calls.variation), ("cash due", "repo marked to the bond", t.calls.remark),
                ("cash due", "initial margin", t.calls.margin), ("cash due", "haircut", t.calls.haircut),
                ("must be sold", "for margin and haircut", t.sales.margin), ("must be sold", "for own limits", t.sales.limit),
                ("must be sold", "in all", t.sales.total),
            )
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Trade", "Stage", "Side", "Entry", "$bn"])
