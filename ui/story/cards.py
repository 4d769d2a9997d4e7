"""What the learning pages draw beyond the sandbox's charts: positions and money, what was sold, and a ranking that reverses."""

from __future__ import annotations

from html import escape

import pandas as pd

from models.parameters.base import STRATEGIES
from models.scenario import World
from policy.outcomes.scorecard import FORCED_SALES
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Bars, Label, Names, Piece, lanes
from ui.charts.styles import NEUTRAL, Style, filled, styles
from ui.words import amounts
from ui.words import names as words

SALES = FORCED_SALES.key


def capital(world: World) -> tuple[float, float]:
    """Hedge funds' equity and positions at the opening, $bn."""
    scale = world.funds.scale
    equity = sum(c.equity_bn for c in world.funds.cohorts)
    return equity, scale * sum(c.equity_bn * c.leverage for c in world.funds.cohorts)


def by_trade(world: World) -> tuple[tuple[float, float], ...]:
    """Equity behind, and positions in, each trade, $bn; equity goes with positions."""
    scale = world.funds.scale
    return tuple(
        (
            sum(c.equity_bn * c.mix[j] for c in world.funds.cohorts),
            scale * sum(c.equity_bn * c.leverage * c.mix[j] for c in world.funds.cohorts),
        )
        for j in range(len(STRATEGIES))
    )


def positions(summary: Summary) -> Figure:
    """Positions by trade at the opening: what is funds' own money and what is borrowed."""
    rows = [
        (words.STRATEGY_NAMES[s], own, held - own)
        for s, (own, held) in zip(STRATEGIES, by_trade(summary.world), strict=True)
    ]
    equity, held = capital(summary.world)
    title = (
        f"Funds hold {amounts.amount(held, '$bn')} in three trades with {amounts.amount(equity, '$bn')} of their own money, "
        f"{held / equity:.0f} times as much"
    )
    note = "Face of the bonds at the opening. Funds that run several trades are split by what they hold."
    parts = (filled("Own money", "#4F7F6A"), filled("Borrowed in repo", NEUTRAL))
    return _trade_bars("positions", title, note, rows, parts, "own")


def sold(summary: Summary) -> Figure:
    """Positions by trade: what funds had to sell without help, and what they kept."""
    rows = [
        (words.STRATEGY_NAMES[s], gone, max(held - gone, 0.0))
        for s, gone, (_, held) in zip(
            STRATEGIES, summary.outcomes[0].sold, by_trade(summary.world), strict=True
        )
    ]
    most = max(rows, key=lambda row: row[1])
    if most[1] < 0.005:
        title = "No fund is forced to sell"
    else:
        share = 100 * most[1] / (most[1] + most[2])
        title = (
            f"Most is sold in the {most[0].lower().replace(' ', '-')} trade: {amounts.amount(most[1], '$bn')}, "
            f"{share:.0f}% of what funds held in it"
        )
    note = f"Under no action, means over {summary.paths} paths; the whole bar is the position at the opening."
    parts = (filled("Forced sales", "#C2456B"), filled("Kept", NEUTRAL))
    return _trade_bars("sold", title, note, rows, parts, "sold")


def _trade_bars(
    key: str,
    title: str,
    note: str,
    rows: list[tuple[str, float, float]],
    parts: tuple[Style, Style],
    short: str,
) -> Figure:
    """One bar per trade in two parts; the first part's figure stands at the end."""
    pieces = tuple(
        Piece(trade, part.name, value, (amounts.amount(value, "$bn"),))
        for trade, *values in rows
        for part, value in zip(parts, values, strict=True)
    )
    names = tuple(row[0] for row in rows)
    told = " ".join(f"{t}: {amounts.amount(a, '$bn')} {parts[0].name.lower()} of {amounts.amount(a + b, '$bn')}." for t, a, b in rows)  # fmt: skip
    chart = Bars(
        pieces, parts, Names(names, tuple((n,) for n in names), "Trade"),
        Axis("Positions, $bn of face", (0, max(1.38 * max(a + b for _, a, b in rows), 1.0))), f"Bars by trade. {told}",
        height=58 * len(rows) + 50, tips=("Amount",),
        labels=tuple(Label(t, a + b, f"{amounts.amount(a, '$bn')} {short}") for t, a, b in rows),
    )  # fmt: skip
    table = pd.DataFrame([(p.lane, p.part, p.value) for p in pieces], columns=["Trade", "Part", "$bn"])
    return Figure(key, title, note, "$bn", (chart,), table, parts)


def reversal(runs: tuple[Summary, ...]) -> Figure:
    """Forced sales by policy, one panel for each world, on one scale."""
    lines = styles(runs[0].policies)
    top = 1.25 * max(outcome.means[SALES] for run in runs for outcome in run.outcomes)
    charts = tuple(_sales(run, lines, top) for run in runs)
    rows = [(c.heading, p.lane, p.value) for c in charts for p in c.pieces]
    table = pd.DataFrame(rows, columns=["World", "Policy", "Forced sales, $bn"])
    note = f"Forced sales of funds, means over {runs[0].paths} paths, the same policies in both worlds."
    return Figure("reversal", reversal_title(runs), note, "$bn", charts, table, lines)


def _sales(run: Summary, lines: tuple[Style, ...], top: float) -> Bars:
    values = [
        (line.name, outcome.means[SALES], amounts.amount(outcome.means[SALES], "$bn"))
        for line, outcome in zip(lines, run.outcomes, strict=True)
    ]
    told = ", ".join(f"{name} {text}" for name, _, text in values)
    return Bars(
        tuple(Piece(name, name, value, (text,)) for name, value, text in values), lines, lanes([s.name for s in lines]),
        Axis("Forced sales, $bn", (0, max(top, 1.0))), f"{run.world.title}. Forced sales: {told}.",
        heading=run.world.title, height=56 * len(lines) + 50, what="", tips=("Amount",),
        labels=tuple(Label(*value) for value in values),
    )  # fmt: skip


def reversal_title(runs: tuple[Summary, ...]) -> str:
    """Which policy leaves fewest forced sales in which world."""
    best = []
    for run in runs:
        sold = [outcome.means[SALES] for outcome in run.outcomes]
        k = sold.index(min(sold))
        best.append((words.policy_names(run.policies)[k], amounts.amount(sold[k], "$bn")))
    if len({name for name, _ in best}) == 1:
        return f"{best[0][0]} leaves fewest forced sales in both worlds"
    return "The ranking reverses: " + "; ".join(
        f"fewest forced sales, {value}, under {name} in “{run.world.title}”"
        for (name, value), run in zip(best, runs, strict=True)
    )


# HTML of the learning pages


CSS = """<style>
.ln-text{font-size:1.08rem;line-height:1.55;max-width:46rem;margin:.1rem 0 .6rem}
.ln-ask{font-size:1.12rem;font-weight:650;line-height:1.4;margin:.4rem 0 .1rem;padding:0;max-width:46rem}
.ln-answer{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-left:5px solid var(--ln,#868E99);
 border-radius:.5rem;padding:.7rem 1rem .8rem;max-width:52rem;margin:.3rem 0 .4rem}
.ln-answer p{margin:.15rem 0;line-height:1.5;max-width:46rem}
.ln-answer .ln-mark{font-weight:650}
.ln-right{--ln:#4F7F6A}.ln-wrong{--ln:#C2456B}
.ln-numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,11rem),1fr));gap:.6rem;max-width:60rem;margin:.5rem 0!important;padding:0!important}
.ln-numbers div{border-top:3px solid color-mix(in srgb,currentColor 22%,transparent);padding:.35rem 0}
.ln-numbers dt{font-size:.82rem;line-height:1.3;opacity:.86;font-weight:400;margin:0}
.ln-numbers dd{font-size:1.3rem;font-weight:640;margin:0!important;font-variant-numeric:tabular-nums;line-height:1.35}
.ln-goal{display:grid;grid-template-columns:6.6rem 1fr;gap:.2rem .8rem;padding:.35rem 0;line-height:1.4;
 border-top:1px solid color-mix(in srgb,currentColor 12%,transparent)}
.ln-goal b{font-weight:650;white-space:nowrap}
</style>"""


def numbers_html(numbers: tuple[tuple[str, str], ...]) -> str:
    """Key figures with what they are."""
    items = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for what, value in numbers)
    return f'<dl class="ln-numbers">{items}</dl>'


def answer_html(choices: tuple[str, ...], truth: int, given: int | None, body: str) -> str:
    """The verdict on an answer, said in words and shape; `body` is markup, `given` nothing where it was only shown."""
    right = escape(choices[truth])
    if given is None:
        kind, head = "", f"The run says: {right}."
    elif given == truth:
        kind, head = " ln-right", f"✓ Right: {right}."
    else:
        kind, head = " ln-wrong", f"✗ Not here. You said: {escape(choices[given])}. The run says: {right}."
    return f'<div class="ln-answer{kind}" role="status" data-testid="answer"><p class="ln-mark">{head}</p><p>{body}</p></div>'
