"""Rankings over draws from the fit: parameters consistent with history, on the same shocks."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration.free import FREE
from models.library import shipped
from policy.spec import parse_policy
from policy.studies.robustness import drawn_world, parameter_draws, robustness


def test_parameter_draws_are_reproducible_bounded_and_spread():
    draws = parameter_draws(32, 3)
    assert draws == parameter_draws(32, 3)
    bounds = {x.name: (x.low, x.high) for x in FREE}
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
