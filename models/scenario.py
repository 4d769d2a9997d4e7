"""A world: the market's parameters and the shocks that hit it, as one frozen value that can be written to TOML.

Shocks are deterministic profiles over business days, times a random severity, plus daily noise; the same world
therefore serves one path and a Monte Carlo. Day 0 is the opening close, days 1 … `days` are simulated.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from models import bonds
from models.errors import Breach, Refused
from models.parameters.base import STRATEGIES, STRESSED_MARGIN_RISE, Frozen, Loading4, Share4, parameter
from models.parameters.dealers import Dealers
from models.parameters.funding import Funding
from models.parameters.funds import FUTURES_BY_TENOR, Cohort, Funds
from models.parameters.issuance import Issuance
from models.parameters.liquidity import Liquidity
from models.parameters.margins import Margins
from models.parameters.wedges import Wedges
from models.parameters.yields import Yields
from models.text import line

Yield = Annotated[float, Field(ge=-5, le=25)]
Yield4 = tuple[Yield, Yield, Yield, Yield]
Day = Annotated[int, Field(ge=0, le=400)]
Amount = Annotated[float, Field(ge=-1e4, le=1e4)]
# Far enough from the calendar's ends that a run's last day is a date too.
Date = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2199, 12, 31))]
Line = Annotated[str, AfterValidator(line)]


class Shock(Frozen):
    """One daily series: straight lines between knots (day, value), zero before the first, held after the last."""

    knots: Annotated[
        tuple[tuple[Day, Amount], ...], Field(max_length=400, description="Pairs of day and value.")
    ] = ()
    size: Annotated[
        float,
        parameter(
            "multiple",
            0,
            5,
            "Multiplies the whole profile.",
            "1 is the scenario's own size",
            "derived",
            basic=True,
        ),
    ] = 1.0
    severity_sd: Annotated[
        float,
        parameter(
            "log points",
            0,
            1.5,
            "Spread of the random severity over paths (mean 1).",
            "range assumed",
            "assumed",
        ),
    ] = 0.0
    noise_sd: Annotated[
        float,
        parameter(
            "unit of the series", 0, 200, "Standard deviation of daily noise.", "range assumed", "assumed"
        ),
    ] = 0.0

    @model_validator(mode="after")
    def _knots_in_order(self) -> Shock:
        days = [day for day, _ in self.knots]
        if days != sorted(set(days)):
            raise ValueError("knots must be in rising order of day, each day once")
        return self

    def profile(self, days: int) -> tuple[float, ...]:
        """Values on days 1 … `days`, before severity and noise, times `size`."""
        return tuple(self.size * self._at(day) for day in range(1, days + 1))

    def _at(self, day: int) -> float:
        if not self.knots or day < self.knots[0][0]:
            return 0.0
        for (d0, v0), (d1, v1) in zip(self.knots, self.knots[1:], strict=False):
            if day < d1:
                return v0 + (v1 - v0) * (day - d0) / (d1 - d0)
        return self.knots[-1][1]


class TenorShock(Shock):
    """A shock with a value per tenor: the profile times `tenors`."""

    tenors: Annotated[Loading4, Field(description="Loading at 2, 5, 10 and 30 years.")] = (
        1.0,
        1.0,
        1.0,
        1.0,
    )


class FlowShock(Shock):
    """A flow in $bn a day, spread over tenors by shares that sum to 1."""

    tenors: Annotated[Share4, Field(description="Shares at 2, 5, 10 and 30 years.")] = (0.35, 0.3, 0.2, 0.15)

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> FlowShock:
        if abs(sum(self.tenors) - 1) > 1e-9:
            raise ValueError(f"tenors sum to {sum(self.tenors):g}; the shares must sum to 1")
        return self


class Auction(Frozen):
    """One Treasury auction on a simulated day."""

    day: Annotated[int, Field(ge=1, le=400)]
    tenor_years: Annotated[float, Field(ge=1, le=30)]
    size_bn: Annotated[float, Field(ge=0, le=500)]


class PurchaseDay(Frozen):
    """Outright purchases that were made on a day, $bn of face."""

    day: Annotated[int, Field(ge=1, le=400)]
    amount_bn: Annotated[float, Field(ge=0, le=1000)]


class RepoOffer(Frozen):
    """Repo that was on offer from a day on, until the next entry."""

    day: Annotated[int, Field(ge=1, le=400)]
    cap_bn: Annotated[float, Field(ge=0, le=10000)]
    rate_bp: Annotated[float, Field(ge=-100, le=500)]
    slope_bn: Annotated[
        float,
        Field(
            ge=0, le=1e7, description="$bn lent for each bp of market above the rate; from 1e6 on in full."
        ),
    ] = 1.85


class Followed(Frozen):
    """The policy that was actually followed, as dated data; empty where the Fed stayed out."""

    purchases: Annotated[tuple[PurchaseDay, ...], Field(max_length=400)] = ()
    purchase_tenors: Share4 = (0.35, 0.3, 0.2, 0.15)
    announced: Annotated[
        tuple[tuple[Day, Amount], ...], Field(max_length=400, description="Day and cumulative $bn announced.")
    ] = ()
    repo: Annotated[tuple[RepoOffer, ...], Field(max_length=400)] = ()
    leverage_relief_day: Annotated[
        int, Field(ge=0, le=400, description="First day of relief; 0 for never.")
    ] = 0
    leverage_relief: Annotated[float, Field(ge=1, le=3, description="Multiple of dealers' capacity.")] = 1.0


class Event(Frozen):
    """A line of the timeline."""

    day: Day
    text: Annotated[Line, Field(min_length=1, max_length=200)]


class Scenario(Frozen):
    """What happens, day by day, whoever acts."""

    start: Annotated[Date, Field(description="Date of day 0, the opening close.")] = dt.date(2026, 3, 2)
    days: Annotated[int, Field(ge=1, le=260, description="Simulated business days.")] = 45
    dates: Annotated[
        tuple[Date, ...], Field(max_length=261, description="Days 0 … days; weekdays from `start` if empty.")
    ] = ()
    opening_yields_pct: Yield4 = (3.6, 3.7, 4.1, 4.7)
    observed_yields_pct: Annotated[
        tuple[Yield4, ...], Field(max_length=261, description="Closing yields on days 0 … days, %.")
    ] = ()
    held_fundamentals_bp: Annotated[
        tuple[tuple[Amount, Amount, Amount, Amount], ...],
        Field(
            max_length=260,
            description="Cumulative fundamentals on days 1 … days, inverted once from the observed yields.",
        ),
    ] = ()
    policy_rate_pct: Annotated[
        float,
        parameter(
            "%",
            -1,
            20,
            "Middle of the policy range, at which the public funds itself.",
            "New York Fed",
            "found",
        ),
    ] = 3.65
    days_to_delivery: Annotated[int, Field(ge=1, le=130, description="From day 0 to futures delivery.")] = 80
    real_money_sales: FlowShock = FlowShock()
    client_financing: Shock = Shock()
    fundamentals: TenorShock = TenorShock()
    swap_spread_shock: TenorShock = TenorShock()
    off_the_run_shock: TenorShock = TenorShock()
    basis_shock: Shock = Shock()
    desired_longs: Shock = Shock()
    money_fund_run: Shock = Shock()
    margin_step: Shock = Shock()
    auction_withdrawal: Shock = Shock()
    cash_drain: Shock = Shock()
    dealer_lending_cut: Shock = Shock()
    auctions: Annotated[tuple[Auction, ...], Field(max_length=400)] = ()
    followed: Followed = Followed()
    events: Annotated[tuple[Event, ...], Field(max_length=60)] = ()

    @model_validator(mode="after")
    def _calendar_is_whole(self) -> Scenario:
        rows = self.days + 1
        if self.dates and (len(self.dates) != rows or list(self.dates) != sorted(set(self.dates))):
            raise ValueError(
                f"dates has {len(self.dates)} entries; {rows} in rising order are needed (day 0 … days)"
            )
        if self.dates and self.dates[0] != self.start:
            raise ValueError(f"dates begin on {self.dates[0]}, start is {self.start}; they must agree")
        if self.observed_yields_pct and len(self.observed_yields_pct) != rows:
            raise ValueError(
                f"observed_yields_pct has {len(self.observed_yields_pct)} rows; {rows} are needed"
            )
        if self.observed_yields_pct and self.observed_yields_pct[0] != self.opening_yields_pct:
            raise ValueError("opening_yields_pct must equal the first observed row")
        if self.held_fundamentals_bp and len(self.held_fundamentals_bp) != self.days:
            raise ValueError(
                f"held_fundamentals_bp has {len(self.held_fundamentals_bp)} rows; {self.days} are needed"
            )
        return self

    @model_validator(mode="after")
    def _one_auction_a_day_and_tenor(self) -> Scenario:
        late = [a.day for a in self.auctions if a.day > self.days]
        if late:
            raise ValueError(f"an auction on day {late[0]} is after the last day, {self.days}")
        return self

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        """Dates of days 0 … days; weekdays from `start` where none are given."""
        return self.dates or _weekdays(self.start, self.days + 1)


def _weekdays(start: dt.date, count: int) -> tuple[dt.date, ...]:
    days, day = [start], start
    while len(days) < count:
        day += dt.timedelta(days=1)
        if day.weekday() < 5:
            days.append(day)
    return tuple(days)


SHOCKS = (
    "real_money_sales", "client_financing", "fundamentals", "swap_spread_shock", "off_the_run_shock", "basis_shock",
    "desired_longs", "money_fund_run", "margin_step", "auction_withdrawal", "cash_drain", "dealer_lending_cut",
)  # fmt: skip
GROUPS = ("yields", "dealers", "wedges", "margins", "funding", "funds", "issuance", "liquidity")


class World(Frozen):
    """One stylised market and what hits it."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "custom"
    title: Annotated[Line, Field(max_length=120)] = ""
    summary: Annotated[Line, Field(max_length=600)] = ""
    kind: Literal["historical", "stylised"] = "stylised"
    yields: Yields = Yields()
    dealers: Dealers = Dealers()
    wedges: Wedges = Wedges()
    margins: Margins = Margins()
    funding: Funding = Funding()
    funds: Funds = Funds()
    issuance: Issuance = Issuance()
    liquidity: Liquidity = Liquidity()
    scenario: Scenario = Scenario()

    @model_validator(mode="after")
    def _consistent(self) -> World:
        if self.dealers.floor_charge_bp <= self.dealers.calm_charge_bp:
            raise ValueError("dealers.floor_charge_bp must be above dealers.calm_charge_bp")
        opens(self)
        return self


# Rules of day 0, as refusals name them.
REQUIREMENT, BALANCE_SHEET = "requirement", "balance_sheet"


def opens(world: World) -> World:
    """The world, once funds meet their own requirement and dealers carry funds' repo on day 0. Raises `Refused`."""
    for cohort in world.funds.cohorts:
        _check_cohort(world, cohort)
    repo = world.dealers.repo_footprint * opening_repo_bn(world)
    if repo > world.dealers.calm_use * world.dealers.capacity_bn:
        name, need = "dealers.capacity_bn", repo / world.dealers.calm_use
        raise Refused(
            f"{name} = {world.dealers.capacity_bn:g} cannot carry funds' opening repo; at least {need:.0f} is needed",
            Breach(
                name, world.dealers.capacity_bn, BALANCE_SHEET, need, accepted={name: float(math.ceil(need))}
            ),
        )
    return world


def trade_mixes(world: World) -> tuple[tuple[float, ...], ...]:
    """Tenor shares of each strategy's bonds over the market, the basis trade's as funds hold it at the opening."""
    return (_basis_mix(world), world.wedges.swap_spread_mix, world.wedges.off_the_run_mix)


def _basis_mix(world: World) -> tuple[float, ...]:
    face = [c.equity_bn * c.leverage * c.mix[0] for c in world.funds.cohorts]
    total = sum(face)
    if total <= 0:
        return FUTURES_BY_TENOR
    rows = zip(*(c.tenors for c in world.funds.cohorts), strict=True)
    return tuple(sum(n * x for n, x in zip(face, row, strict=True)) / total for row in rows)


def cohort_mixes(world: World, cohort: Cohort) -> tuple[tuple[float, ...], ...]:
    """Tenor shares of a cohort's bonds by strategy: its own contracts in the basis trade."""
    return (cohort.tenors, world.wedges.swap_spread_mix, world.wedges.off_the_run_mix)


def calm_volatility(world: World) -> tuple[float, ...]:
    """Standard deviation of daily yield moves on calm days by tenor, bp."""
    m = world.margins
    return tuple(m.calm_volatility_bp * loading for loading in m.calm_volatility_loadings)


def bare_margin_units(world: World) -> tuple[float, ...]:
    """Margin in calm per standard deviation by tenor, share of face, before the anti-procyclical floor: D·σ₀/10⁴."""
    years = bonds.durations(world.scenario.opening_yields_pct)
    return tuple(d * v / 1e4 for d, v in zip(years, calm_volatility(world), strict=True))


def calm_margin_units(world: World) -> tuple[float, ...]:
    """The same with the anti-procyclical floor on top."""
    floor = 1 + STRESSED_MARGIN_RISE * world.margins.stressed_margin_floor
    return tuple(unit * floor for unit in bare_margin_units(world))


def calm_margins(world: World, mixes: tuple[tuple[float, ...], ...] | None = None) -> tuple[float, ...]:
    """Initial margin in calm by strategy, share of face; of the market's trades, or of others given by tenor shares."""
    units = calm_margin_units(world)
    sizes = (sum(w * u for w, u in zip(mix, units, strict=True)) for mix in mixes or trade_mixes(world))
    return tuple(n * size for n, size in zip(world.margins.margin_standard_deviations, sizes, strict=True))


def opening_positions(world: World, cohort: Cohort) -> tuple[float, ...]:
    """Opening face of a cohort's positions by strategy, $bn."""
    face = cohort.equity_bn * cohort.leverage * world.funds.scale * world.funds.size
    return tuple(face * share for share in cohort.mix)


def opening_repo_bn(world: World) -> float:
    """Repo that dealers lend to funds at the opening, $bn: positions less the calm haircut."""
    face = sum(sum(opening_positions(world, c)) for c in world.funds.cohorts)
    return face * (1 - world.margins.calm_haircut)


def largest_scale(world: World) -> tuple[float, str]:
    """The largest `funds.scale` that every cohort's requirement and dealers' balance sheet allow, and what stops it."""
    return min(required_scale(world), (carried_scale(world), "dealers.capacity_bn"))


def required_scale(world: World) -> tuple[float, str]:
    """The largest that every cohort's requirement allows, and whose stops it."""
    return min((_room(world, c), f"the requirement of cohort {c.name!r}") for c in world.funds.cohorts)


def carried_scale(world: World) -> float:
    """The largest that dealers' balance sheet allows."""
    d = world.dealers
    repo = d.repo_footprint * opening_repo_bn(world)
    return world.funds.scale * d.calm_use * d.capacity_bn / repo if repo > 0 else float("inf")


def _requirement(world: World, cohort: Cohort) -> float:
    margins = calm_margins(world, cohort_mixes(world, cohort))
    needs = zip(opening_positions(world, cohort), margins, strict=True)
    return sum(n * (m + world.margins.calm_haircut) for n, m in needs) * (1 + world.funds.buffer)


def _room(world: World, cohort: Cohort) -> float:
    need = _requirement(world, cohort)
    return world.funds.scale * cohort.equity_bn * world.funds.size / need if need > 0 else float("inf")


def _check_cohort(world: World, cohort: Cohort) -> None:
    need, equity = _requirement(world, cohort), cohort.equity_bn * world.funds.size
    if need > equity:
        margins = zip(
            STRATEGIES,
            calm_margins(world, cohort_mixes(world, cohort)),
            opening_positions(world, cohort),
            strict=True,
        )
        binding, share, _ = max(margins, key=lambda row: row[1] * row[2])
        name, most = "funds.scale", _down(largest_scale(world)[0])
        raise Refused(
            f"cohort {cohort.name!r} violates its own requirement on day 0: {need:.2f} $bn needed, {equity:.2f} $bn held; "
            f"the {binding} margin of {100 * share:.2f}% plus haircut binds; {name} up to {most:.3f} would be accepted",
            Breach(name, world.funds.scale, REQUIREMENT, most, binding, {name: most}),
        )


def _down(value: float) -> float:
    """Three decimals, rounded down, so that the number named is accepted."""
    return math.floor(1000 * value) / 1000
