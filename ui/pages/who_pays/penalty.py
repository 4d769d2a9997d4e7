"""The penalty curve: what a price of help costs in the crisis and saves beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from policy.leverage import who_pays as engine
from policy.leverage.game import NEVER_ESTIMATED
from policy.leverage.penalty import PenaltyCurve, PenaltyPoint
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Line, Lines, Mark
from ui.charts.styles import Style
from ui.pages.who_pays.marks import SURE
from ui.words.amounts import millions, percent

PENALTY = "Penalty, bp over calm"


@dataclass(frozen=True)
class _Curve:
    name: str
    unit: str
    times: float
    value: Callable[[PenaltyPoint], engine.WithError | None]
    text: Callable[[float], str]


IN_CRISIS = (
    _Curve("Take-up", "$bn", 1, lambda p: p.take_up_bn, lambda v: f"${v:,.1f}bn"),
    _Curve("Peak 10-year dislocation", "bp", 1, lambda p: p.peak_dislocation_10y_bp, lambda v: f"{v:.1f} bp"),
    _Curve("Taxpayer, expected result", "$bn", 1, lambda p: p.taxpayer_mean_bn, lambda v: f"{'−' if v < 0 else ''}${abs(v):.2f}bn"),
)  # fmt: skip
BEFOREHAND = (
    _Curve("Induced leverage", "%", 1, lambda p: p.leverage_change_pct, percent),
    _Curve(
        "Moral-hazard loss", "$m a year", 1000, lambda p: p.moral_hazard_loss, lambda v: millions(v / 1000)
    ),
)


def penalty(curve: PenaltyCurve, colour: str, before: bool, about: str) -> Figure:
    """The auction's figures by penalty: what it does in the crisis, or what funds do beforehand."""
    chosen = BEFOREHAND if before else IN_CRISIS
    charts, tables_ = [], []
    penalties = tuple(p.penalty_bp for p in curve.points)
    across = penalty_axis(penalties)
    own = Style("Auction", colour)
    for c in chosen:
        rows: list[tuple[float, float, float, float, str]] = []
        for p in curve.points:
            figure = c.value(p)
            if figure is not None:
                value, error = c.times * figure.value, SURE * c.times * figure.se
                rows.append((p.penalty_bp, value, value - error, value + error, c.text(value)))
        frame = pd.DataFrame(rows, columns=["Penalty", "Value", "Low", "High", "Text"])
        told = "; ".join(f"{r[4]} at {r[0]:g} bp" for r in rows)
        marks = tuple(
            Mark(d, v, own.name, (f"{d:g}", text), up=(low, high)) for d, v, low, high, text in rows
        )
        line = Line(own, frame["Penalty"].to_numpy(), frame["Value"].to_numpy(), width=2)
        charts.append(
            Lines(
                (line,), across, Axis(c.unit), f"{c.name} in {c.unit} by penalty: {told}.", c.name, 230,
                tips=("Penalty, bp", c.unit), points=marks, series=(own,), size=80,
            )
        )  # fmt: skip
        tables_.append(frame.drop(columns="Text").assign(Figure=c.name, Unit=c.unit))
    heads = {"Penalty": PENALTY, "Low": "95% from", "High": "95% to"}
    table = pd.concat(tables_, ignore_index=True).rename(columns=heads)
    title = "; ".join(w for c in chosen if (w := curve_title(curve.points, c)))
    note = (
        f"By how far the market must have moved before the vehicle buys; points with 95% intervals. {about}"
    )
    if before:
        note = f"{note} {NEVER_ESTIMATED}"
    key = "who_pays_penalty_before" if before else "who_pays_penalty"
    return Figure(key, title or "No equilibrium", note, "see column", tuple(charts), table)


def penalty_axis(penalties: Sequence[float]) -> Axis:
    """The axis of penalties with a tick at each, wide enough apart to be read at the low end."""
    names = tuple(f"{p:g}" for p in penalties)
    return Axis(PENALTY, (0, 1.04 * max(penalties)), tuple(penalties), names, scale="sqrt", grid=False)


def curve_title(points: Sequence[PenaltyPoint], c: _Curve) -> str:
    """How a figure moves along the grid, judged beyond its errors: rising, falling, flat or both."""
    values = [(p.penalty_bp, f) for p in points if (f := c.value(p)) is not None]
    if len(values) < 2:
        return ""
    first, last = values[0][1], values[-1][1]
    low, high = min(values, key=lambda v: v[1].value), max(values, key=lambda v: v[1].value)
    noise = SURE * max(f.se for _, f in values)
    lead = c.name if c is IN_CRISIS[0] or c is BEFOREHAND[0] else c.name[0].lower() + c.name[1:]
    ends = f"{c.text(c.times * first.value)} to {c.text(c.times * last.value)}"
    if (
        c.text(c.times * low[1].value) == c.text(c.times * high[1].value)
        or high[1].value - low[1].value <= noise
    ):
        return f"{lead} hardly moves ({c.text(c.times * high[1].value)})"
    inside_high = high[1].value - max(first.value, last.value) > noise
    inside_low = min(first.value, last.value) - low[1].value > noise
    if inside_high or inside_low:
        where, extreme = (high if inside_high else low)[0], "highest" if inside_high else "lowest"
        text = c.text(c.times * (high if inside_high else low)[1].value)
        return f"{lead} is {extreme} at {where:g} bp ({text}) and goes from {ends} over the grid"
    if abs(last.value - first.value) <= noise:
        return f"{lead} ends where it began ({ends})"
    return f"{lead} {'rises' if last.value > first.value else 'falls'} from {ends} as the penalty goes up"
