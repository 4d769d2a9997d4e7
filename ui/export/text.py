"""How wide text is, so that lines break before they leave a picture or a slide.

Widths are those of the common sans-serif faces that share Arial's metrics, in thousandths of the font size; a face that
runs wider is covered by `SLACK`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
ACCENTED = "".join(chr(k) for k in range(0xC0, 0x17F) if chr(k).isalpha() and chr(k) != "é")
SLACK = 1.03
BOLD = 1.07
_BY_WIDTH = {
    191: "'", 222: "ijl’", 260: "|", 278: " !,./:;I[\\]ft·\u00a0", 333: "()-`r“”", 334: "{}", 355: '"', 389: "*",
    469: "^", 500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu–€£é", 584: "+<=>~−×", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W",
    333.5: SUPERSCRIPTS, 549: "≥≤±", 760: "◆▼▲■●▶✚", 1000: "→↔…—", 600: ACCENTED,
}  # fmt: skip
_WIDTH = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}
_WIDEST = 1015  # anything unknown counts as the widest


def known(letter: str) -> bool:
    """Whether common faces have the letter, so that its width is known."""
    return letter in _WIDTH


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line, in the unit of `size`."""
    return sum(_WIDTH.get(c, _WIDEST) for c in text) / 1000 * size * SLACK * (BOLD if bold else 1.0)


def glued(text: str) -> str:
    """The text with numbers and their units kept on one line."""
    return re.sub(r"(?<=\d) (?=(?:bp|points|paths)\b)", "\u00a0", text)


def wrap(text: str, size: float, limit: float, bold: bool = False) -> list[str]:
    """The text in lines no wider than `limit`; a single word that is too long is broken."""
    lines: list[str] = []
    line = ""
    for word in _words(text, size, limit, bold):
        joined = f"{line} {word}" if line else word
        if line and width(joined, size, bold) > limit:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line] if line else lines


def _words(text: str, size: float, limit: float, bold: bool) -> list[str]:
    return [piece for word in re.split(r"[ \n]+", text.strip()) for piece in _pieces(word, size, limit, bold)]


def _pieces(word: str, size: float, limit: float, bold: bool) -> list[str]:
    """A word that is wider than a line, cut where it fits."""
    pieces = []
    while word and width(word, size, bold) > limit:
        fits = [n for n in range(1, len(word)) if width(word[:n], size, bold) <= limit]
        cut = fits[-1] if fits else 1
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def largest(
    text: str, sizes: Sequence[float], limit: float, lines: int, bold: bool = False
) -> tuple[float, list[str]]:
    """The largest of the sizes at which the text needs no more than `lines`, and its lines; else the smallest."""
    for size in sizes:
        wrapped = wrap(text, size, limit, bold)
        if len(wrapped) <= lines:
            return size, wrapped
    return sizes[-1], wrap(text, sizes[-1], limit, bold)


def shortened(text: str, size: float, limit: float, lines: int, bold: bool = False) -> str:
    """The text, cut at the end with an ellipsis where it needs more than `lines`."""
    if len(wrap(text, size, limit, bold)) <= lines:
        return text
    for end in range(len(text) - 1, 0, -1):
        cut = text[:end].rstrip(" ,;:(") + "…"
        if len(wrap(cut, size, limit, bold)) <= lines:
            return cut
    return "…"
