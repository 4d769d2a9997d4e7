"""One policy's distribution of results."""

from __future__ import annotations

from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.figure import Style
from ui.charts.vega import NEUTRAL

WORST, OTHER = "Worst 5%", "Other outcomes"


def own_spec(style: Style, reach: tuple[float, float], x_title: str) -> dict[str, Any]:
    x = vega.field(
        alt.X, "From", axis=alt.Axis(title=x_title, tickCount=4, grid=False),
        scale=alt.Scale(domain=list(reach), nice=False, zero=False),
    )  # fmt: skip
    y = vega.field(alt.Y, "Low", axis=None, scale=alt.Scale(domain=[-0.1, 0.8], nice=False))
    opacity = alt.Scale(domain=[WORST, OTHER], range=[1.0, 0.42])
    bars = (
        vega.blank()
        .transform_filter(alt.FieldOneOfPredicate(field="Kind", oneOf=[WORST, OTHER]))
        .mark_rect(color=style.colour, aria=False)
        .encode(
            x=x, x2=alt.X2(field="To"), y=y, y2=alt.Y2(field="High"),
            opacity=vega.field(alt.Opacity, "Kind", "nominal", legend=None, scale=opacity),
            tooltip=[vega.tip("Policy"), vega.tip("Kind"), *vega.number_tips("From", "To", "Share"), vega.tip("Text")],
        )
    )  # fmt: skip
    marks = (
        vega.blank()
        .transform_filter(alt.FieldOneOfPredicate(field="Kind", oneOf=["Tail", "Mean"]))
        .mark_point(filled=True, size=110, opacity=1, yOffset=8, stroke="white", strokeWidth=0.8, color=style.colour)
        .encode(
            x=x, y=y, tooltip=[vega.tip("Policy"), vega.tip("Text")],
            shape=vega.field(
                alt.Shape, "Kind", "nominal", legend=None,
                scale=alt.Scale(domain=["Tail", "Mean"], range=["triangle-down", "diamond"]),
            ),
        )
    )  # fmt: skip
    layers = [bars, marks]
    if reach[0] < 0 < reach[1]:
        layers.insert(
            1, vega.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(x=alt.XDatum(0))
        )
    return vega.spec(vega.layers(*layers), 190)
