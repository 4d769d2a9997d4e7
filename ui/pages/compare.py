"""The page of named runs: up to six, across worlds and policies, side by side, and ranked by one's own weights."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from policy.ranking import criteria
from ui import (
    compare_changes,
    compare_controls,
    compare_ranking,
    compare_results,
    compare_view,
    frame,
    layout,
)
from ui.charts import Figure
from ui.compare_results import KEYS, SERIES, Entry
from ui.controls import plain
from ui.session import current
from ui.state import NamedRun

SERIES_KEY, WAY, BASE, ALL, FROM, TO = (
    "compare.series", "compare.way", "compare.base", "compare.all", "compare.from", "compare.to",
)  # fmt: skip
TOGETHER, APART = "All in one", "One for each run"


def valid(key: str, options: Sequence[str], first: str) -> None:
    """A choice that is no longer there falls back."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = first


def lead(entries: Sequence[Entry]) -> None:
    """The page's finding."""
    if len(entries) < 2:
        frame.lead(compare_view.outcomes_words(entries, None) + ".")
        return
    frame.lead(compare_ranking.verdict(compare_ranking.result(entries, compare_controls.chosen_weights())))


def by_day(entries: Sequence[Entry]) -> None:
    """One series by day, in one drawing or one for each run."""
    valid(SERIES_KEY, list(SERIES), next(iter(SERIES)))
    valid(WAY, (TOGETHER, APART), TOGETHER)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Series", list(SERIES), key=SERIES_KEY, persist_state="session", width=360,
            format_func=lambda x: compare_view.capital(SERIES[x].title),
        )  # fmt: skip
        way = st.segmented_control(
            "Drawings", (TOGETHER, APART), key=WAY, persist_state="session", required=True
        )
    apart = way == APART and len(entries) > 1
    draw((compare_view.multiples if apart else compare_view.overlay)(entries, name), entries)


def draw(figure: Figure, entries: Sequence[Entry]) -> None:
    """A figure with its head, its drawings in rows, and its numbers."""
    with st.container(key=f"alone_{figure.key.replace('.', '_')}"):
        st.html(layout.scorecard_html.figure_head(figure.title, figure.note, figure.legend, True))
        if len(figure.panels) == 1:
            layout.panel(figure, 0)
        else:
            for k, column in compare_controls.in_rows(len(figure.panels), "bottom"):
                with column:
                    layout.panel(figure, k)
        compare_controls.numbers(figure, [e.run for e in entries])


def scorecard(entries: Sequence[Entry]) -> None:
    """Each run's figures and their differences to a base."""
    names = [e.run.name for e in entries]
    valid(BASE, (*names, compare_view.OWN_NONE), names[0] if len(names) > 1 else compare_view.OWN_NONE)
    spot = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Base", (*names, compare_view.OWN_NONE), key=BASE, persist_state="session", width=360,
            help="The run that the others are compared with, or no action in each run's own world.",
        )  # fmt: skip
        every = st.toggle("All outcomes", key=ALL, persist_state="session")
    base = names.index(chosen) if chosen in names else None
    keys = KEYS if every else compare_view.MAIN
    figure = compare_view.outcomes(entries, base, keys)
    with spot:
        frame.heading(figure.title, figure.note)
    st.html(compare_view.outcomes_html(entries, base, keys))
    compare_controls.numbers(figure, [e.run for e in entries])


def differences(runs: Sequence[NamedRun]) -> None:
    """What differs between any two runs."""
    names = [run.name for run in runs]
    valid(FROM, names, names[0])
    valid(TO, names, names[1])
    spot = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = st.selectbox("From", names, key=FROM, persist_state="session", width=320)
        other = st.selectbox("To", names, key=TO, persist_state="session", width=320)
    pair = [runs[names.index(name)] for name in (one, other)]
    found = compare_changes.changes(*pair)
    title, note = (
        compare_changes.finding(found, one, other),
        "From the values of world, policy and draws as they are.",
    )
    with spot:
        frame.heading(title, note)
    if found:
        st.html(compare_changes.changes_html(found, one, other))
        table = compare_changes.changes_frame(found, one, other)
        compare_controls.numbers(Figure("compare_changes", title, note, "as named", (), table), pair)


def by_weights(entries: Sequence[Entry]) -> None:
    """The ranking, its Pareto set and how it depends on the weights."""
    spot = st.container()
    weights = compare_controls.weight_sliders()
    made = compare_ranking.result(entries, weights)
    figure = compare_ranking.ranking_figure(made)
    with spot:
        frame.heading(figure.title, figure.note)
    st.caption(criteria.EQUILIBRIUM_NOTE)
    if compare_ranking.world_note(made):
        st.info(plain(compare_ranking.world_note(made)), icon=":material/info:")
    st.html(compare_ranking.ranking_html(made))
    compare_controls.numbers(figure, [e.run for e in entries])
    st.markdown(plain(compare_ranking.pareto_words(made)))
    st.markdown(
        "**Where the points come from**: points more than the first, by criterion; the parts sum to the whole."
    )
    st.html(compare_ranking.parts_html(made))
    draw(compare_ranking.sensitivity(made), entries)
    st.markdown("\n".join(f"- {plain(line)}" for line in compare_ranking.stays_words(made)))
    st.markdown(plain(compare_ranking.shares_words(made)))
    worths()


def worths() -> None:
    """What one point is."""
    fold = st.expander("What one point is on each criterion", key="compare.worths", on_change="rerun")
    if fold.open:
        with fold:
            st.html(compare_ranking.worths_html())


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("Compare runs")
    runs = state.runs or compare_results.of_screen(state)
    spot = st.empty()
    with spot.container():
        with st.spinner("Running what is compared"):
            entries = compare_results.entries(runs)
        lead(entries)
    if state.runs:
        compare_controls.run_cards(state)
        compare_controls.keep_more(state)
    else:
        compare_controls.screen_cards(state, runs)
    st.header("Day by day")
    by_day(entries)
    st.header("Outcomes")
    scorecard(entries)
    if len(entries) > 1:
        st.header("What changed")
        differences(runs)
        st.header("Ranking by your weights")
        by_weights(entries)
    else:
        st.caption("What changed between runs and their ranking appear here once there are two.")
    frame.end(state)


page()
