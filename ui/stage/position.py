"""Where a talk stands: which slide is shown, and whose answers have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Position:
    """A slide, 1 the first, and the slides whose answer has been shown."""

    slide: int
    answered: frozenset[int] = frozenset()

    def to_data(self) -> dict[str, Any]:
        """As the browser keeps it."""
        return {"slide": self.slide, "answered": sorted(self.answered)}

    def waits(self, asks: tuple[bool, ...]) -> bool:
        """Whether the slide has a question whose answer is not shown yet; `asks` says which slides have one."""
        return asks[self.slide - 1] and self.slide not in self.answered

    def following(self, asks: tuple[bool, ...]) -> Position | None:
        """What one press shows: the answer first, then the next slide; nothing at the end."""
        if self.waits(asks):
            return Position(self.slide, self.answered | {self.slide})
        return Position(self.slide + 1, self.answered) if self.slide < len(asks) else None


def position_in(sent: Any, count: int) -> Position | None:
    """A position as a browser says it; nothing where it is none of a talk with `count` slides."""
    if not isinstance(sent, Mapping):
        return None
    slide, answered = sent.get("slide"), sent.get("answered")
    if not isinstance(answered, list) or not all(_is_slide(k, count) for k in (slide, *answered)):
        return None
    return Position(int(slide), frozenset(answered))  # type: ignore[arg-type]


def _is_slide(number: Any, count: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= count
