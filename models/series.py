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
    "repo_spread_bp": ("Repo spread", "bp", ()),
    "facility_bn": ("Repo facility lending", "$bn", ("dealers", "cleared", "direct")),
    "missing_funding_bn": ("Repo funding missing", "$bn", ()),
    "depth_mn": ("Market depth", "$mn", ()),
    "volatility_bp": ("Measured volatility", "bp a day", ()),
    "margin_pct": ("Initial margin", "% of face", STRATEGIES),
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
    "longs_missing_bn": ("Futures that asset managers miss, at the close", "$bn", ()),
}
