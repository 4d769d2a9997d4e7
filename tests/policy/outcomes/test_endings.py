"""How crises end: the published definition on runs made by hand, its two humps on paths, and the same shares everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command_line import printed

from models import series
from models.library import shipped
from models.scenario import World
from models.simulation import Run, followed, no_action, simulate
from models.worlds import replace
from policy.comparison import compare
from policy.outcomes import endings
from policy.outcomes.endings import CONTAINED, DISORDERLY, SPIRAL, ending, largest_sales_share
from policy.outcomes.scorecard import (
    CONTAINED_SHARE,
    DAYS_DISLOCATED,
    DAYS_TO_HEAL,
    DISORDERLY_SHARE,
    SPIRAL_SHARE,
)
from policy.outcomes.scores import scores
from policy.outcomes.statistics import share_interval

DAYS, BOOK = 12, 1000.0
KEPT = frozenset(
    {series.FORCED_SALES, series.POSITIONS, series.AT_FLOOR, series.DEFAULTS, series.DISLOCATION}
)


def run_with(
    dislocation: list[float] | None = None, sales: list[float] | None = None, floor: str = "", failed: int = 0
):
    """One path of twelve days: the 10-year's dislocation, forced sales, the days at the floor, groups that fail."""
    return Run(
        World(),
        {
            series.DISLOCATION: np.array(dislocation or [0.0] * DAYS)[:, None, None] * np.ones((1, 4, 1)),
            series.FORCED_SALES: np.array(sales or [0.0] * DAYS)[:, None, None]
            * np.array([0.5, 0.3, 0.2])[:, None],
            series.POSITIONS: np.full((DAYS, 3, 1), BOOK / 3),
            series.AT_FLOOR: np.array([float(c == "x") for c in floor.ljust(DAYS, ".")])[:, None],
            series.DEFAULTS: np.eye(DAYS)[4][:, None] * failed,
        },
    )


def kind(**given) -> int:
    return int(ending(run_with(**given))[0])


def test_contained_reaches_up_to_the_bound_and_disorderly_begins_beyond_it() -> None:
    at = [0.0] * 5 + [endings.CONTAINED_BP] + [0.0] * 6
    assert kind() == kind(dislocation=at) == CONTAINED
    assert kind(dislocation=[0.0] * 5 + [endings.CONTAINED_BP + 0.01] + [0.0] * 6) == DISORDERLY


def test_sales_spiral_from_the_share_on_within_five_days_and_not_over_longer() -> None:
    each = endings.SPIRAL_SALES_SHARE * BOOK / 5
    assert kind(sales=[0.0] * 3 + [each] * 5 + [0.0] * 4) == SPIRAL
    assert kind(sales=[0.0] * 3 + [each * 0.999] * 5 + [0.0] * 4) == CONTAINED
    assert kind(sales=[0.0] * 2 + [each * 5 / 6] * 6 + [0.0] * 4) == CONTAINED


def test_the_floor_must_hold_three_days_running_and_one_failed_group_is_enough() -> None:
    assert kind(floor="..xx.xx.xx") == CONTAINED
    assert kind(floor="..xx.xxx") == kind(floor=".........xxx") == SPIRAL
    assert kind(failed=1) == SPIRAL


def test_days_to_heal_run_until_the_dislocation_stays_below_the_bound() -> None:
    def days(values: list[float]) -> float:
        return float(DAYS_TO_HEAL.value(run_with(dislocation=values))[0])

    assert days([0.0] * DAYS) == days([9.9] * DAYS) == 0
    assert days([0.0, 0, 12, 12, 0, 0, 0, 0, 0, 0, 0, 0]) == 3
    assert days([0.0, 0, 12, 0, 0, 0, 10, 0, 0, 0, 0, 0]) == 6  # it came back
    assert days([0.0] * 11 + [12.0]) == DAYS - 1  # not healed: the whole run


@given(st.lists(st.floats(0, 40), min_size=DAYS, max_size=DAYS), st.integers(0, 1))
def test_more_dislocation_never_ends_better_nor_heals_sooner(values: list[float], failed: int) -> None:
    low, high = (run_with(dislocation=v, failed=failed) for v in (values, [v + 5 for v in values]))
    assert ending(high) >= ending(low)
    for row in (DAYS_DISLOCATED, DAYS_TO_HEAL):
        assert row.value(high) >= row.value(low)


def test_without_funds_nothing_is_sold_and_the_share_is_none() -> None:
    run = run_with()
    empty = Run(run.world, {**run.series, series.POSITIONS: np.zeros((DAYS, 3, 1))})
    assert largest_sales_share(empty) == 0


@pytest.mark.parametrize("name", ["crowded", "march_2020", "april_2025", "calm"])
def test_shares_are_of_all_paths_and_sum_to_a_hundred(name: str) -> None:
    result = compare(shipped(name), [], 64, 3)
    values = scores(result.baseline, result.baseline, 3).values
    shares = [values[row.key] for row in (CONTAINED_SHARE, DISORDERLY_SHARE, SPIRAL_SHARE)]
    assert np.array_equal(sum(shares), np.full(64, 100.0))
    kinds = ending(result.baseline)
    assert [float(np.mean(s)) for s in shares] == [100 * float(np.mean(kinds == k)) for k in range(3)]


def test_crowded_has_two_humps_with_the_bound_in_the_valley() -> None:
    from scipy.signal import argrelmax, argrelmin
    from scipy.stats import gaussian_kde

    (run,) = simulate(shipped("crowded"), [no_action], 1024, 1, keep=KEPT)
    at = np.linspace(0.03, 0.45, 421)
    density = gaussian_kde(largest_sales_share(run), 0.15)(at)
    humps = sorted(sorted(argrelmax(density)[0], key=lambda k: density[k])[-2:])
    (valley,) = (k for k in argrelmin(density)[0] if humps[0] < k < humps[1])
    assert at[valley] == pytest.approx(endings.SPIRAL_SALES_SHARE, abs=0.01)
    assert density[valley] < 0.3 * density[humps].min()


def test_episodes_end_as_they_did() -> None:
    """March 2020 as followed was disorderly and was stopped; April 2025 never spirals."""
    (march,) = simulate(shipped("march_2020"), [followed], 256, 1, keep=KEPT)
    (april,) = simulate(shipped("april_2025"), [followed], 256, 1, keep=KEPT)
    ends = ending(march)
    assert np.mean(ends == DISORDERLY) > 0.6 and np.mean(ends == SPIRAL) < 0.1
    assert not np.any(ending(april) == SPIRAL)


def test_intervals_of_shares_are_true_at_their_ends() -> None:
    low, high = share_interval(np.zeros(200))
    assert low == 0 and 1 < high < 2.5
    low, high = share_interval(np.full(200, 100.0))
    assert 97.5 < low < 99 and high == 100


def test_a_command_names_the_share_the_definition_gives() -> None:
    world = replace(shipped("crowded"), {"funds.scale": 1.1})
    share = 100 * np.mean(endings.spirals(compare(world, [], 40, 2).baseline))
    told = printed(
        "compare", "crowded", "--set", "funds.scale=1.1", "--policy", "none", "--paths", "40", "--seed", "2"
    )
    (line,) = (row for row in told.splitlines() if row.startswith(SPIRAL_SHARE.key))
    assert float(line.split()[-1]) == pytest.approx(share, abs=0.005)
