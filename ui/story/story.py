"""The guided story, from calm to a design of one's own: its states, its slides, and what goes to the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from models.library import shipped
from policy.comparison import arms
from policy.outcomes.summary import Summary
from policy.spec import parse_policy
from ui.charts.figure import Figure
from ui.comparison import by_day, changes, totals, unused
from ui.film import stills
from ui.film.film import Film
from ui.state.state import State
from ui.story.steps import PEAK, STEPS, Numbers, Runs, Step
from ui.words import amounts, verdicts
from ui.words import names as words
from ui.words.amounts import listed

PATHS, SEED = 256, 1


@dataclass(frozen=True)
class Slide:
    """One screen of a presentation: the finding in a sentence, what is drawn, and what the speaker says.

    The first figure is the one for a screen; `question`, `choices` and `truth` are empty where nothing is asked.
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
    )


def pictured_day(step: Step, film: Film) -> int:
    """The day of a film whose picture the step shows."""
    return max(range(len(film.frames)), key=lambda day: step.moment(film.frames[day]))


def picture_html(step: Step, film: Film, bare: bool) -> str:
    """The part of the market that the step speaks of: `bare` before the answer, afterwards with the day and its figures."""
    day = pictured_day(step, film)
    drawn = stills.still(film, day, stills.measure((film,)), step.lit, bare)
    if bare:
        said = f"The part of the market this step speaks of: {listed([stills.NAMES[name] for name in step.lit])}."
    else:
        policy = words.policy_names(states(step)[0].policies)[step.pictured]
        said = f"{amounts.date_words(film.calendar[day])} under {amounts.lower(policy)}, on the central path. {film.sentence(day)}"
    return f'<figure class="film-figure">{drawn}<figcaption>{escape(said)}</figcaption></figure>'


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
    )


def own_notes(state: State, summary: Summary) -> str:
    """What a speaker should know of the user's own comparison: what was changed, and what was never used."""
    changed = changes.world_lines(state.world)
    first = f"Changed in this world: {'; '.join(changed)}." if changed else "The world is as it was shipped."
    idle = unused.nothing_happened(summary)
    draws = f"Means over {summary.paths} paths of seed {summary.seed}, the same shocks for every policy."
    return " ".join((first, draws, *idle))


def slides(state: State, results: Callable[[State], Summary] | None = None) -> tuple[Slide, ...]:
    """The eight steps and, last, the user's own comparison. `results` gives a state's summary, by default the shared cache's."""
    if results is None:
        from ui.state.session import results as cached

        results = cached
    of = results
    told_slides = tuple(story_slide(step, tuple(of(s) for s in states(step))) for step in STEPS)
    return (*told_slides, own_slide(state, of(state)))
