"""The way from a comparison to the question whether its ranking holds in other markets."""

from __future__ import annotations

import streamlit as st

from ui.menu import page_file

ASKED = "doubt.asked"


def robust_button(key: str) -> None:
    """One click opens the page on robustness and runs the present comparison there."""
    if st.button(
        "Does this ranking hold in other markets?", key=key, icon=":material/rule:",
        help="Runs this world and these policies again in rival structures of the market and under other parameters.",
    ):  # fmt: skip
        st.session_state[ASKED] = True
        st.switch_page(page_file("robustness"))
