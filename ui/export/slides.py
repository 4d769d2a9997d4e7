"""Editable slides: native charts and tables, speaker notes, and all provenance on the last slide."""

from __future__ import annotations

import io

from models.errors import Refused
from ui.charts.styles import COLOURS
from ui.export import missing
from ui.export.content import Content
from ui.export.provenance import screen
from ui.words import names


def pptx(content: Content) -> bytes:
    """The deck as the bytes of a file. Raises `Refused` where the package that writes slides is not installed."""
    absent = missing("pptx")
    if absent:
        raise Refused(f"slides cannot be written: {absent}")
    from pptx import Presentation

    from ui.export import deck, pptx_parts

    presentation = Presentation()
    pptx_parts.widen(presentation, deck.WIDE, deck.TALL)
    pptx_parts.own_theme(presentation, COLOURS[1:7])
    about = presentation.core_properties
    about.title, about.author = names.QUESTION, "Fed backstop policy sandbox"
    about.subject = f"Screen {screen(content.summary)}, model version {content.summary.model_version}"
    deck.Deck(presentation, content).build()
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()
