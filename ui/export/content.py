"""What an export says, whatever its format: verdict, scorecard, what changed, charts, story and provenance.

Slides and the web page are two drawings of this one thing, so they cannot say different things.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.comparison import changes as comparison_changes
from ui.comparison import unused
from ui.comparison.figures import all_figures
from ui.export.provenance import Fact, facts, link_code
from ui.state import state as s
from ui.state.state import State
from ui.story.story import Slide
from ui.story.talk import Results, talk_slides
from ui.words import amounts, verdicts

OWN_EPISODE = "Nothing is changed: the episode as shipped, under its usual policies."


@dataclass(frozen=True, eq=False)
class Content:
    """The whole export: the slides of a talk, where one is asked for, in its order, and the comparison in full.

    `asides` say why a policy was never or rarely used; `facts` are the provenance.
    """

    state: State
    summary: Summary
    verdict: str
    asides: tuple[str, ...]
    changed: tuple[str, ...]
    figures: tuple[Figure, ...]
    slides: tuple[Slide, ...]
    facts: tuple[Fact, ...]
    code: str


def content(state: State, summary: Summary, results: Results | None = None) -> Content:
    """What to export of a state and its summary; with `results`, which gives a state's summary, also its talk."""
    return Content(
        state=state,
        summary=summary,
        verdict=verdicts.sentence(summary, state.counting.weights),
        asides=(*unused.nothing_happened(summary), *unused.rarely_used(summary)),
        changed=changes(state),
        figures=figures(state, summary),
        slides=slides(state, summary, results) if results else (),
        facts=facts(summary),
        code=link_code(state),
    )


def changes(state: State) -> tuple[str, ...]:
    """Differences from the episode as shipped and from the policies it is usually compared under."""
    usual = s.usual_policies(state.world)
    return (
        *comparison_changes.world_lines(state.world),
        *comparison_changes.policy_lines(state.policies, usual),
    )


def figures(state: State, summary: Summary) -> tuple[Figure, ...]:
    """The sandbox's charts in the page's order."""
    return all_figures(summary, state.view.tenor)


def slides(state: State, summary: Summary, results: Results) -> tuple[Slide, ...]:
    """The state's talk as it goes on stage."""
    return tuple(
        slide.make(lambda asked: summary if asked is state else results(asked))
        for slide in talk_slides(state)
    )


def score(summary: Summary, key: str, k: int) -> tuple[str, str, str]:
    """A figure of the scorecard, its difference to no action with interval, and `best`, `worst` or nothing."""
    cell = summary.cells[key][k]
    under = "the yardstick" if k == 0 else amounts.against_none(key, cell, summary.outcomes[k])
    return amounts.figure(key, cell.value), under, cell.mark


AVERAGES = (
    "Averages over {paths} paths. Differences are to no action, path by path, with 95% intervals. Best and worst are "
    "marked only where they are clear of the next policy by more than noise."
)
