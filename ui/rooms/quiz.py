"""The quiz before and after a session: questions whose right answers are the story's and the glossary's own.

A question about a figure is a step of the story: its choices are the step's, and the right one is what the step's own run
says. A question about a term has meanings of the glossary as choices. No figure and no meaning is typed here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from models.errors import Refused
from models.text import shown
from ui.story.steps import STEPS
from ui.words.glossary import TERMS

UNSURE, UNSURE_WORDS = -1, "I do not know"

Answers = Mapping[str, int]  # the choice by question; `UNSURE` where somebody said so


@dataclass(frozen=True)
class QuizQuestion:
    """A question, its choices, which of them is right, and why; `step` is the story's, 0 for a question about a term."""

    key: str
    short: str
    text: str
    choices: tuple[str, ...]
    right: int
    why: str
    step: int = 0

    @property
    def answer(self) -> str:
        """The right choice."""
        return self.choices[self.right]

    @property
    def sentence(self) -> str:
        """The right choice with its full stop."""
        return f"{self.answer.rstrip('.')}."

    def told(self, choice: int) -> str:
        """A choice as people read it."""
        return UNSURE_WORDS if choice == UNSURE else self.choices[choice]


# A short name for each step's question, and the question as it is understood without the step.
ASKED = {
    "calm": (
        "Own money of funds",
        "Hedge funds hold Treasuries against something almost alike, with borrowed money. For every $100 of bonds, how much is their own money?",
    ),
    "dealers": (
        "Room of dealers",
        "In a crisis of crowded trades dealers’ balance sheets have a tenth more room. How much lower is the peak dislocation?",
    ),
    "outright": (
        "Result of the public",
        "In the same crisis the Fed buys bonds outright. A year later, what is the public’s average result in the worst 5% of cases?",
    ),
    "repo": (
        "Fewest sales",
        "In one crisis money funds withdraw cash from repo; in another, trades are crowded and dealers’ balance sheets are short. Under which policy do funds have to sell least?",
    ),
    "auction": (
        "Size of the auction",
        "A vehicle buys bonds with their hedges by auction, only from funds that must sell. How much does it buy, compared with outright purchases in the same crisis?",
    ),
    "hazard": (
        "Price of help",
        "The vehicle’s help gets four times dearer. How much less of their losses are funds spared?",
    ),
}
BACKWARDS = ("calm", "outright")  # amounts from the smallest up, so that the right one is not always the last
# A term, its place among the choices, and other terms whose meanings stand beside it.
TERMS_ASKED = (
    ("dislocation", 1, ("dysfunction", "market depth")),
    ("haircut", 2, ("initial margin", "leverage")),
)


@cache
def questions() -> tuple[QuizQuestion, ...]:
    """All questions, terms first."""
    steps = [(number, step) for number, step in enumerate(STEPS, 1) if step.name in ASKED]
    return (
        *(_of_term(*row) for row in TERMS_ASKED),
        *(_of_step(number) for number, _ in steps),
    )


def _of_term(name: str, place: int, beside: tuple[str, ...]) -> QuizQuestion:
    meanings = {term.name: term.meaning for term in TERMS}
    choices = [meanings[other] for other in beside]
    choices.insert(place, meanings[name])
    others = "; ".join(f"“{meanings[other]}” is {other}" for other in beside)
    return QuizQuestion(
        name.replace(" ", "_"),
        name.capitalize(),
        f"What is meant by {name}?",
        tuple(choices),
        place,
        f"{others}.",
    )


def _of_step(number: int) -> QuizQuestion:
    step = STEPS[number - 1]
    choices, right = step.choices, step.argues
    if step.name in BACKWARDS:
        choices, right = choices[::-1], len(choices) - 1 - right
    return QuizQuestion(step.name, *ASKED[step.name], choices, right, step.lesson, number)


# Answers


def read(given: Mapping[str, str]) -> Answers:
    """Answers from a form's fields, one for every question. Raises `Refused`."""
    return {question.key: _choice(n, question, given) for n, question in enumerate(questions(), 1)}


def _choice(number: int, question: QuizQuestion, given: Mapping[str, str]) -> int:
    text = given.get(question.key, "").strip()
    allowed = {str(choice) for choice in (UNSURE, *range(len(question.choices)))}
    if not text:
        raise Refused(
            f"question {number} has no answer: choose one, or “{UNSURE_WORDS}”; nothing was kept yet, and the other "
            "answers are still here"
        )
    if text not in allowed:
        raise Refused(
            f"answer {shown(text[:20])} to question {number} is refused: it must be one of the choices"
        )
    return int(text)


def to_json(answers: Answers) -> str:
    """Answers as they are kept."""
    return json.dumps(dict(answers))


def from_json(text: str) -> Answers:
    """Kept answers, as far as today's questions still have them."""
    kept = json.loads(text)
    return {q.key: kept[q.key] for q in questions() if kept.get(q.key) in (UNSURE, *range(len(q.choices)))}


def score(answers: Answers) -> int:
    """How many are right."""
    return sum(answers.get(question.key) == question.right for question in questions())
