"""A run as a film: its days, and the sentence of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.reference.recorded import Recorded
from models.scenario import World
from models.simulation import Run
from ui.film.frames import FilmSetting, Frame, frames_of
from ui.film.sentences import day_sentence


@dataclass(frozen=True)
class Film:
    """One path of one policy, day 0 being the opening."""

    calendar: tuple[dt.date, ...]
    frames: tuple[Frame, ...]

    def sentence(self, day: int) -> str:
        """What happened on a day, in plain words."""
        return day_sentence(self.frames[max(day - 1, 0)], self.frames[day], day)

    @property
    def busiest(self) -> int:
        """The day on which funds must sell most; where they never must, that of the largest dislocation."""
        sold = [frame.forced for frame in self.frames]
        gaps = [frame.dislocation_bp for frame in self.frames]
        return int(np.argmax(sold if max(sold) > 0 else gaps))


def film(run: Run) -> Film:
    """The film of a run's first path."""
    days = len(run.calendar)
    records = [record_of(run, day) for day in range(days)]
    sizes = [0.0] * days
    for auction in run.world.scenario.auctions:
        sizes[auction.day] += auction.size_bn
    return Film(run.calendar, tuple(frames_of(setting_of(run.world), records, sizes)))


def setting_of(world: World) -> FilmSetting:
    """What a film takes from its world."""
    cash = world.funding
    return FilmSetting(world.dealers.unhurried_share, cash.slack_bn, cash.recycled_share)


def record_of(run: Run, day: int) -> Recorded:
    """A day of the first path as the browser's engine records it."""
    return Recorded(**{name: _figures(run[name][day, ..., 0]) for name in Recorded._fields})


def _figures(values: np.ndarray) -> Any:
    return tuple(values.tolist()) if values.ndim else float(values)
