"""What a room plays: its question, its locked world and draws, the policies and levers it allows, and what is predicted.

A plan is kept as one TOML document. Its world is a saved screen like any other, and so is every policy that is submitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import tomli_w

from models.documents import parse
from models.errors import Refused, unknown
from models.text import shown
from policy import comparison, cost
from policy.described import settings_of
from policy.interventions.no_action import NoAction
from policy.outcomes.scorecard import BY_KEY, SPIRAL_SHARE, metric
from policy.spec import (
    BY_NAME,
    Policy,
    build_intervention,
    parse_policy,
    policy,
    print_interventions,
    print_policy,
)
from ui.rooms.rules import Phase, number_of, phases, question_text
from ui.state import document
from ui.state.state import State, with_policies
from ui.words import names

PATHS = 100  # crises; few enough to be seen one by one
MOST_ROOM_PATHS = 256
MOST_KINDS, MOST_LEVERS = 8, 12
BATCH = 12  # policies that a worker runs at a time
USUAL_KINDS = ("outright", "repo", "hedged-auction")
QUESTION = "What should the Fed do?"
PREDICTED = SPIRAL_SHARE.key
KEYS = ("question", "kinds", "levers", "full", "outcome", "asked", "quiz", "screen")


@dataclass(frozen=True)
class RoomLever:
    """A number of a policy that a room may set: its bounds, unit, usual value and meaning."""

    kind: str
    setting: str
    title: str
    unit: str
    low: float
    high: float
    usual: float
    meaning: str
    whole: bool

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.setting}"


@dataclass(frozen=True)
class RoomPlan:
    """The whole plan. `screen` holds world, seed and paths, and no action alone; `full` lets policies of the sandbox in.

    `quiz` asks the same questions before and after the session.
    """

    question: str
    screen: State
    kinds: tuple[str, ...]
    levers: tuple[str, ...]
    outcome: str
    asked: Policy
    full: bool = True
    quiz: bool = False

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The parts of this room's session in order."""
        return phases(self.quiz)

    def levers_of(self, kind: str) -> tuple[RoomLever, ...]:
        """The levers of one allowed policy, in order."""
        return tuple(lever for lever in levers(kind) if lever.key in self.levers)


def levers(kind: str) -> tuple[RoomLever, ...]:
    """The few numbers of a policy that may be levers of a room."""
    own = BY_NAME[kind]()
    return tuple(
        RoomLever(
            kind, row["name"], names.label(row["name"]), row["unit"], row["low"], row["high"],
            getattr(own, row["name"]), row["meaning"], isinstance(getattr(own, row["name"]), int),
        )
        for row in settings_of(own)
        if row.get("basic") and isinstance(getattr(own, row["name"]), int | float)
    )  # fmt: skip


def room_kinds() -> tuple[str, ...]:
    """Policies that a room may allow: those with a lever, and none that replays a record."""
    return tuple(name for name in BY_NAME if levers(name))


def plan(
    question: str, screen: State, kinds: Sequence[str], chosen: Sequence[str], outcome: str, asked: str,
    full: bool = True,
) -> RoomPlan:  # fmt: skip
    """A plan from what a facilitator chose, on the world and draws of a screen. Raises `Refused`."""
    if not kinds or len(kinds) > MOST_KINDS:
        raise Refused(f"{len(kinds)} policies are refused: a room allows 1 to {MOST_KINDS} kinds")
    for kind in kinds:
        if kind not in room_kinds():
            raise unknown("policy of a room", str(kind), list(room_kinds()))
    known = [lever.key for kind in kinds for lever in levers(kind)]
    for key in chosen:
        if key not in known:
            raise unknown("lever of a room", str(key), known)
    if not chosen or len(chosen) > MOST_LEVERS:
        raise Refused(f"{len(chosen)} levers are refused: a room has 1 to {MOST_LEVERS}")
    alone = locked(screen)
    policy_asked = written_out(asked)
    fits(alone, policy_asked)
    return RoomPlan(
        question_text(question),
        alone,
        tuple(kinds),
        tuple(chosen),
        metric(outcome).key,
        policy_asked,
        bool(full),
    )


def usual_levers(kinds: Sequence[str]) -> tuple[str, ...]:
    """The first levers of some policies, as many as a room holds."""
    return tuple(lever.key for kind in kinds for lever in levers(kind)[:3])[:MOST_LEVERS]


def locked(screen: State) -> State:
    """World and draws of a screen with no action alone, once a worker can run its policies. Raises `Refused`."""
    if screen.paths > MOST_ROOM_PATHS:
        raise Refused(f"paths = {screen.paths} is refused: a room runs at most {MOST_ROOM_PATHS}")
    alone = State(screen.world, comparison.arms([]), screen.seed, screen.paths)
    one = comparison.arms([policy([build_intervention("outright", {})])])
    cost.check(screen.world, one * (BATCH // 2 + 1), screen.paths)
    return alone


def fits(screen: State, own: Policy) -> Policy:
    """A policy, once it can be run in a room's world. Raises `Refused`."""
    if all(isinstance(i, NoAction) for i in own.interventions):
        raise Refused("no action stands on the board already: submit a policy that does something")
    with_policies(screen, [own])
    return own


# Policies that come in


def from_levers(room: RoomPlan, kind: str, given: Mapping[str, str]) -> Policy:
    """A policy from a form's levers; what is left out keeps its usual value. Raises `Refused`."""
    if kind not in room.kinds:
        raise unknown("policy of this room", kind[:60], list(room.kinds))
    values: dict[str, Any] = {}
    for lever in room.levers_of(kind):
        text = given.get(lever.key, "").strip()
        if text:
            value = number_of(lever.title, text)
            if not lever.low <= value <= lever.high:
                raise Refused(
                    f"{lever.title} {value:g} is refused: it must be between {lever.low:g} and {lever.high:g} {lever.unit}"
                )
            values[lever.setting] = int(value) if lever.whole else value
    return fits(room.screen, policy([build_intervention(kind, values)]))


def from_document(room: RoomPlan, text: str, label: str = "") -> Policy:
    """The policy of a saved screen, in the room's own world; `label` picks one where it holds several. Raises `Refused`."""
    if not room.full:
        raise Refused("this room takes policies from its levers only")
    restored = document.from_toml(text)
    if restored.refused:
        raise Refused("; ".join(restored.refused))
    return from_screen(room, restored.state, label)


def from_screen(room: RoomPlan, screen: State, label: str = "") -> Policy:
    """One policy of a screen, once the room allows it. Raises `Refused`."""
    acting = screen.policies[1:]
    chosen = [p for p in acting if not label or names.policy_name(p) == label or p.label == label]
    if len(chosen) != 1:
        labels = ", ".join(names.policy_name(p) for p in acting) or "none but no action"
        raise Refused(f"write which policy is meant: the screen holds {labels}")
    kinds = {i.name for i in chosen[0].interventions}
    if not kinds <= set(room.kinds):
        allowed = ", ".join(BY_NAME[kind].title for kind in room.kinds)
        raise Refused(f"{names.policy_name(chosen[0])} is refused: this room allows {allowed}")
    return fits(room.screen, chosen[0])


@lru_cache(maxsize=4096)
def written_out(text: str) -> Policy:
    """A policy from its text, never from a file. Raises `Refused`."""
    if "@" in text:
        raise Refused(f"policy {shown(text)} is refused: it must be written out, as in 'outright:pace_bn=50'")
    return parse_policy(text)


def bare(own: Policy) -> str:
    """What a policy does, without its label: the name of its result."""
    return print_interventions(own.interventions)


def submitted(room: RoomPlan, own: Policy) -> str:
    """A submission as a document: the room's screen with that policy."""
    return document.to_toml(with_policies(room.screen, [own]))


# The document


def to_toml(room: RoomPlan) -> str:
    """A plan as its document."""
    return tomli_w.dumps(
        {
            "question": room.question,
            "kinds": list(room.kinds),
            "levers": list(room.levers),
            "full": room.full,
            "outcome": room.outcome,
            "asked": print_policy(room.asked),
            "quiz": room.quiz,
            "screen": document.to_toml(room.screen),
        }
    )


@lru_cache(maxsize=64)
def from_toml(text: str) -> RoomPlan:
    """A plan from its document. Raises `Refused`."""
    data = parse(text)
    for key in data:
        if key not in KEYS:
            raise unknown("key of a room's plan", key, list(KEYS))
    try:
        screen = document.from_toml(data["screen"])
        own = plan(
            data["question"], screen.state, data["kinds"], data["levers"], data["outcome"], data["asked"], data["full"]
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise Refused(f"this is no plan of a room: {error} is missing or of another type") from None
    return replace(own, quiz=bool(data.get("quiz", False)))


def asked_words(room: RoomPlan) -> str:
    """What is predicted: the figure and the policy that may change it."""
    return f"{BY_KEY[room.outcome].title} under {names.policy_name(room.asked)}"
