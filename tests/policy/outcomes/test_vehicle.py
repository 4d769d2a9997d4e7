"""The vehicle can lose: each risk against its closed form, and without any the sum that it was before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.counting import NO_RISKS

from models import bonds
from models.library import shipped
from models.orders import Orders
from models.scenario import trade_mixes
from models.simulation import Run, View, simulate
from models.worlds import replace, revised
from policy.comparison import compare
from policy.outcomes.rates_after import DRAWS, FIXED, factors
from policy.outcomes.taxpayer import taxpayer
from policy.outcomes.terms import TERMS, Terms
from policy.outcomes.vehicle_risks import failing_share
from policy.spec import parse_policy

SEED, PATHS = 3, 200
NONE = revised(TERMS, **NO_RISKS)
SURE = revised(NONE, slippage_points=0.0, slippage_sd_points=0.0, calm_implied_repo_bp=0.0)


@pytest.fixture(scope="module")
def auctioned() -> Run:
    return compare(shipped("crowded"), [parse_policy("hedged-auction")], PATHS, SEED).runs[1]


def cost(run: Run, **risk: Any) -> np.ndarray:
    """What one risk costs alone, $bn (strategy, draw, path)."""
    return taxpayer(run, SEED, NONE).bundles - taxpayer(run, SEED, revised(NONE, **risk)).bundles


def as_before(run: Run, path: int, draw: int) -> float:
    """Bundles bought, carried to one year after the opening and got out of, one by one, without the risks."""
    z = factors(SEED, run.paths, 0, FIXED)[4, draw, path]
    total = 0.0
    for day in range(run["vehicle_bn"].shape[0]):
        for j in range(3):
            face, back = (run[name][day, j, path] for name in ("vehicle_purchases_bn", "vehicle_sales_bn"))
            hedged = 0.0
            if day:
                hedged = max(run["hedged_bn"][day, j, path] - run["hedged_bn"][day - 1, j, path], 0.0)
            mark = run["price_loss_points"][day, j, path]
            total += run["vehicle_discount_bn"][day, j, path] + (hedged - back) * mark / 100
            total += (face + hedged - back) * (252 - day) / 252 * 15 / 1e4
            total -= (face + hedged) * (0.02 + 0.03 * z) / 100
    return total


@pytest.mark.parametrize("spec", ["hedged-auction:exit=market", "hedged-purchases"])
def test_without_its_risks_the_vehicle_earns_what_it_did_before_it_could_lose(spec: str) -> None:
    run = compare(shipped("crowded"), [parse_policy(spec)], 8, SEED).runs[1]
    result = taxpayer(run, SEED, NONE).vehicle
    for path, draw in ((0, 0), (3, 17), (7, 63)):
        assert result[draw, path] == pytest.approx(as_before(run, path, draw), rel=1e-9, abs=1e-9)


def test_delivery_costs_spread_with_the_volatility_at_purchase(auctioned: Run) -> None:
    stress = auctioned["volatility_bp"] / auctioned["volatility_bp"][0]
    weighted = (auctioned["vehicle_purchases_bn"][:, 0] * stress).sum(axis=0)
    z = factors(SEED, PATHS, 0, FIXED)[4]
    got = cost(auctioned, delivery_sd_points=0.2)
    np.testing.assert_allclose(got[0], weighted * 0.2 / 100 * z, rtol=1e-9, atol=1e-12)
    assert not got[1:].any()
    face = auctioned["vehicle_purchases_bn"][:, 0].sum(axis=0)
    assert (weighted > 1.1 * face)[face > 1].all()  # bought in stress, it may go wrong by more than in calm


@pytest.mark.parametrize("days_to_delivery", [20, 80])
def test_a_roll_at_the_market_gives_back_what_has_not_healed(days_to_delivery: int) -> None:
    """Each bundle meets its own first expiry; after the run the last day's prices stay, but for what heals."""
    world = replace(shipped("crowded"), {"scenario.days_to_delivery": days_to_delivery})
    run = compare(world, [parse_policy("hedged-auction")], 8, SEED).runs[1]
    got = cost(run, vehicle_exit="rolled", undeliverable_share=0.3, healed_share=0.4)
    years = bonds.durations(world.scenario.opening_yields_pct)
    last = world.scenario.days
    for path in (1, 6):
        want = np.zeros(3)
        for day in range(1, last + 1):
            expiry = days_to_delivery + 1 + (63 if day > days_to_delivery + 1 else 0)
            at, stays = (expiry, 1.0) if expiry <= last else (last, 0.6)
            premium = sum(
                run["off_the_run_bp"][at, i, path] * m * years[i] for i, m in enumerate(trade_mixes(world)[0])
            )
            roll = world.wedges.roll_cost_points * run["charge_above_calm_bp"][at, path] / 100
            prices = run["price_loss_points"][at, :, path].copy()
            prices[0] = 0.3 * premium / 100 + roll
            face = run["vehicle_purchases_bn"][day, :, path] - run["vehicle_sales_bn"][day, :, path]
            want += face * prices * stays / 100
        np.testing.assert_allclose(
            got[:, :, path], np.repeat(want[:, None], DRAWS, axis=1), rtol=1e-9, atol=1e-9
        )
        assert want[:2].any()


def test_all_that_heals_until_expiry_costs_nothing(auctioned: Run) -> None:
    assert not cost(auctioned, vehicle_exit="rolled", healed_share=1.0).any()


def test_bundles_that_end_at_delivery_roll_only_what_is_not_delivered(auctioned: Run) -> None:
    ends = {"vehicle_hold": "delivery", "vehicle_exit": "rolled", "undeliverable_share": 0.0}
    end = revised(NONE, vehicle_hold="delivery")
    gap = taxpayer(auctioned, SEED, end).bundles - taxpayer(auctioned, SEED, revised(NONE, **ends)).bundles
    assert not gap[0].any() and gap[1].any()


def test_margin_costs_interest_on_what_is_paid_and_a_spread_on_what_is_posted(auctioned: Run) -> None:
    """With hindsight and still rates: variation margin as the run had it, kept to the horizon."""
    still = revised(NONE, fundamentals="scripted", level_sd_bp=0.0, slope_sd_bp=0.0)
    dear = revised(still, margin_interest_share=0.5, margin_funding_bp=40.0)
    got = taxpayer(auctioned, SEED, still).bundles - taxpayer(auctioned, SEED, dear).bundles
    world, days = auctioned.world, auctioned["vehicle_bn"].shape[0] - 1
    years, rate = bonds.durations(world.scenario.opening_yields_pct), world.scenario.policy_rate_pct / 100
    hedge = 100 * auctioned["yield_pct"] - auctioned["dysfunction_bp"]
    for path in (2, 150):
        for j in (0, 1):
            held = auctioned["vehicle_bn"][:, j, path]
            flow = [
                held[d - 1] * sum(
                    m * years[i] * (hedge[d - 1, i, path] - hedge[d, i, path]) / 1e4
                    for i, m in enumerate(trade_mixes(world)[j])
                )
                for d in range(1, days + 1)
            ]  # fmt: skip
            paid = np.cumsum(flow)
            posted = held[1:] * auctioned["margin_pct"][1:, j, path] / 100
            want = 0.0
            for span, v, i in (
                (days / 252, paid.mean(), posted.mean()),
                (1 - days / 252, paid[-1] * (held[-1] > 0), posted[-1]),
            ):
                want += span * (0.5 * rate * v + 40 / 1e4 * max(v + i, 0.0))
            np.testing.assert_allclose(got[j, :, path], want, rtol=1e-9, atol=1e-12)
    assert got[:2].any() and not got[2].any()


def test_what_was_not_known_about_margin_is_fair(auctioned: Run) -> None:
    """Interest on variation margin is a risk without a mean: no script of yields is in it, and its spread is that of rates."""
    got = cost(auctioned, margin_interest_share=1.0, margin_funding_bp=0.0)
    np.testing.assert_allclose(got.mean(axis=1), 0, atol=1e-12)
    level = revised(NONE, slope_sd_bp=0.0, level_loadings=(1.0, 1.0, 1.0, 1.0), margin_interest_share=1.0)
    many = Run(
        auctioned.world, {k: np.repeat(v[..., 5:6], 3000, axis=-1) for k, v in auctioned.series.items()}
    )
    free = revised(level, margin_interest_share=0.0)
    spread = (taxpayer(many, SEED, free).bundles[1] - taxpayer(many, SEED, level).bundles[1]).std()
    bought, days = auctioned["vehicle_purchases_bn"][:, 1, 5], auctioned["vehicle_bn"].shape[0] - 1
    lead, after = float(bought @ np.arange(days, -1, -1) / 252 / bought.sum()), 1 - days / 252
    years = np.dot(trade_mixes(many.world)[1], bonds.durations(many.world.scenario.opening_yields_pct))
    # Half of the lead's move over the lead and all of it after, and the mean of a Brownian motion over the rest.
    variance = lead * (lead / 2 + after) ** 2 + after**3 / 3
    rate = many.world.scenario.policy_rate_pct / 100
    assert bought.sum() > 1
    assert spread == pytest.approx(bought.sum() * years * 90 / 1e4 * rate * np.sqrt(variance), rel=0.02)


def test_what_failing_funds_sold_loses_its_discount_and_the_markets_move(auctioned: Run) -> None:
    got = cost(auctioned, settlement_failure_share=0.7, settlement_days=2)
    share = failing_share(auctioned, 2)
    assert (share > 0).any() and ((share >= 0) & (share <= 1)).all()
    z = np.maximum(factors(SEED, PATHS, 0, FIXED)[6], 0.0)
    years = np.array(trade_mixes(auctioned.world)) @ bonds.durations(
        auctioned.world.scenario.opening_yields_pct
    )
    want = np.zeros_like(got)
    for day in np.flatnonzero(share.any(axis=1)):
        missing, sigma = 0.7 * share[day], auctioned["volatility_bp"][day]
        for j in range(3):
            lost = missing * auctioned["vehicle_discount_bn"][day, j]
            bare = missing * auctioned["vehicle_purchases_bn"][day, j]
            want[j] += lost + bare * years[j] * sigma * np.sqrt(2) * z / 1e4
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


def test_failing_funds_are_those_without_equity_by_settlement() -> None:
    forced = np.array([[[0.0], [0.0]], [[3.0], [1.0]], [[1.0], [1.0]]])  # (day, cohort, path)
    equity = np.array([[[5.0], [5.0]], [[4.0], [2.0]], [[3.0], [0.0]]])
    run = Run(shipped("crowded"), {"forced_by_cohort_bn": forced, "equity_by_cohort_bn": equity})
    np.testing.assert_allclose(failing_share(run, 1)[:, 0], [0.0, 0.25, 0.5])
    assert failing_share(run, 2)[1] == 0.25


def losses(run: Run, terms: Terms) -> tuple[list[float], float]:
    """Probability of loss by strategy, and of the vehicle, %."""
    result = taxpayer(run, SEED, terms)
    return [100 * float(np.mean(b < -1e-9)) for b in result.bundles], 100 * float(
        np.mean(result.vehicle < -1e-9)
    )


@pytest.mark.parametrize("vehicle_exit", ["healed", "rolled"])
def test_in_crowded_trades_the_basis_can_lose_and_without_a_penalty_the_whole(
    auctioned: Run, vehicle_exit: str
) -> None:
    terms = revised(TERMS, vehicle_exit=vehicle_exit)
    by_strategy, _ = losses(auctioned, terms)
    assert 0 < by_strategy[0] < 100

    def without_penalty(view: View) -> Orders:
        return Orders(
            auction_capacity=40.0 * (view.day > 3),
            reserve_penalty=0.0,
            eligible=np.array([[1.0], [1.0], [0.0]]),
        )

    (run,) = simulate(shipped("crowded"), [without_penalty], PATHS, SEED)
    assert run["vehicle_purchases_bn"].any()
    _, whole = losses(run, terms)
    assert 0 < whole < 100


def test_a_market_that_does_not_heal_is_the_larger_risk_in_march_2020() -> None:
    """Bought at the reserve while prices fall on: rolled at the market most outcomes lose, healed few."""
    run = compare(shipped("march_2020"), [parse_policy("hedged-auction")], 64, SEED).runs[1]
    healed, rolled = (losses(run, revised(TERMS, vehicle_exit=e))[1] for e in ("healed", "rolled"))
    assert healed < 25 < 75 < rolled
