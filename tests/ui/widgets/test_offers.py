"""In place of a refused value: the nearest that is accepted, whatever the kind of control."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from support.paths import APP

from ui.state import session
from ui.state import state as s


def opened(*folds: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = s.with_draws(s.opening(), paths=8)
    for fold in folds:
        at.session_state[fold] = True
    return at.run()


def state(at: AppTest) -> s.State:
    return at.session_state[session.STATE]


def test_every_kind_of_refused_control_offers_what_is_accepted_in_one_click() -> None:
    at, fold = opened("policy.1"), "policy.1"
    mix, name = "policy.1.outright.mix", "policy.1.label"
    tried = (
        ("slider", "world.dealers.capacity_bn", 100.0, lambda now: now.world.dealers.capacity_bn),
        ("text_input", mix, "50 / 20 / 20 / 20", lambda now: now.policies[1].interventions[0].mix),
        ("text_input", name, "a=b", lambda now: now.policies[1].label),
    )
    for kind, key, sent, read in tried:
        before = read(state(at))
        getattr(at, kind)(key=key).set_value(sent)
        at.session_state[fold] = True
        at.run()
        assert read(state(at)) == before and at.error
        at.button(key=f"{key}.offer").click()
        at.session_state[fold] = True
        at.run()
        assert not at.exception and not at.error and read(state(at)) != before
    assert (
        state(at).world.dealers.capacity_bn == 742
    )  # three figures of the least that carries the funds' repo
    assert sum(state(at).policies[1].interventions[0].mix) == pytest.approx(100)
    assert state(at).policies[1].label == "a b"
