"""Hedged purchases: the Fed buys bonds and shorts the futures itself, as a programme or as a standing cap on the basis."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from models import series
from models.orders import Orders
from models.parameters.base import parameter, per_tenor
from models.simulation import View
from models.stack import Array
from policy.interventions.base import Intervention, percentages
from policy.interventions.outright import Percent, schedule
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, active_days


class HedgedPurchases(Intervention):
    """Buy bonds from anyone and sell the hedge, so that no duration is taken."""

    name: ClassVar[str] = "hedged-purchases"
    title: ClassVar[str] = "Hedged purchases"
    what: ClassVar[str] = (
        "The Fed buys bonds from anyone and shorts futures, or pays fixed in swaps, against them. Per dollar it relieves dealers "
        "as much as outright purchases and moves the term premium not at all."
    )
    source: ClassVar[str] = "Kashyap, Stein, Wallen, Younger 2025 (Brookings)"

    form: Annotated[
        Literal["programme", "cap"],
        Field(description="Buy at a pace until the total, or stand ready while the basis is above a cap."),
    ] = "programme"
    pace_bn: Annotated[
        float,
        parameter(
            "$bn a day",
            0,
            500,
            "Most that is bought each day.",
            "same pace as outright purchases, to compare",
            "assumed",
            basic=True,
        ),
    ] = 40.0
    total_bn: Annotated[
        float,
        parameter(
            "$bn",
            0,
            5000,
            "Most that is bought in all.",
            "same size as outright purchases, to compare",
            "assumed",
            basic=True,
        ),
    ] = 500.0
    mix: Annotated[
        tuple[Percent, Percent, Percent],
        per_tenor(
            "% against futures, against swaps, old against new bonds",
            0,
            100,
            "Split over hedges; sums to 100.",
            "futures, as proposed",
            "assumed",
        ),
    ] = (100.0, 0.0, 0.0)
    cap_bp: Annotated[
        float,
        parameter(
            "bp a year",
            0,
            500,
            "With form = cap: buy while the basis closes above this.",
            "between calm (12-18) and stress (about 200), Barth-Kahn",
            "derived",
        ),
    ] = 60.0
    taper_days: Annotated[
        int,
        parameter(
            "days",
            0,
            120,
            "Length of the taper at the end of a programme.",
            "as for outright purchases",
            "assumed",
        ),
    ] = 5
    start: StartField = FIRST_SIGN
    stop: StopField = None

    @model_validator(mode="after")
    def _mix_is_whole(self) -> HedgedPurchases:
        percentages(self.mix, "mix")
        return self

    def orders(self, view: View) -> Orders:
        acted, active = active_days(self.start, self.stop, view)
        bought = active * (self._programme(acted) if self.form == "programme" else self._cap(view))
        announced = self.total_bn * np.maximum(active, acted > 0) * (self.pace_bn > 0)
        return Orders(hedged_purchases=np.array(self.mix)[:, None] / 100 * bought, announced_hedged=announced)

    def _programme(self, acted: Array) -> Array:
        plan = schedule(self.pace_bn, self.total_bn, self.taper_days)
        return plan[np.clip(acted, 0, plan.size - 1).astype(int)]

    def _cap(self, view: View) -> Array:
        bought = np.add.reduce(np.maximum(view.past(series.HEDGED_PURCHASES), 0.0), axis=(0, 1))
        room = np.maximum(self.total_bn - bought, 0.0)
        return np.where(view.published(series.BASIS)[-1] > self.cap_bp, np.minimum(self.pace_bn, room), 0.0)
