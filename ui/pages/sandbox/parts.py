"""Parts of the sandbox: the answer, what was changed, everything else one click down, and what is assumed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.library import shipped
from models.parameters.base import TENORS
from policy.described import settings_of
from policy.outcomes.summary import Summary
from policy.outcomes.terms import TERMS
from policy.ranking.arguments import ARGUMENTS
from policy.ranking.criteria import CRITERIA, Weights
from ui.charts.figure import Figure
from ui.comparison import answer as comparison_answer
from ui.comparison import by_day, changes, events, totals
from ui.comparison import scorecard as comparison_scorecard
from ui.live import finger, levers
from ui.menu import page_file
from ui.pages.sandbox import callouts
from ui.state import state as s
from ui.state.session import attempt
from ui.state.state import State
from ui.widgets import exports, figures, keep
from ui.widgets.boxes import mirror, plain
from ui.words import names


def answer(state: State, summary: Summary) -> None:
    """The question, and the answer to it: a sentence, a hundred crises as dots, three figures a policy."""
    st.title(names.QUESTION)
    with st.container(key="verdict"):  # stays in sight on a desk
        st.html(comparison_answer.sentence(summary, state.counting.weights))
    st.html(
        comparison_answer.picture(summary)
        + comparison_answer.slim(summary)
        + levers.heard_mark()
        + finger.CSS
    )
    _first_choice(state, summary)


def _first_choice(state: State, summary: Summary) -> None:
    """What somebody new may want next, quietly."""
    with st.container(horizontal=True, key="first_choice", gap="small", vertical_alignment="center"):
        for name in (s.FIRST_EPISODE, *HAPPENED):
            st.button(
                HAPPENED.get(name, "Today"), key=f"open.{name}", type="tertiary", help=shipped(name).summary,
                on_click=attempt, args=(f"open.{name}", partial(_opened, name)),
            )  # fmt: skip
        st.page_link(page_file("history"), label="What happened")
        st.page_link(page_file("learn"), label="The story")
        st.page_link(page_file("why"), label="Equations")
        st.page_link(page_file("present"), label="Present")
        keep.keep_button(state)
        exports.draw(state, summary)


def kept(state: State) -> None:
    """Which runs are kept so far."""
    if state.runs:
        st.caption(plain(keep.kept_words(state)))


HAPPENED = {"april_2025": "April 2025", "march_2020": "March 2020"}


def _opened(name: str, state: State) -> State:
    return s.with_episode(state, name)


def aside(state: State, summary: Summary) -> None:
    """Why nothing happened, what to be careful about, and what was changed."""
    with st.container(key="callouts"):  # always there, so that what follows keeps its place
        callouts.draw(state, summary)
        _argument(state)
    what_changed(state)


def _argument(state: State) -> None:
    """By which weights an argument's own world is argued, with a click that takes them."""
    argument = ARGUMENTS.get(state.world.name)
    if argument is None or state.world != s.base_world(state.world):
        return
    counted = ", ".join(
        f"{c.brief.lower()} {argument.weights[c.key]:g}" for c in CRITERIA if argument.weights[c.key]
    )
    st.caption(plain(f"This case is argued by these weights: {counted}. For {argument.why}."))
    if argument.weights != state.counting.weights:
        st.button(
            "Count by these weights", key="argument.weights", type="tertiary", on_click=attempt,
            args=("argument.weights", partial(_weighed, argument.weights)),
            help="The verdict above then ranks by them. Undo brings yours back.",
        )  # fmt: skip


def _weighed(weights: Weights, state: State) -> State:
    return s.with_weights(state, weights)


CLOSER = ("All figures", "Prices", "Sales and losses", "Repo and auctions", "Taxpayer", "Day by day")


@st.fragment
def closer(state: State, summary: Summary) -> None:
    """Everything else, a group at a time."""
    group = st.segmented_control("Look closer", CLOSER, key="closer", persist_state="session")
    with st.container(key="closer_group"):
        if group is not None:
            _GROUPS[group](state, summary)


def _figures(state: State, summary: Summary) -> None:
    st.html(comparison_scorecard.cards(summary))
    st.caption(
        plain(
            f"Means over {summary.paths} paths. Second line: difference to no action, path by path, with its 95% "
            "interval. Best and worst are marked only where they are clear of the next policy by more than noise. "
            f"{names.QUIET}"
        )
    )


def _prices(state: State, summary: Summary) -> None:
    _pair(summary, by_day.dislocation(summary), totals.peaks(summary))
    tenor_choice(state)
    figures.draw(by_day.parts(summary, state.view.tenor), summary)


def _sales(state: State, summary: Summary) -> None:
    _pair(summary, totals.sales(summary), totals.funds(summary))


def _repo(state: State, summary: Summary) -> None:
    figures.draw(by_day.repo(summary), summary)
    if state.world.scenario.auctions:
        figures.draw(events.issues(summary), summary)


def _taxpayer(state: State, summary: Summary) -> None:
    figures.draw(totals.taxpayer(summary), summary)


def _days(state: State, summary: Summary) -> None:
    st.page_link(page_file("film"), label="Play the days as a film", icon=":material/play_circle:")
    figures.draw(events.timeline(summary), summary)


_GROUPS = dict(zip(CLOSER, (_figures, _prices, _sales, _repo, _taxpayer, _days), strict=True))


def _pair(summary: Summary, one: Figure, other: Figure) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        figures.draw(one, summary)
    with right:
        figures.draw(other, summary)


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
