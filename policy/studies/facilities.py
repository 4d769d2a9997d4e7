"""Facilities whose size, price and moment can be set: repo, the auction, hedged and outright purchases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import Refused
from models.worlds import revised
from policy.interventions.base import Intervention
from policy.interventions.triggers import Start, Trigger
from policy.spec import Policy, parse_policy, policy

# Round sizes, $bn: what is searched, so that the answer reads as a size that somebody would announce.
SIZES = (
    10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 125.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0, 600.0, 800.0,
    1000.0, 1250.0, 1500.0, 2000.0, 2500.0, 3000.0, 4000.0, 5000.0,
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of facility: the setting that is its size, what moves in proportion, and its price with usual values."""

    name: str
    size: str
    pace: str = ""
    price: str = ""
    prices: tuple[float, ...] = ()
    unit: str = ""
    levels: tuple[float, ...] = ()  # of the trigger, in its metric's unit


KINDS = {
    kind.name: kind
    for kind in (
        Kind("repo", "cap_bn", "", "rate_bp", (5.0, 12.5, 25.0), "bp over mid-range", (5.0, 10.0, 20.0)),
        Kind("hedged-auction", "total_bn", "size_bn", "penalty_bp", (0.0, 20.0, 40.0), "bp over calm", (5.0, 10.0, 15.0)),
        Kind("hedged-purchases", "total_bn", "pace_bn", levels=(5.0, 10.0, 15.0)),
        Kind("outright", "total_bn", "pace_bn", levels=(5.0, 10.0, 15.0)),
    )
}  # fmt: skip
USUAL = ("repo", "hedged-auction", "hedged-purchases", "outright")


@dataclass(frozen=True)
class HelpTerms:
    """One row of a term sheet: a facility, its price (nothing where it buys at the market's) and when it begins."""

    base: Intervention
    price: float | None
    start: Start

    @property
    def kind(self) -> Kind:
        return KINDS[self.base.name]

    def sized(self, size: float) -> Policy:
        """The facility of a size, $bn; its daily pace keeps its proportion to the size. Raises `Refused`."""
        kind, base = self.kind, self.base
        changes: dict[str, object] = {kind.size: size, "start": self.start}
        if kind.pace:
            pace = getattr(base, kind.pace) * size / getattr(base, kind.size)
            changes[kind.pace] = min(round(pace, 6), _most(base, kind.pace))
        if self.price is not None:
            changes[kind.price] = self.price
        return policy([revised(base, **changes)])


def _most(base: Intervention, setting: str) -> float:
    bounds = [m.le for m in type(base).model_fields[setting].metadata if hasattr(m, "le")]
    return float(bounds[0])


def facility(own: Policy) -> Intervention:
    """The one facility of a policy. Raises `Refused` where it is none, or several."""
    kinds = ", ".join(KINDS)
    if len(own.interventions) != 1 or own.interventions[0].name not in KINDS:
        raise Refused(f"policy {own.label!r} has no term sheet: give one facility alone, one of {kinds}")
    base = own.interventions[0]
    kind = KINDS[base.name]
    if not getattr(base, kind.size) > 0 or (kind.pace and not getattr(base, kind.pace) > 0):
        raise Refused(
            f"policy {own.label!r} has no term sheet: its size is 0, so its pace has no proportion to it"
        )
    return base


def usual() -> tuple[Policy, ...]:
    """The four facilities with their usual settings."""
    return tuple(parse_policy(name) for name in USUAL)


def grid(
    base: Intervention, prices: Sequence[float] = (), levels: Sequence[float] = ()
) -> tuple[HelpTerms, ...]:
    """Every price with every trigger of a facility. A start by date stays; prices do not apply where there is none.

    Raises `Refused` for a price or level that the facility does not take.
    """
    kind = KINDS[base.name]
    given = tuple(prices or kind.prices) if kind.price else ()
    start = base.start  # type: ignore[attr-defined]
    starts: tuple[Start, ...] = (
        (start,) if isinstance(start, dt.date) else tuple(_level(start, x) for x in levels or kind.levels)
    )
    return tuple(HelpTerms(base, price, begin) for price in given or (None,) for begin in starts)


def _level(start: Trigger, level: float) -> Trigger:
    return revised(start, level=float(level))
