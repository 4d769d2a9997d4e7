"""Editable slides: native charts and tables, speaker notes, and all provenance on the last slide."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from models.errors import Refused
from ui.charts.figure import Source
from ui.charts.styles import COLOURS
from ui.export import missing
from ui.export.content import Content
from ui.export.provenance import screen
from ui.export.report import Report
from ui.words import names


def pptx(content: Content) -> bytes:
    """A comparison's deck as the bytes of a file. Raises `Refused` where the package that writes slides is not installed."""
    return _written(content.summary, names.QUESTION, lambda deck, parts: deck.Deck(parts, content).build())


def report_pptx(report: Report) -> bytes:
    """A study's deck as the bytes of a file. Raises `Refused` as `pptx` does."""
    return _written(
        report.source, report.title, lambda deck, parts: deck.ReportDeck(parts, report.source).build(report)
    )


def _written(source: Source, title: str, build: Callable[[Any, Any], None]) -> bytes:
    absent = missing("pptx")
    if absent:
        raise Refused(f"slides cannot be written: {absent}")
    from pptx import Presentation

    from ui.export import deck, pptx_parts

    presentation = Presentation()
    pptx_parts.widen(presentation, deck.WIDE, deck.TALL)
    pptx_parts.own_theme(presentation, COLOURS[1:7])
    about = presentation.core_properties
    about.title, about.author = title, "Fed backstop policy sandbox"
    about.subject = f"Screen {screen(source)}, model version {source.model_version}"
    build(deck, presentation)
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()
