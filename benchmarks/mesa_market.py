"""The same market as a Mesa model: the peer that the engine is timed against. One model is one path.

Agents (`mesa_agents.py`) hold the state and decide: cohorts of hedge funds, the dealers, the clearing house, repo lenders
(money funds and banks), the Fed with its policy, and the vehicle. A step is a day in the order of `docs/model.md`; within
it cohorts sell and dealers price until sales stop rising by 1e-10 $bn. A `DataCollector` records `models.reference.run.MAIN`.
Left out: inverting fundamentals from observed yields.
"""

from __future__ import annotations

from collections.abc import Sequence

import mesa
from mesa_agents import ClearingHouse, Dealers, Fed, FundCohort, Lenders, Vehicle

from models.reference.arithmetic import BASIS, DAYS_A_YEAR, TEN, Three, dot4, less4, put3
from models.reference.cascade import MAX_ROUNDS, TOLERANCE_BN
from models.reference.hedge_funds import carry_today
from models.reference.margins import one_volatility
from models.reference.market import CONTRACT_DAYS
from models.reference.parameters import Market
from models.reference.run import MAIN
from models.reference.state import Orders, Shocks
from models.reference.wedges import basis, price_loss, remembered, wedges_today, weighing
from models.reference.yields import curve_today


class TreasuryMarket(mesa.Model):
    """One path of the market under one policy. `shocks` and `policy` have an entry for each day."""

    def __init__(
        self,
        market: Market,
        shocks: Sequence[Shocks],
        policy: Sequence[Orders],
    ) -> None:
        super().__init__(rng=0)
        self.market, self.series, self.day = market, shocks, 0
        self.cohorts = FundCohort.create_agents(self, len(market.equity), list(range(len(market.equity))))
        self.clearing_house, self.lenders = ClearingHouse(self), Lenders(self)
        self.dealers, self.spv, self.fed = Dealers(self), Vehicle(self), Fed(self, policy)
        self.absorbed = self.outside = self.delivered = self.supply = self.held = self.above = 0.0
        self.slow = self.memory = self.cheapness = 0.0
        self.cut = (0.0, 0.0, 0.0, 0.0)
        self.liquidation = self.mark = (0.0, 0.0, 0.0)
        self.earned, self.yields, self.days_to_delivery = (
            (0.0, 0.0),
            market.opening_yields,
            market.days_to_delivery,
        )
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in MAIN})

    def book(self) -> float:
        """Face of all funds' positions, $bn."""
        return sum(held for cohort in self.cohorts for held in cohort.positions)

    # What the equations read under these names.

    @property
    def inventory(self) -> float:
        return self.dealers.inventory

    @property
    def pairs(self) -> float:
        return self.dealers.pairs

    @property
    def vehicle(self) -> Three:
        return self.spv.holds

    @property
    def variance(self) -> tuple[float, ...]:
        return self.clearing_house.variance

    @property
    def fast(self) -> float:
        return self.clearing_house.fast

    def step(self) -> None:
        """One day."""
        self.shocks = self.series[self.day]
        self.fed.decide()
        self.clearing_house.ask()
        self.dealers.read_rules()
        self.lenders.roll_over()
        self.wedges = wedges_today(self.market, self, self.shocks)
        self.carry = carry_today(self.market, self, self.lenders.funding)
        self.dealers.open()
        self.spv.open()
        self.cohorts.do("look")
        self._cascade()
        self._settle()
        self._publish()
        self._deliver()
        self._note()
        self.datacollector.collect(self)
        self.day += 1

    def _cascade(self) -> None:
        """Funds sell, dealers price, until sales stop rising."""
        self.dealers.clear((0.0, 0.0, 0.0))
        total, self.rounds = 0.0, 0
        while self.rounds < MAX_ROUNDS:
            self.rounds += 1
            self.cohorts.do("decide")
            self.by_strategy = self._forced()
            risen = sum(self.by_strategy)
            self.dealers.clear(self.by_strategy)
            if risen - total < TOLERANCE_BN:
                return
            total = risen

    def _forced(self) -> Three:
        basis = swap = pairs = 0.0
        for cohort in self.cohorts:
            held, share = cohort.positions, cohort.share
            basis, swap, pairs = basis + held[0] * share, swap + held[1] * share, pairs + held[2] * share
        return (basis, swap, pairs)

    def _settle(self) -> None:
        taken = self.dealers.trade.taken
        self.mark = price_loss(self.wedges, self.above)
        self.spv.pay(self.mark)
        to_market = tuple(s - t for s, t in zip(self.by_strategy, taken, strict=True))
        self.market_sales_bn = sum(to_market)
        self.dealers.settle(to_market)
        self.cohorts.do("settle")
        self.spv.settle()
        self.fed.settle()
        self.liquidation = weighing(self.market, self.liquidation, to_market)

    def _publish(self) -> None:
        """The curve at the close."""
        w, orders, shocks = self.market.wedges, self.orders, self.shocks
        curve = curve_today(
            self.market, self, shocks, orders, self.lenders.funding, self.wedges, self.above, self.dealers.log_charge
        )  # fmt: skip
        self.curve, self.yields, self.supply, self.held = curve, curve.yields, curve.supply, curve.held
        self.basis, self.cut = basis(self.market, self.wedges, self.above), orders.rate_cut
        self.clearing_house.measure(curve)
        self.memory = remembered(self.market, self, self.above)
        self.earned = (dot4(w.swap_spread_mix, curve.swap_gap), dot4(w.off_the_run_mix, curve.pairs_gap))
        self.cheapness = dot4(w.swap_spread_mix, less4(curve.swap_gap, shocks.swap_spread_shock))

    def _deliver(self) -> None:
        """Count down; on the day, deliver the public's bundles and let funds roll."""
        if self.days_to_delivery > 0:
            self.days_to_delivery -= 1
            return
        self.cohorts.do("roll")
        next_contract = self.basis * CONTRACT_DAYS / DAYS_A_YEAR / 100
        self.mark = put3(self.mark, BASIS, next_contract)
        self.delivered += self.fed.hedged[BASIS] + self.vehicle[BASIS]
        self.fed.hedged = put3(self.fed.hedged, BASIS, 0.0)
        self.spv.holds = put3(self.vehicle, BASIS, 0.0)
        self.days_to_delivery = CONTRACT_DAYS - 1

    def _note(self) -> None:
        """The day's figures under the names that are collected."""
        curve, d = self.curve, self.market.dealers
        self.charge_bp = self.dealers.charge
        self.repo_spread_bp = self.lenders.funding.spread
        self.inventory_bn = self.dealers.inventory + d.normal_inventory_bn
        self.forced_sales_bn = sum(self.by_strategy)
        self.vehicle_bn = sum(self.vehicle)
        self.equity_bn = sum(self.cohorts.get("equity"))
        self.lender_losses_bn = sum(self.cohorts.get("shortfall"))
        self.positions_bn = self.book()
        self.volatility_bp = one_volatility(self.market, curve.variance, TEN)
        self.depth_mn, self.basis_bp, self.dislocation_10y_bp = (
            curve.depth_mn,
            self.basis,
            curve.swap_gap[TEN],
        )
        self.yield_2y_bp, self.yield_5y_bp, self.yield_10y_bp, self.yield_30y_bp = curve.yields


def run(market: Market, shocks: Sequence[Shocks], policy: Sequence[Orders]) -> mesa.DataCollector:
    """One path, all days: what was collected."""
    model = TreasuryMarket(market, shocks, policy)
    for _ in shocks:
        model.step()
    return model.datacollector
