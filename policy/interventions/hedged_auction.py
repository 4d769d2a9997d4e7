"""The hedged auction: a special-purpose vehicle takes over hedge funds' hedged bundles at a discount."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from models import series
from models.orders import Orders
from models.parameters.base import STRATEGIES, parameter, per_strategy
from models.simulation import View
from models.stack import Array
from policy.interventions.base import Intervention
from policy.interventions.triggers import FIRST_SIGN, StartField, StopField, active_days

Strategy = Literal["basis", "swap_spread", "off_the_run"]
MOST_BP = 1000.0
# Settings that count with a price in points, and with one in bp; the price itself first.
IN_POINTS = ("reserve_discount", "exit_discount")
IN_BP = ("penalty_bp", "penalty_rise_bp", "exit_bp")


def _penalty(given: Any) -> Any:
    """One penalty or one for each strategy, as numbers. Raises ValueError."""
    several = isinstance(given, tuple)
    items = given if several else (given,)
    numbers = [x for x in items if type(x) in (float, int) and 0 <= x <= MOST_BP]
    if given is None or len(numbers) == (len(STRATEGIES) if several else 1):
        return given
    raise ValueError(
        f"{'/'.join(str(x) for x in given) if several else given} is refused: give one number, or three as 40/20/40 for "
        f"{', '.join(s.replace('_', ' ') for s in STRATEGIES)}, each from 0 to {MOST_BP:g} bp"
    )


class HedgedAuction(Intervention):
    """Buy long bonds with their hedges at auction, at no better than a penalty over their calm value."""

    name: ClassVar[str] = "hedged-auction"
    title: ClassVar[str] = "Hedged SPV auction"
    what: ClassVar[str] = (
        "A vehicle funded by the Fed buys bundles of a long bond and its hedge from funds that must sell, at a discount. "
        "It takes no rate risk and sends no easing signal; it buys nothing until the market has moved by more than the penalty."
    )
    source: ClassVar[str] = (
        "Kashyap and Stein, The Economist, 11 April 2025; Kashyap, Stein, Wallen, Younger 2025"
    )

    size_bn: Annotated[
        float,
        parameter(
            "$bn a day",
            0,
            1000,
            "Most that is bought each day.",
            "same pace as outright purchases, to compare",
            "assumed",
            basic=True,
        ),
    ] = 40.0
    total_bn: Annotated[
        float,
        parameter(
            "$bn",
            0,
            5000,
            "Most that is bought in all.",
            "same size as outright purchases, to compare",
            "assumed",
            basic=True,
        ),
    ] = 500.0
    penalty_bp: Annotated[
        float | tuple[float, float, float] | None,
        BeforeValidator(_penalty),
        per_strategy(
            "bp over calm",
            0,
            MOST_BP,
            "The price of help: how far the market must stand from its calm value before the vehicle buys, in yield (for the basis, "
            "in implied repo a year). One number, or one each for basis / swap spread / off the run. Bagehot's rule: in a panic lend, "
            "here buy, freely, at a penalty, against good collateral. Dear enough that nobody comes who could wait, cheaper than the panic.",
            "penalty and good collateral: Bagehot, Lombard Street, 1873. Level assumed: beyond the 15 bp of 10-year dislocation with "
            "which a market still copes, half or less of what crises here reach",
            "assumed",
            basic=True,
        ),
    ] = 20.0
    penalty_rise_bp: Annotated[
        float,
        parameter(
            "bp per $100bn",
            0,
            500,
            "Rise of the penalty with each $100bn that the vehicle has bought, so that much help costs more than a little.",
            "assumed",
            "assumed",
        ),
    ] = 0.0
    reserve_discount: Annotated[
        float | None,
        parameter(
            "points per 100",
            0,
            5,
            "The price of help given as a discount instead of a penalty: the smallest at which the vehicle buys, the same for every "
            "bundle. A point is worth many bp of the basis and few of a long bond.",
            "the first form of this setting",
            "assumed",
        ),
    ] = None
    format: Annotated[
        Literal["uniform", "discriminatory"],
        Field(description="One price for all, or each seller's own offer."),
    ] = "uniform"
    sellers: Annotated[
        Literal["funds", "funds_and_dealers"],
        Field(description="Who may sell: funds alone, or dealers' hedged inventory too."),
    ] = "funds"
    strategies: Annotated[
        tuple[Strategy, ...], Field(min_length=1, max_length=3, description="Bundles the vehicle takes.")
    ] = ("basis", "swap_spread")
    first_loss_pct: Annotated[
        float,
        parameter(
            "% of face",
            0,
            100,
            "Treasury money that takes losses before the Fed.",
            "about 10:1 in the 2020 facilities; unconfirmed",
            "assumed",
        ),
    ] = 10.0
    exit: Annotated[
        Literal["delivery", "market"],
        Field(description="Hold to delivery or convergence, or sell back when the market has healed."),
    ] = "delivery"
    exit_discount: Annotated[
        float,
        parameter(
            "points per 100",
            0,
            5,
            "With exit = market and a price in points: sell back while the market's discount is below this.",
            "assumed",
            "assumed",
        ),
    ] = 0.05
    exit_bp: Annotated[
        float,
        parameter(
            "bp over calm",
            0,
            1000,
            "With exit = market and a penalty in bp: sell back while the market stands nearer to its calm value than this.",
            "assumed",
            "assumed",
        ),
    ] = 5.0
    start: StartField = FIRST_SIGN
    stop: StopField = None

    @model_validator(mode="before")
    @classmethod
    def _one_price(cls, given: Any) -> Any:
        """A discount in points takes the place of the default penalty."""
        if isinstance(given, Mapping) and given.get("reserve_discount") is not None:
            return {"penalty_bp": None, **given}
        return given

    @model_validator(mode="after")
    def _consistent(self) -> HedgedAuction:
        if len(set(self.strategies)) != len(self.strategies):
            raise ValueError(f"strategies names one twice: {'/'.join(self.strategies)}")
        if self.penalty_bp is not None and self.reserve_discount is not None:
            raise ValueError(
                "penalty_bp and reserve_discount are two prices for one help; leave one out, "
                f"reserve_discount = {self.reserve_discount:g} for instance"
            )
        if self.penalty_bp is None and self.reserve_discount is None:
            raise ValueError("help needs a price; give penalty_bp, 20 for instance")
        if self.penalty_bp is None and self.penalty_rise_bp > 0:
            raise ValueError(
                f"penalty_rise_bp = {self.penalty_rise_bp:g} raises a penalty in bp; give penalty_bp, not reserve_discount"
            )
        if self.exit == "market":
            self._sells_below_its_price()
        return self

    def _sells_below_its_price(self) -> None:
        """Raise ValueError if it would sell what it has just bought."""
        price, least = self.price, self.exit_below
        lowest = min(r for s, r in zip(STRATEGIES, self.reserves, strict=True) if s in self.strategies)
        if least >= lowest:
            name = "exit_discount" if self.in_points else "exit_bp"
            raise ValueError(f"{name} = {least:g} must be below {price} = {lowest:g}")

    @property
    def in_points(self) -> bool:
        """Whether the price is a discount in points per 100 rather than a penalty in bp."""
        return self.penalty_bp is None

    @property
    def price(self) -> str:
        """The name of the setting that holds the price."""
        return (IN_POINTS if self.in_points else IN_BP)[0]

    @property
    def reserves(self) -> tuple[float, ...]:
        """The price of each strategy, bp over calm or points per 100, while nothing has been bought."""
        price: Any = self.reserve_discount if self.in_points else self.penalty_bp
        return price if isinstance(price, tuple) else (price,) * len(STRATEGIES)

    @property
    def mark(self) -> str:
        """The recorded series that tells where the market stands, in the price's unit."""
        return series.PRICE_LOSS if self.in_points else series.MARKET_PENALTY

    @property
    def exit_below(self) -> float:
        """With exit = market: where the market must stand to be sold back to, in the price's unit."""
        return self.exit_discount if self.in_points else self.exit_bp

    def changed(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """A new price takes the place of one in the other unit."""
        given = {name for name in (IN_BP[0], IN_POINTS[0]) if changes.get(name) is not None}
        if given == {"penalty_bp"}:
            changes = {"reserve_discount": None, **changes}
        if given == {"reserve_discount"}:
            changes = {"penalty_bp": None, "penalty_rise_bp": 0.0, **changes}
        return super().changed(changes)

    def idle(self) -> tuple[str, ...]:
        return IN_BP if self.in_points else IN_POINTS

    def orders(self, view: View) -> Orders:
        _, on = active_days(self.start, self.stop, view)
        bought = np.add.reduce(view.past(series.VEHICLE_PURCHASES), axis=(0, 1))
        capacity = on * np.minimum(self.size_bn, np.maximum(self.total_bn - bought, 0.0))
        eligible = np.array([[1.0 if s in self.strategies else 0.0] for s in STRATEGIES])
        return Orders(
            announced_hedged=on * self.total_bn * (self.size_bn > 0),
            auction_capacity=capacity,
            eligible=eligible * on,
            dealers_eligible=on * (self.sellers == "funds_and_dealers"),
            pay_as_bid=on * (self.format == "discriminatory"),
            vehicle_sales=self._sales(view) if self.exit == "market" else 0.0,
            **self._price(on, bought),
        )

    def _price(self, on: Array, bought: Array) -> dict[str, Array]:
        """The day's reserve, in the unit in which it was given."""
        reserve = np.array(self.reserves)[:, None] + self.penalty_rise_bp / 100 * bought
        if self.in_points:
            return {"reserve_discount": np.where(on > 0, reserve[0], np.inf)}
        return {"reserve_penalty": np.where(on > 0, reserve, np.inf)}

    def _sales(self, view: View) -> Array:
        held = view.vehicle * (view.past(self.mark)[-1] < self.exit_below)
        total = np.maximum(np.add.reduce(held, axis=0), 1e-300)
        return held * np.minimum(1.0, self.size_bn / total)
