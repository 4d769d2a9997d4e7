"""Shares of draws in which each policy is best."""

from __future__ import annotations

from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.figure import Style


def share_spec(outcomes: tuple[str, ...], lines: tuple[Style, ...]) -> dict[str, Any]:
    labels = {name: vega.wrapped(name, 17, 3) for name in outcomes}
    x = alt.Axis(title="Best in this share of draws, %", values=[0, 25, 50, 75, 100])
    drawn = (
        vega.blank()
        .mark_bar(height={"band": 0.66}, stroke="white", strokeWidth=0.6)
        .encode(
            y=vega.field(
                alt.Y, "Outcome", "nominal", sort=list(outcomes), axis=vega.lanes(labels),
                scale=alt.Scale(domain=list(outcomes)),
            ),
            x=vega.field(alt.X, "Value", axis=x, stack="zero", scale=alt.Scale(domain=[0, 100])),
            color=vega.field(
                alt.Color, "Policy", "nominal", legend=None,
                scale=alt.Scale(domain=[s.name for s in lines], range=[s.colour for s in lines]),
            ),
            order=vega.field(alt.Order, "Rank"),
            tooltip=[vega.tip("Outcome"), vega.tip("Policy"), vega.tip("Text", title="Best in")],
        )
    )  # fmt: skip
    return vega.spec(vega.layers(drawn), 46 * len(outcomes) + 50)
