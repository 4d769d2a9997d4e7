"""What drives an outcome: one at a time, Morris screening and Sobol indices."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.vega import NEUTRAL

ALONE, WITH = "#1B83C9", "#B08900"
KEPT = "#1B83C9"


@lru_cache(maxsize=32)
def screening_spec(top: float, unit: str) -> dict[str, Any]:
    scale = alt.Scale(domain=[0, top], nice=False)
    x = vega.field(
        alt.X, "Strength", scale=scale, axis=alt.Axis(title=f"Mean absolute effect, {unit}", tickCount=5)
    )
    y = vega.field(
        alt.Y, "Spread", scale=scale, axis=alt.Axis(title=f"Spread of effects, {unit}", tickCount=5)
    )
    kinds = ["Kept", "Left out"]
    colour = vega.field(
        alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[KEPT, NEUTRAL])
    )
    tips = [
        vega.tip("Number"),
        vega.tip("Factor"),
        vega.tip("Text", title="Effect"),
        vega.tip("Sigma", title="Spread"),
        vega.tip("Kind"),
    ]
    equal = (
        vega.once()
        .mark_rule(color=NEUTRAL, strokeDash=[4, 3], aria=False)
        .encode(x=alt.XDatum(0), y=alt.YDatum(0), x2=alt.X2Datum(top), y2=alt.Y2Datum(top))
    )
    error = vega.blank().mark_rule(color=NEUTRAL, opacity=0.7, aria=False).encode(x=vega.field(alt.X, "From", scale=scale), x2=alt.X2(field="To"), y=y)  # fmt: skip
    points = (
        vega.blank()
        .mark_point(size=110, filled=True, opacity=1, aria=False)
        .encode(
            x=x, y=y, color=colour, tooltip=tips,
            shape=vega.field(alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
        )
    )  # fmt: skip
    labels = (
        vega.blank()
        .mark_text(dx=9, dy=-8, fontSize=12, fontWeight=600, color=NEUTRAL, aria=False)
        .encode(x=x, y=y, text=vega.field(alt.Text, "Number", "nominal"))
    )
    return vega.spec(vega.layers(equal, error, points, labels), 380)


@lru_cache(maxsize=32)
def indices_spec(names: tuple[str, ...], reach: tuple[float, float]) -> dict[str, Any]:
    kinds = ["Alone", "In all"]
    labels = {n: vega.wrapped(n, 21, 3) for n in names}
    y = vega.field(alt.Y, "Factor", "nominal", sort=list(names), axis=vega.lanes(labels, 150), scale=alt.Scale(domain=list(names), paddingInner=0.25))  # fmt: skip
    offset = vega.field(alt.YOffset, "Kind", "nominal", sort=kinds, scale=alt.Scale(domain=kinds))
    scale = alt.Scale(domain=list(reach), nice=False)
    axis = alt.Axis(title="Share of the variance, %", values=[0, 20, 40, 60, 80, 100])
    bars = (
        vega.blank()
        .mark_bar(cornerRadius=2)
        .encode(
            y=y, yOffset=offset, x=vega.field(alt.X, "Value", axis=axis, scale=scale, stack=None),
            color=vega.field(alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[ALONE, WITH])),
            tooltip=[vega.tip("Factor"), vega.tip("Kind"), vega.tip("Text", title="Share")],
        )
    )  # fmt: skip
    error = (
        vega.blank()
        .mark_rule(color=NEUTRAL, strokeWidth=1.4, aria=False)
        .encode(y=y, yOffset=offset, x=vega.field(alt.X, "From"), x2=alt.X2(field="To"))
    )
    text = (
        vega.blank()
        .mark_text(align="left", dx=5, fontSize=11, color=NEUTRAL, aria=False)
        .encode(y=y, yOffset=offset, x=vega.field(alt.X, "To"), text=vega.field(alt.Text, "Text", "nominal"))
    )
    zero = vega.once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    return vega.spec(vega.layers(bars, error, zero, text), 46 * len(names) + 50)


LOW, HIGH = "#1B83C9", "#D55E00"


@lru_cache(maxsize=32)
def tornado_spec(names: tuple[str, ...], reach: tuple[float, float], x_title: str) -> dict[str, Any]:
    ends = ["Low end", "High end"]
    labels = {n: vega.wrapped(n, 21, 3) for n in names}
    y = vega.field(alt.Y, "Factor", "nominal", sort=list(names), axis=vega.lanes(labels, 150), scale=alt.Scale(domain=list(names), paddingInner=0.25))  # fmt: skip
    offset = vega.field(alt.YOffset, "End", "nominal", sort=ends, scale=alt.Scale(domain=ends))
    scale = alt.Scale(domain=list(reach), nice=False)
    x = vega.field(alt.X, "Change", axis=alt.Axis(title=x_title, tickCount=5), scale=scale, stack=None)
    colour = vega.field(
        alt.Color, "End", "nominal", legend=None, scale=alt.Scale(domain=ends, range=[LOW, HIGH])
    )
    tips = [
        vega.tip("Factor"),
        vega.tip("End"),
        vega.tip("Full value", title="Set to"),
        vega.tip("Text", title="Change"),
    ]
    bars = vega.blank().mark_bar(cornerRadius=2).encode(y=y, yOffset=offset, x=x, color=colour, tooltip=tips)
    error = (
        vega.blank()
        .mark_rule(color=NEUTRAL, strokeWidth=1.2, aria=False)
        .encode(y=y, yOffset=offset, x=vega.field(alt.X, "From"), x2=alt.X2(field="To"))
    )
    texts = [
        vega.blank()
        .transform_filter(test)
        .mark_text(align=align, dx=dx, fontSize=11, color=NEUTRAL, aria=False)
        .encode(y=y, yOffset=offset, x=vega.field(alt.X, edge), text=vega.field(alt.Text, "Value", "nominal"))
        for test, align, dx, edge in (
            ("datum.Change >= 0", "left", 4, "Right"),
            ("datum.Change < 0", "right", -4, "Left"),
        )
    ]
    zero = vega.once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    return vega.spec(vega.layers(bars, error, zero, *texts), 46 * len(names) + 50)
