"""Waterfalls sum to the figures on the screen, and their parts are what they are called."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.policy_strategies import early
from support.policy_strategies import policies as random_policies
from support.strategies import WORST, worlds

from models.errors import Refused
from models.library import shipped
from models.scenario import World
from models.worlds import replace
from policy.comparison import compare, default_policies
from policy.outcomes.attribution import (
    GROUPS,
    MERGED,
    MOST_GROUPS,
    Attribution,
    active_groups,
    attribution,
    fund_profits,
    profit_sources,
    shapley,
    tail_weights,
)
from policy.outcomes.formulas import tail_loss
from policy.outcomes.moral_hazard import fund_losses
from policy.outcomes.outright_result import outright_result, years_after
from policy.outcomes.rates_after import FIXED, factors
from policy.outcomes.scorecard import LOSSES_SPARED, TILES
from policy.outcomes.summary import summarise
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS
from policy.spec import parse_policy, policy

COMBINED = parse_policy("Both=outright+repo:clearing=cleared")
EXACT = 1e-9
DIFFERENT = (
    "april_2025",
    "march_2020",
    "crowded",
    "funding_run",
    "calm",
)  # the others share these worlds' shocks


def close(value: float, other: float) -> bool:
    """Equal but for the rounding of sums of figures of that size."""
    return abs(value - other) <= EXACT * max(1.0, abs(value))


@cache
def explained(name: str, paths: int = 12) -> Attribution:
    return attribution(shipped(name), (*default_policies(), COMBINED), paths, 1)


def test_the_tiles_are_explained() -> None:
    assert all(fall.keys() == set(TILES) for fall in explained("april_2025").waterfalls)


@pytest.mark.parametrize("name", DIFFERENT)
def test_parts_sum_to_the_tile_of_every_policy(name: str) -> None:
    made = explained(name)
    screen = summarise(compare(shipped(name), (*default_policies(), COMBINED), 12, 1))
    for k, falls in enumerate(made.waterfalls):
        for key in TILES:
            assert close(falls[key].total, screen.cells[key][k].value)
            assert close(sum(p.value for p in falls[key].parts), falls[key].total), (name, k, key)


@settings(max_examples=8)
@given(world=worlds(days=8), data=st.data())
def test_parts_sum_on_random_worlds_and_policies(world: World, data: st.DataObject) -> None:
    drawn = data.draw(random_policies(most=3))
    made = policy([early(i) for i in drawn.interventions])
    try:
        made.prepare(world)
    except Refused:
        assume(False)
    found = attribution(world, [made], 4, 3)
    for falls in found.waterfalls:
        for fall in falls.values():
            scale = max(1.0, *(abs(p.value) for p in fall.parts)) if fall.parts else 1.0
            assert abs(fall.residual) <= EXACT * scale, (fall, made)


def test_no_action_is_made_of_shocks_alone_and_calm_of_nothing() -> None:
    for name in DIFFERENT:
        none = explained(name).waterfalls[0]
        for key in ("taxpayer_mean_bn", LOSSES_SPARED.key, "unintended_easing_10y_bp"):
            assert none[key].parts == () and none[key].total == 0
        assert {p.kind for p in none["peak_dislocation_10y_bp"].parts} <= {"calm", "shock"}
    calm = explained("calm").waterfalls[1]
    opening = 100 * shipped("calm").dealers.calm_use
    assert [p.value for p in calm["peak_dealer_use_pct"].parts] == pytest.approx([opening, 0.0])


def test_a_world_with_one_shock_gives_it_everything() -> None:
    none = explained("funding_run").waterfalls[0]["peak_dealer_use_pct"]
    assert [p.title for p in none.parts] == ["Calm", "Cash leaving repo"]
    assert none.parts[1].value == pytest.approx(none.total - none.parts[0].value)


def test_shocks_without_effect_have_no_part() -> None:
    """A shock left out is a shock set to nothing: the same as a world that never had it."""
    world = shipped("crowded")
    bare = replace(world, {f"scenario.fundamentals.{k}": v for k, v in (("knots", ()), ("noise_sd", 0.0))})
    names = [g.title for g in active_groups(bare.scenario)]
    assert "Moves of fundamentals" not in names and len(names) == 3
    from policy.outcomes.attribution import PEAKS, shock_values

    whole = compare(world, default_policies()[:1], 16, 1)
    groups = active_groups(world.scenario)
    others = frozenset(k for k, g in enumerate(groups) if g.title != "Moves of fundamentals")
    values = shock_values(whole, groups, lambda k: None)
    again = summarise(compare(bare, default_policies()[:1], 16, 1))
    for at, metric in enumerate(PEAKS):
        assert values[others][at] == pytest.approx(again.cells[metric.key][0].value, abs=EXACT)


def test_at_most_five_groups_and_every_shock_in_one() -> None:
    assert sorted(n for g in GROUPS for n in g.names) == sorted(WORST)
    changes = {f"scenario.{name}.knots": ((1, high),) for name, (_, high) in WORST.items()}
    groups = active_groups(replace(World(), changes).scenario)
    assert len(groups) == MOST_GROUPS and sorted(n for g in groups for n in g.names) == sorted(WORST)
    swallowed, whole = MERGED[1][1], MERGED[2][1]
    assert set(swallowed) < set(whole) and {MERGED[0][0], MERGED[2][0]} <= {g.title for g in groups}


def test_shapley_values_of_a_known_game() -> None:
    """Two players who only count together share alike; a third adds one alone."""
    worth = {
        frozenset(s): np.array([4.0 * ({0, 1} <= set(s)) + 1.0 * (2 in s)])
        for s in [(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
    }
    assert [float(v[0]) for v in shapley(worth, 3)] == pytest.approx([2.0, 2.0, 1.0])


def test_combined_policies_are_split_by_intervention() -> None:
    falls = explained("april_2025").waterfalls[4]
    for key in ("peak_dislocation_10y_bp", "peak_dealer_use_pct", LOSSES_SPARED.key):
        assert [p.title for p in falls[key].parts if p.kind == "policy"] == [
            "Outright purchases",
            "Standing repo facility",
        ]
    easing = {p.title: p.value for p in falls["unintended_easing_10y_bp"].parts}
    assert (
        easing["Standing repo facility"] == pytest.approx(0.0, abs=EXACT) and easing["Outright purchases"] > 1
    )


def test_tail_weights_are_the_scorecards_expected_shortfall() -> None:
    draw = np.random.default_rng(0)
    for shape in ((64, 3), (64, 256), (64, 1), (2, 7)):
        for profits in (draw.normal(size=shape), np.zeros(shape), np.round(draw.normal(size=shape))):
            weights = tail_weights(profits)
            scored = float(np.mean(tail_loss(profits)))
            assert float(np.sum(weights)) == pytest.approx(1.0)
            assert float(-np.sum(weights * profits)) == pytest.approx(scored, abs=1e-12)


def test_sources_of_profit_are_what_they_are_called() -> None:
    made = compare(shipped("crowded"), [parse_policy("outright"), parse_policy("hedged-auction")], 16, 1)
    bought, taken = (profit_sources(run, 1) for run in made.runs[1:])
    rates = bought["Bonds: rates after purchase"]
    still = outright_result(made.runs[1], 0 * factors(1, 16, 0, FIXED), TERMS)
    assert np.allclose(rates, taxpayer(made.runs[1], 1).outright - still)
    assert np.all(taken["Bonds: rates after purchase"] == 0) and np.any(rates != 0)
    face, opening = made.runs[1]["outright_bn"][-1], shipped("crowded").scenario
    rough = 0.01 * (3.9 - opening.policy_rate_pct) * face.sum(axis=0) * years_after(made.runs[1], TERMS)
    carry = bought["Bonds: interest over the policy rate"][0]
    assert 0.3 < np.mean(carry) / np.mean(rough) < 4  # bonds at about 4% over 3.65%
    discount = made.runs[2]["vehicle_discount_bn"].sum(axis=(0, 1))
    assert np.allclose(taken["Bundles: discount on purchase"][0], discount)
    assert np.all(taken["Bundles: carry until they end"] > 0)


def test_losses_of_funds_by_source_are_the_change_of_their_equity() -> None:
    for run in compare(shipped("crowded"), default_policies(), 16, 1).runs:
        assert sum(fund_profits(run).values()) == pytest.approx(-float(np.mean(fund_losses(run))), abs=1e-9)


def test_progress_runs_from_start_to_end() -> None:
    seen: list[tuple[float, str]] = []
    attribution(shipped("april_2025"), default_policies(), 8, 1, lambda a, b: seen.append((a, b)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert "no action under 32 of 32 sets of shocks" in [text for _, text in seen]
