"""What a file that is no whole saved screen may still give: a world, a policy, or what stands before the fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from models.errors import Refused
from models.library import from_toml as world_from
from policy.spec import read_policy
from ui.state import document
from ui.state import state as s
from ui.state.document import Restored
from ui.state.instead import Change, Offer
from ui.state.state import State

MOST_TRIES = 20  # beginnings of a damaged file that are read, each as long as the file at most
# Where a table or a key begins: what stands before it may be whole.
PART = re.compile(r"\s*(\[|[\w.\"-]+\s*=)")
OPENING = "Show the opening screen"


def offers(text: str) -> Iterator[Offer]:
    """Changes of the screen that a refused file's text would still give, the fullest first; the opening screen at last."""
    yield "Use it as a world", lambda now: _with_world(now, text)
    yield "Add it as a policy", lambda now: s.with_policy(now, read_policy(text))
    beginning = _readable(text)
    if beginning is not None:
        count, restored = beginning
        yield f"Use the {count} lines before the fault", _shown(restored.state)
    yield opening()


def opening() -> Offer:
    """Where nothing of a file can be used."""
    return OPENING, _shown(s.opening())


def _with_world(now: State, text: str) -> State:
    """The file's world under the screen's policies. Raises `Refused`."""
    if not text.strip():
        raise Refused("the file is empty")
    return s.with_policies(replace(now, world=world_from(text)), now.policies)


def _shown(state: State) -> Change:
    return lambda now: s.with_page(state, now.view.page)


def _readable(text: str) -> tuple[int, Restored] | None:
    """The longest beginning of whole parts that is a saved screen, and how many lines it has; the last parts are tried."""
    lines = text.splitlines(keepends=True)
    ends = [count for count in range(1, len(lines)) if PART.match(lines[count])]
    for count in ends[: -MOST_TRIES - 1 : -1]:
        try:
            return count, document.from_toml("".join(lines[:count]))
        except Refused:
            continue
    return None
