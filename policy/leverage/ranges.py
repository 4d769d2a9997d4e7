"""Induced leverage and its cost over what nobody has estimated: the market's runs stay, only the equilibrium is solved again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from models.stack import Array
from policy.leverage.assumptions import ASSUMPTIONS, Extremes, Swing, Unknown, corners
from policy.leverage.equilibrium import selected
from policy.leverage.game import Game
from policy.leverage.measurement import Note, Sample, silent
from policy.leverage.runs import Measured
from policy.leverage.who_pays import (
    PolicyOutcome,
    WhoPays,
    WithError,
    anchored_to,
    choice_of,
    outcome_of,
)

Read = Callable[[PolicyOutcome], WithError | None]


def over_assumptions(game: WhoPays, note: Note = silent) -> WhoPays:
    """The same game with ranges over all assumptions and what each does alone. `note` may raise to stop."""
    note("trying other assumptions")
    points = corners(game.game)
    alone = [game.game.model_copy(update={a.name: end}) for a in ASSUMPTIONS for end in a.ends(game.game)]
    figures = _figures(game.runs, (*points, *alone))
    outcomes = []
    for n, outcome in enumerate(game.outcomes):
        ends = _Ends(game.runs, game.runs.shown[n], points)
        leverage, loss = (
            _unknown(ends, figures[k, :, n], read)
            for k, read in enumerate((lambda o: o.leverage_change_pct, lambda o: o.moral_hazard_loss))
        )
        outcomes.append(replace(outcome, leverage_unknown=leverage, loss_unknown=loss))
    return replace(game, outcomes=tuple(outcomes))


def _figures(runs: Measured, games: Sequence[Game]) -> Array:
    """Change of leverage in % and moral-hazard loss in $bn a year, (2, game, policy); nan where there is no equilibrium."""
    rows = []
    for game in games:
        choice = choice_of(runs, game, runs.precedent(game))
        row = []
        for sample in runs.shown:
            crossing = selected(sample.losses(game.franchise_value), choice)
            if crossing is None:
                row.append((np.nan, np.nan))
                continue
            there = game.frequency(crossing.scale) * sample.waste_at(crossing.scale)
            extra = there - game.crises_a_year * runs.base(sample.policy).waste_at(1.0)
            row.append((100 * (crossing.scale - 1), float(np.add.reduce(extra))))
        rows.append(row)
    return np.moveaxis(np.array(rows), -1, 0)


class _Ends:
    """A policy's outcomes with errors at some of the points, each solved once."""

    def __init__(self, runs: Measured, sample: Sample, points: Sequence[Game]) -> None:
        self._runs, self._sample, self._points = runs, sample, points
        self._known: dict[int, PolicyOutcome] = {}

    def __len__(self) -> int:
        return len(self._points)

    def __getitem__(self, point: int) -> PolicyOutcome:
        if point not in self._known:
            anchor = anchored_to(self._runs, self._points[point])
            base = self._runs.base(self._sample.policy)
            self._known[point] = outcome_of(self._sample, base, anchor)
        return self._known[point]


def _unknown(ends: _Ends, values: Array, read: Read) -> Unknown | None:
    """A figure's range over the points and its swings over what follows them; None where no point has an equilibrium."""
    over, alone = values[: len(ends)], values[len(ends) :].reshape(-1, 2)
    if np.isnan(over).all():
        return None
    low, high = (read(ends[int(find(over))]) for find in (np.nanargmin, np.nanargmax))
    assert low is not None and high is not None, "an end of the range has an equilibrium"
    swings = (
        Swing(a, float(x), float(y))
        for a, (x, y) in zip(ASSUMPTIONS, alone, strict=True)
        if not np.isnan([x, y]).any()
    )
    return Unknown(
        Extremes(low.value, low.se, high.value, high.se),
        tuple(sorted(swings, key=lambda s: -s.width)),
    )
