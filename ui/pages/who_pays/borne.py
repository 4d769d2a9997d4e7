"""Losses for those who need help: what funds still bear at each penalty of the auction, beside purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from policy.leverage.losses_borne import HelpAtPrice, LossesBorne
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Line, Lines, Mark
from ui.charts.styles import Style
from ui.pages.who_pays.marks import SURE
from ui.pages.who_pays.penalty import penalty_axis
from ui.words.third_claim import price_matters, third_claim

BORNE = "Losses that funds still bear, % of those without help"


def losses_still_borne(borne: LossesBorne, auction: Style, purchases: Style, about: str) -> Figure:
    """The share of losses still borne by penalty, with purchases as a line across and the auction's own price marked."""
    points = [p for p in borne.points if p.penalty_bp is not None]
    at = np.array([p.penalty_bp for p in points])
    across = penalty_axis(tuple(float(x) for x in at))
    bought, error = borne.purchases_pct.value, SURE * borne.purchases_pct.se
    flat = np.full(2, bought)
    ends = np.array([0.0, 1.04 * max(at)])
    lines = (
        Line(auction, at, np.array([p.borne_pct.value for p in points]), width=2),
        Line(purchases, ends, flat, flat - error, flat + error, width=2),
    )
    marks = [_mark(p, auction) for p in points]
    if (
        borne.own.penalty_bp is not None
        and borne.own.penalty_bp not in at
        and borne.own.penalty_bp <= max(at)
    ):
        marks.append(_mark(borne.own, auction, "its own price"))
    told = "; ".join(f"{p.borne_pct.value:.0f}% at {p.penalty_bp:g} bp" for p in points)
    chart = Lines(
        lines, across, Axis("% of losses without help", zero=True),
        f"{BORNE}, by penalty: {told}; {bought:.0f}% under purchases.", "", 260,
        tips=("Penalty, bp", BORNE), points=tuple(marks), series=(auction, purchases), size=80,
    )  # fmt: skip
    rows = [_row(f"{auction.name}, {p.penalty_bp:g} bp", p) for p in points]
    rows += [_row(f"{auction.name}, as it is", borne.own)]
    rows += [(purchases.name, bought, bought - error, bought + error, 0.0)]
    heads = ["Policy", "Still borne, %", "95% from", "95% to", "Over purchases, percentage points"]
    note = f"{price_matters(borne)} Points with 95% intervals, purchases with theirs as a band. {about}"
    table = pd.DataFrame(rows, columns=heads)
    return Figure(
        "who_pays_borne", third_claim(borne), note, "see column", (chart,), table, (auction, purchases)
    )


def _mark(p: HelpAtPrice, auction: Style, label: str = "") -> Mark:
    value, error = p.borne_pct.value, SURE * p.borne_pct.se
    says = (f"{p.penalty_bp:g}", f"{value:.1f}%")
    at = p.penalty_bp or 0.0
    return Mark(
        at, value, auction.name, says, up=(value - error, value + error), label=label, ringed=bool(label)
    )


def _row(name: str, p: HelpAtPrice) -> tuple[str, float, float, float, float]:
    value, error = p.borne_pct.value, SURE * p.borne_pct.se
    return name, value, value - error, value + error, p.over_purchases.value
