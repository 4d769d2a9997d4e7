"""What bundles of a long bond and its hedge earn or lose: discounts, carry, the way out, and the risks of the vehicle."""

from __future__ import annotations

import numpy as np

from models import series
from models.parameters.base import CONTRACT_DAYS, DAYS_A_YEAR, STRATEGIES
from models.simulation import Run
from models.stack import Array
from policy.outcomes import vehicle_risks as risks
from policy.outcomes.outright_result import years_after
from policy.outcomes.rates_after import SLIPPAGE
from policy.outcomes.terms import Terms

BASIS = STRATEGIES.index("basis")


def bundles(run: Run) -> tuple[Array, Array]:
    """Bundles bought by the vehicle and by the Fed, and bundles sold back, $bn (day, strategy, path)."""
    return run[series.VEHICLE_PURCHASES] + _hedged(run), run[series.VEHICLE_SALES]


def _hedged(run: Run) -> Array:
    return np.maximum(run[series.HEDGED_PURCHASES], 0.0)


def vehicle_result(run: Run, z: Array, terms: Terms) -> Array:
    """Discounts at entry, less those given when selling back, plus carry, less the way out and the risks, $bn.

    By strategy (strategy, draw, path).
    """
    bought, sold = bundles(run)
    if not bought.any():
        return np.zeros((len(STRATEGIES), *z.shape[1:]))
    marks = run[series.PRICE_LOSS]
    earned = np.add.reduce(run[series.VEHICLE_DISCOUNT] + (_hedged(run) - sold) * marks / 100, axis=0)
    carry = vehicle_years(run, terms) * terms.calm_implied_repo_bp / 1e4
    sure = earned + carry - _rolls(run, terms) - _left_at_exit(run, terms)
    face = np.add.reduce(bought, axis=0)
    slippage = face[:, None] * (terms.slippage_points + terms.slippage_sd_points * z[SLIPPAGE]) / 100
    after = _years_left(run, terms)
    return np.asarray(
        sure[:, None]
        - slippage
        - risks.delivery(run, bought, z, terms)
        - risks.margin_funding(run, bought, after, z, terms)
        - risks.failed_settlement(run, z, terms)
    )


def vehicle_years(run: Run, terms: Terms) -> Array:
    """Σ face × years that bundles are held, less those of bundles sold back, $bn·years (strategy, path)."""
    bought, sold = bundles(run)
    days = np.arange(bought.shape[0], dtype=float)
    last = days[-1] / DAYS_A_YEAR
    end = np.full(3, last + years_after(run, terms))
    ends = np.broadcast_to(end, (days.size, 3)).copy()
    if terms.vehicle_hold == "delivery":
        ends = np.minimum(ends, last + terms.convergence_years)
        ends[:, BASIS] = np.minimum(delivery_day(run, days) / DAYS_A_YEAR, end[BASIS])
    hold = np.maximum(ends - days[:, None] / DAYS_A_YEAR, 0.0)[..., None]
    return np.asarray(np.add.reduce((bought - sold) * hold, axis=0))


def _years_left(run: Run, terms: Terms) -> tuple[float, ...]:
    """Years after the run for which bundles still held on its last day are held, by strategy."""
    after = years_after(run, terms)
    if terms.vehicle_hold == "horizon":
        return (after,) * len(STRATEGIES)
    last = run[series.VEHICLE].shape[0] - 1
    to_delivery = float(delivery_day(run, np.array([last]))[0] - last) / DAYS_A_YEAR
    ends = [to_delivery if k == BASIS else terms.convergence_years for k in range(len(STRATEGIES))]
    return tuple(min(end, after) for end in ends)


def delivery_day(run: Run, days: Array) -> Array:
    """The first delivery on or after each day: one day after the count reaches zero, then every contract."""
    first = run.world.scenario.days_to_delivery + 1
    return np.asarray(first + CONTRACT_DAYS * np.maximum(np.ceil((days - first) / CONTRACT_DAYS), 0))


def _rolls(run: Run, terms: Terms) -> Array | float:
    """Cost of rolling basis bundles at every delivery after the first until the horizon, $bn (strategy, path)."""
    if terms.roll_points == 0 or terms.vehicle_hold == "delivery":
        return 0.0
    bought, sold = bundles(run)
    days = np.arange(bought.shape[0], dtype=float)
    end = days[-1] + years_after(run, terms) * DAYS_A_YEAR
    rolls = np.maximum(np.floor((end - delivery_day(run, days)) / CONTRACT_DAYS) + 1, 0)[:, None]
    cost = np.zeros((len(STRATEGIES), run.paths))
    cost[BASIS] = np.add.reduce((bought - sold)[:, BASIS] * rolls, axis=0) * terms.roll_points / 100
    return cost


def _left_at_exit(run: Run, terms: Terms) -> Array | float:
    """The market's discount that bundles have not earned back when they end, $bn (strategy, path)."""
    if terms.vehicle_exit == "rolled":
        bought, sold = bundles(run)
        expiry = delivery_day(run, np.arange(bought.shape[0], dtype=float)).astype(int)
        return risks.rolled_at_market(run, bought - sold, expiry, terms)
    return _discount_left(run, terms)


def _discount_left(run: Run, terms: Terms) -> Array | float:
    """What the market's discount on bundles still held has not yet given back at the horizon, $bn (strategy, path).

    It fades with dislocation's half-life; a basis bundle past its delivery has converged.
    """
    half_life = terms.dislocation_half_life_years
    if half_life == 0:
        return 0.0
    after = years_after(run, terms)
    left = run[series.PRICE_LOSS][-1] * 0.5 ** (after / half_life)
    last = run[series.YIELD].shape[0] - 1
    to_delivery = float(delivery_day(run, np.array([last]))[0] - last) / DAYS_A_YEAR
    held = (run[series.VEHICLE][-1] + run[series.HEDGED][-1]) * np.array(
        [[float(after < to_delivery)], [1.0], [1.0]]
    )
    return np.asarray(held * left / 100)
