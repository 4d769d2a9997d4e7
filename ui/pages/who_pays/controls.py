"""Settings of the page on who pays: how the result is counted, the game, the rules set beforehand, the grid of penalties.

They are part of the state, so that links, files and undo carry them, and change no lever of the sandbox. Controls come
from the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from models.parameters.base import Frozen
from models.worlds import revised
from policy.described import settings_of
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.triggers import number
from policy.leverage.game import ExAnte
from policy.leverage.penalty import usual_penalties
from policy.outcomes.terms import REPRICED_FROM, TERMS
from ui.state import state as s
from ui.state.session import attempt, current, game, penalties, refusal, terms
from ui.state.state import Counting, State
from ui.widgets.boxes import SENT, Change, mirror, number_box, plain, send, show_refusal, tuple_box
from ui.words import names as words
from ui.words.amounts import listed

TERMS_KEY, GAME_KEY, TOOLS_KEY, GRID_KEY = (f"who_pays.{name}" for name in ("terms", "game", "tools", "grid"))
NO_ACTION, PURCHASES, MIX = "No action", "Purchases as in 2020", "A mix"
PRECEDENTS = {NO_ACTION: 0.0, PURCHASES: 1.0, MIX: 0.5}

NAMES = {
    "horizon_years": "Horizon",
    "fundamentals": "Fundamentals after purchase",
    "exit": "Exit from outright bonds",
    "sale_start_years": "Sales begin",
    "sale_years": "Length of the sale window",
    "sale_dates": "Sales in the window",
    "exit_margin_bp": "Margin below the yield paid",
    "exit_dislocation_bp": "Sell only below a dislocation of",
    "dislocation_half_life_years": "Half-life of dislocation left",
    "valuation": "Price of bonds at the horizon",
    "level_sd_bp": "Moves of all rates together",
    "slope_sd_bp": "Moves of long against short rates",
    "level_loadings": "Level moves at 2, 5, 10 and 30 years",
    "slope_loadings": "Slope moves at 2, 5, 10 and 30 years",
    "policy_rate_slope": "Policy rate's move with the slope",
    "tightening_bp": "Known rise of rates",
    "tightening_years": "Length of that rise",
    "calm_implied_repo_bp": "Carry of a bundle",
    "vehicle_hold": "Bundles are held to",
    "convergence_years": "Life of other bundles",
    "vehicle_funding_bp": "Interest on the Fed's loan",
    "loan_haircut_pct": "Haircut on the Fed's loan",
    "slippage_points": "Cost of leaving a bundle",
    "slippage_sd_points": "Spread of that cost",
    "roll_points": "Cost of a roll",
    "vehicle_exit": "When the vehicle's futures expire",
    "healed_share": "Healed by expiry, after the run",
    "undeliverable_share": "Basis bonds not delivered",
    "delivery_sd_points": "Spread of the bond against the deliverable",
    "margin_interest_share": "Interest lost on variation margin",
    "margin_funding_bp": "Spread on cash for margin",
    "settlement_failure_share": "Not delivered by funds that fail",
    "settlement_days": "From auction to settlement",
    "direct_recovery": "Recovery from failed funds",
    "dealer_default_pct": "A dealer fails with probability",
    "facility_haircut_pct": "Haircut of the repo facility",
    "collateral_years": "Duration of its collateral",
    "liquidation_days": "Days to sell that collateral",
    "crises_a_year": "Crises",
    "frequency_elasticity": "Crises rise with leverage",
    "carry": "Carry of today's positions",
    "demand_elasticity": "Demand for futures",
    "risk_aversion": "Risk aversion",
    "franchise_value": "Franchise value",
    "purchases_probability": "Purchases expected with",
    "selection": "Equilibrium that counts",
    "dysfunction_weight": "Waste in dysfunction",
    "lenders_weight": "Waste in lenders' losses",
    "taxpayer_weight": "Waste in the public's losses",
    "paths": "Paths at every scale",
    "scales": "Scales at which the market runs",
    "probe_scales": "Scales of probe funds",
    "resamples": "Resamples for errors",
    "fee": "Fee on leverage",
    "largest_scale": "Cap on leverage",
    "minimum_haircut": "Minimum haircut",
}
CHOICES = {
    "hold": "Hold",
    "timed": "Sell on dates",
    "demand": "Sell to buyers who ask",
    "duration": "Duration and convexity",
    "repriced": "Repriced at its age",
    "unchanged": "As on the day of purchase",
    "scripted": "With hindsight",
    "healed": "Dislocation has healed",
    "rolled": "Rolled at the market",
    "horizon": "The horizon",
    "delivery": "Delivery",
    "from_today": "First from today's leverage",
    "largest": "Largest stable one",
}
FIRST_TERMS = ("horizon_years", "exit", "valuation", "level_sd_bp", "tightening_bp")
SALE_TERMS = ("sale_start_years", "sale_years", "sale_dates")
DEMAND_TERMS = ("exit_margin_bp", "exit_dislocation_bp")
RATES_TERMS = (
    "fundamentals", "slope_sd_bp", "level_loadings", "slope_loadings", "policy_rate_slope", "tightening_years",
    "dislocation_half_life_years",
)  # fmt: skip
VEHICLE_TERMS = (
    "calm_implied_repo_bp", "vehicle_hold", "convergence_years", "vehicle_funding_bp", "loan_haircut_pct", "slippage_points",
    "slippage_sd_points", "roll_points",
)  # fmt: skip
RISK_TERMS = (
    "vehicle_exit", "healed_share", "undeliverable_share", "delivery_sd_points", "margin_interest_share", "margin_funding_bp",
    "settlement_failure_share", "settlement_days",
)  # fmt: skip
REPO_TERMS = (
    "direct_recovery", "dealer_default_pct", "facility_haircut_pct", "collateral_years", "liquidation_days",
)  # fmt: skip
FIRST_GAME = (
    "crises_a_year",
    "demand_elasticity",
    "risk_aversion",
    "franchise_value",
    "carry",
    "frequency_elasticity",
)
WEIGHTS = ("selection", "dysfunction_weight", "lenders_weight", "taxpayer_weight")
ACCURACY = ("paths", "scales", "probe_scales", "resamples")
READY: dict[str, dict[str, Any]] = {
    "As on the scorecard": {},
    "Ten years, held": {"horizon_years": 10.0, "valuation": "repriced"},
    "Sold to buyers who ask": {"exit": "demand"},
    "Rolled at the market": {"vehicle_exit": "rolled"},
    "With hindsight": {"fundamentals": "scripted"},
    "All rates up 300 bp": {"horizon_years": 3.0, "valuation": "repriced", "tightening_bp": 300.0},
}


def alone(rules: ExAnte) -> tuple[ExAnte, ...]:
    """Each rule by itself; one that does nothing is left out."""
    nothing = ExAnte()
    return tuple(
        ExAnte(**{name: getattr(rules, name)})
        for name in ExAnte.model_fields
        if getattr(rules, name) != getattr(nothing, name)
    )


def rule_name(rule: ExAnte) -> str:
    """A rule in words."""
    if rule.fee:
        return f"Fee of {100 * rule.fee:.3g}%"
    if rule.minimum_haircut:
        return f"Minimum haircut of {100 * rule.minimum_haircut:.3g}%"
    return f"Cap at {rule.largest_scale:.3g} times"


def changed_words(value: Frozen, base: Frozen) -> str:
    """What differs from the defaults, for notes and heads of files."""
    changed = [_shown(row["name"], getattr(value, row["name"]), row) for row in settings_of(value)
             if getattr(value, row["name"]) != getattr(base, row["name"])]  # fmt: skip
    return f"Changed settings: {listed(changed)}." if changed else "Default settings."


def _shown(name: str, value: Any, about: Mapping[str, Any]) -> str:
    if isinstance(value, tuple):
        text = "/".join(number(x) for x in value)
    else:
        text = CHOICES.get(value, value).lower() if isinstance(value, str) else number(value)
    unit = "" if isinstance(value, str) else f" {about.get('unit', '')}"
    return f"{NAMES[name].lower()} {text}{unit}"


# One control for each setting


def _part(where: str) -> str:
    """The field of `Counting` behind a widget's key."""
    return where.removeprefix("who_pays.")


def _default(where: str) -> Frozen:
    return getattr(Counting(), _part(where))


def _now(where: str) -> Frozen:
    return getattr(current().counting, _part(where))


def _set(where: str, **changes: Any) -> Callable[[State], State]:
    return lambda state: s.with_counting(state, _part(where), changes)


def _setter(where: str, name: str) -> Change:
    """A change of one setting."""
    return lambda state, value: s.with_counting(state, _part(where), {name: value})


def control(where: str, name: str) -> None:
    """The control of one setting, with unit, bounds, source and evidence behind its question mark."""
    base, now = _default(where), _now(where)
    about = next(row for row in settings_of(base) if row["name"] == name)
    key, text, value = f"{where}.{name}", NAMES[name], getattr(now, name)
    if "choices" in about:
        _choice(key, text, value, about, _setter(where, name))
    elif isinstance(value, tuple):
        tuple_box(key, text, value, about, getattr(base, name), _setter(where, name))
    else:
        number_box(key, text, value, about, getattr(base, name), _setter(where, name))


def _choice(key: str, text: str, value: str, about: dict[str, Any], change: Change) -> None:
    mirror(key, value)
    st.selectbox(
        text, about["choices"], format_func=lambda x: CHOICES.get(x, x), key=key, help=plain(words.help_text(about)),
        on_change=send, args=(key, change),
    )  # fmt: skip
    show_refusal(key)


def _rows(where: str, names: tuple[str, ...], across: int = 3) -> None:
    """Controls side by side; on a phone one below the other."""
    for first in range(0, len(names), across):
        for column, name in zip(
            st.columns(across, vertical_alignment="bottom"), names[first : first + across], strict=False
        ):
            with column:
                control(where, name)


def _fold(title: str, key: str, groups: Mapping[str, tuple[str, ...]], where: str, across: int = 3) -> None:
    fold = st.expander(title, key=key, on_change="rerun")
    if fold.open:
        with fold:
            for name, settings in groups.items():
                st.markdown(f"**{name}**")
                _rows(where, settings, across)


def _reset(where: str, text: str) -> None:
    """The way back to the defaults, there only where something differs."""
    if _now(where) != _default(where):
        st.button(
            text,
            key=f"{where}.reset",
            icon=":material/restart_alt:",
            on_click=attempt,
            args=(f"{where}.reset", lambda state: s.reset_counting(state, _part(where))),
        )


# How the result is counted


def terms_controls() -> None:
    """Ready-made ways of counting, the first settings, and all others one click down."""
    with st.container(horizontal=True):
        for name, changes in READY.items():
            wanted = revised(TERMS, **changes)
            st.button(
                name,
                key=f"ready.{name}",
                icon=":material/check:" if terms() == wanted else None,
                on_click=attempt,
                args=("ready", _set(TERMS_KEY, **dict(wanted))),
            )
    shown = FIRST_TERMS
    if terms().exit != "hold":
        shown += SALE_TERMS
    if terms().exit == "demand":
        shown += DEMAND_TERMS
    _rows(TERMS_KEY, shown, 5)
    _reprice()
    hidden = tuple(n for n in (*SALE_TERMS, *DEMAND_TERMS) if n not in shown)
    groups = {
        "Rates after the crisis": RATES_TERMS,
        "The vehicle": VEHICLE_TERMS,
        "How the vehicle can lose": RISK_TERMS,
        "Repo": REPO_TERMS,
    }
    if hidden:
        groups["Exit, where bonds are sold"] = hidden
    _fold("All assumptions of the count", "who_pays.all_terms", groups, TERMS_KEY)


def _reprice() -> None:
    """Where a long horizon was refused for how bonds are priced: one click does both."""
    key = f"{TERMS_KEY}.horizon_years"
    moved, asked = st.session_state.get(SENT, ("", None))
    if (
        refusal(key) is None
        or moved != key
        or not isinstance(asked, float)
        or not REPRICED_FROM < asked <= 10
    ):
        return
    st.button(
        f"Count after {number(asked)} years, with bonds repriced",
        key="who_pays.reprice",
        icon=":material/build:",
        on_click=attempt,
        args=(key, _set(TERMS_KEY, horizon_years=asked, valuation="repriced")),
    )


# The game


def game_controls() -> None:
    """What funds believe today, what moves them, and how finely it is computed."""
    _precedent()
    chance = game().purchases_probability
    names = (*FIRST_GAME, "purchases_probability") if 0 < chance < 1 else FIRST_GAME
    for column, name in zip(st.columns(len(names), vertical_alignment="bottom"), names, strict=True):
        with column:
            control(GAME_KEY, name)
    _fold(
        "Weights of waste, which equilibrium counts, accuracy", "who_pays.all_game",
        {"Waste and selection": WEIGHTS, "Accuracy": ACCURACY}, GAME_KEY, 4,
    )  # fmt: skip
    _reset(GAME_KEY, "Reset the game")


def _precedent() -> None:
    chance = game().purchases_probability
    mirror("who_pays.precedent", NO_ACTION if chance == 0 else PURCHASES if chance == 1 else MIX)
    st.segmented_control(
        "What funds believe today: the precedent",
        tuple(PRECEDENTS),
        key="who_pays.precedent",
        required=True,
        help="Today's leverage is taken to be what funds choose if they believe this. The policy they already expect "
        "changes nothing by construction; the others are measured against it.",
        on_change=send,
        args=(
            "who_pays.precedent",
            lambda state, name: s.with_counting(state, "game", {"purchases_probability": PRECEDENTS[name]}),
        ),
    )


def tools_controls() -> None:
    """The three rules set before a crisis."""
    _rows(TOOLS_KEY, tuple(ExAnte.model_fields))
    _reset(TOOLS_KEY, "Reset the rules")


# The grid of penalties


def grid_control() -> None:
    """Penalties, as numbers between slashes; those that follow the world are not kept, so that they go on following it."""
    rows = settings_of(HedgedAuction())
    about = next(row for row in rows if row["name"] == "penalty_bp")
    usual = usual_penalties(current().world)

    def change(state: State, values: Any) -> State:
        return s.with_penalties(state, () if tuple(values) == usual else values)

    tuple_box(f"{GRID_KEY}.box", "Penalties", penalties(), about, usual, change)
