"""Films of the state's policies, and their pictures on a page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from policy import spec
from ui.film.film import Film, film
from ui.state import state as s
from ui.state.session import one_path
from ui.state.state import State


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept(key: str, _state: State, k: int) -> Film:
    """One policy's film on the central path; the digest of the state with this policy alone is the key."""
    return film(one_path(_state.world, _state.policies[k], None, _state.seed))


def film_of(state: State, k: int) -> Film:
    """The film of one policy of a comparison on the central path. Raises `Refused`."""
    alone = spec.policy(state.policies[k].interventions, "p")
    return _kept(s.digest(replace(state, policies=(alone,), paths=2, seed=0)), state, k)
