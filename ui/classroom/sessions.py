"""Sessions minute by minute: what the facilitator does and says, what everybody does, and at which phase the room is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ui.rooms.rules import (
    DISCUSS,
    MINUTES,
    PREDICT,
    QUIZ_AFTER,
    QUIZ_BEFORE,
    REVEAL,
    SUBMIT,
    VOTE,
    Phase,
)


@dataclass(frozen=True)
class Slot:
    """A part of a session: its length, the room's phase, what the facilitator says and what everybody does.

    `timed` starts the room's timer for the whole slot.
    """

    minutes: int
    title: str
    phase: Phase
    says: str
    does: str
    timed: bool = False


@dataclass(frozen=True)
class Session:
    """A whole session."""

    slots: tuple[Slot, ...]

    @property
    def minutes(self) -> int:
        """Its length."""
        return sum(slot.minutes for slot in self.slots)

    @property
    def starts(self) -> tuple[int, ...]:
        """The minute at which each slot begins."""
        lengths = [slot.minutes for slot in self.slots]
        return tuple(sum(lengths[:k]) for k in range(len(lengths)))


COME_IN = Slot(
    6, "Come in, and the quiz", QUIZ_BEFORE,
    "Open the address on the screen, type the six letters, and answer the quiz. It is nobody’s mark: say that you do not know "
    "rather than guess. The same questions come at the end.",
    "Join by phone and answer the quiz.",
    True,  # what follows answers some of its questions
)  # fmt: skip
CRISIS = Slot(
    6, "The crisis, and your role", QUIZ_BEFORE,
    "It is a Monday. Funds that hold Treasuries with borrowed money meet a shock: prices move, margins rise, cash is short. Dealers "
    "buy what is sold until their balance sheets are full. Nobody has acted yet. You are six parties around one table; read what "
    "you want and what you fear.",
    "Take a handout, six roles in turn, and read it. Those with the same role sit together.",
)  # fmt: skip
PREDICTION = Slot(
    3, "Predict", PREDICT,
    "Before anything runs: what will the policy on your phone change, and by how much? And what should the Fed do? Guess as "
    "yourself, not as your role.",
    "Send a prediction and a first vote.",
    True,
)  # fmt: skip
PROPOSAL = Slot(
    8, "Submit", SUBMIT,
    "Now as your role: agree on one policy with those beside you, set its levers, and let each send it. The last one sent counts.",
    "Submit a policy that serves the role, and note in one sentence why.",
    True,
)  # fmt: skip
BOARD = Slot(
    6, "Reveal", REVEAL,
    "These are all your policies on the same crises. First your predictions: who was right, and why? Then find your own policy: "
    "what did it do to what you fear most?",
    "Read your own result; one person of each role says what it did to your role’s figures.",
    True,
)  # fmt: skip
LEVER = Slot(
    8, "Discuss, with one lever", DISCUSS,
    "We take one policy and one lever, and look for a place with which most of you can live. Whoever moves it says whom it helps "
    "and who pays.",
    "Move the lever on the phone; the room’s value is the median. Ask the other roles the questions on your handout.",
    True,
)  # fmt: skip
LAST_VOTE = Slot(
    3, "Vote", VOTE,
    "As yourself again: what should the Fed do, and which policy of the board would you choose?",
    "Send a vote.",
    True,
)  # fmt: skip
SAME_QUIZ = Slot(
    5, "The quiz again", QUIZ_AFTER,
    "The same questions as at the beginning. Your phone shows what is right once the session is over.",
    "Answer the quiz.",
    True,
)  # fmt: skip
DEBRIEF = Slot(
    5, "Debrief and minutes", MINUTES,
    "What did you learn that you did not expect? Take the minutes with you; whoever has them can have every figure again.",
    "Look at your own quiz, answer one debrief question aloud, and take the minutes.",
)  # fmt: skip
STORY = Slot(
    12, "How it breaks", QUIZ_BEFORE,
    "We walk through the first three steps of the story. Answer each question by a show of hands before I show what the run says.",
    "Answer by a show of hands before each figure is shown.",
)  # fmt: skip
STATEMENTS = Slot(
    6, "Opening statements", QUIZ_BEFORE,
    "One minute for each role: what do you want the Fed to do, and what would be worst for you?",
    "One person of each role speaks for a minute; nobody answers yet.",
)  # fmt: skip
HEARING = Slot(
    8, "The hearing", DISCUSS,
    "The senator has the floor and asks whomever they like. Then open one policy of the board in the sandbox and try it in another "
    "crisis: does it still work where cash is short, and balance sheets are not?",
    "Answer the senator from your role’s figures; then look at the same policy in another crisis.",
    True,
)  # fmt: skip


SESSIONS = (
    Session((COME_IN, CRISIS, PREDICTION, PROPOSAL, BOARD, LEVER, LAST_VOTE, SAME_QUIZ, DEBRIEF)),
    Session(
        (
            replace(COME_IN, minutes=8), STORY, CRISIS, STATEMENTS, replace(PREDICTION, minutes=4),
            replace(PROPOSAL, minutes=10), replace(BOARD, minutes=8), replace(LEVER, minutes=10), HEARING,
            replace(LAST_VOTE, minutes=4), SAME_QUIZ, replace(DEBRIEF, minutes=9),
        )
    ),
)  # fmt: skip
DEBRIEF_QUESTIONS = (
    "Which figure on the board surprised you most, and which part of the market explains it?",
    "Whose fear came true under the policy with most votes? Would that role have voted for it?",
    "Who was spared, who paid, and who only lent? Say it for the two policies with most votes.",
    "Did your vote change? If so, was it a figure, an argument, or the person who made it?",
    "In which other crisis would the room’s policy have failed? Open it there in the sandbox.",
    "What would funds do before the next crisis if they were sure of this policy?",
    "Which assumption would you have to change for the second-best policy to win?",
    "What does this market leave out that would matter to your role?",
)
