"""Drawings that the pages beside the sandbox share: signed bars in lanes, and lanes of points."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from ui.charts import NEUTRAL, _blank, _field, _layers, _once, _spec, _tip


def lanes(labels: Mapping[str, Sequence[str]], width: int = 130) -> alt.Axis:
    """An axis of names with their own lines of text."""
    return alt.Axis(
        labelExpr=f"{json.dumps({k: list(v) for k, v in labels.items()})}[datum.value]", title=None, grid=False,
        ticks=False, domain=False, labelLimit=width, labelOverlap=False,
    )  # fmt: skip


def wrapped(name: str, width: int, most: int = 3) -> list[str]:
    """A name in lines."""
    return textwrap.wrap(name, width)[:most] or [name]


def bars(
    labels: Mapping[str, Sequence[str]], parts: Sequence[str], colours: Sequence[str], x_title: str,
    lane: str, part: str, tall: int = 38,
) -> dict[str, Any]:  # fmt: skip
    """Signed bars stacked from zero, one lane per name. Columns of the frame: `lane`, `part`, Value, Rank, Text."""
    names = list(labels)
    drawn = (
        _blank()
        .mark_bar(cornerRadius=2, height={"band": 0.66})
        .encode(
            y=_field(alt.Y, lane, "nominal", sort=names, axis=lanes(labels), scale=alt.Scale(domain=names)),
            x=_field(alt.X, "Value", axis=alt.Axis(title=x_title, tickCount=5), stack="zero"),
            color=_field(
                alt.Color, part, "nominal", legend=None,
                scale=alt.Scale(domain=list(parts), range=list(colours)),
            ),
            order=_field(alt.Order, "Rank"),
            tooltip=[_tip(lane), _tip(part), _tip("Text", title="Amount")],
        )
    )  # fmt: skip
    zero = _once().mark_rule(color=NEUTRAL, aria=False).encode(x=alt.XDatum(0))
    return _spec(_layers(drawn, zero), tall * len(names) + 50)
