"""Parameters of repo funding."""

from __future__ import annotations

from typing import Annotated

from models.parameters.base import ASSUMED, Frozen, parameter


class Funding(Frozen):
    """Cash in repo: what money funds and banks lend, and what it costs."""

    slack_bn: Annotated[
        float,
        parameter(
            "$bn",
            0,
            2000,
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
            "He, Nagel, Song 2022: repo spread and Treasury-OIS both price the same constraint; size assumed",
            "assumed",
        ),
    ] = 0.3
    scarcity_bp: Annotated[
        float,
        parameter(
            "bp per 1% of funding missing",
            0,
            50,
            "Rise of the repo spread when cash is short.",
            ASSUMED,
            "assumed",
        ),
    ] = 6.0
