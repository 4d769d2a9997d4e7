"""Why: the verdict, the chain from shock to outcome, waterfalls of every headline figure, and the equations with numbers."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from models.trace import Walk
from policy import spec
from policy.outcomes.attribution import active_groups, attribution
from ui.charts.figure import Origin
from ui.pages.why import chain, equation_card, equations
from ui.pages.why import waterfalls as view
from ui.pages.why.chain import Link
from ui.state import state as s
from ui.state.session import compared, current, results, walked
from ui.state.state import State
from ui.widgets import figures, frame
from ui.widgets.boxes import mirror, plain
from ui.widgets.jobs import Job
from ui.words import amounts, verdicts
from ui.words import names as words

POLICY, DAY = "why.policy", "why.day"
PARTS = Job("why.parts")


@st.cache_resource(max_entries=32, show_spinner=False)
def _chain(key: str, k: int, _state: State) -> tuple[Link, ...]:
    """Sentences only; the digest of the state and the policy's place are the key."""
    comparison = compared(_state.world, [_state.policies[k]], _state.paths, _state.seed)
    return chain.chain(comparison, results(_state), k)


@st.cache_resource(max_entries=8, show_spinner=False)
def _walk(key: str, _state: State, k: int) -> Walk:
    """The central path of one policy, a few megabytes; the digest of the state with this policy alone is the key."""
    return walked(_state.world, _state.policies[k])


def walk(state: State, k: int) -> Walk:
    """The central path of one policy of the comparison."""
    alone = spec.policy(state.policies[k].interventions, "p")
    return _walk(s.digest(replace(state, policies=(alone,), paths=2, seed=0)), state, k)


def choose(state: State) -> int:
    """Which policy is explained."""
    labels = [p.label for p in state.policies]
    names = dict(zip(labels, words.policy_names(state.policies), strict=True))
    if st.session_state.get(POLICY) not in names:
        st.session_state[POLICY] = labels[min(1, len(labels) - 1)]
    label = st.selectbox(
        "Policy to explain",
        labels,
        format_func=names.__getitem__,
        key=POLICY,
        persist_state="session",
        width=420,
    )
    return labels.index(label)


def parts(state: State, k: int) -> None:
    """The waterfalls: off until asked for, since each takes the run apart many times."""
    st.header("What each figure is made of", divider="gray")
    key = (s.digest(state),)
    kept_parts = PARTS.kept(key)
    groups = active_groups(state.world.scenario)
    if kept_parts is not None:
        show(state, k)
    elif PARTS.running(key):
        PARTS.work(
            key,
            st.container(),
            lambda note: attribution(state.world, state.policies, state.paths, state.seed, note),
        )
    else:
        cost = view.seconds(len(groups), len(state.policies), state.paths, state.world.scenario.days)
        PARTS.button(
            key,
            "Take the figures apart",
            f"Off until you ask: {2 ** len(groups)} more runs without some of the shocks, about {cost} "
            f"second{'s' if cost > 1 else ''}, for all policies at once.",
        )
        PARTS.show_refusal(key)


def show(state: State, k: int) -> None:
    """The waterfalls of one policy, two in a row, and how they are found."""
    kept_parts = PARTS.kept((s.digest(state),))
    name = words.policy_names(state.policies)[k]
    origin = Origin(state.world, (state.policies[k],), state.seed, state.paths)
    drawn = view.figures(kept_parts, k, name, state.paths)
    for at in range(0, len(drawn), 2):
        for column, figure in zip(st.columns(2, gap="large"), drawn[at : at + 2], strict=False):
            with column:
                figures.draw(figure, origin)
    nothing = view.empty_words(kept_parts, k, name)
    if nothing:
        st.caption(plain(nothing))
    fold = st.expander("How the parts are found", key="why.method", on_change="rerun")
    if fold.open:
        with fold:
            st.markdown("\n".join(f"- {plain_but_bold(line)}" for line in view.METHOD))


def plain_but_bold(line: str) -> str:
    """Dollars are dollars; the strong words at the head stay strong."""
    return line.replace("$", "\\$")


@st.fragment
def equation_cards(state: State, k: int) -> None:
    """The equations with the numbers of one day of the central path; another day redraws only this."""
    walked = walk(state, k)
    last = len(walked.days)
    mirror(DAY, min(max(st.session_state.get(DAY) or walked.worst, 1), last))
    calendar = state.world.scenario.calendar
    if last > 1:
        st.select_slider(
            "Day of the central path", range(1, last + 1), format_func=lambda d: amounts.date_words(calendar[d]), key=DAY,
            persist_state="session",
        )  # fmt: skip
    day = min(st.session_state[DAY], last)
    st.button(
        "Day of the largest dislocation", key="why.worst", icon=":material/trending_up:", disabled=day == walked.worst,
        on_click=st.session_state.__setitem__, args=(DAY, walked.worst),
    )  # fmt: skip
    cards = equations.cards(walked, day)
    for at in range(0, len(cards), 2):
        for column, card in zip(st.columns(2, gap="medium"), cards[at : at + 2], strict=False):
            with column.container(border=True, key=f"equation_{card.key}"):
                equation(card)


def equation(card: equation_card.Card) -> None:
    """One card: symbols, numbers, both sides, and what the symbols are."""
    st.markdown(f"### {plain(card.title)}")
    st.markdown(plain(card.meaning))
    st.latex(card.symbols)
    st.latex(card.numbers)
    st.caption(plain(f"{view.sides(card)} {card.note}".strip()))
    fold = st.expander("What the symbols are", key=f"why.terms.{card.key}", on_change="rerun", type="compact")
    if fold.open:
        with fold:
            st.html(view.terms_html(card))


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("Why: from shock to outcome")
    summary = results(state)
    frame.lead(verdicts.sentence(summary, state.counting.weights))
    k = choose(state)
    name = words.policy_names(state.policies)[k]
    frame.heading(
        f"From shock to outcome under {name}",
        f"Means over {state.paths} paths, so that figures agree with the scorecard; days are medians. What did not happen "
        "is dashed and says why.",
    )
    st.html(chain.chain_html(_chain(s.digest(state), k, state)))
    spot = st.container()
    st.header("The equations with numbers", divider="gray")
    st.markdown(
        f"On the central path under {plain(name)}: every shock at its expected size and no noise, where each equation holds "
        "exactly. The left side is what the model recorded; the right side is worked out from its parts."
    )
    equation_cards(state, k)
    frame.end(state)
    with spot:
        parts(state, k)  # last, so that the rest of the page is complete while it works


page()
