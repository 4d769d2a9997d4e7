"""Settings of the ex-ante game and of ex-ante tools. The leverage response to a Treasury backstop has never been
estimated: every number here is an assumption to be varied, not a finding."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from models.parameters.base import ASSUMED, Frozen, parameter

NEVER_ESTIMATED = (
    "The leverage response to a Treasury backstop has never been estimated: this is an assumption worked out."
)


class Game(Frozen):
    """How funds choose leverage when they expect a policy, what crises cost, and how finely it is computed."""

    crises_a_year: Annotated[
        float,
        parameter(
            "a year", 0.001, 1, "How often a crisis of this kind comes; the same for every policy.",
            "0.08: one in twelve years; assumed", "assumed", basic=True,
        ),
    ] = 0.08  # fmt: skip
    frequency_elasticity: Annotated[
        float,
        parameter(
            "elasticity", 0, 5, "How much more often crises come when funds together hold more: crises a year rise with "
            "aggregate scale to this power. No fund counts what its own leverage does to that.",
            "0: as often whatever funds hold; nobody has estimated it", "assumed",
        ),
    ] = 0.0  # fmt: skip
    carry: Annotated[
        float,
        parameter(
            "share of equity a year", 0.01, 2, "What today's positions earn over their costs.",
            "about $8bn on $40bn of equity; assumed", "assumed", basic=True,
        ),
    ] = 0.2  # fmt: skip
    demand_elasticity: Annotated[
        float,
        parameter(
            "elasticity", 0.05, 20, "How much more futures asset managers take if carry is lower.",
            "form: Kashyap, Stein, Wallen, Younger 2025; size assumed", "assumed", basic=True,
        ),
    ] = 1.0  # fmt: skip
    risk_aversion: Annotated[
        float,
        parameter(
            "share of equity a year per unit of scale", 0, 1,
            "How much funds dislike scale beyond expected losses. Raised to the least at which today's leverage is what they choose.",
            ASSUMED, "assumed", basic=True,
        ),
    ] = 0.04  # fmt: skip
    franchise_value: Annotated[
        float,
        parameter(
            "share of equity", 0, 3, "What a fund loses by failing, beyond its equity: the business.",
            ASSUMED, "assumed", basic=True,
        ),
    ] = 0.3  # fmt: skip
    purchases_probability: Annotated[
        float,
        parameter(
            "probability", 0, 1,
            "Precedent that funds believe in today: purchases as in 2020 with this probability, else no action.",
            "1: the right comparison is the 2020 precedent of purchases (Stein); 0 is no action", "assumed", basic=True,
        ),
    ] = 1.0  # fmt: skip
    selection: Annotated[
        Literal["from_today", "largest"],
        Field(
            description="Which equilibrium counts where there are several: the first stable one in the direction in which "
            "funds move from today's leverage, or the largest stable one."
        ),
    ] = "from_today"
    dysfunction_weight: Annotated[
        float, parameter("share", 0, 1, "Waste per $ of dysfunction cost.", ASSUMED, "assumed")
    ] = 0.5
    lenders_weight: Annotated[
        float, parameter("share", 0, 1, "Waste per $ that funds' lenders lose.", ASSUMED, "assumed")
    ] = 0.2
    taxpayer_weight: Annotated[
        float, parameter("share", 0, 1, "Waste per $ that the public loses.", ASSUMED, "assumed")
    ] = 0.3
    paths: Annotated[
        int,
        parameter("paths", 2, 100000, "Random paths at every scale.", "standard errors are shown", "assumed"),
    ] = 400
    scales: Annotated[
        int, parameter("points", 5, 20, "Aggregate scales at which the market is run.", "accuracy", "assumed")
    ] = 6
    probe_scales: Annotated[
        int, parameter("points", 5, 60, "Own scales at which probes are run.", "accuracy", "assumed")
    ] = 15
    resamples: Annotated[
        int,
        parameter("resamples", 2, 2000, "Bootstrap resamples of paths for errors.", "accuracy", "assumed"),
    ] = 100

    def frequency(self, scale: Any) -> Any:
        """Crises a year where funds together hold `scale` times today's positions; a number or an array alike."""
        return self.crises_a_year * scale**self.frequency_elasticity


class ExAnte(Frozen):
    """Rules set before a crisis: a fee on leverage, a leverage cap, a minimum haircut. The defaults do nothing."""

    fee: Annotated[
        float,
        parameter(
            "share of equity a year per unit of scale", 0, 1, "Fee on every unit of leverage.",
            "a mandatory fee eases time inconsistency (Clouse 2022); level to be chosen", "assumed",
        ),
    ] = 0.0  # fmt: skip
    largest_scale: Annotated[
        float, parameter("multiple", 0.3, 4, "Cap on leverage, as a multiple of today's.", ASSUMED, "assumed")
    ] = 4.0
    minimum_haircut: Annotated[
        float,
        parameter(
            "share of face", 0, 0.05, "Least haircut on funds' repo, in calm and in crises.",
            "a 2% floor on $553bn is $11bn of capital (Banegas-Monin 2023)", "derived",
        ),
    ] = 0.0  # fmt: skip
