"""The page of the film where the player does not run: a slider, a sentence and a picture of each policy's day."""

from __future__ import annotations

import re
from html import escape

from support.app_pages import html, opened, ran

from policy.spec import parse_policy
from ui.charts.styles import styles
from ui.film.drawing import described
from ui.film.frames import Frame
from ui.live.film import film_data
from ui.state import state as s
from ui.widgets import plumbing


def drawn(body: str) -> list[str]:
    """What the pictures of a page say to those who do not see them."""
    return re.findall(r'<img [^>]*src="data:image/svg[^"]*" alt="([^"]*)"', body)


def test_a_slider_and_stills_stand_in_for_the_player() -> None:
    at = opened("film")
    state = s.opening()
    films = [plumbing.film_of(state, k) for k in range(len(state.policies))]
    start = films[0].busiest
    assert start > 0
    for day in (start, 0, len(films[0].calendar) - 1):
        at.select_slider(key="film.day").set_value(day)
        ran(at)
        body = html(at)
        for film in (films[0], films[-1]):
            assert escape(film.sentence(day)) in body
            assert described(film.frames[day]) in drawn(body)
    at.selectbox(key="film.policy").set_value("Outright purchases")
    ran(at)
    assert escape(films[1].sentence(day)) in html(at)


def test_a_policy_alone_plays_alone() -> None:
    at = opened("film", s.with_policies(s.opening(), [parse_policy("none")]))
    assert len(drawn(html(at))) == 1


def test_the_player_gets_every_policy_in_its_colour() -> None:
    state = s.opening()
    films = [plumbing.film_of(state, k) for k in range(len(state.policies))]
    data = film_data(films, styles(state.policies))
    assert [f["colour"] for f in data["films"]] == [style.colour for style in styles(state.policies)]
    assert all(len(row) == len(Frame._fields) for f in data["films"] for row in f["rows"])
    assert {len(f["rows"]) for f in data["films"]} == {len(data["dates"])} == {state.world.scenario.days + 1}
