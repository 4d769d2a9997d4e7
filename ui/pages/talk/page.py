"""A talk of one's own: its slides in order, and what can be added to them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.errors import Refused
from ui import menu
from ui.comparison.figures import charts_of
from ui.rooms import screen, switch, words
from ui.rooms.views import RoomView
from ui.state import link, talk
from ui.state import state as s
from ui.state.items import CHART_NAMES, STEP_NAMES, TalkItem
from ui.state.runs import world_name
from ui.state.session import attempt, current
from ui.state.state import State
from ui.story.talk import title_of
from ui.widgets import frame
from ui.widgets.boxes import plain, show_refusal, tell
from ui.words import names

ADD = "talk.add"


def page() -> None:
    """Draws the page."""
    state = current()
    frame.begin("A talk of your own")
    slides = talk.items(state)
    count = f"{len(slides)} slide{'s' * (len(slides) > 1)}"
    frame.lead(
        f"{count} of your own." if state.talk else f"{count}: the story in eight steps, and then your screen."
    )
    st.caption(
        plain(
            "The list is part of the screen: it is in the link, in saved files, and in slides and web pages you export."
        )
    )
    with st.container(horizontal=True):
        address = f"{menu.path('present')}?step=1&{link.PARAMETER}={link.pack(state)}"
        st.link_button("Present it", address, icon=":material/slideshow:")
        st.button(
            "Back to the usual talk", key="talk.usual", icon=":material/restart_alt:", type="tertiary",
            disabled=not state.talk, on_click=attempt, args=("talk.usual", talk.usual),
            help="The story in eight steps, and then your screen. Undo brings your slides back.",
        )  # fmt: skip
    st.header("Slides")
    for k, item in enumerate(slides):
        row(k, item, len(slides))
    show_refusal("talk.row")
    st.header("Add a slide")
    add(state)
    show_refusal(ADD)
    frame.end(state)


def row(k: int, item: TalkItem, count: int) -> None:
    """One slide: what it shows, and buttons that move or remove it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"talk_row_{k}"):
        st.markdown(f"**{k + 1}.** {plain(title_of(item))}  \n:small[{plain(about(item))}]", width="stretch")
        with st.container(
            horizontal=True, gap="small", width="content"
        ):  # together where a phone has no room beside the text
            move_buttons(k, item, count)


def move_buttons(k: int, item: TalkItem, count: int) -> None:
    """What moves a slide or takes it out."""
    for name, icon, possible, change in (
        ("Earlier", "arrow_upward", k > 0, lambda now: talk.moved_item(now, k, -1)),
        ("Later", "arrow_downward", k < count - 1, lambda now: talk.moved_item(now, k, 1)),
        ("Remove", "delete", count > 1, lambda now: talk.without_item(now, k)),
    ):
        st.button(
            name, key=f"talk.{name}.{k}", icon=f":material/{icon}:", type="tertiary",
            help=f"{name}: slide {k + 1}, {title_of(item)}", disabled=not possible, on_click=attempt, args=("talk.row", change),
        )  # fmt: skip


def about(item: TalkItem) -> str:
    """Where a slide comes from, in a few words."""
    if item.kept is not None:
        held = ", ".join(names.policy_names(item.kept.policies))
        return f"Kept: {names.changed_words(item.kept.world)}; {held}"
    if item.shows == "step":
        return "A step of the story"
    lever = f", with the lever {names.label(item.lever)}" if item.lever else ""
    return f"Your screen as it is when you present{lever}"


# What can be added


def add(state: State) -> None:
    """One kind at a time, and its button."""
    kind = st.segmented_control(
        "From", list(KINDS), default=next(iter(KINDS)), key="talk.kind", required=True
    )
    with st.container(key="talk_add"):
        item = KINDS[kind](state)
        st.button(
            "Add the slide", key=ADD, icon=":material/add:", disabled=item is None, on_click=attempt,
            args=(ADD, lambda now: talk.with_item(now, item) if item else now),
        )  # fmt: skip


def of_story(state: State) -> TalkItem:
    """A step of the story."""
    steps = [TalkItem("step", name) for name in STEP_NAMES]
    return st.selectbox("Step", steps, key="talk.step", format_func=title_of)


def of_screen(state: State) -> TalkItem:
    """The screen, or one chart of it: as it will be, perhaps with a lever, or kept as it is."""
    charts = ["", *charts_of(state.world)]
    chart = st.selectbox("What fills the slide", charts, key="talk.chart", format_func=_chart_words)
    if st.toggle(
        "Keep it as it is now", key="talk.keep", help="Later changes of your screen leave the slide alone."
    ):
        return talk.kept_item(state, _title(world_name(state.world)), chart)
    levers = ["", *s.top_levers(state.world)]
    lever = st.selectbox(
        "A lever on the slide", levers, key="talk.lever", format_func=lambda x: names.label(x) if x else "None",
        help="It can be moved in front of the room; the answer follows the finger, a chart when you let go.",
    )  # fmt: skip
    return TalkItem("screen", chart=chart, lever=lever)


def of_run(state: State) -> TalkItem | None:
    """A kept run beside no action."""
    if not state.runs:
        st.caption("No run is kept. Keep one in the sandbox, at the end of its page.")
        return None
    return talk.run_item(
        st.selectbox("Kept run", state.runs, key="talk.run", format_func=lambda run: run.name)
    )


def of_room(state: State) -> TalkItem | None:
    """Policies of a room's board, on its world."""
    with screen.patiently():
        rooms = switch.house()
        if rooms is None:
            screen.off()
            return None
        code = st.text_input("The room’s code, six letters", key="talk.code", max_chars=12).strip().upper()
        view = screen.view_of(rooms, code) if code else None
        return _board(view) if view else None


def _board(view: RoomView) -> TalkItem | None:
    if not view.shown or not view.entries:
        st.caption("The room has nothing to show yet: its policies can be seen once results are.")
        return None
    told = dict(zip(words.labels(view), view.entries, strict=True))
    chosen = st.multiselect(
        "Policies of the board", list(told), default=list(told)[: s.MOST_POLICIES - 1], key="talk.board",
        max_selections=s.MOST_POLICIES - 1, format_func=lambda name: f"{name}: {words.policy_words(told[name])}",
    )  # fmt: skip
    try:
        return talk.board_item(
            view.plan.screen, [told[name].policy for name in chosen], _title(view.plan.question)
        )
    except Refused as refused:
        tell(refused)
        return None


def _title(usual: str) -> str:
    given = st.text_input("Title of the slide", key="talk.title", max_chars=s.LONGEST_NAME, placeholder=usual)
    return given.strip() or usual[: s.LONGEST_NAME]


def _chart_words(chart: str) -> str:
    return CHART_NAMES[chart] if chart else "Verdict, dislocation and scorecard"


KINDS: dict[str, Callable[[State], TalkItem | None]] = {
    "The story": of_story, "This screen": of_screen, "A kept run": of_run, "A room's board": of_room,
}  # fmt: skip

page()
