"""Charts as values: plain data, one drawing on the screen and in pictures, one in slides, and the same numbers in each."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest
from support.paths import ROOT

from models.library import shipped
from policy.comparison import default_policies
from ui.charts import kinds, vega
from ui.charts.figure import Figure, Origin
from ui.charts.kinds import (
    Axis,
    Bars,
    Cell,
    Dots,
    Label,
    Level,
    Line,
    Lines,
    Map,
    Mark,
    Names,
    Piece,
    Points,
    Ridge,
    Ridges,
    lanes,
)
from ui.charts.styles import COLOURS, DASHES, SHAPES, Style, filled, shaped, styles
from ui.comparison.figures import csv_text
from ui.export import html_page, images, native, pptx_charts
from ui.export.native import Chart, Grid
from ui.export.pptx_parts import Box
from ui.widgets.figures import without_dust

DAYS = tuple(dt.date(2025, 4, d) for d in (1, 2, 3))
TEXT = tuple(f"{d.day} April" for d in DAYS)
ONE, TWO = Style("One", "#D55E00", (4, 3), "square"), Style("Two", "#1B83C9")
ROWS = lanes(["One", "Two"])
EVERY = np.arange(3.0)
BANDS = Lines(
    tuple(Line(s, EVERY, EVERY + k, EVERY - 1, EVERY + 2, TEXT) for k, s in enumerate((ONE, TWO))), kinds.days(DAYS),
    Axis("bp"), "Two lines.", what="Policy", levels=(Level(2.5, "Limit"),), calendar=DAYS,
)  # fmt: skip
BARS = Bars(
    (Piece("One", "A", 1.25, ("$1.25bn",)), Piece("One", "B", -2.0, ("−$2.0bn",)), Piece("Two", "A", 3.0, ("$3.0bn",))),
    (filled("A", "#009E73"), filled("B", "#C2456B", True)), ROWS, Axis("$bn"), "Bars.", tips=("Amount",),
    labels=(Label("One", 1.25, "end"),), total="Total", room=5,
)  # fmt: skip
POINTS = Points(
    (Mark(1.0, "One", "A", ("1",), across=(0.5, 2.0), short="1 ± 1"), Mark(2.0, "Two", "B", ("2",), label="here", short="2")),
    (shaped("A", "#009E73", "diamond"), shaped("B", "#C2456B", "cross")), Axis("%"), ROWS, "Points.", apart=True,
    tips=("Value",), levels=(Level(0.0),), corner="What",
)  # fmt: skip
RIDGES = Ridges(
    tuple(Ridge(s, np.arange(4.0), np.array([10.0, 70.0, 20.0]), 1.0, 1.5, 0.5, "said") for s in (ONE, TWO)),
    Axis("$bn", (0, 3)), "Two distributions.", plainly="Means and tails.",
)  # fmt: skip
MAP = Map(
    (Cell((0, 1), (0, 1), "A", ("A",), 0.5, (0, 0)), Cell((1, 2), (0, 1), "B", ("B",), 1.0, (1, 0))), Axis("x", (0, 2)),
    Axis("y", (0, 1)), "A map.", (filled("A", "#009E73"), filled("B", "#C2456B")), tips=("Best",), lines=(((1, 1), (0, 1)),),
    words=((0.5, 0.5, "A"),), dots=((1.5, 0.5),), spot=(0.2, 0.2, "Here"), chosen=((0, 1), (0, 1)), pick="cell",
)  # fmt: skip
HEAT = replace(
    MAP,
    cells=(Cell((0, 1), (0, 1), 2.0, ("2",)),),
    kinds=(),
    ramp=("#FFFFFF", "#000000"),
    reach=(0, 2),
    scale="bp",
)
ENDS = (shaped("Contained", "#1B83C9", "circle"), shaped("Disorderly", "#B08900", "square"), shaped("Spiral", "#C2456B", "triangle-up"))  # fmt: skip
FATES = {"No action": (60, 30, 10), "Outright purchases": (95, 5, 0)}
DOTS = Dots(
    lanes(list(FATES)), ENDS, tuple(tuple(k for k, n in enumerate(row) for _ in range(n)) for row in FATES.values()),
    "A hundred crises under each policy, by how they end.",
)  # fmt: skip
CHARTS = (
    BANDS,
    BARS,
    replace(BARS, form="beside"),
    replace(BARS, form="floating"),
    POINTS,
    RIDGES,
    MAP,
    HEAT,
    DOTS,
)


def columns(spec: Any) -> Iterator[str]:
    """Every column that a specification reads."""
    if isinstance(spec, dict):
        if isinstance(spec.get("field"), str):
            yield spec["field"]
        for value in spec.values():
            yield from columns(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from columns(value)


def plain(value: Any) -> bool:
    if is_dataclass(value):
        return all(plain(getattr(value, f.name)) for f in fields(value))
    if isinstance(value, tuple):
        return all(map(plain, value))
    return value is None or isinstance(value, str | bool | int | float | dt.date | np.ndarray)


def figure(*charts: kinds.Chart) -> Figure:
    table = pd.DataFrame({"Policy": ["One"], "$bn": [1.25]})
    return Figure("toy", "A finding", "How to read it.", "$bn", charts, table, (ONE,))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: type(c).__name__)
def test_a_value_is_plain_data_and_draws_everywhere(chart: kinds.Chart) -> None:
    assert plain(chart) and not chart.empty
    spec, frame = vega.spec(chart), vega.frame(chart)
    json.dumps(spec)
    assert set(columns(spec["layer"])) <= {*frame.columns, "xa", "xb", "Inside", "Left", "Label"}
    assert "data" not in spec and spec["height"] == chart.height
    drawn = images.svg(figure(chart), "foot")
    assert chart.alt in drawn and drawn.count("<path") > 3
    assert native.plans(figure(chart))


def test_a_new_result_changes_data_alone() -> None:
    other = replace(BANDS, lines=tuple(replace(line, y=line.y * 3) for line in BANDS.lines))
    assert vega.spec(other) == vega.spec(BANDS) and not vega.frame(other).equals(vega.frame(BANDS))
    bars = replace(BARS, pieces=tuple(replace(p, value=9.0) for p in BARS.pieces))
    assert vega.spec(bars) == vega.spec(BARS)


def test_nothing_to_draw_is_said() -> None:
    bare = (replace(BANDS, lines=()), replace(BARS, pieces=()), replace(POINTS, points=()), replace(RIDGES, ridges=()),
            replace(MAP, cells=()), replace(DOTS, cases=((), ())))  # fmt: skip
    assert all(chart.empty and images.NOTHING in images.svg(figure(chart), "foot") for chart in bare)


def test_limits_are_drawn_and_named_and_named_in_slides_too() -> None:
    assert "Limit" in images.svg(figure(BANDS), "foot")
    (plan,) = native.plans(figure(BANDS))
    assert (
        isinstance(plan, Chart) and plan.series[-1].name == "Limit" and set(plan.series[-1].values) == {2.5}
    )
    assert plan.categories == DAYS and plan.series[0].dash == ONE.dash


def test_points_in_lanes_become_a_table_of_what_they_say() -> None:
    (plan,) = native.plans(figure(POINTS))
    assert plan == Grid(("What", "%"), (("One", "1 ± 1"), ("Two", "2")))
    more = replace(POINTS, points=(*POINTS.points, Mark(3.0, "One", "B", ("3",), short="3")))
    assert native.plans(figure(more)) == (
        Grid(("What", "A", "B"), (("One", "1 ± 1", "3"), ("Two", "–", "2"))),
    )
    upright = replace(
        POINTS, x=Names(("One", "Two"), (("One",), ("Two",))), y=Axis("%"), points=(Mark("One", 4.0, "A"),)
    )
    (columns_,) = native.plans(figure(upright))
    assert (
        isinstance(columns_, Chart)
        and columns_.kind == "columns"
        and columns_.series[0].values == (4.0, None)
    )


def test_a_floating_bar_is_a_table_in_slides() -> None:
    assert isinstance(native.plans(figure(replace(BARS, form="floating")))[0], Grid)
    (beside,) = native.plans(figure(replace(BARS, form="beside")))
    assert isinstance(beside, Chart) and beside.kind == "bars" and beside.side


# Policies look the same everywhere


def test_policies_keep_one_colour_pattern_and_shape() -> None:
    made = default_policies()
    everyone, fewer = styles(made), styles([made[k] for k in (0, 1, 3)])
    assert [everyone[k] for k in (0, 1, 3)] == list(fewer)
    for kind in (COLOURS, DASHES, SHAPES):
        assert len(kind) == 8
    assert len({s.shape for s in everyone}) == len({s.colour for s in everyone}) == len(made)


# Dots


def test_dots_stand_for_every_case_by_how_it_ends() -> None:
    frame = vega.frame(DOTS)
    counted = frame.groupby(["Lane", "Series"]).size()
    for name, row in FATES.items():
        assert [counted.get((name, end.name), 0) for end in ENDS] == list(row)
    for _, lane in frame.groupby("Lane"):
        assert len(lane) == 100 == len(lane[["x", "Deep"]].drop_duplicates())
        assert lane["x"].max() < DOTS.across and lane["Deep"].max() < DOTS.deep == 4
    assert set(frame["T0"]) == {"60 of 100", "30 of 100", "10 of 100", "95 of 100", "5 of 100"}
    drawn = images.svg(figure(DOTS), "foot")
    assert all(
        drawn.count(f'fill="{end.colour}"') == sum(row[k] for row in FATES.values())
        for k, end in enumerate(ENDS)
    )


def test_dots_in_slides_are_stacked_counts() -> None:
    (plan,) = native.plans(figure(DOTS))
    assert isinstance(plan, Chart) and plan.kind == "stacked" and plan.categories == tuple(FATES)
    assert {s.name: s.values for s in plan.series} == {
        "Contained": (60, 95), "Disorderly": (30, 5), "Spiral": (10, 0),
    }  # fmt: skip
    assert np.sum([s.values for s in plan.series], axis=0).tolist() == [100, 100]


# One value, shown everywhere


def test_one_value_is_shown_on_a_page_in_a_picture_a_file_a_web_page_and_a_slide() -> None:
    origin = Origin(shipped("calm"), default_policies(), 1, 8)
    toy = figure(BARS)

    def page() -> None:
        import streamlit as st

        from ui.widgets import figures

        figures.draw(st.session_state["toy"], st.session_state["origin"])

    at = AppTest.from_function(page)
    at.session_state["toy"], at.session_state["origin"] = toy, origin
    at.run()
    assert not at.exception and "A finding" in at.get("html")[0].proto.body
    (shown,) = at.get("vega_lite_chart")
    assert json.loads(shown.proto.spec)["layer"][0]["mark"]["type"] == "bar" and shown.proto.alt == BARS.alt
    assert {1.25, -2.0, 3.0} <= set(vega.frame(BARS)["x"])
    assert "end</text>" in images.svg(toy, "foot") and images.png(toy, "foot")[:4] == b"\x89PNG"
    assert "One,1.25" in csv_text(toy, origin)
    assert "1.25" in html_page.table(toy)
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    (plan,) = native.plans(toy)
    assert isinstance(plan, Chart)
    pptx_charts.chart(slide, Box(0.5, 0.5, 8.0, 4.0), plan, "Toy")
    kept = io.BytesIO()
    deck.save(kept)
    (drawn,) = [shape.chart for shape in Presentation(kept).slides[0].shapes if shape.has_chart]
    assert [tuple(s.values) for s in drawn.plots[0].series] == [(1.25, 3.0), (-2.0, None)]


def test_policy_colours_mean_policies_and_nothing_else() -> None:
    """No other place spells one of them; the first is the neutral grey of no action, told apart from the grey of totals."""
    spelled = re.compile("|".join(COLOURS), re.IGNORECASE)
    sources = [p for kind in ("*.py", "*.css") for p in (ROOT / "ui").rglob(kind)]
    assert len(sources) > 100
    found = {str(p.relative_to(ROOT)) for p in sources if spelled.search(p.read_text(encoding="utf-8"))}
    assert found == {"ui/charts/styles.py"}


def test_bars_that_are_all_alike_are_known_as_such() -> None:
    lanes, parts = kinds.Names(("A", "B", "C"), (("A",), ("B",), ("C",))), (filled("Run", "#123456"),)

    def bars(*values: float) -> kinds.Bars:
        pieces = tuple(kinds.Piece(lane, "Run", v) for lane, v in zip("ABC", values, strict=False))
        return kinds.Bars(pieces, parts, lanes, kinds.Axis("Weight"), "Bars.")

    assert bars(10, 10, 10).alike
    assert not bars(10, 10, 9).alike and not bars(10, 10).alike and not bars().alike


def test_a_table_shows_no_dust() -> None:
    table = pd.DataFrame({"a": [-6e-7, 0.25, np.nan], "b": ["x", "y", "z"], "n": [1, 2, 3]})
    shown = without_dust(table)
    assert str(shown["a"][0]) == "0.0" and shown["a"][1] == 0.25 and np.isnan(shown["a"][2])
    assert shown[["b", "n"]].equals(table[["b", "n"]])
