"""An equation card: symbols, numbers, both sides, and how numbers are written in equations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NAMES = {"basis": "basis", "swap_spread": "swap-spread", "off_the_run": "off-the-run"}


@dataclass(frozen=True)
class Term:
    """A symbol of an equation: what it is, its value and unit."""

    symbol: str
    meaning: str
    value: float
    unit: str


@dataclass(frozen=True)
class Card:
    """One equation: in symbols, with numbers, what it means, and both sides. `left` is what the model recorded."""

    key: str
    title: str
    meaning: str
    symbols: str
    numbers: str
    left: float
    right: float
    unit: str
    terms: tuple[Term, ...]
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether both sides agree to a millionth (relative to their size above one)."""
        return abs(self.left - self.right) <= 1e-6 * max(1.0, abs(self.left))


def tex(value: float) -> str:
    """A number in an equation: four digits that count, negative ones in brackets."""
    if not np.isfinite(value):
        return r"\infty"
    if value == 0:
        return "0"
    text = plain_number(abs(value)).replace(",", "{,}")
    return f"({{-}}{text})" if value < 0 and float(text.replace("{,}", "")) else text


def plain_number(value: float) -> str:
    """Four digits that count, without exponents."""
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3 if size >= 0.1 else 4
    if 0 < size < 0.001:
        digits = 6
    return f"{value:,.{digits}f}"


def aligned(*lines: str) -> str:
    """Lines of one equation, aligned at `&`."""
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"
