"""Every recorded series once: its name, and for those that files and charts offer title, unit and second axis."""

from __future__ import annotations

from typing import Any

from models.parameters.base import STRATEGIES, TENORS

# Series that files and charts offer, by name: title, unit, and what their second axis runs over.
SERIES: dict[str, tuple[str, str, tuple[Any, ...]]] = {}


def _offered(name: str, title: str, unit: str, axis: tuple[Any, ...] = ()) -> str:
    SERIES[name] = (title, unit, axis)
    return name


# fmt: off
YIELD = _offered("yield_pct", "Yield", "%", TENORS)
FUNDAMENTALS = _offered("fundamentals_bp", "Fundamentals", "bp", TENORS)
TERM_PREMIUM = _offered("term_premium_bp", "Term premium from duration supply", "bp", TENORS)
POLICY_SIGNAL = _offered("policy_signal_bp", "Policy signal", "bp", TENORS)
DYSFUNCTION = _offered("dysfunction_bp", "Market dysfunction", "bp", TENORS)
DISLOCATION = _offered("dislocation_bp", "Dislocation of bonds against swaps", "bp", TENORS)
OFF_THE_RUN = _offered("off_the_run_bp", "Off-the-run premium", "bp", TENORS)
RATE_CUT = _offered("rate_cut_bp", "Fall of yields from cuts of the policy rate", "bp", TENORS)
FED_EASING = _offered("fed_easing_bp", "Easing from the Fed's holdings and announcements", "bp", TENORS)
BASIS = _offered("basis_bp", "Basis: implied repo over repo", "bp")
CHARGE = _offered("charge_bp", "Dealers' charge for balance sheet", "bp")
DEALER_USE = _offered("dealer_use_pct", "Dealer balance-sheet use", "% of capacity")
INVENTORY = _offered("inventory_bn", "Dealers' net Treasuries", "$bn")
CHARGE_ABOVE_CALM = _offered("charge_above_calm_bp", "Dealers' charge above calm", "bp")
SLOW_INVESTORS = _offered("slow_investors_bn", "Bonds of price-elastic investors above normal", "$bn")
REPO_SPREAD = _offered("repo_spread_bp", "Repo spread", "bp")
REPO_CHARGE = _offered("repo_charge_bp", "Dealers' charge within the repo spread", "bp")
FACILITY = _offered("facility_bn", "Repo facility lending", "$bn", ("dealers", "cleared", "direct"))
MISSING_FUNDING = _offered("missing_funding_bn", "Repo funding missing", "$bn")
UNFUNDED_SHARE = _offered("unfunded_share", "Part of funds' repo that is not funded", "share")
CASH_DRAIN = _offered("cash_drain_bn", "Cash drained from repo", "$bn")
DEPTH = _offered("depth_mn", "Market depth", "$mn")
VOLATILITY = _offered("volatility_bp", "Measured volatility", "bp a day")
VOLATILITY_BY_TENOR = _offered("volatility_by_tenor_bp", "Measured volatility by tenor", "bp a day", TENORS)
MARGIN = _offered("margin_pct", "Initial margin", "% of face", STRATEGIES)
CONTRACT_MARGIN = _offered("contract_margin_pct", "Initial margin of futures", "% of face", TENORS)
INITIAL_MARGIN = _offered("initial_margin_bn", "Initial margin that funds post", "$bn")
FORCED_SALES = _offered("forced_sales_bn", "Forced sales", "$bn", STRATEGIES)
MARKET_SALES = _offered("market_sales_bn", "Forced sales that reached the market", "$bn", STRATEGIES)
VEHICLE_PURCHASES = _offered("vehicle_purchases_bn", "Bundles bought by the vehicle", "$bn", STRATEGIES)
POSITIONS = _offered("positions_bn", "Funds' positions", "$bn", STRATEGIES)
PRICE_LOSS = _offered("price_loss_points", "Market discount of the bundle", "points per 100", STRATEGIES)
FUND_EQUITY = _offered("fund_equity_bn", "Funds' equity", "$bn")
LENDER_LOSSES = _offered("lender_losses_bn", "Losses of funds' lenders", "$bn")
OUTRIGHT = _offered("outright_bn", "Fed's bonds", "$bn", TENORS)
HEDGED = _offered("hedged_bn", "Fed's hedged bundles", "$bn", STRATEGIES)
HEDGED_PURCHASES = _offered("hedged_purchases_bn", "Hedged bundles bought by the Fed", "$bn", STRATEGIES)
VEHICLE = _offered("vehicle_bn", "The vehicle's bundles", "$bn", STRATEGIES)
DEALER_AWARD = _offered("dealer_award_pct", "Dealer award at auction", "% of issue")
AUCTION_TAIL = _offered("auction_tail_bp", "Auction tail", "bp")
REAL_MONEY_SALES = _offered("real_money_sales_bn", "Real money sales", "$bn", TENORS)
CLIENT_SALES = _offered("client_sales_bn", "Bonds that clients sell for want of financing", "$bn", TENORS)
LONGS_MISSING = _offered("longs_missing_bn", "Futures that asset managers miss, at the close", "$bn")

# Recorded for accounts, costs and explanations

PAIRS = "pairs_bn"  # dealers' old-against-new pairs, $bn
PAIRS_ABSORBED = "pairs_absorbed_bn"  # pairs that end investors took, $bn a day
MARKET_PENALTY = "market_penalty_bp"  # market's discount of each bundle as a wedge over calm, bp (strategy, column)
AT_FLOOR = "at_floor"  # one where the charge stands at its bound
FORCED_BY_COHORT = "forced_by_cohort_bn"  # forced sales, $bn (cohort, column)
VEHICLE_FROM_DEALERS = "vehicle_from_dealers_bn"  # bundles that dealers sold to the vehicle, $bn
VEHICLE_SALES = "vehicle_sales_bn"  # bundles that the vehicle sold, $bn (strategy, column)
VEHICLE_DISCOUNT = "vehicle_discount_bn"  # discounts that the vehicle earned, $bn (strategy, column)
SELLER_GAIN = "seller_gain_bn"  # gain of sellers to the vehicle over the market, $bn
DEALER_GAIN = "dealer_gain_bn"  # of it dealers', $bn
DEFAULTS = "defaults"  # fund cohorts that failed on the day
EQUITY_BY_COHORT = "equity_by_cohort_bn"  # funds' equity, $bn (cohort, column)
FIRST_ROUND = "first_round_bn"  # forced sales in the first round, $bn
ROUNDS = "rounds"  # rounds of the fire sale
CONVERGED = "converged"  # whether the fire sale reached its fixed point
ABSORBED = "absorbed_bn"  # bonds end investors took, cumulative, $bn
OUTSIDE = "outside_bn"  # bonds outside buyers took, cumulative, $bn
CLIENT_FINANCING = "client_financing_bn"  # clients' financing, $bn
MONEY_FUND_RUN = "money_fund_run_bn"  # withdrawn from money funds, $bn
DESIRED_LONGS = "desired_longs_bn"  # futures that asset managers want beyond normal, $bn
HAIRCUT = "haircut_pct"  # haircut in repo, % of face
UNLENT = "unlent_bn"  # repo that dealers will not lend funds though they have the cash, $bn
EXCESS_AWARD = "excess_award_bn"  # dealers' award beyond their share, $bn
# fmt: on
