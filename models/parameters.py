"""Every number of the market: its unit, its bounds, what it means and where it comes from.

Each group belongs to one actor or one mechanism. Values are validated scalars and tuples, so a world can be
hashed, written to TOML and drawn as a form; a value outside its bounds is refused, never clamped.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

TENORS = (2, 5, 10, 30)
STRATEGIES = ("basis", "swap_spread", "off_the_run")
DAYS_A_YEAR = 252
CONTRACT_DAYS = 63
STRESSED_MARGIN_RISE = 0.6

FITTED: dict[str, dict[str, Any]] = tomllib.loads(
    resources.files("models").joinpath("structure.toml").read_text(encoding="utf-8")
)


def fitted(name: str) -> Any:
    """A structural value as the calibration to March 2020 left it; `backstop calibrate --write` renews the file."""
    group, field = name.split(".")
    value = FITTED[group][field]
    return tuple(value) if isinstance(value, list) else value


Evidence = Literal["found", "derived", "assumed"]


class Frozen(BaseModel):
    """A value object: immutable, no unknown fields, no NaN or infinity, no coercion of one type to another."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def parameter(
    unit: str, low: float, high: float, meaning: str, source: str, evidence: Evidence, basic: bool = False
) -> Any:
    """A scalar's bounds and documentation; `basic` puts it among the few levers shown first."""
    about: Any = {
        "unit": unit,
        "low": low,
        "high": high,
        "source": source,
        "evidence": evidence,
        "basic": basic,
    }
    return Field(ge=low, le=high, description=meaning, json_schema_extra={"parameter": about})


def per_tenor(unit: str, low: float, high: float, meaning: str, source: str, evidence: Evidence) -> Any:
    """The same for a tuple with one value per tenor (2, 5, 10 and 30 years)."""
    about: Any = {
        "unit": unit,
        "low": low,
        "high": high,
        "source": source,
        "evidence": evidence,
        "basic": False,
    }
    return Field(description=meaning, json_schema_extra={"parameter": about})


Share = Annotated[float, Field(ge=0, le=1)]
Loading = Annotated[float, Field(ge=0, le=3)]
StandardDeviations = Annotated[float, Field(ge=0.5, le=10)]
Share4 = tuple[Share, Share, Share, Share]
Loading4 = tuple[Loading, Loading, Loading, Loading]

ASSUMED = "judgement; no estimate known"
FIT = "fitted to March 2020 (calibration report), from a weak prior"


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
            "illiquidity turns non-linear at high use (Duffie et al. 2023); level fitted to March 2020",
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
            "convexity: Duffie et al. 2023; size fitted to March 2020",
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
            "desk limits bind too (Li, Petrasek, Tian 2025); size fitted to March 2020",
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


class Wedges(Frozen):
    """The gaps the trades live on: bond against swap, old bond against new, bond against future."""

    swap_spread_beta: Annotated[
        Share4,
        per_tenor(
            "bp per bp of charge",
            0,
            1,
            "Pass-through of dealers' charge to bond yields over swap rates.",
            "10-year swap spread widened by about 25-34 bp in March 2020; slope fitted to March 2020",
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
            "about 4 bp per $100bn of purchases in March 2020; selling side fitted to March 2020",
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
    basis_mix: Annotated[
        Share4,
        per_tenor(
            "share of face",
            0,
            1,
            "Tenors of the basis trade.",
            "leveraged funds' net futures by tenor, 10 March 2026 (CFTC)",
            "derived",
        ),
    ] = (0.38, 0.295, 0.215, 0.11)
    futures_demand_slope_bp: Annotated[
        float,
        parameter(
            "bp a year per $100bn",
            0,
            60,
            "Price at which asset managers hold cash bonds in place of the futures they wanted.",
            "form: Kashyap, Stein, Wallen, Younger 2025; size fitted to March 2020",
            "derived",
        ),
    ] = fitted("wedges.futures_demand_slope_bp")
    liquidation_half_life_days: Annotated[
        float,
        parameter("days", 1, 60, "How long a trade's own liquidation weighs on its price.", FIT, "derived"),
    ] = fitted("wedges.liquidation_half_life_days")
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
        for name in ("basis_mix", "swap_spread_mix", "off_the_run_mix"):
            total = sum(getattr(self, name))
            if abs(total - 1) > 1e-9:
                raise ValueError(f"{name} sums to {total:g}; the shares by tenor must sum to 1")
        return self


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
    ] = (4.0, 4.0, 2.0)
    margin_elasticity: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            1.5,
            "How margin follows volatility.",
            "rises in 2020 were less than proportional (Chicago Fed Letter 2022); size fitted to March 2020",
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


class Cohort(Frozen):
    """A group of alike hedge funds. Positions are `equity_bn × leverage × mix` before the common scale."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    equity_bn: Annotated[float, Field(gt=0, le=500, description="Trade equity and free cash, $bn.")]
    leverage: Annotated[float, Field(gt=0, le=120, description="Face of all positions over equity.")]
    mix: Annotated[
        tuple[Share, Share, Share], Field(description="Shares of basis, swap-spread and off-the-run trades.")
    ]

    @model_validator(mode="after")
    def _mix_sums_to_one(self) -> Cohort:
        if abs(sum(self.mix) - 1) > 1e-9:
            raise ValueError(f"mix of cohort {self.name!r} sums to {sum(self.mix):g}; it must sum to 1")
        return self


DEFAULT_COHORTS = (
    Cohort(name="Basis 1", equity_bn=6.0, leverage=24.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 2", equity_bn=5.0, leverage=28.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 3", equity_bn=4.5, leverage=32.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 4", equity_bn=4.0, leverage=36.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Basis 5", equity_bn=3.5, leverage=40.0, mix=(1.0, 0.0, 0.0)),
    Cohort(name="Swap spread 1", equity_bn=5.5, leverage=20.0, mix=(0.0, 1.0, 0.0)),
    Cohort(name="Swap spread 2", equity_bn=5.0, leverage=24.0, mix=(0.0, 1.0, 0.0)),
    Cohort(name="Swap spread 3", equity_bn=4.0, leverage=28.0, mix=(0.0, 1.0, 0.0)),
    Cohort(name="Off the run", equity_bn=4.0, leverage=22.0, mix=(0.0, 0.0, 1.0)),
    Cohort(name="Multi 1", equity_bn=8.0, leverage=20.0, mix=(0.6, 0.3, 0.1)),
    Cohort(name="Multi 2", equity_bn=7.0, leverage=24.0, mix=(0.5, 0.35, 0.15)),
    Cohort(name="Multi 3", equity_bn=5.0, leverage=28.0, mix=(0.6, 0.25, 0.15)),
)


class Funds(Frozen):
    """Hedge funds: who holds what, how levered, and what makes them sell."""

    cohorts: Annotated[tuple[Cohort, ...], Field(min_length=1, max_length=40)] = DEFAULT_COHORTS
    scale: Annotated[
        float,
        parameter(
            "multiple",
            0,
            4,
            "All positions with equity unchanged: the leverage lever.",
            "1 is the episode's own positions",
            "derived",
            basic=True,
        ),
    ] = 1.0
    size: Annotated[
        float,
        parameter(
            "multiple",
            0.05,
            4,
            "All positions and all equity together: the size of the trades.",
            "1 is the episode's own positions",
            "derived",
        ),
    ] = 1.0
    buffer: Annotated[
        float,
        parameter(
            "share of requirement",
            0,
            2,
            "Equity that funds keep above margin and haircut.",
            "funds manage their own liquidity (Kruttli et al. 2021); size assumed",
            "assumed",
        ),
    ] = 0.1
    risk_headroom: Annotated[
        float,
        parameter(
            "share",
            0,
            3,
            "How far leverage may rise over its opening level before own limits bind.",
            ASSUMED,
            "assumed",
        ),
    ] = 0.25
    risk_limit_elasticity: Annotated[
        float,
        parameter(
            "elasticity",
            0,
            1.5,
            "How funds' leverage limits shrink when volatility rises.",
            "own liquidity management drove the 2020 cut (Kruttli et al. 2021); size fitted to March 2020",
            "derived",
            basic=True,
        ),
    ] = fitted("funds.risk_limit_elasticity")
    risk_limit_speed: Annotated[
        float,
        parameter(
            "share of the excess a day",
            0,
            1,
            "How fast funds sell down to their own limit.",
            ASSUMED,
            "derived",
        ),
    ] = fitted("funds.risk_limit_speed")


class Issuance(Frozen):
    """Treasury auctions: what dealers must take when investors do not."""

    normal_award: Annotated[
        float,
        parameter(
            "share of issue",
            0,
            0.6,
            "Dealers' award on a normal day.",
            "3-year six-auction mean 12.3% (2025-26)",
            "found",
        ),
    ] = 0.123
    award_slope: Annotated[
        float,
        parameter(
            "share per log unit of charge",
            0,
            0.3,
            "Rise of the dealer award when balance sheet is dear.",
            ASSUMED,
            "assumed",
        ),
    ] = 0.02
    tail_bp: Annotated[
        float,
        parameter(
            "bp per percentage point of excess award",
            0,
            3,
            "Tail of an auction that dealers had to fill.",
            "8 April 2025: tail of 2.4 bp with an award 8.5 points above normal",
            "derived",
        ),
    ] = 0.28


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
            "fitted to March 2020",
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
            "fitted to March 2020",
            "derived",
        ),
    ] = fitted("liquidity.depth_charge_elasticity")
