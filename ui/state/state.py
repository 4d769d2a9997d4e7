"""One frozen state is the only truth of a session; every change is a pure function that returns a validated new one.

Two tiers: the world, and the policies that act in it. Nothing here knows streamlit; `ui.state.session` keeps the state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.errors import Refused, unknown
from models.library import SHIPPED, shipped
from models.parameters.base import TENORS
from models.scenario import SHOCKS, World
from models.worlds import replace as changed_world
from models.worlds import revised
from policy import cost, golden, presets
from policy.comparison import arms
from policy.interventions import REGISTRY
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from policy.leverage.game import ExAnte, Game
from policy.outcomes.terms import TERMS, Terms
from policy.presets import default_specs
from policy.ranking.criteria import DEFAULT_WEIGHTS, Weights, weights
from policy.spec import BY_NAME, LABEL, Policy, build_intervention, parse_policy, policy, print_policy
from ui.menu import PAGES
from ui.state.items import TalkItem

MOST_POLICIES = 8
MOST_PATHS = 4096
MOST_RUNS = 6
LONGEST_NAME, LONGEST_NOTE = 60, 400
FIRST_EPISODE = "crowded"
FIRST_PAGE = "sandbox"
TOP_LEVERS = ("funds.scale", "dealers.capacity_bn", "dealers.repo_footprint")


@dataclass(frozen=True)
class Looked:
    """What is looked at; it changes no number."""

    tenor: int = 10
    page: str = FIRST_PAGE


# Rules set beforehand that the game plays, each alone: starting values, to be changed on the page.
TOOLS = ExAnte(fee=0.01, largest_scale=0.9, minimum_haircut=0.02)
GAME = Game()
MOST_POINTS, MOST_GAME_PATHS = 12, 4096


@dataclass(frozen=True)
class Counting:
    """How results count: the public's, the game, the rules set beforehand, penalties (none: the world's own), weights of the ranking."""

    terms: Terms = TERMS
    game: Game = GAME
    tools: ExAnte = TOOLS
    penalties: tuple[float, ...] = ()
    weights: Weights = DEFAULT_WEIGHTS


@dataclass(frozen=True)
class NamedRun:
    """One policy on one world, kept under a name to be compared with others."""

    name: str
    note: str
    world: World
    policy: Policy
    seed: int
    paths: int


@dataclass(frozen=True)
class State:
    """Everything that screens depend on: world, policies, random draws, the view, kept runs, how results count, and
    the slides of one's own talk, if it has any."""

    world: World
    policies: tuple[Policy, ...]
    seed: int = 1
    paths: int = 256
    view: Looked = Looked()
    runs: tuple[NamedRun, ...] = ()
    counting: Counting = Counting()
    talk: tuple[TalkItem, ...] = ()


def opening() -> State:
    """The state a new visitor meets: today's positions under a shock of March 2020's size, and the four default policies."""
    world = shipped(FIRST_EPISODE)
    return State(world, usual_policies(world))


def digest(state: State) -> str:
    """Twelve hexadecimal digits that name the inputs of a comparison and the figures that today's model gives for them."""
    inputs = [
        state.world.model_dump_json(),
        [print_policy(p) for p in state.policies],
        state.seed,
        state.paths,
        golden.stamp(state.world, state.policies),
    ]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:12]


def pairs(state: State) -> list[golden.Pair]:
    """All worlds of a screen with their policies, those of its kept runs and its talk among them."""
    kept = [item.kept for item in state.talk if item.kept is not None]
    return [
        (state.world, state.policies),
        *((run.world, (run.policy,)) for run in state.runs),
        *((screen.world, screen.policies) for screen in kept),
    ]


def top_levers(world: World) -> tuple[str, ...]:
    """The levers shown first, by dotted name: three of the structure, and the size of every shock that the world has."""
    sizes = (f"scenario.{shock}.size" for shock in SHOCKS if getattr(world.scenario, shock).knots)
    return (*TOP_LEVERS, *sizes)


def base_world(world: World) -> World:
    """The shipped world of that name, against which changes are shown; the default world where there is none."""
    return shipped(world.name) if world.name in SHIPPED else World()


def with_episode(state: State, name: str) -> State:
    """Another episode with its own world. Policies of one's own stay; untouched defaults become that episode's.

    Raises `Refused`.
    """
    untouched = state.policies == usual_policies(state.world)
    policies = usual_policies(shipped(name)) if untouched else state.policies
    return _checked(replace(state, world=shipped(name), policies=policies))


def usual_policies(world: World) -> tuple[Policy, ...]:
    """What a world is compared under when it is opened: the four default policies, what was done where something was."""
    return arms([parse_policy(spec) for spec in default_specs(world.name)])


def add_preset(state: State, name: str) -> State:
    """A ready-made policy added to the comparison. Raises `Refused`."""
    preset = next(p for p in presets.ALL if p.name == name)
    return with_policy(state, parse_policy(preset.spec))


def with_world(state: State, changes: Mapping[str, Any]) -> State:
    """Parameters of the world changed by dotted name. Raises `Refused`."""
    return _checked(replace(state, world=changed_world(state.world, changes)))


def reset_world(state: State) -> State:
    """The episode as it was shipped; policies stay."""
    return _checked(replace(state, world=base_world(state.world)))


def reset_policies(state: State) -> State:
    """The world's usual policies; the world stays."""
    return replace(state, policies=usual_policies(state.world))


def with_draws(state: State, seed: int | None = None, paths: int | None = None) -> State:
    """Another seed or number of paths. Raises `Refused`."""
    seed, paths = state.seed if seed is None else seed, state.paths if paths is None else paths
    if not 0 <= seed < 2**31:
        raise Refused(f"seed = {seed} is out of bounds: it must be between 0 and {2**31 - 1}")
    if not 2 <= paths <= MOST_PATHS:
        raise Refused(f"paths = {paths} is out of bounds: it must be between 2 and {MOST_PATHS}")
    return _affordable(replace(state, seed=seed, paths=paths))


def with_tenor(state: State, tenor: int) -> State:
    """Another tenor in the chart of yields. Raises `Refused`."""
    if not isinstance(tenor, int) or tenor not in TENORS:
        raise Refused(f"tenor = {tenor} is refused: it must be one of {', '.join(map(str, TENORS))}")
    return replace(state, view=replace(state.view, tenor=tenor))


def with_page(state: State, page: str) -> State:
    """The same on another page. Raises `Refused`."""
    if not isinstance(page, str) or page not in PAGES:
        raise unknown("page", str(page), list(PAGES))
    return replace(state, view=replace(state.view, page=page))


def with_policies(state: State, policies: Sequence[Policy]) -> State:
    """Other policies, no action always among them and first. Raises `Refused`."""
    chosen = arms(policies)
    if len(chosen) > MOST_POLICIES:
        raise Refused(f"{len(chosen)} policies are out of bounds: at most {MOST_POLICIES} fit side by side")
    return _checked(replace(state, policies=chosen))


def _checked(state: State) -> State:
    """The state, once every policy's own rules fit the world. Raises `Refused`."""
    for policy_shown in state.policies:
        try:
            policy_shown.prepare(state.world)
        except Refused as refusal:
            raise Refused(
                f"{policy_shown.label} does not fit this world: {refusal}", *refusal.breaches
            ) from None
    return _affordable(state)


def _affordable(state: State) -> State:
    """The state, once its comparison is within what one screen may ask for. Raises `Refused`."""
    cost.check(state.world, state.policies, state.paths)
    return state


def add_policy(state: State, kind: str) -> State:
    """One more policy of a kind with its default settings. Raises `Refused`."""
    return with_policy(state, policy([build_intervention(kind, {})]))


def with_policy(state: State, added: Policy) -> State:
    """One more policy, under a label that no other has. Raises `Refused`."""
    return with_policies(state, (*state.policies, _apart(added, state.policies)))


def duplicate_policy(state: State, index: int) -> State:
    """A copy of a policy under a label of its own, right after it. Raises `Refused`."""
    twin = _apart(state.policies[index], state.policies)
    return with_policies(state, (*state.policies[: index + 1], twin, *state.policies[index + 1 :]))


def remove_policy(state: State, index: int) -> State:
    """One policy less; no action cannot be removed. Raises `Refused`."""
    if index == 0:
        raise Refused("no action cannot be removed: every other policy is measured against it")
    return with_policies(state, (*state.policies[:index], *state.policies[index + 1 :]))


def rename_policy(state: State, index: int, label: str) -> State:
    """A policy under another label; an empty one stands for its own description. Raises `Refused`."""
    renamed = policy(state.policies[index].interventions, label.strip() or None)
    return _with_policy(state, index, renamed)


def with_setting(state: State, index: int, part: int, setting: str, value: Any) -> State:
    """One setting of one intervention of a policy. Raises `Refused`."""
    old = state.policies[index]
    parts = list(old.interventions)
    parts[part] = _changed(parts[part], setting, value)
    return _with_policy(state, index, policy(parts, own_label(old)))


def add_part(state: State, index: int, kind: str) -> State:
    """A further intervention combined into a policy. Raises `Refused`."""
    old = state.policies[index]
    if any(i.name == kind for i in old.interventions):
        raise Refused(f"{BY_NAME[kind].title} is already part of this policy")
    return _with_policy(
        state, index, policy([*old.interventions, build_intervention(kind, {})], own_label(old))
    )


def remove_part(state: State, index: int, part: int) -> State:
    """One intervention less in a combined policy. Raises `Refused`."""
    old = state.policies[index]
    if len(old.interventions) == 1:
        raise Refused("a policy needs at least one intervention; remove the policy instead")
    rest = [i for k, i in enumerate(old.interventions) if k != part]
    return _with_policy(state, index, policy(rest, own_label(old)))


def own_label(own: Policy) -> str | None:
    """The label that somebody gave, or nothing where it is only the description."""
    return None if own.label == policy(own.interventions).label else own.label


# How results count


def with_counting(state: State, part: str, changes: Mapping[str, Any]) -> State:
    """Settings of the count, the game or the rules changed; `part` is a field of `Counting`. Raises `Refused`."""
    if part not in ("terms", "game", "tools"):
        raise unknown("part of the counting", part, ["terms", "game", "tools", "penalties"])
    counted = revised(getattr(state.counting, part), **changes)
    if isinstance(counted, Game) and counted.paths > MOST_GAME_PATHS:
        raise Refused(f"paths = {counted.paths} is more than this page runs: {MOST_GAME_PATHS} at most")
    return replace(state, counting=replace(state.counting, **{part: counted}))


def reset_counting(state: State, part: str) -> State:
    """One part of the counting as it was at first."""
    return replace(state, counting=replace(state.counting, **{part: getattr(Counting(), part)}))


def with_penalties(state: State, values: Sequence[Any]) -> State:
    """Other penalties for the curve of the price of help; none for those that follow the world. Raises `Refused`."""
    if not all(isinstance(x, float) for x in values):
        raise Refused("penalties must be numbers of bp between slashes, such as 0 / 20 / 80")
    if (values and not 2 <= len(values) <= MOST_POINTS) or len(set(values)) < len(values):
        raise Refused(f"give between 2 and {MOST_POINTS} different penalties")
    for value in values:
        revised(HedgedAuction(), penalty_bp=value)
    return replace(state, counting=replace(state.counting, penalties=tuple(sorted(values))))


def with_weight(state: State, key: str, value: float) -> State:
    """Another weight of one criterion. Raises `Refused`."""
    return with_weights(state, weights({**dict(state.counting.weights.importance), key: value}))


def with_weights(state: State, weights: Weights) -> State:
    """Other weights for rankings."""
    return replace(state, counting=replace(state.counting, weights=weights))


def kinds() -> tuple[type[Intervention], ...]:
    """The interventions that can be added: all but no action, which is always there."""
    return tuple(kind for kind in REGISTRY if kind.name != "none")


def _changed(old: Intervention, setting: str, value: Any) -> Intervention:
    return build_intervention(old.name, old.changed({setting: value}))


def _with_policy(state: State, index: int, policy: Policy) -> State:
    return with_policies(state, (*state.policies[:index], policy, *state.policies[index + 1 :]))


def _apart(own: Policy, others: Sequence[Policy]) -> Policy:
    """The policy under a label that no other has: its own, or its title with the next free number."""
    taken = {p.label for p in others}
    if own.label not in taken:
        return own
    stem = _stem(own)
    free = next(n for n in range(2, len(taken) + 3) if f"{stem} {n}" not in taken)
    return policy(own.interventions, f"{stem} {free}")


def _stem(policy: Policy) -> str:
    given = own_label(policy) or " and ".join(i.title for i in policy.interventions)
    words = given.split(" ")
    plain = " ".join(words[:-1]) if words[-1].isdigit() and len(words) > 1 else given
    return plain if LABEL.fullmatch(plain[:54]) else "Policy"


def with_whole_episode(name: str) -> Callable[[State], State]:
    """Another episode together with what is usually compared on it, such as what the Fed did."""
    return lambda state: reset_policies(with_episode(state, name))
