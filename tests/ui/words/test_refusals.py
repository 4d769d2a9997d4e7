"""Refusals in plain words: made from data, without an internal name whatever was refused."""

from __future__ import annotations

import pickle
import re

import pytest

from models.errors import Refused
from ui.state import state as s
from ui.words import refusals

INTERNAL = re.compile(r"\b[a-z][a-z0-9]*(?:[._][a-z0-9]+)+\b|cohort '|\d{9}")
STATE = s.opening()


def refused(change) -> Refused:
    with pytest.raises(Refused) as caught:
        change()
    return caught.value


CASES = [
    (
        lambda: s.with_world(STATE, {"funds.scale": 2.0}),
        "The basis funds could not post their margin: funds' leverage can be at most 1.153× here",
    ),
    (
        lambda: s.with_world(STATE, {"dealers.capacity_bn": 300.0}),
        "Dealers could not carry the funds’ repo: their capacity must be at least",
    ),
    (
        lambda: s.with_world(STATE, {"dealers.capacity_bn": 9000.0}),
        "Dealers' capacity must be at most $5,000bn; $9,000bn is not",
    ),
    (lambda: s.with_setting(STATE, 1, 0, "pace_bn", 900.0), "Pace must be at most $500bn a day; $900bn a day is not"),
    (lambda: s.with_setting(STATE, 1, 0, "mix", (50.0, 20.0, 20.0, 20.0)), "Mix sums to 110"),
    (lambda: s.add_part(STATE, 1, "outright"), "Outright purchases is already part of this policy"),
    (lambda: s.with_world(STATE, {"margins.calm_haircut": 0.05}), "The basis funds could not post their margin"),
    (lambda: s.with_world(s.with_episode(STATE, "march_2020"), {"scenario.days": 45}), "Scenario: dates has"),
    (lambda: s.with_world(STATE, {"dealers.nonsense": 1.0}), "Unknown parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), CASES, ids=[said[:30] for _, said in CASES])
def test_a_refusal_is_told_without_an_internal_name(change, said: str) -> None:
    text = refusals.sentence(refused(change))
    assert text.startswith(said)
    assert INTERNAL.search(text) is None


def test_what_a_refusal_says_would_do_is_accepted() -> None:
    for name, value in (
        ("funds.scale", 2.0),
        ("dealers.capacity_bn", 300.0),
        ("dealers.capacity_bn", 9000.0),
    ):
        (breach,) = refused(lambda name=name, value=value: s.with_world(STATE, {name: value})).breaches
        assert breach.name == name and breach.value == value
        assert s.with_world(STATE, breach.accepted) != STATE


def test_its_data_survives_the_way_from_a_worker() -> None:
    one = refused(lambda: s.with_world(STATE, {"funds.scale": 2.0}))
    copy = pickle.loads(pickle.dumps(one))
    assert str(copy) == str(one) and copy.breaches == one.breaches
