"""The robustness page: one click runs the comparison again under other parameters that fit the data as well."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.errors import Refused
from policy.outcomes.scorecard import BY_KEY
from policy.studies.robustness import DRAWS, PATHS, robustness
from ui.charts.figure import Figure, Origin
from ui.comparison import figures
from ui.pages.robustness import view
from ui.pages.robustness.view import DrawnRanks
from ui.state import state as s
from ui.state.session import current
from ui.state.state import State
from ui.widgets import figures as layout
from ui.widgets import frame
from ui.widgets.boxes import mirror, plain, tell
from ui.words import amounts, names

DRAWS_KEY, PATHS_KEY, OUTCOME = "robustness.draws", "robustness.paths", "robustness.outcome"
KEPT, RUNNING, STOPPED = "robustness.kept", "robustness.running", "robustness.stopped"
MOST_KEPT = 4
MOST_DRAWS, MOST_RUN_PATHS = 200, 512

AskedDraws = tuple[str, int, int]


def asked(state: State, draws: int, paths: int) -> AskedDraws:
    """What names a result: the whole state with the model version, and how much was asked for."""
    return (s.digest(state), draws, paths)


def keep(key: AskedDraws, ranks: DrawnRanks) -> None:
    """Remember a result in this session, the oldest forgotten."""
    kept = {**st.session_state.get(KEPT, {}), key: ranks}
    st.session_state[KEPT] = dict(list(kept.items())[-MOST_KEPT:])


def start(key: AskedDraws) -> None:
    """The click that turns it on, for exactly this state."""
    st.session_state[RUNNING] = key
    st.session_state.pop(STOPPED, None)


def stop(key: AskedDraws) -> None:
    """The click that ends it: the run under way is dropped with its script."""
    st.session_state.pop(RUNNING, None)
    st.session_state[STOPPED] = key


def choose() -> tuple[int, int]:
    """How many draws and paths."""
    mirror(DRAWS_KEY, st.session_state.get(DRAWS_KEY) or DRAWS)
    mirror(PATHS_KEY, st.session_state.get(PATHS_KEY) or PATHS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        draws = st.number_input(
            "Draws of parameters", 2, MOST_DRAWS, key=DRAWS_KEY, value=None, persist_state="session", width=180,
            help="Sets of structural values drawn from the fit to five episodes, within bounds.",
        )  # fmt: skip
        paths = st.number_input(
            "Paths each", 2, MOST_RUN_PATHS, step=16, key=PATHS_KEY, value=None, persist_state="session", width=180,
            help="Random paths of the shocks for each draw; the same for all draws and policies.",
        )  # fmt: skip
    return draws or DRAWS, paths or PATHS


def run(state: State, key: AskedDraws) -> None:
    """Runs with progress; a click on stop ends the script at the next note."""
    _, draws, paths = key
    bar = st.progress(0.0, text="Drawing parameters from the fit")
    st.button("Stop", key="robustness.stop", icon=":material/stop:", on_click=stop, args=(key,))

    def note(share: float, text: str) -> None:
        phase = "Putting the shares together" if share >= 1 else f"Comparing policies under {text}"
        bar.progress(min(share, 1.0), text=phase)

    try:
        drawn = robustness(state.world, state.policies, state.seed, draws, paths, note)
    except Refused as refusal:
        stop(key)
        tell(refusal)
        return
    keep(key, view.result(drawn, state.policies, draws, paths))
    st.session_state.pop(RUNNING, None)
    st.rerun()


def offer(state: State, key: AskedDraws) -> None:
    """The one click, and what it costs."""
    _, draws, paths = key
    st.button(
        f"Run {draws} draws",
        key="robustness.run",
        icon=":material/play_arrow:",
        on_click=start,
        args=(key,),
    )
    if st.session_state.get(STOPPED) == key:
        st.info("Stopped. Nothing is shown, because the draws were not finished.", icon=":material/info:")
        return
    seconds = max(1, round(draws * (0.15 + 0.0006 * len(state.policies) * paths)))
    st.caption(f"Off until you ask: it takes about {seconds} seconds.")


def download(figure: Figure, origin: Origin, name: str) -> None:
    """A file of a table that stands on the page."""
    st.download_button(
        "Download as CSV", data=partial(_file, figure, origin), file_name=f"{origin.world.name}_{name}.csv",
        mime="text/csv", key=f"csv.{name}", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _file(figure: Figure, origin: Origin) -> bytes:
    return figures.csv_text(figure, origin).encode()


def show(state: State, ranks: DrawnRanks) -> None:
    """All that a finished run tells."""
    origin = Origin(state.world, state.policies, state.seed, ranks.paths)
    frame.lead(view.verdict(ranks))
    for line in view.refused_words(ranks):
        st.caption(plain(line))
    figure = view.best(ranks)
    if not figure.panels[0].empty:
        with st.container(key="alone_best"):
            layout.draw(figure, origin)
    frame.heading(
        "Every outcome: how often each policy is best",
        f"Per cent of {ranks.counted} draws, shaded by the share; ties are shared. Best is lowest, but highest for depth and the "
        "taxpayer's expected result.",
    )
    st.html(view.best_html(ranks))
    if view.untold(ranks):
        st.caption(plain(view.untold(ranks)))
    pairs(ranks, origin)


def pairs(ranks: DrawnRanks, origin: Origin) -> None:
    """One outcome's pairs: how often the first policy is better than the second."""
    keys = view.telling(ranks)
    if not keys:
        return
    if st.session_state.get(OUTCOME) not in keys:
        st.session_state[OUTCOME] = keys[0]
    spot = st.container()
    outcome = st.selectbox(
        "Outcome",
        keys,
        format_func=lambda key: BY_KEY[key].title,
        key=OUTCOME,
        persist_state="session",
        width=360,
    )
    with spot:
        frame.heading(
            view.best_words(ranks, outcome),
            f"{BY_KEY[outcome].title}: number of draws in which the policy of the row is strictly better than that of the column.",
        )
    st.html(view.pairs_html(ranks, outcome))
    lines = [view.pair_words(ranks, outcome, k, 0) for k in range(1, len(ranks.lines))]
    st.markdown("\n".join(f"- {plain(line)}." for line in lines))
    note = f"Draws in which the first policy is strictly better than the second; {ranks.draws} draws, {ranks.paths} paths each."
    download(
        Figure("pairs", "Policies in pairs", note, "draws", (), view.pairs_frame(ranks)),
        origin,
        "robustness_pairs",
    )


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("Robustness: does the ranking survive other parameters?")
    st.markdown(
        "Many sets of parameters fit the five episodes about as well as the shipped one. This draws some of them from the fit, runs "
        f"the same comparison under each on the same shocks, and counts how often each policy comes out best. Now: "
        f"{plain(names.changed_words(state.world))}; {plain(amounts.listed(list(names.policy_names(state.policies))))}."
    )
    draws, paths = choose()
    key = asked(state, draws, paths)
    ranks = st.session_state.get(KEPT, {}).get(key)
    with st.empty().container():  # so that nothing of what stood there before is seen while it runs
        if ranks is not None:
            show(state, ranks)
        elif st.session_state.get(RUNNING) == key:
            run(state, key)
        else:
            offer(state, key)
    frame.end(state)


page()
