"""Charts drawn by Vega-Lite, on the screen and in pictures: the only place that knows its specifications.

A specification holds names, colours and axes, the frame the numbers. So a new result changes data alone, and a browser
redraws without building the chart again. Columns: `What` says which layer a row belongs to, `x`, `x2`, `y`, `y2` are
places, `Series` and `Lane` names, `T0`, `T1` and so on lines of a tip.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from typing import Any

import numpy as np
import pandas as pd

from ui.charts.kinds import (
    Axis,
    Bars,
    Chart,
    Dots,
    Label,
    Level,
    Line,
    Lines,
    Map,
    Mark,
    Names,
    Points,
    Ridge,
    Ridges,
    wrapped,
)
from ui.charts.styles import INK, NEUTRAL, PAPER, Style

Spec = dict[str, Any]
Rows = list[dict[str, Any]]
CORNER, BAND = 2, 0.66  # of bars
PEAK = 0.74  # how high a ridge is, of the room between two
MEAN, TAIL = ("Mean", "diamond"), ("Tail", "triangle-down")
AFAR = {"labelFontSize": 15, "titleFontSize": 15, "labelLimit": 190, "titleFontWeight": "normal"}
PLACES: dict[str, Spec] = {
    "right": {"align": "left", "dx": 9}, "left": {"align": "right", "dx": -9},
    "above": {"dy": -15}, "below": {"dy": 17}, "upper right": {"dx": 9, "dy": -8},
    "lower right": {"align": "left", "baseline": "top", "dx": 8, "dy": 6},
    "upper left": {"align": "right", "baseline": "bottom", "dx": -6, "dy": -8},
}  # fmt: skip


def spec(chart: Chart) -> Spec:
    """The specification without its data."""
    return {"layer": [x for x in layers(chart) if x], "height": chart.height}


@singledispatch
def layers(chart: Chart) -> list[Spec]:
    """A chart's layers from the back to the front."""
    raise TypeError(f"no layers for {type(chart).__name__}")


@singledispatch
def rows(chart: Chart) -> Rows:
    """A chart's data, a row for each mark."""
    raise TypeError(f"no rows for {type(chart).__name__}")


def frame(chart: Chart) -> pd.DataFrame:
    """The same as a frame."""
    return pd.DataFrame(rows(chart))


# What layers share


def _number(name: str, **more: Any) -> Spec:
    return {"field": name, "type": "quantitative", **more}


def _name(name: str, **more: Any) -> Spec:
    return {"field": name, "type": "nominal", **more}


def _layer(mark: str, what: str, encoding: Mapping[str, Any], keep: Sequence[Any] = (), **look: Any) -> Spec:
    """Marks for the rows of one sort, those that pass all of `keep`."""
    sorts = [{"filter": {"field": "What", "equal": what}}, *({"filter": x} for x in keep)]
    return {"mark": {"type": mark, "aria": False, **look}, "transform": sorts, "encoding": dict(encoding)}


def _once(mark: str, encoding: Mapping[str, Any], **look: Any) -> Spec:
    """One mark that depends on no data."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": mark, "aria": False, **look},
        "encoding": dict(encoding),
    }


def _among(field: str, names: Iterable[str]) -> Spec:
    return {"field": field, "oneOf": list(names)}


def _tips(*titles: str, first: Sequence[Spec] = ()) -> list[Spec]:
    return [*first, *(_name(f"T{k}", title=title) for k, title in enumerate(titles))]


def _said(says: Sequence[str]) -> dict[str, str]:
    return {f"T{k}": text for k, text in enumerate(says)}


def _axis(axis: Axis | Names, field: str) -> Spec:
    """A channel for places along an axis."""
    return _lanes(axis) if isinstance(axis, Names) else _measured(axis, field)


def _measured(axis: Axis, field: str) -> Spec:
    look: Spec = {"title": axis.title or None, "grid": axis.grid}
    look |= {"values": list(axis.ticks)} if axis.ticks else {"tickCount": axis.count}
    if axis.labels:
        told = dict(zip((f"{t:g}" for t in axis.ticks), axis.labels, strict=True))
        look |= {"labelExpr": f"{json.dumps(told)}[datum.value]", "labelOverlap": True, "labelFlush": False}
    scale: Spec = {"zero": axis.zero, "nice": axis.ends is None}
    if axis.ends:
        scale["domain"] = list(axis.ends)
    if axis.padding:
        scale["padding"] = axis.padding
    if axis.scale != "linear":
        scale |= {"type": axis.scale} | ({"constant": 2} if axis.scale == "symlog" else {})
    return _number(field, axis=look, scale=scale)


def _lanes(lanes: Names, inner: float | None = None) -> Spec:
    told = dict(zip(lanes.names, map(list, lanes.labels), strict=True))
    look = {
        "labelExpr": f"{json.dumps(told)}[datum.value]", "title": None, "grid": False, "ticks": False, "domain": False,
        "labelLimit": lanes.width, "labelOverlap": False, "labelAngle": 0,
    }  # fmt: skip
    scale = {"domain": list(lanes.names)} | ({"paddingInner": inner} if inner is not None else {})
    return _name("Lane", title=lanes.what or None, sort=list(lanes.names), axis=look, scale=scale)


def _paint(style: Style) -> str:
    """The colour, or a see-through one of the same hue that works on both themes."""
    red, green, blue = (int(style.colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.4)" if style.pale else style.colour


def _by_style(styles: Sequence[Style], what: str = "") -> Spec:
    names = [s.name for s in styles]
    scale = {"domain": names, "range": [_paint(s) for s in styles]}
    return _name("Series", title=what or None, legend=None, scale=scale)


def _by_shape(styles: Sequence[Style]) -> Spec:
    scale = {"domain": [s.name for s in styles], "range": [s.shape for s in styles]}
    return _name("Series", legend=None, scale=scale)


def _unique(styles: Iterable[Style]) -> list[Style]:
    return list({s.name: s for s in styles}.values())


def _levels(levels: Sequence[Level], axis: str) -> list[Spec]:
    """Limits across an axis, each with its words at the start."""
    out = []
    for level in levels:
        at, dashes = {axis: {"datum": level.value}}, {"strokeDash": [3, 3]} if level.dashed else {}
        out.append(_once("rule", at, color=NEUTRAL, **dashes))
        if level.name:
            look = {"align": "left", "baseline": "bottom", "dx": 4, "dy": -2, "fontSize": 12}
            out.append(_once("text", {"x": {"value": 0}, **at}, color=NEUTRAL, text=level.name, **look))
    return out


# Lines and points


def _line_rows(lines: Sequence[Line]) -> Rows:
    out = []
    for n, line in enumerate(lines):
        low, high = (v if v is not None else np.full(len(line.x), np.nan) for v in (line.low, line.high))
        at = line.at or ("",) * len(line.x)
        for x, y, a, b, text in zip(line.x, line.y, low, high, at, strict=True):
            out.append({"What": "line", "Series": line.style.name, "Line": n, "x": float(x), "y": float(y), "y2": float(b), "low": float(a), "At": text})  # fmt: skip
    return out


def _line_layers(lines: Sequence[Line], x: Spec, y: Spec, colour: Spec) -> list[Spec]:
    """Bands, then lines, those drawn alike together."""
    out, styles = [], _unique(line.style for line in lines)
    across = {"x": x, "color": colour, "detail": _name("Line")}
    banded = [line.style.name for line in lines if line.shaded and line.low is not None]
    if banded:
        ends = {"y": {**y, "field": "low"}, "y2": {"field": "y2"}}
        out.append(_layer("area", "line", across | ends, [_among("Series", banded)], opacity=0.13))
    dash = {"domain": [s.name for s in styles], "range": [list(s.dash) for s in styles]}
    along = across | {"y": y, "strokeDash": _name("Series", legend=None, scale=dash)}
    for width, step in dict.fromkeys((line.width, line.step) for line in lines):
        names = [line.style.name for line in lines if (line.width, line.step) == (width, step)]
        look: Spec = {"interpolate": "step-after", "opacity": 0.55} if step else {}
        out.append(_layer("line", "line", along, [_among("Series", names)], strokeWidth=width, **look))
    return out


@layers.register
def _(chart: Lines) -> list[Spec]:
    styles = _unique((*(line.style for line in chart.lines), *chart.series))
    x, y = _measured(chart.x, "x"), _measured(chart.y, "y")
    first = [_name("Series", title=chart.what)] if chart.what else []
    edge: Spec = (
        {"filled": False, "strokeWidth": 1.4} if chart.rings else {"stroke": "white", "strokeWidth": 1}
    )
    return [
        *_line_layers(chart.lines, x, y, _by_style(styles)),
        *_hover(chart, x, y, first),
        *_levels(chart.levels, "y"),
        *_spreads(chart.points, {"x": x, "y": y}, {"color": _by_style(styles)}),
        *_marks(chart, {"x": x, "y": y}, styles, first, edge),
    ]


def _hover(chart: Lines, x: Spec, y: Spec, first: Sequence[Spec]) -> list[Spec]:
    """What cannot be seen but pointed at: a line's places and numbers."""
    told = list(dict.fromkeys(line.style.name for line in chart.lines if line.at))
    bands = any(line.low is not None for line in chart.lines)
    numbers = {"y": chart.value} | ({"low": "5%", "y2": "95%"} if bands else {})
    tips = [_number(field, title=title, format=f",.{chart.digits}f") for field, title in numbers.items()]
    shown = {"x": x, "y": y, "tooltip": [*first, _name("At", title=chart.place), *tips]}
    return [_layer("circle", "line", shown, [_among("Series", told)], opacity=0, size=90)] if told else []


@rows.register
def _(chart: Lines) -> Rows:
    return [*_line_rows(chart.lines), *map(_mark_row, chart.points)]


def _mark_row(mark: Mark) -> dict[str, Any]:
    place = {("Lane" if isinstance(v, str) else way): v for way, v in (("x", mark.x), ("y", mark.y))}
    for way, span in (("x", mark.across), ("y", mark.up)):
        place |= {f"{way}a": span[0], f"{way}b": span[1]} if span else {}
    words = {"Label": mark.label, "Place": _place(mark)} if mark.label else {}
    size = {"Size": mark.size} if mark.size else {}
    more = {"Ringed": mark.ringed, "key": mark.key}
    return {"What": "point", "Series": mark.series, **place, **words, **size, **more, **_said(mark.says)}


def _place(mark: Mark) -> str:
    return f"{mark.place}{', strong' if mark.strong else ''}"


def _spreads(marks: Sequence[Mark], at: Spec, own: Spec, **look: Any) -> list[Spec]:
    """Intervals of points, across and upwards."""
    out = []
    for way, spans in (("x", [m.across for m in marks]), ("y", [m.up for m in marks])):
        if any(spans):
            ends = {way: {**at[way], "field": f"{way}a"}, f"{way}2": {"field": f"{way}b"}}
            out.append(_layer("rule", "point", at | ends | own, [f"isValid(datum.{way}a)"], **(look or {"strokeWidth": 2.2})))  # fmt: skip
    return out


def _marks(chart: Lines | Points, at: Spec, styles: Sequence[Style], first: Sequence[Spec], look: Spec) -> list[Spec]:  # fmt: skip
    """Points, rings about them and words beside them, as far as there are any."""
    marks, own = chart.points, {"color": _by_style(styles, chart.what)}
    if not marks:
        return []
    shown = at | own | {"shape": _by_shape(styles), "tooltip": _tips(*chart.tips, first=first)}
    if any(m.size for m in marks):
        shown["size"] = _number("Size", scale=None, legend=None)
    readable = {"filled": True, "size": chart.size, "opacity": 1, "aria": len(marks) < 60}
    out = [_layer("point", "point", shown, **(readable | look))]
    if any(m.ringed for m in marks):
        ring = {"filled": False, "size": 420, "strokeWidth": 2.2, "color": styles[0].colour}
        out.append(_layer("point", "point", at, ["datum.Ringed"], **ring))
    for mark in {_place(m): m for m in marks if m.label}.values():
        words, grey = at | {"text": _name("Label")}, {"color": NEUTRAL}
        ink = {"fontWeight": 600} if mark.strong else grey
        properties = words | (own if mark.strong else {})
        out.append(_layer("text", "point", properties, [f"datum.Place == '{_place(mark)}'"], fontSize=12, **PLACES[mark.place], **ink))  # fmt: skip
    return out


@layers.register
def _(chart: Points) -> list[Spec]:
    x, y, styles = _axis(chart.x, "x"), _axis(chart.y, "y"), _unique(chart.series)
    at: Spec = {"x": x, "y": y}
    upright = isinstance(chart.x, Names)
    lanes = next((a for a in (chart.x, chart.y) if isinstance(a, Names)), None)
    if chart.apart:
        names = [s.name for s in styles]
        scale = {"domain": names, "paddingOuter": 0.6}
        at["xOffset" if upright else "yOffset"] = _name("Series", title=None, sort=names, scale=scale)
    titles = ((lanes.what if lanes else "", "Lane"), (chart.what, "Series"))
    first = [_name(field, title=title) for title, field in titles if title]
    own = {} if chart.thin else {"color": _by_style(styles)}
    thin = {"color": NEUTRAL, "opacity": 0.7} if chart.thin else {}
    out = [
        *([_once("rect", {"x": {"datum": chart.shade[0]}, "x2": {"datum": chart.shade[1]}}, color=NEUTRAL, opacity=0.18)] if chart.shade else []),
        *([_guide(chart.x, y)] if chart.guides else []),
        *_levels(chart.levels, "y" if upright else "x"),
        *(_line_layers(chart.lines, x, y, _by_style(_unique((*styles, *(line.style for line in chart.lines))))) if chart.lines else []),
        *_spreads(chart.points, at, own, **thin),
        *_marks(chart, at, styles, first, {}),
    ]  # fmt: skip
    if chart.pick:
        points = next(x for x in out if x["mark"]["type"] == "point")
        points["mark"] |= {"cursor": "pointer", "aria": False}
        points["params"] = [{"name": chart.pick, "select": {"type": "point", "fields": ["key"]}}]
    return out


def _guide(x: Axis | Names, y: Spec) -> Spec:
    low, high = x.ends if isinstance(x, Axis) and x.ends else (0.0, 0.0)
    return _layer("rule", "point", {"y": y, "x": {"datum": low}, "x2": {"datum": high}}, color=NEUTRAL, opacity=0.25)  # fmt: skip


@rows.register
def _(chart: Points) -> Rows:
    return [*_line_rows(chart.lines), *map(_mark_row, chart.points)]


# Bars


@layers.register
def _(chart: Bars) -> list[Spec]:
    beside = chart.form == "beside"
    at: Spec = {"y": _lanes(chart.lanes, 0.25 if beside else None)}
    if beside:
        names = [s.name for s in chart.parts]
        at["yOffset"] = _name("Series", title=None, sort=names, scale={"domain": names})
    x = _measured(chart.x, "x")
    place: Spec = {"x": {**x, "stack": "zero"}, "order": _number("Rank")}
    if chart.form != "stacked":
        place = {"x": x, "x2": {"field": "x2"}} if chart.form == "floating" else {"x": {**x, "stack": None}}
    titles = ((chart.lanes.what, "Lane"), (chart.what, "Series"))
    first = [_name(field, title=title) for title, field in titles if title]
    drawn = (
        at | place | {"color": _by_style(chart.parts, chart.what), "tooltip": _tips(*chart.tips, first=first)}
    )
    look: Spec = {"cornerRadius": CORNER, "aria": True, "minBandSize": 2}
    look |= {} if beside else {"height": {"band": BAND}}
    look |= {"cornerRadius": 0, "stroke": "white", "strokeWidth": 0.6} if chart.edges else {}
    error = at | {"x": {**x, "field": "xa"}, "x2": {"field": "xb"}}
    return [
        _layer("bar", "piece", drawn, **look),
        *([_layer("rule", "piece", error, ["isValid(datum.xa)"], color=NEUTRAL, strokeWidth=1.3)] if any(p.error for p in chart.pieces) else []),
        *_levels(chart.levels, "x"),
        *_insides(chart, at, x),
        *_ends(chart, at, x),
        *([_layer("point", "room", {"x": x}, opacity=0)] if chart.room else []),
    ]  # fmt: skip


def _ends(chart: Bars, at: Spec, x: Spec) -> list[Spec]:
    """Words at bars' ends, to the right or to the left of their place."""
    words, size = at | {"x": x, "text": _name("Label")}, 11 if chart.form == "beside" else 13
    looks = {True: {"align": "right", "dx": -4}, False: {"align": "left", "dx": 6}}
    return [
        _layer("text", "label", words, [f"datum.Left == {json.dumps(left)}"], fontSize=size, color=NEUTRAL, **looks[left])
        for left in dict.fromkeys(label.left for label in chart.labels)
    ]  # fmt: skip


def _insides(chart: Bars, at: Spec, x: Spec) -> list[Spec]:
    """Words within bars, and upright marks in lanes with a halo."""
    out = []
    if any(p.inside for p in chart.pieces):
        look = {"color": INK, "fontSize": 13, "fontWeight": 600, "align": "left", "dx": 6}
        out.append(
            _layer("text", "piece", at | {"x": x, "text": _name("Inside")}, ["isValid(datum.Inside)"], **look)
        )
    if chart.here:
        halos = (("white", 5), (INK, 3))
        out += [_layer("tick", "here", at | {"x": x}, color=c, thickness=w, size=24) for c, w in halos]
    return out


@rows.register
def _(chart: Bars) -> Rows:
    rank = {style.name: k for k, style in enumerate(chart.parts)}
    out: Rows = []
    for p in chart.pieces:
        place = {"x": p.start, "x2": p.start + p.value} if chart.form == "floating" else {"x": p.value}
        error = {"xa": p.error[0], "xb": p.error[1]} if p.error else {}
        inside = {"Inside": p.inside} if p.inside else {}
        out.append({"What": "piece", "Lane": p.lane, "Series": p.part, "Rank": rank[p.part], **place, **error, **inside, **_said(p.says)})  # fmt: skip
    out += [_label_row(label) for label in chart.labels]
    out += [{"What": "here", "Lane": lane, "x": value} for lane, value in chart.here]
    return out + ([{"What": "room", "x": chart.room}] if chart.room and out else [])


def _label_row(label: Label) -> dict[str, Any]:
    part = {"Series": label.part} if label.part else {}
    return {
        "What": "label",
        "Lane": label.lane,
        "x": label.at,
        "Label": label.text,
        "Left": label.left,
        **part,
    }


# Distributions


@layers.register
def _(chart: Ridges) -> list[Spec]:
    styles, count = [r.style for r in chart.ridges], len(chart.ridges)
    x = _measured(chart.x, "x")
    own = {"color": _by_style(styles)}
    top = count - 0.02 if chart.named else 0.8
    y = _number(
        "y", axis=_beside(chart) if chart.named else None, scale={"domain": [-0.12, top], "nice": False}
    )
    solid = _name("Kind", legend=None, scale={"domain": ["Worst 5%", "Other outcomes"], "range": [1.0, 0.42]})
    tips = [_name("Series", title="Policy"), _name("Kind", title="Kind")]
    tips += [_number(f, title=t, format=",.1f") for f, t in (("x", "From"), ("x2", "To"), ("Share", "Share"))]
    bins = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}, "opacity": solid, "tooltip": [*tips, _name("T0", title="Text")]}  # fmt: skip
    shapes = {"domain": [TAIL[0], MEAN[0]], "range": [TAIL[1], MEAN[1]]}
    marks = {"x": x, "y": y, "shape": _name("Kind", legend=None, scale=shapes), "tooltip": [tips[0], _name("T0", title="Text")]}  # fmt: skip
    low, high = chart.x.ends or (0.0, 0.0)
    return [
        _layer("rect", "bin", bins | own),
        *(_levels([Level(0.0)], "x") if low <= 0 <= high else []),
        _layer("point", "mark", marks | own, filled=True, size=110, opacity=1, yOffset=7, stroke="white", strokeWidth=0.8, aria=True),
    ]  # fmt: skip


def _beside(chart: Ridges) -> Spec:
    """Names at the feet of their ridges."""
    told = {str(len(chart.ridges) - 1 - k): wrapped(r.style.name, 16) for k, r in enumerate(chart.ridges)}
    return {
        "values": list(range(len(chart.ridges))), "labelExpr": f"{json.dumps(told)}[datum.value]", "title": None,
        "grid": False, "ticks": False, "domain": False, "labelBaseline": "bottom", "labelLimit": 130,
    }  # fmt: skip


@rows.register
def _(chart: Ridges) -> Rows:
    return [
        row for k, ridge in enumerate(chart.ridges) for row in _ridge_rows(ridge, len(chart.ridges) - 1 - k)
    ]


def _ridge_rows(ridge: Ridge, floor: int) -> Rows:
    own = {"Series": ridge.style.name, "T0": ridge.said, "y": floor}
    tall = floor + PEAK * ridge.share / ridge.share.max()
    bins = [
        {"What": "bin", **own, "x": float(a), "x2": float(b), "y2": float(h), "Share": float(s), "Kind": "Worst 5%" if w else "Other outcomes"}
        for a, b, h, s, w in zip(ridge.edges[:-1], ridge.edges[1:], tall, ridge.share, ridge.solid, strict=True)
        if s > 0
    ]  # fmt: skip
    marks = ((TAIL[0], ridge.tail), (MEAN[0], ridge.mean))
    return [*bins, *({"What": "mark", **own, "x": float(at), "Kind": kind} for kind, at in marks)]


# Maps


@layers.register
def _(chart: Map) -> list[Spec]:
    x, y = _measured(chart.x, "x"), _measured(chart.y, "y")
    at: Spec = {"x": x, "y": y}
    ends = at | {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    words = at | {"text": _name("Text")}
    halo = {"stroke": PAPER, "strokeWidth": 4.5, "strokeJoin": "round", "color": PAPER}
    size = {"fontSize": 19, "fontWeight": 700} if chart.kinds else {"fontSize": 12, "fontWeight": 600}
    line = {"color": NEUTRAL, "strokeWidth": 1.8} if chart.kinds else {"color": INK, "strokeWidth": 1.3, "opacity": 0.8}  # fmt: skip
    frames = ((PAPER, 4.5), (INK, 2))
    return [
        _cells(chart, ends),
        _layer("rule", "line", ends, **line),
        _layer("point", "dot", at, filled=True, size=11, color=INK, stroke=PAPER, strokeWidth=0.7, opacity=0.85),
        *(_layer("text", "word", words, **size, **look, tooltip=None) for look in (halo, {"color": INK})),
        *(_layer("rect", "chosen", ends, filled=False, stroke=c, strokeWidth=w) for c, w in frames),
        _layer("point", "spot", at | {"tooltip": [_name("Text", title="◆")]}, shape="diamond", size=150, filled=True, color=INK, stroke=PAPER, strokeWidth=2, opacity=1),
    ]  # fmt: skip


def _cells(chart: Map, ends: Spec) -> Spec:
    """Cells by kind and strength, or by value on the ramp."""
    tips = _tips(*chart.tips)
    if chart.kinds:
        strength = _number("Strength", scale=None, legend=None)
        drawn = _layer(
            "rect", "cell", ends | {"color": _by_style(chart.kinds), "opacity": strength, "tooltip": tips}
        )
    else:
        legend = {
            "title": chart.scale,
            "orient": "bottom",
            "gradientLength": 220,
            "gradientThickness": 12,
            "tickCount": 5,
        }
        ramp = {"domain": list(chart.reach), "range": list(chart.ramp), "nice": False}
        drawn = _layer(
            "rect", "cell", ends | {"color": _number("Value", legend=legend, scale=ramp), "tooltip": tips}
        )
    if chart.pick:
        drawn["mark"]["cursor"], drawn["name"] = "pointer", "cells"
        drawn["params"] = [
            {
                "name": chart.pick,
                "select": {"type": "point", "fields": ["i", "j"], "on": "click", "clear": False},
            }
        ]
    return drawn  # fmt: skip


@rows.register
def _(chart: Map) -> Rows:
    out: Rows = []
    for cell in chart.cells:
        shown = {"Series": cell.value, "Strength": cell.strength} if chart.kinds else {"Value": cell.value}
        picked = {"i": cell.at[0], "j": cell.at[1]} if chart.pick else {}
        out.append({"What": "cell", **_box(cell.x, cell.y), **shown, **picked, **_said(cell.says)})
    out += [{"What": "line", **_box(x, y)} for x, y in chart.lines]
    out += [{"What": "dot", "x": x, "y": y} for x, y in chart.dots]
    out += [{"What": "word", "x": x, "y": y, "Text": text} for x, y, text in chart.words]
    out += [{"What": "chosen", **_box(*chart.chosen)}] if chart.chosen else []
    if chart.spot:
        out.append({"What": "spot", **dict(zip(("x", "y", "Text"), chart.spot, strict=True))})
    return out


def _box(x: tuple[float, float], y: tuple[float, float]) -> dict[str, float]:
    return {"x": x[0], "x2": x[1], "y": y[0], "y2": y[1]}


# Dots


@layers.register
def _(chart: Dots) -> list[Spec]:
    columns = {"domain": [-1, chart.across], "nice": False, "zero": False}
    deep = {"domain": list(range(chart.deep)), "paddingOuter": 0.8}
    place = {
        "x": _number("x", axis=None, scale=columns), "y": _lanes(chart.rows),
        "yOffset": {"field": "Deep", "type": "ordinal", "scale": deep},
    }  # fmt: skip
    first = [_name("Lane", title=chart.rows.what)] if chart.rows.what else []
    tips = [*first, _name("Series", title=chart.what), _name("T0", title="Cases")]
    look = {"color": _by_style(chart.ends, chart.what), "shape": _by_shape(chart.ends), "tooltip": tips}
    return [_layer("point", "dot", place | look, filled=True, size=62, opacity=1)]


@rows.register
def _(chart: Dots) -> Rows:
    out: Rows = []
    for lane, cases, counts in zip(chart.rows.names, chart.cases, chart.counts(), strict=True):
        for n, k in enumerate(cases):
            place = {"x": n // chart.deep, "Deep": n % chart.deep}
            out.append({"What": "dot", "Lane": lane, **place, "Series": chart.ends[k].name, "T0": f"{counts[k]} of {len(cases)}"})  # fmt: skip
    return out


# Sizes


def large(chart: Chart, width: int, height: int) -> Spec:
    """The specification with large type and thick lines at a given size, px."""
    specification = spec(chart) | {
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
    }
    specification["config"] = {"axis": AFAR}
    for layer in specification["layer"]:
        layer["mark"] |= {"text": {"fontSize": 15}, "line": {"strokeWidth": 3.4}}.get(
            layer["mark"]["type"], {}
        )
        for channel in layer["encoding"].values():
            if isinstance(channel, dict) and isinstance(channel.get("axis"), dict):
                channel["axis"] |= AFAR
    return specification


def whole(chart: Chart, wide: float) -> Spec:
    """The specification with its rows inside, `wide` across with axes and labels; what is no number is null."""
    values = json.loads(frame(chart).to_json(orient="records", double_precision=12, date_format="iso"))
    fit = {"type": "fit-x", "contains": "padding"}
    return {**spec(chart), "data": {"values": values}, "width": wide, "autosize": fit, "padding": 2}


def picture(chart: Chart, wide: float, text: str, line: str, font: str, faint: bool) -> str:
    """The chart as SVG as the page draws it: no frame, faint grid lines, text in the page's colours.

    Needs the optional package that draws; reads nothing from the network.
    """
    import vl_convert

    axis = {
        "labelColor": text, "titleColor": text, "gridColor": line, "domainColor": line, "tickColor": line,
        "labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal", "titlePadding": 10, "labelPadding": 7,
        "ticks": False, "domain": False, "labelLimit": 180, **({"gridOpacity": 0.16} if faint else {}),
    }  # fmt: skip
    head = {"labelColor": text, "titleColor": text, "labelFontSize": 12, "titleFontSize": 13}
    bare = {"grid": False}
    config = {
        "background": None, "font": font, "axis": axis, "axisDiscrete": bare, "axisBand": bare, "axisTemporal": bare,
        "legend": head, "text": {"color": text}, "view": {"stroke": None},
    }  # fmt: skip
    svg = vl_convert.vegalite_to_svg(
        whole(chart, wide), config=config, allowed_base_urls=[], show_warnings=False
    )
    return str(svg)
