"""Widgets of the comparison: named runs with name and note, the screen's policies, and a table's fold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ui.charts.figure import Figure
from ui.charts.styles import Style
from ui.html.heads import escape, stripes
from ui.menu import page_file
from ui.pages.compare import view
from ui.state import runs as state_runs
from ui.state import state as s
from ui.state.session import attempt, kept, refusal
from ui.state.state import NamedRun, State
from ui.widgets import exports
from ui.widgets.boxes import mirror, plain, show_refusal
from ui.widgets.frame import in_rows
from ui.widgets.offers import instead

# Named runs


def run_cards(state: State) -> None:
    """Kept runs: name and note to edit, what each is, back to the sandbox, drop."""
    drawn = view.styles(state.runs)
    for k, column in in_rows(len(state.runs)):
        with column, st.container(border=True):
            _run_card(state, k, drawn[k])


def _run_card(state: State, k: int, style: Style) -> None:
    run = state.runs[k]
    st.html(_band(style))
    _name(run, k)
    _about(run)
    _note(run, k)
    with st.container(horizontal=True):
        key = f"runs.{k}.open"
        clicked = st.button(
            "Open in the sandbox", key=key, icon=":material/open_in_new:", on_click=attempt,
            args=(key, lambda now: state_runs.open_run(now, k)),
        )  # fmt: skip
        st.button(
            "Drop", key=f"runs.{k}.drop", icon=":material/delete:", on_click=attempt,
            args=("runs.drop", lambda now: state_runs.drop_run(now, k)), help=plain(f"Take {run.name} out of the comparison."),
        )  # fmt: skip
    show_refusal(key)
    if clicked and not refusal(key):
        st.switch_page(page_file("sandbox"))


def _band(style: Style) -> str:
    """The run's colour and line, as in its charts."""
    return f'<div aria-hidden="true" style="height:4px;border-radius:2px;background:{stripes(style)}"></div>'


def _about(run: NamedRun) -> None:
    head, *rest = view.about(run)
    st.markdown(f"**{plain(head)}**  \n" + "  \n".join(plain(line) for line in rest))


def _name(run: NamedRun, k: int) -> None:
    key = f"runs.{k}.name"
    mirror(key, run.name)
    st.text_input("Name", key=key, max_chars=s.LONGEST_NAME, on_change=_renamed, args=(k, key))
    show_refusal(key)


def _note(run: NamedRun, k: int) -> None:
    key = f"runs.{k}.note"
    mirror(key, run.note)
    st.text_area(
        "Note", key=key, max_chars=s.LONGEST_NOTE, placeholder="What this run is for", height="content",
        on_change=_noted, args=(k, key),
    )  # fmt: skip
    show_refusal(key)


def _renamed(k: int, key: str) -> None:
    """A new name; choices on the page that name the run follow it."""
    before = kept().runs[k].name
    sent = st.session_state[key]
    attempt(
        key,
        lambda now: state_runs.rename_run(now, k, sent),
        instead(lambda now, name: state_runs.rename_run(now, k, name), before, sent),
    )
    after = kept().runs[k].name
    for choice in ("compare.base", "compare.from", "compare.to"):
        if st.session_state.get(choice) == before:
            st.session_state[choice] = after


def _noted(k: int, key: str) -> None:
    sent = st.session_state[key]
    shorter = f"Keep the first {s.LONGEST_NOTE} characters"
    attempt(
        key,
        lambda now: state_runs.note_run(now, k, sent),
        [(shorter, lambda now: state_runs.note_run(now, k, " ".join(sent.split())[: s.LONGEST_NOTE]))],
    )


# Keeping runs


def screen_cards(state: State, runs: Sequence[NamedRun]) -> None:
    """The current screen's policies, shown as runs, each with a button to keep it."""
    st.info(
        plain(
            "No run is kept yet, so these are the policies of the current screen. Keep the ones you want, then change the "
            "world or a policy in the levers at the left or in the sandbox, and keep again: up to "
            f"{s.MOST_RUNS} runs stand side by side, and go with links and saved files."
        ),
        icon=":material/info:",
    )
    st.button(
        f"Keep all {len(runs)}", key="compare.keep_all", icon=":material/bookmark_add:", on_click=attempt,
        args=("compare.keep", partial(_keep_all, count=len(runs))),
    )  # fmt: skip
    left = len(state.policies) - len(runs)
    if left > 0:
        st.caption(
            f"The first {len(runs)} of {len(state.policies)} policies are shown: no more fit side by side."
        )
    drawn = view.styles(runs)
    for k, column in in_rows(len(runs)):
        with column, st.container(border=True):
            st.html(
                f'{_band(drawn[k])}<p style="font-weight:650;margin:.6rem 0 0">{escape(runs[k].name)}</p>'
            )
            _about(runs[k])
            st.button(
                "Keep this run", key=f"compare.keep.{k}", icon=":material/bookmark_add:", on_click=attempt,
                args=("compare.keep", partial(state_runs.keep_run, index=k)),
            )  # fmt: skip
    show_refusal("compare.keep")


def _keep_all(state: State, count: int) -> State:
    for k in range(count):
        state = state_runs.keep_run(state, k)
    return state


# Numbers and files


def numbers(figure: Figure, runs: Sequence[NamedRun]) -> None:
    """A fold with a figure's table and its file."""
    fold = st.expander("Numbers and CSV", key=f"table.{figure.key}", on_change="rerun", type="compact")
    if not fold.open:
        return
    with fold:
        st.dataframe(figure.table, hide_index=True, height=280, alt=f"Table: {figure.title}")
        st.download_button(
            "Download as CSV", data=partial(_file, figure, tuple(runs)), file_name=f"{figure.key.replace('.', '_')}.csv",
            mime="text/csv", key=f"csv.{figure.key}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        if figure.panels:
            from ui.export.provenance import runs_foot

            exports.pictures(figure, runs_foot(runs), "runs")


def _file(figure: Figure, runs: tuple[NamedRun, ...]) -> bytes:
    return view.csv_text(figure, runs).encode()
