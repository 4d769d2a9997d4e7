"""The sandbox page: a finished comparison first, then the charts behind it."""

import time

import streamlit as st

from ui import charts, compare_controls, export_controls, frame, layout, scorecard_html
from ui import state as s
from ui.session import current, results

BREATH = 0.06  # seconds; a browser that gets everything at once draws nothing until it has worked through all of it

state = current()
summary = results(state)
layout.headline(state, summary)
layout.scorecard(summary)
layout.what_changed(state)

left, right = st.columns(2, gap="large")
with left:
    layout.draw(charts.dislocation(summary), summary)
# The answer first: a breath lets the browser draw what it has before more comes, and the levers follow after it.
time.sleep(BREATH)
frame.levers(state)
with right:
    layout.draw(charts.dealers(summary), summary)

layout.tenor_choice(state)
layout.draw(charts.parts(summary, state.view.tenor), summary)

left, right = st.columns(2, gap="large")
with left:
    layout.draw(charts.sales(summary), summary)
with right:
    layout.draw(charts.funds(summary), summary)

layout.draw(charts.repo(summary), summary)

left, right = st.columns(2, gap="large")
with left:
    layout.draw(charts.taxpayer(summary), summary)
with right:
    layout.draw(charts.timeline(summary), summary)

if state.world.scenario.auctions:
    layout.draw(charts.issues(summary), summary)

layout.assumptions()
compare_controls.keep_here(state)
export_controls.draw(state, summary)
st.html(scorecard_html.marker(s.digest(state)))
