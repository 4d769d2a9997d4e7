"""Parameters of the gaps between bonds, swaps and futures."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from models.parameters.base import ASSUMED, FIT, Frozen, Loading4, Share4, fitted, parameter, per_tenor


class Wedges(Frozen):
    """The gaps the trades live on: bond against swap, old bond against new, bond against future."""

    swap_spread_beta: Annotated[
        Share4,
        per_tenor(
            "bp per bp of charge",
            0,
            1,
            "Pass-through of dealers' charge to bond yields over swap rates.",
            "10-year swap spread widened by about 25-34 bp in March 2020; slope fitted to five episodes",
            "derived",
        ),
    ] = fitted("wedges.swap_spread_beta")
    swap_spread_own_bp: Annotated[
        float,
        parameter(
            "bp per $100bn sold",
            0,
            60,
            "Further cheapening from the liquidation of swap-spread trades themselves.",
            "about 4 bp per $100bn of purchases in March 2020; selling side fitted to five episodes",
            "derived",
        ),
    ] = fitted("wedges.swap_spread_own_bp")
    swap_spread_mix: Annotated[
        Share4,
        per_tenor(
            "share of face", 0, 1, "Tenors of the swap-spread trade.", "long-dated; shape assumed", "assumed"
        ),
    ] = (0.15, 0.25, 0.35, 0.25)
    off_the_run_beta: Annotated[
        Share4,
        per_tenor(
            "bp per bp of charge",
            0,
            1,
            "Pass-through of dealers' charge to old bonds' yields over new ones.",
            "March 2020: +18 bp at 5, +9 at 10, +13 at 30 years (GSW minus H.15)",
            "derived",
        ),
    ] = fitted("wedges.off_the_run_beta")
    off_the_run_own_bp: Annotated[
        float,
        parameter(
            "bp per $100bn sold",
            0,
            60,
            "Further cheapening from off-the-run liquidation.",
            ASSUMED,
            "derived",
        ),
    ] = fitted("wedges.off_the_run_own_bp")
    off_the_run_mix: Annotated[
        Share4, per_tenor("share of face", 0, 1, "Tenors of the off-the-run trade.", ASSUMED, "assumed")
    ] = (0.10, 0.40, 0.30, 0.20)
    own_profile: Annotated[
        Loading4,
        per_tenor(
            "multiple of the 10-year effect",
            0,
            3,
            "Tenor shape of cheapening from a trade's own liquidation.",
            "price impact rises with risk; shape assumed",
            "assumed",
        ),
    ] = (0.5, 0.8, 1.0, 1.2)
    basis_beta: Annotated[
        float,
        parameter(
            "bp a year per bp of charge",
            0,
            5,
            "Pass-through of dealers' charge to implied repo over repo.",
            "implied repo rose to about 200 bp over bills near 17 March 2020 (Barth-Kahn 2020)",
            "derived",
            basic=True,
        ),
    ] = fitted("wedges.basis_beta")
    basis_own_bp: Annotated[
        float,
        parameter(
            "bp a year per $100bn sold",
            0,
            120,
            "Further cheapening from basis liquidation.",
            ASSUMED,
            "derived",
        ),
    ] = fitted("wedges.basis_own_bp")
    futures_demand_slope_bp: Annotated[
        float,
        parameter(
            "bp a year per $100bn",
            0,
            60,
            "Price at which asset managers hold cash bonds in place of the futures they wanted.",
            "form: Kashyap, Stein, Wallen, Younger 2025; size fitted to five episodes",
            "derived",
        ),
    ] = fitted("wedges.futures_demand_slope_bp")
    liquidation_half_life_days: Annotated[
        float,
        parameter("days", 1, 60, "How long a trade's own liquidation weighs on its price.", FIT, "derived"),
    ] = fitted("wedges.liquidation_half_life_days")
    memory_share: Annotated[
        float,
        parameter(
            "share",
            0,
            0.95,
            "Part of a wedge that follows the average charge of past days rather than today's.",
            "swap-spread deviations last 3-7 days, off-the-run ones 3-11 (2022-25); size fitted to five episodes",
            "derived",
        ),
    ] = fitted("wedges.memory_share")
    memory_half_life_days: Annotated[
        float,
        parameter(
            "days",
            1,
            60,
            "How long past charges are remembered.",
            "the same half-lives; fitted to five episodes",
            "derived",
        ),
    ] = fitted("wedges.memory_half_life_days")
    off_the_run_volatility: Annotated[
        float,
        parameter(
            "bp per bp",
            0,
            2,
            "Rise of old bonds' yields over new ones when yields at their tenor move more than in calm.",
            "March 2023 had it without sales; fitted to five episodes",
            "derived",
        ),
    ] = fitted("wedges.off_the_run_volatility")
    roll_cost_points: Annotated[
        float,
        parameter(
            "points per 100 face per 100 bp of charge above calm",
            0,
            1,
            "Extra cost of rolling a basis position into the next contract in stress.",
            ASSUMED,
            "assumed",
        ),
    ] = 0.02

    @model_validator(mode="after")
    def _mixes_sum_to_one(self) -> Wedges:
        for name in ("swap_spread_mix", "off_the_run_mix"):
            total = sum(getattr(self, name))
            if abs(total - 1) > 1e-9:
                raise ValueError(f"{name} sums to {total:g}; the shares by tenor must sum to 1")
        return self
