"""Who pays, before and after: leverage that funds choose if they expect a policy, and what that costs in later crises.

The leverage response to a Treasury backstop has never been estimated. What stands here follows from assumptions that
users can change (`Game`), and is reported with every equilibrium found and with sampling errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.scenario import World
from models.stack import Array
from policy.leverage.assumptions import Unknown
from policy.leverage.equilibrium import (
    Choice,
    Crossing,
    Equilibria,
    Losses,
    anchored,
    equilibria,
    least_risk_aversion,
    nearest_root,
    pull_up,
    range_of,
    split_near,
)
from policy.leverage.game import ExAnte, Game
from policy.leverage.interpolation import curve_by_row
from policy.leverage.measurement import Note, Reach, Sample, silent
from policy.leverage.runs import Measured, measured
from policy.leverage.waste import PARTS
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy


@dataclass(frozen=True)
class WithError:
    """A value and its error: the standard error over paths and, where probes are interpolated, that of interpolation."""

    value: float
    se: float


@dataclass(frozen=True)
class PolicyOutcome:
    """One policy in the game. None where replies only jump and no equilibrium exists.

    Leverage and costs are measured against today's leverage, before any rule set beforehand. `rule_effect` is the part of
    the moral-hazard loss that such a rule brings at the leverage of the equilibrium by changing crises themselves.
    """

    label: str
    equilibria: Equilibria
    errors: tuple[float, ...]  # of each equilibrium's scale
    leverage_change_pct: WithError | None
    moral_hazard_loss: WithError | None  # $bn a year
    parts: dict[str, WithError]  # of the moral-hazard loss
    rule_effect: WithError | None  # $bn a year; None without such a rule
    cost_today: WithError  # $bn a year at today's leverage
    cost_with_response: WithError | None  # $bn a year at the equilibrium
    losses: Losses
    base: Sample  # the policy in the crisis alone
    draws: Array | None  # resampled cost with response (resample,)
    leverage_unknown: Unknown | None = None  # %, over the assumptions
    loss_unknown: Unknown | None = None  # $bn a year

    def waste_at(self, scale: float) -> float:
        """Expected waste of a crisis at an aggregate scale that is there already, $bn."""
        return float(np.add.reduce(self.base.waste_at(scale)))


@dataclass(frozen=True)
class TimeConsistency:
    """What is best once leverage is there, what is best if leverage responds, and the gap: the commitment problem.

    All in $bn a year. `gap`: extra cost if funds expect the policy that is best ex post rather than the one that is best
    ex ante. `temptation`: what giving in would save in the crisis, at the leverage of the ex-ante best policy.
    """

    best_ex_post: str
    best_ex_ante: str
    gap: WithError
    temptation: float


@dataclass(frozen=True)
class WhoPays:
    """The game for several policies, `none` first, and for each ex-ante tool."""

    world: World
    game: Game
    seed: int
    risk_aversion: float  # γ: the game's, or the least that will do
    least_risk_aversion: float
    reach: Reach
    outcomes: tuple[PolicyOutcome, ...]
    tools: tuple[tuple[ExAnte, tuple[PolicyOutcome, ...]], ...]
    time_consistency: TimeConsistency | None
    runs: Measured

    def outcome(self, label: str) -> PolicyOutcome:
        """The outcome of a policy by label."""
        return next(o for o in self.outcomes if o.label == label)


def who_pays(
    world: World,
    policies: Sequence[Policy],
    seed: int,
    game: Game | None = None,
    terms: Terms = TERMS,
    tools: Sequence[ExAnte] = (),
    note: Note = silent,
) -> WhoPays:
    """Solve the ex-ante game for every policy. `note` hears each phase and may raise to stop. Raises `Refused`."""
    game = game or Game()
    runs = measured(world, policies, seed, game, terms, tools, note)
    note("solving for leverage")
    return solved(runs, game)


def solved(runs: Measured, game: Game) -> WhoPays:
    """The game on runs that are there. The game's accuracy is that of the runs."""
    anchor = anchored_to(runs, game)
    outcomes = tuple(outcome_of(s, runs.base(s.policy), anchor) for s in runs.shown)
    tools = tuple((tool, _under(tool, samples, runs, anchor)) for tool, samples in runs.tools)
    aversion = float(anchor.choice.anchor.aversion)
    return WhoPays(
        runs.world, game, runs.seed, aversion, anchor.least, runs.reach, outcomes, tools,
        time_consistency(outcomes, game), runs,
    )  # fmt: skip


@dataclass(frozen=True)
class Anchored:
    """The game tied to today's leverage: what funds weigh as measured, in each resample of paths, and with fewer probes."""

    choice: Choice
    resampled: Choice
    coarse: Choice
    least: float  # risk aversion
    counts: Array

    def under(self, tool: ExAnte) -> Anchored:
        """The same under an ex-ante tool; what ties it to today's leverage stays as it is without the tool."""
        first = self.choice
        own = min(first.largest_own, tool.largest_scale)
        bound = replace(first, fee=tool.fee, largest_own=own, largest_all=min(first.largest_all, own))
        return replace(
            self,
            choice=bound,
            resampled=replace(bound, anchor=self.resampled.anchor),
            coarse=replace(bound, anchor=self.coarse.anchor),
        )


def anchored_to(runs: Measured, game: Game) -> Anchored:
    """Tie a game to today's leverage under its precedent."""
    expected = runs.precedent(game)
    return Anchored(
        choice=choice_of(runs, game, expected),
        resampled=choice_of(runs, game, runs.precedent(game, runs.counts)),
        coarse=choice_of(runs, game, runs.precedent(game, coarse=True)),
        least=float(least_risk_aversion(expected, game)),
        counts=runs.counts,
    )


def choice_of(runs: Measured, game: Game, precedent: Losses) -> Choice:
    """What funds weigh, tied to today's leverage by their losses under the precedent."""
    return Choice(
        game, anchored(precedent, game), largest_own=runs.reach.own, largest_all=runs.reach.everyone
    )


def outcome_of(sample: Sample, base: Sample, anchor: Anchored) -> PolicyOutcome:
    """Equilibrium, induced leverage and moral-hazard loss of one policy, with bootstrap errors over paths.

    `base` says what a crisis costs at today's leverage: the same policy with nothing set beforehand.
    """
    game, counts = anchor.choice.game, anchor.counts
    losses, resampled = sample.losses(game.franchise_value), sample.losses(game.franchise_value, counts)
    reached = equilibria(losses, anchor.choice)
    fine = range_of(losses, anchor.choice)
    marginal = anchor.resampled.marginal_payoff(fine, resampled.marginal(fine))
    drawn = {
        c: _resampled_split(resampled, anchor.resampled, c.scale)
        if c.kind == "split"
        else _resampled(fine, marginal, c)
        for c in reached.crossings
    }
    coarse = {c: _coarse(sample, anchor.coarse, c) for c in drawn}
    errors = tuple(float(np.hypot(_error(drawn[c]), coarse[c] - c.scale)) for c in reached.accepted)
    p = game.crises_a_year
    today, todays = p * base.waste_at(1.0), p * base.waste_at(1.0, counts)
    bare = PolicyOutcome(
        label=sample.policy.label, equilibria=reached, errors=errors, leverage_change_pct=None, moral_hazard_loss=None,
        parts={}, rule_effect=None, cost_today=WithError(float(today.sum()), _error(todays.sum(axis=1))),
        cost_with_response=None, losses=losses, base=base, draws=None,
    )  # fmt: skip
    if reached.selected is None:
        return bare
    scale, scales, off = (
        reached.selected.scale, drawn[reached.selected], coarse[reached.selected] - reached.selected.scale,
    )  # fmt: skip
    often, oftens = game.frequency(scale), game.frequency(scales)[:, None]
    there, theres = often * sample.waste_at(scale), oftens * _by_row(sample, counts, scales)
    elsewhere = game.frequency(scale + off) * sample.waste_at(scale + off)
    extra, extras, moved = there - today, theres - todays, elsewhere - there
    ruled = None
    if sample is not base:
        own = there - often * base.waste_at(scale)
        ruled = _figure(own.sum(), (theres - oftens * _by_row(base, counts, scales)).sum(axis=1), 0.0)
    return replace(
        bare,
        leverage_change_pct=_figure(100 * (scale - 1), 100 * scales, 100 * off),
        moral_hazard_loss=_figure(extra.sum(), extras.sum(axis=1), moved.sum()),
        parts={name: _figure(extra[k], extras[:, k], moved[k]) for k, name in enumerate(PARTS)},
        rule_effect=ruled,
        cost_with_response=_figure(there.sum(), theres.sum(axis=1), moved.sum()),
        draws=theres.sum(axis=1),
    )


def _by_row(sample: Sample, counts: Array, scales: Array) -> Array:
    """Expected waste by part in each resample, at a scale of its own (resample, part)."""
    waste, at = sample.waste(counts), np.clip(scales, sample.scales[0], sample.scales[-1])
    return np.stack([curve_by_row(sample.scales, waste[:, k], at) for k in range(len(PARTS))], axis=1)


def _figure(value: float, resampled: Array, off: float) -> WithError:
    """A value with the errors of sampling and of interpolation, added in squares."""
    return WithError(float(value), float(np.hypot(_error(resampled), off)))


def _coarse(sample: Sample, choice: Choice, crossing: Crossing) -> float:
    """Where an interior crossing lies if only every other probe is used; other kinds are left where they are."""
    if crossing.kind != "interior":
        return crossing.scale
    losses = sample.coarser(choice.game.franchise_value)
    fine = range_of(losses, choice)
    marginal = choice.marginal_payoff(fine, losses.marginal(fine))
    return nearest_root(fine, marginal, crossing.scale, crossing.stable)


def _resampled(fine: Array, marginal: Array, crossing: Crossing) -> Array:
    """The scale of a crossing in each resample; a corner or edge moves only where its own payoff turns."""
    if crossing.kind == "interior":
        return np.array([nearest_root(fine, row, crossing.scale, crossing.stable) for row in marginal])
    inner = [nearest_root(fine, row, crossing.scale, True) for row in marginal]
    stays = marginal[:, -1] >= 0 if crossing.scale >= fine[-1] else marginal[:, 0] < 0
    return np.where(stays, crossing.scale, inner)


def _resampled_split(losses: Losses, choice: Choice, scale: float) -> Array:
    """The scale of a split in each resample, looked for within a tenth of it."""
    fine = range_of(losses, choice)
    near = np.linspace(max(scale - 0.1, fine[0]), min(scale + 0.1, fine[-1]), 61)
    return np.array([split_near(near, row, scale) for row in pull_up(losses, choice, near)])


def _error(values: Array) -> float:
    spread = float(np.std(values, ddof=1))
    return spread if spread > 1e-12 else 0.0


def _under(
    tool: ExAnte, samples: Sequence[Sample], runs: Measured, anchor: Anchored
) -> tuple[PolicyOutcome, ...]:
    """The same game under an ex-ante tool, against the same policies without it."""
    under = anchor.under(tool)
    bases = (runs.base(s.policy) for s in runs.shown)
    return tuple(outcome_of(s, base, under) for s, base in zip(samples, bases, strict=True))


def time_consistency(outcomes: Sequence[PolicyOutcome], game: Game) -> TimeConsistency | None:
    """Best policy at today's leverage against best with leverage responding; None where a policy has no equilibrium."""
    costs = [(o, o.cost_with_response, o.draws) for o in outcomes]
    solved = [(o, cost, draws) for o, cost, draws in costs if cost is not None and draws is not None]
    if len(solved) < len(outcomes):
        return None
    after = min(solved, key=lambda row: row[0].cost_today.value)
    before = min(solved, key=lambda row: row[1].value)
    selected = before[0].equilibria.selected
    scale = selected.scale if selected else 1.0
    waste = [o.waste_at(scale) for o in outcomes]
    return TimeConsistency(
        best_ex_post=after[0].label,
        best_ex_ante=before[0].label,
        gap=WithError(after[1].value - before[1].value, _error(after[2] - before[2])),
        temptation=game.frequency(scale) * (before[0].waste_at(scale) - min(waste)),
    )
