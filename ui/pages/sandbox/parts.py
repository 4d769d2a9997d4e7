"""Parts of the sandbox: the headline, the scorecard, what changed, and what is assumed."""

from __future__ import annotations

import streamlit as st

from models.parameters.base import TENORS
from policy.described import settings_of
from policy.outcomes.summary import Summary
from policy.outcomes.terms import TERMS
from ui.comparison import changes
from ui.comparison import scorecard as comparison_scorecard
from ui.pages.sandbox import callouts
from ui.state import state as s
from ui.state.session import attempt
from ui.state.state import State
from ui.widgets.boxes import mirror, plain
from ui.words import names


def headline(state: State, summary: Summary) -> None:
    """The question, the verdict, and call-outs: why nothing happened, and what to be careful about."""
    st.title(names.QUESTION)
    st.html(comparison_scorecard.headline(summary))
    with st.container(key="callouts"):  # always there, so that what follows keeps its place
        callouts.draw(state, summary)


def scorecard(summary: Summary) -> None:
    """The cards, how to read them, and the model's one quiet line."""
    st.html(comparison_scorecard.cards(summary))
    st.caption(
        plain(
            f"Averages over {summary.paths} paths. Second line: difference to no action, path by path, with its 95% "
            "interval. Best and worst are marked only where they are clear of the next policy by more than noise. "
            f"{names.QUIET}"
        )
    )


def what_changed(state: State) -> None:
    """Differences from the episode as shipped and from the default policies."""
    world, policies = (
        changes.world_lines(state.world),
        changes.policy_lines(state.policies, s.usual_policies(state.world)),
    )
    spot = st.container(key="changed")  # always there, so that what follows keeps its place
    if not world and not policies:
        return
    lines = [f"- {plain(line)}" for line in (*world, *policies)]
    with spot.container(border=True):
        st.markdown("**What changed** against the episode and the default policies\n" + "\n".join(lines))


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
    "**Unintended easing**: largest fall of the 10-year from what the Fed holds and announces, in bp. "
    "What a cut of the policy rate takes off is meant, and stands apart as intended easing.",
    "**Taxpayer**: profit or loss of the public, counted under the assumptions below. Bonds are judged by what could be known when "
    "they were bought: rates move at random from then on, and only dislocation fades.",
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
        st.markdown("\n".join(f"- {plain(names.term_line(row))}" for row in settings_of(TERMS)))
        st.caption(
            "Every parameter shows its source, and whether it was found, derived or assumed, behind its question mark."
        )
