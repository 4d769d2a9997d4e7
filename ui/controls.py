"""Controls: each mirrors one value of the state, and its callback asks for a validated new state.

Widgets carry no defaults. Before a widget is drawn its key is written where it differs from the state; a refused
value therefore springs back, and the reason stands beside the control.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from models.library import SHIPPED, shipped
from models.parameters.base import STRATEGIES
from models.scenario import GROUPS, SHOCKS, World
from models.simulation import PUBLISHED
from models.worlds import flatten
from policy import presets
from policy.described import parameters, settings_of
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger, number
from ui import state as s
from ui import words
from ui.session import attempt, refusal
from ui.state import State

RENAMED = "renamed_policy"
Change = Callable[[State, Any], State]
DATE, CONDITION, NEVER = "On a date", "On a trigger", "Never"
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
# The levers shown first, where the episode uses them; the rest is one click down.
FIRST = ("funds.scale", "dealers.capacity_bn", "dealers.repo_footprint")


def plain(text: str) -> str:
    """Text for streamlit's Markdown: dollars are dollars, not formulas."""
    return text.replace("$", "\\$").replace("[", "\\[").replace("*", "\\*").replace("~", "\\~")


def mirror(key: str, value: Any) -> None:
    """Write a widget's key from the state before the widget is drawn.

    Always, not only where it differs: a run that is overtaken by the next would otherwise leave the browser without
    the value, and the widget would fall to its lowest.
    """
    st.session_state[key] = value


def send(key: str, change: Change) -> None:
    """The callback of a control: asks for the change with the value that was sent."""
    value = st.session_state[key]
    if value is not None:
        attempt(key, lambda state: change(state, value))


def show_refusal(key: str) -> None:
    """What was refused at a control in the last attempt, beside it."""
    message = refusal(key)
    if message:
        st.error(plain(message), icon=":material/block:")


def _back(key: str, value: Any, base: Any, change: Change) -> None:
    """One lever's own reset, there only where the lever was moved."""
    if value == base:
        return
    st.button(
        plain(f"Back to {words.value_words(base)}"),
        key=f"{key}.back",
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=attempt,
        args=(f"{key}.back", lambda state: change(state, base)),
    )


# Numbers


def _step(low: float, high: float, value: float) -> float:
    """A round step of about a tenth of the value."""
    size = abs(value) / 10 or (high - low) / 50
    power = 10.0 ** math.floor(math.log10(size))
    return max((m for m in (1, 2, 5) if m * power <= size * 1.0001), default=1) * power


def number_box(key: str, text: str, value: float, about: dict[str, Any], base: float, change: Change) -> None:
    """A number with bounds. The browser stops at them; the model names them again."""
    whole = isinstance(value, int)
    cast: Any = int if whole else float
    step = (
        max(1, round(_step(about["low"], about["high"], base)))
        if whole
        else _step(about["low"], about["high"], base)
    )
    mirror(key, value)
    st.number_input(
        plain(_labelled(text, about, value, base)),
        min_value=cast(about["low"]),
        max_value=cast(about["high"]),
        step=cast(step),
        format="%d" if whole else "%g",
        key=key,
        help=plain(words.help_text(about)),
        value=None,
        on_change=send,
        args=(key, _rounded(change)),
    )
    show_refusal(key)
    _back(key, value, base, change)


def slide(key: str, text: str, value: float, about: dict[str, Any], base: float, change: Change) -> None:
    """A lever for one of the few numbers shown first."""
    step = _step(about["low"], about["high"], base)
    digits = max(0, -math.floor(math.log10(step)))
    mirror(key, value)
    st.slider(
        plain(_labelled(text, about, value, base)),
        min_value=float(about["low"]),
        max_value=float(about["high"]),
        step=step,
        format=f"%.{digits}f",
        key=key,
        help=plain(words.help_text(about)),
        on_change=send,
        args=(key, _rounded(change)),
    )
    show_refusal(key)
    _back(key, value, base, change)


def _rounded(change: Change) -> Change:
    return lambda state, value: change(state, round(value, 10) if isinstance(value, float) else value)


def _labelled(text: str, about: dict[str, Any], value: float, base: float) -> str:
    unit = about["unit"]
    was = "" if value == base else f" · default {number(base)}"
    return f"{text}, {unit}{was}"


def tuple_box(
    key: str, text: str, value: Sequence[float], about: dict[str, Any], base: Sequence[float], change: Change
) -> None:
    """Several numbers at once, so that shares which must sum to one change together."""
    mirror(key, " / ".join(number(x) for x in value))
    st.text_input(
        plain(f"{text}, {about.get('unit', '')}"),
        key=key,
        help=plain(words.help_text(about)),
        on_change=send,
        args=(key, lambda state, typed: change(state, _numbers(typed))),
    )
    show_refusal(key)
    _back(key, value, base, change)


def _numbers(text: str) -> tuple[Any, ...]:
    """Numbers between slashes; what is not a number stays text, for the model to refuse by name."""
    return tuple(_number(part.strip()) for part in text.split("/"))


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


# The world


def world_controls(state: State) -> None:
    """Episode, the few levers, everything else one click down, and the world's own reset."""
    mirror("episode", state.world.name)
    st.selectbox(
        "Episode",
        SHIPPED,
        format_func=lambda name: shipped(name).title,
        key="episode",
        on_change=send,
        args=("episode", s.with_episode),
    )
    st.caption(plain(state.world.summary))
    rows = {row["name"]: row for row in parameters(state.world)}
    first = _first_levers(state.world, rows)
    for name in first:
        _world_lever(state, rows[name], slide)
    more = st.expander("All parameters", key="more_world", on_change="rerun")
    if more.open:
        with more:
            _all_parameters(state, rows, set(first))
    changed = state.world != s.base_world(state.world)
    st.button(
        "Reset the world",
        key="reset_world",
        icon=":material/restart_alt:",
        disabled=not changed,
        on_click=attempt,
        args=("reset_world", s.reset_world),
        width="stretch",
    )
    show_refusal("reset_world")
    show_refusal("episode")


def _first_levers(world: World, rows: dict[str, Any]) -> list[str]:
    sizes = [f"scenario.{shock}.size" for shock in SHOCKS if getattr(world.scenario, shock).knots]
    return [name for name in (*FIRST, *sizes) if name in rows]


def _world_lever(state: State, row: dict[str, Any], draw: Callable[..., None]) -> None:
    name = row["name"]
    base = flatten(s.base_world(state.world))[name]
    value = flatten(state.world)[name]
    draw(f"world.{name}", words.label(name), value, row, base, _set_world(name))


def _set_world(name: str) -> Change:
    return lambda state, value: s.with_world(state, {name: value})


def _all_parameters(state: State, rows: dict[str, Any], shown: set[str]) -> None:
    """One group at a time: what is hidden costs nothing."""
    group = st.selectbox(
        "Group",
        (*GROUPS, "scenario"),
        format_func=GROUP_NAMES.__getitem__,
        key="group",
        persist_state="session",
    )
    for name, row in rows.items():
        if name.partition(".")[0] != group or name in shown:
            continue
        value = flatten(state.world)[name]
        if isinstance(value, tuple):
            base = flatten(s.base_world(state.world))[name]
            tuple_box(f"world.{name}", words.label(name), value, row, base, _set_world(name))
        else:
            _world_lever(state, row, number_box)


# The policies

COMPOSITION = (
    "Combined tools act side by side: purchases, lending caps and announcements add; relief, netting and margin changes "
    "multiply; of two prices or reserves the lower counts; whoever is eligible under one is eligible. Order does not matter."
)


def policy_controls(state: State) -> None:
    """Each policy in its own fold; add, duplicate, remove; the policies' own reset."""
    st.caption("No action is always there: every other policy is measured against it.")
    for k, made in enumerate(state.policies[1:], 1):
        # A new name makes a new fold for streamlit; the one just renamed is to stay open.
        fold = st.expander(
            plain(words.fold_name(made)),
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
        attempt("add_preset", lambda state: s.add_preset(state, chosen.name))


def _add(key: str, index: int | None) -> None:
    title = st.session_state[key]
    kind = next((kind for kind in s.kinds() if kind.title == title), None)
    if kind is None:
        return
    if index is None:
        attempt(key, lambda state: s.add_policy(state, kind.name))
    else:
        attempt(key, lambda state: s.add_part(state, index, kind.name))


def _policy(state: State, k: int) -> None:
    made = state.policies[k]
    key = f"policy.{k}.label"
    mirror(key, s.own_label(made) or "")
    st.text_input(
        "Name",
        key=key,
        placeholder=words.policy_names(state.policies)[k],
        max_chars=60,
        on_change=send,
        args=(key, lambda state, text: _rename(state, k, text)),
    )
    show_refusal(key)
    for part, intervention in enumerate(made.interventions):
        _intervention(k, part, intervention, len(made.interventions) > 1)
    with st.container(horizontal=True):
        st.button(
            "Duplicate",
            key=f"policy.{k}.duplicate",
            on_click=attempt,
            args=("policies", lambda x: s.duplicate_policy(x, k)),
        )
        st.button(
            "Remove",
            key=f"policy.{k}.remove",
            on_click=attempt,
            args=("policies", lambda x: s.remove_policy(x, k)),
        )
    st.caption(COMPOSITION)
    free = [kind.title for kind in s.kinds() if kind.name not in {i.name for i in made.interventions}]
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


def _intervention(k: int, part: int, made: Intervention, combined: bool) -> None:
    if combined:
        st.markdown(f"**{plain(made.title)}**")
    st.caption(plain(made.what))
    default = type(made)()
    for about in settings_of(made):
        _setting(k, part, made, default, about)
    if combined:
        st.button(
            f"Take out {made.title.lower()}",
            key=f"policy.{k}.{made.name}.out",
            on_click=attempt,
            args=("policies", lambda state: s.remove_part(state, k, part)),
        )


def _setting(k: int, part: int, made: Intervention, default: Intervention, about: dict[str, Any]) -> None:
    name = about["name"]
    value, base = getattr(made, name), getattr(default, name)
    key = f"policy.{k}.{made.name}.{name}"
    text = words.label(name)

    def change(state: State, new: Any) -> State:
        return s.with_setting(state, k, part, name, new)

    if about.get("unit") == "ISO date or trigger":
        _moment(key, "Begins" if name == "start" else text, value, base is None, about, change)
        _back(key, value, base, lambda state, new: change(state, None if new is None else str(new)))
    elif isinstance(value, tuple) and "choices" in about:
        _several(key, text, value, about, base, change)
    elif isinstance(value, tuple):
        tuple_box(key, text, value, about, base, change)
    elif "choices" in about:
        _one_of(key, text, value, about, base, change)
    else:
        number_box(key, text, value, about, base, change)


def _one_of(key: str, text: str, value: str, about: dict[str, Any], base: str, change: Change) -> None:
    mirror(key, value)
    st.selectbox(
        text,
        about["choices"],
        format_func=lambda x: x.replace("_", " "),
        key=key,
        help=plain(words.help_text(about)),
        on_change=send,
        args=(key, change),
    )
    show_refusal(key)
    _back(key, value, base, change)


def _several(
    key: str, text: str, value: tuple[str, ...], about: dict[str, Any], base: tuple[str, ...], change: Change
) -> None:
    mirror(key, list(value))
    st.pills(
        text,
        about["choices"],
        selection_mode="multi",
        format_func=words.STRATEGY_NAMES.__getitem__,
        key=key,
        help=plain(words.help_text(about)),
        on_change=send,
        args=(key, lambda state, new: change(state, tuple(x for x in STRATEGIES if x in new))),
    )
    show_refusal(key)
    _back(key, value, base, change)


# When a policy begins or ends: on a date, on a trigger, or, for what is optional, never


def _moment(
    key: str,
    text: str,
    value: dt.date | Trigger | None,
    optional: bool,
    about: dict[str, Any],
    change: Change,
) -> None:
    way = CONDITION if isinstance(value, Trigger) else NEVER if value is None else DATE
    mirror(f"{key}.way", way)
    st.segmented_control(
        text,
        (CONDITION, DATE, NEVER) if optional else (CONDITION, DATE),
        key=f"{key}.way",
        required=True,
        help=plain(words.help_text(about)),
        on_change=send,
        args=(f"{key}.way", lambda state, new: change(state, _fresh_moment(state, new))),
    )
    if isinstance(value, Trigger):
        _trigger(key, value, change)
    elif value is not None:
        _date(key, value, change)
    show_refusal(f"{key}.way")


def _fresh_moment(state: State, way: str) -> str | None:
    """A first guess when the way changes: the first simulated day, or the usual trigger."""
    if way == NEVER:
        return None
    return (
        state.world.scenario.calendar[1].isoformat() if way == DATE else "dislocation_10y_bp.above.10.for.2"
    )


def _date(key: str, value: dt.date, change: Change) -> None:
    mirror(f"{key}.date", value)
    st.date_input(
        "First day",
        key=f"{key}.date",
        min_value=dt.date(1990, 1, 1),
        max_value=dt.date(2100, 12, 31),
        on_change=send,
        args=(f"{key}.date", lambda state, day: change(state, day.isoformat())),
    )
    show_refusal(f"{key}.date")


def _trigger(key: str, value: Trigger, change: Change) -> None:
    def part(field: str) -> Change:
        def new_start(state: State, new: Any) -> State:
            return change(state, str(value.model_copy(update={field: new})))

        return new_start

    mirror(f"{key}.metric", value.metric)
    st.selectbox(
        "Once the close of",
        tuple(PUBLISHED),
        format_func=lambda m: plain(f"{words.METRIC_NAMES[m][0]}, {words.METRIC_NAMES[m][1]}"),
        key=f"{key}.metric",
        on_change=send,
        args=(f"{key}.metric", part("metric")),
    )
    mirror(f"{key}.side", "above" if value.above else "below")
    st.segmented_control(
        "is",
        ("above", "below"),
        key=f"{key}.side",
        required=True,
        on_change=send,
        args=(f"{key}.side", lambda state, side: part("above")(state, side == "above")),
    )
    mirror(f"{key}.level", value.level)
    st.number_input(
        "Level", step=1.0, format="%g", key=f"{key}.level", value=None, on_change=send,
        args=(f"{key}.level", _rounded(part("level"))),
    )  # fmt: skip
    mirror(f"{key}.days", value.days)
    st.number_input(
        "for days running", min_value=1, max_value=60, key=f"{key}.days", value=None, on_change=send,
        args=(f"{key}.days", part("days")),
    )  # fmt: skip
    for field in ("metric", "side", "level", "days"):
        show_refusal(f"{key}.{field}")


# Random draws


def draw_controls(state: State) -> None:
    """Seed and number of paths."""
    with st.container(horizontal=True):
        mirror("paths", state.paths)
        st.number_input(
            "Paths", min_value=2, max_value=s.MOST_PATHS, step=64, key="paths", value=None,
            help="Random paths of the shocks. More paths narrow the intervals and take longer.",
            on_change=send, args=("paths", lambda state, n: s.with_draws(state, paths=n)), width=120,
        )  # fmt: skip
        mirror("seed", state.seed)
        st.number_input(
            "Seed", min_value=0, max_value=2**31 - 1, key="seed", value=None,
            help="The same seed gives the same numbers. All policies always see the same draws.",
            on_change=send, args=("seed", lambda state, n: s.with_draws(state, seed=n)), width=120,
        )  # fmt: skip
    show_refusal("paths")
    show_refusal("seed")
