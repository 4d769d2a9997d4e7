"""Parts of pages: the headline, the scorecard, what changed, and charts with their table and file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.parameters.base import TENORS
from policy.described import settings_of
from policy.outcomes.summary import Summary
from policy.outcomes.terms import TERMS
from ui import callouts, charts, export_controls, scorecard_html, words
from ui import state as s
from ui.charts import Figure, Source
from ui.controls import mirror, plain
from ui.session import attempt
from ui.state import State


def headline(state: State, summary: Summary) -> None:
    """The question, the verdict, and call-outs: why nothing happened, and what to be careful about."""
    st.title(words.QUESTION)
    st.html(scorecard_html.headline(summary))
    with st.container(key="callouts"):  # always there, so that what follows keeps its place
        callouts.draw(state, summary)


def scorecard(summary: Summary) -> None:
    """The cards, how to read them, and the model's one quiet line."""
    st.html(scorecard_html.cards(summary))
    st.caption(
        plain(
            f"Averages over {summary.paths} paths. Second line: difference to no action, path by path, with its 95% "
            "interval. Best and worst are marked only where they are clear of the next policy by more than noise. "
            f"{words.QUIET}"
        )
    )


def what_changed(state: State) -> None:
    """Differences from the episode as shipped and from the default policies."""
    world, policies = (
        words.world_lines(state.world),
        words.policy_lines(state.policies, s.usual_policies(state.world)),
    )
    spot = st.container(key="changed")  # always there, so that what follows keeps its place
    if not world and not policies:
        return
    lines = [f"- {plain(line)}" for line in (*world, *policies)]
    with spot.container(border=True):
        st.markdown("**What changed** against the episode and the default policies\n" + "\n".join(lines))


def draw(figure: Figure, source: Source) -> None:
    """A chart with the finding as title, its legend, and one fold with table and file."""
    st.html(scorecard_html.figure_head(figure.title, figure.note, figure.legend, len(figure.panels) > 1))
    if len(figure.panels) == 1:
        panel(figure, 0)
    else:
        for start in range(0, len(figure.panels), 4 if len(figure.panels) > 2 else 2):
            _panel_row(figure, start, 4 if len(figure.panels) > 2 else 2)
    if figure.after:
        st.caption(plain(figure.after))
    numbers(figure, source)


def _panel_row(figure: Figure, start: int, width: int) -> None:
    here = figure.panels[start : start + width]
    for k, column in enumerate(st.columns(max(len(here), min(width, len(figure.panels))))[: len(here)]):
        with column:
            panel(figure, start + k)


def panel(figure: Figure, k: int) -> None:
    panel = figure.panels[k]
    if panel.heading:
        st.markdown(f"**{plain(panel.heading)}**")
    if panel.frame.empty:
        st.caption("Nothing happens, so there is nothing to draw.")
        return
    st.vega_lite_chart(panel.frame, panel.spec, key=f"chart.{figure.key}.{k}", alt=panel.alt)


@st.fragment
def numbers(figure: Figure, source: Source) -> None:
    """A fold with a figure's table and files; a fragment of its own, so opening it draws nothing else again."""
    fold = st.expander("Numbers and CSV", key=f"table.{figure.key}", on_change="rerun", type="compact")
    if not fold.open:
        return
    with fold:
        st.dataframe(figure.table, hide_index=True, height=280, alt=f"Table: {figure.title}")
        st.download_button(
            "Download as CSV",
            data=partial(_bytes, figure, source),
            file_name=f"{source.world.name}_{figure.key}.csv",
            mime="text/csv",
            key=f"csv.{figure.key}",
            icon=":material/download:",
            on_click="ignore",
        )
        export_controls.pictures(figure, source, source.world.name)


def _bytes(figure: Figure, source: Source) -> bytes:
    return charts.csv_text(figure, source).encode()


def tenor_choice(state: State) -> None:
    """Which tenor the chart of yields shows."""
    mirror("tenor", state.view.tenor)
    st.segmented_control(
        "Tenor",
        TENORS,
        format_func=lambda years: f"{years} years",
        key="tenor",
        required=True,
        on_change=_tenor_sent,
    )


def _tenor_sent() -> None:
    attempt("tenor", lambda state: s.with_tenor(state, st.session_state["tenor"]))


MEANINGS = (
    "**Dislocation**: yield of a bond over what swaps imply, beyond its normal level, in bp.",
    "**Dysfunction**: what the market's own breakdown adds to a yield: dislocation, and duration effects that are steeper in stress.",
    "**Dealer balance-sheet use**: what inventory and repo use of the day's capacity, in %.",
    "**Unintended easing**: largest fall of the 10-year from what the Fed holds and announces, in bp.",
    "**Taxpayer**: profit or loss of the public, counted under the assumptions below; rates move at random after the run.",
    "**Losses spared to funds**: what funds lose less than under no action, and the share they still bear. "
    "That funds may borrow more because they expect help is not in this figure.",
)


@st.fragment
def assumptions() -> None:
    """What the figures mean and what they rest on, with the tag of evidence."""
    fold = st.expander("What the figures mean, and what they rest on", key="assumptions", on_change="rerun")
    if not fold.open:
        return
    with fold:
        st.markdown("\n".join(f"- {line}" for line in MEANINGS))
        st.markdown("**The public's result is counted under these assumptions**")
        st.markdown("\n".join(f"- {plain(words.term_line(row))}" for row in settings_of(TERMS)))
        st.caption(
            "Every parameter shows its source, and whether it was found, derived or assumed, behind its question mark."
        )
