"""The page of rules against rescue: cost in calm against crisis loss avoided, for both kinds together."""

from __future__ import annotations

from functools import partial

import streamlit as st

from policy.studies.evaluation import Note
from policy.studies.rules_and_rescue import PATHS, weighed
from ui.pages.rules import view
from ui.pages.rules.view import RulesSheet
from ui.state import session
from ui.state import state as s
from ui.state.session import current
from ui.state.state import State
from ui.widgets import exports, figures, frame
from ui.widgets.boxes import plain
from ui.widgets.jobs import Job
from ui.words import names

JOB = Job("rules")
SECONDS = 12  # of one processor at 45 days, as measured


def run(state: State, note: Note) -> RulesSheet:
    """Every tool in the state's world."""
    game = session.game()
    return RulesSheet(
        state.world, game, weighed(state.world, game, PATHS, state.seed, note), PATHS, state.seed
    )


def show(sheet: RulesSheet) -> None:
    """All that the weighing tells."""
    frame.lead(view.verdict(sheet))
    with st.container(key="alone_rules"):
        figures.draw(view.chart(sheet), sheet.origin)
    frame.heading(
        "Rules set beforehand",
        "In brackets: the range of the assumption on calm; for losses avoided the 95% interval.",
    )
    st.html(view.table_html(sheet, True))
    frame.heading("Backstops in the crisis", "At today's leverage, by size.")
    st.html(view.table_html(sheet, False))
    st.markdown("**What this assumes**\n" + "\n".join(f"- {plain(line)}" for line in view.assumptions(sheet)))
    frame.heading("Beside the literature", "Signs and sizes that others report, and where.")
    st.html(view.literature_html())
    exports.report_button("rules", partial(view.report, sheet), f"{sheet.world.name}_rules_and_rescue")


def page() -> None:
    """Draws the page; what was asked for runs last."""
    state = current()
    frame.levers(state)
    frame.begin("Rules or rescue: what does each cost?")
    st.markdown(
        "A leverage cap makes a crisis smaller, and it makes calm dearer: funds hold fewer bonds, so the Treasury pays more on all its debt. "
        "Backstops are free until they are needed. This puts both on one chart. Now: "
        f"{plain(names.changed_words(state.world))}."
    )
    key, spot = (s.digest(state),), st.container()
    sheet = JOB.kept(key)
    running = sheet is None and JOB.running(key)
    with spot:
        if sheet is not None:
            show(sheet)
        elif not running:
            JOB.show_refusal(key)
            seconds = max(2, round(SECONDS * state.world.scenario.days / 45))
            JOB.button(
                key,
                "Weigh rules and backstops",
                f"Off until you ask: about {seconds} seconds on one processor. It can be stopped.",
            )
    frame.end(state)
    if running:
        JOB.work(key, spot, partial(run, state))


page()
