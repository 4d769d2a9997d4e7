"""Above every page: undo, redo, replay, and one fold to share, save and load the screen."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from models.errors import Refused
from ui import menu
from ui.state import document, link, rescue, script, session
from ui.state import state as s
from ui.state.session import NOTICES, kept
from ui.state.state import State
from ui.widgets.boxes import plain, show_refusal
from ui.words import refusals

CSS = """<style>
.st-key-toolbar{margin-top:-2.2rem;margin-bottom:-.4rem;gap:.3rem 1rem}
@media (max-width:640px){.st-key-toolbar kbd{display:none}}
</style>"""
UPLOAD = "load_file"
LARGEST_FILE = link.LARGEST


def draw() -> None:
    """The bar, and under it whatever a link or file could not give."""
    st.html(CSS)
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", key="toolbar"):
        for name, text, icon, keys, possible, act in (
            ("undo", "Undo", "undo", "Alt+Z", session.can_undo(), session.undo),
            ("redo", "Redo", "redo", "Alt+Shift+Z", session.can_redo(), session.redo),
            ("replay", "Replay", "replay", "Alt+P", session.can_undo(), session.replay),
        ):
            st.button(
                text, key=f"toolbar.{name}", icon=f":material/{icon}:", type="tertiary", help=HELP[name],
                shortcut=keys, disabled=not possible, on_click=act,
            )  # fmt: skip
        _share()
    with st.container(key="under_toolbar"):  # always there, so that what follows keeps its place
        if session.replaying():
            st.info("Replay: this is the screen before the last change.", icon=":material/replay:")
        _notices()


HELP = {
    "undo": "Takes back the last change.",
    "redo": "Makes the change again that was taken back.",
    "replay": "Shows the screen before the last change for a moment, then the present one.",
}


def write_link() -> None:
    """The address bar follows the state; a screen that was never changed keeps its plain address."""
    state, shown = kept(), st.query_params.get(link.PARAMETER)
    if shown is None and s.with_page(state, s.FIRST_PAGE) == s.opening():
        return
    packed = link.pack(state)
    if shown != packed:
        st.query_params[link.PARAMETER] = packed


def _share() -> None:
    fold = st.popover(
        "Share and save", icon=":material/share:", type="tertiary", key="toolbar.share", on_change="rerun"
    )
    if not fold.open:
        return
    state = kept()
    with fold:
        show_refusal("load")  # first, as the list is longer than some windows
        st.markdown("**Link to this screen**")
        st.code(link.link(state, _base()), language=None, wrap_lines=True)
        st.caption(
            "Copy it with the button at its right. It restores the world, the policies, the draws, kept runs and the "
            "page. The page's address says the same."
        )
        _present(state)
        _embed(state)
        name = f"{state.world.name}_{s.digest(state)}"
        with st.container(horizontal=True):
            st.download_button(
                "Save as TOML", data=partial(_toml, state), file_name=f"{name}.toml", mime="application/toml",
                key="toolbar.save", icon=":material/save:", on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Python script", data=partial(_script, state), file_name=f"{name}.py", mime="text/x-python",
                key="toolbar.script", icon=":material/code:", on_click="ignore",
                help="Prints every figure of the scorecard, unrounded, with the packages of this project installed.",
            )  # fmt: skip
        st.file_uploader(
            "Load a saved screen (TOML)", type="toml", key=_upload(), on_change=_loaded, max_upload_size=1
        )


def _present(state: State) -> None:
    """Links into presentation mode: the whole talk, or this screen alone."""
    from ui.story.talk import screen_place

    packed, place = link.pack(state), screen_place(state)
    entries = [("Present your talk" if state.talk else "Present the story", 1)]
    entries += [("Present this screen", place)] if place else []
    with st.container(horizontal=True):
        for text, step in entries:
            address = f"{menu.path('present')}?step={step}&{link.PARAMETER}={packed}"
            st.link_button(text, address, icon=":material/slideshow:")


def _embed(state: State) -> None:
    """Markup with which a course site shows the answer, the sandbox or a chart of this screen."""
    from ui.export.embedding import embeddables, frame_markup

    known = {own.path: own for own in embeddables(state)}
    path = st.selectbox(
        "Show it on a course site", list(known), index=None, key="toolbar.embed", placeholder="Choose what to show",
        format_func=lambda key: known[key].title if key in known else key,
        help="Gives the markup of a frame with this screen in its address. The frame is filled by this server: readers must reach it. "
        "For a site without a server, build the sandbox as one file.",
    )  # fmt: skip
    if path in known:
        st.code(frame_markup(known[path], state, _base()), language=None, wrap_lines=True)


def _toml(state: State) -> bytes:
    return document.to_toml(state).encode()


def _script(state: State) -> bytes:
    return script.script(state).encode()


def _base() -> str:
    """The address under which this page was opened, without the page's own path."""
    address = (st.context.url or "").split("?")[0]
    page = menu.path(kept().view.page)
    return address.removesuffix("/").removesuffix(f"/{page}" if page else "").removesuffix("/") + "/"


def _upload() -> str:
    """The uploader's key: a new one after each file, so that it is empty again."""
    return f"{UPLOAD}.{st.session_state.get(UPLOAD, 0)}"


def _loaded() -> None:
    sent: UploadedFile | None = st.session_state.get(_upload())
    if sent is None:
        return
    st.session_state[UPLOAD] = st.session_state.get(UPLOAD, 0) + 1
    try:
        if sent.size > LARGEST_FILE:
            raise Refused(f"the file has {sent.size:,} bytes; a saved screen has at most {LARGEST_FILE:,}")
        restored = document.from_toml(sent.getvalue().decode())
        link.linked(restored.state)
    except UnicodeDecodeError:
        not_text = Refused("the file is not text; give a screen that was saved here as TOML")
        session.refuse("load", not_text, [rescue.opening()])
    except Refused as refused:
        text = sent.getvalue().decode() if sent.size <= LARGEST_FILE else ""
        session.refuse("load", refused, rescue.offers(text))
    else:
        session.load(restored)


def _notices() -> None:
    told = st.session_state.get(NOTICES)
    if not told:
        return
    heading, lines = told
    with st.container(border=True, key="notices"):
        st.warning(
            plain(f"{heading}:")
            + "\n"
            + "\n".join(f"- {plain(refusals.plain_names(line))}" for line in lines),
            icon=":material/warning:",
        )
        st.button("I have read this", key="toolbar.notices", on_click=_read_notices, type="tertiary")


def _read_notices() -> None:
    st.session_state.pop(NOTICES, None)
