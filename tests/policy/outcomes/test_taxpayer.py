"""The public's profit and the scorecard against sums written out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from support.counting import NO_RISKS
from support.shipped_runs import SEED, compared

from models import bonds
from models.library import SHIPPED, shipped
from models.parameters.base import TENORS
from models.scenario import trade_mixes
from models.simulation import Run
from models.worlds import replace
from models.worlds import revised as with_terms
from policy.comparison import compare
from policy.outcomes import scorecard as sc
from policy.outcomes import statistics
from policy.outcomes.dysfunction import dysfunction_cost
from policy.outcomes.formulas import tail_loss
from policy.outcomes.moral_hazard import fund_losses, losses_spared, share_still_borne
from policy.outcomes.rates_after import DRAWS, factors
from policy.outcomes.taxpayer import margin_cash_need, taxpayer
from policy.outcomes.terms import TERMS
from policy.spec import parse_policy

BARE = with_terms(TERMS, **NO_RISKS)
STILL = with_terms(BARE, level_sd_bp=0.0, slope_sd_bp=0.0, slippage_sd_points=0.0)
HINDSIGHT = with_terms(STILL, fundamentals="scripted")


def run_of(name: str, spec: str, paths: int = 12) -> Run:
    return compare(shipped(name), [parse_policy(spec)], paths, SEED).runs[1]


@pytest.fixture(scope="module")
def bought() -> Run:
    return run_of("march_2020", "outright:total_bn=300,start=2020-03-09")


@pytest.fixture(scope="module")
def auctioned() -> Run:
    return run_of("crowded", "hedged-auction:exit=market,reserve_discount=0.3,exit_discount=0.2")


# --- outright --------------------------------------------------------------------------------------------------


def _carry_and_convergence(run: Run, path: int, hindsight: bool = True) -> float:
    """Day by day and tenor by tenor: carry over the policy rate, and the price change to the exit yield.

    The exit yield is the last day's, or with what was known that of the day: without dislocation and the Fed's own effect.
    """
    s = run.world.scenario
    days, total = run["yield_pct"].shape[0], 0.0
    for i, years in enumerate(TENORS):
        opening = s.opening_yields_pct[i]
        duration, convexity = bonds.modified_duration(opening, years), bonds.convexity(opening, years)
        for day in range(1, days):
            at = -1 if hindsight else day
            own = run["fed_easing_bp"][at, i, path] + run["policy_signal_bp"][at, i, path]
            sold = run["term_premium_bp"][at, i, path] + own
            face = run["outright_bn"][day, i, path] - run["outright_bn"][day - 1, i, path]
            paid = 100 * run["yield_pct"][day, i, path]
            move = 100 * opening + run["fundamentals_bp"][at, i, path] + sold - paid
            total += face * (252 - day) / 252 * (paid - 100 * s.policy_rate_pct) / 1e4
            total += face * (-duration * move / 1e4 + 0.5 * convexity * move**2 / 1e8)
    return total


def test_without_volatility_outright_earns_exactly_carry_and_convergence(bought: Run) -> None:
    profit = taxpayer(bought, SEED, HINDSIGHT).outright
    assert profit.shape == (DRAWS, bought.paths)
    for path in (0, 5, 11):
        np.testing.assert_allclose(profit[:, path], _carry_and_convergence(bought, path), rtol=1e-10)


def test_what_was_known_on_the_day_is_worth_that_days_dislocation_less_the_feds_own_effect(
    bought: Run,
) -> None:
    profit = taxpayer(bought, SEED, STILL).outright
    for path in (0, 5, 11):
        want = _carry_and_convergence(bought, path, hindsight=False)
        np.testing.assert_allclose(profit[:, path], want, rtol=1e-10)


@pytest.mark.parametrize("trend", [-60.0, 60.0])
def test_no_script_is_in_anyones_pocket(trend: float) -> None:
    """Where yields drift by the script after the purchases, the result as knowable does not move; hindsight's does."""
    world = shipped("crowded")
    known, hindsight = [], []
    for end in (0.0, trend):
        path = {"knots": ((20, 0.0), (world.scenario.days, end)), "severity_sd": 0.0, "noise_sd": 0.0}
        changes = {f"scenario.fundamentals.{name}": value for name, value in path.items()}
        run = compare(
            replace(world, changes), [parse_policy(f"outright:start={world.scenario.calendar[2]}")], 8, SEED
        ).runs[1]
        assert not np.diff(run["outright_bn"][19:], axis=0).any()  # nothing is bought once yields drift
        known.append(taxpayer(run, SEED).total)
        hindsight.append(taxpayer(run, SEED, with_terms(TERMS, fundamentals="scripted")).total.mean())
    np.testing.assert_allclose(*known, rtol=1e-9, atol=1e-9)
    assert (hindsight[1] - hindsight[0]) * trend < 0 and abs(hindsight[1] - hindsight[0]) > 1


def test_exit_yields_leave_out_the_feds_own_effect(bought: Run) -> None:
    """Exit yields are those of a run without the Fed: its duration and its signal gone, real money's sales kept."""
    supply = (
        bought.world.yields.duration_slope_bp / 100 * np.array(bought.world.yields.duration_loadings)[:, None]
    )
    equivalents = np.array(bonds.ten_year_equivalents(bought.world.scenario.opening_yields_pct))[:, None]
    sold = np.sum(bought["real_money_sales_bn"] * equivalents, axis=(0, 1))
    own = bought["fed_easing_bp"][-1] + bought["policy_signal_bp"][-1]
    np.testing.assert_allclose(bought["term_premium_bp"][-1] + own, supply * sold, atol=1e-9)


def test_volatility_makes_a_tail_and_convexity_a_small_gain(bought: Run) -> None:
    still, moving = taxpayer(bought, SEED, STILL).outright, taxpayer(bought, SEED).outright
    assert np.std(moving) > 3 * np.std(still)
    assert 0 < np.mean(moving) - np.mean(still) < 0.1 * np.std(moving)


def test_carry_falls_one_for_one_with_the_policy_rate(bought: Run) -> None:
    dearer = bought.world.model_copy(
        update={"scenario": bought.world.scenario.model_copy(update={"policy_rate_pct": 1.1})}
    )
    flows = np.diff(bought["outright_bn"], axis=0, prepend=0.0).sum(axis=1)
    years = ((252 - np.arange(flows.shape[0])) / 252)[:, None]
    loss = (
        taxpayer(bought, SEED, STILL).outright[0]
        - taxpayer(Run(dearer, bought.series), SEED, STILL).outright[0]
    )
    np.testing.assert_allclose(loss, np.sum(flows * years, axis=0) * 0.01, rtol=1e-9)


# --- draws -------------------------------------------------------------------------------------------------------


def test_draws_are_antithetic_pairs() -> None:
    z = factors(SEED, 7, 0)
    assert z.shape == (5, DRAWS, 7)
    np.testing.assert_array_equal(z[:, : DRAWS // 2], -z[:, DRAWS // 2 :])


def test_pairs_cancel_the_linear_part(auctioned: Run) -> None:
    """The vehicle's profit is linear in its one factor, so each path's mean over draws is that without noise."""
    np.testing.assert_allclose(
        taxpayer(auctioned, SEED, BARE).vehicle.mean(axis=0),
        taxpayer(auctioned, SEED, STILL).vehicle[0],
        rtol=1e-9,
        atol=1e-12,
    )


def test_draws_do_not_depend_on_how_paths_are_cut() -> None:
    whole = factors(SEED, 300, 0)
    np.testing.assert_array_equal(factors(SEED, 100, 200), whole[..., 200:])


@pytest.mark.parametrize("seed", [1, 2])
def test_factors_are_standard_normal(seed: int) -> None:
    z = factors(seed, 2000, 0)
    np.testing.assert_allclose(z.std(axis=(1, 2)), 1, atol=0.02)
    np.testing.assert_allclose(np.corrcoef(z[:, : DRAWS // 2].reshape(5, -1)), np.eye(5), atol=0.02)


# --- vehicle and repo ----------------------------------------------------------------------------------------------


def test_the_vehicle_earns_discounts_and_carry_less_slippage(auctioned: Run) -> None:
    profit = taxpayer(auctioned, SEED, STILL).vehicle
    days, paths = auctioned["vehicle_bn"].shape[0], auctioned.paths
    assert auctioned["vehicle_sales_bn"].any()
    for path in range(0, paths, 4):
        total = 0.0
        for day in range(1, days):
            for j in range(3):
                face = auctioned["vehicle_purchases_bn"][day, j, path]
                back = auctioned["vehicle_sales_bn"][day, j, path]
                left = (252 - day) / 252
                total += auctioned["vehicle_discount_bn"][day, j, path]
                total -= back * auctioned["price_loss_points"][day, j, path] / 100
                total += (face - back) * left * TERMS.calm_implied_repo_bp / 1e4
                total -= face * TERMS.slippage_points / 100
        np.testing.assert_allclose(profit[:, path], total, rtol=1e-9, atol=1e-12)


def test_discounts_are_at_least_the_reserve(auctioned: Run) -> None:
    face, earned = auctioned["vehicle_purchases_bn"], auctioned["vehicle_discount_bn"]
    assert (earned >= 0.3 / 100 * face - 1e-9).all() and (earned[face == 0] == 0).all()


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("clearing", ["uncleared", "cleared"])
def test_repo_through_dealers_never_loses(name: str, clearing: str) -> None:
    run = run_of(name, f"repo:clearing={clearing}")
    profit = taxpayer(run, SEED)
    assert (profit.repo >= 0).all() and not profit.outright.any() and not profit.vehicle.any()
    lent = run["facility_bn"].sum(axis=1)
    np.testing.assert_allclose(
        profit.repo[0], (lent * run["repo_spread_bp"]).sum(axis=0) / 1e4 / 252, rtol=1e-12
    )


def test_direct_repo_shares_lenders_losses() -> None:
    run = run_of("crowded", "repo:access=direct,rate_bp=-50,stigma_bp=0,start=depth_mn.above.0.for.1", 40)
    lent = run["facility_bn"][:, 2]
    with_losses = (lent * run["lender_losses_bn"]).any(axis=0)
    free = with_terms(TERMS, direct_recovery=1.0)
    gap = taxpayer(run, SEED, free).repo - taxpayer(run, SEED).repo
    assert (gap >= 0).all() and (gap[:, ~with_losses] == 0).all()
    assert (gap[0] <= run["lender_losses_bn"].sum(axis=0) + 1e-12).all()
    assert with_losses.any() == (gap > 0).any()


def test_no_action_earns_and_loses_exactly_nothing() -> None:
    for name in SHIPPED:
        assert not taxpayer(compared(name).baseline, SEED).total.any()


def test_cash_for_margin_is_initial_plus_variation(auctioned: Run) -> None:
    mixes = (*trade_mixes(auctioned.world)[:2], (0.0,) * 4)
    years = bonds.durations(auctioned.world.scenario.opening_yields_pct)
    hedge = 100 * auctioned["yield_pct"] - auctioned["dysfunction_bp"]
    for path in (0, 7):
        variation, most = 0.0, 0.0
        for day in range(hedge.shape[0]):
            if day:
                for j in range(3):
                    held = auctioned["vehicle_bn"][day - 1, j, path]
                    for i in range(4):
                        fall = hedge[day - 1, i, path] - hedge[day, i, path]
                        variation += held * mixes[j][i] * years[i] * fall / 1e4
            initial = sum(
                auctioned["vehicle_bn"][day, j, path] * auctioned["margin_pct"][day, j, path] / 100
                for j in range(3)
            )
            most = max(most, variation + initial)
        assert margin_cash_need(auctioned)[path] == pytest.approx(most, rel=1e-9)


# --- scorecard -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def profits() -> np.ndarray:
    return np.random.default_rng(5).standard_t(4, (DRAWS, 200)) * 7 + 1


def figures_of(profits: np.ndarray) -> dict[str, tuple[float, float]]:
    """Value and error of every outcome of the public's profit."""
    return {m.key: statistics.estimate(m.of_profit(profits)) for m in sc.METRICS if m.of_profit}


def test_expected_shortfall_is_the_mean_of_the_worst_twentieth(profits: np.ndarray) -> None:
    worst = np.sort(-profits.ravel())[-round(profits.size / 20) :]
    risk = figures_of(profits)
    assert risk["taxpayer_es95_bn"][0] == pytest.approx(worst.mean(), rel=1e-9)
    assert risk["taxpayer_mean_bn"][0] == pytest.approx(profits.mean(), rel=1e-12)
    assert risk["taxpayer_loss_probability_pct"][0] == pytest.approx(100 * np.mean(profits < 0), rel=1e-12)


def test_errors_count_paths_not_draws(profits: np.ndarray) -> None:
    risk = figures_of(profits)
    assert risk["taxpayer_mean_bn"][1] == pytest.approx(
        profits.mean(axis=0).std(ddof=1) / np.sqrt(200), rel=1e-12
    )
    doubled = np.concatenate([profits, profits])
    assert figures_of(doubled)["taxpayer_mean_bn"][1] == pytest.approx(risk["taxpayer_mean_bn"][1], rel=1e-9)


def test_the_error_of_the_tail_is_that_of_fresh_samples() -> None:
    rng = np.random.default_rng(8)
    found = [
        statistics.estimate(tail_loss(rng.standard_normal((DRAWS, 200)) + rng.standard_normal(200)))
        for _ in range(150)
    ]
    assert np.mean([error for _, error in found]) == pytest.approx(
        np.std([value for value, _ in found]), rel=0.2
    )


def test_differences_are_paired(profits: np.ndarray) -> None:
    values, base = profits[0], profits[1]
    found = statistics.difference(values, base)
    half = 1.96 * np.std(values - base, ddof=1) / np.sqrt(values.size)
    assert found["mean_ci95"] == pytest.approx([np.mean(values - base) - half, np.mean(values - base) + half])
    assert found["median"] == pytest.approx(np.median(values - base))


@pytest.mark.parametrize("size", [1, 2, 5, 200, 201])
def test_quantiles_are_numpys(size: int) -> None:
    values = np.random.default_rng(size).standard_normal((3, size))
    shares = (0.05, 0.5, 0.95)
    np.testing.assert_allclose(
        statistics.quantiles(values, shares), np.quantile(values, shares, axis=-1), rtol=1e-12
    )
    found = statistics.summary(values[0])
    np.testing.assert_allclose(
        [found["p05"], found["median"], found["p95"]], np.quantile(values[0], shares), rtol=1e-12
    )


def test_a_single_path_has_no_error() -> None:
    assert statistics.standard_error(np.array([3.0])) == 0


@pytest.mark.parametrize("name", ["crowded", "march_2020"])
def test_dysfunction_cost_is_dislocation_on_urgent_sales(name: str) -> None:
    run = compared(name).baseline
    mixes, years = trade_mixes(run.world), bonds.durations(run.world.scenario.opening_yields_pct)
    for path in (0, 99):
        total = 0.0
        for day in range(run["yield_pct"].shape[0]):
            for i in range(4):
                forced = sum(run["market_sales_bn"][day, j, path] * mixes[j][i] for j in range(3))
                clients = run["client_sales_bn"][day, i, path]
                urgent = max(run["real_money_sales_bn"][day, i, path], 0.0) + clients + forced
                total += max(run["dislocation_bp"][day, i, path], 0.0) * years[i] / 1e4 * urgent
        assert dysfunction_cost(run)[path] == pytest.approx(total, rel=1e-9)


def test_funds_bear_what_they_were_not_spared() -> None:
    none, *others = compared("crowded").runs
    assert share_still_borne(none, none) == 1 and not losses_spared(none, none).any()
    for run in others:
        borne = np.mean(fund_losses(run)) / np.mean(fund_losses(none))
        assert share_still_borne(run, none) == pytest.approx(borne)
    calm = compared("calm").runs
    assert share_still_borne(calm[1], calm[0]) == 1


def test_every_key_says_what_it_is() -> None:
    assert len(set(sc.KEYS)) == len(sc.METRICS)
    for m in sc.METRICS:
        assert m.title and m.unit and m.description and m.group and m.better in {"high", "low", "neither"}
    ends = {"_bp", "_pct", "_bn", "_mn"}
    units = {"_bp": "bp", "_bn": "$bn", "_mn": "$mn"}
    for m in sc.METRICS:
        end = "_" + m.key.rsplit("_", 1)[-1]
        assert end not in ends or end not in units or m.unit == units[end]
