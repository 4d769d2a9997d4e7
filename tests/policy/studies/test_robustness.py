"""Rankings over rival structures and draws from their fits, on the same shocks."""

from __future__ import annotations

from dataclasses import replace as with_fields

import numpy as np
import pytest

from models.calibration.free import FREE
from models.errors import Refused
from models.library import shipped
from models.simulation import followed, simulate_central
from models.worlds import replace
from policy.comparison import compare, default_policies
from policy.outcomes.scorecard import BY_KEY, FORCED_SALES, LOSSES_SPARED, PEAK_DISLOCATION
from policy.ranking.criteria import KEYS as CRITERIA_KEYS
from policy.ranking.criteria import weights
from policy.studies.draws import AS_SHIPPED, KNOWN, USUAL, drawn_world, fit_of, parameter_draws, rival
from policy.studies.evaluation import Kept
from policy.studies.held import KEYS, POINTS, RANKINGS, Robustness, rankings_document
from policy.studies.robustness import Rivalry, robustness

CROWDED = Rivalry(shipped("crowded"), default_policies(), ("shipped", "all_urgent"), draws=2, paths=16)


@pytest.fixture(scope="module")
def ranks() -> Robustness:
    return robustness(CROWDED)


@pytest.mark.parametrize("name", KNOWN)
def test_parameter_draws_are_reproducible_bounded_and_spread(name: str) -> None:
    draws = parameter_draws(32, 3, name)
    assert draws == parameter_draws(32, 3, name)
    bounds = {x.name: (x.low, x.high) for x in FREE}
    for values in draws:
        assert all(bounds[name][0] <= v <= bounds[name][1] for name, v in values.items())
        assert not values.keys() & rival(name).settings.keys()
    logs = np.log([list(values.values()) for values in draws])
    fit = fit_of(name)
    assert np.all(np.linalg.eigvalsh(fit.covariance) > 0)
    assert np.all(np.abs(logs.mean(axis=0) - fit.centre) < 4 * np.sqrt(np.diag(fit.covariance) / 32))


@pytest.mark.parametrize("name", [AS_SHIPPED.name, "all_urgent"])
def test_a_drawn_world_still_explains_the_observed_yields(name: str) -> None:
    world = drawn_world(shipped("march_2020"), parameter_draws(4, 1, name)[1], rival(name))
    (run,) = simulate_central(world, [followed])
    gap = run["yield_pct"][:, :, 0] - np.array(world.scenario.observed_yields_pct)
    assert np.max(np.abs(gap)) < 1e-4


def test_what_somebody_changed_stays_changed() -> None:
    world = replace(shipped("crowded"), {"dealers.steepness": 9.0, "funds.scale": 0.8})
    drawn = drawn_world(world, parameter_draws(2, 1, "no_memory")[0], rival("no_memory"))
    assert (drawn.dealers.steepness, drawn.funds.scale, drawn.wedges.memory_share) == (9.0, 0.8, 0.0)
    assert drawn.wedges.basis_beta != world.wedges.basis_beta


def test_a_structure_that_does_not_fit_a_world_is_refused_in_words() -> None:
    world = replace(shipped("crowded"), {"dealers.slow_demand_bn": 9.0})
    with pytest.raises(Refused, match=r"No slow investors.*slow_demand_bn.*leave this structure out"):
        robustness(with_fields(CROWDED, world=world, structures=("shipped", "quick_only")))
    for wrong, said in (
        (("quick",), "unknown; known: shipped"),
        ((), "at least one"),
        (("shipped",) * 2, "only once"),
    ):
        with pytest.raises(Refused, match=said):
            with_fields(CROWDED, structures=wrong)
    with pytest.raises(Refused, match="between 1 and 1000"):
        with_fields(CROWDED, draws=0)


def test_the_first_draw_is_the_fit_and_no_draw_depends_on_its_company(ranks: Robustness) -> None:
    from policy.studies.batch import outcomes

    alone = outcomes(
        [CROWDED.world], CROWDED.policies, CROWDED.paths, CROWDED.seed, (FORCED_SALES.key,)
    ).values[0, :, 0]
    assert np.array_equal(ranks.means[0, :, KEYS.index(FORCED_SALES.key)], alone.mean(axis=-1))
    kept: Kept = {}
    again = robustness(with_fields(CROWDED, draws=1), kept)
    assert np.array_equal(again.means, ranks.means[::2])
    assert len(kept) == 2  # what is finished is not run again
    first, second = (parameter_draws(1000, 1, name)[0] for name in CROWDED.structures)
    assert first.keys() == second.keys() and first != second


def test_a_stop_loses_nothing_that_was_finished() -> None:
    kept: Kept = {}

    def stop(share: float, text: str) -> None:
        if 0 < share < 1:
            raise KeyboardInterrupt

    few = with_fields(CROWDED, structures=("shipped", "all_urgent", "quick_only"), paths=2)
    with pytest.raises(KeyboardInterrupt):
        robustness(few, kept, stop)
    assert len(kept) == 4
    done = dict(kept)
    robustness(few, kept)
    assert len(kept) == 6 and all(kept[name] is value for name, value in done.items())


def test_steps_shares_and_points_agree_with_the_figures(ranks: Robustness) -> None:
    for key in RANKINGS:
        costs = ranks.costs(key)
        order = ranks.order(key)
        assert list(costs[0][list(order)]) == sorted(costs[0])
        assert ranks.best_share(key).sum() == pytest.approx(1)
        for a in range(4):
            for b in range(4):
                held, back = ranks.held(key, a, b), ranks.held(key, b, a)
                assert held.share == pytest.approx(np.mean(held.shares)) and held.share + back.share <= 1
    only = weights({PEAK_DISLOCATION.key: 1.0})
    means = ranks.means[:, :, KEYS.index(PEAK_DISLOCATION.key)]
    assert ranks.costs(POINTS, only) == pytest.approx(means / BY_KEY[PEAK_DISLOCATION.key].worth.amount)
    assert set(CRITERIA_KEYS) <= set(KEYS)
    assert [row["by"] for row in rankings_document(ranks)] == list(RANKINGS)


def test_the_verdict_of_a_draw_is_the_comparisons_own(ranks: Robustness) -> None:
    from policy.outcomes.scores import all_scores
    from policy.ranking.verdict import verdict

    result = compare(CROWDED.world, CROWDED.policies, CROWDED.paths, CROWDED.seed)
    said = verdict([scores.values for scores in all_scores(result)])
    assert ranks.verdicts.kinds[0] == said.kind
    assert set(np.flatnonzero(ranks.verdicts.about[0])) == set(said.policies)
    assert sum(ranks.verdict_shares(1).values()) == pytest.approx(1)


def test_a_constructed_structure_flips_a_ranking(ranks: Robustness) -> None:
    """In the second of three structures the better policy is the worse one; a hundredth of a point is no lead."""
    key, k = PEAK_DISLOCATION.key, KEYS.index(PEAK_DISLOCATION.key)
    figures = np.zeros((6, 4, len(KEYS)))
    figures[:, :, k] = [40.0, 20.0, 39.95, 10.0]
    figures[2:4, 1, k] = 5.0
    flipped = with_fields(
        ranks, structures=USUAL[:3], place=np.array([0, 0, 1, 1, 2, 2]), means=figures, headlines=figures
    )
    assert flipped.order(key) == (3, 1, 2, 0)
    auction, purchases, alike = flipped.rungs(key)
    assert auction is not None and (auction.structures, auction.share) == (2, pytest.approx(4 / 6))
    assert auction.shares == (1.0, 0.0, 1.0) and not auction.everywhere
    assert purchases is not None and purchases.everywhere
    assert alike is None  # 39.95 against 40
    assert flipped.best_in(key) == (3, 1, 3)
    spared = flipped.rungs(LOSSES_SPARED.key)
    assert spared == (None, None, None)
