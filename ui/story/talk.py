"""The slides of a talk: the story's steps and one's own comparison, each made from its own runs alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy.outcomes.summary import Summary
from ui.state.state import State
from ui.story import story
from ui.story.steps import STEPS, Step
from ui.story.story import Slide

Results = Callable[[State], Summary]


@dataclass(frozen=True)
class TalkSlide:
    """One slide before it is made: its title, whether it asks something first, and how it is made."""

    title: str
    asks: bool
    make: Callable[[Results], Slide]


def talk_slides(state: State) -> tuple[TalkSlide, ...]:
    """The talk of a state, in order."""
    return (*(step_slide(step) for step in STEPS), own_slide(state))


def step_slide(step: Step) -> TalkSlide:
    """A step of the story."""
    return TalkSlide(
        step.title,
        bool(step.choices),
        lambda results: story.story_slide(step, tuple(results(x) for x in story.states(step))),
    )


def own_slide(state: State) -> TalkSlide:
    """The comparison on the screen."""
    return TalkSlide("Your comparison", False, lambda results: story.own_slide(state, results(state)))
