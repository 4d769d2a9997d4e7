"""Some designs with the leverage that funds would choose if they expected them: chart, table and sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.studies.design import Response
from ui.charts.figure import Figure, Panel, Style
from ui.charts.frontier import FRONT, KINDS, YOURS, response_spec
from ui.html import tables
from ui.html.tables import Cell, Row
from ui.pages.design.view import Found, axis_title, settings_words
from ui.words import amounts
from ui.words.amounts import millions


def response_html(found: Found, responses: Sequence[Response]) -> str:
    """Some designs with what funds' choice of leverage makes of them."""
    rows = [
        Row(
            "Your design" if r.design == 0 else f"Design {r.design}",
            [
                _loss(r),
                _leverage(r),
                amounts.amount(float(found.frontier.means[r.design, 0]), found.aims[0].unit),
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
    return Cell(amounts.amount(found.value, "%", True), f"± {amounts.amount(1.96 * found.se, '%')}")


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
        (Panel(frame, response_spec(axis_title(aim)), f"Designs by moral-hazard loss. {told}."),),
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
