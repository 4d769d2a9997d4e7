"""How input is refused: one exception with a sentence that names the thing, its value and what would be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True)
class Breach:
    """What one refused value breaks: its dotted name, the value, the rule and its bound, whom it binds, and what would do.

    `rule` is a key: `at_least`, `at_most`, `above` or `below` a bound, or a rule of the world (`models.scenario`).
    `accepted` holds values by dotted name that would be accepted instead.
    """

    name: str
    value: Any = None
    rule: str = ""
    bound: Any = None
    who: str = ""
    accepted: Mapping[str, Any] = field(default_factory=dict)


class Refused(ValueError):
    """Input that cannot be used. The message is for the person who gave it; `breaches` are the same as data, where known."""

    def __init__(self, message: str, *breaches: Breach) -> None:
        super().__init__(message)
        self.breaches = breaches

    @property
    def told(self) -> str:
        """The message as a sentence that stands alone; what it names is written as in policies and files."""
        text = str(self)
        return f"{text[:1].upper()}{text[1:]}."


MOST_SENTENCES = 10
LONGEST_VALUE = 120  # characters of a refused value that a sentence repeats


def refused(error: ValidationError, prefix: str = "") -> Refused:
    """A validation error as a refusal: one sentence per problem, joined by '; ', ten at most, and how many more there are."""
    errors_found = error.errors(include_url=False)
    told = [_sentence(item, prefix) for item in errors_found[:MOST_SENTENCES]]
    more = len(errors_found) - len(told)
    breaches = [breach for item in errors_found[:MOST_SENTENCES] for breach in _breaches(item, prefix)]
    return Refused("; ".join([*told, f"and {more} more"] if more else told), *breaches)


def _breaches(item: Any, prefix: str) -> tuple[Breach, ...]:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "value_error":
        return tuple(getattr(context["error"], "breaches", ()))
    if kind not in _BOUNDS:
        return ()
    symbol, key = _BOUNDS[kind]
    name, bound = _name(item, prefix), context[key]
    accepted = {name: bound} if key in ("ge", "le") else {}
    return (Breach(name, item.get("input"), symbol.replace(" ", "_"), bound, accepted=accepted),)


def _name(item: Any, prefix: str) -> str:
    return ".".join(str(part) for part in (prefix, *item["loc"]) if part != "")


def _repeated(value: Any) -> str:
    text = repr(value[:LONGEST_VALUE] if isinstance(value, str | tuple | list) else value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _sentence(item: Any, prefix: str) -> str:
    name = _name(item, prefix)
    kind, context, value = item["type"], item.get("ctx", {}), item.get("input")
    if kind == "value_error":
        reason = str(context["error"])
        return f"{name}: {reason}" if name else reason
    if kind == "extra_forbidden":
        return f"{name}: no such setting"
    shown = f"{name} = {_repeated(value)}" if not isinstance(value, dict) else name
    if kind in _BOUNDS:
        symbol, key = _BOUNDS[kind]
        return f"{shown} is out of bounds: it must be {symbol} {context[key]}"
    return f"{shown} is refused: {item['msg'][0].lower()}{item['msg'][1:]}"


_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("greater than", "gt"),
    "less_than": ("less than", "lt"),
}


def unknown(what: str, name: str, known: list[str]) -> Refused:
    """Refusal of an unknown name, with the nearest known ones."""
    near = get_close_matches(name, known, n=3, cutoff=0.5) if len(name) <= LONGEST_VALUE else []
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else f"known: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}"
    )
    return Refused(f"unknown {what} {_repeated(name)}; {hint}")
