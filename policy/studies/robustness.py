"""How often a ranking of policies holds: over rival structures of the market and over parameters that fit it as well.

All draws of all structures see the same shocks. The first draw of a structure is its fit itself.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial

import numpy as np

from models.errors import Refused
from models.scenario import World
from models.stack import Array
from policy import golden
from policy.comparison import MOST_PATHS, arms
from policy.outcomes.scorecard import BY_KEY
from policy.ranking.criteria import DEFAULT_WEIGHTS, Weights
from policy.ranking.verdict import verdict
from policy.spec import Policy, print_policy
from policy.studies import batch
from policy.studies.draws import USUAL, drawn_world, parameter_draws, rival
from policy.studies.evaluation import Evaluator, Kept, Note, silent
from policy.studies.executors import Pool
from policy.studies.held import KEYS, VERDICTS, Robustness, Verdicts, rankings_document

DRAWS = 8  # of each structure
MOST_DRAWS = 1000
PATHS = 64
BATCH = 4  # draws evaluated together


@dataclass(frozen=True)
class Rivalry:
    """What is asked: policies in a world, under these structures, on common random numbers."""

    world: World
    policies: tuple[Policy, ...]
    structures: tuple[str, ...] = USUAL
    draws: int = DRAWS
    paths: int = PATHS
    seed: int = 1

    def __post_init__(self) -> None:
        for name in self.structures:
            rival(name)
        if not self.structures or len(set(self.structures)) < len(self.structures):
            raise Refused("give at least one structure, and each only once")
        if not 1 <= self.draws <= MOST_DRAWS:
            raise Refused(f"draws = {self.draws} is out of bounds: it must be between 1 and {MOST_DRAWS}")
        if not 2 <= self.paths <= MOST_PATHS:
            raise Refused(f"paths = {self.paths} is out of bounds: it must be between 2 and {MOST_PATHS}")

    @property
    def compared(self) -> tuple[Policy, ...]:
        """The policies, no action first."""
        return arms(self.policies)

    @property
    def points(self) -> Array:
        """Every draw as a row (draw, 2): the structure's place among those asked for, and the draw's number from 0."""
        return np.array([(s, d) for s in range(len(self.structures)) for d in range(self.draws)], float)

    @property
    def name(self) -> str:
        """Sixteen hexadecimal digits that name what a draw depends on: all inputs but how many there are."""
        inputs = [
            self.world.model_dump_json(), [print_policy(p) for p in self.policies], self.structures, self.paths, self.seed,
            golden.stamp(self.world, self.policies),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:16]

    def drawn(self, point: Array) -> World:
        """The world of a draw. Raises `Refused` where there is no valid one."""
        under, number = rival(self.structures[int(point[0])]), int(point[1])
        values = parameter_draws(MOST_DRAWS, self.seed, under.name)[number - 1] if number else {}
        if not number and under.name == USUAL[0]:
            return self.world
        return drawn_world(self.world, values, under)


def evaluated(asked: Rivalry, points: Array) -> Array:
    """Means and headline figures of draws, (draw, policy, 2, outcome + 1); not a number where a draw gives no valid world.

    Last among the outcomes stands the verdict by equal weights: whether it is about a policy, and the place of its kind.
    """
    figures = np.full((len(points), len(asked.compared), 2, len(KEYS) + 1), np.nan)
    worlds = {k: world for k, point in enumerate(points) if (world := _valid(asked, point)[0]) is not None}
    if worlds:
        outcomes = batch.outcomes(
            tuple(worlds.values()), asked.policies, asked.paths, asked.seed, KEYS
        ).values
        means = outcomes.mean(axis=-1)
        headlines = np.array([[[BY_KEY[key].headline(x) for key, x in zip(KEYS, row, strict=True)] for row in world] for world in outcomes])  # fmt: skip
        figures[list(worlds), :, :, :-1] = np.stack([means, headlines], axis=2)
        for k, values in zip(worlds, outcomes, strict=True):
            said = verdict([dict(zip(KEYS, own, strict=True)) for own in values])
            figures[k, :, 0, -1] = [p in said.policies for p in range(len(values))]
            figures[k, :, 1, -1] = VERDICTS.index(said.kind)
    return figures


def _valid(asked: Rivalry, point: Array) -> tuple[World | None, str]:
    """The world of a draw in which all policies can act, or why there is none."""
    try:
        world = asked.drawn(point)
        for policy in asked.compared:
            policy.prepare(world)
    except Refused as refusal:
        return None, str(refusal)
    return world, ""


def robustness(
    asked: Rivalry, kept: Kept | None = None, note: Note = silent, pool: Pool | None = None
) -> Robustness:
    """Every draw of every structure. `kept` holds what is finished, so that a stop loses nothing; `note` may raise to stop.

    Raises `Refused` before anything is run where a structure does not fit the world.
    """
    points, store = asked.points, {} if kept is None else kept
    for point in points[points[:, 1] == 0]:
        refusal = "" if point.tobytes() in store else _valid(asked, point)[1]
        if refusal:
            raise Refused(refusal)
    figures = Evaluator(partial(evaluated, asked), store, pool, BATCH, note, "comparing policies")(points)
    place = points[:, 0].astype(int)
    good = np.asarray(np.isfinite(figures).all(axis=(1, 2, 3)))
    reasons = tuple((asked.structures[int(p[0])], int(p[1]), _valid(asked, p)[1]) for p in points[~good])
    labels = tuple(p.label for p in asked.compared)
    means, headlines = figures[good, :, 0], figures[good, :, 1]
    verdicts = Verdicts(tuple(VERDICTS[int(k)] for k in headlines[:, 0, -1]), means[:, :, -1] > 0)
    return Robustness(
        labels, asked.structures, place[good], means[:, :, :-1], headlines[:, :, :-1], verdicts, reasons
    )


def document(asked: Rivalry, ranks: Robustness, weights: Weights = DEFAULT_WEIGHTS) -> dict[str, object]:
    """All of it as plain data."""
    return {
        "world": asked.world.name, "structures": {name: rival(name).title for name in asked.structures}, "draws": asked.draws,
        "paths": asked.paths, "seed": asked.seed, "policies": [print_policy(p) for p in asked.compared],
        "refused": [{"structure": s, "draw": k + 1, "why": why} for s, k, why in ranks.reasons],
        "verdicts": {name: ranks.verdict_shares(k) for k, name in enumerate(asked.structures)},
        "rankings": rankings_document(ranks, weights),
    }  # fmt: skip
