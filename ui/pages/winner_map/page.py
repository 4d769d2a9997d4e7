"""The winner map: which policy is best where, how sure that is, and any cell's full comparison."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.errors import Refused
from policy.leverage.game import NEVER_ESTIMATED, Game
from policy.outcomes.scorecard import BY_KEY, KEYS
from policy.ranking.criteria import DEFAULT_WEIGHTS, MOST, Weights
from policy.studies import stored_maps, winner_game, winner_map, winner_rivals
from policy.studies.draws import USUAL, rival
from policy.studies.executors import Stopped
from policy.studies.winner_game import GamePicture
from policy.studies.winner_map import MapCell, Picture, Question
from policy.studies.winner_reading import judged
from ui.charts import styles as ui_charts
from ui.charts.figure import Figure, Origin
from ui.comparison import scorecard
from ui.html import heads
from ui.menu import page_file
from ui.pages.winner_map import charts, controls, doubt, view
from ui.state import state as s
from ui.state.instead import with_less
from ui.state.session import attempt, current, refusal, results
from ui.state.state import State
from ui.widgets import figures, frame, jobs, weights
from ui.widgets.boxes import mirror, plain, show_refusal
from ui.widgets.jobs import Job, Key
from ui.widgets.study_jobs import remembered
from ui.words import names as words
from ui.words import verdicts

MOST_PICTURES = 8
EVERY = 2.0  # seconds between pictures while cells come in
MAP, GAME, DOUBT = Job("map.fine"), Job("map.game"), Job("map.structures")
ACROSS, UP, CELL_OF = "map.cell.x", "map.cell.y", "map.cell.of"
WHAT, OUTCOME, POLICY, OTHER, MORAL = "map.what", "map.outcome", "map.policy", "map.other", "map.moral"
LEAVE = "map.leave"
ONE, GAP, LEAD = "One outcome", "Difference of two policies", "The winner’s lead"
PARTLY = "Stopped. What was computed stays; going on starts from there."


# Pictures are the same for everybody who asks the same, so they are kept for the server


@st.cache_resource(show_spinner=False)
def _shelf() -> tuple[threading.Lock, OrderedDict[str, Picture | GamePicture]]:
    return threading.Lock(), OrderedDict()


def on_shelf(name: str) -> Picture | GamePicture | None:
    """A picture that somebody began."""
    lock, shelf = _shelf()
    with lock:
        if name in shelf:
            shelf.move_to_end(name)
        return shelf.get(name)


def known(question: Question) -> Picture | None:
    """What is there of a map: what somebody began, else what came with the package."""
    picture = on_shelf(question.digest)
    if picture is None and (picture := stored_maps.stored(question)) is not None:
        put(question.digest, picture)
    return picture.under(question) if isinstance(picture, Picture) else None


def put(name: str, picture: Picture | GamePicture) -> None:
    """Keep a picture, the last few of them."""
    lock, shelf = _shelf()
    with lock:
        shelf[name] = picture
        while len(shelf) > MOST_PICTURES:
            shelf.popitem(last=False)


# Drawing


def draw(figure: Figure, origin: Origin, spot: DeltaGenerator | None = None) -> None:
    """A chart of this page; while it is still coming in, without its fold."""
    if spot is None:
        with st.container(key=f"alone_{figure.key}"):
            figures.draw(figure, origin)
        return
    with spot.container():
        st.html(heads.figure_head(figure.title, figure.note, figure.legend, True))
        figures.chart(figure.panels[0])


def clickable(figure: Figure, origin: Origin, question: Question) -> None:
    """The map itself: a click chooses a cell."""
    key = f"map.chart.{question.digest}"
    with st.container(key="alone_map"):
        st.html(heads.figure_head(figure.title, figure.note, figure.legend, True))
        figures.chart(figure.panels[0], key, partial(_clicked, key))
        figures.numbers(figure, origin)


def _clicked(key: str) -> None:
    picked = st.session_state[key].get("selection", {}).get(charts.CHOSEN) or []
    if picked:
        st.session_state[ACROSS], st.session_state[UP] = int(picked[0]["i"]), int(picked[0]["j"])


def weights_fold() -> Weights:
    """The same weights as on the page that compares runs."""
    chosen = weights.chosen_weights()
    name = "Weights: all criteria alike" if chosen == DEFAULT_WEIGHTS else "Weights: your own"
    fold = st.expander(name, key="map.weights", on_change="rerun", icon=":material/balance:")
    if fold.open:
        with fold:
            st.caption(
                "What a point of each criterion counts, 0 to 10; the same sliders as on the page that compares runs. The map is "
                "ranked again at once, without running anything."
            )
            chosen = weights.weight_sliders()
    return chosen


# Looking closer: outcomes over the map, and one cell


def outcomes_section(seen: view.Seen, origin: Origin) -> None:
    """Heat maps of an outcome, of a difference, or of the lead."""
    st.header("Outcomes over the map", divider="gray")
    count = range(len(seen.lines))
    for key, options, first in (
        (WHAT, (ONE, GAP, LEAD), ONE), (OUTCOME, KEYS, KEYS[0]), (POLICY, count, 0), (OTHER, count, min(1, len(count) - 1)),
    ):  # fmt: skip
        mirror(key, remembered(key, options, first))
    what = st.segmented_control("Show", (ONE, GAP, LEAD), key=WHAT, required=True, persist_state="session")
    if what == LEAD:
        draw(charts.heat_of_margin(seen), origin)
        return
    boxes = st.columns(3 if what == GAP else 2)
    outcome = boxes[0].selectbox(
        "Outcome", KEYS, format_func=lambda key: BY_KEY[key].title, key=OUTCOME, persist_state="session"
    )
    names = [plain(line.name) for line in seen.lines]
    first = boxes[1].selectbox(
        "Policy", count, format_func=names.__getitem__, key=POLICY, persist_state="session"
    )
    if what == ONE:
        draw(charts.heat_of(seen, outcome, first), origin)
        return
    other = boxes[2].selectbox(
        "less", count, format_func=names.__getitem__, key=OTHER, persist_state="session"
    )
    if first == other:
        st.info("Choose two different policies.", icon=":material/info:")
        return
    draw(charts.heat_between(seen, outcome, first, other), origin)


def cell_choice(question: Question) -> MapCell:
    """The chosen cell by two lists that the keyboard reaches; a click on the map moves them."""
    spot = view.here(question)
    first = (round(spot[0]), round(spot[1])) if spot else (len(question.xs) // 2, len(question.ys) // 2)
    if st.session_state.get(CELL_OF) != question.digest:
        st.session_state[ACROSS], st.session_state[UP] = first
        st.session_state[CELL_OF] = question.digest
    chosen = []
    for column, key, factor, there, start in zip(
        st.columns(2), (ACROSS, UP), (question.x, question.y), (question.xs, question.ys), first, strict=True
    ):  # fmt: skip
        at = st.session_state.get(key, start)
        mirror(key, at if isinstance(at, int) and 0 <= at < len(there) else start)
        chosen.append(
            column.selectbox(
                plain(view.axis_title(factor, question.policies)), range(len(there)), key=key, persist_state="session",
                format_func=lambda k, there=there: view.value_text(there[k]),
            )
        )  # fmt: skip
    return chosen[0], chosen[1]


def cell_section(state: State, seen: view.Seen, weights: Weights, at: MapCell) -> None:
    """One cell's points, its whole comparison, and the way to the sandbox."""
    st.markdown(f"**{plain(view.cell_words(seen, at))}.**")
    try:
        world, policies = winner_map.cell(seen.question, at)
        moved = s.with_policies(replace(state, world=world), policies)
    except Refused:
        return
    if seen.picture.known[at] and at not in seen.picture.refused:
        st.html(view.cell_html(seen, at, weights))
    st.html(scorecard.cards(results(moved)))
    st.caption(
        plain(
            f"Averages over {state.paths} paths, as the sandbox will show; the map uses the first {seen.question.paths} paths of "
            "the same seed. Second line: difference to no action with its 95% interval."
        )
    )
    st.button(
        "Open this cell in the sandbox", key="map.open", icon=":material/open_in_new:", on_click=_opened, args=(moved,),
        help="The cell’s world and policies replace the screen’s, in one step that can be undone.",
    )  # fmt: skip
    show_refusal("map.open")


def _opened(moved: State) -> None:
    """The cell's world becomes the screen's; the page is left when it is next drawn, with that world."""
    change = partial(_in_place, moved)
    attempt("map.open", change, with_less(change, moved))
    st.session_state[LEAVE] = not refusal("map.open")


def _in_place(moved: State, now: State) -> State:
    return s.with_policies(replace(now, world=moved.world), moved.policies)


# Long work


def run_map(question: Question, key: Key, spot: DeltaGenerator, weights: Weights, origin: Origin) -> None:
    """Fill the picture, coarse first, and show it as it comes."""
    picture = known(question) or Picture(question)
    put(question.digest, picture)
    show = MAP.progress(key, spot)
    chart, shown, drawn = spot.empty(), -1, 0.0
    show(0.0, f"starting {jobs.MOST_WORKERS} worker processes")
    try:
        for done in winner_map.fill(picture, jobs.workers()):
            show(done.share, f"{done.known:,} of {done.cells:,} cells")
            if done.stage >= 0 and (done.stage > shown or time.monotonic() - drawn > EVERY):
                draw(charts.winner_map(view.seen(picture, weights), None), origin, chart)
                shown, drawn = done.stage, time.monotonic()
    except Stopped:
        jobs.drop_workers()
        MAP.refuse(key, jobs.GoneAway(jobs.AWAY))
    MAP.end()


def run_game(question: Question, game: Game, key: Key, spot: DeltaGenerator) -> None:
    """Solve the game cell by cell."""
    kept_picture = on_shelf(key[0])
    picture = (
        kept_picture
        if isinstance(kept_picture, GamePicture)
        else GamePicture(question, winner_game.coarse(game))
    )
    put(key[0], picture)
    show = GAME.progress(key, spot)
    show(0.0, f"starting {jobs.MOST_WORKERS} worker processes")
    try:
        for done in winner_game.fill(picture, jobs.workers()):
            show(
                done.share,
                f"{done.known} of {done.cells} cells: how much leverage funds choose under each policy",
            )
    except Stopped:
        jobs.drop_workers()
        GAME.refuse(key, jobs.GoneAway(jobs.AWAY))
    GAME.end()


# Sections


def map_section(question: Question, weights: Weights, key: Key, origin: Origin) -> DeltaGenerator | None:
    """The map, or the button that draws it; returns where it is drawn while it runs.

    What is cheap starts by itself, once: who stopped it, or where it failed, has the button.
    """
    spot, picture = st.container(), known(question)
    unfinished = picture is None or not picture.finished
    if (
        unfinished
        and controls.seconds(question) <= controls.CHEAP
        and not (MAP.stopped(key) or MAP.refused(key))
    ):
        MAP.start(key)
    if MAP.running(key):
        return spot
    with spot:
        MAP.show_refusal(key)
        if picture is not None and picture.stage >= 0:
            show_map(picture, weights, key, origin)
        else:
            MAP.button(key, "Draw the map", _hint(question), PARTLY)
    return None


def _hint(question: Question) -> str:
    return (
        f"{len(question.xs) * len(question.ys):,} worlds under {len(question.policies)} policies, {question.paths} paths each: about "
        f"{controls.seconds(question)} seconds on two processors. A first coarse picture comes after a few; it can be stopped at any time."
    )


def show_map(picture: Picture, weights: Weights, key: Key, origin: Origin) -> None:
    """What is known of the map, and all that can be read from it."""
    seen = view.seen(picture, weights)
    st.html(f'<p data-testid="map-verdict">{heads.escape(view.verdict(seen))}</p>')
    if not picture.finished:
        MAP.button(
            key,
            "Go on",
            f"{int(picture.known.sum()):,} of {picture.known.size:,} cells are computed.",
            PARTLY,
        )
    spot = st.container()
    st.header("One cell", divider="gray")
    st.caption("Click a cell of the map, or choose one here.")
    at = cell_choice(picture.question)
    with spot:
        clickable(charts.winner_map(seen, at), origin, picture.question)
    cell_section(current(), seen, weights, at)
    outcomes_section(seen, origin)


def game_section(state: State, question: Question, weights: Weights, origin: Origin) -> DeltaGenerator | None:
    """Moral hazard on a coarse grid, on request."""
    st.header("With moral hazard", divider="gray")
    st.markdown(
        "The map above ranks what happens at today’s leverage. If funds expect help they may borrow more, and the next crisis costs "
        f"more. On {winner_game.SIDE} × {winner_game.SIDE} cells the leverage that funds would choose under each policy is worked out as "
        f"well, and the moral-hazard loss counts as one more criterion. **{NEVER_ESTIMATED}**"
    )
    key = game_key(state, question)
    spot = st.container()
    if GAME.running(key):
        return spot
    picture = on_shelf(key[0])
    with spot:
        GAME.show_refusal(key)
        if isinstance(picture, GamePicture) and picture.outcomes.finished:
            show_game(picture, question, weights, origin)
        else:
            cells = len(question.xs) * len(question.ys)
            about = f"{cells} cells: about {max(5, round(cells * len(question.policies) * question.world.scenario.days / 250))} seconds."
            GAME.button(key, "Add moral hazard", f"Off until you ask. {about} It can be stopped.", PARTLY)
    return None


def game_key(state: State, question: Question) -> Key:
    """Everything the game's map depends on."""
    return (f"{question.digest}:{state.counting.game.model_dump_json()}",)


def show_game(picture: GamePicture, question: Question, weights: Weights, origin: Origin) -> None:
    """The coarse map with the loss counted at its own weight."""
    mirror(MORAL, min(max(float(st.session_state.get(MORAL, 5.0)), 0.0), MOST))
    weight = st.slider(
        "Moral-hazard loss", 0.0, MOST, step=0.5, format="%g", key=MORAL, persist_state="session",
        help=plain(f"{winner_game.WORTH_MEANING} Evidence: assumed, a judgement made here."), width=420,
    )  # fmt: skip
    winners = judged(picture.outcomes, *winner_game.scored(picture, weights, float(weight)))
    extra = f"The moral-hazard loss counts with weight {weight:g}; its sampling errors are taken as independent. {NEVER_ESTIMATED}"
    seen = view.Seen(
        picture.outcomes.under(question), winners, ui_charts.styles(picture.question.policies), extra
    )
    draw(charts.winner_map(seen, None, "winner_map_game"), origin)
    st.html(view.losses_html(seen, picture.loss))


def doubt_section(question: Question, weights: Weights, origin: Origin) -> DeltaGenerator | None:
    """Whether the winner depends on how the market is built, on request."""
    st.header("In other markets", divider="gray")
    st.markdown(
        "Rival structures of the market fit history about as well. On a coarse grid this draws the map in each of them as well, and "
        "hatches the cells in which another policy clearly wins there."
    )
    key, spot = _doubt_key(question), st.container()
    if DOUBT.running(key):
        return spot
    pictures = {name: known(q) for name, q in _rivals(question).items()} if DOUBT.kept(key) else {}
    with spot:
        DOUBT.show_refusal(key)
        ready = {name: p for name, p in pictures.items() if p is not None and p.finished}
        if ready and len(ready) == len(pictures):
            draw(doubt.hatched(ready, weights), origin)
        else:
            cells = winner_rivals.SIDE**2 * len(USUAL)
            about = round(cells / (len(question.xs) * len(question.ys)) * controls.seconds(question))
            DOUBT.button(
                key,
                "Hatch where structures disagree",
                f"Off until you ask: about {max(3, about)} seconds.",
                PARTLY,
            )
    return None


def _doubt_key(question: Question) -> Key:
    return (f"{question.digest}:structures",)


@st.cache_data(max_entries=8, show_spinner=False)
def _rival_questions(digest: str, _question: Question) -> dict[str, Question]:
    return winner_rivals.rival_questions(_question)


def _rivals(question: Question) -> dict[str, Question]:
    return _rival_questions(f"{question.digest}:{question.x.base}:{question.y.base}", question)


def run_doubt(question: Question, spot: DeltaGenerator) -> None:
    """Fill the coarse pictures of all structures."""
    key = _doubt_key(question)
    show = DOUBT.progress(key, spot)
    show(0.0, f"starting {jobs.MOST_WORKERS} worker processes")
    rivals = _rivals(question)
    try:
        for k, (name, asked) in enumerate(rivals.items()):
            picture = known(asked) or Picture(asked)
            put(asked.digest, picture)
            for done in winner_map.fill(picture, jobs.workers()):
                show(
                    (k + done.share) / len(rivals),
                    f"{rival(name).title}: {done.known:,} of {done.cells:,} cells",
                )
        DOUBT.keep(key, True)
    except Stopped:
        jobs.drop_workers()
        DOUBT.refuse(key, jobs.GoneAway(jobs.AWAY))
    DOUBT.end()


def verdict_line(state: State, weights: Weights) -> None:
    """The screen's own verdict, in the words of every other page; the map says how far it reaches."""
    with suppress(Refused):
        frame.lead(f"You are here: {verdicts.sentence(results(state), weights)}")


def page() -> None:
    """Draws the page; what was asked for runs last."""
    if st.session_state.pop(LEAVE, False):
        st.switch_page(page_file("sandbox"))
    state = current()
    frame.levers(state)
    frame.begin("Winner map: which policy is best where?")
    st.markdown(
        "Each cell is a whole comparison in a world of its own; its colour and letter say which policy is best by your weights. "
        f"Now: {plain(words.changed_words(state.world))}."
    )
    verdict_line(state, state.counting.weights)
    question = controls.choose(state)
    if question is None:
        frame.end(state)
        return
    key: Key = (question.digest,)
    chosen = weights_fold()
    origin = Origin(state.world, state.policies, state.seed, question.paths)
    coarse = replace(question, side=winner_game.SIDE)
    with st.empty().container():  # so that nothing of what stood there before is seen while it runs
        at_map = map_section(question, chosen, key, origin)
        at_game = None if at_map is not None else game_section(state, coarse, chosen, origin)
        at_doubt = None if at_map is not None else doubt_section(question, chosen, origin)
    frame.end(state)
    if at_map is not None:
        run_map(question, key, at_map, chosen, origin)
    if at_game is not None:
        run_game(coarse, state.counting.game, game_key(state, coarse), at_game)
    if at_doubt is not None:
        run_doubt(question, at_doubt)


page()
