"""What is refused of a study, with one click that would be accepted: a choice of its page or of the screen, found by trying."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from models.errors import Refused
from models.worlds import flatten
from ui.state import state as s
from ui.state.instead import Change, fewer_paths
from ui.state.session import acceptable, attempt, kept
from ui.state.state import State
from ui.widgets.boxes import plain, tell
from ui.words import names

Choices = Mapping[str, Any]  # of a page, by the keys of its controls
Accepts = Callable[[State, Choices], object]  # raises `Refused` where a study cannot be asked


@dataclass(frozen=True)
class Remedy:
    """A button's words, and what it changes: choices of the page (`None` forgets one), or the screen."""

    text: str
    choices: Choices = field(default_factory=dict)
    change: Change | None = None


def tell_with(key: str, refused: Refused, remedies: Iterable[Remedy], accepts: Accepts | None = None) -> None:
    """A refusal in plain words, and under it the first remedy after which the study would be accepted.

    The screen's own remedies come after the given ones. Without `accepts` only the screen's change itself is tried.
    """
    tell(refused)
    for remedy in (*remedies, *of_the_screen(refused)):
        if _helps(remedy, accepts):
            st.button(
                plain(remedy.text), key=f"{key}.offer", icon=":material/check:", on_click=_use, args=(key, remedy)
            )  # fmt: skip
            return


def of_the_screen(refused: Refused) -> Iterator[Remedy]:
    """What would be accepted of the screen: values that the refusal names, fewer paths, usual policies, the shipped world."""
    state = kept()
    shipped = flatten(s.base_world(state.world))
    for breach in refused.breaches:
        for name, value in (*breach.accepted.items(), (breach.name, shipped.get(breach.name))):
            if name in shipped and value is not None:
                text = f"Set “{names.label(name)}” to {names.value_words(value)}"
                yield Remedy(
                    text, change=lambda now, name=name, value=value: s.with_world(now, {name: value})
                )
    if refused.breaches:  # where no value of the screen is named, no other screen is known to help
        yield Remedy("Use the usual policies", change=s.reset_policies)
        yield Remedy("Use the episode as it was shipped", change=s.reset_world)
    yield from fewer()


def fewer() -> Iterator[Remedy]:
    """The screen on fewer paths."""
    for text, change in fewer_paths(lambda now: now, kept().paths):
        yield Remedy(text, change=change)


def _helps(remedy: Remedy, accepts: Accepts | None) -> bool:
    if remedy.change is not None and not acceptable(remedy.change):
        return False
    if accepts is None:
        return True
    try:
        accepts(remedy.change(kept()) if remedy.change else kept(), changed(st.session_state, remedy.choices))
    except Refused:
        return False
    return True


def changed(choices: Mapping[Any, Any], changes: Choices) -> Choices:
    """A page's choices as a remedy would leave them."""
    return {key: value for key, value in {**choices, **changes}.items() if changes.get(key, 0) is not None}


def _use(key: str, remedy: Remedy) -> None:
    for name, value in remedy.choices.items():
        if value is None:
            st.session_state.pop(name, None)
        else:
            st.session_state[name] = value
    if remedy.change is not None:
        attempt(f"{key}.offer", remedy.change)
