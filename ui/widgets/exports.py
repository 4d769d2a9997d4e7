"""The page's menu of exports: nothing is built, and nothing that builds is loaded, before somebody asks for a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.export import missing
from ui.state.state import State
from ui.widgets import plumbing
from ui.widgets.boxes import plain

if TYPE_CHECKING:
    from ui.export.report import Report

SLIDES, PAGE, LIVE = "Slides", "Web page", "The sandbox as one file"
FORMATS = {
    SLIDES: ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)),
    PAGE: ("html", "text/html", ("vl_convert",)),
    LIVE: ("html", "text/html", ()),
}
ABOUT = {
    SLIDES: "Editable slides with native charts and tables, speaker notes, and everything the numbers rest on.",
    PAGE: "One file that opens in any browser without a network: scorecard, charts, their numbers, and what they rest on.",
    LIVE: "One file in which this world and these policies run, offline, on any laptop or phone: levers, crises, charts, figures.",
}


def draw(state: State, summary: Summary) -> None:
    """A fold with the formats; the file is built when its button is clicked, which shows that it is at work."""
    fold = st.popover(
        "Export", icon=":material/download:", type="tertiary", key="export", on_change="rerun",
        help="As slides, as one web page, or as the sandbox in one file.",
    )  # fmt: skip
    if not fold.open:
        return
    with fold:
        kind = st.segmented_control(
            "Format",
            list(FORMATS),
            default=SLIDES,
            key="export.format",
            required=True,
            persist_state="session",
        )
        story = st.toggle(
            "With your talk" if state.talk and kind != LIVE else "With the story in eight steps",
            key="export.story",
            persist_state="session",
        )
        _button(state, summary, kind, story)


def _button(state: State, summary: Summary, kind: str, story: bool) -> None:
    ending, mime, needs = FORMATS[kind]
    absent = missing(*needs)
    if absent:
        st.info(plain(f"This cannot be made here: {absent}."), icon=":material/info:")
        return
    wait = "Building takes a few seconds" + (", with the talk up to half a minute." if story else ".")
    st.caption(plain(f"{ABOUT[kind]} {wait}"))
    st.download_button(
        f"Build and download .{ending}",
        data=partial(build, state, summary, kind, story),
        file_name=f"{'sandbox_' if kind == LIVE else ''}{summary.world.name}{'_story' if story else ''}.{ending}",
        mime=mime,
        key="export.file",
        icon=":material/download:",
        on_click="ignore",
    )


def build(state: State, summary: Summary, kind: str, story: bool) -> bytes:
    """The file's bytes; runs when asked for, beside the page."""
    if kind == LIVE:
        from ui.live.sandbox import html
        from ui.state.session import results

        return html([state], *((results, plumbing.film_of) if story else ())).encode()
    from ui.export.content import content
    from ui.state.session import results

    shown = content(state, summary, results if story else None)
    if kind == SLIDES:
        from ui.export.slides import pptx

        return pptx(shown)
    from ui.export.html_page import html_bytes

    return html_bytes(shown)


def report_button(key: str, report: Callable[[], Report], name: str) -> None:
    """A study's slides, built when the button is clicked."""
    absent = missing("pptx")
    if absent:
        st.info(plain(f"Slides cannot be made here: {absent}."), icon=":material/info:")
        return
    st.download_button(
        "Slides", data=partial(_slides, report), file_name=f"{name}.pptx", mime=FORMATS[SLIDES][1], key=f"{key}.slides",
        icon=":material/slideshow:", on_click="ignore", help="Editable slides with chart, tables, and what they rest on.",
    )  # fmt: skip


def _slides(report: Callable[[], Report]) -> bytes:
    from ui.export.slides import report_pptx

    return report_pptx(report())


def pictures(figure: Figure, source: object, name: str) -> None:
    """Buttons for a chart as SVG and PNG in the page's theme, drawn when clicked.

    `source` is what the numbers belong to, or a line that says it; `name` begins the files' names.
    """
    absent = missing("vl_convert")
    if absent:
        st.caption(plain(f"SVG and PNG cannot be made here: {absent}."))
        return
    theme = "dark" if st.context.theme.type == "dark" else "light"
    row = st.container(horizontal=True)
    for ending, mime in (("svg", "image/svg+xml"), ("png", "image/png")):
        row.download_button(
            f"Picture as {ending.upper()}",
            data=partial(picture, ending, figure, source, theme),
            file_name=f"{name}_{figure.key}.{ending}",
            mime=mime,
            key=f"{ending}.{figure.key}",
            icon=":material/image:",
            on_click="ignore",
        )


def picture(ending: str, figure: Figure, source: object, theme: str) -> bytes:
    from ui.export import images

    return (images.svg_bytes if ending == "svg" else images.png)(figure, source, theme)  # type: ignore[arg-type, operator]
