"""Single pictures of a film as HTML, for a page that stands still: for a screen and for a phone, whichever fits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

from ui.film.drawing import Measure, drawing, measure_of
from ui.film.film import Film
from ui.film.layouts import NARROW, WIDE

KEY = (
    ("--film-bond", "bonds that change hands today"),
    ("--film-forced", "forced sales and margin calls"),
    ("--film-loan", "cash, and loans that stand"),
)


@cache
def css() -> str:
    """The styles of pictures and of the player."""
    return f"<style>{resources.files('ui.film').joinpath('film.css').read_text(encoding='utf-8')}</style>"


def measure(films: Sequence[Film]) -> Measure:
    """One measure for films that stand side by side."""
    return measure_of([list(film.frames) for film in films])


def still(film: Film, day: int, among: Measure, lit: Sequence[str] = (), bare: bool = False) -> str:
    """The picture of a day. `lit` names sectors that stand out, none for all; `bare` leaves the figures out."""
    drawn = "".join(
        drawing(film.frames[day], film.frames[0], among, layout, list(lit), bare) for layout in (WIDE, NARROW)
    )
    return f'<div class="film-either film-still">{drawn}</div>'


def key_html() -> str:
    """What colours, widths and bars say."""
    items = "".join(f'<span><i style="--k:var({name})"></i>{text}</span>' for name, text in KEY)
    return (
        f'<p class="film-key">{items}<span>wider is more; bars are on one scale, with a mark where they stood at the '
        "opening; dealers' box fills up with their balance sheets</span></p>"
    )
