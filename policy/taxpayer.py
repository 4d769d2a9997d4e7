"""The public's profit and loss, one year after the opening, everything held to the end of that year.

Outright bonds earn carry over the policy rate and bear rate risk; the vehicle earns its discount; repo earns its
spread and, lent direct, bears shortfalls of funds. Rates after the run move with a level and a slope factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models import bonds
from models.parameters import DAYS_A_YEAR, TENORS
from models.shocks import normals
from models.simulation import Run
from models.stack import Array

DRAWS = 64


@dataclass(frozen=True)
class Terms:
    """Assumptions of the valuation; each a judgement, shown to users."""

    level_sd_bp: float = 90.0  # bp a year, all tenors and the policy rate together: daily moves of 5-6 bp
    slope_sd_bp: float = 50.0  # bp a year, long against short
    level_loadings: tuple[float, float, float, float] = (1.0, 1.05, 1.0, 0.9)
    slope_loadings: tuple[float, float, float, float] = (-0.4, 0.0, 0.3, 0.6)
    policy_rate_slope: float = -0.6
    calm_implied_repo_bp: float = (
        15.0  # over the policy rate; calm basis of 12-18 bp against OIS (Barth-Kahn)
    )
    vehicle_funding_bp: float = 0.0  # over the policy rate
    slippage_points: float = 0.02  # per 100 face, delivery and roll
    slippage_sd_points: float = 0.03
    direct_recovery: float = 0.0  # of lenders' shortfall on direct repo, beyond collateral already sold


TERMS = Terms()


@dataclass(frozen=True)
class TaxpayerResult:
    """The public's profit, $bn (draw, path): `total` and its parts."""

    outright: Array
    vehicle: Array
    repo: Array

    @property
    def total(self) -> Array:
        return self.outright + self.vehicle + self.repo


def taxpayer(run: Run, seed: int, terms: Terms = TERMS, first: int = 0) -> TaxpayerResult:
    """The public's profit at one year, `DRAWS` rate paths for each path of the run (the same for all policies)."""
    z = _factors(seed, run.paths, first)
    return TaxpayerResult(
        outright=_outright(run, z, terms), vehicle=_vehicle(run, z, terms), repo=_repo(run, z.shape[1], terms)
    )


def _factors(seed: int, paths: int, first: int) -> Array:
    """Standard normals (factor, draw, path): level end, level mean, slope end, slope mean, slippage; antithetic pairs."""
    half = normals(seed, "rates", 5 * DRAWS // 2, first, paths).reshape(5, DRAWS // 2, paths)
    return np.concatenate([half, -half], axis=1)


def _outright(run: Run, z: Array, terms: Terms) -> Array:
    """Carry less funding, plus price change to exit yields that leave out the Fed's own effect and dislocation.

    Exit yield of a tenor = opening + fundamentals at the end of the run + term premium of what real money sold
    + factors; no drift otherwise. Price change −D·Δy + ½·C·Δy², duration and convexity of a par bond at the opening.
    """
    bought = np.diff(run["outright_bn"], axis=0, prepend=0.0)
    if not bought.any():
        return np.zeros(z.shape[1:])
    years = np.array(bonds.durations(run.world.scenario.opening_yields_pct))
    curvature = [
        bonds.convexity(y, n) for y, n in zip(run.world.scenario.opening_yields_pct, TENORS, strict=True)
    ]
    days = np.arange(bought.shape[0])
    hold = (DAYS_A_YEAR - days)[:, None] / DAYS_A_YEAR
    after = (DAYS_A_YEAR - days[-1]) / DAYS_A_YEAR
    end_moves, funding = _rate_moves(z, after, terms)
    exit_now = _exit_yields(run)
    total = np.zeros(z.shape[1:])
    for i in range(len(TENORS)):
        face, paid = bought[:, i], 100 * run["yield_pct"][:, i]
        amount = np.add.reduce(face, axis=0)
        carry = np.add.reduce(face * hold * (paid - 100 * run.world.scenario.policy_rate_pct), axis=0)
        gap = exit_now[i] - paid
        first = np.add.reduce(face * gap, axis=0)
        second = np.add.reduce(face * gap**2, axis=0)
        move = end_moves[i]
        linear = first + amount * move
        square = second + 2 * first * move + amount * move**2
        dearer = amount * after * funding
        total += (carry - dearer - years[i] * linear) / 1e4 + 0.5 * curvature[i] * square / 1e8
    return total


def _rate_moves(z: Array, horizon: float, terms: Terms) -> tuple[list[Array], Array]:
    """Moves of the four yields to the horizon, and the mean move of the policy rate over it, bp (draw, path)."""
    level, slope = terms.level_sd_bp * np.sqrt(horizon), terms.slope_sd_bp * np.sqrt(horizon)
    loads = zip(terms.level_loadings, terms.slope_loadings, strict=True)
    ends = [level * a * z[0] + slope * b * z[2] for a, b in loads]
    mean_level = level * (z[0] / 2 + z[1] / np.sqrt(12))
    mean_slope = slope * (z[2] / 2 + z[3] / np.sqrt(12))
    return ends, mean_level + terms.policy_rate_slope * mean_slope


def _exit_yields(run: Run) -> Array:
    """Yields at the end of the run without dislocation and without the Fed's own effect, bp (tenor, path)."""
    last = {
        name: run[name][-1]
        for name in ("fundamentals_bp", "term_premium_bp", "fed_easing_bp", "policy_signal_bp")
    }
    opening = 100 * np.array(run.world.scenario.opening_yields_pct)[:, None]
    own_effect = last["fed_easing_bp"] + last["policy_signal_bp"]
    return np.asarray(opening + last["fundamentals_bp"] + last["term_premium_bp"] + own_effect)


def _vehicle(run: Run, z: Array, terms: Terms) -> Array:
    """Discounts earned at entry, less those given when selling back, plus carry to the horizon, less slippage."""
    bought = run["vehicle_purchases_bn"] + np.maximum(np.diff(run["hedged_bn"], axis=0, prepend=0.0), 0.0)
    if not bought.any():
        return np.zeros(z.shape[1:])
    marks = run["price_loss_points"]
    hedged = np.maximum(np.diff(run["hedged_bn"], axis=0, prepend=0.0), 0.0)
    sold = run["vehicle_sales_bn"]
    earned = run["vehicle_discount_bn"] + (hedged - sold) * marks / 100
    net = np.add.reduce(earned, axis=(0, 1))
    hold = (DAYS_A_YEAR - np.arange(bought.shape[0]))[:, None, None] / DAYS_A_YEAR
    carry = (
        np.add.reduce((bought - sold) * hold, axis=(0, 1))
        * (terms.calm_implied_repo_bp - terms.vehicle_funding_bp)
        / 1e4
    )
    face = np.add.reduce(bought, axis=(0, 1))
    slippage = face * (terms.slippage_points + terms.slippage_sd_points * z[4]) / 100
    return np.asarray(net + carry - slippage)


def _repo(run: Run, draws: int, terms: Terms) -> Array:
    """Spread income over the policy rate; direct lending shares lenders' losses in proportion to what it funds.

    Through dealers the credit loss is zero by construction: the dealer stands between the Fed and the fund.
    """
    lent = run["facility_bn"]
    income = np.add.reduce(np.add.reduce(lent, axis=1) * run["repo_spread_bp"], axis=0) / 1e4 / DAYS_A_YEAR
    book = np.add.reduce(run["positions_bn"], axis=1) + np.add.reduce(run["forced_sales_bn"], axis=1)
    share = np.divide(lent[:, 2], book, out=np.zeros_like(book), where=book > 0)
    loss = np.add.reduce(np.minimum(share, 1.0) * run["lender_losses_bn"], axis=0) * (
        1 - terms.direct_recovery
    )
    return np.broadcast_to(income - loss, (draws, run.paths))


def margin_cash_need(run: Run) -> Array:
    """Largest cash the public would have had to post on its short futures and pay-fixed swaps, $bn (path,).

    Initial margin on bundles held, plus cumulative variation margin: hedges lose when yields fall apart from
    dislocation. A need for cash, not a loss: the bonds gain as much.
    """
    held = run["vehicle_bn"] + run["hedged_bn"]
    if not held.any():
        return np.zeros(run.paths)
    years = np.array(bonds.durations(run.world.scenario.opening_yields_pct))
    w = run.world.wedges
    mixes = np.array([w.basis_mix, w.swap_spread_mix, w.off_the_run_mix]) * [[1.0], [1.0], [0.0]]
    hedge_yield = 100 * run["yield_pct"] - run["dysfunction_bp"]
    fall = -np.diff(hedge_yield, axis=0) * years[:, None] / 1e4
    flow = np.einsum("dsp,st,dtp->dp", held[:-1], mixes, fall)
    variation = np.concatenate([np.zeros((1, run.paths)), np.cumsum(flow, axis=0)])
    initial = np.add.reduce(held * run["margin_pct"] / 100, axis=1)
    return np.maximum(np.max(variation + initial, axis=0), 0.0)
