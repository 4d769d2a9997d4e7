"""Bars: stacked by part, and signed bars from zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.vega import NEUTRAL, blank, field, lanes, layers, once, spec, tip


def bars(
    labels: Mapping[str, Sequence[str]], parts: Sequence[str], colours: Sequence[str], x_title: str,
    lane: str, part: str, tall: int = 38,
) -> dict[str, Any]:  # fmt: skip
    """Signed bars stacked from zero, one lane per name. Columns of the frame: `lane`, `part`, Value, Rank, Text."""
    names = list(labels)
    drawn = (
        blank()
        .mark_bar(cornerRadius=2, height={"band": 0.66})
        .encode(
            y=field(alt.Y, lane, "nominal", sort=names, axis=lanes(labels), scale=alt.Scale(domain=names)),
            x=field(alt.X, "Value", axis=alt.Axis(title=x_title, tickCount=5), stack="zero"),
            color=field(
                alt.Color, part, "nominal", legend=None,
                scale=alt.Scale(domain=list(parts), range=list(colours)),
            ),
            order=field(alt.Order, "Rank"),
            tooltip=[tip(lane), tip(part), tip("Text", title="Amount")],
        )
    )  # fmt: skip
    zero = once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    return spec(layers(drawn, zero), tall * len(names) + 50)


@lru_cache(maxsize=64)
def bar_spec(
    names: tuple[str, ...], segments: tuple[str, ...], colours: tuple[str, ...], x_title: str, mark: str,
) -> dict[str, Any]:  # fmt: skip
    bars = (
        vega.blank()
        .mark_bar(cornerRadius=2, height={"band": 0.62})
        .encode(
            y=vega.field(alt.Y, "Policy", "nominal", sort=list(names), axis=vega.lanes({n: vega.wrapped(n, 16) for n in names})),
            x=vega.field(alt.X, "Value", axis=alt.Axis(title=x_title, tickCount=5), stack="zero"),
            color=vega.field(
                alt.Color, "Part", "nominal", legend=None,
                scale=alt.Scale(domain=list(segments), range=list(colours)),
            ),
            order=vega.field(alt.Order, "Rank"),
            tooltip=[vega.tip("Policy"), vega.tip("Part"), vega.tip("Value", "quantitative", format=",.2f", title=x_title)],
        )
    )  # fmt: skip
    totals = (
        vega.blank()
        .mark_text(align="left", dx=6, fontSize=13, color=NEUTRAL, aria=False)
        .encode(
            y=vega.field(
                alt.Y,
                "Policy",
                "nominal",
                sort=list(names),
                axis=vega.lanes({n: vega.wrapped(n, 16) for n in names}),
            ),
            x=vega.field(alt.X, "End"),
            text=vega.field(alt.Text, mark, "nominal"),
        )
        .transform_filter("datum.Rank == 0")
    )
    room = vega.blank().mark_point(opacity=0, aria=False).encode(x=vega.field(alt.X, "Room"))
    return vega.spec(vega.layers(bars, totals, room), 44 * len(names) + 50)


def shade(colour: str, pale: int) -> str:
    """The colour, or a see-through one of the same hue that works on both themes."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.4)" if pale else colour
