"""What the sandbox says about its worlds: the sentences of the documentation, checked on the shipped numbers."""

from __future__ import annotations

import numpy as np
import pytest
from support.shipped_runs import HISTORICAL, PATHS, SEED, central, compared, values

from models import simulation
from models.library import SHIPPED, shipped
from models.simulation import followed, simulate, simulate_central
from models.worlds import replace
from policy.comparison import DEFAULT_SPECS, compare
from policy.spec import parse_policy

EVERY = pytest.mark.parametrize("name", SHIPPED)


def median(name: str, label: str, key: str) -> float:
    return float(np.median(values(name, label, key)))


# --- history ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HISTORICAL)
def test_the_central_path_with_the_policy_followed_reproduces_every_yield(name: str) -> None:
    world = shipped(name)
    (run,) = simulate_central(world, [followed])
    observed = np.array(world.scenario.observed_yields_pct)
    assert observed.shape == (world.scenario.days + 1, 4)
    np.testing.assert_allclose(100 * run["yield_pct"][..., 0], 100 * observed, atol=0.01, rtol=0)
    runs = dict(zip([p.label for p in central(name).policies], central(name).runs, strict=True))
    np.testing.assert_allclose(100 * runs["actual"]["yield_pct"][..., 0], 100 * observed, atol=0.01, rtol=0)


@EVERY
def test_yields_are_the_sum_of_their_four_parts(name: str) -> None:
    parts = ("fundamentals_bp", "term_premium_bp", "policy_signal_bp", "dysfunction_bp")
    opening = 100 * np.array(shipped(name).scenario.opening_yields_pct)[:, None]
    for run in compared(name).runs:
        total = opening + sum(run[part] for part in parts)
        np.testing.assert_allclose(100 * run["yield_pct"], total, atol=1e-9)


def test_march_2020_without_action_is_clearly_worse() -> None:
    name = "march_2020"
    for key in (
        "peak_dislocation_10y_bp",
        "market_sales_bn",
        "dysfunction_cost_bn",
        "days_dealer_use_above_90",
    ):
        none, actual = values(name, "none", key), values(name, "actual", key)
        assert np.median(none) > np.median(actual) and np.mean(none > actual) > 0.75, key
    assert median(name, "none", "peak_dislocation_10y_bp") > 1.5 * median(
        name, "actual", "peak_dislocation_10y_bp"
    )
    assert median(name, "none", "dysfunction_cost_bn") > 2 * median(name, "actual", "dysfunction_cost_bn")


def test_in_april_2025_the_fed_stayed_out() -> None:
    none, actual = (compared("april_2025").runs[k] for k in (0, -1))
    assert all(np.array_equal(none[key], actual[key]) for key in none.series)


# --- who acts where ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["april_2025", "march_2020", "crowded"])
@pytest.mark.parametrize("label", DEFAULT_SPECS[1:])
def test_the_defaults_act_in_a_crisis(name: str, label: str) -> None:
    """But for help at a price in April 2025, when nobody needed to come: neither to repo nor to the auction."""
    used, priced = median(name, label, "take_up_bn"), label in ("repo", "hedged-auction")
    assert used < 1 if name == "april_2025" and priced else used > 0


def test_repo_acts_in_a_funding_run() -> None:
    assert median("funding_run", "repo", "take_up_bn") > 0


@pytest.mark.parametrize("label", DEFAULT_SPECS)
def test_nobody_acts_in_calm(label: str) -> None:
    assert not values("calm", label, "take_up_bn").any()


@EVERY
def test_no_action_takes_nothing_up(name: str) -> None:
    for key in ("take_up_bn", "fed_peak_exposure_bn", "unintended_easing_10y_bp", "subsidy_bn"):
        assert not values(name, "none", key).any()


def test_calm_stays_where_it_opened() -> None:
    for run in compared("calm").runs:
        for name, series in run.series.items():
            np.testing.assert_allclose(
                series, np.broadcast_to(series[:1], series.shape), atol=1e-9, err_msg=name
            )


# --- which tool for which trouble --------------------------------------------------------------------------------


def test_in_a_funding_run_repo_removes_most_forced_sales() -> None:
    assert median("funding_run", "repo", "forced_sales_bn") < 0.5 * median(
        "funding_run", "none", "forced_sales_bn"
    )
    for other in ("outright", "hedged-auction"):
        assert median("funding_run", other, "forced_sales_bn") > median(
            "funding_run", "repo", "forced_sales_bn"
        )


def test_in_a_funding_run_clearing_the_facility_does_no_harm() -> None:
    specs = [parse_policy("repo"), parse_policy("repo:clearing=cleared")]
    runs = compare(shipped("funding_run"), specs, PATHS, SEED).runs
    none, plain, cleared = (run["forced_sales_bn"].sum(axis=(0, 1)) for run in runs)
    assert np.median(cleared) <= np.median(plain) + 0.02 * np.median(none)
    assert np.mean(cleared) <= np.mean(plain) + 0.02 * np.mean(none)


def test_in_crowded_trades_the_auction_stops_sales_without_easing() -> None:
    name, auction = "crowded", "hedged-auction"
    assert median(name, auction, "market_sales_bn") < 0.7 * median(name, "none", "market_sales_bn")
    assert np.mean(values(name, auction, "market_sales_bn") <= values(name, "none", "market_sales_bn")) > 0.95
    assert not values(name, auction, "unintended_easing_10y_bp").any()
    assert median(name, "outright", "unintended_easing_10y_bp") > 1
    assert median(name, auction, "take_up_bn") < 0.5 * median(name, "outright", "take_up_bn")


@EVERY
def test_only_outright_purchases_ease(name: str) -> None:
    """Unless the world says that hedged purchases signal too."""
    if shipped(name).yields.hedged_signal_share:
        assert (values(name, "hedged-auction", "unintended_easing_10y_bp") > 0).mean() > 0.5
        return
    for label in ("none", "repo", "hedged-auction"):
        assert not values(name, label, "unintended_easing_10y_bp").any()


def test_only_outright_purchases_bear_rate_risk() -> None:
    from support.shipped_runs import scored

    tails = {label: np.quantile(-s.profit.total, 0.95) for label, s in scored("crowded").items()}
    assert tails["outright"] > 10 * max(1.0, tails["hedged-auction"], tails["repo"], tails["none"])


def test_a_sceptic_can_make_the_auction_signal() -> None:
    world = replace(shipped("crowded"), {"yields.hedged_signal_share": 1.0})
    made = parse_policy("hedged-auction").orders
    (signal,), (none,) = (simulate(w, [made], 16, 1) for w in (world, shipped("crowded")))
    assert not none["fed_easing_bp"].any() and signal["fed_easing_bp"].any()


def test_a_higher_reserve_means_less_take_up() -> None:
    specs = [parse_policy(f"{p}=hedged-auction:reserve_discount={p}") for p in ("0.05", "0.2", "0.6")]
    runs = compare(shipped("crowded"), specs, 64, SEED).runs[1:]
    sold = [float(np.median(run["market_sales_bn"].sum(axis=(0, 1)))) for run in runs]
    assert sold[0] < sold[1] < sold[2]


# --- paired and reproducible ---------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers_and_others_do_not() -> None:
    again = compare(shipped("crowded"), [parse_policy("repo")], PATHS, SEED).runs
    before = compared("crowded").runs
    for key in again[0].series:
        np.testing.assert_array_equal(again[0][key], before[0][key], err_msg=key)
        np.testing.assert_array_equal(again[1][key], before[2][key], err_msg=key)
    other = compare(shipped("crowded"), [parse_policy("repo")], PATHS, SEED + 1).runs[0]
    assert not np.array_equal(other["yield_pct"], before[0]["yield_pct"])


@pytest.mark.parametrize("count", [1, 100])
def test_fewer_paths_are_a_prefix_of_more(count: int) -> None:
    fewer = compare(shipped("crowded"), [parse_policy(s) for s in DEFAULT_SPECS], count, SEED).runs
    for few, many in zip(fewer, compared("crowded").runs, strict=True):
        for key in few.series:
            np.testing.assert_array_equal(few[key], many[key][..., :count], err_msg=key)


def test_later_paths_can_be_run_alone() -> None:
    arms = [p.orders for p in compared("crowded").policies]
    for late, all_paths in zip(
        simulate(shipped("crowded"), arms, 40, SEED, first=130), compared("crowded").runs, strict=True
    ):
        for key in late.series:
            np.testing.assert_array_equal(late[key], all_paths[key][..., 130:170], err_msg=key)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "CHUNK", 128)
    again = compare(shipped("march_2020"), compared("march_2020").policies, PATHS, SEED)
    for a, b in zip(again.runs, compared("march_2020").runs, strict=True):
        for key in a.series:
            np.testing.assert_array_equal(a[key], b[key], err_msg=key)


@EVERY
def test_every_cascade_converged(name: str) -> None:
    assert all((run["converged"] == 1).all() for run in compared(name).runs)
