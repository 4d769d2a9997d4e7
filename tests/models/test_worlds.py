"""Worlds in and out of TOML, changes to them, refusals, and the documentation that stands with every number."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import ROOT

from models.errors import Refused
from models.library import SHIPPED, from_toml, load, shipped, sources
from models.scenario import GROUPS, SHOCKS, World, largest_scale
from models.worlds import build, changed, flatten, parse, replace, to_toml
from policy.described import parameters

DOCUMENTED = {row["name"]: row for row in parameters(World())}
SCALARS = {n: r for n, r in DOCUMENTED.items() if isinstance(r["default"], int | float)}
EPISODES = ROOT / "models" / "episodes"
EVERY = pytest.mark.parametrize("name", SHIPPED)


@st.composite
def changed_worlds(draw: st.DrawFn) -> tuple[World, World]:
    """A shipped world and the same with some scalars changed; a change that does not fit is left out."""
    base = shipped(draw(st.sampled_from(SHIPPED)))
    world = base
    for name in draw(st.lists(st.sampled_from(sorted(SCALARS)), max_size=8, unique=True)):
        row = SCALARS[name]
        try:
            world = replace(world, {name: draw(st.floats(row["low"], row["high"]))})
        except Refused:  # a fund would violate its own margin, or dealers could not carry the repo
            continue
    return base, world


# --- round trips -----------------------------------------------------------------------------------------------


@EVERY
def test_shipped_worlds_round_trip(name: str) -> None:
    assert from_toml(to_toml(shipped(name))) == shipped(name)
    assert from_toml(to_toml(shipped(name), shipped(name))) == shipped(name)
    assert load(name) is shipped(name)


@given(changed_worlds())
def test_changed_worlds_round_trip_whole(pair: tuple[World, World]) -> None:
    _, world = pair
    assert from_toml(to_toml(world)) == world


@given(changed_worlds())
def test_changed_worlds_round_trip_as_differences(pair: tuple[World, World]) -> None:
    base, world = pair
    text = to_toml(world, base)
    assert from_toml(text) == world
    assert len(text.splitlines()) <= 1 + 3 * len(changed(world, base))


@given(changed_worlds())
def test_differences_are_what_replace_needs(pair: tuple[World, World]) -> None:
    base, world = pair
    assert replace(base, changed(world, base)) == world
    assert hash(world) == hash(from_toml(to_toml(world)))


@pytest.mark.parametrize("other", ["crowded", "march_2020"])
def test_structures_round_trip_as_differences(other: str) -> None:
    """Cohorts, knots, auctions and everything else that is not a number."""
    base, to = shipped("calm"), shipped(other)
    changes = {k: v for k, v in changed(to, base).items() if v is not None}
    world = replace(base, changes)
    assert from_toml(to_toml(world, base)) == world


def test_files_load_whole_or_as_differences(tmp_path: Path) -> None:
    world = replace(shipped("crowded"), {"dealers.capacity_bn": 1500.0, "name": "mine"})
    for k, text in enumerate((to_toml(world), to_toml(world, shipped("crowded")))):
        path = tmp_path / f"{k}.toml"
        path.write_text(text, encoding="utf-8")
        assert load(str(path)) == world


def test_a_whole_historical_file_gets_its_fundamentals() -> None:
    data = {
        k: v for k, v in parse((EPISODES / "march_2020.toml").read_text("utf-8")).items() if k != "sources"
    }
    assert from_toml((EPISODES / "march_2020.toml").read_text("utf-8")) == shipped("march_2020")
    assert not build(data).scenario.held_fundamentals_bp
    assert len(shipped("march_2020").scenario.held_fundamentals_bp) == shipped("march_2020").scenario.days


@given(changed_worlds())
def test_changes_leave_what_they_do_not_name(pair: tuple[World, World]) -> None:
    base, world = pair
    before, after = flatten(base), flatten(world)
    assert {k for k in before if before[k] != after[k]} == set(changed(world, base)) <= set(SCALARS)


# --- refusals --------------------------------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"dealers.capacity": 900.0}, ["'dealers.capacity'", "dealers.capacity_bn"]),
    ({"nothing.at_all": 1.0}, ["'nothing.at_all'"]),
    ({"dealers.capacity_bn": 50.0}, ["dealers.capacity_bn", "50", "at least 100"]),
    ({"dealers.capacity_bn": 50000.0}, ["dealers.capacity_bn", "50000", "at most 5000"]),
    ({"dealers.capacity_bn": math.nan}, ["dealers.capacity_bn", "nan"]),
    ({"dealers.capacity_bn": math.inf}, ["dealers.capacity_bn", "inf"]),
    ({"dealers.capacity_bn": "900"}, ["dealers.capacity_bn", "'900'"]),
    ({"dealers.capacity_bn": True}, ["dealers.capacity_bn", "True"]),
    ({"scenario.days": 20.5}, ["scenario.days", "20.5"]),
    ({"scenario.days": 0}, ["scenario.days", "0", "at least 1"]),
    ({"wedges.swap_spread_mix": (0.5, 0.5, 0.5, 0.5)}, ["swap_spread_mix", "2", "sum to 1"]),
    ({"wedges.swap_spread_mix": (0.5, 0.5)}, ["wedges.swap_spread_mix"]),
    ({"yields.duration_loadings": (9.0, 1.0, 1.0, 1.0)}, ["yields.duration_loadings.0", "9", "at most 3"]),
    ({"scenario.real_money_sales.tenors": (1.0, 1.0, 0.0, 0.0)}, ["tenors", "2", "sum to 1"]),
    ({"scenario.real_money_sales.knots": ((5, 1.0), (3, 2.0))}, ["knots", "rising"]),
    ({"scenario.basis_shock.knots": ((5, 1e9),)}, ["scenario.basis_shock.knots", "at most 10000"]),
    ({"dealers.floor_charge_bp": 50.0, "dealers.calm_charge_bp": 30.0, "funds.scale": 0.0, "funds.size": 9.0}, ["funds.size", "9"]),
    ({"funds.scale": 3.9}, ["cohort", "own requirement", "margin", "funds.scale up to"]),
    ({"dealers.capacity_bn": 100.0}, ["dealers.capacity_bn", "100", "at least"]),
    ({"name": "Not A Name"}, ["name", "'Not A Name'"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "says"), REFUSED, ids=[str(c) for c, _ in REFUSED])
def test_refusals_name_the_thing_the_value_and_what_is_accepted(
    changes: dict[str, Any], says: list[str]
) -> None:
    with pytest.raises(Refused) as caught:
        replace(shipped("april_2025"), changes)
    message = str(caught.value)
    assert all(part in message for part in says), message
    assert "\n" not in message


FILES = [
    ("a = ", ["TOML"]),
    ("base = 'september'", ["episode", "'september'"]),
    ("base = 3", ["base", "3", "calm"]),
    ("speed = 3", ["parameter", "'speed'"]),
    ("[dealers]\nspeed = 3", ["parameter", "'dealers.speed'"]),
    ("dealers = 3", ["dealers", "group", "capacity_bn"]),
    ("base = 'calm'\n[dealers]\ncapacity_bn = nan", ["dealers.capacity_bn", "nan"]),
    (
        "[[funds.cohorts]]\nname = 'A'\nequity_bn = 1.0\nleverage = 20.0\nmix = [0.5, 0.5, 0.5]",
        ["mix", "'A'", "1.5"],
    ),
    ("[scenario]\ndays = 3\ndates = [2026-03-02, 2026-03-03]", ["dates", "2", "4"]),
    ("[scenario]\nauctions = [{day = 50, tenor_years = 10.0, size_bn = 1.0}]", ["auction", "50", "45"]),
]


@pytest.mark.parametrize(("text", "says"), FILES, ids=[text for text, _ in FILES])
def test_world_files_are_refused_in_words(text: str, says: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        from_toml(text)
    assert all(part in str(caught.value) for part in says), str(caught.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no file .*nowhere\.toml"):
        load(str(tmp_path / "nowhere.toml"))
    with pytest.raises(Refused, match="did you mean crowded"):
        load("crowdd")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="cannot read"):
        load(str(tmp_path / "bytes.toml"))


@EVERY
def test_every_bound_is_kept(name: str) -> None:
    for parameter, row in SCALARS.items():
        for outside, limit in ((row["low"] - 0.5, row["low"]), (row["high"] + 0.5, row["high"])):
            with pytest.raises(Refused, match=f"{parameter} = .*out of bounds.* {limit:g}"):
                replace(shipped(name), {parameter: float(outside)})


@EVERY
def test_the_largest_scale_named_is_the_largest_accepted(name: str) -> None:
    world = shipped(name)
    top, stops = largest_scale(world)
    assert stops.startswith(("the requirement of cohort", "dealers.capacity_bn"))
    replace(world, {"funds.scale": min(top * (1 - 1e-9), 4.0)})
    if top * 1.001 <= 4:
        with pytest.raises(Refused, match=r"requirement|capacity_bn"):
            replace(world, {"funds.scale": top * 1.001})


# --- what stands with every number -------------------------------------------------------------------------------


def test_every_number_of_a_world_is_documented() -> None:
    """All scalars, but for what only structures a scenario and is documented by its own field."""
    numbers = {
        n for n, v in flatten(World()).items() if isinstance(v, int | float) and not isinstance(v, bool)
    }
    structure = {"scenario.days", "scenario.days_to_delivery"}
    structure |= {"scenario.followed.leverage_relief", "scenario.followed.leverage_relief_day"}
    assert numbers - structure == set(SCALARS)
    assert {n for n in DOCUMENTED if n not in SCALARS} <= set(flatten(World()))


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_every_parameter_has_unit_bounds_meaning_source_and_evidence(name: str) -> None:
    row = DOCUMENTED[name]
    assert row["unit"] and row["meaning"].strip() and row["source"].strip()
    assert row["evidence"] in {"found", "derived", "assumed"}
    assert row["meaning"].endswith(".") and row["meaning"][0].isupper()
    values = row["default"] if isinstance(row["default"], list) else [row["default"]]
    assert all(row["low"] <= value <= row["high"] for value in values)
    if row["evidence"] == "found":
        assert "assumed" not in row["source"] and "judgement" not in row["source"]


def test_few_levers_are_basic_and_each_group_has_one() -> None:
    basic = [n for n, r in DOCUMENTED.items() if r["basic"]]
    assert len({n for n in basic if not n.startswith("scenario")}) <= 16
    assert {n.split(".")[0] for n in basic} >= {"yields", "dealers", "funding", "funds", "margins"}


@EVERY
def test_every_value_an_episode_sets_has_a_source(name: str) -> None:
    """By its own name, by its group, or by any dotted prefix; and no source is left over."""
    data = parse((EPISODES / f"{name}.toml").read_text("utf-8"))
    told = data.pop("sources")
    assert told == sources(name) and all(isinstance(v, str) and v.strip() for v in told.values())
    given_names = {n for n in _leaves(data, "") if n.split(".")[0] in (*GROUPS, "scenario")}

    def prefixes(dotted: str) -> set[str]:
        parts = dotted.split(".")
        return {".".join(parts[: k + 1]) for k in range(len(parts))}

    assert not {n for n in given_names if not prefixes(n) & set(told)}
    assert not {s for s in told if not any(s in prefixes(n) for n in given_names)}


def _leaves(data: dict[str, Any], prefix: str) -> list[str]:
    out: list[str] = []
    for key, value in data.items():
        out += _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
    return out


@EVERY
def test_episodes_describe_themselves(name: str) -> None:
    world = shipped(name)
    assert world.name == name and world.title and world.summary.endswith(".")
    assert world.kind in {"historical", "stylised"}
    assert (world.kind == "historical") == bool(world.scenario.observed_yields_pct)
    assert len(world.scenario.calendar) == world.scenario.days + 1
    assert all(0 < e.day <= world.scenario.days for e in world.scenario.events)
    assert set(SHOCKS) <= set(type(world.scenario).model_fields)
