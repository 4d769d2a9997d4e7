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
from ui.charts.figure import Figure
from ui.charts.kinds import Axis, Line, Mark, Points
from ui.charts.styles import NEUTRAL, shaped
from ui.state import state as s
from ui.state.state import State
from ui.words import amounts, factors

FRONT = shaped("On the frontier", "#5B6C9D", "circle")
NOISE = shaped("Within noise of it", "#8C8C3C", "square")
BEATEN = shaped("Beaten", NEUTRAL, "cross")
YOURS = shaped("Your design", "#C2456B", "diamond")
KINDS = (FRONT, NOISE, BEATEN, YOURS)
STATUS_KIND = {"frontier": FRONT.name, "noise": NOISE.name, "beaten": BEATEN.name}
PICK = "pick"
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


def figures_words(marks: Found, k: int) -> str:
    """A design's outcomes on the aims."""
    return ", ".join(
        f"{plainly(aim.title)} {amounts.amount(float(marks.frontier.means[k, j]), aim.unit)}"
        for j, aim in enumerate(marks.aims)
    )


def option(marks: Found, k: int) -> str:
    """A design in a list."""
    name = "Your design" if k == 0 else f"Design {k}"
    return f"{name}: {settings_words(marks.designs, k)} → {figures_words(marks, k)}"


def visible(gain: Improvement) -> bool:
    """Whether a gain can be seen at the digits on screen."""
    return abs(gain.gain.value) >= VISIBLE.get(gain.aim.unit, 0.05)


def title(marks: Found, gains: Sequence[Improvement]) -> str:
    """How far the current design is from the frontier."""
    shown = [g for g in gains if visible(g)]
    own = marks.frontier.status[0]
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
    return f"Your design is beaten: others {' or '.join(parts)} and do no worse on the other aim{'s' if len(marks.aims) > 2 else ''}"


def gain_lines(marks: Found, gains: Sequence[Improvement]) -> list[str]:
    """The same with intervals and the designs that do it."""
    return [
        f"Design {g.design} ({settings_words(marks.designs, g.design)}): "
        f"{plainly(g.aim.title)} {'higher' if g.aim.direction == 'high' else 'lower'} by {amounts.amount(g.gain.value, g.aim.unit)} (95% interval {amounts.amount(g.gain.low, g.aim.unit)} to "
        f"{amounts.amount(g.gain.high, g.aim.unit)}), no worse on the rest."
        for g in gains
        if visible(g)
    ]


def chart(terms: Found, gains: Sequence[Improvement], chosen: int | None) -> Figure:
    """All designs by two aims: first upwards, second to the right; the third, where there is one, as size."""
    designs, front = terms.designs, terms.frontier
    x, y = terms.aims[1], terms.aims[0]
    marks = [_mark(terms, k, chosen) for k in range(len(designs.settings))]
    order = [s.name for s in (BEATEN, NOISE, FRONT, YOURS)]
    line = [m for m in sorted(marks, key=lambda m: float(m.x)) if m.says[3] == FRONT.name]
    told = "; ".join(": ".join(m.says[:3]) for m in marks if m.says[3] == FRONT.name or m.key == 0)
    chart = Points(
        tuple(sorted(marks, key=lambda m: order.index(m.series))), KINDS, Axis(axis_title(x), count=6, padding=14),
        Axis(axis_title(y), count=6, padding=14), f"Designs by {plainly(y.title)} and {plainly(x.title)}. {told}.", height=430,
        tips=("Design", "Settings", "Outcomes", "Status"), pick=PICK,
        lines=() if len(terms.aims) > 2 else (Line(FRONT, np.array([m.x for m in line]), np.array([m.y for m in line]), width=1.4, step=True),),
    )  # fmt: skip
    counts = {k: front.status.count(k) for k in ("frontier", "noise", "beaten")}
    note = (
        f"Your design and {len(marks) - 1} others on the same {designs.search.paths} paths: {counts['frontier']} on the frontier, {counts['noise']} within "
        f"noise, {counts['beaten']} beaten by a design that is no worse on any aim and clearly better on one (paired 95% interval). "
        f"Better is {_where(x, 'right', 'left')} and {_where(y, 'up', 'down')}"
        + (f"; the larger the mark, the more {plainly(terms.aims[2].title)}" if len(terms.aims) > 2 else "")
        + ". Click a mark, or choose below."
    )
    legend = tuple(style for style in KINDS if style.name in {m.series for m in marks})
    unit = " and ".join(dict.fromkeys(a.unit for a in terms.aims))
    return Figure("frontier", title(terms, gains), note, unit, (chart,), table(terms), legend, CAVEAT)


def _mark(marks: Found, k: int, chosen: int | None) -> Mark:
    """A design; a third aim is its size, else the current one stands out and beaten ones stay back."""
    means, status = marks.frontier.means, STATUS_KIND[marks.frontier.status[k]]
    name, kind = ("Your design", YOURS.name) if k == 0 else (f"Design {k}", status)
    size = {YOURS.name: 260.0, BEATEN.name: 45.0}.get(kind, 95.0)
    if len(marks.aims) > 2:
        third = means[:, 2]
        size = 40 + 280 * float((third[k] - third.min()) / ((third.max() - third.min()) or 1.0))
    says = (name, settings_words(marks.designs, k), figures_words(marks, k), status)
    return Mark(
        float(means[k, 1]), float(means[k, 0]), kind, says, label=name if k == 0 else "", place="above", strong=True, size=size,
        ringed=k == chosen, key=k,
    )  # fmt: skip


def axis_title(aim: Metric) -> str:
    return f"{aim.title}, {aim.unit}"


def _where(aim: Metric, high: str, low: str) -> str:
    return high if aim.direction == "high" else low


def table(marks: Found) -> pd.DataFrame:
    """Every design: settings, outcomes with the error of their mean, status."""
    designs = marks.designs
    data: dict[str, Any] = {"Design": ["yours", *range(1, len(designs.settings))]}
    for j, x in enumerate(designs.search.factors):
        values = [x.value(float(v)) for v in designs.settings[:, j]]
        data[f"{factors.name(x)}{f', {x.unit}' if x.unit else ''}"] = values
    for j, aim in enumerate(marks.aims):
        data[f"{aim.title}, {aim.unit}"] = marks.frontier.means[:, j]
        data[f"± (95%) {aim.title}"] = (
            1.96 * marks.costs[j].std(axis=1, ddof=1) / np.sqrt(marks.costs.shape[2])
        )
    data["Status"] = [STATUS_KIND[x] for x in marks.frontier.status]
    return pd.DataFrame(data)


# A design becomes the policy


def with_design(state: State, index: int, designs: Designs, k: int) -> State:
    """The state with a policy's settings as a design has them; its name stays. Raises `Refused`."""
    old, designed = state.policies[index], designs.policy(k)
    new: Policy = policy(designed.interventions, s.own_label(old))
    return s.with_policies(state, (*state.policies[:index], new, *state.policies[index + 1 :]))
