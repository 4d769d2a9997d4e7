"""The ex-ante game: each fund picks its leverage given everyone's; an equilibrium is a scale that is its own best reply.

A fund at scale x, with everyone at s, earns r(s)·x − φx − ½γx² − p·ℒ(x; s) a year as a share of equity. Limited
liability can make ℒ concave, so first-order points are checked against every other scale and may be rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.stack import Array
from policy.leverage.game import Game
from policy.leverage.interpolation import curve, curve_by_row

FINE = 301  # scales at which the first-order condition is looked at
DRAWN = 61  # scales at which the best reply is drawn
REPLIES = 401  # own scales among which the best reply is looked for
TOLERANCE = 1e-8
MARGIN = 1e-6  # of the least risk aversion, so that rounding does not decide between two scales that tie

Kind = Literal["interior", "corner", "split", "edge"]


@dataclass(frozen=True)
class Losses:
    """Expected share of equity lost in a crisis, by everyone's scale and one's own: `mean` (…, scale, own)."""

    scales: Array
    own: Array  # begins at 0, where nothing is lost
    mean: Array

    def at(self, scales: Array) -> Array:
        """Losses at other aggregate scales, (…, point, own): the same curves in own scale, interpolated."""
        flipped = np.swapaxes(self.mean, -1, -2)
        return np.swapaxes(curve(self.scales, flipped, scales), -1, -2)

    def marginal(self, scales: Array) -> Array:
        """∂ℒ/∂x at x = s, (…, point)."""
        return curve_by_row(self.own, self.at(scales), scales, derivative=True)


@dataclass(frozen=True)
class Anchor:
    """φ and γ at which today's leverage is what funds choose under the precedent; one each, or one per resample (…,)."""

    cost: Array | float
    aversion: Array | float

    def over(self, axes: int) -> Anchor:
        """The same with axes behind, to meet figures by resample."""
        shape = (..., *[None] * axes)
        return Anchor(np.asarray(self.cost)[shape], np.asarray(self.aversion)[shape])


@dataclass(frozen=True)
class Choice:
    """What a fund weighs: the game, what scale costs it beyond crises, a fee, and how far scale can go."""

    game: Game
    anchor: Anchor
    fee: float = 0.0
    largest_own: float = np.inf  # own requirement or a cap
    largest_all: float = np.inf  # what dealers can fund at the opening, if that is less

    def carry(self, scale: Array) -> Array:
        """r(s) = r̄·s^(−1/η): asset managers pay less for more."""
        return np.asarray(self.game.carry * scale ** (-1 / self.game.demand_elasticity))

    def payoff(self, own: Array, scale: Array, loss: Array) -> Array:
        """Yearly payoff as a share of equity, (…, point, own) where the anchor is by resample."""
        at = self.anchor.over(2) if np.ndim(self.anchor.cost) else self.anchor
        linear = (self.carry(scale) - at.cost - self.fee) * own
        return np.asarray(linear - at.aversion / 2 * own**2 - self.game.frequency(scale) * loss)

    def marginal_payoff(self, scales: Array, marginal_loss: Array) -> Array:
        """Derivative of the payoff in own scale at x = s, (…, point)."""
        at = self.anchor.over(1)
        linear = self.carry(scales) - at.cost - self.fee - at.aversion * scales
        return np.asarray(linear - self.game.frequency(scales) * marginal_loss)


@dataclass(frozen=True)
class Crossing:
    """A scale at which the first-order condition holds or the range ends.

    `interior`: the condition holds; `corner`: funds want no less than their own largest scale; `split`: every fund is
    indifferent between a scale below and one above, and shares of funds choose each so that this is the average;
    `edge`: funds would leave the range of scales that was run. `best_reply` is False for points that lose to another
    scale: no equilibrium.
    """

    scale: float
    kind: Kind
    stable: bool
    best_reply: bool
    better: float  # the scale that a fund would rather have, the upper one of a split; else the same scale


@dataclass(frozen=True)
class Equilibria:
    """Every crossing of the best reply and the diagonal, the one that counts, and the curve to draw."""

    crossings: tuple[Crossing, ...]
    selected: Crossing | None
    scales: Array  # everyone's scale
    best_reply: Array  # a fund's own

    @property
    def accepted(self) -> tuple[Crossing, ...]:
        """The equilibria proper, in rising order."""
        return tuple(c for c in self.crossings if c.best_reply)

    @property
    def rejected(self) -> tuple[Crossing, ...]:
        """First-order points that are no best reply."""
        return tuple(c for c in self.crossings if not c.best_reply)


def anchored(losses: Losses, game: Game) -> Anchor:
    """φ and γ that make today's scale an equilibrium under the precedent, one each per row of losses.

    γ is the game's, or the least that will do if that is more; φ = r̄ − γ − p·∂ℒ/∂x(1; 1).
    """
    slope = losses.marginal(np.ones(1))[..., 0]
    aversion = np.maximum(game.risk_aversion, least_risk_aversion(losses, game) * (1 + MARGIN))
    return Anchor(game.carry - aversion - game.crises_a_year * slope, aversion)


def least_risk_aversion(losses: Losses, game: Game) -> Array:
    """The smallest γ at which today's scale is a global best reply under the precedent (…,).

    Today's scale beats scale x if ½γ(1 − x)² + p·[ℒ(x) − ℒ(1) − ℒ′(1)(x − 1)] ≥ 0.
    """
    one = np.ones(1)
    at_one, slope = losses.at(one)[..., 0, :], losses.marginal(one)
    own = np.linspace(0.0, losses.own[-1], REPLIES)
    own = own[np.abs(own - 1) > 0.02]
    saved = curve(losses.own, at_one, one) + slope * (own - 1) - curve(losses.own, at_one, own)
    return np.maximum(0.0, np.max(2 * game.crises_a_year * saved / (own - 1) ** 2, axis=-1))


def range_of(losses: Losses, choice: Choice) -> Array:
    """Scales at which the first-order condition is looked at, with today's among them if it is in range."""
    low, top = losses.scales[0], min(losses.scales[-1], choice.largest_own, choice.largest_all)
    fine = np.linspace(low, top, FINE)
    return np.union1d(fine, [1.0]) if low < 1 < top else fine


def equilibria(losses: Losses, choice: Choice) -> Equilibria:
    """Find every equilibrium of the game. `losses.mean` is (scale, own)."""
    fine, marginal, listed = _first_order(losses, choice)
    replies = best_reply(losses, choice, fine)
    listed += _splits(losses, choice, fine, replies, [c.scale for c in listed if c.best_reply])
    crossings = tuple(sorted(listed, key=lambda c: c.scale))
    selected = _select(crossings, fine, marginal, choice.game)
    drawn = np.linspace(fine[0], fine[-1], DRAWN)
    return Equilibria(crossings, selected, drawn, best_reply(losses, choice, drawn))


def selected(losses: Losses, choice: Choice) -> Crossing | None:
    """The equilibrium that counts, as in `equilibria`; where all funds can be at one scale without drawing their replies."""
    fine, marginal, listed = _first_order(losses, choice)
    if any(c.best_reply and c.stable for c in listed):
        return _select(tuple(sorted(listed, key=lambda c: c.scale)), fine, marginal, choice.game)
    return equilibria(losses, choice).selected


def _first_order(losses: Losses, choice: Choice) -> tuple[Array, Array, list[Crossing]]:
    """Scales, marginal payoff there, and the points at which it is zero or the range ends, each checked."""
    fine = range_of(losses, choice)
    marginal = choice.marginal_payoff(fine, losses.marginal(fine))
    listed = [_checked(losses, choice, scale, "interior", stable) for scale, stable in roots(fine, marginal)]
    top, low = float(fine[-1]), float(fine[0])
    if marginal[-1] >= 0:
        at_own = top >= min(choice.largest_own, losses.own[-1]) - 1e-9
        listed.append(_checked(losses, choice, top, "corner" if at_own else "edge", True))
    if marginal[0] < 0:
        listed.insert(0, _checked(losses, choice, low, "edge", True))
    return fine, marginal, listed


def _splits(
    losses: Losses, choice: Choice, scales: Array, replies: Array, known: list[float]
) -> list[Crossing]:
    """Where the best reply jumps over the diagonal: funds divide between the two replies. Stable where it jumps down.

    With a continuum of funds such a point is an equilibrium, so there always is one. Its losses are taken at the
    average scale, as if all funds were there.
    """
    above = replies > scales
    width = 3 * float(np.max(np.diff(scales)))
    out = []
    for k in np.flatnonzero(above[:-1] != above[1:]):
        middle = float(scales[k] + scales[k + 1]) / 2
        jumps = abs(float(replies[k + 1] - replies[k])) > 2 * width
        if jumps and all(abs(middle - scale) > width for scale in known):
            upper = float(max(replies[k], replies[k + 1]))
            cell = scales[k : k + 2]
            at = split_near(cell, pull_up(losses, choice, cell), middle)
            out.append(Crossing(at, "split", bool(above[k]), True, upper))
    return out


def roots(scales: Array, marginal: Array) -> list[tuple[float, bool]]:
    """Where the marginal payoff changes sign, on straight lines between points; True where it falls: stable."""
    up = marginal >= 0
    out = []
    for k in np.flatnonzero(up[:-1] != up[1:]):
        share = marginal[k] / (marginal[k] - marginal[k + 1])
        scale = float(scales[k] + share * (scales[k + 1] - scales[k]))
        out.append((1.0 if abs(scale - 1) < 1e-9 else scale, bool(up[k])))
    return out


def best_reply(losses: Losses, choice: Choice, scales: Array) -> Array:
    """A fund's best own scale for each aggregate scale, among all from 0 to its largest, (…, point)."""
    own = np.linspace(0.0, min(losses.own[-1], choice.largest_own), REPLIES)
    loss = curve(losses.own, losses.at(scales), own)
    payoff = choice.payoff(own, scales[:, None], loss)
    best = np.argmax(payoff, axis=-1)
    inside = np.clip(best, 1, own.size - 2)
    before, here, after = (np.take_along_axis(payoff, inside[..., None] + k, -1)[..., 0] for k in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = np.divide(before - after, 2 * bend, out=np.zeros_like(here), where=bend < 0)
    refined = own[inside] + np.clip(shift, -1, 1) * (own[1] - own[0])
    return np.where(best == inside, refined, own[best])


def _checked(losses: Losses, choice: Choice, scale: float, kind: Kind, stable: bool) -> Crossing:
    """A crossing compared with every other own scale."""
    at = np.array([scale])
    own = np.linspace(0.0, min(losses.own[-1], choice.largest_own), REPLIES)
    loss = losses.at(at)[0]
    others = choice.payoff(own, at, curve(losses.own, loss, own))
    here = float(choice.payoff(at, at, curve(losses.own, loss, at))[0])
    best = int(np.argmax(others))
    wins = bool(here >= others[best] - TOLERANCE) and kind != "edge"
    if kind == "edge":
        return Crossing(scale, kind, stable, False, float(own[best]))
    return Crossing(scale, kind, stable, wins, scale if wins else float(own[best]))


def _select(crossings: tuple[Crossing, ...], scales: Array, marginal: Array, game: Game) -> Crossing | None:
    """The equilibrium that counts: the first stable one from today's scale in the direction of the marginal payoff, or
    the largest stable one. A split only where all funds cannot be at one scale; the edge of the range if all else fails.
    """
    pure = [c for c in crossings if c.best_reply and c.stable and c.kind != "split"]
    split = [c for c in crossings if c.stable and c.kind == "split"]
    stable = pure or split or [c for c in crossings if c.kind == "edge"]
    if not stable:
        return None
    if game.selection == "largest":
        return stable[-1]
    today = float(np.interp(1.0, scales, marginal)) if scales[-1] > 1 else -1.0
    ahead = [c for c in stable if (c.scale >= 1 - 1e-9 if today >= 0 else c.scale <= 1 + 1e-9)]
    return min(ahead or stable, key=lambda c: abs(c.scale - 1))


def nearest_root(scales: Array, marginal: Array, near: float, stable: bool) -> float:
    """The crossing of a resampled curve that corresponds to a scale: the nearest of its kind, else the end it runs to."""
    of_kind = [scale for scale, falls in roots(scales, marginal) if falls == stable]
    if of_kind:
        return min(of_kind, key=lambda scale: abs(scale - near))
    return float(scales[-1] if marginal[-1] >= 0 else scales[0])


def pull_up(losses: Losses, choice: Choice, scales: Array) -> Array:
    """How much more the best scale above everyone's pays than the best at or below it, (…, point); zero at a split."""
    own = np.linspace(0.0, min(losses.own[-1], choice.largest_own), REPLIES)
    loss = curve(losses.own, losses.at(scales), own)
    payoff = choice.payoff(own, scales[:, None], loss)
    above = own > scales[:, None]
    best_above = np.max(np.where(above, payoff, -np.inf), axis=-1)
    return np.asarray(best_above - np.max(np.where(above, -np.inf, payoff), axis=-1))


def split_near(scales: Array, pull: Array, near: float) -> float:
    """The sign change of a resampled pull that is nearest to a scale; the scale itself without one."""
    splits = [scale for scale, _ in roots(scales, pull)]
    return min(splits, key=lambda scale: abs(scale - near), default=near)
