"""Some designs with the leverage that funds would choose if they expected them: chart, table and sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from policy.studies.design import Response
from ui import plots, tables, words
from ui.charts import Figure, Panel, Style
from ui.design_view import FRONT, KINDS, YOURS, Found, axis_title, settings_words
from ui.moral_hazard_view import millions
from ui.plots import NEUTRAL
from ui.tables import Cell, Row


def response_html(found: Found, responses: Sequence[Response]) -> str:
    """Some designs with what funds' choice of leverage makes of them."""
    rows = [
        Row(
            "Your design" if r.design == 0 else f"Design {r.design}",
            [
                _loss(r),
                _leverage(r),
                words.amount(float(found.frontier.means[r.design, 0]), found.aims[0].unit),
                Cell(settings_words(found.designs, r.design), kind="tb-text"),
            ],
        )
        for r in responses
    ]
    columns = ("Moral-hazard loss a year", "Change of leverage", found.aims[0].title, "Settings")
    return tables.table("Designs with leverage that responds", "Design", columns, rows, "responses")


def _loss(made: Response) -> Cell:
    found = made.moral_hazard_loss
    if found is None:
        return Cell("no equilibrium", kind="tb-quiet")
    return Cell(millions(found.value, True), f"± {millions(1.96 * found.se)}")


def _leverage(made: Response) -> Cell:
    found = made.leverage_change_pct
    if found is None:
        return Cell("no equilibrium", kind="tb-quiet")
    return Cell(words.amount(found.value, "%", True), f"± {words.amount(1.96 * found.se, '%')}")


def response_chart(found: Found, responses: Sequence[Response]) -> Figure:
    """The first aim at today's leverage against moral-hazard loss, with intervals of the loss."""
    rows = [
        ("Your design" if r.design == 0 else f"Design {r.design}", KINDS[3] if r.design == 0 else KINDS[0],
         *(1000 * (r.moral_hazard_loss.value + k * r.moral_hazard_loss.se) for k in (0.0, -1.96, 1.96)),
         float(found.frontier.means[r.design, 0]), settings_words(found.designs, r.design),
         f"{millions(r.moral_hazard_loss.value, True)} ± {millions(1.96 * r.moral_hazard_loss.se)} a year")
        for r in responses
        if r.moral_hazard_loss is not None
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["Name", "Kind", "Loss", "From", "To", "Y", "Settings", "Text"])
    frame["Short"] = frame["Name"].str.removeprefix("Design ").str.replace("Your design", "yours")
    aim = found.aims[0]
    told = "; ".join(f"{r[0]} ({r[6]}): {r[7]}" for r in rows)
    note = (
        f"{aim.title} at today's leverage, against the extra cost a year from the leverage funds would choose if they expected the design. "
        "Labels are the designs' numbers; thin lines: 95% intervals of sampling and interpolation, not of the assumptions."
    )
    legend = (Style(KINDS[0], FRONT, (-1, 0)), Style(KINDS[3], YOURS, (-1, 0)))
    return Figure(
        "frontier_leverage", response_title(found, responses), note, f"{aim.unit} and $m a year",
        (Panel(frame, _response_spec(axis_title(aim)), f"Designs by moral-hazard loss. {told}."),),
        frame[["Name", "Settings", "Y", "Loss", "From", "To"]].rename(columns={"Y": axis_title(aim), "Loss": "Moral-hazard loss, $m a year"}),
        legend,
    )  # fmt: skip


def response_title(found: Found, responses: Sequence[Response]) -> str:
    """Whether the designs differ in moral hazard by more than noise."""
    solved = [r for r in responses if r.moral_hazard_loss is not None]
    if len(solved) < 2:
        return "Hardly any of these designs has an equilibrium of leverage"
    losses = [(r.moral_hazard_loss.value, r.moral_hazard_loss.se, r) for r in solved if r.moral_hazard_loss]
    least, most = min(losses, key=lambda x: x[0]), max(losses, key=lambda x: x[0])
    if most[0] - least[0] <= 1.96 * float(np.hypot(most[1], least[1])):
        return "These designs do not differ in moral-hazard loss by more than noise"
    name = "your design" if least[2].design == 0 else f"design {least[2].design}"
    return (
        f"Moral-hazard loss is least under {name}, {millions(least[0], True)} a year, and "
        f"{millions(most[0], True)} at most"
    )


@lru_cache(maxsize=8)
def _response_spec(y_title: str) -> dict[str, Any]:
    scale = alt.Scale(zero=False, nice=True, padding=16)
    x = plots.field(
        alt.X, "Loss", scale=scale, axis=alt.Axis(title="Moral-hazard loss, $m a year", tickCount=5)
    )
    y = plots.field(alt.Y, "Y", scale=scale, axis=alt.Axis(title=y_title, tickCount=5))
    kinds = [KINDS[0], KINDS[3]]
    points = (
        plots.blank()
        .mark_point(filled=True, size=130, opacity=1, aria=False)
        .encode(
            x=x, y=y,
            color=plots.field(alt.Color, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=[FRONT, YOURS])),
            shape=plots.field(alt.Shape, "Kind", "nominal", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
            tooltip=[plots.tip("Name", title="Design"), plots.tip("Settings"), plots.tip("Text", title="Moral-hazard loss")],
        )
    )  # fmt: skip
    error = plots.blank().mark_rule(color=NEUTRAL, aria=False).encode(x=plots.field(alt.X, "From", scale=scale), x2=alt.X2(field="To"), y=y)  # fmt: skip
    labels = [
        plots.blank()
        .transform_filter(test)
        .mark_text(dy=dy, fontSize=12, color=colour, aria=False)
        .encode(x=x, y=y, text=plots.field(alt.Text, "Short", "nominal"))
        for test, dy, colour in (
            (f"datum.Kind == '{KINDS[0]}'", -13, NEUTRAL),
            (f"datum.Kind == '{KINDS[3]}'", 17, YOURS),
        )
    ]
    return plots.spec(plots.layers(error, points, *labels), 320)
