"""The best design of a policy: the frontier between chosen outcomes, with the current design marked and a way to take another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.errors import Refused
from policy.interventions.hedged_auction import HedgedAuction
from policy.leverage.game import NEVER_ESTIMATED
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import LOSSES_SPARED, PEAK_DISLOCATION, TAXPAYER_TAIL
from policy.spec import Policy
from policy.studies.design import (
    Designs,
    Response,
    Search,
    design_factors,
    explored,
    few,
    sampled,
    usual_factors,
    with_response,
)
from policy.studies.evaluation import Note
from policy.studies.factors import Factor, ranged
from policy.studies.frontier import OBJECTIVES, different, frontier, improvements, objective
from ui.charts.figure import Origin
from ui.html import heads
from ui.pages.design import response as response_view
from ui.pages.design import view
from ui.pages.design.view import Found
from ui.state import session
from ui.state import state as s
from ui.state.session import attempt, current
from ui.state.state import State
from ui.widgets import figures, frame, jobs
from ui.widgets.boxes import mirror, plain, show_refusal
from ui.widgets.jobs import Job, Key
from ui.widgets.remedies import Choices, Remedy, tell_with
from ui.widgets.study_jobs import about, evaluator, fill, offer, progress, remembered
from ui.words import factors as factor_words
from ui.words import names as words

POLICY, SETTINGS, PICKED, USE = "design.policy", "design.settings", "design.picked", "design.use"
AIMS = ("design.aim.0", "design.aim.1", "design.aim.2")
COUNT, PATHS = "design.count", "design.paths"
COUNTS, PATH_CHOICES = (32, 64, 128, 256), (64, 128, 256)
FIRST_COUNT, FIRST_PATHS = 64, 128
NONE = "none"
FIRST_AIM = PEAK_DISLOCATION.key
SEARCH, GAME = Job("design.search"), Job("design.game")
RANGE, SIDES = "design.range.", ("from", "to")
CHART = "chart.frontier.0"
Ask = tuple[Job, Key, DeltaGenerator, Callable[[Note], object]]


# What is searched


def searchable(state: State) -> list[int]:
    """Places of the policies that have settings to search. Raises `Refused` where there are none."""
    open_ones = [k for k, p in enumerate(state.policies) if design_factors(p)]
    if not open_ones:
        raise Refused(
            "no policy of the comparison has settings to search; add one in the sidebar, such as a hedged auction"
        )
    return open_ones


def choose_search(state: State) -> None:
    """The controls: which policy, which of its settings in which ranges, and how finely. Raises `Refused`."""
    names = words.policy_names(state.policies)
    open_ones = searchable(state)
    mirror(POLICY, remembered(POLICY, open_ones, open_ones[-1]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        k = st.selectbox(
            "Policy", open_ones, format_func=names.__getitem__, key=POLICY, persist_state="session", width=300
        )
        known = {x.key: x for x in design_factors(state.policies[k])}
        taken = _taken(state.policies[k], known, st.session_state)
        mirror(SETTINGS, taken)
        st.pills(
            "Settings to search, the last three chosen", list(known), selection_mode="multi", key=SETTINGS,
            format_func=lambda x: plain(factor_words.name(known[x])), persist_state="session",
        )  # fmt: skip
    _ranges([known[x] for x in taken], state.policies[k])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for key, options, first_one, text in (
            (COUNT, COUNTS, FIRST_COUNT, "Designs"),
            (PATHS, PATH_CHOICES, FIRST_PATHS, "Paths each"),
        ):
            mirror(key, remembered(key, options, first_one))
            st.segmented_control(text, options, key=key, required=True, persist_state="session")
        st.button("Usual ranges", key="design.usual", icon=":material/restart_alt:", on_click=_usual_ranges)


def searched(state: State, choices: Choices) -> tuple[int, Search]:
    """What is searched by the page's choices, once there are designs in it. Raises `Refused`."""
    open_ones = searchable(state)
    k = choices.get(POLICY) if choices.get(POLICY) in open_ones else open_ones[-1]
    own = state.policies[k]
    known = {x.key: x for x in design_factors(own)}
    factors = tuple(
        known[x] if known[x].choices else ranged(known[x], *_ends(known[x], own, choices))
        for x in _taken(own, known, choices)
    )
    search = Search(
        state.world,
        own,
        factors,
        choices.get(COUNT, FIRST_COUNT),
        choices.get(PATHS, FIRST_PATHS),
        state.seed,
    )
    sampled(search)
    return k, search


def _taken(own: Policy, known: Mapping[str, Factor], choices: Mapping[Any, Any]) -> list[str]:
    """Keys of the settings that are searched; of more than three the last three chosen count."""
    first = [x.key for x in usual_factors(own)]
    return [x for x in choices.get(SETTINGS, first) if x in known][-3:] or first


def remedies(state: State) -> Iterator[Remedy]:
    """Other choices: ends in their order, the usual ranges, a policy to search."""
    choices = st.session_state
    for start in [key for key in choices if str(key).startswith(RANGE) and str(key).endswith(".from")]:
        end = f"{str(start).removesuffix('.from')}.to"
        yield Remedy("Exchange the ends of the range", {str(start): choices.get(end), end: choices[start]})
    yield Remedy("Use the usual ranges", _no_ranges())
    if len(state.policies) < s.MOST_POLICIES:
        title = HedgedAuction.title
        yield Remedy(f"Add “{title}”", change=lambda now: s.add_policy(now, HedgedAuction.name))


def other_aims() -> Iterator[Remedy]:
    """The usual horizontal aim, or another one, in place of an aim named twice; no third aim."""
    yield Remedy("Go without a third aim", {AIMS[2]: NONE})
    for o in (LOSSES_SPARED, PEAK_DISLOCATION):
        yield Remedy(f"Take “{o.title}” on the horizontal axis", {AIMS[1]: o.key, AIMS[2]: NONE})


def _usual_ranges() -> None:
    for key in _no_ranges():
        del st.session_state[key]


def _no_ranges() -> dict[str, None]:
    return {str(key): None for key in st.session_state if str(key).startswith(RANGE)}


def _ranges(factors: Sequence[Factor], policy: Policy) -> None:
    """Two numbers for each setting; a choice takes all its values."""
    with st.container(horizontal=True):
        for factor in factors:
            if not factor.choices:
                for side in SIDES:
                    _end(factor, policy, side)


def _end_key(factor: Factor, policy: Policy, side: str) -> str:
    """One for every policy of the kind."""
    kind = policy.interventions[factor.place[1]].name if factor.place else ""
    return f"{RANGE}{kind}.{factor.name}.{side}"


def _ends(factor: Factor, policy: Policy, choices: Choices) -> tuple[float, float]:
    """The ends that somebody wants, the usual ones where nobody does."""
    low, high = (choices.get(_end_key(factor, policy, side)) for side in SIDES)
    return factor.low if low is None else float(low), factor.high if high is None else float(high)


def _end(factor: Factor, policy: Policy, side: str) -> None:
    key, usual = _end_key(factor, policy, side), factor.low if side == "from" else factor.high
    wanted = st.session_state.get(key, usual)
    mirror(key, wanted if wanted is None else min(max(float(wanted), factor.least), factor.most))
    text = f"{factor_words.name(factor)} {side}, {factor.unit}" if side == "from" else "to"
    st.number_input(
        plain(text), min_value=factor.least, max_value=factor.most, format="%g", key=key, value=None,
        persist_state="session", width=250 if side == "from" else 120,
    )  # fmt: skip


def accepts(state: State, choices: Choices) -> None:
    """That a search and its aims can be asked. Raises `Refused`."""
    searched(state, choices)
    if all(key in choices for key in AIMS):
        different([objective(choices[key]) for key in AIMS if choices[key] != NONE])


def aims(search: Search) -> tuple[Metric, ...]:
    """Two or three outcomes that matter. Raises `Refused`."""
    keys = [o.key for o in OBJECTIVES]
    titles = {
        o.key: f"{o.title} ({'higher' if o.direction == 'high' else 'lower'} is better)" for o in OBJECTIVES
    }
    outright = any(i.name in ("outright", "actual") for i in search.policy.interventions)
    first = (FIRST_AIM, TAXPAYER_TAIL.key if outright else LOSSES_SPARED.key, NONE)
    taken = []
    with st.container(horizontal=True):
        for k, (key, usual, text) in enumerate(
            zip(
                AIMS,
                first,
                ("Aim on the vertical axis", "Aim on the horizontal axis", "Third aim"),
                strict=True,
            )
        ):
            options = [*keys, NONE] if k == 2 else keys
            mirror(key, remembered(key, options, usual))
            taken.append(
                st.selectbox(
                    text,
                    options,
                    format_func=lambda x: "none" if x == NONE else titles[x],
                    key=key,
                    persist_state="session",
                    width=290,
                )
            )
    if LOSSES_SPARED.key in taken:
        st.caption("Losses spared to funds count as a cost here: help that funds may come to expect.")
    return tuple(objective(key) for key in taken if key != NONE)


# The frontier


def named(search: Search) -> str:
    """Everything the designs depend on."""
    return f"{search.study.name}:{[(x.key, x.low, x.high) for x in search.factors]}:{search.designs}"


@st.cache_resource(max_entries=6, show_spinner=False)
def _designs(key: str, _search: Search) -> Designs:
    """Designs whose points are all there."""
    return explored(_search, evaluator(_search.study, "by_path"))


def frontier_section(state: State, index: int, search: Search) -> tuple[Ask | None, Found | None]:
    """One click, then the frontier for any aims."""
    points, study = sampled(search), search.study
    (left, done), key = progress(study, "by_path", points), (named(search),)
    if left:
        spot = st.container()
        if SEARCH.running(key):
            return (SEARCH, key, spot, partial(fill, study, "by_path", points, "running designs")), None
        with spot:
            offer(SEARCH, key, f"Try {len(points) - 1} designs", about(study, left), done)
        return None, None
    designs = _designs(f"{key}{[x.base for x in search.factors]}", search)
    wanted = aims(search)
    costs = designs.costs(wanted)
    marks = Found(designs, costs, frontier(costs, wanted))
    gains = improvements(costs, marks.frontier)
    first = gains[0].design if gains else marks.frontier.having("frontier")[0]
    k = st.session_state.get(PICKED)
    k = k if isinstance(k, int) and 0 <= k < len(designs.settings) else first
    figure = view.chart(marks, gains, k)
    st.html(heads.figure_head(figure.title, figure.note, figure.legend, True))
    figures.chart(figure.panels[0], CHART, _clicked)
    st.caption(plain(figure.after))
    origin = Origin(state.world, (search.policy,), state.seed, search.paths)
    figures.numbers(figure, origin)
    for line in view.gain_lines(marks, gains):
        st.markdown(f"- {plain(line)}")
    choose(marks, index, k)
    return None, marks


def _clicked() -> None:
    """A click on a mark chooses its design."""
    marks = st.session_state[CHART]["selection"].get(view.PICK, [])
    if marks:
        st.session_state[PICKED] = int(marks[0]["key"])


def choose(marks: Found, index: int, k: int) -> None:
    """The list of the frontier for the keyboard, and the button that takes a design."""
    options = list(dict.fromkeys((*marks.frontier.having("frontier"), k)))
    mirror(PICKED, k)
    same = bool((marks.designs.settings[k] == marks.designs.settings[0]).all())
    with st.container(border=True):
        st.selectbox("Design", options, format_func=lambda j: view.option(marks, j), key=PICKED)
        st.button(
            "Use this design", key=USE, icon=":material/check:", disabled=same, on_click=attempt,
            args=(USE, partial(view.with_design, index=index, designs=marks.designs, k=k)),
            help="The policy takes these settings everywhere; undo brings the old ones back.",
        )  # fmt: skip
        show_refusal(USE)


# Leverage that responds


def game_section(state: State, search: Search, marks: Found) -> Ask | None:
    """Moral hazard for a few designs, on request."""
    st.header("2. If funds expect it", divider="gray")
    st.markdown(
        "A design that works well may also be worth borrowing for. This plays the game of the page on who pays for your design and some of "
        f"the frontier, with the same settings. **{NEVER_ESTIMATED}**"
    )
    chosen = few(marks.frontier)
    game, terms = session.game(), session.terms()
    key = (
        f"{named(search)}{marks.designs.settings[list(chosen)].tolist()}",
        game.model_dump_json(),
        terms.model_dump_json(),
    )
    responses = GAME.kept(key)
    if responses is not None:
        with st.container(key="alone_responses"):
            figures.draw(
                response_view.response_chart(marks, responses),
                Origin(state.world, (search.policy,), state.seed, game.paths),
            )  # type: ignore[arg-type]
        st.html(response_view.response_html(marks, responses))
        return None
    spot = st.container()

    def play(note: Note) -> tuple[Response, ...]:
        phases = jobs.Phases(note, jobs.notes_of(state.world, game, len(chosen)))
        return with_response(marks.designs, chosen, game, terms, phases)

    if GAME.running(key):
        return GAME, key, spot, play
    with spot:
        time = 2.5 * (len(chosen) + 2) * game.paths * game.scales * game.probe_scales / 72_000
        offer(
            GAME,
            key,
            f"Play the game for {len(chosen)} designs",
            f"Off until you ask: about {max(1, round(time))} seconds, and it can be stopped.",
            0,
        )
    return None


def page() -> None:
    """Draws the page; what was asked for runs last."""
    state = current()
    frame.levers(state)
    frame.begin("Best design: what can a policy's settings reach?")
    st.markdown(
        "Every policy has settings, and every setting trades one outcome for another. This tries many settings of one policy on the same "
        f"shocks and keeps those that no other beats. Now: {plain(words.changed_words(state.world))}."
    )
    ask: Ask | None = None
    try:
        choose_search(state)
        index, search = searched(state, st.session_state)
        st.header("1. The frontier", divider="gray")
        ask, marks = frontier_section(state, index, search)
        if marks is not None:
            ask = game_section(state, search, marks)
    except Refused as refused:
        tell_with("design", refused, (*remedies(state), *other_aims()), accepts)
    frame.end(state)
    if ask is not None:
        job, key, spot, run = ask
        job.work(key, spot, run)


page()
