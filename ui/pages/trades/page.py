"""The three trades as interactive balance sheets, with positions, margins and equity of the world on the screen."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.parameters.base import STRATEGIES
from models.trades import Market, Move, Trade, market
from ui.charts.figure import Figure, Origin
from ui.comparison import figures
from ui.film import stills
from ui.live import film as player
from ui.menu import page_file
from ui.pages.trades import view
from ui.state.session import current
from ui.state.state import State
from ui.widgets import frame, plumbing
from ui.widgets.boxes import mirror, plain
from ui.words import names

YIELDS, MARGIN, HAIRCUT, SHOWN = "trades.yields", "trades.margin", "trades.haircut", "trades.shown"
# Opening values of the sliders: a bad week, with yields down, wedges wide and terms tighter.
OPENING = {
    YIELDS: -40,
    MARGIN: 50,
    HAIRCUT: 1.0,
    "trades.basis": 100,
    "trades.swap_spread": 8,
    "trades.off_the_run": 6,
}
REACH = {"basis": (-50, 400, 5), "swap_spread": (-20, 60, 1), "off_the_run": (-20, 60, 1)}


def common() -> tuple[int, int, float]:
    """What moves for all trades alike: yields, margin and haircut."""
    for key in (YIELDS, MARGIN, HAIRCUT):
        mirror(key, st.session_state.get(key, OPENING[key]))
    left, middle, right = st.columns(3, gap="medium")
    yields = left.slider(
        "Yields, bp", -150, 150, step=5, key=YIELDS, persist_state="session",
        help="All tenors alike. Prices move by modified duration.",
    )  # fmt: skip
    margin = middle.slider(
        "Rise of initial margin, %", 0, 200, step=5, key=MARGIN, persist_state="session",
        help="Over margin in calm. In the sandbox it follows measured volatility.",
    )  # fmt: skip
    haircut = right.slider(
        "Rise of the repo haircut, points", 0.0, 5.0, step=0.1, format="%.1f", key=HAIRCUT, persist_state="session",
        help="Part of the bond that lenders no longer finance, on top of the haircut in calm.",
    )  # fmt: skip
    return yields, margin, haircut


def wedges() -> tuple[float, float, float]:
    """Each trade's own gap."""
    moved = []
    for strategy, column in zip(STRATEGIES, st.columns(3, gap="medium"), strict=True):
        key, (low, high, step) = f"trades.{strategy}", REACH[strategy]
        mirror(key, st.session_state.get(key, OPENING[key]))
        moved.append(
            column.slider(
                f"{view.ABOUT[strategy].wedge}", low, high, step=step, key=key, persist_state="session",
                help="Positive is against the funds: the bond loses against its hedge.",
            )
        )  # fmt: skip
    return moved[0], moved[1], moved[2]


def reset() -> None:
    """All sliders as they opened."""
    for key, value in OPENING.items():
        st.session_state[key] = value


def calm() -> None:
    """Nothing moves."""
    for key in OPENING:
        st.session_state[key] = 0.0 if key == HAIRCUT else 0


def choose() -> tuple[Move, bool]:
    """The move, and whether amounts are shown per 100 of face."""
    yields, margin, haircut = common()
    gaps = wedges()
    mirror(SHOWN, st.session_state.get(SHOWN, view.SHOWN_ALL))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.segmented_control(
            "Show", (view.SHOWN_ALL, view.SHOWN_FACE), key=SHOWN, required=True, persist_state="session"
        )
        st.button("Nothing moves", key="trades.calm", icon=":material/horizontal_rule:", on_click=calm)
        st.button("A bad week", key="trades.reset", icon=":material/restart_alt:", on_click=reset)
    return Move(yields, gaps, margin / 100, haircut / 100), shown == view.SHOWN_FACE


def trade_section(trade: Trade, per_face: bool) -> None:
    """One trade: words, the three balance sheets, legs and calls."""
    about = view.ABOUT[trade.strategy]
    st.header(about.title, divider="gray")
    st.markdown(plain(about.what))
    st.markdown("\n".join(f"- {line}" for line in about.sides))
    st.markdown(plain(about.why))
    if trade.face == 0:
        st.info("No fund holds this trade in this world.", icon=":material/info:")
        return
    frame.heading(
        view.finding(trade),
        f"Duration {trade.years:.1f} years; margin {100 * trade.margin:.2f}% of face before and {100 * trade.new_margin:.2f}% after; "
        f"haircut {100 * trade.haircut:.2f}% before and {100 * trade.new_haircut:.2f}% after. Assets equal liabilities plus equity "
        "at every stage; futures and swaps settle daily, so only their margin stands here.",
    )
    st.html(view.sheets_html(trade, per_face))
    st.markdown(plain(f"{view.calls_words(trade)} {view.why_sold(trade)}"))
    st.html(view.legs_html(trade, per_face))


def together(state: State, market: Market) -> None:
    """All trades in one table, and its file."""
    frame.heading(
        "The three trades together",
        "Each trade as if its holders held nothing else; the last row as funds hold them, several trades in one book. Sellers take "
        "prices as they are: how sales push prices on is in the sandbox.",
    )
    st.html(view.summary_html(market))
    origin = Origin(state.world, (), state.seed, state.paths)
    note = "Balance sheets before and after the move set on the page, profit and loss, cash due and forced sales."
    figure = Figure("trades", "The three trades under the move", note, "$bn", (), view.frame_of(market))
    st.download_button(
        "Download as CSV", data=partial(_file, figure, origin), file_name=f"{state.world.name}_trades.csv", mime="text/csv",
        key="csv.trades", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _file(figure: Figure, origin: Origin) -> bytes:
    return figures.csv_text(figure, origin).encode()


def opening(state: State) -> None:
    """Where the trades stand in the market: who lends to whom, at the opening of the world on the screen."""
    film = plumbing.film_of(state, 0)
    player.still(
        "trades_picture", stills.still(film, 0, stills.measure((film,)), ("funds", "dealers", "lenders"))
    )
    st.markdown(
        "The picture shows where the trades stand before anything moves: money funds and banks lend to dealers overnight, dealers "
        "lend on to hedge funds, and the clearing house holds the funds' margin. The bonds of the hedge funds are the three trades: "
        "each is held against something that moves with it. Move prices and terms and see what happens to their balance sheets. "
        "Positions, equity, margins and limits are those of the world on the screen: "
        f"{plain(names.changed_words(state.world))}."
    )
    st.page_link(page_file("film"), label="Play the days from here", icon=":material/play_circle:")


def page() -> None:
    """Draws the page."""
    state = current()
    frame.levers(state)
    frame.begin("The three trades")
    st.html(view.CSS)
    spot = st.container()
    opening(state)
    move, per_face = choose()
    prices = market(state.world, move)
    with spot:
        frame.lead(view.lead(prices))
    together(state, prices)
    for trade in prices.trades:
        trade_section(trade, per_face)
    frame.end(state)


page()
