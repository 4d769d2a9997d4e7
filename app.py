"""Streamlit entry: page settings and the list of pages, nothing else."""

from pathlib import Path

import streamlit as st

import ui

st.set_page_config(
    page_title="Fed backstop policy sandbox", page_icon=":material/account_balance:", layout="wide"
)
PAGES = Path(ui.__file__).parent / "pages"
st.navigation([st.Page(PAGES / "sandbox.py", title="Sandbox", default=True)], position="hidden").run()
