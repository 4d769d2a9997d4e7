"""The best design of a policy: the frontier as a chart, sentences on how far the current design is from it, and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from policy.outcomes.metric import Metric
from policy.outcomes.summary import VISIBLE
from policy.spec import Policy, policy
from policy.studies.design import Designs
from policy.studies.frontier import Frontier, Improvement
from ui.charts.figure import Figure, Panel, Style
from ui.charts.frontier import COLOURS, KINDS, frontier_spec
from ui.state import state as s
from ui.state.state import State
from ui.words import amounts, factors

STATUS_KIND = {"frontier": KINDS[0], "noise": KINDS[1], "beaten": KINDS[2]}
CAVEAT = (
    "Found among the designs that were tried, on one set of random paths: a finer search may find slightly better ones, and the best "
    "of many looks a little better than it is. Leverage is today's here; what funds do if they expect a design is in section 2."
)


@dataclass(frozen=True, eq=False)
class Found:
    """Designs, their costs by path and their frontier on chosen aims."""

    designs: Designs
    costs: Any
    frontier: Frontier

    @property
    def aims(self) -> tuple[Metric, ...]:
        return self.frontier.aims


def plainly(title: str) -> str:
    """An outcome's title inside a sentence."""
    return title if title.startswith(("Fed", "Treasury")) else f"{title[0].lower()}{title[1:]}"


def settings_words(designs: Designs, k: int) -> str:
    """A design's searched settings."""
    pairs = zip(designs.search.factors, designs.settings[k], strict=True)
    return ", ".join(f"{plainly(factors.name(x))} {factors.value(x, float(v))}" for x, v in pairs)


def figures_words(found: Found, k: int) -> str:
    """A design's outcomes on the aims."""
    return ", ".join(
        f"{plainly(aim.title)} {amounts.amount(float(found.frontier.means[k, j]), aim.unit)}"
        for j, aim in enumerate(found.aims)
    )


def option(found: Found, k: int) -> str:
    """A design in a list."""
    name = "Your design" if k == 0 else f"Design {k}"
    return f"{name}: {settings_words(found.designs, k)} → {figures_words(found, k)}"


def visible(gain: Improvement) -> bool:
    """Whether a gain can be seen at the digits on screen."""
    return abs(gain.gain.value) >= VISIBLE.get(gain.aim.unit, 0.05)


def title(found: Found, gains: Sequence[Improvement]) -> str:
    """How far the current design is from the frontier."""
    shown = [g for g in gains if visible(g)]
    own = found.frontier.status[0]
    if own == "frontier":
        return "Your design is on the frontier: none that was tried is better on one aim and no worse on the others"
    if own == "noise":
        return "Your design is as good as the frontier: no design that was tried is clearly better"
    if not shown:
        return "Your design is next to the frontier: what others gain is too small to show"
    parts = [
        f"{'raise' if g.aim.direction == 'high' else 'lower'} {plainly(g.aim.title)} by {amounts.amount(g.gain.value, g.aim.unit)}"
        for g in shown
    ]
    return f"Your design is beaten: others {' or '.join(parts)} and do no worse on the other aim{'s' if len(found.aims) > 2 else ''}"


def gain_lines(found: Found, gains: Sequence[Improvement]) -> list[str]:
    """The same with intervals and the designs that do it."""
    return [
        f"Design {g.design} ({settings_words(found.designs, g.design)}): "
        f"{plainly(g.aim.title)} {'higher' if g.aim.direction == 'high' else 'lower'} by {amounts.amount(g.gain.value, g.aim.unit)} (95% interval {amounts.amount(g.gain.low, g.aim.unit)} to "
        f"{amounts.amount(g.gain.high, g.aim.unit)}), no worse on the rest."
        for g in gains
        if visible(g)
    ]


def chart(found: Found, gains: Sequence[Improvement], chosen: int | None) -> Figure:
    """All designs by two aims: first upwards, second to the right; the third, where there is one, as size."""
    designs, front = found.designs, found.frontier
    rows = []
    for k in range(len(designs.settings)):
        kind = KINDS[3] if k == 0 else STATUS_KIND[front.status[k]]
        third = float(front.means[k, 2]) if len(found.aims) > 2 else 0.0
        rows.append(
            (k, float(front.means[k, 1]), float(front.means[k, 0]), third, kind, "Your design" if k == 0 else f"Design {k}",
             settings_words(designs, k), figures_words(found, k), STATUS_KIND[front.status[k]], k == chosen)
        )  # fmt: skip
    frame = pd.DataFrame(
        rows,
        columns=["Design", "X", "Y", "Third", "Kind", "Name", "Settings", "Outcomes", "Status", "Chosen"],
    )
    frame = frame.sort_values("Kind", key=lambda c: c.map({k: n for n, k in enumerate((KINDS[2], KINDS[1], KINDS[0], KINDS[3]))}), kind="stable")  # fmt: skip
    x, y = found.aims[1], found.aims[0]
    spec = frontier_spec(axis_title(x), axis_title(y), found.aims[2].title if len(found.aims) > 2 else "")
    counts = {k: front.status.count(k) for k in ("frontier", "noise", "beaten")}
    note = (
        f"{len(rows)} designs on the same {designs.search.paths} paths: {counts['frontier']} on the frontier, {counts['noise']} within "
        f"noise, {counts['beaten']} beaten by a design that is no worse on any aim and clearly better on one (paired 95% interval). "
        f"Better is {_where(x, 'right', 'left')} and {_where(y, 'up', 'down')}"
        + (f"; the larger the mark, the more {plainly(found.aims[2].title)}" if len(found.aims) > 2 else "")
        + ". Click a mark, or choose below."
    )
    told = "; ".join(f"{r[5]}: {r[6]}: {r[7]}" for r in rows if r[8] == KINDS[0] or r[0] == 0)
    legend = tuple(
        Style(k, c, (-1, 0)) for k, c in zip(KINDS, COLOURS, strict=True) if k in set(frame["Kind"])
    )
    return Figure(
        "frontier", title(found, gains), note, " and ".join(dict.fromkeys(a.unit for a in found.aims)),
        (Panel(frame, spec, f"Designs by {plainly(y.title)} and {plainly(x.title)}. {told}."),), table(found), legend, CAVEAT,
    )  # fmt: skip


def axis_title(aim: Metric) -> str:
    return f"{aim.title}, {aim.unit}"


def _where(aim: Metric, high: str, low: str) -> str:
    return high if aim.direction == "high" else low


def table(found: Found) -> pd.DataFrame:
    """Every design: settings, outcomes with the error of their mean, status."""
    designs = found.designs
    data: dict[str, Any] = {"Design": ["yours", *range(1, len(designs.settings))]}
    for j, x in enumerate(designs.search.factors):
        values = [x.value(float(v)) for v in designs.settings[:, j]]
        data[f"{factors.name(x)}{f', {x.unit}' if x.unit else ''}"] = values
    for j, aim in enumerate(found.aims):
        data[f"{aim.title}, {aim.unit}"] = found.frontier.means[:, j]
        data[f"± (95%) {aim.title}"] = (
            1.96 * found.costs[j].std(axis=1, ddof=1) / np.sqrt(found.costs.shape[2])
        )
    data["Status"] = [STATUS_KIND[x] for x in found.frontier.status]
    return pd.DataFrame(data)


# A design becomes the policy


def with_design(state: State, index: int, designs: Designs, k: int) -> State:
    """The state with a policy's settings as a design has them; its name stays. Raises `Refused`."""
    old, made = state.policies[index], designs.policy(k)
    new: Policy = policy(made.interventions, s.own_label(old))
    return s.with_policies(state, (*state.policies[:index], new, *state.policies[index + 1 :]))
