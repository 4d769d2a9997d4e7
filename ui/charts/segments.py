"""Ranges of a weight in which each run is first."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from policy.ranking.criteria import CRITERIA, MOST
from ui.charts import vega
from ui.charts.vega import NEUTRAL

INK = "#10171F"  # reads on every run's colour


@lru_cache(maxsize=64)
def segment_spec(names: tuple[str, ...], colours: tuple[str, ...]) -> dict[str, Any]:
    lanes = {c.metric.brief: vega.wrapped(c.metric.brief, 18) for c in CRITERIA}
    order = list(lanes)
    lane = vega.field(
        alt.Y, "Criterion", "nominal", sort=order, axis=vega.lanes(lanes), scale=alt.Scale(domain=order)
    )
    axis = alt.Axis(title="Weight of the criterion", tickCount=5, grid=False)
    x = vega.field(alt.X, "From", axis=axis, scale=alt.Scale(domain=[0, MOST], nice=False))
    bars = (
        vega.blank()
        .mark_bar(height={"band": 0.72})
        .encode(
            y=lane, x=x, x2=alt.X2(field="To"), color=vega.colour(names, colours, "Run"),
            tooltip=[vega.tip("Criterion"), vega.tip("Run"), *(vega.tip(f, "quantitative", format=".2f") for f in ("From", "To"))],
        )
    )  # fmt: skip
    numbers = (
        vega.blank()
        .mark_text(color=INK, fontSize=13, fontWeight=600, align="left", dx=6, aria=False)
        .encode(y=lane, x=vega.field(alt.X, "From"), text=vega.field(alt.Text, "Place", "nominal"))
        .transform_filter("datum.To - datum.From > 0.6")
    )
    now = (
        vega.blank()
        .mark_tick(color=INK, thickness=3, size=24, aria=False)
        .encode(y=lane, x=vega.field(alt.X, "Now"))
        .transform_filter("datum.From <= datum.Now && datum.Now <= datum.To")
    )
    halo = (
        vega.blank()
        .mark_tick(color="white", thickness=5, size=24, aria=False)
        .encode(y=lane, x=vega.field(alt.X, "Now"))
        .transform_filter("datum.From <= datum.Now && datum.Now <= datum.To")
    )
    zero = vega.blank().mark_point(opacity=0, aria=False, color=NEUTRAL).encode(x=x)
    return vega.spec(vega.layers(bars, numbers, halo, now, zero), 32 * len(CRITERIA) + 40)
