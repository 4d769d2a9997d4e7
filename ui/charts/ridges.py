"""Distributions one above the other, on common bins."""

from __future__ import annotations

import json
import textwrap
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from policy.outcomes.summary import Summary
from ui.charts import vega
from ui.charts.figure import Style
from ui.charts.vega import NEUTRAL

BINS = 48


def profit_edges(summary: Summary) -> np.ndarray:
    low = min(float(np.quantile(o.profit, 0.002)) for o in summary.outcomes)
    high = max(float(np.quantile(o.profit, 0.998)) for o in summary.outcomes)
    reach = max(high - low, 1.0)
    step = _round_up(reach / (BINS - 4))
    start = np.floor(low / step) - 2
    return np.round(step * (start + np.arange(BINS + 1)), 6)


def _round_up(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m for m in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= value) * power)


@lru_cache(maxsize=64)
def ridge_spec(
    lines: tuple[Style, ...],
    reach: tuple[float, float],
    x_title: str = "Taxpayer's result after one year, $bn",
) -> dict[str, Any]:
    count = len(lines)
    labels = {str(count - 1 - k): textwrap.wrap(s.name, 16)[:3] for k, s in enumerate(lines)}
    axis = alt.Axis(
        values=list(range(count)), labelExpr=f"{json.dumps(labels)}[datum.value]", title=None, grid=False, ticks=False,
        domain=False, labelBaseline="bottom", labelLimit=130,
    )  # fmt: skip
    names, colours = [s.name for s in lines], [s.colour for s in lines]
    x_axis = alt.Axis(title=x_title, tickCount=6)
    x = vega.field(alt.X, "From", axis=x_axis, scale=alt.Scale(domain=list(reach), nice=False))
    y = vega.field(alt.Y, "Low", axis=axis, scale=alt.Scale(domain=[-0.12, count - 0.02], nice=False))
    opacity = alt.Scale(domain=["Worst 5%", "Other outcomes"], range=[1.0, 0.42])
    bars = (
        vega.blank()
        .transform_filter(alt.FieldOneOfPredicate(field="Kind", oneOf=["Worst 5%", "Other outcomes"]))
        .mark_rect(aria=False)
        .encode(
            x=x,
            x2=alt.X2(field="To"),
            y=y,
            y2=alt.Y2(field="High"),
            color=vega.colour(names, colours),
            opacity=vega.field(alt.Opacity, "Kind", "nominal", legend=None, scale=opacity),
            tooltip=[
                vega.tip("Policy"),
                vega.tip("Kind"),
                *vega.number_tips("From", "To", "Share"),
                vega.tip("Text"),
            ],
        )
    )
    marks = (
        vega.blank()
        .transform_filter(alt.FieldOneOfPredicate(field="Kind", oneOf=["Tail", "Mean"]))
        .mark_point(filled=True, size=110, opacity=1, yOffset=7, stroke="white", strokeWidth=0.8)
        .encode(
            x=x,
            y=y,
            color=vega.colour(names, colours),
            shape=vega.field(
                alt.Shape, "Kind", "nominal", legend=None,
                scale=alt.Scale(domain=["Tail", "Mean"], range=["triangle-down", "diamond"]),
            ),
            tooltip=[vega.tip("Policy"), vega.tip("Text")],
        )
    )  # fmt: skip
    base = vega.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(x=alt.XDatum(0))
    text = (
        vega.blank()
        .transform_filter("datum.Kind == 'Mean'")
        .mark_text(align="left", baseline="top", fontSize=12, color=NEUTRAL, aria=False, dx=4, dy=2)
        .encode(
            x=alt.XDatum(reach[0]),
            y=vega.field(alt.Y, "Lane"),
            yOffset=alt.value(0),
            text=vega.field(alt.Text, "Text", "nominal"),
        )
    )
    del text  # the figures stand in the tiles; a label in the plot would collide with the bars on a phone
    return vega.spec(vega.layers(bars, base, marks), 70 * count + 50)
