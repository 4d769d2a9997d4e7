"""What nobody knows: every precedent in every world, one baseline for all columns, and ranges over all assumptions."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.library import SHIPPED, shipped
from models.worlds import revised
from policy.comparison import NONE
from policy.leverage.assumptions import (
    ASSUMPTIONS,
    SMALLEST_LEVERAGE_PCT,
    corners,
    practically_none,
)
from policy.leverage.equilibrium import equilibria, selected
from policy.leverage.game import Game
from policy.leverage.measurement import CrisisPart, alike, crisis_part
from policy.leverage.ranges import over_assumptions
from policy.leverage.runs import PURCHASES_OF_2020, Measured, measured
from policy.leverage.who_pays import WhoPays, choice_of, solved
from policy.spec import parse_policy

SEED = 1
QUICK = Game(paths=24, scales=5, probe_scales=9, resamples=10)
PRECEDENTS = (0.0, 0.5, 1.0)
RULED = (
    "minimum-haircut:haircut_pct=0.5",
    "minimum-haircut:haircut_pct=1",
    "leverage-cap:leverage=40",
    "leverage-cap:leverage=20",
)


@cache
def runs(name: str, *specs: str) -> Measured:
    return measured(shipped(name), [parse_policy(s) for s in specs], SEED, QUICK)


@cache
def ruled(name: str) -> WhoPays:
    return solved(runs(name, *RULED), QUICK)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_default_game_works_under_every_precedent(name: str) -> None:
    """Today's leverage is what funds choose, so what they expect already changes nothing; every policy has figures."""
    for chance in PRECEDENTS:
        found = solved(runs(name, "outright"), revised(QUICK, purchases_probability=chance))
        assert found.risk_aversion >= found.least_risk_aversion
        assert all(o.leverage_change_pct is not None for o in found.outcomes)
        none, bought = (o.leverage_change_pct.value for o in found.outcomes)
        if (
            chance == 0.5
        ):  # half believed, so one of the two draws leverage up and the other down, or neither does
            assert none * bought <= 1e-9
        else:
            assert (bought if chance else none) == pytest.approx(0.0, abs=1e-6)


def test_a_risk_aversion_that_is_too_small_is_raised_and_todays_leverage_holds() -> None:
    bold = revised(QUICK, risk_aversion=0.0, purchases_probability=0.0, crises_a_year=0.3)
    found = solved(runs("crowded", "outright"), bold)
    assert found.least_risk_aversion > 0 and found.game.risk_aversion == 0
    assert found.risk_aversion == pytest.approx(found.least_risk_aversion, rel=1e-5)
    assert found.outcome("none").leverage_change_pct.value == 0


def test_the_quick_answer_is_the_full_one() -> None:
    found = runs("crowded", "outright")
    for game in corners(QUICK)[::7]:
        choice = choice_of(found, game, found.precedent(game))
        for sample in found.shown:
            losses = sample.losses(game.franchise_value)
            assert selected(losses, choice) == equilibria(losses, choice).selected


# --- one baseline -----------------------------------------------------------------------------------------------------


def test_every_column_is_measured_against_todays_leverage_with_no_rule() -> None:
    found = ruled("crowded")
    none = found.outcome("none")
    for o in found.outcomes[1:]:
        assert o.cost_today == none.cost_today
        assert o.cost_with_response.value - none.cost_today.value == pytest.approx(o.moral_hazard_loss.value)
        assert o.leverage_change_pct.value < none.leverage_change_pct.value < 0
        (there,) = [s for s in found.runs.shown if s.policy.label == o.label]
        scale = o.equilibria.selected.scale
        by_leverage = QUICK.crises_a_year * (o.waste_at(scale) - o.waste_at(1.0))
        assert by_leverage < 0  # lower leverage alone makes crises cheaper: what is left is the rule's own
        assert o.moral_hazard_loss.value == pytest.approx(by_leverage + o.rule_effect.value)
        assert o.cost_with_response.value == pytest.approx(
            QUICK.crises_a_year * float(np.add.reduce(there.waste_at(scale)))
        )
    assert none.rule_effect is None


def test_tighter_rules_mean_less_leverage_and_a_cap_never_dearer_crises() -> None:
    """A cap cuts the tightest books and leaves everyone's cushion; a haircut takes equity from it, which is said."""
    some, more, loose, tight = ruled("crowded").outcomes[1:]
    for mild, strict in ((some, more), (loose, tight)):
        assert strict.leverage_change_pct.value < mild.leverage_change_pct.value
    for cap in (loose, tight):
        per_unit = [
            w / s
            for w, s in (
                (cap.cost_with_response.value, cap.equilibria.selected.scale),
                (cap.cost_today.value, 1.0),
            )
        ]
        assert per_unit[0] < per_unit[1] and cap.moral_hazard_loss.value < 0


def test_the_crisis_part_leaves_out_what_is_set_beforehand() -> None:
    world = shipped("crowded")

    def part(spec: str):
        return crisis_part(parse_policy(spec), world)

    assert alike(part("minimum-haircut"), NONE) and alike(part("leverage-cap+outright"), PURCHASES_OF_2020)
    assert alike(part("hedged-auction"), parse_policy("hedged-auction"))
    floor = part("margin:floor_pct=50")
    assert isinstance(floor, CrisisPart) and floor.prepare(world) is world
    assert alike(part("margin"), parse_policy("margin")) and not alike(floor, parse_policy("margin"))


# --- ranges -----------------------------------------------------------------------------------------------------------


def test_a_range_is_over_every_combination_and_holds_what_single_assumptions_do() -> None:
    found = over_assumptions(solved(runs("crowded", "outright"), QUICK))
    points = corners(QUICK)
    assert len(points) == 1 + 2 ** len(ASSUMPTIONS) == len(set(points)) and points[0] == QUICK
    for n, o in enumerate(found.outcomes):
        scales = [
            selected(s.losses(g.franchise_value), choice_of(found.runs, g, found.runs.precedent(g))).scale
            for g in points
            for s in (found.runs.shown[n],)
        ]
        ends = o.leverage_unknown.range
        assert (ends.low, ends.high) == pytest.approx((100 * (min(scales) - 1), 100 * (max(scales) - 1)))
        for unknown, value in (
            (o.leverage_unknown, o.leverage_change_pct.value),
            (o.loss_unknown, o.moral_hazard_loss.value),
        ):
            assert unknown.range.low <= value <= unknown.range.high
            assert {s.assumption for s in unknown.swings} == set(ASSUMPTIONS)
            widths = [s.width for s in unknown.swings]
            assert widths == sorted(widths, reverse=True)
    none, bought = (o.leverage_unknown.range for o in found.outcomes)
    assert (
        none.low < -1 and none.high == pytest.approx(0) and bought.low == pytest.approx(0) and bought.high > 1
    )


def test_an_interval_stretches_to_a_value_of_ones_own_and_a_swing_is_its_own_game() -> None:
    own = revised(QUICK, carry=0.9)
    carry = next(a for a in ASSUMPTIONS if a.name == "carry")
    assert carry.ends(own) == (carry.low, 0.9) and max(g.carry for g in corners(own)) == 0.9
    found = over_assumptions(solved(runs("crowded", "outright"), own))
    swing = next(s for s in found.outcome("none").leverage_unknown.swings if s.assumption == carry)
    again = solved(found.runs, revised(own, carry=carry.low)).outcome("none").leverage_change_pct.value
    assert swing.at_low == pytest.approx(again) and swing.at_high == pytest.approx(
        found.outcome("none").leverage_change_pct.value
    )


def test_intervals_hold_the_default_within_the_settings_bounds() -> None:
    for a in ASSUMPTIONS:
        assert a.low <= getattr(Game(), a.name) <= a.high and a.source
        revised(Game(), **{a.name: a.low}), revised(Game(), **{a.name: a.high})


def test_practically_none_is_within_the_error_or_below_what_matters() -> None:
    least = SMALLEST_LEVERAGE_PCT
    assert practically_none(0.9 * least, 0.0, least) and not practically_none(1.1 * least, 0.0, least)
    assert practically_none(-1.1 * least, least, least) and not practically_none(-2 * least, least, least)
