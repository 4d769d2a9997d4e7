"""The page that holds the model against history: hits and misses alike, and what the fit rests on."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

import models
from models.library import shipped
from policy.interventions.no_action import NoAction
from policy.presets import default_specs
from policy.spec import parse_policy, policy
from ui.charts.figure import Figure, Origin
from ui.comparison import figures
from ui.pages.history import against
from ui.pages.history import paths as history_paths
from ui.pages.history import targets as view
from ui.state.session import current
from ui.state.state import usual_policies, with_whole_episode
from ui.widgets import figures as layout
from ui.widgets import frame
from ui.widgets.boxes import mirror, plain

EPISODE, BASE = "history.episode", "history.base"


@st.cache_resource(max_entries=4, show_spinner=False)
def _replayed(name: str, version: int) -> history_paths.History:
    """One episode's central path, some kilobytes."""
    return history_paths.replay(name)


@st.cache_resource(max_entries=8, show_spinner=False)
def _scores(name: str, version: int) -> Figure:
    """The chart of an episode's targets: the report is part of the model, so it is drawn once."""
    return view.scores(view.stored_data(), name)


@st.cache_resource(max_entries=8, show_spinner=False)
def _paths(name: str, main: bool, version: int) -> Figure:
    """The charts of one episode's paths."""
    return history_paths.paths(_replayed(name, version), view.stored_data(), main)


@st.cache_resource(max_entries=8, show_spinner=False)
def _against(paths: int, seed: int, version: int) -> against.Against:
    """Differences to what was done, a few numbers."""
    return against.against(paths, seed)


def origin(name: str, paths: int = 1, seed: int = 0) -> Origin:
    """What the figures of an episode belong to: its shipped world with what was done."""
    world = shipped(name)
    done = parse_policy("actual") if "actual" in default_specs(name) else policy([NoAction()])
    return Origin(world, (done,), seed, paths)


def download(figure: Figure, belongs: Origin, key: str) -> None:
    """A file of a table that stands on the page."""
    st.download_button(
        "Download as CSV",
        data=partial(_file, figure, belongs),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"csv.{key}",
        icon=":material/download:",
        on_click="ignore",
    )


def _file(figure: Figure, belongs: Origin) -> bytes:
    return figures.csv_text(figure, belongs).encode()  # type: ignore[arg-type]


def choose() -> str:
    """Which episode is looked at."""
    mirror(EPISODE, st.session_state.get(EPISODE, next(iter(view.EPISODES))))
    return st.segmented_control(
        "Episode", tuple(view.EPISODES), format_func=view.EPISODES.__getitem__, key=EPISODE, required=True,
        persist_state="session",
    )  # type: ignore[return-value]  # fmt: skip


def right_and_wrong(data: dict[str, Any], name: str) -> None:
    """Hits and misses side by side, alike."""
    hits, misses = view.right_and_wrong(data["episodes"][name])
    for column, title, lines in zip(
        st.columns(2, gap="large"), ("Wrong", "Right"), (misses, hits), strict=True
    ):
        with column:
            st.subheader(f"{title}: {len(lines)} target{'' if len(lines) == 1 else 's'}")
            st.markdown("\n".join(f"- {plain(line)}" for line in lines) or "None.")


def model_paths(data: dict[str, Any], name: str) -> None:
    """The model's path against the data points of one episode."""
    kept = _replayed(name, models.MODEL_VERSION)
    layout.draw(_paths(name, True, models.MODEL_VERSION), origin(name))  # type: ignore[arg-type]
    fold = st.expander("Other series with data points", key="history.more", on_change="rerun")
    if fold.open:
        with fold:
            layout.draw(_paths(name, False, models.MODEL_VERSION), origin(name))  # type: ignore[arg-type]
    with st.container(key="alone_yields"):
        layout.draw(history_paths.yields(kept), origin(name))  # type: ignore[arg-type]


def target_tables(data: dict[str, Any], name: str) -> None:
    """Every target of the episode, and the fitted values."""
    frame.heading(
        "Every target, with its source and the reason for its noise",
        "A target is hit where model and data differ by at most two units of noise. Yields are not among them: they fit by "
        "construction.",
    )
    aims, fitted = st.tabs([f"Targets of {view.EPISODES[name]}", "Fitted values"])
    with aims:
        rows, title = data["episodes"][name], f"Targets of {view.EPISODES[name]}"
        st.html(view.targets_html(rows, title, view.unseen(data, name)))
        download(view.every_target(data), origin(name), "targets")
    with fitted:
        st.markdown("\n".join(f"- {plain(line)}" for line in view.counts(data)))
        st.html(view.fitted_html(data))
        st.caption(
            "Not fitted, because yields explain themselves here: the duration slope and its stress steepening."
        )
        download(view.fitted_figure(data), origin(name), "fitted_values")


def against_actual(paths: int, seed: int) -> None:
    """Every policy against what was done in March 2020, one click on."""
    st.subheader("Every policy against what was done")
    st.markdown(
        "March 2020 can be opened in the sandbox with the policy that was followed among those compared: differences can "
        "then be read against it as well as against no action."
    )
    with st.container(horizontal=True):
        march = "Open March 2020 in the sandbox, with what the Fed did"
        frame.open_in_sandbox(march, "history.open_march", with_whole_episode("march_2020"))
        frame.open_in_sandbox("Open April 2025", "history.open_april", with_whole_episode("april_2025"))
    if not st.toggle("Show the differences here", key="history.against", persist_state="session"):
        return
    with st.spinner("Comparing policies on March 2020"):
        compared = _against(paths, seed, models.MODEL_VERSION)
    frame.heading(
        against.against_title(compared),
        f"Means over {compared.paths} paths, seed {compared.seed}; second line: difference path by path with its 95% interval.",
    )
    mirror(BASE, st.session_state.get(BASE, "actual"))
    base = st.segmented_control(
        "Differences to", ("actual", "none"), key=BASE, required=True, persist_state="session",
        format_func=lambda b: "what was done" if b == "actual" else "no action",
    )  # fmt: skip
    st.html(against.against_html(compared, base))
    march = shipped("march_2020")
    download(
        against.against_figure(compared),
        Origin(march, usual_policies(march), seed, compared.paths),
        "against",
    )


def page() -> None:
    """Draws the page."""
    state = current()
    data = view.stored_data()
    frame.begin("Model against history")
    frame.lead(view.verdict(data))
    st.html(view.episodes_html(data))
    st.markdown("\n".join(f"- {plain(line)}" for line in (view.UNKNOWN, *view.counts(data))))
    name = choose()
    layout.draw(_scores(name, models.MODEL_VERSION), origin(name))  # type: ignore[arg-type]
    right_and_wrong(data, name)
    if name == "march_2020":
        st.markdown(plain(view.together(data["episodes"][name])))
    model_paths(data, name)
    target_tables(data, name)
    against_actual(state.paths, state.seed)
    frame.end(state)


page()
