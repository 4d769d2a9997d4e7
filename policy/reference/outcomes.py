"""How a run is judged: the outcomes of one path, from its record and that of no action on the same shocks."""

from __future__ import annotations

from typing import NamedTuple

from models.reference.arithmetic import TEN, Array, Four, add4, dot4, positive, scaled4, sum3, sum4, times4
from models.reference.parameters import Market, world_mix

THIRTY = 3
LEAST = -1e300  # below any figure
FULL = 90.0  # % of dealers' capacity
CONTAINED, DISORDERLY, SPIRAL = 0, 1, 2
CONTAINED_BP, HEALED_BP = 15.0, 10.0  # dislocation of the 10-year
SALES_DAYS, SPIRAL_SALES_SHARE, FLOOR_DAYS = 5, 0.29, 3


class PathOutcomes(NamedTuple):
    """Outcomes of a path, in the units their names end in."""

    spiral_share_pct: float
    disorderly_share_pct: float
    contained_share_pct: float
    days_dislocated: float
    days_to_heal: float
    peak_dislocation_10y_bp: float
    peak_dislocation_30y_bp: float
    peak_yield_10y_pct: float
    end_yield_10y_pct: float
    min_depth_mn: float
    peak_repo_spread_bp: float
    peak_off_the_run_10y_bp: float
    dysfunction_cost_bn: float
    peak_dealer_use_pct: float
    days_dealer_use_above_90: float
    peak_dealer_inventory_bn: float
    peak_dealer_award_pct: float
    forced_sales_bn: float
    forced_sales_basis_bn: float
    forced_sales_swap_spread_bn: float
    market_sales_bn: float
    cascade_multiplier: float
    funds_defaulted: float
    failure_share_pct: float
    fund_losses_bn: float
    lender_losses_bn: float
    take_up_bn: float
    fed_peak_exposure_bn: float
    peak_margin_cash_need_bn: float
    subsidy_bn: float
    unintended_easing_10y_bp: float
    intended_easing_10y_bp: float
    losses_spared_bn: float


class Peaks(NamedTuple):
    """The largest and smallest of what a path records, day 0 among them."""

    dislocation: float
    dislocation_30y: float
    yield_10y: float
    depth: float
    repo_spread: float
    off_the_run: float
    dealer_use: float
    inventory: float
    award: float
    exposure: float
    lent: float
    easing: float
    cut: float


class Totals(NamedTuple):
    """What adds up over a path, $bn and numbers of days and groups."""

    sold: float
    sold_basis: float
    sold_swap: float
    marketed: float
    first_rounds: float
    failed: float
    lenders_lost: float
    bought: float
    gained: float
    days_full: float
    days_dislocated: float
    dysfunction: float


def path_outcomes(market: Market, record: Array, none: Array) -> PathOutcomes:
    """All outcomes of a path; `none` is the record of no action on the same shocks."""
    high, sums = peaks(record), totals(market, record)
    last, end = record[len(record) - 1], ending(record, high.dislocation, sums.failed)
    return PathOutcomes(
        spiral_share_pct=100.0 if end == SPIRAL else 0.0,
        disorderly_share_pct=100.0 if end == DISORDERLY else 0.0,
        contained_share_pct=100.0 if end == CONTAINED else 0.0,
        days_dislocated=sums.days_dislocated,
        days_to_heal=days_to_heal(record),
        peak_dislocation_10y_bp=high.dislocation,
        peak_dislocation_30y_bp=high.dislocation_30y,
        peak_yield_10y_pct=high.yield_10y,
        end_yield_10y_pct=last.yield_pct[TEN],
        min_depth_mn=high.depth,
        peak_repo_spread_bp=high.repo_spread,
        peak_off_the_run_10y_bp=high.off_the_run,
        dysfunction_cost_bn=sums.dysfunction,
        peak_dealer_use_pct=high.dealer_use,
        days_dealer_use_above_90=sums.days_full,
        peak_dealer_inventory_bn=high.inventory,
        peak_dealer_award_pct=high.award,
        forced_sales_bn=sums.sold,
        forced_sales_basis_bn=sums.sold_basis,
        forced_sales_swap_spread_bn=sums.sold_swap,
        market_sales_bn=sums.marketed,
        cascade_multiplier=sums.sold / sums.first_rounds if sums.first_rounds > 0 else 1.0,
        funds_defaulted=sums.failed,
        failure_share_pct=100.0 if sums.failed > 0 else 0.0,
        fund_losses_bn=fund_losses(record),
        lender_losses_bn=sums.lenders_lost,
        take_up_bn=sums.bought + high.lent,
        fed_peak_exposure_bn=high.exposure,
        peak_margin_cash_need_bn=margin_cash_need(market, record),
        subsidy_bn=sums.gained,
        unintended_easing_10y_bp=high.easing,
        intended_easing_10y_bp=high.cut,
        losses_spared_bn=fund_losses(none) - fund_losses(record),
    )


def peaks(record: Array) -> Peaks:
    """The extremes of a path."""
    high = Peaks(LEAST, LEAST, LEAST, -LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST)
    for day in record:
        held = sum4(day.outright_bn) + sum3(day.hedged_bn) + sum3(day.vehicle_bn) + sum3(day.facility_bn)
        high = Peaks(
            max(high.dislocation, day.dislocation_bp[TEN]),
            max(high.dislocation_30y, day.dislocation_bp[THIRTY]),
            max(high.yield_10y, day.yield_pct[TEN]),
            min(high.depth, day.depth_mn),
            max(high.repo_spread, day.repo_spread_bp),
            max(high.off_the_run, day.off_the_run_bp[TEN]),
            max(high.dealer_use, day.dealer_use_pct),
            max(high.inventory, day.inventory_bn),
            max(high.award, day.dealer_award_pct),
            max(high.exposure, held),
            max(high.lent, sum3(day.facility_bn)),
            max(high.easing, day.fed_easing_bp[TEN]),
            max(high.cut, day.rate_cut_bp[TEN]),
        )
    return high


def totals(market: Market, record: Array) -> Totals:
    """The sums of a path."""
    sums, before = Totals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), record[0].outright_bn
    for d in range(len(record)):
        day = record[d]
        forced, outright, hedged = day.forced_sales_bn, day.outright_bn, day.hedged_purchases_bn
        bought = (
            sum3(day.vehicle_purchases_bn) + positive(hedged[0]) + positive(hedged[1]) + positive(hedged[2])
        )
        for i in range(4):
            bought += positive(outright[i] - before[i])
        before = outright
        sums = Totals(
            sums.sold + sum3(forced),
            sums.sold_basis + forced[0],
            sums.sold_swap + forced[1],
            sums.marketed + sum3(day.market_sales_bn),
            sums.first_rounds + day.first_round_bn,
            sums.failed + day.defaults,
            sums.lenders_lost + day.lender_losses_bn,
            sums.bought + bought,
            sums.gained + day.seller_gain_bn,
            sums.days_full + (1.0 if d > 0 and day.dealer_use_pct > FULL else 0.0),
            sums.days_dislocated + (1.0 if d > 0 and day.dislocation_bp[TEN] > CONTAINED_BP else 0.0),
            sums.dysfunction + dysfunction_on(market, day),
        )
    return sums


def dysfunction_on(market: Market, day: Array) -> float:
    """What a day's dislocation costs those who must sell, $bn: d_i·D_i/10⁴ × urgent sales of each tenor."""
    real, cost = day.real_money_sales_bn, 0.0
    urgent = add4(
        day.client_sales_bn, (positive(real[0]), positive(real[1]), positive(real[2]), positive(real[3]))
    )
    for j in range(3):
        urgent = add4(urgent, scaled4(day.market_sales_bn[j], world_mix(market, j)))
    for i in range(4):
        cost += positive(day.dislocation_bp[i]) * market.durations[i] / 1e4 * urgent[i]
    return cost


def ending(record: Array, peak: float, failed: float) -> int:
    """How a path ends: in a spiral, else contained where the 10-year's dislocation (its peak, bp) stays small."""
    if failed > 0 or longest_floor(record) >= FLOOR_DAYS or largest_sales_share(record) >= SPIRAL_SALES_SHARE:
        return SPIRAL
    return DISORDERLY if peak > CONTAINED_BP else CONTAINED


def longest_floor(record: Array) -> int:
    """Most days running at the price floor."""
    longest, running_days = 0, 0
    for day in record:
        running_days = running_days + 1 if day.at_floor > 0 else 0
        longest = max(longest, running_days)
    return longest


def largest_sales_share(record: Array) -> float:
    """Largest forced sales over five days as a share of funds' book at the opening."""
    book, most = sum3(record[0].positions_bn), 0.0
    for d in range(len(record)):
        sold = 0.0
        for back in range(max(d - SALES_DAYS + 1, 0), d + 1):
            sold += sum3(record[back].forced_sales_bn)
        most = max(most, sold)
    return most / book if book > 0 else 0.0


def days_to_heal(record: Array) -> float:
    """Days until the 10-year's dislocation stays below its healed level; 0 where it always does."""
    healed = 0.0
    for d in range(1, len(record)):
        if record[d].dislocation_bp[TEN] >= HEALED_BP:
            healed = d
    return healed


def fund_losses(record: Array) -> float:
    """Equity that funds lost over a run, $bn."""
    return record[0].fund_equity_bn - record[len(record) - 1].fund_equity_bn


def margin_cash_need(market: Market, record: Array) -> float:
    """The most cash that the public would have had to post on its hedges, $bn: initial and variation margin."""
    most, variation, before = 0.0, 0.0, record[0]
    for day in record:
        fall = times4(
            scaled4(1e-4, market.durations), add4(hedge_yield(before), scaled4(-1.0, hedge_yield(day)))
        )
        for j in range(2):
            held = before.vehicle_bn[j] + before.hedged_bn[j]
            variation += held * dot4(world_mix(market, j), fall)
        posted = 0.0
        for j in range(3):
            posted += (day.vehicle_bn[j] + day.hedged_bn[j]) * day.margin_pct[j] / 100
        most, before = max(most, variation + posted), day
    return most


def hedge_yield(day: Array) -> Four:
    """Yields without dysfunction, which hedges follow; bp by tenor."""
    return add4(scaled4(100.0, day.yield_pct), scaled4(-1.0, day.dysfunction_bp))
