"""The market's runs behind a game, shared by every assumption about funds: only the equilibrium is solved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.scenario import World
from models.stack import Array
from policy.comparison import NONE, arms
from policy.interventions.outright import Outright
from policy.interventions.prudential import MinimumHaircut
from policy.leverage.equilibrium import Losses
from policy.leverage.game import ExAnte, Game
from policy.leverage.measurement import (
    Note,
    Reach,
    Sample,
    alike,
    crisis_part,
    measure,
    resampled_counts,
    silent,
)
from policy.outcomes.terms import TERMS, Terms
from policy.spec import Policy, policy

PURCHASES_OF_2020 = policy([Outright()])


@dataclass(frozen=True)
class Measured:
    """Samples of `policies`, `none` first, then of what they are measured against; those under each ex-ante tool."""

    world: World
    policies: tuple[Policy, ...]
    seed: int
    samples: tuple[Sample, ...]
    tools: tuple[tuple[ExAnte, tuple[Sample, ...]], ...]
    reach: Reach
    counts: Array

    @property
    def shown(self) -> tuple[Sample, ...]:
        """The policies' own samples."""
        return self.samples[: len(self.policies)]

    def sample(self, wanted: Policy) -> Sample:
        """The sample of a policy, or of one that does the same."""
        return next(s for s in self.samples if alike(s.policy, wanted))

    def base(self, wanted: Policy) -> Sample:
        """The same policy in the crisis with nothing set beforehand: what today's leverage is counted under."""
        return self.sample(crisis_part(wanted, self.world))

    def precedent(self, game: Game, counts: Array | None = None, coarse: bool = False) -> Losses:
        """Losses under what funds believe today: purchases with their probability, else no action."""
        none, bought = (
            s.coarser(game.franchise_value) if coarse else s.losses(game.franchise_value, counts)
            for s in (self.sample(NONE), self.sample(PURCHASES_OF_2020))
        )
        chance = game.purchases_probability
        return replace(none, mean=(1 - chance) * none.mean + chance * bought.mean)


def measured(
    world: World,
    policies: Sequence[Policy],
    seed: int,
    game: Game,
    terms: Terms = TERMS,
    tools: Sequence[ExAnte] = (),
    note: Note = silent,
) -> Measured:
    """Run every policy, the precedents, and what rules are measured against. `note` may raise to stop. Raises `Refused`."""
    chosen = arms(policies)
    every = list(chosen)
    for other in (PURCHASES_OF_2020, *(crisis_part(p, world) for p in chosen)):
        if not any(alike(other, p) for p in every):
            every.append(other)
    samples, limits = measure(world, every, seed, game, terms, note)
    answered = []
    for tool in tools:
        note(f"ex-ante tool: {_named(tool)}")
        ruled = _ruled(world, tool, chosen)
        ran = measure(world, ruled, seed, game, terms, note)[0] if ruled else samples[: len(chosen)]
        answered.append((tool, tuple(ran)))
    counts = resampled_counts(seed, game.paths, game.resamples)
    return Measured(world, tuple(chosen), seed, tuple(samples), tuple(answered), limits, counts)


def _ruled(world: World, tool: ExAnte, policies: Sequence[Policy]) -> list[Policy]:
    """The policies with an ex-ante tool's haircut, which changes their crises; none where it does not bind."""
    if tool.minimum_haircut <= world.margins.calm_haircut:
        return []
    rule = MinimumHaircut(haircut_pct=100 * tool.minimum_haircut)
    return [Policy(p.label, (*p.interventions, rule)) for p in policies]


def _named(tool: ExAnte) -> str:
    default = ExAnte()
    changed = [k for k in ExAnte.model_fields if getattr(tool, k) != getattr(default, k)]
    return ", ".join(f"{k.replace('_', ' ')} {getattr(tool, k):g}" for k in changed) or "none"
