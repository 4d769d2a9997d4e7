"""Answers and choices of pages: all of them are known by shape, packed whole, and refused where damaged."""

from __future__ import annotations

import json

import pytest
from support.app_pages import opened

from models.errors import Refused
from ui.state import drafts, link, session
from ui.state import state as s
from ui.widgets.jobs import Job

CHOICES = {
    "learn.answers": {"fragile": 1, "help": None},
    "challenges.solved": ["run"],
    "glossary.search": "repo",
    "sensitivity.factors": ["funds.scale", "dealers.capacity_bn"],
    "sensitivity.width": 0.5,
    "design.aim.1": "taxpayer_mean_bn",
    "design.range.hedged-auction.penalty_bp.to": 40.0,
    "map.x.low": 0.5,
    "terms.level": 12,
    "robustness.draws": 8,
}
STUDIES = {"sensitivity": "sensitivity", "design": "design", "winner_map": "map", "term_sheet": "terms", "robustness": "robustness"}  # fmt: skip


def test_drafts_come_back_as_they_were_and_nothing_else_is_kept() -> None:
    others = {
        "state": object(),
        "world.funds.scale": 0.9,
        "design.search.kept": {},
        "terms.run": True,
        "map.side": "ten",
    }
    own = drafts.of(CHOICES | others)
    assert own == CHOICES and drafts.unpacked(drafts.packed(own)) == CHOICES
    assert drafts.packed({}) == "" and drafts.unpacked("") == drafts.unpacked(None) == {}


@pytest.mark.parametrize(
    "text", [1, [], "x", "AAAA", drafts.packed(CHOICES)[:-2], link.sealed(b"[1]"), link.sealed(b"{")]
)
def test_damage_is_refused_in_words(text) -> None:
    with pytest.raises(Refused, match="is damaged"):
        drafts.unpacked(text)


def test_a_draft_of_another_shape_is_left_out() -> None:
    text = link.sealed(
        json.dumps({"map.side": "ten", "unknown": 1, "terms.level": 9, "learn.answers": {"a": "b"}}).encode()
    )
    assert drafts.unpacked(text) == {"terms.level": 9}


def test_the_shortest_drafts_are_kept_where_all_do_not_fit() -> None:
    long = {"glossary.search": "x" * drafts.MOST_CHARACTERS, "terms.level": 9}
    assert drafts.unpacked(drafts.packed(long)) == {"terms.level": 9}


@pytest.fixture
def tab(monkeypatch) -> dict:
    kept: dict = {session.STATE: s.opening()}
    monkeypatch.setattr(session.st, "session_state", kept)
    return kept


def test_a_new_session_takes_drafts_back_but_not_over_what_was_chosen_since(tab: dict) -> None:
    tab.update(CHOICES)
    memory = session.remembered()
    tab.clear()
    tab.update({session.STATE: s.opening(), "terms.level": 15.0, "robustness.draws": 16})
    session.remembered()
    tab["robustness.draws"] = 32
    session.recall(memory)
    assert drafts.of(tab) == CHOICES | {"robustness.draws": 32}


def test_damaged_drafts_leave_the_steps_whole(tab: dict) -> None:
    session.commit(s.with_draws(s.opening(), seed=2))
    memory = session.remembered() | {"drafts": "AAAA"}
    tab.clear()
    tab[session.STATE] = s.with_draws(s.opening(), seed=2)
    session.recall(memory)
    assert session.can_undo() and tab[session.NOTICES][1] == (drafts.DAMAGED,)


@pytest.mark.parametrize(("page", "prefix"), STUDIES.items())
def test_every_choice_of_a_study_is_a_draft(page: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page's controls hold is kept, but for its folds and buttons and what belongs to its long work."""
    monkeypatch.setattr(Job, "start", lambda self, key: None)
    at = opened(page, s.with_draws(s.opening(), paths=8))
    for fold in ("sensitivity.fold", "map.axes.False"):
        at.session_state[fold] = True
    at.run()
    kinds = (at.selectbox, at.segmented_control, at.pills, at.number_input, at.text_input, at.slider)
    controls = [w for kind in kinds for w in kind if w.key and w.key.startswith(f"{prefix}.")]
    assert controls
    assert [w.key for w in controls if w.value is not None and not drafts.known(w.key, plain(w.value))] == []


def plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
