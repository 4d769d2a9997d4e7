"""Probe funds: copies of the world's cohorts at other scales, too small to move the market, along a run's own prices.

A probe faces the same prices, margins, haircuts, repo and auction as everyone and the same constraints as its cohort
(docs/model.md, 4.6 to 4.8), so one at the run's own scale reproduces its cohort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.parameters.base import CONTRACT_DAYS, DAYS_A_YEAR, STRATEGIES
from models.scenario import World
from models.simulation import Run
from models.stack import Array, Indices

BASIS = STRATEGIES.index("basis")


@dataclass(frozen=True)
class Market:
    """What a run did to a dollar of face, by day; arrays (day, cohort, path) or (day, path), day 0 unused."""

    loss: Array  # price loss and dearer carry, share of face
    need: Array  # margin and haircut with the buffer, share of face
    gain: Array  # auction's gain on a dollar that had to be sold
    limit: Array  # multiple of the opening own limit (day, path)
    missing: Array  # share of repo not rolled over (day, path)
    roll: Array  # cost of rolling, share of face; zero except at delivery (day, cohort, path)


@dataclass(frozen=True)
class Probes:
    """Where probes end: equity as a share of the opening (scale, cohort, path), and 1 where they failed."""

    equity: Array
    failed: Array

    def loss(self, world_weights: Array, franchise: float) -> Array:
        """Share of equity lost including the franchise lost at default, over cohorts by equity, (path, scale)."""
        each = 1 - self.equity + franchise * self.failed
        return np.einsum("c,scp->ps", world_weights, each)


def equity_weights(world: World) -> Array:
    """Each cohort's share of all equity (cohort,)."""
    equity = np.array([c.equity_bn for c in world.funds.cohorts])
    return equity / np.add.reduce(equity)


def probes(run: Run, leverage: Array, market: Market | None = None) -> Probes:
    """Run probes of every cohort at other leverage, face over equity (scale, cohort), along a run."""
    found = market_of(run) if market is None else market
    p = run.world.funds
    own = leverage[..., None] * (1 + p.risk_headroom)
    shape = (*leverage.shape, run.paths)
    face, equity, failed = (
        np.array(np.broadcast_to(leverage[..., None], shape)),
        np.ones(shape),
        np.zeros(shape, bool),
    )
    for day in range(1, found.loss.shape[0]):
        equity -= face * found.loss[day]
        sales = np.maximum(face - equity / found.need[day], found.missing[day] * face)
        np.maximum(sales, p.risk_limit_speed * (face - own * found.limit[day] * equity), out=sales)
        np.minimum(sales, face, out=sales)
        equity += sales * found.gain[day]
        failed |= (equity <= 0) & (face > 0)
        face -= sales
        np.maximum(equity, 0.0, out=equity)
        if found.roll[day].any():
            equity -= np.minimum(face * found.roll[day], equity)
    return Probes(equity, failed.astype(float))


def own_leverage(world: World) -> Array:
    """Every cohort's opening leverage, face over equity (cohort,)."""
    return np.array([c.leverage for c in world.funds.cohorts]) * world.funds.scale


def market_of(run: Run) -> Market:
    """Read a run's prices and terms off its recorded series."""
    mix = np.array([c.mix for c in run.world.funds.cohorts])
    marks = run["price_loss_points"]
    points = np.zeros_like(marks)
    points[1:] = marks[1:] - _marks_at_open(run) + _carry(run)
    margin = (run["margin_pct"] + run["haircut_pct"][:, None]) / 100 * (1 + run.world.funds.buffer)
    roll = np.zeros_like(run["charge_bp"])
    above = np.maximum(run["charge_bp"] - run.world.dealers.calm_charge_bp, 0.0)
    deliveries = _deliveries(run)
    roll[deliveries] = run.world.wedges.roll_cost_points * above[deliveries] / 1e4
    return Market(
        loss=np.einsum("cj,djp->dcp", mix, points / 100),
        need=np.einsum("cj,djp->dcp", mix, margin),
        gain=np.einsum("cj,djp->dcp", mix, _auction_gain(run)),
        limit=_limit_multiple(run),
        missing=_missing(run),
        roll=mix[:, BASIS, None] * roll[:, None],
    )


def _deliveries(run: Run) -> Indices:
    """Days on which futures are delivered, as indices."""
    days = np.arange(run["charge_bp"].shape[0])
    since = days - run.world.scenario.days_to_delivery - 1
    return np.flatnonzero((since >= 0) & (since % CONTRACT_DAYS == 0))


def _marks_at_open(run: Run) -> Array:
    """Yesterday's price loss, the next contract's after a delivery, points (day 1 on, strategy, path)."""
    marks = np.array(run["price_loss_points"])
    at = _deliveries(run)
    marks[at, BASIS] = run["basis_bp"][at] * CONTRACT_DAYS / DAYS_A_YEAR / 100
    return marks[:-1]


def _carry(run: Run) -> Array:
    """Repo dearer than in calm less the yield wedge earned since yesterday, points (day 1 on, strategy, path)."""
    w = run.world.wedges
    earned = np.zeros_like(run["price_loss_points"][:-1])
    earned[:, 1] = np.einsum("t,dtp->dp", w.swap_spread_mix, run["dislocation_bp"][:-1])
    earned[:, 2] = np.einsum("t,dtp->dp", w.off_the_run_mix, run["off_the_run_bp"][:-1])
    dearer = run["repo_spread_bp"][1:, None] - run.world.funding.calm_spread_bp
    return np.asarray((dearer - earned) / 100 / DAYS_A_YEAR)


def _auction_gain(run: Run) -> Array:
    """Market's discount less that paid, on the share of forced sales the vehicle took, share of face (day, strategy, path).

    Pro rata over sellers. That is exact for a uniform price: where the vehicle takes a part only, the market is back at
    the price paid and nobody gains.
    """
    forced, bought = run["forced_sales_bn"], run["vehicle_purchases_bn"]
    if not bought.any():
        return np.zeros_like(forced)
    from_funds = np.maximum(forced - run["market_sales_bn"], 0.0)
    share = np.divide(from_funds, forced, out=np.zeros_like(forced), where=forced > 1e-9)
    paid = np.divide(100 * run["vehicle_discount_bn"], bought, out=np.zeros_like(bought), where=bought > 1e-9)
    gain = (run["price_loss_points"] - paid) / 100
    return np.where(bought > 1e-9, np.minimum(share, 1.0) * gain, 0.0)


def _limit_multiple(run: Run) -> Array:
    ratio = np.ones_like(run["volatility_bp"])
    ratio[1:] = run["volatility_bp"][:-1] / run.world.margins.calm_volatility_bp
    return np.asarray(np.minimum(1.0, ratio**-run.world.funds.risk_limit_elasticity))


def _missing(run: Run) -> Array:
    """Unfilled part of all repo that needed rolling over (day, path)."""
    repo = (1 - run["haircut_pct"][1:] / 100) * np.add.reduce(run["positions_bn"][:-1], axis=1)
    inventory = np.maximum(run["inventory_bn"][:-1] - run.world.dealers.normal_inventory_bn, 0.0)
    need = repo + run["client_financing_bn"][1:] + inventory
    out = np.zeros_like(run["missing_funding_bn"])
    np.divide(run["missing_funding_bn"][1:], need, out=out[1:], where=need > 0)
    return out
