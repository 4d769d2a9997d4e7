"""Parameters of primary dealers."""

from __future__ import annotations

from typing import Annotated

from models.parameters.base import ASSUMED, Frozen, fitted, parameter


class Dealers(Frozen):
    """Primary dealers: one convex price for one balance sheet."""

    capacity_bn: Annotated[
        float,
        parameter(
            "$bn",
            100,
            5000,
            "Balance sheet that dealers can give to Treasuries and Treasury repo.",
            "set so that the March 2020 load (inventory +40, repo +340) fills it; scaled to 2025 positions",
            "derived",
            basic=True,
        ),
    ] = fitted("dealers.capacity_bn")
    calm_use: Annotated[
        float,
        parameter(
            "share of capacity",
            0.3,
            0.95,
            "Part of the balance sheet in use on a calm day.",
            "illiquidity turns non-linear at high use (Duffie et al. 2023); level fitted to five episodes",
            "derived",
        ),
    ] = fitted("dealers.calm_use")
    steepness: Annotated[
        float,
        parameter(
            "log points per unit of use",
            2,
            40,
            "How fast the charge for balance sheet rises as it fills.",
            "convexity: Duffie et al. 2023; size fitted to five episodes",
            "derived",
        ),
    ] = fitted("dealers.steepness")
    calm_charge_bp: Annotated[
        float,
        parameter("bp a year", 1, 30, "Dealers' charge for balance sheet on a calm day.", ASSUMED, "assumed"),
    ] = 5.0
    floor_charge_bp: Annotated[
        float,
        parameter(
            "bp a year",
            50,
            1000,
            "Charge at which unlevered outside buyers take any amount: the floor under prices.",
            ASSUMED,
            "assumed",
        ),
    ] = 300.0
    investor_absorption_bn: Annotated[
        float,
        parameter(
            "$bn a day per log unit of charge",
            0,
            60,
            "Bonds that end investors take off dealers each day when prices are bad.",
            "inventory back to normal two weeks after the March 2020 peak (FR 2004)",
            "derived",
        ),
    ] = fitted("dealers.investor_absorption_bn")
    volatility_tightening: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            1,
            "How desk risk limits shrink capacity when volatility rises; 0 leaves only the leverage ratio.",
            "desk limits bind too (Li, Petrasek, Tian 2025); size fitted to five episodes",
            "derived",
        ),
    ] = fitted("dealers.volatility_tightening")
    repo_footprint: Annotated[
        float,
        parameter(
            "share",
            0.05,
            1,
            "Balance sheet that a dollar of repo uses after netting.",
            "clearing would cut settlement obligations by about 70% (Duffie 2023)",
            "derived",
            basic=True,
        ),
    ] = fitted("dealers.repo_footprint")
    normal_inventory_bn: Annotated[
        float,
        parameter(
            "$bn", 0, 1500, "Dealers' net Treasuries on a calm day.", "FR 2004: 409 on 2 April 2025", "found"
        ),
    ] = 409.0
    market_size: Annotated[
        float,
        parameter(
            "multiple of 2020",
            0.2,
            5,
            "Size of the market: marketable debt over that of 2020. Investors' demand grows with it, a trade's own price impact shrinks.",
            "marketable Treasuries about 17tn in early 2020, 29tn in April 2025 (Treasury)",
            "derived",
        ),
    ] = 1.0
    slow_demand_bn: Annotated[
        float,
        parameter(
            "$bn per bp",
            0,
            40,
            "Bonds that price-elastic investors want for each bp by which bonds are cheap, in a market of 2020's size.",
            "fitted to five episodes (calibration report), from a weak prior",
            "derived",
        ),
    ] = fitted("dealers.slow_demand_bn")
    slow_speed: Annotated[
        float,
        parameter(
            "share of the gap a day",
            0,
            1,
            "How fast they get them.",
            "fitted to five episodes (calibration report), from a weak prior",
            "derived",
        ),
    ] = fitted("dealers.slow_speed")
    unhurried_share: Annotated[
        float,
        parameter(
            "share",
            0,
            1,
            "Part of the Fed's purchases that comes from holders in no hurry to sell: it relieves nobody.",
            "the Fed bought 1,497 in March and April 2020, urgent sales of about 600 are documented (TIC, ICI); the data fit 0 with 1,360 as well",
            "assumed",
        ),
    ] = 0.5
    strategic_selling: Annotated[
        float,
        parameter(
            "share more per bp",
            0,
            0.1,
            "How much more real money sells than planned for each bp by which bonds are already cheap: sellers who want to move the market "
            "go on while it moves, and stop where the Fed stops it.",
            "a what-if (a capital war), size assumed",
            "assumed",
        ),
    ] = 0.0
