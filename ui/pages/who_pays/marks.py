"""Points of the game's figures with their 95% intervals, as marks of a chart and as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from policy.leverage import who_pays as engine
from ui.charts.kinds import Axis, Mark

SURE = 1.96


def by_change() -> Axis:
    """How much leverage changes."""
    return Axis("Change of leverage against today's, %", zero=True)


def point(name: str, series: str, figure: engine.WithError, times: float, text: str) -> Mark:
    """A figure in a policy's lane with its interval."""
    value, error = times * figure.value, SURE * times * figure.se
    return Mark(value, name, series, (text,), (value - error, value + error), short=text)


def points_table(
    marks: Sequence[Mark],
    series: str = "Series",
    value: str = "Value",
    ends: tuple[str, str] = ("95% from", "95% to"),
) -> pd.DataFrame:
    """The same as rows."""
    rows = [(m.y, m.series, m.x, *(m.across or ())) for m in marks]
    return pd.DataFrame(rows, columns=["Policy", series, value, *ends])
