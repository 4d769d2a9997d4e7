"""What drives an outcome, or the difference between two policies: one at a time, Morris screening, Sobol indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.errors import Refused
from models.stack import Array
from policy.outcomes.scorecard import BY_KEY, KEYS, PEAK_DISLOCATION
from policy.studies import sensitivity as method
from policy.studies.evaluation import Note, Study
from policy.studies.factors import Factor, policy_factors, usual, world_factors
from policy.studies.sensitivity import OutcomeOf
from policy.studies.valid_ranges import fitting
from ui.charts.figure import Origin
from ui.pages.sensitivity import tornado, view
from ui.pages.sensitivity.view import AskedOutcome
from ui.state.session import current
from ui.state.state import State
from ui.widgets import figures, frame
from ui.widgets.boxes import mirror, plain
from ui.widgets.jobs import Job, Key
from ui.widgets.remedies import Choices, Remedy, tell_with
from ui.widgets.study_jobs import about, evaluator, fill, offer, progress, remembered, seconds
from ui.words import factors as factor_words
from ui.words import names as words

POLICY, AGAINST, OUTCOME = "sensitivity.policy", "sensitivity.against", "sensitivity.outcome"
CHOSEN, WIDTH, PATHS, POINTS = (
    "sensitivity.factors",
    "sensitivity.width",
    "sensitivity.paths",
    "sensitivity.points",
)
LEVEL = -1  # in place of a policy to compare with: the outcome itself
WIDTHS = {0.5: "Half", 1.0: "Usual", 2.0: "Double"}
PATH_CHOICES, POINT_CHOICES = (32, 64, 128, 256), (32, 64, 128, 256, 512)
BAR_PATHS = 128
FIRST_POINTS = 128
AT_ONCE = 2.0  # seconds up to which bars are drawn without a click
BARS, SCREEN, SHARES = Job("sensitivity.bars"), Job("sensitivity.screen"), Job("sensitivity.shares")
Ask = tuple[Job, Key, DeltaGenerator, Callable[[Note], None]]


# What is asked


def question(state: State) -> OutcomeOf:
    """Which outcome, of which policy, and less which other's."""
    names = words.policy_names(state.policies)
    last = len(names) - 1
    mirror(POLICY, remembered(POLICY, range(len(names)), last))
    mirror(AGAINST, remembered(AGAINST, range(LEVEL, len(names)), 1 if last > 1 else LEVEL))
    mirror(OUTCOME, remembered(OUTCOME, KEYS, PEAK_DISLOCATION.key))
    with st.container(horizontal=True):
        key = st.selectbox(
            "Outcome",
            KEYS,
            format_func=lambda key: BY_KEY[key].title,
            key=OUTCOME,
            persist_state="session",
            width=300,
        )
        policy = st.selectbox(
            "Under",
            range(len(names)),
            format_func=names.__getitem__,
            key=POLICY,
            persist_state="session",
            width=300,
        )
        against = st.selectbox(
            "Less that under", range(LEVEL, len(names)), format_func=lambda k: "nothing: the outcome itself" if k == LEVEL else names[k],
            key=AGAINST, persist_state="session", width=300,
            help="With a second policy, everything below is about the difference of the two on the same shocks.",
        )  # fmt: skip
    return OutcomeOf(key, policy, None if against in (LEVEL, policy) else against)


def asked(state: State, question: OutcomeOf, choices: Choices) -> tuple[AskedOutcome, tuple[Factor, ...]]:
    """The study of a question with valid ranges, and the ranges as they were wished for. Raises `Refused`."""
    names = words.policy_names(state.policies)
    two = _two(question)
    policies = tuple(state.policies[k] for k in two)
    wished = chosen(_every(state, question, choices), choices)
    bare = Study(state.world, policies, wished, _one_of(choices, PATHS, PATH_CHOICES, 64), state.seed)
    study = Study(state.world, policies, _fitted(_wish(bare), bare), bare.paths, bare.seed)
    inner = OutcomeOf(question.key, 0, None if question.against is None else 1)
    return AskedOutcome(study, inner, tuple(names[k] for k in two), _width(choices)), wished


def _two(question: OutcomeOf) -> list[int]:
    """Places of the policies that a question is about."""
    return [question.policy] if question.against is None else [question.policy, question.against]


def _every(state: State, question: OutcomeOf, choices: Choices) -> tuple[Factor, ...]:
    """All numbers that could move."""
    policies = tuple(state.policies[k] for k in _two(question))
    width = _width(choices)
    return (*world_factors(state.world, width), *policy_factors(policies, width))


def _width(choices: Choices) -> float:
    return float(_one_of(choices, WIDTH, tuple(WIDTHS), 1.0))


def _one_of(choices: Choices, key: str, options: Sequence[Any], first: Any) -> Any:
    value = choices.get(key, first)
    return value if value in options else first


def chosen(every: Sequence[Factor], choices: Choices) -> tuple[Factor, ...]:
    """The numbers that move: those somebody chose; the usual ones where fewer than two are left."""
    own = [x for x in every if x.key in choices.get(CHOSEN, ())]
    first = {x.key for x in usual(every)}
    return tuple(own) if len(own) > 1 else tuple(x for x in every if x.key in first)


def choice_fold(state: State, question: OutcomeOf) -> None:
    """Which numbers move: a fold that opens on a click."""
    every = _every(state, question, st.session_state)
    fold = st.expander(
        "Which numbers move, and how far", key="sensitivity.fold", on_change="rerun", icon=":material/tune:"
    )
    if fold.open:
        names = words.policy_names(state.policies)
        taken = [x.key for x in chosen(every, st.session_state)]
        with fold:
            _choices({x.key: x for x in every}, taken, [names[k] for k in _two(question)])


def remedies() -> Iterator[Remedy]:
    """Other choices: narrower ranges, the usual numbers."""
    yield Remedy("Take half of the ranges", {WIDTH: min(WIDTHS)})
    yield Remedy("Move the usual numbers", {CHOSEN: None})
    yield Remedy("Move the usual numbers over half of the ranges", {CHOSEN: None, WIDTH: min(WIDTHS)})


def _choices(known: dict[str, Factor], taken: list[str], names: Sequence[str]) -> None:
    mirror(CHOSEN, taken)
    st.pills(
        "Numbers that move", list(known), selection_mode="multi", format_func=lambda k: plain(factor_words.name(known[k], names)), key=CHOSEN,
        persist_state="session", help="At least two. The usual ones return when fewer are left.",
    )  # fmt: skip
    mirror(WIDTH, remembered(WIDTH, tuple(WIDTHS), 1.0))
    mirror(PATHS, remembered(PATHS, PATH_CHOICES, 64))
    with st.container(horizontal=True):
        st.segmented_control(
            "Width of the ranges", tuple(WIDTHS), format_func=WIDTHS.__getitem__, key=WIDTH, required=True, persist_state="session",
            help="Usual: for values fitted to the episodes the middle 90% of the fit; for other parameters a tenth of their bounds "
            "either side; for policies' settings half of their value either side.",
        )  # fmt: skip
        st.segmented_control(
            "Paths at each point", PATH_CHOICES, key=PATHS, required=True, persist_state="session",
            help=f"For screening and shares of the variance; bars use {BAR_PATHS}.",
        )  # fmt: skip


def _wish(study: Study) -> str:
    return f"{study.name}:{[(x.low, x.high) for x in study.factors]}"


@st.cache_resource(max_entries=32, show_spinner=False)
def _fitted(key: str, _study: Study) -> tuple[Factor, ...]:
    """Ranges narrowed to valid worlds; small and frozen."""
    return fitting(_study.world, _study.policies, _study.factors)


# One at a time


def bars_section(asked: AskedOutcome) -> Ask | None:
    """The bars, at once where that is quick."""
    st.header("1. One at a time", divider="gray")
    study = Study(asked.study.world, asked.study.policies, asked.study.factors, BAR_PATHS, asked.study.seed)
    own = AskedOutcome(study, asked.question, asked.names, asked.width)
    problem = method.problem_of(study.factors)
    points = method.one_at_a_time(study.base, problem)
    (left, done), key = progress(study, "by_path", points), (_wish(study),)
    if left and seconds(study, left) > AT_ONCE:
        spot = st.container()
        run = partial(fill, study, "by_path", points, "moving one number at a time")
        if BARS.running(key):
            return BARS, key, spot, run
        with spot:
            offer(BARS, key, "Move each number", about(study, left), done)
        return None
    function = method.asked(own.question, evaluator(study, "by_path"), study)
    swings = method.tornado(function, problem, study.base)
    with st.container(key="alone_tornado"):
        figures.draw(tornado.tornado(own, swings), _origin(own))  # type: ignore[arg-type]
    if tornado.turning_words(own, swings):
        st.markdown(plain(tornado.turning_words(own, swings)))
    st.caption(
        plain(
            "Local: each bar is drawn with all other numbers as they are now, so what two do together is not seen. "
            + tornado.RANGES
        )
    )
    return None


def _origin(asked: AskedOutcome) -> Origin:
    return Origin(asked.study.world, asked.study.policies, asked.study.seed, asked.study.paths)


# Screening, then shares of the variance


def _full(asked: AskedOutcome, points: Array, columns: Sequence[int]) -> Array:
    """Points of some factors with all others at their own values."""
    full = asked.study.base[None].repeat(len(points), axis=0)
    full[:, list(columns)] = points
    return full


def screening_section(asked: AskedOutcome) -> tuple[Ask | None, method.Screening | None]:
    """Screening on a click; the result is there for every outcome once its points are."""
    st.header("2. Screening: which numbers matter at all", divider="gray")
    st.markdown(
        "All numbers wander through their ranges, one step at a time (Morris). Those whose effect is not clearly below a tenth of the "
        f"strongest, {method.MOST_SURVIVORS} at most, go on to the last step."
    )
    problem = method.problem_of(asked.study.factors)
    points = method.trajectories(problem, method.TRAJECTORIES, asked.study.seed)
    (left, done), key = progress(asked.study, "means", points), (_wish(asked.study),)
    if left:
        spot = st.container()
        run = partial(fill, asked.study, "means", points, "screening")
        if SCREEN.running(key):
            return (SCREEN, key, spot, run), None
        with spot:
            offer(SCREEN, key, "Screen", about(asked.study, left), done)
        return None, None
    function = method.asked(asked.question, evaluator(asked.study, "means"), asked.study)
    effects = method.screening(function, problem, method.TRAJECTORIES, asked.study.seed)
    left_column, right = st.columns([1.15, 1], gap="large")
    with left_column, st.container(key="alone_screening"):
        figures.draw(view.screening(asked, effects), _origin(asked))  # type: ignore[arg-type]
    with right:
        st.html(view.screening_html(asked, effects))
    return None, effects


def shares_section(asked: AskedOutcome, screened: method.Screening | None) -> Ask | None:
    """Sobol indices of the survivors, on a click."""
    st.header("3. Shares of the variance", divider="gray")
    st.markdown(
        "All numbers that survived move at once, each evenly over its range and independently of the others (Sobol). Alone: what one number explains by itself. "
        "With all others: what would go if it were known. The gap between the two is what it does together with others."
    )
    if screened is None:
        st.caption("Comes after the screening above.")
        return None
    columns = method.survivors(screened)
    if not columns:
        st.info(
            "No number that was moved changes this outcome, so there is no variance to share out.",
            icon=":material/info:",
        )
        return None
    mirror(POINTS, remembered(POINTS, POINT_CHOICES, FIRST_POINTS))
    n = st.segmented_control(
        "Quasi-random points", POINT_CHOICES, key=POINTS, required=True, persist_state="session",
        help="More points narrow the intervals; earlier ones are used again.",
    )  # fmt: skip
    factors = [asked.study.factors[k] for k in columns]
    problem = method.problem_of(factors)
    points = _full(asked, method.arrangement(problem, n or FIRST_POINTS, asked.study.seed), columns)
    (left, done), key = progress(asked.study, "means", points), (_wish(asked.study), str(columns), str(n))
    if left:
        spot = st.container()
        run = partial(fill, asked.study, "means", points, "drawing shares of the variance")
        if SHARES.running(key):
            return SHARES, key, spot, run
        with spot:
            offer(SHARES, key, "Share out the variance", about(asked.study, left), done)
        return None
    function = method.asked(asked.question, evaluator(asked.study, "means"), asked.study, columns)
    shares = method.indices(function, problem, n or FIRST_POINTS, asked.study.seed)
    with st.container(key="alone_sobol"):
        figures.draw(view.indices(asked, shares), _origin(asked))  # type: ignore[arg-type]
    if view.wide_words(shares):
        st.info(plain(view.wide_words(shares)), icon=":material/info:")
    st.caption(
        plain(
            "Global, but only over these ranges and with the numbers independent of each other; in the fit to five episodes some of them "
            "move together. The robustness page draws them from the fit as they belong together."
        )
    )
    return None


def page() -> None:
    """Draws the page; what was asked for runs last."""
    state = current()
    frame.levers(state)
    frame.begin("What drives it?")
    st.markdown(
        "Choose an outcome, or the difference between two policies. Then see which numbers of the world and which settings move it: "
        f"first one at a time, then all at once. Now: {plain(words.changed_words(state.world))}."
    )
    ask: Ask | None = None
    about_what = question(state)
    choice_fold(state, about_what)
    try:
        outcome, wished = asked(state, about_what, st.session_state)
        st.caption(
            plain(view.narrowed_words(wished, outcome.study.factors, outcome.names) or _all_words(outcome))
        )
        first = bars_section(outcome)
        second, screened = _with_salib(outcome)
        third = shares_section(outcome, screened) if method.available() else None
        ask = first or second or third
    except Refused as refusal:
        tell_with("sensitivity", refusal, remedies(), lambda now, choices: asked(now, about_what, choices))
    frame.end(state)
    if ask is not None:
        job, key, spot, run = ask
        job.work(key, spot, run)


def _with_salib(asked: AskedOutcome) -> tuple[Ask | None, method.Screening | None]:
    if method.available():
        return screening_section(asked)
    st.header("2. Screening, and shares of the variance", divider="gray")
    st.info(plain(f"These two steps need an extra package. {method.EXTRA}."), icon=":material/info:")
    return None, None


def _all_words(asked: AskedOutcome) -> str:
    return f"{len(asked.study.factors)} numbers move; outcome in {BY_KEY[asked.question.key].unit}."


page()
