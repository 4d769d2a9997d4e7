"""The public's profit and loss from a policy, counted at a horizon, and its split between Treasury and Fed.

Outright bonds earn carry over the policy rate and bear rate risk; the vehicle earns its discount; repo earns its
spread and bears shortfalls. The scorecard counts at one year with everything held; `Terms` has the alternatives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from models import series
from models.parameters.base import DAYS_A_YEAR
from models.simulation import Run
from models.stack import Array
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from policy.outcomes.outright_result import normals_needed, outright_result
from policy.outcomes.rates_after import DRAWS, FAILURE, REPLACEMENT, factors
from policy.outcomes.terms import TERMS, Terms
from policy.outcomes.vehicle_result import bundles, vehicle_result, vehicle_years
from policy.outcomes.vehicle_risks import initial_margin, variation_margin

__all__ = [
    "DRAWS", "TERMS", "TaxpayerResult", "Terms", "first_loss_pct", "margin_cash", "margin_cash_need", "taxpayer",
]  # fmt: skip


@dataclass(frozen=True)
class TaxpayerResult:
    """The public's profit, $bn (draw, path), by tool; and what splits it between Treasury and Fed.

    Bundles are counted before interest on the Fed's loan, which only moves money between the two.
    """

    outright: Array
    bundles: Array  # by strategy (strategy, draw, path)
    repo: Array
    loan_interest: Array  # paid by the vehicle to the Fed (path,)
    treasury_equity: Array  # Treasury's money in the vehicle, which takes losses first (path,)

    @property
    def vehicle(self) -> Array:
        """All bundles."""
        return np.asarray(np.add.reduce(self.bundles, axis=0))

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
    held = np.add.reduce(vehicle_years(run, terms), axis=0)
    face = np.add.reduce(bundles(run)[0], axis=(0, 1))
    equity_pct = max(first_loss, terms.loan_haircut_pct)
    return TaxpayerResult(
        outright=outright_result(run, z, terms),
        bundles=vehicle_result(run, z, terms),
        repo=_repo(run, z, terms),
        loan_interest=(1 - equity_pct / 100) * held * terms.vehicle_funding_bp / 1e4,
        treasury_equity=equity_pct / 100 * face,
    )


# Cash for margin.


def margin_cash(run: Run) -> Array:
    """Cash posted each day on the public's short futures and pay-fixed swaps, $bn (day, path).

    Initial margin on bundles held, plus cumulative variation margin: hedges lose when yields fall apart from
    dislocation. A need for cash, not a loss: the bonds gain as much. What funding it costs is a risk of the vehicle.
    """
    held = run[series.VEHICLE] + run[series.HEDGED]
    if not held.any():
        return np.zeros((held.shape[0], run.paths))
    return np.add.reduce(variation_margin(run) + initial_margin(run), axis=1)


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
    drop = terms.collateral_years * sigma * np.sqrt(terms.liquidation_days) * z[REPLACEMENT] / 1e4
    short = np.maximum(drop - terms.facility_haircut_pct / 100, 0.0)
    return np.asarray((z[FAILURE] < threshold[days]) * through[peak, paths] * short)
