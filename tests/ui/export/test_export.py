"""Exports say what the screen says: pictures, slides and the web page hold the summary's own numbers and what they rest on."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation
from pptx.util import Emu, Inches
from streamlit.testing.v1 import AppTest
from support.paths import APP, ROOT

from models.documents import parse_setting
from models.errors import Refused
from models.parameters.base import TENORS
from policy.outcomes.scorecard import TILES
from policy.outcomes.summary import Summary
from policy.spec import parse_policy, print_policy
from ui import export as export_package
from ui.charts import styles as charts
from ui.charts import vega
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Cell, Map
from ui.cli import export, main
from ui.comparison import findings
from ui.export import content, html_page, images, native, provenance, slides, text
from ui.export.content import Content
from ui.export.native import Chart, Grid
from ui.state import document, link, session
from ui.state import runs as state_runs
from ui.state import state as s
from ui.story.steps import STEPS
from ui.words import names as words

PATHS = 24
RUDE = 'A <b>&"x"</b>'  # a label that would break a page which does not escape it


@cache
def summary(state: s.State) -> Summary:
    return export.computed(state)


@cache
def first() -> s.State:
    return s.with_draws(s.with_episode(s.opening(), "april_2025"), paths=PATHS)


@cache
def crowd() -> s.State:
    """Eight policies on a changed world, one with a rude label and one with a long one."""
    state = s.with_draws(s.with_episode(s.opening(), "crowded"), paths=PATHS, seed=3)
    state = s.with_world(state, {"funds.scale": 0.9, "funding.slack_bn": 50.0})
    extra = (
        f"{RUDE}=hedged-auction:reserve_discount=0.3",
        "hedged-purchases:pace_bn=80,total_bn=400",
        "outright:pace_bn=90,total_bn=700,start=dislocation_10y_bp.above.5.for.2",
        "outright+repo",
    )
    return s.with_policies(state, [*state.policies, *map(parse_policy, extra)])


@cache
def made(which: str, story: bool = False) -> Content:
    state = first() if which == "first" else crowd()
    fewer = (lambda asked: summary(replace(asked, paths=PATHS))) if story else None
    return content.content(state, summary(state), fewer)


@cache
def short() -> Content:
    """One chart, and the story's fifth and sixth steps: of each kind of thing one."""
    whole = made("first", True)
    return replace(whole, figures=whole.figures[:1], slides=whole.slides[4:6])


def drawn(which: str, story: bool = False) -> Content:
    """What the page under test holds: all charts of the first state, a few of the others."""
    few = replace(made("crowd"), figures=made("crowd").figures[3:6])
    return short() if story else few if which == "crowd" else made("first")


@cache
def page(which: str, story: bool = False) -> str:
    return html_page.html(drawn(which, story))


@cache
def deck_bytes(which: str, story: bool = False) -> bytes:
    return slides.pptx(made(which, story))


def deck(which: str, story: bool = False) -> Any:
    return Presentation(io.BytesIO(deck_bytes(which, story)))


def figure(key: str, which: str = "first") -> Figure:
    return next(f for f in made(which).figures if f.key == key)


# Text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=120),
       st.floats(8, 40), st.floats(60, 600))  # fmt: skip
def test_wrapped_text_loses_nothing_and_stays_within_its_width(said: str, size: float, limit: float) -> None:
    lines = text.wrap(said, size, limit)
    assert re.sub(r"[ \n]", "", "".join(lines)) == re.sub(r"[ \n]", "", said.strip())
    assert all(text.width(line, size) <= limit or len(line) == 1 for line in lines)
    cut = text.shortened(said, size, limit, 1)
    assert len(text.wrap(cut, size, limit)) <= 1 or cut == "…"


def test_units_stay_with_their_numbers() -> None:
    assert text.wrap(text.glued("at 15.7 bp"), 10, text.width("at 15.7 b", 10)) == ["at", "15.7\u00a0bp"]


# Provenance


@pytest.mark.parametrize("state", [first, crowd])
def test_what_is_told_restores_the_same_numbers(state: Any) -> None:
    """The dotted changes, the specs and the draws in an export are enough to make its state again."""
    now = state()
    told = provenance.facts(summary(now))
    by = {name: [f.value for f in told if f.name == name] for name in {f.name for f in told}}
    changed = dict(parse_setting(line) for line in by["World changed"] if "=" in line)
    world = s.with_world(s.with_episode(s.opening(), now.world.name), changed).world
    seed, paths = map(int, re.findall(r"\d+", by["Seed and paths"][0]))
    again = s.State(world, tuple(map(parse_policy, by["Policy"])), seed, paths)
    assert (s.digest(again), again.policies) == (by["Screen"][0], now.policies)
    line = provenance.foot(summary(now))
    assert all(value in line for value in (*by["Policy"], *by["Screen"], now.world.name, words.QUIET))
    assert link.unpack(made("first" if now is first() else "crowd").code.partition("=")[2]).state == now


def test_kept_runs_are_named_with_all_they_rest_on() -> None:
    state = state_runs.keep_run(state_runs.keep_run(crowd(), 2, "One"), 4, "Two")
    line = provenance.runs_foot(state.runs)
    assert "One: repo on crowded with funding.slack_bn=50.0, funds.scale=0.9, seed 3, 24 paths; Two: " in line
    assert print_policy(crowd().policies[4]) in line and words.QUIET in line


# Pictures


@cache
def picture(key: str, theme: images.Theme, which: str = "first") -> str:
    return images.svg(figure(key, which), made(which).summary, theme)


def said_in(svg: str) -> str:
    """All visible text, with single spaces."""
    root = ET.fromstring(svg)
    runs = ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    return " ".join(" ".join(runs).replace("\u00a0", " ").split())


@pytest.mark.parametrize("key", ["dislocation", "parts", "sales", "taxpayer", "timeline", "issues"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_stands_alone_in_its_theme(key: str, theme: images.Theme) -> None:
    drawn, own = picture(key, theme), figure(key)
    root = ET.fromstring(drawn)
    ink = images.ink(theme)
    assert root.find("{*}rect").get("fill") == ink.paper and f'fill="{ink.text}"' in drawn
    said = said_in(drawn)
    assert own.title in said and images.still(own.note).split("◆")[0].strip() in said
    assert provenance.foot(made("first").summary, own.unit) in said
    assert all(entry.name in said and entry.colour in drawn for entry in own.legend)
    assert all(panel.alt in root.find("{*}desc").text for panel in own.panels)
    assert drawn == images.svg(own, made("first").summary, theme)
    ids = re.findall(r' id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids)) and set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(ids)
    assert (
        not re.search(r'(?:href|src)="(?!#)', drawn) and drawn.count("http") == 2
    )  # the two names of SVG itself


def test_a_picture_draws_the_screens_specification_and_rows() -> None:
    for panel in figure("parts").panels:
        drawn = vega.whole(panel, 400)
        assert all(drawn[key] == value for key, value in vega.spec(panel).items())
        again = [row["y"] for row in drawn["data"]["values"]]
        np.testing.assert_allclose(again, np.concatenate([line.y for line in panel.lines]), atol=1e-9)


def test_legends_repeat_patterns_and_shapes() -> None:
    lines = figure("dislocation").legend
    drawn = picture("dislocation", "light")
    for style in lines:
        pattern = "" if style.dash == (1, 0) else f' stroke-dasharray="{" ".join(map(str, style.dash))}"'
        assert f'stroke="{style.colour}" stroke-width="2.4"{pattern}/>' in drawn
    assert images.SHAPES["triangle-down"] in picture("timeline", "light")


def test_a_label_of_somebodys_own_cannot_break_a_picture() -> None:
    assert RUDE in said_in(picture("sales", "light", "crowd"))


def test_letters_that_common_faces_lack_stand_apart() -> None:
    drawn = images.text_line("rest 4 × 10⁻¹⁵ ◆ and 中文 é", 20, 10, False)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert texts == ["rest 4 × 10", "−15", " ", " and ", "中文", " é"] and images.SHAPES["diamond"] in drawn
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)"', drawn)]
    assert places == sorted(places)


def test_a_png_has_twice_the_pixels() -> None:
    root = ET.fromstring(images.svg(figure("funds"), made("first").summary))
    data = images.png(figure("funds"), made("first").summary)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    size = (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    assert size == (2 * int(root.get("width")), 2 * int(root.get("height")))


def test_an_empty_panel_says_so_and_a_line_of_ones_own_is_the_foot() -> None:
    own = figure("dislocation")
    bare = replace(own, panels=(replace(own.panels[0], lines=()),))
    said = said_in(images.svg(bare, "Runs: one and two."))
    assert images.NOTHING in said and "Unit: bp. Runs: one and two." in said


# Native charts


def plan_of(key: str, which: str = "first") -> tuple[Any, ...]:
    return native.plans(figure(key, which))


@pytest.mark.parametrize("which", ["first", "crowd"])
def test_native_charts_hold_the_summarys_numbers(which: str) -> None:
    own = made(which).summary
    names = words.policy_names(own.policies)
    (lines,) = plan_of("dislocation", which)
    assert lines.categories == own.calendar and [x.name for x in lines.series] == list(names)
    assert [x.colour for x in lines.series] == [x.colour for x in charts.styles(own.policies)]
    for series, outcome in zip(lines.series, own.outcomes, strict=True):
        np.testing.assert_allclose(series.values, outcome.bands["dislocation_bp"][1][:, TENORS.index(10)])
    (use,) = plan_of("dealers", which)
    assert [x.name for x in use.series[len(names) :]] == ["90%", "100%: capacity"]
    assert set(use.series[-1].values) == {100.0}
    (sold,) = plan_of("sales", which)
    assert sold.categories == names
    totals = np.sum([[v or 0 for v in x.values] for x in sold.series], axis=0)
    np.testing.assert_allclose(totals, [sum(o.sold) for o in own.outcomes], atol=0.02)
    (public,) = plan_of("taxpayer", which)
    np.testing.assert_allclose(public.series[0].values, [c.value for c in own.cells["taxpayer_mean_bn"]])
    np.testing.assert_allclose(public.series[1].values, [-c.value for c in own.cells["taxpayer_es95_bn"]])
    assert [x.title for x in plan_of("parts", which)] == list(names)
    (when,) = plan_of("timeline", which)
    assert isinstance(when, Grid) and [row[0] for row in when.rows] == list(names)


def test_the_small_table_tells_the_peak_and_its_range() -> None:
    own = made("first").summary
    (lines,) = plan_of("dislocation")
    for row, outcome in zip(lines.side.rows, own.outcomes, strict=True):
        low, median, high = outcome.bands["dislocation_bp"][:, :, TENORS.index(10)]
        at = int(median.argmax())
        assert row[1] == f"{median[at]:.1f}" and row[3] == f"{low[at]:.1f} to {high[at]:.1f}"


def test_auctions_are_columns_of_medians() -> None:
    own = made("first").summary
    (drawn,) = plan_of("issues")
    assert drawn.kind == "columns" and drawn.categories == findings.issue_names(own)
    np.testing.assert_allclose(drawn.series[0].values, [i.award[1] for i in own.outcomes[0].issues])


def test_every_drawing_of_the_story_becomes_native_charts() -> None:
    for told in made("first", True).slides:
        for own in told.figures:
            found = native.plans(own)
            assert found and all(isinstance(x, Chart) for x in found), own.key


def test_a_drawing_without_a_counterpart_becomes_a_table() -> None:
    own = figure("dislocation")
    odd = replace(
        own,
        panels=(
            Map((), Axis(), Axis(), "Nothing."),
            Map((Cell((0, 1), (0, 1), 1.0, ()),), Axis(), Axis(), "A map."),
        ),
    )
    (found,) = native.plans(odd)
    assert isinstance(found, Grid) and len(found.rows) == native.MOST_ROWS


# Slides


def all_text(slide: Any) -> str:
    parts = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            parts.append(shape.text_frame.text)
        if shape.has_table:
            parts += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(parts).replace("\u00a0", " ")


def native_charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize("which", ["first", "crowd"])
def test_slides_reopen_with_native_charts_and_their_numbers(which: str) -> None:
    own, opened = made(which), deck(which)
    assert (opened.slide_width, opened.slide_height) == (Inches(13.333), Inches(7.5))
    for told in own.figures:
        here = [
            x
            for x in opened.slides
            if x.shapes.title.text_frame.text.removesuffix(" (continued)") == told.title
        ]
        plans = [x for x in native.plans(told) if isinstance(x, Chart)]
        found = [c for slide in here for c in native_charts(slide)]
        assert here and len(found) == len(plans)
        for chart, plan in zip(found, plans, strict=True):
            plot = chart.plots[0]
            assert len(plot.categories) == len(plan.categories)
            if isinstance(plan.categories[0], str):
                assert list(plot.categories) == list(plan.categories)
            assert [x.name for x in plot.series] == [x.name for x in plan.series]
            for series, planned in zip(plot.series, plan.series, strict=True):
                np.testing.assert_allclose(
                    np.array(series.values, float), np.array(planned.values, float), rtol=1e-12
                )
            workbook = chart.part.chart_workbook.xlsx_part
            assert workbook is not None and workbook.blob[:2] == b"PK"  # numbers can be edited


def test_line_charts_have_real_dates() -> None:
    own = made("first")
    title = next(f.title for f in own.figures if f.key == "yields")
    (slide,) = [x for x in deck("first").slides if x.shapes.title.text_frame.text == title]
    (chart,) = native_charts(slide)
    assert chart._chartSpace.find(".//{*}dateAx") is not None
    dates = [x.text for x in chart._chartSpace.findall(".//{*}ser")[0].findall("./{*}cat//{*}pt/{*}v")]
    excel = [(day - dt.date(1899, 12, 30)).days for day in own.summary.calendar]
    assert [float(x) for x in dates] == excel


@pytest.mark.parametrize("which", ["first", "crowd"])
def test_slides_tell_verdict_scorecard_and_all_provenance(which: str) -> None:
    own, opened = made(which), list(deck(which).slides)
    assert words.QUESTION in all_text(opened[0]) and own.verdict in all_text(opened[0])
    card = "\n".join(map(all_text, opened[1:5]))
    for key in TILES:
        for k in range(len(own.summary.policies)):
            value, under, _ = content.score(own.summary, key, k)
            assert value in card and under.replace(" (", "\n(") in card
    rests = [slide for slide in opened if all_text(slide).startswith("What these numbers rest on")]
    assert rests[-1] == opened[-1] and (which == "crowd" or len(rests) == 1)
    last = "\n".join(map(all_text, rests))
    assert all(f"{fact.name}: {fact.value}" in last for fact in own.facts)
    assert own.code in last or own.code in opened[-1].notes_slide.notes_text_frame.text
    assert words.QUIET in last and (RUDE in last or which == "first")
    changed = "\n".join(map(all_text, opened))
    assert all(line in changed for line in own.changed)
    for slide in opened:
        assert provenance.foot(own.summary) in slide.notes_slide.notes_text_frame.text
        assert slide.shapes.title.text_frame.text.strip()


def sizes(slide: Any) -> Iterator[tuple[float, float]]:
    """Height on the slide in inches and font size of every run of text and tables."""
    for shape in slide.shapes:
        frames = [shape.text_frame] if shape.has_text_frame else []
        if shape.has_table:
            frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
        for frame in frames:
            for paragraph in frame.paragraphs:
                yield from ((Emu(shape.top).inches, run.font.size.pt) for run in paragraph.runs)


@pytest.mark.parametrize(("which", "story"), [("first", True), ("crowd", False)])
def test_slides_are_legible_and_nothing_leaves_them(which: str, story: bool) -> None:
    opened = deck(which, story)
    for slide in opened.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0, shape.name
            assert shape.left + shape.width <= opened.slide_width + 2, shape.name
            assert shape.top + shape.height <= opened.slide_height + 2, shape.name
        small = [size for top, size in sizes(slide) if top < 7.0 and size < 14]
        assert not small, slide.shapes.title.text_frame.text
        assert not [x for x in slide.placeholders if not x.text_frame.text]


def test_the_talks_slides_come_first_in_the_stages_order_and_ask_before_they_answer() -> None:
    own, opened = made("first", True), list(deck("first", True).slides)[1:]
    titles = [x.shapes.title.text_frame.text.replace("\u00a0", " ") for x in opened]
    assert [told.title for told in own.slides] == [*(step.title for step in STEPS), own.slides[-1].title]
    at = 0
    for number, told in enumerate(own.slides, 1):
        if told.question:
            assert titles[at] == f"{number}. {told.title}" and told.question in all_text(opened[at])
            assert told.sentence not in all_text(opened[at]) and not native_charts(opened[at])
            assert told.notes in opened[at].notes_slide.notes_text_frame.text
            assert titles[at + 1] == f"{number}. The run says: {told.choices[told.truth]}"
            at += 1
        answer = opened[at]
        assert told.sentence in all_text(answer) and native_charts(answer)
        assert all(f"★ {line}" in all_text(answer) for line in told.winners)
        assert told.scored or all(value in all_text(answer) for _, value in told.numbers)
        notes = answer.notes_slide.notes_text_frame.text
        assert told.notes in notes and provenance.screen(told.summary) in notes
        at += 1
    assert own.slides[-1].scored and titles[at] == "What each policy does"  # and then the comparison in full


# The web page


class Reader(HTMLParser):
    """Elements of a page in order, checked for being closed in order."""

    VOID = frozenset(("meta", "link", "br", "img", "hr", "input"))

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@cache
def read(which: str, story: bool = False) -> Reader:
    return Reader(page(which, story))


@pytest.mark.parametrize(("which", "story"), [("first", True), ("crowd", False)])
def test_the_page_is_whole_and_asks_nothing_of_anybody(which: str, story: bool) -> None:
    html, found = page(which, story), read(which, story)
    assert html.startswith("<!DOCTYPE html>") and not found.open
    tags = [tag for tag, _ in found.elements]
    assert not {"script", "link", "img", "iframe", "object", "image", "a", "style@import"} & set(tags)
    assert not [a for _, attrs in found.elements for a in attrs if a in ("src", "onload", "onclick")]
    assert all((attrs.get("xlink:href") or "#").startswith("#") for _, attrs in found.elements)
    assert "@import" not in html and not re.search(r"url\((?!#)", html) and "://" not in html
    (policy,) = [a["content"] for t, a in found.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert len(html.encode()) < 3_000_000


def test_the_page_can_be_read_by_everyone() -> None:
    found = read("first")
    assert ("html", {"lang": "en"}) in found.elements and words.QUESTION in found.words
    for whole in (found, read("first", True)):
        levels = [int(tag[1]) for tag, _ in whole.elements if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1 and levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))
    drawn = [attrs for tag, attrs in found.elements if tag == "svg"]
    alts = {p.alt for f in made("first").figures for p in f.panels if not p.empty}
    assert drawn and all(x.get("role") == "img" and x.get("aria-label") for x in drawn)
    assert alts <= {x["aria-label"] for x in drawn}
    ids = [attrs["id"] for _, attrs in found.elements if attrs.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attrs in found.elements:
        assert tag != "svg" or "viewbox" in attrs
    assert not re.search(
        r'fill="#000|fill="black"|fill="white"|fill="#fff"', page("first")
    )  # text follows the theme


@pytest.mark.parametrize("which", ["first", "crowd"])
def test_the_page_tells_every_figure_and_what_it_rests_on(which: str) -> None:
    own = drawn(which)
    said = " ".join(read(which).words)
    for key in TILES:
        for k in range(len(own.summary.policies)):
            value, under, _ = content.score(own.summary, key, k)
            assert value in said and under in said
    assert own.verdict in said and all(f.title in said for f in own.figures)
    assert all(fact.value in said for fact in own.facts) and own.code in said and words.QUIET in said
    assert all(line in said for line in own.changed)
    for told in own.figures:
        assert all(native.cell(v) in said for v in told.table.iloc[0])
    assert said.count("Numbers of the chart.") == len(own.figures)


def test_the_page_escapes_labels_and_holds_the_story_when_asked() -> None:
    assert "<b>&" not in page("crowd") and RUDE in " ".join(read("crowd").words)
    told = " ".join(read("first", True).words)
    for slide in short().slides:
        assert slide.question in told and slide.sentence in told and slide.notes in told
        assert all(f"★ {line}" in told for line in slide.winners)
    assert "The talk in 2 slides" in told and "The talk in" not in page("first")


def test_a_long_table_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "MOST_ROWS", 10)
    drawn = html_page.table(figure("dislocation"))
    assert drawn.count("<tr>") == 11 and f"{len(figure('dislocation').table) - 10} more are left out" in drawn


# Without the extra


def test_what_is_missing_is_said_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert export_package.missing("pptx", "vl_convert") == ""
    own = made("first")
    monkeypatch.setattr(export_package, "find_spec", lambda name: None)
    with pytest.raises(Refused, match="python-pptx is not installed; to install: pip install python-pptx"):
        slides.pptx(own)
    with pytest.raises(Refused, match="pip install vl-convert-python"):
        html_page.html(own)
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.STATE] = first()
    at.session_state["closer"] = "Sales and losses"
    for key in ("export", "table.funds"):
        at.session_state[key] = True
    at.run()
    assert not at.exception and "python-pptx is not installed" in " ".join(x.value for x in at.info)
    assert any("SVG and PNG cannot be made here" in x.value for x in at.caption)
    monkeypatch.setattr(sys, "argv", ["backstop", "export", "april_2025", "--out", "x.pptx"])
    with pytest.raises(SystemExit) as stopped:
        main.main()
    assert stopped.value.code == 2


# On the page


def test_a_closed_fold_loads_nothing_and_an_open_one_offers_files() -> None:
    code = f"""
import sys
from streamlit.testing.v1 import AppTest
from ui.state import session, state as s
at = AppTest.from_file({APP!r}, default_timeout=60)
at.session_state[session.STATE] = s.with_draws(s.opening(), paths=8)
at.run()
assert not at.exception, at.exception
print(sorted(m for m in sys.modules if m.split(".")[0] in ("pptx", "vl_convert", "lxml") or m.startswith("ui.export.")))
at.session_state["closer"] = "Sales and losses"
for key in ("export", "table.funds"):
    at.session_state[key] = True
at.run()
assert not at.exception, at.exception
print([b.label for b in at.get("download_button")])
print(sorted(m for m in sys.modules if m.split(".")[0] in ("pptx", "vl_convert") or m.startswith("ui.export.")))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    closed, offered, opened = done.stdout.strip().splitlines()[-3:]
    assert closed == "[]" and opened == "[]"  # offering a file builds and loads nothing either
    assert all(x in offered for x in ("Build and download .pptx", "Picture as SVG", "Picture as PNG"))


def test_what_the_buttons_build_is_the_export(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.widgets import exports

    monkeypatch.setattr(html_page, "html_bytes", lambda told: told.code.encode())
    built = exports.build(first(), summary(first()), exports.PAGE, False)
    assert built.decode() == made("first").code
    opened = Presentation(io.BytesIO(exports.build(first(), summary(first()), exports.SLIDES, False)))
    assert len(opened.slides) == len(deck("first").slides)
    drawn = exports.picture("svg", figure("funds"), summary(first()), "dark")
    assert drawn == images.svg_bytes(figure("funds"), summary(first()), "dark")


# On the command line


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["backstop", "export", *arguments])
    try:
        main.main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def test_the_command_writes_what_the_page_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same state, run again, gives the same bytes."""
    out = tmp_path / "page.html"
    assert run(monkeypatch, "april_2025", "--paths", str(PATHS), "--out", str(out)) == 0
    assert out.read_bytes() == page("first").encode()


def test_the_command_takes_policies_settings_and_charts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    options = [
        "--paths",
        "8",
        "--seed",
        "5",
        "--set",
        "funds.scale=0.9",
        "--policy",
        "Mine=outright:pace_bn=80",
    ]
    out = tmp_path / "x.svg"
    assert run(monkeypatch, "crowded", *options, "--chart", "all", "--theme", "dark", "--out", str(out)) == 0
    written = sorted(p.name for p in tmp_path.iterdir())
    assert written == sorted(f"x_{key}.svg" for key in export.CHARTS if key != "issues")
    said = said_in((tmp_path / "x_funds.svg").read_text())
    assert "changed: funds.scale=0.9. Policies: none; Mine=outright:pace_bn=80. Seed 5, 8 paths" in said
    assert images.ink("dark").paper in (tmp_path / "x_funds.svg").read_text()


def test_the_command_reads_a_saved_screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    saved, out = tmp_path / "mine.toml", tmp_path / "x.svg"
    saved.write_text(document.to_toml(crowd()), encoding="utf-8")
    assert run(monkeypatch, str(saved), "--chart", "sales", "--out", str(out)) == 0
    assert out.read_text() == picture("sales", "light", "crowd")
    saved.write_text(
        document.to_toml(crowd()).replace('"funds.scale" = 0.9', '"funds.scale" = 99'), encoding="utf-8"
    )
    assert run(monkeypatch, str(saved), "--out", str(tmp_path / "y.svg")) == 2
    assert not (tmp_path / "y.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["april_2025", "--out", "x.doc"], "must end in .pptx, .html, .svg, .png"),
        (["april_2025", "--out", "nowhere/x.svg"], "there is no folder 'nowhere'"),
        (["april_2025", "--story", "--out", "x.png"], "write .pptx or .html"),
        (["april_2025", "--chart", "sales", "--out", "x.html"], "which holds every chart"),
        (["april_2025", "--chart", "sale", "--out", "x.svg"], "must be one of dislocation"),
        (["crowded", "--chart", "issues", "--out", "x.svg"], "has no Treasury auctions"),
        (["april_2026", "--out", "x.svg"], "did you mean april_2025"),
        (["april_2025", "--paths", "1", "--out", "x.svg"], "between 2 and 4096"),
        (["april_2025", "--policy", "outrigt", "--out", "x.svg"], "outright"),
    ],
)  # fmt: skip
def test_the_command_refuses_before_it_runs(
    arguments: list[str], answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(export, "computed", lambda state: pytest.fail("it ran"))
    assert run(monkeypatch, *arguments) == 2
    assert answer in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_policies_are_printed_as_they_can_be_typed() -> None:
    assert [print_policy(p) for p in crowd().policies] == [
        fact.value for fact in made("crowd").facts if fact.name == "Policy"
    ]
