"""The thin layer between the frozen state and streamlit: where it is kept, the only writers, refusals, undo and redo."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from models.errors import Refused
from models.scenario import World
from models.simulation import Run, followed, simulate, simulate_central
from models.trace import Walk, walk
from policy import cost, spec
from policy.comparison import Comparison, compare
from policy.leverage.game import ExAnte, Game
from policy.leverage.penalty import usual_penalties
from policy.outcomes.summary import Summary, summarise
from policy.outcomes.terms import Terms
from policy.spec import Policy
from policy.studies.helper import Died, Helper
from policy.studies.helpers import Helpers
from ui.state import drafts, link
from ui.state import state as s
from ui.state.document import Restored
from ui.state.instead import Change, Offer, accepted, fewer_paths
from ui.state.shared import SharedResults
from ui.state.state import State
from ui.state.turns import Turns

STATE, HISTORY, FUTURE, REFUSED, NOTICES = "state", "history", "future", "refused", "notices"
LAST, BEFORE = "last_change", "replayed"
RECALLED, FIRST_DRAFTS = "recalled", "first_drafts"
DEEPEST = 50
MEMORY = 200_000  # characters that a tab's browser keeps of its steps
MEMORY_VERSION = 1  # the form they are in
ONE_STEP = 1.0  # seconds within which changes of one lever are one step
# Comparisons that run at once in one server: more would only share the same cores, and hold memory while they wait.
TURNS = Turns(places=2)
# Heavy ones run in a process of their own, after all that is light: they slow nobody's page, and can be stopped.
HEAVY = Helper(seconds=60.0, keep=False, patience=10)
# Where several run at once each has a process: in one they would take turns, and every page with them.
LIGHT = Helpers(seconds=60.0)
# About two hundred screens of the usual size: a class that starts from one screen meets its own screens again and again.
SUMMARIES: SharedResults[Summary] = SharedResults(most_mb=100.0)
SHOWN_BEFORE = 1.8  # seconds for which a replay shows the screen before the last change


def current() -> State:
    """The state to draw: the session's own or, during a replay, the one before the last change."""
    return st.session_state.get(BEFORE) or kept()


def kept() -> State:
    """The session's state; a new session gets the one in its link, or the opening one."""
    if STATE not in st.session_state:
        st.session_state[STATE], notices = _from_link(st.query_params.get(link.PARAMETER))
        if notices:
            st.session_state[NOTICES] = ("This link could not be restored as it was", notices)
    return st.session_state[STATE]


def _from_link(packed: str | None) -> tuple[State, tuple[str, ...]]:
    if packed is None:
        return s.opening(), ()
    try:
        restored = link.unpack(packed)
    except Refused as refusal:
        return s.opening(), (f"{refusal}. The opening comparison is shown instead.",)
    return restored.state, restored.lines


# Changing it


def commit(new: State, where: str = "") -> None:
    """Make `new` the state and keep the old one; changes of one lever in quick succession are one step."""
    old = kept()
    st.session_state.pop(BEFORE, None)
    st.session_state[REFUSED] = {}
    if new == old:
        return
    past = st.session_state.get(HISTORY, ())
    if not (past and _goes_on(where)):
        past = (*past, link.pack(old))[-DEEPEST:]
    st.session_state[HISTORY], st.session_state[FUTURE] = past, ()
    st.session_state[LAST] = (where, time.monotonic())
    st.session_state[STATE] = new


def _goes_on(where: str) -> bool:
    """Whether a change belongs to the step before it."""
    last, at = st.session_state.get(LAST, ("", 0.0))
    lever = where.startswith(("world.", "policy.")) and not where.endswith(".combine")
    return lever and where == last and time.monotonic() - at < ONE_STEP


@dataclass(frozen=True)
class Declined:
    """What was refused at a control, and a change that would be accepted instead, where one is known."""

    refused: Refused
    offer: Offer | None = None


def attempt(where: str, change: Change, offers: Iterable[Offer] = ()) -> None:
    """Commit a change, or keep the state and remember beside which control the refusal is to be shown.

    With it goes the first of the offers that would be accepted, the same on fewer paths the last of them; they are only
    looked at after a refusal.
    """
    try:
        commit(link.linked(change(kept())), where)
    except Refused as refused:
        refuse(where, refused, chain(offers, fewer_paths(change, kept().paths)))


def acceptable(change: Change) -> bool:
    """Whether a change of the present state would be accepted, and would change something."""
    return accepted(change, kept())


def refusal(where: str) -> Refused | None:
    """What was refused at a control in the last attempt."""
    declined = st.session_state.get(REFUSED, {}).get(where)
    return declined and declined.refused


def offered(where: str) -> Offer | None:
    """What would be accepted there instead."""
    declined = st.session_state.get(REFUSED, {}).get(where)
    return declined and declined.offer


def visit(page: str) -> None:
    """The page that is looked at; moving about is no step to undo."""
    st.session_state[STATE] = s.with_page(kept(), page)


def refuse(where: str, refused: Refused, offers: Iterable[Offer] = ()) -> None:
    """Remember beside which control a refusal is to be shown, and the first offer that would be accepted; the state stays."""
    offer = next((offer for offer in offers if acceptable(offer[1])), None)
    st.session_state[REFUSED] = {where: Declined(refused, offer)}


def load(restored: Restored) -> None:
    """A state from a file: one step that can be undone, with what was refused of it."""
    commit(s.with_page(restored.state, kept().view.page))
    if restored.lines:
        st.session_state[NOTICES] = ("This file could not be restored as it was", restored.lines)


# Undo, redo, replay


def can_undo() -> bool:
    return bool(st.session_state.get(HISTORY))


def can_redo() -> bool:
    return bool(st.session_state.get(FUTURE))


def undo() -> None:
    """One step back."""
    _step(HISTORY, FUTURE)


def redo() -> None:
    """One step forward again."""
    _step(FUTURE, HISTORY)


def _step(source: str, target: str) -> None:
    stack = st.session_state.get(source, ())
    if not stack:
        return
    now = kept()
    st.session_state[source] = stack[:-1]
    try:
        before = step(stack[-1])
    except Refused as refused:  # of an earlier visit, as the browser kept it
        st.session_state[NOTICES] = ("A step could not be restored and is left out", (str(refused),))
        return
    st.session_state[target] = (*st.session_state.get(target, ()), link.pack(now))
    _show(before)


def _show(state: State) -> None:
    """Another state on the page that is looked at, without a step of its own in the history."""
    st.session_state[STATE] = s.with_page(state, kept().view.page)
    st.session_state[REFUSED] = {}
    for key in (LAST, BEFORE):
        st.session_state.pop(key, None)


def step(packed: str) -> State:
    """A step of the history: kept as the parameter of its link, a hundredth of the state's size. Raises `Refused`."""
    return link.unpack(packed).state


def follow_address() -> None:
    """Back and Forward of the browser: the screen becomes what the address says.

    Undo and redo agree: the steps on either side of it are those before and after it. An address between two steps, of
    a lever moved in quick succession, leaves the earlier ones and puts the screen it came from among the later ones.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not context.is_history_navigation or STATE not in st.session_state:
        return
    packed, now = st.query_params.get(link.PARAMETER), link.pack(kept())
    address = packed or link.pack(s.opening())
    if address == now:
        return
    state, notices = _from_link(packed)
    past, future = st.session_state.get(HISTORY, ()), st.session_state.get(FUTURE, ())
    line = (*past, now, *reversed(future))
    if address in line:
        place = min((k for k, own in enumerate(line) if own == address), key=lambda k: abs(k - len(past)))
        past, future = line[:place], tuple(reversed(line[place + 1 :]))
    else:
        future = (*future, now)
    st.session_state[HISTORY], st.session_state[FUTURE] = past, future
    _show(state)
    if notices:
        st.session_state[NOTICES] = ("This link could not be restored as it was", notices)


# What the browser keeps of a tab, for a reload or a server that was started anew


def remembered() -> dict[str, Any]:
    """What a tab's browser is to keep: this screen, the nearest steps on either side of it that fit, and the pages' drafts."""
    past, future = st.session_state.get(HISTORY, ()), st.session_state.get(FUTURE, ())
    own = drafts.of(st.session_state)
    st.session_state.setdefault(FIRST_DRAFTS, own)
    return {
        "version": MEMORY_VERSION,
        "now": link.pack(kept()),
        "past": _nearest(past, MEMORY // 2),
        "future": _nearest(future, MEMORY // 2),
        "drafts": drafts.packed(own),
    }


def _nearest(steps: Sequence[str], room: int) -> list[str]:
    """The last steps that fit into so many characters, oldest first."""
    lengths = accumulate(len(packed) for packed in reversed(steps))
    fitting = sum(1 for length in lengths if length <= room)
    return list(steps[len(steps) - fitting :])


def recall(memory: Any) -> None:
    """Join what a browser kept of this tab to a new session.

    The address stays the truth: it says what is shown. The steps around that screen come back; where the tab showed
    another one before, it and its past are what undo brings back. Drafts of pages come back where nothing was chosen
    since. What is damaged is left out, and said.
    """
    st.session_state[RECALLED] = True
    said: list[str] = []
    for joined in (_recall_steps, _recall_drafts):
        try:
            joined(memory)
        except Refused as refused:
            said.append(str(refused))
    if said:
        st.session_state[NOTICES] = ("What your browser kept of this tab is left out", tuple(said))


def _recall_drafts(memory: Any) -> None:
    """Answers and choices of pages. Raises `Refused` where they are damaged; a damaged memory has none."""
    if isinstance(memory, Mapping) and memory.get("version") == MEMORY_VERSION:
        told, now = drafts.unpacked(memory.get("drafts")), drafts.of(st.session_state)
        st.session_state.update(drafts.returned(told, st.session_state.get(FIRST_DRAFTS, now), now))


def _recall_steps(memory: Any) -> None:
    """The steps on either side of the screen. Raises `Refused` where they are damaged."""
    past, now, future = _read(memory)
    if st.session_state.get(HISTORY):  # something was changed before the browser answered
        future = ()
    elif now != link.pack(kept()):
        past, future = (*past, now), ()
    st.session_state[HISTORY] = (*past, *st.session_state.get(HISTORY, ()))[-DEEPEST:]
    st.session_state[FUTURE] = st.session_state.get(FUTURE, ()) or future[-DEEPEST:]


def _read(memory: Any) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Past, present and future of a tab. Raises `Refused`; each step is opened, and checked whole, when it is asked for."""
    if not isinstance(memory, Mapping) or memory.get("version") != MEMORY_VERSION:
        raise Refused("it is damaged or was kept by another version of this sandbox")
    past, now, future = (memory.get(key) for key in ("past", "now", "future"))
    if not (isinstance(past, list) and isinstance(future, list) and len(past) + len(future) <= 2 * DEEPEST):
        raise Refused("it is damaged: its steps cannot be read")
    for packed in (*past, now, *future):
        if not isinstance(packed, str):
            raise Refused("it is damaged: its steps cannot be read")
        link.opened(packed)
    return tuple(past), str(now), tuple(future)


def replay() -> None:
    """Show the screen before the last change for a moment, then the present one: see what it did once more."""
    if can_undo():
        st.session_state[BEFORE] = s.with_page(step(st.session_state[HISTORY][-1]), kept().view.page)


def replaying() -> bool:
    return BEFORE in st.session_state


def finish_replay() -> None:
    """Called once the page is drawn: waits, then draws the present state. Does nothing when no replay is on."""
    if replaying():
        time.sleep(SHOWN_BEFORE)
        st.session_state.pop(BEFORE, None)
        st.rerun()


# Results


def results(state: State) -> Summary:
    """The summary of the state's comparison, computed once for the same inputs and model version."""
    bare = replace(
        state, policies=tuple(spec.policy(p.interventions, f"p{k}") for k, p in enumerate(state.policies))
    )
    shared = SUMMARIES.get(s.digest(bare), lambda: _computed(state), wanted)
    return replace(shared, policies=state.policies)


def _computed(state: State) -> Summary:
    """Small and frozen, so one shared copy serves every session."""
    asked = (state.world, state.policies, state.paths, state.seed)
    price = cost.check(*asked[:3])
    with TURNS.taken(_session(), price, wanted) as alone:
        if alone and not price.heavy:
            return summary_of(*asked)
        try:
            if price.heavy:
                return HEAVY.call(summary_of, *asked, alive=wanted)
            return LIGHT.call(summary_of, *asked)
        except Died:
            raise Refused(
                "the run was stopped because it took too much of this server; try fewer paths"
            ) from None


def summary_of(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Summary:
    """A comparison run and summarised here and now. Raises `Refused`."""
    return summarise(compare(world, policies, paths, seed))


def _session() -> str:
    """Who asks; one name for all who are no session of a browser."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context is not None else ""


def wanted() -> None:
    """Ends this page's script where its session has gone or asks for something else, by streamlit's own signal."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        context.yield_check()


def compared(world: World, policies: Sequence[Policy], paths: int, seed: int) -> Comparison:
    """A comparison run here, in its turn. Raises `Refused`."""
    with TURNS.taken(_session(), cost.check(world, policies, paths), wanted):
        return compare(world, policies, paths, seed)


def one_path(world: World, policy: Policy, path: int | None, seed: int) -> Run:
    """One path of a policy, counted from 0, or the central path. Raises `Refused`."""
    own, arms = policy.prepare(world), [policy.orders]
    run = (
        simulate_central(own, arms) if path is None else simulate([own], arms, paths=1, seed=seed, first=path)
    )
    return run[0]


def as_followed(world: World) -> Run:
    """The central path of a world with the policy that was followed."""
    (run,) = simulate_central(world, [followed])
    return run


def walked(world: World, policy: Policy) -> Walk:
    """The central path of a policy with the market's state on every morning. Raises `Refused`."""
    return walk(policy.prepare(world), policy.orders)


def terms() -> Terms:
    """How the public's result is counted now."""
    return current().counting.terms


def game() -> Game:
    """The game's settings now."""
    return current().counting.game


def tools() -> ExAnte:
    """The three rules set beforehand, each to be played alone."""
    return current().counting.tools


def penalties() -> tuple[float, ...]:
    """Penalties over which the price of help is drawn: those of the state, else those that follow its world."""
    return current().counting.penalties or usual_penalties(current().world)
