"""The classroom kit: minutes that add up, scripts that follow the room, handouts whose figures are a comparison's own."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import pytest
from support.app_pages import html, opened, ran

from policy.comparison import compare
from policy.outcomes.scorecard import LOSSES_SPARED, TAXPAYER_TAIL
from policy.outcomes.scores import all_scores
from policy.outcomes.summary import Summary
from policy.spec import BY_NAME
from ui.classroom import blocks
from ui.classroom import kit as kits
from ui.classroom.blocks import Bullets, KitPage, KitTable, Said
from ui.classroom.roles import ROLES
from ui.classroom.sessions import SESSIONS, Session
from ui.cli.export import computed
from ui.menu import PAGES
from ui.rooms import plan, quiz, rules, words
from ui.words import amounts, glossary


@cache
def own() -> kits.Kit:
    return kits.kit(computed)


def test_sessions_last_as_long_as_they_say() -> None:
    assert [session.minutes for session in SESSIONS] == [50, 90]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: str(session.minutes))
def test_a_script_leads_through_every_phase_of_the_room_in_order(session: Session) -> None:
    walked = list(dict.fromkeys(slot.phase for slot in session.slots))
    assert tuple(walked) == rules.phases(True)
    places = [rules.PHASES.index(slot.phase) for slot in session.slots]
    assert places == sorted(places)
    text = blocks.markdown(kits.session_page(session, own_run()))
    buttons = [words.going_on(phase, True) for phase in rules.PHASES[:-1]]
    assert re.findall("Press “([^”]+)”", text) == buttons
    for slot in session.slots:  # what everybody hears needs less time than there is, at 110 words a minute
        assert len(slot.says.split()) / 110 < slot.minutes / 2


@cache
def own_run() -> Summary:
    return computed(kits.states()[0])


def test_six_roles_watch_figures_that_their_handouts_explain() -> None:
    assert [role.title for role in ROLES] == [
        "Fed governor", "Treasury secretary", "Hedge fund", "Dealer", "Money fund", "Sceptical senator",
    ]  # fmt: skip
    known = {term.name for term in glossary.TERMS}
    for role, page in zip(ROLES, own().handouts, strict=True):
        text = blocks.markdown(page)
        assert set(role.terms) <= known and len(set(role.watches)) == len(role.watches) >= 4
        assert all(row.description in text for row in role.watches)
        assert all(BY_NAME[kind].what in text for kind in plan.USUAL_KINDS)
        titles = [other.title for other in ROLES if other is not role]
        assert role.asks and all(
            any(ask.lower().startswith(f"to the {title.lower().removeprefix('sceptical ')}:") for title in titles) for ask in role.asks
        )  # fmt: skip
        assert not re.search(r"\d+(\.\d+)?\s?(bp|%|bn)", " ".join((role.who, *role.wants, *role.fears)))


def test_figures_of_a_handout_are_those_of_a_comparison() -> None:
    state = kits.states()[0]
    scores = all_scores(compare(state.world, state.policies, state.paths, state.seed))
    senator = own().handouts[-1]
    table = next(block for block in senator.blocks if isinstance(block, KitTable))
    for row in (LOSSES_SPARED, TAXPAYER_TAIL):
        column = table.heads.index(row.brief)
        shown = [cells[column] for cells in table.rows]
        assert shown == [amounts.figure(row.key, row.headline(s.values[row.key])) for s in scores]
    assert (state.paths, state.seed) == (plan.PATHS, 1)  # as a room plays, so that its board agrees


def test_the_quiz_page_has_every_question_with_its_answer() -> None:
    text = blocks.markdown(own().quiz)
    for question in quiz.questions():
        assert question.text in text and f"Right: {question.sentence} {question.why}" in text


def test_the_whole_kit_is_one_file_of_pages_that_need_no_network() -> None:
    packed = zipfile.ZipFile(io.BytesIO(kits.files(own())))
    assert kits.files(own()) == kits.files(own())
    names = packed.namelist()
    assert len(names) == len(set(names)) == 2 * len(own().pages) + 1
    sheets = packed.read("all_handouts.html").decode()
    assert sheets.count("<h1>") == len(ROLES) and "default-src 'none'" in sheets and "<script" not in sheets
    assert "http://" not in sheets and "https://" not in sheets


def test_words_are_words_in_both_drawings() -> None:
    page = KitPage(
        "x", "A <b> title", "Lead & line",
        (Said("<i>"), Bullets(("a|b",), True), KitTable("c|d", ("h|", "k"), (("r|", "<u>"),))),
    )  # fmt: skip
    drawn = blocks.html([page])
    assert (
        "<b> title" not in drawn
        and "<i>" not in drawn
        and "<u>" not in drawn
        and "A &lt;b&gt; title" in drawn
    )
    assert "| r\\| | <u> |" in blocks.markdown(page)


def test_the_page_shows_and_gives_every_page_of_the_kit() -> None:
    at = opened("classroom")
    assert at.title[0].value == PAGES["classroom"].title and "What you need" in html(at)
    for page in (own().sessions[0], own().handouts[2]):
        at.selectbox(key="classroom.page").set_value(page.name)
        assert f"<h2>{page.title}</h2>" in html(ran(at))
    row = next(block for block in own().handouts[2].blocks if isinstance(block, KitTable)).rows[0]
    assert all(f"<td>{cell}</td>" in html(at) for cell in row[1:])
