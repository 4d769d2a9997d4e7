"""A state as a TOML document and back: for files, and, packed, for links.

The document holds differences only (from the shipped world, from its usual policies, from the default draws), the model
version, and fingerprints of the figures of its worlds and policies, by which it is known whether they have moved since.
Reading keeps everything that is valid and lists everything that is not: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tomli_w

from models import MODEL_VERSION
from models.documents import flat, listed, parse
from models.errors import Refused
from models.library import SHIPPED, shipped
from models.scenario import World
from models.text import shown
from models.versions import carried, newer
from models.worlds import changed, flatten, plain
from models.worlds import replace as changed_world
from policy import comparison, cost, golden
from policy.ranking.criteria import DEFAULT_WEIGHTS, parse_weights, print_weights
from policy.spec import Policy, parse_policy, print_policy
from ui.state import runs, talk
from ui.state import state as s
from ui.state.items import TalkItem
from ui.state.state import Counting, Looked, NamedRun, State

Refusals = list[str]
MOST_CHANGES = 400  # parameters that one document may name; there are fewer
MOST_SPECS = 32  # policies that are looked at
KEYS = (
    "model_version", "episode", "world", "policies", "seed", "paths", "page", "tenor", "counting", "runs", "talk", "fingerprints",
)  # fmt: skip


@dataclass(frozen=True)
class Restored:
    """What a document gave: the state, a line for everything that was refused, and one for all that changed with the model."""

    state: State
    refused: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything that needs saying."""
        return self.said + self.refused


# Writing


def to_toml(state: State) -> str:
    """The document of a state."""
    data: dict[str, Any] = {"model_version": MODEL_VERSION, **_world_data(state.world)}
    if state.policies != s.usual_policies(state.world):
        data["policies"] = [print_policy(p) for p in state.policies]
    default = State(state.world, state.policies)
    data |= {
        key: getattr(state, key) for key in ("seed", "paths") if getattr(state, key) != getattr(default, key)
    }
    data |= {
        key: getattr(state.view, key)
        for key in ("page", "tenor")
        if getattr(state.view, key) != getattr(Looked(), key)
    }
    counting = _counting_data(state.counting)
    if counting:
        data["counting"] = counting
    if state.runs:
        data["runs"] = [_run_data(run) for run in state.runs]
    if state.talk:
        data["talk"] = [_item_data(item) for item in state.talk]
    data["fingerprints"] = golden.fingerprints(s.pairs(state))
    return tomli_w.dumps(data)


def _world_data(world: World) -> dict[str, Any]:
    base = s.base_world(world)
    differences = {name: plain(value) for name, value in changed(world, base).items()}
    return {"episode": base.name} | ({"world": differences} if differences else {})


def _counting_data(counting: Counting) -> dict[str, Any]:
    """What differs in how results count, by part."""
    changed: dict[str, Any] = {}
    for part in ("terms", "game", "tools"):
        now, base = getattr(counting, part), getattr(Counting(), part)
        changes = {
            k: plain(getattr(now, k)) for k in type(now).model_fields if getattr(now, k) != getattr(base, k)
        }
        changed |= {part: changes} if changes else {}
    changed |= {"penalties": list(counting.penalties)} if counting.penalties else {}
    return changed | (
        {"weights": print_weights(counting.weights)} if counting.weights != DEFAULT_WEIGHTS else {}
    )


def _run_data(run: NamedRun) -> dict[str, Any]:
    note = {"note": run.note} if run.note else {}
    own = {"policy": print_policy(run.policy), "seed": run.seed, "paths": run.paths}
    return {"name": run.name, **note, **_world_data(run.world), **own}


def _item_data(item: TalkItem) -> dict[str, Any]:
    told = {key: getattr(item, key) for key in ("name", "chart", "lever") if getattr(item, key)}
    kept = item.kept
    own = (
        {}
        if kept is None
        else {"policies": [print_policy(p) for p in kept.policies], "seed": kept.seed, "paths": kept.paths}
    )
    return {"shows": item.shows, **told, **(_world_data(kept.world) if kept else {}), **own}


# Reading


def from_toml(text: str) -> Restored:
    """The state of a document. Raises `Refused` where it is no document at all."""
    data = parse(text)
    if "episode" not in data:
        raise Refused(
            "this is no saved screen: it has no episode; files saved here begin with model_version and episode"
        )
    refused: Refusals = []
    _only(data, KEYS, refused)
    version = data.get("model_version")
    said: Refusals = []
    world = _world(data, version, refused, said)
    state = _draws(State(world, comparison.arms([])), data, refused)
    state = _policies(state, data["policies"], refused) if "policies" in data else _usual(state, refused)
    state = _counting(state, data.get("counting", {}), refused, said)
    values = _listed(data, "runs", refused)
    for run in values[: s.MOST_RUNS]:
        state = _run(state, run, version, refused, said)
    refused += [
        f"run {shown(run.get('name'))} is left out: {len(values)} runs are out of bounds: at most {s.MOST_RUNS} fit side by side"
        for run in values[s.MOST_RUNS :]
    ]
    state = _talk(state, _listed(data, "talk", refused), version, refused, said)
    for key, change in (("tenor", s.with_tenor), ("page", s.with_page)):
        if key in data:
            state = _tried(state, lambda old, key=key, change=change: change(old, data[key]), refused)
    said = [*_since(data, state, refused), *said]
    return Restored(state, listed(refused), tuple(said))


def _tried(state: State, change: Any, refused: Refusals, before: str = "") -> State:
    """The changed state, or the old one and a line that says why not."""
    try:
        return change(state)
    except Refused as refusal:
        refused.append(f"{before}{refusal}")
    return state


def _usual(state: State, refused: Refusals) -> State:
    """The world's usual policies, on fewer paths where they would cost too much."""
    usual = s.usual_policies(state.world)
    most = cost.most_paths(state.world, usual, cost.RUN_MB)
    if state.paths > most:
        refused.append(
            f"paths = {state.paths} is too many for this world under its usual policies: {most} are shown"
        )
        state = replace(state, paths=most)
    try:
        return s.with_policies(state, usual)
    except Refused as refusal:
        refused.append(str(refusal))
    return replace(state, policies=usual)


def _only(data: Mapping[str, Any], known: Sequence[str], refused: Refusals) -> None:
    refused += [
        f"{shown(key)} is not known here; known are {', '.join(known)}" for key in data if key not in known
    ]


def _since(data: Mapping[str, Any], state: State, refused: Refusals) -> list[str]:
    """A line where numbers have changed since; without fingerprints, where the model's version has."""
    marks = data.get("fingerprints")
    if isinstance(marks, Mapping) and all(isinstance(text, str) for text in marks.values()):
        return _moved(marks, state, _reasons(data.get("model_version")))
    if marks is not None:
        refused.append("fingerprints is refused: it must be a table of worlds with a text each")
    return _version(data.get("model_version"))


def _moved(marks: golden.Fingerprints, state: State, reasons: str) -> list[str]:
    words = "; ".join(golden.moved_words(marks, s.pairs(state)))
    why = f": {reasons}" if reasons else ""
    return [f"settings are restored, but since it was made {words}{why}"] if words else []


def _version(version: Any) -> list[str]:
    if version == MODEL_VERSION:
        return []
    origin = "without a model version" if version is None else f"with model version {shown(version)}"
    reasons = _reasons(version)
    numbers = f"numbers have changed with the model: {reasons}" if reasons else "numbers may differ"
    return [f"it was made {origin} and this is version {MODEL_VERSION}: settings are restored, but {numbers}"]


def _reasons(version: Any) -> str:
    return "; ".join(v.reason for v in newer(version))


def _world(data: Mapping[str, Any], version: Any, refused: Refusals, said: Refusals) -> World:
    """The world of a document: all changes at once, or, where they are refused, those that can be made one by one.

    What an older version's world loses with the model goes into `said`.
    """
    name, changes = data.get("episode"), data.get("world", {})
    if not isinstance(name, str) or name not in (*SHIPPED, World().name):
        refused.append(
            f"episode = {shown(name)} is unknown: it must be one of {', '.join(SHIPPED)}; {s.FIRST_EPISODE} is shown"
        )
        name = s.FIRST_EPISODE
    world = shipped(name) if name in SHIPPED else World()
    if not isinstance(changes, Mapping):
        refused.append("world is refused: it must be a table of parameters and values")
        return world
    try:
        values = flat(changes, "world", flatten(world))
    except Refused as refusal:
        refused.append(str(refusal))
        return world
    if len(values) > MOST_CHANGES:
        refused.append(f"world with {len(values):,} parameters is refused: there are {len(flatten(world))}")
        return world
    values, lost = carried(values, version)
    said += [line for line in lost if line not in said]
    try:
        return changed_world(world, values)
    except Refused:
        return _one_by_one(world, values, refused)


def _one_by_one(world: World, changes: Mapping[str, Any], refused: Refusals) -> World:
    for name, value in changes.items():
        try:
            world = changed_world(world, {name: value})
        except Refused as refusal:
            refused.append(str(refusal))
    return world


def _policies(state: State, specs: Any, refused: Refusals) -> State:
    """The policies that can be read and fit the world, in their order."""
    state = replace(state, policies=comparison.arms([]))
    if not isinstance(specs, Sequence) or isinstance(specs, str):
        refused.append(f"policies = {shown(specs)} is refused: it must be a list of policies")
        return state
    if len(specs) > MOST_SPECS:
        refused.append(f"{len(specs):,} policies are out of bounds: only {MOST_SPECS} are looked at")
    for spec in specs[:MOST_SPECS]:
        state = _tried(state, lambda old, spec=spec: _joined(old, _policy(spec)), refused)
    return state


def _joined(state: State, policy: Policy) -> State:
    is_none = policy.interventions == state.policies[0].interventions
    return s.with_policies(state, [policy, *state.policies[1:]] if is_none else [*state.policies, policy])


def _policy(spec: Any) -> Policy:
    """A policy from its spec; never from a file, since documents come from anywhere. Raises `Refused`."""
    if not isinstance(spec, str) or "@" in spec:
        raise Refused(f"policy {shown(spec)} is refused: it must be written out, as in 'outright:pace_bn=50'")
    return parse_policy(spec)


def _draws(state: State, data: Mapping[str, Any], refused: Refusals) -> State:
    for key in ("seed", "paths"):
        if key not in data:
            continue
        value = data[key]
        if isinstance(value, int) and not isinstance(value, bool):
            state = _tried(
                state, lambda old, key=key, value=value: s.with_draws(old, **{key: value}), refused
            )
        else:
            refused.append(f"{key} = {shown(value)} is refused: it must be a whole number")
    return state


def _counting(state: State, data: Any, refused: Refusals, said: Refusals) -> State:
    """Each part at once or, where it is refused, setting by setting."""
    if not isinstance(data, Mapping):
        refused.append("counting is refused: it must be a table")
        return state
    _only(data, ("terms", "game", "tools", "penalties", "grid", "weights"), refused)
    for part in ("terms", "game", "tools"):
        changes = data.get(part, {})
        if not isinstance(changes, Mapping):
            refused.append(f"counting.{part} is refused: it must be a table of settings and values")
            continue
        try:
            state = s.with_counting(state, part, changes)
        except Refused:
            for key, value in changes.items():
                one = {key: value}
                state = _tried(
                    state, lambda old, one=one, part=part: s.with_counting(old, part, one), refused
                )
    if "grid" in data:
        said.append(
            "the grid of reserve discounts is not carried over: the price of help is now drawn over penalties in bp"
        )
    if "penalties" in data:
        given = data["penalties"]
        state = _tried(
            state, lambda old: s.with_penalties(old, given if isinstance(given, list) else (given,)), refused
        )
    if "weights" in data:
        text = str(data["weights"])
        state = _tried(state, lambda old: s.with_weights(old, parse_weights(text)), refused)
    return state


def _listed(data: Mapping[str, Any], key: str, refused: Refusals) -> list[Mapping[str, Any]]:
    listed = data.get(key, [])
    if isinstance(listed, list) and all(isinstance(item, Mapping) for item in listed):
        return listed
    refused.append(f"{key} is refused: it must be a list of tables")
    return []


def _run(state: State, data: Mapping[str, Any], version: Any, refused: Refusals, said: Refusals) -> State:
    """One more named run, whole or not at all: a run that is not what its name says would mislead."""
    name, note = data.get("name"), data.get("note", "")
    own: Refusals = []
    _only(data, ("name", "note", "episode", "world", "policy", "seed", "paths"), own)
    world = _world(data, version, own, said)
    bare = _draws(State(world, comparison.arms([])), data, own)
    if not isinstance(name, str) or not isinstance(note, str):
        own.append("name and note must be text")
    elif not own:
        return _tried(
            state,
            lambda old: runs.with_run(
                old, NamedRun(name, note, world, _policy(data.get("policy")), bare.seed, bare.paths)
            ),
            refused,
            f"run {shown(name)} is left out: ",
        )
    refused.append(f"run {shown(name)} is left out: {'; '.join(own)}")
    return state


def _talk(
    state: State, values: Sequence[Mapping[str, Any]], version: Any, refused: Refusals, said: Refusals
) -> State:
    """The slides of a talk, each whole or not at all."""
    slides: list[TalkItem] = []
    for value in values[: talk.MOST_SLIDES]:
        own: Refusals = []
        item = _item(value, version, own, said)
        try:
            if item is not None and not own:
                talk.with_items(state, [item])
                slides.append(item)
        except Refused as refusal:
            own.append(str(refusal))
        if own:
            refused.append(
                f"slide {shown(value.get('name', value.get('shows')))} is left out: {'; '.join(own)}"
            )
    if len(values) > talk.MOST_SLIDES:
        refused.append(f"{len(values)} slides are out of bounds: the first {talk.MOST_SLIDES} are read")
    return talk.with_items(state, slides)


def _item(data: Mapping[str, Any], version: Any, own: Refusals, said: Refusals) -> TalkItem | None:
    """A slide as data, its comparison among them; nothing, and why, where it is none."""
    shows = data.get("shows")
    if shows not in ("step", "screen", "comparison"):
        own.append(f"it shows {shown(shows)}; it must show a step, the screen or a comparison")
        return None
    told = {key: data.get(key, "") for key in ("name", "chart", "lever")}
    if not all(isinstance(text, str) for text in told.values()):
        own.append("name, chart and lever must be text")
        return None
    if shows != "comparison":
        _only(data, ("shows", "name") if shows == "step" else ("shows", "chart", "lever"), own)
        return TalkItem(shows, **told)
    _only(data, ("shows", "name", "chart", "episode", "world", "policies", "seed", "paths"), own)
    bare = _draws(State(_world(data, version, own, said), comparison.arms([])), data, own)
    screen = _policies(bare, data.get("policies", []), own)
    return replace(talk.kept_item(screen, told["name"]), chart=told["chart"])
