"""The rules of a room: codes, names, phases and predictions, on whatever somebody types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.text import trouble
from ui.rooms import doors, house, rules
from ui.rooms.rules import PHASES, Prediction


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_another_name_that_is_offered_would_be_taken(text: str, others: list[str]) -> None:
    taken = [*others, text]
    other = rules.free_name(text, taken)
    assert (other is None) == (rules.free_name(text, ()) is None)
    if other is not None:
        keys = {rules.name_key(name) for name in taken}
        assert rules.seat_name(other) == other and rules.name_key(other) not in keys


def test_the_nearest_name_is_offered() -> None:
    asked = {
        "Ana": "Ana 3",
        " <b>Ben": "b>Ben",
        "x" * 31: "x" * 26,
        "Zoë\u202e": "Zoë",
        "key": "key 2",
        "…": None,
    }
    assert {text: rules.free_name(text, ["ANA", "Ana 2"]) for text in asked} == asked
    assert rules.free_name("Cleo", ["Ana"]) == "Cleo"  # nothing is wrong with it


def test_codes_and_secrets_are_what_they_say() -> None:
    codes = {rules.new_code() for _ in range(200)}
    assert len(codes) > 195 and all(rules.read_code(code) == code for code in codes)
    assert len({rules.new_secret() for _ in range(100)}) == 100 and len(rules.new_secret()) == 32
    assert rules.read_code(" abc-d ef") == "ABCDEF"


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (rules.read_code, rules.seat_name, rules.question_text):
        try:
            kept = read(text)
        except Refused:
            continue
        assert kept and not trouble(kept) and read(kept) == kept
    for direction in (*rules.DIRECTIONS, text):
        try:
            guess = rules.prediction(direction, text)
        except Refused:
            continue
        assert 0 <= guess.size <= rules.LARGEST_SIZE and abs(guess.change) == guess.size


@pytest.mark.parametrize("name", ["", " ", "x" * 31, "a\u202eb", "=1+1", "\u0301a", "a\nb\x00"])
def test_names_that_cannot_stand_on_a_board_are_refused(name: str) -> None:
    with pytest.raises(Refused):
        rules.seat_name(name)


def test_names_that_look_alike_have_one_key() -> None:
    keys = {
        rules.name_key(rules.seat_name(name)) for name in ("Ana B", "ana b", " ANA  B", "ＡＮＡ b", "AnaB")
    }
    assert len(keys) == 1 and rules.seat_name("<b>Zoë</b>"[3:6]) == "Zoë"


def test_phases_follow_each_other_and_end() -> None:
    for quiz in (True, False):
        own = rules.phases(quiz)
        walked = [own[0]]
        while walked[-1] != own[-1]:
            walked.append(rules.after(walked[-1].name, quiz))
        assert tuple(walked) == own and (own == PHASES) == quiz
        with pytest.raises(Refused, match="over"):
            rules.after(PHASES[-1].name, quiz)


@pytest.mark.parametrize("wanted", PHASES)
@pytest.mark.parametrize("phase", PHASES)
def test_a_door_is_open_in_its_own_phase_and_time(phase: rules.Phase, wanted: rules.Phase) -> None:
    if phase == wanted:
        rules.door(phase.name, None, wanted, 100.0)
        rules.door(phase.name, 99.0, wanted, 99.0 + rules.GRACE)
        with pytest.raises(Refused, match="time"):
            rules.door(phase.name, 99.0, wanted, 99.1 + rules.GRACE)
    else:
        with pytest.raises(Refused, match=r"has not begun|is over"):
            rules.door(phase.name, None, wanted, 100.0)


def test_a_direction_is_borne_out_where_the_interval_leaves_out_zero() -> None:
    assert [rules.truth(*span) for span in ((-2, -1), (-1, 1), (1, 2), (0, 0))] == [
        rules.FALLS, rules.SAME, rules.RISES, rules.SAME,
    ]  # fmt: skip
    assert Prediction(rules.FALLS, 3.0).change == -3.0


def test_guesses_of_an_address_are_limited_and_forgotten() -> None:
    now = [0.0]
    throttle = doors.Throttle(3, 60.0, lambda: now[0])
    for _ in range(3):
        throttle.check("a")
        throttle.wrong("a")
    with pytest.raises(Refused, match="wrong codes"):
        throttle.check("a")
    throttle.check("b")
    now[0] = 61.0
    throttle.check("a")


@pytest.mark.parametrize(
    "text", ["sandbox.example.org", "ftp://a", "https://", "https://a/?b=c", "javascript:alert(1)"]
)
def test_a_public_address_that_phones_cannot_open_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="must be like"):
        house.public_address(text)


def test_a_public_address_may_have_a_folder() -> None:
    assert house.public_address(" https://a.example/sandbox/ ") == "https://a.example/sandbox"
    assert house.public_address("") == "" and house.own_address(80).startswith("http://")
