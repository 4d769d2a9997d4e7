"""Crises that answer: strategic selling, weak auctions that make the next weaker, doubt of the Fed's independence."""

from __future__ import annotations

import numpy as np
import pytest

from models import series
from models.library import shipped
from models.orders import Orders
from models.simulation import followed, simulate_central
from models.worlds import replace
from policy.comparison import compare_central
from policy.outcomes.scorecard import UNINTENDED_EASING
from policy.spec import parse_policy

STRATEGIC, DOUBT, MEMORY = (
    "dealers.strategic_selling",
    "yields.independence_doubt_bp",
    "issuance.weakness_memory",
)
CROWDED = shipped("crowded")


def sold(run) -> float:  # type: ignore[no-untyped-def]
    return float(run[series.REAL_MONEY_SALES].sum())


def test_sellers_who_mean_it_sell_more_and_stop_where_the_fed_stops_the_market() -> None:
    outright = parse_policy("outright:pace_bn=100,total_bn=1000")
    planned = compare_central(CROWDED, [outright])
    answered = compare_central(replace(CROWDED, {STRATEGIC: 0.02}), [outright])
    none, bought = (sold(run) for run in answered.runs)
    assert sold(planned.runs[0]) == sold(planned.runs[1])
    assert none > bought > sold(planned.runs[0])
    peak = [float(run[series.DISLOCATION][:, 2].max()) for run in (planned.runs[0], answered.runs[0])]
    assert peak[1] > peak[0]


def test_one_days_answer_is_a_share_for_each_bp_and_buyers_do_not_answer() -> None:
    world = replace(CROWDED, {STRATEGIC: 0.03, "scenario.swap_spread_shock.size": 0.0})
    (run,) = simulate_central(world, [lambda view: Orders()])
    (plan,) = simulate_central(CROWDED, [lambda view: Orders()])
    gaps = run[series.DISLOCATION][:-1, :, 0] @ np.array(world.wedges.swap_spread_mix)
    more = 1 + 0.03 * np.maximum(gaps, 0)
    assert run[series.REAL_MONEY_SALES][1:, :, 0] == pytest.approx(
        plan[series.REAL_MONEY_SALES][1:, :, 0] * more[:, None]
    )
    knots = tuple((day, -abs(value)) for day, value in CROWDED.scenario.real_money_sales.knots)
    buying = {"scenario.real_money_sales.knots": knots}
    runs = [simulate_central(replace(CROWDED, {**buying, STRATEGIC: x}), [followed])[0] for x in (0.0, 0.1)]
    assert np.array_equal(runs[0][series.REAL_MONEY_SALES], runs[1][series.REAL_MONEY_SALES])


def test_a_weak_auction_makes_the_next_one_weaker() -> None:
    world = replace(shipped("april_2025"), {"scenario.auction_withdrawal.knots": ((1, 0.0), (2, 0.2))})
    runs = [simulate_central(replace(world, {MEMORY: x}), [followed])[0] for x in (0.0, 0.5, 0.9)]
    days = [auction.day for auction in world.scenario.auctions]
    awards = np.array([[run[series.DEALER_AWARD][day, 0] for day in dict.fromkeys(days)] for run in runs])
    weak = [k for k, day in enumerate(dict.fromkeys(days)) if day >= 2]
    assert len(weak) >= 2
    assert awards[0, weak[0]] == pytest.approx(
        awards[1, weak[0]], abs=1e-6
    )  # the first has nothing to remember
    assert np.all(np.diff(awards[:, weak[1]]) > 0)


def test_doubt_raises_the_term_premium_by_what_is_announced() -> None:
    outright = parse_policy("outright")
    plain = compare_central(CROWDED, [outright])
    doubted = compare_central(replace(CROWDED, {DOUBT: 2.0}), [outright])
    rise = (doubted.runs[1][series.TERM_PREMIUM] - plain.runs[1][series.TERM_PREMIUM])[-1, :, 0]
    assert rise == pytest.approx(2.0 * 5.0 * np.array(CROWDED.yields.duration_loadings), abs=1e-6)
    easing = [UNINTENDED_EASING.value(c.runs[1]).item() for c in (plain, doubted)]
    assert easing[1] == pytest.approx(easing[0] - 10.0, abs=0.5)
    assert np.array_equal(doubted.runs[0][series.YIELD], plain.runs[0][series.YIELD])


def test_calm_stays_calm_whatever_the_levers() -> None:
    world = replace(shipped("calm"), {STRATEGIC: 0.1, DOUBT: 5.0, MEMORY: 0.9})
    (run,) = simulate_central(world, [lambda view: Orders()])
    assert np.ptp(run[series.YIELD], axis=0).max() < 1e-9 and np.ptp(run[series.CHARGE]) < 1e-9
