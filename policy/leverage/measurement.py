"""The runs behind the ex-ante game: every policy at several aggregate scales on the same shocks, with probes along each.

Only per-path figures are kept: what probes lost, and what the crisis wasted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models import series
from models.errors import Breach, Refused
from models.scenario import World, largest_scale, opening_repo_bn
from models.simulation import simulate_in_pieces
from models.stack import Array, Indices
from models.worlds import replace
from policy.comparison import NONE
from policy.leverage.equilibrium import Losses
from policy.leverage.game import Game
from policy.leverage.interpolation import curve
from policy.leverage.probes import Watcher, equity_weights, own_leverage
from policy.leverage.waste import waste
from policy.outcomes.taxpayer import first_loss_pct
from policy.outcomes.terms import Terms
from policy.spec import Policy

LARGEST = 4.0  # bound of funds.scale
ROOMY = {"capacity_bn": 5000.0, "repo_footprint": 0.05}  # dealers do not limit what one small fund may hold
LOWEST_SCALE = 0.6
LOWEST_PROBE = 0.25
Note = Callable[[str], None]
# What waste reads of a run.
KEPT = frozenset(
    {
        series.BASIS, series.CHARGE_ABOVE_CALM, series.CLIENT_SALES, series.DISLOCATION, series.DYSFUNCTION, series.EQUITY_BY_COHORT,
        series.FACILITY, series.FED_EASING, series.FORCED_BY_COHORT, series.FORCED_SALES, series.FUNDAMENTALS, series.HAIRCUT,
        series.HEDGED, series.HEDGED_PURCHASES, series.LENDER_LOSSES, series.MARGIN, series.MARKET_SALES, series.OFF_THE_RUN, series.OUTRIGHT,
        series.POLICY_SIGNAL, series.POSITIONS, series.PRICE_LOSS, series.REAL_MONEY_SALES, series.REPO_SPREAD,
        series.TERM_PREMIUM, series.VEHICLE, series.VEHICLE_DISCOUNT, series.VEHICLE_FROM_DEALERS, series.VEHICLE_PURCHASES,
        series.VEHICLE_SALES, series.VOLATILITY, series.YIELD,
    }
)  # fmt: skip


def silent(text: str) -> None:
    """Hear nothing."""


@dataclass(frozen=True)
class Reach:
    """How far scales go, as multiples of the world's own: a fund's requirement, and what dealers can fund at the opening."""

    own: float
    everyone: float


class CrisisPart(Policy):
    """A policy's orders in the crisis alone: what it sets beforehand is left out."""

    def prepare(self, world: World) -> World:
        """The world as it is."""
        return world


def crisis_part(chosen: Policy, world: World) -> Policy:
    """The policy without what it sets beforehand: itself where that changes nothing, no action where there is no more."""
    if chosen.prepare(world) is world:
        return chosen
    kept = tuple(i for i in chosen.interventions if not i.only_beforehand) or NONE.interventions
    bare = Policy(chosen.label, kept)
    return bare if bare.prepare(world) is world else CrisisPart(chosen.label, kept)


def alike(a: Policy, b: Policy) -> bool:
    """Whether two policies do the same, whatever they are called."""
    return type(a) is type(b) and a.interventions == b.interventions


@dataclass(frozen=True)
class Sample:
    """One policy's figures by path: what probes `lost` and whether they `failed` (path, scale, own), as shares of equity,
    and `wasted` (part, path, scale) in $bn.

    Scales are all positions over today's; a rule set beforehand, as a leverage cap, makes the largest ones unreachable.
    """

    policy: Policy
    scales: Array
    own: Array
    lost: Array
    failed: Array
    wasted: Array

    def losses(self, franchise: float, counts: Array | None = None) -> Losses:
        """Expected losses over paths, or over resampled paths `counts` (resample, path), with the franchise lost at default."""
        lost, failed = (
            flat.mean(axis=0) if counts is None else counts @ flat / flat.shape[0]
            for flat in (each.reshape(each.shape[0], -1) for each in (self.lost, self.failed))
        )
        mean = lost + franchise * failed
        return Losses(self.scales, self.own, mean.reshape(*mean.shape[:-1], *self.lost.shape[1:]))

    def coarser(self, franchise: float) -> Losses:
        """Expected losses from every other probe only: what interpolation between probes is worth."""
        kept = np.unique([0, *range(1, self.own.size, 2), self.own.size - 1])
        full = self.losses(franchise)
        return Losses(self.scales, self.own[kept], full.mean[..., kept])

    def waste(self, counts: Array | None = None) -> Array:
        """Expected waste by part and scale, (…, part, scale)."""
        if counts is None:
            return np.asarray(self.wasted.mean(axis=1))
        return np.stack([counts @ part / part.shape[0] for part in self.wasted], axis=1)

    def waste_at(self, scale: float, counts: Array | None = None) -> Array:
        """Expected waste of a crisis by part at an aggregate scale, (…, part); beyond those that were run, at the nearest."""
        at = np.clip(np.array([scale]), self.scales[0], self.scales[-1])
        return np.asarray(curve(self.scales, self.waste(counts), at)[..., 0])


def reach(world: World) -> Reach:
    """Scales that requirements and dealers' balance sheet allow on day 0. Raises `Refused` where funds hold nothing."""
    if world.funds.scale == 0:
        raise Refused(
            "funds.scale = 0 is refused here: without positions there is no leverage to choose",
            Breach("funds.scale", world.funds.scale),
        )
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


def measure(
    world: World, policies: Sequence[Policy], seed: int, game: Game, terms: Terms, note: Note
) -> tuple[list[Sample], Reach]:
    """Run every policy at every scale, as multiples of the world's own, with probes along.

    `note` hears each phase and stops the work by raising.
    """
    limits, unit = reach(world), world.funds.scale
    scales = aggregate_scales(limits.everyone, game.scales)
    own = np.linspace(LOWEST_PROBE, limits.own, game.probe_scales)
    levels = [probe_leverage(world, p, own * unit) for p in policies]
    lost, failed = np.zeros((2, len(policies), game.paths, scales.size, own.size + 1))
    wasted = np.zeros((len(policies), 3, game.paths, scales.size))
    at = np.zeros((len(policies), scales.size))
    for k, scale in enumerate(scales):
        note(f"scale {k + 1} of {scales.size}: {len(policies)} policies on {game.paths} paths")
        here = replace(world, {"funds.scale": float(unit * scale)})
        ruled = [p.prepare(here) for p in policies]
        at[:, k] = [_scale_of(world, own_leverage(w)) for w in ruled]
        watcher, first = Watcher(world, levels), 0
        arms = [p.orders for p in policies]
        for runs in simulate_in_pieces(ruled, arms, game.paths, seed, keep=KEPT, watch=watcher):
            count = runs[0].paths
            cut = slice(first, first + count)
            for n, (run, watched) in enumerate(zip(runs, watcher.take(count), strict=True)):
                lost[n, cut, k, 1:], failed[n, cut, k, 1:] = watched.by_equity(equity_weights(world))
                share = first_loss_pct(policies[n].interventions)
                wasted[n, :, cut, k] = waste(run, seed, game, terms, first, share)
            first += count
            note(f"scale {k + 1} of {scales.size}: {first} of {game.paths} paths")
    return [
        _sample(p, (at[n], _scale_of(world, levels[n])), lost[n], failed[n], wasted[n])
        for n, p in enumerate(policies)
    ], limits


def probe_leverage(world: World, chosen: Policy, scales: Array) -> Array:
    """Leverage of probes at multiples of `funds.scale` 1, as a policy's rules set beforehand allow it (scale, cohort)."""
    roomy = world.dealers.model_copy(update=ROOMY)
    rows = []
    for scale in scales:
        funds = world.funds.model_copy(update={"scale": float(scale)})
        here = world.model_copy(update={"funds": funds, "dealers": roomy})
        rows.append(own_leverage(chosen.prepare(here)))
    return np.array(rows)


def _scale_of(world: World, leverage: Array) -> Array:
    """All positions over today's for cohorts at given leverage (…, cohort)."""
    today = own_leverage(world)
    weights = equity_weights(world)
    return np.asarray(np.einsum("...c,c->...", leverage, weights) / np.einsum("c,c->", today, weights))


def _sample(chosen: Policy, at: tuple[Array, Array], lost: Array, failed: Array, wasted: Array) -> Sample:
    """A sample with the scales that rules leave distinct, and nothing lost at scale zero."""
    scales, own = at[0], np.concatenate([[0.0], at[1]])
    kept, apart = _rising(scales), _rising(own)
    lost, failed = (each[:, kept][..., apart] for each in (lost, failed))
    return Sample(chosen, scales[kept], own[apart], lost, failed, wasted[..., kept])


def _rising(values: Array) -> Indices:
    """Indices of the values that exceed all before them."""
    highest = np.concatenate([[-np.inf], np.maximum.accumulate(values)[:-1]])
    return np.flatnonzero(values > highest + 1e-6)


def resampled_counts(seed: int, paths: int, resamples: int) -> Array:
    """How often each path is drawn in each bootstrap resample, (resample, path). A stream of its own per seed."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(0, 0, 1))))
    drawn = generator.integers(0, paths, (resamples, paths))
    return np.stack([np.bincount(row, minlength=paths) for row in drawn]).astype(float)
