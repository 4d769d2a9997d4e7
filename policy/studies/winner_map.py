"""The winner map: which policy is best where, over two numbers of the world or of a policy, at today's leverage.

Every cell is a comparison on the same random draws. A cell keeps the mean of every outcome under every policy and the
covariances of those means, which is all that any weights need: changing weights ranks again without running again.
Cells are computed coarse first, so that a picture is there early and only gets finer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import ceil

import numpy as np

from models.errors import Refused
from models.scenario import World
from models.stack import Array, Flags, Indices
from models.worlds import changed
from policy import golden
from policy.comparison import arms
from policy.outcomes.scorecard import KEYS
from policy.ranking.criteria import CRITERIA
from policy.spec import Policy, print_policy
from policy.studies import batch
from policy.studies.executors import Pool, finished
from policy.studies.factors import BETA, Factor, moved

MOST_CELLS = 60  # a side
MOST_POLICIES = 8
PATHS = (16, 1024)
FIRST_SIDE = 6  # cells a side of the first picture, at most
# Places of the criteria of `policy.ranking.ranking` in `KEYS`.
COUNTED = [KEYS.index(c.key) for c in CRITERIA]
MapCell = tuple[int, int]  # place along x and along y


# What is asked


@dataclass(frozen=True)
class Question:
    """Policies (no action first) over a grid of two factors, each from its `low` to its `high`. Made by `asked`."""

    world: World
    policies: tuple[Policy, ...]
    x: Factor
    y: Factor
    side: int
    paths: int
    seed: int

    @cached_property
    def xs(self) -> Array:
        return values(self.x, self.side)

    @cached_property
    def ys(self) -> Array:
        return values(self.y, self.side)

    @cached_property
    def _policies_at_low_ends(self) -> tuple[Policy, ...]:
        settings = [f for f in (self.x, self.y) if f.place is not None]
        try:
            return moved(self.world, self.policies, settings, [f.low for f in settings])[1]
        except Refused:
            return self.policies

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that name all that cells depend on, the model's figures among them.

        Where the world itself stands on an axis is not: every cell has a place of its own there. Nor are parameters at
        their defaults: one that joins the model and changes no figure leaves earlier maps as they are.
        """
        axes = (self.x, self.y)
        own = {"title", "summary", *(f.name for f in axes if f.place is None and f.name != BETA)}
        inputs = [
            {name: value for name, value in changed(self.world, World()).items() if name not in own},
            [print_policy(p) for p in self._policies_at_low_ends],
            [(f.key, f.low, f.high) for f in axes],
            [self.side, self.paths, self.seed, golden.stamp(self.world, self.policies)],
            [KEYS, [c.key for c in CRITERIA]],
        ]
        return hashlib.sha256(json.dumps(inputs, default=str).encode()).hexdigest()[:16]


def asked(
    world: World, policies: Sequence[Policy], x: Factor, y: Factor, side: int, paths: int, seed: int
) -> Question:
    """A question that can be answered. Raises `Refused`."""
    chosen = arms(policies)
    if x.key == y.key:
        raise Refused(f"{x.name} is on both axes; choose two different ones")
    if not 2 <= len(chosen) <= MOST_POLICIES:
        raise Refused(
            f"{len(chosen)} policies are out of bounds: a map compares 2 to {MOST_POLICIES}, no action among them"
        )
    for name, value, low, high in (("cells a side", side, 2, MOST_CELLS), ("paths a cell", paths, *PATHS)):
        if not low <= value <= high:
            raise Refused(f"{name} = {value} is out of bounds: it must be between {low} and {high}")
    return Question(world, chosen, x, y, side, paths, seed)


def values(factor: Factor, count: int) -> Array:
    """Evenly spaced values from the factor's low to its high end; whole numbers each once."""
    spaced = np.linspace(factor.low, factor.high, count)
    return np.unique(np.round(spaced)) if factor.whole else spaced


# What a cell keeps


@dataclass(frozen=True)
class Cells:
    """Some finished cells: place, means (cell, policy, key), and covariances of those means.

    `spread` is (cell, key, policy, policy), within an outcome; `covariance` (cell, policy, criterion, policy, criterion).
    """

    at: tuple[MapCell, ...]
    means: Array
    spread: Array
    covariance: Array
    refused: tuple[tuple[MapCell, str], ...] = ()


@dataclass(frozen=True)
class Task:
    """Cells to be computed together."""

    question: Question
    at: tuple[MapCell, ...]


def computed(task: Task) -> Cells:
    """Run a task's cells. A cell that no valid world supports is refused with the reason, the others go on."""
    asked_of, ready, refused = task.question, [], []
    xs, ys = asked_of.xs, asked_of.ys
    worlds = _Worlds(asked_of)
    for at in task.at:
        try:
            ready.append((at, worlds.at(float(xs[at[0]]), float(ys[at[1]]))))
        except Refused as refusal:
            refused.append((at, str(refusal)))
    values = _by_path([pairs for _, pairs in ready], asked_of)
    return Cells(tuple(at for at, _ in ready), *moments(values), tuple(refused))


class _Worlds:
    """Worlds and policies of cells, each built once."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._worlds: dict[tuple[float, ...], World | str] = {}

    def at(self, x: float, y: float) -> list[tuple[World, Policy]]:
        """The cell's pairs. Raises `Refused`."""
        q = self._question
        factors = list(zip((q.x, q.y), (x, y), strict=True))
        world = self._world(*_parted([(f, v) for f, v in factors if f.place is None]))
        _, policies = moved(world, q.policies, *_parted([(f, v) for f, v in factors if f.place is not None]))
        for policy in policies:
            _fits(policy, world)
        return [(world, policy) for policy in policies]

    def _world(self, factors: list[Factor], at: list[float]) -> World:
        key = tuple(at)
        if key not in self._worlds:
            try:
                self._worlds[key] = moved(self._question.world, (), factors, at)[0]
            except Refused as refusal:
                self._worlds[key] = str(refusal)
        world = self._worlds[key]
        if isinstance(world, str):
            raise Refused(world)
        return world


def cell(question: Question, at: MapCell) -> tuple[World, tuple[Policy, ...]]:
    """World and policies of one cell, to be looked at alone. Raises `Refused`."""
    pairs = _Worlds(question).at(float(question.xs[at[0]]), float(question.ys[at[1]]))
    return pairs[0][0], tuple(policy for _, policy in pairs)


def _parted(pairs: list[tuple[Factor, float]]) -> tuple[list[Factor], list[float]]:
    return [f for f, _ in pairs], [v for _, v in pairs]


def _fits(policy: Policy, world: World) -> None:
    try:
        policy.prepare(world)
    except Refused as refusal:
        raise Refused(f"{policy.label} does not fit this world: {refusal}") from None


def _by_path(cells: Sequence[Sequence[tuple[World, Policy]]], question: Question) -> Array:
    """Every outcome of every cell, (cell, policy, key, path); the same pair in several cells is run once."""
    places: dict[tuple[int, Policy], int] = {}
    pairs: list[tuple[World, Policy]] = []
    index = []
    for cell in cells:
        for world, policy in cell:
            key = (id(world), policy)
            if key not in places:
                places[key] = len(pairs)
                pairs.append((world, policy))
            index.append(places[key])
    if not pairs:
        return np.empty((0, len(question.policies), len(KEYS), question.paths))
    evaluated = batch.evaluate(pairs, question.paths, question.seed)
    return evaluated.values[index].reshape(len(cells), len(question.policies), len(KEYS), question.paths)


def moments(outcomes: Array) -> tuple[Array, Array, Array]:
    """Means of (cell, policy, key, path) over paths, and covariances of those means as `Cells` keeps them."""
    cells, policies, _, paths = outcomes.shape
    mean = outcomes.mean(axis=-1)
    apart = outcomes - mean[..., None]
    scale = paths * max(paths - 1, 1)
    spread = np.einsum("cpkn,cqkn->ckpq", apart, apart) / scale
    flat = apart[:, :, COUNTED].reshape(cells, policies * len(CRITERIA), paths)
    wide = (policies, len(CRITERIA))
    covariance = np.matmul(flat, flat.swapaxes(1, 2)) / scale
    return mean, spread, covariance.reshape(cells, *wide, *wide)


# The picture


@dataclass
class Picture:
    """What is known of a map so far. Filled cell by cell; a cell's numbers never change once they are there."""

    question: Question
    known: Flags = field(init=False)  # (x, y), refused cells among them
    means: Array = field(init=False)  # (x, y, policy, key)
    spread: Array = field(init=False)
    covariance: Array = field(init=False)
    refused: dict[MapCell, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.question.xs), len(self.question.ys))
        p, c = len(self.question.policies), len(CRITERIA)
        self.known = np.zeros(shape, bool)
        self.means = np.full((*shape, p, len(KEYS)), np.nan)
        self.spread = np.full((*shape, len(KEYS), p, p), np.nan)
        self.covariance = np.full((*shape, p, c, p, c), np.nan)

    @property
    def shape(self) -> MapCell:
        return (self.known.shape[0], self.known.shape[1])

    @property
    def finished(self) -> bool:
        return bool(self.known.all())

    def under(self, question: Question) -> Picture:
        """The same cells for a question with the same digest, whose world may stand elsewhere on the axes."""
        other = copy(self)
        other.question = question
        return other

    def add(self, cells: Cells) -> None:
        """Put finished cells in their places."""
        for k, at in enumerate(cells.at):
            self.means[at], self.spread[at] = cells.means[k], cells.spread[k]
            self.covariance[at] = cells.covariance[k]
            self.known[at] = True
        for at, reason in cells.refused:
            self.refused[at] = reason
            self.known[at] = True

    @property
    def stage(self) -> int:
        """The finest stage that is known throughout, from 0; −1 before the first picture."""
        return next((k for k in reversed(range(stages(self.shape))) if self._whole(k)), -1)

    def _whole(self, stage: int) -> bool:
        return bool(self.known[np.ix_(*(level(n, stage) for n in self.shape))].all())

    def shown(self) -> tuple[Indices, Indices, Flags]:
        """For every cell the place (x and y) of the one whose result stands for it, and whether there is one yet."""
        stage, own = self.stage, np.indices(self.shape)
        if stage < 0:
            return own[0], own[1], self.known
        near = np.meshgrid(*(nearest(n, stage) for n in self.shape), indexing="ij")
        across, up = (np.where(self.known, here, there) for here, there in zip(own, near, strict=True))
        return across, up, np.ones(self.shape, bool)


# From coarse to fine


def widest(count: int) -> int:
    """Every how many cells the first picture has one: the power of two that leaves at most `FIRST_SIDE` a side."""
    return 1 << max(0, (ceil(count / FIRST_SIDE) - 1).bit_length())


def stages(shape: MapCell) -> int:
    """How many pictures there are, each twice as fine as the one before."""
    return max(widest(n).bit_length() for n in shape)


def level(count: int, stage: int) -> Indices:
    """Places along a side that are known at a stage, near the middle of their blocks; each stage holds those before."""
    first = widest(count)
    stride = max(first >> stage, 1)
    return np.arange(first // 2 % stride, count, stride)


def nearest(count: int, stage: int) -> Indices:
    """For every place along a side the one of `level` that stands for it."""
    there, stride = level(count, stage), max(widest(count) >> stage, 1)
    return np.asarray(there[np.minimum(np.arange(count) // stride, there.size - 1)])


def tasks(picture: Picture) -> Iterator[Task]:
    """What is still to be computed, coarse cells first, in tasks that fill wide runs.

    Cells of one world stand together, so that policies which an axis leaves alone are run once for all of them.
    """
    q, given = picture.question, picture.known.copy()
    for stage in range(stages(picture.shape)):
        grid = [level(n, stage) for n in picture.shape]
        places = [(int(i), int(j)) for i in grid[0] for j in grid[1] if not given[i, j]]
        if q.x.place is not None:
            places.sort(key=lambda at: at[1])
        for part in _even(places, max(1, batch.WIDTH // q.paths)):
            yield Task(q, part)
        given[np.ix_(*grid)] = True


def _even(places: Sequence[MapCell], most: int) -> Iterator[tuple[MapCell, ...]]:
    """Parts of about equal size, none above `most`, and an even number of them so that two workers end together."""
    parts = 2 * ceil(len(places) / most / 2)
    edges = [round(k * len(places) / parts) for k in range(parts + 1)] if parts else []
    return (tuple(places[a:b]) for a, b in pairwise(edges) if b > a)


@dataclass(frozen=True)
class MapProgress:
    """How far a map is: cells known of all, and the stage known throughout (see `Picture.stage`)."""

    known: int
    cells: int
    stage: int

    @property
    def share(self) -> float:
        return self.known / self.cells


def fill(picture: Picture, pool: Pool) -> Iterator[MapProgress]:
    """Compute what is missing and say after each task how far it is. Whoever stops listening stops the work.

    What was finished stays in the picture, so filling it again resumes. Raises `policy.studies.executors.Stopped` when workers
    go away.
    """
    for done in finished(pool, computed, tasks(picture)):
        if done.result is None:
            raise done.error or RuntimeError("a task of the map gave nothing")
        picture.add(done.result)
        yield MapProgress(int(picture.known.sum()), picture.known.size, picture.stage)
