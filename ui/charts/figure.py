"""A figure of a page: the finding as its title, its charts as values, and their numbers as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from models import MODEL_VERSION
from models.scenario import World
from policy.spec import Policy
from ui.charts.kinds import Chart
from ui.charts.styles import Style


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


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart or several: the finding as title, a line on how to read it, and its numbers as a table."""

    key: str
    title: str
    note: str
    unit: str
    panels: tuple[Chart, ...]
    table: pd.DataFrame
    legend: tuple[Style, ...] = ()
    after: str = ""


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
