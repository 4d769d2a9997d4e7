"""The price of help bites, follows the world's own discounts, and its test against purchases counts paths in pairs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from models import series
from models.errors import Refused
from models.library import shipped
from models.parameters.base import DAYS_A_YEAR
from policy.comparison import compare, compare_central
from policy.described import equivalents
from policy.interventions.hedged_auction import MOST_BP, HedgedAuction
from policy.interventions.outright import Outright
from policy.leverage.losses_borne import LossesBorne, losses_borne
from policy.leverage.penalty import IF_QUIET, usual_penalties
from policy.outcomes.moral_hazard import fund_losses
from policy.outcomes.statistics import WIDTH
from policy.spec import parse_policy

PATHS = 128


@pytest.fixture(scope="module")
def crowded() -> LossesBorne:
    return losses_borne(shipped("crowded"), PATHS, 1)


def test_the_price_of_help_bites_in_the_crowded_world(crowded: LossesBorne) -> None:
    """Three penalties or more between a tenth and nine tenths of the cheapest take-up, over which markets and funds fare worse."""
    cheapest = crowded.points[0].take_up_bn.value
    between = [p for p in crowded.points if 0.1 * cheapest < p.take_up_bn.value < 0.9 * cheapest]
    assert len(between) >= 3
    policies = [parse_policy(f"{p.penalty_bp:g}=hedged-auction:penalty_bp={p.penalty_bp:g}") for p in between]
    runs = compare(shipped("crowded"), policies, PATHS, 1).runs[1:]
    for cheap, dear in pairwise(runs):
        for worse in (fund_losses(dear) - fund_losses(cheap), _peak(dear) - _peak(cheap)):
            assert np.mean(worse) > WIDTH * np.std(worse, ddof=1) / np.sqrt(PATHS)


def _peak(run: object) -> np.ndarray:
    return np.asarray(run[series.DISLOCATION][:, 2].max(axis=0))  # type: ignore[index]


def test_losses_borne_are_those_of_the_comparison(crowded: LossesBorne) -> None:
    policies = [Outright(), HedgedAuction()]
    none, bought, auction = compare(
        shipped("crowded"), [parse_policy(i.name) for i in policies], PATHS, 1
    ).runs
    base = fund_losses(none).mean()
    assert crowded.without_help_bn == pytest.approx(base)
    assert crowded.purchases_pct.value == pytest.approx(100 * fund_losses(bought).mean() / base)
    assert crowded.own.borne_pct.value == pytest.approx(100 * fund_losses(auction).mean() / base)
    gap = crowded.own.borne_pct.value - crowded.purchases_pct.value
    assert crowded.own.over_purchases.value == pytest.approx(gap)
    resampled = np.random.default_rng(1).integers(0, PATHS, (400, PATHS))
    losses = [fund_losses(run)[resampled].mean(axis=1) for run in (none, bought, auction)]
    assert crowded.own.over_purchases.se == pytest.approx(
        np.std(100 * (losses[2] - losses[1]) / losses[0]), rel=0.2
    )


def test_the_third_claim_turns_with_the_price(crowded: LossesBorne) -> None:
    """Free help spares funds more than purchases do, dear help less."""
    assert crowded.points[0].cheaper and crowded.points[-1].dearer
    shares = [p.borne_pct.value for p in crowded.points]
    assert shares == sorted(shares)


@pytest.mark.parametrize("name", ["april_2025", "march_2020", "crowded", "october_2025"])
def test_the_grid_follows_the_worlds_own_discounts(name: str) -> None:
    grid = usual_penalties(shipped(name))
    assert grid[0] == 0 and list(grid) == sorted(set(grid)) and len(grid) >= 3 and grid[-1] <= MOST_BP
    run = compare_central(shipped(name), []).baseline
    if grid != IF_QUIET:
        assert grid[-1] <= run[series.MARKET_PENALTY][:, :2].max()


def test_the_grid_of_the_crowded_world_and_of_calm() -> None:
    assert usual_penalties(shipped("crowded")) == (0, 10, 20, 40, 80, 160)
    assert usual_penalties(shipped("calm")) == IF_QUIET


@pytest.mark.parametrize("name", ["crowded", "march_2020"])
def test_a_price_has_the_same_worth_in_both_units(name: str) -> None:
    world = shipped(name)
    points = equivalents(HedgedAuction(penalty_bp=(40.0, 20.0, 10.0)), world)
    assert points[0] == pytest.approx(40 * world.scenario.days_to_delivery / DAYS_A_YEAR / 100)
    assert 0.2 < points[1] < 4 and 0.1 < points[2] < 2
    for points_given, bp in zip(points, (40.0, 20.0, 10.0), strict=True):
        auction = HedgedAuction(reserve_discount=points_given, penalty_bp=None)
        assert any(x == pytest.approx(bp) for x in equivalents(auction, world))


def test_a_penalty_rises_with_use() -> None:
    """Each bundle is bought at no better than the penalty that the purchases before that day make."""
    spec = "hedged-auction:penalty_bp=5,penalty_rise_bp=50,size_bn=1000,start=1990-01-01"
    flat, rising = compare(
        shipped("crowded"), [parse_policy(s) for s in (spec.replace("rise_bp=50", "rise_bp=0"), spec)], 16, 1
    ).runs[1:]
    bought, mark = rising[series.VEHICLE_PURCHASES], rising[series.MARKET_PENALTY]
    before = np.cumsum(bought.sum(axis=1), axis=0) - bought.sum(axis=1)
    asked = np.broadcast_to((5 + 0.5 * before)[:, None], mark.shape)
    assert (bought > 1e-6).any() and np.all(mark[bought > 1e-6] >= asked[bought > 1e-6] - 1e-6)
    total = [run[series.VEHICLE_PURCHASES].sum(axis=(0, 1)).mean() for run in (flat, rising)]
    assert 0 < total[1] < 0.9 * total[0]


def test_an_exit_to_the_market_waits_until_it_stands_near_calm() -> None:
    spec = "hedged-auction:penalty_bp=20,exit=market,exit_bp=8,start=1990-01-01"
    (run,) = compare(shipped("crowded"), [parse_policy(spec)], 16, 1).runs[1:]
    sold, mark = run[series.VEHICLE_SALES][1:], run[series.MARKET_PENALTY][:-1]
    assert sold.any() and np.all(mark[sold > 1e-9] < 8)


def test_impossible_penalties_are_refused() -> None:
    with pytest.raises(Refused, match="from 0 to 1000 bp"):
        losses_borne(shipped("calm"), 8, 1, (2000.0,))
    with pytest.raises(Refused, match="at least one penalty"):
        losses_borne(shipped("calm"), 8, 1, ())
