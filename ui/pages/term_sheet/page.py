"""The term sheet's page: the smallest facility that keeps an aim, by price and trigger, with what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from models.errors import Refused
from policy.outcomes.scorecard import BY_KEY, DAYS_DISLOCATED
from policy.spec import policy
from policy.studies.aims import KINDS as OUTCOMES
from policy.studies.aims import Aim
from policy.studies.alarms import alarms
from policy.studies.evaluation import Note
from policy.studies.executors import Stopped
from policy.studies.facilities import KINDS, USUAL, facility, grid, usual
from policy.studies.term_sheet import Order, TermSheet, term_sheet
from ui.charts.figure import Origin
from ui.pages.term_sheet import view
from ui.state.session import current
from ui.state.state import State
from ui.widgets import exports, figures, frame
from ui.widgets.boxes import mirror, plain
from ui.widgets.jobs import Job, drop_workers, workers
from ui.widgets.remedies import Choices, Remedy, tell_with
from ui.widgets.study_jobs import points_of, remembered
from ui.words import names
from ui.words import term_sheet as words

OUTCOME, LEVEL, PROBABILITY, TOOLS = "terms.outcome", "terms.level", "terms.probability", "terms.tools"
CHANCES = (0.5, 0.75, 0.9, 0.95, 0.99)
JOB, KIND = Job("terms"), "trials"
FIRST_LEVEL = 15.0
SECONDS = 1.5  # of one processor for a row of terms, as measured


def choose() -> None:
    """The controls of the aim and the facilities."""
    options = [key for key in OUTCOMES if BY_KEY[key].direction != "neither"]
    mirror(OUTCOME, remembered(OUTCOME, options, DAYS_DISLOCATED.key))
    mirror(PROBABILITY, remembered(PROBABILITY, CHANCES, 0.95))
    mirror(TOOLS, [name for name in st.session_state.get(TOOLS, USUAL) if name in KINDS])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Keep",
            options,
            key=OUTCOME,
            persist_state="session",
            width=300,
            format_func=lambda key: BY_KEY[key].title,
        )
        metric = BY_KEY[key]
        mirror(LEVEL, st.session_state.get(LEVEL, FIRST_LEVEL))
        st.number_input(
            plain(f"{'At most' if metric.direction == 'low' else 'At least'}, {metric.unit}"), key=LEVEL, value=None, step=1.0,
            format="%g", persist_state="session", width=180,
        )  # fmt: skip
        st.segmented_control(
            "With probability",
            CHANCES,
            key=PROBABILITY,
            required=True,
            persist_state="session",
            format_func=lambda x: f"{100 * x:g}%",
        )
    st.pills(
        "Facilities", list(KINDS), selection_mode="multi", key=TOOLS, persist_state="session",
        format_func=lambda name: next(facility(p).title for p in usual() if facility(p).name == name),
        help="A facility of the screen keeps its own settings but for size, price and trigger; others take their usual ones.",
    )  # fmt: skip


def ordered(state: State, choices: Choices) -> Order:
    """What is asked by the page's choices, once every facility fits the world. Raises `Refused`."""
    key, level = choices[OUTCOME], choices.get(LEVEL)
    aim = Aim(
        key,
        BY_KEY[key].direction == "low",
        FIRST_LEVEL if level is None else float(level),
        choices[PROBABILITY],
    )
    own = {p.interventions[0].name: p for p in reversed(state.policies) if len(p.interventions) == 1}
    bases = [own.get(facility(p).name, p) for p in usual() if facility(p).name in choices[TOOLS]]
    rows = tuple(row for base in bases for row in grid(facility(policy(base.interventions))))
    order = Order.usual(state.world, aim, rows, state.seed)
    for row in order.rows:
        row.sized(order.sizes[-1]).prepare(order.world)
    return order


def remedies() -> Iterator[Remedy]:
    """Other choices: the usual facilities, those chosen but for one, one alone."""
    chosen = st.session_state[TOOLS]
    titles = {facility(p).name: facility(p).title for p in usual()}
    yield from (
        Remedy(f"Leave out “{titles[name]}”", {TOOLS: [x for x in chosen if x != name]}) for name in chosen
    )
    yield Remedy("Take the usual facilities", {TOOLS: list(USUAL)})
    yield from (Remedy(f"Take “{title}” alone", {TOOLS: [name]}) for name, title in titles.items())


def run(order: Order, note: Note) -> TermSheet:
    """All trials, by the server's workers; if these go away, here."""
    kept = points_of(order, KIND)
    try:
        note(0.0, "starting workers")
        sheet = term_sheet(order, kept, note, workers())
    except Stopped:
        drop_workers()
        sheet = term_sheet(order, kept, note)
    note(1.0, "counting false alarms")
    _alarms(tuple(row.start for row in order.rows), order.seed)
    return sheet


@st.cache_data(max_entries=16, show_spinner=False)
def _alarms(starts: tuple[object, ...], seed: int) -> view.Alarms:
    return alarms(starts, seed)  # type: ignore[arg-type]


def show(sheet: TermSheet) -> None:
    """All that the sheet tells."""
    order = sheet.order
    alarmed = _alarms(tuple(row.start for row in order.rows), order.seed)
    frame.lead(words.verdict(sheet))
    if not sheet.needed:
        return
    figure = view.chart(sheet)
    origin = Origin(order.world, (), order.seed, order.checked)
    if not figure.panels[0].empty:
        with st.container(key="alone_terms"):
            figures.draw(figure, origin)
    lines = view.missing_lines(sheet)
    if lines:
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    for title in view.facilities(sheet):
        frame.heading(
            title, "Means over the fresh paths; where no size is reachable, of the size that came nearest."
        )
        st.html(view.rows_html(sheet, title))
    if alarmed:
        frame.heading(
            "How often each trigger would have fired without a crisis",
            "Share of random paths of calm and of the episodes that healed by themselves, without action.",
        )
        st.html(view.alarms_html(sheet, alarmed))
    exports.report_button("terms", partial(view.report, sheet, alarmed), f"{order.world.name}_term_sheet")


def page() -> None:
    """Draws the page; what was asked for runs last."""
    state = current()
    frame.levers(state)
    frame.begin("Term sheet: the smallest facility that does it")
    st.markdown(
        "How small may a facility be and still work? Say what it must keep, and this finds the smallest size for several prices of help "
        f"and triggers, with what each costs. Now: {plain(names.changed_words(state.world))}."
    )
    choose()
    try:
        order = ordered(state, st.session_state)
    except Refused as refused:
        tell_with("terms", refused, remedies(), ordered)
        frame.end(state)
        return
    key, spot = (order.name,), st.container()
    sheet = JOB.kept(key)
    running = sheet is None and JOB.running(key)
    if sheet is not None:
        with spot:
            show(sheet)
    elif not running:
        offer(order, key, spot)
    frame.end(state)
    if running:
        JOB.work(key, spot, partial(run, order))


def offer(order: Order, key: tuple[str], spot: st.delta_generator.DeltaGenerator) -> None:
    """The one click, and what it costs."""
    done = len(points_of(order, KIND))
    with spot:
        JOB.show_refusal(key)
        seconds = SECONDS * len(order.rows) * order.world.scenario.days / 45 / 2
        hint = f"{len(order.rows)} prices and triggers: about {max(2, round(seconds))} seconds on two processors. It can be stopped, and goes on where it was."
        JOB.button(
            key,
            "Go on" if done else "Find the smallest sizes",
            hint,
            f"Stopped. {done} trials are finished and kept.",
        )


page()
