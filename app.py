"""Streamlit entry: page settings and the list of pages, nothing else."""

from pathlib import Path

import streamlit as st

import ui

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1F5F8B"/>'
    '<path d="M5 22 L12 22 L16 9 L20 18 L27 14" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/></svg>'
)
PAGES = Path(ui.__file__).parent / "pages"

st.set_page_config(
    page_title="Fed backstop policy sandbox", page_icon=ICON, layout="wide", initial_sidebar_state=320
)
st.navigation(
    {
        "": [
            st.Page(PAGES / "sandbox.py", title="Sandbox", default=True),
            st.Page(PAGES / "who_pays.py", title="Who pays", url_path="who-pays"),
        ],
        "Check the model": [
            st.Page(PAGES / "accounts.py", title="Accounts", url_path="accounts"),
            st.Page(PAGES / "history.py", title="Model against history", url_path="history"),
            st.Page(PAGES / "robustness.py", title="Robustness", url_path="robustness"),
        ],
    },
    position="top",
).run()
