"""The ex-ante game on screen: induced leverage and what it costs, as ranges over what nobody has estimated; its table.

Costs are in $m a year, since a crisis is rare. Errors shown are 95%: 1.96 times the standard error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from policy.leverage import who_pays as engine
from policy.leverage.assumptions import SMALLEST_LOSS_BN, Unknown
from policy.leverage.game import NEVER_ESTIMATED, Game
from policy.leverage.who_pays import PolicyOutcome, WhoPays
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Names, Points, wrapped
from ui.charts.styles import NEUTRAL, Style, shaped
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.pages.who_pays import unknown
from ui.pages.who_pays.marks import SURE, by_change, point, points_table
from ui.pages.who_pays.replies import crossing_status
from ui.pages.who_pays.unknown import HOW, NOBODY, NONE, SIZES, leverage_range, loss_range, ranged_point
from ui.words.amounts import TINY, millions, percent

PARTS = {"taxpayer": "Taxpayer", "lenders": "Lenders", "dysfunction": "Market dysfunction"}
KINDS = {
    "interior": "",
    "corner": "corner: the most allowed",
    "split": "split between two scales",
    "edge": "edge of the range",
}
TODAY, RESPONDING = "At today's leverage", "With leverage responding"


# Words


def leverage_text(figure: engine.WithError | None) -> str:
    if figure is None:
        return "no equilibrium"
    if unknown.leverage_text(figure.value, figure.se) == NONE:
        return NONE
    return percent(figure.value) + (f" ± {_points(SURE * figure.se)}" if figure.se else "")


def _points(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.005 else "<0.01"


def cost_text(figure: engine.WithError | None, signed: bool = False) -> str:
    if figure is None:
        return "no equilibrium"
    return millions(figure.value, signed) + (f" ± {millions(SURE * figure.se)}" if figure.se > TINY else "")


def with_equilibria(
    outcomes: Sequence[PolicyOutcome], lines: Sequence[Style]
) -> list[tuple[str, PolicyOutcome]]:
    return [(s.name, o) for s, o in zip(lines, outcomes, strict=True) if o.leverage_change_pct is not None]


def precedent_words(game: Game) -> str:
    """What funds are taken to believe today."""
    chance = game.purchases_probability
    if chance in (0, 1):
        return "purchases as in 2020" if chance else "no action"
    return f"purchases as in 2020 with probability {chance:g}, else no action"


def game_verdict(game: WhoPays, lines: Sequence[Style]) -> str:
    """Highest and lowest induced leverage, as ranges."""
    solved = with_equilibria(game.outcomes, lines)
    if not solved:
        return "Under none of these policies does the game have an equilibrium in the range that was run"
    if all(leverage_range(o) == NONE for _, o in solved):
        return (
            f"None of these policies moves funds' leverage by more than practically nothing, though {NOBODY}"
        )
    ranked = sorted(solved, key=lambda row: _middle(row[1].leverage_unknown))
    told = [f"{name} {leverage_range(o)}" for name, o in dict([ranked[-1], ranked[0]]).items()]
    return f"Change of funds' leverage if they expect it: {'; '.join(told)}: {NOBODY}"


def _middle(unknown: Unknown | None) -> float:
    return 0.0 if unknown is None else unknown.range.low + unknown.range.high


def anchor_words(game: WhoPays) -> str:
    """The precedent, the least risk aversion at which it holds, and whether one's own was raised to it."""
    own, least = game.game.risk_aversion, game.least_risk_aversion
    kept = f"yours is {own:g}" if game.risk_aversion == own else f"yours, {own:g}, is raised to it"
    return (
        f"Today's leverage is what funds choose if they believe in {precedent_words(game.game)}. That holds from a risk aversion of "
        f"{least:.2g}; {kept}. Scales up to {min(game.reach.own, game.reach.everyone):.2f} times today's can be met."
    )


def rule_words(outcomes: Sequence[tuple[str, PolicyOutcome]]) -> str:
    """For rules that change crises themselves: what less leverage saves, what the rule adds, and why; else nothing."""
    told = [
        f"{name}: by leverage {millions(o.moral_hazard_loss.value - o.rule_effect.value, True)}, by the rule itself at that leverage "
        f"{millions(o.rule_effect.value, True)}"
        for name, o in outcomes
        if o.rule_effect is not None
        and o.moral_hazard_loss is not None
        and abs(o.rule_effect.value) >= SMALLEST_LOSS_BN
    ]
    if not told:
        return ""
    return (
        f"Extra cost of crises a year. {'; '.join(told)}. A rule changes crises themselves, because it changes who holds positions and how much "
        "equity is free to absorb losses: equity tied up in a haircut or a margin is no cushion."
    )


def edges(game: WhoPays, lines: Sequence[Style]) -> list[str]:
    """Policies whose figures are no equilibrium, said plainly."""
    out = []
    for s, o in zip(lines, game.outcomes, strict=True):
        chosen = o.equilibria.selected
        if chosen is None:
            out.append(f"{s.name}: no stable equilibrium was found, so no figures are given.")
        elif chosen.kind == "edge":
            out.append(
                f"{s.name}: funds would leave the range that was run, at {chosen.scale:.2f} times today's leverage. "
                "The figures are taken there and are no equilibrium."
            )
    return out


def leverage(game: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """Induced leverage by policy with its range."""
    solved = with_equilibria(game.outcomes, lines)
    told = {name: leverage_range(o) for name, o in solved}
    marks = [
        ranged_point(name, o.leverage_change_pct, o.leverage_unknown, 1, told[name])
        for name, o in solved
        if o.leverage_change_pct and o.leverage_unknown
    ]
    chart = Points(
        tuple(marks), tuple(lines), by_change(),
        Names(tuple(told), tuple((*wrapped(n, 17, 2), *wrapped(text, 22)) for n, text in told.items()), "Policy"),
        f"Change of leverage in %, points with ranges: {'; '.join(f'{n} {text}' for n, text in told.items())}.",
        height=72 * len(told) + 50, what="Series", tips=("Range",), levels=(Level(0),),
    )  # fmt: skip
    note = f"Leverage that funds choose if they expect a policy. {HOW} {SIZES} {NEVER_ESTIMATED} {changed}"
    table = points_table(marks, value="At your settings, %", ends=("Low, %", "High, %")).drop(
        columns="Series"
    )
    return Figure("who_pays_leverage", game_verdict(game, lines), note, "%", (chart,), table)


def losses(game: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """The moral-hazard loss by policy with its range; its parts are in the table."""
    solved = [
        (name, o) for name, o in with_equilibria(game.outcomes, lines) if o.moral_hazard_loss is not None
    ]
    told = {name: loss_range(o) for name, o in solved}
    marks = [
        ranged_point(name, o.moral_hazard_loss, o.loss_unknown, 1000, told[name])
        for name, o in solved
        if o.moral_hazard_loss and o.loss_unknown
    ]
    chart = Points(
        tuple(marks), tuple(lines), Axis("Moral-hazard loss, $m a year", zero=True),
        Names(tuple(told), tuple((*wrapped(n, 17, 2), *wrapped(text, 22)) for n, text in told.items()), "Policy"),
        f"Moral-hazard loss in $m a year, points with ranges: {'; '.join(f'{n} {text}' for n, text in told.items())}.",
        height=72 * len(told) + 50, what="Series", tips=("Range",), levels=(Level(0),),
    )  # fmt: skip
    table = pd.DataFrame(
        [
            (name, title, 1000 * f.value, 1000 * f.se, *ends)
            for name, o in solved
            for title, f, ends in (
                *((PARTS[p], o.parts[p], (np.nan, np.nan)) for p in PARTS),
                ("Total", o.moral_hazard_loss, _ends(o.loss_unknown)),
            )
            if f is not None
        ],
        columns=["Policy", "Part", "$m a year", "Standard error", "Low", "High"],
    )
    note = (
        "Extra expected waste in crises against today's leverage with no rule set beforehand, minus for a saving. "
        f"{HOW} {NEVER_ESTIMATED} {changed}"
    )
    return Figure("who_pays_losses", _losses_title(solved), note, "$m a year", (chart,), table)


def _ends(unknown: Unknown | None) -> tuple[float, float]:
    return (np.nan, np.nan) if unknown is None else (1000 * unknown.range.low, 1000 * unknown.range.high)


def _losses_title(solved: Sequence[tuple[str, PolicyOutcome]]) -> str:
    if not solved:
        return "No policy has an equilibrium, so there is no moral-hazard loss to show"
    name, o = max(solved, key=lambda row: _middle(row[1].loss_unknown))
    if o.loss_unknown is None or o.loss_unknown.range.high < SMALLEST_LOSS_BN:
        return f"No policy adds more than practically nothing to what crises cost once leverage responds, though {NOBODY}"
    return f"The moral-hazard loss is largest under {name}, {loss_range(o)} a year: {NOBODY}"


# Table of the game


def game_html(game: WhoPays, lines: Sequence[Style], shares: Sequence[tuple[float, float]]) -> str:
    """Every policy: induced leverage, what it costs and where, equilibria, rejected points, share of losses borne."""
    rows = [
        Row(s.name, _game_cells(o, share)) for s, o, share in zip(lines, game.outcomes, shares, strict=True)
    ]
    columns = [
        "Induced leverage", "Moral-hazard loss a year", *(f"of which {n[0].lower() + n[1:]}" for n in PARTS.values()),
        "Equilibria, multiple of today's", "Losses that funds still bear",
    ]  # fmt: skip
    return tables.table("The ex-ante game", "Policy", columns, rows, "game")


def _game_cells(o: PolicyOutcome, share: tuple[float, float]) -> list[TableCell]:
    borne = TableCell(f"{share[0]:.0f}%", f"± {SURE * share[1]:.1f}" if share[1] > TINY else "")
    tail = [_scales(o), borne]
    if o.leverage_change_pct is None or o.moral_hazard_loss is None:
        return [TableCell("no equilibrium", kind="tb-quiet")] * (2 + len(PARTS)) + tail
    change = o.leverage_change_pct
    return [
        TableCell(leverage_range(o), f"yours: {percent(change.value)} {_small(change)}", "tb-strong"),
        TableCell(loss_range(o), f"yours: {cost_text(o.moral_hazard_loss, True)}", "tb-strong"),
        *(_money_cell(o.parts[p]) for p in PARTS),
        *tail,
    ]


def _small(figure: engine.WithError) -> str:
    if figure.se:
        return f"± {_points(SURE * figure.se)}"
    return "by construction" if figure.value == 0 else "no error found"


def _money_cell(figure: engine.WithError, kind: str = "") -> TableCell:
    if abs(figure.value) < TINY:
        return TableCell("$0m", kind="tb-quiet")
    return TableCell(millions(figure.value, True), f"± {millions(SURE * figure.se)}", kind)


def _scales(o: PolicyOutcome) -> TableCell:
    chosen = o.equilibria.selected
    texts = [
        f"{'◆' if c == chosen else '●'} {c.scale:.3f} ± {_points(SURE * e) if e else '0'}"
        for c, e in zip(o.equilibria.accepted, o.errors, strict=True)
    ]
    kinds = {KINDS[c.kind] for c in o.equilibria.crossings if KINDS[c.kind] and (c.best_reply or c == chosen)}
    rejected = [f"✕ {c.scale:.3f} rejected" for c in o.equilibria.rejected if c.kind != "edge"]
    return TableCell(", ".join(texts) or "none", "; ".join([*sorted(kinds), *rejected]))


def game_frame(game: WhoPays, lines: Sequence[Style]) -> pd.DataFrame:
    """The game's figures as numbers."""
    rows: list[tuple[Any, ...]] = []
    for s, o in zip(lines, game.outcomes, strict=True):
        named = [
            ("Induced leverage", "%", o.leverage_change_pct),
            ("Moral-hazard loss", "$bn a year", o.moral_hazard_loss),
            *((f"of which {PARTS[p].lower()}", "$bn a year", f) for p, f in o.parts.items()),
            ("of which the rule itself", "$bn a year", o.rule_effect),
            (TODAY, "$bn a year", o.cost_today),
            (RESPONDING, "$bn a year", o.cost_with_response),
        ]
        rows += [(s.name, title, unit, f.value, f.se) for title, unit, f in named if f is not None]
        rows += [
            (s.name, f"{title}, {end}", unit, value, error)
            for title, unit, known in (
                ("Induced leverage", "%", o.leverage_unknown),
                ("Moral-hazard loss", "$bn a year", o.loss_unknown),
            )
            if known is not None
            for end, value, error in (
                ("low end", known.range.low, known.range.low_se),
                ("high end", known.range.high, known.range.high_se),
            )
        ]
        errors = dict(zip(o.equilibria.accepted, o.errors, strict=True))
        rows += [
            (
                s.name,
                f"Crossing, {crossing_status(o, c).lower()} ({c.kind})",
                "multiple",
                c.scale,
                errors.get(c, np.nan),
            )
            for c in o.equilibria.crossings
        ]
    return pd.DataFrame(rows, columns=["Policy", "Figure", "Unit", "Value", "Standard error"])


# Time consistency


def time_words(game: WhoPays, names: Mapping[str, str]) -> str:
    """Whether the best after the fact is the best beforehand, and the gap."""
    consistency = game.time_consistency
    if consistency is None:
        return "Not every policy has an equilibrium, so best before and best after cannot be compared"
    after, before = names[consistency.best_ex_post], names[consistency.best_ex_ante]
    if after == before:
        return f"{after} is best both once the crisis is there and if funds expect it: no commitment problem here"
    return (
        f"Once the crisis is there {after} is best, but if funds expect what comes, {before} is: expecting the first costs "
        f"{cost_text(consistency.gap)} more a year"
    )


def time_html(game: WhoPays, names: Mapping[str, str]) -> str:
    """Best after the fact beside best beforehand, with the gap between them."""
    consistency = game.time_consistency
    if consistency is None:
        return ""
    by = {o.label: o for o in game.outcomes}

    def cells(label: str) -> list[TableCell]:
        o = by[label]
        return [
            TableCell(names[label], kind="tb-strong"),
            TableCell(cost_text(o.cost_today)),
            TableCell(cost_text(o.cost_with_response)),
        ]

    rows = [
        Row("Best once the crisis is there (ex post)", cells(consistency.best_ex_post)),
        Row("Best if funds expect it (ex ante)", cells(consistency.best_ex_ante)),
        Row(
            "The gap",
            [TableCell("", ""), TableCell(""), TableCell(cost_text(consistency.gap), kind="tb-strong")],
            kind="tb-total",
        ),
    ]
    return tables.table(
        "Best after the fact and best beforehand", "", ["Policy", f"{TODAY}, a year", f"{RESPONDING}, a year"], rows, "time",
    )  # fmt: skip


def temptation_words(game: WhoPays, names: Mapping[str, str]) -> str:
    """What giving in would save in the crisis."""
    consistency = game.time_consistency
    if consistency is None or consistency.temptation < TINY:
        return "No temptation: in the crisis no other policy here would cost less at the leverage that the best one brings."
    return (
        f"Temptation: at the leverage that {names[consistency.best_ex_ante]} brings, giving in and doing what is best in the crisis "
        f"would save {millions(consistency.temptation)} a year."
    )


def costs(game: WhoPays, lines: Sequence[Style], names: Mapping[str, str], changed: str) -> Figure:
    """What crises cost a year at today's leverage and once it responds."""
    series = (shaped(TODAY, NEUTRAL, "circle"), shaped(RESPONDING, "#C2456B", "diamond"))
    marks = [
        point(s.name, style.name, cost, 1000, cost_text(cost))
        for s, o in zip(lines, game.outcomes, strict=True)
        for style, cost in zip(series, (o.cost_today, o.cost_with_response), strict=True)
        if cost is not None
    ]
    consistency = game.time_consistency
    best: dict[str, str] = {}
    if consistency is not None:
        after, before = names[consistency.best_ex_post], names[consistency.best_ex_ante]
        best = (
            {after: "▲ best ex post", before: "▲ best ex ante"}
            if after != before
            else {after: "▲ best both ways"}
        )
    labels = tuple((*wrapped(s.name, 17, 2), *([best[s.name]] if s.name in best else [])) for s in lines)
    told = "; ".join(f"{m.y}, {m.series.lower()}: {m.short}" for m in marks)
    chart = Points(
        tuple(marks), series, Axis("Expected waste in crises, $m a year", zero=True),
        Names(tuple(s.name for s in lines), labels, "Policy"), f"Cost of crises in $m a year, two points per policy. {told}.",
        height=56 * len(lines) + 50, what="Series", tips=("Value",), levels=(Level(0),), apart=True,
    )  # fmt: skip
    note = (
        "Dysfunction, lenders' and the public's losses, weighted as above, times crises a year; with 95% intervals. "
        f"{NEVER_ESTIMATED} {changed}"
    )
    table = points_table(marks, "Leverage", "$m a year")
    return Figure("who_pays_costs", time_words(game, names), note, "$m a year", (chart,), table, series)
