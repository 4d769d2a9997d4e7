"""The thin layer between the frozen state and streamlit: where it is kept, the only writers, refusals, undo and redo."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

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
from ui.state import document as files
from ui.state import link
from ui.state import state as s
from ui.state.document import Restored
from ui.state.state import State
from ui.state.turns import Turns

STATE, HISTORY, FUTURE, REFUSED, NOTICES = "state", "history", "future", "refused", "notices"
LAST, BEFORE = "last_change", "replayed"
DEEPEST = 50
ONE_STEP = 1.0  # seconds within which changes of one lever are one step
# Comparisons that run at once in one server: more would only share the same cores, and hold memory while they wait.
TURNS = Turns(places=2)
# Heavy ones run in a process of their own, where they slow nobody's page and can be stopped.
HEAVY = Helper(seconds=60.0, keep=False)
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
        past = (*past, files.to_toml(old))[-DEEPEST:]
    st.session_state[HISTORY], st.session_state[FUTURE] = past, ()
    st.session_state[LAST] = (where, time.monotonic())
    st.session_state[STATE] = new


def _goes_on(where: str) -> bool:
    """Whether a change belongs to the step before it."""
    last, at = st.session_state.get(LAST, ("", 0.0))
    lever = where.startswith(("world.", "policy.")) and not where.endswith(".combine")
    return lever and where == last and time.monotonic() - at < ONE_STEP


def attempt(where: str, change: Callable[[State], State]) -> None:
    """Commit a change, or keep the state and remember beside which control the refusal is to be shown."""
    try:
        commit(link.linked(change(kept())), where)
    except Refused as refusal:
        refuse(where, str(refusal))


def refusal(where: str) -> str | None:
    """What was refused at a control in the last attempt."""
    return st.session_state.get(REFUSED, {}).get(where)


def visit(page: str) -> None:
    """The page that is looked at; moving about is no step to undo."""
    st.session_state[STATE] = s.with_page(kept(), page)


def refuse(where: str, message: str) -> None:
    """Remember beside which control a refusal is to be shown; the state stays."""
    st.session_state[REFUSED] = {where: message}


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
    st.session_state[target] = (*st.session_state.get(target, ()), files.to_toml(now))
    st.session_state[source] = stack[:-1]
    st.session_state[STATE] = s.with_page(step(stack[-1]), now.view.page)
    st.session_state[REFUSED] = {}
    for key in (LAST, BEFORE):
        st.session_state.pop(key, None)


def step(document: str) -> State:
    """A step of the history: kept as its document, a hundredth of the state's size."""
    return files.from_toml(document).state


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
    return replace(_computed(s.digest(bare), state), policies=state.policies)


@st.cache_resource(max_entries=64, show_spinner=False)
def _computed(key: str, _state: State) -> Summary:
    """Small and frozen, so one shared copy serves every session; the digest is the key."""
    asked = (_state.world, _state.policies, _state.paths, _state.seed)
    price = cost.check(*asked[:3])
    with TURNS.taken(_session(), price, wanted):
        if not price.heavy:
            return summary_of(*asked)
        try:
            return HEAVY.call(summary_of, *asked, alive=wanted)
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
