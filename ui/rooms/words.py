"""What is said of a room everywhere: on phones, on the board and in the minutes."""

from __future__ import annotations

from policy.interventions.no_action import NoAction
from policy.outcomes.scorecard import BY_KEY, LOSSES_SPARED, PEAK_DISLOCATION, SPIRAL_SHARE, TAXPAYER_TAIL
from policy.outcomes.statistics import Gap
from policy.spec import BY_NAME, policy
from ui.rooms.plan import RoomLever, RoomPlan, bare
from ui.rooms.rules import (
    DIRECTIONS,
    DISCUSS,
    PREDICT,
    QUIZ_AFTER,
    QUIZ_BEFORE,
    REVEAL,
    SAME,
    SUBMIT,
    VOTE,
    Phase,
    Prediction,
    truth,
)
from ui.rooms.views import BoardEntry, RoomResult, RoomView
from ui.state import link
from ui.state.state import own_label, with_policies
from ui.words import amounts, names

BOARD_KEYS = (SPIRAL_SHARE.key, TAXPAYER_TAIL.key, PEAK_DISLOCATION.key, LOSSES_SPARED.key)
FACILITATOR = "Facilitator"
NO_ACTION = NoAction.title
# What ends a phase, as it stands on the facilitator's button; what follows is said where it depends on the room.
GOING_ON = {
    QUIZ_BEFORE.name: "Close the quiz, take predictions", PREDICT.name: "Close predictions, take policies",
    SUBMIT.name: "Close submissions, show the board", REVEAL.name: "Go on to one lever together",
    DISCUSS.name: "Go on to the vote", VOTE.name: "Close the vote, end the session",
    QUIZ_AFTER.name: "Close the quiz, end the session",
}  # fmt: skip
MOVE_TOGETHER = "Move this together"
TO_THE_QUIZ = "Close the vote, ask the quiz again"


def going_on(phase: Phase, quiz: bool) -> str:
    """The words of the button that ends a phase of a room with or without a quiz."""
    return TO_THE_QUIZ if quiz and phase == VOTE else GOING_ON[phase.name]


def kind_title(kind: str) -> str:
    """A kind of policy as people read it."""
    return BY_NAME[kind].title


def choices(room: RoomPlan) -> tuple[str, ...]:
    """What a seat may choose in its votes: no action, and the kinds of policy that the room allows."""
    return (NoAction.name, *room.kinds)


def policy_words(entry: BoardEntry) -> str:
    """An entry's policy with all settings that differ from the usual ones."""
    plain = names.policy_name(policy(entry.policy.interventions))
    given = own_label(entry.policy)
    return f"{given}: {plain}" if given and given != plain else plain


def author(view: RoomView, entry: BoardEntry, number: int) -> str:
    """Whose an entry is, or its number while authors are hidden."""
    if entry.seat is None:
        return FACILITATOR if number == 1 else f"{FACILITATOR} {number}"
    return view.names.get(entry.seat, "somebody who left") if view.authors else f"Policy {number}"


def labels(view: RoomView) -> tuple[str, ...]:
    """A name for each entry of the board, in order, no two alike."""
    said = [author(view, entry, k) for k, entry in enumerate(view.entries, 1)]
    return tuple(name if said.count(name) == 1 else f"{name} ({k})" for k, name in enumerate(said, 1))


def change(value: float, unit: str, signed: bool = False) -> str:
    """A change with its unit; of a percentage in points."""
    told = amounts.amount(value, unit, signed)
    return f"{told.removesuffix('%')} points" if unit.startswith("%") else told


def unit_of_change(unit: str) -> str:
    """The unit of a change."""
    return "points" if unit.startswith("%") else unit


def predicted(guess: Prediction, unit: str) -> str:
    """A prediction as a noun."""
    size = "" if guess.direction == SAME else f" of {change(guess.size, unit)}"
    return DIRECTIONS[guess.direction] + size


def happened(gap: Gap, unit: str) -> str:
    """What the runs say of the same thing, with its interval."""
    direction = truth(gap.low, gap.high)
    if direction == SAME:
        return f"{DIRECTIONS[SAME]}, {change(gap.value, unit, True)} ({amounts.span(gap, unit)})"
    low, high = sorted((abs(gap.low), abs(gap.high)))
    apart = Gap(abs(gap.value), low, high)
    return f"{DIRECTIONS[direction]} of {change(apart.value, unit)} ({amounts.span(apart, unit)})"


def judged(guess: Prediction, gap: Gap, unit: str) -> str:
    """How near a prediction came."""
    if guess.direction != truth(gap.low, gap.high):
        return "another direction"
    off = abs(guess.change - gap.value)
    return f"the right direction, {change(off, unit)} off"


def asked_gap(view: RoomView) -> Gap | None:
    """What came of the policy that everybody predicted, once it is computed."""
    result = view.results.get(bare(view.plan.asked))
    return None if result is None else result.gaps[view.plan.outcome]


def outcome_unit(room: RoomPlan) -> str:
    return BY_KEY[room.outcome].unit


def figure_of(result: RoomResult, key: str) -> str:
    """A headline figure in words."""
    return amounts.figure(key, result.values[key])


def lever_words(lever: RoomLever) -> str:
    """A lever with its bounds and unit."""
    return f"{lever.title}, {lever.unit} ({lever.low:g} to {lever.high:g})"


def minutes_words(seconds: float) -> str:
    """Time as a clock shows it."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def sandbox_link(view: RoomView, entry: BoardEntry | None) -> str:
    """What follows the address of the app in a link to a board policy, beside no action in the room's world."""
    return link.link(with_policies(view.plan.screen, [] if entry is None else [entry.policy]))
