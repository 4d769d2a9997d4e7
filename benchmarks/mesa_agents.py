"""The agents of the Mesa model of the market: who holds what, and what each decides in a day.

Scalar equations that need one agent's own numbers are imported from `models/reference/market.py` and called by the agent
they belong to; nothing comes from `models/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import mesa

from models.reference import market as equations
from models.reference.market import BASIS, PAIRS, SWAP, positive

if TYPE_CHECKING:
    from mesa_market import TreasuryMarket

Three = tuple[float, float, float]


class FundCohort(mesa.Agent):
    """A group of alike hedge funds: positions by strategy ($bn), equity ($bn), and what its constraints make it sell."""

    def __init__(self, model: TreasuryMarket, equity: float, leverage: float, mix: Sequence[float]) -> None:
        super().__init__(model)
        rules = model.market.funds
        face = equity * leverage * rules.scale * rules.size
        self.positions = [face * share for share in mix]
        self.equity = equity * rules.size
        self.own_limit = leverage * rules.scale * (1 + rules.risk_headroom)
        self.share = 0.0

    def look(self) -> None:
        """Take in the morning's margins, wedges and repo rate: equity is `at_calm − slope·(λ − λ₀)` today."""
        model, held = self.model, self.positions
        own, slope, rules = model.wedges.own, model.wedges.slope, model.market.funds
        mark, carry, margins = model.mark, model.carry, model.margins
        self.book = held[0] + held[1] + held[2]
        loss = self.slope = self.required = 0.0
        for j in range(3):
            loss += held[j] * (own[j] - mark[j] + carry[j]) / 100
            self.slope += held[j] * slope[j] / 100
            self.required += held[j] * (margins.margin[j] + margins.haircut) * (1 + rules.buffer)
        self.at_calm = self.equity - loss
        self.limit = self.own_limit * min(1.0, margins.stress**-rules.risk_limit_elasticity)

    def decide(self) -> None:
        """The share of the book that must go at the charge dealers ask: margin, own limit or missing funding."""
        if self.book <= 0:
            self.share = 0.0
            return
        equity = self.at_calm - self.slope * self.model.above
        by_margin = 1 - equity / self.required if self.required > 0 else 0.0
        by_limit = self.model.market.funds.risk_limit_speed * (1 - self.limit * equity / self.book)
        self.share = min(max(by_margin, by_limit, self.model.lenders.missing, 0.0), 1.0)

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
    """Measures volatility and asks for margin."""

    def __init__(self, model: TreasuryMarket) -> None:
        super().__init__(model)
        self.variance = model.market.margins.calm_volatility_bp**2
        self.margin = tuple(equations.calm_margin(model.market, j) for j in range(3))

    def ask(self) -> None:
        """Today's margins and haircut; desks' capacity follows volatility too."""
        model = self.model
        model.margins = equations.margins_today(model.market, self, model.shocks, model.orders)
        self.margin = model.margins.margin


class Lenders(mesa.Agent):
    """Money funds and banks roll over repo with the cash they have; the Fed's facility may fill the gap."""

    def __init__(self, model: TreasuryMarket, opening_repo: float) -> None:
        super().__init__(model)
        self.opening_repo = opening_repo
        self.lent: Three = (0.0, 0.0, 0.0)

    def roll_over(self) -> None:
        """What is lent, what the facility fills, what is missing (share of the need) and the rate (bp over mid-range)."""
        model, f = self.model, self.model.market.funding
        margins, shocks, orders = model.margins, model.shocks, model.orders
        self.repo = model.book() * (1 - margins.haircut)
        need = self.repo + shocks.client_financing + positive(model.dealers.inventory)
        cash = positive(self.opening_repo + f.slack_bn - (1 - f.recycled_share) * shocks.money_fund_run)
        gap = positive(need - cash)
        charge = f.charge_pass_through * margins.footprint * model.above
        price = f.calm_spread_bp + f.scarcity_bp * 100 * equations.ratio(gap, need)
        pulls = (price - orders.repo_price, price + charge - orders.repo_price)
        caps = equations.open_caps(orders, pulls, self.lent)
        room = sum(caps)
        self.lent = equations.facility(caps, room, gap, self.repo)
        lent = sum(self.lent)
        self.missing = equations.ratio(positive(gap - lent), need)
        spread = f.calm_spread_bp + charge + f.scarcity_bp * 100 * self.missing
        if lent < room and caps[0] + caps[1] > 0:
            spread = min(spread, orders.repo_price + charge)
        if lent < room and caps[2] > 0:
            spread = min(spread, orders.repo_price)
        self.spread = spread
        self.balance_sheet = (1 - margins.footprint) * self.lent[0] - margins.footprint * self.lent[2]


class Dealers(mesa.Agent):
    """One balance sheet at one price: bonds above normal and old-against-new pairs ($bn), and ln(λ/λ₀)."""

    def __init__(self, model: TreasuryMarket) -> None:
        super().__init__(model)
        self.inventory = self.pairs = self.log_charge = 0.0

    def open(self) -> None:
        """The day's line, after Treasury auctions, real money's sales and what the public bought or sold."""
        model = self.model
        self.issue = equations.issue_today(model.market, self, model.shocks)
        self.line = equations.line_today(
            model.market, model, model.shocks, model.orders, model.margins, model.lenders, self.issue
        )

    def clear(self, by_strategy: Three) -> None:
        """Price the day's forced sales, after what the vehicle takes of them."""
        line, auction = self.line, self.model.spv.auction
        if auction is None:
            uncapped = equations.straight(line, by_strategy[0] + by_strategy[1] + by_strategy[2])
            self.trade = equations.Trade(
                (0.0, 0.0, 0.0), 0.0, 0.0, uncapped, min(max(uncapped, line.low), line.cap)
            )
        else:
            self.trade = equations.trade(auction, line, by_strategy)
        self.log_charge = self.trade.log_charge
        self.model.above = equations.charge_above_calm(self.model.market, self.log_charge)

    def settle(self, to_market: Three) -> None:
        """Take the day's bonds and pairs; investors and outside buyers relieve the stock."""
        line, model = self.line, self.model
        bonds = line.bonds + to_market[BASIS] + to_market[SWAP] - self.trade.bundles
        stock = equations.warehouse(model.market, line, bonds, line.pairs + to_market[PAIRS], self.trade)
        self.inventory, self.pairs = stock.inventory, stock.pairs
        model.absorbed += stock.absorbed
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
            self.auction = equations.auction_today(
                model.market, model.orders, model.wedges, model.dealers.line
            )

    def pay(self, mark: Three) -> None:
        """Pay the most pressed first, the reserve or the market's price where capacity ran out or each gets its own."""
        trade = self.model.dealers.trade
        if self.auction is None or max(trade.taken) <= 0:
            return
        ranked = sorted(self.model.cohorts, key=lambda c: -equations.pressure(c.share))
        for j in range(3):
            ahead = 0.0
            for cohort in ranked if trade.taken[j] > 0 else ():
                offer = cohort.positions[j] * cohort.share
                sold = min(max(trade.taken[j] - ahead, 0.0), offer)
                ahead += offer
                if sold > 0:
                    price = self._price(j, ahead - offer + sold)
                    self.gains[cohort] = self.gains.get(cohort, 0.0) + sold * (mark[j] - price) / 100

    def _price(self, j: int, bought: float) -> float:
        model, auction, trade = self.model, self.auction, self.model.dealers.trade
        if not auction.pay_as_bid and trade.left > 0:
            return auction.reserve
        upto = bought if auction.pay_as_bid else trade.taken[j]
        unsold = sum(model.by_strategy) - (sum(trade.taken) - trade.taken[j]) - upto
        line = model.dealers.line
        uncapped = equations.straight(line, unsold) - trade.bundles / line.depth
        above = equations.charge_above_calm(model.market, min(max(uncapped, line.low), line.cap))
        return max(model.wedges.own[j] + model.wedges.slope[j] * above, auction.reserve)

    def settle(self) -> None:
        """Take in what was bought and give out what was sold back."""
        trade, back = self.model.dealers.trade, self.model.dealers.line.sold_back
        bought = list(trade.taken)
        if trade.bundles > 0:
            bought[equations.dealers_bundle(self.auction)] += trade.bundles
        self.holds = tuple(h + b - s for h, b, s in zip(self.holds, bought, back, strict=True))


class Fed(mesa.Agent):
    """Follows its policy: one set of orders a day. Holds bonds by tenor as duration, and bundles by strategy."""

    def __init__(self, model: TreasuryMarket, policy: Sequence[equations.Orders]) -> None:
        super().__init__(model)
        self.policy = policy
        self.hedged: Three = (0.0, 0.0, 0.0)

    def decide(self) -> None:
        """Publish today's orders."""
        self.model.orders = self.policy[self.model.day]

    def settle(self) -> None:
        """Take in bundles; the curve takes the bonds in."""
        self.hedged = equations.add(self.hedged, self.model.orders.hedged_purchases)
