"""Curves of the game: best replies with their crossings, and outcomes over reserve discounts."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from ui.charts import vega
from ui.charts.figure import Style
from ui.charts.vega import NEUTRAL

# How a crossing is drawn: what it is, shape, and the shape's place among those of the legend.
CROSSINGS = (("Counts", "diamond", 3), ("Further equilibrium", "circle", 0), ("Rejected", "cross", 6))


def reply_spec(style: Style, ends: tuple[float, float], reach: tuple[float, float]) -> dict[str, Any]:
    x = vega.field(
        alt.X, "Everyone", scale=alt.Scale(domain=[np.floor(10 * ends[0]) / 10, reach[1]], nice=False),
        axis=alt.Axis(title="Everyone's leverage", tickCount=4, grid=False),
    )  # fmt: skip
    y = vega.field(
        alt.Y, "Own", scale=alt.Scale(domain=list(reach), nice=False),
        axis=alt.Axis(title="One fund's best reply", tickCount=5),
    )  # fmt: skip
    line = (
        vega.blank()
        .transform_filter("datum.Kind == 'Best reply'")
        .mark_line(color=style.colour, strokeWidth=2.6, aria=False)
        .encode(x=x, y=y, detail=vega.field(alt.Detail, "Piece", "nominal"))
    )
    hover = (
        vega.blank()
        .transform_filter("datum.Kind == 'Best reply'")
        .mark_circle(opacity=0, size=80, aria=False)
        .encode(x=x, y=y, tooltip=[vega.tip("Everyone", "quantitative", format=".2f"), vega.tip("Own", "quantitative", format=".2f", title="Best reply")])
    )  # fmt: skip
    ends_row = [{"Everyone": float(np.floor(10 * ends[0]) / 10), "Own": float(np.floor(10 * ends[0]) / 10)},
                {"Everyone": reach[1], "Own": reach[1]}]  # fmt: skip
    diagonal = (
        alt.Chart(alt.InlineData(values=ends_row))
        .mark_line(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.4, aria=False)
        .encode(x=x, y=y)
    )
    names = [name for name, _, _ in CROSSINGS]
    points = (
        vega.blank()
        .transform_filter("datum.Kind != 'Best reply'")
        .mark_point(filled=True, size=150, opacity=1, color=style.colour, stroke="white", strokeWidth=1)
        .encode(
            x=x, y=y,
            shape=vega.field(alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=names, range=[s for _, s, _ in CROSSINGS])),
            tooltip=[vega.tip("Text", title="Crossing")],
        )
    )  # fmt: skip
    layers = [diagonal, line, hover, points]
    for right in (1, 0):
        layers.append(
            vega.blank()
            .transform_filter(f"datum.Kind != 'Best reply' && datum.Right == {right}")
            .mark_text(
                align="left" if right else "right", baseline="top" if right else "bottom", dx=8 if right else -6,
                dy=6 if right else -8, fontSize=12, color=NEUTRAL, aria=False,
            )
            .encode(x=x, y=y, text=vega.field(alt.Text, "Text", "nominal"))
        )  # fmt: skip
    return vega.spec(vega.layers(*layers), 250)


def curve_spec(colour: str, title: str, discounts: tuple[float, ...]) -> dict[str, Any]:
    x = vega.field(
        alt.X, "Reserve",
        scale=alt.Scale(type="sqrt", domain=[0, 1.04 * max(discounts)], nice=False),
        axis=alt.Axis(title="Reserve discount, points per 100", values=list(discounts), format="~g", grid=False, labelOverlap=True),
    )  # fmt: skip
    scale = alt.Scale(zero=False, nice=True)
    rules = (
        vega.blank()
        .mark_rule(color=colour, strokeWidth=2, aria=False)
        .encode(x=x, y=vega.field(alt.Y, "Low", scale=scale, axis=alt.Axis(title=title, tickCount=5)), y2=alt.Y2(field="High"))
    )  # fmt: skip
    line = (
        vega.blank()
        .mark_line(color=colour, strokeWidth=2, aria=False)
        .encode(x=x, y=vega.field(alt.Y, "Value"))
    )
    dots = (
        vega.blank()
        .mark_point(filled=True, size=80, opacity=1, color=colour)
        .encode(
            x=x,
            y=vega.field(alt.Y, "Value"),
            tooltip=[
                vega.tip("Reserve", "quantitative", title="Reserve discount"),
                vega.tip("Text", title=title),
            ],
        )
    )
    return vega.spec(vega.layers(rules, line, dots), 230)
