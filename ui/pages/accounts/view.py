"""One run's books for the screen: the balance sheets of a day, gains and losses, where bonds went, and what must be zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models import accounts, series
from models.accounts import INSTRUMENTS, SECTORS, SOURCES
from models.scenario import World
from models.simulation import Run
from models.stack import Array
from policy.spec import Policy
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Names, Piece, wrapped
from ui.charts.styles import filled
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.state.session import one_path
from ui.words import amounts as words_amounts
from ui.words.amounts import listed

CLOSED = 1e-6  # $bn; the books close to far less, what is above is an error
SMALL = 0.005  # $bn; below this nothing is worth a sentence

SECTOR_NAMES = {
    "asset_managers": "Asset managers",
    "real_money": "Real money",
    "hedge_funds": "Hedge funds",
    "dealers": "Dealers",
    "repo_clients": "Dealers' repo clients",
    "money_funds": "Money funds",
    "banks": "Banks",
    "outside_buyers": "Outside buyers",
    "clearing_house": "Clearing house",
    "treasury": "Treasury",
    "fed": "Fed",
    "vehicle": "Vehicle",
}
INSTRUMENT_NAMES = {
    "treasuries": ("Treasuries", "at face; the Treasury's debt is the bonds dealers and funds open with, the Fed's bills and new issues, all other holdings are changes since the opening"),
    "price_above_par": ("Price above par", "face by tenor times price less one, of outright bonds; hedged holders have none, and duration that nobody else holds stands with asset managers"),
    "pairs": ("Old against new pairs", "old bonds with the cash posted for the new ones that are short, at 1 less the off-the-run gap; asset managers lend the new bonds and owe it"),
    "futures_and_swaps": ("Futures and swaps", "net long times the gap by which a hedge is worth more than its bond: the basis for futures, the swap-spread gap for swaps"),
    "initial_margin": ("Initial margin", "nominal; what funds posted with the clearing house"),
    "repo_from_dealers": ("Repo from dealers", "nominal; what dealers lend to funds and clients"),
    "repo_to_dealers": ("Repo to dealers", "nominal; what money funds and banks lend to dealers"),
    "fed_repo": ("Repo from the Fed", "nominal; facility lending through dealers and to funds direct"),
    "vehicle_loan": ("Loan to the vehicle", "nominal; the Fed's loan to the vehicle"),
    "money_fund_shares": ("Money-fund shares", "nominal; what asset managers hold in money funds"),
    "deposits": ("Deposits", "nominal; cash with banks; cash withdrawn from money funds goes into asset managers' deposits"),
    "credit_lines": ("Credit lines", "nominal, the banks' residual: dealers' opening bonds, and repo that neither lenders nor the facility fund"),
    "cash_at_fed": ("Cash at the Fed", "nominal; money funds', banks', the Treasury's and the vehicle's cash; cash that money funds cannot lend is here"),
    "net_worth": ("Net worth", "what a sector owes to its owners, so with a minus where it is worth more than it owes; the banks' is what their modelled books leave over"),
}  # fmt: skip
SOURCE_NAMES = {
    "duration": ("Duration", "moves of the yield curve on outright bonds", "#5B6C9D"),
    "wedges": ("Price gaps", "bonds moving against their hedges", "#C2456B"),
    "carry": ("Carry", "price gaps earned day by day", "#4F7F6A"),
    "repo_interest": ("Repo interest", "repo interest above calm", "#8C8C3C"),
    "auction": ("Vehicle's auctions", "what the vehicle paid above the market", "#B06A4F"),
    "defaults": ("Failures", "failed funds' shortfalls", "#9A6B8F"),
    "roll": ("Futures roll", "cost of rolling futures above calm", "#7C6A57"),
}
FLOW_NAMES = {
    "sold_by_real_money": "Real money",
    "sold_by_clients": "Dealers' repo clients",
    "issued": "Treasury, new issues",
    "bought_at_auction": "Auction bidders",
    "hedge_funds": "Hedge funds",
    "dealers": "Dealers",
    "end_investors": "End investors",
    "outside_buyers": "Outside buyers",
    "delivered_into_futures": "Longs, by delivery",
    "fed_outright": "Fed, outright",
    "fed_hedged": "Fed, hedged",
    "vehicle": "Vehicle",
}
LONG_NAMES = {
    "longs": ("Asset managers' longs", "#868E99"),
    "basis": ("Hedge funds, basis", "#5B6C9D"),
    "swap_spread": ("Hedge funds, swap spread", "#C2456B"),
    "dealers": ("Dealers", "#B08900"),
    "fed": ("Fed", "#B06A4F"),
    "vehicle": ("Vehicle", "#4F7F6A"),
}
IDENTITY_NAMES = {
    "bonds": ("Bonds", "what was sold and issued went somewhere"),
    "longs": ("Futures and swaps", "longs equal the hedged bonds behind them"),
    "longs_missing": ("Missing longs", "longs that are missing were closed, absorbed or delivered"),
    "positions": ("Positions", "funds' positions equal the sum of their groups"),
    "equity": ("Equity", "funds' equity equals the sum of their groups"),
    "vehicle": ("Vehicle", "what it holds equals bought less sold and delivered"),
    "sellers": ("Auction sellers", "what the vehicle bought was sold by funds or dealers"),
    "auction": ("Auction prices", "what the vehicle paid above the market is what sellers gained"),
    "award": ("Treasury auctions", "dealers' excess award follows from the award's share"),
    "price_of_cash": (
        "Price of cash",
        "lenders' premium is that of what they lend beyond slack, up to their limit",
    ),
    "duration_supply": ("Term premium", "follows from the duration sold and taken, bp"),
}
TOOK, GAVE = filled("Took", "#5B6C9D"), filled("Parted with", "#C2456B")


@dataclass(frozen=True, eq=False)
class RunBooks:
    """One run's books by day, $bn: `sheets` (instrument, sector, day), `gains` (source, sector, day), flows by day."""

    calendar: tuple[dt.date, ...]
    sheets: Array
    gains: Array
    flows: Mapping[str, Array]
    longs: Mapping[str, Array]
    identities: Mapping[str, float]
    worst_day: int

    @property
    def residual(self) -> float:
        """The largest remainder of any row, column or identity on any day."""
        over = [np.abs(np.add.reduce(self.sheets, axis=k)).max() for k in (0, 1)]
        return float(max(*over, *self.identities.values(), np.abs(np.add.reduce(self.gains, axis=1)).max()))


def keep_books(world: World, policy: Policy, path: int | None, seed: int) -> RunBooks:
    """The books of one policy on one path (counted from 0), or on the central path."""
    return books_of(one_path(world, policy, path, seed))


def books_of(run: Run) -> RunBooks:
    """The books of a run's first path."""
    return RunBooks(
        calendar=run.calendar,
        sheets=accounts.balance_sheets(run, path=0).values[..., 0],
        gains=accounts.profit_to_date(run)[..., 0],
        flows={name: flow[:, 0] for name, flow in accounts.bond_flows(run).items()},
        longs={name: held[:, 0] for name, held in accounts.futures_identity(run).items()},
        identities={name: float(np.abs(left).max()) for name, left in accounts.identities(run).items()},
        worst_day=int(run[series.DISLOCATION][:, 2, 0].argmax()),
    )


# Sentences


def day_text(books: RunBooks, day: int) -> str:
    """A day's date, and what it is where it is special."""
    date = f"{words_amounts.date_words(books.calendar[day])} {books.calendar[day].year}"
    return f"{date}, the opening" if day == 0 else date


def closing_words(books: RunBooks, day: int, run: str = "") -> str:
    """Whether the books close on a day, and by how much they do not."""
    sheet = books.sheets[:, :, day]
    left = max(float(np.abs(sheet.sum(axis=k)).max()) for k in (0, 1))
    count = len(INSTRUMENTS) + len(SECTORS)
    when = f"{run}, on {day_text(books, day)}" if run else f"On {day_text(books, day)}"
    if left < CLOSED:
        return (
            f"{when} every instrument and every sector sums to zero: the largest of {count} remainders is "
            f"{tables.power(left)} $bn, rounding of the arithmetic."
        )
    return f"{when} the books do not close: the largest of {count} remainders is {words_amounts.amount(left, '$bn')}."


def _money(value: float) -> str:
    return words_amounts.amount(value, "$bn")


def gains_title(books: RunBooks, day: int) -> str:
    """Who lost and who gained most, and from what."""
    total = books.gains[:, :, day].sum(axis=0)
    low, high = int(total.argmin()), int(total.argmax())
    if total[high] < SMALL:
        return "Nobody has gained or lost anything yet" if day == 0 else "Nobody has gained or lost anything"
    names = list(SECTOR_NAMES.values())
    lost = books.gains[:, low, day]
    return (
        f"{_the(names[low])} lost most since the opening, {_money(-total[low])}, above all from "
        f"{_source(int(lost.argmin()))}; {_lower(_the(names[high]))} gained most, {_money(total[high])}"
    )


def _source(k: int) -> str:
    return SOURCE_NAMES[SOURCES[k]][0].lower()


def _the(name: str) -> str:
    return (
        f"The {name}"
        if name in ("Treasury", "Fed")
        else f"The {name.lower()}"
        if name in ("Vehicle", "Clearing house")
        else name
    )


def _lower(name: str) -> str:
    return name if name.startswith(("Fed,", "Treasury,")) else name[0].lower() + name[1:]


def flows_title(books: RunBooks, day: int) -> str:
    """Who parted with bonds and who took most of them."""
    at = {name: float(flow[day]) for name, flow in books.flows.items()}
    gave = {name: -v for name, v in at.items() if v < -SMALL}
    took = {name: v for name, v in at.items() if v > SMALL}
    if not gave:
        return "No bond has changed hands yet" if day == 0 else "No bond has changed hands"
    first, most = max(gave, key=gave.__getitem__), max(took, key=took.__getitem__)
    return (
        f"{_money(sum(gave.values()))} of bonds changed hands: {_lower(FLOW_NAMES[first])} parted with "
        f"{_most(gave, first)}, {_lower(FLOW_NAMES[most])} took {_most(took, most)}"
    )


def _most(amounts: Mapping[str, float], name: str) -> str:
    return "all of it" if len(amounts) == 1 else f"most, {_money(amounts[name])}"


def longs_title(books: RunBooks, day: int) -> str:
    """That longs equal what hedges them."""
    at = {name: float(held[day]) for name, held in books.longs.items()}
    left = at["longs"] - sum(v for name, v in at.items() if name != "longs")
    behind = {name: v for name, v in at.items() if name != "longs"}
    most = max(behind, key=behind.__getitem__)
    held = f"Asset managers are long {_money(at['longs'])} in futures and swaps"
    if abs(left) >= CLOSED:
        return f"{held}, but {_money(left)} of it has no hedged bond behind it: the identity fails"
    if abs(at["longs"]) < SMALL:
        return "No futures or swaps are held against bonds"
    return (
        f"{held}, as much as the hedged bonds behind them, above all "
        f"{_lower(LONG_NAMES[most][0])}, {_money(behind[most])}; remainder {tables.power(abs(left))}"
    )


# The balance sheets


def sheet(books: RunBooks, day: int, change: bool) -> Array:
    """Balance sheets of a day, (instrument, sector), or their change since the opening."""
    return books.sheets[:, :, day] - (books.sheets[:, :, 0] if change else 0.0)


def _sum(value: float) -> TableCell:
    if abs(value) < CLOSED:
        small = f"±{tables.power(abs(value), '·')}" if value else ""
        return TableCell("0", small=small, kind="tb-strong tb-zero")
    return TableCell(f"✕ {value:,.3f}", small="does not close", kind="tb-strong tb-broken")


def sheet_html(values: Array, label: str) -> str:
    """The Godley table, with sums and their remainders."""
    rows = [
        Row(
            INSTRUMENT_NAMES[name][0],
            [*map(tables.billions, row), _sum(float(row.sum()))],
            INSTRUMENT_NAMES[name][1],
        )
        for name, row in zip(INSTRUMENTS, values, strict=True)
    ]
    total = [*(_sum(float(x)) for x in values.sum(axis=0)), _sum(float(values.sum()))]
    rows.append(
        Row("Sum", total, "zero for every sector: what it owns is what it owes and is worth", "tb-total")
    )
    return tables.table(label, "$bn", [*SECTOR_NAMES.values(), "Sum"], rows, "godley")


def sheet_frame(values: Array) -> pd.DataFrame:
    """The same numbers unrounded, for a file."""
    names = [INSTRUMENT_NAMES[name][0] for name in INSTRUMENTS]
    frame = pd.DataFrame(values, columns=list(SECTOR_NAMES.values()))
    frame.insert(0, "Instrument", names)
    frame["Sum"] = values.sum(axis=1)
    total = ["Sum", *values.sum(axis=0), values.sum()]
    return pd.concat([frame, pd.DataFrame([total], columns=frame.columns)], ignore_index=True)


def sheet_figure(books: RunBooks, day: int, change: bool, about: str) -> Figure:
    """The balance sheets as a figure without a drawing: title, note and table for the file."""
    what = "change since the opening" if change else "at the close"
    return Figure(
        "balance_sheets",
        closing_words(books, day),
        f"Balance sheets {what}, {day_text(books, day)}. {about}. Owned is plus; owed, and net worth, is minus.",
        "$bn",
        (),
        sheet_frame(sheet(books, day, change)),
    )


def moved_most(books: RunBooks, day: int) -> str:
    """Which sectors' books grew and shrank most since the opening, where any did."""
    held = INSTRUMENTS.index("treasuries")
    gap = sheet(books, day, True)[held]
    if np.abs(gap).max() < SMALL:
        return "No sector holds more or fewer Treasuries than at the opening"
    names = list(SECTOR_NAMES.values())
    order = np.argsort(gap)
    down = [f"{names[k]} {words_amounts.amount(gap[k], '$bn', True)}" for k in order[:2] if gap[k] < -SMALL]
    up = [
        f"{names[k]} {words_amounts.amount(gap[k], '$bn', True)}" for k in order[::-1][:2] if gap[k] > SMALL
    ]
    return f"Treasuries since the opening: {listed([*up, *down])}"


# Charts


def gains(books: RunBooks, day: int, about: str) -> Figure:
    """Profit by sector and source since the opening."""
    values = books.gains[:, :, day]
    total = values.sum(axis=0)
    order = [k for k in np.argsort(total, kind="stable") if np.abs(values[:, k]).max() >= SMALL]
    sources = list(SOURCE_NAMES.values())
    names = list(SECTOR_NAMES.values())
    pieces = tuple(
        Piece(names[k], sources[j][0], float(values[j, k]), (_signed(values[j, k]),))
        for k in order
        for j in range(len(SOURCES))
        if abs(values[j, k]) >= SMALL
    )
    totals = {names[k]: _signed(total[k]) for k in order}
    told = "; ".join(f"{name} {text}" for name, text in totals.items())
    used = {p.part for p in pieces}
    chart = Bars(
        pieces, tuple(filled(n, colour) for n, _, colour in sources), _told_lanes(totals, "Sector"),
        Axis("Profit since the opening, $bn"), f"Bars of profit by sector in $bn, totals: {told or 'none'}.",
        height=46 * len(totals) + 50, what="Source", tips=("Amount",),
    )  # fmt: skip
    legend = tuple(filled(f"{n}: {what}", colour) for n, what, colour in sources if n in used)
    table = pd.DataFrame(values.T, columns=[x[0] for x in sources])
    table.insert(0, "Sector", names)
    table["Total"] = total
    sums = ["Sum", *values.sum(axis=1), total.sum()]
    table = pd.concat([table, pd.DataFrame([sums], columns=table.columns)], ignore_index=True)
    note = (
        f"Profit by sector and source from the opening to {day_text(books, day)}; totals beside the names; all sectors "
        f"together {_remainder(float(total.sum()))}. {about}."
    )
    return Figure("gains", gains_title(books, day), note, "$bn", (chart,), table, legend)


def _signed(value: float) -> str:
    return words_amounts.amount(float(value), "$bn", True)


def _told_lanes(told: Mapping[str, str], what: str) -> Names:
    """Lanes with an amount beneath each name."""
    return Names(tuple(told), tuple((*wrapped(name, 22, 2), text) for name, text in told.items()), what)


def _remainder(value: float) -> str:
    return (
        f"sum to zero (remainder {tables.power(abs(value))})"
        if abs(value) < CLOSED
        else f"leave {_money(value)}: they do not close"
    )


def flows(books: RunBooks, day: int, about: str) -> Figure:
    """Where bonds came from and went."""
    at = {name: float(flow[day]) for name, flow in books.flows.items()}
    shown = sorted((name for name in at if abs(at[name]) >= SMALL), key=lambda name: at[name])
    pieces = tuple(
        Piece(FLOW_NAMES[n], (TOOK if at[n] > 0 else GAVE).name, at[n], (_signed(at[n]),)) for n in shown
    )
    told = "; ".join(f"{p.lane} {p.part.lower()} {_money(abs(p.value))}" for p in pieces)
    chart = Bars(
        pieces, (GAVE, TOOK), _told_lanes({p.lane: p.says[0] for p in pieces}, "Holder"),
        Axis("Bonds since the opening, $bn of face"), f"Bars of bonds by holder in $bn: {told or 'none'}.",
        height=46 * len(pieces) + 50, what="Direction", tips=("Amount",),
    )  # fmt: skip
    note = (
        f"Net change in bonds from the opening to {day_text(books, day)}, minus for those who parted with them; all "
        f"together {_remainder(sum(at.values()))}. Pairs of old and new bonds are no net bonds and left out. {about}."
    )
    legend = (replace(GAVE, name="Parted with bonds (minus)"), replace(TOOK, name="Took bonds (plus)"))
    table = _by_day(books, {FLOW_NAMES[n]: flow for n, flow in books.flows.items()})
    table["Sum"] = _tidy(sum(books.flows.values(), start=np.zeros(1)))
    return Figure("bond_flows", flows_title(books, day), note, "$bn of face", (chart,), table, legend)


def longs(books: RunBooks, day: int, about: str) -> Figure:
    """Futures and swaps: longs against the hedged bonds behind them."""
    at = {name: float(held[day]) for name, held in books.longs.items()}
    hedged = "Hedged bonds behind them"
    pieces = tuple(
        Piece(
            "Longs" if name == "longs" else hedged,
            LONG_NAMES[name][0],
            value,
            (words_amounts.amount(value, "$bn"),),
        )
        for name, value in at.items()
        if abs(value) >= SMALL
    )
    behind = sum(v for name, v in at.items() if name != "longs")
    labels = (
        ("Longs", words_amounts.amount(at["longs"], "$bn")),
        ("Hedged bonds", "behind them", words_amounts.amount(behind, "$bn")),
    )
    told = "; ".join(f"{p.part} {p.says[0]}" for p in pieces)
    parts = tuple(filled(n, c) for n, c in LONG_NAMES.values())
    chart = Bars(
        pieces, parts, Names(("Longs", hedged), labels, "Side"), Axis("Futures and swaps, $bn of face"),
        f"Two bars in $bn of face: {told or 'none'}.", height=62 * 2 + 50, what="Holder", tips=("Amount",),
    )  # fmt: skip
    note = (
        f"At the close of {day_text(books, day)}. Longs are counted from flows, the bonds from what each holds hedged: two "
        f"ways to one number. {about}."
    )
    used = {p.part for p in pieces}
    legend = tuple(part for part in parts if part.name in used)
    table = _by_day(books, {LONG_NAMES[n][0]: held for n, held in books.longs.items()})
    table["Remainder"] = _tidy(
        books.longs["longs"] - sum((v for n, v in books.longs.items() if n != "longs"), start=np.zeros(1))
    )
    return Figure("futures", longs_title(books, day), note, "$bn of face", (chart,), table, legend)


def _tidy(values: Array) -> Array:
    return np.where(np.abs(values) < CLOSED, 0.0, values)


def _by_day(books: RunBooks, columns: Mapping[str, Array]) -> pd.DataFrame:
    frame = pd.DataFrame({name: _tidy(np.asarray(values)) for name, values in columns.items()})
    frame.insert(0, "Date", [d.isoformat() for d in books.calendar])
    return frame


def identities_html(books: RunBooks) -> str:
    """What else must be zero, with its largest remainder over all days of this run."""
    rows = [
        Row(
            IDENTITY_NAMES[name][0],
            [
                TableCell(IDENTITY_NAMES[name][1], kind="tb-text"),
                TableCell(tables.power(left)),
                TableCell("holds" if left < CLOSED else "✕ fails", kind="tb-strong"),
            ],
        )
        for name, left in books.identities.items()
    ]
    return tables.table(
        "Identities", "Identity", ["What it says", "Largest remainder", ""], rows, "identities"
    )
