"""The answer at a glance: one sentence, a hundred crises as dots for each policy, and three figures a policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import pandas as pd

from policy.outcomes.scorecard import LOSSES_SPARED, SPIRAL_SHARE, TAXPAYER_TAIL
from policy.outcomes.summary import Summary
from policy.ranking.criteria import DEFAULT_WEIGHTS, Weights
from ui.charts.figure import Figure
from ui.charts.kinds import Dots, lanes
from ui.charts.styles import ENDS, Style, styles
from ui.html.heads import CSS, swatch
from ui.words import endings, glossary, verdicts
from ui.words import names as words
from ui.words.amounts import amount, listed

HEADS = (
    ("Spirals", SPIRAL_SHARE.description),
    ("Public may lose", "mean loss of the public in the worst 5% of cases, one year on"),
    ("Funds are spared", "what hedge funds lose less than without action, on average"),
)
FIGURES = (SPIRAL_SHARE.key, TAXPAYER_TAIL.key, LOSSES_SPARED.key)  # that stand under them
NOTHING = 0.05  # $bn, below which nothing is lost or spared


def dots(summary: Summary) -> Figure:
    """A hundred crises for each policy, by how they end."""
    names = words.policy_names(summary.policies)
    counts = [endings.hundred(o.means) for o in summary.outcomes]
    cases = tuple(tuple(k for k in (2, 1, 0) for _ in range(row[k])) for row in counts)
    told = " ".join(f"{name}: {ends_in_words(row)}." for name, row in zip(names, counts, strict=True))
    chart = Dots(lanes(names), ENDS, cases, f"A hundred crises as dots for each policy. {told}")
    table = pd.DataFrame(
        [(name, *row) for name, row in zip(names, counts, strict=True)],
        columns=["Policy", *(f"{e}, of 100" for e in endings.NAMES)],
    )
    note = f"A hundred crises drawn from {summary.paths} paths. " + _meanings()
    return Figure("endings", finding(counts, names), note, "of 100 crises", (chart,), table, ENDS)


def _meanings() -> str:
    return " ".join(f"{n}: {m}." for n, m in zip(endings.NAMES, endings.MEANINGS, strict=True))


def ends_in_words(row: tuple[int, int, int]) -> str:
    """How many of a hundred crises end in each way."""
    return listed([f"{n} {name.lower()}" for n, name in zip(row, endings.NAMES, strict=True)])


def finding(counts: list[tuple[int, int, int]], names: tuple[str, ...]) -> str:
    """The title of the dots: how many crises spiral without action, and under which policy fewest."""
    spiralling = [row[-1] for row in counts]
    fewest = min(range(len(counts)), key=spiralling.__getitem__)
    if max(spiralling) == 0:
        contained = [row[0] for row in counts]
        return f"No crisis spirals; {contained[0]} of 100 stay contained under {names[0].lower()}"
    first = f"{spiralling[0]} of 100 crises spiral under {names[0].lower()}"
    return (
        first
        if spiralling[fewest] == spiralling[0]
        else f"{first}, {spiralling[fewest]} under {names[fewest]}"
    )


# The block on top of a page


def sentence(summary: Summary, weights: Weights = DEFAULT_WEIGHTS) -> str:
    """The verdict as one paragraph that announces itself when it changes, with the styles of the whole page."""
    return (
        f'{CSS}<p class="sb-verdict" data-testid="verdict" role="status">{_with_names(summary, weights)}</p>'
    )


def picture(summary: Summary) -> str:
    """Dots and figures as accessible HTML, a row for each policy."""
    rows = "".join(_row(summary, k, style) for k, style in enumerate(styles(summary.policies)))
    heads = "".join(
        f'<span role="columnheader" class="sb-ahead">{glossary.marked(title, what, f"gl-answer-{n}")}</span>'
        for n, (title, what) in enumerate(HEADS)
    )
    return (
        f'{glossary.CSS}<div class="sb-ends" role="table" aria-label="How a hundred crises end, by policy">'
        f'<div role="row" class="sb-end sb-end-head"><span role="columnheader" class="sb-key">{_key()}</span>{heads}</div>'
        f"{rows}</div>"
    )


def slim(summary: Summary) -> str:
    """The answer in one line, for a phone on which the levers cover the page."""
    drawn = styles(summary.policies)
    parts = "".join(
        f"<span>{swatch(style)}<b>{endings.hundred(o.means)[-1]}</b></span>"
        for style, o in zip(drawn, summary.outcomes, strict=True)
    )
    return f'<div class="sb-slim" aria-hidden="true">Spirals of 100 {parts}</div>'


def _with_names(summary: Summary, weights: Weights) -> str:
    """The verdict with the policies' names set strong."""
    names = sorted((escape(n) for n in words.policy_names(summary.policies)), key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(n) for n in names))
    told = escape(verdicts.sentence(summary, weights))
    return pattern.sub(lambda match: f"<strong>{match[0]}</strong>", told)


def _key() -> str:
    """What the dots' shapes mean."""
    items = (
        f'<span><i class="sb-dot sb-{name.lower()}"></i>{glossary.marked(name.lower(), meaning, f"gl-ends-{n}")}</span>'
        for n, (name, meaning) in enumerate(zip(endings.NAMES, endings.MEANINGS, strict=True))
    )
    return f"<span data-count>100 crises end:</span> {' '.join(items)}"


def _row(summary: Summary, k: int, style: Style) -> str:
    outcome = summary.outcomes[k]
    counts = endings.hundred(outcome.means)
    drawn = "".join(
        f'<i class="sb-dot sb-{endings.NAMES[kind].lower()}"></i>' * counts[kind] for kind in (2, 1, 0)
    )
    figures = "".join(
        f'<span role="cell" class="sb-afig" data-answer="{key}" data-policy="{k}">{escape(text)}</span>'
        for key, text in zip(FIGURES, _figures(summary, k), strict=True)
    )
    return (
        f'<div role="row" class="sb-end" style="--c:{style.colour}">'
        f'<span role="rowheader" class="sb-who">{swatch(style)}<b>{escape(style.name)}</b></span>'
        f'<span role="cell" class="sb-dots"><span role="img" aria-label="{escape(ends_in_words(counts))} of 100">{drawn}</span></span>'
        f"{figures}</div>"
    )


def _figures(summary: Summary, k: int) -> tuple[str, str, str]:
    return figures_in_words(summary.outcomes[k].means, k == 0)


def figures_in_words(means: Mapping[str, float], is_none: bool) -> tuple[str, str, str]:
    """The share that spirals, what the public may lose, and what funds are spared."""
    lost, spared = means[TAXPAYER_TAIL.key], means[LOSSES_SPARED.key]
    kept = amount(spared, "$bn") if abs(spared) >= NOTHING else "nothing"
    return (
        f"{endings.hundred(means)[-1]} of 100",
        amount(lost, "$bn") if lost >= NOTHING else "nothing",
        "–" if is_none else kept,
    )
