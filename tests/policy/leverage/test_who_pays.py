"""Who pays after the fact: rates after the crisis, exits, the vehicle, repo, and the split between Treasury and Fed."""

from __future__ import annotations

import numpy as np
import pytest
from support.counting import NO_RISKS

from models import bonds
from models.errors import Refused
from models.library import shipped
from models.parameters.base import TENORS
from models.simulation import Run
from models.worlds import revised
from policy.comparison import compare, default_policies, equal_trigger_and_pace
from policy.outcomes import scores as sc
from policy.outcomes import statistics
from policy.outcomes.outright_result import exit_dates, purchases, years_after
from policy.outcomes.rates_after import DRAWS, factor_count, factors, steps
from policy.outcomes.taxpayer import first_loss_pct, margin_cash, margin_cash_need, taxpayer
from policy.outcomes.terms import TERMS, Terms
from policy.spec import parse_policy

SEED = 3
STILL = revised(TERMS, **NO_RISKS, level_sd_bp=0.0, slope_sd_bp=0.0, slippage_sd_points=0.0)
LONG = revised(STILL, horizon_years=10.0, valuation="repriced", fundamentals="scripted")


def run_of(name: str, spec: str, paths: int = 8) -> Run:
    return compare(shipped(name), [parse_policy(spec)], paths, SEED).runs[1]


@pytest.fixture(scope="module")
def bought() -> Run:
    return run_of("crowded", "outright")


@pytest.fixture(scope="module")
def auctioned() -> Run:
    return run_of("crowded", "hedged-auction:strategies=basis")


def one_path(run: Run, times: int) -> Run:
    """The first path again and again, so that only rates after the crisis differ."""
    return Run(run.world, {k: np.repeat(v[..., :1], times, axis=-1) for k, v in run.series.items()})


# --- rates after the crisis ---------------------------------------------------------------------------------------


def test_a_factors_end_and_mean_have_their_joint_law_at_any_dates() -> None:
    """Over [0, T]: Var(end) = v²T, Var(mean) = v²T/3, Cov = v²T/2, whatever dates lie between."""
    terms = revised(TERMS, level_sd_bp=80.0, slope_sd_bp=0.0)
    times = (0.5, 2.0, 5.0)
    z = factors(SEED, 3000, 0, factor_count(times))
    found = list(steps(z, times, terms))
    end = found[-1].level.ravel()
    mean = sum(s.years * s.policy_rate for s in found).ravel() / times[-1]
    got = np.cov(end, mean)
    want = 80.0**2 * 5.0 * np.array([[1, 1 / 2], [1 / 2, 1 / 3]])
    np.testing.assert_allclose(got, want, rtol=0.03)


def test_more_dates_leave_the_first_draws_alone() -> None:
    np.testing.assert_array_equal(factors(SEED, 9, 0, 23)[:5], factors(SEED, 9, 0, 5))


def test_a_known_tightening_rises_in_a_straight_line_and_stays() -> None:
    terms = revised(STILL, tightening_bp=400.0, tightening_years=2.0)
    found = list(steps(np.zeros((17, DRAWS, 1)), (1.0, 2.0, 4.0), terms))
    assert [float(s.level[0, 0]) for s in found] == pytest.approx([200, 400, 400])
    assert [float(s.policy_rate[0, 0]) for s in found] == pytest.approx([100, 300, 400])


# --- outright -------------------------------------------------------------------------------------------------------


def _held_to_ten_years(run: Run, path: int) -> float:
    """Flow by flow: carry until maturity or horizon; 2-, 5- and 10-year bonds redeemed at par; the rest priced by formula."""
    last, total = run["yield_pct"].shape[0] - 1, 0.0
    after = 10.0 - last / 252
    rate = 100 * run.world.scenario.policy_rate_pct
    for i, n in enumerate(TENORS):
        own = run["fed_easing_bp"][-1, i, path] + run["policy_signal_bp"][-1, i, path]
        leaves = 100 * run.world.scenario.opening_yields_pct[i] + own
        leaves += run["fundamentals_bp"][-1, i, path] + run["term_premium_bp"][-1, i, path]
        y, left = leaves / 1e4, max(n - after, 0.0)
        for day in range(1, last + 1):
            face = run["outright_bn"][day, i, path] - run["outright_bn"][day - 1, i, path]
            coupon = run["yield_pct"][day, i, path] / 100
            total += face * ((last - day) / 252 + min(after, n)) * (1e4 * coupon - rate) / 1e4
            if left > 0:
                total += face * (
                    coupon / y * (1 - (1 + y / 2) ** (-2 * left)) + (1 + y / 2) ** (-2 * left) - 1
                )
    return total


@pytest.mark.parametrize("exit", ["hold", "timed"])
def test_still_rates_earn_exactly_carry_and_convergence_over_ten_years(bought: Run, exit: str) -> None:
    if exit == "hold":
        profit = taxpayer(bought, SEED, LONG).outright
        for path in (0, 5):
            np.testing.assert_allclose(profit[:, path], _held_to_ten_years(bought, path), rtol=1e-9)
    else:  # sold on one day a year after the run: the result of a horizon on that day
        last = (bought["yield_pct"].shape[0] - 1) / 252
        sold = revised(LONG, exit="timed", sale_start_years=1.0, sale_dates=1)
        there = revised(LONG, horizon_years=1.0 + last)
        np.testing.assert_allclose(
            taxpayer(bought, SEED, sold).outright, taxpayer(bought, SEED, there).outright, rtol=1e-9
        )


@pytest.mark.parametrize("fundamentals", ["unchanged", "scripted"])
def test_one_factor_matches_its_closed_form_mean_and_variance(bought: Run, fundamentals: str) -> None:
    """Rates move for `lead` years from purchase to the run's end, unless that is known, and for `years` after it."""
    terms = revised(TERMS, fundamentals=fundamentals, slope_sd_bp=0.0, level_loadings=(1.0, 1.0, 1.0, 1.0))
    run, years = one_path(bought, 2000), years_after(bought, terms)
    flow = np.diff(bought["outright_bn"][:, :, 0], axis=0, prepend=0.0).sum(axis=1)
    lead = float(flow @ np.arange(flow.size)[::-1] / 252 / flow.sum()) if fundamentals == "unchanged" else 0.0
    book = purchases(one_path(bought, 1), terms)
    face, variance = sum(b.face[0] for b in book), 90.0**2
    base = float(taxpayer(one_path(bought, 1), SEED, revised(terms, level_sd_bp=0.0)).outright[0, 0])
    on_level = sum(-b.duration * b.face[0] / 1e4 + b.convexity * b.gap[0] / 1e8 for b in book)
    square = sum(0.5 * b.convexity * b.face[0] / 1e8 for b in book)
    on_mean = -face * years / 1e4
    mean = base + square * variance * (lead + years)
    spread = (
        (on_level + on_mean) ** 2 * lead
        + (on_level**2 + on_level * on_mean + on_mean**2 / 3) * years
        + 2 * square**2 * variance * (lead + years) ** 2
    ) * variance
    got = taxpayer(run, SEED, terms).outright
    value, error = sc.profit_figures(got)["mean_bn"]
    assert abs(value - mean) < 4 * error
    sd, sd_error = sc.profit_figures(got)["sd_bn"]
    assert abs(sd - np.sqrt(spread)) < 4 * sd_error and sd_error < 0.01 * sd


def test_a_tightening_as_in_2022_is_negative_carry(bought: Run) -> None:
    """With bonds held to maturity only funding is dearer: loss = face × mean rise × years, tenor by tenor."""
    tight = revised(LONG, tightening_bp=400.0)
    gap = taxpayer(bought, SEED, LONG).outright - taxpayer(bought, SEED, tight).outright
    after = years_after(bought, LONG)
    short = [b for b in purchases(bought) if b.tenor < after]
    least = sum(b.face * 400 * (b.tenor - 0.5) / 1e4 for b in short)
    assert (gap >= least - 1e-9).all()
    assert (taxpayer(bought, SEED, tight).outright < 0).all()


def test_demand_led_exit_sells_all_or_nothing_when_rates_only_go_one_way(bought: Run) -> None:
    """No sale where buyers pay less than was paid: then it is holding. Where they pay more, it is the timed sale."""
    settings = {"exit": "demand", "sale_start_years": 1.0, "sale_years": 0.5, "tightening_years": 0.5}
    up = revised(LONG, **settings, tightening_bp=500.0)
    np.testing.assert_allclose(
        taxpayer(bought, SEED, up).outright,
        taxpayer(bought, SEED, revised(up, exit="hold")).outright,
        rtol=1e-9,
    )
    down = revised(LONG, **settings, tightening_bp=-500.0)
    np.testing.assert_allclose(
        taxpayer(bought, SEED, down).outright,
        taxpayer(bought, SEED, revised(down, exit="timed")).outright,
        rtol=1e-9,
    )
    late = revised(down, dislocation_half_life_years=2.0, exit_dislocation_bp=0.0)
    stays = (
        taxpayer(bought, SEED, late).outright - taxpayer(bought, SEED, revised(late, exit="hold")).outright
    )
    held = bought["dysfunction_bp"][-1].min(axis=0) > 0
    np.testing.assert_allclose(stays[:, held], 0, atol=1e-9)


def test_sale_dates_stay_before_the_horizon() -> None:
    assert exit_dates(0.5, TERMS) == ()
    assert exit_dates(0.1, revised(TERMS, exit="timed")) == (0.1,)
    found = exit_dates(5.0, revised(TERMS, exit="demand", sale_start_years=1.0, sale_years=2.0, sale_dates=5))
    assert found == pytest.approx((1, 1.5, 2, 2.5, 3))


def test_long_horizons_must_be_repriced_and_bounds_hold() -> None:
    for change in (
        {"horizon_years": 5.0},
        {"horizon_years": 11.0, "valuation": "repriced"},
        {"exit": "never"},
    ):
        with pytest.raises(Refused):
            revised(TERMS, **change)


def test_a_horizon_inside_the_run_ends_with_the_run(bought: Run) -> None:
    world = bought.world
    long = Run(
        world, {k: np.concatenate([v, np.repeat(v[-1:], 60, axis=0)]) for k, v in bought.series.items()}
    )
    assert years_after(long, revised(TERMS, horizon_years=0.25)) == 0
    assert np.isfinite(taxpayer(long, SEED, revised(TERMS, horizon_years=0.25)).total).all()


@pytest.mark.parametrize("years", [0.25, 1.0, 10.0])
def test_risk_grows_with_the_horizon_and_every_figure_is_finite(bought: Run, years: float) -> None:
    found = sc.profit_figures(taxpayer(bought, SEED, Terms(horizon_years=years, valuation="repriced")).total)
    assert all(np.isfinite(v) and e >= 0 for v, e in found.values())
    assert found["worst_bn"][0] < found["mean_bn"][0] < -found["worst_bn"][0] + 1e3
    cents = sc.per_dollar(taxpayer(bought, SEED).total, np.full(8, 500.0))
    assert cents["worst_cents"] <= -cents["es95_cents"] + 1e-9


# --- vehicle, repo, split -------------------------------------------------------------------------------------------


def test_a_vehicle_held_to_delivery_without_slippage_earns_exactly_discount_and_carry(auctioned: Run) -> None:
    terms = revised(STILL, vehicle_hold="delivery", slippage_points=0.0)
    bought = auctioned["vehicle_purchases_bn"][:, 0]
    delivery = auctioned.world.scenario.days_to_delivery + 1
    years = (delivery - np.arange(bought.shape[0]))[:, None] / 252
    want = auctioned["vehicle_discount_bn"].sum(axis=(0, 1)) + (bought * years).sum(axis=0) * 15 / 1e4
    assert bought.any()
    np.testing.assert_allclose(
        taxpayer(auctioned, SEED, terms).vehicle, np.broadcast_to(want, (DRAWS, 8)), rtol=1e-12
    )


def test_rolls_cost_what_they_say(auctioned: Run) -> None:
    """A year from the opening with delivery on day 81: rolls on days 81, 144 and 207."""
    dear = revised(STILL, roll_points=0.01)
    gap = taxpayer(auctioned, SEED, STILL).vehicle - taxpayer(auctioned, SEED, dear).vehicle
    face = auctioned["vehicle_purchases_bn"].sum(axis=(0, 1))
    np.testing.assert_allclose(gap[0], face * 3 * 0.01 / 100, rtol=1e-9)


def test_a_discount_that_has_not_faded_is_not_yet_earned(auctioned: Run) -> None:
    slow = revised(STILL, dislocation_half_life_years=1.0, horizon_years=0.25)
    gap = (
        taxpayer(auctioned, SEED, revised(STILL, horizon_years=0.25)).vehicle
        - taxpayer(auctioned, SEED, slow).vehicle
    )
    left = 0.5 ** years_after(auctioned, slow)
    want = (auctioned["vehicle_bn"][-1] * auctioned["price_loss_points"][-1]).sum(axis=0) / 100 * left
    np.testing.assert_allclose(gap[0], want, rtol=1e-9, atol=1e-12)


def test_treasury_and_fed_share_all_of_it_and_treasury_loses_first(auctioned: Run) -> None:
    bad = revised(STILL, slippage_points=1.0, vehicle_funding_bp=50.0)
    found = taxpayer(auctioned, SEED, bad, first_loss=1.0)
    np.testing.assert_allclose(found.treasury + found.fed, found.total, rtol=1e-12)
    face = auctioned["vehicle_purchases_bn"].sum(axis=(0, 1))
    np.testing.assert_allclose(found.treasury_equity, face * 0.02)  # the loan's haircut is above 1%
    used = face > 1
    assert (found.treasury[:, used] >= -found.treasury_equity[used] - 1e-12).all()
    thick = taxpayer(auctioned, SEED, bad, first_loss=100.0)
    np.testing.assert_allclose(thick.fed[:, used], 0, atol=1e-12)
    np.testing.assert_allclose(found.total, thick.total)
    policies = [parse_policy("outright"), parse_policy("hedged-auction:first_loss_pct=7+outright")]
    assert [first_loss_pct(p.interventions) for p in policies] == [0.0, 7.0]


def test_cash_for_margin_is_apart_from_loss(auctioned: Run) -> None:
    daily = margin_cash(auctioned)
    np.testing.assert_array_equal(np.maximum(daily.max(axis=0), 0), margin_cash_need(auctioned))
    assert daily.shape == (46, 8) and margin_cash_need(auctioned).max() > 0


def test_repo_needs_a_failure_and_a_shortfall_to_lose() -> None:
    run = run_of("funding_run", "repo", 40)
    sure = taxpayer(run, SEED, TERMS).repo
    assert (sure >= 0).all() and sure.any()
    risky = revised(TERMS, dealer_default_pct=50.0, facility_haircut_pct=0.0)
    loss = sure - taxpayer(run, SEED, risky).repo
    assert (loss >= 0).all() and 0 < np.mean(loss > 0) < 0.2
    covered = revised(risky, facility_haircut_pct=20.0)
    np.testing.assert_array_equal(taxpayer(run, SEED, covered).repo, sure)


# --- figures and fairness -------------------------------------------------------------------------------------------


def test_the_error_of_the_worst_is_that_of_resampling() -> None:
    profits = np.random.default_rng(1).standard_normal((4, 50))
    value, error = statistics.worst(profits)
    lows = profits.min(axis=0)
    drawn = np.random.default_rng(2).choice(lows, (20000, 50)).min(axis=1)
    assert value == lows.min() and error == pytest.approx(drawn.std(), rel=0.05)


def test_unequal_trigger_or_pace_says_so() -> None:
    equal = equal_trigger_and_pace([parse_policy(s) for s in ("none", "outright", "hedged-auction")])
    assert equal.equal
    slow = equal_trigger_and_pace([parse_policy("outright"), parse_policy("slow=hedged-auction:size_bn=10")])
    assert (
        not slow.equal
        and "pace" in slow.sentence
        and "slow: 10" in slow.sentence
        and "start" not in slow.sentence
    )
    late = equal_trigger_and_pace([parse_policy("outright"), parse_policy("late=outright:start=2026-07-01")])
    assert not late.equal and "2026-07-01" in late.sentence
    assert not equal_trigger_and_pace(default_policies()).equal  # repo has a trigger of its own


def test_remaining_life_sets_the_price_exactly(bought: Run) -> None:
    """A bond repriced at the yield it was bought at, at any age, is worth par."""
    (book,) = [b for b in purchases(bought) if b.tenor == 10]
    flat = book.paid / book.face
    same = type(book)(**{**book.__dict__, "exit_yield": flat, "paid": book.face * flat})
    for step in steps(np.zeros((17, DRAWS, 8)), (1.0, 4.3, 9.9), LONG):
        np.testing.assert_allclose(same.gain(LONG, step), 0, atol=1e-9)
    assert bonds.modified_duration(4.1, 10) == pytest.approx(book.duration)
