"""How a hedged vehicle can lose: hedges that do not fit at delivery, a roll at the market's price, cash for margin, and
sellers that fail before they deliver. Each is a cost in $bn by strategy, and nothing where its term is zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models import bonds, series
from models.parameters.base import DAYS_A_YEAR, STRATEGIES
from models.scenario import trade_mixes
from models.simulation import Run
from models.stack import Array
from policy.outcomes.rates_after import REPLACEMENT, SLIPPAGE, lead_factors, lead_years, mean_factors
from policy.outcomes.terms import Terms

BASIS = STRATEGIES.index("basis")
HEDGED = np.array([[1.0], [1.0], [0.0]])  # an off-the-run bundle is hedged with bonds, which need no margin


def _durations(run: Run) -> Array:
    """Of each strategy's bonds, by tenor, in years per dollar of face (strategy, tenor)."""
    return np.array(trade_mixes(run.world)) * bonds.durations(run.world.scenario.opening_yields_pct)


# Delivery


def delivery(run: Run, bought: Array, z: Array, terms: Terms) -> Array | float:
    """Basis bundles' bonds against the cheapest to deliver: face × sd × (volatility at purchase over calm) × z.

    One draw for all bundles of a path, the same as other slippage's: what goes wrong goes wrong together, and most where
    the market was most stressed. (strategy, draw, path)
    """
    if terms.delivery_sd_points == 0:
        return 0.0
    stress = run[series.VOLATILITY] / np.maximum(run[series.VOLATILITY][:1], 1e-12)
    cost = np.zeros((len(STRATEGIES), *z.shape[1:]))
    cost[BASIS] = (
        np.add.reduce(bought[:, BASIS] * stress, axis=0) * terms.delivery_sd_points / 100 * z[SLIPPAGE]
    )
    return cost


def rolled_at_market(run: Run, held: Array, expiry: Array, terms: Terms) -> Array:
    """What the market takes back when the first futures expire, $bn (strategy, path).

    `held` are bundles by the day on which they were bought, less those sold (day, strategy, path), `expiry` the day of
    their first expiry (day,); after the run the market stays as on its last day but for the share that heals. Bundles
    hedged with swaps or new bonds give the market's discount. In basis bundles the part that cannot be delivered gives the
    off-the-run premium, and what goes on pays the market's cost of a roll. The next contract's discount is no cost: the
    vehicle sells that contract dear and earns it at the next delivery.
    """
    last = held.shape[0] - 1
    day = np.minimum(expiry, last)
    stays = np.where(expiry > last, 1 - terms.healed_share, 1.0)[:, None, None]
    price = run[series.PRICE_LOSS][day].copy()
    premium = np.einsum("dtp,t->dp", run[series.OFF_THE_RUN], _durations(run)[BASIS]) / 100
    roll = run.world.wedges.roll_cost_points * np.maximum(run[series.CHARGE_ABOVE_CALM], 0.0) / 100
    rolled = terms.undeliverable_share if terms.vehicle_hold == "delivery" else 1.0
    price[:, BASIS] = terms.undeliverable_share * np.maximum(premium, 0.0)[day] + rolled * roll[day]
    return np.asarray(np.add.reduce(held * stays * price, axis=0) / 100)


# Margin


def variation_margin(run: Run) -> Array:
    """Cumulative variation margin paid on the public's short futures and pay-fixed swaps, $bn (day, strategy, path).

    Hedges lose when yields fall apart from dislocation; the bonds gain as much.
    """
    held = run[series.VEHICLE] + run[series.HEDGED]
    hedge_yield = 100 * run[series.YIELD] - run[series.DYSFUNCTION]
    fall = -np.diff(hedge_yield, axis=0) / 1e4
    flow = held[:-1] * HEDGED * np.einsum("st,dtp->dsp", _durations(run), fall)
    return np.concatenate([np.zeros_like(held[:1]), np.cumsum(flow, axis=0)])


def initial_margin(run: Run) -> Array:
    """Initial margin on the public's bundles, $bn (day, strategy, path)."""
    return np.asarray((run[series.VEHICLE] + run[series.HEDGED]) * run[series.MARGIN] / 100)


def margin_funding(run: Run, bought: Array, after: Sequence[float], z: Array, terms: Terms) -> Array | float:
    """Cost of funding margin until bundles end, `after` years after the run by strategy, $bn (strategy, draw, path).

    Interest at the policy rate on variation margin paid (a gain where it is received), times the share that the hedge was
    not made smaller for; and a spread on all cash posted. Margin moves with rates at its mean over the time: with
    fundamentals unchanged from the day of purchase on, with hindsight along the run and then on.
    """
    share = terms.margin_interest_share * run.world.scenario.policy_rate_pct / 100
    spread = terms.margin_funding_bp / 1e4
    if share == 0 and spread == 0:
        return 0.0

    def cost(years: float, paid: Array, posted: Array) -> Array:
        return np.asarray(years * (share * paid + spread * np.maximum(paid + posted, 0.0)))

    posted, held = initial_margin(run), run[series.VEHICLE][-1] + run[series.HEDGED][-1]
    days = posted.shape[0] - 1
    usual = np.add.reduce(posted[1:], axis=0) / days
    total = np.zeros((len(STRATEGIES), *z.shape[1:]))
    for k in map(int, np.flatnonzero(bought.any(axis=(0, 2)))):
        loads = _hedge_loads(run, k, terms)
        mean, end = _paid_in_run(run, bought[:, k], k, loads, z, terms)
        paid = np.where(held[k] > 0, end, 0.0) - held[k] * _moved(loads, mean_factors(z, after[k], terms))
        total[k] = cost(days / DAYS_A_YEAR, mean, usual[k]) + cost(after[k], paid, posted[-1, k])
    return total


def _hedge_loads(run: Run, strategy: int, terms: Terms) -> tuple[float, float]:
    """What a dollar of a strategy's hedge gains for a bp of the level, and of the slope."""
    years = HEDGED[strategy] * _durations(run)[strategy] / 1e4
    return float(years @ terms.level_loadings), float(years @ terms.slope_loadings)


def _moved(loads: tuple[float, float], factors: tuple[Array, Array]) -> Array:
    return loads[0] * factors[0] + loads[1] * factors[1]


def _paid_in_run(
    run: Run, bought: Array, strategy: int, loads: tuple[float, float], z: Array, terms: Terms
) -> tuple[Array, Array]:
    """Variation margin paid on a strategy's hedges, mean over the run's days and on the last one, $bn (draw or 1, path)."""
    days = bought.shape[0] - 1
    if terms.fundamentals == "scripted":
        paid = variation_margin(run)[:, strategy]
        return np.add.reduce(paid[1:], axis=0) / days, paid[-1]
    lead = lead_years(bought)
    end = -np.add.reduce(bought, axis=0) * _moved(loads, lead_factors(z, lead, terms))
    return end / 2 * (lead * DAYS_A_YEAR / days), end


# Settlement


def failing_share(run: Run, days: int) -> Array:
    """Share of a day's forced sales that comes from funds without equity by settlement, `days` later (day, path)."""
    forced, equity = run[series.FORCED_BY_COHORT], run[series.EQUITY_BY_COHORT]
    last = equity.shape[0] - 1
    ruined = equity[np.minimum(np.arange(last + 1) + days, last)] <= 0
    total = np.add.reduce(forced, axis=1)
    return np.divide(np.add.reduce(forced * ruined, axis=1), total, out=np.zeros_like(total), where=total > 0)


def failed_settlement(run: Run, z: Array, terms: Terms) -> Array | float:
    """Bundles sold by funds that fail before settlement: the discount is lost and the bond is bought at the market.

    Σ not delivered × [discount + max(0, D·σ·√days·z)], the vehicle's hedge having passed at once; sellers that fail are
    taken in proportion to all forced sales of their day. (strategy, draw, path)
    """
    bought = run[series.VEHICLE_PURCHASES]
    if terms.settlement_failure_share == 0 or not bought.any():
        return 0.0
    total = np.add.reduce(bought, axis=1)
    dealers = np.divide(run[series.VEHICLE_FROM_DEALERS], total, out=np.zeros_like(total), where=total > 0)
    missing = terms.settlement_failure_share * failing_share(run, terms.settlement_days) * (1 - dealers)
    discount = np.add.reduce(missing[:, None] * run[series.VEHICLE_DISCOUNT], axis=0)
    years = np.add.reduce(_durations(run), axis=1)[:, None]
    risk = np.add.reduce(missing[:, None] * bought * run[series.VOLATILITY][:, None], axis=0) * years
    move = np.sqrt(terms.settlement_days) * np.maximum(z[REPLACEMENT], 0.0) / 1e4
    return np.asarray(discount[:, None] + risk[:, None] * move)
