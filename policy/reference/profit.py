"""The public's profit on one path, draw by draw: the scorecard's way of counting, one year after the opening, all held."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import (
    BASIS,
    DAYS_A_YEAR,
    PAIRS,
    Array,
    Four,
    dot4,
    positive,
    ratio,
    scaled4,
    sum3,
    times4,
)
from models.reference.parameters import Market, world_mix

DUST_BN = -1e-9  # a result below this is a loss
TAIL = 0.05
# Places of the draws: level and its mean, slope and its mean, slippage, a move while a failed seller is replaced, and
# level and slope between purchase and the run's last day.
LEVEL, LEVEL_MEAN, SLOPE, SLOPE_MEAN, SLIPPAGE, REPLACED, LEVEL_LEAD, SLOPE_LEAD = 0, 1, 2, 3, 4, 6, 7, 8


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
    delivery_sd_points: float
    margin_interest_share: float
    margin_funding_bp: float
    settlement_failure_share: float
    settlement_days: int
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


class Bundles(NamedTuple):
    """One strategy's bundles, $bn: what is sure of their result, and what the draws multiply."""

    sure: float  # discounts, carry and the mean of slippage
    slippage: float  # per standard deviation, delivery's among it
    replaced: float  # bonds that never came, per standard deviation of the market's move
    face: float
    held: float  # on the last day
    lead: float  # mean years from purchase to the last day
    usual_margin: float  # initial, mean over the run
    last_margin: float
    per_level: float  # what a dollar of hedge gains per bp
    per_slope: float


class Known(NamedTuple):
    """What is known of the result when the run ends, before rates and slippage are drawn."""

    bonds: Array  # by tenor
    bundles: Array  # by strategy
    lead: float  # mean years from outright purchases to the last day
    during: float  # years of the run
    after: float  # years from the run's last day to the horizon
    repo: float
    policy_rate_bp: float


class Draw(NamedTuple):
    """One draw: standard normals by place."""

    z: Array
    unit: float  # √years after the run


def profits(known: Known, counted: Counted, draws: Array) -> Array:
    """Profit by draw, $bn (draw,), from standard normals (factor, draw)."""
    number = len(draws[0])
    result = np.zeros(number)
    for n in range(number):
        draw = Draw([one[n] for one in draws], math.sqrt(known.after))
        result[n] = known.repo + outright_profit(known, counted, draw)
        for j in range(3):
            result[n] += bundles_profit(known, known.bundles[j], counted, draw)
    return result


def outright_profit(known: Known, counted: Counted, draw: Draw) -> float:
    """Bonds bought outright: carry less funding, and the price at which they leave; rates move without drift."""
    z, root = draw.z, math.sqrt(known.lead)
    level = counted.level_sd_bp * root * z[LEVEL_LEAD]
    slope = counted.slope_sd_bp * root * z[SLOPE_LEAD]
    level_mean, slope_mean = level + level_mean_after(counted, draw), slope + slope_mean_after(counted, draw)
    level += counted.level_sd_bp * draw.unit * z[LEVEL]
    slope += counted.slope_sd_bp * draw.unit * z[SLOPE]
    funding, total = known.policy_rate_bp + level_mean + counted.policy_rate_slope * slope_mean, 0.0
    for i in range(4):
        b = known.bonds[i]
        move = counted.level_loadings[i] * level + counted.slope_loadings[i] * slope
        first = b.gap + b.face * move
        second = b.gap_squared + 2 * b.gap * move + b.face * move * move
        total += b.carry / 1e4 + known.after * (b.paid - b.face * funding) / 1e4
        total += -b.duration * first / 1e4 + 0.5 * b.convexity * second / 1e8
    return total if bought_outright(known) else 0.0


def bought_outright(known: Known) -> bool:
    """Whether any bond was bought or sold; what was sold may equal what was bought."""
    return (
        known.lead > 0
        or known.bonds[0].face != 0
        or known.bonds[1].face != 0
        or known.bonds[2].face != 0
        or known.bonds[3].face != 0
    )


def level_mean_after(counted: Counted, draw: Draw) -> float:
    """Mean move of the level after the run, bp."""
    return counted.level_sd_bp * draw.unit * (draw.z[LEVEL] / 2 + draw.z[LEVEL_MEAN] / math.sqrt(12.0))


def slope_mean_after(counted: Counted, draw: Draw) -> float:
    """The same of the slope."""
    return counted.slope_sd_bp * draw.unit * (draw.z[SLOPE] / 2 + draw.z[SLOPE_MEAN] / math.sqrt(12.0))


def bundles_profit(known: Known, b: Bundles, counted: Counted, draw: Draw) -> float:
    """A strategy's bundles: what is sure, less slippage, what failed sellers cost, and what funding margin costs."""
    if b.face <= 0:
        return 0.0
    z, root = draw.z, math.sqrt(b.lead)
    moved = b.per_level * counted.level_sd_bp * root * z[LEVEL_LEAD]
    moved += b.per_slope * counted.slope_sd_bp * root * z[SLOPE_LEAD]
    end = -b.face * moved
    mean = end / 2 * b.lead / known.during
    later = b.per_level * level_mean_after(counted, draw) + b.per_slope * slope_mean_after(counted, draw)
    paid = (end if b.held > 0 else 0.0) - b.held * later
    margin = margin_cost(known, counted, known.during, mean, b.usual_margin)
    margin += margin_cost(known, counted, known.after, paid, b.last_margin)
    return b.sure - b.slippage * z[SLIPPAGE] - b.replaced * positive(z[REPLACED]) - margin


def margin_cost(known: Known, counted: Counted, years: float, paid: float, posted: float) -> float:
    """Interest on variation margin paid, and a spread on all cash posted, $bn."""
    interest = counted.margin_interest_share * known.policy_rate_bp / 1e4 * paid
    return years * (interest + counted.margin_funding_bp / 1e4 * positive(paid + posted))


def known_of(market: Market, counted: Counted, policy_rate_pct: float, record: Array) -> Known:
    """What the record of a path makes known."""
    during = (len(record) - 1) / DAYS_A_YEAR
    after = positive(counted.horizon_years - during)
    bonds = [bonds_of(market, policy_rate_pct, record, i) for i in range(4)]
    bundles = [bundles_of(market, counted, record, j, during + after) for j in range(3)]
    return Known(
        bonds,
        bundles,
        outright_lead(record),
        during,
        after,
        repo_result(counted, record),
        100 * policy_rate_pct,
    )


def outright_lead(record: Array) -> float:
    """Mean years from the Fed's trades in bonds to the run's last day."""
    size, years, before = 0.0, 0.0, (0.0, 0.0, 0.0, 0.0)
    for d in range(len(record)):
        now, traded = record[d].outright_bn, 0.0
        for i in range(4):
            traded += abs(now[i] - before[i])
        size += traded
        years += traded * (len(record) - 1 - d) / DAYS_A_YEAR
        before = now
    return ratio(years, size)


def bonds_of(market: Market, policy_rate_pct: float, record: Array, i: int) -> Bonds:
    """The Fed's purchases of one tenor: what leaves loses the day's dislocation and regains the Fed's own effect."""
    days = len(record) - 1
    face, paid, carry, gap, gap_squared, before = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for d in range(len(record)):
        flow, at = record[d].outright_bn[i] - before, 100 * record[d].yield_pct[i]
        apart_bp = record[d].fed_easing_bp[i] - record[d].dysfunction_bp[i]
        before = record[d].outright_bn[i]
        face += flow
        paid += flow * at
        carry += flow * (days - d) / DAYS_A_YEAR * (at - 100 * policy_rate_pct)
        gap += flow * apart_bp
        gap_squared += flow * apart_bp * apart_bp
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


def bundles_of(market: Market, counted: Counted, record: Array, j: int, end: float) -> Bundles:
    """One strategy's bundles, held until `end` years after the opening."""
    face, earned, held_years, stressed, lead, posted, unpaid, risk = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    days, calm, margin = len(record) - 1, max(record[0].volatility_bp, 1e-12), 0.0
    for d in range(len(record)):
        day = record[d]
        hedged, sold = positive(day.hedged_purchases_bn[j]), day.vehicle_sales_bn[j]
        bought = day.vehicle_purchases_bn[j] + hedged
        missing = counted.settlement_failure_share * never_arrives(counted, record, d)
        margin = (day.vehicle_bn[j] + day.hedged_bn[j]) * day.margin_pct[j] / 100
        face += bought
        earned += day.vehicle_discount_bn[j] + (hedged - sold) * day.price_loss_points[j] / 100
        held_years += (bought - sold) * positive(end - d / DAYS_A_YEAR)
        stressed += bought * day.volatility_bp / calm
        lead += bought * (days - d) / DAYS_A_YEAR
        posted += margin if d > 0 else 0.0
        unpaid += missing * day.vehicle_discount_bn[j]
        risk += missing * day.vehicle_purchases_bn[j] * day.volatility_bp
    last, mix = record[days], world_mix(market, j)
    hedge = scaled4(0.0 if j == PAIRS else 1e-4, times4(mix, market.durations))
    sure = (
        earned
        + held_years * counted.calm_implied_repo_bp / 1e4
        - face * counted.slippage_points / 100
        - unpaid
    )
    slippage = face * counted.slippage_sd_points / 100
    slippage += stressed * counted.delivery_sd_points / 100 if j == BASIS else 0.0
    return Bundles(
        sure=sure,
        slippage=slippage,
        replaced=risk * dot4(mix, market.durations) * math.sqrt(counted.settlement_days) / 1e4,
        face=face,
        held=last.vehicle_bn[j] + last.hedged_bn[j],
        lead=ratio(lead, face),
        usual_margin=posted / days,
        last_margin=margin,
        per_level=dot4(hedge, counted.level_loadings),
        per_slope=dot4(hedge, counted.slope_loadings),
    )


def never_arrives(counted: Counted, record: Array, d: int) -> float:
    """Share of what the vehicle buys on a day that comes from funds without equity by settlement."""
    day, forced, ruined = record[d], 0.0, 0.0
    settled = record[min(d + counted.settlement_days, len(record) - 1)]
    for n in range(len(day.forced_by_cohort_bn)):
        forced += day.forced_by_cohort_bn[n]
        ruined += day.forced_by_cohort_bn[n] if settled.equity_by_cohort_bn[n] <= 0 else 0.0
    dealers = ratio(day.vehicle_from_dealers_bn, sum3(day.vehicle_purchases_bn))
    return ratio(ruined, forced) * (1 - dealers)


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
