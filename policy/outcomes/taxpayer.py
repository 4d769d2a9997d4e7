"""The public's profit and loss from a policy, counted at a horizon, and its split between Treasury and Fed.

Outright bonds earn carry over the policy rate and bear rate risk; the vehicle earns its discount; repo earns its
spread and bears shortfalls. The scorecard counts at one year with everything held; `Terms` has the alternatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from models import bonds, series
from models.parameters.base import CONTRACT_DAYS, DAYS_A_YEAR, STRATEGIES
from models.scenario import trade_mixes
from models.simulation import Run
from models.stack import Array
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from policy.outcomes.outright_result import normals_needed, outright_result, years_after
from policy.outcomes.rates_after import DRAWS, factors
from policy.outcomes.terms import TERMS, Terms

__all__ = [
    "DRAWS", "TERMS", "TaxpayerResult", "Terms", "first_loss_pct", "margin_cash", "margin_cash_need", "taxpayer",
]  # fmt: skip

BASIS = STRATEGIES.index("basis")
SLIPPAGE, FAILURE, COLLATERAL = 4, 5, 6


@dataclass(frozen=True)
class TaxpayerResult:
    """The public's profit, $bn (draw, path), by tool; and what splits it between Treasury and Fed.

    `vehicle` is counted before interest on the Fed's loan, which only moves money between the two.
    """

    outright: Array
    vehicle: Array
    repo: Array
    loan_interest: Array  # paid by the vehicle to the Fed (path,)
    treasury_equity: Array  # Treasury's money in the vehicle, which takes losses first (path,)

    @property
    def total(self) -> Array:
        return self.outright + self.vehicle + self.repo

    @property
    def treasury(self) -> Array:
        """The vehicle's result after interest, down to Treasury's money in it."""
        return np.maximum(self.vehicle - self.loan_interest, -self.treasury_equity)

    @property
    def fed(self) -> Array:
        """Everything else: outright bonds, repo, the loan's interest, and the vehicle's loss beyond Treasury's money."""
        return self.total - self.treasury


def first_loss_pct(interventions: Sequence[Intervention]) -> float:
    """Treasury's first loss of a policy's vehicle, % of face: the largest among its hedged auctions, 0 without one."""
    return max((i.first_loss_pct for i in interventions if isinstance(i, HedgedAuction)), default=0.0)


def taxpayer(
    run: Run,
    seed: int,
    terms: Terms = TERMS,
    first: int = 0,
    first_loss: float = 10.0,
    z: Array | None = None,
) -> TaxpayerResult:
    """The public's profit at the horizon, `DRAWS` rate paths for each path of the run (the same for all policies).

    `first` is the number of the run's first path; `first_loss` Treasury's money in the vehicle, % of face; `z` the
    normals (factor, draw, path) where the run's columns are not one row of paths.
    """
    z = factors(seed, run.paths, first, normals_needed(run, terms)) if z is None else z
    held, face = _vehicle_years(run, terms), np.add.reduce(_bundles(run)[0], axis=(0, 1))
    equity_pct = max(first_loss, terms.loan_haircut_pct)
    return TaxpayerResult(
        outright=outright_result(run, z, terms),
        vehicle=_vehicle(run, z, held, terms),
        repo=_repo(run, z, terms),
        loan_interest=(1 - equity_pct / 100) * held * terms.vehicle_funding_bp / 1e4,
        treasury_equity=equity_pct / 100 * face,
    )


# The vehicle.


def _bundles(run: Run) -> tuple[Array, Array]:
    """Bundles bought by the vehicle and by the Fed, and bundles sold back, $bn (day, strategy, path)."""
    bought = run[series.VEHICLE_PURCHASES] + np.maximum(run[series.HEDGED_PURCHASES], 0.0)
    return bought, run[series.VEHICLE_SALES]


def _vehicle(run: Run, z: Array, held: Array, terms: Terms) -> Array:
    """Discounts earned at entry, less those given when selling back and those still there, plus carry, less slippage."""
    bought, sold = _bundles(run)
    if not bought.any():
        return np.zeros(z.shape[1:])
    marks = run[series.PRICE_LOSS]
    hedged = np.maximum(run[series.HEDGED_PURCHASES], 0.0)
    net = np.add.reduce(run[series.VEHICLE_DISCOUNT] + (hedged - sold) * marks / 100, axis=(0, 1))
    carry = held * terms.calm_implied_repo_bp / 1e4
    face = np.add.reduce(bought, axis=(0, 1))
    slippage = face * (terms.slippage_points + terms.slippage_sd_points * z[SLIPPAGE]) / 100
    return np.asarray(net + carry - slippage - _rolls(run, terms) - _discount_left(run, terms))


def _vehicle_years(run: Run, terms: Terms) -> Array:
    """Σ face × years that bundles are held, less those of bundles sold back, $bn·years (path,)."""
    bought, sold = _bundles(run)
    days = np.arange(bought.shape[0], dtype=float)
    last = days[-1] / DAYS_A_YEAR
    end = np.full(3, last + years_after(run, terms))
    ends = np.broadcast_to(end, (days.size, 3)).copy()
    if terms.vehicle_hold == "delivery":
        ends = np.minimum(ends, last + terms.convergence_years)
        ends[:, BASIS] = np.minimum(_delivery_day(run, days) / DAYS_A_YEAR, end[BASIS])
    hold = np.maximum(ends - days[:, None] / DAYS_A_YEAR, 0.0)[..., None]
    return np.asarray(np.add.reduce((bought - sold) * hold, axis=(0, 1)))


def _delivery_day(run: Run, days: Array) -> Array:
    """The first delivery on or after each day: one day after the count reaches zero, then every contract."""
    first = run.world.scenario.days_to_delivery + 1
    return np.asarray(first + CONTRACT_DAYS * np.maximum(np.ceil((days - first) / CONTRACT_DAYS), 0))


def _rolls(run: Run, terms: Terms) -> Array | float:
    """Cost of rolling basis bundles at every delivery after the first until the horizon, $bn (path,)."""
    if terms.roll_points == 0 or terms.vehicle_hold == "delivery":
        return 0.0
    bought, sold = _bundles(run)
    days = np.arange(bought.shape[0], dtype=float)
    end = days[-1] + years_after(run, terms) * DAYS_A_YEAR
    rolls = np.maximum(np.floor((end - _delivery_day(run, days)) / CONTRACT_DAYS) + 1, 0)[:, None]
    return np.asarray(np.add.reduce((bought - sold)[:, BASIS] * rolls, axis=0) * terms.roll_points / 100)


def _discount_left(run: Run, terms: Terms) -> Array | float:
    """What the market's discount on bundles still held has not yet given back at the horizon, $bn (path,).

    It fades with dislocation's half-life; a basis bundle past its delivery has converged.
    """
    half_life = terms.dislocation_half_life_years
    if half_life == 0:
        return 0.0
    after = years_after(run, terms)
    left = run[series.PRICE_LOSS][-1] * 0.5 ** (after / half_life)
    last = run[series.YIELD].shape[0] - 1
    to_delivery = float(_delivery_day(run, np.array([last]))[0] - last) / DAYS_A_YEAR
    held = (run[series.VEHICLE][-1] + run[series.HEDGED][-1]) * np.array(
        [[float(after < to_delivery)], [1.0], [1.0]]
    )
    return np.asarray(np.add.reduce(held * left, axis=0) / 100)


def margin_cash(run: Run) -> Array:
    """Cash posted each day on the public's short futures and pay-fixed swaps, $bn (day, path).

    Initial margin on bundles held, plus cumulative variation margin: hedges lose when yields fall apart from
    dislocation. A need for cash, not a loss: the bonds gain as much.
    """
    held = run[series.VEHICLE] + run[series.HEDGED]
    if not held.any():
        return np.zeros((held.shape[0], run.paths))
    years = np.array(bonds.durations(run.world.scenario.opening_yields_pct))
    mixes = np.array(trade_mixes(run.world)) * [[1.0], [1.0], [0.0]]
    hedge_yield = 100 * run[series.YIELD] - run[series.DYSFUNCTION]
    fall = -np.diff(hedge_yield, axis=0) * years[:, None] / 1e4
    flow = np.einsum("dsp,st,dtp->dp", held[:-1], mixes, fall)
    variation = np.concatenate([np.zeros((1, run.paths)), np.cumsum(flow, axis=0)])
    initial = np.add.reduce(held * run[series.MARGIN] / 100, axis=1)
    return np.asarray(variation + initial)


def margin_cash_need(run: Run) -> Array:
    """Largest cash the public would have had to post on its hedges, $bn (path,)."""
    return np.maximum(np.max(margin_cash(run), axis=0), 0.0)


# Repo.


def _repo(run: Run, z: Array, terms: Terms) -> Array:
    """Spread income over the policy rate, less losses of direct lending and of lending through a dealer that fails.

    Direct lending shares lenders' losses in proportion to what it funds. Through dealers the loss on funds is zero
    by construction: the dealer stands between the Fed and the fund.
    """
    lent = run[series.FACILITY]
    if not lent.any():
        return np.zeros(z.shape[1:])
    income = np.add.reduce(np.add.reduce(lent, axis=1) * run[series.REPO_SPREAD], axis=0) / 1e4 / DAYS_A_YEAR
    book = np.add.reduce(run[series.POSITIONS], axis=1) + np.add.reduce(run[series.FORCED_SALES], axis=1)
    share = np.divide(lent[:, 2], book, out=np.zeros_like(book), where=book > 0)
    direct = np.add.reduce(np.minimum(share, 1.0) * run[series.LENDER_LOSSES], axis=0)
    return np.asarray(income - direct * (1 - terms.direct_recovery) - _dealer_failure(run, z, terms))


def _dealer_failure(run: Run, z: Array, terms: Terms) -> Array:
    """Loss if a dealer fails while it borrows and the collateral falls by more than the haircut, $bn (draw, path).

    Probability p·(days lent)/252; loss = peak loan × max(0, D·σ·√days·z − haircut), σ that of the peak day. Needs both.
    """
    if terms.dealer_default_pct == 0:
        return np.zeros(z.shape[1:])
    through = run[series.FACILITY][:, 0] + run[series.FACILITY][:, 1]
    peak, paths = np.argmax(through, axis=0), np.arange(run.paths)
    days = np.add.reduce(through > 0, axis=0)
    chance = terms.dealer_default_pct / 100 * np.arange(through.shape[0]) / DAYS_A_YEAR
    threshold = np.array([NormalDist().inv_cdf(c) if c > 0 else -np.inf for c in np.minimum(chance, 0.999)])
    sigma = run[series.VOLATILITY][peak, paths]
    drop = terms.collateral_years * sigma * np.sqrt(terms.liquidation_days) * z[COLLATERAL] / 1e4
    short = np.maximum(drop - terms.facility_haircut_pct / 100, 0.0)
    return np.asarray((z[FAILURE] < threshold[days]) * through[peak, paths] * short)
