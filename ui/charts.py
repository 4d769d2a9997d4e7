"""Charts of a list of policies: a small frame, a Vega-Lite specification without data, a title that says the finding.

Specifications depend only on names, colours and axes and are built once; the frame carries the numbers. So a new
result changes data alone and the browser redraws without building the chart again.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import altair as alt
import numpy as np
import pandas as pd

from models.parameters.base import STRATEGIES, TENORS
from models.scenario import World
from policy.outcomes.summary import Summary
from policy.spec import Policy
from ui import plots, words
from ui.plots import NEUTRAL

# Mid-tones that keep a contrast of at least 3:1 on the light and on the dark page, told apart by colour-blind readers;
# line patterns say the same a second time.
COLOURS = ("#7F8792", "#D55E00", "#1B83C9", "#009E73", "#B3589A", "#A67C00", "#6F63C7", "#A0614A")
DASHES = ((4, 3), (1, 0), (9, 4), (12, 3, 2, 3), (5, 2), (2, 2, 6, 2), (14, 4), (4, 4))
SLOTS = {"none": 0, "outright": 1, "repo": 2, "hedged-auction": 3, "actual": 4, "hedged-purchases": 6}
STRATEGY_COLOURS = ("#6F63C7", "#C2456B", "#B08900")
PARTS = (
    ("Fundamentals", "fundamentals_bp", "#64748B", (6, 3)),
    ("Term premium", "term_premium_bp", "#B08900", (2, 2)),
    ("Policy signal", "policy_signal_bp", "#6F63C7", (8, 3, 2, 3)),
    ("Dysfunction", "dysfunction_bp", "#C2456B", (1, 0)),
)
WHOLE = ("Yield", "yield_change_bp", NEUTRAL, (1, 0))
MILESTONES = {
    "Scenario event": ("circle", NEUTRAL),
    "Policy starts": ("triangle-right", "#1B83C9"),
    "First outright purchase": ("square", "#D55E00"),
    "First repo lent": ("diamond", "#6F63C7"),
    "First auction purchase": ("square", "#009E73"),
    "First forced sale": ("triangle-down", "#C2456B"),
    "First fund fails": ("cross", "#A67C00"),
}


class Source(Protocol):
    """What numbers belong to, as the head of a file says it: a summary, or a page's own run."""

    @property
    def world(self) -> World: ...
    @property
    def policies(self) -> tuple[Policy, ...]: ...
    @property
    def seed(self) -> int: ...
    @property
    def paths(self) -> int: ...
    @property
    def model_version(self) -> int: ...


@dataclass(frozen=True)
class Style:
    """How a policy is drawn in every chart and theme."""

    name: str
    colour: str
    dash: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """One drawing: its frame, its specification and its text for those who cannot see it."""

    frame: pd.DataFrame
    spec: dict[str, Any]
    alt: str
    heading: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart: the finding as title, a line on how to read it, its panels, and its numbers as a table."""

    key: str
    title: str
    note: str
    unit: str
    panels: tuple[Panel, ...]
    table: pd.DataFrame
    legend: tuple[Style, ...] = ()
    after: str = ""


def styles(policies: Sequence[Policy]) -> tuple[Style, ...]:
    """Each kind of policy has its own colour; a second one of a kind takes the next free."""
    taken: set[int] = set()
    slots = []
    for made in policies:
        own = SLOTS.get(made.interventions[0].name, 5) if len(made.interventions) == 1 else 5
        free = [k for k in (own, 5, 6, 7, 4, 3, 2, 1, 0) if k not in taken]
        slots.append(free[0] if free else own)
        taken.add(slots[-1])
    names = words.policy_names(policies)
    return tuple(Style(n, COLOURS[k], DASHES[k]) for n, k in zip(names, slots, strict=True))


# Bands over days: one line per policy, or one per part of the yield


@lru_cache(maxsize=64)
def band_spec(
    lines: tuple[Style, ...], ticks: plots.Ticks, days: int, y_title: str, marks: tuple[tuple[float, str], ...], field: str,
    domain: tuple[float, float] | None, banded: tuple[str, ...], height: int,
) -> dict[str, Any]:  # fmt: skip
    names = [s.name for s in lines]
    scale = alt.Scale(domain=list(domain), nice=False) if domain else alt.Scale(zero=False, nice=True)
    y_axis = alt.Axis(title=y_title, tickCount=5)
    colour = plots.colour(names, [s.colour for s in lines], field)
    x = plots.day_axis(ticks, days)
    band = plots.blank().transform_filter(alt.FieldOneOfPredicate(field=field, oneOf=list(banded)))
    layers = [
        band.mark_area(opacity=0.13, aria=False).encode(
            x=x,
            y=plots.field(alt.Y, "5%", scale=scale, axis=y_axis),
            y2=alt.Y2(field="95%"),
            color=colour,
        ),
        plots.blank()
        .mark_line(strokeWidth=2.4, aria=False)
        .encode(
            x=x,
            y=plots.field(alt.Y, "Median"),
            color=colour,
            strokeDash=plots.dash(names, [s.dash for s in lines], field),
        ),
        plots.blank()
        .mark_circle(opacity=0, size=90, aria=False)
        .encode(
            x=x,
            y=plots.field(alt.Y, "Median"),
            tooltip=[plots.tip(field), plots.tip("Date"), *plots.number_tips("Median", "5%", "95%")],
        ),
    ]
    for level, text in marks:
        layers += [
            plots.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(y=alt.YDatum(level)),
            plots.once()
            .mark_text(
                align="left",
                baseline="bottom",
                dx=4,
                dy=-2,
                color=NEUTRAL,
                fontSize=12,
                aria=False,
                text=text,
            )
            .encode(x=alt.XDatum(0), y=alt.YDatum(level)),
        ]
    return plots.spec(plots.layers(*layers), height)


def _band_rows(
    summary: Summary, names: Sequence[str], blocks: Sequence[np.ndarray], field: str
) -> pd.DataFrame:
    """Long rows, one per line and day; a block is (quantile, day)."""
    days = len(summary.calendar)
    dates = [words.date_words(d) for d in summary.calendar]
    joined = np.concatenate(blocks, axis=1)
    return pd.DataFrame(
        {
            "Day": np.tile(np.arange(days), len(names)),
            "Date": dates * len(names),
            field: np.repeat(list(names), days),
            "5%": joined[0],
            "Median": joined[1],
            "95%": joined[2],
        }
    )


def _bands(
    summary: Summary, series: str, row: int | None, y_title: str, marks: tuple[tuple[float, str], ...] = ()
) -> Panel:
    lines = styles(summary.policies)
    names = [s.name for s in lines]
    blocks = [o.bands[series] if row is None else o.bands[series][:, :, row] for o in summary.outcomes]
    frame = _band_rows(summary, names, blocks, "Policy")
    spec = band_spec(
        lines,
        plots.ticks(summary.calendar),
        len(summary.calendar) - 1,
        y_title,
        marks,
        "Policy",
        None,
        tuple(names),
        290,
    )
    return Panel(frame, spec, _band_alt(summary, names, blocks, y_title))


def _band_alt(summary: Summary, names: Sequence[str], blocks: Sequence[np.ndarray], what: str) -> str:
    peaks = []
    for name, block in zip(names, blocks, strict=True):
        at = int(block[1].argmax())
        peaks.append(
            f"{name} {block[1][at]:.1f} on {words.day_words(summary, at)}, ends at {block[1][-1]:.1f}"
        )
    return f"Lines by day of {what}, medians with 5 to 95% bands. Peaks: {'; '.join(peaks)}."


READ = "Median of {paths} paths, band from 5 to 95%."


def dislocation(summary: Summary) -> Figure:
    """The 10-year's dislocation by day."""
    panel = _bands(summary, "dislocation_bp", TENORS.index(10), "10-year dislocation, bp")
    note = "Yield of the 10-year over what swaps imply, beyond normal. " + READ.format(paths=summary.paths)
    return Figure(
        "dislocation",
        words.finding_dislocation(summary),
        note,
        "bp",
        (panel,),
        panel.frame,
        styles(summary.policies),
    )


def dealers(summary: Summary) -> Figure:
    """Dealers' balance-sheet use by day, against capacity."""
    marks = ((90.0, "90%"), (100.0, "100%: capacity"))
    panel = _bands(summary, "dealer_use_pct", None, "Use of capacity, %", marks)
    note = "Part of the day's capacity that Treasuries and repo use. " + READ.format(paths=summary.paths)
    return Figure(
        "dealers",
        words.finding_dealers(summary),
        note,
        "% of capacity",
        (panel,),
        panel.frame,
        styles(summary.policies),
    )


def repo(summary: Summary) -> Figure:
    """The repo spread, and what facilities lend."""
    spread = _bands(summary, "repo_spread_bp", None, "Repo spread, bp")
    lent = _bands(summary, "facility_bn", None, "Repo lent, $bn")
    table = spread.frame.assign(Series="Repo spread, bp")
    table = pd.concat([table, lent.frame.assign(Series="Repo lent, $bn")], ignore_index=True)
    panels = (
        Panel(
            spread.frame, spread.spec, spread.alt, "Repo rate of funds over the middle of the policy range"
        ),
        Panel(lent.frame, lent.spec, lent.alt, "Lent by a repo facility"),
    )
    note = READ.format(paths=summary.paths)
    return Figure(
        "repo", words.finding_repo(summary), note, "bp and $bn", panels, table, styles(summary.policies)
    )


def parts(summary: Summary, tenor: int) -> Figure:
    """Yields at one tenor, split in four parts, one panel per policy on a common scale."""
    row = TENORS.index(tenor)
    lines = tuple(Style(name, colour, dash) for name, _, colour, dash in (WHOLE, *PARTS))
    names = [s.name for s in lines]
    series = [name for _, name, _, _ in (WHOLE, *PARTS)]
    domain = _domain([o.bands["yield_change_bp"][:, :, row] for o in summary.outcomes]
                     + [o.bands[name][1:2, :, row] for o in summary.outcomes for name in series])  # fmt: skip
    spec = band_spec(
        lines, plots.ticks(summary.calendar, 2), len(summary.calendar) - 1, "bp", (), "Part", domain,
        ("Yield",), 220,
    )  # fmt: skip
    panels, tables = [], []
    for policy_name, outcome in zip(words.policy_names(summary.policies), summary.outcomes, strict=True):
        blocks = [outcome.bands[name][:, :, row] for name in series]
        frame = _band_rows(summary, names, blocks, "Part")
        text = _parts_alt(policy_name, tenor, names, blocks)
        panels.append(Panel(frame, spec, text, policy_name))
        tables.append(frame.assign(Policy=policy_name))
    note = (
        f"Change of the {tenor}-year yield since the opening and what it is made of: medians of {summary.paths} paths, "
        "band from 5 to 95% for the yield. Medians of parts need not add up."
    )
    table = pd.concat(tables, ignore_index=True)
    return Figure("parts", words.finding_parts(summary, tenor, row), note, "bp", tuple(panels), table, lines)


def _domain(blocks: Sequence[np.ndarray], step: float = 10.0) -> tuple[float, float]:
    low = min(float(b.min()) for b in blocks)
    high = max(float(b.max()) for b in blocks)
    return (float(np.floor((low - 1) / step) * step), float(np.ceil((high + 1) / step) * step))


def _parts_alt(policy_name: str, tenor: int, names: Sequence[str], blocks: Sequence[np.ndarray]) -> str:
    ends = "; ".join(
        f"{n} {b[1].max():.1f} at most, {b[1][-1]:.1f} at the end" for n, b in zip(names, blocks, strict=True)
    )
    return f"{policy_name}: change of the {tenor}-year yield in bp and its parts, medians by day. {ends}."


# Bars of totals


@lru_cache(maxsize=64)
def _bar_spec(
    names: tuple[str, ...], segments: tuple[str, ...], colours: tuple[str, ...], x_title: str, mark: str,
) -> dict[str, Any]:  # fmt: skip
    bars = (
        plots.blank()
        .mark_bar(cornerRadius=2, height={"band": 0.62})
        .encode(
            y=plots.field(alt.Y, "Policy", "nominal", sort=list(names), axis=plots.lanes({n: plots.wrapped(n, 16) for n in names})),
            x=plots.field(alt.X, "Value", axis=alt.Axis(title=x_title, tickCount=5), stack="zero"),
            color=plots.field(
                alt.Color, "Part", "nominal", legend=None,
                scale=alt.Scale(domain=list(segments), range=list(colours)),
            ),
            order=plots.field(alt.Order, "Rank"),
            tooltip=[plots.tip("Policy"), plots.tip("Part"), plots.tip("Value", "quantitative", format=",.2f", title=x_title)],
        )
    )  # fmt: skip
    totals = (
        plots.blank()
        .mark_text(align="left", dx=6, fontSize=13, color=NEUTRAL, aria=False)
        .encode(
            y=plots.field(
                alt.Y,
                "Policy",
                "nominal",
                sort=list(names),
                axis=plots.lanes({n: plots.wrapped(n, 16) for n in names}),
            ),
            x=plots.field(alt.X, "End"),
            text=plots.field(alt.Text, mark, "nominal"),
        )
        .transform_filter("datum.Rank == 0")
    )
    room = plots.blank().mark_point(opacity=0, aria=False).encode(x=plots.field(alt.X, "Room"))
    return plots.spec(plots.layers(bars, totals, room), 44 * len(names) + 50)


def _shade(colour: str, pale: int) -> str:
    """The colour, or a see-through one of the same hue that works on both themes."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.4)" if pale else colour


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
        total = words.amount(sum(outcome.sold), "$bn")
        rows += [
            (name, part, v, k, sum(values), total)
            for k, (part, v) in enumerate(zip(labels, values, strict=True))
        ]
    frame = pd.DataFrame(rows, columns=["Policy", "Part", "Value", "Rank", "End", "Total"])
    frame["Room"] = 1.17 * frame["End"].max()  # so that the last label fits
    segments = tuple(x for pair in zip(strategies, taken, strict=True) for x in pair)
    colours = tuple(c for c in STRATEGY_COLOURS for _ in range(2))
    spec = _bar_spec(
        names,
        segments,
        tuple(_shade(c, k % 2) for k, c in enumerate(colours)),
        "Forced sales over the run, $bn of face",
        "Total",
    )
    used = [p for p in segments if frame.loc[frame["Part"] == p, "Value"].sum() > 0.005]
    legend = tuple(
        Style(p, c, (-1, k % 2)) for k, (p, c) in enumerate(zip(segments, colours, strict=True)) if p in used
    )
    note = (
        f"Means over {summary.paths} paths; faded is what the vehicle bought, the rest reached the market. "
        + words.bundles_needed(summary)
    )
    text = "Bars of forced sales in $bn. " + " ".join(
        _sales_alt(n, o) for n, o in zip(names, summary.outcomes, strict=True)
    )
    return _bars("sales", words.finding_sales(summary), note, frame, spec, text, legend)


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
    base = summary.outcomes[0].means["fund_losses_bn"]
    rows = []
    for name, outcome in zip(names, summary.outcomes, strict=True):
        borne = outcome.means["fund_losses_bn"]
        spared = max(base - borne, 0.0)
        text = words.amount(borne, "$bn")
        end = max(borne, 0.0) + spared
        rows += [(name, "Still borne", borne, 0, end, text), (name, "Spared", spared, 1, end, text)]
    frame = pd.DataFrame(rows, columns=["Policy", "Part", "Value", "Rank", "End", "Total"])
    frame["Room"] = 1.17 * frame["End"].max()  # so that the last label fits
    spec = _bar_spec(
        names, segments, ("#C2456B", _shade("#C2456B", 1)), "Funds' losses over the run, $bn", "Total"
    )
    note = f"Fall of hedge funds' equity, means over {summary.paths} paths; faded is what was spared against no action."
    text = "Bars of funds' losses in $bn. " + " ".join(f"{r[0]}: {r[5]} borne." for r in rows[::2])
    legend = (Style("Still borne", "#C2456B", (-1, 0)), Style("Spared", "#C2456B", (-1, 1)))
    return _bars("funds", words.finding_funds(summary), note, frame, spec, text, legend)


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


# The taxpayer's profit and loss


BINS = 48


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
        "taxpayer", words.finding_taxpayer(summary), note, "$bn", (Panel(frame, spec, text),), shown, ()
    )


def profit_edges(summary: Summary) -> np.ndarray:
    low = min(float(np.quantile(o.profit, 0.002)) for o in summary.outcomes)
    high = max(float(np.quantile(o.profit, 0.998)) for o in summary.outcomes)
    reach = max(high - low, 1.0)
    step = _round_up(reach / (BINS - 4))
    start = np.floor(low / step) - 2
    return np.round(step * (start + np.arange(BINS + 1)), 6)


def _round_up(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m for m in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= value) * power)


def _profit_text(summary: Summary, k: int) -> str:
    mean = words.figure("taxpayer_mean_bn", summary.cells["taxpayer_mean_bn"][k].value)
    tail = words.figure("taxpayer_es95_bn", summary.cells["taxpayer_es95_bn"][k].value)
    return f"expected {mean}, 5% tail {tail}"


def _profit_marks(summary: Summary, k: int, name: str, floor: float, text: str) -> list[tuple[Any, ...]]:
    mean = summary.cells["taxpayer_mean_bn"][k].value
    tail = -summary.cells["taxpayer_es95_bn"][k].value
    return [
        (name, floor, text, tail, tail, floor, floor, np.nan, "Tail"),
        (name, floor, text, mean, mean, floor, floor, np.nan, "Mean"),
    ]


@lru_cache(maxsize=64)
def ridge_spec(
    lines: tuple[Style, ...],
    reach: tuple[float, float],
    x_title: str = "Taxpayer's result after one year, $bn",
) -> dict[str, Any]:
    count = len(lines)
    labels = {str(count - 1 - k): textwrap.wrap(s.name, 16)[:3] for k, s in enumerate(lines)}
    axis = alt.Axis(
        values=list(range(count)), labelExpr=f"{json.dumps(labels)}[datum.value]", title=None, grid=False, ticks=False,
        domain=False, labelBaseline="bottom", labelLimit=130,
    )  # fmt: skip
    names, colours = [s.name for s in lines], [s.colour for s in lines]
    x_axis = alt.Axis(title=x_title, tickCount=6)
    x = plots.field(alt.X, "From", axis=x_axis, scale=alt.Scale(domain=list(reach), nice=False))
    y = plots.field(alt.Y, "Low", axis=axis, scale=alt.Scale(domain=[-0.12, count - 0.02], nice=False))
    opacity = alt.Scale(domain=["Worst 5%", "Other outcomes"], range=[1.0, 0.42])
    bars = (
        plots.blank()
        .transform_filter(alt.FieldOneOfPredicate(field="Kind", oneOf=["Worst 5%", "Other outcomes"]))
        .mark_rect(aria=False)
        .encode(
            x=x,
            x2=alt.X2(field="To"),
            y=y,
            y2=alt.Y2(field="High"),
            color=plots.colour(names, colours),
            opacity=plots.field(alt.Opacity, "Kind", "nominal", legend=None, scale=opacity),
            tooltip=[
                plots.tip("Policy"),
                plots.tip("Kind"),
                *plots.number_tips("From", "To", "Share"),
                plots.tip("Text"),
            ],
        )
    )
    marks = (
        plots.blank()
        .transform_filter(alt.FieldOneOfPredicate(field="Kind", oneOf=["Tail", "Mean"]))
        .mark_point(filled=True, size=110, opacity=1, yOffset=7, stroke="white", strokeWidth=0.8)
        .encode(
            x=x,
            y=y,
            color=plots.colour(names, colours),
            shape=plots.field(
                alt.Shape, "Kind", "nominal", legend=None,
                scale=alt.Scale(domain=["Tail", "Mean"], range=["triangle-down", "diamond"]),
            ),
            tooltip=[plots.tip("Policy"), plots.tip("Text")],
        )
    )  # fmt: skip
    base = plots.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(x=alt.XDatum(0))
    text = (
        plots.blank()
        .transform_filter("datum.Kind == 'Mean'")
        .mark_text(align="left", baseline="top", fontSize=12, color=NEUTRAL, aria=False, dx=4, dy=2)
        .encode(
            x=alt.XDatum(reach[0]),
            y=plots.field(alt.Y, "Lane"),
            yOffset=alt.value(0),
            text=plots.field(alt.Text, "Text", "nominal"),
        )
    )
    del text  # the figures stand in the tiles; a label in the plot would collide with the bars on a phone
    return plots.spec(plots.layers(bars, base, marks), 70 * count + 50)


# Treasury auctions


def issues(summary: Summary) -> Figure:
    """Dealer award at every auction by policy, with its 5 to 95% range and the level close to failure."""
    names, dates = words.policy_names(summary.policies), words.issue_names(summary)
    rows = [
        (date, name, *issue.award, issue.tail, 100 * issue.near_failure)
        for name, outcome in zip(names, summary.outcomes, strict=True)
        for date, issue in zip(dates, outcome.issues, strict=True)
    ]
    frame = pd.DataFrame(
        rows, columns=["Auction", "Policy", "5%", "Median", "95%", "Tail, bp", "Near failure, % of paths"]
    )
    lines = styles(summary.policies)
    spec = _issues_spec(lines, dates, max(50.0, 5 * np.ceil(frame["95%"].max() / 5)))
    told = " ".join(f"{r[1]}, {r[0]}: median {r[3]:.1f}%, tail {r[5]:.1f} bp." for r in rows)
    note = (
        f"Share of each issue that dealers had to take: median of {summary.paths} paths and range from 5 to 95%. "
        "Above 40% an auction is close to failing. What investors withdraw is a lever of the world."
    )
    panel = Panel(frame, spec, f"Dealer awards at Treasury auctions. {told}")
    return Figure("issues", words.finding_issues(summary), note, "% of issue", (panel,), frame, lines)


@lru_cache(maxsize=64)
def _issues_spec(lines: tuple[Style, ...], dates: tuple[str, ...], top: float) -> dict[str, Any]:
    names = [s.name for s in lines]
    x = plots.field(
        alt.X, "Auction", "nominal", sort=list(dates), axis=alt.Axis(title=None, labelAngle=0, labelLimit=220)
    )
    offset = plots.field(
        alt.XOffset, "Policy", "nominal", sort=names, scale=alt.Scale(domain=names, padding=0.6)
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    colour = plots.colour(names, [s.colour for s in lines])
    ranges = (
        plots.blank()
        .mark_rule(strokeWidth=2, aria=False)
        .encode(
            x=x,
            xOffset=offset,
            y=plots.field(alt.Y, "5%", scale=scale, axis=alt.Axis(title="Dealer award, % of issue")),
            y2=alt.Y2(field="95%"),
            color=colour,
        )
    )
    points = (
        plots.blank()
        .mark_point(filled=True, size=90, opacity=1, aria=False)
        .encode(
            x=x, xOffset=offset, y=plots.field(alt.Y, "Median"), color=colour,
            shape=plots.field(alt.Shape, "Policy", "nominal", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])), legend=None),
            tooltip=[plots.tip("Policy"), plots.tip("Auction"), *plots.number_tips("Median", "5%", "95%", "Tail, bp", "Near failure, % of paths")],
        )
    )  # fmt: skip
    failing = plots.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(y=alt.YDatum(40))
    label = (
        plots.once()
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=NEUTRAL, fontSize=12, aria=False, text="40%: close to failing")
        .encode(x=alt.value(0), y=alt.YDatum(40))
    )  # fmt: skip
    return plots.spec(plots.layers(ranges, points, failing, label), 260)


SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)


# What happened when


def timeline(summary: Summary) -> Figure:
    """Scenario events and each policy's first days."""
    names = words.policy_names(summary.policies)
    world = "The world"
    rows = [
        (
            world,
            e.day,
            words.date_words(summary.calendar[min(e.day, len(summary.calendar) - 1)]),
            "Scenario event",
            100.0,
            e.text,
        )
        for e in summary.world.scenario.events
    ]
    for name, outcome in zip(names, summary.outcomes, strict=True):
        rows += [
            (
                name,
                m.day,
                words.date_words(summary.calendar[round(m.day)]),
                m.name,
                100 * m.share,
                _share_text(m.share),
            )
            for m in outcome.milestones
        ]
    columns = ["Policy", "Day", "Date", "Event", "Share of paths, %", "Text"]
    frame = pd.DataFrame(rows, columns=columns)
    lanes = (world, *names) if summary.world.scenario.events else names
    found = tuple(kind for kind in MILESTONES if kind in set(frame["Event"]))
    spec = _timeline_spec(tuple(lanes), found, plots.ticks(summary.calendar), len(summary.calendar) - 1)
    note = "Median day over the paths on which it happened; hover for the share of paths."
    told = " ".join(f"{r[0]}: {r[3].lower()} on day {r[1]:g} ({r[2]}), {r[5]}." for r in rows)
    text = f"Timeline. {told or 'Nothing happens.'}"
    legend = tuple(Style(kind, MILESTONES[kind][1], (-2, list(MILESTONES).index(kind))) for kind in found)
    panel = Panel(frame, spec, text)
    events = "; ".join(f"{r[2]}: {r[5]}" for r in rows if r[3] == "Scenario event")
    after = f"What happens in the world: {events}." if events else ""
    return Figure("timeline", words.finding_timeline(summary), note, "day", (panel,), frame, legend, after)


def _share_text(share: float) -> str:
    return "on every path" if share == 1 else f"on {100 * share:.0f}% of paths"


@lru_cache(maxsize=64)
def _timeline_spec(
    lanes: tuple[str, ...], found: tuple[str, ...], ticks: plots.Ticks, days: int
) -> dict[str, Any]:
    y = plots.field(
        alt.Y,
        "Policy",
        "nominal",
        sort=list(lanes),
        axis=plots.lanes({n: plots.wrapped(n, 16) for n in lanes}),
        scale=alt.Scale(domain=list(lanes)),
    )
    offset = plots.field(
        alt.YOffset,
        "Event",
        "nominal",
        sort=list(found),
        scale=alt.Scale(domain=list(found), paddingOuter=0.4),
    )
    x = plots.day_axis(ticks, days)
    shapes = [MILESTONES[kind][0] for kind in found]
    lines = (
        plots.blank()
        .mark_rule(color=NEUTRAL, opacity=0.25, aria=False)
        .encode(y=y, x=alt.XDatum(0), x2=alt.X2Datum(days))
    )
    points = (
        plots.blank()
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            x=x,
            y=y,
            yOffset=offset,
            shape=plots.field(
                alt.Shape, "Event", "nominal", legend=None, scale=alt.Scale(domain=list(found), range=shapes)
            ),
            color=plots.colour(found, [MILESTONES[kind][1] for kind in found], "Event"),
            tooltip=[plots.tip("Policy"), plots.tip("Event"), plots.tip("Date"), plots.tip("Text")],
        )
    )
    return plots.spec(plots.layers(lines, points), 62 * len(lanes) + 40)


# Files


def csv_text(figure: Figure, source: Source) -> str:
    """A figure's table with a head that names what it is: unit, scenario, policies, seed, paths and model version."""
    from policy.spec import print_policy

    head = [
        f"# {figure.title}",
        f"# {figure.note}",
        f"# unit: {figure.unit}",
        f"# scenario: {source.world.name}",
        *(f"# world changed: {line}" for line in words.world_lines(source.world)),
        *(f"# policy: {print_policy(p)}" for p in source.policies),
        f"# seed: {source.seed}; paths: {source.paths}; model version: {source.model_version}",
        f"# {words.QUIET}",
    ]
    return "\n".join(head) + "\n" + figure.table.to_csv(index=False, lineterminator="\n", float_format="%.6g")


def all_figures(summary: Summary, tenor: int = 10) -> tuple[Figure, ...]:
    """Every figure of the page, in order."""
    return (
        dislocation(summary), dealers(summary), parts(summary, tenor), sales(summary), repo(summary),
        taxpayer(summary), funds(summary), timeline(summary),
    )  # fmt: skip
