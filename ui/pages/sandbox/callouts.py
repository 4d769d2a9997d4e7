"""Call-outs beside the headline: why nothing happened, and what to be careful about, each with a fix of one click.

A call-out is a sentence and a change of the state. The click goes through `ui.state.session.attempt`, so it can be undone
and a refusal stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from models import series
from models.library import shipped
from models.parameters.base import STRATEGIES
from models.scenario import SHOCKS, Shock
from policy.comparison import equal_trigger_and_pace
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger, number
from policy.outcomes.attribution import active_groups
from policy.outcomes.scorecard import PEAK_DISLOCATION
from policy.outcomes.statistics import NOISE
from policy.outcomes.summary import VISIBLE, Summary, Use
from policy.spec import build_intervention, policy
from ui.comparison import unused
from ui.state import state as s
from ui.state.session import attempt
from ui.state.state import State
from ui.widgets.boxes import plain, show_refusal
from ui.words import amounts
from ui.words import names as words

Kind = Literal["nothing", "warning"]
Change = Callable[[State], State]
MORE_PATHS = 1024
FULL = 0.9  # use of capacity from which dealers open nearly full
STRESSED = "crowded"  # the shipped world in which trades are sold
RUN = "funding_run"  # the shipped world in which repo funding is missing
ACTED = "march_2020"  # the shipped world in which the Fed acted
LARGEST = 5.0  # bound of a shock's size
PACES = {"outright": "pace_bn", "hedged-auction": "size_bn", "hedged-purchases": "pace_bn"}


@dataclass(frozen=True)
class Callout:
    """A sentence, what a click does in words, and the change it makes.

    Both are nothing where another call-out of the page already carries the fix.
    """

    kind: Kind
    key: str
    text: str
    fix: str | None
    change: Change | None


def callouts(state: State, summary: Summary) -> tuple[Callout, ...]:
    """All call-outs of a comparison: those about the world first, then why nothing happened, then warnings."""
    offered = (
        *_quiet_world(state, summary), *_full_dealers(state), *_unused(state, summary), *_rare(state, summary),
        *_late(state, summary), *_unlike(state), *_unclear(state, summary),
    )  # fmt: skip
    return tuple(offered)


def draw(state: State, summary: Summary) -> None:
    """Draws them, each with its button."""
    for n, callout in enumerate(callouts(state, summary)):
        key = f"callout.{callout.key}"
        with st.container(key=f"callout_{n}", border=False, gap="xsmall"):
            if callout.kind == "nothing":
                st.info(plain(callout.text), icon=":material/info:")
            else:
                st.warning(plain(callout.text), icon=":material/warning:")
            if callout.fix is None:
                continue
            st.button(
                plain(callout.fix), key=key, icon=":material/build:", type="tertiary", on_click=attempt,
                args=(key, callout.change),
            )  # fmt: skip
            show_refusal(key)


# The world


def _quiet_world(state: State, summary: Summary) -> list[Callout]:
    """A world in which no fund sells, whoever acts."""
    if sum(summary.outcomes[0].sold) >= 0.005:
        return []
    if not active_groups(state.world.scenario):
        text = "This world has no shock: no fund must sell and no policy has anything to do."
        return [_open_stressed("quiet_world", text)]
    text = "No fund must sell in this world, so policies that take over positions have nothing to take."
    return [_larger("quiet_world", text, state)]


def _open_stressed(key: str, text: str, kind: Kind = "warning") -> Callout:
    return _open(STRESSED, "Open “{}”", key, text, kind)


def _open(name: str, fix: str, key: str, text: str, kind: Kind) -> Callout:
    """Another shipped world; policies of one's own stay."""
    title = shipped(name).title
    return Callout(kind, key, text, fix.format(title), lambda now: s.with_episode(now, name))


def _larger(key: str, text: str, state: State, kind: Kind = "warning") -> Callout:
    """Shocks twice as large, or the stressed world where they are at their largest."""
    if not _growing(state):
        return _open_stressed(key, text, kind)
    return Callout(kind, key, text, "Make every shock twice as large", _twice)


def _growing(state: State) -> dict[str, float]:
    """Sizes of the active shocks, doubled within their bound, where that changes them."""
    names = [n for g in active_groups(state.world.scenario) for n in g.names]
    sizes: dict[str, float] = {n: _shock(state, n).size for n in SHOCKS if n in names}
    return {n: min(LARGEST, 2 * size) for n, size in sizes.items() if 0 < size < LARGEST}


def _shock(state: State, name: str) -> Shock:
    shock: Shock = getattr(state.world.scenario, name)
    return shock


def _twice(state: State) -> State:
    return s.with_world(state, {f"scenario.{n}.size": size for n, size in _growing(state).items()})


def _full_dealers(state: State) -> list[Callout]:
    """Dealers who open nearly full, so that any shock breaks the market."""
    use = state.world.dealers.calm_use
    if use < FULL:
        return []
    usual = s.base_world(state.world).dealers.calm_use
    usual = usual if usual < FULL else shipped(STRESSED).dealers.calm_use
    text = (
        f"Dealers open with {100 * use:.0f}% of their balance sheet in use, so any shock breaks the market."
    )
    return [
        Callout(
            "warning", "full_dealers", text, f"Let them open at {100 * usual:.0f}%",
            lambda now: s.with_world(now, {"dealers.calm_use": usual}),
        )
    ]  # fmt: skip


# Nothing happened


def _unused(state: State, summary: Summary) -> list[Callout]:
    """The sentences of `words.nothing_happened`, each with what would make the policy act."""
    where = [
        (k, part, use)
        for k, outcome in enumerate(summary.outcomes)
        for part, use in enumerate(outcome.uses)
        if use.intervention.name != "none" and use.used <= 0
    ]
    lines = unused.nothing_happened(summary)
    return [
        _nothing(f"nothing.{k}.{part}", line, state, summary, k, part, use)
        for line, (k, part, use) in zip(lines, where, strict=True)
    ]


def _nothing(key: str, text: str, state: State, summary: Summary, k: int, part: int, use: Use) -> Callout:
    intervention: Any = use.intervention
    if not active_groups(state.world.scenario):
        return Callout("nothing", key, text, None, None)
    if getattr(intervention, "start", None) is not None and use.started == 0:
        return _never_started(key, text, state, summary, k, part, use)
    unset = _sizes(intervention)
    if unset:
        shown = " and ".join(f"{words.label(n).lower()} of {_bn(v)}" for n, v in unset.items())
        return _set(key, text, f"Give it a {shown}", k, part, unset)
    if intervention.name == "actual":
        return _open(ACTED, "Open “{}”, where the Fed acted", key, text, "nothing")
    if intervention.name == "hedged-auction":
        return _sell(key, text, state, summary, k, part, use)
    if intervention.name in unused.FACILITIES:
        return _lend(key, text, state, k, part, use)
    return _other(key, text, state, k, part, intervention)


def _never_started(
    key: str, text: str, state: State, summary: Summary, k: int, part: int, use: Use
) -> Callout:
    """An earlier start, or another world where even that would give the policy nothing to do here."""
    intervention: Any = use.intervention
    if isinstance(intervention.start, Trigger):
        if intervention.name in unused.FACILITIES and use.cash <= unused.facility_price(intervention):
            return _where_cash_is_dear(key, text, state)
        if intervention.name == "hedged-auction" and use.discount < use.reserve:
            known = state.world.name == STRESSED
            return _larger(key, text, state, "nothing") if known else _open_stressed(key, text, "nothing")
    return _start_earlier("nothing", key, text, summary, k, part)


def _sell(key: str, text: str, state: State, summary: Summary, k: int, part: int, use: Use) -> Callout:
    """What gives an auction something to buy: a lower reserve, more trades, or larger shocks."""
    intervention: Any = use.intervention
    if use.pressed > NOISE or intervention.sellers != "funds":
        return _lower_reserve(key, text, k, part, use)
    if sum(summary.outcomes[0].sold) >= 0.005:
        return _set(key, text, "Let it take bundles of all three trades", k, part, {"strategies": STRATEGIES})
    return _larger(key, text, state, "nothing")


def _bn(value: float) -> str:
    return f"${number(value)}bn"


def _sizes(intervention: Intervention) -> dict[str, float]:
    """Sizes that are zero, with their default."""
    names = [n for n in ("pace_bn", "size_bn", "total_bn", "cap_bn") if n in type(intervention).model_fields]
    return {n: getattr(type(intervention)(), n) for n in names if getattr(intervention, n) == 0}


def _set(key: str, text: str, fix: str, k: int, part: int, changes: dict[str, Any]) -> Callout:
    return Callout("nothing", key, text, fix, lambda state: _with_settings(state, k, part, changes))


def _with_settings(state: State, k: int, part: int, changes: dict[str, Any]) -> State:
    """Several settings of one intervention at once, since some only go together. Raises `Refused`."""
    old = state.policies[k]
    parts = list(old.interventions)
    parts[part] = build_intervention(parts[part].name, parts[part].changed(changes))
    changed = policy(parts, s.own_label(old))
    return s.with_policies(state, (*state.policies[:k], changed, *state.policies[k + 1 :]))


def _start_earlier(kind: Kind, key: str, text: str, summary: Summary, k: int, part: int) -> Callout:
    day = summary.calendar[early_day(summary)]
    fix = f"Start it on {amounts.date_words(day)}"
    return Callout(
        kind, key, text, fix, lambda state: s.with_setting(state, k, part, "start", day.isoformat())
    )


def early_day(summary: Summary) -> int:
    """The day on which funds must first sell under no action; the first day where they need not."""
    first = next((m for m in summary.outcomes[0].milestones if m.name == "First forced sale"), None)
    return max(1, round(first.day)) if first else 1


def _lower_reserve(key: str, text: str, k: int, part: int, use: Use) -> Callout:
    """The price at half of the largest discount that the market reached, in whole bp or hundredths of a point."""
    auction: Any = use.intervention
    steps, digits = (100, 2) if auction.in_points else (1, 0)
    reserve = math.floor(steps * use.discount / 2) / steps
    price, leave = ("reserve_discount", "exit_discount") if auction.in_points else ("penalty_bp", "exit_bp")
    changes: dict[str, Any] = {price: reserve}
    if auction.exit == "market" and auction.exit_below >= reserve:
        changes |= {leave: reserve / 2} if reserve > 0 else {"exit": "delivery"}
    unit = "points per 100" if auction.in_points else "bp"
    shown = (
        f"{reserve:.{digits}f} {unit}, half of that"
        if reserve > 0
        else "zero: it then pays the market's price"
    )
    name = "reserve" if auction.in_points else "penalty"
    return _set(key, text, f"Set the {name} to {shown}", k, part, changes)


def _lend(key: str, text: str, state: State, k: int, part: int, use: Use) -> Callout:
    """A rate below the market's, or a world in which cash is dear."""
    facility: Any = use.intervention
    calm = state.world.funding.calm_spread_bp
    price = unused.facility_price(facility)
    if use.cash > calm + NOISE:
        # At a price not above the calm one it lends as soon as cash costs more than in calm, whatever stigma adds.
        rate = max(-50.0, math.floor(calm - price + facility.rate_bp))
        return _set(key, text, f"Lower its rate to {number(rate)} bp", k, part, {"rate_bp": rate})
    return _where_cash_is_dear(key, text, state)


def _where_cash_is_dear(key: str, text: str, state: State) -> Callout:
    """The world in which repo funding is missing, or larger shocks where it is on the screen already."""
    if state.world.name == RUN:
        return _larger(key, text, state, "nothing")
    return _open(RUN, "Try it in “{}”", key, text, "nothing")


def _other(key: str, text: str, state: State, k: int, part: int, intervention: Intervention) -> Callout:
    """Its default settings where it has others; else a world in which more happens."""
    if intervention != type(intervention)():
        return Callout(
            "nothing", key, text, "Give it its default settings",
            lambda now: _with_settings(now, k, part, type(intervention)().settings()),
        )  # fmt: skip
    return _larger(key, text, state, "nothing")


# Warnings


def _rare(state: State, summary: Summary) -> list[Callout]:
    """The sentences of `words.rarely_used`: a start by date where triggers are seldom met, else larger shocks."""
    where = [
        (k, part, use)
        for k, outcome in enumerate(summary.outcomes)
        for part, use in enumerate(outcome.uses)
        if 0 < use.used < 0.5 and use.started > 0
    ]
    out = []
    for line, (k, part, use) in zip(unused.rarely_used(summary), where, strict=True):
        text, key = f"{line} Medians show little of it; means and tails show it.", f"rare.{k}.{part}"
        start = getattr(use.intervention, "start", None)
        if start is not None and use.started < 0.5:
            out.append(_start_earlier("warning", key, text, summary, k, part))
        else:
            out.append(_larger(key, text, state))
    return out


def _late(state: State, summary: Summary) -> list[Callout]:
    """Policies that start once the worst is over under no action, on most paths."""
    over = crisis_end(summary)
    if over is None:
        return []
    names, out = words.policy_names(summary.policies), []
    for k, (late, outcome) in enumerate(zip(summary.policies, summary.outcomes, strict=True)):
        starts = next((m.day for m in outcome.milestones if m.name == "Policy starts"), None)
        if starts is None or starts <= over or len(late.interventions) > 1:
            continue
        text = (
            f"{names[k]} starts on {amounts.day_words(summary, starts)} (median path), when half of the dislocation is gone "
            f"under no action ({amounts.day_words(summary, over)}): it comes too late to matter."
        )
        out.append(_start_earlier("warning", f"late.{k}", text, summary, k, 0))
    return out


def crisis_end(summary: Summary) -> int | None:
    """First day after the peak on which the median 10-year dislocation under no action is below half of it."""
    median = summary.outcomes[0].bands[series.DISLOCATION][1][:, 2]
    peak = int(median.argmax())
    if median[peak] < 1:
        return None
    after = [day for day in range(peak, len(median)) if median[day] < median[peak] / 2]
    return after[0] if after else None


def _unlike(state: State) -> list[Callout]:
    """Policies that buy, but start differently or buy at another pace."""
    buyers = [(k, p) for k, p in enumerate(state.policies) if _buyer(p.interventions)]
    if len(buyers) < 2 or equal_trigger_and_pace([p for _, p in buyers]).equal:
        return []
    first = buyers[0][1]
    names = words.policy_names(state.policies)
    text = f"Policies that buy differ ({_terms(state, [k for k, _ in buyers])}): gaps between them may come from that alone."
    shared = [k for k, _ in buyers[1:]]

    def change(now: State) -> State:
        model: Any = first.interventions[0]
        pace = getattr(model, PACES[model.name])
        for k in shared:
            own = PACES[now.policies[k].interventions[0].name]
            now = _with_settings(now, k, 0, {"start": str(model.start), own: pace})
        return now

    return [
        Callout(
            "warning",
            "unlike",
            text,
            f"Give all of them the start and pace of {names[buyers[0][0]]}",
            change,
        )
    ]


def _terms(state: State, which: list[int]) -> str:
    """When and how fast each policy buys, in words."""
    names = words.policy_names(state.policies)
    told = []
    for k in which:
        intervention: Any = state.policies[k].interventions[0]
        start = intervention.start
        begins = words.trigger_words(start) if isinstance(start, Trigger) else amounts.date_words(start)
        told.append(f"{names[k]}: {_bn(getattr(intervention, PACES[intervention.name]))} a day from {begins}")
    return "; ".join(told)


def _buyer(parts: tuple[Intervention, ...]) -> bool:
    return len(parts) == 1 and parts[0].name in PACES


def _unclear(state: State, summary: Summary) -> list[Callout]:
    """Too few paths to say which policy lowers dislocation most."""
    key = PEAK_DISLOCATION.key
    rival = summary.rivals.get(key)
    seen = VISIBLE.get(PEAK_DISLOCATION.unit, 0.05)
    if rival is None or rival.clear or abs(rival.value) < seen or summary.paths >= MORE_PATHS:
        return []
    text = (
        f"With {summary.paths} paths the two policies with the lowest peak dislocation cannot be told apart: they differ by "
        f"{amounts.amount(abs(rival.value), 'bp')}, with a 95% interval from {amounts.span(rival, 'bp')} bp."
    )
    return [
        Callout(
            "warning", "unclear", text, f"Use {MORE_PATHS:,} paths", lambda now: s.with_draws(now, paths=MORE_PATHS)
        )
    ]  # fmt: skip
