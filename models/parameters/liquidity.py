"""Parameters of market depth."""

from __future__ import annotations

from typing import Annotated

from models.parameters.base import Frozen, fitted, parameter


class Liquidity(Frozen):
    """Market depth, as the best three bids and offers."""

    calm_depth_mn: Annotated[
        float, parameter("$mn", 50, 600, "Depth in calm.", "about 200-300 before April 2025 (FT)", "found")
    ] = 250.0
    depth_volatility_elasticity: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            3,
            "Fall of depth when volatility rises.",
            "fitted to five episodes",
            "derived",
        ),
    ] = fitted("liquidity.depth_volatility_elasticity")
    depth_charge_elasticity: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            3,
            "Fall of depth when balance sheet is dear.",
            "fitted to five episodes",
            "derived",
        ),
    ] = fitted("liquidity.depth_charge_elasticity")
    depth_floor_mn: Annotated[
        float,
        parameter(
            "$mn",
            0,
            200,
            "Depth that is left however bad the market.",
            "38 in March 2020 (FT) is the lowest on record; floor assumed",
            "assumed",
        ),
    ] = 25.0
    fast_volatility_half_life_days: Annotated[
        float,
        parameter(
            "days",
            0.5,
            20,
            "Memory of the volatility that quotes follow.",
            "order books answer within a day or two; assumed",
            "assumed",
        ),
    ] = 1.5
