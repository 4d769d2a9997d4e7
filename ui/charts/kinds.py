"""The kinds of charts, as values: numbers, names, units, limits and text, and nothing of how a library draws them.

`vega` draws a value on the screen and in pictures, `ui.export.native` in slides; another renderer needs nothing else.
A chart's `alt` says in words what it shows, its `heading` what tells it from the charts beside it. `tips` titles the
lines that a mark `says` when pointed at, after its lane and its series where these have a title (`what`).
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.stack import Array
from ui.charts.styles import Style

Span = tuple[float, float]
Side = Literal["right", "left", "above", "below", "upper right", "lower right", "upper left"]


# Axes


@dataclass(frozen=True)
class Axis:
    """A measured axis: its title with the unit; `ends` and `ticks` where they are fixed, else round ones about the data."""

    title: str = ""
    ends: Span | None = None
    ticks: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()  # at the ticks, where numbers do not say it
    count: int = 5  # about how many ticks
    scale: Literal["linear", "sqrt", "symlog"] = "linear"
    zero: bool = False  # whether zero belongs on it
    padding: int = 0  # pixels at the ends
    grid: bool = True


@dataclass(frozen=True)
class Names:
    """An axis of names in order, each with its own lines of text; `what` they are, where it is worth a line of a tip."""

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    what: str = ""
    width: int = 130  # pixels for the text


def days(calendar: Sequence[dt.date], steps: int = 4) -> Axis:
    """The axis of days with a few dates."""
    last = len(calendar) - 1
    ticks = tuple(range(0, last + 1, max(1, round(last / steps))))
    return Axis("", (0, last), ticks, tuple(f"{calendar[d].day} {calendar[d]:%b}" for d in ticks), grid=False)


# Marks


@dataclass(frozen=True, eq=False)
class Line:
    """Values over an axis, with the band around them; `at` says each place in words where it can be pointed at."""

    style: Style
    x: np.ndarray
    y: Array
    low: Array | None = None
    high: Array | None = None
    at: tuple[str, ...] = ()
    shaded: bool = True  # whether the band is drawn
    width: float = 2.4
    step: bool = False  # from value to value in steps


@dataclass(frozen=True)
class Mark:
    """A point of a series, with intervals across and upwards, and the words beside it."""

    x: float | str
    y: float | str
    series: str
    says: tuple[str, ...] = ()
    across: Span | None = None
    up: Span | None = None
    label: str = ""
    place: Side = "right"
    strong: bool = False  # a label in the mark's own colour
    size: float = 0.0  # pixels squared; 0 for the usual
    ringed: bool = False
    key: int = 0  # what a click on it picks
    short: str = ""  # what a table of the points says; a point without it stands in no such table


@dataclass(frozen=True)
class Level:
    """A limit across the chart, named."""

    value: float
    name: str = ""
    dashed: bool = True


# Kinds


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines over days or over a number, with bands, limits, and points of data."""

    lines: tuple[Line, ...]
    x: Axis
    y: Axis
    alt: str
    heading: str = ""
    height: int = 290
    what: str = ""
    tips: tuple[str, ...] = ()
    value: str = "Median"  # what a line's value is
    place: str = "Date"  # what `at` is
    digits: int = 1
    levels: tuple[Level, ...] = ()
    points: tuple[Mark, ...] = ()
    series: tuple[Style, ...] = ()  # of the points
    rings: bool = False  # points are open
    size: float = 110.0
    calendar: tuple[dt.date, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.lines or self.points)


@dataclass(frozen=True, eq=False)
class Points:
    """Points with intervals in lanes of names, or on a plane of two numbers; `apart` gives series lanes of their own."""

    points: tuple[Mark, ...]
    series: tuple[Style, ...]
    x: Axis | Names
    y: Axis | Names
    alt: str
    heading: str = ""
    height: int = 290
    what: str = ""
    tips: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    lines: tuple[Line, ...] = ()
    shade: Span | None = None  # a band behind the points
    apart: bool = False
    guides: bool = False  # a faint line along each lane
    thin: bool = False  # intervals thin and grey
    size: float = 110.0
    pick: str = ""  # name of the selection that a click on a mark makes
    plainly: str = ""  # how to read it where only its points are drawn
    corner: str = ""  # what a table of the points is about

    @property
    def empty(self) -> bool:
        return not self.points


@dataclass(frozen=True)
class Piece:
    """A part of a lane's bar; in a floating bar it begins at `start`."""

    lane: str
    part: str
    value: float
    says: tuple[str, ...] = ()
    start: float = 0.0
    error: Span | None = None
    inside: str = ""  # words within it, where there is room


@dataclass(frozen=True)
class Label:
    """Words at a place of a lane; of a part's own bar where bars stand apart."""

    lane: str
    at: float
    text: str
    part: str = ""
    left: bool = False


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars in lanes: parts stacked from zero, beside each other, or floating from where the last one ended."""

    pieces: tuple[Piece, ...]
    parts: tuple[Style, ...]
    lanes: Names
    x: Axis
    alt: str
    heading: str = ""
    height: int = 290
    form: Literal["stacked", "beside", "floating"] = "stacked"
    what: str = "Part"
    tips: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    total: str = ""  # what the labels are, where they make a small table
    here: tuple[tuple[str, float], ...] = ()  # an upright mark in a lane
    levels: tuple[Level, ...] = (Level(0.0, dashed=False),)
    room: float = 0.0  # how far the axis must reach
    edges: bool = False  # white lines between parts

    @property
    def empty(self) -> bool:
        return not self.pieces

    @property
    def alike(self) -> bool:
        """Whether three lanes or more all show the same, which a sentence says better."""
        shown: dict[str, list[tuple[str, float, float]]] = {lane: [] for lane in self.lanes.names}
        for p in self.pieces:
            shown[p.lane].append(("" if p.part == p.lane else p.part, p.value, p.start))
        first, *others = shown.values() or [[]]
        return len(others) > 1 and bool(first) and all(other == first for other in others)


@dataclass(frozen=True, eq=False)
class Ridge:
    """A distribution on bins, in % of outcomes; bins up to `worst` are its tail. `mean` and `tail` are marked."""

    style: Style
    edges: Array
    share: Array
    worst: float
    mean: float
    tail: float
    said: str

    @property
    def solid(self) -> Array:
        """Which bins belong to the tail."""
        return np.asarray(self.edges[1:] <= self.worst)


@dataclass(frozen=True, eq=False)
class Ridges:
    """Distributions one above the other, each scaled to its own peak."""

    ridges: tuple[Ridge, ...]
    x: Axis
    alt: str
    heading: str = ""
    named: bool = True  # whether names stand beside them
    plainly: str = ""  # how to read it where only the marks are drawn

    @property
    def height(self) -> int:
        return 70 * len(self.ridges) + 50 if self.named else 190

    @property
    def empty(self) -> bool:
        return not self.ridges


@dataclass(frozen=True)
class Cell:
    """A rectangle of a map: a kind's name and how strongly it is that kind, or a value."""

    x: Span
    y: Span
    value: str | float
    says: tuple[str, ...]
    strength: float = 1.0
    at: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class Map:
    """Cells over two numbers, by kind or by value on a ramp of colours, with lines, words and dots on them."""

    cells: tuple[Cell, ...]
    x: Axis
    y: Axis
    alt: str
    kinds: tuple[Style, ...] = ()
    ramp: tuple[str, ...] = ()
    reach: Span = (0.0, 1.0)  # values at the ends of the ramp
    scale: str = ""  # title of the ramp
    heading: str = ""
    height: int = 460
    tips: tuple[str, ...] = ()
    lines: tuple[tuple[Span, Span], ...] = ()  # ends across and ends upwards
    words: tuple[tuple[float, float, str], ...] = ()
    dots: tuple[tuple[float, float], ...] = ()
    spot: tuple[float, float, str] | None = None
    chosen: tuple[Span, Span] | None = None
    pick: str = ""  # name of the selection that a click on a cell makes

    @property
    def empty(self) -> bool:
        return not self.cells


@dataclass(frozen=True)
class Dots:
    """Single cases as dots, a row of them for each name, by how each ends: places among `ends`, in the order drawn."""

    rows: Names
    ends: tuple[Style, ...]
    cases: tuple[tuple[int, ...], ...]
    alt: str
    heading: str = ""
    what: str = "Ends"
    across: int = 25  # dots beside each other

    @property
    def deep(self) -> int:
        """Dots above each other in a row."""
        return -(-max(map(len, self.cases), default=0) // self.across)

    @property
    def height(self) -> int:
        return len(self.rows.names) * (14 * self.deep + 18) + 20

    @property
    def empty(self) -> bool:
        return not any(self.cases)

    def counts(self) -> tuple[tuple[int, ...], ...]:
        """How many cases of each row end in each way."""
        return tuple(tuple(row.count(k) for k in range(len(self.ends))) for row in self.cases)


Chart = Lines | Points | Bars | Ridges | Map | Dots


def wrapped(name: str, width: int, most: int = 3) -> tuple[str, ...]:
    """A name in lines."""
    return tuple(textwrap.wrap(name, width)[:most]) or (name,)


def lanes(names: Sequence[str], width: int = 16, most: int = 3, what: str = "Policy") -> Names:
    """An axis of names, each wrapped at so many letters."""
    return Names(tuple(names), tuple(wrapped(n, width, most) for n in names), what)
