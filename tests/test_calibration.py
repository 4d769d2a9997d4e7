"""The fit to March 2020: what ships is what the report says, and the machinery of the fit does what it claims."""

from __future__ import annotations

import numpy as np
import pytest

from models import calibration as c
from models import calibration_report
from models.library import shipped
from models.scenario import World
from models.worlds import replace
from policy.spec import parse_policy
from policy.studies.robustness import drawn_world, parameter_draws, robustness


@pytest.fixture(scope="module")
def report():
    return calibration_report.stored()


def test_shipped_values_are_those_of_the_report(report):
    assert calibration_report.shipped_values() == report["shipped"]


def test_model_values_are_those_of_the_report(report):
    for name in ("march_2020", "april_2025"):
        now = {row["key"]: row["model"] for row in calibration_report.rows(name)}
        then = {row["key"]: row["model"] for row in report[name]}
        assert now == pytest.approx(then, rel=1e-6, abs=1e-6)


def test_at_least_nine_tenths_of_march_2020_within_two_units_of_noise():
    rows = calibration_report.rows("march_2020")
    assert sum(abs(row["z"]) <= 2 for row in rows) >= 0.9 * len(rows)


def test_no_fitted_value_rests_on_a_bound(report):
    assert [f["name"] for f in report["fitted"] if f["at_bound"]] == []


def test_a_changed_structural_value_shows(report):
    """The guard the report gives: another value of a fitted parameter moves the model's moments away from it."""
    march = shipped("march_2020")
    moved = replace(march, {"dealers.steepness": march.dealers.steepness * 1.05})
    then = np.array([row["model"] for row in report["march_2020"]])
    assert np.max(np.abs(c.evaluate(moved) - then)) > 0.1


def test_every_target_has_a_source_and_a_reason_for_its_noise():
    for name in ("march_2020", "april_2025"):
        for target in c.targets(name):
            assert target.source and target.reason and target.noise > 0
            assert sum(x is not None for x in (target.at, target.peak, target.trough)) == 1


def test_stacked_trial_worlds_give_the_numbers_of_single_ones():
    march = shipped("march_2020")
    wanted = c.targets("march_2020")
    others = [
        c.trial(march, {"dealers.steepness": k, "wedges.basis_beta": b}) for k, b in ((6.0, 0.8), (9.0, 1.3))
    ]
    together = c.moments(others, wanted)
    apart = np.stack([c.moments([w], wanted)[:, 0] for w in others], axis=1)
    np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-9)


def test_sales_profile_keeps_its_total():
    for start, rise, end in ((8.0, 0.5, 20.0), (12.0, 3.0, 35.0)):
        assert sum(v for _, v in c.sales_knots(start, rise, end)) == pytest.approx(c.SALES_BN, abs=0.3)


def test_the_fit_recovers_a_known_parameter():
    """With the model's own moments as targets, a few steps from elsewhere come back to the shipped value."""
    from scipy.optimize import least_squares

    march = shipped("march_2020")
    wanted = [
        t
        for t in c.targets("march_2020")
        if t.key in ("depth_trough", "dislocation_10y_peak", "implied_repo_peak")
    ]
    truth = {"liquidity.depth_charge_elasticity": 0.30, "wedges.basis_beta": 1.2}
    goal = c.moments([c.trial(march, truth)], wanted)[:, 0]
    noise = np.array([t.noise for t in wanted])

    def residual(x):
        return (
            c.moments([c.trial(march, dict(zip(truth, np.exp(x), strict=True)))], wanted)[:, 0] - goal
        ) / noise

    found = least_squares(residual, np.log([0.4, 1.0]), diff_step=1e-4)
    assert np.exp(found.x) == pytest.approx(list(truth.values()), rel=1e-3)


def test_a_small_fit_is_reproducible():
    march = shipped("march_2020")
    first, second = (c.fit(march, starts=2, evaluations=4) for _ in range(2))
    assert first.values == second.values
    assert first.cost < 80


def test_capacity_follows_the_rule_at_every_date():
    for name in ("march_2020", "april_2025", "crowded"):
        world = shipped(name)
        assert world.dealers.capacity_bn == pytest.approx(c.capacity_bn(world), rel=0.01)
    assert World().dealers.capacity_bn == pytest.approx(c.capacity_bn(World()), rel=0.01)


def test_parameter_draws_are_reproducible_bounded_and_spread():
    draws = parameter_draws(32, 3)
    assert draws == parameter_draws(32, 3)
    bounds = {f.name: (f.low, f.high) for f in c.FREE}
    for values in draws:
        assert all(bounds[name][0] <= v <= bounds[name][1] for name, v in values.items())
    assert np.std([np.log(v["wedges.basis_beta"]) for v in draws]) > 0.05


def test_a_drawn_world_still_explains_the_observed_yields():
    from models.simulation import followed, simulate_central

    world = drawn_world(shipped("march_2020"), parameter_draws(4, 1)[1])
    (run,) = simulate_central(world, [followed])
    gap = run["yield_pct"][:, :, 0] - np.array(world.scenario.observed_yields_pct)
    assert np.max(np.abs(gap)) < 1e-4


def test_rankings_over_draws_add_up():
    policies = [parse_policy(spec) for spec in ("none", "outright", "hedged-auction")]
    result = robustness(shipped("april_2025"), policies, seed=1, draws=4, paths=16)
    for key in ("market_sales_bn", "taxpayer_es95_bn"):
        assert sum(result.best_share(key).values()) == pytest.approx(1)
    assert result.better_share("unintended_easing_10y_bp", "none", "outright") == 1
    assert result.better_share("unintended_easing_10y_bp", "none", "hedged-auction") == 0
