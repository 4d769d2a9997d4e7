"""The smallest facility that keeps an aim: size by price and trigger, proved on fresh draws, with what it costs.

Sizes are searched by bisection over round amounts on one set of draws. Where a larger size keeps the aim less often than a
smaller one beyond noise, bisection is not trusted and every size is tried. What the search proposes counts only once the
one-sided 95% lower bound of its probability reaches the aim on draws that the search has not seen; if not, the next
larger size is tried on draws of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from models.errors import Refused
from models.scenario import World
from models.stack import Array
from policy import golden
from policy.comparison import MOST_PATHS, NONE
from policy.outcomes.scorecard import (
    FUND_LOSSES,
    LOSSES_SPARED,
    TAKE_UP,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.spec import Policy, print_policy
from policy.studies import batch
from policy.studies.aims import Aim, fewest_paths, lower_bound
from policy.studies.alarms import Alarm
from policy.studies.evaluation import Evaluator, Kept, Note, silent
from policy.studies.executors import Pool
from policy.studies.facilities import SIZES, HelpTerms

PATHS, CHECKED = (
    256,
    1024,
)  # of the search and of every proof, or a few times as many as a high probability takes at least
SEEDS = 1000  # how far the seeds of proofs lie from that of the search
REPORTED = (
    TAKE_UP.key,
    TAXPAYER_MEAN.key,
    TAXPAYER_TAIL.key,
    UNINTENDED_EASING.key,
    FUND_LOSSES.key,
    LOSSES_SPARED.key,
)
NOISE = 2.0  # standard errors by which a larger size must do worse before bisection is given up
IDLE = -1  # place of no action among sizes
BATCH = 6
DUST = 1e-9
TrialPoint = tuple[
    int, int, int
]  # row, place among sizes, stage: 0 for the search, then the number of the proof


@dataclass(frozen=True)
class Order:
    """What is asked: an aim in a world, rows of terms, and the draws."""

    world: World
    aim: Aim
    rows: tuple[HelpTerms, ...]
    seed: int
    paths: int
    checked: int
    sizes: tuple[float, ...] = SIZES

    def __post_init__(self) -> None:
        if not self.rows:
            raise Refused("give at least one facility")
        least = fewest_paths(self.aim.probability)
        for name, paths in (("paths", self.paths), ("checked", self.checked)):
            if not least <= paths <= MOST_PATHS:
                raise Refused(
                    f"{name} = {paths} is out of bounds: a probability of {self.aim.probability:g} takes at least {least} paths that all "
                    f"keep the aim, and at most {MOST_PATHS} are run"
                )

    @classmethod
    def usual(cls, world: World, aim: Aim, rows: tuple[HelpTerms, ...], seed: int = 1) -> Order:
        """With as many paths as the aim's probability takes. Raises `Refused`."""
        least = fewest_paths(aim.probability)
        return cls(world, aim, rows, seed, max(PATHS, 2 * least), max(CHECKED, 4 * least))

    @property
    def name(self) -> str:
        """Sixteen hexadecimal digits that name all inputs, the model's figures among them."""
        policies = [row.sized(self.sizes[-1]) for row in self.rows]
        inputs = [
            self.world.model_dump_json(), str(self.aim), self.aim.probability, [print_policy(p) for p in policies], self.seed,
            self.paths, self.checked, self.sizes, golden.stamp(self.world, policies),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:16]

    def policy(self, row: int, place: int) -> Policy:
        """A row's facility of a size."""
        return NONE if place == IDLE else self.rows[row].sized(self.sizes[place])


@dataclass(frozen=True)
class Trial:
    """One size on one set of draws: how often the aim was kept, and what it did; the latter only on fresh draws.

    `unused` and `exhausted` are shares of the paths that miss the aim; `within` is the level that would have been kept with
    the aim's probability.
    """

    place: int
    times: int
    paths: int
    figures: tuple[float, ...]
    unused: float
    exhausted: float
    within: float

    @property
    def share(self) -> float:
        return self.times / self.paths

    @property
    def bound(self) -> float:
        return lower_bound(self.times, self.paths)

    def figure(self, key: str) -> float:
        """Mean of a reported outcome; not a number where the draws are those of the search."""
        return self.figures[REPORTED.index(key)]

    @property
    def borne_share(self) -> float:
        """Share of funds' losses under no action that they still bear."""
        borne, spared = self.figure(FUND_LOSSES.key), self.figure(LOSSES_SPARED.key)
        return borne / (borne + spared) if borne + spared > DUST else 1.0


Run = Callable[[list[TrialPoint], str], list["Trial"]]


def evaluated(order: Order, points: Array) -> Array:
    """Trials as rows (point, 5 + reported), the fields of `Trial` and means of outcomes. Points are row, size, stage."""
    results = np.full((len(points), 5 + len(REPORTED)), np.nan)
    for stage in np.unique(points[:, 2]):
        own = np.flatnonzero(points[:, 2] == stage)
        pairs = [(order.world, order.policy(int(points[k, 0]), int(points[k, 1]))) for k in own]
        keys = (order.aim.key, TAKE_UP.key) if stage == 0 else (order.aim.key, *REPORTED)
        paths = order.paths if stage == 0 else order.checked
        values = batch.evaluate(pairs, paths, order.seed + SEEDS * int(stage), keys).values
        for k, figures in zip(own, values, strict=True):
            size = order.sizes[int(points[k, 1])] if points[k, 1] != IDLE else np.inf
            results[k] = _counted(order.aim, figures, size, stage > 0)
    return results


def _counted(aim: Aim, figures: Array, size: float, fresh: bool) -> Array:
    """A trial's row from its outcomes (outcome, path)."""
    met, used = aim.met(figures[0]), figures[1]
    missed = max(int((~met).sum()), 1)
    unused, exhausted = (~met & (used < DUST)).sum() / missed, (~met & (used > 0.99 * size)).sum() / missed
    means = figures[1:].mean(axis=1) if fresh else np.full(len(REPORTED), np.nan)
    chance = aim.probability if aim.at_most else 1 - aim.probability
    within = np.quantile(figures[0], chance, method="higher" if aim.at_most else "lower")
    return np.array([met.sum(), met.size, unused, exhausted, within, *means])


@dataclass(frozen=True)
class SheetRow:
    """A finished row: the proved size and its trial on fresh draws, or nothing and the largest size's; and how it came.

    `nearest` is the size that kept the aim most often where none was proved. `monotone` says whether bisection held.
    """

    terms: HelpTerms
    size: float | None
    trial: Trial
    nearest: float
    monotone: bool
    tried: int


@dataclass(frozen=True)
class TermSheet:
    """All rows, and no action on fresh draws: `needed` is false where the aim is kept without any facility."""

    order: Order
    none: Trial
    rows: tuple[SheetRow, ...]

    @property
    def needed(self) -> bool:
        return self.none.bound < self.order.aim.probability


@dataclass
class _Search:
    """Sizes of one row that were tried: on the search's draws, and proofs in their order."""

    seen: dict[int, Trial] = field(default_factory=dict)
    proofs: list[Trial] = field(default_factory=list)
    every: bool = False


def term_sheet(
    order: Order, kept: Kept | None = None, note: Note = silent, pool: Pool | None = None
) -> TermSheet:
    """The smallest size for every row. `kept` holds finished trials, so that a stop loses nothing; `note` may raise to stop."""
    for row in order.rows:
        row.sized(order.sizes[-1]).prepare(order.world)
    store: Kept = {} if kept is None else kept

    def run(points: list[TrialPoint], phase: str) -> list[Trial]:
        work = Evaluator(partial(evaluated, order), store, pool, BATCH, note, phase)
        return [_trial(int(p[1]), row) for p, row in zip(points, work(np.array(points, float)), strict=True)]

    (none,) = run([(0, IDLE, 1)], "running without action")
    searches = [_Search() for _ in order.rows]
    if none.bound < order.aim.probability:
        _searched(order, searches, run)
        _proved(order, searches, run)
    return TermSheet(order, none, tuple(_row(order, k, s, none) for k, s in enumerate(searches)))


def _trial(place: int, row: Array) -> Trial:
    times, paths, unused, exhausted, within, *figures = row.tolist()
    return Trial(place, int(times), int(paths), tuple(figures), unused, exhausted, within)


def _searched(order: Order, searches: Sequence[_Search], run: Run) -> None:
    """Sizes of all rows side by side, each halving what is left between too small and large enough."""
    last = len(order.sizes) - 1
    wanted = [sorted({last // 4, last // 2, last})] * len(searches)
    while any(wanted):
        points = [(k, place, 0) for k, places in enumerate(wanted) for place in places]
        for (k, place, _), trial in zip(points, run(points, "searching sizes"), strict=True):
            searches[k].seen[place] = trial
        wanted = [_next(order, search) for search in searches]


def _next(order: Order, search: _Search) -> list[int]:
    """Sizes of a row to try next."""
    seen = [search.seen[k] for k in sorted(search.seen)]
    search.every = search.every or any(_falls(a, b) for a, b in pairwise(seen))
    if search.every:
        return [k for k in range(len(order.sizes)) if k not in search.seen]
    enough = _enough(order, search)
    if not enough:
        return []
    below = max((k for k in search.seen if k < enough[0]), default=IDLE)
    return [(below + enough[0]) // 2] if enough[0] - below > 1 else []


def _enough(order: Order, search: _Search) -> list[int]:
    """Sizes that keep the aim on the search's draws, smallest first."""
    return sorted(k for k, trial in search.seen.items() if trial.bound >= order.aim.probability)


def _falls(small: Trial, large: Trial) -> bool:
    """Whether a larger size keeps the aim less often, beyond noise."""
    middle = (small.share + large.share) / 2
    return small.share - large.share > NOISE * np.sqrt(2 * middle * (1 - middle) / small.paths)


def _proved(order: Order, searches: Sequence[_Search], run: Run) -> None:
    """Proofs of all rows side by side: what the search proposes, then larger sizes, each on draws of its own."""
    wanted: list[int | None] = [_proposed(order, search) for search in searches]
    while any(place is not None for place in wanted):
        points = [
            (k, place, 1 + len(searches[k].proofs)) for k, place in enumerate(wanted) if place is not None
        ]
        for (k, _, _), trial in zip(points, run(points, "proving sizes on fresh draws"), strict=True):
            searches[k].proofs.append(trial)
        wanted = [_larger(order, search) for search in searches]


def _proposed(order: Order, search: _Search) -> int:
    """The smallest size that was enough, or the one that came nearest."""
    enough = _enough(order, search)
    return enough[0] if enough else max(search.seen, key=lambda k: (search.seen[k].share, k))


def _larger(order: Order, search: _Search) -> int | None:
    """The next size to prove, where the last one failed and there is one."""
    last = search.proofs[-1]
    if (
        not _enough(order, search)
        or last.bound >= order.aim.probability
        or last.place + 1 >= len(order.sizes)
    ):
        return None
    return last.place + 1


def _row(order: Order, k: int, search: _Search, none: Trial) -> SheetRow:
    terms = order.rows[k]
    if not search.proofs:
        return SheetRow(terms, 0.0, none, 0.0, True, 0)
    last = search.proofs[-1]
    reached = last.bound >= order.aim.probability
    size = order.sizes[last.place]
    return SheetRow(terms, size if reached else None, last, size, not search.every, len(search.seen))


# Why not


@dataclass(frozen=True)
class Reason:
    """Why no size was proved: `unused`, `no_more` (size is not what lacks), `unproved` (the search said yes) or `short`."""

    kind: str
    share: float  # of paths that keep the aim
    unused: float  # of those that miss it, on which nobody uses the facility


MOSTLY = 0.5
FULL = 0.5  # of the size, used on average: below it more size is not what lacks


def reason(order: Order, row: SheetRow) -> Reason | None:
    """Why a row has no size; nothing where it has one."""
    if row.size is not None:
        return None
    trial = row.trial
    kind = "short"
    if trial.share >= order.aim.probability:
        kind = "unproved"
    elif trial.unused > MOSTLY:
        kind = "unused"
    elif trial.figure(TAKE_UP.key) < FULL * row.nearest and trial.exhausted < MOSTLY:
        kind = "no_more"
    return Reason(kind, trial.share, trial.unused)


def document(sheet: TermSheet, alarmed: Mapping[str, Sequence[Alarm]]) -> dict[str, object]:
    """All of it as plain data; shares are between 0 and 1, amounts in $bn."""
    order = sheet.order
    return {
        "world": order.world.name, "aim": str(order.aim), "probability": order.aim.probability, "seed": order.seed,
        "paths": order.paths, "checked": order.checked, "needed": sheet.needed,
        "no_action": {"share": sheet.none.share, "bound": sheet.none.bound},
        "rows": [_row_document(order, row, alarmed) for row in sheet.rows],
    }  # fmt: skip


def _row_document(order: Order, row: SheetRow, alarmed: Mapping[str, Sequence[Alarm]]) -> dict[str, object]:
    terms, trial, why = row.terms, row.trial, reason(order, row)
    policy = order.policy(0, IDLE) if row.nearest == 0 else terms.sized(row.nearest)
    return {
        "facility": terms.base.name, "price": terms.price, "price_unit": terms.kind.unit, "start": str(terms.start),
        "size_bn": row.size, "nearest_bn": row.nearest, "policy": print_policy(policy),
        "share": trial.share, "bound": trial.bound, "within": trial.within, "monotone": row.monotone, "sizes_tried": row.tried,
        "because": None if why is None else {"kind": why.kind, "share": why.share, "unused": why.unused},
        **dict(zip(REPORTED, trial.figures, strict=True)), "borne_share": trial.borne_share,
        "alarms": {a.world: {"share": a.share, "happened": a.happened} for a in alarmed.get(str(terms.start), ())},
    }  # fmt: skip
