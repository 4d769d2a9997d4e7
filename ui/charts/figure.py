"""Charts of a list of policies: a small frame, a Vega-Lite specification without data, a title that says the finding.

Specifications depend only on names, colours and axes and are built once; the frame carries the numbers. So a new
result changes data alone and the browser redraws without building the chart again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from models import MODEL_VERSION
from models.scenario import World
from policy.spec import Policy
from ui.words import names as words

# Mid-tones that keep a contrast of at least 3:1 on the light and on the dark page, told apart by colour-blind readers;
# line patterns say the same a second time.
COLOURS = ("#7F8792", "#D55E00", "#1B83C9", "#009E73", "#B3589A", "#A67C00", "#6F63C7", "#A0614A")
DASHES = ((4, 3), (1, 0), (9, 4), (12, 3, 2, 3), (5, 2), (2, 2, 6, 2), (14, 4), (4, 4))
SLOTS = {"none": 0, "outright": 1, "repo": 2, "hedged-auction": 3, "actual": 4, "hedged-purchases": 6}
STRATEGY_COLOURS = ("#6F63C7", "#C2456B", "#B08900")


class Source(Protocol):
    """What numbers belong to, as the head of a file says it: a summary, or a page's own run."""

    @property
    def world(self) -> World: ...
    @property
    def policies(self) -> tuple[Policy, ...]: ...
    @property
    def seed(self) -> int: ...
    @property
    def paths(self) -> int: ...
    @property
    def model_version(self) -> int: ...


@dataclass(frozen=True)
class Style:
    """How a policy is drawn in every chart and theme."""

    name: str
    colour: str
    dash: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """One drawing: its frame, its specification and its text for those who cannot see it."""

    frame: pd.DataFrame
    spec: dict[str, Any]
    alt: str
    heading: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart: the finding as title, a line on how to read it, its panels, and its numbers as a table."""

    key: str
    title: str
    note: str
    unit: str
    panels: tuple[Panel, ...]
    table: pd.DataFrame
    legend: tuple[Style, ...] = ()
    after: str = ""


def styles(policies: Sequence[Policy]) -> tuple[Style, ...]:
    """Each kind of policy has its own colour; a second one of a kind takes the next free."""
    taken: set[int] = set()
    slots = []
    for made in policies:
        own = SLOTS.get(made.interventions[0].name, 5) if len(made.interventions) == 1 else 5
        free = [k for k in (own, 5, 6, 7, 4, 3, 2, 1, 0) if k not in taken]
        slots.append(free[0] if free else own)
        taken.add(slots[-1])
    names = words.policy_names(policies)
    return tuple(Style(n, COLOURS[k], DASHES[k]) for n, k in zip(names, slots, strict=True))


def common_domain(blocks: Sequence[np.ndarray], step: float = 10.0) -> tuple[float, float]:
    low = min(float(b.min()) for b in blocks)
    high = max(float(b.max()) for b in blocks)
    return (float(np.floor((low - 1) / step) * step), float(np.ceil((high + 1) / step) * step))


@dataclass(frozen=True)
class Origin:
    """What a figure's numbers belong to, as the head of its file says it."""

    world: World
    policies: tuple[Policy, ...]
    seed: int
    paths: int
    model_version: int = MODEL_VERSION

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        return self.world.scenario.calendar
