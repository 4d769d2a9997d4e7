"""Which designs nobody beats on chosen outcomes, with sampling noise honoured: means decide what is no worse, paired
intervals what is clearly better (the rule of `policy.ranking`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.errors import Refused
from models.stack import Array, Flags
from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import METRICS
from policy.outcomes.statistics import NOISE, WIDTH, Gap, gap

Status = Literal["frontier", "noise", "beaten"]


# Every outcome that has a direction. Losses spared count as a cost here: help that funds may come to expect.
OBJECTIVES = tuple(m for m in METRICS if m.direction != "neither")


def objective(key: str) -> Metric:
    """The outcome of a key as an aim. Raises `Refused`."""
    known = next((m for m in OBJECTIVES if m.key == key), None)
    if known is None:
        raise Refused(f"outcome {key!r} cannot be an aim; known: {', '.join(m.key for m in OBJECTIVES)}")
    return known


def different(aims: Sequence[Metric]) -> None:
    """That they are two or three aims, each once. Raises `Refused`."""
    if not 2 <= len(aims) <= 3 or len({a.key for a in aims}) < len(aims):
        raise Refused(f"{len(aims)} aims are refused: choose two or three different outcomes")


@dataclass(frozen=True, eq=False)
class Frontier:
    """Which designs nobody beats. `means` (design, aim) are in the outcomes' own units.

    A design is on the frontier where no other is at least as good on all aims and better on one, by the means; within
    noise where others are, but none clearly; beaten where one is no worse on any and clearly better on one.
    """

    aims: tuple[Metric, ...]
    means: Array
    status: tuple[Status, ...]
    beaten_by: Flags  # (design, design): whether the first is clearly beaten by the second

    def having(self, status: Status) -> tuple[int, ...]:
        """Designs of a status, ordered by the first aim, best first."""
        places = [k for k, own in enumerate(self.status) if own == status]
        return tuple(sorted(places, key=lambda k: self.aims[0].sign * self.means[k, 0]))


def frontier(costs: Array, aims: Sequence[Metric]) -> Frontier:
    """The frontier for two or three aims, from costs by path, lower is better (aim, design, path). Raises `Refused`."""
    different(aims)
    better = no_worse(costs)
    clearly = np.logical_and(better, clearly_better(costs).any(axis=0))
    status: tuple[Status, ...] = tuple(
        "frontier" if not any_better else "beaten" if any_clear else "noise"
        for any_better, any_clear in zip(_some(better), _some(clearly), strict=True)
    )
    signs = np.array([aim.sign for aim in aims])
    return Frontier(tuple(aims), (costs.mean(axis=-1) * signs[:, None]).T, status, clearly)


def _some(flags: Flags) -> list[bool]:
    return [bool(row.any()) for row in flags]


def no_worse(costs: Array) -> Flags:
    """From costs (aim, design, path): whether the second design is no worse than the first on all means and better on one."""
    lead = _leads(costs)
    return np.asarray((lead >= -NOISE).all(axis=0) & (lead > NOISE).any(axis=0))


def clearly_better(costs: Array) -> Flags:
    """Whether the second design is better than the first by more than its paired 95% interval, (aim, design, design)."""
    lead = _leads(costs)
    paths = costs.shape[-1]
    error = np.zeros_like(lead)
    if paths > 1:
        for k, own in enumerate(costs):
            spread = np.cov(own)
            own_variance = np.diag(spread)
            paired = own_variance[:, None] + own_variance[None, :] - 2 * spread
            error[k] = np.sqrt(np.maximum(paired, 0.0) / paths)
    return np.asarray((lead > NOISE) & (lead > WIDTH * error))


def _leads(costs: Array) -> Array:
    """By how much the second design's mean cost is below the first's, (aim, design, design)."""
    mean = costs.mean(axis=-1)
    return np.asarray(mean[:, :, None] - mean[:, None, :])


@dataclass(frozen=True)
class Improvement:
    """The most that a design which beats another gains on one aim, at no worse on the others. `gain` is positive when better."""

    aim: Metric
    design: int
    gain: Gap


def improvements(costs: Array, frontier: Frontier, k: int = 0) -> tuple[Improvement, ...]:
    """How far a design is from the frontier: by aim, the largest clear gain among designs that beat it.

    `costs` are those of the frontier; gains are positive and in the outcome's own unit.
    """
    rivals = np.flatnonzero(frontier.beaten_by[k])
    listed = []
    for aim, own in zip(frontier.aims, costs, strict=True):
        gains = [(int(j), gap(own[k], own[j])) for j in rivals]
        clear = [(j, g) for j, g in gains if g.clear and g.value > 0]
        if clear:
            j, most = max(clear, key=lambda row: row[1].value)
            listed.append(Improvement(aim, j, most))
    return tuple(listed)
