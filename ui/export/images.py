"""Charts as SVG and PNG: the screen's own drawing, made in the page's theme without any network.

A picture stands alone: title, note, legend, panels and a foot that says what the numbers rest on. Fonts are named
generically, with faces of the same metrics first, so that text keeps its place on any machine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Any, Literal

from models.errors import Refused
from models.text import svg as escape
from policy.studies.helper import Died, Helper
from ui.charts import vega
from ui.charts.figure import Figure, Source
from ui.charts.kinds import Chart
from ui.charts.styles import SOLID, Style
from ui.export import missing, text
from ui.export.provenance import foot

Theme = Literal["light", "dark"]
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
WIDE, MARGIN, GAP = 960.0, 28.0, 24.0
PER_ROW = {1: 1, 2: 2, 3: 3, 4: 2}  # panels beside each other; more than four stand in threes
SCALE = 2.0  # pixels of a PNG per unit of its SVG


@dataclass(frozen=True)
class Ink:
    """Colours of a theme: the page, its text, quieter text and lines."""

    paper: str
    text: str
    quiet: str
    line: str


# In a web page the drawing takes the colour of the text around it, so one drawing serves both themes.
PAGE = Ink("none", "currentColor", "currentColor", "currentColor")


@lru_cache(maxsize=2)
def ink(theme: Theme) -> Ink:
    """The colours of the page's own theme file."""
    colours = tomllib.loads(resources.files("ui").joinpath("theme.toml").read_text(encoding="utf-8"))[theme]
    paper, front = colours["backgroundColor"], colours["textColor"]
    return Ink(paper, front, _mixed(front, paper, 0.72), colours["borderColor"])


def _mixed(front: str, back: str, share: float) -> str:
    """`share` of one colour on another, as #rrggbb."""
    pairs = [(int(front[k : k + 2], 16), int(back[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


# Drawing one panel


@dataclass(frozen=True)
class Drawing:
    """A piece of SVG without its outer element, and its size."""

    body: str
    width: float
    height: float


def draw(panel: Chart, wide: float, colours: Ink, name: str) -> Drawing:
    """A panel at a given width. `name` keeps the piece's ids apart from others in the same document.

    Raises `Refused` where the package that draws is not installed.
    """
    absent = missing("vl_convert")
    if absent:
        raise Refused(f"a chart cannot be drawn as a picture: {absent}")
    return _piece(
        _converted(vega.picture, panel, wide, colours.text, colours.line, FONT, colours is PAGE), name
    )


# The converter is a program of another language that ends its process where it fails; so it has one of its own.
CONVERTER = Helper(seconds=60.0)


def _converted(draw: Callable[..., Any], *given: Any) -> Any:
    """What `draw` makes, in the converter's own process. Raises `Refused` where that fails."""
    try:
        return CONVERTER.call(draw, *given)
    except Died:
        raise Refused(
            "this chart cannot be drawn as a picture: the program that draws failed on it"
        ) from None
    except (ValueError, RuntimeError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("this chart cannot be drawn as a picture: the program that draws refuses it") from None


def raster(drawn: str) -> bytes:
    """An SVG as PNG, in this process."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(drawn, scale=SCALE))


_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"[^>]*>')
_FOR_READERS = re.compile(r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"')
_HOVER = re.compile(r"[;,] hover [^.;]*")
_ID = re.compile(r'( id="|url\(#|href="#)([^")]+)')


def _piece(svg: str, name: str) -> Drawing:
    """The inside of an SVG: ids of its own, and no notes for readers of single marks.

    The drawing has one description instead; the engine's ids count on through its life and would differ at each call.
    """
    head = _SIZE.search(svg)
    if head is None:
        raise ValueError("the drawing has no size")
    body = svg[head.end() : svg.rindex("</svg>")]
    body = _FOR_READERS.sub("", body)
    order = {own: k for k, own in enumerate(dict.fromkeys(match[1] for match in _ID.findall(body)))}
    body = _ID.sub(lambda match: f"{match[1]}{name}-{order[match[2]]}", body)
    return Drawing(body, float(head[1]), float(head[2]))


# A picture that stands alone


def svg(figure: Figure, source: Source | str, theme: Theme = "light") -> str:
    """The whole figure as one SVG document. Raises `Refused` where the package that draws is not installed."""
    colours = ink(theme)
    pieces: list[str] = []
    at = MARGIN
    at = _lines(pieces, figure.title, at, 20, colours.text, bold=True)
    at = _lines(pieces, still(figure.note), at + 2, 13, colours.quiet)
    if figure.legend:
        at = _legend(pieces, figure.legend, at + 8, colours)
    at = _panels(pieces, figure, at + 12, colours)
    if figure.after:
        at = _lines(pieces, figure.after, at + 4, 13, colours.text)
    at += 10
    pieces.append(
        f'<line x1="{MARGIN}" x2="{WIDE - MARGIN}" y1="{at}" y2="{at}" stroke="{colours.line}" stroke-width="1"/>'
    )
    at = _lines(pieces, _foot(figure, source), at + 8, 11, colours.quiet)
    high = round(at + MARGIN - 8)
    described = escape(" ".join(p.alt for p in figure.panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDE:g}" '
        f'height="{high}" viewBox="0 0 {WIDE:g} {high}" role="img" aria-labelledby="title desc" font-family="{FONT}">'
        f'<title id="title">{escape(figure.title)}</title><desc id="desc">{described}</desc>'
        f'<rect width="{WIDE:g}" height="{high}" fill="{colours.paper}"/>{"".join(pieces)}</svg>\n'
    )


def _foot(figure: Figure, source: Source | str) -> str:
    """What the numbers rest on; a figure of several comparisons brings its own line."""
    return f"Unit: {figure.unit}. {source}" if isinstance(source, str) else foot(source, figure.unit)


def png(figure: Figure, source: Source | str, theme: Theme = "light") -> bytes:
    """The same as PNG, twice as many pixels a side. Raises `Refused` as `svg`."""
    return _converted(raster, svg(figure, source, theme))


def svg_bytes(figure: Figure, source: Source | str, theme: Theme = "light") -> bytes:
    """The SVG as the bytes of a file."""
    return svg(figure, source, theme).encode()


def _lines(pieces: list[str], said: str, at: float, size: float, colour: str, bold: bool = False) -> float:
    """Text in lines from the height `at`; returns the height beneath it."""
    step = 1.32 * size
    weight = ' font-weight="bold"' if bold else ""
    lines = text.wrap(text.glued(said), size, WIDE - 2 * MARGIN, bold)
    for k, line in enumerate(lines):
        pieces.append(
            f'<g font-size="{size:g}"{weight} fill="{colour}">{text_line(line, at + size + k * step, size, bold)}</g>'
        )
    return at + step * len(lines)


def text_line(line: str, y: float, size: float, bold: bool) -> str:
    """One line of text. What common faces lack stands apart, so that it changes the face of nothing else:

    signs are drawn, superscripts are small digits, and the rest is text of its own.
    """
    x, parts = MARGIN, []
    for kind, letters in groupby(line, _kind):
        run = "".join(letters)
        if kind in SIGNS:
            parts.append(_drawn(SIGNS[kind], x + 0.38 * size, y - 0.35 * size, size / 15))
            run = kind
        elif kind == "raised":
            plain = run.translate(_PLAIN)
            parts.append(
                f'<text x="{x:.1f}" y="{y - 0.36 * size:.1f}" font-size="{0.6 * size:g}">{plain}</text>'
            )
        else:
            parts.append(f'<text x="{x:.1f}" y="{y:.1f}" xml:space="preserve">{escape(run)}</text>')
        x += text.advance(run, size, bold)
    return "".join(parts)


_PLAIN = str.maketrans(text.SUPERSCRIPTS, "−0123456789")


def _kind(letter: str) -> str:
    if letter in SIGNS:
        return letter
    if letter in text.SUPERSCRIPTS:
        return "raised"
    return "known" if text.known(letter) else "unknown"


def _drawn(shape: str, x: float, y: float, scale: float) -> str:
    return f'<path transform="translate({x:.1f},{y:.1f}) scale({scale:.2f})" d="{SHAPES[shape]}"/>'


def still(note: str) -> str:
    """A note without what only a screen can do."""
    return _HOVER.sub("", note)


def _panels(pieces: list[str], figure: Figure, at: float, colours: Ink) -> float:
    """All panels in rows; returns the height beneath them."""
    count = len(figure.panels)
    across = PER_ROW.get(count, 3)
    wide = (WIDE - 2 * MARGIN - (across - 1) * GAP) / across
    for start in range(0, count, across):
        lowest = at
        for k, panel in enumerate(figure.panels[start : start + across]):
            left = MARGIN + k * (wide + GAP)
            lowest = max(lowest, _one(pieces, panel, left, at, wide, colours, f"p{start + k}"))
        at = lowest + (GAP if start + across < count else 0)
    return at


def _one(
    pieces: list[str], panel: Chart, left: float, at: float, wide: float, colours: Ink, name: str
) -> float:
    for line in text.wrap(panel.heading, 13, wide, bold=True):
        pieces.append(
            f'<text x="{left:g}" y="{at + 13:.1f}" font-size="13" font-weight="bold" fill="{colours.text}">'
            f"{escape(line)}</text>"
        )
        at += 18
    if panel.empty:
        pieces.append(
            f'<text x="{left:g}" y="{at + 13:.1f}" font-size="13" fill="{colours.quiet}">{escape(NOTHING)}</text>'
        )
        return at + 24
    drawn = draw(panel, wide, colours, name)
    pieces.append(f'<g transform="translate({left:g},{at + 4:.1f})">{drawn.body}</g>')
    return at + 4 + drawn.height


SIGNS = {
    "◆": "diamond", "▼": "triangle-down", "▲": "triangle-up", "■": "square", "●": "circle", "▶": "triangle-right", "✚": "cross",
}  # fmt: skip
NOTHING = "Nothing happens, so there is nothing to draw."


# The legend, drawn as the page draws it


def _legend(pieces: list[str], entries: tuple[Style, ...], at: float, colours: Ink) -> float:
    x = MARGIN
    for entry in entries:
        swatch = 32.0 if entry.sign == "line" else 14.0
        takes = swatch + 8 + text.width(entry.name, 13)
        if x > MARGIN and x + takes > WIDE - MARGIN:
            x, at = MARGIN, at + 20
        pieces.append(sign(entry, x, at + 9, swatch))
        pieces.append(
            f'<text x="{x + swatch + 8:.1f}" y="{at + 13.5:.1f}" font-size="13" fill="{colours.text}">'
            f"{escape(entry.name)}</text>"
        )
        x += takes + 22
    return at + 20


def sign(entry: Style, x: float, y: float, wide: float) -> str:
    """What stands before a name: a line with its pattern, a bar's colour, or a point's shape."""
    if entry.sign == "bar":
        pale = ' fill-opacity="0.4"' if entry.pale else ""
        return f'<rect x="{x:.1f}" y="{y - 6:.1f}" width="{wide:g}" height="11" fill="{entry.colour}"{pale}/>'
    if entry.sign == "point":
        return f'<path transform="translate({x + 6:.1f},{y:.1f})" d="{SHAPES[entry.shape]}" fill="{entry.colour}"/>'
    dashes = "" if entry.dash == SOLID else f' stroke-dasharray="{" ".join(map(str, entry.dash))}"'
    return (
        f'<line x1="{x:.1f}" x2="{x + wide:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{entry.colour}" '
        f'stroke-width="2.4"{dashes}/>'
    )


SHAPES = {
    "circle": "M-5,0A5,5 0 1 0 5,0A5,5 0 1 0 -5,0Z",
    "square": "M-5,-5H5V5H-5Z",
    "diamond": "M0,-6L6,0L0,6L-6,0Z",
    "triangle-up": "M-6,5L0,-6L6,5Z",
    "triangle-down": "M-6,-5L0,6L6,-5Z",
    "triangle-right": "M-5,-6L6,0L-5,6Z",
    "triangle-left": "M5,-6L-6,0L5,6Z",
    "cross": "M-2,-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
}
