"""The agents of the Mesa model of the market: who holds what, and what each decides in a day.

Scalar equations that need one agent's own numbers are imported from `models/reference/` and called by the agent
they belong to; nothing comes from the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import mesa

from models.reference.arithmetic import BASIS, PAIRS, SWAP, TEN, Three, add3, dot4, positive, sum3
from models.reference.auction import Trade, auction_today, dealers_bundle, pressure, trade
from models.reference.dealers import (
    above_calm,
    bounded,
    line_today,
    marginal_cost,
    rules_today,
    straight,
    warehouse,
)
from models.reference.funding import funding_today, need_today
from models.reference.issuance import issue_today
from models.reference.margins import calm_units, margin, margins_today, world_margins
from models.reference.state import Orders
from models.reference.yields import Curve

if TYPE_CHECKING:
    from mesa_market import TreasuryMarket


class FundCohort(mesa.Agent):
    """A group of alike hedge funds: positions by strategy ($bn), equity ($bn), and what its constraints make it sell."""

    def __init__(self, model: TreasuryMarket, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.positions = [float(face) for face in model.market.positions[number]]
        self.equity = float(model.market.equity[number])
        self.own_limit = float(model.market.leverage_limit[number])
        self.risk = tuple(float(x) for x in model.market.risk[number])
        self.contracts = tuple(float(x) for x in model.market.contracts[number])
        self.share = 0.0

    def look(self) -> None:
        """Take in the morning's margins, wedges and repo rate: equity is `at_calm − slope·(λ − λ_r)` today."""
        model, held = self.model, self.positions
        own, slope, rules = model.wedges.own, model.wedges.slope, model.market.funds
        mark, carry, margins = model.mark, model.carry, model.margins
        asked = (margin(model.market, margins.unit, BASIS, self.contracts), *model.margins_of_market[1:])
        self.book = held[0] + held[1] + held[2]
        loss = self.slope = self.required = 0.0
        for j in range(3):
            loss += held[j] * (own[j] - mark[j] + carry[j]) / 100
            self.slope += held[j] * slope[j] / 100
            self.required += held[j] * (asked[j] + margins.haircut) * (1 + rules.buffer)
        self.at_calm = self.equity - loss
        stress = dot4(self.risk, margins.stress)
        self.limit = self.own_limit * min(1.0, stress**-rules.risk_limit_elasticity)

    def decide(self) -> None:
        """The share of the book that must go at the charge dealers ask: all without equity, else the most pressing reason."""
        if self.book <= 0:
            self.share = 0.0
            return
        rules, equity = self.model.market.funds, self.at_calm - self.slope * self.model.above
        if equity <= 0:
            self.share = 1.0
            return
        called = rules.margin_call_speed * (1 - equity / self.required) if self.required > 0 else 0.0
        limited = rules.risk_limit_speed * (1 - self.limit * equity / self.book)
        self.share = min(max(called, limited, self.model.lenders.funding.missing_share, 0.0), 1.0)

    def settle(self) -> None:
        """Book the day's loss and sales; a shortfall falls on lenders."""
        equity = self.at_calm - self.slope * self.model.above + self.model.spv.gains.get(self, 0.0)
        self.shortfall, self.equity = positive(-equity), positive(equity)
        self.positions = [held * (1 - self.share) for held in self.positions]

    def roll(self) -> None:
        """Pay for rolling into the next contract."""
        cost = self.model.market.wedges.roll_cost_points * positive(self.model.above) / 1e4
        self.equity -= min(self.positions[BASIS] * cost, self.equity)


class ClearingHouse(mesa.Agent):
    """Measures volatility by tenor and asks for margin."""

    def __init__(self, model: TreasuryMarket) -> None:
        super().__init__(model)
        self.variance = tuple(calm**2 for calm in model.market.calm_volatility)
        self.fast = self.variance[TEN]
        self.margin_unit = calm_units(model.market)

    def ask(self) -> None:
        """Today's margins and haircut."""
        model = self.model
        model.margins = margins_today(model.market, self, model.shocks, model.orders)
        model.margins_of_market = world_margins(model.market, model.margins.unit)
        self.margin_unit = model.margins.unit

    def measure(self, curve: Curve) -> None:
        """Take in the day's moves."""
        self.variance, self.fast = curve.variance, curve.fast


class Lenders(mesa.Agent):
    """Money funds and banks roll over repo with the cash they have, at a price; the Fed's facility adds to it."""

    def __init__(self, model: TreasuryMarket) -> None:
        super().__init__(model)
        self.client_sold = 0.0

    @property
    def inventory(self) -> float:
        return self.model.dealers.inventory

    def roll_over(self) -> None:
        """What is lent, what the facility adds, what is missing and the rate."""
        model = self.model
        repo = model.book() * (1 - model.margins.haircut)
        need = need_today(model.market, self, model.shocks, repo)
        self.funding = funding_today(model.market, model.dealers, model.orders, model.dealers.rules, need)
        self.client_sold += self.funding.client_sales


class Dealers(mesa.Agent):
    """One balance sheet at one price: bonds above normal and old-against-new pairs ($bn), the charge, and the use made."""

    def __init__(self, model: TreasuryMarket) -> None:
        super().__init__(model)
        self.inventory = self.pairs = self.log_charge = self.above = 0.0
        self.charge, self.marginal = model.market.dealers.calm_charge_bp, 0.0

    def read_rules(self) -> None:
        """Take in the rules for balance sheets in force today."""
        self.rules = rules_today(self.model.market, self.model.orders)

    def open(self) -> None:
        """The day's line, after Treasury auctions, real money's sales and what the public bought or sold."""
        model = self.model
        self.issue = issue_today(model.market, self, model.shocks)
        self.line = line_today(
            model.market, model, model.shocks, model.orders, model.margins, self.rules, model.lenders.funding,
            self.issue,
        )  # fmt: skip

    def clear(self, by_strategy: Three) -> None:
        """Price the day's forced sales, after what the vehicle takes of them."""
        line, auction = self.line, self.model.spv.auction
        if auction is None:
            uncapped = straight(line, sum3(by_strategy))
            self.trade = Trade((0.0, 0.0, 0.0), 0.0, 0.0, uncapped, bounded(line, uncapped))
        else:
            self.trade = trade(auction, line, by_strategy)
        self.log_charge = self.trade.log_charge
        self.model.above = self.above = above_calm(self.rules, self.log_charge)

    def settle(self, to_market: Three) -> None:
        """Take the day's bonds and pairs; investors and outside buyers relieve the stock."""
        line, model = self.line, self.model
        bonds = line.bonds + to_market[BASIS] + to_market[SWAP] - self.trade.bundles
        stock = warehouse(model.market, line, bonds, line.pairs + to_market[PAIRS], self.trade)
        self.inventory, self.pairs = stock.inventory, stock.pairs
        self.charge = self.rules.charge + self.above
        self.marginal = marginal_cost(model.market, self.rules, self.log_charge)
        unfinanced = model.lenders.funding.missing_dealers
        model.absorbed += stock.absorbed + line.slow + unfinanced - line.sourced_bonds
        model.slow += line.slow
        model.outside += stock.outside


class Vehicle(mesa.Agent):
    """Buys bundles at the hedged auction and holds them ($bn by strategy)."""

    def __init__(self, model: TreasuryMarket) -> None:
        super().__init__(model)
        self.holds: Three = (0.0, 0.0, 0.0)
        self.auction: Any = None
        self.gains: dict[FundCohort, float] = {}

    def open(self) -> None:
        """Announce the reserve and the capacity, if the Fed funds any."""
        model, self.auction, self.gains = self.model, None, {}
        if model.orders.auction_capacity > 0:
            dealers = model.dealers
            self.auction = auction_today(
                model.market, model, dealers.rules, model.orders, model.wedges, dealers.line
            )

    def pay(self, mark: Three) -> None:
        """Pay the most pressed first, the reserve or the market's price where capacity ran out or each gets its own."""
        taken = self.model.dealers.trade.taken
        if self.auction is None or max(taken) <= 0:
            return
        ranked = sorted(self.model.cohorts, key=lambda c: -pressure(c.share))
        for j in range(3):
            ahead = 0.0
            for cohort in ranked if taken[j] > 0 else ():
                offer = cohort.positions[j] * cohort.share
                sold = min(max(taken[j] - ahead, 0.0), offer)
                ahead += offer
                if sold > 0:
                    price = self._price(j, ahead - offer + sold)
                    self.gains[cohort] = self.gains.get(cohort, 0.0) + sold * (mark[j] - price) / 100

    def _price(self, j: int, bought: float) -> float:
        model, auction, result = self.model, self.auction, self.model.dealers.trade
        if not auction.pay_as_bid and result.left > 0:
            return auction.reserve[j]
        upto = bought if auction.pay_as_bid else result.taken[j]
        unsold = sum(model.by_strategy) - (sum(result.taken) - result.taken[j]) - upto
        line = model.dealers.line
        uncapped = straight(line, unsold) - result.bundles / line.depth
        above = above_calm(model.dealers.rules, bounded(line, uncapped))
        return max(model.wedges.own[j] + model.wedges.slope[j] * above, auction.reserve[j])

    def settle(self) -> None:
        """Take in what was bought and give out what was sold back."""
        result, back = self.model.dealers.trade, self.model.dealers.line.sold_back
        bought = list(result.taken)
        if result.bundles > 0:
            bought[dealers_bundle(self.auction)] += result.bundles
        self.holds = tuple(h + b - s for h, b, s in zip(self.holds, bought, back, strict=True))


class Fed(mesa.Agent):
    """Follows its policy: one set of orders a day. Holds bonds by tenor as duration, and bundles by strategy."""

    def __init__(self, model: TreasuryMarket, policy: Sequence[Orders]) -> None:
        super().__init__(model)
        self.policy = policy
        self.hedged: Three = (0.0, 0.0, 0.0)

    def decide(self) -> None:
        """Publish today's orders."""
        self.model.orders = self.policy[self.model.day]

    def settle(self) -> None:
        """Take in bundles; the curve takes the bonds in."""
        self.hedged = add3(self.hedged, self.model.orders.hedged_purchases)
