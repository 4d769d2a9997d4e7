"""What words from outside may hold, and how words are written into each kind of document: one rule, one escape a format.

Words that people give (labels, titles, names, notes) are printable characters on one line: no controls, nothing that
turns the direction of writing, nothing invisible, no code point that is no character, and no towers of accents.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape as _html

from models.errors import Refused

MOST_ACCENTS = 3  # combining marks on one letter; living languages need two
LONGEST_SHOWN = 120  # characters of a refused value that a message repeats
LONGEST_MESSAGE = 600
# Columns of tables that have one column for each policy.
TAKEN = frozenset({"key", "unit"})


def trouble(text: str) -> str:
    """Why words cannot be used, or nothing where they can."""
    bad = next((c for c in text if not c.isprintable()), "")
    if bad:
        return f"it holds {_named(bad)}, which cannot be printed on one line"
    marks = 0
    for at, letter in enumerate(text):
        marks = marks + 1 if unicodedata.combining(letter) or unicodedata.category(letter) == "Me" else 0
        if marks > MOST_ACCENTS or (marks and at == 0):
            return "it stacks accents on one letter" if at else "it begins with an accent that has no letter"
    return ""


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return f"U+{ord(letter):04X}" + (f" ({name.lower()})" if name else "")


def line(text: str) -> str:
    """Words as they came, once they can be printed on one line. Raises `ValueError`, as validators do."""
    why = trouble(text)
    if why:
        raise ValueError(f"{shown(text)} is refused: {why}")
    return text


def checked(what: str, text: str, most: int, least: int = 0) -> str:
    """Words of bounded length that can be printed on one line. Raises `Refused`."""
    if not least <= len(text) <= most:
        raise Refused(f"{what} of {len(text)} characters is refused: it must have {least} to {most}")
    why = trouble(text)
    if why:
        raise Refused(f"{what} {shown(text)} is refused: {why}")
    return text


def shown(value: object) -> str:
    """A refused value as a message repeats it: quoted, printable, and cut where it is long."""
    cut = value[: 2 * LONGEST_SHOWN] if isinstance(value, str) else value
    text = repr(cut)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def label_trouble(text: str) -> str:
    """Why words cannot name a policy, beyond what no words may hold."""
    if not text or not text[0].isalnum():
        return "it must begin with a letter or a digit"
    if text.casefold() in TAKEN:
        return "tables have a column of that name"
    return ""


# Escapes, one for each kind of document


_MARKDOWN = re.compile(
    r"[\\`*\[\]<>$~|]"  # marks, links, elements, formulas, tables
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; within a word it is none
    r"|&(?=[#A-Za-z])"  # entities
    r"|:(?=[^\s:])"  # directives, icons and addresses
    r"|(?<=\bwww)\.|@(?=\w)"  # what is turned into a link by itself
    r"|^\s*(?:[#+=-](?=[\s#+=-]|$)|\d{1,9}(?=[.)](?:\s|$)))",  # headings and lists
    re.MULTILINE,
)


def markdown(text: str) -> str:
    """Words for Markdown, where nothing in them is a mark, a link, a formula or an icon."""
    return _MARKDOWN.sub(_marked, text)


def _marked(match: re.Match[str]) -> str:
    piece = match[0]
    return f"{piece}\\" if piece[-1].isdigit() else f"{piece[:-1]}\\{piece[-1]}"


_LATEX = {
    "\\": r"\backslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\hat{}", "~": r"\sim{}",
}  # fmt: skip


def latex(text: str) -> str:
    """Words inside a formula, none of which is a command."""
    return "".join(_LATEX.get(c, c) for c in text)


def html(text: str) -> str:
    """Words inside an element or an attribute of HTML."""
    return _html(xml(text), quote=True)


# What XML 1.0 cannot hold, escaped or not.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml(text: str) -> str:
    """Words for a program that escapes them but not what XML cannot hold: slides and drawings."""
    return _NO_XML.sub("\ufffd", text)


def svg(text: str) -> str:
    """Words inside an element or an attribute of SVG."""
    return html(text)


def csv_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def csv_comment(text: str) -> str:
    """A line of a table's head: what would end the line does not."""
    return "# " + " ".join(text.split())


def terminal(text: str) -> str:
    """One line for a terminal: nothing that moves the cursor or turns the text, and a bounded length."""
    plain = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in " ".join(text.split())
    )
    return plain if len(plain) <= LONGEST_MESSAGE else f"{plain[:LONGEST_MESSAGE]}…"
