"""What a study's slides say: its finding, charts, tables, how to read them, and what the numbers belong to."""

from __future__ import annotations

from dataclasses import dataclass

from ui.charts.figure import Figure, Source
from ui.export.native import Grid


@dataclass(frozen=True, eq=False)
class Report:
    """A study as slides tell it. `tables` have a title and a line on how to read them; `lines` say what is assumed."""

    title: str
    finding: str
    figures: tuple[Figure, ...]
    tables: tuple[tuple[str, str, Grid], ...]
    lines: tuple[str, ...]
    source: Source
