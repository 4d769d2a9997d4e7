"""The picture of a step of the story: the part of the market it speaks of."""

from __future__ import annotations

from html import escape

from ui.film import stills
from ui.film.film import Film
from ui.story.steps import Step
from ui.story.story import states
from ui.words import amounts
from ui.words import names as words
from ui.words.amounts import listed


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
