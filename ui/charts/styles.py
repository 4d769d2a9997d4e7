"""How things are drawn everywhere: one colour, line pattern and shape for each, and what stands before a name in a legend.

Mid-tones keep a contrast of at least 3:1 on the light and on the dark page and are told apart by colour-blind readers;
line patterns and shapes say the same a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from policy.spec import Policy
from ui.words import names as words

Sign = Literal["line", "bar", "point"]
SOLID = (1, 0)
NEUTRAL = "#868E99"
INK, PAPER = "#10171F", "#FFFFFF"  # text and its halo on coloured cells, in either theme
COLOURS = ("#7F8792", "#D55E00", "#1B83C9", "#009E73", "#B3589A", "#A67C00", "#6F63C7", "#A0614A")
DASHES = ((4, 3), SOLID, (9, 4), (12, 3, 2, 3), (5, 2), (2, 2, 6, 2), (14, 4), (4, 4))
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")  # fmt: skip
SLOTS = {"none": 0, "outright": 1, "repo": 2, "hedged-auction": 3, "actual": 4, "hedged-purchases": 6}
STRATEGY_COLOURS = ("#5B6C9D", "#C2456B", "#8C8C3C")


@dataclass(frozen=True)
class Style:
    """A name with its colour, line pattern and shape; `sign` is what shows them in a legend, `pale` a faded filling."""

    name: str
    colour: str
    dash: tuple[int, ...] = SOLID
    shape: str = "circle"
    sign: Sign = "line"
    pale: bool = False


def filled(name: str, colour: str, pale: bool = False) -> Style:
    """Shown by a piece of a bar."""
    return Style(name, colour, sign="bar", pale=pale)


def shaped(name: str, colour: str, shape: str) -> Style:
    """Shown by the shape of a point."""
    return Style(name, colour, shape=shape, sign="point")


# How crises end, in the order of `policy.outcomes.endings`: no policy has these colours, and shapes say the same.
ENDS = (
    shaped("Contained", "#8FA3B5", "circle"),
    shaped("Disorderly", "#B7791F", "square"),
    shaped("Spiral", "#C4204F", "triangle-up"),
)


def styles(policies: Sequence[Policy]) -> tuple[Style, ...]:
    """Each kind of policy has its own colour, pattern and shape; a second one of a kind takes the next free."""
    slots: list[int] = []
    for policy in policies:
        own = SLOTS.get(policy.interventions[0].name, 5) if len(policy.interventions) == 1 else 5
        slots.append(next((k for k in (own, 5, 6, 7, 4, 3, 2, 1, 0) if k not in slots), own))
    names = words.policy_names(policies)
    return tuple(Style(n, COLOURS[k], DASHES[k], SHAPES[k]) for n, k in zip(names, slots, strict=True))
