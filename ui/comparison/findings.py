"""What each chart shows, in a sentence that is tested against its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from models.parameters.base import STRATEGIES
from models.series import DYSFUNCTION, FACILITY
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import (
    FUND_LOSSES,
    LOSSES_SPARED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    PEAK_REPO_SPREAD,
    PEAK_YIELD,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
)
from policy.outcomes.summary import Summary
from ui.words.amounts import amount, date_words, day_words, figure, listed
from ui.words.endings import hundred
from ui.words.names import STRATEGY_NAMES, policy_names


def _peaks(summary: Summary, series: str, row: int | None = None) -> list[tuple[float, int]]:
    """Peak of the median and its day, by policy."""
    out = []
    for outcome in summary.outcomes:
        median = outcome.bands[series][1] if row is None else outcome.bands[series][1][:, row]
        at = int(median.argmax())
        out.append((float(median[at]), at))
    return out


def _lowest(summary: Summary, values: Sequence[float], least: float) -> int | None:
    """The policy with the lowest value, where it is below no action by at least `least`."""
    k = min(range(len(values)), key=lambda n: values[n])
    return k if k and values[0] - values[k] >= least else None


def _finding_peak(summary: Summary, metric: Metric, what: str, least: float) -> str:
    """How high it goes, as the scorecard counts it: the mean over paths of each path's peak."""
    values = [o.means[metric.key] for o in summary.outcomes]
    names, shown = policy_names(summary.policies), [level(v, metric.unit) for v in values]
    text = f"{what} peaks at {shown[0]} on average under {names[0].lower()}"
    best = _lowest(summary, values, least)
    if best is None:
        return text + ("; no policy lowers it" if len(values) > 1 and values[0] >= least else "")
    return f"{text}; lowest, at {shown[best]}, under {names[best]}"


def level(value: float, unit: str) -> str:
    """A level of a yield with two decimals, anything else as an amount."""
    return f"{value:.2f}%" if unit == "%" else amount(value, unit)


def finding_yield(summary: Summary) -> str:
    """The title of the chart of the 10-year yield."""
    return _finding_peak(summary, PEAK_YIELD, "The 10-year yield", 0.005)


def finding_parts(summary: Summary, tenor: int, row: int) -> str:
    """The yield chart's title."""
    peaks = [p for p, _ in _peaks(summary, DYSFUNCTION, row)]
    names = policy_names(summary.policies)
    if max(peaks) < 0.05:
        return f"Dysfunction adds nothing to the {tenor}-year yield"
    text = f"At the median, dysfunction adds up to {amount(peaks[0], 'bp')} to the {tenor}-year yield under {names[0].lower()}"
    best = _lowest(summary, peaks, 0.05)
    return text if best is None else f"{text}, {amount(peaks[best], 'bp')} under {names[best]}"


def finding_dislocation(summary: Summary) -> str:
    """The dislocation chart's title."""
    return _finding_peak(summary, PEAK_DISLOCATION, "The 10-year's dislocation", 0.05)


def finding_peaks(summary: Summary) -> str:
    """The title of how far prices break, path by path: the shares of the humps are those of the ends."""
    names = policy_names(summary.policies)
    told = [
        f"{counts[2]} spiral, {counts[1]} are disorderly and {counts[0]} contained under {name if k else name.lower()}"
        for k, (name, counts) in enumerate(
            zip(names, (hundred(o.means) for o in summary.outcomes), strict=True)
        )
    ]
    return f"Of 100 crises {'; '.join(told[:2])}"


def finding_dealers(summary: Summary) -> str:
    """The dealer chart's title."""
    peaks = [o.means[PEAK_DEALER_USE.key] for o in summary.outcomes]
    names = policy_names(summary.policies)
    above = [name for name, peak in zip(names, peaks, strict=True) if peak > 90]
    first = f"Dealers' balance sheets fill to {amount(peaks[0], '%')} of capacity on average under {names[0].lower()}"
    if len(names) == 1:
        return first
    if above == [names[0]]:
        return f"{first}; every policy keeps them below 90%"
    if not above:
        return f"{first}; none passes 90%"
    if len(above) == len(names):
        return f"{first}; they pass 90% under every policy"
    return f"{first}; they pass 90% under {listed(above)}"


def finding_sales(summary: Summary) -> str:
    """The forced-sales chart's title."""
    totals = [sum(o.sold) for o in summary.outcomes]
    names = policy_names(summary.policies)
    if max(totals) < 0.005:
        return "No fund is forced to sell"
    most = max(range(len(STRATEGIES)), key=lambda j: summary.outcomes[0].sold[j])
    text = f"Funds must sell {amount(totals[0], '$bn')} under {names[0].lower()}"
    if _majority(summary, most):
        text += f", most of it {STRATEGY_NAMES[STRATEGIES[most]].lower().replace(' ', '-')} trades"
    best = _lowest(summary, totals, 0.05)
    return text if best is None else f"{text}; least, {amount(totals[best], '$bn')}, under {names[best]}"


def _majority(summary: Summary, j: int) -> bool:
    sold = summary.outcomes[0].sold
    return sold[j] > sum(sold) / 2


def finding_repo(summary: Summary) -> str:
    """The repo chart's title."""
    text = _finding_peak(summary, PEAK_REPO_SPREAD, "The repo spread", 0.05)
    lent = [p for p, _ in _peaks(summary, FACILITY)]
    k = max(range(len(lent)), key=lambda n: lent[n])
    if lent[k] < 0.05:
        return f"{text}; at the median no facility lends"
    return f"{text}; up to {amount(lent[k], '$bn')} is lent under {policy_names(summary.policies)[k]}"


def issue_names(summary: Summary) -> tuple[str, ...]:
    """Each auction day by date, tenors and size."""
    auctions = summary.world.scenario.auctions
    days = sorted({a.day for a in auctions})
    named = []
    for day in days:
        what = ", ".join(f"{a.tenor_years:g}-year ${a.size_bn:g}bn" for a in auctions if a.day == day)
        named.append(f"{date_words(summary.calendar[day])}: {what}")
    return tuple(named)


def finding_issues(summary: Summary) -> str:
    """The title of the chart of Treasury auctions."""
    names = policy_names(summary.policies)
    none = summary.outcomes[0].issues
    worst = max(range(len(none)), key=lambda n: none[n].award[1])
    text = (
        f"Dealers take {none[worst].award[1]:.1f}% of {issue_names(summary)[worst]} under {names[0].lower()}, "
        f"with a tail of {none[worst].tail:.1f} bp"
    )
    failing = [(max(i.near_failure for i in o.issues), k) for k, o in enumerate(summary.outcomes)]
    share, k = max(failing)
    if share == 0:
        return f"{text}; no auction comes near failure"
    return f"{text}; an award above 40%, close to a failed auction, on {100 * share:.0f}% of paths under {names[k]}"


def bundles_needed(summary: Summary) -> str:
    """Which bundles an auction would have had to take, from what funds must sell without it."""
    sold = summary.outcomes[0].sold
    if sum(sold) < 0.005:
        return ""
    parts = [
        f"{STRATEGY_NAMES[s].lower()} {amount(v, '$bn')}"
        for s, v in zip(STRATEGIES, sold, strict=True)
        if v >= 0.05
    ]
    return f"Bundles that would have had to be taken over under no action: {listed(parts)}."


def finding_taxpayer(summary: Summary) -> str:
    """The taxpayer chart's title."""
    tails = [c.value for c in summary.cells[TAXPAYER_TAIL.key]]
    names = policy_names(summary.policies)
    k = max(range(len(tails)), key=lambda n: tails[n])
    if tails[k] < 0.005:
        return "No policy leaves the taxpayer a loss in the worst 5% of outcomes"
    mean = summary.cells[TAXPAYER_MEAN.key][k].value
    others = [n for n in range(len(tails)) if n != k]
    rest = "; no other policy has a tail loss" if others and all(tails[n] < 0.005 for n in others) else ""
    return (
        f"The taxpayer risks most under {names[k]}: {figure(TAXPAYER_MEAN.key, mean)} expected, "
        f"{amount(tails[k], '$bn')} lost on average in the worst 5%{rest}"
    )


def finding_funds(summary: Summary) -> str:
    """The fund-loss chart's title."""
    base = summary.outcomes[0].means[FUND_LOSSES.key]
    names = policy_names(summary.policies)
    if abs(base) < 0.005:
        return "Funds lose nothing under no action, so there is nothing to spare"
    text = f"Funds lose {amount(base, '$bn')} under {names[0].lower()}"
    cells = summary.cells[LOSSES_SPARED.key]
    k = max(range(len(cells)), key=lambda n: cells[n].value)
    if k == 0 or cells[k].value < 0.005:
        return f"{text}; no policy spares them any of it"
    return f"{text}; they are spared most, {amount(cells[k].value, '$bn')}, under {names[k]}"


def finding_timeline(summary: Summary) -> str:
    """The timeline's title."""
    first = next((m for m in summary.outcomes[0].milestones if m.name == "First forced sale"), None)
    names = policy_names(summary.policies)
    starts = {
        name: m
        for name, o in zip(names, summary.outcomes, strict=True)
        for m in o.milestones
        if m.name == "Policy starts"
    }
    if first is None:
        return "No fund is forced to sell under no action"
    text = f"The first forced sale comes on {day_words(summary, first.day)} under {names[0].lower()}"
    if not starts:
        return text
    early = min(starts, key=lambda name: starts[name].day)
    return f"{text}; the earliest policy, {early}, starts on {day_words(summary, starts[early].day)}"
