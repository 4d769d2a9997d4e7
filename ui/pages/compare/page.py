"""The page of named runs: up to six, across worlds and policies, side by side, and ranked by one's own weights."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from policy.outcomes.scorecard import KEYS
from policy.ranking import criteria
from ui.charts.figure import Figure
from ui.html import heads
from ui.pages.compare import changes, controls, ranking, results, view
from ui.pages.compare.results import SERIES, Entry
from ui.state.session import current
from ui.state.state import NamedRun
from ui.widgets import doubt, figures, frame, keep
from ui.widgets import weights as widgets_weights
from ui.widgets.boxes import plain

SERIES_KEY, WAY, BASE, ALL, FROM, TO, WORLD = (
    "compare.series", "compare.way", "compare.base", "compare.all", "compare.from", "compare.to", "compare.world",
)  # fmt: skip
TOGETHER, APART = "All in one", "One for each run"


def valid(key: str, options: Sequence[str], first: str) -> None:
    """A choice that is no longer there falls back."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = first


def lead(entries: Sequence[Entry]) -> None:
    """The page's finding."""
    weights, together = widgets_weights.chosen_weights(), ranking.largest(entries)
    if len(entries) < 2:
        frame.lead(view.outcomes_words(entries, None) + ".")
    elif ranking.paired(together):
        frame.lead(ranking.ruling(together, weights))
    else:
        frame.lead(ranking.verdict(ranking.result(together, weights)))


def by_day(entries: Sequence[Entry]) -> None:
    """One series by day, in one drawing or one for each run."""
    valid(SERIES_KEY, list(SERIES), next(iter(SERIES)))
    valid(WAY, (TOGETHER, APART), TOGETHER)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Series", list(SERIES), key=SERIES_KEY, persist_state="session", width=360,
            format_func=lambda x: view.capital(SERIES[x].title),
        )  # fmt: skip
        way = st.segmented_control(
            "Drawings", (TOGETHER, APART), key=WAY, persist_state="session", required=True
        )
    apart = way == APART and len(entries) > 1
    draw((view.multiples if apart else view.overlay)(entries, name), entries)


def draw(figure: Figure, entries: Sequence[Entry]) -> None:
    """A figure with its head, its drawings in rows, and its numbers."""
    with st.container(key=f"alone_{figure.key.replace('.', '_')}"):
        st.html(heads.figure_head(figure.title, figure.note, figure.legend, True))
        if len(figure.panels) == 1:
            figures.panel(figure, 0)
        else:
            for k, column in frame.in_rows(len(figure.panels), "bottom"):
                with column:
                    figures.panel(figure, k)
        controls.numbers(figure, [e.run for e in entries])


def scorecard(entries: Sequence[Entry]) -> None:
    """Each run's figures and their differences to a base."""
    names = [e.run.name for e in entries]
    valid(BASE, (*names, view.OWN_NONE), names[0] if len(names) > 1 else view.OWN_NONE)
    spot = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Base", (*names, view.OWN_NONE), key=BASE, persist_state="session", width=360,
            help="The run that the others are compared with, or no action in each run's own world.",
        )  # fmt: skip
        every = st.toggle("All outcomes", key=ALL, persist_state="session")
    base = names.index(chosen) if chosen in names else None
    keys = KEYS if every else view.MAIN
    figure = view.outcomes(entries, base, keys)
    with spot:
        frame.heading(figure.title, figure.note)
    st.html(view.outcomes_html(entries, base, keys))
    controls.numbers(figure, [e.run for e in entries])


def differences(runs: Sequence[NamedRun]) -> None:
    """What differs between any two runs."""
    names = [run.name for run in runs]
    valid(FROM, names, names[0])
    unlike = (run.name for run in runs[1:] if changes.changes(runs[0], run))
    valid(TO, names, next(unlike, names[1]))
    spot = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = st.selectbox("From", names, key=FROM, persist_state="session", width=320)
        other = st.selectbox("To", names, key=TO, persist_state="session", width=320)
    pair = [runs[names.index(name)] for name in (one, other)]
    listed = changes.changes(*pair)
    title, note = (
        changes.finding(listed, one, other),
        "From the values of world, policy and draws as they are.",
    )
    with spot:
        frame.heading(title, note)
    if listed:
        st.html(changes.changes_html(listed, one, other))
        table = changes.changes_frame(listed, one, other)
        controls.numbers(Figure("compare_changes", title, note, "as named", (), table), pair)


def ranked_world(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The runs of one world, chosen where there are several: rankings of policies across worlds say nothing."""
    worlds = ranking.by_world(entries)
    if len(worlds) == 1:
        return entries
    names = list(worlds)
    valid(WORLD, names, max(names, key=lambda name: len(worlds[name])))
    chosen = st.segmented_control(
        "Within one world", names, key=WORLD, persist_state="session", required=True
    )
    return worlds[chosen or names[0]]


def by_weights(entries: Sequence[Entry]) -> None:
    """The ranking within one world, its Pareto set and how it depends on the weights."""
    entries = ranked_world(entries)
    if len(entries) < 2:
        st.info("A ranking needs two runs on one world.", icon=":material/info:")
        return
    spot = st.container()
    weights = widgets_weights.weight_sliders()
    ranked = ranking.result(entries, weights)
    figure = ranking.ranking_figure(ranked)
    with spot:
        frame.heading(figure.title, figure.note)
    st.caption(criteria.EQUILIBRIUM_NOTE)
    st.html(ranking.ranking_html(ranked))
    controls.numbers(figure, [e.run for e in entries])
    st.markdown(plain(ranking.pareto_words(ranked)))
    st.markdown(
        "**Where the points come from**: points more than the first, by criterion; the parts sum to the whole."
    )
    st.html(ranking.parts_html(ranked))
    draw(ranking.sensitivity(ranked), entries)
    st.markdown("\n".join(f"- {plain(line)}" for line in ranking.stays_words(ranked)))
    st.markdown(plain(ranking.shares_words(ranked)))
    worths()


def worths() -> None:
    """What one point is."""
    fold = st.expander("What one point is on each criterion", key="compare.worths", on_change="rerun")
    if fold.open:
        with fold:
            st.html(ranking.worths_html())


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("Compare runs")
    runs = state.runs or keep.of_screen(state)
    spot = st.empty()
    with spot.container():
        with st.spinner("Running what is compared"):
            entries = results.entries(runs)
        lead(entries)
    if state.runs:
        controls.run_cards(state)
        keep.keep_more(state)
    else:
        controls.screen_cards(state, runs)
    st.header("Day by day")
    by_day(entries)
    st.header("Outcomes")
    scorecard(entries)
    if len(entries) > 1:
        st.header("What changed")
        differences(runs)
        st.header("Ranking by your weights")
        by_weights(entries)
        doubt.robust_button("compare.doubt")
    else:
        st.caption("What changed between runs and their ranking appear here once there are two.")
    frame.end(state)


page()
