"""Each step of the story shows its part of the market: nothing of the result before the answer, the run's own day after."""

from __future__ import annotations

import re
from functools import cache

import pytest

from ui.film.drawing import described
from ui.film.film import Film, film
from ui.film.layouts import SECTORS
from ui.state.session import one_path
from ui.story import pictures, story
from ui.story.steps import STEPS, Step


@cache
def shown(step: Step) -> Film:
    state = story.states(step)[0]
    return film(one_path(state.world, state.policies[step.pictured], None, state.seed))


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_a_step_shows_its_part_of_the_market(step: Step) -> None:
    own = shown(step)
    assert set(step.lit) <= set(SECTORS) and 1 < len(step.lit) < len(SECTORS)
    bare, told = (pictures.picture_html(step, own, hidden) for hidden in (True, False))
    assert not re.search(r"\$\d|film-flow|film-over", bare) and described(own.frames[0]) not in bare
    assert not re.search(r'film-value"[^>]*>[^<]', bare) and re.search(r'film-value"[^>]*>\$', told)
    day = pictures.pictured_day(step, own)
    assert described(own.frames[day]) in told and own.sentence(day).replace("'", "&#x27;") in told
    assert step.moment(own.frames[day]) == max(step.moment(frame) for frame in own.frames)
    pale = len(re.findall(r'class="film-box [^>]* opacity="0.30"', told))
    assert pale == 2 * (len(SECTORS) - len(step.lit))


def test_the_pictures_show_what_the_steps_speak_of() -> None:
    """On the day that is shown funds are sold out, the Fed buys, lends or takes over, as the step's text says."""
    of = {step.name: shown(step).frames[pictures.pictured_day(step, shown(step))] for step in STEPS}
    assert of["shock"].forced > 50 and of["dealers"].dealer_use_pct > 95
    assert of["outright"].dealers_to_public + of["outright"].investors_to_public > 10
    assert (
        of["repo"].public_lent > 50
        and of["auction"].funds_to_public > 10
        and of["hazard"].funds_to_public > 10
    )
