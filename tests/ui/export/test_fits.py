"""Nothing on a slide is cut or overlaps, under Arial's metrics and under the wider face that stands in where it is missing.

Text is measured with the fonts themselves: DejaVu Sans by Pillow, and the metrics of Helvetica, which are Arial's.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from fontTools.afmLib import AFM
from fontTools.agl import UV2AGL
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Emu, Inches

from models.library import SHIPPED
from policy.outcomes.summary import Summary
from policy.spec import parse_policy
from ui.cli import export
from ui.export import content, pptx_charts, slides, text
from ui.state import state as s

FONTS = Path(matplotlib.get_data_path()) / "fonts"
PATHS = 4
EXACT = 1000  # size at which a font is measured
HAIR = 0.02  # inches, below which nobody sees an overlap
LINE = 1.17  # line height over font size, of both faces
Measure = Callable[[str, bool], float]  # the width of a text in font sizes


@cache
def dejavu(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"), EXACT)


@cache
def helvetica(bold: bool) -> AFM:
    return AFM(str(FONTS / "pdfcorefonts" / f"Helvetica{'-Bold' if bold else ''}.afm"))


@cache
def in_dejavu(letter: str, bold: bool) -> float:
    return dejavu(bold).getlength(letter) / EXACT


@cache
def in_arial(letter: str, bold: bool) -> float:
    """What Arial lacks comes from another face."""
    name = UV2AGL.get(ord(letter), "space" if letter == "\u00a0" else "")
    metrics = helvetica(bold)
    return metrics[name][1] / 1000 if metrics.has_char(name) else in_dejavu(letter, bold)


def measured(face: Callable[[str, bool], float]) -> Measure:
    return lambda said, bold: sum(face(letter, bold) for letter in said)


FACES = {"DejaVu Sans": measured(in_dejavu), "Arial": measured(in_arial)}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("bold", [False, True])
def test_no_letter_is_wider_than_it_is_counted(face: str, bold: bool) -> None:
    letters = {chr(k) for k in (*range(0x20, 0x7F), *range(0xA0, 0x17F))} | set("‘’“”–—…−×→↔±≥≤≈·•■●▲▼◆★✓")
    over = [c for c in sorted(letters) if FACES[face](c, bold) * 100 > text.width(c, 100, bold) + 1e-6]
    assert over == []


@pytest.mark.parametrize("bold", [False, True])
def test_ordinary_text_is_counted_at_most_a_quarter_wider_than_it_is(bold: bool) -> None:
    said = "The taxpayer risks most under Outright purchases: $5.7bn gain expected, $50.3bn lost on average"
    assert 1.0 <= text.width(said, 1, bold) / FACES["DejaVu Sans"](said, bold) < 1.05
    assert text.width(said, 1, bold) / FACES["Arial"](said, bold) < 1.25


# Boxes


@dataclass(frozen=True)
class Placed:
    """Something on a slide, in inches."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def over(self, other: Placed) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > HAIR and min(self.bottom, other.bottom) - max(self.top, other.top) > HAIR


def lines_of(paragraph: Any, wide: float, measure: Measure) -> int:
    """Lines of a paragraph in a width in points, as a program that sets text breaks them; a long word is broken."""
    (size,), (bold,) = (
        {r.font.size.pt for r in paragraph.runs},
        {bool(r.font.bold) for r in paragraph.runs[-1:]},
    )
    room = (wide - (16 if "marL" in paragraph._p.pPr.attrib else 0)) / size
    count, line = 1, ""
    for word in "".join(run.text for run in paragraph.runs).split(" "):
        joined = f"{line} {word}" if line else word
        if measure(joined, bold) <= room:
            line = joined
            continue
        count += bool(line)
        while measure(word, bold) > room:
            fits = next(n for n in range(len(word) - 1, 0, -1) if measure(word[:n], bold) <= room or n == 1)
            word, count = word[fits:], count + 1
        line = word
    return count


def tall(frame: Any, wide: float, measure: Measure) -> float:
    """The height that a frame's text needs, inches."""
    return sum(
        (lines_of(p, 72 * wide, measure) * p.runs[0].font.size.pt * LINE + (p.space_before.pt if p.space_before else 0)) / 72
        for p in frame.paragraphs
    )  # fmt: skip


def too_full(shape: Any, measure: Measure) -> Iterator[str]:
    """Text that needs more room than its box or cell has."""
    if shape.has_text_frame and shape.text_frame.text:
        needs, has = tall(shape.text_frame, Emu(shape.width).inches, measure), Emu(shape.height).inches
        if needs > has + HAIR:
            yield f"{shape.text_frame.text[:60]!r} needs {needs:.2f} of {has:.2f}"
    for row in shape.table.rows if shape.has_table else ():
        for cell, column in zip(row.cells, shape.table.columns, strict=True):
            wide = Emu(column.width - cell.margin_left - cell.margin_right).inches
            needs = tall(cell.text_frame, wide, measure) + Emu(cell.margin_top + cell.margin_bottom).inches
            if needs > Emu(row.height).inches + HAIR:
                yield f"cell {cell.text_frame.text[:60]!r} needs {needs:.2f} of {Emu(row.height).inches:.2f}"


def broken_words(shape: Any, measure: Measure) -> Iterator[str]:
    """Words of a table that are wider than their column."""
    for row in shape.table.rows if shape.has_table else ():
        for cell, column in zip(row.cells, shape.table.columns, strict=True):
            room = Emu(column.width - cell.margin_left - cell.margin_right).pt
            for run in (run for p in cell.text_frame.paragraphs for run in p.runs):
                long = [
                    w
                    for w in run.text.split(" ")
                    if measure(w, bool(run.font.bold)) * run.font.size.pt > room + 0.5
                ]
                yield from (f"{word!r} is broken in a table" for word in long)


def placed(shape: Any) -> Placed:
    box = [Emu(v).inches for v in (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)]
    words = (shape.has_text_frame and shape.text_frame.text[:40]) or shape.name
    return Placed(words, *box)


def faults(deck: Any, measure: Measure) -> list[str]:
    """All that is cut, overlaps or leaves a slide, by slide."""
    found = []
    for number, slide in enumerate(deck.slides, 1):
        boxes = [placed(shape) for shape in slide.shapes]
        said = [
            line
            for shape in slide.shapes
            for line in (*too_full(shape, measure), *broken_words(shape, measure))
        ]
        said += [f"{a.what!r} lies over {b.what!r}" for a, b in combinations(boxes, 2) if a.over(b)]
        said += [
            f"{a.what!r} leaves the slide"
            for a in boxes
            if a.right > 13.34 or a.bottom > 7.51 or min(a.left, a.top) < 0
        ]
        found += [f"slide {number}: {line}" for line in said]
    return found


# Decks


@cache
def summary(state: s.State) -> Summary:
    return export.computed(state)


@pytest.fixture
def deck_of(monkeypatch: pytest.MonkeyPatch):
    """A deck with an empty frame in each chart's place: what charts hold is tested elsewhere, and takes long to write."""

    def framed(slide: Any, box: Any, plan: Any, name: str, legend: bool = True) -> None:
        slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(box.x), Inches(box.y), Inches(box.w), Inches(box.h)
        ).name = name
        assert box.w > 2.5 and box.h > 1.2, f"no room for {name}: {box}"

    monkeypatch.setattr(pptx_charts, "chart", framed)

    def built(state: s.State, talk: bool) -> Any:
        fewer = (lambda asked: summary(replace(asked, paths=PATHS))) if talk else None
        return Presentation(io.BytesIO(slides.pptx(content.content(state, summary(state), fewer))))

    return built


@pytest.mark.parametrize("world", SHIPPED)
def test_nothing_is_cut_and_nothing_overlaps_in_any_world(deck_of, world: str) -> None:
    deck = deck_of(
        s.with_draws(s.with_whole_episode(world)(s.opening()), paths=PATHS), world == s.FIRST_EPISODE
    )
    assert {face: faults(deck, measure) for face, measure in FACES.items()} == {face: [] for face in FACES}


def test_eight_policies_with_long_names_fit_too(deck_of) -> None:
    names = [
        "Wide reaching programme of purchases without any limit at all"[:60],
        "Unabbreviatableneologismofmanyletters",
    ]
    specs = [f"{name}=outright:pace_bn={20 + k}" for k, name in enumerate(names)]
    specs += ["hedged-purchases:pace_bn=80,total_bn=400", "outright+repo", "repo:cap_bn=100"]
    state = s.with_world(s.with_draws(s.opening(), paths=PATHS), {"funds.scale": 0.9})
    deck = deck_of(s.with_policies(state, [*state.policies, *map(parse_policy, specs[:4])]), False)
    assert {face: faults(deck, measure) for face, measure in FACES.items()} == {face: [] for face in FACES}


def test_a_deck_that_does_not_fit_would_be_found(deck_of, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "width", lambda said, size, bold=False: 0.45 * len(said) * size)
    deck = deck_of(s.with_draws(s.opening(), paths=PATHS), False)
    assert any("needs" in line for line in faults(deck, FACES["DejaVu Sans"]))
