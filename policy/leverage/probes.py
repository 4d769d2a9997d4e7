"""Probe funds: copies of the world's cohorts at other scales, too small to move the market, along a run's own prices.

A probe faces the same prices, margins, haircuts, repo and auction as everyone and the same constraints as its cohort
(docs/model.md, 4.6 to 4.8), so one at the run's own scale reproduces its cohort. Probes watch the engine's days: the
rules that bind them are the market's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models import hedge_funds, series
from models.market import BASIS, Day, DayFigures, MarketState, roll_cost
from models.scenario import World
from models.stack import Array


@dataclass(frozen=True)
class Probes:
    """Where probes end: equity as a share of the opening (scale, cohort, path), and 1 where they failed."""

    equity: Array
    failed: Array

    def by_equity(self, weights: Array) -> tuple[Array, Array]:
        """Share of equity lost, and share of funds that failed, over cohorts by `weights` of equity, (path, scale) each."""
        lost, failed = (np.einsum("c,scp->ps", weights, each) for each in (1 - self.equity, self.failed))
        return lost, failed


def equity_weights(world: World) -> Array:
    """Each cohort's share of all equity (cohort,)."""
    equity = np.array([c.equity_bn for c in world.funds.cohorts])
    return equity / np.add.reduce(equity)


def own_leverage(world: World) -> Array:
    """Every cohort's opening leverage, face over equity (cohort,)."""
    return np.array([c.leverage for c in world.funds.cohorts]) * world.funds.scale


class Watcher:
    """Probes of every cohort at several leverages, one set for each arm of a run: hand `self` to the run as its watch.

    `leverage` holds face over equity by arm, (scale, cohort) each, all of one shape. After each piece of the run `take`
    gives where the piece's probes ended and makes room for the next.
    """

    def __init__(self, world: World, leverage: Sequence[Array]) -> None:
        self._leverage, self._mix = leverage, np.transpose([c.mix for c in world.funds.cohorts])
        self._shape = leverage[0].shape
        self._books: hedge_funds.FundBooks | None = None
        self._limit, self._failed = np.zeros(0), np.zeros(0, bool)

    def __call__(self, day: Day, figures: DayFigures, close: MarketState) -> None:
        """One day: what probes lose, what they must sell, and what the auction gives them."""
        books = self._books or self._opening(day)
        funds = hedge_funds.funds_today(
            day.stack.funds,
            self._limit,
            day.open.rules.charge,
            books,
            day.prices,
            day.state.mark,
            self._terms(day),
        )
        book = funds.constraints.book
        sales = funds.constraints.sales(np.exp(day.outcome.log_charge))
        share = np.divide(sales, book, out=np.zeros_like(book), where=book > 0)
        gain = hedge_funds.over_strategies(books.positions, auction_gain(figures)) * share
        equity = funds.equity(close.above) + gain
        self._failed = self._failed | ((equity <= 0) & (book > 0))
        equity, positions = np.maximum(equity, 0.0), books.positions * (1 - share)
        if day.state.days_to_delivery == 0:
            equity -= np.minimum(positions[BASIS] * roll_cost(day.stack, close.above), equity)
        self._books = hedge_funds.FundBooks(positions, equity)

    def _opening(self, day: Day) -> hedge_funds.FundBooks:
        columns = day.state.inventory.size
        each = columns // len(self._leverage)
        leverage = np.repeat(np.stack([x.ravel() for x in self._leverage], axis=-1), each, axis=-1)
        mix = np.tile(self._mix, (1, self._shape[0]))
        self._limit = leverage * (1 + day.stack.funds.risk_headroom)
        self._failed = np.zeros(leverage.shape, bool)
        return hedge_funds.FundBooks(mix[..., None] * leverage, np.ones(leverage.shape))

    def _terms(self, day: Day) -> hedge_funds.FundTerms:
        """What the day asked of every cohort, for its probes at every scale."""
        scales, asked = self._shape[0], day.terms
        return hedge_funds.FundTerms(
            margin=np.tile(asked.margin, (1, scales, 1)),
            haircut=asked.haircut,
            carry=asked.carry,
            sigma_ratio=np.tile(asked.sigma_ratio, (scales, 1)),
            missing_share=asked.missing_share,
        )

    def take(self, paths: int) -> list[Probes]:
        """Each arm's probes on the first `paths` of its columns in the piece that has just been run."""
        assert self._books is not None, "nothing has been run yet"
        arms = len(self._leverage)
        equity, failed = (
            np.split(values.reshape(*self._shape, -1), arms, axis=-1)
            for values in (self._books.equity, self._failed.astype(float))
        )
        self._books = None
        return [Probes(e[..., :paths], f[..., :paths]) for e, f in zip(equity, failed, strict=True)]


def auction_gain(figures: DayFigures) -> Array:
    """Market's discount less that paid, on the share of forced sales the vehicle took, share of face (strategy, column).

    Pro rata over sellers. That is exact for a uniform price: where the vehicle takes a part only, the market is back at
    the price paid and nobody gains.
    """
    forced, bought = figures[series.FORCED_SALES], figures[series.VEHICLE_PURCHASES]
    from_funds = np.maximum(forced - figures[series.MARKET_SALES], 0.0)
    share = np.divide(from_funds, forced, out=np.zeros_like(forced), where=forced > 1e-9)
    paid = np.divide(
        100 * figures[series.VEHICLE_DISCOUNT], bought, out=np.zeros_like(bought), where=bought > 1e-9
    )
    gain = (figures[series.PRICE_LOSS] - paid) / 100
    return np.where(bought > 1e-9, np.minimum(share, 1.0) * gain, 0.0)
