"""False alarms: how often a trigger would have been met in calm and in episodes that healed by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.library import shipped
from models.simulation import Run
from models.stack import Flags
from policy.comparison import compare, compare_central
from policy.interventions.triggers import NEVER, Start, Trigger, days_since_start
from policy.outcomes.summary import view_after

# Calm, and the episodes in which the Fed bought nothing and opened no facility that was not standing already.
QUIET = ("calm", "april_2025", "march_2023", "october_2025")
PATHS = 256


@dataclass(frozen=True)
class Alarm:
    """How often a start is met in a world without action: share of random paths, and whether on the path that happened."""

    world: str
    share: float
    happened: bool


def alarms(starts: Sequence[Start], seed: int, paths: int = PATHS) -> dict[str, tuple[Alarm, ...]]:
    """For every trigger, by its text, how often each quiet world meets it. Dates are no triggers and left out."""
    triggers = {str(start): start for start in starts if isinstance(start, Trigger)}
    told: dict[str, list[Alarm]] = {name: [] for name in triggers}
    for name in QUIET if triggers else ():
        world = shipped(name)
        run, central = compare(world, (), paths, seed).baseline, compare_central(world, ()).baseline
        for text, trigger in triggers.items():
            told[text].append(
                Alarm(name, float(_met(trigger, run).mean()), bool(_met(trigger, central).any()))
            )
    return {text: tuple(rows) for text, rows in told.items()}


def _met(trigger: Trigger, run: Run) -> Flags:
    """Whether the trigger is ever met, by path: read on the morning after the run."""
    days = len(run.calendar) - 1
    since = days_since_start(trigger, view_after(run, days + 1))
    return np.asarray(since > NEVER)
