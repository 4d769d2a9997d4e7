"""Minutes of a room: what was asked, predicted, submitted and voted, with everything needed to have the figures again.

As a document (TOML), as one web page and as slides. Names stand in them only where the board shows authors.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import tomli_w

from models import MODEL_VERSION
from models.errors import Refused
from models.text import html as escape
from policy import golden
from policy.outcomes.scorecard import BY_KEY
from policy.spec import print_policy
from ui.charts.figure import Figure, Origin
from ui.export import missing
from ui.export.native import Grid
from ui.export.provenance import Fact, differences, episode, facts
from ui.export.report import Report
from ui.rooms import board, board_levers, board_votes, quiz_results, words
from ui.rooms.plan import asked_words
from ui.rooms.views import RoomResult, RoomView
from ui.state import document
from ui.words import names

TITLE = "Minutes of a room"
ASKED, POLICIES = "What was asked", "Policies on the board"


@dataclass(frozen=True, eq=False)
class RoomMinutes:
    """What minutes say whatever their format; `summary` is what the numbers belong to."""

    question: str
    summary: Origin
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    command: str


def minutes(view: RoomView) -> RoomMinutes:
    """The minutes of a room as it stands."""
    return RoomMinutes(
        view.plan.question, board.origin(view), _lines(view), all_figures(view),
        facts(Origin(view.plan.screen.world, (), view.plan.screen.seed, view.plan.screen.paths)), command(view),
    )  # fmt: skip


def all_figures(view: RoomView) -> tuple[Figure, ...]:
    """Every figure of the board, in order."""
    lever = board_levers.together(view)
    return (
        *(
            (board.endings(view), board.stakes(view), board.outcomes(view), board_levers.settings(view))
            if board.done(view)
            else ()
        ),
        board_votes.predictions(view),
        board_votes.votes(view),
        *((lever,) if lever is not None else ()),
        *((quiz_results.figure(view),) if quiz_results.shown(view) else ()),
    )


def command(view: RoomView) -> str:
    """The command that prints the board's figures: no action and every policy on it, each once."""
    screen = view.plan.screen
    policies = dict.fromkeys(entry.bare for entry in view.entries)
    parts = ["backstop", "compare", screen.world.name]
    for line in differences(screen.world):
        parts += ["--set", line]
    for name in policies:
        parts += ["--policy", name]
    return shlex.join([*parts, "--paths", str(screen.paths), "--seed", str(screen.seed)])


def _lines(view: RoomView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Sections in words."""
    policies = tuple(
        f"{name}: {words.policy_words(entry)}. {_told(view.result(entry))}"
        for name, entry in zip(words.labels(view), view.entries, strict=True)
    )
    chosen = tuple(f"{name}: {n}" for name, n in board_votes.chosen(view))
    sections = (
        (
            "What was asked",
            (f"{asked_words(view.plan)}, against no action, on the same shocks", _answer(view)),
        ),
        ("Who took part", _people(view)),
        (POLICIES, policies),
        ("Policies of the board by votes at the end", chosen),
        ("The quiz before and after, without names", quiz_results.lines(view)),
    )
    return tuple((title, lines) for title, lines in sections if lines)


def _told(result: RoomResult | None) -> str:
    if result is None:
        return "It could not be run."
    return "; ".join(f"{BY_KEY[key].brief}: {words.figure_of(result, key)}" for key in words.BOARD_KEYS)


def _answer(view: RoomView) -> str:
    gap = words.asked_gap(view)
    return (
        f"The runs say it {words.happened(gap, words.outcome_unit(view.plan))}"
        if gap
        else "It was not computed"
    )


def _people(view: RoomView) -> tuple[str, ...]:
    count = (
        f"{len(view.seats)} seats: {len(view.predictions)} predicted, {sum(e.seat is not None for e in view.entries)} submitted "
        f"a policy, {len(view.votes)} voted at the end"
    )
    return (count, ", ".join(view.names.values())) if view.authors and view.names else (count,)


# The document


def toml(view: RoomView) -> str:
    """The minutes as a document; figures are headlines by outcome, unrounded."""
    screen = view.plan.screen
    labels = dict(zip((entry.id for entry in view.entries), words.labels(view), strict=True))
    votes = [vote.entry for vote in view.votes.values()]
    data: dict[str, Any] = {
        "title": TITLE,
        "model_version": MODEL_VERSION,
        "question": view.plan.question,
        "phase": view.phase.name,
        "seats": len(view.seats),
        "reproduce": command(view),
        "screen": document.to_toml(screen),
        "fingerprints": golden.fingerprints([(screen.world, tuple(e.policy for e in view.entries))]),
        "asked": {"policy": print_policy(view.plan.asked), "outcome": view.plan.outcome},
        "predictions": [_prediction(view, seat) for seat in view.predictions],
        "policies": [
            {
                "name": labels[entry.id],
                "policy": print_policy(entry.policy),
                "votes": votes.count(entry.id),
                "link": words.sandbox_link(view, entry),
                "figures": dict(result.values) if (result := view.result(entry)) else {},
            }
            for entry in view.entries
        ],
        "votes": [_vote(view, seat, labels) for seat in view.votes],
        "lever": [
            {"value": step.value, "policy": step.bare, "figures": dict(result.values)}
            for step in view.trail
            if (result := view.results.get(step.bare)) is not None
        ],
    }
    gap = words.asked_gap(view)
    if gap is not None:
        data["asked"] |= {"change": gap.value, "low": gap.low, "high": gap.high}
    if quiz_results.shown(view):
        data["quiz"] = quiz_results.document(view)
    if view.none is not None:
        data["no_action"] = dict(view.none.values)
    return tomli_w.dumps(data)


def _named(view: RoomView, seat: int) -> dict[str, str]:
    return {"name": view.names[seat]} if view.authors else {}


def _prediction(view: RoomView, seat: int) -> dict[str, Any]:
    guess = view.predictions[seat]
    return _named(view, seat) | {
        "direction": guess.direction, "size": guess.size, "the_fed_should_choose": view.before[seat],
    }  # fmt: skip


def _vote(view: RoomView, seat: int, labels: dict[int, str]) -> dict[str, Any]:
    vote = view.votes[seat]
    return _named(view, seat) | {
        "the_fed_should_choose": vote.after,
        "of_the_board": labels.get(vote.entry or 0, words.NO_ACTION),
    }


# The web page and the slides


def html(view: RoomView) -> bytes:
    """The minutes as one web page that needs no network. Raises `Refused` where charts cannot be drawn here."""
    _there("vl_convert")
    from ui.export.html_page import Drawer, document_of

    own, draw = minutes(view), Drawer()
    sections = "".join(
        f"<section><h2>{escape(title)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul></section>"
        for title, lines in own.lines
    )
    rests = "".join(
        f"<div><dt>{escape(fact.name)}</dt><dd>{escape(fact.value)}</dd></div>"
        for fact in (*own.facts, Fact("Command", own.command))
    )
    body = (
        f"<header><p>{escape(TITLE)}. {escape(episode(own.summary.world))}</p><h1>{escape(own.question)}</h1>"
        f"<p>{escape(names.QUIET)}</p></header>{sections}<section><h2>The board</h2>"
        f"{''.join(draw.chart(figure) for figure in own.figures)}</section>"
        f'<section><h2>What these numbers rest on</h2><dl class="rests">{rests}</dl></section>'
    )
    return document_of(body, f"{TITLE}: {own.question}").encode()


def pptx(view: RoomView) -> bytes:
    """The minutes as slides that can be edited. Raises `Refused` where slides cannot be written here."""
    _there("pptx")
    from ui.export.slides import report_pptx

    return report_pptx(_report(view))


def _report(view: RoomView) -> Report:
    own = minutes(view)
    sections = dict(own.lines)
    lines = [line for title, told in own.lines if title != POLICIES for line in told]
    note = "In this room’s own world, fewest spirals first."
    grid = Grid(
        ("Policy", "What it does", *(BY_KEY[key].brief for key in words.BOARD_KEYS)),
        tuple(
            (name, words.policy_words(e), *(words.figure_of(r, key) for key in words.BOARD_KEYS))
            for name, e, r in board.done(view)
        ),
    )
    tables = ((POLICIES, note, grid),) if grid.rows else ()
    return Report(
        own.question,
        sections[ASKED][-1],
        own.figures,
        tables,
        (*lines, f"Command: {own.command}"),
        own.summary,
    )


def _there(*modules: str) -> None:
    absent = missing(*modules)
    if absent:
        raise Refused(f"these minutes cannot be made here: {absent}")


Formats = Sequence[
    tuple[str, str, str, Callable[[RoomView], bytes]]
]  # title, ending, kind and what builds it
FORMATS: Formats = (
    ("Slides", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", pptx),
    ("Web page", "html", "text/html", html),
    ("Document (TOML)", "toml", "application/toml", lambda view: toml(view).encode()),
)
