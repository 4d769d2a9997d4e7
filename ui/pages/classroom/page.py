"""The classroom kit: its pages to read, and to take away as Markdown, as web pages that print, or all in one file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.text import html as escape
from ui.classroom import blocks
from ui.classroom.blocks import KitPage
from ui.classroom.kit import files, kit
from ui.menu import page_file
from ui.state.session import current, results
from ui.widgets import frame


def _markdown(page: KitPage) -> bytes:
    return blocks.markdown(page).encode()


def _html(*pages: KitPage) -> bytes:
    return blocks.html(pages).encode()


def take(page: KitPage) -> None:
    """This page as files."""
    with st.container(horizontal=True):
        for title, ending, mime, build in (
            ("Web page, to print", "html", "text/html", _html),
            ("Markdown", "md", "text/markdown", _markdown),
        ):
            st.download_button(
                title, data=partial(build, page), file_name=f"{page.name}.{ending}", mime=mime,
                key=f"classroom.{ending}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def page() -> None:
    """Draws the page."""
    frame.begin("Classroom kit")
    own = kit(results)
    st.markdown(
        "What to say, what to hand out and what to ask, to read here or to print. Every figure is this app’s own."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Everything (ZIP)", data=partial(files, own), file_name="classroom_kit.zip", mime="application/zip",
            key="classroom.all", icon=":material/folder_zip:", on_click="ignore",
            help="Every page as Markdown and as a web page that prints, and all handouts in one.",
        )  # fmt: skip
        st.download_button(
            "All handouts, to print", data=partial(_html, *own.handouts), file_name="all_handouts.html", mime="text/html",
            key="classroom.handouts", icon=":material/print:", on_click="ignore",
        )  # fmt: skip
        st.page_link(page_file("facilitate"), label="Run a room", icon=":material/meeting_room:")
    pages = {shown.name: shown for shown in own.pages}
    name = st.selectbox(
        "Page of the kit", list(pages), key="classroom.page", persist_state="session", width=420,
        format_func=lambda key: "For the teacher" if key == own.guide.name else pages[key].title,
    )  # fmt: skip
    take(pages[name])
    st.html(
        f'{blocks.CSS}<article aria-label="{escape(pages[name].title)}">{blocks.fragment(pages[name], 2)}</article>'
    )
    frame.end(current())


page()
