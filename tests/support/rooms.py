"""A room's store with a clock that tests move, and small rooms for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ui.rooms import plan, rules
from ui.rooms.plan import RoomPlan
from ui.rooms.store import RoomStore
from ui.state import state as s

KINDS = ("outright", "hedged-auction")


@dataclass
class Clock:
    """A clock that tests move."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Site:
    """A store with what it told, and its clock."""

    store: RoomStore
    clock: Clock
    told: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.clock = self.clock

    def room(self, **changes: object) -> tuple[str, str]:
        return self.store.open(small_plan(**changes))

    def seats(self, code: str, *names: str) -> list[str]:
        secrets = [rules.new_secret() for _ in names]
        for name, secret in zip(names, secrets, strict=True):
            self.store.join(code, name, secret)
        return secrets

    def to(self, code: str, host: str, phase: rules.Phase) -> None:
        """On until the room is at a phase."""
        while (now := self.store.view(code).phase) != phase:
            self.store.advance(code, host, now.name)


def small_plan(**changes: object) -> RoomPlan:
    screen = s.with_draws(s.opening(), paths=8)
    own = plan.plan(
        "What should the Fed do?", screen, KINDS, plan.usual_levers(KINDS), plan.PREDICTED, "outright"
    )
    return replace(own, **changes)  # type: ignore[arg-type]
