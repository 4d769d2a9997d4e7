"""Parameters of repo funding."""

from __future__ import annotations

from typing import Annotated

from models.parameters.base import ASSUMED, Frozen, fitted, parameter


class Funding(Frozen):
    """Cash in repo: what money funds and banks lend, and what it costs."""

    slack_bn: Annotated[
        float,
        parameter(
            "$bn",
            0,
            5000,
            "Cash that money funds and banks would lend on top of the calm amount.",
            "repo stayed plentiful in April 2025 (Perli 2025); size assumed",
            "assumed",
            basic=True,
        ),
    ] = 150.0
    money_fund_share: Annotated[
        float,
        parameter(
            "share",
            0,
            1,
            "Money funds' part of the cash; banks lend the rest.",
            "money funds are the main lenders (OFR); split assumed",
            "assumed",
        ),
    ] = 0.75
    recycled_share: Annotated[
        float,
        parameter(
            "share",
            0,
            1,
            "Part of cash withdrawn from money funds that banks lend on again.",
            ASSUMED,
            "assumed",
        ),
    ] = 0.2
    calm_spread_bp: Annotated[
        float,
        parameter(
            "bp", -20, 50, "Funds' repo rate over the middle of the policy range in calm.", ASSUMED, "assumed"
        ),
    ] = 5.0
    charge_pass_through: Annotated[
        float,
        parameter(
            "bp per bp",
            0,
            2,
            "Dealers' charge passed on to repo, per unit of balance sheet that repo uses.",
            "He, Nagel, Song 2022: repo spread and Treasury-OIS both price the same constraint; size fitted to five episodes",
            "derived",
        ),
    ] = fitted("funding.charge_pass_through")
    scarcity_bp: Annotated[
        float,
        parameter(
            "bp",
            0.05,
            100,
            "Scale of the premium for cash beyond slack: c in c·(exp(x/B) - 1).",
            "fitted to five episodes (calibration report), from a weak prior",
            "derived",
        ),
    ] = fitted("funding.scarcity_bp")
    scarcity_width: Annotated[
        float,
        parameter(
            "share of opening repo to funds",
            0.005,
            1,
            "Cash beyond slack that multiplies the premium by e: B over funds' opening repo.",
            "fitted to five episodes (calibration report), from a weak prior",
            "derived",
        ),
    ] = fitted("funding.scarcity_width")
    rationing_spread_bp: Annotated[
        float,
        parameter(
            "bp",
            50,
            5000,
            "Premium beyond which lenders ration: what is still missing is sold.",
            "17 September 2019 was a price (+311 bp), not a quantity; size assumed",
            "assumed",
        ),
    ] = 500.0
