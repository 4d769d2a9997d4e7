"""Parameters of the yield curve."""

from __future__ import annotations

from typing import Annotated

from models.parameters.base import ASSUMED, Frozen, Loading4, parameter, per_tenor


class Yields(Frozen):
    """How yields answer to duration supply and to what the Fed announces."""

    duration_slope_bp: Annotated[
        float,
        parameter(
            "bp per $100bn of 10-year equivalents",
            0,
            12,
            "Rise of the 10-year yield when investors must hold more duration, and its fall when the Fed holds it.",
            "Crawley et al. 2022: 10 bp per 1% of GDP, at GDP of $30tn; range Vayanos-Vila 2021 to D'Amico-King 2012",
            "derived",
            basic=True,
        ),
    ] = 3.3
    duration_loadings: Annotated[
        Loading4,
        per_tenor(
            "multiple of the 10-year effect",
            0,
            3,
            "Effect of duration supply at each tenor.",
            "own-maturity effects exceed cross effects and rise with maturity (Vayanos-Vila 2021); shape assumed",
            "assumed",
        ),
    ] = (0.35, 0.75, 1.0, 1.1)
    stress_steepening: Annotated[
        float,
        parameter(
            "per log unit of dealers' charge",
            0,
            1,
            "How much steeper the duration effect gets when balance sheet is dear.",
            "Greenwood-Vayanos: larger after arbitrageurs lose money; size assumed",
            "assumed",
        ),
    ] = 0.1
    signal_bp: Annotated[
        float,
        parameter(
            "bp per $100bn announced",
            0,
            5,
            "Easing read into an announcement of outright purchases, before a bond is bought.",
            "low: purchases worked through flow, not announcement, in March 2020 (Vissing-Jorgensen 2021)",
            "assumed",
        ),
    ] = 0.2
    signal_loadings: Annotated[
        Loading4,
        per_tenor("multiple of the 10-year signal", 0, 3, "The signal at each tenor.", ASSUMED, "assumed"),
    ] = (0.8, 1.0, 1.0, 0.8)
    hedged_signal_share: Annotated[
        float,
        parameter(
            "share",
            0,
            1,
            "Part of the outright signal that hedged purchases also send: 0 as Kashyap and Stein argue, more for a sceptic.",
            "Kashyap-Stein 2025 claim none; a sceptic may differ",
            "assumed",
            basic=True,
        ),
    ] = 0.0
    independence_doubt_bp: Annotated[
        float,
        parameter(
            "bp per $100bn announced",
            0,
            5,
            "Rise of the term premium when purchases are announced and the Fed's independence is in doubt: investors fear that it pays "
            "for the Treasury's debt.",
            "nothing in 2020; a what-if, size assumed",
            "assumed",
        ),
    ] = 0.0
