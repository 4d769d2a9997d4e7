"""What every policy must satisfy, present and future: the conformance suite over the registry and random combinations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import pairwise
from typing import Annotated, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.policy_strategies import bounds, early, interventions, policies

import policy.catalogue
import policy.described
import policy.spec
from models import shocks, simulation
from models import worlds as w
from models.library import shipped
from models.orders import NO_ORDERS, Orders
from models.parameters.base import Frozen, parameter
from models.scenario import SHOCKS, World
from models.shocks import Shocks
from models.simulation import NARROWEST, Run, View, simulate
from models.stack import stack
from policy.comparison import compare, default_policies
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.interventions.triggers import StartField, Trigger, days_since_start, started
from policy.spec import Policy, parse_policy, print_policy

FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
EVERY = pytest.mark.parametrize("kind", REGISTRY, ids=lambda kind: kind.name)
DAYS, PATHS = 16, 24

# Settings at which an intervention without an amount in $bn does nothing, where that is not all numbers at zero.
UNLIKE_ZERO: dict[str, dict[str, object]] = {
    "non-bank-repo": {"limit_pct": 0.0},
    "leverage-cap": {"leverage": 120.0},
}
REPEATS_HISTORY = "actual"


@cache
def short(name: str = "march_2020") -> World:
    """A shipped world cut to its first days, without the auctions and dates that come later."""
    whole = shipped(name)
    s = whole.scenario
    changes = {
        "scenario.days": DAYS,
        "scenario.dates": s.dates[: DAYS + 1],
        "scenario.observed_yields_pct": s.observed_yields_pct[: DAYS + 1],
        "scenario.held_fundamentals_bp": s.held_fundamentals_bp[:DAYS],
        "scenario.auctions": tuple(a for a in s.auctions if a.day <= DAYS),
    }
    return w.replace(whole, changes)


@cache
def violent() -> World:
    """Every shock at the end of its bounds, dealers and funds as fragile as validation lets them be."""
    changes: dict[str, object] = {}
    for name in SHOCKS:
        knots = getattr(short("crowded").scenario, name).knots or ((1, 0.0), (4, 300.0), (9, -150.0))
        changes |= {f"scenario.{name}.knots": knots, f"scenario.{name}.size": 5.0}
        changes |= {f"scenario.{name}.severity_sd": 1.5, f"scenario.{name}.noise_sd": 200.0}
    changes |= {
        "dealers.steepness": 40.0, "dealers.floor_charge_bp": 1000.0, "dealers.calm_use": 0.95,
        "dealers.volatility_tightening": 1.0, "dealers.investor_absorption_bn": 0.0, "margins.haircut_slope": 0.05,
        "margins.margin_elasticity": 1.5, "margins.margin_rise_speed": 1.0, "funds.risk_limit_elasticity": 1.5,
        "funds.risk_limit_speed": 1.0, "funding.slack_bn": 0.0, "funding.scarcity_bp": 50.0,
        "wedges.basis_beta": 5.0, "wedges.basis_own_bp": 120.0, "wedges.swap_spread_own_bp": 60.0,
        "wedges.futures_demand_slope_bp": 60.0, "wedges.roll_cost_points": 1.0, "yields.duration_slope_bp": 12.0,
        "scenario.days_to_delivery": 5,
    }  # fmt: skip
    return w.replace(short("crowded"), changes)


def one(made: Intervention) -> Policy:
    return policy.spec.policy([made])


def ran(world: World, made: Policy, paths: int = PATHS) -> Run:
    return simulate(made.prepare(world), [made.orders], paths, seed=3)[0]


def same(a: Run, b: Run) -> None:
    """Equal to the last bit, series by series."""
    assert a.series.keys() == b.series.keys()
    for name in a.series:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


@dataclass
class Watched:
    """An arm that keeps every order it gave."""

    made: Policy
    given: list[Orders] = field(default_factory=list)

    def __call__(self, view: View) -> Orders:
        orders = self.made.orders(view)
        self.given.append(orders)
        return orders


def finite(orders: Orders) -> None:
    """Every order a finite number, or infinite only where "no limit" is the field's default."""
    for f in fields(Orders):
        value = np.asarray(getattr(orders, f.name), float)
        assert not np.isnan(value).any(), f.name
        assert np.isfinite(value).all() or np.isinf(f.default), f.name
        rows = (f.metadata["rows"],) if f.metadata["rows"] else ()
        np.broadcast_shapes(value.shape, (*rows, NARROWEST if value.ndim == 0 else value.shape[-1] or 1))


# --- one by one -----------------------------------------------------------------------------------------------


@EVERY
def test_registry_entry_describes_itself(kind: type[Intervention]) -> None:
    made = kind()
    assert issubclass(kind, Frozen) and hash(made) == hash(kind()) and made == kind()
    assert kind.name and kind.title and kind.what.endswith(".") and kind.source
    assert set(kind.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert [k.name for k in REGISTRY].count(kind.name) == 1


@EVERY
def test_every_setting_is_documented(kind: type[Intervention]) -> None:
    for row in policy.described.settings_of(kind()):
        assert row["meaning"], row["name"]
        assert "choices" in row or row["unit"], row["name"]
        if "low" in row and isinstance(row["default"], int | float):
            assert row["low"] <= row["default"] <= row["high"], row["name"]
        if "evidence" in row:
            assert row["evidence"] in {"found", "derived", "assumed"} and row["source"], row["name"]


@EVERY
def test_reproducible(kind: type[Intervention]) -> None:
    same(ran(short(), one(kind())), ran(short(), one(kind())))


def _amounts(kind: type[Intervention]) -> list[str]:
    """Settings in $bn of which zero means no action; an exit's pace only matters once there is something to sell."""
    sizes = [n for n in kind.model_fields if n.endswith("_bn") and not n.startswith("exit_")]
    return [name for name in sizes if bounds(kind.model_fields[name])[0] == 0]


def _nothings() -> list[tuple[str, dict[str, object]]]:
    """Every way to order nothing: each amount set to zero, the rest at its default."""
    out: list[tuple[str, dict[str, object]]] = []
    for kind in REGISTRY:
        amounts = _amounts(kind)
        if kind.name == REPEATS_HISTORY:
            continue
        zeros = {name: 0.0 for name, f in kind.model_fields.items() if f.annotation is float}
        out += [(kind.name, {name: 0.0}) for name in amounts]
        out += [] if amounts else [(kind.name, UNLIKE_ZERO.get(kind.name, zeros))]
    return out


@pytest.mark.parametrize(("name", "nothing"), _nothings())
@pytest.mark.parametrize("episode", ["march_2020", "crowded", "funding_run"])
def test_size_zero_is_no_action_to_the_last_bit(name: str, nothing: dict[str, object], episode: str) -> None:
    made = early(policy.spec.build_intervention(name, nothing))
    same(ran(short(episode), one(made)), ran(short(episode), parse_policy("none")))


def test_the_policy_followed_is_no_action_where_the_fed_stayed_out() -> None:
    for name in ("april_2025", "crowded"):
        same(ran(short(name), parse_policy("actual")), ran(short(name), parse_policy("none")))


@EVERY
def test_adding_no_action_changes_nothing(kind: type[Intervention]) -> None:
    alone = one(early(kind()))
    same(
        ran(short(), alone), ran(short(), replace(alone, interventions=(*alone.interventions, REGISTRY[0]())))
    )


@pytest.mark.parametrize("made", default_policies(), ids=lambda p: p.label)
def test_defaults_never_act_in_calm(made: Policy) -> None:
    watched = Watched(made)
    run, quiet = simulate(shipped("calm"), [watched, parse_policy("none").orders], 16, 1)
    same(run, quiet)
    assert all(
        not np.any(np.asarray(o.purchases)) and not np.any(np.asarray(o.announced)) for o in watched.given
    )


@EVERY
def test_orders_depend_on_settings_and_view_alone(kind: type[Intervention]) -> None:
    """A fresh instance, asked out of order, answers alike: no state is kept between days."""
    seen: list[tuple[View, Orders]] = []
    made = early(kind())

    def arm(view: View) -> Orders:
        seen.append((view, made.orders(view)))
        return seen[-1][1]

    simulate(short(), [arm], 8, 3)
    for view, orders in reversed(seen):
        again = (
            kind.model_validate(made.model_dump()).orders(view) if kind.model_fields else kind().orders(view)
        )
        for f in fields(Orders):
            np.testing.assert_array_equal(getattr(again, f.name), getattr(orders, f.name), err_msg=f.name)


# --- random settings and combinations ------------------------------------------------------------------------


@FEW
@given(policies())
def test_random_policies_are_reproducible(made: Policy) -> None:
    same(ran(short(), made), ran(short(), made))


@FEW
@given(policies(), st.sampled_from((8, 17, 64)))
def test_random_policies_do_not_depend_on_chunks(made: Policy, chunk: int) -> None:
    whole = ran(short(), made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "CHUNK", chunk)
        same(ran(short(), made), whole)


@EVERY
def test_each_policy_does_not_depend_on_chunks(
    kind: type[Intervention], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ran(short("crowded"), one(kind()), 100)
    monkeypatch.setattr(simulation, "CHUNK", 16)
    same(ran(short("crowded"), one(kind()), 100), whole)


def _orders_under(made: Policy, world: World, drawn: Shocks) -> list[Orders]:
    watched = Watched(made)
    simulation.run_columns(stack([made.prepare(world)]), drawn, [watched], [drawn.client_financing.shape[-1]])
    return watched.given


def blind(made: Policy, world: World, day: int) -> None:
    """Shocks after `day` replaced by others leave all orders up to the next morning as they were."""
    first = shocks.draw(world.scenario, 3, 0, NARROWEST)
    other = shocks.draw(world.scenario, 4, 0, NARROWEST)
    mixed = Shocks(
        **{
            f.name: np.concatenate([getattr(first, f.name)[:day], 3 * getattr(other, f.name)[day:]])
            for f in fields(Shocks)
        }
    )
    before, after = _orders_under(made, world, first), _orders_under(made, world, mixed)
    for a, b in zip(before[: day + 1], after[: day + 1], strict=True):
        for f in fields(Orders):
            np.testing.assert_array_equal(getattr(a, f.name), getattr(b, f.name), err_msg=f.name)


@EVERY
@pytest.mark.parametrize("day", [3, 9])
def test_each_policy_is_blind_to_the_future(kind: type[Intervention], day: int) -> None:
    blind(one(kind()), short(), day)
    blind(one(early(kind())), short(), day)


@FEW
@given(policies(), st.integers(1, DAYS - 1))
def test_random_policies_are_blind_to_the_future(made: Policy, day: int) -> None:
    blind(made, short(), day)


def survives(made: Policy, world: World) -> None:
    """No NumPy warning (underflow to zero is none), all figures finite, all orders usable."""
    watched = Watched(made)
    with np.errstate(all="raise", under="ignore"):
        (run,) = simulate(made.prepare(world), [watched], NARROWEST, 5)
    for orders in watched.given:
        finite(orders)
    for name, values in run.series.items():
        assert np.isfinite(values).all(), name
    assert (run["converged"] == 1).all()


@EVERY
def test_each_policy_survives_the_most_violent_world(kind: type[Intervention]) -> None:
    survives(one(kind()), violent())
    survives(one(early(kind())), violent())


@FEW
@given(policies())
def test_random_policies_survive_the_most_violent_world(made: Policy) -> None:
    survives(made, violent())


@FEW
@given(st.data())
@pytest.mark.parametrize("kind", REGISTRY[2:], ids=lambda kind: kind.name)
def test_random_settings_of_each_policy_survive(kind: type[Intervention], data: st.DataObject) -> None:
    survives(one(early(data.draw(interventions(kind)))), violent())


def test_combined_orders_do_not_depend_on_their_order() -> None:
    parts = tuple(early(kind()) for kind in REGISTRY)
    forward, backward = Policy("a", parts), Policy("a", parts[::-1])
    a, b = ran(short(), forward), ran(short(), backward)
    for name in a.series:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-9, atol=1e-9, err_msg=name)


def test_balance_sheets_close() -> None:
    """The accounts of every policy together, on the violent world (each policy's own are in test_accounts)."""
    accounts = pytest.importorskip("models.accounts")
    parts = tuple(early(kind()) for kind in REGISTRY)
    for world in (short(), violent()):
        left = accounts.residuals(ran(world, Policy("all", parts)))
        left = left.values() if isinstance(left, dict) else [left]
        assert max(float(np.max(np.abs(np.asarray(r)))) for r in left) < 1e-6


# --- starts --------------------------------------------------------------------------------------------------


def _view(day: int, closes: list[float]) -> View:
    calendar = tuple(dt.date(2026, 3, 2) + dt.timedelta(days=k) for k in range(10))
    records = {"repo_spread_bp": np.repeat(np.array(closes)[:, None], 2, axis=1)}
    still = np.zeros((3, 2))
    return View(day, calendar, np.zeros((4, 2)), still, still, NO_ORDERS, records)


@pytest.mark.parametrize(
    ("closes", "days", "expected"),
    [
        ([0, 0, 0], 1, -1),
        ([0, 0, 9], 1, 0),
        ([0, 9, 9], 2, 0),
        ([0, 9, 0], 2, -1),
        ([9, 9, 0], 2, 1),
        ([9], 2, -1),
    ],
)
def test_a_trigger_counts_consecutive_closes(closes: list[float], days: int, expected: int) -> None:
    trigger = Trigger(metric="repo_spread_bp", above=True, level=5.0, days=days)
    view = _view(len(closes), closes)
    assert days_since_start(trigger, view).tolist() == [expected, expected]
    assert started(trigger, view).tolist() == [float(expected >= 0)] * 2


def test_a_trigger_looks_strictly_beyond_its_level_and_both_ways() -> None:
    at = Trigger(metric="repo_spread_bp", above=True, level=9.0, days=1)
    under = Trigger(metric="repo_spread_bp", above=False, level=5.0, days=1)
    assert not started(at, _view(1, [9.0])).any()
    assert started(under, _view(1, [4.0])).all() and not started(under, _view(1, [5.0])).any()


def test_a_date_counts_trading_days() -> None:
    view = _view(4, [0.0] * 4)
    since = [int(days_since_start(view.calendar[k], view)[0]) for k in (0, 1, 4, 5)]
    assert since == [3, 3, 0, -1]


def test_an_action_once_begun_goes_on() -> None:
    made = parse_policy("outright:total_bn=120,taper_days=0,pace_bn=30,start=dealer_use_pct.above.80.for.1")
    (run,) = simulate(short(), [made.orders], 8, 1)
    bought = np.diff(run["outright_bn"].sum(axis=1), axis=0, prepend=0.0)
    np.testing.assert_allclose(np.sort(bought, axis=0)[-4:], 30.0, rtol=1e-12)
    first = np.argmax(bought > 0, axis=0)
    assert all((bought[f : f + 4, k] > 0).all() for k, f in enumerate(first))


# --- what single policies promise -----------------------------------------------------------------------------


@FEW
@given(interventions(policy.spec.BY_NAME["outright"]))
def test_a_purchase_programme_buys_its_total_and_no_more(made: Intervention) -> None:
    from policy.interventions.outright import schedule

    pace, total, taper = (getattr(made, key) for key in ("pace_bn", "total_bn", "taper_days"))
    plan = schedule(pace, total, taper)
    assert (plan >= 0).all() and plan.max() <= pace * (1 + 1e-12)
    if plan[-1] > 0:  # cut at a year and a half, longer than any world
        assert plan.size == 400 and (plan == pace).all() and pace * 400 < total
        return
    assert plan.sum() == pytest.approx(total if pace else 0.0, rel=1e-9, abs=1e-9)
    assert all(a >= b - 1e-9 for a, b in pairwise(plan))


def test_an_auction_whose_reserve_is_never_reached_buys_nothing() -> None:
    world = short("april_2025")
    made = early(policy.spec.build_intervention("hedged-auction", {"reserve_discount": 5.0}))
    run, quiet = ran(world, one(made)), ran(world, parse_policy("none"))
    never = quiet["price_loss_points"].max(axis=(0, 1)) < 5
    assert never.sum() > PATHS / 2 and quiet["forced_sales_bn"][..., never].any()
    assert not run["vehicle_purchases_bn"][..., never].any()
    for name in set(run.series) - {"rounds"}:  # with an auction open no round leaps
        np.testing.assert_allclose(
            run[name][..., never], quiet[name][..., never], rtol=1e-9, atol=1e-9, err_msg=name
        )


def test_an_auction_buys_only_on_days_beyond_its_reserve() -> None:
    run = ran(
        short("crowded"), parse_policy("hedged-auction:size_bn=3,reserve_discount=0.3,start=1990-01-01")
    )
    bought = run["vehicle_purchases_bn"]
    assert bought.any() and (run["price_loss_points"][bought > 0] >= 0.3 - 1e-9).all()


def test_an_auction_keeps_to_its_pace_and_total() -> None:
    made = parse_policy("hedged-auction:size_bn=15,total_bn=50,reserve_discount=0.02,start=1990-01-01")
    run = ran(short("crowded"), made)
    daily = run["vehicle_purchases_bn"].sum(axis=1)
    assert daily.max() <= 15 + 1e-9 and daily.sum(axis=0).max() <= 50 + 1e-9 and daily.sum() > 0


def test_a_facility_keeps_to_its_cap() -> None:
    made = parse_policy("repo:cap_bn=40,start=1990-01-01")
    assert ran(short("funding_run"), made)["facility_bn"].sum(axis=1).max() == pytest.approx(40)


# --- a new intervention is one class --------------------------------------------------------------------------


class Relief(Intervention):
    """Leave part of the leverage ratio out, from a start on."""

    name: ClassVar[str] = "toy-relief"
    title: ClassVar[str] = "Toy relief"
    what: ClassVar[str] = "Multiplies what dealers can carry. Made up for a test."
    source: ClassVar[str] = "a test"

    relief_pct: Annotated[
        float, parameter("% of capacity", 0, 100, "Extra capacity.", "a test", "assumed", basic=True)
    ] = 20.0
    start: StartField = Trigger(metric="dealer_use_pct", above=True, level=80.0, days=1)

    def orders(self, view: View) -> Orders:
        return Orders(capacity_multiple=1 + started(self.start, view) * self.relief_pct / 100)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> type[Intervention]:
    monkeypatch.setitem(policy.spec.BY_NAME, Relief.name, Relief)
    monkeypatch.setattr(policy.catalogue, "REGISTRY", (*REGISTRY, Relief))
    return Relief


def test_a_toy_intervention_parses_prints_and_appears(registered: type[Intervention]) -> None:
    text = "mine=toy-relief:relief_pct=35,start=2020-03-09+repo"
    made = parse_policy(text)
    assert print_policy(made) == text and made.interventions[0] == Relief(
        relief_pct=35.0, start=dt.date(2020, 3, 9)
    )
    row = next(p for p in policy.catalogue.catalogue()["policies"] if p["name"] == "toy-relief")
    assert [s["name"] for s in row["settings"]] == ["relief_pct", "start"]
    assert "toy-relief: Multiplies" in policy.catalogue.as_text(policy.catalogue.catalogue())


def test_a_toy_intervention_runs_and_conforms(registered: type[Intervention]) -> None:
    made = one(Relief())
    result = compare(short("april_2025"), [made], 16, 1)
    assert result.runs[1]["dealer_use_pct"].max() < result.baseline["dealer_use_pct"].max()
    same(ran(short(), one(Relief(relief_pct=0.0))), ran(short(), parse_policy("none")))
    blind(made, short(), 7)
    survives(made, violent())


def test_the_violent_world_is_violent() -> None:
    run = ran(violent(), parse_policy("none"), NARROWEST)
    assert run["at_floor"].any() and run["defaults"].sum() > 10 and run["missing_funding_bn"].max() > 100
