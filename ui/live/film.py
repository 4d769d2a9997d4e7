"""The player of films on a page: one component, with a slider and a still in its place where it does not load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ui.charts.styles import SOLID, Style
from ui.film import stills
from ui.film.film import Film
from ui.film.frames import Frame
from ui.live.engine import source
from ui.live.picture import FILE
from ui.words.amounts import date_words

STILL = """export default ({ data, parentElement }) => {
  const own = parentElement.querySelector("section") ?? parentElement.appendChild(document.createElement("section"));
  if (own.held !== data.html) own.innerHTML = own.held = data.html;
};
"""
DIGITS = 6  # of a figure that is sent; the words round to two
MOUNT = "export default ({ data, parentElement }) => shown(parentElement, data);\n"

_mount = st.components.v2.component(
    "backstop_film", css=stills.styles(), js=source(FILE) + source("player.js") + MOUNT
)
_still = st.components.v2.component("backstop_still", css=stills.styles(), js=STILL)


def still(key: str, html: str) -> None:
    """A still of `ui.film.stills` on a page: streamlit's own markup takes no drawing."""
    _still(key=key, data={"html": html})


def draw(films: Sequence[Film], styles: Sequence[Style]) -> None:
    """Films of the same days, of which two play side by side: at first the first and the last."""
    _mount(key="film", data=film_data(films, styles))


def film_data(films: Sequence[Film], styles: Sequence[Style]) -> Mapping[str, Any]:
    """Films as the player takes them."""
    return {
        "dates": [date_words(day) for day in films[0].calendar],
        "names": list(Frame._fields),
        "films": [
            {
                "name": style.name,
                "colour": style.colour,
                "dash": " ".join(map(str, style.dash)) if style.dash != SOLID else "",
                "rows": [[round(value, DIGITS) for value in frame] for frame in film.frames],
            }
            for film, style in zip(films, styles, strict=True)
        ],
    }
