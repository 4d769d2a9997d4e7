"""Every recorded series once: its title, its unit and what its second axis runs over."""

from __future__ import annotations

from typing import Any

from models.parameters.base import STRATEGIES, TENORS

# Recorded series that files and charts offer: title, unit, and what their second axis runs over.
SERIES: dict[str, tuple[str, str, tuple[Any, ...]]] = {
    "yield_pct": ("Yield", "%", TENORS),
    "fundamentals_bp": ("Fundamentals", "bp", TENORS),
    "term_premium_bp": ("Term premium from duration supply", "bp", TENORS),
    "policy_signal_bp": ("Policy signal", "bp", TENORS),
    "dysfunction_bp": ("Market dysfunction", "bp", TENORS),
    "dislocation_bp": ("Dislocation of bonds against swaps", "bp", TENORS),
    "off_the_run_bp": ("Off-the-run premium", "bp", TENORS),
    "fed_easing_bp": ("Easing from the Fed's holdings and announcements", "bp", TENORS),
    "basis_bp": ("Basis: implied repo over repo", "bp", ()),
    "charge_bp": ("Dealers' charge for balance sheet", "bp", ()),
    "dealer_use_pct": ("Dealer balance-sheet use", "% of capacity", ()),
    "inventory_bn": ("Dealers' net Treasuries", "$bn", ()),
    "charge_above_calm_bp": ("Dealers' charge above calm", "bp", ()),
    "slow_investors_bn": ("Bonds of price-elastic investors above normal", "$bn", ()),
    "repo_spread_bp": ("Repo spread", "bp", ()),
    "repo_charge_bp": ("Dealers' charge within the repo spread", "bp", ()),
    "facility_bn": ("Repo facility lending", "$bn", ("dealers", "cleared", "direct")),
    "missing_funding_bn": ("Repo funding missing", "$bn", ()),
    "unfunded_share": ("Part of funds' repo that is not funded", "share", ()),
    "cash_drain_bn": ("Cash drained from repo", "$bn", ()),
    "depth_mn": ("Market depth", "$mn", ()),
    "volatility_bp": ("Measured volatility", "bp a day", ()),
    "volatility_by_tenor_bp": ("Measured volatility by tenor", "bp a day", TENORS),
    "margin_pct": ("Initial margin", "% of face", STRATEGIES),
    "contract_margin_pct": ("Initial margin of futures", "% of face", TENORS),
    "initial_margin_bn": ("Initial margin that funds post", "$bn", ()),
    "forced_sales_bn": ("Forced sales", "$bn", STRATEGIES),
    "market_sales_bn": ("Forced sales that reached the market", "$bn", STRATEGIES),
    "vehicle_purchases_bn": ("Bundles bought by the vehicle", "$bn", STRATEGIES),
    "positions_bn": ("Funds' positions", "$bn", STRATEGIES),
    "price_loss_points": ("Market discount of the bundle", "points per 100", STRATEGIES),
    "fund_equity_bn": ("Funds' equity", "$bn", ()),
    "lender_losses_bn": ("Losses of funds' lenders", "$bn", ()),
    "outright_bn": ("Fed's bonds", "$bn", TENORS),
    "hedged_bn": ("Fed's hedged bundles", "$bn", STRATEGIES),
    "vehicle_bn": ("The vehicle's bundles", "$bn", STRATEGIES),
    "dealer_award_pct": ("Dealer award at auction", "% of issue", ()),
    "auction_tail_bp": ("Auction tail", "bp", ()),
    "real_money_sales_bn": ("Real money sales", "$bn", TENORS),
    "client_sales_bn": ("Bonds that clients sell for want of financing", "$bn", TENORS),
    "longs_missing_bn": ("Futures that asset managers miss, at the close", "$bn", ()),
}
