"""Tools that move the curve by design: Operation Twist and a cut of the policy rate."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from models.orders import Orders
from models.parameters.base import ASSUMED, parameter, per_tenor
from models.simulation import View
from policy.interventions.base import Intervention
from policy.interventions.outright import schedule
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, active_days

Loading = Annotated[float, Field(ge=0, le=2)]


class Twist(Intervention):
    """Sell short bonds and buy long ones, face for face."""

    name: ClassVar[str] = "twist"
    title: ClassVar[str] = "Operation Twist"
    what: ClassVar[str] = (
        "The Fed sells 2-year notes and buys the same face of 10- and 30-year bonds. Dealers' balance sheets are not relieved; "
        "duration leaves the market."
    )
    source: ClassVar[str] = (
        "Federal Reserve, maturity extension programme 2011-12; market note of 9 April 2025"
    )

    pace_bn: Annotated[
        float,
        parameter("$bn a day", 0, 200, "Face sold and bought each day.", ASSUMED, "assumed", basic=True),
    ] = 10.0
    total_bn: Annotated[
        float, parameter("$bn", 0, 2000, "Face swapped in all.", ASSUMED, "assumed", basic=True)
    ] = 150.0
    start: StartField = FIRST_SIGN
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        acted, active = active_days(self.start, self.stop, view)
        plan = schedule(self.pace_bn, self.total_bn, 0)
        amount = active * plan[np.clip(acted, 0, plan.size - 1)]
        return Orders(purchases=np.array([-1.0, 0.0, 0.6, 0.4])[:, None] * amount)


class RateCut(Intervention):
    """Cut the policy rate."""

    name: ClassVar[str] = "rate-cut"
    title: ClassVar[str] = "Rate cut"
    what: ClassVar[str] = (
        "The Fed cuts its policy rate. Yields fall, most at short tenors; nobody's balance sheet gains room."
    )
    source: ClassVar[str] = "market note of 9 April 2025 names an emergency cut among the tools"

    size_bp: Annotated[
        float, parameter("bp", 0, 300, "Size of the cut.", "50 on 3 March 2020", "found", basic=True)
    ] = 50.0
    loadings: Annotated[
        tuple[Loading, Loading, Loading, Loading],
        per_tenor(
            "share of the cut",
            0,
            2,
            "Fall of yields at 2, 5, 10 and 30 years.",
            "short rates move most; shape assumed",
            "assumed",
        ),
    ] = (0.9, 0.7, 0.45, 0.25)
    start: StartField = FIRST_SIGN
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        _, active = active_days(self.start, self.stop, view)
        return Orders(rate_cut=np.array(self.loadings)[:, None] * self.size_bp * active)
