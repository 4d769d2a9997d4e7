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
from ui.state.state import usual_policies
from ui.widgets import figures as layout
from ui.widgets import frame
from ui.widgets.boxes import mirror, plain, show_refusal

EPISODE, BASE = "history.episode", "history.base"


@st.cache_resource(max_entries=4, show_spinner=False)
def _replayed(name: str, version: int) -> history_paths.History:
    """One episode's central path, some kilobytes."""
    return history_paths.replay(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def _scores(version: int) -> Figure:
    """The chart of all targets: the report is part of the model, so it is drawn once."""
    return view.scores(view.stored_data())


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


def sentences(data: dict[str, Any]) -> None:
    """What is right and wrong about both episodes."""
    for column, (name, text) in zip(st.columns(2, gap="large"), view.EPISODES.items(), strict=True):
        hits, misses = view.right_and_wrong(data[name])
        with column:
            st.subheader(text)
            if misses:
                st.markdown("**Wrong**\n" + "\n".join(f"- {plain(line)}" for line in misses))
            fold = st.expander(f"Right: {len(hits)} targets", key=f"history.right.{name}", on_change="rerun")
            if fold.open:
                with fold:
                    st.markdown("\n".join(f"- {plain(line)}" for line in hits))


def target_tables(data: dict[str, Any], scores: Figure) -> None:
    """Every target of both episodes, and the fitted values."""
    frame.heading(
        "Every target, with its source and the reason for its noise",
        "A target is hit where model and data differ by at most two units of noise. Yields are not among them: they fit by "
        "construction.",
    )
    march, april, fitted = st.tabs([*view.EPISODES.values(), "Fitted values"])
    for tab, name in zip((march, april), view.EPISODES, strict=True):
        with tab:
            st.html(view.targets_html(data[name], f"Targets of {view.EPISODES[name]}"))
    with march:
        download(scores, origin("march_2020"), "targets")
    with fitted:
        st.markdown("\n".join(f"- {plain(line)}" for line in view.counts(data)))
        st.html(view.fitted_html(data))
        st.caption(
            "Not fitted, because yields explain themselves here: the duration slope and its stress steepening."
        )
        download(view.fitted_figure(data), origin("march_2020"), "fitted_values")


def model_paths() -> None:
    """The model's path against the data points of one episode."""
    mirror(EPISODE, st.session_state.get(EPISODE, next(iter(view.EPISODES))))
    name = st.segmented_control(
        "Paths of", tuple(view.EPISODES), format_func=view.EPISODES.__getitem__, key=EPISODE, required=True,
        persist_state="session",
    )  # fmt: skip
    kept = _replayed(name, models.MODEL_VERSION)
    layout.draw(_paths(name, True, models.MODEL_VERSION), origin(name))  # type: ignore[arg-type]
    fold = st.expander("Other series with data points", key="history.more", on_change="rerun")
    if fold.open:
        with fold:
            layout.draw(_paths(name, False, models.MODEL_VERSION), origin(name))  # type: ignore[arg-type]
    with st.container(key="alone_yields"):
        layout.draw(history_paths.yields(kept), origin(name))  # type: ignore[arg-type]


def against_actual(paths: int, seed: int) -> None:
    """Every policy against what was done in March 2020, one click on."""
    st.subheader("Every policy against what was done")
    st.markdown(
        "March 2020 can be opened in the sandbox with the policy that was followed among those compared: differences can "
        "then be read against it as well as against no action."
    )
    with st.container(horizontal=True):
        frame.open_in_sandbox(
            "march_2020", "Open March 2020 in the sandbox, with what the Fed did", "history.open_march"
        )
        frame.open_in_sandbox("april_2025", "Open April 2025", "history.open_april")
    for key in ("history.open_march", "history.open_april"):
        show_refusal(key)
    if not st.toggle("Show the differences here", key="history.against", persist_state="session"):
        return
    with st.spinner("Comparing policies on March 2020"):
        found = _against(paths, seed, models.MODEL_VERSION)
    frame.heading(
        against.against_title(found),
        f"Means over {found.paths} paths, seed {found.seed}; second line: difference path by path with its 95% interval.",
    )
    mirror(BASE, st.session_state.get(BASE, "actual"))
    base = st.segmented_control(
        "Differences to", ("actual", "none"), key=BASE, required=True, persist_state="session",
        format_func=lambda b: "what was done" if b == "actual" else "no action",
    )  # fmt: skip
    st.html(against.against_html(found, base))
    march = shipped("march_2020")
    download(
        against.against_figure(found), Origin(march, usual_policies(march), seed, found.paths), "against"
    )


def page() -> None:
    """Draws the page."""
    state = current()
    data = view.stored_data()
    frame.begin("Model against history")
    frame.lead(view.verdict(data))
    st.markdown(
        "\n".join(f"- {plain(line)}" for line in (*view.counts(data), view.together(data["march_2020"])))
    )
    scores = _scores(models.MODEL_VERSION)
    layout.draw(scores, origin("march_2020"))  # type: ignore[arg-type]
    sentences(data)
    model_paths()
    target_tables(data, scores)
    against_actual(state.paths, state.seed)
    frame.end(state)


page()
