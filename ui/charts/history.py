"""The model against data: distances from targets, paths through data points, yields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from ui.charts import vega
from ui.charts.vega import NEUTRAL

BAND = 2.0  # units of noise within which a target is met
MET, MISSED, LEFT_OUT = "#1B83C9", "#D55E00", "#6F63C7"
PATH = "#1B83C9"
POINT = "#D55E00"


def score_spec(names: tuple[str, ...], reach: float) -> dict[str, Any]:
    labels = {name: vega.wrapped(name, 27, 3) for name in names}
    edge = max(5.0, float(np.ceil(reach)) * 1.35)
    ticks = [t for t in (-50, -20, -10, -5, -2, 0, 2, 5, 10, 20, 50) if abs(t) <= edge]
    scale = alt.Scale(type="symlog", constant=2, domain=[-edge, edge], nice=False)
    x = vega.field(
        alt.X, "z", scale=scale, axis=alt.Axis(values=ticks, title="Model less data, units of noise")
    )
    y = vega.field(
        alt.Y, "Target", "nominal", sort=list(names), axis=vega.lanes(labels, 180), scale=alt.Scale(domain=list(names))
    )  # fmt: skip
    band = (
        vega.once()
        .mark_rect(color=NEUTRAL, opacity=0.18, aria=False)
        .encode(x=alt.XDatum(-BAND), x2=alt.X2Datum(BAND))
    )
    zero = vega.once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    kinds, colours = ["Hit", "Miss", "Nothing changes", "Left out"], [MET, MISSED, NEUTRAL, LEFT_OUT]
    shapes = ["circle", "diamond", "cross", "triangle-up"]
    points = (
        vega.blank()
        .mark_point(filled=True, size=95, opacity=1)
        .encode(
            x=x,
            y=y,
            color=vega.field(alt.Color, "Verdict", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=colours)),
            shape=vega.field(alt.Shape, "Verdict", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=shapes)),
            tooltip=[vega.tip("Target"), vega.tip("Verdict"), vega.tip("z", "quantitative", format="+.1f"), vega.tip("Numbers")],
        )
    )  # fmt: skip
    right = (
        vega.blank()
        .transform_filter("datum.z > 0")
        .mark_text(align="right", dx=-9, fontSize=12, color=NEUTRAL, aria=False)
    )
    left = (
        vega.blank()
        .transform_filter("datum.z <= 0")
        .mark_text(align="left", dx=9, fontSize=12, color=NEUTRAL, aria=False)
    )
    said = [m.encode(x=x, y=y, text=vega.field(alt.Text, "Label", "nominal")) for m in (left, right)]
    return vega.spec(vega.layers(band, zero, points, *said), 36 * len(names) + 50)


def path_spec(ticks: tuple[tuple[int, str], ...], days: int, unit: str) -> dict[str, Any]:
    x = vega.day_axis(ticks, days)
    y = vega.field(
        alt.Y, "Value", scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(title=unit, tickCount=5)
    )
    line = (
        vega.blank()
        .transform_filter("datum.Kind == 'Model'")
        .mark_line(strokeWidth=2.4, color=PATH, aria=False)
        .encode(x=x, y=y)
    )
    reach = (
        vega.blank()
        .transform_filter("datum.Kind == 'Hit' || datum.Kind == 'Miss'")
        .mark_rule(strokeWidth=2, color=POINT, aria=False)
        .encode(x=x, y=vega.field(alt.Y, "Low"), y2=alt.Y2(field="High"))
    )
    window = (
        vega.blank()
        .transform_filter("datum.Kind == 'Window'")
        .mark_rule(strokeWidth=2, color=POINT, opacity=0.7, aria=False)
        .encode(x=x, x2=alt.X2(field="Last"), y=y)
    )
    kinds = ["Hit", "Miss", "Nothing changes", "Left out"]
    shape = alt.Scale(domain=kinds, range=["circle", "diamond", "cross", "triangle-up"])
    colour = alt.Scale(domain=kinds, range=[POINT, POINT, NEUTRAL, LEFT_OUT])
    points = (
        vega.blank()
        .transform_filter("datum.Kind != 'Model' && datum.Kind != 'Window'")
        .mark_point(filled=True, size=100, opacity=1)
        .encode(
            x=x, y=y, shape=vega.field(alt.Shape, "Kind", "nominal", legend=None, scale=shape),
            color=vega.field(alt.Color, "Kind", "nominal", legend=None, scale=colour),
            tooltip=[vega.tip("Text"), vega.tip("Date")],
        )
    )  # fmt: skip
    over = (
        vega.blank()
        .transform_filter("datum.Kind == 'Model'")
        .mark_circle(opacity=0, size=90, aria=False)
        .encode(
            x=x,
            y=y,
            tooltip=[vega.tip("Date"), vega.tip("Value", "quantitative", format=",.1f", title="Model")],
        )
    )
    return vega.spec(vega.layers(line, window, reach, over, points), 210)


def yield_spec(names: Sequence[str], colours: Sequence[str], ticks: vega.Ticks, days: int) -> dict[str, Any]:
    x = vega.day_axis(ticks, days - 1)
    colour = vega.field(
        alt.Color, "Tenor", "nominal", legend=None, scale=alt.Scale(domain=list(names), range=list(colours))
    )
    axis = alt.Axis(title="Yield, %", tickCount=5)
    line = (
        vega.blank()
        .mark_line(strokeWidth=2, aria=False)
        .encode(x=x, y=vega.field(alt.Y, "Model", axis=axis, scale=alt.Scale(zero=False)), color=colour)
    )
    points = (
        vega.blank()
        .mark_point(size=26, opacity=0.9, strokeWidth=1.4)
        .encode(
            x=x, y=vega.field(alt.Y, "Data"), color=colour,
            tooltip=[vega.tip("Tenor"), vega.tip("Date"), *(vega.tip(n, "quantitative", format=".2f") for n in ("Model", "Data"))],
        )
    )  # fmt: skip
    return vega.spec(vega.layers(line, points), 260)
