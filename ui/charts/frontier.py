"""Designs as points of two outcomes, the frontier among them, and how they fare once leverage responds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.vega import NEUTRAL

FRONT, YOURS, NOISE_COLOUR = "#1B83C9", "#D55E00", "#B08900"
KINDS = ("On the frontier", "Within noise of it", "Beaten", "Your design")
COLOURS = (FRONT, NOISE_COLOUR, NEUTRAL, YOURS)
SHAPES = ("circle", "square", "cross", "diamond")
PICK = "pick"


@lru_cache(maxsize=32)
def frontier_spec(x_title: str, y_title: str, third: str) -> dict[str, Any]:
    scale = alt.Scale(zero=False, nice=True, padding=14)
    x = vega.field(alt.X, "X", axis=alt.Axis(title=x_title, tickCount=6), scale=scale)
    y = vega.field(alt.Y, "Y", axis=alt.Axis(title=y_title, tickCount=6), scale=scale)
    kinds = list(KINDS)
    colour = vega.field(
        alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=list(COLOURS))
    )
    shape = vega.field(
        alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=list(SHAPES))
    )
    size: Any = (
        vega.field(alt.Size, "Third", legend=None, scale=alt.Scale(range=[40, 320], zero=False))
        if third
        else alt.Size(condition=[{"test": "datum.Kind == 'Your design'", "value": 260}, {"test": "datum.Kind == 'Beaten'", "value": 45}], value=95)
    )  # fmt: skip
    line = (
        vega.blank()
        .transform_filter(f"datum.Status == '{KINDS[0]}'")
        .mark_line(color=FRONT, strokeWidth=1.4, opacity=0.55, interpolate="step-after", aria=False)
        .encode(x=x, y=y, order=vega.field(alt.Order, "X"))
    )
    points = (
        vega.blank()
        .mark_point(filled=True, opacity=0.95, aria=False, cursor="pointer")
        .encode(
            x=x, y=y, color=colour, shape=shape, size=size,
            tooltip=[vega.tip("Name", title="Design"), vega.tip("Settings"), vega.tip("Outcomes"), vega.tip("Status")],
        )
        .add_params(alt.selection_point(name=PICK, fields=["Design"]))
    )  # fmt: skip
    ring = (
        vega.blank()
        .transform_filter("datum.Chosen")
        .mark_point(filled=False, size=420, strokeWidth=2.2, color=FRONT, aria=False)
        .encode(x=x, y=y)
    )
    label = (
        vega.blank()
        .transform_filter("datum.Design == 0")
        .mark_text(dy=-16, fontSize=12, fontWeight=600, color=YOURS, aria=False)
        .encode(x=x, y=y, text=vega.field(alt.Text, "Name", "nominal"))
    )
    layers = (points, ring, label) if third else (line, points, ring, label)
    return vega.spec(vega.layers(*layers), 430)


@lru_cache(maxsize=8)
def response_spec(y_title: str) -> dict[str, Any]:
    scale = alt.Scale(zero=False, nice=True, padding=16)
    x = vega.field(
        alt.X, "Loss", scale=scale, axis=alt.Axis(title="Moral-hazard loss, $m a year", tickCount=5)
    )
    y = vega.field(alt.Y, "Y", scale=scale, axis=alt.Axis(title=y_title, tickCount=5))
    kinds = [KINDS[0], KINDS[3]]
    points = (
        vega.blank()
        .mark_point(filled=True, size=130, opacity=1, aria=False)
        .encode(
            x=x, y=y,
            color=vega.field(alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[FRONT, YOURS])),
            shape=vega.field(alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
            tooltip=[vega.tip("Name", title="Design"), vega.tip("Settings"), vega.tip("Text", title="Moral-hazard loss")],
        )
    )  # fmt: skip
    error = vega.blank().mark_rule(color=NEUTRAL, aria=False).encode(x=vega.field(alt.X, "From", scale=scale), x2=alt.X2(field="To"), y=y)  # fmt: skip
    labels = [
        vega.blank()
        .transform_filter(test)
        .mark_text(dy=dy, fontSize=12, color=colour, aria=False)
        .encode(x=x, y=y, text=vega.field(alt.Text, "Short", "nominal"))
        for test, dy, colour in (
            (f"datum.Kind == '{KINDS[0]}'", -13, NEUTRAL),
            (f"datum.Kind == '{KINDS[3]}'", 17, YOURS),
        )
    ]
    return vega.spec(vega.layers(error, points, *labels), 320)
