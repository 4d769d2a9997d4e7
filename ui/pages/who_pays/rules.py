"""Rules set beforehand, each alone, against expectations of a backstop."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from policy.leverage.game import NEVER_ESTIMATED, ExAnte
from policy.leverage.who_pays import PolicyOutcome, WhoPays
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Level, Points, lanes
from ui.charts.styles import NEUTRAL, Style, shaped
from ui.pages.who_pays.controls import rule_name
from ui.pages.who_pays.leverage import cost_text, leverage_text, with_equilibria
from ui.pages.who_pays.marks import by_change, point, points_table
from ui.words.amounts import millions

RULE_MARKS = (
    ("circle", NEUTRAL),
    ("square", "#9A6B8F"),
    ("triangle-down", "#8C8C3C"),
    ("diamond", "#C2456B"),
)


def rules(game: WhoPays, lines: Sequence[Style], changed: str) -> Figure:
    """Every policy without a rule and under each: induced leverage, and what crises cost once leverage responds."""
    arms = [("No rule", game.outcomes), *((rule_name(t), o) for t, o in game.tools)]
    kinds = [_rule_kind(None), *(_rule_kind(t) for t, _ in game.tools)]
    series = tuple(
        shaped(name, RULE_MARKS[k][1], RULE_MARKS[k][0]) for (name, _), k in zip(arms, kinds, strict=True)
    )
    levers, spent = [], []
    for arm, outcomes in arms:
        for name, o in with_equilibria(outcomes, lines):
            if o.leverage_change_pct is not None and o.cost_with_response is not None:
                levers.append(
                    point(name, arm, o.leverage_change_pct, 1, leverage_text(o.leverage_change_pct))
                )
                spent.append(point(name, arm, o.cost_with_response, 1000, cost_text(o.cost_with_response)))
    rowed = lanes([s.name for s in lines], 17)
    charts = tuple(
        Points(
            tuple(marks), series, axis, rowed,
            f"{heading} by policy and rule: {'; '.join(f'{m.y}, {m.series}: {m.short}' for m in marks)}.", heading,
            (26 + 15 * len(arms)) * len(lines) + 50, "Series", ("Value",), (Level(0),), apart=True,
        )
        for marks, axis, heading in (
            (levers, by_change(), "Induced leverage"),
            (spent, Axis("Cost of crises, $m a year", zero=True), "Cost of crises once leverage responds"),
        )
    )  # fmt: skip
    both = ((levers, "Induced leverage, %"), (spent, "Cost of crises, $m a year"))
    tables = [points_table(marks, "Rule").assign(Figure=name) for marks, name in both]
    table = pd.concat(tables, ignore_index=True)
    note = (
        "The lane of no action shows each rule by itself, the other lanes a policy with it. Points with 95% intervals; what funds "
        f"earn less in calm is not counted. {NEVER_ESTIMATED} {changed}"
    )
    return Figure("who_pays_rules", _rules_title(arms, lines), note, "% and $m a year", charts, table, series)


def _rule_kind(rule: ExAnte | None) -> int:
    """Which mark a rule has, whatever others are played."""
    if rule is None:
        return 0
    return 1 if rule.fee else 3 if rule.minimum_haircut else 2


def _rules_title(arms: Sequence[tuple[str, Sequence[PolicyOutcome]]], lines: Sequence[Style]) -> str:
    """The cheapest rule alone beside the cheapest policy alone, and neither."""
    none = arms[0][1][0].cost_with_response
    alone = {
        name: o[0].cost_with_response.value for name, o in arms[1:] if o[0].cost_with_response is not None
    }
    after = {
        name: o.cost_with_response.value
        for name, o in with_equilibria(arms[0][1], lines)
        if o.cost_with_response is not None and name != lines[0].name
    }
    if not alone or not after or none is None:
        return "What rules set before a crisis do, alone and with each policy"
    rule, best = min(alone, key=lambda n: alone[n]), min(after, key=lambda n: after[n])
    return (
        f"Of rules alone, a {rule[0].lower() + rule[1:]} leaves crises cheapest, {millions(alone[rule])} a year; of policies "
        f"alone, {best}, {millions(after[best])}; with neither they cost {millions(none.value)}"
    )
