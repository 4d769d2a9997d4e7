"""The rules of a room as values and small functions: phases, codes, names, secrets, predictions. Nothing here stores."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from models.errors import Refused
from models.text import checked, label_trouble, shown, trouble

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which read like digits
CODE_LENGTH = 6
MOST_SEATS, MOST_ROOMS = 200, 200
MOST_TRIES = 100  # submissions of one seat
LONGEST_SEAT, LONGEST_QUESTION = 30, 200
LIVES = 24 * 3600.0  # seconds from opening until a room is deleted
RETURNS_FOR = 600.0  # seconds for which a way back to a seat is good
LARGEST_SIZE = 10_000.0
GRACE = 2.0  # seconds after a timer's end in which what was on its way still counts


@dataclass(frozen=True)
class Phase:
    """A part of a session: what it is called, what people do in it, and for how many minutes it usually lasts."""

    name: str
    title: str
    what: str
    minutes: int


QUIZ_BEFORE = Phase(
    "quiz_before", "Quiz", "Everybody answers a short quiz; the same comes again at the end.", 5
)
PREDICT = Phase("predict", "Predict", "Everybody guesses sign and size before anything runs.", 3)
SUBMIT = Phase("submit", "Submit", "Everybody submits a policy of their own.", 6)
REVEAL = Phase("reveal", "Reveal", "The board shows every policy on the same shocks.", 5)
DISCUSS = Phase("discuss", "Discuss", "The room moves one lever together.", 10)
VOTE = Phase("vote", "Vote", "Everybody votes once more.", 3)
QUIZ_AFTER = Phase("quiz_after", "Quiz again", "Everybody answers the same quiz as at the beginning.", 5)
MINUTES = Phase("minutes", "Minutes", "The session is over; its minutes can be taken away.", 0)
QUIZZES = (QUIZ_BEFORE, QUIZ_AFTER)  # only in rooms that have a quiz
PHASES = (QUIZ_BEFORE, PREDICT, SUBMIT, REVEAL, DISCUSS, VOTE, QUIZ_AFTER, MINUTES)
BY_PHASE = {phase.name: phase for phase in PHASES}
SHOWN = frozenset(
    {REVEAL.name, DISCUSS.name, VOTE.name, QUIZ_AFTER.name, MINUTES.name}
)  # phases in which results are seen


def phases(quiz: bool) -> tuple[Phase, ...]:
    """The phases of a room in order, with its quizzes or without."""
    return PHASES if quiz else tuple(phase for phase in PHASES if phase not in QUIZZES)


def after(phase: str, quiz: bool) -> Phase:
    """The next phase of a room. Raises `Refused` after the last."""
    own = phases(quiz)
    k = own.index(BY_PHASE[phase])
    if k + 1 == len(own):
        raise Refused("the session is over: there is no phase after the minutes")
    return own[k + 1]


def door(phase: str, ends: float | None, wanted: Phase, now: float) -> None:
    """Whether something of a phase is taken now; `ends` is the timer's end, s since 1970. Raises `Refused`."""
    if phase != wanted.name:
        here, there = PHASES.index(BY_PHASE[phase]), PHASES.index(wanted)
        when = "has not begun yet" if here < there else "is over"
        raise Refused(
            f"this was not taken: “{wanted.title}” {when}; the room is at “{BY_PHASE[phase].title}”"
        )
    if ends is not None and now > ends + GRACE:
        raise Refused(f"this was not taken: the time for “{wanted.title}” is over")


# Codes and secrets


def new_code() -> str:
    """A room's code, six letters."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as somebody typed it. Raises `Refused` where it cannot be one."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != CODE_LENGTH or not all(letter in LETTERS for letter in code):
        raise Refused(f"the code {shown(text[:20])} is refused: it has six letters, none of them I or O")
    return code


def new_secret() -> str:
    """What only one browser knows, 192 random bits."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """What is kept of a secret; a random one of this length needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Names and numbers


def seat_name(text: str) -> str:
    """A name for a seat, spaces in order. Raises `Refused`."""
    name = checked("the name", " ".join(unicodedata.normalize("NFC", text).split()), LONGEST_SEAT, 1)
    why = label_trouble(name)
    if why:
        raise Refused(f"the name {shown(name)} is refused: {why}")
    return name


def free_name(text: str, taken: Collection[str]) -> str | None:
    """A name as it was typed, or the nearest that a room would take; nothing where no letter of it can stand."""
    whole = " ".join(unicodedata.normalize("NFC", text).split())
    stem = re.sub(r"^[\W_]+", "", "".join(sign for sign in whole if not trouble(sign)))
    stem = stem[: LONGEST_SEAT - len(f" {MOST_SEATS}")].rstrip()
    keys = {name_key(name) for name in taken}
    numbered = [f"{stem} {number}" for number in range(2, MOST_SEATS + 1)]
    for name in (whole, stem, *numbered) if stem else (whole,):
        try:
            if name_key(seat_name(name)) not in keys:
                return name
        except Refused:
            continue
    return None


def name_key(name: str) -> str:
    """What two names share that people would take for one another."""
    return unicodedata.normalize("NFKC", name).casefold().replace(" ", "")


def question_text(text: str) -> str:
    """What a room is about. Raises `Refused`."""
    return checked("the question", " ".join(text.split()), LONGEST_QUESTION, 1)


FALLS, SAME, RISES = "falls", "same", "rises"
DIRECTIONS = {FALLS: "a fall", SAME: "no clear change", RISES: "a rise"}


@dataclass(frozen=True)
class Prediction:
    """What a seat expects of the policy asked about: a direction and a size ≥ 0 in the outcome's unit."""

    direction: str
    size: float

    @property
    def change(self) -> float:
        """The change expected, with its sign."""
        return {FALLS: -self.size, SAME: 0.0, RISES: self.size}[self.direction]


def prediction(direction: str, size: str) -> Prediction:
    """A prediction as it came from a form. Raises `Refused`."""
    if direction not in DIRECTIONS:
        raise Refused("choose a direction: a fall, no clear change, or a rise")
    if direction == SAME:
        return Prediction(SAME, 0.0)
    value = number_of("the size", size)
    if not 0 < value <= LARGEST_SIZE:
        raise Refused(f"the size {value:g} is refused: it must be above 0 and at most {LARGEST_SIZE:,.0f}")
    return Prediction(direction, value)


def number_of(what: str, text: str) -> float:
    """A number as people type it, with a point or a comma. Raises `Refused`."""
    try:
        value = float(text.strip().replace("−", "-").replace(",", ".")[:40])
    except ValueError:
        raise Refused(f"{what} {shown(text[:40])} is refused: it must be a number") from None
    if value != value or abs(value) == float("inf"):
        raise Refused(f"{what} {shown(text[:40])} is refused: it must be a number")
    return value


def truth(low: float, high: float) -> str:
    """The direction that a difference to no action with this 95% interval bears out."""
    return FALLS if high < 0 else RISES if low > 0 else SAME
