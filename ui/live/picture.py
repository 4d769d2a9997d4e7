"""The film in the browser: its frames, its words and its drawing as one JavaScript module, translated.

`python -m ui.live.picture` writes `picture.js` anew; it is committed, and a test holds it to this, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

from ui.live.engine import BY_HAND, python_source, source
from ui.live.translate import translated

FILE = "picture.js"
MODULES = (
    "models.reference.arithmetic", "ui.film.frames", "ui.words.amounts", "ui.film.sentences", "ui.film.layouts",
    "ui.film.drawing",
)  # fmt: skip
SPOKEN = ("frames_of", "FilmSetting", "day_sentence", "drawing", "measure_of", "WIDE", "NARROW")


def generated() -> str:
    """The module's text."""
    head = "// Written by `python -m ui.live.picture` out of the film's frames, words and drawing; not by hand.\n"
    return head + source(BY_HAND[0]) + translated({name: python_source(name) for name in MODULES}, SPOKEN)


def bundled() -> str:
    """The film and its player as one script for a page without modules: what `film` offers."""
    names = ("shown", "frames_of", "FilmSetting")
    body = source(FILE).replace("\nexport {", "\n// export {") + source("player.js")
    return f"const film = (() => {{\n{body}return {{ {', '.join(names)} }};\n}})();\n"


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(generated(), encoding="utf-8")
