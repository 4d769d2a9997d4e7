"""Pieces of Vega-Lite specifications that all charts share: axes, colours, tooltips, lanes of names."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

NEUTRAL = "#868E99"
Ticks = tuple[tuple[int, str], ...]


def spec(chart: alt.LayerChart | alt.Chart, height: int) -> dict[str, Any]:
    """Plain Vega-Lite without the frame's data and without altair's own theme."""
    made = chart.properties(height=height).to_dict(validate=False)
    own = made.pop("datasets", {})
    for layer in made.get("layer", []):
        name = layer.get("data", {}).get("name")
        if name in own:
            layer["data"] = {"values": own[name]}
    for key in ("config", "$schema", "data"):
        made.pop(key, None)
    return made


def layers(*drawn: alt.Chart) -> alt.LayerChart:
    """Layers over the frame, which the specification names `rows`."""
    return alt.layer(*drawn, data=alt.NamedData("rows"))


def blank() -> alt.Chart:
    """A layer over the frame."""
    return alt.Chart()


def once() -> alt.Chart:
    """A layer with one row of its own, for marks that depend on no data."""
    return alt.Chart(alt.InlineData(values=[{}]))


def field(channel: Any, name: str, kind: str = "quantitative", **more: Any) -> Any:
    """A channel over a column, whatever characters its name has."""
    return channel(field=name, type=kind, **more)


def ticks(calendar: Sequence[dt.date], steps: int = 4) -> Ticks:
    """A few dates on the axis of days."""
    days = len(calendar) - 1
    step = max(1, round(days / steps))
    return tuple((d, f"{calendar[d].day} {calendar[d]:%b}") for d in range(0, days + 1, step))


def day_axis(marked: Ticks, days: int) -> alt.X:
    """The axis of days with its dates."""
    axis = alt.Axis(
        values=[d for d, _ in marked],
        labelExpr=f"{json.dumps({str(d): text for d, text in marked})}[datum.value]",
        title=None,
        grid=False,
        labelOverlap=True,
        labelFlush=False,
    )
    return field(alt.X, "Day", axis=axis, scale=alt.Scale(domain=[0, days], nice=False, zero=False))


def colour(names: Sequence[str], colours: Sequence[str], column: str = "Policy") -> alt.Color:
    """A colour for each name."""
    scale = alt.Scale(domain=list(names), range=list(colours))
    return field(alt.Color, column, "nominal", legend=None, scale=scale)


def dash(names: Sequence[str], dashes: Sequence[tuple[int, ...]], column: str = "Policy") -> alt.StrokeDash:
    """A line pattern for each name."""
    scale = alt.Scale(domain=list(names), range=[list(d) for d in dashes])
    return field(alt.StrokeDash, column, "nominal", legend=None, scale=scale)


def tip(column: str, kind: str = "nominal", **more: Any) -> alt.Tooltip:
    """A line of a tooltip."""
    return field(alt.Tooltip, column, kind, **more)


def number_tips(*columns: str) -> list[alt.Tooltip]:
    """Lines with numbers to one decimal."""
    return [tip(c, "quantitative", format=",.1f") for c in columns]


def lanes(labels: Mapping[str, Sequence[str]], width: int = 130) -> alt.Axis:
    """An axis of names with their own lines of text."""
    return alt.Axis(
        labelExpr=f"{json.dumps({k: list(v) for k, v in labels.items()})}[datum.value]", title=None, grid=False,
        ticks=False, domain=False, labelLimit=width, labelOverlap=False,
    )  # fmt: skip


def wrapped(name: str, width: int, most: int = 3) -> list[str]:
    """A name in lines."""
    return textwrap.wrap(name, width)[:most] or [name]
