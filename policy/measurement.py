"""The runs behind the ex-ante game: every policy at several aggregate scales on the same shocks, with probes along each.

Only per-path figures are kept: what probes lost, and what the crisis wasted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import Refused
from models.scenario import World, largest_scale, opening_repo_bn
from models.simulation import Run, simulate
from models.stack import Array
from models.worlds import replace
from policy.game import ExAnte, Game
from policy.leverage_game import Losses
from policy.probes import equity_weights, market_of, probes
from policy.spec import Policy
from policy.taxpayer import first_loss_pct
from policy.terms import Terms
from policy.waste import waste

BLOCK = 1024
LARGEST = 4.0  # bound of funds.scale
LOWEST_SCALE = 0.6
LOWEST_PROBE = 0.25
Note = Callable[[str], None]


def silent(text: str) -> None:
    """Hear nothing."""


@dataclass(frozen=True)
class Reach:
    """How far scales go, as multiples of the world's own: a fund's requirement, and what dealers can fund at the opening."""

    own: float
    everyone: float


@dataclass(frozen=True)
class Sample:
    """One policy's figures by path: `lost` (path, scale, own) as shares of equity, `wasted` (part, path, scale) in $bn."""

    policy: Policy
    scales: Array
    own: Array
    lost: Array
    wasted: Array

    def losses(self, counts: Array | None = None) -> Losses:
        """Expected losses over paths, or over resampled paths `counts` (resample, path)."""
        flat = self.lost.reshape(self.lost.shape[0], -1)
        mean = flat.mean(axis=0) if counts is None else counts @ flat / flat.shape[0]
        return Losses(self.scales, self.own, mean.reshape(*mean.shape[:-1], *self.lost.shape[1:]))

    def coarser(self) -> Losses:
        """Expected losses from every other probe only: what interpolation between probes is worth."""
        kept = np.unique([0, *range(1, self.own.size, 2), self.own.size - 1])
        full = self.losses()
        return Losses(self.scales, self.own[kept], full.mean[..., kept])

    def waste(self, counts: Array | None = None) -> Array:
        """Expected waste by part and scale, (…, part, scale)."""
        if counts is None:
            return np.asarray(self.wasted.mean(axis=1))
        return np.stack([counts @ part / part.shape[0] for part in self.wasted], axis=1)


def reach(world: World) -> Reach:
    """Scales that requirements and dealers' balance sheet allow on day 0. Raises `Refused` where funds hold nothing."""
    if world.funds.scale == 0:
        raise Refused("funds.scale = 0 is refused here: without positions there is no leverage to choose")
    d, scale = world.dealers, world.funds.scale
    carried = d.repo_footprint * opening_repo_bn(world)
    room = d.calm_use * d.capacity_bn / carried if carried > 0 else np.inf
    own = min(largest_scale(world)[0], LARGEST) / scale
    return Reach(own * (1 - 1e-9), min(room * (1 - 1e-6), own * (1 - 1e-9)))


def aggregate_scales(top: float, count: int) -> Array:
    """Scales at which the market is run: a third below today's, today's, and the rest above it, denser near it."""
    if top < 1 + 1e-6:
        return np.linspace(min(LOWEST_SCALE, top / 2), min(top, 1.0), count)
    below = max(2, count // 3)
    above = count - below - 1
    return np.concatenate(
        [
            1 - (1 - LOWEST_SCALE) * (np.arange(below, 0, -1) / below) ** 1.5,
            [1.0],
            1 + (top - 1) * (np.arange(1, above + 1) / above) ** 1.5,
        ]
    )


def with_haircut(world: World, tool: ExAnte) -> World:
    """The world under a minimum haircut, at a scale small enough to be valid; the world itself without one."""
    if tool.minimum_haircut <= world.margins.calm_haircut:
        return world
    low = LOWEST_SCALE / 2 * world.funds.scale
    return replace(world, {"margins.calm_haircut": tool.minimum_haircut, "funds.scale": low})


def measure(
    world: World, unit: float, policies: Sequence[Policy], seed: int, game: Game, terms: Terms, note: Note
) -> tuple[list[Sample], Reach]:
    """Run every policy at every scale, as multiples of `unit` (the `funds.scale` that counts as 1), with probes along.

    `note` hears each phase and stops the work by raising.
    """
    found = reach(world)
    limits = Reach(found.own * world.funds.scale / unit, found.everyone * world.funds.scale / unit)
    scales = aggregate_scales(limits.everyone, game.scales)
    own = np.concatenate([[0.0], np.linspace(LOWEST_PROBE, limits.own, game.probe_scales)])
    lost = np.zeros((len(policies), game.paths, scales.size, own.size))
    wasted = np.zeros((len(policies), 3, game.paths, scales.size))
    for k, scale in enumerate(scales):
        note(f"scale {k + 1} of {scales.size}: {len(policies)} policies on {game.paths} paths")
        here = replace(world, {"funds.scale": float(unit * scale)})
        for first in range(0, game.paths, BLOCK):
            count = min(BLOCK, game.paths - first)
            cut = slice(first, first + count)
            runs = simulate(here, [p.orders for p in policies], count, seed, first)
            note(f"scale {k + 1} of {scales.size}: probes")
            for n, run in enumerate(runs):
                lost[n, cut, k, 1:] = probe_losses(run, unit * own[1:], game.franchise_value)
                share = first_loss_pct(policies[n].interventions)
                wasted[n, :, cut, k] = waste(run, seed, game, terms, first, share)
    samples = [Sample(p, scales, own, lost[n], wasted[n]) for n, p in enumerate(policies)]
    return samples, limits


def probe_losses(run: Run, scales: Array, franchise: float) -> Array:
    """What probes lose along a run, share of equity (path, scale)."""
    return probes(run, scales, market_of(run)).loss(equity_weights(run), franchise)


def resampled_counts(seed: int, paths: int, resamples: int) -> Array:
    """How often each path is drawn in each bootstrap resample, (resample, path). A stream of its own per seed."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(0, 0, 1))))
    drawn = generator.integers(0, paths, (resamples, paths))
    return np.stack([np.bincount(row, minlength=paths) for row in drawn]).astype(float)
