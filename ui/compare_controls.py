"""Widgets of the comparison: named runs with name and note, keeping more of them, weights, and a table's fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS, MOST, Weights
from ui import compare_results, compare_view, export_controls, words
from ui import state as s
from ui.charts import Figure, Style
from ui.controls import mirror, plain, show_refusal
from ui.frame import SANDBOX
from ui.scorecard_html import escape, stripes
from ui.session import attempt, current, kept, refusal
from ui.state import NamedRun, State


def abreast(count: int) -> int:
    """How many cards or small charts stand in a row: no last one alone where that can be helped."""
    return 2 if count in (2, 4) else 3


def in_rows(count: int, align: Literal["top", "bottom"] = "top") -> Iterator[tuple[int, DeltaGenerator]]:
    """Numbers from 0, each with the column it stands in."""
    wide = abreast(count)
    for start in range(0, count, wide):
        yield from zip(
            range(start, min(start + wide, count)), st.columns(wide, vertical_alignment=align), strict=False
        )


# Named runs


def run_cards(state: State) -> None:
    """Kept runs: name and note to edit, what each is, back to the sandbox, drop."""
    drawn = compare_view.styles(state.runs)
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
            args=(key, lambda now: s.open_run(now, k)),
        )  # fmt: skip
        st.button(
            "Drop", key=f"runs.{k}.drop", icon=":material/delete:", on_click=attempt,
            args=("runs.drop", lambda now: s.drop_run(now, k)), help=plain(f"Take {run.name} out of the comparison."),
        )  # fmt: skip
    show_refusal(key)
    if clicked and not refusal(key):
        st.switch_page(SANDBOX)


def _band(style: Style) -> str:
    """The run's colour and line, as in its charts."""
    return f'<div aria-hidden="true" style="height:4px;border-radius:2px;background:{stripes(style)}"></div>'


def _about(run: NamedRun) -> None:
    head, *rest = compare_view.about(run)
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
    attempt(key, lambda now: s.rename_run(now, k, st.session_state[key]))
    after = kept().runs[k].name
    for choice in ("compare.base", "compare.from", "compare.to"):
        if st.session_state.get(choice) == before:
            st.session_state[choice] = after


def _noted(k: int, key: str) -> None:
    attempt(key, lambda now: s.note_run(now, k, st.session_state[key]))


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
    drawn = compare_view.styles(runs)
    for k, column in in_rows(len(runs)):
        with column, st.container(border=True):
            st.html(
                f'{_band(drawn[k])}<p style="font-weight:650;margin:.6rem 0 0">{escape(runs[k].name)}</p>'
            )
            _about(runs[k])
            st.button(
                "Keep this run", key=f"compare.keep.{k}", icon=":material/bookmark_add:", on_click=attempt,
                args=("compare.keep", partial(s.keep_run, index=k)),
            )  # fmt: skip
    show_refusal("compare.keep")


def _keep_all(state: State, count: int) -> State:
    for k in range(count):
        state = s.keep_run(state, k)
    return state


def keep_here(state: State) -> None:
    """On the sandbox: keep a policy as a run, and how many are kept."""
    _keep_button(state)
    if state.runs:
        st.caption(plain(f"Kept on the page Compare runs: {words.listed([r.name for r in state.runs])}."))


def keep_more(state: State) -> None:
    """One more run from the current screen, and what of it is not kept yet."""
    _keep_button(state)
    present = [r for r in compare_results.of_screen(state) if not compare_results.kept_alike(r, state.runs)]
    if present and len(state.runs) < s.MOST_RUNS:
        st.caption(plain(f"On the current screen and not kept: {words.listed([r.name for r in present])}."))


def _keep_button(state: State) -> None:
    names = words.policy_names(state.policies)
    full = len(state.runs) >= s.MOST_RUNS
    st.menu_button(
        "Keep a policy as a run", list(names), key="compare.more", icon=":material/bookmark_add:",
        on_click=_kept_more, disabled=full,
        help=f"{s.MOST_RUNS} runs are the most that fit; drop one first." if full else
        "Up to six runs, on any worlds, are compared side by side on the page Compare runs.",
    )  # fmt: skip
    show_refusal("compare.more")


def _kept_more() -> None:
    chosen = st.session_state["compare.more"]

    def keep(now: State) -> State:
        names = words.policy_names(now.policies)
        return s.keep_run(now, names.index(chosen)) if chosen in names else now

    attempt("compare.more", keep)


# Weights


def _weight_key(key: str) -> str:
    return f"weights.{key}"


def chosen_weights() -> Weights:
    """The state's weights."""
    return current().counting.weights


def weight_sliders(abreast: int = 4) -> Weights:
    """A slider for each criterion, a reset, and the weights; what is refused springs back, with the reason."""
    made = chosen_weights()
    for start in range(0, len(CRITERIA), abreast):
        for column, c in zip(st.columns(abreast), CRITERIA[start : start + abreast], strict=False):
            key = _weight_key(c.key)
            mirror(key, made[c.key])
            column.slider(
                plain(c.title), 0.0, MOST, step=0.5, format="%g", key=key,
                help=plain(f"{c.meaning} Evidence: {c.evidence}, a judgement made here."),
                on_change=_weight_sent, args=(c.key,),
            )  # fmt: skip
    show_refusal("weights")
    st.button(
        "Equal weights again", key="weights.reset", icon=":material/restart_alt:", on_click=attempt,
        args=("weights", lambda state: s.reset_counting(state, "weights")), disabled=made == DEFAULT_WEIGHTS,
    )  # fmt: skip
    return made


def _weight_sent(key: str) -> None:
    value = st.session_state[_weight_key(key)]
    attempt("weights", lambda state: s.with_weight(state, key, value))


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

            export_controls.pictures(figure, runs_foot(runs), "runs")


def _file(figure: Figure, runs: tuple[NamedRun, ...]) -> bytes:
    return compare_view.csv_text(figure, runs).encode()
