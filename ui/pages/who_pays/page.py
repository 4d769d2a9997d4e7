"""Who pays: the public's result at any horizon, and what funds would do beforehand if they expected a policy."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.errors import Refused
from policy.interventions.base import Intervention
from policy.interventions.hedged_auction import HedgedAuction
from policy.interventions.outright import Outright
from policy.leverage.game import NEVER_ESTIMATED, ExAnte, Game
from policy.leverage.losses_borne import LossesBorne, losses_borne
from policy.leverage.penalty import PenaltyCurve, penalty_curve
from policy.leverage.ranges import over_assumptions
from policy.leverage.who_pays import WhoPays, who_pays
from policy.outcomes.terms import TERMS
from policy.spec import policy
from ui.charts import styles as charts
from ui.charts.figure import Figure, Origin
from ui.charts.styles import Style
from ui.comparison.figures import csv_text
from ui.pages.who_pays import controls, penalty, replies, unknown, vehicle
from ui.pages.who_pays import leverage as game_view
from ui.pages.who_pays import public as view
from ui.pages.who_pays import rules as who_pays_rules
from ui.pages.who_pays.borne import losses_still_borne
from ui.state import session
from ui.state import state as s
from ui.state.session import current
from ui.state.state import State
from ui.widgets import figures, frame, jobs
from ui.widgets.boxes import mirror, plain
from ui.widgets.jobs import Job, Key
from ui.widgets.remedies import tell_with
from ui.words import amounts
from ui.words import names as words

Kind = TypeVar("Kind", bound=Intervention)
MOST_HERE = 256  # paths of the chart that is always drawn
UNKNOWN = "who_pays.unknown"
SCALE, TOGETHER, APART = "who_pays.scale", "The same for all", "Each policy's own"


# Long work: off until clicked, stopped by a click, kept for exactly what it was asked for
GAME, PENALTY = Job("who_pays.game"), Job("who_pays.penalty")


# The public's result


@st.cache_resource(max_entries=32, show_spinner=False)
def _public(key: str, _state: State) -> view.Results:
    """Small enough to share; digest and terms are the key."""
    return view.public_results(_state.world, _state.policies, _state.seed, _state.paths, session.terms())


def public(state: State) -> view.Results:
    """The public's result of the state's comparison, counted as this page says."""
    bare = replace(
        state, policies=tuple(policy(p.interventions, f"p{k}") for k, p in enumerate(state.policies))
    )
    return _public(f"{s.digest(bare)}:{session.terms().model_dump_json()}", state)


def draw(figure: Figure, origin: Origin) -> None:
    """A chart of this page."""
    figures.draw(figure, origin)


def download(figure: Figure, origin: Origin) -> None:
    """A file of a table that stands on the page."""
    st.download_button(
        "Download as CSV", data=partial(_file, figure, origin), file_name=f"{origin.world.name}_{figure.key}.csv",
        mime="text/csv", key=f"csv.{figure.key}", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _file(figure: Figure, origin: Origin) -> bytes:
    return csv_text(figure, origin).encode()


def taxpayer_section(results: view.Results, lines: tuple[Style, ...], origin: Origin) -> None:
    """Settings of the count, the figures by policy, Treasury and Fed, and the distribution."""
    names, terms = [line.name for line in lines], session.terms()
    changed = controls.changed_words(terms, TERMS)
    st.header("1. The taxpayer", divider="gray")
    st.markdown(
        "What the public gains or loses from each policy, counted at a horizon over random paths of the crisis and of interest "
        "rates after it. Rates are assumed to have no drift of their own, and the same draws hit every policy."
    )
    controls.terms_controls()
    frame.heading(
        f"The public's result after {view.years_words(terms.horizon_years)}, in total and per dollar used",
        f"Means of {origin.paths} paths with 64 paths of rates each; ± is a 95% interval. ¢ per $ is cents per dollar of mean "
        "take-up (face bought plus largest repo lent). The worst path is the worst seen: more paths find worse ones. Bonds are judged "
        "by what could be known on the day they were bought; with hindsight they are valued at the yields with which the run "
        "ends, so that the world's script is in the result.",
    )
    st.html(view.table_html(results, names))
    table = view.frame_of(results, names)
    note = f"Counted after {view.years_words(terms.horizon_years)}. {changed}"
    download(Figure("who_pays_figures", "The public's result", note, "in its column", (), table), origin)
    frame.heading(
        view.split_words(results, names),
        "The Treasury gets what the vehicle leaves after interest on the Fed's loan, and loses no more than it put up; the Fed has "
        "everything else, and its losses reduce what it remits. Expected results add up to the public's, tails do not. Cash for "
        "margin on hedges comes back with the bonds' gains: it is no loss, but the interest on it is in the vehicle's result.",
    )
    st.html(view.split_html(results, names))
    vehicle_section(results, names, origin)
    own = scale_choice()
    with st.container(key="alone_public"):
        draw(view.distribution(results, lines, terms, changed, own), origin)


def vehicle_section(results: view.Results, names: list[str], origin: Origin) -> None:
    """How the vehicle can lose, where one bought."""
    if not vehicle.bought(results):
        return
    terms = session.terms()
    frame.heading(vehicle.verdict(results, names, terms), vehicle.meaning(results, terms))
    st.html(vehicle.table_html(results, names, terms))
    note = f"Counted after {view.years_words(terms.horizon_years)}. {controls.changed_words(terms, TERMS)}"
    table = vehicle.frame_of(results, names)
    download(
        Figure("who_pays_vehicle", "The vehicle's result by exit", note, "in its column", (), table), origin
    )


def scale_choice() -> bool:
    """Whether each policy's distribution is drawn on its own scale."""
    mirror(SCALE, st.session_state.get(SCALE, TOGETHER))
    chosen = st.segmented_control(
        "Scale of the distributions", (TOGETHER, APART), key=SCALE, required=True, persist_state="session"
    )
    return bool(chosen == APART)


# The game


def game_key(state: State) -> Key:
    """Everything the game depends on, the whole state included."""
    parts = (session.terms(), session.game(), session.tools())
    return (s.digest(state), *(part.model_dump_json() for part in parts))


def penalty_key(state: State) -> Key:
    """The same for the penalty curve."""
    parts = (session.terms(), session.game())
    return (s.digest(state), *(part.model_dump_json() for part in parts), str(session.penalties()))


def game_section(
    state: State, lines: tuple[Style, ...], results: view.Results, origin: Origin
) -> DeltaGenerator | None:
    """Controls, one click, and the answer; returns where progress goes while it runs."""
    key = game_key(state)
    st.header("2. Moral hazard", divider="gray")
    st.markdown(
        "If funds expect to be helped, they may borrow more, and the next crisis costs more. Each fund is assumed to weigh carry, "
        "risk aversion and its own losses in crises, and to reply best to what all others do. "
        f"**{NEVER_ESTIMATED}**"
    )
    controls.game_controls()
    solved: WhoPays | None = GAME.kept(key)
    if solved is None:
        spot = st.container()
        if GAME.running(key):
            return spot
        with spot:
            GAME.button(key, "Run the game", _about(state, session.game(), 2.5))
            GAME.show_refusal(key)
        return None
    show_game(solved, lines, results, origin)
    return None


def _about(state: State, game: Game, times: float) -> str:
    seconds = times * len(state.policies) * game.paths * game.scales * game.probe_scales / 72_000
    return f"Off until you ask: it takes about {max(1, round(seconds))} seconds, and can be stopped."


def _changed() -> str:
    """Settings of count and game that differ from the defaults, for notes and files."""
    changed = [
        text
        for text in (
            controls.changed_words(session.terms(), TERMS),
            controls.changed_words(session.game(), Game()),
        )
        if text.startswith("Changed")
    ]
    return " ".join(dict.fromkeys(changed))


def show_game(game: WhoPays, lines: tuple[Style, ...], results: view.Results, origin: Origin) -> None:
    """Induced leverage, its cost, the equilibria behind it."""
    st.caption(plain(game_view.anchor_words(game)))
    for line in game_view.edges(game, lines):
        st.warning(plain(line), icon=":material/warning:")
    left, right = st.columns(2, gap="large")
    with left:
        draw(game_view.leverage(game, lines, _changed()), origin)
    with right:
        draw(game_view.losses(game, lines, _changed()), origin)
    frame.heading(
        "Each policy in the game",
        f"Ranges as above. ◆ is the equilibrium that counts, ● a further one, ✕ a point that loses to another scale. ± is "
        f"a 95% interval of sampling and interpolation at your settings. {NEVER_ESTIMATED}",
    )
    st.html(game_view.game_html(game, lines, [o.funds_share for o in results.outcomes]))
    table = game_view.game_frame(game, lines)
    download(
        Figure(
            "who_pays_game", "The ex-ante game", f"{NEVER_ESTIMATED} {_changed()}", "in its column", (), table
        ),
        origin,
    )
    ruled = game_view.rule_words(game_view.with_equilibria(game.outcomes, lines))
    if ruled:
        st.caption(plain(ruled))
    fold = st.expander(
        "Which assumption moves it how far", key=UNKNOWN, on_change="rerun", icon=":material/swap_horiz:"
    )
    if fold.open:
        with fold:
            draw(unknown.tornado(game, lines, _changed()), origin)
    draw(replies.best_replies(game, lines, _changed()), origin)


def rules_section(game: WhoPays | None, lines: tuple[Style, ...], origin: Origin) -> None:
    """Rules set beforehand in the same game."""
    st.header("3. Rules set before a crisis", divider="gray")
    st.markdown(
        "A fee, a cap or a minimum haircut acts on leverage before anything breaks. Each is played alone in the same game, under every "
        "policy. Assumed: funds' other costs stay as they are, and what less leverage costs in calm is not counted."
    )
    controls.tools_controls()
    if game is None:
        st.caption("Comes with the game above.")
    elif not game.tools:
        st.caption("All three rules are set so that they do nothing.")
    else:
        draw(who_pays_rules.rules(game, lines, _changed()), origin)
        ruled = game_view.rule_words(
            [
                (f"{controls.rule_name(tool)}, {name}", o)
                for tool, outcomes in game.tools
                for name, o in game_view.with_equilibria(outcomes, lines)
            ]
        )
        if ruled:
            st.caption(plain(ruled))


def penalty_section(state: State, lines: tuple[Style, ...]) -> DeltaGenerator | None:
    """What funds still bear by penalty, and on a click the curve; returns where progress goes while it runs."""
    key = penalty_key(state)
    own = _first(state, HedgedAuction)
    base, colour = own or HedgedAuction(), _style(state, lines, HedgedAuction, "Auction").colour
    st.header("4. The price of help", divider="gray")
    st.markdown(
        "A penalty over the calm price makes help from the auction dear: freely, to those who need it, at a price that nobody would "
        f"pay who could wait. The auction is {'yours' if own else 'the default one'}, all else equal."
    )
    controls.grid_control()
    borne_chart(state, lines)
    st.markdown(
        "In theory a penalty can lower risk or raise it, so no shape is imposed. The game's settings are those above."
    )
    curve: PenaltyCurve | None = PENALTY.kept(key)
    if curve is None:
        spot = st.container()
        if PENALTY.running(key):
            return spot
        with spot:
            points = len(session.penalties())
            hint = _about(state, session.game(), 1.2 * (points + 2) / len(state.policies))
            PENALTY.button(key, "Run the curve", hint)
            PENALTY.show_refusal(key)
        return None
    about = f"The auction alone, {session.game().paths} paths. {_changed()}"
    policies = tuple(policy([m]) for m in (base,))
    origin = Origin(state.world, policies, state.seed, session.game().paths)
    draw(penalty.penalty(curve, colour, False, about), origin)
    draw(penalty.penalty(curve, colour, True, about), origin)
    return None


@st.cache_resource(max_entries=32, show_spinner=False)
def _borne(key: str, _state: State, _penalties: tuple[float, ...]) -> LossesBorne:
    """Small enough to share; digest and penalties are the key."""
    base, bought = _first(_state, HedgedAuction), _first(_state, Outright)
    return losses_borne(_state.world, min(_state.paths, MOST_HERE), _state.seed, _penalties, base, bought)


def borne_chart(state: State, lines: tuple[Style, ...]) -> None:
    """The third claim, tested: what funds bear at each penalty, beside purchases."""
    grid = session.penalties()
    try:
        borne = _borne(f"{s.digest(state)}:{grid}", state, grid)
    except Refused as refusal:
        tell_with("who_pays.borne", refusal, ())
        return
    shown = [
        _style(state, lines, kind, name)
        for kind, name in ((HedgedAuction, "Auction"), (Outright, "Purchases"))
    ]
    bought, paths = _first(state, Outright), min(state.paths, MOST_HERE)
    about = f"Purchases are {'yours' if bought else 'the default ones'}; {paths} paths, differences paired."
    parts = (_first(state, HedgedAuction) or HedgedAuction(), bought or Outright())
    origin = Origin(state.world, tuple(policy([part]) for part in parts), state.seed, paths)
    draw(losses_still_borne(borne, *shown, about), origin)


def _first(state: State, kind: type[Kind]) -> Kind | None:
    """The first intervention of a kind in the comparison."""
    parts = (part for own in state.policies for part in own.interventions)
    return next((part for part in parts if isinstance(part, kind)), None)


def _style(state: State, lines: tuple[Style, ...], kind: type[Intervention], name: str) -> Style:
    """How the first policy with an intervention of a kind is drawn, or would be, under another name."""
    having = [
        k for k, own in enumerate(state.policies) if any(isinstance(i, kind) for i in own.interventions)
    ]
    (usual,) = charts.styles([policy([kind()])])
    return replace(lines[having[0]] if having else usual, name=name)


def time_section(
    game: WhoPays | None, names: dict[str, str], lines: tuple[Style, ...], origin: Origin
) -> None:
    """Best after the fact beside best beforehand."""
    st.header("5. Before and after", divider="gray")
    st.markdown(
        "What is best once the crisis is there takes leverage as given; what is best beforehand lets leverage respond. Where the two "
        "differ, a promise not to help is hard to keep. Assumed: one kind of crisis, and the weights of waste above."
    )
    if game is None:
        st.caption("Comes with the game above.")
        return
    with st.container(key="alone_costs"):
        draw(game_view.costs(game, lines, names, _changed()), origin)
    st.html(game_view.time_html(game, names))
    st.caption(plain(game_view.temptation_words(game, names)))


def page() -> None:
    """Draws the page; what was asked for runs last."""
    state = current()
    frame.levers(state)
    frame.begin("Who pays?")
    lines = charts.styles(state.policies)
    results = public(state)
    names = dict(zip((p.label for p in state.policies), (line.name for line in lines), strict=True))
    frame.lead(view.verdict(results, list(names.values()), session.terms()))
    st.caption(
        plain(
            f"{words.changed_words(state.world)}; {amounts.listed(list(words.policy_names(state.policies)))}."
        )
    )
    unlike = view.likeness(state.policies)
    if unlike:
        st.info(plain(unlike), icon=":material/balance:")
    taxpayer_section(results, lines, Origin(state.world, state.policies, state.seed, state.paths))
    origin = Origin(state.world, state.policies, state.seed, session.game().paths)
    at_game = game_section(state, lines, results, origin)
    solved: WhoPays | None = GAME.kept(game_key(state))
    rules_section(solved, lines, origin)
    at_penalty = penalty_section(state, lines)
    time_section(solved, names, lines, origin)
    frame.end(state)
    run_what_was_asked(state, lines, at_game, at_penalty)


def _played(state: State, rules: tuple[ExAnte, ...], note: jobs.Phases) -> WhoPays:
    """The game at the page's settings, then over all assumptions."""
    game, terms = session.game(), session.terms()
    return over_assumptions(who_pays(state.world, state.policies, state.seed, game, terms, rules, note), note)


def run_what_was_asked(
    state: State, lines: tuple[Style, ...], at_game: DeltaGenerator | None, at_penalty: DeltaGenerator | None
) -> None:
    """The long work, after everything else of the page is drawn."""
    game, terms = session.game(), session.terms()
    if at_game is not None:
        rules = controls.alone(session.tools())
        total = jobs.notes_of(state.world, game, len(state.policies), rules) + 1
        work = partial(_played, state, rules)
        GAME.work(game_key(state), at_game, lambda show: work(jobs.Phases(show, total)))
    if at_penalty is not None:
        base = _first(state, HedgedAuction) or HedgedAuction()
        total = jobs.notes_of(state.world, game, len(session.penalties())) + 1
        curve = partial(penalty_curve, state.world, state.seed, game, session.penalties(), base, terms)
        PENALTY.work(penalty_key(state), at_penalty, lambda show: curve(note=jobs.Phases(show, total)))


page()
