"""What happened when: Treasury auctions and milestones on the calendar."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.figure import Style
from ui.charts.vega import NEUTRAL

MILESTONES = {
    "Scenario event": ("circle", NEUTRAL),
    "Policy starts": ("triangle-right", "#1B83C9"),
    "First outright purchase": ("square", "#D55E00"),
    "First repo lent": ("diamond", "#6F63C7"),
    "First auction purchase": ("square", "#009E73"),
    "First forced sale": ("triangle-down", "#C2456B"),
    "First fund fails": ("cross", "#A67C00"),
}


@lru_cache(maxsize=64)
def issues_spec(lines: tuple[Style, ...], dates: tuple[str, ...], top: float) -> dict[str, Any]:
    names = [s.name for s in lines]
    x = vega.field(
        alt.X, "Auction", "nominal", sort=list(dates), axis=alt.Axis(title=None, labelAngle=0, labelLimit=220)
    )
    offset = vega.field(
        alt.XOffset, "Policy", "nominal", sort=names, scale=alt.Scale(domain=names, padding=0.6)
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    colour = vega.colour(names, [s.colour for s in lines])
    ranges = (
        vega.blank()
        .mark_rule(strokeWidth=2, aria=False)
        .encode(
            x=x,
            xOffset=offset,
            y=vega.field(alt.Y, "5%", scale=scale, axis=alt.Axis(title="Dealer award, % of issue")),
            y2=alt.Y2(field="95%"),
            color=colour,
        )
    )
    points = (
        vega.blank()
        .mark_point(filled=True, size=90, opacity=1, aria=False)
        .encode(
            x=x, xOffset=offset, y=vega.field(alt.Y, "Median"), color=colour,
            shape=vega.field(alt.Shape, "Policy", "nominal", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=None),
            tooltip=[vega.tip("Policy"), vega.tip("Auction"), *vega.number_tips("Median", "5%", "95%", "Tail, bp", "Near failure, % of paths")],
        )
    )  # fmt: skip
    failing = vega.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(y=alt.YDatum(40))
    label = (
        vega.once()
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=NEUTRAL, fontSize=12, aria=False, text="40%: close to failing")
        .encode(x=alt.value(0), y=alt.YDatum(40))
    )  # fmt: skip
    return vega.spec(vega.layers(ranges, points, failing, label), 260)


SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)


@lru_cache(maxsize=64)
def timeline_spec(
    lanes: tuple[str, ...], found: tuple[str, ...], ticks: vega.Ticks, days: int
) -> dict[str, Any]:
    y = vega.field(
        alt.Y,
        "Policy",
        "nominal",
        sort=list(lanes),
        axis=vega.lanes({n: vega.wrapped(n, 16) for n in lanes}),
        scale=alt.Scale(domain=list(lanes)),
    )
    offset = vega.field(
        alt.YOffset,
        "Event",
        "nominal",
        sort=list(found),
        scale=alt.Scale(domain=list(found), paddingOuter=0.4),
    )
    x = vega.day_axis(ticks, days)
    shapes = [MILESTONES[kind][0] for kind in found]
    lines = (
        vega.blank()
        .mark_rule(color=NEUTRAL, opacity=0.25, aria=False)
        .encode(y=y, x=alt.XDatum(0), x2=alt.X2Datum(days))
    )
    points = (
        vega.blank()
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            x=x,
            y=y,
            yOffset=offset,
            shape=vega.field(
                alt.Shape, "Event", "nominal", legend=None, scale=alt.Scale(domain=list(found), range=shapes)
            ),
            color=vega.colour(found, [MILESTONES[kind][1] for kind in found], "Event"),
            tooltip=[vega.tip("Policy"), vega.tip("Event"), vega.tip("Date"), vega.tip("Text")],
        )
    )
    return vega.spec(vega.layers(lines, points), 62 * len(lanes) + 40)
