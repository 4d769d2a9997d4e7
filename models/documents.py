"""The one door for documents from outside: links, uploads, worlds, policies, experiments and settings on a command line.

A document is measured before it is parsed, because a parser can be made to take time and memory out of all proportion
to what it reads. Whatever the parser then says is a `Refused`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import Refused
from models.text import terminal

MOST_REFUSALS = 10


@dataclass(frozen=True)
class ParseLimits:
    """How large a document may be: bytes, parts of a dotted key, brackets within brackets, digits, tables and values."""

    size: int = 262_144
    key: int = 8
    nesting: int = 8
    digits: int = 40
    tables: int = 40_000
    values: int = 100_000


DOCUMENT = ParseLimits()
SETTING = ParseLimits(size=20_000, key=2, nesting=6, tables=2_000, values=8_000)
EXPERIMENT = ParseLimits(size=4_000_000, values=500_000)

# Strings and comments are one token each, closed or not, so that what stands in them counts for nothing and no
# character is looked at twice.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^']|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+"
    r"|[0-9_]{2,}+|[.=,\[\]{}\n]",
    re.DOTALL,
)
QUOTED = frozenset("\"'#")


def measure(text: str, limits: ParseLimits = DOCUMENT) -> None:
    """Walk over a document once. Raises `Refused` where it is larger or deeper than anything of ours."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > limits.size:
        raise _over("a document", size, limits.size, "bytes")
    dots = nesting = tables = values = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == ".":
            dots += 1
            tables += dots > 1  # a number has one dot at most
            if dots >= limits.key:
                raise _over("a key", dots + 1, limits.key, "parts or more")
        elif first in "=,[]{}\n":
            dots = 0
            values += first in "=,"
            tables += first in "[{"
            nesting += (first in "[{") - (first in "]}")
            if nesting > limits.nesting:
                raise _over("a value", nesting, limits.nesting, "brackets within brackets or more")
        elif first not in QUOTED and len(token) > limits.digits:
            raise _over("a number", len(token), limits.digits, "digits")
    if tables > limits.tables:
        raise _over("a document", tables, limits.tables, "tables and lists")
    if values > limits.values:
        raise _over("a document", values, limits.values, "values")


def _over(what: str, count: int, most: int, unit: str) -> Refused:
    return Refused(f"{what} with {count:,} {unit} is refused: at most {most:,} are read")


def parse(text: str, limits: ParseLimits = DOCUMENT) -> dict[str, Any]:
    """TOML text as data. Raises `Refused`, whatever is wrong with it."""
    measure(text, limits)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError, OverflowError) as error:
        raise Refused(f"not valid TOML: {terminal(str(error))}") from None


def parse_setting(text: str) -> tuple[str, Any]:
    """`dotted.parameter=value` as its name and value; a value that is no TOML stays text. Raises `Refused`."""
    name, equals, value = text.partition("=")
    if not equals:
        raise Refused(f"--set {text[:80]!r} is refused; write dotted.parameter=value")
    if not text.isprintable():
        raise Refused(
            f"--set {text[:80]!r} is refused: it must be one line; repeat --set for a second parameter"
        )
    measure(value, SETTING)
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError, OverflowError):
        return name.strip(), value.strip()


def parse_settings(texts: Sequence[str]) -> dict[str, Any]:
    """Settings by name. Raises `Refused` where one is given twice."""
    parts: dict[str, Any] = {}
    for text in texts:
        name, value = parse_setting(text)
        if name in parts:
            raise Refused(f"--set {name} is given twice; give it once")
        parts[name] = value
    return parts


def read(path: str | Path, what: str, limits: ParseLimits = DOCUMENT) -> str:
    """The text of a file that a user named, no more of it than is read. Raises `Refused`."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(limits.size + 1)
        if len(data) > limits.size:
            raise Refused(f"{what} {str(path)!r} is refused: it has more than {limits.size:,} bytes")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(f"cannot read {what} {str(path)!r}: {error}") from None


def flat(data: Mapping[str, Any], what: str, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Nested tables and dotted names alike as dotted names; `known` names stay whole. Raises `Refused` for one given twice."""
    parts: dict[str, Any] = {}
    waiting: list[tuple[str, Any]] = list(reversed([(str(key), value) for key, value in data.items()]))
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping) and not (known is not None and name in known):
            waiting += reversed([(f"{name}.{key}", item) for key, item in value.items()])
        elif name in parts:
            raise Refused(f"{what} sets {name} twice")
        else:
            parts[name] = value
    return parts


def listed(refusals: Sequence[str]) -> tuple[str, ...]:
    """At most ten refusals in words, and how many more there are."""
    kept = tuple(terminal(text) for text in refusals[:MOST_REFUSALS])
    more = len(refusals) - len(kept)
    return (*kept, f"and {more} more that could not be used") if more > 0 else kept
