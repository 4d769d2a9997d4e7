"""Native charts of a slide in the app's colours, and one legend for several. Lengths are in inches."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from ui.export import text
from ui.export.native import Chart, Drawn
from ui.export.pptx_parts import INK, LINE, NS, Box, TextLine, colour, font, write

KINDS = {
    "line": XL_CHART_TYPE.LINE,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
}


def chart(slide: Any, box: Box, plan: Chart, name: str, legend: bool = True) -> None:
    """A native chart with its numbers inside, ready to be edited."""
    data = CategoryChartData(number_format='#,##0.0;"−"#,##0.0')
    data.categories = plan.categories
    for series in plan.series:
        data.add_series(series.name, series.values)
    shape = slide.shapes.add_chart(
        KINDS[plan.kind], Inches(box.x), Inches(box.y), Inches(box.w), Inches(box.h), data
    )
    shape.name = name
    shape._element.nvGraphicFramePr.cNvPr.set("descr", plan.alt)
    native = shape.chart
    native.font.size = Pt(12)
    native.font.color.rgb = colour(INK)
    _title(native, plan)
    _axes(native, plan, box.w)
    for drawn, series in zip(native.plots[0].series, plan.series, strict=True):
        _paint(drawn, series, plan.kind)
    _legend(native, plan, legend)
    if plan.kind == "bars":
        _labels(native)


def _title(native: Any, plan: Chart) -> None:
    native.has_title = bool(plan.title)
    if plan.title:
        frame = native.chart_title.text_frame
        frame.text = plan.title
        font(frame.paragraphs[0].runs[0].font, 14, True)
        native.chart_title.include_in_layout = False


def _axes(native: Any, plan: Chart, wide: float) -> None:
    names, values = native.category_axis, native.value_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.rgb = colour(LINE)
    values.format.line.fill.background()
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = colour(LINE)
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = _format(plan), False
    for axis, title in ((values, plan.axis), (names, plan.across)):
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
            font(axis.axis_title.text_frame.paragraphs[0].runs[0].font, 12)
    if plan.kind in ("bars", "stacked"):
        names.reverse_order = True
        values._element.find(qn("c:crosses")).set("val", "max")  # the axis of values stays at the bottom
    ends = plan.domain or (_ends(plan) if plan.kind in ("bars", "stacked") else None)
    if ends:
        steps = 5 if wide > 5 else 3  # level figures need room
        values.minimum_scale, values.maximum_scale, values.major_unit = _round(*ends, steps)
    elif _from_zero(plan):
        values.minimum_scale = 0
    if plan.kind == "line" and isinstance(plan.categories[0], dt.date):
        _dates(names, plan.categories)


def _ends(plan: Chart) -> tuple[float, float] | None:
    """From the lowest to the highest end of a bar, zero among them; nothing where all are empty."""
    lanes = [[v or 0.0 for v in lane] for lane in zip(*(s.values for s in plan.series), strict=True)]
    if plan.kind == "stacked":
        lanes = [[sum(v for v in lane if v < 0), sum(v for v in lane if v > 0)] for lane in lanes]
    low, high = min(0.0, *map(min, lanes)), max(0.0, *map(max, lanes))
    return (low, high) if high > low else None


def _round(low: float, high: float, steps: int) -> tuple[float, float, float]:
    """Ends of an axis and its step, in round numbers."""
    least = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(least))
    step = next(m * power for m in (1, 2, 2.5, 4, 5, 10) if m * power >= least - 1e-9)
    return step * math.floor(low / step), step * math.ceil(high / step), step


def _from_zero(plan: Chart) -> bool:
    """Whether all values are positive, but for dust that would only open an empty strip beneath zero."""
    values = [v for s in plan.series for v in s.values if v is not None]
    return bool(values) and min(values) >= -0.02 * max(map(abs, values))


def _format(plan: Chart) -> str:
    sizes = [abs(v) for s in plan.series for v in s.values if v is not None]
    return '#,##0;"−"#,##0' if max(sizes, default=0.0) >= 5 else '0.0;"−"0.0'


def _dates(axis: Any, days: Sequence[Any]) -> None:
    """About five dates on the axis, level and without their year."""
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "d mmm", False
    axis.tick_labels.font.size = Pt(12)
    axis._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "0")
    step = max(1, round((days[-1] - days[0]).days / 5))
    for tag in ("c:majorTimeUnit", "c:majorUnit"):
        old = axis._element.find(qn(tag))
        if old is not None:
            axis._element.remove(old)
    base = axis._element.find(qn("c:baseTimeUnit"))
    if base is None:
        base = parse_xml(f'<c:baseTimeUnit {_CHART} val="days"/>')
        axis._element.append(base)
    base.set("val", "days")
    base.addnext(parse_xml(f'<c:majorTimeUnit {_CHART} val="days"/>'))
    base.addnext(parse_xml(f'<c:majorUnit {_CHART} val="{step}"/>'))


_CHART = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


def named_apart(plan: Chart) -> bool:
    """Whether names stand on the axis already, or there is only one."""
    return len(plan.series) < 2 or tuple(s.name for s in plan.series) == plan.categories


def _legend(native: Any, plan: Chart, wanted: bool) -> None:
    native.has_legend = wanted and not named_apart(plan)
    if native.has_legend:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
        native.legend.font.size = Pt(12)


def _paint(drawn: Any, series: Drawn, kind: str) -> None:
    if kind == "line":
        mark = series.dash == (3, 3)
        drawn.smooth, drawn.marker.style = False, XL_MARKER_STYLE.NONE
        drawn.format.line.color.rgb = colour(series.colour)
        drawn.format.line.width = Pt(1 if mark else 2.5)
        drawn.format.line.dash_style = _dash(series.dash)
        return
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = colour(series.colour)
    drawn.invert_if_negative = False
    if series.alpha < 1:
        fill = drawn.format.fill._xPr.find(f".//{qn('a:srgbClr')}")
        fill.append(parse_xml(f'<a:alpha {NS} val="{round(100_000 * series.alpha)}"/>'))


def _dash(dash: tuple[int, ...]) -> Any:
    if len(dash) == 4:
        return MSO_LINE.LONG_DASH_DOT if dash[0] > 8 else MSO_LINE.DASH_DOT
    if dash[1] == 0:
        return MSO_LINE.SOLID
    if dash[0] <= 2:
        return MSO_LINE.ROUND_DOT
    return MSO_LINE.SQUARE_DOT if dash[0] <= 4 else (MSO_LINE.DASH if dash[0] < 12 else MSO_LINE.LONG_DASH)


def _labels(native: Any) -> None:
    plot = native.plots[0]
    plot.has_data_labels, plot.gap_width, plot.overlap = True, 60, 0
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = '#,##0.0;"−"#,##0.0', False
    font(labels.font, 12)


def shared_legend(slide: Any, box: Box, series: Sequence[Drawn]) -> float:
    """One legend for several charts: each name after a piece of its own line. Returns the height beneath it."""
    x, y = box.x, box.y
    for one in series:
        takes = 0.55 + text.width(one.name, 14) / 72 + 0.3
        if x > box.x and x + takes > box.x + box.w:
            x, y = box.x, y + 0.28
        piece = slide.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, Inches(x), Inches(y + 0.14), Inches(x + 0.45), Inches(y + 0.14)
        )
        piece.line.color.rgb, piece.line.width = colour(one.colour), Pt(2.5)
        piece.line.dash_style = _dash(one.dash)
        piece._element.remove(piece._element.find(qn("p:style")))  # it would bring a shadow
        write(slide, Box(x + 0.55, y, takes - 0.45, 0.28), [TextLine(one.name, 14)])
        x += takes
    return y + 0.32
