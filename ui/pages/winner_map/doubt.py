"""The coarse map with hatching where structures of the market disagree on the winner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from models.stack import Flags
from policy.ranking.criteria import Weights
from policy.studies.draws import rival
from policy.studies.winner_map import Picture
from policy.studies.winner_rivals import disagree
from ui.charts.figure import Figure
from ui.charts.kinds import Map, Span
from ui.pages.winner_map import charts, view
from ui.words.amounts import listed, lower

STROKES = 3  # lines of hatching in a cell


def hatched(pictures: Mapping[str, Picture], weights: Weights) -> Figure:
    """The map of the first structure, hatched where another structure clearly has another winner."""
    first = next(iter(pictures.values()))
    open_cells = disagree(list(pictures.values()), weights)
    figure = charts.winner_map(view.seen(first, weights), None, "winner_map_structures")
    (chart,) = figure.panels
    assert isinstance(chart, Map)
    title, others = finding(open_cells), [lower(rival(name).title) for name in pictures][1:]
    lines = (*chart.lines, *strokes(first, open_cells))
    note = f"Hatched: in at least one of these structures another policy clearly wins: {listed(others)}. {figure.note}"
    table = figure.table.assign(**{"Structures disagree": _in_rows(figure, open_cells)})
    return replace(
        figure,
        title=title,
        note=note,
        panels=(replace(chart, lines=lines, alt=f"{title}. {chart.alt}"),),
        table=table,
    )


def finding(open_cells: Flags) -> str:
    """On how much of the map the winner depends on the structure."""
    if not open_cells.any():
        return "The same policy wins in every structure, wherever a winner is clear"
    return f"On {100 * open_cells.mean():.0f}% of the map the winner depends on how the market is built"


def strokes(picture: Picture, open_cells: Flags) -> list[tuple[Span, Span]]:
    """Slanting lines across the cells."""
    (x0, x1), (y0, y1) = charts.edges(picture.question.xs), charts.edges(picture.question.ys)
    rows = []
    for i, j in np.argwhere(open_cells):
        wide, tall = x1[i] - x0[i], y1[j] - y0[j]
        for k in range(1, STROKES + 1):
            at = 2 * k / (STROKES + 1)  # where the line meets the lower and right edges, 0 to 2
            low, high = max(0.0, at - 1), min(1.0, at)
            rows.append(
                ((x0[i] + low * wide, x0[i] + high * wide), (y0[j] + high * tall, y0[j] + low * tall))
            )
    return rows


def _in_rows(figure: Figure, open_cells: Flags) -> list[str]:
    """The flags in the order of the table's rows, cell by cell along x, then y."""
    flags = ["yes" if flag else "no" for flag in open_cells.ravel()]
    return flags if len(flags) == len(figure.table) else [""] * len(figure.table)
