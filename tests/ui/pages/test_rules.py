"""The page of rules against rescue: its finding, its zeros, its efficient set, and its slides."""

from __future__ import annotations

import io

import pytest
from support.app_pages import html, opened, ran

from models.library import shipped
from policy.leverage.game import Game
from policy.studies.rules_and_rescue import weighed
from ui.charts import vega
from ui.export.slides import report_pptx
from ui.pages.rules import view
from ui.widgets import jobs


@pytest.fixture(scope="module")
def sheet() -> view.RulesSheet:
    world, game = shipped("crowded"), Game()
    return view.RulesSheet(world, game, weighed(world, game, 4), 4, 1)


def test_it_says_what_the_cheapest_rule_costs_that_avoids_as_much(sheet: view.RulesSheet) -> None:
    said = view.verdict(sheet)
    best = max((own for own in sheet.tools if not own.tool.beforehand), key=lambda own: own.avoided.value)
    assert said.startswith(f"{view.name(best)} avoids") and "in calm" in said
    first = view.figures(sheet.tools[0])
    assert first[:4] == ("$0bn", "0 bp", "0 bp", "$0bn") and first[-1] == ""
    assert any(view.figures(own)[-1] == "yes" for own in sheet.tools)
    drawn = vega.frame(view.chart(sheet).panels[0])
    assert len(drawn) >= len(sheet.tools)
    assert len(view.frame(sheet)) == len(sheet.tools)


def test_slides_hold_all_tools(sheet: view.RulesSheet) -> None:
    pptx = pytest.importorskip("pptx")
    deck = pptx.Presentation(io.BytesIO(report_pptx(view.report(sheet))))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    names = {row.cells[0].text for table in tables for row in table.rows}
    assert {view.name(own) for own in sheet.tools} <= names


def test_the_page_shows_it_once_asked(sheet: view.RulesSheet, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened("rules")
    at.button(key="rules.run")
    monkeypatch.setattr(jobs.Job, "kept", lambda job, key: sheet if job.name == "rules" else None)
    ran(at)
    body = html(at)
    assert (
        'data-testid="rules"' in body
        and 'data-testid="backstops"' in body
        and 'data-testid="literature"' in body
    )
    assert view.verdict(sheet) in body.replace("&#x27;", "'")
