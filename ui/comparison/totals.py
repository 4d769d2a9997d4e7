"""Charts of totals: sales, funds' losses and the taxpayer's result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.parameters.base import STRATEGIES
from policy.outcomes.scorecard import FUND_LOSSES, TAXPAYER_MEAN, TAXPAYER_TAIL
from policy.outcomes.summary import Summary
from ui.charts.bars import bar_spec, shade
from ui.charts.figure import STRATEGY_COLOURS, Figure, Panel, Style, styles
from ui.charts.ridges import profit_edges, ridge_spec
from ui.comparison import findings
from ui.words import amounts
from ui.words import names as words


def sales(summary: Summary) -> Figure:
    """Forced sales by strategy, and the part that a vehicle took."""
    names = words.policy_names(summary.policies)
    strategies = [words.STRATEGY_NAMES[s] for s in STRATEGIES]
    taken = [f"{s}, bought by the vehicle" for s in strategies]
    rows = []
    for name, outcome in zip(names, summary.outcomes, strict=True):
        bought = [max(a - b, 0.0) for a, b in zip(outcome.sold, outcome.marketed, strict=True)]
        values = [x for pair in zip(outcome.marketed, bought, strict=True) for x in pair]
        labels = [x for pair in zip(strategies, taken, strict=True) for x in pair]
        total = amounts.amount(sum(outcome.sold), "$bn")
        rows += [
            (name, part, v, k, sum(values), total)
            for k, (part, v) in enumerate(zip(labels, values, strict=True))
        ]
    frame = pd.DataFrame(rows, columns=["Policy", "Part", "Value", "Rank", "End", "Total"])
    frame["Room"] = 1.17 * frame["End"].max()  # so that the last label fits
    segments = tuple(x for pair in zip(strategies, taken, strict=True) for x in pair)
    colours = tuple(c for c in STRATEGY_COLOURS for _ in range(2))
    spec = bar_spec(
        names,
        segments,
        tuple(shade(c, k % 2) for k, c in enumerate(colours)),
        "Forced sales over the run, $bn of face",
        "Total",
    )
    used = [p for p in segments if frame.loc[frame["Part"] == p, "Value"].sum() > 0.005]
    legend = tuple(
        Style(p, c, (-1, k % 2)) for k, (p, c) in enumerate(zip(segments, colours, strict=True)) if p in used
    )
    note = (
        f"Means over {summary.paths} paths; faded is what the vehicle bought, the rest reached the market. "
        + findings.bundles_needed(summary)
    )
    text = "Bars of forced sales in $bn. " + " ".join(
        _sales_alt(n, o) for n, o in zip(names, summary.outcomes, strict=True)
    )
    return _bars("sales", findings.finding_sales(summary), note, frame, spec, text, legend)


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
    segments = ("Still borne", "Spared")
    base = summary.outcomes[0].means[FUND_LOSSES.key]
    rows = []
    for name, outcome in zip(names, summary.outcomes, strict=True):
        borne = outcome.means[FUND_LOSSES.key]
        spared = max(base - borne, 0.0)
        text = amounts.amount(borne, "$bn")
        end = max(borne, 0.0) + spared
        rows += [(name, "Still borne", borne, 0, end, text), (name, "Spared", spared, 1, end, text)]
    frame = pd.DataFrame(rows, columns=["Policy", "Part", "Value", "Rank", "End", "Total"])
    frame["Room"] = 1.17 * frame["End"].max()  # so that the last label fits
    spec = bar_spec(
        names, segments, ("#C2456B", shade("#C2456B", 1)), "Funds' losses over the run, $bn", "Total"
    )
    note = f"Fall of hedge funds' equity, means over {summary.paths} paths; faded is what was spared against no action."
    text = "Bars of funds' losses in $bn. " + " ".join(f"{r[0]}: {r[5]} borne." for r in rows[::2])
    legend = (Style("Still borne", "#C2456B", (-1, 0)), Style("Spared", "#C2456B", (-1, 1)))
    return _bars("funds", findings.finding_funds(summary), note, frame, spec, text, legend)


def _bars(
    key: str,
    title: str,
    note: str,
    frame: pd.DataFrame,
    spec: dict[str, Any],
    text: str,
    legend: tuple[Style, ...],
) -> Figure:
    table = frame[["Policy", "Part", "Value"]].rename(columns={"Value": "$bn"})
    return Figure(key, title, note, "$bn", (Panel(frame, spec, text),), table, legend)


def taxpayer(summary: Summary) -> Figure:
    """Distribution of the public's result, one ridge per policy, the worst 5% dark."""
    lines = styles(summary.policies)
    rows, table = [], []
    edges = profit_edges(summary)
    for k, (style, outcome) in enumerate(zip(lines, summary.outcomes, strict=True)):
        counts, _ = np.histogram(np.clip(outcome.profit, edges[0], edges[-1]), edges)
        share = 100 * counts / outcome.profit.size
        worst = float(np.quantile(outcome.profit, 0.05))
        floor = len(lines) - 1 - k
        tall = 0.74 * share / share.max()
        text = _profit_text(summary, k)
        at = (style.name, floor, text)
        rows += [
            (*at, a, b, floor, floor + h, s, "Worst 5%" if b <= worst else "Other outcomes")
            for a, b, h, s in zip(edges[:-1], edges[1:], tall, share, strict=True)
            if s > 0
        ]
        table += [(style.name, a, b, s) for a, b, s in zip(edges[:-1], edges[1:], share, strict=True)]
        rows += _profit_marks(summary, k, style.name, floor, text)
    frame = pd.DataFrame(
        rows, columns=["Policy", "Lane", "Text", "From", "To", "Low", "High", "Share", "Kind"]
    )
    spec = ridge_spec(lines, (float(edges[0]), float(edges[-1])))
    shown = pd.DataFrame(table, columns=["Policy", "From, $bn", "To, $bn", "Share of outcomes, %"])
    note = (
        "Profit or loss of the public one year after the opening; heights are scaled to each policy's own peak. "
        "Solid: the worst 5%. ◆ expected result, ▼ mean of the worst 5%."
    )
    text = "Distribution of the taxpayer's result in $bn. " + " ".join(
        f"{s.name}: {_profit_text(summary, k)}." for k, s in enumerate(lines)
    )
    return Figure(
        "taxpayer", findings.finding_taxpayer(summary), note, "$bn", (Panel(frame, spec, text),), shown, ()
    )


def _profit_text(summary: Summary, k: int) -> str:
    mean = amounts.figure(TAXPAYER_MEAN.key, summary.cells[TAXPAYER_MEAN.key][k].value)
    tail = amounts.figure(TAXPAYER_TAIL.key, summary.cells[TAXPAYER_TAIL.key][k].value)
    return f"expected {mean}, 5% tail {tail}"


def _profit_marks(summary: Summary, k: int, name: str, floor: float, text: str) -> list[tuple[Any, ...]]:
    mean = summary.cells[TAXPAYER_MEAN.key][k].value
    tail = -summary.cells[TAXPAYER_TAIL.key][k].value
    return [
        (name, floor, text, tail, tail, floor, floor, np.nan, "Tail"),
        (name, floor, text, mean, mean, floor, floor, np.nan, "Mean"),
    ]
