"""What the shipped worlds must show: lessons, signs and limits that the field would check first."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from models.library import SHIPPED, shipped
from models.orders import Orders
from models.simulation import Run, followed, no_action, simulate, simulate_central
from models.worlds import replace
from policy.comparison import compare
from policy.spec import parse_policy

PATHS = 256
SEED = 1
EPISODES = tuple(name for name in SHIPPED if shipped(name).kind == "historical")
SPECS = (
    "actual", "outright", "hedged-purchases", "hedged-auction", "repo", "repo:clearing=cleared", "non-bank-repo",
    "central-clearing", "leverage-relief", "margin:relief_pct=80",
)  # fmt: skip
TEN, THIRTY = 2, 3


@cache
def runs(name: str) -> dict[str, Run]:
    """Every policy of `SPECS` on a shipped world, and no action."""
    found = compare(shipped(name), [parse_policy(text) for text in SPECS], PATHS, SEED)
    return dict(zip(("none", *SPECS), found.runs, strict=True))


def forced(run: Run) -> Any:
    """All forced sales, $bn (path,)."""
    return run["forced_sales_bn"].sum(axis=(0, 1))


def failing(run: Run) -> float:
    """Share of paths in which a fund group fails, %."""
    return 100 * float(np.mean(run["defaults"].sum(axis=0) > 0))


def at_floor_for_days(run: Run, days: int = 3) -> float:
    """Share of paths that many days running at the price floor, %."""
    on = run["at_floor"] > 0
    running = np.all([on[k : len(on) - days + 1 + k] for k in range(days)], axis=0)
    return 100 * float(np.mean(running.any(axis=0)))


def peak(run: Run, tenor: int = TEN) -> Any:
    return run["dislocation_bp"][:, tenor].max(axis=0)


def beyond_noise(less: Any, more: Any) -> bool:
    """Whether the paired mean difference is more than two standard errors."""
    gap = more - less
    return bool(gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(gap.size))


@pytest.mark.parametrize("name", SHIPPED)
def test_help_for_balance_sheets_or_cash_hardly_ever_makes_more_sales(name: str) -> None:
    found = runs(name)
    for spec in ("repo", "repo:clearing=cleared", "non-bank-repo", "central-clearing", "leverage-relief"):
        assert forced(found[spec]).mean() <= 1.02 * forced(found["none"]).mean() + 1, spec
        assert failing(found[spec]) <= failing(found["none"]) + 1, spec


@pytest.mark.parametrize("name", SHIPPED)
def test_on_the_central_path_they_do_not(name: str) -> None:
    """But for 2.5%, where relief keeps March 2020 off the price floor, at which outside buyers take bonds for good, and funds
    that were spared sell later. Uncleared loans to dealers are tested over paths."""
    specs = ("repo:clearing=cleared", "non-bank-repo", "leverage-relief", "margin:relief_pct=80")
    arms = [no_action, *(parse_policy(text).orders for text in specs)]
    idle, *others = simulate_central(shipped(name), arms)
    for spec, run in zip(specs, others, strict=True):
        assert forced(run)[0] <= forced(idle)[0] * 1.025 + 1e-6, spec


def test_margin_relief_stops_part_of_the_spiral() -> None:
    march, crowded = runs("march_2020"), runs("crowded")
    assert beyond_noise(forced(march["margin:relief_pct=80"]), forced(march["none"]))
    assert beyond_noise(forced(crowded["margin:relief_pct=80"]), forced(crowded["none"]))
    assert forced(crowded["margin:relief_pct=80"]).mean() <= 0.9 * forced(crowded["none"]).mean()


def test_march_2020_as_it_was_followed_neither_breaks_funds_nor_stays_at_the_floor() -> None:
    run = runs("march_2020")["actual"]
    assert failing(run) <= 5
    assert at_floor_for_days(run) <= 10


def test_april_2025_was_a_swap_spread_episode_that_needed_nothing() -> None:
    (run,) = simulate_central(shipped("april_2025"), [no_action])
    assert run["inventory_bn"].max() < 520
    assert run["forced_sales_bn"][:, 0].sum() < 40
    assert 50 <= run["depth_mn"].min() <= 95
    assert 10 <= peak(run)[0] <= 20
    assert 12 <= peak(run, THIRTY)[0] <= 26
    assert failing(runs("april_2025")["none"]) <= 5
    assert runs("april_2025")["repo"]["facility_bn"].sum(axis=1).max() < 5


@pytest.mark.parametrize("name", EPISODES)
def test_paths_centre(name: str) -> None:
    """Means over paths lie near the central path: no knife edge."""
    (run,) = simulate(shipped(name), [followed], PATHS, SEED)
    (central,) = simulate_central(shipped(name), [followed])
    for mean, middle, room in (
        (peak(run).mean(), peak(central)[0], 2.0),
        (forced(run).mean(), forced(central)[0], 20.0),
    ):
        assert abs(mean - middle) <= max(0.25 * middle, room)


@pytest.mark.parametrize("name", SHIPPED)
def test_rounds_of_the_cascade_stay_few(name: str) -> None:
    for run in runs(name).values():
        assert np.quantile(run["rounds"][1:], 0.99) < 60
        assert run["converged"][1:].all()


def test_crowded_trades_end_in_two_ways() -> None:
    """Forced sales over five days, as a share of funds' book, have two humps with a valley between."""
    for spec in ("outright", "hedged-auction"):
        run = runs("crowded")[spec]
        total = np.cumsum(run["forced_sales_bn"].sum(axis=1), axis=0)
        five = total.copy()
        five[5:] -= total[:-5]
        share = five.max(axis=0) / run["positions_bn"][0].sum(axis=0)
        low, valley, high = (np.sum((share >= a) & (share < a + 0.05)) for a in (0.1, 0.2, 0.3))
        assert valley < low
        assert valley < np.sum(share >= 0.2) - valley
        assert high > 0


def test_where_only_cash_is_missing_a_facility_does_what_purchases_cannot() -> None:
    found = runs("funding_run")
    assert forced(found["repo"]).mean() <= 2 / 3 * forced(found["none"]).mean()
    assert beyond_noise(forced(found["repo"]), forced(found["outright"]))
    assert runs("kahn")["hedged-auction"]["vehicle_purchases_bn"].max() < 1e-6


def test_dealers_who_will_not_lend_break_a_calm_world_and_only_a_facility_for_funds_mends_it() -> None:
    world = replace(shipped("calm"), {"scenario.dealer_lending_cut.knots": ((5, 0.0), (10, 0.3))})
    caps = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]) * 2000.0
    offers = [Orders(repo_cap=cap[:, None], repo_price=15.0, repo_slope=1e6) for cap in caps]
    arms = [no_action, *(lambda view, offer=offer: offer for offer in offers)]
    idle, dealers, cleared, funds = simulate(world, arms, 16, SEED)
    assert forced(idle).min() > 300
    for run in (dealers, cleared):
        assert np.all(forced(run) >= 0.9 * forced(idle))
    assert forced(funds).max() < 0.05 * forced(idle).min()


def test_per_dollar_hedged_purchases_relieve_as_outright_ones_do_and_leave_the_term_premium_alone() -> None:
    found = runs("crowded")
    gap = peak(found["hedged-purchases"]) - peak(found["outright"])
    assert abs(gap.mean()) < 1.0
    assert np.array_equal(found["hedged-purchases"]["term_premium_bp"], found["none"]["term_premium_bp"])
    assert np.all(found["outright"]["term_premium_bp"][-1] < found["none"]["term_premium_bp"][-1] - 1)


def test_an_auction_for_funds_alone_does_nothing_where_only_real_money_sells() -> None:
    world = replace(shipped("crowded"), {"funds.scale": 0.0})
    idle, bought = compare(world, [parse_policy("hedged-auction")], 16, SEED).runs
    assert peak(idle).max() > 5
    assert np.array_equal(idle["dislocation_bp"], bought["dislocation_bp"])


@pytest.mark.parametrize("orders", [
    Orders(footprint_multiple=0.6), Orders(capacity_multiple=1.3), Orders(capacity_multiple=0.9, footprint_multiple=1.2),
])  # fmt: skip
def test_in_calm_a_rule_is_a_level_and_never_a_drift(orders: Orders) -> None:
    (run,) = simulate(shipped("calm"), [lambda view: orders], 8, SEED)
    for name, series in run.series.items():
        later = series[2:]
        assert np.all(np.abs(later - series[1]) <= 1e-9 * np.maximum(1.0, np.abs(series[1]))), name


@pytest.mark.parametrize("rule", ["minimum-haircut", "leverage-cap:leverage=15", "margin:floor_pct=80"])
def test_in_calm_a_rule_set_beforehand_moves_nothing(rule: str) -> None:
    chosen = parse_policy(rule)
    (run,) = simulate(chosen.prepare(shipped("calm")), [no_action], 8, SEED)
    for name, series in run.series.items():
        assert np.all(np.abs(series - series[0]) <= 1e-9 * np.maximum(1.0, np.abs(series[0]))), name
