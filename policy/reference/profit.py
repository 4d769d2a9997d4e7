"""The public's profit on one path, draw by draw: the scorecard's way of counting, one year after the opening, all held."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import (
    DAYS_A_YEAR,
    Array,
    Four,
    positive,
    ratio,
    sum3,
)
from models.reference.parameters import Market

DUST_BN = -1e-9  # a result below this is a loss
TAIL = 0.05
SLIPPAGE = 4  # place of the vehicle's own draw


class Counted(NamedTuple):
    """How the public's result is counted."""

    horizon_years: float
    level_sd_bp: float  # of a year
    slope_sd_bp: float
    level_loadings: Four
    slope_loadings: Four
    policy_rate_slope: float
    calm_implied_repo_bp: float
    slippage_points: float
    slippage_sd_points: float
    direct_recovery: float  # share


class Bonds(NamedTuple):
    """One tenor's purchases, $bn and bp: sums over days in which the result is linear."""

    face: float
    paid: float  # face × yield paid
    carry: float  # face × years held by the run's end × (yield paid − policy rate)
    gap: float  # face × (exit yield − yield paid)
    gap_squared: float
    duration: float
    convexity: float


class Known(NamedTuple):
    """What is known of the result when the run ends, before rates and slippage are drawn."""

    bonds: Array  # by tenor
    after: float  # years from the run's last day to the horizon
    vehicle: float  # $bn
    vehicle_face: float
    repo: float
    policy_rate_bp: float


def profits(known: Known, counted: Counted, draws: Array) -> Array:
    """Profit by draw, $bn (draw,), from standard normals (factor, draw): level, its mean, slope, its mean, slippage."""
    number = len(draws[0])
    result = np.zeros(number)
    for n in range(number):
        result[n] = profit_of(
            known, counted, (draws[0, n], draws[1, n], draws[2, n], draws[3, n]), draws[SLIPPAGE, n]
        )
    return result


def profit_of(known: Known, counted: Counted, z: Four, slip: float) -> float:
    """Profit of one draw, $bn: rates move in level and slope without drift; the policy rate's mean pays for funding."""
    scale = math.sqrt(known.after)
    level = counted.level_sd_bp * scale * z[0]
    level_mean = counted.level_sd_bp * scale * (z[0] / 2 + z[1] / math.sqrt(12.0))
    slope = counted.slope_sd_bp * scale * z[2]
    slope_mean = counted.slope_sd_bp * scale * (z[2] / 2 + z[3] / math.sqrt(12.0))
    funding = known.policy_rate_bp + level_mean + counted.policy_rate_slope * slope_mean
    total = known.vehicle + known.repo
    total -= known.vehicle_face * (counted.slippage_points + counted.slippage_sd_points * slip) / 100
    for i in range(4):
        b = known.bonds[i]
        move = counted.level_loadings[i] * level + counted.slope_loadings[i] * slope
        first = b.gap + b.face * move
        second = b.gap_squared + 2 * b.gap * move + b.face * move * move
        total += b.carry / 1e4 + known.after * (b.paid - b.face * funding) / 1e4
        total += -b.duration * first / 1e4 + 0.5 * b.convexity * second / 1e8
    return total


def known_of(market: Market, counted: Counted, policy_rate_pct: float, record: Array) -> Known:
    """What the record of a path makes known."""
    days = len(record) - 1
    after = positive(counted.horizon_years - days / DAYS_A_YEAR)
    bonds = [bonds_of(market, policy_rate_pct, record, i) for i in range(4)]
    face, earned, years = 0.0, 0.0, 0.0
    for d in range(len(record)):
        day, held = record[d], positive(days / DAYS_A_YEAR + after - d / DAYS_A_YEAR)
        for j in range(3):
            hedged, sold = positive(day.hedged_purchases_bn[j]), day.vehicle_sales_bn[j]
            bought = day.vehicle_purchases_bn[j] + hedged
            face += bought
            earned += day.vehicle_discount_bn[j] + (hedged - sold) * day.price_loss_points[j] / 100
            years += (bought - sold) * held
    vehicle = earned + years * counted.calm_implied_repo_bp / 1e4 if face > 0 else 0.0
    return Known(bonds, after, vehicle, face, repo_result(counted, record), 100 * policy_rate_pct)


def bonds_of(market: Market, policy_rate_pct: float, record: Array, i: int) -> Bonds:
    """The Fed's purchases of one tenor; what leaves at the horizon leaves without dislocation and the Fed's own effect."""
    last, days = record[len(record) - 1], len(record) - 1
    leaves = market.opening_yields[i] + last.fundamentals_bp[i] + last.term_premium_bp[i]
    leaves += last.fed_easing_bp[i] + last.policy_signal_bp[i]
    face, paid, carry, gap, gap_squared, before = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for d in range(len(record)):
        flow, at = record[d].outright_bn[i] - before, 100 * record[d].yield_pct[i]
        before = record[d].outright_bn[i]
        face += flow
        paid += flow * at
        carry += flow * (days - d) / DAYS_A_YEAR * (at - 100 * policy_rate_pct)
        gap += flow * (leaves - at)
        gap_squared += flow * (leaves - at) * (leaves - at)
    years = (2, 5, 10, 30)
    return Bonds(
        face,
        paid,
        carry,
        gap,
        gap_squared,
        market.durations[i],
        convexity(market.opening_yields[i], years[i]),
    )


def convexity(yield_bp: float, years: int) -> float:
    """Convexity in years² of a par bond with semi-annual coupons."""
    half, total = yield_bp / 2e4, 0.0
    for t in range(1, 2 * years + 1):
        total += half * t * (t + 1) / (1 + half) ** (t + 2)
    return (total + 2 * years * (2 * years + 1) / (1 + half) ** (2 * years + 2)) / 4


def repo_result(counted: Counted, record: Array) -> float:
    """Spread earned on repo, less what failed funds that borrowed direct could not pay back, $bn."""
    total = 0.0
    for day in record:
        lent, direct = sum3(day.facility_bn), day.facility_bn[2]
        share = min(ratio(direct, sum3(day.positions_bn) + sum3(day.forced_sales_bn)), 1.0)
        total += lent * day.repo_spread_bp / 1e4 / DAYS_A_YEAR
        total -= share * day.lender_losses_bn * (1 - counted.direct_recovery)
    return total


def mean_of(values: Array) -> float:
    """Mean of an array (n,)."""
    total = 0.0
    for n in range(len(values)):
        total += values[n]
    return total / len(values)


def quantile_of(values: Array, share: float) -> float:
    """Quantile of an array (n,), on a straight line between its neighbours."""
    ordered = np.sort(values)
    at = share * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def loss_chance(results: Array) -> float:
    """Share of results (n,) with a loss, %."""
    lost = 0.0
    for n in range(len(results)):
        lost += 100.0 if results[n] < DUST_BN else 0.0
    return lost / len(results)


def tail_by_path(results: Array) -> Array:
    """The tail as values by path (path,), whose mean it is, of results (path, draw)."""
    every: list[float] = []
    for one in results:
        for n in range(len(one)):
            every.append(one[n])
    worst = -quantile_of(every, TAIL)
    return [worst + mean_of([positive(-r - worst) for r in one]) / TAIL for one in results]


def tail_of(results: Array) -> float:
    """Mean loss in the worst 5% of results (n,), $bn: q + E(loss − q)⁺/5%; negative for a gain."""
    worst, beyond = -quantile_of(results, TAIL), 0.0
    for n in range(len(results)):
        beyond += positive(-results[n] - worst)
    return worst + beyond / len(results) / TAIL
