"""The ex-ante game: closed forms, corners, several equilibria, probes against real cohorts, and what the command prints."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
import pytest
from support.command_line import printed

from models.errors import Refused
from models.library import shipped
from models.parameters.funds import Cohort
from models.scenario import World
from models.simulation import Run, simulate, simulate_in_pieces
from models.worlds import replace, revised
from policy.comparison import compare
from policy.leverage.equilibrium import (
    Anchor,
    Choice,
    Losses,
    anchored,
    best_reply,
    equilibria,
    least_risk_aversion,
)
from policy.leverage.game import ExAnte, Game
from policy.leverage.interpolation import curve, curve_by_row
from policy.leverage.measurement import aggregate_scales, reach
from policy.leverage.penalty import penalty_curve
from policy.leverage.probes import Probes, Watcher, equity_weights, own_leverage
from policy.leverage.ranges import over_assumptions
from policy.leverage.who_pays import WhoPays, who_pays
from policy.outcomes.statistics import WIDTH
from policy.report import ENDS, WHO_PAYS
from policy.spec import parse_policy

SEED = 1
SCALES = np.linspace(0.4, 2.0, 65)
OWN = np.linspace(0.0, 2.0, 81)
SPECS = ("outright", "cheap=hedged-auction:reserve_discount=0.1", "dear=hedged-auction:reserve_discount=0.5")


def losses(function) -> Losses:
    """ℒ(x; s) on a fine grid."""
    return Losses(SCALES, OWN, function(OWN[None, :], SCALES[:, None]) * np.ones((SCALES.size, OWN.size)))


def linear(slope: float) -> Losses:
    return losses(lambda x, s: slope * x)


def plainly(game: Game, cost: float) -> Choice:
    """A cost of scale of one's own."""
    return Choice(game, Anchor(cost, game.risk_aversion), largest_own=2.0)


# --- closed forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.3, 0.5])
def test_a_linear_loss_has_its_closed_form_equilibrium(slope: float) -> None:
    """With η = 1: r̄/s − r̄ + γ(1 − s) = p(a − a₀), a quadratic in s."""
    game = Game(risk_aversion=0.05)
    anchor = anchored(linear(0.25), game)
    assert anchor.cost == pytest.approx(0.2 - 0.05 - 0.08 * 0.25) and anchor.aversion == 0.05
    found = equilibria(linear(slope), Choice(game, anchor, largest_own=2.0))
    middle = 0.2 - 0.05 + 0.08 * (slope - 0.25)
    want = (-middle + math.sqrt(middle**2 + 4 * 0.05 * 0.2)) / (2 * 0.05)
    (only,) = found.crossings
    assert (
        only.scale == pytest.approx(want, abs=1e-5)
        and only.stable
        and only.best_reply
        and found.selected == only
    )


def test_the_precedent_keeps_todays_scale_exactly() -> None:
    convex = losses(lambda x, s: 0.1 * s * x**2)
    game = Game()
    assert least_risk_aversion(convex, game) == 0
    (only,) = equilibria(convex, Choice(game, anchored(convex, game), largest_own=2.0)).crossings
    assert only.scale == 1.0


def test_best_replies_solve_the_funds_problem() -> None:
    game = Game(risk_aversion=0.1)
    choice = plainly(game, 0.05)
    scales = np.array([0.8, 1.2, 1.9])
    want = np.minimum((0.2 / scales - 0.05 - 0.08 * 0.3) / 0.1, 2.0)
    np.testing.assert_allclose(best_reply(linear(0.3), choice, scales), want, atol=1e-6)


# --- corners, several equilibria, points that are none --------------------------------------------------------------


def concave(x, s):
    """Limited liability: most is lost early, then little more."""
    return 1 - np.exp(-3 * x)


def test_a_concave_loss_raises_risk_aversion_to_the_least_that_will_do() -> None:
    """At the least, today's leverage still counts; a hundredth below it, funds would rather have another scale."""
    game = Game(crises_a_year=0.2)
    needed = float(least_risk_aversion(losses(concave), game))
    anchor = anchored(losses(concave), game)
    assert needed > game.risk_aversion and anchor.aversion == pytest.approx(needed, rel=1e-5)
    assert equilibria(losses(concave), Choice(game, anchor, largest_own=2.0)).selected.scale == 1.0
    slope = float(losses(concave).marginal(np.ones(1))[0])
    less = Anchor(game.carry - 0.99 * needed - game.crises_a_year * slope, 0.99 * needed)
    found = equilibria(losses(concave), Choice(game, less, largest_own=2.0))
    assert 1.0 in [c.scale for c in found.rejected]


def test_a_concave_loss_yields_its_corner() -> None:
    """Carry that hardly falls and a loss that stops rising: everyone at the largest scale."""
    game = Game(demand_elasticity=20.0, risk_aversion=0.0, crises_a_year=0.1)
    found = equilibria(losses(concave), plainly(game, 0.05))
    assert [(c.scale, c.kind) for c in found.accepted] == [(2.0, "corner")]
    assert found.selected.kind == "corner" and (found.best_reply == 2.0).all()


def test_a_first_order_point_that_is_no_best_reply_is_rejected() -> None:
    """Payoff c·x − pℒ(x) with ℒ an S-curve: flat, steep, flat. Near its start is a local optimum; far out pays more."""
    game = Game(demand_elasticity=20.0, risk_aversion=0.02, crises_a_year=0.1)
    bump = losses(lambda x, s: 1 / (1 + np.exp(-12 * (x - 1.0))) - 1 / (1 + np.exp(12.0)))
    found = equilibria(bump, plainly(game, 0.06))
    (local,) = [c for c in found.rejected if c.stable]
    assert local.kind == "interior" and 0.6 < local.scale < 0.95 and local.better > 1.9
    assert found.selected.kind == "corner" and found.selected.scale == 2.0


def test_replies_that_reinforce_each_other_have_several_equilibria() -> None:
    """The loss falls with everyone's leverage, as if rescue grew: r̄ − φ − γs − pℓ(s) = 0 at s = 0.7, 1 and 1.4."""
    game = Game(demand_elasticity=20.0, risk_aversion=0.3, crises_a_year=0.1)
    choice = plainly(game, 0.0)

    def slope(s):
        gap = -1.5 * (s - 0.7) * (s - 1.0) * (s - 1.4)
        return (choice.carry(s) - game.risk_aversion * s - gap) / game.crises_a_year

    found = equilibria(losses(lambda x, s: slope(s) * x), choice)
    assert [c.scale for c in found.accepted] == pytest.approx([0.7, 1.0, 1.4], abs=1e-3)
    assert [c.stable for c in found.accepted] == [True, False, True]
    largest = plainly(revised(game, selection="largest"), 0.0)
    assert equilibria(losses(lambda x, s: slope(s) * x), largest).selected.scale == pytest.approx(
        1.4, abs=1e-3
    )


def test_where_replies_jump_over_the_diagonal_funds_divide() -> None:
    """A steep step in the loss at 1 and carry that falls: some stay below it, some go past it."""
    game = Game(demand_elasticity=1.0, risk_aversion=0.02, crises_a_year=0.1)
    step = losses(lambda x, s: 0.5 / (1 + np.exp(-40 * (x - 1.0))))
    found = equilibria(step, plainly(game, 0.05))
    (split,) = [c for c in found.crossings if c.kind == "split"]
    assert found.selected == split and split.stable and split.better > split.scale


def test_a_cap_below_today_binds() -> None:
    game = Game()
    found = equilibria(linear(0.2), Choice(game, anchored(linear(0.2), game), largest_own=0.9))
    assert [(c.scale, c.kind) for c in found.accepted] == [(pytest.approx(0.9), "corner")]


def test_interpolation_is_the_well_known_one() -> None:
    from scipy.interpolate import PchipInterpolator

    rng = np.random.default_rng(4)
    nodes = np.sort(rng.random(9))
    values = rng.standard_normal((3, 5, 9))
    at = np.linspace(nodes[0], nodes[-1], 40)
    known = PchipInterpolator(nodes, values, axis=-1)
    np.testing.assert_allclose(curve(nodes, values, at), known(at), atol=1e-10)
    rows = nodes[0] + (nodes[-1] - nodes[0]) * rng.random(5)
    slope = np.stack([known.derivative()(rows)[:, k, k] for k in range(5)], axis=1)
    np.testing.assert_allclose(
        curve_by_row(nodes, values, rows, derivative=True), slope, rtol=1e-8, atol=1e-8
    )


# --- probes -----------------------------------------------------------------------------------------------------------


def probed(world: World, spec: str, leverage: np.ndarray) -> tuple[Run, Probes]:
    """A run of 24 paths with probes at `leverage`, (scale, cohort)."""
    watcher = Watcher(world, [leverage])
    ((run,),) = simulate_in_pieces(world, [parse_policy(spec).orders], 24, SEED, watch=watcher)
    (found,) = watcher.take(run.paths)
    return run, found


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("crowded", "none"),
        ("crowded", "hedged-auction:size_bn=10"),
        ("march_2020", "outright"),
        ("funding_run", "repo"),
    ],
)
def test_a_probe_at_the_runs_own_scale_is_its_cohort(name: str, spec: str) -> None:
    world = shipped(name)
    run, found = probed(world, spec, own_leverage(world)[None])
    opening = np.array([c.equity_bn * world.funds.size for c in world.funds.cohorts])[:, None]
    np.testing.assert_allclose(found.equity[0] * opening, run["equity_by_cohort_bn"][-1], atol=1e-9)
    assert found.failed.sum() == run["defaults"].sum()


def test_a_probe_at_another_leverage_is_a_real_cohort_of_no_size() -> None:
    """A real cohort with a hundred-thousandth of a dollar and the probe's leverage ends where the probe ends."""
    world = shipped("crowded")
    first = world.funds.cohorts[0]
    for scale in (0.5, 1.1):
        tiny = Cohort(
            name="tiny", equity_bn=1e-5, leverage=first.leverage * scale, mix=first.mix, tenors=first.tenors
        )
        larger = replace(
            world, {"funds.cohorts": tuple(c.model_dump() for c in (*world.funds.cohorts, tiny))}
        )
        real = (
            simulate(larger, [parse_policy("none").orders], 24, SEED)[0]["equity_by_cohort_bn"][-1, -1] / 1e-5
        )
        _, found = probed(world, "none", scale * own_leverage(world)[None])
        np.testing.assert_allclose(found.equity[0, 0], real, atol=1e-3)


def test_losses_count_the_franchise_once_and_weigh_cohorts_by_equity() -> None:
    world = shipped("crowded")
    run, found = probed(world, "none", np.array([[0.5], [1.0], [1.3]]) * own_leverage(world))
    weights = equity_weights(run.world)
    assert weights.sum() == pytest.approx(1) and found.failed.max() == 1
    lost, failed = found.by_equity(weights)
    np.testing.assert_allclose(lost, np.einsum("c,scp->ps", weights, 1 - found.equity), atol=1e-12)
    np.testing.assert_allclose(failed, np.einsum("c,scp->ps", weights, found.failed), atol=1e-12)


def test_calm_use_does_not_depend_on_scale() -> None:
    """Fixed exposure and lenders' cash are re-based: without shocks nothing moves at any scale."""
    for scale in (0.6, 1.0, 1.15):
        run: Run = simulate(
            replace(shipped("calm"), {"funds.scale": scale}), [parse_policy("none").orders], 8, SEED
        )[0]
        np.testing.assert_allclose(run["dealer_use_pct"], 100 * run.world.dealers.calm_use, atol=1e-9)
        assert not run["missing_funding_bn"].any() and not run["forced_sales_bn"].any()


def test_scales_stay_within_requirement_and_dealers_reach() -> None:
    for name in ("crowded", "calm"):
        world: World = shipped(name)
        limits = reach(world)
        scales = aggregate_scales(limits.everyone, 6)
        assert scales.size == 6 and 1.0 in scales and (np.diff(scales) > 0).all()
        replace(world, {"funds.scale": float(scales[-1])})
        with pytest.raises(Refused):
            replace(world, {"funds.scale": float(scales[-1] * 1.001)})
    assert reach(replace(shipped("crowded"), {"funds.scale": 0.5})).own == pytest.approx(
        2 * reach(shipped("crowded")).own
    )
    with pytest.raises(Refused, match=r"funds\.scale = 0"):
        reach(replace(shipped("crowded"), {"funds.scale": 0.0}))


# --- the game on a world ------------------------------------------------------------------------------------------------


@cache
def played(paths: int = 60, seed: int = SEED) -> WhoPays:
    tools = (ExAnte(fee=0.02), ExAnte(largest_scale=0.9), ExAnte(minimum_haircut=0.01)) if paths == 60 else ()
    policies = [parse_policy(s) for s in SPECS]
    game = who_pays(shipped("crowded"), policies, seed, Game(paths=paths), tools=tools)
    return over_assumptions(game)


def test_the_precedent_is_where_funds_are_today() -> None:
    outright = played().outcome("outright")
    assert outright.leverage_change_pct.value == 0 and outright.moral_hazard_loss.value == 0
    assert played().least_risk_aversion < 0.04
    assert played().outcome("none").leverage_change_pct.value < 0  # nobody to expect help from


def test_the_same_seed_gives_the_same_equilibrium() -> None:
    again = over_assumptions(
        who_pays(shipped("crowded"), [parse_policy(s) for s in SPECS], SEED, Game(paths=60))
    )
    for a, b in zip(played().outcomes, again.outcomes, strict=True):
        assert a.leverage_unknown == b.leverage_unknown and a.loss_unknown == b.loss_unknown
        assert a.leverage_change_pct == b.leverage_change_pct and a.moral_hazard_loss == b.moral_hazard_loss
        assert a.equilibria.crossings == b.equilibria.crossings


def test_doubling_paths_moves_leverage_and_ends_of_ranges_by_less_than_their_errors() -> None:
    """Errors as they are stated on the page: 95% intervals."""
    for a, b in zip(played(100).outcomes, played(200).outcomes, strict=True):
        moved = abs(a.leverage_change_pct.value - b.leverage_change_pct.value)
        assert moved <= WIDTH * a.leverage_change_pct.se + 1e-12
        for mine, other in (
            (a.leverage_unknown.range, b.leverage_unknown.range),
            (a.loss_unknown.range, b.loss_unknown.range),
        ):
            assert abs(mine.low - other.low) <= WIDTH * mine.low_se + 1e-12, a.label
            assert abs(mine.high - other.high) <= WIDTH * mine.high_se + 1e-12, a.label


def test_the_loss_is_the_sum_of_its_parts_and_of_costs() -> None:
    for o in played().outcomes:
        assert set(o.parts) == {"dysfunction", "lenders", "taxpayer"}
        assert sum(f.value for f in o.parts.values()) == pytest.approx(o.moral_hazard_loss.value, abs=1e-12)
        assert o.cost_with_response.value - o.cost_today.value == pytest.approx(
            o.moral_hazard_loss.value, abs=1e-12
        )
        assert len(o.errors) == len(o.equilibria.accepted)


def test_ex_ante_tools_lower_leverage() -> None:
    (_, fee), (_, cap), (_, haircut) = played().tools
    for plain, with_fee, capped, cut in zip(played().outcomes, fee, cap, haircut, strict=True):
        assert with_fee.leverage_change_pct.value < plain.leverage_change_pct.value
        assert capped.leverage_change_pct.value <= -10 + 1e-6
        assert math.isfinite(cut.leverage_change_pct.value) and cut.cost_today == plain.cost_today


def test_time_consistency_compares_the_best_before_with_the_best_after() -> None:
    found = played()
    t = found.time_consistency
    assert t.best_ex_post == min(found.outcomes, key=lambda o: o.cost_today.value).label
    assert t.best_ex_ante == min(found.outcomes, key=lambda o: o.cost_with_response.value).label
    gap = (
        found.outcome(t.best_ex_post).cost_with_response.value
        - found.outcome(t.best_ex_ante).cost_with_response.value
    )
    assert t.gap.value == pytest.approx(gap) and gap >= 0 and t.temptation >= 0


class Stopped(Exception):
    """Raised by a listener."""


def test_it_names_its_phases_and_can_be_stopped() -> None:
    heard: list[str] = []

    def note(text: str) -> None:
        heard.append(text)
        if len(heard) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        who_pays(shipped("calm"), [parse_policy("outright")], SEED, Game(paths=8), note=note)
    assert heard[0] == "scale 1 of 6: 2 policies on 8 paths" and len(heard) == 3


def test_calm_has_nothing_to_lose() -> None:
    for o in who_pays(shipped("calm"), [parse_policy("outright")], SEED, Game(paths=8)).outcomes:
        assert o.leverage_change_pct.value == 0 == o.moral_hazard_loss.value


def test_a_penalty_curve_has_a_point_for_every_penalty() -> None:
    game = Game(paths=30, scales=5, probe_scales=9, resamples=20)
    found = penalty_curve(shipped("crowded"), SEED, game, (20.0, 80.0))
    assert [p.penalty_bp for p in found.points] == [20, 80]
    for p in found.points:
        figures = (
            p.take_up_bn,
            p.peak_dislocation_10y_bp,
            p.taxpayer_mean_bn,
            p.leverage_change_pct,
            p.moral_hazard_loss,
        )
        assert all(math.isfinite(f.value) and f.se >= 0 for f in figures)
    assert found.points[0].take_up_bn != found.points[1].take_up_bn
    with pytest.raises(Refused):
        penalty_curve(shipped("crowded"), SEED, game, ())
    with pytest.raises(Refused):
        penalty_curve(shipped("crowded"), SEED, game, (9000.0,))


# --- the command -----------------------------------------------------------------------------------------------------------


def test_the_command_carries_the_figures_with_errors() -> None:
    short = {"scenario.days": 12}
    arguments = [a for s in SPECS for a in ("--policy", s)] + ["--set", "scenario.days=12"]
    text = printed("compare", "crowded", *arguments, "--who-pays", "--format", "json", "--paths", "60")
    game = who_pays(replace(shipped("crowded"), short), [parse_policy(s) for s in SPECS], SEED, Game())
    data = json.loads(text)
    assert [arm["label"] for arm in data["arms"]] == ["none", "outright", "cheap", "dear"]
    assert Game().paths == 400  # the game runs on at least its own default, however few paths are compared
    for arm, outcome in zip(data["arms"], game.outcomes, strict=True):
        for key in WHO_PAYS:
            found = arm["risk"][key]
            if ENDS[0] in found:
                assert found["low"] <= found["value"] <= found["high"]
                assert found["low_se"] >= 0 and found["high_se"] >= 0
            values, errors = (v if isinstance(v, list) else [v] for v in (found["value"], found["se"]))
            assert len(values) == len(errors) > 0
            assert all(math.isfinite(v) and e >= 0 for v, e in zip(values, errors, strict=True))
        assert arm["risk"]["expected_leverage_change_pct"]["value"] == outcome.leverage_change_pct.value
    bare = json.loads(printed("compare", "crowded", *arguments, "--format", "json", "--paths", "60"))
    assert not set(WHO_PAYS) & set(bare["arms"][0]["risk"])


def test_shares_are_paired_with_no_action() -> None:
    from policy.outcomes.moral_hazard import share_with_error

    runs = compare(shipped("crowded"), [parse_policy("outright")], 60, SEED).runs
    assert share_with_error(runs[0], runs[0]) == (100.0, 0.0)
    share, error = share_with_error(runs[1], runs[0])
    assert 0 < share < 100 and 0 < error < 20
