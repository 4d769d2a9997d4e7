"""Streamlit entry: page settings, the menu, and what stands above and after every page."""

import streamlit as st

from models.errors import Refused
from ui.live import memory
from ui.menu import PAGES, page_file, path
from ui.state import session
from ui.widgets import remedies, toolbar

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1F5F8B"/>'
    '<path d="M5 22 L12 22 L16 9 L20 18 L27 14" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/></svg>'
)

st.set_page_config(
    page_title="Fed backstop policy sandbox", page_icon=ICON, layout="wide", initial_sidebar_state=320
)
menu: dict[str, list] = {}
pages = {}
for name, entry in PAGES.items():
    visibility = "hidden" if entry.hidden else "visible"
    page = st.Page(
        page_file(name),
        title=entry.title,
        url_path=path(name),
        default=not path(name),
        visibility=visibility,
    )
    menu.setdefault(entry.section, []).append(page)
    pages[name] = page
chosen = st.navigation(menu, position="top")
session.follow_address()
session.visit(next(name for name, page in pages.items() if page == chosen))
toolbar.write_link()
if session.current().view.page not in ("present", "board"):  # they are for a projector
    toolbar.draw()
try:
    chosen.run()
except Refused as refused:
    remedies.tell_with("page", refused, remedies.fewer())
memory.draw()
toolbar.write_link()
session.finish_replay()
