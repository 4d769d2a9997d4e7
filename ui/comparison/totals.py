"""Charts of totals: sales, funds' losses and the taxpayer's result."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from models.parameters.base import STRATEGIES
from models.stack import Array
from policy.outcomes.scorecard import FUND_LOSSES, PEAK_DISLOCATION, TAXPAYER_MEAN, TAXPAYER_TAIL
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Label, Line, Lines, Piece, Ridge, Ridges, lanes
from ui.charts.styles import STRATEGY_COLOURS, Style, filled, styles
from ui.comparison import findings
from ui.words import amounts
from ui.words import names as words

BINS = 48
PEAK_BIN = 4.0  # bp
ROOM = 1.17  # of the longest bar, so that its label fits
MARKED = "Solid: the worst 5%. ◆ expected result, ▼ mean of the worst 5%."


def sales(summary: Summary) -> Figure:
    """Forced sales by strategy, and the part that a vehicle took."""
    names = words.policy_names(summary.policies)
    strategies = [words.STRATEGY_NAMES[s] for s in STRATEGIES]
    parts = tuple(
        filled(f"{name}{', bought by the vehicle' if taken else ''}", colour, taken)
        for name, colour in zip(strategies, STRATEGY_COLOURS, strict=True)
        for taken in (False, True)
    )
    values = [
        [x for a, b in zip(o.sold, o.marketed, strict=True) for x in (b, max(a - b, 0.0))]
        for o in summary.outcomes
    ]
    totals = [amounts.amount(sum(o.sold), "$bn") for o in summary.outcomes]
    note = (
        f"Means over {summary.paths} paths; faded is what the vehicle bought, the rest reached the market. "
        + findings.bundles_needed(summary)
    )
    told = " ".join(_sales_alt(n, o) for n, o in zip(names, summary.outcomes, strict=True))
    chart = _stacked(
        parts, dict(zip(names, values, strict=True)), totals, "Forced sales over the run, $bn of face",
        f"Bars of forced sales in $bn. {told}",
    )  # fmt: skip
    return _totals("sales", findings.finding_sales(summary), note, chart)


def _sales_alt(name: str, outcome: Any) -> str:
    split = ", ".join(
        f"{words.STRATEGY_NAMES[s].lower()} {v:.1f}" for s, v in zip(STRATEGIES, outcome.sold, strict=True)
    )
    return (
        f"{name}: {sum(outcome.sold):.1f} ({split}), of which {sum(outcome.marketed):.1f} reached the market."
    )


def funds(summary: Summary) -> Figure:
    """Funds' losses: what they still bear, and what a policy spared them."""
    names = words.policy_names(summary.policies)
    parts = (filled("Still borne", "#C2456B"), filled("Spared", "#C2456B", True))
    borne = [o.means[FUND_LOSSES.key] for o in summary.outcomes]
    values = {n: [b, max(borne[0] - b, 0.0)] for n, b in zip(names, borne, strict=True)}
    totals = [amounts.amount(b, "$bn") for b in borne]
    note = f"Fall of hedge funds' equity, means over {summary.paths} paths; faded is what was spared against no action."
    told = " ".join(f"{n}: {t} borne." for n, t in zip(names, totals, strict=True))
    alt = f"Bars of funds' losses in $bn. {told}"
    chart = _stacked(parts, values, totals, "Funds' losses over the run, $bn", alt)
    return _totals("funds", findings.finding_funds(summary), note, chart)


def _stacked(
    parts: tuple[Style, ...], values: dict[str, list[float]], totals: list[str], axis: str, alt: str
) -> Bars:
    """Stacked bars by policy with the total at the end of each."""
    pieces = tuple(
        Piece(name, part.name, v, (f"{v:,.2f}",))
        for name, row in values.items()
        for part, v in zip(parts, row, strict=True)
    )
    ends = [sum(max(v, 0.0) for v in row) for row in values.values()]
    labels = tuple(map(Label, values, ends, totals))
    return Bars(
        pieces, parts, lanes(tuple(values)), Axis(axis), alt, height=44 * len(values) + 50, tips=(axis,), labels=labels,
        total="Total", levels=(), room=ROOM * max(ends),
    )  # fmt: skip


def _totals(key: str, title: str, note: str, chart: Bars) -> Figure:
    """The bars with their table; the legend has the parts that can be seen."""
    used = [s for s in chart.parts if sum(p.value for p in chart.pieces if p.part == s.name) > 0.005]
    table = pd.DataFrame([(p.lane, p.part, p.value) for p in chart.pieces], columns=["Policy", "Part", "$bn"])
    return Figure(key, title, note, "$bn", (chart,), table, tuple(used))


def peaks(summary: Summary) -> Figure:
    """How far prices break on each path: the shares of both humps where outcomes have two."""
    values = [o.paths[PEAK_DISLOCATION.key] for o in summary.outcomes]
    edges = np.arange(0.0, max(5.0, *(float(v.max()) for v in values)) + PEAK_BIN, PEAK_BIN)
    middle = (edges[1:] + edges[:-1]) / 2
    at = tuple(f"{a:.0f} to {b:.0f} bp" for a, b in pairwise(edges))
    shares = [100 * np.histogram(v, edges)[0] / v.size for v in values]
    drawn = styles(summary.policies)
    lines = tuple(
        Line(style, middle, share, share, share, at, False)
        for style, share in zip(drawn, shares, strict=True)
    )
    table = pd.DataFrame(
        {"Peak": at, **{f"{x.name}, % of paths": y for x, y in zip(drawn, shares, strict=True)}}
    )
    told = "; ".join(
        f"{style.name} most often {at[int(y.argmax())]}" for style, y in zip(drawn, shares, strict=True)
    )
    chart = Lines(
        lines, Axis("Peak 10-year dislocation, bp", (0.0, float(edges[-1]))), Axis("Paths, %"),
        f"Shares of paths by peak 10-year dislocation: {told}.", what="Policy",
    )  # fmt: skip
    note = f"Shares of {summary.paths} paths in steps of {PEAK_BIN:g} bp. Where there are two humps, no average is typical."
    return Figure("peaks", findings.finding_peaks(summary), note, "% of paths", (chart,), table, drawn)


def taxpayer(summary: Summary) -> Figure:
    """Distribution of the public's result, one ridge per policy, the worst 5% dark."""
    edges = profit_edges(summary)
    cells = summary.cells
    ridges = tuple(
        ridge(style, o.profit, edges, cells[TAXPAYER_MEAN.key][k].value, -cells[TAXPAYER_TAIL.key][k].value, _profit_text(summary, k))
        for k, (style, o) in enumerate(zip(styles(summary.policies), summary.outcomes, strict=True))
    )  # fmt: skip
    told = " ".join(f"{r.style.name}: {r.said}." for r in ridges)
    axis = Axis("Taxpayer's result after one year, $bn", (float(edges[0]), float(edges[-1])), count=6)
    chart = Ridges(
        ridges, axis, f"Distribution of the taxpayer's result in $bn. {told}", plainly=plainly("one year")
    )
    note = (
        "Profit or loss of the public one year after the opening; heights are scaled to each policy's own peak. "
        + MARKED
    )
    title = findings.finding_taxpayer(summary)
    return Figure("taxpayer", title, note, "$bn", (chart,), ridges_table(ridges))


def plainly(when: str) -> str:
    """How to read a distribution where only its marks are drawn."""
    return f"Profit or loss of the public {when} after the opening: what is expected, and the mean of the worst 5% of outcomes."


def profit_edges(summary: Any) -> Array:
    """Common bins for the public's result under all policies; whatever has outcomes with profits will do."""
    low = min(float(np.quantile(o.profit, 0.002)) for o in summary.outcomes)
    high = max(float(np.quantile(o.profit, 0.998)) for o in summary.outcomes)
    step = _round_up(max(high - low, 1.0) / (BINS - 4))
    return np.asarray(np.round(step * (np.floor(low / step) - 2 + np.arange(BINS + 1)), 6))


def _round_up(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m for m in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= value) * power)


def ridge(style: Style, profit: Array, edges: Array, mean: float, tail: float, said: str) -> Ridge:
    """A policy's outcomes counted in bins; what lies beyond stands in the last ones."""
    counts, _ = np.histogram(np.clip(profit, edges[0], edges[-1]), edges)
    worst = float(np.quantile(profit, 0.05))
    return Ridge(style, edges, np.asarray(100 * counts / profit.size), worst, mean, tail, said)


def ridges_table(ridges: Sequence[Ridge], times: Sequence[float] = ()) -> pd.DataFrame:
    """Shares of outcomes by bin; `times` undoes what each ridge's bins were multiplied with."""
    rows = [
        (r.style.name, a / n, b / n, share)
        for r, n in zip(ridges, times or [1.0] * len(ridges), strict=True)
        for a, b, share in zip(r.edges[:-1], r.edges[1:], r.share, strict=True)
    ]
    return pd.DataFrame(rows, columns=["Policy", "From, $bn", "To, $bn", "Share of outcomes, %"])


def _profit_text(summary: Summary, k: int) -> str:
    mean = amounts.figure(TAXPAYER_MEAN.key, summary.cells[TAXPAYER_MEAN.key][k].value)
    tail = amounts.figure(TAXPAYER_TAIL.key, summary.cells[TAXPAYER_TAIL.key][k].value)
    return f"expected {mean}, 5% tail {tail}"
