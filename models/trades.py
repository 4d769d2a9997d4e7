"""The three trades as balance sheets: before a move of prices and terms, after it, and once funds have sold what they must.

A long bond is financed in repo and hedged: with a short future (basis), by paying fixed in a swap (swap spread), or with
a borrowed new bond sold short against an old one (off the run). Prices move by modified duration and by the trade's
wedge; what must be sold follows from the same constraints as in the market, group by group. Sellers take the price as
it is: how sales move prices further is the cascade's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from models import hedge_funds, margins
from models import wedges as market_wedges
from models.parameters.base import DAYS_A_YEAR, STRATEGIES
from models.scenario import World
from models.stack import Array, Stack, stack
from models.wedges import Wedges

OFF_THE_RUN = STRATEGIES.index("off_the_run")


@dataclass(frozen=True)
class Move:
    """What changes from one day to the next. Wedges widen against the funds when positive."""

    yields_bp: float = 0.0  # all tenors alike
    wedges_bp: tuple[float, float, float] = (0.0, 0.0, 0.0)  # basis (a year), swap spread, off the run
    margin_rise: float = 0.0  # share of the calm margin
    haircut_rise: float = 0.0  # share of face


@dataclass(frozen=True)
class Sheet:
    """A balance sheet in $bn. Futures and swaps are settled in cash each day, so only their margin stands here."""

    bonds: float
    lodged: float  # cash with those who lent the bonds that are sold short
    margin: float
    cash: float  # negative where more is due than there is
    repo: float
    short: float  # borrowed bonds that are owed
    equity: float

    @property
    def assets(self) -> float:
        return self.bonds + self.lodged + self.margin + self.cash

    @property
    def liabilities(self) -> float:
        """What is owed to others; assets less this is equity."""
        return self.repo + self.short

    def plus(self, other: Sheet) -> Sheet:
        """Both sheets as one."""
        return Sheet(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Sheet)})


@dataclass(frozen=True)
class Calls:
    """Cash due, $bn; negative is received."""

    variation: float  # the hedge settles its loss of the day
    remark: float  # lenders ask for the fall of the bonds they hold
    margin: float  # the clearing house asks for more
    haircut: float  # lenders finance a smaller part

    @property
    def total(self) -> float:
        return self.variation + self.remark + self.margin + self.haircut


@dataclass(frozen=True)
class Sales:
    """What must be sold, $bn of face: for each reason alone, and in all (the larger of both, group by group)."""

    margin: float
    limit: float
    total: float


@dataclass(frozen=True)
class Trade:
    """One trade of all funds in a world before and after a move. Money in $bn, rates as shares of face."""

    strategy: str
    face: float
    years: float  # duration of its bonds
    haircut: float
    margin: float
    new_haircut: float
    new_margin: float
    before: Sheet
    after: Sheet
    settled: Sheet
    bond_gain: float
    hedge_gain: float
    calls: Calls
    sales: Sales
    failed: int  # groups whose equity is gone

    @property
    def gain(self) -> float:
        """Profit of both legs."""
        return self.bond_gain + self.hedge_gain

    @property
    def leverage(self) -> tuple[float, float, float]:
        """Positions over equity before, after and once sold; infinite without equity."""
        held = (self.face, self.face, self.face - self.sales.total)
        sheets = (self.before, self.after, self.settled)
        return tuple(n / x.equity if x.equity > 0 else np.inf for n, x in zip(held, sheets, strict=True))  # type: ignore[return-value]


@dataclass(frozen=True)
class Market:
    """All three trades, and what the same funds must sell with their trades in one book each."""

    trades: tuple[Trade, ...]
    sales: Sales
    sold: tuple[float, ...]  # of which by trade
    failed: int


def market(world: World, move: Move) -> Market:
    """The three trades of a world under a move."""
    s = stack([world])
    loss, terms = _losses(s, move), _terms(s, move)
    trades = tuple(_trade(s, j, move, loss, terms) for j in range(len(STRATEGIES)))
    funds = _funds(s, s.positions, s.equity, loss, terms)
    sold, sales = _sold(funds.constraints)
    book = funds.constraints.book
    share = np.divide(sold, book, out=np.zeros_like(sold), where=book > 0)
    by_trade = np.add.reduce(s.positions * share, axis=1)
    return Market(trades, sales, tuple(float(x) for x in by_trade[:, 0]), _failed(funds))


def _losses(s: Stack, move: Move) -> Wedges:
    """Price losses that the wedges' moves bring, by the market's own formulas."""
    basis, swap, old = move.wedges_bp
    days = s.first.scenario.days_to_delivery
    none, wide = np.zeros(1), np.ones((4, 1))
    return market_wedges.wedges(
        s,
        market_wedges.Given(
            np.zeros((3, 1)),
            none,
            s.calm_volatility,
            none,
            days / DAYS_A_YEAR,
            swap * wide,
            old * wide,
            np.array([basis]),
        ),
    )


@dataclass(frozen=True)
class _Terms:
    margin: Array  # of the market's trades (strategy, 1), shares of face
    haircut: Array
    new_margin: Array
    new_haircut: Array
    asked: Array  # new margin of each cohort (strategy, cohort, 1)


def _terms(s: Stack, move: Move) -> _Terms:
    calm, unit = s.margins.calm_haircut, s.calm_margin_unit
    margin = margins.of_market(s, unit)
    return _Terms(
        margin=margin,
        haircut=calm,
        new_margin=margin * (1 + move.margin_rise),
        new_haircut=np.minimum(calm + move.haircut_rise, 1.0),
        asked=margins.asked(s, unit * (1 + move.margin_rise)),
    )


def _funds(s: Stack, positions: Array, equity: Array, loss: Wedges, terms: _Terms) -> hedge_funds.Funds:
    """The market's constraints at calm volatility, with the move's losses and terms and no missing funding."""
    nothing = np.zeros((3, 1))
    asked = hedge_funds.Terms(terms.asked, terms.new_haircut, nothing, np.ones_like(equity), np.zeros(1))
    books = hedge_funds.Books(positions, equity)
    return hedge_funds.funds_today(
        s.funds, s.leverage_limit, s.dealers.calm_charge_bp, books, loss, nothing, asked
    )


CALM = np.ones(1)  # dealers' charge over its calm level: the move is all that happens


def _sold(need: hedge_funds.Constraints) -> tuple[Array, Sales]:
    """Forced sales of each group, and what each reason alone would ask for."""

    def alone(reason: int) -> float:
        asked = need.at_zero[reason] + need.slope[reason] * CALM
        return float(np.sum(np.clip(asked, 0.0, need.book)))

    sold = need.sales(CALM)
    return sold, Sales(alone(0), alone(1), float(np.sum(sold)))


def _failed(funds: hedge_funds.Funds) -> int:
    """Groups whose equity is gone."""
    return int(np.sum((funds.equity(0 * CALM) <= 0) & (funds.constraints.book > 0)))


def _trade(s: Stack, j: int, move: Move, loss: Wedges, terms: _Terms) -> Trade:
    """One trade as if those who hold it held nothing else: each group's equity goes with its share of the book."""
    positions = np.zeros_like(s.positions)
    positions[j] = s.positions[j]
    gross = np.add.reduce(s.positions, axis=0)
    equity = s.equity * np.divide(s.positions[j], gross, out=np.zeros_like(gross), where=gross > 0)
    funds = _funds(s, positions, equity, loss, terms)
    _, sales = _sold(funds.constraints)
    years, lost = float(np.add.reduce(s.mixes[j] * s.durations)[0]), float(loss.own[j, 0]) / 100
    curve = years * move.yields_bp / 1e4
    face, worth = float(np.sum(positions)), float(np.sum(equity))
    before = (float(terms.margin[j, 0]), float(terms.haircut[0]))
    after = (float(terms.new_margin[j, 0]), float(terms.new_haircut[0]))
    short = j == OFF_THE_RUN
    left, worth_now = face - sales.total, worth - face * lost
    return Trade(
        strategy=STRATEGIES[j], face=face, years=years, margin=before[0], haircut=before[1],
        new_margin=after[0], new_haircut=after[1],
        before=sheet(face, worth, *before, 0.0, 0.0, short),
        after=sheet(face, worth_now, *after, curve, lost, short),
        settled=sheet(left, worth_now, *after, curve, lost, short),
        bond_gain=-face * (curve + lost), hedge_gain=face * curve,
        calls=Calls(-face * curve, face * (curve + lost), face * (after[0] - before[0]), face * (after[1] - before[1])),
        sales=sales,
        failed=_failed(funds),
    )  # fmt: skip


def sheet(
    face: float, equity: float, margin: float, haircut: float, curve: float, lost: float, short: bool
) -> Sheet:
    """The balance sheet of `face` of bonds that fell by `curve` with the market and `lost` against their hedge.

    Repo finances all but the haircut, which is a share of face; it is marked to the bond every day. What is left of
    equity after haircut and margin is cash.
    """
    price = 1 - curve - lost
    owed = face * (1 - curve) if short else 0.0
    return Sheet(
        bonds=face * price,
        lodged=owed,
        margin=margin * face,
        cash=equity - (haircut + margin) * face,
        repo=face * (price - haircut),
        short=owed,
        equity=equity,
    )


def total(sheets: Sequence[Sheet]) -> Sheet:
    """Several sheets as one."""
    whole = sheets[0]
    for one in sheets[1:]:
        whole = whole.plus(one)
    return whole
