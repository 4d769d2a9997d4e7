"""Outright purchases of Treasuries: the precedent of 2020, and the easing and rate risk that come with it."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from models.orders import Orders
from models.parameters.base import parameter, per_tenor
from models.simulation import View
from models.stack import Array
from policy.interventions.base import Intervention, percentages
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, active_days, started

Percent = Annotated[float, Field(ge=0, le=100)]

LONGEST = 400  # days, more than any world has


class Outright(Intervention):
    """Buy bonds from anyone at market prices, at a pace, until the total is reached."""

    name: ClassVar[str] = "outright"
    title: ClassVar[str] = "Outright purchases"
    what: ClassVar[str] = (
        "The Fed buys bonds outright at a daily pace. It relieves dealers and takes duration off investors, "
        "so it also eases, and the public bears the rate risk."
    )
    source: ClassVar[str] = "Federal Reserve, March 2020; Vissing-Jorgensen 2021"

    pace_bn: Annotated[
        float,
        parameter(
            "$bn a day", 0, 500, "Face bought each day.", "2020: 40 rising to 75 a day", "found", basic=True
        ),
    ] = 40.0
    total_bn: Annotated[
        float,
        parameter(
            "$bn",
            0,
            5000,
            "Size of the programme, announced at the start.",
            "2020: at least 500 announced",
            "found",
            basic=True,
        ),
    ] = 500.0
    mix: Annotated[
        tuple[Percent, Percent, Percent, Percent],
        per_tenor(
            "% at 2, 5, 10 and 30 years",
            0,
            100,
            "Split over tenors; sums to 100.",
            "sector operations of March 2020, rounded",
            "assumed",
        ),
    ] = (35.0, 30.0, 20.0, 15.0)
    taper_days: Annotated[
        int,
        parameter(
            "days",
            0,
            120,
            "Length of the taper at the end, over which the pace falls evenly.",
            "2020: six weeks",
            "assumed",
        ),
    ] = 5
    start: StartField = FIRST_SIGN
    stop: StopField = None
    announce: StopField = None
    exit_start: StopField = None
    exit_pace_bn: Annotated[
        float,
        parameter("$bn a day", 0, 500, "Face sold each day once the exit has begun.", "assumed", "assumed"),
    ] = 20.0

    @model_validator(mode="after")
    def _mix_is_whole(self) -> Outright:
        percentages(self.mix, "mix")
        return self

    def orders(self, view: View) -> Orders:
        acted, active = active_days(self.start, self.stop, view)
        plan = schedule(self.pace_bn, self.total_bn, self.taper_days)
        bought = active * plan[np.clip(acted, 0, plan.size - 1)]
        told = active if self.announce is None else started(self.announce, view)
        announced = (
            self.total_bn * (told if self.announce else np.maximum(told, acted > 0)) * (self.pace_bn > 0)
        )
        return Orders(
            purchases=np.array(self.mix)[:, None] / 100 * bought - self._sales(view, bought),
            announced=announced,
        )

    def _sales(self, view: View, bought: Array) -> Array:
        """Exit: what the Fed holds is sold at the exit pace, tenors in proportion, on days without purchases."""
        held = np.maximum(view.outright, 0.0)
        if self.exit_start is None:
            return np.zeros_like(held)
        total = np.add.reduce(held, axis=0)
        going = started(self.exit_start, view) * (bought == 0)
        part = np.divide(self.exit_pace_bn * going, total, out=np.zeros_like(total), where=total > 0)
        return held * np.minimum(part, 1.0)


@lru_cache(maxsize=256)
def schedule(pace_bn: float, total_bn: float, taper_days: int) -> Array:
    """Daily amounts from the first day on, $bn: full pace, then even steps down over the taper, then zero.

    A programme longer than any world stops at `LONGEST` days, all at full pace.
    """
    if pace_bn == 0 or total_bn == 0:
        return np.zeros(1)
    steps = [pace_bn * (taper_days - k) / (taper_days + 1) for k in range(taper_days)]
    room = total_bn - sum(steps)
    if room < 0:
        return np.array([step * (total_bn / sum(steps)) for step in steps] + [0.0])
    if room > pace_bn * LONGEST:
        return np.full(LONGEST, pace_bn)
    whole, rest = divmod(room, pace_bn)
    return np.array(
        [pace_bn] * int(whole) + sorted([*steps, rest], reverse=True) + ([0.0] if rest > 0 else [])
    )
