"""The guided story, from calm to a design of one's own: its states, its slides, and what goes to the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from models.library import shipped
from policy.comparison import arms
from policy.outcomes.scorecard import (
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.summary import Summary
from policy.spec import parse_policy
from ui.charts.figure import Figure
from ui.comparison import by_day, changes, totals, unused
from ui.state.runs import world_name
from ui.state.state import State
from ui.story.steps import PEAK, STEPS, Numbers, Runs, Step
from ui.words import amounts, verdicts
from ui.words import names as words

PATHS, SEED = 256, 1
# What a slide with a scorecard tells of each policy
SCORED = (PEAK_DISLOCATION, PEAK_DEALER_USE, UNINTENDED_EASING, TAXPAYER_MEAN, TAXPAYER_TAIL)


@dataclass(frozen=True)
class Slide:
    """One screen of a presentation: the finding in a sentence, what is drawn, and what the speaker says.

    The first figure is the one for a screen; `winners` says who wins each comparison; `question`, `choices` and `truth` are empty where nothing is asked.
    """

    title: str
    sentence: str
    notes: str
    state: State
    summary: Summary
    figures: tuple[Figure, ...]
    numbers: Numbers
    text: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()
    truth: int | None = None
    winners: tuple[str, ...] = ()
    scored: bool = False  # with the scorecard beside its first figure


@lru_cache(maxsize=len(STEPS))
def states(step: Step) -> tuple[State, ...]:
    """The step's comparisons: its own world first."""
    chosen = arms([parse_policy(spec) for spec in step.policies])
    return tuple(State(shipped(world), chosen, SEED, PATHS) for world in step.worlds)


def taken(state: State, step: Step) -> State:
    """A user's state with the step's world, policies and draws; view and kept runs stay."""
    own = states(step)[0]
    return replace(state, world=own.world, policies=own.policies, seed=own.seed, paths=own.paths)


def told(step: Step, runs: Runs) -> str:
    """The reveal, and the lesson where the run bears it out."""
    revealed = step.reveal(runs)
    return f"{revealed} {step.lesson}" if step.truth(runs) == step.argues else revealed


def story_slide(step: Step, runs: Runs) -> Slide:
    """A step as a slide."""
    return Slide(
        title=step.title,
        sentence=step.reveal(runs),
        notes=step.notes,
        state=states(step)[0],
        summary=runs[0],
        figures=tuple(draw(runs) for draw in step.figures),
        numbers=step.numbers(runs),
        text=step.text,
        question=step.question,
        choices=step.choices,
        truth=step.truth(runs),
        winners=winners(states(step), runs),
    )


def winners(compared: Sequence[State], runs: Runs) -> tuple[str, ...]:
    """Who wins each comparison, after its world's name where there are several; nothing where nothing is compared."""
    told = [
        (world_name(state.world), verdicts.winner(run, state.counting.weights))
        for state, run in zip(compared, runs, strict=True)
    ]
    return tuple(f"{world}. {won}" if len(told) > 1 else won for world, won in told if won)


def own_slide(state: State, summary: Summary) -> Slide:
    """The user's own comparison as a slide."""
    names = words.policy_names(summary.policies)
    cells = summary.cells[PEAK]
    return Slide(
        title=f"Your comparison: {words.changed_words(state.world)}",
        sentence=verdicts.sentence(summary, state.counting.weights),
        notes=own_notes(state, summary),
        state=state,
        summary=summary,
        figures=(by_day.dislocation(summary), by_day.dealers(summary), totals.taxpayer(summary)),
        numbers=tuple(
            (name, amounts.figure(PEAK, cell.value)) for name, cell in zip(names, cells, strict=True)
        ),
        winners=winners((state,), (summary,)),
        scored=True,
    )


def own_notes(state: State, summary: Summary) -> str:
    """What a speaker should know of the user's own comparison: what was changed, and what was never used."""
    changed = changes.world_lines(state.world)
    first = f"Changed in this world: {'; '.join(changed)}." if changed else "The world is as it was shipped."
    idle = unused.nothing_happened(summary)
    draws = f"Means over {summary.paths} paths of seed {summary.seed}, the same shocks for every policy."
    return " ".join((first, draws, *idle))
