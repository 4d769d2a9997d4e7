"""The hedged auction: a special-purpose vehicle takes over hedge funds' hedged bundles at a discount."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from models import series
from models.orders import Orders
from models.parameters.base import STRATEGIES, parameter
from models.simulation import View
from models.stack import Array
from policy.interventions.base import Intervention
from policy.interventions.triggers import StartField, StopField, Trigger, active_days

Strategy = Literal["basis", "swap_spread", "off_the_run"]


class HedgedAuction(Intervention):
    """Buy long bonds with their hedges at auction, at no better than the reserve discount."""

    name: ClassVar[str] = "hedged-auction"
    title: ClassVar[str] = "Hedged SPV auction"
    what: ClassVar[str] = (
        "A vehicle funded by the Fed buys bundles of a long bond and its hedge from funds that must sell, at a discount. "
        "It takes no rate risk and sends no easing signal; it buys nothing until the market's discount exceeds the reserve."
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
    reserve_discount: Annotated[
        float,
        parameter(
            "points per 100",
            0,
            5,
            "Smallest discount at which the vehicle buys: the price of help.",
            "a penalty, but better than the disrupted market (MNI on Kashyap and Stein); level assumed",
            "assumed",
            basic=True,
        ),
    ] = 0.1
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
            "With exit = market: sell back while the market's discount is below this.",
            "assumed",
            "assumed",
        ),
    ] = 0.05
    start: StartField = Trigger(metric="dislocation_10y_bp", above=True, level=10.0, days=2)
    stop: StopField = None

    @model_validator(mode="after")
    def _consistent(self) -> HedgedAuction:
        if len(set(self.strategies)) != len(self.strategies):
            raise ValueError(f"strategies names one twice: {'/'.join(self.strategies)}")
        if self.exit == "market" and self.exit_discount >= self.reserve_discount:
            raise ValueError(
                f"exit_discount = {self.exit_discount:g} must be below reserve_discount = {self.reserve_discount:g}"
            )
        return self

    def orders(self, view: View) -> Orders:
        _, on = active_days(self.start, self.stop, view)
        bought = np.add.reduce(view.past(series.VEHICLE_PURCHASES), axis=(0, 1))
        capacity = on * np.minimum(self.size_bn, np.maximum(self.total_bn - bought, 0.0))
        eligible = np.array([[1.0 if s in self.strategies else 0.0] for s in STRATEGIES])
        return Orders(
            announced_hedged=on * self.total_bn * (self.size_bn > 0),
            auction_capacity=capacity,
            reserve_discount=np.where(on > 0, self.reserve_discount, np.inf),
            eligible=eligible * on,
            dealers_eligible=on * (self.sellers == "funds_and_dealers"),
            pay_as_bid=on * (self.format == "discriminatory"),
            vehicle_sales=self._sales(view) if self.exit == "market" else 0.0,
        )

    def _sales(self, view: View) -> Array:
        healed = view.past(series.PRICE_LOSS)[-1] < self.exit_discount
        held = view.vehicle * healed
        total = np.maximum(np.add.reduce(held, axis=0), 1e-300)
        return held * np.minimum(1.0, self.size_bn / total)
