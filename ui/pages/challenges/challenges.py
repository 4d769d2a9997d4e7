"""Challenges: a world, goals with bounds, tools that are barred, and a verdict on the user's own policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from models.library import shipped
from policy.outcomes.scorecard import (
    BY_KEY,
    FED_EXPOSURE,
    FORCED_SALES,
    FUNDS_FAILED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.summary import Summary
from policy.spec import Policy, parse_policy
from ui.state import state as s
from ui.state.state import State
from ui.words import amounts, names

PEAK, TAIL, EASING = PEAK_DISLOCATION.key, TAXPAYER_TAIL.key, UNINTENDED_EASING.key
EXPOSURE, SALES = FED_EXPOSURE.key, FORCED_SALES.key
BUYING = ("outright", "hedged-auction", "hedged-purchases", "twist", "buybacks", "actual")


@dataclass(frozen=True)
class Goal:
    """An outcome, as a mean over paths, that must not pass a bound: at most, or at least."""

    key: str
    bound: float
    least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.bound if self.least else value <= self.bound

    @property
    def sentence(self) -> str:
        side = "at least" if self.least else "at most"
        title = "Taxpayer's loss in the 5% tail" if self.key == TAIL else BY_KEY[self.key].title
        return f"{title} {side} {amounts.amount(self.bound, BY_KEY[self.key].unit)}"


@dataclass(frozen=True)
class Challenge:
    """A card. `barred` are kinds of policy that may not be part; `hint` is shown on request; `solution` is one way, as a spec.

    `shown` are the policies that its world is loaded with, where the usual ones would give the answer away.
    """

    name: str
    title: str
    text: str
    world: str
    goals: tuple[Goal, ...]
    hint: str
    solution: str
    barred: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One goal or rule of a card against one policy: what was asked, what came out, and whether it holds."""

    asked: str
    got: str
    met: bool


@dataclass(frozen=True)
class CardVerdict:
    """The best policy of the screen on a card: its place, its name, and every goal's own verdict."""

    policy: int
    name: str
    checks: tuple[Check, ...]

    @property
    def solved(self) -> bool:
        return all(check.met for check in self.checks)

    @property
    def met(self) -> int:
        return sum(check.met for check in self.checks)


CHALLENGES = (
    Challenge(
        "run",
        "Warm-up: beat the auction on the funding run",
        "Money funds take their cash out of repo, and funds must sell. Bonds stay close to their price, so the hedged auction finds "
        "hardly anything to buy. Find what stops the sales.",
        "funding_run",
        (Goal(SALES, 50.0), Goal(TAIL, 1.0)),
        "Ask what is missing in this world: room on balance sheets, or cash?",
        "repo",
        shown=("hedged-auction",),
    ),
    Challenge(
        "last",
        "Lend, and leave hardly anybody to sell",
        "The standing facility ends the run, but dealers come to it only slowly as cash gets dear, so some funds still have to "
        "sell. Leave next to no forced sale, with no more than $450bn on the Fed's books.",
        "funding_run",
        (Goal(SALES, 4.0), Goal(EXPOSURE, 450.0)),
        "Those who have no other way out borrow sooner. Who is not let into the standing facility?",
        "Lend to funds=non-bank-repo",
    ),
    Challenge(
        "clean",
        "Calm crowded trades and leave no trace",
        "Bring the peak to three quarters of the best that the usual policies reach, with no easing and no loss for the taxpayer "
        "even in the tail.",
        "crowded",
        (Goal(PEAK, 15.0), Goal(EASING, 1.0), Goal(TAIL, 1.0)),
        "Early beats large: when does your policy start, and how bad must prices be before it buys?",
        "Early auction=hedged-auction:start=dislocation_10y_bp.above.2.for.1,penalty_bp=0",
    ),
    Challenge(
        "small",
        "A small vehicle",
        "Congress gives you little: no more than $150bn on the Fed's books at any time. Still bring the peak to 22 bp, about half "
        "of what it is without help, and let hardly any fund fail.",
        "crowded",
        (Goal(PEAK, 22.0), Goal(EXPOSURE, 150.0), Goal(FUNDS_FAILED.key, 0.03)),
        "What is bought before the first funds fail counts most. Combine a cap on the total with an earlier start, and ask "
        "little for the bundles whose sale moves the 10-year.",
        "Small and early=hedged-auction:total_bn=150,start=dislocation_10y_bp.above.2.for.1,penalty_bp=60/0/0",
    ),
    Challenge(
        "rules",
        "Nobody buys, nobody lends",
        "The Fed stays out altogether: nothing on its books on any day. Use rules that are set beforehand.",
        "crowded",
        (Goal(PEAK, 20.0), Goal(EXPOSURE, 0.0), Goal(SALES, 250.0)),
        "If positions are too large for the shock, make them smaller before it comes.",
        "Cap=leverage-cap:leverage=20",
    ),
    Challenge(
        "april",
        "Halve the sales of April 2025 without buying a single bond",
        "In April 2025 the Fed did not buy. The gap between bonds and swaps was news about swaps, and no policy moves it much. "
        "But rules alone can halve what funds must sell and keep dealers' balance sheets nearly as free as on a calm day.",
        "april_2025",
        (Goal(SALES, 25.0), Goal(PEAK_DEALER_USE.key, 75.0)),
        "One tool is not enough here: one rule helps funds that lack cash, another helps dealers who lack room.",
        "Clear and relieve=central-clearing+margin:start=2025-04-02",
        BUYING,
    ),
    Challenge(
        "march",
        "March 2020 with half the balance sheet",
        "Bring the peak to half of what it was under the Fed's actual policy, with half of what was on its books, and with "
        "hardly any risk or easing.",
        "march_2020",
        (Goal(PEAK, 11.5), Goal(EXPOSURE, 750.0), Goal(EASING, 1.0), Goal(TAIL, 2.0)),
        "Hedged purchases do to dealers what outright purchases do. Rules for dealers may help at the same time.",
        "Hedged and relief=hedged-purchases:pace_bn=75,total_bn=700,start=2020-03-12,taper_days=0"
        "+leverage-relief:relief_pct=15,start=2020-03-09",
    ),
    Challenge(
        "sceptic",
        "Convince the sceptic",
        "Here markets read half an easing signal into hedged buying too. Calm the market and stay almost silent.",
        "sceptic",
        (Goal(PEAK, 5.5), Goal(EASING, 0.2), Goal(TAIL, 1.0)),
        "The signal grows with what you announce, so announce less, act sooner and ask for little, or do not buy.",
        "Small and early=hedged-auction:total_bn=180,start=dislocation_10y_bp.above.2.for.1,penalty_bp=0",
    ),
)  # fmt: skip


def loaded(challenge: Challenge, state: State) -> State:
    """The challenge's world on a screen, with the policies it is to be met with. Raises `Refused`."""
    moved = s.with_episode(state, challenge.world)
    return (
        s.with_policies(moved, [parse_policy(spec) for spec in challenge.shown]) if challenge.shown else moved
    )


def plays(challenge: Challenge, state: State) -> bool:
    """Whether the screen shows the challenge's own world, unchanged."""
    return state.world == shipped(challenge.world)


def verdict(challenge: Challenge, summary: Summary) -> CardVerdict:
    """The policy of the screen that comes nearest to all goals; no action counts only where it stands alone."""
    several = len(summary.policies) > 1
    verdicts = [_verdict(challenge, summary, k) for k in range(int(several), len(summary.policies))]
    return max(verdicts, key=lambda v: (v.solved, -_distance(challenge, summary, v.policy), v.met))


def _verdict(challenge: Challenge, summary: Summary, k: int) -> CardVerdict:
    means = summary.outcomes[k].means
    checks = tuple(
        Check(goal.sentence, amounts.figure(goal.key, means[goal.key]), goal.met(means[goal.key]))
        for goal in challenge.goals
    )
    return CardVerdict(
        k, names.policy_names(summary.policies)[k], (*checks, *_rule(challenge, summary.policies[k]))
    )


def _rule(challenge: Challenge, policy: Policy) -> tuple[Check, ...]:
    """Whether a policy leaves out what is barred."""
    if not challenge.barred:
        return ()
    used = [i.title for i in policy.interventions if i.name in challenge.barred]
    return (Check("No purchases of bonds", " and ".join(used) or "none", not used),)


def _distance(challenge: Challenge, summary: Summary, k: int) -> float:
    """How far goals are missed, each as a share of its bound (of one where the bound is zero); a barred tool counts one."""
    means = summary.outcomes[k].means
    gaps = (
        (means[g.key] - g.bound) * (-1 if g.least else 1) / (abs(g.bound) or 1.0) for g in challenge.goals
    )
    return sum(max(gap, 0.0) for gap in gaps) + sum(not c.met for c in _rule(challenge, summary.policies[k]))


def solved_names(state: State, summary: Summary) -> tuple[str, ...]:
    """Challenges that the screen solves."""
    return tuple(c.name for c in CHALLENGES if plays(c, state) and verdict(c, summary).solved)


def verdict_html(verdict: CardVerdict) -> str:
    """Every goal with its mark in shape and word, what was asked and what came out."""
    head = (
        f"Solved by {verdict.name}."
        if verdict.solved
        else f"Not yet. Nearest: {verdict.name}, {verdict.met} of {len(verdict.checks)} met."
    )
    rows = "".join(
        f'<div class="ln-goal"><b>{"✓ met" if c.met else "✗ not yet"}</b><span>{escape(c.asked)}: {escape(c.got)}</span></div>'
        for c in verdict.checks
    )
    kind = "ln-right" if verdict.solved else "ln-wrong"
    return f'<div class="ln-answer {kind}" role="status" data-testid="challenge"><p class="ln-mark">{escape(head)}</p>{rows}</div>'


def goals_html(challenge: Challenge) -> str:
    """The goals before they are tried."""
    asked: Sequence[str] = [g.sentence for g in challenge.goals]
    if challenge.barred:
        asked = [*asked, "No purchases of bonds"]
    return f'<ul class="ln-goals">{"".join(f"<li>{escape(a)}</li>" for a in asked)}</ul>'
