"""The scorecard as accessible HTML: one card per policy, rows that line up on a screen and stack on a phone."""

from __future__ import annotations

from html import escape

from policy.outcomes.scorecard import BY_KEY, TILES
from policy.outcomes.summary import Outcome, Summary, Tile
from ui.charts.styles import Style, styles
from ui.words import amounts

MARKS = {"best": "▲ best", "worst": "▼ worst"}


def cards(summary: Summary) -> str:
    """A card per policy."""
    drawn = styles(summary.policies)
    html = (_card(style, k, summary) for k, style in enumerate(drawn))
    return f'<div class="sb-cards" role="list" aria-label="Scorecard by policy">{"".join(html)}</div>'


def _card(style: Style, k: int, summary: Summary) -> str:
    rows = "".join(_row(key, summary.cells[key][k], summary.outcomes[k], k) for key in TILES)
    return (
        f'<div class="sb-card" role="listitem" style="--c:{style.colour}">'
        f"<h3>{escape(style.name)}</h3>{rows}</div>"
    )


def _row(key: str, cell: Tile, outcome: Outcome, k: int) -> str:
    mark = f'<span class="sb-mark">{MARKS[cell.mark]}</span>' if cell.mark else ""
    under = "the yardstick" if k == 0 else amounts.against_none(key, cell, outcome)
    return (
        f'<div class="sb-row" data-key="{key}" data-policy="{k}">'
        f'<div class="sb-what" title="{escape(BY_KEY[key].description)}">{BY_KEY[key].title}</div>'
        f'<div class="sb-line"><span class="sb-value">{escape(amounts.figure(key, cell.value))}</span>{mark}</div>'
        f'<div class="sb-gap">{escape(under)}</div></div>'
    )
