"""The sandbox page: a finished comparison first, then the charts behind it."""

import streamlit as st

from ui import charts, layout, scorecard_html
from ui import state as s
from ui.controls import draw_controls, policy_controls, world_controls
from ui.session import current, results

state = current()
with st.sidebar:
    world, policies, draws = st.tabs(["World", "Policies", "Run"])
    with world:
        world_controls(state)
    with policies:
        policy_controls(state)
    with draws:
        draw_controls(state)

summary = results(state)
layout.headline(state, summary)
layout.scorecard(summary)
layout.what_changed(state)

left, right = st.columns(2, gap="large")
with left:
    layout.draw(charts.dislocation(summary), summary)
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
st.html(scorecard_html.marker(s.digest(state)))
