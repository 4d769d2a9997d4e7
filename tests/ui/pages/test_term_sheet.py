"""The page of the term sheet: found on a click, its reasons in words, and its slides."""

from __future__ import annotations

import io

import numpy as np
import pytest
from support.app_pages import html, opened, ran

from models.library import shipped
from policy.spec import parse_policy
from policy.studies import term_sheet as study
from policy.studies.aims import Aim
from policy.studies.alarms import Alarm
from policy.studies.executors import Stopped
from policy.studies.facilities import facility, grid
from ui.export.slides import report_pptx
from ui.pages.term_sheet.view import report
from ui.widgets import jobs


def test_the_term_sheet_is_found_on_a_click_and_says_why_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def evaluated(order: study.Order, points: np.ndarray) -> np.ndarray:
        """Purchases of $400bn and more keep the aim; repo never does, and nobody uses it."""
        rows = []
        for row, place, stage in points:
            outright = order.rows[int(row)].base.name == "outright"
            keeps = outright and place >= 0 and order.sizes[int(place)] >= 400
            paths = order.checked if stage else order.paths
            rows.append(
                [
                    paths if keeps else 0,
                    paths,
                    0.0 if outright else 1.0,
                    0.0,
                    9.0,
                    *[5.0] * len(study.REPORTED),
                ]
            )
        return np.array(rows)

    def gone() -> None:
        raise Stopped("gone")

    monkeypatch.setattr(study, "evaluated", evaluated)
    monkeypatch.setattr(jobs, "_workers", gone)
    gone.clear = lambda: None  # type: ignore[attr-defined]
    at = opened("term_sheet")
    at.session_state["terms.tools"] = ["repo", "outright"]
    ran(at)
    at.button(key="terms.run").click()
    ran(at)
    body = html(at)
    assert "outright purchases of $400bn" in body and "Not reachable with: standing repo facility" in body
    assert "nobody uses it" in " ".join(m.value for m in at.markdown)
    assert body.count("$400bn") >= 3 and 'data-testid="alarms"' in body
    at.session_state["terms.probability"] = 0.99
    ran(at)
    assert at.button(key="terms.run")  # another aim is another question
    at.session_state["terms.tools"] = []
    ran(at)
    assert "at least one facility" in at.error[0].value


def test_the_term_sheet_as_slides() -> None:
    pptx = pytest.importorskip("pptx")
    rows = grid(facility(parse_policy("outright"))) + grid(facility(parse_policy("repo")))
    order = study.Order.usual(shipped("crowded"), Aim("days_dislocated", True, 15.0, 0.95), rows)
    trial = study.Trial(3, 1000, 1024, (5.0,) * len(study.REPORTED), 0.0, 0.0, 12.0)
    none = study.Trial(-1, 3, 1024, (5.0,) * len(study.REPORTED), 0.0, 0.0, 40.0)
    told = tuple(study.SheetRow(t, None if t.price else 30.0, trial, 30.0, True, 7) for t in rows)
    alarmed = {str(t.start): (Alarm("calm", 0.0, False), Alarm("april_2025", 0.5, True)) for t in rows}
    deck = pptx.Presentation(io.BytesIO(report_pptx(report(study.TermSheet(order, none, told), alarmed))))
    said = "\n".join(
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
    )
    assert "outright purchases of $30bn" in said and "Would have fired without a crisis" in said
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert any(table.cell(1, 1).text == "$30bn" for table in tables)
