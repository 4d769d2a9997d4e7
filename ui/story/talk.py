"""The slides of a talk, each made from its own runs alone: the story's steps, comparisons, and single charts of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from policy.outcomes.summary import Summary
from ui.comparison.figures import CHARTS, charts_of
from ui.state import talk
from ui.state.items import CHART_NAMES, TalkItem
from ui.state.state import State
from ui.story import story
from ui.story.steps import STEPS, Step
from ui.story.story import Slide
from ui.words import names

Results = Callable[[State], Summary]


@dataclass(frozen=True)
class TalkSlide:
    """One slide before it is made: its title, how it is made, and the step of the story or the lever that it has."""

    title: str
    make: Callable[[Results], Slide]
    step: Step | None = None
    lever: str = ""

    @property
    def asks(self) -> bool:
        """Whether the room is asked before it sees an answer."""
        return self.step is not None and bool(self.step.choices)


def talk_slides(state: State) -> tuple[TalkSlide, ...]:
    """The talk of a state, in order: its own slides, or the usual ones."""
    return tuple(_slide(state, item) for item in talk.items(state))


def screen_place(state: State) -> int | None:
    """The slide that shows the screen, 1 the first; nothing where the talk has none."""
    return next((k for k, item in enumerate(talk.items(state), 1) if item.shows == "screen"), None)


def _slide(state: State, item: TalkItem) -> TalkSlide:
    if item.shows == "step":
        return step_slide(next(step for step in STEPS if step.name == item.name))
    shown = talk.screen_of(state, item)
    return TalkSlide(
        title_of(item), lambda results: _comparison(shown, item, results(shown)), lever=item.lever
    )


def title_of(item: TalkItem) -> str:
    """What a slide is about, before it is made."""
    if item.shows == "step":
        return next(step.title for step in STEPS if step.name == item.name)
    about = item.name if item.shows == "comparison" else "Your comparison"
    return f"{about}: {CHART_NAMES[item.chart].lower()}" if item.chart else about


def step_slide(step: Step) -> TalkSlide:
    """A step of the story."""
    return TalkSlide(
        step.title,
        lambda results: story.story_slide(step, tuple(results(x) for x in story.states(step))),
        step,
    )


def _comparison(shown: State, item: TalkItem, summary: Summary) -> Slide:
    """A comparison with its scorecard, or one chart of it alone."""
    slide = story.own_slide(shown, summary)
    title = item.name or slide.title
    if not item.chart:
        return replace(slide, title=title)
    if item.chart not in charts_of(shown.world):
        missing = (
            f"{names.changed_words(shown.world)} has no auctions of new bonds, so there is nothing to draw."
        )
        return replace(slide, title=title, sentence=missing, figures=(), numbers=(), scored=False)
    figure = CHARTS[item.chart](summary, shown.view.tenor)
    return replace(slide, title=title, sentence="", figures=(figure,), numbers=(), scored=False)
