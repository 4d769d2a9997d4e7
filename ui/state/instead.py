"""What is offered in place of a refused change of the screen: the same change with less around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from models.errors import Refused
from ui.state import link
from ui.state import state as s
from ui.state.state import State

Change = Callable[[State], State]
Offer = tuple[str, Change]  # what a button says, and the change that it makes
FEWEST_PATHS = 16


def accepted(change: Change, state: State) -> bool:
    """Whether a change of a state would be accepted, and would change something."""
    try:
        return link.linked(change(state)) != state
    except Refused:
        return False


def fewer_paths(change: Change, paths: int) -> Iterator[Offer]:
    """The same on half of the paths, and half of these. It fits every change, as nothing else of the screen moves."""
    while paths // 2 >= FEWEST_PATHS:
        paths //= 2
        yield f"Do it with {paths} paths", _after(change, lambda now, paths=paths: replace(now, paths=paths))


def with_less(change: Change, state: State) -> Iterator[Offer]:
    """The same without what it may not fit: kept runs, policies of one's own, changes of the world.

    For changes that name no run, policy or lever by its place on the screen.
    """
    if state.runs:
        yield "Do it without the kept runs", _after(change, lambda now: replace(now, runs=()))
    yield "Do it with the usual policies", _after(change, s.reset_policies)
    yield "Do it with the usual policies", lambda now: s.reset_policies(change(s.with_policies(now, ())))
    yield "Do it in the episode as it was shipped", _after(change, s.reset_world)


def _after(change: Change, first: Change) -> Change:
    return lambda now: change(first(now))
