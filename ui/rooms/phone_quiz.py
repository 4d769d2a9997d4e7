"""The quiz on a phone: its form in either phase, and one's own answers once the session is over."""

from __future__ import annotations

from models.text import html as escape
from ui.rooms import quiz
from ui.rooms.phone import Phone, radios, said
from ui.rooms.quiz import UNSURE, UNSURE_WORDS, Answers, QuizQuestion
from ui.rooms.rules import QUIZ_BEFORE


def quiz_form(phone: Phone) -> str:
    """Every question, with what this seat answered in this phase."""
    view = phone.view
    answered = view.answered_before if view.phase == QUIZ_BEFORE else view.answered_after
    mine = answered.get(phone.seat.id)
    kept = said("Kept. You can change your answers until the quiz closes.") if mine is not None else ""
    asked = "".join(_question(phone, n, own, mine or {}) for n, own in enumerate(quiz.questions(), 1))
    return (
        f"{kept}<p>What people answer is counted without names, for nobody’s mark. Say that you do not know rather than guess.</p>"
        f'<form method="post" action="{phone.address}/quiz"><input type="hidden" name="phase" value="{view.phase.name}">'
        f"{asked}<button>Send my answers</button></form>"
    )


def _question(phone: Phone, number: int, question: QuizQuestion, mine: Answers) -> str:
    choices = [(str(k), text, "") for k, text in enumerate(question.choices)]
    chosen = phone.typed(question.key, str(mine.get(question.key, "")))
    options = radios(question.key, [*choices, (str(UNSURE), UNSURE_WORDS, "")], chosen)
    return f"<fieldset><legend>{number}. {escape(question.text)}</legend>{options}</fieldset>"


def own_quiz(phone: Phone) -> str:
    """What this seat answered before and after, beside what is right and why."""
    view, seat = phone.view, phone.seat.id
    before, after = view.answered_before.get(seat), view.answered_after.get(seat)
    if before is None and after is None:
        return ""
    rows = "".join(_told(n, own, before, after) for n, own in enumerate(quiz.questions(), 1))
    scores = [
        f"{quiz.score(own)} {when}" for own, when in ((before, "before"), (after, "after")) if own is not None
    ]
    told = f"Of {len(quiz.questions())} questions you had right: {', '.join(scores)}."
    return f"<h2>The quiz</h2>{said(told)}<details><summary>Question by question</summary>{rows}</details>"


def _told(number: int, question: QuizQuestion, before: Answers | None, after: Answers | None) -> str:
    yours = " ".join(
        f"{when}: {_yours(question, own[question.key])}."
        for own, when in ((before, "Before"), (after, "After"))
        if own is not None and question.key in own
    )
    return (
        f"<p><b>{number}. {escape(question.text)}</b><br>{escape(yours)}<br>"
        f"Right: <b>{escape(question.sentence)}</b> {escape(question.why)}</p>"
    )


def _yours(question: QuizQuestion, choice: int) -> str:
    return "right" if choice == question.right else f"“{question.told(choice).rstrip('.')}”"
