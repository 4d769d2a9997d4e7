"""Pieces of a slide: text that fits its box, native tables, and the deck's own theme. Lengths are in inches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from models.text import xml
from ui.export import text
from ui.export.native import Grid

INK, QUIET, LINE, PALE, ACCENT = "#10171F", "#4A5563", "#D5DBE3", "#F3F5F8", "#1F5F8B"
LEADING = 1.2  # line height over font size
CELL_X, CELL_Y = 0.08, 0.045  # margins inside a cell


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide."""

    x: float
    y: float
    w: float
    h: float

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def below(self, y: float) -> Box:
        """The part of the box beneath a height."""
        return Box(self.x, y, self.w, self.bottom - y)

    def split(self, left: float, gap: float = 0.3) -> tuple[Box, Box]:
        """Two boxes beside each other, the first `left` wide."""
        return Box(self.x, self.y, left, self.h), Box(
            self.x + left + gap, self.y, self.w - left - gap, self.h
        )


@dataclass(frozen=True)
class TextLine:
    """A paragraph: its text, size in points, whether bold, its colour, and room above it in points."""

    text: str
    size: float = 16
    bold: bool = False
    colour: str = INK
    above: float = 0
    bullet: bool = False


def colour(value: str) -> RGBColor:
    """#rrggbb as slides write it."""
    return RGBColor.from_string(value.lstrip("#"))


# Text


def height(lines: Sequence[TextLine], wide: float) -> float:
    """How tall paragraphs are when wrapped to a width."""
    return sum(_paragraph_height(line, wide) for line in lines)


def _paragraph_height(line: TextLine, wide: float) -> float:
    room = 72 * wide - (16 if line.bullet else 0)
    count = max(1, len(text.wrap(line.text, line.size, room, line.bold)))
    return (count * line.size * LEADING + line.above) / 72


def write(slide: Any, box: Box, lines: Sequence[TextLine]) -> float:
    """Paragraphs in a text box; returns the height beneath them."""
    tall = height(lines, box.w)
    written = slide.shapes.add_textbox(Inches(box.x), Inches(box.y), Inches(box.w), Inches(tall))
    fill_frame(written.text_frame, lines)
    return box.y + tall


def fill_frame(frame: Any, lines: Sequence[TextLine]) -> None:
    """Paragraphs in a text frame without margins of its own."""
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for k, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
        _paragraph(paragraph, line)


def _paragraph(paragraph: Any, line: TextLine) -> None:
    paragraph.alignment, paragraph.space_before = PP_ALIGN.LEFT, Pt(line.above)
    own = paragraph._p.get_or_add_pPr()
    if line.bullet:
        own.set("marL", str(Pt(16)))
        own.set("indent", str(-Pt(16)))
        own.append(parse_xml(f'<a:buChar {NS} char="•"/>'))
    else:
        own.append(parse_xml(f"<a:buNone {NS}/>"))
    run = paragraph.add_run()
    run.text = xml(line.text)
    font(run.font, line.size, line.bold, line.colour)


NS = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def font(font: Any, size: float, bold: bool = False, ink: str = INK) -> None:
    font.size, font.bold = Pt(size), bold
    font.color.rgb = colour(ink)


# Tables


def row_heights(grid: Grid, widths: Sequence[float], size: float) -> list[float]:
    """Heights of the head and of all rows, which may begin with a square, by the cell that needs most lines."""
    rows = (grid.columns, *((f"■ {row[0]}", *row[1:]) for row in grid.rows))
    return [max(_cell_height(t, w, size, k == 0) for t, w in zip(row, widths, strict=True)) for k, row in enumerate(rows)]  # fmt: skip


def _cell_height(said: str, wide: float, size: float, bold: bool) -> float:
    room = 72 * (wide - 2 * CELL_X)
    count = sum(max(1, len(text.wrap(part, size, room, bold))) for part in said.split("\n"))
    return count * size * LEADING / 72 + 2 * CELL_Y


def table_size(grid: Grid, widths: Sequence[float], tall: float, sizes: Sequence[float]) -> float:
    """The largest of the sizes at which the table fits a height and breaks no word; else the smallest."""
    fits = (
        size for size in sizes if sum(row_heights(grid, widths, size)) <= tall and _whole(grid, widths, size)
    )
    return next(fits, sizes[-1])


def _whole(grid: Grid, widths: Sequence[float], size: float) -> bool:
    """Whether each column is as wide as its longest word; rows may begin with a square."""
    return all(
        text.width(word, size, k == 0) + (size if j == 0 and k else 0.0) <= 72 * (wide - 2 * CELL_X)
        for k, row in enumerate((grid.columns, *grid.rows))
        for j, (cell, wide) in enumerate(zip(row, widths, strict=True))
        for word in words(cell)
    )


COLUMN = 14.0  # points at which columns are measured


def column_widths(grid: Grid, wide: float) -> list[float]:
    """Columns as wide as what they hold, heads on two lines, or where that is too much at least as their longest word."""
    columns = list(zip(grid.columns, *grid.rows, strict=True))
    margin, paint = 2 * CELL_X + 0.02, 0.2  # of the square before a row's name
    least = [max(_inches(w, k == 0) for k, cell in enumerate(own) for w in words(cell)) for own in columns]
    lines = [
        max(_inches(part, False) for cell in own[1:] or ("",) for part in cell.split("\n")) for own in columns
    ]
    whole = [
        max(line, low, _inches(own[0], True) / 2)
        for line, low, own in zip(lines, least, columns, strict=True)
    ]
    least = [low + margin + paint * (j == 0) for j, low in enumerate(least)]
    whole = [high + margin + paint * (j == 0) for j, high in enumerate(whole)]
    if sum(whole) <= wide:
        rest = sum(whole[1:]) or 1.0
        return [whole[0], *(w + (wide - sum(whole)) * w / rest for w in whole[1:])]
    if sum(least) >= wide:
        return [low * wide / sum(least) for low in least]
    share = (wide - sum(least)) / (sum(whole) - sum(least))
    return [low + share * (high - low) for low, high in zip(least, whole, strict=True)]


def words(said: str) -> list[str]:
    """What is not broken between lines."""
    return re.split(r"[ \n]+", said)


def _inches(said: str, bold: bool) -> float:
    return text.width(said, COLUMN, bold) / 72


@dataclass(frozen=True)
class Dress:
    """How a table is marked, and what it is about in words."""

    about: str
    paints: Sequence[str] = ()  # colours of a square before each row's name
    strong: frozenset[tuple[int, int]] = frozenset()  # bold cells, by row and column


def table(slide: Any, box: Box, grid: Grid, widths: Sequence[float], size: float, dress: Dress) -> float:
    """A native table. Returns its bottom.

    Rows are a little taller than their text where the box has room.
    """
    need = row_heights(grid, widths, size)
    more = min(0.2, max(0.0, (box.h - sum(need)) / len(need)))
    heights = [tall + more for tall in need]
    shape = slide.shapes.add_table(
        len(heights), len(widths), Inches(box.x), Inches(box.y), Inches(sum(widths)), Inches(sum(heights))
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", xml(dress.about))
    native = shape.table
    native._tbl.tblPr.find(
        qn("a:tableStyleId")
    ).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
    for column, wide in zip(native.columns, widths, strict=True):
        column.width = Inches(wide)
    for k, (row, tall) in enumerate(zip(native.rows, heights, strict=True)):
        row.height = Inches(tall)
        for j, cell in enumerate(row.cells):
            said = (grid.columns if k == 0 else grid.rows[k - 1])[j]
            paint = dress.paints[k - 1] if k and j == 0 and k <= len(dress.paints) else ""
            _cell(cell, said, size, k == 0, k == 0 or (k - 1, j) in dress.strong, j > 0, paint)
    return box.y + sum(heights)


def _cell(cell: Any, said: str, size: float, head: bool, bold: bool, right: bool, paint: str) -> None:
    cell.margin_left = cell.margin_right = Inches(CELL_X)
    cell.margin_top = cell.margin_bottom = Inches(CELL_Y)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    if head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = colour(PALE)
    else:
        cell.fill.background()
    cell._tc.get_or_add_tcPr().insert(0, _under())
    for k, part in enumerate(said.split("\n")):
        paragraph = cell.text_frame.paragraphs[0] if k == 0 else cell.text_frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        if paint and k == 0:
            square = paragraph.add_run()
            square.text = "■ "
            font(square.font, size, False, paint)
        run = paragraph.add_run()
        run.text = xml(part)
        font(run.font, size, bold)


def _under() -> Any:
    """A thin line beneath a cell."""
    return parse_xml(
        f'<a:lnB {NS} w="9525"><a:solidFill><a:srgbClr val="{LINE.lstrip("#")}"/></a:solidFill></a:lnB>'
    )


# The deck's own theme


def own_theme(deck: Any, accents: Sequence[str]) -> None:
    """The app's colours and one common face in the deck's theme, so that what is added later matches."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = part.blob.decode()
    for k, value in enumerate(accents[:6], 1):
        own = f'<a:accent{k}><a:srgbClr val="{value.lstrip("#")}"/></a:accent{k}>'
        theme = re.sub(rf"<a:accent{k}>.*?</a:accent{k}>", own, theme, flags=re.S)
    theme = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', r"\1Arial", theme)
    part._blob = theme.encode()


def widen(deck: Any, wide: float, tall: float) -> None:
    """A 16:9 deck: the template's own placeholders move along."""
    share = Inches(wide) / deck.slide_width
    deck.slide_width, deck.slide_height = Inches(wide), Inches(tall)
    for holder in (deck.slide_masters[0], *deck.slide_layouts):
        for shape in holder.placeholders:
            shape.left, shape.width = Emu(round(shape.left * share)), Emu(round(shape.width * share))
