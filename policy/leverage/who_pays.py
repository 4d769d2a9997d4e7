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
from policy.comparison import NONE, arms
from policy.interventions.outright import Outright
from policy.interventions.prudential import MinimumHaircut
from policy.leverage.equilibrium import (
    Choice,
    Crossing,
    Equilibria,
    Losses,
    anchored_cost,
    equilibria,
    least_risk_aversion,
    nearest_root,
    pull_up,
    range_of,
    split_near,
)
from policy.leverage.game import ExAnte, Game
from policy.leverage.interpolation import curve, curve_by_row
from policy.leverage.measurement import Note, Reach, Sample, measure, resampled_counts, silent
from policy.leverage.waste import PARTS
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy, policy

PURCHASES_OF_2020 = policy([Outright()])


@dataclass(frozen=True)
class WithError:
    """A value and its error: the standard error over paths and, where probes are interpolated, that of interpolation."""

    value: float
    se: float


@dataclass(frozen=True)
class PolicyOutcome:
    """One policy in the game. None where replies only jump and no equilibrium exists.

    `waste` is expected waste by part and scale, $bn a crisis; costs a year are crises a year times that.
    """

    label: str
    equilibria: Equilibria
    errors: tuple[float, ...]  # of each equilibrium's scale
    leverage_change_pct: WithError | None
    moral_hazard_loss: WithError | None  # $bn a year
    parts: dict[str, WithError]  # of the moral-hazard loss
    cost_today: WithError  # $bn a year at today's leverage
    cost_with_response: WithError | None  # $bn a year at the equilibrium
    losses: Losses
    waste: Array
    draws: Array | None  # resampled cost with response (resample,)

    def waste_at(self, scale: float) -> float:
        """Expected waste of a crisis at an aggregate scale, $bn."""
        at = np.array([scale])
        return float(np.add.reduce(curve(self.losses.scales, self.waste, at))[0])


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
    cost: float  # φ
    least_risk_aversion: float
    reach: Reach
    outcomes: tuple[PolicyOutcome, ...]
    tools: tuple[tuple[ExAnte, tuple[PolicyOutcome, ...]], ...]
    time_consistency: TimeConsistency | None

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
    chosen = arms(policies)
    hidden = () if game.purchases_probability == 0 or _has_purchases(chosen) else (PURCHASES_OF_2020,)
    samples, limits = measure(world, (*chosen, *hidden), seed, game, terms, note)
    note("solving for leverage")
    counts = resampled_counts(seed, game.paths, game.resamples)
    expected = _precedent(samples, game)
    cost = anchored_cost(expected, game)
    resampled = _costs(_precedent(samples, game, counts), game)
    anchor = _Anchor(counts, resampled, float(_costs(_precedent(samples, game, coarse=True), game)))
    shown = samples[: len(chosen)]
    choice = Choice(game, cost, largest_own=limits.own, largest_all=limits.everyone)
    outcomes = tuple(_outcome(s, choice, anchor, s) for s in shown)
    answered = []
    for tool in tools:
        note(f"ex-ante tool: {_named(tool)}")
        ruled = _ruled(world, tool, chosen)
        ran = measure(world, ruled, seed, game, terms, note)[0] if ruled else shown
        answered.append((tool, _under(tool, ran, shown, choice, anchor)))
    return WhoPays(
        world, game, seed, cost, least_risk_aversion(expected, game), limits, outcomes, tuple(answered),
        time_consistency(outcomes, game),
    )  # fmt: skip


def _has_purchases(policies: Sequence[Policy]) -> bool:
    return any(p.interventions == PURCHASES_OF_2020.interventions for p in policies)


def _precedent(
    samples: Sequence[Sample], game: Game, counts: Array | None = None, coarse: bool = False
) -> Losses:
    """Losses under what funds believe today: purchases with their probability, else no action."""

    def of(believed: Policy) -> Losses:
        sample = next(s for s in samples if s.policy.interventions == believed.interventions)
        return sample.coarser() if coarse else sample.losses(counts)

    chance, none = game.purchases_probability, of(NONE)
    if chance == 0:
        return none
    return replace(none, mean=(1 - chance) * none.mean + chance * of(PURCHASES_OF_2020).mean)


@dataclass(frozen=True)
class _Anchor:
    """What all policies share: resampled paths, and φ in each resample and with fewer probes."""

    counts: Array
    costs: Array
    coarse_cost: float


def _costs(losses: Losses, game: Game) -> Array:
    slope = losses.marginal(np.ones(1))[..., 0]
    return game.carry - game.risk_aversion - game.crises_a_year * slope


def _outcome(sample: Sample, choice: Choice, anchor: _Anchor, today: Sample) -> PolicyOutcome:
    """Equilibrium, induced leverage and moral-hazard loss of one policy, with bootstrap errors over paths.

    `today` is the sample that says what a crisis costs at today's leverage: the same policy without an ex-ante tool.
    """
    game, losses, wasted = choice.game, sample.losses(), sample.waste()
    reached = equilibria(losses, choice)
    resampled = sample.losses(anchor.counts)
    fine = range_of(losses, choice)
    marginal = choice.marginal_payoff(fine, resampled.marginal(fine), anchor.costs)
    drawn = {c: _resampled(fine, marginal, c) for c in reached.crossings if c.kind != "split"}
    drawn |= {
        c: _resampled_split(resampled, choice, anchor.costs, c.scale)
        for c in reached.crossings
        if c not in drawn
    }
    coarse = {c: _coarse(sample, choice, anchor, c) for c in drawn}
    errors = tuple(float(np.hypot(_error(drawn[c]), coarse[c] - c.scale)) for c in reached.accepted)
    p = game.crises_a_year
    base = p * today.today.mean(axis=1)
    bases = p * anchor.counts @ today.today.T / today.today.shape[1]
    bare = PolicyOutcome(
        label=sample.policy.label, equilibria=reached, errors=errors, leverage_change_pct=None, moral_hazard_loss=None,
        parts={}, cost_today=WithError(float(base.sum()), _error(bases.sum(axis=1))), cost_with_response=None,
        losses=losses, waste=wasted, draws=None,
    )  # fmt: skip
    if reached.selected is None:
        return bare
    scale, scales = reached.selected.scale, drawn[reached.selected]
    there = p * curve(sample.scales, wasted, np.array([scale]))[:, 0]
    waste_drawn = sample.waste(anchor.counts)
    theres = p * np.stack([curve_by_row(sample.scales, waste_drawn[:, k], scales) for k in range(3)], axis=1)
    elsewhere = p * curve(sample.scales, wasted, np.array([coarse[reached.selected]]))[:, 0]
    extra, extras, off = there - base, theres - bases, elsewhere - there
    return replace(
        bare,
        leverage_change_pct=_figure(
            100 * (scale - 1), 100 * scales, 100 * (coarse[reached.selected] - scale)
        ),
        moral_hazard_loss=_figure(extra.sum(), extras.sum(axis=1), off.sum()),
        parts={name: _figure(extra[k], extras[:, k], off[k]) for k, name in enumerate(PARTS)},
        cost_with_response=_figure(there.sum(), theres.sum(axis=1), off.sum()),
        draws=theres.sum(axis=1),
    )


def _figure(value: float, resampled: Array, off: float) -> WithError:
    """A value with the errors of sampling and of interpolation, added in squares."""
    return WithError(float(value), float(np.hypot(_error(resampled), off)))


def _coarse(sample: Sample, choice: Choice, anchor: _Anchor, crossing: Crossing) -> float:
    """Where an interior crossing lies if only every other probe is used; other kinds are left where they are."""
    if crossing.kind != "interior":
        return crossing.scale
    losses = sample.coarser()
    fine = range_of(losses, choice)
    marginal = choice.marginal_payoff(fine, losses.marginal(fine), np.array(anchor.coarse_cost)[None])[0]
    return nearest_root(fine, marginal, crossing.scale, crossing.stable)


def _resampled(fine: Array, marginal: Array, crossing: Crossing) -> Array:
    """The scale of a crossing in each resample; a corner or edge moves only where its own payoff turns."""
    if crossing.kind == "interior":
        return np.array([nearest_root(fine, row, crossing.scale, crossing.stable) for row in marginal])
    inner = [nearest_root(fine, row, crossing.scale, True) for row in marginal]
    stays = marginal[:, -1] >= 0 if crossing.scale >= fine[-1] else marginal[:, 0] < 0
    return np.where(stays, crossing.scale, inner)


def _resampled_split(losses: Losses, choice: Choice, costs: Array, scale: float) -> Array:
    """The scale of a split in each resample, looked for within a tenth of it."""
    fine = range_of(losses, choice)
    near = np.linspace(max(scale - 0.1, fine[0]), min(scale + 0.1, fine[-1]), 61)
    pull = pull_up(losses, choice, near, costs)
    return np.array([split_near(near, row, scale) for row in pull])


def _error(values: Array) -> float:
    spread = float(np.std(values, ddof=1))
    return spread if spread > 1e-12 else 0.0


def _ruled(world: World, tool: ExAnte, policies: Sequence[Policy]) -> list[Policy]:
    """The policies with an ex-ante tool's haircut, which changes their crises; none where it does not bind."""
    if tool.minimum_haircut <= world.margins.calm_haircut:
        return []
    rule = MinimumHaircut(haircut_pct=100 * tool.minimum_haircut)
    return [Policy(p.label, (*p.interventions, rule)) for p in policies]


def _under(
    tool: ExAnte, samples: Sequence[Sample], bare: Sequence[Sample], choice: Choice, anchor: _Anchor
) -> tuple[PolicyOutcome, ...]:
    """The same game under an ex-ante tool; φ stays as anchored without it. `bare` are the samples without the tool."""
    own = min(choice.largest_own, tool.largest_scale)
    under = replace(choice, fee=tool.fee, largest_own=own, largest_all=min(choice.largest_all, own))
    return tuple(_outcome(s, under, anchor, today) for s, today in zip(samples, bare, strict=True))


def _named(tool: ExAnte) -> str:
    default = ExAnte()
    changed = [k for k in ExAnte.model_fields if getattr(tool, k) != getattr(default, k)]
    return ", ".join(f"{k.replace('_', ' ')} {getattr(tool, k):g}" for k in changed) or "none"


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
        temptation=game.crises_a_year * (before[0].waste_at(scale) - min(waste)),
    )
