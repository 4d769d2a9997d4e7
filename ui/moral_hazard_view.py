"""The ex-ante game on screen: best replies, induced leverage, what it costs, rules set beforehand, the penalty.

Costs are in $m a year, since a crisis is rare. Errors shown are 95%: 1.96 times the standard error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from models.scenario import World
from policy.leverage import who_pays as engine
from policy.leverage.equilibrium import Crossing
from policy.leverage.game import NEVER_ESTIMATED, ExAnte, Game
from policy.leverage.measurement import BLOCK
from policy.leverage.penalty import PenaltyCurve, PenaltyPoint
from policy.leverage.who_pays import Outcome, WhoPays
from ui import plots, tables
from ui.charts import Figure, Panel, Style
from ui.plots import NEUTRAL
from ui.tables import Cell, Row
from ui.who_pays_controls import rule_name
from ui.words import listed

SURE = 1.96
PARTS = {
    "taxpayer": ("Taxpayer", "#6F63C7"),
    "lenders": ("Lenders", "#B08900"),
    "dysfunction": ("Market dysfunction", "#C2456B"),
}
KINDS = {
    "interior": "",
    "corner": "corner: the most allowed",
    "split": "split between two scales",
    "edge": "edge of the range",
}
# How a crossing is drawn: what it is, shape, and the shape's place among those of the legend.
CROSSINGS = (("Counts", "diamond", 3), ("Further equilibrium", "circle", 0), ("Rejected", "cross", 6))
RULE_MARKS = (("circle", 0, NEUTRAL), ("square", 2, "#6F63C7"), ("triangle-down", 5, "#B08900"), ("diamond", 3, "#C2456B"))  # fmt: skip
TODAY, RESPONDING = "At today's leverage", "With leverage responding"
TINY = 5e-7  # $bn a year


# Progress


@dataclass
class Phases:
    """Turns the engine's notes into a share done and words; `show` may end the script, which stops the work."""

    show: Callable[[float, str], None]
    total: int
    heard: int = 0
    tool: str = ""

    def __call__(self, text: str) -> None:
        if text.startswith("ex-ante tool"):
            self.tool = "Rule set beforehand: "
        self.show(min(self.heard / self.total, 1.0), self.tool + phase_words(text))
        self.heard += 1


def notes_of(world: World, game: Game, tools: Sequence[ExAnte] = ()) -> int:
    """How many notes the engine gives."""
    measured = game.scales * (1 + math.ceil(game.paths / BLOCK))
    again = sum(tool.minimum_haircut > world.margins.calm_haircut for tool in tools)
    return measured * (1 + again) + 1 + len(tools)


def phase_words(text: str) -> str:
    """The engine's note in words."""
    if text.startswith("scale "):
        where, _, what = text.removeprefix("scale ").partition(": ")
        return (
            f"{'sending probe funds through' if what == 'probes' else 'running crises'} at leverage {where}"
        )
    if text.startswith("ex-ante tool: "):
        return text.removeprefix("ex-ante tool: ")
    return {
        "solving for leverage": "solving for leverage and its errors",
        "running the auctions at today's leverage": "running the auctions at today's leverage",
    }.get(text, text)


# Words


def millions(value: float, signed: bool = False) -> str:
    """$bn a year as $m."""
    size = abs(1000 * value)
    text = (
        "0"
        if size < 1000 * TINY
        else f"{size:,.0f}"
        if size >= 100
        else f"{size:.3g}"
        if size >= 1
        else f"{size:.2g}"
    )
    sign = "" if text == "0" else "−" if value < 0 else "+" if signed else ""
    return f"{sign}${text}m"


def percent(value: float, signed: bool = True) -> str:
    """A change of leverage."""
    text = f"{abs(value):.1f}" if abs(value) >= 1 else f"{abs(value):.2f}"
    sign = "" if float(text) == 0 else "−" if value < 0 else "+" if signed else ""
    return f"{sign}{'0' if float(text) == 0 else text}%"


def _leverage(figure: engine.Figure | None) -> str:
    if figure is None:
        return "no equilibrium"
    return percent(figure.value) + (f" ± {_points(SURE * figure.se)}" if figure.se else "")


def _points(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.005 else "<0.01"


def _cost(figure: engine.Figure | None, signed: bool = False) -> str:
    if figure is None:
        return "no equilibrium"
    return millions(figure.value, signed) + (f" ± {millions(SURE * figure.se)}" if figure.se > TINY else "")


def _solved(outcomes: Sequence[Outcome], lines: Sequence[Style]) -> list[tuple[str, Outcome]]:
    return [(s.name, o) for s, o in zip(lines, outcomes, strict=True) if o.leverage_change_pct is not None]


def precedent_words(game: Game) -> str:
    """What funds are taken to believe today."""
    chance = game.purchases_probability
    if chance in (0, 1):
        return "purchases as in 2020" if chance else "no action"
    return f"purchases as in 2020 with probability {chance:g}, else no action"


def game_verdict(found: WhoPays, lines: Sequence[Style]) -> str:
    """Highest and lowest induced leverage, with errors."""
    solved = _solved(found.outcomes, lines)
    if not solved:
        return "Under none of these policies does the game have an equilibrium in the range that was run"
    ranked = sorted(solved, key=lambda row: row[1].leverage_change_pct.value)  # type: ignore[union-attr]
    (low, least), (high, most) = ranked[0], ranked[-1]
    if all(percent(o.leverage_change_pct.value) == "0%" for _, o in solved):  # type: ignore[union-attr]
        return "None of these policies moves leverage away from today's"
    moves = [(n, _leverage(o.leverage_change_pct)) for n, o in ((high, most), (low, least))]
    still = [n for n, text in moves if text == "0%"]
    told = [f"expecting {n} moves funds' leverage by {text}" for n, text in moves if text != "0%"]
    told += [f"expecting {n} leaves it as it is" for n in still]
    return "; ".join(told).replace("expecting", "Expecting", 1)


def anchor_words(found: WhoPays) -> str:
    """The precedent and the least risk aversion at which it holds."""
    return (
        f"Today's leverage is what funds choose if they believe in {precedent_words(found.game)}. That holds from a risk aversion of "
        f"{found.least_risk_aversion:.2g}; yours is {found.game.risk_aversion:g}. Scales up to "
        f"{min(found.reach.own, found.reach.everyone):.2f} times today's can be met."
    )


def edges(found: WhoPays, lines: Sequence[Style]) -> list[str]:
    """Policies whose figures are no equilibrium, said plainly."""
    out = []
    for s, o in zip(lines, found.outcomes, strict=True):
        chosen = o.equilibria.selected
        if chosen is None:
            out.append(f"{s.name}: no stable equilibrium was found, so no figures are given.")
        elif chosen.kind == "edge":
            out.append(
                f"{s.name}: funds would leave the range that was run, at {chosen.scale:.2f} times today's leverage. "
                "The figures are taken there and are no equilibrium."
            )
    return out


# Best replies


def _status(o: Outcome, c: Crossing) -> str:
    if o.equilibria.selected == c:
        return CROSSINGS[0][0]
    return CROSSINGS[1][0] if c.best_reply else CROSSINGS[2][0]


def best_replies(found: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """The best reply against the diagonal, one panel per policy, every crossing marked by shape and word."""
    top = max(float(o.equilibria.best_reply.max()) for o in found.outcomes)
    ends = (
        min(float(o.equilibria.scales[0]) for o in found.outcomes),
        max(float(o.equilibria.scales[-1]) for o in found.outcomes),
    )
    reach = (0.0, float(np.ceil(10 * max(top, ends[1])) / 10))
    panels, rows = [], []
    for s, o in zip(lines, found.outcomes, strict=True):
        frame = _reply_frame(o)
        panels.append(Panel(frame, _reply_spec(s, ends, reach), _reply_alt(s.name, o), s.name))
        rows.append(frame.assign(Policy=s.name).drop(columns=["Piece", "Right"]))
    rejected = sum(len(o.equilibria.rejected) for o in found.outcomes)
    several = [s.name for s, o in zip(lines, found.outcomes, strict=True) if len(o.equilibria.accepted) > 1]
    title = (
        f"More than one equilibrium under {listed(several)}"
        if several
        else "One equilibrium under each policy"
        if all(len(o.equilibria.accepted) == 1 for o in found.outcomes)
        else "Not every policy has an equilibrium in the range that was run"
    )
    if rejected:
        title += f"; {rejected} point{'s' if rejected > 1 else ''} where funds gain nothing from a small change lose to a large one"
    used = {_status(o, c) for o in found.outcomes for c in o.equilibria.crossings}
    legend = (
        Style("A fund's best reply", NEUTRAL, (1, 0)), Style("Same leverage as everyone", NEUTRAL, (4, 3)),
        *(Style(name, NEUTRAL, (-2, k)) for name, _, k in CROSSINGS if name in used),
    )  # fmt: skip
    note = (
        "What one fund would choose, by everyone's leverage, both as multiples of today's. An equilibrium is where the two agree and no other scale is better. "
        f"Rejected points meet the first condition only. {NEVER_ESTIMATED} {changed}"
    )
    table = pd.concat(rows, ignore_index=True)
    return Figure(
        "who_pays_replies", title, note, "multiple of today's leverage", tuple(panels), table, legend
    )


def _reply_frame(o: Outcome) -> pd.DataFrame:
    e = o.equilibria
    jumps = np.abs(np.diff(e.best_reply, prepend=e.best_reply[0])) > 0.12 + 4 * (e.scales[1] - e.scales[0])
    piece = np.cumsum(jumps)
    rows: list[tuple[Any, ...]] = [
        ("Best reply", x, y, int(k), "", 0) for x, y, k in zip(e.scales, e.best_reply, piece, strict=True)
    ]
    for c in e.crossings:
        status = _status(o, c)
        rows.append((status, c.scale, c.scale, -1, _crossing_words(c, status), int(status != "Rejected")))
    return pd.DataFrame(rows, columns=["Kind", "Everyone", "Own", "Piece", "Text", "Right"])


def _crossing_words(c: Crossing, status: str) -> str:
    return f"{status.lower()}: {c.scale:.3f}"


def _reply_spec(style: Style, ends: tuple[float, float], reach: tuple[float, float]) -> dict[str, Any]:
    x = plots.field(
        alt.X, "Everyone", scale=alt.Scale(domain=[np.floor(10 * ends[0]) / 10, reach[1]], nice=False),
        axis=alt.Axis(title="Everyone's leverage", tickCount=4, grid=False),
    )  # fmt: skip
    y = plots.field(
        alt.Y, "Own", scale=alt.Scale(domain=list(reach), nice=False),
        axis=alt.Axis(title="One fund's best reply", tickCount=5),
    )  # fmt: skip
    line = (
        plots.blank()
        .transform_filter("datum.Kind == 'Best reply'")
        .mark_line(color=style.colour, strokeWidth=2.6, aria=False)
        .encode(x=x, y=y, detail=plots.field(alt.Detail, "Piece", "nominal"))
    )
    hover = (
        plots.blank()
        .transform_filter("datum.Kind == 'Best reply'")
        .mark_circle(opacity=0, size=80, aria=False)
        .encode(x=x, y=y, tooltip=[plots.tip("Everyone", "quantitative", format=".2f"), plots.tip("Own", "quantitative", format=".2f", title="Best reply")])
    )  # fmt: skip
    ends_row = [{"Everyone": float(np.floor(10 * ends[0]) / 10), "Own": float(np.floor(10 * ends[0]) / 10)},
                {"Everyone": reach[1], "Own": reach[1]}]  # fmt: skip
    diagonal = (
        alt.Chart(alt.InlineData(values=ends_row))
        .mark_line(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.4, aria=False)
        .encode(x=x, y=y)
    )
    names = [name for name, _, _ in CROSSINGS]
    points = (
        plots.blank()
        .transform_filter("datum.Kind != 'Best reply'")
        .mark_point(filled=True, size=150, opacity=1, color=style.colour, stroke="white", strokeWidth=1)
        .encode(
            x=x, y=y,
            shape=plots.field(alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=names, range=[s for _, s, _ in CROSSINGS])),
            tooltip=[plots.tip("Text", title="Crossing")],
        )
    )  # fmt: skip
    layers = [diagonal, line, hover, points]
    for right in (1, 0):
        layers.append(
            plots.blank()
            .transform_filter(f"datum.Kind != 'Best reply' && datum.Right == {right}")
            .mark_text(
                align="left" if right else "right", baseline="top" if right else "bottom", dx=8 if right else -6,
                dy=6 if right else -8, fontSize=12, color=NEUTRAL, aria=False,
            )
            .encode(x=x, y=y, text=plots.field(alt.Text, "Text", "nominal"))
        )  # fmt: skip
    return plots.spec(plots.layers(*layers), 250)


def _reply_alt(name: str, o: Outcome) -> str:
    e = o.equilibria
    told = "; ".join(f"{_crossing_words(c, _status(o, c))} ({c.kind})" for c in e.crossings) or "no crossing"
    return (
        f"{name}: best reply of one fund against everyone's leverage, from {e.best_reply[0]:.2f} at {e.scales[0]:.2f} to "
        f"{e.best_reply[-1]:.2f} at {e.scales[-1]:.2f}. Crossings with the diagonal: {told}."
    )


# Points with intervals, in lanes

Mark = tuple[str, str, str]  # name, colour, shape


def points(
    labels: Mapping[str, Sequence[str]], marks: Sequence[Mark], x_title: str, tall: int, apart: bool
) -> dict[str, Any]:
    """Points with 95% intervals, one lane per policy. Columns of the frame: Policy, Series, Value, Low, High, Text."""
    names, series = list(labels), [m[0] for m in marks]
    y = plots.field(
        alt.Y, "Policy", "nominal", sort=names, axis=plots.lanes(labels), scale=alt.Scale(domain=names)
    )
    x = plots.field(
        alt.X, "Low", scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(title=x_title, tickCount=5)
    )
    colour = plots.field(
        alt.Color,
        "Series",
        "nominal",
        legend=None,
        scale=alt.Scale(domain=series, range=[m[1] for m in marks]),
    )
    shape = plots.field(
        alt.Shape,
        "Series",
        "nominal",
        legend=None,
        scale=alt.Scale(domain=series, range=[m[2] for m in marks]),
    )
    more: dict[str, Any] = {}
    if apart:
        more["yOffset"] = plots.field(
            alt.YOffset, "Series", "nominal", sort=series, scale=alt.Scale(domain=series, paddingOuter=0.7)
        )
    rules = (
        plots.blank()
        .mark_rule(strokeWidth=2.4, aria=False)
        .encode(y=y, x=x, x2=alt.X2(field="High"), color=colour, **more)
    )
    drawn = (
        plots.blank()
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            y=y, x=plots.field(alt.X, "Value"), color=colour, shape=shape, **more,
            tooltip=[plots.tip("Policy"), plots.tip("Series"), plots.tip("Text", title="Value")],
        )
    )  # fmt: skip
    zero = plots.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(x=alt.XDatum(0))
    return plots.spec(plots.layers(zero, rules, drawn), tall * len(names) + 50)


def _point(name: str, series: str, figure: engine.Figure, times: float, text: str) -> tuple[Any, ...]:
    value, error = times * figure.value, SURE * times * figure.se
    return (name, series, value, value - error, value + error, text)


POINT_COLUMNS = ["Policy", "Series", "Value", "Low", "High", "Text"]


def leverage(found: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """Induced leverage by policy with its error."""
    solved = _solved(found.outcomes, lines)
    rows = [
        _point(name, name, o.leverage_change_pct, 1, _leverage(o.leverage_change_pct))
        for name, o in solved if o.leverage_change_pct
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=POINT_COLUMNS)
    labels = {name: [*plots.wrapped(name, 17, 2), _leverage(o.leverage_change_pct)] for name, o in solved}
    marks = [(s.name, s.colour, "circle") for s in lines]
    spec = points(labels, marks, "Change of leverage against today's, %", 62, False)
    told = "; ".join(f"{r[0]} {r[5]}" for r in rows)
    note = (
        f"Leverage that funds choose if they expect a policy, with 95% intervals of sampling and interpolation, not of the "
        f"assumptions. {NEVER_ESTIMATED} {changed}"
    )
    table = frame.drop(columns=["Series", "Text"]).rename(
        columns={"Value": "Change of leverage, %", "Low": "95% from", "High": "95% to"}
    )
    panel = Panel(frame, spec, f"Change of leverage in %, points with intervals: {told}.")
    return Figure("who_pays_leverage", game_verdict(found, lines), note, "%", (panel,), table)


def losses(found: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """The moral-hazard loss by policy, split in three parts."""
    solved = [(name, o) for name, o in _solved(found.outcomes, lines) if o.moral_hazard_loss is not None]
    rows = [
        (name, PARTS[part][0], 1000 * o.parts[part].value, k, _cost(o.parts[part], True))
        for name, o in solved
        for k, part in enumerate(PARTS)
    ]
    frame = pd.DataFrame(rows, columns=["Policy", "Part", "Value", "Rank", "Text"])
    labels = {name: [*plots.wrapped(name, 17, 2), _cost(o.moral_hazard_loss, True)] for name, o in solved}
    spec = plots.bars(
        labels, [n for n, _ in PARTS.values()], [c for _, c in PARTS.values()], "Moral-hazard loss, $m a year", "Policy", "Part", 62,
    )  # fmt: skip
    table = pd.DataFrame(
        [
            (name, title, 1000 * f.value, 1000 * f.se)
            for name, o in solved
            for title, f in (
                *((PARTS[p][0], o.parts[p]) for p in PARTS),
                ("Total", o.moral_hazard_loss),
            )
            if f is not None
        ],
        columns=["Policy", "Part", "$m a year", "Standard error"],
    )
    told = "; ".join(f"{name} {_cost(o.moral_hazard_loss, True)}" for name, o in solved)
    note = (
        "Extra expected waste in crises from the change of leverage, minus for a saving; below each name the total with its 95% "
        f"interval. {NEVER_ESTIMATED} {changed}"
    )
    legend = tuple(Style(n, c, (-1, 0)) for n, c in PARTS.values())
    panel = Panel(frame, spec, f"Bars of the moral-hazard loss in $m a year by part. {told}.")
    return Figure("who_pays_losses", _losses_title(solved), note, "$m a year", (panel,), table, legend)


def _losses_title(solved: Sequence[tuple[str, Outcome]]) -> str:
    totals = {name: o.moral_hazard_loss for name, o in solved if o.moral_hazard_loss is not None}
    if not totals:
        return "No policy has an equilibrium, so there is no moral-hazard loss to show"
    name = max(totals, key=lambda n: totals[n].value)
    worst = totals[name]
    if worst.value - SURE * worst.se <= TINY:
        return "No policy adds to what crises cost by more than noise once leverage responds"
    o = dict(solved)[name]
    part = max(PARTS, key=lambda p: o.parts[p].value)
    return f"The moral-hazard loss is largest under {name}: {_cost(worst)} a year, mostly {PARTS[part][0].lower()}"


# Table of the game


def game_html(found: WhoPays, lines: Sequence[Style], shares: Sequence[tuple[float, float]]) -> str:
    """Every policy: induced leverage, what it costs and where, equilibria, rejected points, share of losses borne."""
    rows = [
        Row(s.name, _game_cells(o, share)) for s, o, share in zip(lines, found.outcomes, shares, strict=True)
    ]
    columns = [
        "Induced leverage", "Moral-hazard loss a year", *(f"of which {n[0].lower() + n[1:]}" for n, _ in PARTS.values()),
        "Equilibria, multiple of today's", "Losses that funds still bear",
    ]  # fmt: skip
    return tables.table("The ex-ante game", "Policy", columns, rows, "game")


def _game_cells(o: Outcome, share: tuple[float, float]) -> list[Cell]:
    borne = Cell(f"{share[0]:.0f}%", f"± {SURE * share[1]:.1f}" if share[1] > TINY else "")
    tail = [_scales(o), borne]
    if o.leverage_change_pct is None or o.moral_hazard_loss is None:
        return [Cell("no equilibrium", kind="tb-quiet")] * (2 + len(PARTS)) + tail
    change = o.leverage_change_pct
    return [
        Cell(percent(change.value), _small(change), "tb-strong"),
        _money_cell(o.moral_hazard_loss, "tb-strong"),
        *(_money_cell(o.parts[p]) for p in PARTS),
        *tail,
    ]


def _small(figure: engine.Figure) -> str:
    if figure.se:
        return f"± {_points(SURE * figure.se)}"
    return "by construction" if figure.value == 0 else "no error found"


def _money_cell(figure: engine.Figure, kind: str = "") -> Cell:
    if abs(figure.value) < TINY:
        return Cell("$0m", kind="tb-quiet")
    return Cell(millions(figure.value, True), f"± {millions(SURE * figure.se)}", kind)


def _scales(o: Outcome) -> Cell:
    chosen = o.equilibria.selected
    texts = [
        f"{'◆' if c == chosen else '●'} {c.scale:.3f} ± {_points(SURE * e) if e else '0'}"
        for c, e in zip(o.equilibria.accepted, o.errors, strict=True)
    ]
    kinds = {KINDS[c.kind] for c in o.equilibria.crossings if KINDS[c.kind] and (c.best_reply or c == chosen)}
    rejected = [f"✕ {c.scale:.3f} rejected" for c in o.equilibria.rejected if c.kind != "edge"]
    return Cell(", ".join(texts) or "none", "; ".join([*sorted(kinds), *rejected]))


def game_frame(found: WhoPays, lines: Sequence[Style]) -> pd.DataFrame:
    """The game's figures as numbers."""
    rows: list[tuple[Any, ...]] = []
    for s, o in zip(lines, found.outcomes, strict=True):
        named = [
            ("Induced leverage", "%", o.leverage_change_pct),
            ("Moral-hazard loss", "$bn a year", o.moral_hazard_loss),
            *((f"of which {PARTS[p][0].lower()}", "$bn a year", f) for p, f in o.parts.items()),
            (TODAY, "$bn a year", o.cost_today),
            (RESPONDING, "$bn a year", o.cost_with_response),
        ]
        rows += [(s.name, title, unit, f.value, f.se) for title, unit, f in named if f is not None]
        errors = dict(zip(o.equilibria.accepted, o.errors, strict=True))
        rows += [
            (
                s.name,
                f"Crossing, {_status(o, c).lower()} ({c.kind})",
                "multiple",
                c.scale,
                errors.get(c, np.nan),
            )
            for c in o.equilibria.crossings
        ]
    return pd.DataFrame(rows, columns=["Policy", "Figure", "Unit", "Value", "Standard error"])


# Rules set beforehand


def rules(found: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """Every policy without a rule and under each: induced leverage, and what crises cost once leverage responds."""
    arms = [("No rule", found.outcomes), *((rule_name(t), o) for t, o in found.tools)]
    kinds = [_rule_kind(None), *(_rule_kind(t) for t, _ in found.tools)]
    levers, spent = [], []
    for series, outcomes in arms:
        for name, o in _solved(outcomes, lines):
            if o.leverage_change_pct is not None and o.cost_with_response is not None:
                levers.append(
                    _point(name, series, o.leverage_change_pct, 1, _leverage(o.leverage_change_pct))
                )
                spent.append(_point(name, series, o.cost_with_response, 1000, _cost(o.cost_with_response)))
    labels = {s.name: plots.wrapped(s.name, 17, 3) for s in lines}
    marks = [(name, RULE_MARKS[k][2], RULE_MARKS[k][0]) for (name, _), k in zip(arms, kinds, strict=True)]
    tall = 26 + 15 * len(arms)
    panels = tuple(
        Panel(
            pd.DataFrame(rows, columns=POINT_COLUMNS), points(labels, marks, title, tall, True),
            f"{heading} by policy and rule: {'; '.join(f'{r[0]}, {r[1]}: {r[5]}' for r in rows)}.", heading,
        )
        for rows, title, heading in (
            (levers, "Change of leverage against today's, %", "Induced leverage"),
            (spent, "Cost of crises, $m a year", "Cost of crises once leverage responds"),
        )
    )  # fmt: skip
    both = [
        pd.DataFrame(rows, columns=POINT_COLUMNS).assign(Figure=name)
        for rows, name in ((levers, "Induced leverage, %"), (spent, "Cost of crises, $m a year"))
    ]
    table = pd.concat(both, ignore_index=True).drop(columns="Text")
    table = table.rename(columns={"Series": "Rule", "Low": "95% from", "High": "95% to"})
    legend = tuple(
        Style(name, RULE_MARKS[k][2], (-2, RULE_MARKS[k][1]))
        for (name, _), k in zip(arms, kinds, strict=True)
    )
    note = (
        "The lane of no action shows each rule by itself, the other lanes a policy with it. Points with 95% intervals; what funds "
        f"earn less in calm is not counted. {NEVER_ESTIMATED} {changed}"
    )
    return Figure("who_pays_rules", _rules_title(arms, lines), note, "% and $m a year", panels, table, legend)


def _rule_kind(rule: ExAnte | None) -> int:
    """Which mark a rule has, whatever others are played."""
    if rule is None:
        return 0
    return 1 if rule.fee else 3 if rule.minimum_haircut else 2


def _rules_title(arms: Sequence[tuple[str, Sequence[Outcome]]], lines: Sequence[Style]) -> str:
    """The cheapest rule alone beside the cheapest policy alone, and neither."""
    none = arms[0][1][0].cost_with_response
    alone = {
        name: o[0].cost_with_response.value for name, o in arms[1:] if o[0].cost_with_response is not None
    }
    after = {
        name: o.cost_with_response.value
        for name, o in _solved(arms[0][1], lines)
        if o.cost_with_response is not None and name != lines[0].name
    }
    if not alone or not after or none is None:
        return "What rules set before a crisis do, alone and with each policy"
    rule, best = min(alone, key=lambda n: alone[n]), min(after, key=lambda n: after[n])
    return (
        f"Of rules alone, a {rule[0].lower() + rule[1:]} leaves crises cheapest, {millions(alone[rule])} a year; of policies "
        f"alone, {best}, {millions(after[best])}; with neither they cost {millions(none.value)}"
    )


# Time consistency


def time_words(found: WhoPays, names: Mapping[str, str]) -> str:
    """Whether the best after the fact is the best beforehand, and the gap."""
    made = found.time_consistency
    if made is None:
        return "Not every policy has an equilibrium, so best before and best after cannot be compared"
    after, before = names[made.best_ex_post], names[made.best_ex_ante]
    if after == before:
        return f"{after} is best both once the crisis is there and if funds expect it: no commitment problem here"
    return (
        f"Once the crisis is there {after} is best, but if funds expect what comes, {before} is: expecting the first costs "
        f"{_cost(made.gap)} more a year"
    )


def time_html(found: WhoPays, names: Mapping[str, str]) -> str:
    """Best after the fact beside best beforehand, with the gap between them."""
    made = found.time_consistency
    if made is None:
        return ""
    by = {o.label: o for o in found.outcomes}

    def cells(label: str) -> list[Cell]:
        o = by[label]
        return [
            Cell(names[label], kind="tb-strong"),
            Cell(_cost(o.cost_today)),
            Cell(_cost(o.cost_with_response)),
        ]

    rows = [
        Row("Best once the crisis is there (ex post)", cells(made.best_ex_post)),
        Row("Best if funds expect it (ex ante)", cells(made.best_ex_ante)),
        Row("The gap", [Cell("", ""), Cell(""), Cell(_cost(made.gap), kind="tb-strong")], kind="tb-total"),
    ]
    return tables.table(
        "Best after the fact and best beforehand", "", ["Policy", f"{TODAY}, a year", f"{RESPONDING}, a year"], rows, "time",
    )  # fmt: skip


def temptation_words(found: WhoPays, names: Mapping[str, str]) -> str:
    """What giving in would save in the crisis."""
    made = found.time_consistency
    if made is None or made.temptation < TINY:
        return "No temptation: in the crisis no other policy here would cost less at the leverage that the best one brings."
    return (
        f"Temptation: at the leverage that {names[made.best_ex_ante]} brings, giving in and doing what is best in the crisis "
        f"would save {millions(made.temptation)} a year."
    )


def costs(found: WhoPays, lines: Sequence[Style], names: Mapping[str, str], changed: str) -> Figure:
    """What crises cost a year at today's leverage and once it responds."""
    marks: list[Mark] = [(TODAY, NEUTRAL, "circle"), (RESPONDING, "#C2456B", "diamond")]
    rows = []
    for s, o in zip(lines, found.outcomes, strict=True):
        rows.append(_point(s.name, TODAY, o.cost_today, 1000, _cost(o.cost_today)))
        if o.cost_with_response is not None:
            rows.append(_point(s.name, RESPONDING, o.cost_with_response, 1000, _cost(o.cost_with_response)))
    frame = pd.DataFrame(rows, columns=POINT_COLUMNS)
    made = found.time_consistency
    best: dict[str, str] = {}
    if made is not None:
        after, before = names[made.best_ex_post], names[made.best_ex_ante]
        best = (
            {after: "▲ best ex post", before: "▲ best ex ante"}
            if after != before
            else {after: "▲ best both ways"}
        )
    labels = {
        s.name: [*plots.wrapped(s.name, 17, 2), *([best[s.name]] if s.name in best else [])] for s in lines
    }
    spec = points(labels, marks, "Expected waste in crises, $m a year", 56, True)
    told = "; ".join(f"{r[0]}, {r[1].lower()}: {r[5]}" for r in rows)
    note = (
        "Dysfunction, lenders' and the public's losses, weighted as above, times crises a year; with 95% intervals. "
        f"{NEVER_ESTIMATED} {changed}"
    )
    legend = (Style(TODAY, NEUTRAL, (-2, 0)), Style(RESPONDING, "#C2456B", (-2, 3)))
    table = frame.drop(columns="Text").rename(
        columns={"Series": "Leverage", "Value": "$m a year", "Low": "95% from", "High": "95% to"}
    )
    panel = Panel(frame, spec, f"Cost of crises in $m a year, two points per policy. {told}.")
    return Figure("who_pays_costs", time_words(found, names), note, "$m a year", (panel,), table, legend)


# The penalty


@dataclass(frozen=True)
class _Curve:
    name: str
    unit: str
    times: float
    value: Callable[[PenaltyPoint], engine.Figure | None]
    text: Callable[[float], str]


IN_CRISIS = (
    _Curve("Take-up", "$bn", 1, lambda p: p.take_up_bn, lambda v: f"${v:,.1f}bn"),
    _Curve("Peak 10-year dislocation", "bp", 1, lambda p: p.peak_dislocation_10y_bp, lambda v: f"{v:.1f} bp"),
    _Curve("Taxpayer, expected result", "$bn", 1, lambda p: p.taxpayer_mean_bn, lambda v: f"{'−' if v < 0 else ''}${abs(v):.2f}bn"),
)  # fmt: skip
BEFOREHAND = (
    _Curve("Induced leverage", "%", 1, lambda p: p.leverage_change_pct, percent),
    _Curve(
        "Moral-hazard loss", "$m a year", 1000, lambda p: p.moral_hazard_loss, lambda v: millions(v / 1000)
    ),
)


def penalty(curve: PenaltyCurve, colour: str, before: bool, about: str) -> Figure:
    """The auction's figures by reserve discount: what it does in the crisis, or what funds do beforehand."""
    chosen = BEFOREHAND if before else IN_CRISIS
    panels, tables_ = [], []
    for c in chosen:
        rows = []
        for p in curve.points:
            figure = c.value(p)
            if figure is not None:
                value, error = c.times * figure.value, SURE * c.times * figure.se
                rows.append((p.reserve_discount, value, value - error, value + error, c.text(value)))
        frame = pd.DataFrame(rows, columns=["Reserve", "Value", "Low", "High", "Text"])
        told = "; ".join(f"{r[4]} at {r[0]:g}" for r in rows)
        spec = _curve_spec(colour, c.unit, tuple(p.reserve_discount for p in curve.points))
        panels.append(Panel(frame, spec, f"{c.name} in {c.unit} by reserve discount: {told}.", c.name))
        tables_.append(frame.drop(columns="Text").assign(Figure=c.name, Unit=c.unit))
    table = pd.concat(tables_, ignore_index=True).rename(
        columns={"Reserve": "Reserve discount, points per 100", "Low": "95% from", "High": "95% to"}
    )
    title = "; ".join(w for c in chosen if (w := _shape(curve.points, c)))
    note = f"By the smallest discount at which the vehicle buys; points with 95% intervals. {about}"
    if before:
        note = f"{note} {NEVER_ESTIMATED}"
    key = "who_pays_penalty_before" if before else "who_pays_penalty"
    return Figure(key, title or "No equilibrium", note, "see column", tuple(panels), table)


def _shape(found: Sequence[PenaltyPoint], c: _Curve) -> str:
    """How a figure moves along the grid, judged beyond its errors: rising, falling, flat or both."""
    values = [(p.reserve_discount, f) for p in found if (f := c.value(p)) is not None]
    if len(values) < 2:
        return ""
    first, last = values[0][1], values[-1][1]
    low, high = min(values, key=lambda v: v[1].value), max(values, key=lambda v: v[1].value)
    noise = SURE * max(f.se for _, f in values)
    lead = c.name if c is IN_CRISIS[0] or c is BEFOREHAND[0] else c.name[0].lower() + c.name[1:]
    ends = f"{c.text(c.times * first.value)} to {c.text(c.times * last.value)}"
    if (
        c.text(c.times * low[1].value) == c.text(c.times * high[1].value)
        or high[1].value - low[1].value <= noise
    ):
        return f"{lead} hardly moves ({c.text(c.times * high[1].value)})"
    inside_high = high[1].value - max(first.value, last.value) > noise
    inside_low = min(first.value, last.value) - low[1].value > noise
    if inside_high or inside_low:
        where, extreme = (high if inside_high else low)[0], "highest" if inside_high else "lowest"
        text = c.text(c.times * (high if inside_high else low)[1].value)
        return f"{lead} is {extreme} at {where:g} ({text}) and goes from {ends} over the grid"
    if abs(last.value - first.value) <= noise:
        return f"{lead} ends where it began ({ends})"
    return f"{lead} {'rises' if last.value > first.value else 'falls'} from {ends} as the reserve goes up"


def _curve_spec(colour: str, title: str, discounts: tuple[float, ...]) -> dict[str, Any]:
    x = plots.field(
        alt.X, "Reserve",
        scale=alt.Scale(type="sqrt", domain=[0, 1.04 * max(discounts)], nice=False),
        axis=alt.Axis(title="Reserve discount, points per 100", values=list(discounts), format="~g", grid=False, labelOverlap=True),
    )  # fmt: skip
    scale = alt.Scale(zero=False, nice=True)
    rules = (
        plots.blank()
        .mark_rule(color=colour, strokeWidth=2, aria=False)
        .encode(x=x, y=plots.field(alt.Y, "Low", scale=scale, axis=alt.Axis(title=title, tickCount=5)), y2=alt.Y2(field="High"))
    )  # fmt: skip
    line = (
        plots.blank()
        .mark_line(color=colour, strokeWidth=2, aria=False)
        .encode(x=x, y=plots.field(alt.Y, "Value"))
    )
    dots = (
        plots.blank()
        .mark_point(filled=True, size=80, opacity=1, color=colour)
        .encode(
            x=x,
            y=plots.field(alt.Y, "Value"),
            tooltip=[
                plots.tip("Reserve", "quantitative", title="Reserve discount"),
                plots.tip("Text", title=title),
            ],
        )
    )
    return plots.spec(plots.layers(rules, line, dots), 230)
