"""Bands over days: a median line per policy or part, with the range of most paths around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from policy.outcomes.summary import Summary
from ui.charts import vega
from ui.charts.figure import Panel, Style, styles
from ui.charts.vega import NEUTRAL
from ui.words import amounts


@lru_cache(maxsize=64)
def band_spec(
    lines: tuple[Style, ...], ticks: vega.Ticks, days: int, y_title: str, marks: tuple[tuple[float, str], ...], field: str,
    domain: tuple[float, float] | None, banded: tuple[str, ...], height: int,
) -> dict[str, Any]:  # fmt: skip
    names = [s.name for s in lines]
    scale = alt.Scale(domain=list(domain), nice=False) if domain else alt.Scale(zero=False, nice=True)
    y_axis = alt.Axis(title=y_title, tickCount=5)
    colour = vega.colour(names, [s.colour for s in lines], field)
    x = vega.day_axis(ticks, days)
    band = vega.blank().transform_filter(alt.FieldOneOfPredicate(field=field, oneOf=list(banded)))
    layers = [
        band.mark_area(opacity=0.13, aria=False).encode(
            x=x,
            y=vega.field(alt.Y, "5%", scale=scale, axis=y_axis),
            y2=alt.Y2(field="95%"),
            color=colour,
        ),
        vega.blank()
        .mark_line(strokeWidth=2.4, aria=False)
        .encode(
            x=x,
            y=vega.field(alt.Y, "Median"),
            color=colour,
            strokeDash=vega.dash(names, [s.dash for s in lines], field),
        ),
        vega.blank()
        .mark_circle(opacity=0, size=90, aria=False)
        .encode(
            x=x,
            y=vega.field(alt.Y, "Median"),
            tooltip=[vega.tip(field), vega.tip("Date"), *vega.number_tips("Median", "5%", "95%")],
        ),
    ]
    for level, text in marks:
        layers += [
            vega.once().mark_rule(color=NEUTRAL, strokeDash=[3, 3], aria=False).encode(y=alt.YDatum(level)),
            vega.once()
            .mark_text(
                align="left",
                baseline="bottom",
                dx=4,
                dy=-2,
                color=NEUTRAL,
                fontSize=12,
                aria=False,
                text=text,
            )
            .encode(x=alt.XDatum(0), y=alt.YDatum(level)),
        ]
    return vega.spec(vega.layers(*layers), height)


def band_rows(
    summary: Summary, names: Sequence[str], blocks: Sequence[np.ndarray], field: str
) -> pd.DataFrame:
    """Long rows, one per line and day; a block is (quantile, day)."""
    days = len(summary.calendar)
    dates = [amounts.date_words(d) for d in summary.calendar]
    joined = np.concatenate(blocks, axis=1)
    return pd.DataFrame(
        {
            "Day": np.tile(np.arange(days), len(names)),
            "Date": dates * len(names),
            field: np.repeat(list(names), days),
            "5%": joined[0],
            "Median": joined[1],
            "95%": joined[2],
        }
    )


def band_panels(
    summary: Summary, series: str, row: int | None, y_title: str, marks: tuple[tuple[float, str], ...] = ()
) -> Panel:
    lines = styles(summary.policies)
    names = [s.name for s in lines]
    blocks = [o.bands[series] if row is None else o.bands[series][:, :, row] for o in summary.outcomes]
    frame = band_rows(summary, names, blocks, "Policy")
    spec = band_spec(
        lines,
        vega.ticks(summary.calendar),
        len(summary.calendar) - 1,
        y_title,
        marks,
        "Policy",
        None,
        tuple(names),
        290,
    )
    return Panel(frame, spec, _band_alt(summary, names, blocks, y_title))


def _band_alt(summary: Summary, names: Sequence[str], blocks: Sequence[np.ndarray], what: str) -> str:
    peaks = []
    for name, block in zip(names, blocks, strict=True):
        at = int(block[1].argmax())
        peaks.append(
            f"{name} {block[1][at]:.1f} on {amounts.day_words(summary, at)}, ends at {block[1][-1]:.1f}"
        )
    return f"Lines by day of {what}, medians with 5 to 95% bands. Peaks: {'; '.join(peaks)}."


READ = "Median of {paths} paths, band from 5 to 95%."
