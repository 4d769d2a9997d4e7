"""Results turned into sentences and figures with units. Pure functions; every claim is tested against the numbers.

Averages are means over paths, so that a difference of two figures is the difference shown beside them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from models.parameters.base import STRATEGIES
from models.scenario import SHOCKS, World
from models.worlds import flatten
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger, number
from policy.outcomes.scorecard import SPARED
from policy.outcomes.statistics import NOISE, Gap
from policy.outcomes.summary import UNITS, Cell, Outcome, Summary, Use
from policy.report import world_changes
from policy.spec import Policy, print_interventions
from ui.state import base_world, own_label

QUESTION = "When the Treasury market breaks, what should the Fed do, and who pays?"
QUIET = "A stylised model for learning and comparison, not a forecast."
TILE_TITLES = {
    "peak_dislocation_10y_bp": "Peak 10-year dislocation",
    "peak_dealer_use_pct": "Peak dealer balance-sheet use",
    "taxpayer_mean_bn": "Taxpayer, expected result",
    "taxpayer_es95_bn": "Taxpayer, 5% tail",
    SPARED: "Losses spared to funds",
    "unintended_easing_10y_bp": "Unintended easing, 10-year",
}
TILE_HELP = {
    "peak_dislocation_10y_bp": "largest 10-year yield over what swaps imply, beyond normal",
    "peak_dealer_use_pct": "largest use of the day's capacity",
    "taxpayer_mean_bn": "mean profit or loss of the public one year after the opening",
    "taxpayer_es95_bn": "mean result in the worst 5% of outcomes",
    SPARED: "what hedge funds lose less than under no action: moral hazard, first part",
    "unintended_easing_10y_bp": "largest fall of the 10-year from what the Fed holds and announces",
}
STRATEGY_NAMES = {"basis": "Basis", "swap_spread": "Swap spread", "off_the_run": "Off the run"}
EVIDENCE = {
    "found": "found in a source",
    "derived": "derived from a source",
    "assumed": "assumed: a judgement made here",
}
SHOCK_NAMES = {
    "real_money_sales": "Sales by real money",
    "client_financing": "Clients' demand for financing",
    "fundamentals": "Move of fundamentals",
    "swap_spread_shock": "Swap-spread shock",
    "off_the_run_shock": "Off-the-run shock",
    "basis_shock": "Basis shock",
    "desired_longs": "Asset managers' demand for futures",
    "money_fund_run": "Run of money funds",
    "margin_step": "Margin step",
    "auction_withdrawal": "Bidders' withdrawal from auctions",
}
LABELS = {
    "funds.scale": "Funds' leverage",
    "dealers.capacity_bn": "Dealers' capacity",
    "dealers.repo_footprint": "Balance sheet a dollar of repo uses",
    "yields.duration_slope_bp": "Duration effect on the 10-year",
    "yields.hedged_signal_share": "Signal of hedged purchases",
    "wedges.basis_beta": "Basis per unit of dealers' charge",
    "margins.margin_elasticity": "Margins' response to volatility",
    "margins.calm_haircut": "Repo haircut in calm",
    "funding.slack_bn": "Spare cash in repo",
    "funds.risk_limit_elasticity": "Funds' limits' response to volatility",
    "pace_bn": "Pace",
    "total_bn": "Total",
    "size_bn": "Size of an auction",
    "rate_bp": "Rate",
    "stigma_bp": "Stigma",
    "cap_bn": "Cap",
    "mix": "Split at 2, 5, 10 and 30 years",
    "first_loss_pct": "Treasury's first loss",
    "taper_days": "Taper",
}
METRIC_NAMES = {
    "dislocation_10y_bp": ("10-year dislocation", "bp"),
    "dislocation_30y_bp": ("30-year dislocation", "bp"),
    "off_the_run_10y_bp": ("10-year off-the-run premium", "bp"),
    "basis_bp": ("basis", "bp"),
    "repo_spread_bp": ("repo spread", "bp"),
    "dealer_use_pct": ("dealer balance-sheet use", "%"),
    "depth_mn": ("market depth", "$mn"),
    "volatility_bp": ("measured volatility", "bp a day"),
    "auction_tail_bp": ("auction tail", "bp"),
    "dealer_award_pct": ("dealer award", "%"),
}


# Figures


def amount(value: float, unit: str, signed: bool = False) -> str:
    """A figure with its unit: $bn as `$5.1bn`, others as `22.5 bp`; minus is a minus sign."""
    digits = _digits(value, unit)
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text, sign = "0", ""
    else:
        sign = "−" if value < 0 else ("+" if signed else "")
    if unit in ("$bn", "$mn"):
        return f"{sign}${text}{unit[1:]}"
    return f"{sign}{text}%" if unit.startswith("%") else f"{sign}{text} {unit}"


def _digits(value: float, unit: str) -> int:
    size = abs(value)
    if unit in ("$bn", "$mn"):
        return 2 if size < 1 else (1 if size < 100 else 0)
    return 1 if size < 1000 else 0


def span(gap: Gap, unit: str) -> str:
    """A 95% interval, without its unit."""
    digits = max(_digits(gap.low, unit), _digits(gap.high, unit))
    return f"{_bare(gap.low, digits)} to {_bare(gap.high, digits)}"


def _bare(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def figure(key: str, value: float) -> str:
    """The figure of a tile in words: what is a gain and what is a loss is said."""
    unit = UNITS[key]
    if key in ("taxpayer_mean_bn", "taxpayer_es95_bn"):
        profit = -value if key == "taxpayer_es95_bn" else value
        shown = amount(abs(profit), unit)
        return shown if shown == "$0bn" else f"{shown} {'gain' if profit > 0 else 'loss'}"
    return amount(value, unit)


def against_none(key: str, cell: Cell, outcome: Outcome) -> str:
    """The line under a figure: the difference to no action with its paired 95% interval."""
    gap, unit = cell.gap, UNITS[key]
    if abs(gap.value) < NOISE and abs(gap.high - gap.low) < NOISE:
        return "same as no action"
    if key == SPARED:
        return f"({span(gap, unit)}); funds bear {100 * outcome.borne_share:.0f}%"
    if all(amount(x, unit) == amount(0.0, unit) for x in (gap.value, gap.low, gap.high)):
        return "no visible difference"
    if key == "taxpayer_es95_bn":
        gap = Gap(-gap.value, -gap.high, -gap.low)
    shown = amount(gap.value, unit, signed=True)
    if unit.startswith("%"):
        shown = shown.removesuffix("%") + " points"
    return f"{shown} ({span(gap, unit)})"


def date_words(day: dt.date) -> str:
    """A date as `9 April`."""
    return f"{day.day} {day:%B}"


def day_words(summary: Summary, day: float) -> str:
    """The date of a simulated day."""
    return date_words(summary.calendar[min(round(day), len(summary.calendar) - 1)])


# Names


def policy_names(policies: Sequence[Policy]) -> tuple[str, ...]:
    """What policies are called on screen: their own label, or their title with the settings that differ."""
    names = [_policy_name(p) for p in policies]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: k + 1].count(name)})"
        for k, name in enumerate(names)
    )


def fold_name(made: Policy) -> str:
    """A policy's name without its settings, so that it stays while they are changed."""
    return own_label(made) or " + ".join(i.title for i in made.interventions)


def _policy_name(made: Policy) -> str:
    given = own_label(made)
    if given:
        return given
    return " + ".join(_intervention_name(i) for i in made.interventions)


def _intervention_name(made: Intervention) -> str:
    default = type(made)()
    changed = [key for key in type(made).model_fields if getattr(made, key) != getattr(default, key)]
    if not changed:
        return made.title
    shown = ", ".join(_setting_words(made, key) for key in changed[:2])
    return f"{made.title} ({shown}{', …' if len(changed) > 2 else ''})"


def _setting_words(made: Intervention, key: str) -> str:
    value = getattr(made, key)
    if isinstance(value, Trigger):
        return trigger_words(value) if key == "start" else f"{label(key).lower()} {trigger_words(value)}"
    if value is None:
        return f"no {label(key).lower()}"
    if isinstance(value, tuple):
        return " ".join(str(x) if isinstance(x, str) else number(x) for x in value).replace("_", " ")
    if isinstance(value, int | float):
        return f"{label(key).lower()} {number(value)}"
    return f"{label(key).lower()} {value}".replace("_", " ")


def trigger_words(trigger: Trigger) -> str:
    """A trigger as a clause."""
    name, unit = METRIC_NAMES[trigger.metric]
    side = "above" if trigger.above else "below"
    days = "1 day" if trigger.days == 1 else f"{trigger.days} days running"
    return f"{name} {side} {number(trigger.level)} {unit} for {days}"


def label(name: str) -> str:
    """A short name for a parameter or setting."""
    parts = name.split(".")
    if len(parts) == 3 and parts[1] in SHOCKS:
        shock = SHOCK_NAMES[parts[1]]
        return shock if parts[2] == "size" else f"{shock}: {_plain(parts[2]).lower()}"
    return LABELS.get(name) or LABELS.get(parts[-1]) or _plain(parts[-1])


def value_words(value: Any) -> str:
    """A setting's value, without its unit."""
    if value is None:
        return "never"
    if isinstance(value, Trigger):
        return trigger_words(value)
    if isinstance(value, dt.date):
        return f"{date_words(value)} {value.year}"
    if isinstance(value, tuple):
        return " / ".join(STRATEGY_NAMES.get(x, x) if isinstance(x, str) else value_words(x) for x in value)
    return str(value).replace("_", " ") if isinstance(value, bool | str) else number(value)


def _plain(name: str) -> str:
    for tail in ("_bn", "_bp", "_pct", "_mn", "_sd"):
        if name.endswith(tail):
            name = name.removesuffix(tail) + (" spread" if tail == "_sd" else "")
    return name.replace("_", " ").capitalize()


def help_text(about: dict[str, Any]) -> str:
    """What a parameter means, its unit, bounds, source and evidence."""
    lines = [about.get("meaning", "")]
    if "low" in about:
        lines.append(f"{about['unit'].capitalize()}, from {about['low']:g} to {about['high']:g}.")
    elif "unit" in about:
        lines.append(f"{about['unit'].capitalize()}.")
    if "source" in about:
        lines.append(f"Source: {about['source']} ({EVIDENCE[about['evidence']]}).")
    return "\n\n".join(line for line in lines if line)


def term_line(row: dict[str, Any]) -> str:
    """An assumption of the valuation: value, unit, meaning and evidence."""
    value = row["default"]
    shown = " / ".join(number(x) for x in value) if isinstance(value, list) else _shown(value)
    tag = f" ({EVIDENCE[row['evidence']]})" if "evidence" in row else ""
    return f"{label(row['name'])} {shown} {row.get('unit', '')}: {row['meaning']}{tag}".replace(" :", ":")


# Verdict


def verdict(summary: Summary) -> str:
    """One sentence: which policy lowers peak dislocation most and at what price, never a winner within noise."""
    key = "peak_dislocation_10y_bp"
    cells, names = summary.cells[key], policy_names(summary.policies)
    if max(c.value for c in cells) < 0.05:
        return "Nothing breaks in this world: the 10-year never trades away from swaps, so there is nothing for a policy to do."
    if len(cells) == 1:
        return f"Without action the 10-year's dislocation peaks at {amount(cells[0].value, 'bp')}; add a policy to compare."
    helpers = sorted((k for k in range(1, len(cells)) if _helps(cells[k])), key=lambda k: cells[k].value)
    if not helpers:
        return _no_help(cells, names)
    first = helpers[0]
    sentence = _lead(summary, helpers, names)
    other = _gentler(summary, helpers, first)
    if other is not None:
        sentence += f"; under {names[other]} it falls by {_fall(cells[other])} with {_price(summary, other)}"
    return sentence + "."


def _helps(cell: Cell) -> bool:
    return cell.gap.clear and cell.gap.value <= -0.05


def _fall(cell: Cell) -> str:
    return amount(-cell.gap.value, "bp")


def _no_help(cells: Sequence[Cell], names: Sequence[str]) -> str:
    peak = amount(cells[0].value, "bp")
    worse = [k for k in range(1, len(cells)) if cells[k].gap.clear and cells[k].gap.value >= 0.05]
    tail = "".join(f"; under {names[k]} it rises by {amount(cells[k].gap.value, 'bp')}" for k in worse)
    return f"No policy here lowers the peak 10-year dislocation of {peak} by more than noise{tail}."


def _lead(summary: Summary, helpers: Sequence[int], names: Sequence[str]) -> str:
    cells = summary.cells["peak_dislocation_10y_bp"]
    first = helpers[0]
    lowest = min(range(len(cells)), key=lambda k: cells[k].value)
    rival = summary.rivals["peak_dislocation_10y_bp"]
    if first == lowest and rival.clear:
        return (
            f"The peak 10-year dislocation falls most under {names[first]}: by {_fall(cells[first])} to "
            f"{amount(cells[first].value, 'bp')}, with {_price(summary, first)}"
        )
    second = sorted((k for k in range(len(cells)) if k != first), key=lambda k: cells[k].value)[0]
    return (
        f"The peak 10-year dislocation falls under {names[first]} by {_fall(cells[first])} to "
        f"{amount(cells[first].value, 'bp')}, with {_price(summary, first)}; "
        f"{names[second]} is within noise of it"
    )


def _price(summary: Summary, k: int) -> str:
    """What a policy costs in easing and in the taxpayer's tail."""
    easing = summary.cells["unintended_easing_10y_bp"][k].value
    tail = summary.cells["taxpayer_es95_bn"][k].value
    eased = f"{amount(easing, 'bp')} of unintended easing" if easing >= 0.05 else "no unintended easing"
    lost = (
        f"a 5% tail loss of {amount(tail, '$bn')} for the taxpayer"
        if tail >= 0.005
        else "no tail loss for the taxpayer"
    )
    return f"{eased} and {lost}"


def _gentler(summary: Summary, helpers: Sequence[int], first: int) -> int | None:
    """The policy that helps most among those that cost less easing and less tail than the first."""
    easing, tail = summary.cells["unintended_easing_10y_bp"], summary.cells["taxpayer_es95_bn"]
    better = [
        k
        for k in helpers
        if k != first
        and easing[k].value <= easing[first].value
        and tail[k].value <= tail[first].value
        and (easing[first].value - easing[k].value >= 0.05 or tail[first].value - tail[k].value >= 0.05)
    ]
    return better[0] if better else None


# Nothing happened, because…


def nothing_happened(summary: Summary) -> list[str]:
    """Why a policy was never used on any path, with the numbers on both sides."""
    names = policy_names(summary.policies)
    out = []
    for name, made, outcome in zip(names, summary.policies, summary.outcomes, strict=True):
        for use in outcome.uses:
            if use.intervention.name == "none" or use.used > 0:
                continue
            who = name if len(made.interventions) == 1 else f"{name}, {use.intervention.title.lower()}"
            out.append(f"{who}: nothing happened, because {_because(use, summary)}.")
    return out


def _because(use: Use, summary: Summary) -> str:
    start = getattr(use.intervention, "start", None)
    if use.started == 0 and start is not None:
        return _not_started(use, start, summary)
    if use.intervention.name == "hedged-auction":
        return _auction_unused(use)
    if use.intervention.name == "repo":
        return _facility_unused(use)
    if use.intervention.name == "outright":
        return "its size is zero"
    return "it moved nothing in this world on any path"


def _not_started(use: Use, start: Any, summary: Summary) -> str:
    if isinstance(start, dt.date):
        return f"it starts on {start.isoformat()}, after the last day ({summary.calendar[-1].isoformat()})"
    name, unit = METRIC_NAMES[start.metric]
    reach = "highest" if start.above else "lowest"
    return (
        f"its trigger was never met in time ({trigger_words(start)}): the {reach} close of the {name} "
        f"on any path was {use.extreme:.1f} {unit}"
    )


def _auction_unused(use: Use) -> str:
    made: Any = use.intervention
    if made.size_bn * made.total_bn == 0:
        return "its size is zero"
    if use.pressed <= NOISE and made.sellers == "funds":
        return "no fund had to sell the bundles it takes"
    return (
        f"the market's discount never reached the reserve discount of {made.reserve_discount:g} points per 100 "
        f"while there was something to sell: the largest on any path was {use.discount:.2f}"
    )


def _facility_unused(use: Use) -> str:
    made: Any = use.intervention
    price = made.rate_bp + made.stigma_bp
    if made.cap_bn == 0:
        return "its cap is zero"
    if use.missing <= NOISE:
        return "no repo funding was missing on any path"
    return (
        f"the repo spread never reached the facility's price of {price:g} bp (rate plus stigma) while funding was "
        f"missing: the widest on any path was {use.spread:.1f} bp"
    )


def rarely_used(summary: Summary) -> list[str]:
    """Policies that were used on fewer than half of the paths, so that medians show little of them."""
    names = policy_names(summary.policies)
    return [
        f"{name} was used on {100 * use.used:.0f}% of paths."
        for name, outcome in zip(names, summary.outcomes, strict=True)
        for use in outcome.uses
        if 0 < use.used < 0.5 and use.started > 0
    ]


# What changed


def world_lines(world: World) -> list[str]:
    """What differs from the episode as shipped, computed from the world."""
    base = flatten(base_world(world))
    return [
        f"{label(name)}: {_value(base[name])} → {_value(new)}{_unit(name)}"
        for name, new in world_changes(world).items()
    ]


def _unit(name: str) -> str:
    from policy.described import parameters

    found = next((row["unit"] for row in parameters(World()) if row["name"] == name), "")
    return f" {found}" if found else ""


def _value(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        if (
            isinstance(value, list | tuple)
            and all(isinstance(x, int | float) for x in value)
            and len(value) <= 4
        ):
            return " / ".join(number(x) for x in value)
        return str(value) if isinstance(value, str) else "other values"
    return f"{value:,.6g}"


def policy_lines(policies: Sequence[Policy], usual: Sequence[Policy]) -> list[str]:
    """What differs from the policies that the world is usually compared under."""
    defaults = {p.interventions: p for p in usual}
    names = policy_names(policies)
    here = {p.interventions for p in policies}
    kinds = {i.name for p in policies for i in p.interventions}
    lines = [
        f"{name}: {_policy_change(p)}"
        for name, p in zip(names, policies, strict=True)
        if p.interventions not in defaults
    ]
    gone = [p for key, p in defaults.items() if key not in here and p.interventions[0].name not in kinds]
    return lines + [f"{_policy_name(p)}: removed" for p in gone]


def _policy_change(made: Policy) -> str:
    changed = [
        f"{label(key)} {_shown(getattr(type(i)(), key))} → {_shown(getattr(i, key))}"
        for i in made.interventions
        for key in type(i).model_fields
        if getattr(i, key) != getattr(type(i)(), key)
    ]
    if len(made.interventions) > 1:
        changed.insert(0, "combines " + " and ".join(i.title.lower() for i in made.interventions))
    return "; ".join(changed) if changed else f"added ({print_interventions(made.interventions)})"


def _shown(value: Any) -> str:
    if isinstance(value, Trigger):
        return trigger_words(value)
    if value is None:
        return "never"
    if isinstance(value, tuple):
        return " / ".join(x.replace("_", " ") if isinstance(x, str) else number(x) for x in value)
    return number(value) if isinstance(value, int | float) else str(value).replace("_", " ")


# Findings: the titles of charts


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


def _finding_peak(summary: Summary, series: str, row: int | None, what: str, unit: str, least: float) -> str:
    peaks = _peaks(summary, series, row)
    names = policy_names(summary.policies)
    values = [p for p, _ in peaks]
    medians = [o.bands[series][1] if row is None else o.bands[series][1][:, row] for o in summary.outcomes]
    if max(float(m.max() - m[0]) for m in medians) < least:
        return f"The median {what} stays at {amount(values[0], unit)}"
    text = f"The median {what} peaks at {amount(values[0], unit)} on {day_words(summary, peaks[0][1])} under {names[0].lower()}"
    best = _lowest(summary, values, least)
    if best is None:
        return text + ("; no policy lowers it" if len(values) > 1 else "")
    return f"{text}; lowest, at {amount(values[best], unit)}, under {names[best]}"


def finding_parts(summary: Summary, tenor: int, row: int) -> str:
    """The yield chart's title."""
    peaks = [p for p, _ in _peaks(summary, "dysfunction_bp", row)]
    names = policy_names(summary.policies)
    if max(peaks) < 0.05:
        return f"Dysfunction adds nothing to the {tenor}-year yield"
    text = (
        f"Dysfunction adds up to {amount(peaks[0], 'bp')} to the {tenor}-year yield under {names[0].lower()}"
    )
    best = _lowest(summary, peaks, 0.05)
    return text if best is None else f"{text}, {amount(peaks[best], 'bp')} under {names[best]}"


def finding_dislocation(summary: Summary) -> str:
    """The dislocation chart's title."""
    return _finding_peak(summary, "dislocation_bp", 2, "10-year dislocation", "bp", 0.05)


def finding_dealers(summary: Summary) -> str:
    """The dealer chart's title."""
    peaks = [p for p, _ in _peaks(summary, "dealer_use_pct")]
    names = policy_names(summary.policies)
    above = [name for name, peak in zip(names, peaks, strict=True) if peak > 90]
    first = f"Dealers' balance sheets fill to {amount(peaks[0], '%')} of capacity under {names[0].lower()}"
    if above == [names[0]] and len(names) > 1:
        return f"{first}; every policy keeps the median below 90%"
    if not above:
        return f"{first}; no median passes 90%"
    if len(above) == len(names):
        return f"{first}; " + ("it passes 90%" if len(names) == 1 else "every policy's median passes 90%")
    return f"{first}; the median passes 90% under {listed(above)}"


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
    text = _finding_peak(summary, "repo_spread_bp", None, "repo spread", "bp", 0.05)
    lent = [p for p, _ in _peaks(summary, "facility_bn")]
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
    tails = [c.value for c in summary.cells["taxpayer_es95_bn"]]
    names = policy_names(summary.policies)
    k = max(range(len(tails)), key=lambda n: tails[n])
    if tails[k] < 0.005:
        return "No policy leaves the taxpayer a loss in the worst 5% of outcomes"
    mean = summary.cells["taxpayer_mean_bn"][k].value
    others = [n for n in range(len(tails)) if n != k]
    rest = "; no other policy has a tail loss" if others and all(tails[n] < 0.005 for n in others) else ""
    return (
        f"The taxpayer risks most under {names[k]}: {figure('taxpayer_mean_bn', mean)} expected, "
        f"{amount(tails[k], '$bn')} lost on average in the worst 5%{rest}"
    )


def finding_funds(summary: Summary) -> str:
    """The fund-loss chart's title."""
    base = summary.outcomes[0].means["fund_losses_bn"]
    names = policy_names(summary.policies)
    if abs(base) < 0.005:
        return "Funds lose nothing under no action, so there is nothing to spare"
    text = f"Funds lose {amount(base, '$bn')} under {names[0].lower()}"
    cells = summary.cells[SPARED]
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


def lower(text: str) -> str:
    """A title within a sentence: names keep their capital."""
    return text if text.startswith(("Fed", "Treasury", "SPV")) else text[0].lower() + text[1:]


def listed(items: Sequence[str]) -> str:
    """Names in a sentence."""
    if not items:
        return "nothing"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
