"""The answer under the finger: what a browser needs to run this screen's market itself while a lever moves."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models import series
from models.parameters.base import TENORS
from policy.outcomes.terms import TERMS
from policy.ranking.criteria import CRITERIA
from policy.ranking.verdict import MOVED, PRICE_GROUPS
from ui.charts.styles import SOLID, styles
from ui.comparison.answer import FIGURES
from ui.live import files, levers
from ui.live.data import as_data
from ui.state.state import State
from ui.words import amounts, endings

KEY = "finger"
CRISES = 100  # that a share and a tail need
YIELDS, DEALERS = "follow_yields", "follow_dealers"  # keys of the containers of the charts that follow
CENTRAL = "While you move: the central path in {unit}, shocks of their usual size without noise."

CSS = f"<style>{levers.asset('finger.css')}</style>"  # the page's own, as what is drawn stands in the page

# A name that no page can read as its own.
_mount = st.components.v2.component(
    "backstop_finger", js="".join(levers.asset(name) for name in ("drawing.js", "crowd.js", "finger.js"))
)


def draw(state: State) -> None:
    """Last on the page, so that it costs the answer nothing; nothing where the browser's engine does not know a policy."""
    from policy.reference.reading import tools_of  # many files, which the first answer need not wait for

    calendar = state.world.scenario.calendar
    try:
        policies = [as_data(tools_of(p.interventions, calendar)) for p in state.policies]
    except KeyError:
        return
    _mount(key=KEY, data=_data(state, policies))


def _data(state: State, policies: list[Any]) -> dict[str, Any]:
    from policy.reference.reading import counted_of, weighing_of

    world, calendar = state.world, state.world.scenario.calendar
    drawn = styles(state.policies)
    return {
        "heard": levers.heard(),
        "files": files.folder(),
        "world": world.model_dump(mode="json"),
        "policies": policies,
        "seed": state.seed,
        "paths": min(CRISES, state.paths),
        "counted": as_data(counted_of(TERMS)),
        "weighing": as_data(weighing_of(CRITERIA, state.counting.weights, PRICE_GROUPS, MOVED)),
        "criteria": [c.key for c in CRITERIA],
        "figures": FIGURES,
        "ends": [name.lower() for name in endings.NAMES],
        "names": [style.name for style in drawn],
        "lines": [
            {"colour": x.colour, "dash": "" if x.dash == SOLID else " ".join(map(str, x.dash))} for x in drawn
        ],
        "dates": [amounts.date_words(day) for day in calendar],
        "charts": _charts(state),
    }


def _charts(state: State) -> list[dict[str, Any]]:
    ten = TENORS.index(10)
    opening = state.world.scenario.opening_yields_pct[ten]
    return [
        {
            "place": YIELDS, "series": series.YIELD, "row": ten, "times": 100.0, "less": opening, "from": -5.0, "to": 5.0,
            "level": None, "note": CENTRAL.format(unit="bp"),
        },
        {
            "place": DEALERS, "series": series.DEALER_USE, "row": None, "times": 1.0, "less": 0.0, "from": 70.0, "to": 100.0,
            "level": 100.0, "note": CENTRAL.format(unit="%"),
        },
    ]  # fmt: skip
