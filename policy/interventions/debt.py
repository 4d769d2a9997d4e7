"""Tools of debt management: ending the Fed's run-off and buying back old bonds."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from models.orders import Orders
from models.parameters.base import DAYS_A_YEAR, parameter
from models.simulation import View
from policy.interventions.base import Intervention
from policy.interventions.outright import schedule
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, Trigger, active_days


class EndRunOff(Intervention):
    """End quantitative tightening: reinvest what matures."""

    name: ClassVar[str] = "end-qt"
    title: ClassVar[str] = "End of run-off (QT)"
    what: ClassVar[str] = (
        "The Fed stops letting bonds run off, so the public need not take that much each month. Small and slow beside a crisis."
    )
    source: ClassVar[str] = (
        "run-off ended on 1 December 2025; market note of 9 April 2025 names it among the tools"
    )

    run_off_bn: Annotated[
        float,
        parameter(
            "$bn a month",
            0,
            100,
            "Run-off that ends.",
            "judgement; caps differed by year",
            "assumed",
            basic=True,
        ),
    ] = 25.0
    start: StartField = FIRST_SIGN
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        _, active = active_days(self.start, self.stop, view)
        daily = self.run_off_bn * 12 / DAYS_A_YEAR * active
        return Orders(purchases=np.array([0.4, 0.3, 0.2, 0.1])[:, None] * daily)


class Buybacks(Intervention):
    """Treasury buys old bonds and pays with new ones."""

    name: ClassVar[str] = "buybacks"
    title: ClassVar[str] = "Treasury buybacks"
    what: ClassVar[str] = (
        "The Treasury takes old bonds off dealers against new ones. It relieves the off-the-run corner and leaves duration where it is."
    )
    source: ClassVar[str] = (
        "Treasury refunding statement, 30 July 2025: up to 38 a quarter for liquidity support"
    )

    pace_bn: Annotated[
        float,
        parameter(
            "$bn a day",
            0,
            100,
            "Old bonds bought each day.",
            "operations of 2 each in 2025",
            "found",
            basic=True,
        ),
    ] = 2.0
    total_bn: Annotated[
        float, parameter("$bn", 0, 1000, "Most that is bought in all.", "38 a quarter", "found", basic=True)
    ] = 38.0
    start: StartField = Trigger(metric="off_the_run_10y_bp", above=True, level=2.0, days=2)
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        acted, active = active_days(self.start, self.stop, view)
        plan = schedule(self.pace_bn, self.total_bn, 0)
        amount = active * plan[np.clip(acted, 0, plan.size - 1)]
        return Orders(hedged_purchases=np.array([0.0, 0.0, 1.0])[:, None] * amount)
