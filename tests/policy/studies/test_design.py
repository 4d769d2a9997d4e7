"""Designs: nobody beats the frontier, the current design is always there, and a chosen one gives what was shown."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.library import shipped
from policy.comparison import compare
from policy.leverage.game import Game
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import LOSSES_SPARED
from policy.outcomes.scores import all_scores
from policy.outcomes.statistics import gap
from policy.spec import parse_policy, print_policy
from policy.studies.design import (
    MOST_SETTINGS,
    Designs,
    Search,
    design_factors,
    explored,
    few,
    sampled,
    usual_factors,
    with_response,
)
from policy.studies.factors import moved, ranged
from policy.studies.frontier import OBJECTIVES, frontier, improvements, objective
from ui.pages.design.view import with_design
from ui.state import state as s

AIMS = tuple(objective(k) for k in ("peak_dislocation_10y_bp", "taxpayer_mean_bn", LOSSES_SPARED.key))
KINDS = ("hedged-auction", "outright", "repo", "hedged-purchases", "non-bank-repo", "leverage-relief")


def search(
    spec: str, names: tuple[str, ...] = (), world: str = "april_2025", designs: int = 12, paths: int = 12
) -> Search:
    made = parse_policy(spec)
    every = {x.name: x for x in design_factors(made)}
    chosen = tuple(every[n] for n in names) if names else usual_factors(made)
    return Search(shipped(world), made, chosen, designs, paths, 1)


@cache
def tried(spec: str = "hedged-auction", names: tuple[str, ...] = (), world: str = "april_2025") -> Designs:
    return explored(search(spec, names, world))


# The frontier


@st.composite
def random_costs(draw):
    """Costs by path whose means are often close, so that noise matters, with ties among them."""
    aims, designs, paths = draw(st.integers(2, 3)), draw(st.integers(2, 10)), draw(st.integers(2, 12))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    level = rng.integers(0, 4, (aims, designs, 1)) * draw(st.sampled_from([0.2, 1.0, 5.0]))
    costs = level + rng.normal(size=(aims, 1, paths)) + draw(st.sampled_from([0.0, 0.3])) * rng.normal(size=(aims, designs, paths))  # fmt: skip
    return costs


@given(random_costs())
def test_no_point_of_the_frontier_is_beaten_and_every_other_is_or_is_within_noise(costs) -> None:
    aims = [Metric(f"a{k}", f"A{k}", "bp", "low", "mean", "Market", "") for k in range(len(costs))]
    found = frontier(costs, aims)
    mean = costs.mean(axis=-1)
    count = mean.shape[1]
    for k in range(count):
        no_worse = [
            j
            for j in range(count)
            if np.all(mean[:, j] <= mean[:, k] + 1e-9) and np.any(mean[:, j] < mean[:, k] - 1e-9)
        ]
        clearly = [
            j
            for j in no_worse
            if any(
                g.clear and g.value > 0 for g in (gap(costs[a, k], costs[a, j]) for a in range(len(costs)))
            )
        ]
        assert found.status[k] == ("frontier" if not no_worse else "beaten" if clearly else "noise")
        assert list(np.flatnonzero(found.beaten_by[k])) == clearly
    assert found.having("frontier")
    for a in range(len(aims)):  # whoever is best on one aim is beaten by nobody, unless tied there
        best = np.flatnonzero(mean[a] <= mean[a].min() + 1e-9)
        assert len(best) > 1 or found.status[best[0]] == "frontier"


@given(random_costs())
def test_improvements_are_clear_gains_at_no_worse_on_the_rest(costs) -> None:
    aims = [Metric(f"a{k}", f"A{k}", "bp", "low", "mean", "Market", "") for k in range(len(costs))]
    found = frontier(costs, aims)
    mean = costs.mean(axis=-1)
    made = improvements(costs, found)
    assert bool(made) == (found.status[0] == "beaten")
    for one in made:
        assert one.gain.clear and one.gain.low > 0
        assert np.all(mean[:, one.design] <= mean[:, 0] + 1e-9)


def test_direction_of_aims_is_honoured() -> None:
    designs = tried()
    costs = designs.costs(AIMS)
    found = frontier(costs, AIMS)
    mean = designs.outcome("taxpayer_mean_bn").mean(axis=1)
    np.testing.assert_allclose(found.means[:, 1], mean)  # as people read it, not as a cost
    assert found.status[int(mean.argmax())] == "frontier"


@pytest.mark.parametrize(
    ("aims", "said"),
    [
        (AIMS[:1], "two or three"),
        ((AIMS[0], AIMS[0]), "different"),
        ((*AIMS, objective("forced_sales_bn")), "two or three"),
    ],
)
def test_aims_are_two_or_three(aims, said: str) -> None:
    with pytest.raises(Refused, match=said):
        frontier(np.zeros((len(aims), 3, 4)), aims)


def test_every_aim_has_a_direction_and_an_unknown_one_is_refused() -> None:
    assert all(o.direction in ("low", "high") and o.unit for o in OBJECTIVES)
    with pytest.raises(Refused, match=r"cannot be an aim; known: spiral_share_pct, .*peak_dislocation"):
        objective("end_yield_10y_pct")


# The designs that are tried


@pytest.mark.parametrize("kind", KINDS)
def test_the_current_design_is_always_among_them_and_first(kind: str) -> None:
    made = parse_policy(kind)
    for chosen in (design_factors(made)[:k] for k in range(1, MOST_SETTINGS + 1)):
        asked = Search(shipped("april_2025"), made, chosen, 8, 8, 1)
        points = sampled(asked)
        assert points[0].tolist() == [x.base for x in chosen]
        assert moved(asked.world, (made,), chosen, points[0])[1][0].interventions == made.interventions
        for x, column in zip(chosen, points[1:].T, strict=True):
            assert column.min() >= x.low - 1e-12 and column.max() <= x.high + 1e-12


def test_other_designs_do_not_depend_on_the_current_one() -> None:
    here = search("hedged-auction")
    there = Search(
        here.world, parse_policy("hedged-auction:penalty_bp=27,size_bn=33"), here.factors, 12, 12, 1
    )
    np.testing.assert_array_equal(sampled(here)[1:], sampled(there)[1:])
    assert here.study.name == there.study.name  # so finished points are used again


def test_settings_read_well_and_print_exactly() -> None:
    designs = tried("hedged-auction", ("penalty_bp", "size_bn", "start.level"))
    for k in range(len(designs.settings)):
        made = designs.policy(k)
        assert parse_policy(print_policy(made)).interventions == made.interventions
        assert all(len(f"{v:g}") <= 6 for v in designs.settings[k])


def test_one_setting_is_a_lattice_from_end_to_end() -> None:
    asked = search("outright", ("pace_bn",))
    column = np.sort(sampled(asked)[1:, 0])
    assert (column[0], column[-1]) == (asked.factors[0].low, asked.factors[0].high)
    assert np.ptp(np.diff(column)) <= 1.0 + 1e-9


def test_designs_that_contradict_themselves_are_left_out() -> None:
    asked = search("hedged-auction:exit=market", ("penalty_bp", "exit_bp"), designs=32)
    rows = sampled(asked)
    assert 3 <= len(rows) < 33 and np.all(rows[:, 1] < rows[:, 0])


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: search("hedged-auction", designs=2), "between 4 and 512"),
        (lambda: Search(shipped("calm"), parse_policy("outright"), (), 8, 8, 1), "choose 1 to 3"),
        (lambda: ranged(usual_factors(parse_policy("outright"))[0], 5, 900), "between 0 and 500"),
    ],
)
def test_refusals_say_what_would_be_accepted(made, said: str) -> None:
    with pytest.raises(Refused, match=said):
        made()


# A chosen design


@pytest.mark.parametrize(
    ("spec", "names", "world"),
    [
        ("hedged-auction", (), "april_2025"),
        ("outright", ("pace_bn", "total_bn", "start.level"), "april_2025"),
        ("repo", ("rate_bp", "cap_bn", "clearing"), "funding_run"),
        (
            "Both=hedged-auction:penalty_bp=30+repo:clearing=cleared",
            ("penalty_bp", "cap_bn"),
            "april_2025",
        ),
    ],
)
def test_a_chosen_design_gives_the_outcomes_that_were_shown(
    spec: str, names: tuple[str, ...], world: str
) -> None:
    designs = tried(spec, names, world)
    asked = designs.search
    found = frontier(designs.costs(AIMS), AIMS)
    state = s.with_policies(s.State(asked.world, (asked.policy,), asked.seed, asked.paths), (asked.policy,))
    for k in dict.fromkeys((*found.having("frontier")[:2], len(designs.settings) - 1)):
        chosen = with_design(state, 1, designs, k)
        scored = all_scores(compare(chosen.world, chosen.policies, asked.paths, asked.seed))
        assert found.means[k, 0] == pytest.approx(
            scored[1].values["peak_dislocation_10y_bp"].mean(), rel=1e-9
        )
        expected = scored[1].profit.total.mean()
        assert found.means[k, 1] == pytest.approx(expected, rel=1e-9, abs=1e-9)
        spared = (scored[0].values["fund_losses_bn"] - scored[1].values["fund_losses_bn"]).mean()
        assert found.means[k, 2] == pytest.approx(spared, rel=1e-9, abs=1e-9)
    assert s.own_label(chosen.policies[1]) == s.own_label(asked.policy)


# With leverage that responds


def test_a_few_designs_are_played_with_the_current_one_among_them() -> None:
    designs = tried()
    found = frontier(designs.costs(AIMS[:2]), AIMS[:2])
    chosen = few(found, 3)
    assert chosen[0] == 0 and len(chosen) <= 3 and len(set(chosen)) == len(chosen)
    heard: list[str] = []
    played = with_response(
        designs, chosen, Game(paths=8, scales=5, probe_scales=6, resamples=4), note=heard.append
    )
    assert [r.design for r in played] == list(chosen) and heard
    assert any(r.moral_hazard_loss is not None for r in played)
