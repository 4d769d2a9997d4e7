"""Rules for margins and for hedge funds: relief in the crisis, and the alternatives set before it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from models.orders import Orders
from models.parameters.base import parameter
from models.scenario import World, calm_margins, cohort_mixes
from models.simulation import View
from models.worlds import replace
from policy.interventions.base import Intervention
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, active_days


class MarginRule(Intervention):
    """Ask for less margin in the crisis, or for more of it beforehand."""

    name: ClassVar[str] = "margin"
    title: ClassVar[str] = "Margin relief or floor"
    what: ClassVar[str] = (
        "Relief lowers the margin that is asked for in the crisis. A floor asks for part of a stressed margin already in calm, so that it "
        "rises less later; funds that could not meet it start with smaller positions."
    )
    source: ClassVar[str] = (
        "anti-procyclicality rules for clearing houses; Brunnermeier-Pedersen on margin spirals"
    )

    relief_pct: Annotated[
        float,
        parameter(
            "% of margin",
            0,
            80,
            "Cut of the margin target once action has begun.",
            "judgement",
            "assumed",
            basic=True,
        ),
    ] = 20.0
    floor_pct: Annotated[
        float,
        parameter(
            "% of a stressed rise",
            0,
            100,
            "Part of a stressed rise (+60%) that is asked for in calm.",
            "10-year margin rose by about 60% in March 2020",
            "derived",
            basic=True,
        ),
    ] = 0.0
    start: StartField = FIRST_SIGN
    stop: StopField = None

    def prepare(self, world: World) -> World:
        if self.floor_pct / 100 <= world.margins.stressed_margin_floor:
            return world
        return _within_rules(world, {"margins.stressed_margin_floor": self.floor_pct / 100})

    def orders(self, view: View) -> Orders:
        _, active = active_days(self.start, self.stop, view)
        return Orders(margin_multiple=1 - active * self.relief_pct / 100)


class MinimumHaircut(Intervention):
    """A floor under haircuts on funds' repo, set before the crisis."""

    name: ClassVar[str] = "minimum-haircut"
    title: ClassVar[str] = "Minimum haircut"
    what: ClassVar[str] = (
        "Repo lenders must ask funds for a haircut at all times. Funds that could not meet it start with smaller positions; nothing is done in the crisis."
    )
    source: ClassVar[str] = "Banegas and Monin 2023 study a floor of 2%"
    only_beforehand: ClassVar[bool] = True

    haircut_pct: Annotated[
        float,
        parameter(
            "% of face", 0, 5, "Least haircut.", "2% floor studied by Board staff (2023)", "found", basic=True
        ),
    ] = 2.0

    def prepare(self, world: World) -> World:
        if self.haircut_pct / 100 <= world.margins.calm_haircut:
            return world
        return _within_rules(world, {"margins.calm_haircut": self.haircut_pct / 100})

    def orders(self, view: View) -> Orders:
        return Orders()


class LeverageCap(Intervention):
    """A ceiling on funds' leverage, set before the crisis."""

    name: ClassVar[str] = "leverage-cap"
    title: ClassVar[str] = "Leverage cap"
    what: ClassVar[str] = (
        "No fund may hold more than a multiple of its equity. Positions above it are cut beforehand; nothing is done in the crisis."
    )
    source: ClassVar[str] = "among the alternatives discussed for non-bank leverage (FSB)"
    only_beforehand: ClassVar[bool] = True

    leverage: Annotated[
        float,
        parameter(
            "multiple of equity",
            1,
            1000,
            "Highest leverage.",
            "industry average of about 20 (FT)",
            "found",
            basic=True,
        ),
    ] = 20.0

    def prepare(self, world: World) -> World:
        top = self.leverage / world.funds.scale if world.funds.scale > 0 else self.leverage
        if all(c.leverage <= top for c in world.funds.cohorts):
            return world
        return replace(world, {"funds.cohorts": _cohorts(world, [top] * len(world.funds.cohorts))})

    def orders(self, view: View) -> Orders:
        return Orders()


def _within_rules(world: World, changes: dict[str, float]) -> World:
    """The world under new rules, with the leverage of cohorts that could not meet them cut to what they allow."""
    stricter = replace(world, {**changes, "funds.cohorts": _cohorts(world, [1.0] * len(world.funds.cohorts))})
    haircut = stricter.margins.calm_haircut
    needs = [
        sum(
            share * (m + haircut)
            for share, m in zip(c.mix, calm_margins(stricter, cohort_mixes(stricter, c)), strict=True)
        )
        for c in world.funds.cohorts
    ]
    buffer = (1 + world.funds.buffer) * max(world.funds.scale, 1e-9)
    allowed = [LARGEST_PART / (need * buffer) for need in needs]
    return replace(world, {**changes, "funds.cohorts": _cohorts(world, allowed)})


LARGEST_PART = 1 - 1e-9  # of the allowed leverage, so that rounding cannot break the rule


def _cohorts(world: World, highest: list[float]) -> tuple[dict[str, object], ...]:
    """The world's cohorts as data, their leverage no higher than allowed."""
    return tuple(
        c.model_dump() | {"leverage": min(c.leverage, top)}
        for c, top in zip(world.funds.cohorts, highest, strict=True)
    )
