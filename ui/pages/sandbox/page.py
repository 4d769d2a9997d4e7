"""The sandbox page: the answer first, yields and dealers below it, everything else one click down."""

import time

import streamlit as st

from ui.comparison import by_day
from ui.html import heads
from ui.live import finger
from ui.pages.sandbox import parts
from ui.state import state as s
from ui.state.session import current, results
from ui.widgets import doubt, figures, frame

BREATH = 0.06  # seconds; a browser that gets everything at once draws nothing until it has worked through all of it

state = current()
summary = results(state)
parts.answer(state, summary)
# The answer first: a breath lets the browser draw what it has before more comes, and the levers follow after it.
time.sleep(BREATH)
frame.levers(state)

left, right = st.columns(2, gap="large")
with left, st.container(key=finger.YIELDS):
    figures.draw(by_day.yields(summary), summary)
with right, st.container(key=finger.DEALERS):
    figures.draw(by_day.dealers(summary), summary)

parts.aside(state, summary)
parts.closer(state, summary)
parts.assumptions()
parts.kept(state)
doubt.robust_button("sandbox.doubt")
st.html(heads.marker(s.digest(state)))
finger.draw(state)
