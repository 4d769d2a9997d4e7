"""What is set before the crisis: rules that change margins, and the leverage of funds that could not meet them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.reference.arithmetic import BASIS, Array, Four, dot4, row4
from models.reference.margins import calm_units, cohort_margin, world_margins
from models.reference.parameters import STRESSED_RISE, FundRules, MarginRules, Market, WedgeRules, duration

LARGEST_PART = 1 - 1e-9


class SetBefore(NamedTuple):
    """What a rule may change before the first day: the rules of margins, and each cohort's leverage (cohort,)."""

    margins: MarginRules
    leverage: Array


class Cohorts(NamedTuple):
    """What a rule is held against: how each cohort's positions are split."""

    mix: Array  # (cohort, strategy)
    contracts: Array  # (cohort, tenor)
    opening_yields: Four  # bp
    wedges: WedgeRules
    funds: FundRules


def under_rules(tools: Array, cohorts: Cohorts, terms: SetBefore) -> SetBefore:
    """The terms as all tools of a policy leave them, one after another."""
    for tool in tools:
        terms = under_rule(tool, cohorts, terms)
    return terms


def under_rule(tool: Array, cohorts: Cohorts, terms: SetBefore) -> SetBefore:
    """The same for one tool; most change nothing."""
    margins = terms.margins
    if tool.name == "leverage-cap":
        scale = cohorts.funds.scale
        return capped(
            terms, np.full(len(terms.leverage), tool.leverage / scale if scale > 0 else tool.leverage)
        )
    if tool.name == "minimum-haircut" and tool.haircut_pct / 100 > margins.calm_haircut:
        margins = margins._replace(calm_haircut=tool.haircut_pct / 100)
        return capped(terms._replace(margins=margins), allowed(cohorts, margins))
    if tool.name == "margin" and tool.floor_pct / 100 > margins.stressed_margin_floor:
        margins = margins._replace(stressed_margin_floor=tool.floor_pct / 100)
        return capped(terms._replace(margins=margins), allowed(cohorts, margins))
    return terms


def capped(terms: SetBefore, highest: Array) -> SetBefore:
    """Each cohort's leverage no higher than allowed (cohort,)."""
    leverage = np.copy(terms.leverage)
    for n in range(len(leverage)):
        leverage[n] = min(leverage[n], highest[n])
    return terms._replace(leverage=leverage)


def allowed(cohorts: Cohorts, margins: MarginRules) -> Array:
    """The leverage at which a cohort's equity just covers margin, haircut and buffer in calm (cohort,)."""
    unit = calm_unit_under(cohorts.opening_yields, margins)
    buffer = (1 + cohorts.funds.buffer) * max(cohorts.funds.scale, 1e-9)
    deviations, wedges = margins.margin_standard_deviations, cohorts.wedges
    highest = np.zeros(len(cohorts.mix))
    for n in range(len(highest)):
        basis = deviations[0] * dot4(row4(cohorts.contracts, n), unit) + margins.calm_haircut
        swap = deviations[1] * dot4(wedges.swap_spread_mix, unit) + margins.calm_haircut
        pairs = deviations[2] * dot4(wedges.off_the_run_mix, unit) + margins.calm_haircut
        need = cohorts.mix[n, 0] * basis + cohorts.mix[n, 1] * swap + cohorts.mix[n, 2] * pairs
        highest[n] = LARGEST_PART / (need * buffer)
    return highest


def calm_unit_under(opening_yields: Four, margins: MarginRules) -> Four:
    """Margin in calm per standard deviation by tenor with the anti-procyclical floor, share of face."""
    loads, floor = margins.calm_volatility_loadings, 1 + STRESSED_RISE * margins.stressed_margin_floor
    daily = margins.calm_volatility_bp / 1e4 * floor
    return (
        duration(opening_yields[0], 2.0) * loads[0] * daily,
        duration(opening_yields[1], 5.0) * loads[1] * daily,
        duration(opening_yields[2], 10.0) * loads[2] * daily,
        duration(opening_yields[3], 30.0) * loads[3] * daily,
    )


def strain(market: Market) -> tuple[float, float]:
    """How near a market's opening stands to its own rules, 1 being the limit.

    The largest part of its equity that a cohort's requirement takes, and of dealers' calm use that funds' repo takes.
    """
    unit, f, d = calm_units(market), market.funds, market.dealers
    alike, largest = world_margins(market, unit), 0.0
    for n in range(len(market.equity)):
        need = 0.0
        for j in range(3):
            asked = cohort_margin(market, unit, n, BASIS) if j == BASIS else alike[j]
            need += market.positions[n, j] * (asked + market.margins.calm_haircut)
        largest = max(largest, need * (1 + f.buffer) / market.equity[n])
    return largest, d.repo_footprint * market.opening_repo / (d.calm_use * d.capacity_bn)
