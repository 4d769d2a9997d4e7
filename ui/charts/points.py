"""Points with 95% intervals, in lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from policy.leverage import who_pays as engine
from ui.charts import vega
from ui.charts.vega import NEUTRAL

SURE = 1.96
Mark = tuple[str, str, str]  # name, colour, shape


def points(
    labels: Mapping[str, Sequence[str]], marks: Sequence[Mark], x_title: str, tall: int, apart: bool
) -> dict[str, Any]:
    """Points with 95% intervals, one lane per policy. Columns of the frame: Policy, Series, Value, Low, High, Text."""
    names, series = list(labels), [m[0] for m in marks]
    y = vega.field(
        alt.Y, "Policy", "nominal", sort=names, axis=vega.lanes(labels), scale=alt.Scale(domain=names)
    )
    x = vega.field(
        alt.X, "Low", scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(title=x_title, tickCount=5)
    )
    colour = vega.field(
        alt.Color,
        "Series",
        "nominal",
        legend=None,
        scale=alt.Scale(domain=series, range=[m[1] for m in marks]),
    )
    shape = vega.field(
        alt.Shape,
        "Series",
        "nominal",
        legend=None,
        scale=alt.Scale(domain=series, range=[m[2] for m in marks]),
    )
    more: dict[str, Any] = {}
    if apart:
        more["yOffset"] = vega.field(
            alt.YOffset, "Series", "nominal", sort=series, scale=alt.Scale(domain=series, paddingOuter=0.7)
        )
    rules = (
        vega.blank()
        .mark_rule(strokeWidth=2.4, aria=False)
        .encode(y=y, x=x, x2=alt.X2(field="High"), color=colour, **more)
    )
    drawn = (
        vega.blank()
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            y=y, x=vega.field(alt.X, "Value"), color=colour, shape=shape, **more,
            tooltip=[vega.tip("Policy"), vega.tip("Series"), vega.tip("Text", title="Value")],
        )
    )  # fmt: skip
    zero = vega.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(x=alt.XDatum(0))
    return vega.spec(vega.layers(zero, rules, drawn), tall * len(names) + 50)


def point_row(name: str, series: str, figure: engine.Figure, times: float, text: str) -> tuple[Any, ...]:
    value, error = times * figure.value, SURE * times * figure.se
    return (name, series, value, value - error, value + error, text)


POINT_COLUMNS = ["Policy", "Series", "Value", "Low", "High", "Text"]
