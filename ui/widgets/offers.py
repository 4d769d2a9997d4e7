"""What would be accepted instead of a refused value: the nearest on the way to it, found by trying."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from policy.interventions.triggers import number
from ui.state.session import Offer, acceptable
from ui.state.state import State

Change = Callable[[State, Any], State]
TRIES = 14
FIGURES = 3  # significant figures of an offered number


def instead(change: Change, now: Any, sent: Any) -> Iterator[Offer]:
    """Offers in place of a sent value; `now` is the value that holds. Lazy: each is tried only if those before it fail."""
    if _numeric(now) and _numeric(sent):
        yield from _nearest(change, float(now), float(sent), isinstance(now, int))
    elif isinstance(now, tuple) and all(map(_numeric, now)) and now:
        numbers = _numbers(sent, len(now))
        if numbers:
            yield from _several(change, now, numbers)
    elif isinstance(sent, str) and isinstance(now, str):
        yield from _shorter(change, sent)


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _nearest(change: Change, now: float, sent: float, whole: bool) -> Iterator[Offer]:
    """The number nearest to the one sent that is accepted, in three figures towards the value that holds."""
    near, far = 0.0, 1.0
    for _ in range(TRIES):
        middle = (near + far) / 2
        tried = _figures(now + middle * (sent - now), now, whole)
        accepted = tried == now or acceptable(lambda state, tried=tried: change(state, tried))
        near, far = (middle, far) if accepted else (near, middle)
    value = _figures(now + near * (sent - now), now, whole)
    if value != now:
        yield f"Use {number(value)}", lambda state: change(state, value)


def _figures(value: float, towards: float, whole: bool) -> Any:
    """A value in a few figures, no further from another than it was."""
    if value == 0:
        return 0 if whole else 0.0
    size = 1.0 if whole else 10.0 ** (math.floor(math.log10(abs(value))) - FIGURES + 1)
    steps = value / size
    rounded = (math.floor(steps + 1e-9) if value > towards else math.ceil(steps - 1e-9)) * size
    kept = rounded if (rounded - towards) * (value - towards) > 0 else towards
    return int(kept) if whole else round(float(kept), 10)


def _numbers(sent: Any, count: int) -> tuple[float, ...]:
    """As many numbers as there must be; none where that is not what was typed."""
    parts: Sequence[Any] = sent.split("/") if isinstance(sent, str) else sent
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        return ()
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else ()


def _several(change: Change, now: tuple[float, ...], sent: tuple[float, ...]) -> Iterator[Offer]:
    """The same proportions with the sum of the values that hold; else the nearest on the way to them."""
    total, wanted = sum(sent), sum(now)
    if total > 0 and min(sent) >= 0:
        scaled = [round(x * wanted / total, 4) for x in sent]
        scaled[0] = round(wanted - sum(scaled[1:]), 10)
        yield _tuple_offer(change, tuple(scaled))
    for part in (0.9, 0.75, 0.5, 0.25, 0.1):
        yield _tuple_offer(
            change, tuple(round(a + part * (b - a), 6) for a, b in zip(now, sent, strict=True))
        )


def _tuple_offer(change: Change, values: tuple[float, ...]) -> Offer:
    return f"Use {' / '.join(map(number, values))}", lambda state: change(state, values)


def _shorter(change: Change, sent: str) -> Iterator[Offer]:
    """A text without the marks that mean something in files, and no longer than fits."""
    plain = " ".join("".join(" " if mark in "=:+,@\n\r\t" else mark for mark in sent).split())[:60].strip()
    for text in (plain, *(f"{plain[:56]} {k}".strip() for k in range(2, 10)), ""):
        yield f"Use “{text}”" if text else "Go without a name", lambda state, text=text: change(state, text)
