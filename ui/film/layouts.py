"""Where the sectors stand and how the pipes between them run, on a screen and on a phone; units are those of the drawing."""

from __future__ import annotations

from typing import NamedTuple

BOX_HEIGHT = 118.0
# In the order of the boxes of a layout; then of its pipes: bonds, loans, and cash that moves on the day.
SECTORS = ("investors", "public", "dealers", "lenders", "funds")
BONDS = (
    "investors dealers",
    "dealers public",
    "funds dealers",
    "funds public",
    "investors public",
    "treasury dealers",
)
LOANS = ("lenders dealers", "dealers funds", "public dealers", "public funds", "dealers investors")
CALLS = ("lenders investors", "funds clearing")


class Pipe(NamedTuple):
    """From one edge to another, where its two lines of words stand, and at which end it runs sideways; else it is straight."""

    x1: float
    y1: float
    x2: float
    y2: float
    label_x: float
    label_y: float
    anchor: str  # start, middle or end; nothing where there is no room for words
    turn: str  # start, end or nothing


class Layout(NamedTuple):
    """A drawing's size, the left upper corners of the boxes, and its pipes."""

    name: str
    width: float
    height: float
    box_width: float
    boxes: tuple[tuple[float, float], ...]
    clearing: tuple[float, float]  # centre of the clearing house
    bonds: tuple[Pipe, ...]
    loans: tuple[Pipe, ...]
    calls: tuple[Pipe, ...]


WIDE = Layout(
    name="wide",
    width=640.0,
    height=398.0,
    box_width=188.0,
    boxes=((4.0, 6.0), (448.0, 6.0), (226.0, 140.0), (4.0, 274.0), (448.0, 274.0)),
    clearing=(320.0, 348.0),
    bonds=(
        Pipe(150.0, 124.0, 226.0, 186.0, 140.0, 152.0, "end", "end"),
        Pipe(414.0, 186.0, 490.0, 124.0, 500.0, 152.0, "start", "start"),
        Pipe(490.0, 274.0, 414.0, 212.0, 500.0, 242.0, "start", "end"),
        Pipe(598.0, 274.0, 598.0, 124.0, 588.0, 196.0, "end", ""),
        Pipe(192.0, 36.0, 448.0, 36.0, 320.0, 14.0, "middle", ""),
        Pipe(320.0, 90.0, 320.0, 140.0, 320.0, 66.0, "middle", ""),
    ),
    loans=(
        Pipe(150.0, 274.0, 226.0, 212.0, 0.0, 0.0, "", "end"),
        Pipe(414.0, 230.0, 466.0, 274.0, 0.0, 0.0, "", "start"),
        Pipe(466.0, 124.0, 414.0, 168.0, 0.0, 0.0, "", "end"),
        Pipe(620.0, 124.0, 620.0, 274.0, 0.0, 0.0, "", ""),
        Pipe(226.0, 168.0, 174.0, 124.0, 0.0, 0.0, "", "start"),
    ),
    calls=(
        Pipe(42.0, 274.0, 42.0, 124.0, 54.0, 196.0, "start", ""),
        Pipe(448.0, 348.0, 376.0, 348.0, 412.0, 316.0, "middle", ""),
    ),
)
NARROW = Layout(
    name="narrow",
    width=360.0,
    height=592.0,
    box_width=170.0,
    boxes=((2.0, 24.0), (188.0, 24.0), (95.0, 206.0), (2.0, 388.0), (188.0, 388.0)),
    clearing=(273.0, 568.0),
    bonds=(
        Pipe(125.0, 142.0, 125.0, 206.0, 114.0, 170.0, "end", ""),
        Pipe(235.0, 206.0, 235.0, 142.0, 246.0, 170.0, "start", ""),
        Pipe(235.0, 388.0, 235.0, 324.0, 246.0, 352.0, "start", ""),
        Pipe(332.0, 388.0, 332.0, 142.0, 322.0, 258.0, "end", ""),
        Pipe(172.0, 100.0, 188.0, 100.0, 0.0, 0.0, "", ""),
        Pipe(180.0, 26.0, 180.0, 206.0, 180.0, 4.0, "middle", ""),
    ),
    loans=(
        Pipe(125.0, 388.0, 125.0, 324.0, 0.0, 0.0, "", ""),
        Pipe(212.0, 324.0, 212.0, 388.0, 0.0, 0.0, "", ""),
        Pipe(212.0, 142.0, 212.0, 206.0, 0.0, 0.0, "", ""),
        Pipe(348.0, 142.0, 348.0, 388.0, 0.0, 0.0, "", ""),
        Pipe(150.0, 206.0, 150.0, 142.0, 0.0, 0.0, "", ""),
    ),
    calls=(
        Pipe(30.0, 388.0, 30.0, 142.0, 40.0, 258.0, "start", ""),
        Pipe(273.0, 506.0, 273.0, 551.0, 262.0, 526.0, "end", ""),
    ),
)
