"""A sum of parts, from a level to a level."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt

from ui.charts import vega
from ui.charts.vega import NEUTRAL

UP, DOWN = "#D55E00", "#1B83C9"
KINDS = ("Level", "Adds", "Takes off")
COLOURS = (NEUTRAL, UP, DOWN)


@lru_cache(maxsize=128)
def waterfall_spec(names: tuple[str, ...], x_title: str, domain: tuple[float, float]) -> dict[str, Any]:
    """Bars from level to level, one lane a step, with the amount written at each."""
    labels = {str(n): vega.wrapped(name, 19, 3) for n, name in enumerate(names)}
    y = vega.field(
        alt.Y, "Lane", "nominal", sort=[str(n) for n in range(len(names))], axis=vega.lanes(labels, 150),
        scale=alt.Scale(domain=[str(n) for n in range(len(names))]),
    )  # fmt: skip
    x = vega.field(
        alt.X, "From", axis=alt.Axis(title=x_title, tickCount=5), scale=alt.Scale(domain=list(domain), nice=False)
    )  # fmt: skip
    colour = vega.field(
        alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=list(KINDS), range=list(COLOURS))
    )
    bars = (
        vega.blank()
        .mark_bar(cornerRadius=2, height={"band": 0.62}, minBandSize=2)
        .encode(y=y, x=x, x2=alt.X2(field="To"), color=colour, tooltip=[vega.tip("Step"), vega.tip("Kind"), vega.tip("Text", title="Amount")])
    )  # fmt: skip
    text = (
        vega.blank()
        .mark_text(align="left", dx=6, fontSize=13, color=NEUTRAL, aria=False)
        .encode(y=y, x=vega.field(alt.X, "Reach"), text=vega.field(alt.Text, "Text", "nominal"))
    )
    zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    return vega.spec(vega.layers(bars, zero, text), 44 * len(names) + 90)
