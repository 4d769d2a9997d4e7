"""Assumptions under which the public's result is counted: horizon, rates, exits, the vehicle and its risks, repo.

Each is a judgement or a figure with a source, and is shown to users with both.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.parameters.base import ASSUMED, Frozen, parameter, per_tenor

Loading = Annotated[float, Field(ge=-3, le=3)]
Loadings = tuple[Loading, Loading, Loading, Loading]
REPRICED_FROM = 1.5


class Terms(Frozen):
    """How the public's result is counted. The defaults are the scorecard's: one year after the opening, held."""

    horizon_years: Annotated[
        float,
        parameter(
            "years after the opening", 0.25, 10, "When the result is counted; not before the run's last day.",
            "the scorecard counts at one year", "assumed", basic=True,
        ),
    ] = 1.0  # fmt: skip
    fundamentals: Annotated[
        Literal["unchanged", "scripted"],
        Field(
            description="What bonds are worth at exit. unchanged: what could be known on the day they were bought, "
            "fundamentals and supply as on that day and random around it; scripted: with hindsight, from the "
            "yields at which the run ends, so that the world's script is in the result."
        ),
    ] = "unchanged"
    exit: Annotated[
        Literal["hold", "timed", "demand"],
        Field(
            description="Outright bonds: hold to maturity or horizon; sell evenly over a window; or sell over "
            "it only where buyers pay what the public paid, as the Bank of England from 29 November 2022."
        ),
    ] = "hold"
    sale_start_years: Annotated[
        float,
        parameter(
            "years after the run", 0, 9, "When sales begin.",
            "Bank of England: purchases ended on 14 October 2022, sales began on 29 November", "derived",
        ),
    ] = 0.125  # fmt: skip
    sale_years: Annotated[
        float,
        parameter(
            "years", 0.01, 9, "Length of the sale window; it ends at the horizon at the latest.",
            "Bank of England: 29 November 2022 to 12 January 2023", "derived",
        ),
    ] = 0.125  # fmt: skip
    sale_dates: Annotated[
        int, parameter("dates", 1, 24, "Sales in the window, evenly spaced.", ASSUMED, "assumed")
    ] = 6
    exit_margin_bp: Annotated[
        float,
        parameter(
            "bp", -100, 100, "Demand-led exit: how far a yield must be below that paid for the public to sell.",
            "reserve prices of the Bank of England's demand-led sales; level assumed", "assumed",
        ),
    ] = 0.0  # fmt: skip
    exit_dislocation_bp: Annotated[
        float,
        parameter(
            "bp", 0, 50, "Demand-led exit: the public sells only where dislocation is below this.", ASSUMED, "assumed",
        ),
    ] = 2.0  # fmt: skip
    dislocation_half_life_years: Annotated[
        float,
        parameter(
            "years", 0, 2, "How fast what is left of dislocation on the last day fades; 0 is at once.",
            ASSUMED, "assumed",
        ),
    ] = 0.0  # fmt: skip
    valuation: Annotated[
        Literal["duration", "repriced"],
        Field(
            description="duration: price change by duration and convexity of the bonds as bought, for short "
            "horizons; repriced: the exact price at what is left of each bond's life, required beyond 18 months."
        ),
    ] = "duration"
    level_sd_bp: Annotated[
        float,
        parameter(
            "bp a year", 0, 300, "Standard deviation of a year's move of all rates together.",
            "daily moves of 5 to 6 bp", "assumed", basic=True,
        ),
    ] = 90.0  # fmt: skip
    slope_sd_bp: Annotated[
        float,
        parameter("bp a year", 0, 200, "The same for long rates against short ones.", ASSUMED, "assumed"),
    ] = 50.0
    level_loadings: Annotated[
        Loadings,
        per_tenor("multiple", -3, 3, "Move of each tenor with the level; the policy rate's is 1.", ASSUMED, "assumed"),
    ] = (1.0, 1.05, 1.0, 0.9)  # fmt: skip
    slope_loadings: Annotated[
        Loadings, per_tenor("multiple", -3, 3, "Move of each tenor with the slope.", ASSUMED, "assumed")
    ] = (-0.4, 0.0, 0.3, 0.6)
    policy_rate_slope: Annotated[
        float, parameter("multiple", -3, 3, "Move of the policy rate with the slope.", ASSUMED, "assumed")
    ] = -0.6
    tightening_bp: Annotated[
        float,
        parameter(
            "bp", -500, 600, "A known rise of the level after the run, on top of chance: a tightening as in 2022.",
            "0: rates have no drift", "assumed",
        ),
    ] = 0.0  # fmt: skip
    tightening_years: Annotated[
        float, parameter("years", 0.1, 5, "How long that rise takes, in a straight line.", ASSUMED, "assumed")
    ] = 1.0
    calm_implied_repo_bp: Annotated[
        float,
        parameter(
            "bp over the policy rate", -50, 200, "What a bundle earns while it is held.",
            "calm basis of 12 to 18 bp against OIS (Barth-Kahn)", "found",
        ),
    ] = 15.0  # fmt: skip
    vehicle_hold: Annotated[
        Literal["horizon", "delivery"],
        Field(
            description="horizon: bundles are rolled and earn carry until then; delivery: basis bundles end at their "
            "first delivery, other bundles once converged."
        ),
    ] = "horizon"
    convergence_years: Annotated[
        float,
        parameter(
            "years", 0.05, 5, "With vehicle_hold = delivery: life of bundles that have no delivery.", ASSUMED, "assumed"
        ),
    ] = 0.5  # fmt: skip
    vehicle_funding_bp: Annotated[
        float,
        parameter(
            "bp over the policy rate", 0, 300, "Interest on the Fed's loan to the vehicle, which the Fed earns.",
            ASSUMED, "assumed",
        ),
    ] = 0.0  # fmt: skip
    loan_haircut_pct: Annotated[
        float,
        parameter(
            "% of face", 0, 50, "Haircut on the Fed's loan: Treasury's money is at least this.", ASSUMED, "assumed"
        ),
    ] = 2.0  # fmt: skip
    slippage_points: Annotated[
        float, parameter("points per 100", 0, 2, "Cost of getting out of a bundle.", ASSUMED, "assumed")
    ] = 0.02
    slippage_sd_points: Annotated[
        float,
        parameter(
            "points per 100", 0, 2, "Its standard deviation: delivery option, cheapest bond.", ASSUMED, "assumed"
        ),
    ] = 0.03  # fmt: skip
    roll_points: Annotated[
        float,
        parameter(
            "points per 100", 0, 1, "Further cost of each roll of a basis bundle into the next contract.",
            "0: part of slippage_points", "assumed",
        ),
    ] = 0.0  # fmt: skip
    vehicle_exit: Annotated[
        Literal["healed", "rolled"],
        Field(
            description="Dislocation at the first expiry of a bundle's futures. healed: it has gone, because such "
            "gaps halve within days and a public holder need not sell; rolled: nothing is assumed to heal after the run, "
            "and the hedge is rolled at the market's price, without credit for what the market gives back later."
        ),
    ] = "healed"
    healed_share: Annotated[
        float,
        parameter(
            "share", 0, 1, "Rolled at the market: part of the dislocation on the run's last day that heals until expiry.",
            "0: the worst case; half-lives of 3 to 11 business days were measured in calm or while the Fed bought",
            "assumed",
        ),
    ] = 0.0  # fmt: skip
    undeliverable_share: Annotated[
        float,
        parameter(
            "share", 0, 1, "Rolled at the market: part of basis bundles whose bond is not delivered. At expiry it is "
            "worth less than the deliverable by the off-the-run premium.",
            "bonds that can be delivered are liquid through delivery (Kahn, 2025); level assumed", "assumed",
        ),
    ] = 0.5  # fmt: skip
    delivery_sd_points: Annotated[
        float,
        parameter(
            "points per 100", 0, 2, "Standard deviation of a basis bundle's bond against the cheapest at delivery, in "
            "calm; it grows with the volatility of the day on which the bundle was bought, over calm.",
            "net basis of 0 to 5 thirty-seconds in calm, from general knowledge: spread evenly, 0.045 points", "assumed",
        ),
    ] = 0.05  # fmt: skip
    margin_interest_share: Annotated[
        float,
        parameter(
            "share of the policy rate", 0, 1, "Interest lost on variation margin paid, and earned on that received: "
            "1 for hedges taken over as they stand, 0 where they are made smaller by that interest.",
            ASSUMED, "assumed",
        ),
    ] = 1.0  # fmt: skip
    margin_funding_bp: Annotated[
        float,
        parameter(
            "bp over the policy rate", 0, 300, "Spread paid on cash posted as initial and variation margin.",
            "floor of about 12.5 bp under funds' sponsored repo in spring 2020 (Barth-Kahn); taken to hold for the vehicle",
            "assumed",
        ),
    ] = 12.5  # fmt: skip
    settlement_failure_share: Annotated[
        float,
        parameter(
            "share", 0, 1, "Part of what a fund sold to the vehicle that never arrives if the fund fails by settlement: "
            "the discount is lost, and the bond must be bought where its price has moved.",
            "no failure of a fund in this trade is known; level assumed", "assumed",
        ),
    ] = 0.5  # fmt: skip
    settlement_days: Annotated[
        int,
        parameter(
            "days", 1, 5, "From the auction to settlement.", "Treasuries settle on the next day", "assumed"
        ),
    ] = 1
    direct_recovery: Annotated[
        float,
        parameter(
            "share", 0, 1, "Part of a failed fund's shortfall that the Fed recovers, beyond collateral already sold.",
            ASSUMED, "assumed",
        ),
    ] = 0.0  # fmt: skip
    dealer_default_pct: Annotated[
        float,
        parameter(
            "% a year", 0, 50, "Probability that a dealer fails while the facility lends to it.",
            "0: the dealer stands between the Fed and the fund", "assumed",
        ),
    ] = 0.0  # fmt: skip
    facility_haircut_pct: Annotated[
        float,
        parameter(
            "% of collateral", 0, 20, "Haircut of the repo facility.", "tri-party Treasury haircut of 2%", "found"
        ),
    ] = 2.0  # fmt: skip
    collateral_years: Annotated[
        float, parameter("years", 0, 30, "Duration of the collateral.", ASSUMED, "assumed")
    ] = 6.0
    liquidation_days: Annotated[
        float, parameter("days", 0, 60, "Time to sell a failed dealer's collateral.", ASSUMED, "assumed")
    ] = 5.0

    @model_validator(mode="after")
    def _long_horizons_are_repriced(self) -> Terms:
        if self.horizon_years > REPRICED_FROM and self.valuation == "duration":
            raise ValueError(
                f"horizon_years = {self.horizon_years:g} with valuation = duration: beyond {REPRICED_FROM:g} years "
                "bonds have aged; take valuation = repriced"
            )
        return self


TERMS = Terms()
