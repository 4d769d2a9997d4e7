"""Challenges: each can be solved, none solves itself, and verdicts are computed from the screen."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.library import shipped
from policy.comparison import arms, compare
from policy.interventions import REGISTRY
from policy.outcomes.scorecard import BY_KEY
from policy.outcomes.summary import Summary, summarise
from policy.spec import Policy, parse_policy
from ui.pages.challenges import challenges as ch
from ui.pages.challenges.challenges import CHALLENGES, Challenge, Goal
from ui.state import state as s

NAMES = [c.name for c in CHALLENGES]


@cache
def ran(world: str, policies: tuple[Policy, ...], seed: int = 1) -> Summary:
    return summarise(compare(shipped(world), arms(list(policies)), 64, seed))


def usual(challenge: Challenge) -> Summary:
    return ran(challenge.world, s.usual_policies(shipped(challenge.world)))


def solution(challenge: Challenge, seed: int = 1) -> Summary:
    return ran(challenge.world, (parse_policy(challenge.solution),), seed)


@pytest.mark.parametrize("challenge", CHALLENGES, ids=NAMES)
def test_every_challenge_can_be_solved_and_not_by_doing_nothing(challenge: Challenge) -> None:
    for seed in (1, 2):
        summary = solution(challenge, seed)
        made = ch.verdict(challenge, summary)
        assert made.solved and made.policy == 1, made.checks
        none = summary.outcomes[0].means
        assert not all(goal.met(none[goal.key]) for goal in challenge.goals)
        assert not challenge.goals[0].met(none[challenge.goals[0].key])


def test_the_usual_policies_solve_only_the_warm_up() -> None:
    solved = [c.name for c in CHALLENGES if ch.verdict(c, usual(c)).solved]
    assert solved == ["run"]


@pytest.mark.parametrize("challenge", CHALLENGES, ids=NAMES)
def test_no_challenge_is_solved_by_loading_it(challenge: Challenge) -> None:
    state = ch.loaded(challenge, s.opening())
    assert ch.plays(challenge, state)
    assert not ch.verdict(challenge, ran(challenge.world, state.policies[1:])).solved


@pytest.mark.parametrize("challenge", CHALLENGES, ids=NAMES)
def test_a_card_is_well_formed(challenge: Challenge) -> None:
    assert challenge.hint and challenge.text and challenge.goals
    assert all(goal.key in BY_KEY for goal in challenge.goals)
    assert all(BY_KEY[g.key].better == ("high" if g.least else "low") for g in challenge.goals)
    assert set(challenge.barred) <= {kind.name for kind in REGISTRY}


def test_words_of_cards_hold() -> None:
    march = next(c for c in CHALLENGES if c.name == "march")
    actual = usual(march).outcomes[4].means
    bound = next(g.bound for g in march.goals if g.key == ch.EXPOSURE)
    assert bound == pytest.approx(actual[ch.EXPOSURE] / 2, rel=0.02)
    clean = next(c for c in CHALLENGES if c.name == "clean")
    best = min(o.means[ch.PEAK] for o in usual(clean).outcomes)
    assert clean.goals[0].bound == pytest.approx(0.75 * best, rel=0.1)
    assert march.goals[0].bound == pytest.approx(actual[ch.PEAK] / 2, rel=0.1)
    first = next(c for c in CHALLENGES if c.name == "run")
    assert not first.goals[0].met(usual(first).outcomes[3].means[ch.SALES])
    small = next(c for c in CHALLENGES if c.name == "small")
    assert small.goals[0].bound == pytest.approx(usual(small).outcomes[0].means[ch.PEAK] / 2, rel=0.1)
    april = next(c for c in CHALLENGES if c.name == "april")
    nothing = usual(april).outcomes[0].means
    assert april.goals[0].bound == pytest.approx(nothing[ch.SALES] / 2, rel=0.1)
    assert solution(april).outcomes[1].means[ch.PEAK] > 0.9 * nothing[ch.PEAK], "no policy moves it much"


def test_what_hints_say_is_missing_is_missing() -> None:
    """Half of each solution, or the same without what the hint names, is not enough."""
    halves = {
        "clean": ("hedged-auction:start=dislocation_10y_bp.above.2.for.1", "hedged-auction:penalty_bp=0"),
        "small": (
            "hedged-auction:total_bn=150",
            "hedged-auction:total_bn=150,start=dislocation_10y_bp.above.2.for.1",
        ),
        "last": ("repo", "repo:clearing=cleared", "central-clearing+repo"),
        "april": ("central-clearing", "margin:start=2025-04-02", "leverage-cap:leverage=20"),
        "march": (
            "hedged-purchases:pace_bn=75,total_bn=700,start=2020-03-12,taper_days=0",
            "leverage-relief:relief_pct=15,start=2020-03-09",
        ),
    }  # fmt: skip
    for challenge in CHALLENGES:
        for spec in halves.get(challenge.name, ()):
            assert not ch.verdict(challenge, ran(challenge.world, (parse_policy(spec),))).solved, spec


def test_solutions_hold_on_the_paths_that_visitors_see() -> None:
    paths = s.opening().paths
    for challenge in CHALLENGES:
        policies = arms([parse_policy(challenge.solution)])
        made = ch.verdict(challenge, summarise(compare(shipped(challenge.world), policies, paths, 1)))
        assert made.solved, (challenge.name, made.checks)


def test_only_the_challenges_own_world_counts() -> None:
    april = next(c for c in CHALLENGES if c.name == "april")
    state = s.with_episode(s.opening(), "april_2025")
    assert ch.plays(april, state)
    assert not ch.plays(april, s.with_world(state, {"funds.scale": 0.9}))
    assert not ch.plays(april, s.with_episode(state, "crowded"))
    eased = s.with_world(s.with_policies(state, [parse_policy(april.solution)]), {"funds.scale": 0.5})
    assert ch.solved_names(eased, solution(april)) == ()


def test_a_barred_tool_is_named_and_never_solves() -> None:
    april = next(c for c in CHALLENGES if c.name == "april")
    both = parse_policy(f"All in={april.solution.split('=', 1)[1]}+hedged-auction")
    made = ch.verdict(april, ran("april_2025", (both,)))
    assert not made.solved and made.checks[-1].got == "Hedged SPV auction" and not made.checks[-1].met
    assert all(check.met for check in made.checks[:-1])
    better = ch.verdict(april, ran("april_2025", (both, parse_policy(april.solution))))
    assert better.solved and better.policy == 2


def test_the_nearest_policy_is_shown_and_no_action_only_where_alone() -> None:
    small = next(c for c in CHALLENGES if c.name == "small")
    assert ch.verdict(small, usual(small)).name == "Hedged SPV auction"
    alone = ch.verdict(small, ran("crowded", ()))
    assert alone.policy == 0 and not alone.solved


def test_a_verdict_says_every_goal_with_its_number() -> None:
    clean = next(c for c in CHALLENGES if c.name == "clean")
    summary = solution(clean)
    body = ch.verdict_html(ch.verdict(clean, summary))
    assert f"{summary.outcomes[1].means[ch.PEAK]:.1f} bp" in body and body.count("✓ met") == 3
    assert "Solved by Early auction" in body
    body = ch.verdict_html(ch.verdict(clean, usual(clean)))
    assert "Not yet" in body and "✗ not yet" in body


@given(bound=st.floats(-100, 100), value=st.floats(-200, 200), better=st.floats(0, 50), least=st.booleans())
def test_a_better_value_never_misses_a_goal_that_a_worse_one_meets(
    bound: float, value: float, better: float, least: bool
) -> None:
    goal = Goal(ch.PEAK, bound, least)
    improved = value + better if least else value - better
    assert goal.met(improved) or not goal.met(value)
