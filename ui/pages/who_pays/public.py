"""The public's result by policy: figures in total and per dollar, who bears them, and their distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.scenario import World
from models.stack import Array
from policy.comparison import equal_trigger_and_pace
from policy.interventions.triggers import Trigger
from policy.outcomes.moral_hazard import share_with_error
from policy.outcomes.scorecard import TAKE_UP
from policy.outcomes.scores import VehicleFigures, per_dollar, profit_figures, vehicle_figures, with_hindsight
from policy.outcomes.taxpayer import first_loss_pct, margin_cash_need, taxpayer
from policy.outcomes.terms import Terms
from policy.outcomes.vehicle_result import bundles
from policy.spec import Policy
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Ridge, Ridges
from ui.charts.styles import Style
from ui.comparison.totals import MARKED, plainly, profit_edges, ridge, ridges_table
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.state.session import compared
from ui.words import amounts
from ui.words import names as words

Pair = tuple[float, float]  # a value and its standard error
SURE = 1.96
COLUMNS = {
    "mean_bn": "Expected result",
    "sd_bn": "Standard deviation",
    "loss_probability_pct": "Probability of loss",
    "es95_bn": "Mean of the worst 5%",
    "worst_bn": "Worst path seen",
}
HINDSIGHT = "Expected, with hindsight"
DUST = 1e-6


@dataclass(frozen=True, eq=False)
class Public:
    """The public's result under one policy, $bn: figures with errors, in cents per dollar used, by payer and by tool."""

    total: Mapping[str, Pair]
    cents: Mapping[str, float]
    used: float
    treasury: Mapping[str, Pair]
    fed: Mapping[str, Pair]
    equity: float  # the Treasury's money in the vehicle, mean
    cash: tuple[float, float]  # largest cash for margin of a path: mean, and largest of all
    funds_share: Pair  # of losses still borne by funds, %
    hindsight: Pair  # expected result on the yields with which the run ends
    bundles: tuple[float, ...]  # bought by the vehicle or the Fed, mean, by strategy
    vehicle: Mapping[str, VehicleFigures]  # by exit
    profit: Array


@dataclass(frozen=True, eq=False)
class Results:
    """All policies, no action first, as a chart of distributions reads them."""

    outcomes: tuple[Public, ...]


def public_results(world: World, policies: Sequence[Policy], seed: int, paths: int, terms: Terms) -> Results:
    """Runs the comparison and counts the public's result under `terms`. Raises `Refused`."""
    comparison = compared(world, policies, paths, seed)
    out = []
    for p, run in zip(comparison.policies, comparison.runs, strict=True):
        first_loss = first_loss_pct(p.interventions)
        result = taxpayer(run, seed, terms, first_loss=first_loss)
        used, cash = TAKE_UP.value(run), margin_cash_need(run)
        out.append(
            Public(
                total=profit_figures(result.total),
                cents=per_dollar(result.total, used),
                used=float(np.mean(used)),
                treasury=profit_figures(result.treasury),
                fed=profit_figures(result.fed),
                equity=float(np.mean(result.treasury_equity)),
                cash=(float(np.mean(cash)), float(np.max(cash))),
                funds_share=share_with_error(run, comparison.baseline),
                hindsight=with_hindsight(run, seed, terms),
                bundles=tuple(np.mean(np.add.reduce(bundles(run)[0], axis=0), axis=-1)),
                vehicle=vehicle_figures(run, seed, terms, first_loss),
                profit=result.total.ravel(),
            )
        )
    return Results(tuple(out))


# Words


def money(value: float, like: float | None = None) -> str:
    """An amount in $bn, or in $m where it, or the figure it stands beside, is below $1bn."""
    size = abs(value if like is None else like)
    if abs(value) < DUST:
        return "$0"
    if size >= 1:
        return amounts.amount(value, "$bn")
    shown = abs(1000 * value)
    return f"{'−' if value < 0 else ''}${shown:,.{0 if shown >= 100 else 1 if shown >= 10 else 2}f}m"


def gain_or_loss(value: float) -> str:
    """A result: what is a gain and what is a loss is said."""
    return (
        money(abs(value)) if abs(value) < DUST else f"{money(abs(value))} {'gain' if value > 0 else 'loss'}"
    )


def cents(value: float) -> str:
    """Cents per dollar used."""
    sign = "−" if value < 0 else "+"
    size = f"{abs(value):.0f}" if abs(value) >= 100 else f"{abs(value):.2g}"
    return "0¢ per $" if abs(value) < 0.0005 else f"{sign}{size}¢ per $"


def years_words(years: float) -> str:
    """A horizon in words."""
    months = round(12 * years)
    if abs(12 * years - months) < 1e-6 and months < 24 and months != 12:
        return f"{months} months"
    return "1 year" if years == 1 else f"{years:g} years"


def result_of(key: str, pair: Pair) -> float:
    """A figure as a result: a tail is stored as a loss."""
    return -pair[0] if key == "es95_bn" else pair[0]


def verdict(results: Results, names: Sequence[str], terms: Terms) -> str:
    """Who loses most in the tail, and what the others put at risk."""
    when = years_words(terms.horizon_years)
    tails = [o.total["es95_bn"][0] for o in results.outcomes]
    risky = max(range(len(tails)), key=lambda k: tails[k])
    if tails[risky] < DUST:
        return f"After {when} no policy here loses the public money, not even in the worst 5% of outcomes."
    o = results.outcomes[risky]
    text = (
        f"After {when} the public's largest tail comes with {names[risky]}: {money(tails[risky])} lost on average in the "
        f"worst 5% of outcomes, {abs(o.cents['es95_cents']):.2g} cents per dollar used, against an expected "
        f"{gain_or_loss(o.total['mean_bn'][0])}"
    )
    rest = [k for k in range(1, len(tails)) if k != risky and results.outcomes[k].used > DUST]
    if not rest:
        return text + "."
    other = max(rest, key=lambda k: tails[k])
    if tails[other] < DUST:
        return text + "; under no other policy is anything lost in that tail."
    return text + f"; the next largest tail is {money(tails[other])} under {names[other]}."


def split_words(results: Results, names: Sequence[str]) -> str:
    """Who of the two bears the vehicle, and what cash it needs."""
    held = [k for k, o in enumerate(results.outcomes) if o.equity > DUST]
    if not held:
        return "No vehicle bought anything: whatever the public earns or loses is the Fed's"
    k = max(held, key=lambda j: results.outcomes[j].equity)
    o = results.outcomes[k]
    return (
        f"Under {names[k]} the Treasury expects a {gain_or_loss(o.treasury['mean_bn'][0])} on {money(o.equity)} put up first; "
        f"margin on its hedges needs {money(o.cash[0])} of cash on the worst day, on average"
    )


def likeness(policies: Sequence[Policy]) -> str | None:
    """The note for policies that differ in trigger or pace, in the words of the page; nothing where they agree."""
    equal = equal_trigger_and_pace(policies)
    if equal.equal:
        return None
    text = equal.sentence
    for policy, name in zip(policies, words.policy_names(policies), strict=True):
        text = text.replace(f"({policy.label}: ", f"({name}: ").replace(f", {policy.label}: ", f", {name}: ")
        for start in (getattr(i, "start", None) for i in policy.interventions):
            if isinstance(start, Trigger):
                text = text.replace(str(start), words.trigger_words(start))
    return text


# Tables


def table_html(results: Results, names: Sequence[str]) -> str:
    """Every figure by policy: in total with its error, and per dollar used; the script's result beside the knowable one."""
    mean, *others = COLUMNS
    rows = [
        Row(
            name,
            [
                _cell(o, mean),
                _hindsight(o),
                *(_cell(o, key) for key in others),
                TableCell(money(o.used), kind="tb-quiet"),
            ],
        )
        for name, o in zip(names, results.outcomes, strict=True)
    ]
    columns = [COLUMNS[mean], HINDSIGHT, *(COLUMNS[key] for key in others), "Mean take-up"]
    return tables.table("The public's result", "Policy", columns, rows, "public")


def _hindsight(o: Public) -> TableCell:
    """Expected on the world's script, quiet beside what could be known."""
    value, error = o.hindsight
    if abs(value) < DUST:
        return TableCell("$0", kind="tb-quiet")
    return TableCell(gain_or_loss(value), f"± {money(SURE * error, value)}", "tb-quiet")


def _cell(o: Public, key: str) -> TableCell:
    value, error = o.total[key]
    if key == "loss_probability_pct":
        return TableCell(f"{value:.1f}%", f"± {SURE * error:.1f}", "tb-quiet" if value == 0 else "")
    if abs(value) < DUST:
        return TableCell("$0", kind="tb-quiet")
    shown = money(value) if key == "sd_bn" else gain_or_loss(result_of(key, o.total[key]))
    share = o.cents[key.removesuffix("_bn") + "_cents"]
    per = cents(-share if key == "es95_bn" else share).removeprefix("+" if key == "sd_bn" else "")
    return TableCell(shown, f"± {money(SURE * error, value)}; {per}")


def frame_of(results: Results, names: Sequence[str]) -> pd.DataFrame:
    """All figures in numbers: public, Treasury and Fed."""
    rows = []
    for name, o in zip(names, results.outcomes, strict=True):
        for who, figures in (("Public", o.total), ("Treasury", o.treasury), ("Fed", o.fed)):
            for key, title in COLUMNS.items():
                value = result_of(key, figures[key])
                unit = "%" if key == "loss_probability_pct" else "$bn"
                short = key.removesuffix("_bn") + "_cents"
                share = o.cents.get(short, np.nan) if who == "Public" else np.nan
                rows.append(
                    (name, who, title, unit, value, figures[key][1], -share if key == "es95_bn" else share)
                )
        rows.append((name, "Public", "Largest cash for margin, mean", "$bn", o.cash[0], np.nan, np.nan))
        rows.append((name, "Public", "Largest cash for margin, any path", "$bn", o.cash[1], np.nan, np.nan))
        rows.append((name, "Treasury", "Money put up first, mean", "$bn", o.equity, np.nan, np.nan))
        rows.append((name, "Public", HINDSIGHT, "$bn", *o.hindsight, np.nan))
        rows.append((name, "Public", "Mean take-up", "$bn", o.used, np.nan, np.nan))
    return pd.DataFrame(
        rows,
        columns=["Policy", "Who", "Figure", "Unit", "Value", "Standard error", "Cents per dollar used"],
    )


def split_html(results: Results, names: Sequence[str]) -> str:
    """Treasury and Fed by policy, and cash apart from loss."""
    rows = [
        Row(
            name,
            [
                _result(o.treasury, "mean_bn"),
                _result(o.treasury, "es95_bn"),
                _result(o.fed, "mean_bn"),
                _result(o.fed, "es95_bn"),
                _amount(o.equity),
                _amount(o.cash[0], f"at most {money(o.cash[1])}"),
            ],
        )
        for name, o in zip(names, results.outcomes, strict=True)
    ]
    columns = [
        "Treasury, expected", "Treasury, worst 5%", "Fed, expected", "Fed, worst 5%", "Treasury's money put up first",
        "Cash for margin: a need, not a loss",
    ]  # fmt: skip
    return tables.table("Treasury and Fed", "Policy", columns, rows, "split")


def _result(figures: Mapping[str, Pair], key: str) -> TableCell:
    value = result_of(key, figures[key])
    if abs(value) < DUST:
        return TableCell("$0", kind="tb-quiet")
    return TableCell(gain_or_loss(value), f"± {money(SURE * figures[key][1], value)}")


def _amount(value: float, small: str = "") -> TableCell:
    return TableCell("$0", kind="tb-quiet") if abs(value) < DUST else TableCell(money(value), small)


# The distribution


def distribution(
    results: Results, lines: Sequence[Style], terms: Terms, changed: str, own: bool = False
) -> Figure:
    """One ridge per policy, or one panel on its own scale; the worst 5% dark, mean and tail marked."""
    when, common = years_words(terms.horizon_years), profit_edges(results)
    scales = [_own_edges(o) if own else (common, 1.0, "$bn") for o in results.outcomes]
    ridges = [
        _ridge(style, o, edges, times)
        for style, o, (edges, times, _) in zip(lines, results.outcomes, scales, strict=True)
    ]
    told = [f"{r.style.name}: {r.said}." for r in ridges]
    charts = [
        Ridges(
            (r,),
            _reach(edges, f"Result after {when}, {unit}", 4),
            f"Distribution. {text}",
            r.style.name,
            False,
            plainly(when),
        )
        for r, text, (edges, _, unit) in zip(ridges, told, scales, strict=True)
    ]
    if not own:
        alt = f"Distribution of the taxpayer's result in $bn. {' '.join(told)}"
        charts = [
            Ridges(
                tuple(ridges),
                _reach(common, f"Taxpayer's result after {when}, $bn", 6),
                alt,
                plainly=plainly(when),
            )
        ]
    note = (
        f"Profit or loss of the public {when} after the opening; heights are scaled to each policy's own peak. "
        f"{MARKED} Outcomes beyond the axis stand in its last bars. {changed}"
    )
    table = ridges_table(ridges, [times for _, times, _ in scales])
    return Figure("who_pays_public", _widest(results, lines), note, "$bn", tuple(charts), table)


def _reach(edges: Array, title: str, ticks: int) -> Axis:
    return Axis(title, (float(edges[0]), float(edges[-1])), count=ticks, grid=ticks > 4)


def _ridge(style: Style, o: Public, edges: Array, times: float) -> Ridge:
    """A policy's outcomes in bins, with the mean and the tail as far as the axis reaches."""
    spots = (times * result_of(key, o.total[key]) for key in ("mean_bn", "es95_bn"))
    mean, tail = (min(max(spot, float(edges[0])), float(edges[-1])) for spot in spots)
    return ridge(style, times * o.profit, edges, mean, tail, _told(o))


def _own_edges(o: Public) -> tuple[Array, float, str]:
    """Bars on a policy's own scale, in $m where all of it is below $1bn."""
    low, high = (float(np.quantile(o.profit, q)) for q in (0.002, 0.998))
    times, unit = (1.0, "$bn") if max(abs(low), abs(high)) >= 1 else (1000.0, "$m")
    low, high = times * low, times * high
    if high - low < 1e-6:
        low, high = low - 1, high + 1
    return np.linspace(low, high, 33), times, unit


def _told(o: Public) -> str:
    tail = result_of("es95_bn", o.total["es95_bn"])
    return (
        f"expected {gain_or_loss(o.total['mean_bn'][0])}, worst 5% {gain_or_loss(tail)}, "
        f"worst seen {gain_or_loss(o.total['worst_bn'][0])}"
    )


def _widest(results: Results, lines: Sequence[Style]) -> str:
    spreads = [o.total["sd_bn"][0] for o in results.outcomes]
    k = max(range(len(spreads)), key=lambda j: spreads[j])
    if spreads[k] < DUST:
        return "The public neither gains nor loses under any policy"
    rest = [s for j, s in enumerate(spreads) if j != k]
    base = (
        f"The public's result spreads most under {lines[k].name}: a standard deviation of {money(spreads[k])}"
    )
    return f"{base}, {money(max(rest))} at most under the others" if rest else base
