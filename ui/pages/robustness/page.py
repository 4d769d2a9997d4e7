"""The robustness page: the comparison again in rival markets and under other parameters that fit the data as well."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from models.errors import Refused
from policy.outcomes.scorecard import BY_KEY
from policy.studies.draws import KNOWN, USUAL, clashes, rival
from policy.studies.evaluation import Note
from policy.studies.executors import Stopped
from policy.studies.held import POINTS, RANKINGS, Robustness
from policy.studies.robustness import DRAWS, PATHS, Rivalry, robustness
from ui.charts.figure import Origin
from ui.pages.robustness import view
from ui.pages.robustness.view import HeldRanks
from ui.state.session import current
from ui.state.state import State
from ui.widgets import figures, frame
from ui.widgets import weights as weight_widgets
from ui.widgets.boxes import mirror, plain
from ui.widgets.doubt import ASKED
from ui.widgets.jobs import Job, drop_workers, workers
from ui.widgets.remedies import Choices, Remedy, tell_with
from ui.widgets.study_jobs import WORTH_WORKERS, points_of, progress
from ui.words import amounts, names

STRUCTURES, DRAWS_KEY, PATHS_KEY, BY = (
    "robustness.structures", "robustness.draws", "robustness.paths", "robustness.by",
)  # fmt: skip
JOB, KIND = Job("robustness"), "structures"
MOST_DRAWS, MOST_RUN_PATHS = 64, 512
SECONDS = 1.1e-5  # a path-day of one policy on one core, as measured


def choose(state: State) -> None:
    """The controls: which structures, and how many draws and paths."""
    wanted = [name for name in KNOWN if name in st.session_state.get(STRUCTURES, ())]
    mirror(STRUCTURES, wanted or list(USUAL))
    mirror(DRAWS_KEY, min(st.session_state.get(DRAWS_KEY) or DRAWS, MOST_DRAWS))
    mirror(PATHS_KEY, min(st.session_state.get(PATHS_KEY) or PATHS, MOST_RUN_PATHS))
    chosen = st.pills(
        "Structures of the market, each fitted anew to the five episodes", list(KNOWN), selection_mode="multi", key=STRUCTURES,
        format_func=lambda name: plain(rival(name).title), persist_state="session",
        help="The same market with one idea left out or put otherwise. All fit history about as well.",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Draws of parameters each", 1, MOST_DRAWS, key=DRAWS_KEY, value=None, persist_state="session", width=200,
            help="Sets of values drawn from a structure's own fit, within bounds; the first is the fit itself.",
        )  # fmt: skip
        st.number_input(
            "Paths each", 2, MOST_RUN_PATHS, step=16, key=PATHS_KEY, value=None, persist_state="session", width=160,
            help="Random paths of the shocks for each draw; the same for all draws and policies.",
        )  # fmt: skip
    for name in chosen:
        if clashes(state.world, rival(name)):
            st.caption(plain(view.clash_words(state.world, name)))


def asked_of(state: State, choices: Choices) -> Rivalry:
    """What is asked by the page's choices. Raises `Refused`."""
    ordered = tuple(
        name for name in KNOWN if name in choices[STRUCTURES] and not clashes(state.world, rival(name))
    )
    draws, paths = choices.get(DRAWS_KEY) or DRAWS, choices.get(PATHS_KEY) or PATHS
    return Rivalry(state.world, state.policies, ordered, draws, paths, state.seed)


def remedies() -> Iterator[Remedy]:
    """Other choices: the usual structures, all that fit this world."""
    yield Remedy("Take the usual structures", {STRUCTURES: list(USUAL)})
    yield Remedy("Take every structure that fits", {STRUCTURES: list(KNOWN)})


def seconds(asked: Rivalry, count: int) -> float:
    """About how long draws take on one core."""
    return count * (0.05 + SECONDS * len(asked.compared) * asked.paths * asked.world.scenario.days)


def run(asked: Rivalry, left: int, note: Note) -> Robustness:
    """The missing draws, by the server's workers where that pays; if these go away, here."""
    kept = points_of(asked, KIND)
    if seconds(asked, left) >= WORTH_WORKERS:
        try:
            note(0.0, "starting workers")
            return robustness(asked, kept, note, workers())
        except Stopped:
            drop_workers()
    return robustness(asked, kept, note)


def show(ranks: HeldRanks) -> None:
    """All that finished draws tell."""
    asked = ranks.asked
    origin = Origin(asked.world, asked.policies, asked.seed, asked.paths)
    frame.lead(view.verdict(ranks))
    figure = view.chart(ranks)
    if not figure.panels[0].empty:
        with st.container(key="alone_robustness"):
            figures.draw(figure, origin)
    st.markdown("\n".join(f"- {plain(view.ranking_words(ranks, key))}." for key in RANKINGS))
    frame.heading(
        "The verdict in each structure",
        "By the rule of the sandbox and equal weights; the most frequent among its draws.",
    )
    st.markdown("\n".join(f"- {plain(line)}." for line in view.verdict_words(ranks)))
    pairs(ranks)
    frame.heading(
        "Every outcome: how often each policy is best",
        f"Per cent of {ranks.counted} draws, shaded by the share; policies that are alike share a draw.",
    )
    st.html(view.best_html(ranks))
    for line in view.refused_words(ranks):
        st.caption(plain(line))


def pairs(ranks: HeldRanks) -> None:
    """One ranking's pairs, structure by structure."""
    keys = view.telling(ranks)
    if not keys:
        return
    if st.session_state.get(BY) not in keys:
        st.session_state[BY] = keys[0]
    spot = st.container()
    key = st.selectbox(
        "Ranked by", keys, key=BY, persist_state="session", width=360,
        format_func=lambda key: "Points by your weights" if key == POINTS else BY_KEY[key].title,
    )  # fmt: skip
    with spot:
        frame.heading(
            f"{view.subject(key)}: {view.order_words(ranks, key)}",
            "The order of the first structure's own fit; share of each structure's draws in which the first of a pair is better.",
        )
    st.html(view.pairs_html(ranks, key))


def page() -> None:
    """Draws the page; what was asked for runs last."""
    state = current()
    frame.levers(state)
    frame.begin("Robustness: does the ranking survive another market?")
    st.markdown(
        "Nobody knows how this market is built. Rival structures fit the same five episodes about as well, and many sets of parameters "
        "fit each of them. This runs the same comparison in all of them on the same shocks, and counts where each ranking holds. Now: "
        f"{plain(names.changed_words(state.world))}; {plain(amounts.listed(list(names.policy_names(state.policies))))}."
    )
    choose(state)
    try:
        asked = asked_of(state, st.session_state)
    except Refused as refused:
        tell_with("robustness", refused, remedies(), asked_of)
        frame.end(state)
        return
    (left, done), key = progress(asked, KIND, asked.points), (asked.name, str(asked.draws))
    if st.session_state.pop(ASKED, False) and left:
        JOB.start(key)
    spot, weights = st.container(), weight_widgets.chosen_weights()
    if not left:
        with spot:
            show(HeldRanks(robustness(asked, points_of(asked, KIND)), asked, weights))
    elif not JOB.running(key):
        offer(asked, key, spot, left, done)
    frame.end(state)
    if left and JOB.running(key):
        JOB.work(key, spot, lambda note: run(asked, left, note))


def offer(
    asked: Rivalry, key: tuple[str, str], spot: st.delta_generator.DeltaGenerator, left: int, done: int
) -> None:
    """The one click, and what it costs."""
    with spot:
        JOB.show_refusal(
            key,
            [Remedy("Take the usual structures", {STRUCTURES: list(USUAL)})]
            if asked.structures != USUAL
            else (),
        )
        text = f"Run {left} draws" if not done else f"Go on with {left} draws"
        hint = f"Off until you ask: about {max(1, round(seconds(asked, left)))} seconds on one processor. It can be stopped, and goes on where it was."
        JOB.button(key, text, hint, f"Stopped. {done} draws are finished and kept." if done else "Stopped.")


page()
