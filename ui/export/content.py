"""What an export says, whatever its format: verdict, scorecard, what changed, charts, story and provenance.

Slides and the web page are two drawings of this one thing, so they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.comparison import changes as comparison_changes
from ui.comparison import events, unused
from ui.comparison.figures import all_figures
from ui.export.provenance import Fact, facts, link_code
from ui.state import state as s
from ui.state.state import State
from ui.words import amounts, verdicts

Results = Callable[[State], Summary]
OWN_EPISODE = "Nothing is changed: the episode as shipped, under its usual policies."


@dataclass(frozen=True, eq=False)
class StepContent:
    """One step of the story: what was asked and answered, the figures and charts, and what a speaker says."""

    title: str
    text: str
    question: str
    choices: tuple[str, ...]
    truth: int | None
    sentence: str
    numbers: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    notes: str
    source: Summary


@dataclass(frozen=True, eq=False)
class Content:
    """The whole export. `asides` say why a policy was never or rarely used; `facts` are the provenance."""

    state: State
    summary: Summary
    verdict: str
    asides: tuple[str, ...]
    changed: tuple[str, ...]
    figures: tuple[Figure, ...]
    steps: tuple[StepContent, ...]
    facts: tuple[Fact, ...]
    code: str


def content(state: State, summary: Summary, story: Results | None = None) -> Content:
    """What to export of a state and its summary; with `story`, which gives a state's summary, also the story's steps."""
    return Content(
        state=state,
        summary=summary,
        verdict=verdicts.sentence(summary, state.counting.weights),
        asides=(*unused.nothing_happened(summary), *unused.rarely_used(summary)),
        changed=changes(state),
        figures=figures(state, summary),
        steps=steps(state, summary, story) if story else (),
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
    auctions = (events.issues(summary),) if state.world.scenario.auctions else ()
    return (*all_figures(summary, state.view.tenor), *auctions)


def steps(state: State, summary: Summary, results: Results) -> tuple[StepContent, ...]:
    """The story's own steps. The user's comparison, which ends the story on screen, is the rest of the export."""
    from ui.story import story

    told = story.slides(state, lambda asked: summary if asked is state else results(asked))
    return tuple(
        StepContent(
            t.title,
            t.text,
            t.question,
            t.choices,
            t.truth,
            t.sentence,
            t.numbers,
            t.figures,
            t.notes,
            t.summary,
        )
        for t in told
        if t.state is not state
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
