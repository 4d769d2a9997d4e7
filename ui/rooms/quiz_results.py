"""What came of a quiz, without names: how many were right before and after, as a chart, a table and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import tomli_w

from models import MODEL_VERSION
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Piece, lanes
from ui.html.tables import Row, TableCell, table
from ui.rooms import quiz
from ui.rooms.board_votes import AFTER, BEFORE
from ui.rooms.quiz import Answers, QuizQuestion
from ui.rooms.rules import MINUTES
from ui.rooms.views import RoomView

NOT_ANSWERED = "not answered"
COLUMNS = ("person", "question", "asked", "before", "after", "right_answer", "right_before", "right_after")


@dataclass(frozen=True)
class QuizCount:
    """A question with how many answered it, and how many rightly, before and after."""

    question: QuizQuestion
    before: int
    right_before: int
    after: int
    right_after: int

    @property
    def told(self) -> str:
        """The count as a clause."""
        return f"{self.right_before} of {self.before} right before, {self.right_after} of {self.after} after"


def counts(view: RoomView) -> tuple[QuizCount, ...]:
    """The counts of every question, in order."""
    return tuple(
        QuizCount(own, *_count(view.answered_before, own), *_count(view.answered_after, own))
        for own in quiz.questions()
    )


def _count(answered: Mapping[int, Answers], question: QuizQuestion) -> tuple[int, int]:
    chosen = [own[question.key] for own in answered.values() if question.key in own]
    return len(chosen), chosen.count(question.right)


def shown(view: RoomView) -> bool:
    """Whether results may be seen: not before the last answer is in."""
    return view.plan.quiz and view.phase == MINUTES and bool(view.answered_before or view.answered_after)


def finding(view: RoomView) -> str:
    """What the quiz says in one sentence; of those who answered it twice where there are any."""
    total = len(quiz.questions())
    both = sorted(view.answered_before.keys() & view.answered_after.keys())
    if not both:
        return f"{len(view.answered_before)} answered the quiz before and {len(view.answered_after)} after, nobody both times"
    means = [
        sum(quiz.score(answered[seat]) for seat in both) / len(both)
        for answered in (view.answered_before, view.answered_after)
    ]
    return f"{len(both)} answered the quiz twice: on average {means[0]:.1f} of {total} right before and {means[1]:.1f} after"


def figure(view: RoomView) -> Figure:
    """Right answers by question, before and after."""
    rows = counts(view)
    names = [f"{n}. {row.question.short}" for n, row in enumerate(rows, 1)]
    pieces = tuple(
        Piece(name, part.name, float(right), (f"{right} of {answered} right",))
        for name, row in zip(names, rows, strict=True)
        for part, right, answered in (
            (BEFORE, row.right_before, row.before), (AFTER, row.right_after, row.after),
        )
    )  # fmt: skip
    told = "; ".join(f"{name}: {row.told}" for name, row in zip(names, rows, strict=True))
    chart = Bars(
        pieces, (BEFORE, AFTER), lanes(names), Axis("Right answers", zero=True), f"The quiz. {told}.",
        height=44 * len(rows) + 40, form="beside", what="When", tips=("Right",),
    )  # fmt: skip
    frame = pd.DataFrame(
        [
            (row.question.text, row.question.answer, row.before, row.right_before, row.after, row.right_after)
            for row in rows
        ],
        columns=[
            "Question",
            "Right answer",
            "Answered before",
            "Right before",
            "Answered after",
            "Right after",
        ],
    )
    note = "The same questions at the beginning and at the end, without names. Right is what the model’s runs and the glossary say."
    return Figure("quiz", finding(view), note, "right answers", (chart,), frame, (BEFORE, AFTER))


def table_html(view: RoomView) -> str:
    """Questions with their right answers and counts."""
    rows = [
        Row(
            f"{n}. {row.question.text}",
            [TableCell(row.question.answer, kind="tb-text"), f"{row.right_before} of {row.before}", f"{row.right_after} of {row.after}"],
        )
        for n, row in enumerate(counts(view), 1)
    ]  # fmt: skip
    return table("The quiz", "Question", ["Right answer", "Right before", "Right after"], rows, "quiz")


def lines(view: RoomView) -> tuple[str, ...]:
    """The quiz in the minutes: counts alone."""
    if not shown(view):
        return ()
    return (
        finding(view),
        *(f"{row.question.text} {row.question.sentence} {row.told}." for row in counts(view)),
    )


def document(view: RoomView) -> list[dict[str, Any]]:
    """Questions with counts of every choice, as the minutes' document holds them."""
    return [
        {
            "question": own.text, "choices": [*own.choices, quiz.UNSURE_WORDS], "right": own.answer,
            "before": _chosen(view.answered_before, own), "after": _chosen(view.answered_after, own),
        }
        for own in quiz.questions()
    ]  # fmt: skip


def _chosen(answered: Mapping[int, Answers], question: QuizQuestion) -> list[int]:
    """How many took each choice, not knowing last."""
    chosen = [own[question.key] for own in answered.values() if question.key in own]
    return [chosen.count(k) for k in (*range(len(question.choices)), quiz.UNSURE)]


# Files of single answers


def people(view: RoomView) -> list[tuple[Answers, Answers]]:
    """Before and after of everybody who answered, in the order of the answers themselves: nothing tells whose they are."""
    seats = view.answered_before.keys() | view.answered_after.keys()
    pairs = [(view.answered_before.get(seat, {}), view.answered_after.get(seat, {})) for seat in seats]
    keys = [own.key for own in quiz.questions()]
    return sorted(pairs, key=lambda pair: [half.get(key, len(keys)) for half in pair for key in keys])


def to_csv(view: RoomView) -> str:
    """A row for each question of each person, numbered in an order that says nothing."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for number, (before, after) in enumerate(people(view), 1):
        for own in quiz.questions():
            told = [_told(own, half) for half in (before, after)]
            right = [_right(own, half) for half in (before, after)]
            rows.writerow([number, own.key, own.text, *told, own.answer, *right])
    return out.getvalue()


def _told(question: QuizQuestion, half: Answers) -> str:
    return question.told(half[question.key]) if question.key in half else NOT_ANSWERED


def _right(question: QuizQuestion, half: Answers) -> str:
    return ("yes" if half[question.key] == question.right else "no") if question.key in half else ""


def to_toml(view: RoomView) -> str:
    """The same as a document."""
    return tomli_w.dumps(
        {
            "title": "Quiz of a room, without names",
            "model_version": MODEL_VERSION,
            "questions": document(view),
            "people": [
                {
                    when: {own.key: _told(own, half) for own in quiz.questions()}
                    for when, half in (("before", before), ("after", after))
                }
                for before, after in people(view)
            ],
        }
    )


FORMATS = (
    ("Quiz answers (CSV)", "csv", "text/csv", to_csv),
    ("Quiz answers (TOML)", "toml", "application/toml", to_toml),
)
