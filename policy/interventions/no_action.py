"""No action, and the policy that was actually followed."""

from __future__ import annotations

from typing import ClassVar

from models.orders import NO_ORDERS, Orders
from models.simulation import View
from policy.interventions.base import Intervention


class NoAction(Intervention):
    """Order nothing."""

    name: ClassVar[str] = "none"
    title: ClassVar[str] = "No action"
    what: ClassVar[str] = "The Fed stays out. Every other policy is measured against this."
    source: ClassVar[str] = "the choice of April 2025"

    def orders(self, view: View) -> Orders:
        return NO_ORDERS


class Actual(Intervention):
    """Repeat what was done in a historical episode."""

    name: ClassVar[str] = "actual"
    title: ClassVar[str] = "What was done"
    what: ClassVar[str] = (
        "Repeats the purchases, repo offers and leverage-ratio relief of the episode, day by day. "
        "Where the Fed stayed out, and in stylised worlds, it does nothing."
    )
    source: ClassVar[str] = "dated data in the episode's file"

    def orders(self, view: View) -> Orders:
        return view.done
