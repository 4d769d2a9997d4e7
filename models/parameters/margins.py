"""Parameters of margins and haircuts."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from models.parameters.base import (
    ASSUMED,
    FIT,
    TENORS,
    Frozen,
    Loading4,
    StandardDeviations,
    fitted,
    parameter,
    per_tenor,
)


class Margins(Frozen):
    """What the clearing house and lenders ask for, as volatility moves."""

    calm_volatility_bp: Annotated[
        float,
        parameter(
            "bp a day",
            1,
            15,
            "Standard deviation of daily 10-year yield moves on calm days.",
            "order of magnitude of H.15 daily moves outside the episodes",
            "assumed",
        ),
    ] = 5.0
    calm_volatility_loadings: Annotated[
        Loading4,
        per_tenor(
            "multiple of the 10-year's",
            0,
            3,
            "Calm volatility at each tenor.",
            "H.15 daily moves; shape by episode",
            "derived",
        ),
    ] = (0.8, 1.0, 1.0, 0.95)
    volatility_half_life_days: Annotated[
        float, parameter("days", 1, 60, "Memory of measured volatility.", ASSUMED, "assumed")
    ] = 5.0
    margin_standard_deviations: Annotated[
        tuple[StandardDeviations, StandardDeviations, StandardDeviations],
        per_tenor(
            "daily standard deviations",
            0.5,
            10,
            "Initial margin in calm, for basis, swap-spread and off-the-run trades.",
            "rule of thumb of 3-5 daily standard deviations; a pair of bonds needs less",
            "assumed",
        ),
    ] = (5.0, 4.0, 2.0)
    margin_elasticity: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            1.5,
            "How margin follows volatility.",
            "rises in 2020 were less than proportional (Chicago Fed Letter 2022); size fitted to five episodes",
            "derived",
            basic=True,
        ),
    ] = fitted("margins.margin_elasticity")
    margin_rise_speed: Annotated[
        float,
        parameter("share of the gap a day", 0.01, 1, "How fast margin rises to its target.", FIT, "derived"),
    ] = fitted("margins.margin_rise_speed")
    margin_fall_speed: Annotated[
        float,
        parameter("share of the gap a day", 0, 1, "How fast margin falls to its target.", ASSUMED, "assumed"),
    ] = 0.03
    stressed_margin_floor: Annotated[
        float,
        parameter(
            "share",
            0,
            1,
            "Part of a stressed margin rise (+60%) that is asked for already in calm.",
            "anti-procyclicality; 10-year margin rose by about 60% in March 2020",
            "assumed",
        ),
    ] = 0.0
    calm_haircut: Annotated[
        float,
        parameter(
            "share of face",
            0,
            0.05,
            "Haircut on funds' repo in calm.",
            "74% of hedge funds' Treasury repo had none in December 2022 (Banegas-Monin 2023)",
            "found",
            basic=True,
        ),
    ] = 0.0
    haircut_slope: Annotated[
        float,
        parameter(
            "share of face per doubling of volatility",
            0,
            0.05,
            "Rise of the haircut when volatility doubles.",
            "haircuts to funds little changed in March 2020 (Kruttli et al. 2021); size assumed",
            "assumed",
        ),
    ] = 0.001

    @model_validator(mode="after")
    def _every_tenor_moves(self) -> Margins:
        if min(self.calm_volatility_loadings) <= 0:
            raise ValueError(
                "calm_volatility_loadings must all be above 0: every tenor moves a little on calm days"
            )
        return self

    @model_validator(mode="after")
    def _ten_year_is_the_measure(self) -> Margins:
        if self.calm_volatility_loadings[TENORS.index(10)] != 1:
            raise ValueError(
                "calm_volatility_loadings has the 10-year as its measure; its third entry must be 1"
            )
        return self
