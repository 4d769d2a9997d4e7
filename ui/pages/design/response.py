"""Some designs with the leverage that funds would choose if they expected them: chart, table and sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.studies.design import Response
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Mark, Points
from ui.html import tables
from ui.html.tables import Cell, Row
from ui.pages.design.view import FRONT, YOURS, Found, axis_title, settings_words
from ui.words import amounts
from ui.words.amounts import millions

LOSS = "Moral-hazard loss, $m a year"


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
    aim = found.aims[0]
    rows = [
        ("Your design" if r.design == 0 else f"Design {r.design}", settings_words(found.designs, r.design), float(found.frontier.means[r.design, 0]),
         *(1000 * (r.moral_hazard_loss.value + k * r.moral_hazard_loss.se) for k in (0.0, -1.96, 1.96)))
        for r in responses
        if r.moral_hazard_loss is not None
    ]  # fmt: skip
    texts = [
        f"{millions(x.value, True)} ± {millions(1.96 * x.se)} a year"
        for r in responses
        if (x := r.moral_hazard_loss) is not None
    ]
    marks = tuple(
        Mark(loss, y, (YOURS if name == "Your design" else FRONT).name, (name, settings, text), (low, high),
             label="yours" if name == "Your design" else name.removeprefix("Design "),
             place="below" if name == "Your design" else "above", strong=name == "Your design")
        for (name, settings, y, loss, low, high), text in zip(rows, texts, strict=True)
    )  # fmt: skip
    told = "; ".join(f"{name} ({settings}): {text}" for name, settings, text in (m.says for m in marks))
    note = (
        f"{aim.title} at today's leverage, against the extra cost a year from the leverage funds would choose if they expected the design. "
        "Labels are the designs' numbers; thin lines: 95% intervals of sampling and interpolation, not of the assumptions."
    )
    chart = Points(
        marks, (FRONT, YOURS), Axis(LOSS, padding=16), Axis(axis_title(aim), padding=16), f"Designs by moral-hazard loss. {told}.",
        height=320, tips=("Design", "Settings", "Moral-hazard loss"), thin=True, size=130,
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=["Name", "Settings", axis_title(aim), LOSS, "From", "To"])
    return Figure(
        "frontier_leverage", response_title(found, responses), note, f"{aim.unit} and $m a year", (chart,), table, (FRONT, YOURS)
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
