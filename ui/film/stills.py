"""Single pictures of a film as HTML, for a page that stands still: for a screen and for a phone, whichever fits."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

from ui.film.drawing import Measure, described, drawing, measure_of
from ui.film.film import Film
from ui.film.layouts import NARROW, SECTORS, WIDE

NAMES = dict(
    zip(SECTORS, ("investors", "the Fed", "dealers", "money funds and banks", "hedge funds"), strict=True)
)
KEY = (
    ("--film-bond", "bonds that change hands today"),
    ("--film-forced", "forced sales and margin calls"),
    ("--film-loan", "cash, and loans that stand"),
)


@cache
def styles() -> str:
    """The styles of pictures and of the player."""
    return resources.files("ui.film").joinpath("film.css").read_text(encoding="utf-8")


def css() -> str:
    """The same as an element."""
    return f"<style>{styles()}</style>"


def measure(films: Sequence[Film]) -> Measure:
    """One measure for films that stand side by side."""
    return measure_of([list(film.frames) for film in films])


def still(film: Film, day: int, among: Measure, lit: Sequence[str] = (), bare: bool = False) -> str:
    """The picture of a day. `lit` names sectors that stand out, none for all; `bare` leaves the figures out."""
    drawn = "".join(
        drawing(film.frames[day], film.frames[0], among, layout, list(lit), bare) for layout in (WIDE, NARROW)
    )
    return f'<div class="film-either film-still">{drawn}</div>'


def image(film: Film, day: int, among: Measure) -> str:
    """The same as an image of its own, for a page that takes no drawing among its words; a screen's layout alone."""
    drawn = drawing(film.frames[day], film.frames[0], among, WIDE, [], False)
    head, dressed = drawn.split(">", 1)
    whole = f'{head} font-family="system-ui, Arial, sans-serif"><style>svg{{color-scheme:light}}{styles()}</style>{dressed}'
    code = base64.b64encode(
        whole.replace('class="film-picture', 'class="film-still film-picture').encode()
    ).decode()
    return f'<img style="inline-size:100%;background:#ffffff;border-radius:9px" src="data:image/svg+xml;base64,{code}" alt="{escape(described(film.frames[day]))}">'


def key_html() -> str:
    """What colours, widths and bars say."""
    items = "".join(f'<span><i style="--k:var({name})"></i>{text}</span>' for name, text in KEY)
    return (
        f'<p class="film-key">{items}<span>wider is more; bars are on one scale, with a mark where they stood at the '
        "opening; dealers' box fills up with their balance sheets</span></p>"
    )
