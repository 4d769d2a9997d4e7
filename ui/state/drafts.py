"""What people chose and answered on the pages of learning and studies: no part of the screen, and kept with its tab.

A link says what is compared; which question somebody asks of it, and how far they came in the story, is their own. Each
kind of choice is known here by its control's key and its shape, so that nothing else is kept or taken back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from models.errors import Refused
from ui.state import link

Drafts = dict[str, Any]
MOST_CHARACTERS = 40_000  # of all drafts as text; the shortest are kept first
DAMAGED = "what was chosen on the pages of learning and studies is damaged"


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return _whole(value) or (isinstance(value, float) and math.isfinite(value))


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _answers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _text(key) and (choice is None or _whole(choice)) for key, choice in value.items()
    )


def _each(shape: Callable[[Any], bool], page: str, names: str) -> dict[str, Callable[[Any], bool]]:
    return {f"{page}.{name}": shape for name in names.split()}


SHAPES = {
    "learn.answers": _answers,
    "challenges.solved": _texts,
    "glossary.search": _text,
    **_each(_text, "sensitivity", "outcome"),
    **_each(_whole, "sensitivity", "policy against paths points"),
    **_each(_texts, "sensitivity", "factors"),
    **_each(_number, "sensitivity", "width"),
    **_each(_whole, "design", "policy count paths picked"),
    **_each(_texts, "design", "settings"),
    **_each(_text, "design", "aim.0 aim.1 aim.2"),
    **_each(_text, "map", "preset x y followed what outcome cell.of"),
    **_each(_number, "map", "x.low x.high y.low y.high moral"),
    **_each(_whole, "map", "side paths cell.x cell.y policy other"),
    **_each(_text, "terms", "outcome"),
    **_each(_number, "terms", "level probability"),
    **_each(_texts, "terms", "tools"),
    **_each(_texts, "robustness", "structures"),
    **_each(_whole, "robustness", "draws paths"),
    **_each(_text, "robustness", "by"),
    **_each(_text, "facilitate", "question"),
    **_each(_texts, "facilitate", "kinds"),
}
RANGES = "design.range."  # the ends that somebody wants for a setting, by intervention, setting and side


def known(key: Any, value: Any) -> bool:
    """Whether a choice is a draft, and of its shape."""
    if not isinstance(key, str):
        return False
    return SHAPES[key](value) if key in SHAPES else key.startswith(RANGES) and _number(value)


def of(choices: Mapping[Any, Any]) -> Drafts:
    """The drafts among a session's values."""
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in choices.items()}
    return {key: value for key, value in plain.items() if known(key, value)}


def packed(drafts: Drafts) -> str:
    """Drafts as a browser keeps them: sealed text; none is no text."""
    kept = dict(_fitting(drafts.items()))
    return link.sealed(json.dumps(kept).encode()) if kept else ""


def _fitting(items: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    room = MOST_CHARACTERS
    for key, value in sorted(items, key=lambda item: len(json.dumps(item))):
        room -= len(json.dumps([key, value]))
        if room < 0:
            return
        yield key, value


def unpacked(text: Any) -> Drafts:
    """Drafts from a browser; those of a shape that is not today's are left out. Raises `Refused` where they are damaged."""
    if text in (None, ""):
        return {}
    if not isinstance(text, str):
        raise Refused(DAMAGED)
    try:
        drafts = json.loads(link.unsealed(text))
    except (Refused, ValueError, RecursionError):
        raise Refused(DAMAGED) from None
    if not isinstance(drafts, dict):
        raise Refused(DAMAGED)
    return {key: value for key, value in drafts.items() if known(key, value)}


def returned(drafts: Drafts, first: Drafts, now: Drafts) -> Drafts:
    """Those to take back into a session: where nothing was chosen since the page was first drawn."""
    return {key: value for key, value in drafts.items() if now.get(key) == first.get(key)}
