"""What the board and the minutes say, for few and for many policies: the same as the results they are read from."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace

import pytest
from pptx import Presentation
from support.rooms import small_plan

from policy.outcomes.scorecard import METRICS, PEAK_DISLOCATION, SPIRAL_SHARE
from policy.outcomes.statistics import Gap
from policy.spec import parse_policy
from ui.charts import vega
from ui.charts.kinds import Dots
from ui.export.native import plans
from ui.rooms import board, board_levers, board_votes, minutes, phone_room, rules, words
from ui.rooms.phone import Phone
from ui.rooms.plan import bare
from ui.rooms.rules import Prediction
from ui.rooms.views import IDLE, BoardEntry, LeverStep, RoomResult, RoomSeat, RoomView, RoomVote
from ui.words import endings

FACE = "Zoë <b>&\"'"


def result(spirals: float, dislocation: float) -> RoomResult:
    values = {row.key: 1.0 for row in METRICS}
    shares = dict(zip(endings.SHARES, (100 - spirals - 5, 5.0, spirals), strict=True))
    values |= {**shares, PEAK_DISLOCATION.key: dislocation}
    gaps = {row.key: Gap(-4.0, -6.0, -2.0) for row in METRICS}
    return RoomResult(values, gaps)


def room(count: int, phase: rules.Phase = rules.REVEAL, authors: bool = True) -> RoomView:
    """A room with so many policies of its seats, the later the fewer spirals."""
    plan = small_plan(levers=("outright.pace_bn", "hedged-auction.penalty_bp"))
    seats = tuple(RoomSeat(k, FACE if k == 1 else f"Seat {k}") for k in range(1, count + 1))
    policies = [parse_policy(f"outright:pace_bn={41 + k}") for k in range(count)]
    entries = tuple(BoardEntry(k, k, own, bare(own)) for k, own in enumerate(policies, 1))
    results: dict[str, RoomResult | None] = {e.bare: result(60 - 0.25 * e.id, 40.0) for e in entries}
    results |= {IDLE: result(60.0, 50.0), bare(plan.asked): result(56.0, 45.0)}
    return RoomView(
        code="ABCDEF", plan=plan, phase=phase, ends=None, authors=authors, version=3, news=2, expires=2e9, seats=seats,
        predictions={s.id: Prediction(rules.FALLS if s.id % 2 else rules.RISES, 3.0) for s in seats},
        before={s.id: "none" for s in seats}, entries=entries, results=results, refusals={}, lever="outright.pace_bn",
        moved=policies[0], moves={1: 44.0}, trail=(LeverStep(41.0, entries[0].bare), LeverStep(44.0, entries[-1].bare)),
        votes={s.id: RoomVote("outright", 1 if s.id == 1 else None) for s in seats},
    )  # fmt: skip


@pytest.mark.parametrize("count", [2, 12, 60, 200])
def test_every_figure_is_drawn_from_its_results(count: int) -> None:
    view = room(count)
    for figure in minutes.all_figures(view):
        assert figure.title and len(figure.table)
        for panel in figure.panels:
            assert not panel.empty and panel.alt
            vega.frame(panel), vega.spec(panel)
        assert plans(figure)
    drawn = [row for panel in board.endings(view).panels if isinstance(panel, Dots) for row in panel.cases]
    assert len(drawn) == min(count, board.MOST_DRAWN) + 1 and {len(row) for row in drawn} == {100}
    none, best = drawn[0], drawn[1]
    assert (
        none.count(2) == 60
        and best.count(2) == endings.hundred(view.results[view.entries[-1].bare].values)[2]
    )  # type: ignore[union-attr]
    assert board.table_html(view).count("<tr>") == count + 1
    assert view.names[count].replace("Seat", "") in board.endings(view).title


def test_authors_are_shown_only_where_the_facilitator_says_so() -> None:
    for authors in (True, False):
        view = room(3, rules.MINUTES, authors)
        said = "".join(
            [
                *(f.title + f.table.to_csv() + "".join(p.alt for p in f.panels) for f in minutes.all_figures(view)),
                board.table_html(view), board_levers.touched_html(view), minutes.toml(view), str(minutes.minutes(view)),
            ]
        )  # fmt: skip
        assert ("Seat 2" in said) == authors and ("Policy 2" in said) == (not authors)


def test_a_prediction_is_judged_by_its_interval() -> None:
    gap = Gap(-4.0, -6.0, -2.0)
    assert words.judged(Prediction(rules.FALLS, 3.0), gap, "bp") == "the right direction, 1.0 bp off"
    assert words.judged(Prediction(rules.SAME, 0.0), gap, "bp") == "another direction"
    assert words.happened(gap, "%") == "a fall of 4.0 points (2.0 to 6.0)"
    assert words.happened(Gap(1.0, -1.0, 3.0), "bp").startswith("no clear change, +1.0 bp")
    assert board_votes.predictions(room(4)).title.startswith("2 of 4 predicted the right direction")
    assert (
        board_votes.votes(room(4)).title
        == "Outright purchases has most votes at the end (4 of 4); 4 of 4 changed their mind"
    )


@pytest.mark.parametrize("phase", rules.PHASES)
def test_phones_hold_markup_as_words_and_wait_for_results(phase: rules.Phase) -> None:
    view = room(3, phase)
    for shown in (
        view,
        replace(view, results={}, entries=(), moved=None, lever="", trail=(), predictions={}, votes={}),
    ):
        text = phone_room.room(
            Phone(shown, view.seats[0], "/sub", 0.0, "No <i>", {"size": '"><b>'}, "outright")
        )
        assert "<b>&" not in text and "No &lt;i&gt;" in text and '"><b>' not in text
        assert 'data-room="/sub/room/ABCDEF"' in text and "None" not in text


def test_minutes_hold_everything_in_three_formats() -> None:
    view = room(5, rules.MINUTES)
    told = tomllib.loads(minutes.toml(view))
    assert told["question"] == view.plan.question and len(told["policies"]) == 5
    assert told["policies"][4]["figures"][SPIRAL_SHARE.key] == 58.75 and told["policies"][0]["votes"] == 1
    assert told["asked"]["change"] == -4.0 and "--paths 8 --seed 1" in told["reproduce"]
    page = minutes.html(view).decode()
    assert (
        page.count("<svg") > 5
        and "Zoë &lt;b&gt;" in page
        and "<b>&" not in page
        and told["reproduce"][:40] in page
    )
    slides = Presentation(io.BytesIO(minutes.pptx(view))).slides
    text = " ".join(
        shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame
    )
    assert len(slides) > 6 and "Policies on the board" in text and FACE in text
