"""A standing repo facility: cash against Treasuries at a fixed rate, for whoever has access."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from models.orders import ACCESS, Orders
from models.parameters.base import parameter
from models.simulation import View
from policy.interventions.base import Intervention
from policy.interventions.triggers import StartField, StopField, Trigger, active_days


class RepoFacility(Intervention):
    """Lend once the market's price of cash has passed the facility's; a soft ceiling, used by whom it suits."""

    name: ClassVar[str] = "repo"
    title: ClassVar[str] = "Standing repo facility"
    what: ClassVar[str] = (
        "The Fed lends cash against Treasuries at a fixed rate to whom it suits. It helps where cash is dear; through dealers and "
        "uncleared it takes as much balance sheet as the bonds themselves, so dealers use it only where cash costs more than that."
    )
    source: ClassVar[str] = "New York Fed, standing repo operations (December 2025 terms)"

    rate_bp: Annotated[
        float,
        parameter(
            "bp over mid-range",
            -50,
            300,
            "Rate of the facility.",
            "top of a 25 bp target range",
            "found",
            basic=True,
        ),
    ] = 12.5
    stigma_bp: Annotated[
        float,
        parameter(
            "bp",
            0,
            100,
            "Extra cost that keeps borrowers away.",
            "used only when repo is above the rate; size assumed",
            "assumed",
        ),
    ] = 2.0
    cap_bn: Annotated[
        float,
        parameter(
            "$bn",
            0,
            5000,
            "Most that is lent at any time.",
            "500 until December 2025; no cap since; 40 a proposition",
            "found",
            basic=True,
        ),
    ] = 1000.0
    slope_bn: Annotated[
        float,
        parameter(
            "$bn per bp",
            0,
            1e6,
            "Lent for each bp that cash costs above the facility's price: how soft its ceiling is.",
            "regression of take-up on SOFR less the facility's rate, ten days of autumn 2025: 1.85 (0.22); three times that at year-end",
            "derived",
        ),
    ] = 1.85
    access: Annotated[
        Literal["dealers", "direct"],
        Field(description="Who borrows: dealers, or hedge funds direct (as the Bank of England's CNRF)."),
    ] = "dealers"
    clearing: Annotated[
        Literal["uncleared", "cleared"],
        Field(description="Whether dealers' borrowing is centrally cleared and nets against their lending."),
    ] = "uncleared"
    start: StartField = Trigger(metric="repo_spread_bp", above=True, level=10.0, days=1)
    stop: StopField = None

    @model_validator(mode="after")
    def _direct_lending_is_not_cleared(self) -> RepoFacility:
        if self.access == "direct" and self.clearing == "cleared":
            raise ValueError(
                "access = direct with clearing = cleared: direct lending uses no dealer; take clearing = uncleared"
            )
        return self

    def orders(self, view: View) -> Orders:
        form = (
            "direct" if self.access == "direct" else ("cleared" if self.clearing == "cleared" else "dealers")
        )
        _, on = active_days(self.start, self.stop, view)
        cap = np.zeros((3, view.columns))
        cap[ACCESS.index(form)] = self.cap_bn * on
        price = self.rate_bp + self.stigma_bp
        lends = on * self.cap_bn > 0
        return Orders(
            repo_cap=cap,
            repo_price=np.where(lends, price, np.inf),
            repo_slope=np.where(lends, self.slope_bn, 0.0),
        )


class NonBankRepo(Intervention):
    """Lend to funds directly against Treasuries."""

    name: ClassVar[str] = "non-bank-repo"
    title: ClassVar[str] = "Repo for non-banks"
    what: ClassVar[str] = (
        "The Fed lends to hedge funds direct, up to a share of each one's bonds. No dealer stands between, so balance sheet is freed and the "
        "credit risk is the public's."
    )
    source: ClassVar[str] = "Bank of England, Contingent NBFI Repo Facility (28 January 2025)"

    rate_bp: Annotated[
        float,
        parameter(
            "bp over mid-range",
            -50,
            300,
            "Rate of the facility.",
            "set at activation; unattractive in calm",
            "assumed",
            basic=True,
        ),
    ] = 15.0
    limit_pct: Annotated[
        float,
        parameter(
            "% of a firm's bonds",
            0,
            100,
            "Most that one firm may borrow.",
            "50% of gilt holdings at the CNRF",
            "found",
            basic=True,
        ),
    ] = 50.0
    slope_bn: Annotated[
        float,
        parameter(
            "$bn per bp",
            0,
            1e6,
            "Lent for each bp that funding costs above the facility's price: how soft its ceiling is.",
            "take-up of the standing facility by dealers in autumn 2025: 1.85; funds have no other way out, so more; assumed",
            "assumed",
        ),
    ] = 5.0
    start: StartField = Trigger(metric="repo_spread_bp", above=True, level=10.0, days=1)
    stop: StopField = None

    def orders(self, view: View) -> Orders:
        _, active = active_days(self.start, self.stop, view)
        held = np.add.reduce(view.past("positions_bn")[-1], axis=0)
        cap = np.zeros((3, view.columns))
        cap[ACCESS.index("direct")] = held * self.limit_pct / 100 * active
        lends = cap[ACCESS.index("direct")] > 0
        return Orders(
            repo_cap=cap,
            repo_price=np.where(lends, self.rate_bp, np.inf),
            repo_slope=np.where(lends, self.slope_bn, 0.0),
        )
