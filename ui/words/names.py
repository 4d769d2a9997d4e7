"""Names of policies, settings, parameters and outcomes as people read them, and the sentences that stand everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from models import series
from models.library import SHIPPED, shipped
from models.scenario import SHOCKS, World
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger, number
from policy.spec import Policy
from ui.state import state as s
from ui.state.state import own_label
from ui.words.amounts import date_words

QUESTION = "When the Treasury market breaks, what should the Fed do, and who pays?"
QUIET = "A stylised model for learning and comparison, not a forecast."
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
    "cash_drain": "Drain of cash from repo",
    "dealer_lending_cut": "Dealers' cut of lending to funds",
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
    "dealers.market_size": "Size of the market",
    "dealers.slow_demand_bn": "Bonds that price-elastic investors want per bp",
    "dealers.slow_speed": "Speed of price-elastic investors",
    "dealers.strategic_selling": "Strategic selling: more while the market moves",
    "yields.independence_doubt_bp": "Doubt of the Fed's independence",
    "issuance.weakness_memory": "A weak auction weakens the next",
    "dealers.unhurried_share": "Part of purchases from holders in no hurry",
    "funding.slack_bn": "Spare cash in repo",
    "funding.charge_pass_through": "Dealers' charge passed on to repo",
    "funding.scarcity_bp": "Price of cash beyond spare cash",
    "funding.scarcity_width": "Room until cash gets dear",
    "funding.rationing_spread_bp": "Price beyond which lenders ration",
    "wedges.memory_share": "Part of price gaps that follows past days",
    "wedges.memory_half_life_days": "How long price gaps remember",
    "wedges.off_the_run_volatility": "Off-the-run premium per bp of volatility",
    "margins.calm_volatility_loadings": "Calm volatility by tenor",
    "funds.margin_call_speed": "Speed at which margin calls are met",
    "liquidity.fast_volatility_half_life_days": "Memory of volatility that quotes follow",
    "liquidity.depth_floor_mn": "Floor of market depth",
    "slope_bn": "Lent per bp by which cash is dearer",
    "funds.risk_limit_elasticity": "Funds' limits' response to volatility",
    "pace_bn": "Pace",
    "total_bn": "Total",
    "size_bn": "Size of an auction",
    "rate_bp": "Rate",
    "stigma_bp": "Stigma",
    "cap_bn": "Cap",
    "penalty_bp": "Penalty",
    "penalty_rise_bp": "Rise of the penalty with use",
    "exit_bp": "Sell back below",
    "mix": "Split at 2, 5, 10 and 30 years",
    "first_loss_pct": "Treasury's first loss",
    "taper_days": "Taper",
}
METRIC_NAMES = {
    "dislocation_10y_bp": ("10-year dislocation", "bp"),
    "dislocation_30y_bp": ("30-year dislocation", "bp"),
    "off_the_run_10y_bp": ("10-year off-the-run premium", "bp"),
    series.BASIS: ("basis", "bp"),
    series.REPO_SPREAD: ("repo spread", "bp"),
    series.DEALER_USE: ("dealer balance-sheet use", "%"),
    series.DEPTH: ("market depth", "$mn"),
    series.VOLATILITY: ("measured volatility", "bp a day"),
    series.AUCTION_TAIL: ("auction tail", "bp"),
    series.DEALER_AWARD: ("dealer award", "%"),
}


# Names


def policy_names(policies: Sequence[Policy]) -> tuple[str, ...]:
    """What policies are called on screen: their own label, or their title with the settings that differ."""
    names = [policy_name(p) for p in policies]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: k + 1].count(name)})"
        for k, name in enumerate(names)
    )


def fold_name(policy: Policy) -> str:
    """A policy's name without its settings, so that it stays while they are changed."""
    return own_label(policy) or " + ".join(i.title for i in policy.interventions)


def policy_name(policy: Policy) -> str:
    given = own_label(policy)
    if given:
        return given
    return " + ".join(_intervention_name(i) for i in policy.interventions)


def _intervention_name(intervention: Intervention) -> str:
    default = type(intervention)()
    changed = [
        key
        for key in type(intervention).model_fields
        if getattr(intervention, key) != getattr(default, key) and key not in intervention.idle()
    ]
    if not changed:
        return intervention.title
    shown = ", ".join(_setting_words(intervention, key) for key in changed[:2])
    return f"{intervention.title} ({shown}{', …' if len(changed) > 2 else ''})"


def _setting_words(intervention: Intervention, key: str) -> str:
    value = getattr(intervention, key)
    if isinstance(value, Trigger):
        return trigger_words(value) if key == "start" else f"{label(key).lower()} {trigger_words(value)}"
    if value is None:
        return f"no {label(key).lower()}"
    if isinstance(value, tuple) and key.endswith("_bp"):
        return f"{label(key).lower()} {'/'.join(number(x) for x in value)}"
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
    shown = " / ".join(number(x) for x in value) if isinstance(value, list) else shown_value(value)
    tag = f" ({EVIDENCE[row['evidence']]})" if "evidence" in row else ""
    return f"{label(row['name'])} {shown} {row.get('unit', '')}: {row['meaning']}{tag}".replace(" :", ":")


def shown_value(value: Any) -> str:
    if isinstance(value, Trigger):
        return trigger_words(value)
    if value is None:
        return "never"
    if isinstance(value, tuple):
        return " / ".join(x.replace("_", " ") if isinstance(x, str) else number(x) for x in value)
    return number(value) if isinstance(value, int | float) else str(value).replace("_", " ")


def changed_words(world: World) -> str:
    """The world's title, and that it was changed where it was."""
    title = shipped(world.name).title if world.name in SHIPPED else world.title or world.name
    return title if world == s.base_world(world) else f"{title} (changed)"


GROUP_NAMES = {
    "yields": "Yields",
    "dealers": "Dealers",
    "wedges": "Price gaps of the trades",
    "margins": "Margins and haircuts",
    "funding": "Repo funding",
    "funds": "Hedge funds",
    "issuance": "Treasury auctions",
    "liquidity": "Market depth",
    "scenario": "Shocks and scenario",
}
