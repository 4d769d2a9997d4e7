"""Room on dealers' balance sheets: leverage-ratio relief and central clearing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar

from models.orders import Orders
from models.parameters.base import parameter
from models.simulation import View
from policy.interventions.base import Intervention
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, active_days

EARLY = dt.date(2000, 1, 3)  # in force before any world begins


class LeverageRelief(Intervention):
    """Leave Treasuries and reserves out of the leverage ratio."""

    name: ClassVar[str] = "leverage-relief"
    title: ClassVar[str] = "Leverage-ratio relief"
    what: ClassVar[str] = (
        "Dealers may use more balance sheet for Treasuries. It does not undo desks' own risk limits, which tighten with volatility."
    )
    source: ClassVar[str] = (
        "Board of Governors, 1 April 2020; Stein calls relief in a crisis minor (MNI, April 2025)"
    )

    relief_pct: Annotated[
        float,
        parameter(
            "% of capacity",
            0,
            200,
            "Capacity added.",
            "no clean estimate; effect contested by Board staff",
            "assumed",
            basic=True,
        ),
    ] = 10.0
    start: StartField = FIRST_SIGN
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        _, active = active_days(self.start, self.stop, view)
        return Orders(capacity_multiple=1 + active * self.relief_pct / 100)


class CentralClearing(Intervention):
    """Clear and net more of dealers' repo."""

    name: ClassVar[str] = "central-clearing"
    title: ClassVar[str] = "Central clearing"
    what: ClassVar[str] = (
        "More repo is netted at the clearing house, so a dollar of it uses less balance sheet. In force from the first day by default."
    )
    source: ClassVar[str] = (
        "SEC clearing rule (repo from 30 June 2027); Duffie 2023; Bowman, Huh, Infante 2024 find limited relief"
    )

    netted_share_pct: Annotated[
        float,
        parameter(
            "% of repo's footprint",
            0,
            95,
            "Part of repo's use of balance sheet that netting removes.",
            "settlement obligations cut by about 70% (Duffie 2023); part is netted already",
            "assumed",
            basic=True,
        ),
    ] = 30.0
    start: StartField = EARLY
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        _, active = active_days(self.start, self.stop, view)
        return Orders(footprint_multiple=1 - active * self.netted_share_pct / 100)
