"""Policies as text, data and TOML: parser and printer are inverse, and refusals say what would be accepted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from support.policy_strategies import bounds, finite, interventions, labels, policies, triggers

from models.errors import Refused
from models.simulation import PUBLISHED
from models.worlds import as_lists
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.triggers import Trigger, number, parse_start
from policy.spec import (
    BY_NAME,
    Policy,
    build_intervention,
    parse_policy,
    policy,
    policy_from_data,
    print_interventions,
    print_policy,
    read_policy,
)

exactly = policies(exact=True) | policies(exact=True, labelled=True)


def as_data(made: Policy) -> dict[str, Any]:
    """A policy as somebody would write it into a file."""
    return {
        "label": made.label,
        "intervention": [as_lists({"name": i.name, **i.settings()}) for i in made.interventions],
    }


# --- round trips -----------------------------------------------------------------------------------------------


@given(exactly)
def test_parser_and_printer_are_inverse(made) -> None:
    text = print_policy(made)
    assert parse_policy(text) == made
    assert print_policy(parse_policy(text)) == text
    assert "\n" not in text


@pytest.mark.parametrize("kind", REGISTRY, ids=lambda kind: kind.name)
@given(st.data())
def test_every_intervention_prints_and_parses(kind: type[Intervention], data: st.DataObject) -> None:
    made = data.draw(interventions(kind, exact=True))
    assert parse_policy(print_interventions([made])).interventions == (made,)
    assert build_intervention(kind.name, made.settings()) == made


@given(exactly)
def test_plain_data_and_toml_round_trip(made) -> None:
    assert policy_from_data(as_data(made)) == made
    assert read_policy(tomli_w.dumps(as_data(made))) == made


@given(exactly)
def test_files_round_trip(tmp_path_factory, made) -> None:
    path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text(tomli_w.dumps(as_data(made)), encoding="utf-8")
    assert parse_policy(f"@{path}") == made
    assert parse_policy(f"Another name=@{path}") == policy(made.interventions, "Another name")


@given(triggers)
def test_triggers_print_and_parse(trigger: Trigger) -> None:
    assert parse_start(str(trigger)) == trigger


@given(finite)
def test_numbers_read_back_and_never_hold_a_plus(value: float) -> None:
    assert float(number(value)) == value and "+" not in number(value)


@given(labels)
def test_labels_stand_before_the_equals_sign(label: str) -> None:
    made = policy([BY_NAME["repo"]()], label)
    assert parse_policy(print_policy(made)).label == label


def test_defaults_print_as_bare_names_and_changes_alone_are_named() -> None:
    assert [print_interventions([kind()]) for kind in REGISTRY] == [kind.name for kind in REGISTRY]
    text = "outright:pace_bn=60,mix=10/20/30/40,start=2020-03-16+repo:access=direct"
    assert print_policy(parse_policy(text)) == text


def test_spaces_do_not_matter() -> None:
    spaced = parse_policy("  My plan = outright: pace_bn = 60 , total_bn=100 + repo  ")
    assert spaced == parse_policy("My plan=outright:pace_bn=60,total_bn=100+repo")


def test_values_take_the_type_of_their_setting() -> None:
    made = parse_policy(
        "hedged-auction:strategies=basis/off_the_run,start=depth_mn.below.80.5.for.2+outright:taper_days=3,start=2025-04-09"
    )
    auction, outright = made.interventions
    assert auction.strategies == ("basis", "off_the_run")
    assert auction.start == Trigger(metric="depth_mn", above=False, level=80.5, days=2)
    assert outright.taper_days == 3 and outright.start == dt.date(2025, 4, 9)


@pytest.mark.parametrize(
    ("text", "reserves"),
    [
        ("hedged-auction:penalty_bp=40", (40, 40, 40)),
        ("hedged-auction:penalty_bp=40/20/60", (40, 20, 60)),
        ("hedged-auction:penalty_bp=0,penalty_rise_bp=25", (0, 0, 0)),
        ("hedged-auction:reserve_discount=0.3", (0.3, 0.3, 0.3)),
        ("hedged-auction:reserve_discount=0.1", (0.1, 0.1, 0.1)),
    ],
)
def test_a_price_in_either_unit_means_and_prints_what_was_given(
    text: str, reserves: tuple[float, ...]
) -> None:
    (auction,) = parse_policy(text).interventions
    assert isinstance(auction, HedgedAuction) and auction.reserves == reserves
    assert auction.in_points == ("reserve_discount" in text)
    assert print_interventions([auction]) == text


def test_a_changed_price_takes_the_place_of_one_in_the_other_unit() -> None:
    auction = HedgedAuction(penalty_rise_bp=10.0)
    points = build_intervention("hedged-auction", auction.changed({"reserve_discount": 0.3}))
    assert print_interventions([points]) == "hedged-auction:reserve_discount=0.3"
    back = build_intervention("hedged-auction", points.changed({"penalty_bp": 40.0, "size_bn": 9.0}))
    assert print_interventions([back]) == "hedged-auction:size_bn=9,penalty_bp=40"
    with pytest.raises(Refused, match="leave one out"):
        build_intervention("hedged-auction", auction.changed({"penalty_bp": 9.0, "reserve_discount": 0.3}))


def test_titles() -> None:
    assert parse_policy("none").title == "No action"
    assert parse_policy("repo+outright").title == "Standing repo facility + Outright purchases"
    assert parse_policy("Mine=repo").title == "Mine"
    assert parse_policy("repo:cap_bn=40").title == "repo:cap_bn=40"


def test_a_trigger_may_name_every_published_metric_and_no_other() -> None:
    for metric in PUBLISHED:
        assert parse_start(f"{metric}.above.1.for.1").metric == metric
    with pytest.raises(ValueError, match="unknown metric 'basis'; did you mean basis_bp"):
        parse_start("basis.above.1.for.1")


# --- refusals: the thing, the value, what would be accepted ------------------------------------------------------

REFUSED = [
    ("outrigth", ["policy", "'outrigth'", "outright"]),
    ("qe", ["policy", "'qe'", "none", "hedged-auction"]),
    ("", ["policy", "''"]),
    ("repo+", ["policy", "''"]),
    ("repo:rate=5", ["setting of repo", "'rate'", "rate_bp"]),
    ("none:pace_bn=5", ["setting of none", "'pace_bn'"]),
    ("outright:pace_bn=-1", ["outright.pace_bn", "-1", "at least 0"]),
    ("outright:pace_bn=501", ["outright.pace_bn", "501", "at most 500"]),
    ("outright:pace_bn=nan", ["outright.pace_bn", "nan", "finite"]),
    ("outright:pace_bn=inf", ["outright.pace_bn", "inf"]),
    ("outright:pace_bn=lots", ["outright.pace_bn", "'lots'", "number"]),
    ("outright:pace_bn=", ["outright.pace_bn", "''", "number"]),
    ("outright:pace_bn", ["outright", "'pace_bn'", "key=value"]),
    ("outright:pace_bn=4,pace_bn=5", ["outright.pace_bn", "twice"]),
    ("outright:taper_days=2.5", ["outright.taper_days", "'2.5'", "integer"]),
    ("outright:mix=35/30/20/16", ["mix", "101", "100"]),
    ("outright:mix=35/30/35", ["outright.mix"]),
    ("outright:mix=135/-35/0/0", ["outright.mix.0", "135", "at most 100"]),
    ("outright:start=soon", ["outright.start", "'soon'", "ISO date", "LEVEL"]),
    ("outright:start=2020-02-30", ["outright.start", "2020-02-30"]),
    ("outright:start=depth.below.50.for.2", ["metric", "'depth'", "depth_mn"]),
    ("outright:start=depth_mn.below.5-0.for.2", ["level", "'5-0'", "number"]),
    ("outright:start=depth_mn.below.50.for.0", ["days", "0", "at least 1"]),
    ("outright:start=depth_mn.below.50.for.61", ["days", "61", "at most 60"]),
    ("repo:access=everyone", ["repo.access", "'everyone'", "dealers", "direct"]),
    ("repo:access=direct,clearing=cleared", ["access = direct", "clearing = uncleared"]),
    ("hedged-auction:strategies=basis/basis", ["strategies", "twice", "basis"]),
    ("hedged-auction:strategies=carry", ["hedged-auction.strategies", "'carry'", "swap_spread"]),
    ("hedged-auction:exit=market,exit_bp=30", ["exit_bp", "30", "below", "20"]),
    ("hedged-auction:exit=market,penalty_bp=40/4/40", ["exit_bp", "5", "below", "4"]),
    (
        "hedged-auction:exit=market,reserve_discount=0.1,exit_discount=0.2",
        ["exit_discount", "0.2", "below", "0.1"],
    ),
    (
        "hedged-auction:penalty_bp=40,reserve_discount=0.1",
        ["penalty_bp", "reserve_discount", "leave one out"],
    ),
    ("hedged-auction:reserve_discount=0.1,penalty_rise_bp=5", ["penalty_rise_bp", "5", "give penalty_bp"]),
    (
        "hedged-auction:penalty_bp=dear",
        ["hedged-auction.penalty_bp", "dear", "one number", "40/20/40", "1000 bp"],
    ),
    ("hedged-auction:penalty_bp=40/20", ["hedged-auction.penalty_bp", "40", "20", "three"]),
    ("hedged-auction:penalty_bp=-1", ["hedged-auction.penalty_bp", "-1", "from 0"]),
    ("hedged-auction:penalty_bp=nan", ["hedged-auction.penalty_bp", "nan", "from 0"]),
    ("hedged-auction:penalty_bp=40/20/2000", ["hedged-auction.penalty_bp", "2000", "to 1000 bp"]),
    ("hedged-auction:reserve_discount=5.5", ["hedged-auction.reserve_discount", "5.5", "at most 5"]),
    ("a,b=repo", ["label", "'a,b'", "without"]),
    ("x" * 61 + "=repo", ["label", "60"]),
    ("=repo", ["label", "''"]),
    ("@", ["policy file", "''"]),
    ("@no/such/file.toml", ["no/such/file.toml", "No such file"]),
]


@pytest.mark.parametrize(("text", "says"), REFUSED, ids=[text or "nothing" for text, _ in REFUSED])
def test_refusals_name_the_thing_the_value_and_what_is_accepted(text: str, says: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        parse_policy(text)
    message = str(caught.value)
    assert all(part in message for part in says), message
    assert "\n" not in message and "pydantic" not in message.lower()


FILES = [
    ("label = 'a'", ["[[intervention]]"]),
    ("intervention = 3", ["[[intervention]]"]),
    ("intervention = [3]", ["name", "outright"]),
    ("[[intervention]]\npace_bn = 3.0", ["name", "outright"]),
    ("[[intervention]]\nname = 'outright'\npace_bn = '3'", ["outright.pace_bn", "'3'", "number"]),
    ("[[intervention]]\nname = 'outright'\npace_bn = nan", ["outright.pace_bn", "nan"]),
    ("[[intervention]]\nname = 'outright'\ntaper_days = true", ["outright.taper_days", "True"]),
    ("[[intervention]]\nname = 'outright'\nspeed = 3", ["outright.speed", "no such setting"]),
    ("[[intervention]]\nname = 'repo'\n[extra]\na = 1", ["key of a policy", "'extra'"]),
    ("label = 3\n[[intervention]]\nname = 'repo'", ["label", "3", "text"]),
    ("label = 'a=b'\n[[intervention]]\nname = 'repo'", ["label", "'a=b'"]),
    ("[[intervention]", ["TOML"]),
]


@pytest.mark.parametrize(("text", "says"), FILES, ids=[text for text, _ in FILES])
def test_policy_files_are_refused_in_words(tmp_path: Path, text: str, says: list[str]) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        parse_policy(f"@{path}")
    assert all(part in str(caught.value) for part in says), str(caught.value)


def test_dates_in_files_may_be_dates(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[[intervention]]\nname = 'repo'\nstart = 2020-03-12\n", encoding="utf-8")
    assert parse_policy(f"@{path}").interventions[0].start == dt.date(2020, 3, 12)


@pytest.mark.parametrize("kind", REGISTRY, ids=lambda kind: kind.name)
def test_every_bound_is_kept_and_named(kind: type[Intervention]) -> None:
    for name, field in kind.model_fields.items():
        if field.annotation is not float and field.annotation is not int:
            continue
        low, high = bounds(field)
        for outside, limit in ((low - 1, low), (high + 1, high)):
            with pytest.raises(
                Refused, match=rf"{name} = .* out of bounds.*({limit:g}|{limit:.1f})".replace("+", r"\+")
            ):
                build_intervention(kind.name, {name: field.annotation(outside)})
