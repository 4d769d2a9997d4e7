"""Random worlds with random policies whose triggers are met, and met no more, within a few days."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from support import strategies as own
from support.policy_strategies import interventions

from models.errors import Refused
from models.scenario import World
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger
from policy.spec import Policy, build_intervention, policy

DAYS = 14
# Levels that random worlds do cross, by metric.
LEVELS = {
    "dislocation_10y_bp": (0.5, 40), "dislocation_30y_bp": (0.5, 40), "off_the_run_10y_bp": (0.5, 15), "basis_bp": (0.5, 150),
    "repo_spread_bp": (9, 60), "dealer_use_pct": (60, 110), "depth_mn": (20, 200), "volatility_bp": (4, 20),
    "auction_tail_bp": (0.1, 3), "dealer_award_pct": (5, 40),
}  # fmt: skip


@cache
@st.composite
def triggers(draw: Any) -> str:
    """A trigger that is often met, and a few days later often no more."""
    metric = draw(st.sampled_from(sorted(LEVELS)))
    level = draw(own.amounts(*LEVELS[metric]))
    return str(Trigger(metric=metric, above=draw(st.booleans()), level=level, days=draw(st.integers(1, 3))))


@cache
@st.composite
def tool(draw: Any) -> Intervention:
    """Any intervention, most of them with a start and a stop that come within the days."""
    drawn = draw(interventions())
    changes = {name: draw(triggers()) for name in ("start", "stop") if name in type(drawn).model_fields}
    if "exit_start" in type(drawn).model_fields:
        changes |= {name: draw(triggers() | st.none()) for name in ("announce", "exit_start")}
    return build_intervention(drawn.name, drawn.settings() | changes) if draw(st.integers(0, 3)) else drawn


@st.composite
def cases(draw: Any) -> tuple[World, Policy, int]:
    """A world, a policy whose rules leave a valid world, and a seed."""
    world = draw(own.worlds(DAYS))
    chosen = policy(draw(st.lists(tool(), min_size=1, max_size=3)))
    try:
        chosen.prepare(world)
    except Refused:
        assume(False)
    return world, chosen, draw(st.integers(0, 10**6))
