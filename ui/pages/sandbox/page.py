"""The sandbox page: a finished comparison first, then the charts behind it."""

import time

import streamlit as st

from ui.comparison import by_day, events, totals
from ui.html import heads
from ui.pages.sandbox import parts
from ui.state import state as s
from ui.state.session import current, results
from ui.widgets import doubt, exports, figures, frame, keep

BREATH = 0.06  # seconds; a browser that gets everything at once draws nothing until it has worked through all of it

state = current()
summary = results(state)
parts.headline(state, summary)
parts.scorecard(summary)
parts.what_changed(state)

left, right = st.columns(2, gap="large")
with left:
    figures.draw(by_day.dislocation(summary), summary)
# The answer first: a breath lets the browser draw what it has before more comes, and the levers follow after it.
time.sleep(BREATH)
frame.levers(state)
with right:
    figures.draw(by_day.dealers(summary), summary)

parts.tenor_choice(state)
figures.draw(by_day.parts(summary, state.view.tenor), summary)

left, right = st.columns(2, gap="large")
with left:
    figures.draw(totals.sales(summary), summary)
with right:
    figures.draw(totals.funds(summary), summary)

figures.draw(by_day.repo(summary), summary)

left, right = st.columns(2, gap="large")
with left:
    figures.draw(totals.taxpayer(summary), summary)
with right:
    figures.draw(events.timeline(summary), summary)

if state.world.scenario.auctions:
    figures.draw(events.issues(summary), summary)

parts.assumptions()
keep.keep_here(state)
doubt.robust_button("sandbox.doubt")
exports.draw(state, summary)
st.html(heads.marker(s.digest(state)))
