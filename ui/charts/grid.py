"""A map of cells over two levers: winners in colour and letters, or a heat map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.vega import NEUTRAL

INK, PAPER = "#10171F", "#FFFFFF"
TALL = 460
CHOSEN = "map_cell"  # name of the selection of a clicked cell


@dataclass(frozen=True)
class Plane:
    """The two axes: titles with units, names for tooltips, and from where to where."""

    titles: tuple[str, str]
    names: tuple[str, str]
    reaches: tuple[tuple[float, float], tuple[float, float]]

    @property
    def axes(self) -> tuple[alt.X, alt.Y]:
        made = [
            {
                "axis": alt.Axis(title=title, grid=False, tickCount=6, labelFlush=True),
                "scale": alt.Scale(domain=list(reach), nice=False, zero=False),
            }
            for title, reach in zip(self.titles, self.reaches, strict=True)
        ]
        return vega.field(alt.X, "x", **made[0]), vega.field(alt.Y, "y", **made[1])

    @property
    def tips(self) -> list[alt.Tooltip]:
        return [vega.tip(f"At {way}", title=name) for way, name in zip("xy", self.names, strict=True)]


def _only(what: str) -> alt.Chart:
    return vega.blank().transform_filter(alt.FieldEqualPredicate(field="What", equal=what))


@lru_cache(maxsize=32)
def winner_spec(
    plane: Plane, names: tuple[str, ...], colours: tuple[str, ...], clickable: bool
) -> dict[str, Any]:
    x, y = plane.axes
    ends = {"x": x, "x2": alt.X2(field="x2"), "y": y, "y2": alt.Y2(field="y2")}
    cells = (
        _only("cell")
        .mark_rect(aria=False, cursor="pointer" if clickable else "default")
        .encode(
            **ends,
            color=vega.field(
                alt.Color, "Winner", "nominal", legend=None, scale=alt.Scale(domain=list(names), range=list(colours))
            ),
            opacity=vega.field(alt.Opacity, "Strength", scale=None, legend=None),
            tooltip=[vega.tip("Winner", title="Best"), vega.tip("Lead"), vega.tip("Second"), *plane.tips],
        )
    )  # fmt: skip
    lines = _only("outline").mark_rule(color=NEUTRAL, strokeWidth=1.8, aria=False).encode(**ends)
    dots = (
        _only("noise")
        .mark_point(filled=True, size=11, color=INK, stroke=PAPER, strokeWidth=0.7, opacity=0.85, aria=False)
        .encode(x=x, y=y)
    )
    text = {"x": x, "y": y, "text": vega.field(alt.Text, "Text", "nominal")}
    halo = {"fontSize": 19, "fontWeight": 700, "aria": False, "tooltip": None}
    letters = [
        _only("letter").mark_text(**halo, stroke=PAPER, strokeWidth=4.5, strokeJoin="round", color=PAPER).encode(**text),
        _only("letter").mark_text(**halo, color=INK).encode(**text),
    ]  # fmt: skip
    spot = (
        _only("here")
        .mark_point(shape="diamond", size=150, filled=True, color=INK, stroke=PAPER, strokeWidth=2, opacity=1, aria=False)
        .encode(x=x, y=y, tooltip=[vega.tip("Text", title="◆")])
    )  # fmt: skip
    frames = [
        _only("chosen").mark_rect(filled=False, stroke=c, strokeWidth=w, aria=False).encode(**ends)
        for c, w in ((PAPER, 4.5), (INK, 2))
    ]
    spec = vega.spec(vega.layers(cells, lines, dots, *letters, *frames, spot), TALL)
    if clickable:
        spec["layer"][0]["params"] = [
            {"name": CHOSEN, "select": {"type": "point", "fields": ["i", "j"], "on": "click", "clear": False}}
        ]
        spec["layer"][0]["name"] = "cells"
    return spec


@lru_cache(maxsize=32)
def heat_spec(
    plane: Plane, what: str, unit: str, colours: tuple[str, ...], reach: tuple[float, float]
) -> dict[str, Any]:
    x, y = plane.axes
    ends = {"x": x, "x2": alt.X2(field="x2"), "y": y, "y2": alt.Y2(field="y2")}
    legend = alt.Legend(title=unit, orient="bottom", gradientLength=220, gradientThickness=12, tickCount=5)
    cells = (
        _only("cell")
        .mark_rect(aria=False)
        .encode(
            **ends,
            color=vega.field(
                alt.Color,
                "Value",
                legend=legend,
                scale=alt.Scale(domain=list(reach), range=list(colours), nice=False),
            ),
            tooltip=[vega.tip("Text", title=what), *plane.tips],
        )
    )
    lines = _only("contour").mark_rule(color=INK, strokeWidth=1.3, opacity=0.8, aria=False).encode(**ends)
    text = {"x": x, "y": y, "text": vega.field(alt.Text, "Text", "nominal")}
    about = {"fontSize": 12, "fontWeight": 600, "aria": False, "tooltip": None}
    labels = [
        _only("level").mark_text(**about, stroke=PAPER, strokeWidth=3.5, color=PAPER).encode(**text),
        _only("level").mark_text(**about, color=INK).encode(**text),
    ]
    spot = (
        _only("here")
        .mark_point(shape="diamond", size=150, filled=True, color=INK, stroke=PAPER, strokeWidth=2, opacity=1, aria=False)
        .encode(x=x, y=y, tooltip=[vega.tip("Text", title="◆")])
    )  # fmt: skip
    return vega.spec(vega.layers(cells, lines, *labels, spot), TALL)
