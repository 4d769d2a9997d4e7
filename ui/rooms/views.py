"""A room at one moment, as a frozen value: whatever pages, board and minutes show is read from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from policy.comparison import NONE
from policy.outcomes.statistics import Gap
from policy.spec import Policy
from ui.rooms.plan import RoomPlan, bare
from ui.rooms.quiz import Answers
from ui.rooms.rules import BY_PHASE, SHOWN, Phase, Prediction

IDLE = bare(NONE)


@dataclass(frozen=True)
class RoomSeat:
    """One person in a room."""

    id: int
    name: str


@dataclass(frozen=True)
class BoardEntry:
    """A policy on the board and whose it is; the facilitator's has no seat. `bare` names its result."""

    id: int
    seat: int | None
    policy: Policy
    bare: str


@dataclass(frozen=True)
class RoomResult:
    """What a policy does: headline figures by outcome, and their mean differences to no action."""

    values: Mapping[str, float]
    gaps: Mapping[str, Gap]

    def to_json(self) -> str:
        gaps = {key: [gap.value, gap.low, gap.high] for key, gap in self.gaps.items()}
        return json.dumps({"values": dict(self.values), "gaps": gaps})


@lru_cache(maxsize=2048)
def read_result(text: str) -> RoomResult:
    """A result as it was kept."""
    data = json.loads(text)
    gaps = {key: Gap(*three) for key, three in data["gaps"].items()}
    return RoomResult(data["values"], gaps)


@dataclass(frozen=True)
class RoomVote:
    """What a seat would choose at the end: a kind of policy, and a policy on the board (nothing is no action)."""

    after: str
    entry: int | None


@dataclass(frozen=True)
class LeverStep:
    """A place to which the room has moved its lever."""

    value: float
    bare: str


@dataclass(frozen=True)
class RoomView:
    """Everything about a room but its secrets. Times are seconds since 1970."""

    code: str
    plan: RoomPlan
    phase: Phase
    ends: float | None
    authors: bool
    version: int
    news: int
    expires: float
    seats: tuple[RoomSeat, ...]
    predictions: Mapping[int, Prediction]
    before: Mapping[int, str]
    entries: tuple[BoardEntry, ...]
    results: Mapping[str, RoomResult | None]  # nothing while it is computed
    refusals: Mapping[str, str]
    lever: str
    moved: Policy | None
    moves: Mapping[int, float]
    trail: tuple[LeverStep, ...]
    votes: Mapping[int, RoomVote]
    answered_before: Mapping[int, Answers] = field(default_factory=dict)  # of the quiz, by seat
    answered_after: Mapping[int, Answers] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[int, str]:
        """Names by seat."""
        return {seat.id: seat.name for seat in self.seats}

    @property
    def shown(self) -> bool:
        """Whether results may be seen."""
        return self.phase.name in SHOWN

    @property
    def none(self) -> RoomResult | None:
        """What happens without action."""
        return self.results.get(IDLE)

    def result(self, entry: BoardEntry) -> RoomResult | None:
        """What an entry's policy does, once it is computed."""
        return self.results.get(entry.bare)

    def entry_of(self, seat: int) -> BoardEntry | None:
        """The policy that a seat submitted."""
        return next((entry for entry in self.entries if entry.seat == seat), None)

    def left(self, now: float) -> float | None:
        """Seconds until the timer ends; nothing where none runs."""
        return None if self.ends is None else max(0.0, self.ends - now)


def phase_of(name: str) -> Phase:
    """The phase of that name."""
    return BY_PHASE[name]
