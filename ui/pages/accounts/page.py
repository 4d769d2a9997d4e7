"""The accounts page: who holds and owes what on any day of one run, and who gained from whom since the opening."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from policy import spec
from ui.charts.figure import Figure, Origin
from ui.comparison import figures
from ui.pages.accounts import view
from ui.pages.accounts.view import Books
from ui.state import state as s
from ui.state.session import current
from ui.state.state import State
from ui.widgets import figures as layout
from ui.widgets import frame
from ui.widgets.boxes import mirror, plain
from ui.words import amounts
from ui.words import names as words

POLICY, WAY, PATH, DAY, KIND = (f"accounts.{name}" for name in ("policy", "way", "path", "day", "kind"))
CENTRAL, RANDOM = "Central", "Random"
CLOSE, CHANGE = "At the close", "Change since the opening"


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept(key: str, _state: State, k: int, path: int | None) -> Books:
    """One run's books, about 200 kB; the digest of the state with this policy alone is the key."""
    return view.keep_books(_state.world, _state.policies[k], path, _state.seed)


def books(state: State, k: int, path: int | None) -> Books:
    """The books of one policy of the comparison on one path."""
    alone = spec.policy(state.policies[k].interventions, "p")
    return _kept(s.digest(replace(state, policies=(alone,), paths=2)), state, k, path)


def choose_run(state: State) -> tuple[int, int | None]:
    """Which policy, and which path (from 0; nothing for the central one)."""
    labels = [p.label for p in state.policies]
    names = dict(zip(labels, words.policy_names(state.policies), strict=True))
    if st.session_state.get(POLICY) not in names:
        st.session_state[POLICY] = labels[min(1, len(labels) - 1)]
    mirror(WAY, st.session_state.get(WAY, CENTRAL))
    mirror(PATH, min(st.session_state.get(PATH) or 1, state.paths))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Policy", labels, format_func=names.__getitem__, key=POLICY, persist_state="session", width=320
        )
        way = st.segmented_control(
            "Path", (CENTRAL, RANDOM), key=WAY, required=True, persist_state="session",
            help="The central path has every shock at its expected size and no noise. A random path is one of those "
            "the comparison averages over.",
        )  # fmt: skip
        number = st.number_input(
            "Number of the path", 1, state.paths, key=PATH, disabled=way == CENTRAL, persist_state="session",
            value=None, width=150,
        )  # fmt: skip
    return labels.index(label), None if way == CENTRAL else (number or 1) - 1


def choose_day(kept: Books) -> int:
    """Which day, by slider or step by step."""
    last = len(kept.calendar) - 1
    mirror(DAY, min(max(st.session_state.get(DAY, last), 0), last))
    st.select_slider(
        "Day",
        range(last + 1),
        format_func=lambda d: amounts.date_words(kept.calendar[d]),
        key=DAY,
        persist_state="session",
    )
    day: int = st.session_state[DAY]
    with st.container(horizontal=True):
        for text, icon, to in (
            ("Previous day", "chevron_left", day - 1),
            ("Next day", "chevron_right", day + 1),
            ("Day of the largest dislocation", "trending_up", kept.worst_day),
            ("Last day", "last_page", last),
        ):
            st.button(
                text,
                key=f"accounts.{icon}",
                icon=f":material/{icon}:",
                disabled=not 0 <= to <= last or to == day,
                on_click=st.session_state.__setitem__,
                args=(DAY, to),
            )
    return day


def balance_sheets(kept: Books, day: int, about: str, origin: Origin) -> None:
    """The Godley table of the day or of its change, and its file."""
    mirror(KIND, st.session_state.get(KIND, CLOSE))
    change = (
        st.segmented_control(
            "Show", (CLOSE, CHANGE), key=KIND, required=True, persist_state="session", label_visibility="collapsed"
        )
        == CHANGE
    )  # fmt: skip
    figure = view.sheet_figure(kept, day, change, about)
    frame.heading(view.moved_most(kept, day), figure.note)
    st.html(view.sheet_html(view.sheet(kept, day, change), f"Balance sheets, {view.day_text(kept, day)}"))
    st.download_button(
        "Download as CSV",
        data=partial(_file, figure, origin),
        file_name=f"{origin.world.name}_balance_sheets_{kept.calendar[day].isoformat()}.csv",
        mime="text/csv",
        key="csv.balance_sheets",
        icon=":material/download:",
        on_click="ignore",
    )


def _file(figure: Figure, origin: Origin) -> bytes:
    return figures.csv_text(figure, origin).encode()


def meanings() -> None:
    """What each row is valued at, who holds what is left over, and what else must be zero."""
    fold = st.expander(
        "What each row is valued at, and who holds what is left over", key="accounts.help", on_change="rerun"
    )
    if fold.open:
        with fold:
            lines = [f"- **{name}**: {plain(text)}." for name, text in view.INSTRUMENT_NAMES.values()]
            st.markdown("\n".join(lines))
            st.markdown(
                "The Treasury owes only the bonds that the model follows. Calm interest is paid out and leaves no trace; "
                "only what differs from it is booked. A failed fund's shortfall falls on dealers, and on the Fed as far as "
                "it lent to funds direct. Delivery and the roll come after the close, so the books show them the next day."
            )


def more_identities(kept: Books) -> None:
    """What else must be zero."""
    fold = st.expander("What else must be zero", key="accounts.identities", on_change="rerun")
    if fold.open:
        with fold:
            st.html(view.identities_html(kept))


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("Accounts: every dollar has two sides")
    spot = st.empty()
    k, path = choose_run(state)
    kept = books(state, k, path)
    day = choose_day(kept)
    way = "the central path" if path is None else f"path {path + 1} of seed {state.seed}"
    with spot:
        frame.lead(view.closing_words(kept, day, f"Under {words.policy_names(state.policies)[k]} on {way}"))
    if kept.residual >= view.CLOSED:
        st.error(
            f"The books of this run do not close: a remainder of {kept.residual:.3g} is left on some day."
        )
    about = f"{words.changed_words(state.world)}; {way.removeprefix('the ')}"
    origin = Origin(state.world, (state.policies[k],), state.seed, 1)
    balance_sheets(kept, day, about, origin)
    meanings()
    left, right = st.columns(2, gap="large")
    with left:
        layout.draw(view.gains(kept, day, about), origin)
    with right:
        layout.draw(view.flows(kept, day, about), origin)
    with st.container(key="alone_longs"):
        layout.draw(view.longs(kept, day, about), origin)
    more_identities(kept)
    frame.end(state)


page()
