"""Play the days: the market as a film under two policies side by side, on one picture of its plumbing."""

from __future__ import annotations

import streamlit as st

from ui.charts.styles import Style, styles
from ui.film import stills
from ui.film.film import Film
from ui.live import film as player
from ui.menu import page_file
from ui.state.session import current
from ui.widgets import frame, plumbing
from ui.widgets.boxes import mirror, plain
from ui.words import amounts
from ui.words import names as words

DAY, POLICY = "film.day", "film.policy"
# Streamlit's own slider and stills stand in for the player: unseen unless it does not load.
STAND_IN = """<style>
@keyframes plain-film{to{visibility:visible;height:auto;overflow:visible}}
.st-key-plain_film{visibility:hidden;height:0;overflow:hidden;animation:plain-film 0s 4s forwards}
html[data-film=live] .st-key-plain_film{display:none}
</style>"""


def stand_in(films: tuple[Film, ...], drawn: tuple[Style, ...]) -> None:
    """The same days without the player: a slider, and for no action and another policy the day's sentence and a still."""
    st.html(STAND_IN)
    with st.container(key="plain_film"):
        calendar, names = films[0].calendar, [style.name for style in drawn]
        mirror(DAY, min(st.session_state.get(DAY, films[0].busiest), len(calendar) - 1))
        st.select_slider(
            "Day", range(len(calendar)), format_func=lambda day: amounts.date_words(calendar[day]), key=DAY,
            persist_state="session",
        )  # fmt: skip
        chosen = st.session_state.get(POLICY)
        mirror(POLICY, chosen if chosen in names else names[-1])
        st.selectbox("Policy beside the first", names, key=POLICY, persist_state="session", width=320)
        places = dict.fromkeys((0, names.index(st.session_state[POLICY])))
        day, among = st.session_state[DAY], stills.measure(films)
        for column, k in zip(st.columns(len(places), gap="large"), places, strict=True):
            with column:
                frame.heading(names[k], films[k].sentence(day))
                st.html(stills.image(films[k], day, among))


def page() -> None:
    """Draws the page."""
    state = current()
    frame.begin("Play the days")
    films = tuple(plumbing.film_of(state, k) for k in range(len(state.policies)))
    drawn = styles(state.policies)
    player.draw(films, drawn)
    stand_in(films, drawn)
    player.still("film_key", stills.key_html())
    st.caption(
        plain(
            f"{words.changed_words(state.world)}, on the central path: every shock at its expected size and no noise. Bonds count at "
            "face, and who sells and buys within a sector nets out. On the slider space plays and pauses, arrows go from day to "
            "day, Home and End to the first and the last, and F fills the screen."
        )
    )
    with st.container(horizontal=True):
        st.page_link(page_file("sandbox"), label="Change the world or the policies", icon=":material/tune:")
        st.page_link(
            page_file("accounts"), label="Every dollar in the accounts", icon=":material/account_balance:"
        )
        st.page_link(page_file("why"), label="Why it happens", icon=":material/account_tree:")
    frame.end(state)


page()
