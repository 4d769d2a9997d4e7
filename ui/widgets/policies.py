"""Levers of policies: adding, combining, renaming, and every setting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from models.parameters.base import STRATEGIES
from policy import presets
from policy.described import equivalents, settings_of
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from ui.state import state as s
from ui.state.session import Offer, attempt, current, kept
from ui.state.state import State
from ui.widgets.boxes import Change, back_button, mirror, number_box, plain, send, show_refusal, tuple_box
from ui.widgets.moment import moment_controls
from ui.words import names
from ui.words.price import price_words

RENAMED = "renamed_policy"
COMPOSITION = (
    "Combined tools act side by side: purchases, lending caps and announcements add; relief, netting and margin changes "
    "multiply; of two prices or reserves the lower counts; whoever is eligible under one is eligible. Order does not matter."
)


def policy_controls(state: State) -> None:
    """Each policy in its own fold; add, duplicate, remove; the policies' own reset."""
    st.caption("No action is always there: every other policy is measured against it.")
    for k, policy in enumerate(state.policies[1:], 1):
        # A new name makes a new fold for streamlit; the one just renamed is to stay open.
        fold = st.expander(
            plain(names.fold_name(policy)),
            expanded=st.session_state.get(RENAMED) == k,
            key=f"policy.{k}",
            on_change="rerun",
        )
        if fold.open:
            with fold:
                _policy(state, k)
    chosen = {kind.title: kind for kind in s.kinds()}
    st.menu_button(
        "Add a policy",
        list(chosen),
        key="add_policy",
        icon=":material/add:",
        on_click=_add,
        args=("add_policy", None),
        width="stretch",
    )
    show_refusal("add_policy")
    st.menu_button(
        "Add a ready-made policy",
        [preset.title for preset in presets.ALL],
        key="add_preset",
        icon=":material/library_add:",
        help="Facility rules by date, and ladders of escalation.",
        on_click=_add_preset,
        width="stretch",
    )
    show_refusal("add_preset")
    show_refusal("policies")
    st.button(
        "Reset the policies",
        key="reset_policies",
        icon=":material/restart_alt:",
        disabled=state.policies == s.usual_policies(state.world),
        on_click=attempt,
        args=("policies", s.reset_policies),
        width="stretch",
    )


def _add_preset() -> None:
    title = st.session_state["add_preset"]
    chosen = next((preset for preset in presets.ALL if preset.title == title), None)
    if chosen is not None:
        attempt(
            "add_preset",
            lambda state: s.add_preset(state, chosen.name),
            _in_place_of_last(lambda state: s.add_preset(state, chosen.name)),
        )


def _add(key: str, index: int | None) -> None:
    title = st.session_state[key]
    kind = next((kind for kind in s.kinds() if kind.title == title), None)
    if kind is None:
        return
    if index is None:
        added = partial(s.add_policy, kind=kind.name)
        attempt(key, added, _in_place_of_last(added))
    else:
        alone = f"Add “{kind.title}” as a policy of its own", partial(s.add_policy, kind=kind.name)
        attempt(key, lambda state: s.add_part(state, index, kind.name), [alone])


def _in_place_of_last(added: Callable[[State], State]) -> list[Offer]:
    """What is done where no more policies fit: the last one makes room."""
    last = len(kept().policies) - 1
    name = names.policy_names(kept().policies)[last]
    return [(f"Put it in place of “{name}”", lambda state: added(s.remove_policy(state, last)))]


def _policy(state: State, k: int) -> None:
    policy = state.policies[k]
    key = f"policy.{k}.label"
    mirror(key, s.own_label(policy) or "")
    st.text_input(
        "Name",
        key=key,
        placeholder=names.policy_names(state.policies)[k],
        max_chars=60,
        on_change=send,
        args=(key, lambda state, text: _rename(state, k, text), ""),
    )
    show_refusal(key)
    for part, intervention in enumerate(policy.interventions):
        _intervention(k, part, intervention, len(policy.interventions) > 1)
    with st.container(horizontal=True):
        st.button(
            "Duplicate",
            key=f"policy.{k}.duplicate",
            on_click=attempt,
            args=(
                "policies",
                lambda x: s.duplicate_policy(x, k),
                [("Remove this one instead", lambda x: s.remove_policy(x, k))],
            ),
        )
        st.button(
            "Remove",
            key=f"policy.{k}.remove",
            on_click=attempt,
            args=("policies", lambda x: s.remove_policy(x, k)),
        )
    st.caption(COMPOSITION)
    free = [kind.title for kind in s.kinds() if kind.name not in {i.name for i in policy.interventions}]
    st.menu_button(
        "Combine with",
        free,
        key=f"policy.{k}.combine",
        on_click=_add,
        args=(f"policy.{k}.combine", k),
        width="stretch",
    )
    show_refusal(f"policy.{k}.combine")


def _rename(state: State, k: int, text: str) -> State:
    new = s.rename_policy(state, k, text)
    st.session_state[RENAMED] = k
    return new


def _intervention(k: int, part: int, intervention: Intervention, combined: bool) -> None:
    if combined:
        st.markdown(f"**{plain(intervention.title)}**")
    st.caption(plain(intervention.what))
    default = type(intervention)()
    for about in settings_of(intervention):
        if about["name"] not in intervention.idle():
            _setting(k, part, intervention, default, about)
        if isinstance(intervention, HedgedAuction) and about["name"] == intervention.price:
            _price(k, part, intervention)
    if combined:
        st.button(
            f"Take out {intervention.title.lower()}",
            key=f"policy.{k}.{intervention.name}.out",
            on_click=attempt,
            args=("policies", lambda state: s.remove_part(state, k, part)),
        )


def _setting(
    k: int, part: int, intervention: Intervention, default: Intervention, about: dict[str, Any]
) -> None:
    name = about["name"]
    value, base = getattr(intervention, name), getattr(default, name)
    key = f"policy.{k}.{intervention.name}.{name}"
    text = names.label(name)

    def change(state: State, new: Any) -> State:
        return s.with_setting(state, k, part, name, new)

    if about.get("unit") == "ISO date or trigger":
        moment_controls(key, "Begins" if name == "start" else text, value, base is None, about, change)
        back_button(key, value, base, lambda state, new: change(state, None if new is None else str(new)))
    elif isinstance(value, tuple) and "choices" in about:
        _several(key, text, value, about, base, change)
    elif isinstance(value, tuple):
        tuple_box(key, text, value, about, base, change)
    elif "choices" in about:
        _one_of(key, text, value, about, base, change)
    else:  # a setting that another takes the place of has no default to go back to
        number_box(key, text, value, about, value if base is None else base, change)


def _price(k: int, part: int, auction: HedgedAuction) -> None:
    """What the auction's price is worth in the other unit, and ways to give it otherwise."""
    st.caption(plain(price_words(auction, current().world)))
    offers: dict[str, Any] = {}
    if auction.in_points:
        offers["Give the price in bp"] = tuple(round(x, 1) for x in equivalents(auction, current().world))
    elif isinstance(auction.penalty_bp, tuple):
        offers["One penalty for all trades"] = min(auction.penalty_bp)
    else:
        offers["A penalty for each trade"] = auction.reserves
    key = f"policy.{k}.{auction.name}.price"
    for text, new in offers.items():
        st.button(
            text, key=key, type="tertiary", on_click=attempt,
            args=(key, lambda state, new=new: s.with_setting(state, k, part, "penalty_bp", new)),
        )  # fmt: skip
    show_refusal(key)


def _one_of(key: str, text: str, value: str, about: dict[str, Any], base: str, change: Change) -> None:
    mirror(key, value)
    st.selectbox(
        text,
        about["choices"],
        format_func=lambda x: x.replace("_", " "),
        key=key,
        help=plain(names.help_text(about)),
        on_change=send,
        args=(key, change),
    )
    show_refusal(key)
    back_button(key, value, base, change)


def _several(
    key: str, text: str, value: tuple[str, ...], about: dict[str, Any], base: tuple[str, ...], change: Change
) -> None:
    mirror(key, list(value))
    st.pills(
        text,
        about["choices"],
        selection_mode="multi",
        format_func=names.STRATEGY_NAMES.__getitem__,
        key=key,
        help=plain(names.help_text(about)),
        on_change=send,
        args=(key, lambda state, new: change(state, tuple(x for x in STRATEGIES if x in new))),
    )
    show_refusal(key)
    back_button(key, value, base, change)
