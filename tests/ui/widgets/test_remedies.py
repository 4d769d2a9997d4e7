"""Whatever a page refuses, one click makes it acceptable: of a study's choices, of weights, of a file, of the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from support.app_pages import opened, ran

from models.errors import Breach, Refused
from policy.ranking.criteria import KEYS, weights
from policy.spec import parse_policy
from ui.pages.winner_map import controls
from ui.state import document, instead, rescue, session
from ui.state import state as s
from ui.widgets import remedies
from ui.widgets.remedies import Remedy

SMALL = s.with_draws(s.opening(), paths=16)
QUICK = s.with_world(SMALL, {"dealers.slow_demand_bn": 5.0})
SPANS = {"map.x": "funds.scale", "map.x.low": 0.5, "map.x.high": 1.5, "map.y": "dealers.capacity_bn"}
MAP = {"map.preset": "own", "map.side": 10, "map.paths": 32, **SPANS, "map.y.low": 700.0, "map.y.high": 900.0}


def buttons(at: AppTest) -> dict:
    return {b.key: b.label for b in at.button}


@pytest.mark.parametrize(
    ("page", "state", "choices", "key", "told", "offer"),
    [
        ("term_sheet", SMALL, {"terms.tools": []}, "terms", "at least one facility", "Take the usual facilities"),
        ("term_sheet", s.with_policies(SMALL, [parse_policy("outright:total_bn=0")]), {}, "terms", "size is 0", "Leave out"),
        ("robustness", QUICK, {"robustness.structures": ["quick_only"]}, "robustness",
         "at least one structure", "Take the usual structures"),
        ("design", SMALL, {"design.range.hedged-auction.penalty_bp.to": 1.0}, "design", "low end", "Exchange the ends"),
        ("design", s.with_policies(SMALL, ()), {}, "design", "no policy of the comparison", "Add “Hedged SPV auction”"),
        ("winner_map", SMALL, MAP | {"map.x.low": 2.0, "map.x.high": 0.5}, "map", "low end", "Draw it over 0.5 to 2 and"),
        ("winner_map", SMALL, MAP | {"map.y.high": 1e9}, "map", "must be between", "Draw it over 0.5 to 1.5 and 700 to"),
        ("winner_map", SMALL, MAP | {"map.x.low": None}, "map", "both ends", "Draw it over"),
        ("winner_map", SMALL, MAP | {"map.y": "funds.scale", "map.y.low": 0.5, "map.y.high": 1.0}, "map", "both axes", "Put “"),
    ],
)  # fmt: skip
def test_a_refused_study_is_accepted_after_one_click(
    page, state, choices, key, told, offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "CHEAP", -1)  # no map is drawn here
    at = opened(page, state, **choices)
    assert any(told in error.value.lower() for error in at.error), [e.value for e in at.error]
    assert buttons(at)[f"{key}.offer"].replace("\\", "").startswith(offer)
    at.button(key=f"{key}.offer").click()
    ran(at)
    assert not at.error


def test_a_run_that_is_refused_while_a_page_is_drawn_is_said_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = session.summary_of

    def few_only(world, policies, paths, seed):
        if paths > 8:
            raise Refused("the run was stopped because it took too much of this server; try fewer paths")
        return real(world, policies, 8, seed)

    monkeypatch.setattr(session, "summary_of", few_only)
    monkeypatch.setattr(instead, "FEWEST_PATHS", 8)
    at = opened("sandbox", s.with_draws(SMALL, seed=4242))
    assert next(e.value for e in at.error).startswith("The run was stopped")
    at.button(key="page.offer").click()
    ran(at)
    assert not at.error and at.session_state[session.STATE].paths == 8


@pytest.mark.parametrize(("page", "job"), [("who_pays", "who_pays.game"), ("rules", "rules")])
def test_long_work_that_is_refused_offers_the_lever_that_it_is_about(page: str, job: str) -> None:
    at = opened(page, s.with_world(SMALL, {"funds.scale": 0.0}))
    at.button(key=f"{job}.run").click()
    ran(at)
    assert any("without positions there is no leverage" in error.value for error in at.error)
    at.button(key=f"{job}.offer").click()
    ran(at)
    assert not at.error and at.session_state[session.STATE].world.funds.scale == 1.0


def test_the_last_weight_stays_or_all_become_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    one = s.with_weights(SMALL, weights({KEYS[0]: 3.0}))
    at = opened("compare", one, **{"compare.weights": True})
    at.slider(key=f"weights.{KEYS[0]}").set_value(0.0)
    ran(at)
    assert at.error and buttons(at)["weights.offer"].startswith("Leave “")
    at.button(key="weights.offer").click()
    ran(at)
    assert not at.error and at.session_state[session.STATE].counting.weights[KEYS[0]] == 0.5


SCREEN = document.to_toml(s.with_draws(SMALL, seed=7))


@pytest.mark.parametrize(
    ("text", "offer", "read"),
    [
        ('base = "kahn"\n[funds]\nscale = 0.9\n', "Use it as a world", lambda now: now.world.funds.scale == 0.9),
        ('[[intervention]]\nname = "repo"\n', "Add it as a policy", lambda now: len(now.policies) == len(SMALL.policies) + 1),
        (f"{SCREEN}x = = 1\n", "before the fault", lambda now: now.seed == 7),
        ("what is this", rescue.OPENING, lambda now: now == s.opening()),
        ("", rescue.OPENING, lambda now: now == s.opening()),
    ],
)  # fmt: skip
def test_a_refused_file_gives_what_it_can(text: str, offer: str, read) -> None:
    words, change = next(o for o in rescue.offers(text) if instead.accepted(o[1], SMALL))
    assert offer in words and read(change(SMALL))


def test_a_whole_change_that_does_not_fit_is_offered_with_less() -> None:
    """A policy of one's own that does not fit another world, and paths that are too many for it."""
    most = replace(SMALL, paths=2048)

    def short_of_paths(now: s.State) -> s.State:
        if now.paths > 600 or any(p.label == "Own" for p in now.policies):
            raise Refused("too much")
        return replace(now, seed=9)

    first = next(o for o in instead.fewer_paths(short_of_paths, most.paths) if instead.accepted(o[1], most))
    assert first[0] == "Do it with 512 paths" and first[1](most).paths == 512
    own = s.with_policies(SMALL, [parse_policy("Own=outright")])
    words, change = next(o for o in instead.with_less(short_of_paths, own) if instead.accepted(o[1], own))
    assert words == "Do it with the usual policies" and change(own).seed == 9


def test_remedies_of_the_screen_come_from_what_the_refusal_names(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = s.with_world(SMALL, {"funds.scale": 0.7, "dealers.capacity_bn": 800.0})
    monkeypatch.setattr(remedies, "kept", lambda: moved)
    refused = Refused("no", Breach("funds.scale", 0.7, accepted={"funds.scale": 0.8}))
    named, shipped, *others = remedies.of_the_screen(refused)
    assert "to 0.8" in named.text and named.change is not None
    assert named.change(moved).world.funds.scale == 0.8
    assert shipped.change is not None and shipped.change(moved).world.funds.scale == 1.0
    assert [r.text for r in others][:2] == ["Use the usual policies", "Use the episode as it was shipped"]


def test_a_remedy_that_forgets_a_choice_leaves_the_others() -> None:
    remedy = Remedy("words", {"a": None, "b": 2})
    assert remedies.changed({"a": 1, "c": 3}, remedy.choices) == {"b": 2, "c": 3}


@pytest.mark.parametrize("fault", ["seed = [\n" + "1,\n" * 2000, "policies = [\n" + '"outright",\n' * 2000])
def test_an_array_that_never_ends_costs_no_reading_for_each_of_its_lines(fault: str, monkeypatch) -> None:
    """Every line was tried, each with all before it: some twenty seconds of the server for one file."""
    read = []

    def counted(text: str) -> document.Restored:
        read.append(text)
        return whole(text)

    whole = document.from_toml
    monkeypatch.setattr(document, "from_toml", counted)
    kept = document.to_toml(SMALL)
    words = [words for words, _ in rescue.offers(kept + fault)]
    assert len(read) <= rescue.MOST_TRIES and words[-1] == rescue.OPENING
