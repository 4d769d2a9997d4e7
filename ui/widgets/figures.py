"""Charts on a page: head, drawings in rows, and a fold with their table and file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from ui.charts import vega
from ui.charts.figure import Figure, Source
from ui.charts.kinds import Bars, Chart
from ui.comparison import figures
from ui.html import heads
from ui.widgets import exports
from ui.widgets.boxes import plain

DUST = 1e-6  # smaller than any figure that is shown


def draw(figure: Figure, source: Source) -> None:
    """A chart with the finding as title, its legend, and one fold with table and file."""
    drawn = [panel for panel in figure.panels if not _alike(panel)]
    legend = figure.legend if drawn else ()
    st.html(heads.figure_head(figure.title, figure.note, legend, len(figure.panels) > 1))
    if len(figure.panels) == 1:
        panel(figure, 0)
    else:
        for start in range(0, len(figure.panels), 4 if len(figure.panels) > 2 else 2):
            _panel_row(figure, start, 4 if len(figure.panels) > 2 else 2)
    if figure.after:
        st.caption(plain(figure.after))
    numbers(figure, source)


def _panel_row(figure: Figure, start: int, width: int) -> None:
    here = figure.panels[start : start + width]
    for k, column in enumerate(st.columns(max(len(here), min(width, len(figure.panels))))[: len(here)]):
        with column:
            panel(figure, start + k)


def panel(figure: Figure, k: int) -> None:
    panel = figure.panels[k]
    if panel.heading:
        st.markdown(f"**{plain(panel.heading)}**")
    if panel.empty:
        st.caption("Nothing happens, so there is nothing to draw.")
        return
    if _alike(panel):
        st.caption("Every bar would be the same, so none is drawn; the figures are in the table.")
        return
    chart(panel, f"chart.{figure.key}.{k}")


def _alike(panel: Chart) -> bool:
    return isinstance(panel, Bars) and panel.alike


def chart(panel: Chart, key: str | None = None, on_select: Callable[[], None] | None = None) -> None:
    """A chart on the screen; where it has a selection, a click on a mark calls `on_select`."""
    rows, spec = vega.frame(panel), vega.spec(panel)
    if on_select is None:
        st.vega_lite_chart(rows, spec, key=key, alt=panel.alt)
    else:
        st.vega_lite_chart(rows, spec, key=key, alt=panel.alt, on_select=on_select)


def large(panel: Chart, key: str, width: int, height: int) -> None:
    """A chart for a projector, at a given size, px."""
    st.vega_lite_chart(
        vega.frame(panel), vega.large(panel, width, height), key=key, alt=panel.alt, width="content"
    )


@st.fragment
def numbers(figure: Figure, source: Source) -> None:
    """A fold with a figure's table and files; a fragment of its own, so opening it draws nothing else again."""
    fold = st.expander("Numbers and CSV", key=f"table.{figure.key}", on_change="rerun", type="compact")
    if not fold.open:
        return
    with fold:
        st.dataframe(without_dust(figure.table), hide_index=True, height=280, alt=f"Table: {figure.title}")
        st.download_button(
            "Download as CSV",
            data=partial(_bytes, figure, source),
            file_name=f"{source.world.name}_{figure.key}.csv",
            mime="text/csv",
            key=f"csv.{figure.key}",
            icon=":material/download:",
            on_click="ignore",
        )
        exports.pictures(figure, source, source.world.name)


def without_dust(table: pd.DataFrame) -> pd.DataFrame:
    """The table as it is read: what rounding leaves of a zero is zero. Files keep every digit."""
    return table.map(lambda x: 0.0 if isinstance(x, float) and abs(x) < DUST else x)


def _bytes(figure: Figure, source: Source) -> bytes:
    return figures.csv_text(figure, source).encode()
