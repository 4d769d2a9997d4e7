"""How wide text is, so that lines break before they leave a picture or a slide.

Exports name Arial, which has the metrics of Helvetica and Liberation Sans. Where a machine has none of these it sets DejaVu
Sans, which runs up to a sixth wider; so text is fitted to the wider of the two, letter by letter, and fits under both.
Widths are in thousandths of the font size; those of the wider face are rounded up to 20, and tests hold them against the fonts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
ACCENTED = "".join(chr(k) for k in range(0xC0, 0x17F) if chr(k).isalpha() and chr(k) != "é")
_UNKNOWN = 1200  # anything else counts as the widest
_BOLD = 1.07  # Arial's bold face against its regular one over a line of words; single narrow letters are wider still
Widths = Mapping[float, str]


def _by_letter(groups: Widths) -> Mapping[str, float]:
    return {letter: width for width, letters in groups.items() for letter in letters}


_ARIAL = _by_letter({
    191: "'", 222: "ijl’", 260: "|", 278: " !,./:;I[\\]ft·\u00a0", 333: "()-`r“”", 334: "{}", 355: '"', 389: "*",
    469: "^", 500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu–€£é", 584: "+<=>~−×", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W",
    333.5: SUPERSCRIPTS, 549: "≥≤±", 760: "◆▼▲■●▶✚", 1000: "→↔…—", 600: ACCENTED,
})  # fmt: skip
_WIDER = _by_letter({
    280: "'ijl", 300: "I", 320: " ,.\u00a0·‘’", 340: "/:;\\|", 360: "f", 380: "-", 400: "()[]t", 420: "!r", 460: '"', 500: "*J`°",
    520: "“”", 540: "sz", 560: "?L_c§–", 580: "k", 600: "vxy", 620: "FTaeo«»é", 640: "$0123456789bdghnpqu{}£µ€", 680: "EKPSY",
    700: "ABVXZ", 740: "CRU", 760: "HN", 780: "&DG▲▶▼◆", 800: "OQ", 820: "w", 840: "#+<=>^~±×→↔−≈≠≤≥✓✚", 880: "M●", 900: "★",
    960: "%■", 980: "m", 1000: "W—…", 1020: "@", 420.5: SUPERSCRIPTS, 1070: ACCENTED,
})  # fmt: skip
_WIDER_BOLD = _by_letter({
    320: "'", 360: " ijl\u00a0", 380: ",./I\\|·‘’", 400: ":;", 420: "-", 440: "f", 460: "!()[]", 480: "t", 500: "`r°", 540: '"*',
    560: "J_§–", 600: "csz", 620: "?", 640: "L", 660: "vxy«»“”", 680: "aeké", 700: "$0123456789EFTo£€", 720: "bdghnpqu{}",
    740: "CPSYZµ", 780: "ABKRVX▲▶▼◆", 820: "U", 840: "#+<=>DGHN^~±×→↔−≈≠≤≥✓✚", 860: "OQ", 880: "&●", 900: "★", 940: "w", 960: "■",
    1000: "M@—…", 1020: "%", 1060: "m", 1120: "W", 540.5: SUPERSCRIPTS, 1170: ACCENTED,
})  # fmt: skip


def known(letter: str) -> bool:
    """Whether common faces have the letter, so that its width is known."""
    return letter in _ARIAL


def advance(text: str, size: float, bold: bool = False) -> float:
    """Width of one line in Arial, in the unit of `size`: where a further piece of the line is to begin."""
    return sum(_ARIAL.get(c, _UNKNOWN) for c in text) / 1000 * size * (_BOLD if bold else 1.0)


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line in the wider face, in the unit of `size`: the room that it needs."""
    widths = _WIDER_BOLD if bold else _WIDER
    return sum(widths.get(c, _UNKNOWN) for c in text) / 1000 * size


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
