"""Moral hazard on the winner map: on a coarse grid, what the leverage that funds choose beforehand adds to the ranking.

The fine map ranks outcomes at today's leverage. Here each cell solves the ex-ante game of `policy.leverage.who_pays` as well, and
the moral-hazard loss counts as one further criterion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from models.errors import Refused
from models.stack import Array
from models.worlds import revised
from policy.comparison import arms
from policy.leverage.game import Game
from policy.leverage.who_pays import PolicyOutcome, who_pays
from policy.outcomes.terms import TERMS, Terms
from policy.ranking.criteria import MOST, Weights
from policy.ranking.ranking import Winners
from policy.studies.executors import Pool, finished
from policy.studies.winner_map import Cells, MapCell, MapProgress, Picture, Question, Task, cell, computed
from policy.studies.winner_reading import led, points

SIDE = 6
WORTH = 0.4
WORTH_MEANING = (
    "$0.4bn a year of moral-hazard loss are one point: what $5bn a crisis are at one crisis in twelve years."
)
ACCURACY = {"paths": 64, "scales": 6, "probe_scales": 15, "resamples": 60}


@dataclass(frozen=True)
class GameTask:
    """One cell in which the game is to be solved."""

    task: Task
    game: Game
    terms: Terms


@dataclass(frozen=True)
class Played:
    """A cell's outcomes, and its moral-hazard loss by policy with standard errors, $bn a year (policy,)."""

    cells: Cells
    loss: Array | None
    error: Array | None


@dataclass
class GamePicture:
    """A coarse map with the game. `outcomes` is an ordinary picture of the same cells; losses are (x, y, policy)."""

    question: Question
    game: Game
    terms: Terms = TERMS
    outcomes: Picture = field(init=False)
    loss: Array = field(init=False)
    error: Array = field(init=False)

    def __post_init__(self) -> None:
        self.outcomes = Picture(self.question)
        self.loss = np.full((*self.outcomes.shape, len(self.question.policies)), np.nan)
        self.error = np.full_like(self.loss, np.nan)

    def add(self, played: Played) -> None:
        """Put a finished cell in its place."""
        for at in played.cells.at:
            self.loss[at], self.error[at] = played.loss, played.error
        self.outcomes.add(played.cells)


def coarse(game: Game) -> Game:
    """The same game at the accuracy of a map's cell."""
    return revised(game, **ACCURACY)


def play(given: GameTask) -> Played:
    """Solve one cell. A cell without a valid world or without an equilibrium is refused with the reason."""
    (at,) = given.task.at
    try:
        world, policies = cell(given.task.question, at)
        solved = who_pays(world, policies, given.task.question.seed, given.game, given.terms).outcomes
        order = [p.label for p in arms(policies)]
        figures = [_loss(next(o for o in solved if o.label == label)) for label in order]
    except Refused as refusal:
        empty = computed(Task(given.task.question, ()))
        nothing = Cells((), empty.means, empty.spread, empty.covariance, ((at, str(refusal)),))
        return Played(nothing, None, None)
    loss, error = np.array(figures).T
    return Played(computed(given.task), loss, error)


def _loss(outcome: PolicyOutcome) -> tuple[float, float]:
    if outcome.moral_hazard_loss is None:
        raise Refused(f"funds' replies only jump under {outcome.label}, so there is no leverage to rank at")
    return outcome.moral_hazard_loss.value, outcome.moral_hazard_loss.se


def fill(picture: GamePicture, pool: Pool) -> Iterator[MapProgress]:
    """Solve what is missing, cell by cell; as `policy.studies.winner_map.fill`."""
    known = picture.outcomes.known
    missing: list[MapCell] = [(int(i), int(j)) for i, j in np.argwhere(~known)]
    jobs = (GameTask(Task(picture.question, (at,)), picture.game, picture.terms) for at in missing)
    for done in finished(pool, play, jobs):
        if done.result is None:
            raise done.error or RuntimeError("a cell of the map gave nothing")
        picture.add(done.result)
        yield MapProgress(int(known.sum()), known.size, picture.outcomes.stage)


def winners(picture: GamePicture, weights: Weights, weight: float) -> Winners:
    """The winner of every cell by `scored`. Raises `Refused`."""
    return led(*scored(picture, weights, weight))


def scored(picture: GamePicture, weights: Weights, weight: float) -> tuple[Array, Array]:
    """`winner_reading.points` with the moral-hazard loss counted at `weight` (0 to 10). Raises `Refused`.

    The losses' errors are taken as independent of each other and of the outcomes', which overstates the noise.
    """
    if not 0 <= weight <= MOST:
        raise Refused(
            f"weight of moral hazard = {weight:g} is out of bounds: it must be between 0 and {MOST:g}"
        )
    means, covariance = points(picture.outcomes, weights)
    own = np.eye(picture.loss.shape[-1]) * (weight / WORTH * picture.error[..., None]) ** 2
    return means + weight / WORTH * picture.loss, covariance + own
