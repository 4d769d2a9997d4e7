"""The whole policy menu: what each tool promises in this market, stops and restarts, combinations, argument worlds."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from models.library import shipped
from models.orders import NO_ORDERS
from models.scenario import calm_margin_units
from models.simulation import View
from models.worlds import replace
from policy.comparison import compare, compare_central
from policy.interventions import REGISTRY
from policy.interventions.triggers import LEAST_DAYS, REST_DAYS, active_days, parse_start
from policy.outcomes.scorecard import INTENDED_EASING, UNINTENDED_EASING
from policy.outcomes.scores import all_scores
from policy.presets import ALL, ARGUMENT_POLICIES, default_specs
from policy.spec import BY_NAME, parse_policy


def medians(world, specs, key, paths=64):
    result = compare(world, [parse_policy(s) for s in specs], paths, 1)
    return {
        p.label: float(np.median(s.values[key]))
        for p, s in zip(result.policies, all_scores(result), strict=True)
    }


def real_money_only():
    """Real money sells, hedge funds hold nothing to speak of, nothing else happens."""
    world = shipped("calm")
    return replace(
        world,
        {
            "funds.size": 0.05,
            "funds.scale": 0.01,
            "dealers.capacity_bn": 800.0,
            "scenario.real_money_sales.knots": ((1, 0.0), (4, 45.0), (20, 45.0), (25, 0.0)),
        },
    )


def test_names_of_the_menu():
    wanted = {
        "none", "actual", "outright", "repo", "hedged-auction", "hedged-purchases", "leverage-relief", "central-clearing",
        "margin", "twist", "rate-cut", "end-qt", "buybacks", "non-bank-repo", "minimum-haircut", "leverage-cap",
    }  # fmt: skip
    assert wanted <= {kind.name for kind in REGISTRY}


def test_hedged_purchases_relieve_dealers_as_outright_ones_and_move_no_term_premium():
    specs = (
        "outright:pace_bn=75,total_bn=1500,start=2020-03-13",
        "hedged-purchases:pace_bn=75,total_bn=1500,start=2020-03-13",
    )
    world = replace(shipped("march_2020"), {"wedges.futures_demand_slope_bp": 0.0})
    result = compare(world, [parse_policy(s) for s in specs], 32, 1)
    outright, hedged = result.runs[1], result.runs[2]
    assert np.max(np.abs(hedged["fed_easing_bp"])) == 0
    assert np.max(outright["fed_easing_bp"]) > 10
    use = [np.median(run["dealer_use_pct"][-1]) for run in (outright, hedged)]
    none = np.median(result.baseline["dealer_use_pct"][-1])
    assert use[1] - none == pytest.approx(use[0] - none, rel=0.15)


def test_march_2020_ladder_hedged_at_the_pace_of_2020_and_actual_in_one_comparison():
    specs = [p.spec for p in ALL if p.name in ("stein_ladder", "hedged_2020_pace")] + ["actual"]
    cost = medians(shipped("march_2020"), specs, "dysfunction_cost_bn")
    assert all(cost[label] < 0.5 * cost["none"] for label in cost if label != "none")


def test_real_money_selling_needs_sellers_other_than_funds():
    world = real_money_only()
    specs = (
        "funds=hedged-auction",
        "dealers=hedged-auction:sellers=funds_and_dealers",
        "hedged=hedged-purchases",
        "outright",
    )
    peak = medians(world, specs, "peak_dislocation_10y_bp")
    assert peak["funds"] == pytest.approx(peak["none"], rel=0.02)
    assert peak["dealers"] < 0.9 * peak["none"]
    assert peak["hedged"] == pytest.approx(peak["outright"], rel=0.05)
    assert peak["hedged"] < 0.9 * peak["none"]


def test_kashyap_stein_world_a_small_auction_stops_the_spiral_without_easing():
    world = shipped("kashyap_stein")
    specs = ("outright", "hedged-auction")
    sales = medians(world, specs, "market_sales_bn")
    bought = medians(world, specs, "take_up_bn")
    easing = medians(world, specs, "unintended_easing_10y_bp")
    assert sales["hedged-auction"] < 0.5 * sales["none"]
    assert bought["hedged-auction"] < 0.5 * bought["outright"]
    assert easing["hedged-auction"] == 0 < easing["outright"]


def test_kahn_world_repo_beats_the_auction_which_is_never_used():
    world = shipped("kahn")
    specs = ("repo", "hedged-auction")
    assert medians(world, specs, "take_up_bn")["hedged-auction"] == 0
    sales = medians(world, specs, "forced_sales_bn")
    assert sales["repo"] < 0.3 * sales["hedged-auction"] == pytest.approx(0.3 * sales["none"])


def test_sceptic_world_hedged_tools_ease_too():
    easing = medians(shipped("sceptic"), ("hedged-purchases", "hedged-auction"), "unintended_easing_10y_bp")
    assert easing["hedged-purchases"] > 0
    assert easing["hedged-auction"] > 0


def test_a_margin_floor_asks_for_stressed_margin_in_calm():
    world = shipped("crowded")
    prepared = parse_policy("margin:relief_pct=0,floor_pct=100").prepare(world)
    ratio = np.array(calm_margin_units(prepared)) / np.array(calm_margin_units(world))
    assert ratio == pytest.approx(1.6)


@pytest.mark.parametrize("name", ["minimum-haircut", "leverage-cap"])
def test_rules_set_beforehand_lower_leverage_and_order_nothing(name):
    world = shipped("crowded")
    policy = parse_policy(name)
    prepared = policy.prepare(world)
    before, after = (max(c.leverage for c in w.funds.cohorts) for w in (world, prepared))
    assert after < before
    assert all(
        a.leverage <= b.leverage for a, b in zip(prepared.funds.cohorts, world.funds.cohorts, strict=True)
    )
    assert prepared.scenario is world.scenario or prepared.scenario == world.scenario


def test_leverage_cap_keeps_the_spiral_away():
    sales = medians(shipped("crowded"), ("leverage-cap",), "market_sales_bn")
    assert sales["leverage-cap"] < 0.7 * sales["none"]


def test_margin_relief_helps_where_margins_bind():
    sales = medians(shipped("crowded"), ("margin:relief_pct=40",), "forced_sales_bn")
    assert sales["margin:relief_pct=40"] < sales["none"]


def test_twist_leaves_dealers_alone_and_takes_duration():
    result = compare_central(shipped("april_2025"), [parse_policy("twist:start=2025-04-02")])
    none, twist = result.runs
    assert np.max(np.abs(np.sum(twist["outright_bn"], axis=1))) < 1e-9
    assert np.max(twist["fed_easing_bp"][-1, 2]) > 1
    assert twist["inventory_bn"][2, 0] == pytest.approx(none["inventory_bn"][2, 0], abs=1e-6)


def test_rate_cut_moves_short_yields_most_and_is_not_called_unintended():
    result = compare_central(shipped("april_2025"), [parse_policy("rate-cut:start=2025-04-02,size_bp=50")])
    none, cut = result.runs
    fall = 100 * (none["yield_pct"][1, :, 0] - cut["yield_pct"][1, :, 0])
    assert np.all(np.diff(fall) < 0)
    assert fall[0] == pytest.approx(45)
    assert np.max(cut["fed_easing_bp"]) == 0
    assert INTENDED_EASING.value(cut)[0] == pytest.approx(fall[2]) == pytest.approx(22.5)
    assert UNINTENDED_EASING.value(cut)[0] == INTENDED_EASING.value(none)[0] == 0


def test_buybacks_take_pairs_only():
    run = compare_central(shipped("crowded"), [parse_policy("buybacks")]).runs[1]
    assert run["hedged_bn"][-1, 2, 0] == pytest.approx(38)
    assert np.max(run["hedged_bn"][:, :2]) == 0


def test_exit_sells_what_was_bought():
    spec = "outright:total_bn=100,taper_days=0,start=2025-04-02,exit_start=2025-04-10,exit_pace_bn=30"
    run = compare_central(shipped("april_2025"), [parse_policy(spec)]).runs[1]
    held = np.sum(run["outright_bn"], axis=1)[:, 0]
    assert held.max() == pytest.approx(100)
    assert held[-1] == pytest.approx(0, abs=1e-9)


def test_announcement_apart_from_operation():
    spec = "outright:announce=2025-04-02,start=2025-04-15"
    run = compare_central(shipped("april_2025"), [parse_policy(spec)]).runs[1]
    assert run["policy_signal_bp"][1, 2, 0] < 0
    assert np.sum(run["outright_bn"][5]) == 0


def view_of(metric, closes):
    """A view whose published metric has the given closes, one column."""
    history = np.array(closes, float)[:, None]
    calendar = tuple(dt.date(2026, 1, 5) + dt.timedelta(days=k) for k in range(len(closes) + 1))
    zeros = np.zeros((4, 1))
    return View(len(closes), calendar, zeros, zeros[:3], zeros[:3], NO_ORDERS, {metric: history})


def activity(closes, start, stop):
    """Whether it acts on each morning after the first close, given the closes so far."""
    found = []
    for day in range(1, len(closes) + 1):
        view = view_of("basis_bp", closes[:day])
        found.append(int(active_days(parse_start(start), parse_start(stop) if stop else None, view)[1][0]))
    return found


def test_a_trigger_acts_the_morning_after_and_never_looks_ahead():
    assert activity([0, 0, 50, 0, 0], "basis_bp.above.10.for.1", None) == [0, 0, 1, 1, 1]
    assert activity([0, 50, 50, 0, 0], "basis_bp.above.10.for.2", None) == [0, 0, 1, 1, 1]


def test_a_flapping_metric_starts_and_stops_with_rests():
    closes = [50, 0] * 12
    acts = activity(closes, "basis_bp.above.10.for.1", "basis_bp.below.10.for.1")
    spells = "".join(map(str, acts)).split("0")
    lengths = [len(s) for s in spells if s]
    assert all(n >= LEAST_DAYS for n in lengths[:-1])
    first_stop = acts.index(0)
    assert acts[first_stop : first_stop + REST_DAYS] == [0] * REST_DAYS
    assert 1 in acts[first_stop:]


def test_a_stopped_date_does_not_start_again():
    acts = activity([50] * 5 + [0] * 15, "2026-01-06", "basis_bp.below.10.for.2")
    assert acts[0] == 1
    assert acts[-1] == 0
    assert "01" not in "".join(map(str, acts[1:]))


def test_orders_of_a_day_do_not_depend_on_how_often_they_are_asked():
    policy = parse_policy("outright:stop=dislocation_10y_bp.below.5.for.2")
    seen = []

    def twice(view):
        first, second = policy.orders(view), policy.orders(view)
        seen.append(np.array_equal(np.asarray(first.purchases), np.asarray(second.purchases)))
        return second

    from models.simulation import simulate

    world = shipped("crowded")
    run = simulate(world, [twice], 8, 1)[0]
    plain = simulate(world, [policy.orders], 8, 1)[0]
    assert all(seen)
    assert np.array_equal(run["outright_bn"], plain["outright_bn"])


def test_every_preset_reads_and_names_its_source():
    for preset in ALL:
        made = parse_policy(preset.spec)
        assert made.label != preset.spec and preset.source
    for specs in ARGUMENT_POLICIES.values():
        assert [parse_policy(s) for s in specs]
    assert default_specs("no such world") == default_specs("april_2025")


def test_combined_orders_do_not_depend_on_their_order():
    world = shipped("crowded")
    a, b = "repo+hedged-auction+leverage-relief", "leverage-relief+repo+hedged-auction"
    first, second = compare_central(world, [parse_policy(f"a={a}"), parse_policy(f"b={b}")]).runs[1:]
    assert all(np.array_equal(first[name], second[name]) for name in first.series)


def test_registry_names_are_unique():
    assert len(BY_NAME) == len(REGISTRY)
