"""What a winner map is drawn over: ready-made questions, or any two levers with ranges of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from models.errors import Refused
from models.scenario import World
from policy.golden import nearest
from policy.spec import Policy, parse_policy
from policy.studies import stored_maps, winner_map
from policy.studies.factors import Factor, policy_factors, ranged, world_factors
from policy.studies.stored_maps import Axes
from policy.studies.winner_map import Question
from ui.pages.winner_map import view
from ui.state import state as s
from ui.state.session import attempt, kept
from ui.state.state import State
from ui.widgets.boxes import mirror, plain, show_refusal
from ui.widgets.remedies import Choices, Remedy, tell_with
from ui.widgets.study_jobs import remembered

SIDES, PATHS = (10, 20, 40), (32, 64, 128, 256)
CHEAP = 15  # seconds: a map that takes no longer starts when its page opens
DAYS_A_SECOND = 400_000  # of a path under a policy, on two processors
OWN = "own"
FIRST_X, FIRST_Y = "funds.scale", "dealers.capacity_bn"
X, Y, SIDE, PATH, PRESET = "map.x", "map.y", "map.side", "map.paths", "map.preset"


@dataclass(frozen=True)
class MapPreset:
    """A ready-made question: an axis is a world's parameter, or a setting written `intervention.setting`.

    `episode` and `specs` are where it is asked, and under which policies, if the screen's own do not fit.
    """

    name: str
    title: str
    why: str
    axes: Axes | None = None  # those of the episode's stored map if there are none
    episode: str = ""  # any if there is none
    specs: tuple[str, ...] = ()

    def over(self, world: World) -> Axes:
        """What is on the axes in a world."""
        return self.axes or stored_maps.usual_axes(nearest(world))


DEFAULTS = ("none", "outright", "repo", "hedged-auction")
PRESETS = (
    MapPreset(
        "leverage", "Funds’ leverage and the blow",
        "Who is fragile, and how hard the blow: with little leverage it is cash that is missing; with much of it, funds must sell.",
    ),
    MapPreset(
        "netting", "Netting of repo and a run of money funds",
        "A run on the lenders of cash: does it matter whether the Fed lends through dealers, cleared or direct to funds, and how "
        "much of a dealer’s balance sheet a dollar of repo takes after netting?",
        Axes("dealers.repo_footprint", (0.05, 0.5), "scenario.money_fund_run.size", (0.0, 3.0)), "kahn",
        ("none", "repo", "Cleared repo=repo:clearing=cleared", "Repo direct to funds=non-bank-repo", "hedged-auction"),
    ),
    MapPreset(
        "reserve", "Penalty and volatility",
        "How dear help may be: the higher the auction’s penalty over the calm price, the later it buys; and when bonds move more day by day, "
        "margins and losses are larger.",
        Axes("hedged-auction.penalty_bp", (0.0, 80.0), "margins.calm_volatility_bp", (2.0, 5.5)), "april_2025", DEFAULTS,
    ),
)  # fmt: skip


def factors(state: State) -> dict[str, Factor]:
    """Everything that can be on an axis: numbers of the world that matter in it, and settings of the policies."""
    offered = (*world_factors(state.world), *policy_factors(state.policies))
    return {f.key: f for f in offered if f.least < f.most}


def option_name(key: str, factors: dict[str, Factor], policies: Sequence[Policy]) -> str:
    """An axis in the list of choices."""
    return view.axis_title(factors[key], policies) if key in factors else key


def lever_key(name: str, factors: dict[str, Factor], policies: Sequence[Policy]) -> str | None:
    """The key of a preset's axis on this screen; nothing where it has none."""
    if name in factors:
        return name
    kind, _, setting = name.partition(".")
    places = [(k, j) for k, p in enumerate(policies) for j, i in enumerate(p.interventions) if i.name == kind]
    keys = [f"{k}.{j}.{setting}" for k, j in places]
    return next((key for key in keys if key in factors), None)


def fits(preset: MapPreset, state: State, factors: dict[str, Factor]) -> bool:
    """Whether a preset can be asked of the screen as it is."""
    axes = preset.over(state.world)
    have = all(lever_key(name, factors, state.policies) for name in (axes.x, axes.y))
    own = {p.interventions for p in state.policies}
    special = [parse_policy(t).interventions for t in preset.specs] if preset.specs != DEFAULTS else []
    return have and all(label in own for label in special)


def with_preset(preset: MapPreset, state: State) -> State:
    """The screen with what a preset needs. Raises `Refused`."""
    elsewhere = preset.episode not in ("", state.world.name)
    moved = s.with_episode(state, preset.episode) if elsewhere else state
    return s.with_policies(moved, [parse_policy(text) for text in preset.specs or DEFAULTS])


def seconds(question: Question) -> int:
    """About how long a map takes on two cores, from measured cells a second."""
    cells = len(question.xs) * len(question.ys)
    work = cells * question.paths * len(question.policies) * question.world.scenario.days
    return max(2, round(work / DAYS_A_SECOND))


# Choosing


def choose(state: State) -> Question | None:
    """The question's controls; nothing where it cannot be asked, with the reason beside the control."""
    by_key = factors(state)
    preset = _preset_choice()
    if preset is not None:
        st.caption(plain(preset.why))
        if not fits(preset, state, by_key):
            _offer_setting_up(preset)
            return None
        _follow(preset, state, by_key)
    _valid(state, by_key)
    _fold(state, by_key, preset is None)
    try:
        return asked(state, st.session_state)
    except Refused as refused:
        tell_with("map", refused, remedies(by_key, state), asked)
        return None


def asked(state: State, choices: Choices) -> Question:
    """The question of the page's choices. Raises `Refused`."""
    by_key = factors(state)
    x, y = (_ranged(by_key, at, choices) for at in (X, Y))
    side, paths = int(choices[SIDE]), int(choices[PATH])
    return winner_map.asked(state.world, state.policies, x, y, side, paths, state.seed)


def remedies(by_key: dict[str, Factor], state: State) -> Iterator[Remedy]:
    """Other choices: both ranges with ends in order and within bounds, usual ranges, another axis up; policies that fit."""
    choices = st.session_state
    axes = {at: by_key[choices[at]] for at in (X, Y)}
    nearest_ends: dict[str, Any] = {}
    for at, factor in axes.items():
        nearest_ends |= _nearest_ends(at, factor, choices)
    spans = [
        f"{view.value_text(nearest_ends[f'{at}.low'])} to {view.value_text(nearest_ends[f'{at}.high'])}"
        for at in axes
    ]
    yield Remedy(f"Draw it over {spans[0]} and {spans[1]}", nearest_ends)
    usual = usual_axis(X, axes[X]) | usual_axis(Y, axes[Y])
    yield Remedy("Use the usual ranges", usual)
    for name in (FIRST_Y, FIRST_X):
        title = view.axis_name(by_key[name], state.policies)
        yield Remedy(f"Put “{title}” up", usual | usual_axis(Y, by_key[name]))
    if len(state.policies) == 1:
        yield Remedy("Compare the usual policies", change=s.reset_policies)


def _nearest_ends(at: str, factor: Factor, choices: Mapping[Any, Any]) -> dict[str, float]:
    """The ends that were sent, in order and within bounds; the usual ones in place of what is missing or no range."""
    usual = usual_axis(at, factor)
    sent = [choices.get(key) for key in (f"{at}.low", f"{at}.high")]
    within = sorted(
        float(min(max(u if x is None else x, factor.least), factor.most))
        for x, u in zip(sent, (usual[f"{at}.low"], usual[f"{at}.high"]), strict=True)
    )
    ends = within if within[0] < within[1] else [usual[f"{at}.low"], usual[f"{at}.high"]]
    return {f"{at}.low": ends[0], f"{at}.high": ends[1]}


def _fold(state: State, factors: dict[str, Factor], own: bool) -> None:
    """Axes, ranges and size: what they are stands on the fold, so it can stay closed."""
    spans = [
        f"{view.axis_name(factors[st.session_state[at]], state.policies)} {_end(at, 'low')} to {_end(at, 'high')}"
        for at in (X, Y)
    ]
    side, paths = st.session_state[SIDE], st.session_state[PATH]
    name = f"{spans[0]} × {spans[1]}; {side} × {side} cells, {paths} paths each"
    fold = st.expander(plain(name), key=f"map.axes.{own}", on_change="rerun", expanded=own, icon=":material/grid_on:")  # fmt: skip
    if fold.open:
        with fold:
            _axis(X, "Across", factors, state)
            _axis(Y, "Up", factors, state)
            _size()


def _end(at: str, end: str) -> str:
    value = st.session_state.get(f"{at}.{end}")
    return "?" if value is None else view.value_text(value)


def _preset_choice() -> MapPreset | None:
    names = [*(p.name for p in PRESETS), OWN]
    titles = {p.name: p.title for p in PRESETS} | {OWN: "Your own axes"}
    mirror(PRESET, remembered(PRESET, names, PRESETS[0].name))
    name = st.segmented_control(
        "Question", names, format_func=titles.__getitem__, key=PRESET, required=True, persist_state="session",
    )  # fmt: skip
    return next((p for p in PRESETS if p.name == name), None)


def _offer_setting_up(preset: MapPreset) -> None:
    key = f"map.set_up.{preset.name}"
    st.info(
        "This question needs another episode or other policies than the screen has. Setting it up replaces them in one step, "
        "which can be undone.",
        icon=":material/info:",
    )
    st.button(
        "Set it up", key=key, icon=":material/tune:", on_click=attempt, args=(key, partial(with_preset, preset))
    )  # fmt: skip
    show_refusal(key)


def _follow(preset: MapPreset, state: State, factors: dict[str, Factor]) -> None:
    """A preset newly chosen, or asked of another screen, puts its own axes and ranges there."""
    axes = preset.over(state.world)
    keys = [str(lever_key(name, factors, state.policies)) for name in (axes.x, axes.y)]
    stamp = f"{preset.name}: {keys}, {axes}"
    if st.session_state.get("map.followed") == stamp:
        return
    for at, key, ends in zip((X, Y), keys, (axes.x_range, axes.y_range), strict=True):
        st.session_state[at] = key
        st.session_state[f"{at}.low"], st.session_state[f"{at}.high"] = ends
    st.session_state["map.followed"] = stamp


def _valid(state: State, factors: dict[str, Factor]) -> None:
    """Axes that are gone, as with a policy that was removed, fall back to the first question's."""
    for key, options, size in ((SIDE, SIDES, stored_maps.SIDE), (PATH, PATHS, stored_maps.PATHS)):
        st.session_state[key] = remembered(key, options, size)
    for at, name in ((X, FIRST_X), (Y, FIRST_Y)):
        if st.session_state.get(at) not in factors:
            _set_axis(at, factors[name])


def _set_axis(at: str, factor: Factor) -> None:
    st.session_state.update(usual_axis(at, factor))


def usual_axis(at: str, factor: Factor) -> dict[str, Any]:
    """What an axis is set to where a factor is put on it: three times its usual range."""
    wide = (factor.base - 3 * (factor.base - factor.low), factor.base + 3 * (factor.high - factor.base))
    low, high = max(factor.least, wide[0]), min(factor.most, wide[1])
    return {
        at: factor.key,
        f"{at}.low": float(view.value_text(low)),
        f"{at}.high": float(view.value_text(high)),
    }


def _axis(at: str, text: str, factors: dict[str, Factor], state: State) -> None:
    """One axis: what it is, and from where to where."""
    for key in (at, f"{at}.low", f"{at}.high"):
        mirror(key, st.session_state.get(key))
    own = st.session_state[PRESET] == OWN
    what, low, high = st.columns((3, 1, 1), vertical_alignment="bottom")
    key = what.selectbox(
        text, sorted(factors, key=lambda k: option_name(k, factors, state.policies)), key=at, persist_state="session",
        format_func=lambda k: plain(option_name(k, factors, state.policies)), on_change=_axis_changed, args=(at,),
        disabled=not own, help=None if own else "Choose “Your own axes” above to change what is on the axes.",
    )  # fmt: skip
    factor = factors[key]
    bounds = f"Accepted: {view.value_text(factor.least)} to {view.value_text(factor.most)}. Now: {view.value_text(factor.base)}."
    step = (factor.most - factor.least) / 50
    for column, end in ((low, "low"), (high, "high")):
        column.number_input(
            "from" if end == "low" else "to", key=f"{at}.{end}", value=None, format="%g", step=float(view.value_text(step)),
            help=plain(bounds), persist_state="session",
        )  # fmt: skip


def _axis_changed(at: str) -> None:
    by_key = factors(kept())
    if st.session_state[at] in by_key:
        _set_axis(at, by_key[st.session_state[at]])


def _ranged(by_key: Mapping[str, Factor], at: str, choices: Choices) -> Factor:
    """The factor of an axis over the range that was chosen. Raises `Refused`."""
    if choices.get(at) not in by_key:
        raise Refused("what is on an axis is not on this screen")
    factor, low, high = by_key[choices[at]], choices.get(f"{at}.low"), choices.get(f"{at}.high")
    if low is None or high is None:
        raise Refused(f"range of {factor.name} is not complete: give both ends")
    return ranged(replace(factor), float(low), float(high))


def _size() -> None:
    for key in (SIDE, PATH):
        mirror(key, st.session_state[key])
    with st.container(horizontal=True):
        st.segmented_control("Cells a side", SIDES, key=SIDE, required=True, persist_state="session")
        st.segmented_control(
            "Random paths a cell", PATHS, key=PATH, required=True, persist_state="session",
            help="More paths leave fewer cells within noise. They are the first paths of the screen’s own seed.",
        )  # fmt: skip
