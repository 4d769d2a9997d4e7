"""Some designs with the leverage that funds would choose if they expected them: chart, table and sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from policy.studies.design import Response
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Mark, Points
from ui.html import tables
from ui.html.tables import Row, TableCell
from ui.pages.design.view import FRONT, YOURS, Found, axis_title, settings_words
from ui.words import amounts
from ui.words.amounts import millions

LOSS = "Moral-hazard loss, $m a year"


def response_html(marks: Found, responses: Sequence[Response]) -> str:
    """Some designs with what funds' choice of leverage makes of them."""
    rows = [
        Row(
            "Your design" if r.design == 0 else f"Design {r.design}",
            [
                _loss(r),
                _leverage(r),
                amounts.amount(float(marks.frontier.means[r.design, 0]), marks.aims[0].unit),
                TableCell(settings_words(marks.designs, r.design), kind="tb-text"),
            ],
        )
        for r in responses
    ]
    columns = ("Moral-hazard loss a year", "Change of leverage", marks.aims[0].title, "Settings")
    return tables.table("Designs with leverage that responds", "Design", columns, rows, "responses")


def _loss(response: Response) -> TableCell:
    loss = response.moral_hazard_loss
    if loss is None:
        return TableCell("no equilibrium", kind="tb-quiet")
    return TableCell(millions(loss.value, True), f"± {millions(1.96 * loss.se)}")


def _leverage(response: Response) -> TableCell:
    change = response.leverage_change_pct
    if change is None:
        return TableCell("no equilibrium", kind="tb-quiet")
    return TableCell(amounts.amount(change.value, "%", True), f"± {amounts.amount(1.96 * change.se, '%')}")


def response_chart(terms: Found, responses: Sequence[Response]) -> Figure:
    """The first aim at today's leverage against moral-hazard loss, with intervals of the loss."""
    aim = terms.aims[0]
    rows = [
        ("Your design" if r.design == 0 else f"Design {r.design}", settings_words(terms.designs, r.design), float(terms.frontier.means[r.design, 0]),
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
        "frontier_leverage", response_title(terms, responses), note, f"{aim.unit} and $m a year", (chart,), table, (FRONT, YOURS)
    )  # fmt: skip


def response_title(marks: Found, responses: Sequence[Response]) -> str:
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
